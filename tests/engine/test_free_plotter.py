"""What is asked of a plotter between sheets: moves, heights, a test pattern, settings, service."""

from __future__ import annotations

import math

import pytest
from workshop import FAST, SLOW, Workshop, times_drawn, until

from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.store.tables import Device, Ledger, Run, Sheet
from plotty_tui.studio import watching
from plotty_tui.studio.machines import plotters
from plotty_tui.studio.plots import plotting
from plotty_tui.studio.production import completion, run_detail
from plotty_tui.studio.upkeep import checks

BLACK = "#000000"


def test_a_free_plotter_moves_as_told_and_keeps_a_height_that_was_tried(
    workshop: Workshop,
) -> None:
    workshop.plotter("left")
    store = workshop.store
    assert plotters.jog(store, "left", 50, 20) == "left moved by 50, 20 mm"
    assert "at height 32" in plotters.move_pen(store, "left", True, 32)
    assert "pen_pos_down" not in Device.get().settings
    plotters.jog(store, "left", 40, 0)
    assert "which is kept" in plotters.move_pen(store, "left", True, 34, keep=True)
    assert plotters.plotter_detail(store, "left").motion.pen_pos_down == 34
    plotters.move_pen(store, "left", False)
    plotters.home(store, "left")
    with pytest.raises(Refused, match=r"leaves the travel of 300 x 217\.9 mm"):
        plotters.jog(store, "left", -5, 0)
    with pytest.raises(Refused, match="pen height 120"):
        plotters.move_pen(store, "left", True, 120)
    with pytest.raises(Refused, match="--keep needs a height"):
        plotters.move_pen(store, "left", True, keep=True)


def test_nothing_of_it_is_done_while_a_sheet_is_on_it(workshop: Workshop) -> None:
    workshop.plotter("left", SLOW)
    workshop.design("lines", 24)
    workshop.start("lines")
    store = workshop.store
    workshop.until_state("left", "waiting")
    with pytest.raises(Refused, match=r"left waits for a person \(put a6 on left"):
        plotters.jog(store, "left", 5, 5)
    workshop.ready("left")
    workshop.until_state("left", "drawing")
    for what in (
        lambda: plotters.home(store, "left"),
        lambda: plotters.home_here(store, "left"),
        lambda: plotters.jog(store, "left", 5, 5),
        lambda: plotters.move_pen(store, "left", True),
        lambda: plotters.draw_test(store, "left"),
    ):
        with pytest.raises(Refused, match="left is drawing: finish that, or plotty cancel left"):
            what()
    with pytest.raises(Refused, match="left is drawing"):
        plotters.remove_plotter(store, "left")
    with pytest.raises(Refused, match="holds lines: change its model when it is free"):
        plotters.edit_plotter(store, "left", {"model": "v2"})
    workshop.cut_off("left", 1)
    assert "pen of left is up" in plotters.move_pen(store, "left", False)
    with pytest.raises(Refused, match="left holds an interrupted sheet"):
        plotters.move_pen(store, "left", True)
    with pytest.raises(Refused, match="left holds lines copy 1"):
        plotters.remove_plotter(store, "left")


def test_the_test_pattern_is_no_production_but_its_ink_counts(workshop: Workshop) -> None:
    workshop.plotter("left", 100)
    workshop.pens(BLACK)
    Device.update(loaded_pen=1).execute()
    store = workshop.store
    with pytest.raises(Refused, match="paper card is too small"):
        plotters.draw_test(store, "left", "card")
    plotters.draw_test(store, "left", "a5")
    until(workshop.hands)
    assert workshop.hands()[0].text.startswith("put a5 on left for the test pattern")
    workshop.ready("left")
    workshop.until_state("left", "idle")

    ink = -sum(row.mm for row in Ledger.select().where(Ledger.reason == "test pattern"))
    assert ink > 600
    assert len(workshop.ink("left")) > 20
    odometer = plotters.plotter_detail(store, "left").odometer
    assert odometer.drawn_mm == pytest.approx(ink, abs=0.1)
    assert odometer.lifts == len(workshop.ink("left"))
    assert not Sheet.select().exists()
    assert not Run.select().exists()
    assert watching.today(store).drawn == 0
    plotters.draw_test(store, "left")
    until(workshop.hands)
    assert "gives the test pattern up" in plotting.cancel(store, "left")
    workshop.until_state("left", "idle")


def test_of_a_test_pattern_that_is_cut_off_the_drawn_part_is_booked(workshop: Workshop) -> None:
    workshop.plotter("left", 9)
    workshop.pens(BLACK)
    Device.update(loaded_pen=1).execute()
    store = workshop.store
    plotters.draw_test(store, "left")
    workshop.ready("left")
    until(lambda: len(workshop.ink("left")) > 3)
    assert "paused" in plotting.pause(store, "left")
    plotting.resume(store, "left")
    until(lambda: len(workshop.ink("left")) > 5)
    workshop.kill_engine()
    workshop.restart_engine()
    workshop.until_state("left", "idle")

    drawn = sum(math.dist(line[0], line[-1]) for _, line in workshop.ink("left"))
    (row,) = Ledger.select().where(Ledger.reason == "test pattern")
    assert -row.mm == pytest.approx(drawn, abs=30)
    assert plotters.plotter_detail(store, "left").odometer.drawn_mm == -row.mm


def test_settings_are_taken_when_the_plotter_is_free(workshop: Workshop) -> None:
    workshop.plotter("left", 10)
    workshop.design("one", 8)
    workshop.design("two", 8)
    first = workshop.start("one")
    workshop.ready("left")
    workshop.until_state("left", "drawing")
    _, remark = plotters.edit_plotter(workshop.store, "left", {"preset": "safe", "speed": FAST})
    assert remark == "left takes it after one"
    brisk = workshop.until_awaiting(first).seconds or 0.0
    second = workshop.start("two")
    workshop.ready("left")
    slow = workshop.until_awaiting(second).seconds or 0.0
    assert slow > 1.3 * brisk
    planned = workshop.planned("two")
    assert times_drawn(workshop.ink("left"), planned) == [2] * len(planned)  # one drew the same


def test_a_switched_off_plotter_takes_nothing_until_it_is_switched_on(workshop: Workshop) -> None:
    workshop.plotter("left")
    workshop.plotter("right")
    store = workshop.store
    plotters.edit_plotter(store, "left", {}, enabled=False)
    with pytest.raises(Refused, match="left is off: plotty device edit left --enable"):
        plotters.home(store, "left")
    workshop.design("lines", 4)
    workshop.start("lines")
    workshop.until_state("right", "waiting")
    with pytest.raises(Refused, match="left is switched off"):
        plotters.home(store, "left")
    plotters.edit_plotter(store, "left", {}, enabled=True)
    assert plotters.home(store, "left")


def test_a_plotter_that_has_drawn_stays_in_the_books(workshop: Workshop) -> None:
    workshop.plotter("left", 100)
    workshop.plotter("spare")
    store = workshop.store
    assert plotters.remove_plotter(store, "spare") == "spare is removed"
    workshop.design("lines", 4)
    number = workshop.start("lines")
    workshop.ready("left")
    detail = workshop.until_awaiting(number)
    workshop.until_state("left", "idle")
    with pytest.raises(Refused, match=f"left is in {detail.name}, which is not settled"):
        plotters.remove_plotter(store, "left")
    results = completion.results_of_form(detail, {})
    completion.complete_run(store, number, results)
    assert "stays in the books" in plotters.remove_plotter(store, "left")
    assert watching.device_views(store) == []
    with pytest.raises(NotFound, match="no plotter 'left'"):
        plotters.plotter_detail(store, "left")
    with pytest.raises(Refused, match="'left' was removed, and is in the books"):
        workshop.plotter("left")
    assert run_detail.run_detail(store, number).sheets[0].device == "left"
    plotters.edit_plotter(store, "left", {}, enabled=True)
    assert workshop.view("left").lifts == 4


def test_a_service_limit_warns_or_takes_no_new_sheet(workshop: Workshop) -> None:
    workshop.plotter("left", 50)
    workshop.design("lines", 6)
    store = workshop.store
    plotters.edit_plotter(store, "left", {"service": "0.2m, 1000 lifts"}, blocks=True)
    number = workshop.start("lines", copies=2)
    workshop.ready("left")
    until(lambda: "due for service (0 m of 0.2 m)" in workshop.view("left").message)
    assert workshop.view("left").state == "idle"
    (check,) = [one for one in checks.check_ready(store) if one.name == "device left"]
    assert check.level == "fail"
    workshop.design("more", 6)
    with pytest.raises(Refused, match="left is due for service"):
        workshop.start("more")

    plotters.edit_plotter(store, "left", {}, blocks=False)
    (check,) = [one for one in checks.check_ready(store) if one.name == "device left"]
    assert check.level == "warn"
    workshop.ready("left")
    workshop.until_awaiting(number)
    plotters.log_service(store, "left", "rails oiled")
    detail = plotters.plotter_detail(store, "left")
    assert detail.due == ""
    assert detail.since_service.drawn_mm == 0
    assert [(row.text, row.lifts) for row in detail.log] == [("rails oiled", 12)]
