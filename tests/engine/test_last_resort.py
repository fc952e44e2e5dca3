"""An emergency stop works when the engine does not."""

from __future__ import annotations

import os
import signal
import time
from datetime import datetime, timedelta

import psutil
import pytest
from workshop import Workshop, until

from plotty_tui.domain.errors import StoreFull
from plotty_tui.store.clock import SystemClock
from plotty_tui.studio import engine_process
from plotty_tui.studio.plots import last_resort, plotting, recovery


class LaterClock(SystemClock):
    """A clock for which the engine's last sign is long ago."""

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=60)


def pen_down(shop: Workshop, device: str) -> bool:
    return shop.store.home.ink_file(device).with_suffix(".ink.place").read_text().endswith("down\n")


def gone(pid: int) -> bool:
    """It has ended, whether or not anybody has asked how."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def draw_slowly(shop: Workshop, *names: str) -> None:
    colors = ("#000000", "#d81e2c")
    shop.pens(*colors)
    for name, color in zip(names, colors, strict=False):
        shop.plotter(name, 4)
        shop.design(f"for {name}", 12, (color,))
    shop.start()
    for name in names:
        shop.ready(name)
        shop.until_stroke(name, 1)


def test_an_engine_that_hangs_is_ended_and_every_pen_goes_up(workshop: Workshop) -> None:
    draw_slowly(workshop, "left", "right")
    store = workshop.store
    pid = engine_process.engine_status(store).pid
    assert pid is not None
    workers = workshop.worker_pids()
    os.kill(pid, signal.SIGSTOP)
    clock, store.clock = store.clock, LaterClock()
    assert engine_process.engine_status(store).stale
    begun = time.monotonic()
    words = plotting.emergency_stop(store)
    assert time.monotonic() - begun < 5
    assert words == (
        f"the engine hung and was ended (process {pid}); 2 plotter processes stopped, pen up"
    )
    store.clock = clock
    assert not engine_process.engine_runs(store.home)
    until(lambda: all(gone(worker) for worker in workers))
    assert not pen_down(workshop, "left")
    assert not pen_down(workshop, "right")
    assert {workshop.view(name).state for name in ("left", "right")} == {"interrupted"}
    workshop.restart_engine()
    for name in ("left", "right"):
        workshop.until_state(name, "interrupted")
        plotting.resume(store, name)
        workshop.until_state(name, "drawing")


def test_books_that_cannot_be_written_do_not_keep_a_plotter_going(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_slowly(workshop, "left")

    def full(*_: object, **__: object) -> str:
        raise StoreFull("the disk is full")

    monkeypatch.setattr(plotting, "order", full)
    assert "1 plotter process stopped" in plotting.emergency_stop(workshop.store)
    assert not pen_down(workshop, "left")


def test_a_worker_that_hangs_too_is_ended(workshop: Workshop) -> None:
    draw_slowly(workshop, "left")
    (worker,) = workshop.worker_pids()
    pid = engine_process.engine_status(workshop.store).pid
    assert pid is not None
    for one in (pid, worker):
        os.kill(one, signal.SIGSTOP)
    words = last_resort.stop_without_engine(workshop.store)
    assert f"plotter process {worker} hung and was ended" in words
    until(lambda: gone(worker))


def test_a_pen_is_raised_through_a_worker_of_its_own(workshop: Workshop) -> None:
    soon = time.monotonic() + 10
    assert last_resort.pen_raised(last_resort.begin_raising("simulator", {}), soon)
    broken = {"model": "v3", "port": "/dev/there-is-none"}
    assert not last_resort.pen_raised(last_resort.begin_raising("axidraw", broken), soon)
    late = last_resort.begin_raising("simulator", {})
    assert not last_resort.pen_raised(late, time.monotonic())
    assert late.returncode is not None


def test_when_the_stop_is_answered_the_books_know_what_lies_where(workshop: Workshop) -> None:
    draw_slowly(workshop, "left", "right")
    plotting.emergency_stop(workshop.store)
    assert [one.device for one in recovery.interrupted_sheets(workshop.store)] == ["left", "right"]
