"""Faults of the simulator reach the engine as those of a real plotter do."""

from __future__ import annotations

import math

import pytest
from workshop import FAST, Workshop, times_drawn, until

from plotty_tui.domain.errors import Refused
from plotty_tui.store.production import runs as books
from plotty_tui.studio.machines import plotters
from plotty_tui.studio.plots import plotting, recovery

BLACK = "#000000"


def faulty(shop: Workshop, faults: str, strokes: int = 12, speed: float = FAST) -> int:
    shop.plotter("left", speed, faults=faults)
    shop.pens(BLACK, BLACK)
    shop.design("lines", strokes)
    number = shop.start("lines")
    shop.ready("left")
    return number


def test_a_lost_cable_interrupts_once_and_the_sheet_goes_on(workshop: Workshop) -> None:
    number = faulty(workshop, "usb_lost@stroke=5")
    cut = workshop.until_state("left", "interrupted")
    assert cut.message == "the USB connection was lost"
    assert cut.stroke == 4
    plotting.resume(workshop.store, "left")
    workshop.until_awaiting(number)
    drawn = times_drawn(workshop.ink("left"), workshop.planned("lines"))
    assert drawn == [1] * 12
    halves = [line for _, line in workshop.ink("left") if math.dist(line[0], line[-1]) < 30]
    assert len(halves) == 1, "the stroke that was cut off, and then drawn again"
    assert books.check_books(workshop.store) == []


def test_after_a_brown_out_a_plotter_is_homed_by_hand_first(workshop: Workshop) -> None:
    number = faulty(workshop, "brown_out@stroke=5")
    workshop.until_state("left", "interrupted")
    store = workshop.store
    words = "left was reset and does not know where its carriage stands"
    for choice in ({}, {"back_mm": 20.0}, {"redo_layer": True}):
        with pytest.raises(Refused, match=words):
            plotting.resume(store, "left", **choice)
    with pytest.raises(Refused, match=words):
        plotting.skip_layer(store, "left")
    with pytest.raises(Refused, match=words):
        plotters.home(store, "left")
    (found,) = recovery.interrupted_sheets(store)
    assert not found.position_known
    assert found.options[0].command == "plotty device home-here left; plotty resume left"
    (hand,) = workshop.hands()
    assert "plotty device home-here left" in hand.text
    plotters.home_here(store, "left")
    plotting.resume(store, "left")
    workshop.until_awaiting(number)
    assert times_drawn(workshop.ink("left"), workshop.planned("lines")) == [1] * 12


def test_a_lost_plotter_is_pushed_home_before_a_fresh_sheet(workshop: Workshop) -> None:
    faulty(workshop, "brown_out@stroke=3", 6)
    workshop.until_state("left", "interrupted")
    plotting.cancel(workshop.store, "left")
    number = workshop.start("lines")
    workshop.ready("left")
    until(lambda: any(hand.kind == "home" for hand in workshop.hands()))
    before = len(workshop.ink("left"))
    workshop.ready("left")
    until(lambda: len(workshop.ink("left")) > before)
    assert plotters.plotter_detail(workshop.store, "left").position_known
    workshop.until_awaiting(number)


def test_a_board_that_hangs_is_noticed_and_the_sheet_goes_on(workshop: Workshop) -> None:
    number = faulty(workshop, "stall@stroke=3", 6)
    cut = workshop.until_state("left", "interrupted")
    assert "has not answered for" in cut.message
    plotting.resume(workshop.store, "left")
    workshop.until_awaiting(number)
    assert all(times_drawn(workshop.ink("left"), workshop.planned("lines")))


def test_a_dry_pen_is_seen_by_a_person_only_who_goes_back_with_another(workshop: Workshop) -> None:
    number = faulty(workshop, "pen_dry=140mm", 14, 8)
    workshop.until_stroke("left", 6)
    assert len(workshop.ink("left")) == 4
    assert workshop.view("left").state == "drawing"
    plotting.pause(workshop.store, "left")
    plotting.resume(workshop.store, "left", redo_layer=True, pen="K-02")
    workshop.until_awaiting(number)
    assert times_drawn(workshop.ink("left"), workshop.planned("lines")) == [2] * 3 + [1] * 11


def test_a_belt_that_slips_draws_beside_its_place(workshop: Workshop) -> None:
    number = faulty(workshop, "slip@stroke=5", 8)
    workshop.until_awaiting(number)
    drawn = times_drawn(workshop.ink("left"), workshop.planned("lines"))
    assert drawn == [1] * 4 + [0] * 4
    assert len(workshop.ink("left")) == 8
