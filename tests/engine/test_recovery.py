"""What becomes of a sheet that was cut off: every choice, by real kills or a cable that is pulled,
and the ink on paper."""

from __future__ import annotations

import math
import os
import signal
from itertools import pairwise

import pytest
from workshop import BRISK, FAST, SLOW, Workshop, times_drawn, until

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.patterns import PRIMING
from plotty_tui.store.production import runs as books
from plotty_tui.store.tables import Ledger, Sheet, SheetLayer
from plotty_tui.studio.machines import plotters
from plotty_tui.studio.plots import plotting, recovery
from plotty_tui.studio.production import run_detail

BLACK, RED = "#000000", "#c8283c"


def one_sheet(
    shop: Workshop, strokes: int = 24, speed: float = BRISK, colors=(BLACK,), faults: str = ""
) -> int:
    """`left` draws a sheet."""
    shop.plotter("left", speed, faults=faults)
    shop.pens(*colors)
    shop.design("lines", strokes, colors)
    number = shop.start("lines", devices=("left",))
    shop.ready("left")
    return number


def test_some_mm_back_begins_at_the_stroke_that_holds_them(workshop: Workshop) -> None:
    number = one_sheet(workshop, speed=FAST, faults="usb_lost@stroke=9")
    place = workshop.until_state("left", "interrupted").stroke
    assert place == 8
    assert "strokes again" in plotting.resume(workshop.store, "left", back_mm=85)
    workshop.until_awaiting(number)

    drawn = times_drawn(workshop.ink("left"), workshop.planned("lines"))
    assert drawn[: place - 3] == [1] * (place - 3)
    assert drawn[place - 3 : place] == [2] * 3
    assert all(drawn)
    assert Sheet.get().strokes_again in (3, 4)  # the one that was begun counts too
    assert books.check_books(workshop.store) == []


def test_redoing_the_layer_draws_it_all_and_leaves_the_layer_before_alone(
    workshop: Workshop,
) -> None:
    number = one_sheet(workshop, 10, FAST, (BLACK, RED), "usb_lost@stroke=15")
    until(lambda: any(hand.kind == "pen" for hand in workshop.hands()))
    workshop.ready("left")
    place = workshop.until_state("left", "interrupted")
    assert place.layer == 1
    plotting.resume(workshop.store, "left", redo_layer=True)
    detail = workshop.until_awaiting(number)

    planned = workshop.planned("lines")
    drawn = times_drawn(workshop.ink("left"), planned)
    assert drawn[:10] == [1] * 10
    assert drawn[10:] == [2] * place.stroke + [1] * (10 - place.stroke)
    # The ledger has what the pen gave, the strokes drawn twice too.
    red = next(pen for pen in detail.pens if pen.code == "K-02")
    assert red.actual_mm == pytest.approx((10 + place.stroke) * 40, abs=40)
    assert red.actual_mm > 10 * 40


def test_another_plotter_finishes_the_sheet_when_it_is_put_on(workshop: Workshop) -> None:
    workshop.plotter("right", FAST)
    workshop.plotter("tiny", FAST, "minikit")
    number = one_sheet(workshop)
    place = workshop.cut_off("left", 4).strokes_done
    with pytest.raises(Refused, match=r"tiny reaches 160 x 101.6 mm"):
        plotting.resume(workshop.store, "left", on="tiny")
    assert workshop.view("left").state == "interrupted"
    assert "goes on at right" in plotting.resume(workshop.store, "left", on="right")

    waiting = workshop.until_state("right", "waiting")
    assert waiting.job == "lines"
    (hand,) = [hand for hand in workshop.hands() if hand.device == "right"]
    assert "put the begun a6 of lines copy 1 on right" in hand.text
    assert "pen K-01" in hand.text
    assert workshop.ink("right") == []
    # What is asked for outlives the engine: the sheet still has to be put on.
    workshop.kill_engine()
    (lying,) = recovery.interrupted_sheets(workshop.store)
    assert (lying.device, lying.strokes) == ("right", 24)
    workshop.restart_engine()
    workshop.until_state("right", "interrupted")
    plotting.resume(workshop.store, "right")
    workshop.ready("right")
    workshop.until_awaiting(number)

    planned = workshop.planned("lines")
    left, right = (times_drawn(workshop.ink(name), planned) for name in ("left", "right"))
    assert left[:place] == [1] * place
    assert right == [0] * place + [1] * (len(planned) - place)
    assert workshop.view("right").pen.startswith("K-01")
    assert workshop.view("left").pen == ""
    assert books.check_books(workshop.store) == []


def test_a_plotter_gives_a_sheet_that_it_only_asked_for_back_and_keeps_one_that_lies_on_it(
    workshop: Workshop,
) -> None:
    workshop.plotter("left", SLOW)
    workshop.plotter("right", SLOW)
    workshop.pens(BLACK, BLACK)
    workshop.design("lines", 16)
    workshop.start("lines", devices=("left", "right"), copies=3)
    workshop.ready("left")
    until(lambda: workshop.view("right").state == "waiting")
    workshop.cut_off("left", 1)
    plotting.resume(workshop.store, "left", on="right")
    until(lambda: any("begun a6" in hand.text for hand in workshop.hands()))
    assert [sheet.state for sheet in Sheet.select().order_by(Sheet.copy)][1:] == ["planned"] * 2
    workshop.ready("right")
    workshop.until_state("right", "drawing")
    assert workshop.until_state("left", "paused").job == ""

    plotting.resume(workshop.store, "left")
    plotting.ready(workshop.store, "left", "K-02")
    workshop.until_state("left", "drawing")
    plotting.pause(workshop.store, "left")
    with pytest.raises(Refused, match="right is at work on something else"):
        plotting.resume(workshop.store, "left", on="right")


def test_each_choice_has_its_price_and_going_on_takes_what_it_said(workshop: Workshop) -> None:
    workshop.plotter("right", 20)
    number = one_sheet(workshop, speed=FAST, faults="usb_lost@stroke=11")
    place = workshop.until_state("left", "interrupted")
    options = {one.key: one for one in recovery.interrupted_sheet(workshop.store, "left").options}
    assert list(options) == ["continue", "back", "redo_layer", "elsewhere", "give_up"]
    rest = (24 - place.stroke) * 40
    assert options["continue"].ink_mm == pytest.approx(rest, abs=0.1)
    assert options["back"].ink_mm == pytest.approx(rest + 40, abs=0.1)
    assert options["redo_layer"].ink_mm == pytest.approx(24 * 40, abs=0.1)
    assert options["elsewhere"].command == "plotty resume left --on right"
    assert [one.sheets for one in options.values()] == [0, 0, 0, 0, 1]
    (hand,) = [hand for hand in workshop.hands() if hand.device == "left"]
    assert "go on at the place (" in hand.text
    assert "draw the layer again (" in hand.text

    before = run_detail.run_detail(workshop.store, number).seconds or 0.0
    plotting.resume(workshop.store, "left")
    after = workshop.until_awaiting(number).seconds or 0.0
    assert after - before == pytest.approx(options["continue"].seconds, rel=0.03)
    with pytest.raises(Refused, match="left holds no interrupted sheet"):
        recovery.interrupted_sheet(workshop.store, "left")


def test_a_paused_sheet_can_go_back_with_another_pen(workshop: Workshop) -> None:
    number = one_sheet(workshop, 16)
    workshop.pens(BLACK)
    workshop.until_stroke("left", 5)
    plotting.pause(workshop.store, "left")
    place = workshop.view("left").stroke
    plotting.resume(workshop.store, "left", back_mm=100, pen="K-02")
    detail = workshop.until_awaiting(number)
    drawn = times_drawn(workshop.ink("left"), workshop.planned("lines"))
    assert drawn[place - 3 : place] == [2] * 3
    assert all(drawn)
    used = {pen.code: pen.actual_mm for pen in detail.pens}
    assert used["K-01"] == pytest.approx(place * 40, abs=41)
    assert used["K-02"] == pytest.approx((16 - place + 3) * 40, abs=1)


def test_a_choice_that_fits_no_state_is_refused(workshop: Workshop) -> None:
    one_sheet(workshop, speed=SLOW)
    workshop.until_state("left", "drawing")
    for choice in ({"back_mm": 20}, {"redo_layer": True}):
        with pytest.raises(Refused, match="left is drawing"):
            plotting.resume(workshop.store, "left", **choice)
    with pytest.raises(Refused, match="not both"):
        plotting.resume(workshop.store, "left", back_mm=2, redo_layer=True)
    with pytest.raises(Refused, match="from 0 mm on"):
        plotting.resume(workshop.store, "left", back_mm=-2)
    with pytest.raises(Refused, match="left holds it"):
        plotting.resume(workshop.store, "left", on="left")
    with pytest.raises(Refused, match="left holds no interrupted sheet"):
        workshop.plotter("right")
        plotting.resume(workshop.store, "left", on="right")
    with pytest.raises(Refused, match="plotty pause left first"):
        plotting.skip_layer(workshop.store, "left")


# Layers that are left out ------------------------------------------------------------------------


def skipped() -> list[tuple[int, int, int]]:
    parts = SheetLayer.select().where(SheetLayer.skipped).order_by(SheetLayer.layer)
    return [(part.layer, part.first_stroke, part.last_stroke) for part in parts]


def test_a_layer_whose_pen_is_not_there_is_left_out(workshop: Workshop) -> None:
    workshop.plotter("left")
    workshop.pens(BLACK, RED, "#2364aa")
    workshop.design("three", 5, (BLACK, RED, "#2364aa"))
    number = workshop.start("three")
    until(lambda: "pen K-01" in "".join(hand.text for hand in workshop.hands()))
    plotting.skip_layer(workshop.store, "left")
    until(lambda: "pen K-02" in "".join(hand.text for hand in workshop.hands()))
    workshop.ready("left")
    until(lambda: any(hand.kind == "pen" for hand in workshop.hands()))
    workshop.until_state("left", "waiting")
    plotting.skip_layer(workshop.store)
    workshop.until_awaiting(number)

    drawn = times_drawn(workshop.ink("left"), workshop.planned("three"))
    assert drawn == [0] * 5 + [1] * 5 + [0] * 5
    assert skipped() == [(0, 0, 4), (2, 0, 4)]
    assert Sheet.get().state == "drawn"
    assert books.check_books(workshop.store) == []


def test_the_rest_of_a_layer_is_left_out_while_paused_and_while_interrupted(
    workshop: Workshop,
) -> None:
    number = one_sheet(workshop, 12, BRISK, (BLACK, RED))
    workshop.until_stroke("left", 3)
    plotting.pause(workshop.store, "left")
    first = workshop.view("left").stroke
    plotting.skip_layer(workshop.store, "left")
    until(lambda: any(hand.kind == "pen" for hand in workshop.hands()))
    workshop.ready("left")
    second = workshop.cut_off("left", 15).stroke
    plotting.skip_layer(workshop.store, "left")
    workshop.until_awaiting(number)

    drawn = times_drawn(workshop.ink("left"), workshop.planned("lines"))
    assert drawn[:first] == [1] * first
    assert sum(drawn[first + 1 : 12]) == 0
    assert drawn[12 : 12 + second] == [1] * second
    assert sum(drawn[12 + second + 1 :]) == 0
    assert skipped() == [(0, first, 11), (1, second, 11)]
    assert books.check_books(workshop.store) == []


def test_a_sheet_with_nothing_on_it_is_not_left_out_but_cancelled(workshop: Workshop) -> None:
    workshop.plotter("left")
    workshop.design("lines")
    workshop.start("lines")
    workshop.until_state("left", "waiting")
    with pytest.raises(Refused, match="nothing of lines copy 1 would be drawn: plotty cancel left"):
        plotting.skip_layer(workshop.store, "left")
    assert workshop.view("left").state == "waiting"


# Priming -----------------------------------------------------------------------------------------


def test_a_fresh_pen_is_primed_in_the_margin_and_that_ink_is_booked_once(
    workshop: Workshop,
) -> None:
    workshop.plotter("left", FAST, prime_mm=30.0, faults="usb_lost=170mm")
    workshop.pens(BLACK, RED)
    workshop.design("two", 8, (BLACK, RED))
    number = workshop.start("two")
    workshop.ready("left")
    assert workshop.until_state("left", "interrupted").stroke == 3
    plotting.resume(workshop.store, "left")
    until(lambda: any(hand.kind == "pen" for hand in workshop.hands()))
    workshop.ready("left")
    workshop.until_awaiting(number)

    rows = list(Ledger.select().where(Ledger.kind == "prime").order_by(Ledger.key))
    assert [(row.key, row.pen.code) for row in rows] == [
        ("prime:1:0:0", "K-01"),
        ("prime:1:1:0", "K-02"),
    ]
    assert [row.mm for row in rows] == pytest.approx([-30, -30], abs=0.2)
    margin = [line for layer, line in workshop.ink("left") if layer < 0]
    assert margin
    assert all(not (9 < x < 51 and 9 < y < 60) for line in margin for x, y in line)
    assert all(0 <= x <= 105 and 0 <= y <= 148 for line in margin for x, y in line)
    detail = plotters.plotter_detail(workshop.store, "left")
    pens = {row.code: row.actual_mm for row in run_detail.run_detail(workshop.store, number).pens}
    sheet = SheetLayer.select()
    assert detail.odometer.drawn_mm == pytest.approx(sum(p.ink_mm for p in sheet) + 60, abs=0.5)
    assert set(pens) == {"K-01", "K-02"}
    assert books.check_books(workshop.store) == []


def primed_mm(shop: Workshop) -> float:
    """Ink that is in the margin."""
    lines = [line for layer, line in shop.ink("left") if layer == PRIMING]
    return sum(math.dist(*pair) for line in lines for pair in pairwise(line))


def test_of_a_priming_that_is_cut_off_the_drawn_part_is_booked(workshop: Workshop) -> None:
    workshop.plotter("left", 9, prime_mm=1000.0)
    workshop.pens(BLACK, RED)
    workshop.design("two", 2, (BLACK, RED))
    workshop.start("two")
    workshop.ready("left")
    until(lambda: primed_mm(workshop) > 60)
    (worker,) = workshop.worker_pids()
    os.kill(worker, signal.SIGKILL)
    workshop.until_state("left", "interrupted")
    first = primed_mm(workshop)
    plotting.resume(workshop.store, "left")
    until(lambda: any(hand.kind == "pen" for hand in workshop.hands()))
    workshop.ready("left")
    until(lambda: primed_mm(workshop) > first + 60)
    plotting.cancel(workshop.store, "left")
    workshop.until_state("left", "idle")

    second = primed_mm(workshop) - first
    assert max(first, second) < 900
    rows = list(Ledger.select().where(Ledger.kind == "prime").order_by(Ledger.key))
    assert [(row.key, row.pen.code) for row in rows] == [
        ("prime:1:0:0", "K-01"),
        ("prime:1:1:0", "K-02"),
    ]
    # The newest report of a killed worker is a moment old.
    assert -rows[0].mm == pytest.approx(first, abs=60)
    assert -rows[1].mm == pytest.approx(second, abs=0.1)
    assert Sheet.get().state == "spoiled"
    odometer = plotters.plotter_detail(workshop.store, "left").odometer
    assert odometer.drawn_mm == pytest.approx(2 * 40 - rows[0].mm - rows[1].mm, abs=0.1)
    assert books.check_books(workshop.store) == []
