"""What is changed when a spoiled sheet is drawn again: a rule for each reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .presets import MotionSettings
from .sheets import REASONS


@dataclass(frozen=True, slots=True)
class Rule:
    """What to change for a reason: settings by a factor or by so many of their units, or the pen;
    and what a person has to see to. Nothing changed: the cause is not in the settings."""

    times: Mapping[str, float]
    plus: Mapping[str, float]
    other_pen: bool = False
    see_to: str = ""


def _rule(see_to: str = "", other_pen: bool = False, **changes: float) -> Rule:
    """`speed_pendown=0.7` is a factor; a name that ends in `_by` adds."""
    plus = {key.removesuffix("_by"): by for key, by in changes.items() if key.endswith("_by")}
    times = {key: by for key, by in changes.items() if not key.endswith("_by")}
    return Rule(times, plus, other_pen, see_to)


# A lower pen_pos_down presses harder; a higher pen_pos_up lifts higher.
RULES: dict[str, Rule] = {
    "pen_dry": _rule(other_pen=True),
    "ink_skip": _rule(speed_pendown=0.7, pen_pos_down_by=-3),
    "ink_blot": _rule(pen_pos_down_by=3, pen_delay_down=0.0, pen_rate_lower=1.3),
    "bleed": _rule(speed_pendown=1.2, pen_pos_down_by=3),
    "smear": _rule("let the ink dry before the sheet is moved", speed_pendown=0.8, pen_pos_up_by=5),
    "pen_wrong": _rule("the right pen has to be put in"),
    "pen_height": _rule(pen_pos_down_by=-5),
    "paper_slip": _rule("clamp the paper", accel=0.7, speed_penup=0.7),
    "paper_tear": _rule(speed_pendown=0.7, pen_pos_down_by=5),
    "paper_defect": _rule("look at the paper before it is put on"),
    "registration": _rule("clamp the paper", accel=0.7),
    "lost_steps": _rule("look at belts and cable", accel=0.6, speed_pendown=0.8, speed_penup=0.7),
    "wrong_origin": _rule("home the plotter, and lay the sheet at the corner"),
}
RANGES: dict[str, tuple[float, float]] = {
    "speed_pendown": (1, 110), "speed_penup": (1, 200), "accel": (5, 110),
    "pen_pos_down": (0, 100), "pen_pos_up": (0, 100), "pen_rate_lower": (1, 200),
    "pen_delay_down": (-500, 10_000),
}  # fmt: skip
UNCHANGED = Rule({}, {})


def rule_of(reason: str) -> Rule:
    """The rule for a reason; nothing is changed for one whose cause is elsewhere."""
    assert reason in REASONS or not reason, reason
    return RULES.get(reason, UNCHANGED)


def adjusted(motion: MotionSettings, rule: Rule) -> dict[str, float]:
    """The settings that a rule changes, with their new values within what a plotter takes; only
    those that differ."""
    now = motion.to_json()
    wanted = {key: now[key] * by for key, by in rule.times.items()}
    wanted |= {key: now[key] + by for key, by in rule.plus.items()}
    changed = {}
    for key, value in wanted.items():
        low, high = RANGES[key]
        bound = round(min(max(value, low), high), 1)
        if bound != now[key]:
            changed[key] = bound
    return changed
