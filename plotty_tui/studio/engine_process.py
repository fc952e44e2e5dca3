"""The engine's process, as everybody else sees it: started when needed, asked, stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime

from plotty_tui.domain import orders
from plotty_tui.domain.errors import Refused
from plotty_tui.store.database import Store, leave_checkpoints_to_engine
from plotty_tui.store.home import Home, engine_runs
from plotty_tui.store.machines import devices
from plotty_tui.store.tables import moment

START_SECONDS = 10.0
LOOK_SECONDS = 0.02
# A beat that is older than this while the lock is held: the engine hangs.
STALE_SECONDS = 10.0


class Unanswered(Refused):
    """The engine did not answer an order in time."""


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """Whether an engine runs, who it is, and when it last gave a sign."""

    running: bool
    pid: int | None = None
    host: str = ""
    started_at: datetime | None = None
    beat_at: datetime | None = None
    stale: bool = False


def engine_status(store: Store) -> EngineStatus:
    """What is known of the engine."""
    row = devices.lease(store)
    if not engine_runs(store.home) or row is None or row.state == "ended":
        return EngineStatus(False)
    beat = moment(row.beat_at)
    age = (store.clock.now() - beat).total_seconds() if beat else 0.0
    return EngineStatus(
        True, row.pid, row.host, moment(row.started_at), beat, stale=age > STALE_SECONDS
    )


def ensure_engine(store: Store, keep: bool = False, tied: bool = False) -> bool:
    """Start the engine if none runs, and wait until it takes orders; True when this call started
    it. It is detached: it outlives this process and its terminal, unless it is `tied` to it.
    Refused when it does not come up."""
    process = None if engine_runs(store.home) else _spawn(store.home, keep, tied)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if _takes_orders(store):
            leave_checkpoints_to_engine()
            return process is not None
        # Of two that start it at once one is refused by the lock; the other's engine will do.
        if process is not None and process.poll() is not None and not engine_runs(store.home):
            raise Refused(f"the engine did not start: see {store.home.engine_log}")
        time.sleep(LOOK_SECONDS)
    raise Refused(
        f"the engine did not answer within {START_SECONDS:g} s: see {store.home.engine_log}"
    )


def _takes_orders(store: Store) -> bool:
    """Whether the engine that holds the lock is the one that says it runs."""
    row = devices.lease(store)
    return (
        row is not None
        and row.state == "running"
        and engine_runs(store.home)
        and store.home.engine_lock.read_text() == f"process {row.pid}"
    )


def _spawn(home: Home, keep: bool, tied: bool) -> subprocess.Popen[bytes]:
    flags = ["--keep"] * keep + ["--tied"] * tied
    with home.engine_log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "plotty_tui.engine", *flags],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd="/",
            start_new_session=True,
            env=_environment(home),
        )


def _environment(home: Home) -> dict[str, str]:
    environment = dict(os.environ)
    if home == Home.at(home.data):
        environment["PLOTTY_HOME"] = str(home.data)
    return environment


def stop_engine(store: Store, force: bool = False) -> str:
    """End the engine; Refused while a plotter is at work, unless forced (what is being drawn is
    then interrupted, pen up)."""
    if not engine_runs(store.home):
        return "no engine runs"
    answer = order(store, orders.STOP_ENGINE, force=force)
    deadline = time.monotonic() + START_SECONDS
    while engine_runs(store.home) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    return answer


def engine_log_lines(store: Store, count: int = 50) -> list[str]:
    """The last lines of the engine's log."""
    try:
        lines = store.home.engine_log.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []
    return lines[-count:]


def order(
    store: Store, kind: str, device: str | None = None, seconds: float = 10.0, **args: object
) -> str:
    """Give the engine an order and wait for its answer. Raises Refused with the engine's own
    sentence, or when it does not answer in time."""
    from .opening import actor

    number = devices.give_order(store, kind, device, actor(), **args)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = devices.order_answer(store, number)
        if answer is not None:
            if answer.refused:
                raise Refused(answer.result)
            return answer.result
        time.sleep(LOOK_SECONDS)
    devices.answer_order(store, number, "nobody waited any longer", refused=True)
    raise Unanswered(f"the engine did not answer within {seconds:g} s: plotty engine status")
