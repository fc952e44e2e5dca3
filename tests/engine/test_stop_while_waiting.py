"""After an emergency stop nothing goes on by itself, whatever a plotter was at."""

from __future__ import annotations

from workshop import FAST, Workshop, times_drawn, until

from plotty_tui.studio.plots import plotting


def test_a_plotter_that_waits_for_a_hand_or_for_work(workshop: Workshop) -> None:
    workshop.pens("#000000", "#ff0000")
    workshop.plotter("left", FAST)
    workshop.design("duo", 3, ("#000000", "#ff0000"))
    number = workshop.start("duo", devices=("left",))

    # Paper is asked for: nothing of the sheet is there yet.
    workshop.until_state("left", "waiting")
    plotting.emergency_stop(workshop.store)
    workshop.until_state("left", "paused")
    assert not workshop.hands()
    plotting.resume(workshop.store, "left")
    workshop.ready("left")

    # The second pen is asked for: the sheet is begun.
    until(lambda: [hand.kind for hand in workshop.hands()] == ["pen"])
    plotting.emergency_stop(workshop.store)
    workshop.until_state("left", "interrupted")
    assert [hand.kind for hand in workshop.hands()] == ["interrupted"]
    plotting.resume(workshop.store, "left")
    until(lambda: [hand.kind for hand in workshop.hands()] == ["pen"])
    workshop.ready("left")
    workshop.until_awaiting(number)
    assert times_drawn(workshop.ink("left"), workshop.planned("duo")) == [1] * 6

    # Nothing is on it.
    plotting.emergency_stop(workshop.store)
    plotting.resume(workshop.store, "left")
    workshop.design("solo", 3)
    again = workshop.start("solo", devices=("left",))
    workshop.ready("left")
    workshop.until_awaiting(again)
