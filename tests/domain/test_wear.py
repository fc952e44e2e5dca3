"""Wear, service, what a batch lost, and comparisons: by example."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plotty_tui.domain.benchmarks import best, is_better, read_reference
from plotty_tui.domain.care import Odometer, ServiceLimits
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.forecast import LearnedLife
from plotty_tui.domain.losses import Saving, avoidable_changes, cure_of, idle_share, ranked
from plotty_tui.domain.sheets import REASONS
from plotty_tui.domain.wear import Wear, better_life, faults_per_km, next_service, pen_wear

TODAY = date(2025, 11, 21)
LEARNED = LearnedLife("fineliner 0.35", 500_000, 3, 400_000, 625_000)


def test_wear_is_by_what_such_pens_live_with_its_band() -> None:
    assert pen_wear(250_000, 900_000, LEARNED) == Wear(50.0, 40.0, 62.5)
    assert pen_wear(250_000, 900_000, None) == Wear(pytest.approx(27.777, abs=0.001))  # type: ignore[arg-type]
    assert pen_wear(250_000, None, None) is None
    one = LearnedLife("gel", 500_000, 1, 500_000, 500_000)
    assert pen_wear(250_000, None, one) == Wear(50.0), "one pen is no band"


def test_a_life_is_corrected_only_when_it_is_off_and_known_well() -> None:
    assert better_life(900_000, LEARNED) == 500_000
    assert better_life(520_000, LEARNED) is None, "within a tenth"
    assert better_life(900_000, LearnedLife("gel", 500_000, 1, 1, 1)) is None, "one pen"
    assert better_life(None, LEARNED) is None


def test_faults_by_the_km_need_ink() -> None:
    assert faults_per_km(3, 1_500_000) == 2.0
    assert faults_per_km(0, 0) is None


def test_service_is_due_by_the_limit_that_comes_first() -> None:
    limits = ServiceLimits(metres=500, lifts=20_000, hours=None)
    since, a_day = Odometer(400_000, 10_000, 0), Odometer(20_000, 5_000, 0)
    found = next_service(limits, since, a_day, TODAY)
    assert found is not None
    assert (found.day, found.limit, found.percent) == (TODAY + timedelta(days=2), "20000 lifts", 50)


def test_service_that_is_due_is_due_today_and_an_idle_plotter_has_no_day() -> None:
    limits = ServiceLimits(metres=500)
    due = next_service(limits, Odometer(510_000), Odometer(), TODAY)
    assert due is not None
    assert (due.day, round(due.percent)) == (TODAY, 102)
    idle = next_service(limits, Odometer(100_000), Odometer(), TODAY)
    assert idle is not None
    assert (idle.day, idle.percent) == (None, 20)
    assert next_service(ServiceLimits(), Odometer(1), Odometer(1), TODAY) is None


def test_savings_are_ranked_and_trifles_left_out() -> None:
    big, small = Saving("a", "plotty a", 600), Saving("b", "plotty b", 30)
    sheets = Saving("c", "plotty c", 0, 2)
    assert ranked([small, sheets, big]) == [big, sheets]
    assert str(Saving("x", "plotty y", 600, 1)) == "x: 10 min and 1 sheet saved: plotty y"


def test_pen_changes_beyond_one_a_pen_on_each_plotter_were_avoidable() -> None:
    assert avoidable_changes({"left": 7, "right": 2}, {"left": 3, "right": 2}) == 4
    assert avoidable_changes({"left": 1}, {}) == 1
    assert avoidable_changes({}, {"left": 3}) == 0


@given(st.dictionaries(st.text(min_size=1), st.floats(0, 1e6), max_size=4), st.integers(0, 5))
def test_an_even_share_never_takes_longer(seconds: dict[str, float], plotters: int) -> None:
    saved = idle_share(seconds, plotters)
    assert saved + 1e-6 >= 0
    assert saved <= max(seconds.values(), default=0.0) + 1e-6


def test_the_best_is_by_each_figures_own_way() -> None:
    days = [("mon", 90.0), ("tue", None), ("wed", 97.0), ("thu", 97.0)]
    assert best("success", days) == ("wed", 97.0)
    assert best("replots", days) == ("mon", 90.0)
    assert best("time_variance", [("mon", -2.0), ("tue", 1.0)]) == ("tue", 1.0)
    assert best("machine_seconds", days) is None, "neither way is better"
    assert is_better("cost_good", 1.0, 2.0)
    assert is_better("ink_m", 1.0, 2.0) is None


def test_a_reference_has_a_name_and_figures_that_there_are() -> None:
    keys = ("success", "first_pass")
    good = read_reference({"name": " Shops ", "figures": {"success": 96}}, keys)
    assert (good.name, good.figures) == ("Shops", {"success": 96.0})
    with pytest.raises(NotFound, match="did you mean success"):
        read_reference({"name": "Shops", "figures": {"succes": 96}}, keys)
    for wrong in ({}, {"name": "Shops"}, {"name": "Shops", "figures": {"success": "high"}},
                  {"name": "", "figures": {"success": 1}}):  # fmt: skip
        with pytest.raises(Refused):
            read_reference(wrong, keys)


def test_every_reason_has_a_command_that_helps() -> None:
    assert cure_of("paper_slip")[0] == "clamp the paper"
    assert cure_of("ink_skip")[1].endswith("--adjust-parameters")
    assert cure_of("power_loss")[1].startswith("plotty analyze errors")
    assert cure_of("operator_stop")[1] == "plotty recovery quality --replot-failed"
    assert all(cure_of(reason)[1].startswith("plotty ") for reason in (*REASONS, "", "of old"))
