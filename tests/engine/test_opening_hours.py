"""Outside the hours of work, and in quiet hours, no sheet is begun; a rehearsal knows no hours."""

from __future__ import annotations

from datetime import timedelta

from workshop import Workshop, until

from plotty_tui.studio import watching
from plotty_tui.studio.jobs import reasons
from plotty_tui.studio.planning import limits
from plotty_tui.studio.plots import rehearsal


def hours_around_now(workshop: Workshop) -> str:
    """From the full hour that has begun, two hours on."""
    now = workshop.store.clock.now().astimezone()
    return f"{now:%H}:00-{now + timedelta(hours=2):%H}:00"


def test_in_quiet_hours_the_sheet_waits_and_begins_when_they_are_over(workshop: Workshop) -> None:
    workshop.plotter("left", 50)
    workshop.design("lines", 6)
    store = workshop.store
    limits.set_quiet_hours(store, hours_around_now(workshop))
    workshop.start("lines")
    until(lambda: "begins no sheet before" in watching.device_views(store)[0].message)
    why = reasons.why_not_drawn(store, "lines")
    assert any("--quiet-hours none" in one.cure for one in why.reasons)
    assert not watching.hand_views(store)

    limits.set_quiet_hours(store, "none")
    workshop.until_state("left", "waiting")
    # What is begun is finished, also when the hours close meanwhile.
    limits.set_quiet_hours(store, hours_around_now(workshop))
    workshop.ready("left")
    until(lambda: store.row("SELECT count(*) AS n FROM sheet WHERE state = 'drawn'").n == 1)


def test_a_rehearsal_of_a_closed_studio_still_has_its_day(workshop: Workshop) -> None:
    workshop.plotter("left", 50)
    workshop.design("lines", 6)
    limits.set_quiet_hours(workshop.store, hours_around_now(workshop))
    day = rehearsal.rehearse(workshop.store)
    assert day.sheets == 1
