"""What is changed when a spoiled sheet is drawn again."""

import pytest

from plotty_tui.domain.adjustments import RANGES, RULES, adjusted, rule_of
from plotty_tui.domain.presets import BUILT_IN
from plotty_tui.domain.sheets import REASONS


def test_every_rule_is_for_a_reason_there_is() -> None:
    assert set(RULES) <= set(REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_again_and_again_stays_within_what_a_plotter_takes(reason: str) -> None:
    motion = BUILT_IN["safe"].motion
    for _ in range(30):
        changed = adjusted(motion, rule_of(reason))
        for key, value in changed.items():
            low, high = RANGES[key]
            assert low <= value <= high
        motion = type(motion).from_json({**motion.to_json(), **changed})


def test_a_skipping_pen_goes_slower_and_presses_harder() -> None:
    motion = BUILT_IN["default"].motion

    changed = adjusted(motion, rule_of("ink_skip"))

    assert changed == {"speed_pendown": 17.5, "pen_pos_down": 27.0}


def test_what_is_not_in_the_settings_changes_nothing() -> None:
    for reason in ("wrong_file", "power_loss", "operator_stop", "other", ""):
        assert adjusted(BUILT_IN["default"].motion, rule_of(reason)) == {}
