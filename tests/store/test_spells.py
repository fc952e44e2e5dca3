"""Where a plotter's time goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from plotty_tui.domain import orders
from plotty_tui.store.jobs import queue
from plotty_tui.store.machines import devices, spells
from plotty_tui.store.plots import claims, sheet_ends, turns

BEGIN = datetime(2025, 11, 7, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = BEGIN

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def minutes(self, number: float) -> None:
        self.time += timedelta(minutes=number)


@pytest.fixture
def clock(studio) -> Clock:
    studio.store.clock = Clock()
    return studio.store.clock


def told(studio, since=BEGIN, until=BEGIN + DAY) -> dict[str, float]:
    return {row.state: row.seconds / 60 for row in spells.spell_rows(studio.store, since, until)}


def test_every_change_of_state_ends_one_spell_and_begins_another(studio, clock) -> None:
    device = studio.device("left")
    for state, minutes in ((orders.IDLE, 5), (orders.DRAWING, 30), (orders.WAITING, 10)):
        devices.set_device_state(studio.store, device.id, state)
        clock.minutes(minutes)
    devices.set_device_state(studio.store, device.id, orders.WAITING)  # no change, no new spell
    assert told(studio) == {orders.IDLE: 5, orders.DRAWING: 30, orders.WAITING: 10}
    assert told(studio, until=BEGIN + timedelta(minutes=20)) == {orders.IDLE: 5, orders.DRAWING: 15}


def test_a_spell_says_which_sheet_lay_on_the_plotter(studio, clock) -> None:
    device = studio.device("left")
    studio.run(studio.job(layers=((studio.pen().id, 4, 1000.0),)))
    devices.set_device_state(studio.store, device.id, orders.IDLE)
    claim = studio.load(device)
    devices.set_device_state(studio.store, device.id, orders.DRAWING)
    studio.begin(device, claim)
    studio.finish(claim)
    sheet_ends.finish_sheet(studio.store, claim.sheet)
    devices.set_device_state(studio.store, device.id, orders.IDLE)
    rows = studio.store.rows("SELECT state, sheet_id FROM spell ORDER BY id")
    assert [(row.state, row.sheet_id) for row in rows] == [
        (orders.IDLE, None), (orders.DRAWING, claim.sheet), (orders.IDLE, None),
    ]  # fmt: skip


def test_an_engine_that_was_killed_drew_until_its_last_sign_of_life(studio, clock) -> None:
    device = studio.device("left")
    devices.write_lease(studio.store, 1, "host", "1")
    devices.open_lease(studio.store)
    devices.set_device_state(studio.store, device.id, orders.DRAWING)
    clock.minutes(12)
    devices.beat(studio.store)
    clock.minutes(600)  # killed; the next morning
    devices.write_lease(studio.store, 2, "host", "1")
    devices.set_device_state(studio.store, device.id, orders.INTERRUPTED)
    clock.minutes(3)
    assert told(studio) == {orders.DRAWING: 12, orders.INTERRUPTED: 3}


def test_a_sheet_waits_for_its_time_by_the_books_own_clock(studio, clock) -> None:
    studio.paper()
    job, device = studio.job(), studio.device()
    begins = clock.now() + timedelta(hours=2)
    queue.change_job(studio.store, job.id, settings={"not_before": begins.isoformat()})
    studio.run(job)
    assert claims.claim_sheet(studio.store, device.id) is None
    assert turns.begins_next(studio.store) == int(begins.timestamp())
    clock.minutes(120)
    assert turns.begins_next(studio.store) is None
    assert claims.claim_sheet(studio.store, device.id) is not None
