"""Pens, their forecast and their cost: figures by example."""

from datetime import UTC, date, datetime, timedelta

import pytest

from plotty_tui.domain import pens
from plotty_tui.domain.costs import InkUse, PaperUse, Prices, Work, cost_of
from plotty_tui.domain.errors import NotFound, Refused, WrongUsage
from plotty_tui.domain.forecast import (
    Demand,
    PenLife,
    WeighedLine,
    calibrate,
    dry_sheet,
    end_day,
    learn_lives,
    pen_type,
    stock_end,
)
from plotty_tui.domain.pens import PenHabits, Wear
from plotty_tui.domain.periods import parse_period, period_of
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.shopping import PAPER, PEN, Article, Horizon, outlook
from plotty_tui.domain.stock import Holder, Need, StockSettings, paper_shortage, pen_shortage

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


# Weighing ------------------------------------------------------------------------------------


def test_below_the_last_weight_is_usage():
    assert pens.judge_weight("K-01", 657, 850, 240).used_g == 193
    assert pens.judge_weight("K-01", 850, 850, 240).used_g == 0


def test_above_the_last_weight_wants_a_reason():
    with pytest.raises(Refused, match="weighs 860 g, more than the last 850 g: say why"):
        pens.judge_weight("K-01", 860, 850, 240)
    found = pens.judge_weight("K-01", 860, 850, 240, "refilled")
    assert (found.adjusted_g, found.used_g) == (10, 0)


def test_below_the_empty_weight_is_refused():
    with pytest.raises(Refused, match="weighs 239 g, less than its empty 240 g"):
        pens.judge_weight("K-01", 239, 850, 240, "why not")


def test_a_first_weighing_is_neither():
    found = pens.judge_weight("K-01", 850, None, None)
    assert (found.used_g, found.adjusted_g) == (0, 0)


def test_a_line_weighs_what_went_out_by_the_metre():
    lines = [WeighedLine("gel", 0.6, 20_000, "a4"), WeighedLine("gel", 0.9, 30_000, "a4")]
    (found,) = calibrate(lines, 0.1)
    assert found.mg_per_m == pytest.approx(30.0)
    assert (found.weighings, found.paper) == (2, "a4")


def test_less_than_ten_steps_of_the_scale_calibrates_nothing_and_says_so():
    (found,) = calibrate([WeighedLine("gel", 0.9, 30_000)], 0.1)
    assert found.mg_per_m is None
    assert "0.9 g over 30.0 m is less than 10 steps of the scale (0.1 g)" in found.why
    (found,) = calibrate([WeighedLine("gel", 0.9, 30_000)], 0.01)
    assert found.mg_per_m == pytest.approx(30.0)
    (found,) = calibrate([WeighedLine("gel", 5, 0.0)], 0.1)
    assert "nothing was drawn" in found.why


# Care and habits -----------------------------------------------------------------------------


def test_care_is_read_as_it_is_written():
    care = pens.parse_care("shake every 20m, wipe 500mm, cap after 10min, prime 30mm")
    assert care["prime_mm"] == 30
    assert pens.care_words(care) == (
        "shake every 20.0 m, wipe every 0.50 m, cap after 10 min, prime 30 mm"
    )
    for wrong in ("shake", "shake often", "prime 10min", "wipe 0m"):
        with pytest.raises(Refused, match=wrong.split()[0]):
            pens.parse_care(wrong)


def test_care_is_due_by_the_metre_and_by_the_minute():
    care = pens.parse_care("shake 20m, cap 10min")
    fresh = Wear(19_999, NOW, NOW - timedelta(minutes=9))
    assert pens.care_due(care, fresh, NOW) == []
    worn = Wear(20_000, NOW, NOW - timedelta(minutes=10))
    due = pens.care_due(care, worn, NOW)
    assert [rule.what for rule in due] == ["shake", "cap"]
    assert pens.before_drawing(due) == "shake it", "a cap is for a pen that rests"
    done = {"used_mm": 20_000, "at": NOW.timestamp()}
    care["done"] = {"shake": done, "cap": done}
    assert pens.care_due(care, worn, NOW) == []
    assert [r.what for r in pens.care_due(care, Wear(40_000, NOW, NOW), NOW)] == ["shake"]


def test_a_pen_is_drawn_with_as_it_bears():
    motion = MotionSettings(speed_pendown=60, pen_pos_down=30)
    habits = PenHabits(speed_cap=40, height=35)
    assert habits.motion(motion, "black").speed_pendown == 40
    assert habits.motion(motion, "black").pen_pos_down == 35
    named = habits.motion(motion, "1+H20+S90 black")
    assert (named.pen_pos_down, named.speed_pendown) == (20, 40), "a cap is a cap"
    assert PenHabits(speed_cap=80).motion(motion, "black") == motion


def test_a_state_is_one_of_ours():
    assert pens.parse_state("In use") == "in_use"
    with pytest.raises(NotFound, match="no pen state 'wet'"):
        pens.parse_state("wet")


# Forecast ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "each", "copies", "sheet"),
    [(3200, 200, 30, 17), (6000, 200, 30, None), (0, 200, 3, 1), (-50, 200, 3, 1),
     (None, 200, 30, None), (199, 200, 1, 1), (5, 0, 9, None)],
)  # fmt: skip
def test_the_sheet_on_which_a_pen_runs_dry(left, each, copies, sheet):
    assert dry_sheet(left, each, copies) == sheet


def test_each_line_of_the_work_sees_what_the_ones_before_left():
    work = [
        Demand("card", 10, {1: 100.0}, {7: 1}, 60, run=4),
        Demand("poster", 5, {1: 300.0}, {7: 1}, 600),
    ]
    end = stock_end(1700, work, "pens", 1)
    assert (end.name, end.sheet, end.copies, end.wanted) == ("poster", 3, 5, 2500)
    assert end.seconds == 10 * 60 + 2 * 600
    assert end.short == 800
    assert stock_end(15, work, "papers", 7).sheet is None
    assert stock_end(3, work, "papers", 7).run == 4


def test_the_day_on_which_it_ends():
    today = date(2026, 11, 21)
    work = [Demand("card", 100, {1: 100.0}, seconds=3600)]
    dry = stock_end(5000, work, "pens", 1)
    assert end_day(dry, 100 * 3600, None, today, 5, 2) == date(2026, 11, 26)
    lasts = stock_end(20_000, work, "pens", 1)
    assert end_day(lasts, 100 * 3600, 1000, today, 5, 2) == date(2026, 12, 11)
    assert end_day(lasts, 100 * 3600, None, today, 5, 2) is None


def test_a_pen_type_lives_as_its_pens_did():
    assert pen_type("Stabilo 88 red", "Stabilo", "fineliner", 0.4) == "Stabilo fineliner 0.4"
    assert pen_type("Bottle", "", "", None) == "Bottle"
    learned = learn_lives([
        PenLife("K-01", "gel", 500_000, 600_000, True),
        PenLife("K-02", "gel", 650_000, 600_000, False),
        PenLife("K-03", "gel", 10_000, 600_000, False),
        PenLife("K-04", "brush", 10_000, None, False),
    ])  # fmt: skip
    gel = learned["gel"]
    assert (gel.mm, gel.pens, gel.outlived) == (575_000, 2, ("K-02",))
    assert "brush" not in learned


# Shopping ------------------------------------------------------------------------------------

HORIZON = Horizon(date(2026, 11, 21), StockSettings(), 1)


def test_what_the_work_lacks_is_bought():
    pen = Article(PEN, "Gelly", ("K-01", "K-02"), (1, 2), 1000.0, 1000.0, 1.9)
    found = outlook(pen, [Demand("card", 10, {1: 150.0, 2: 60.0})], None, HORIZON)
    assert (found.end.wanted, found.end.sheet, found.low) == (2100, 5, True)
    assert found.buy == 2, "1.1 m are missing and 0.1 m must stay"
    assert found.cost == 3.8
    paper = Article(PAPER, "a4", (), (7,), 12, 1, None, reorder_point=5)
    found = outlook(paper, [Demand("card", 10, {}, {7: 1})], None, HORIZON)
    assert (found.buy, found.cost) == (4, None)


def test_what_lasts_is_not_bought():
    pen = Article(PEN, "Gelly", ("K-01",), (1,), 1000.0, 1000.0)
    assert outlook(pen, [Demand("card", 2, {1: 150.0})], None, HORIZON).buy == 0
    brush = Article(PEN, "Brush", ("K-02",), (2,), None, None)
    assert outlook(brush, [Demand("card", 2, {2: 150.0})], None, HORIZON).buy == 0


def test_low_is_told_by_kind():
    settings = StockSettings(low_mm={"gel": 40_000, "*": 5_000})
    assert settings.is_low("Gel", 500_000, 39_999)
    assert not settings.is_low("brush", 500_000, 5_000)
    assert StockSettings().is_low("brush", 500_000, 49_999)
    assert not StockSettings().is_low("brush", None, 1.0)


def test_a_shortage_names_the_rows_and_the_holders():
    rows = [Need("black", 1, mm=300_000), Need("outline", 1, mm=355_000)]
    (words,) = pen_shortage("K-05", 512_000, rows, [Holder(3, 100_000)], copies=50)
    assert words == (
        "pen K-05 has 512.0 m left, of which RUN-003 holds 100.0 m; black (300.0 m) and outline "
        "(355.0 m) together need 655.0 m: add a second pen or reduce the copies to 31"
    )
    assert paper_shortage("a4", 5, [Need("a4", paper=1, sheets=5)], []) == []


# Costs ---------------------------------------------------------------------------------------


def test_the_cost_of_a_good_sheet_counts_everything_that_was_used():
    work = Work(
        [InkUse("K-01", 90_000, 3.20, 900_000)], [PaperUse("a4", 12, 0.10)],
        machine_seconds=3600, human_seconds=600, sheets=12, good=10,
    )  # fmt: skip
    prices = Prices("EUR", machine_hour=12, operator_minute=0.5, consumables_sheet=0.02,
                    nib_metre=0.001)  # fmt: skip
    cost = cost_of(work, prices)
    assert cost.total == pytest.approx(0.32 + 1.20 + 12 + 5 + 0.24 + 0.09)
    assert cost.per_good_sheet == pytest.approx(cost.total / 10)
    assert cost.not_counted == ()
    assert prices.money(cost.total) == "18.85 EUR"


def test_what_has_no_price_is_named_and_never_guessed():
    work = Work([InkUse("K-01", 90_000), InkUse("", 10)], [PaperUse("a4", 2)], 60, 60, 2, 2,
                ("b4",))  # fmt: skip
    cost = cost_of(work, Prices())
    assert (cost.total, cost.per_good_sheet, cost.lines) == (None, None, ())
    assert cost.not_counted == (
        "ink K-01", "ink of pens that are not in stock", "paper a4", "paper b4", "consumables",
        "nib wear", "machine time", "operator time",
    )  # fmt: skip


def test_without_a_good_sheet_the_cost_is_a_loss():
    cost = cost_of(Work(papers=[PaperUse("a4", 3, 0.5)], sheets=3, good=0), Prices("EUR"))
    assert (cost.loss, cost.per_good_sheet) == (1.5, None)
    waiting = Work(papers=[PaperUse("a4", 3, 0.5)], sheets=3, good=0, unjudged=3)
    assert cost_of(waiting, Prices("EUR")).loss is None, "nobody has looked at them yet"


# Periods -------------------------------------------------------------------------------------


def test_periods_are_local_days():
    today = date(2026, 3, 10)
    for text, first, last in (
        ("today", "2026-03-10", "2026-03-11"), ("yesterday", "2026-03-09", "2026-03-10"),
        ("last_30_days", "2026-02-09", "2026-03-11"), ("this_month", "2026-03-01", "2026-03-11"),
        ("last_month", "2026-02-01", "2026-03-01"),
        ("2026-03-01:2026-03-07", "2026-03-01", "2026-03-08"),
    ):  # fmt: skip
        begin, end = parse_period(text, today)
        assert (f"{begin:%Y-%m-%d}", f"{end:%Y-%m-%d}") == (first, last), text
    assert period_of("", "") == (None, None)
    for wrong in ("2026-13-01", "soon", "2026-03-07:2026-03-01", "last_0_days"):
        with pytest.raises(WrongUsage):
            parse_period(wrong, today)
    with pytest.raises(WrongUsage, match="swap them"):
        period_of("2026-03-02", "2026-03-01")
