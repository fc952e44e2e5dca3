"""The clerk: once a second it looks what runs were told beside drawing. Limits on the clock, hands
that wait too long, dossiers to be made."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from plotty_tui.domain import runs
from plotty_tui.store import run_orders
from plotty_tui.store.database import Row, Store
from plotty_tui.store.home import Home
from plotty_tui.store.production import run_course

from .books import Books

if TYPE_CHECKING:
    from .station import Station

log = logging.getLogger("plotty.engine")

DOSSIER_SECONDS = 120.0
PAUSED, ENDED = "paused by time limit", "ended by time limit"


class Clerk:
    """What runs were told beside drawing."""

    def __init__(self, store: Store, db: Books) -> None:
        self._store = store
        self._db = db
        self._ends: dict[int, float] = {}  # run -> when its limit comes, by the monotonic clock
        self._begun: dict[int, float] = {}
        self._reached: set[int] = set()
        self._told: set[int] = set()
        self._seen: int | None = -1  # the version of the runs in which no dossier was wanted
        self._dossier: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being made that the engine has to stay for."""
        return self._dossier is not None and not self._dossier.done()

    async def look(self, stations: Iterable[Station]) -> None:
        """Carry out what is due now."""
        for row in await self._db(run_course.limited_runs, self._store):
            if self._is_over(row):
                await self._stop(row, stations)
        for hand in await self._db(run_orders.hands_to_tell, self._store, self._told):
            self._told.add(hand)
            await self._db(run_orders.tell_hand, self._store, hand)
        books = (await self._db(self._store.topics)).get("runs")
        if not self.busy and books != self._seen:
            self._seen = books
            wanted = await self._db(run_orders.dossiers_wanted, self._store)
            if wanted:
                self._seen = -1  # there may be another one
                self._dossier = asyncio.create_task(self._make_dossier(wanted[0]))

    def _is_over(self, row: Row) -> bool:
        """Wall time says when the run began; from the first look on the monotonic clock counts, so
        that a clock that is set ends no run."""
        clock = self._store.clock
        if row.id not in self._ends:
            used = max(0.0, clock.now().timestamp() - row.started_at / 1000)
            self._begun[row.id] = clock.monotonic() - used
            self._ends[row.id] = self._begun[row.id] + float(row.limit_seconds)
        return clock.monotonic() >= self._ends[row.id]

    async def _stop(self, row: Row, stations: Iterable[Station]) -> None:
        first = row.id not in self._reached
        self._reached.add(row.id)
        for station in stations:
            # What is resumed after the pause goes on to its end.
            await station.reach_limit(row.number, bool(row.pause) and first)
        seconds = self._store.clock.monotonic() - self._begun[row.id]
        why = PAUSED if row.pause else ENDED
        await self._db(run_course.stop_run, self._store, row.number, why, seconds)

    async def _make_dossier(self, number: int) -> None:
        """The engine knows nothing of reports: a process of its own makes it."""
        name = runs.run_name(number)
        environment = dict(os.environ)
        if self._store.home == Home.at(self._store.home.data):
            environment["PLOTTY_HOME"] = str(self._store.home.data)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "plotty_tui", "report", "dossier", name, "--due",
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE, env=environment,
        )  # fmt: skip
        try:
            _, said = await asyncio.wait_for(process.communicate(), DOSSIER_SECONDS)
        except TimeoutError:
            process.kill()
            said = f"no answer within {DOSSIER_SECONDS:g} s".encode()
            await process.wait()
        if process.returncode:
            text = said.decode(errors="replace").strip()
            log.error("the dossier of %s could not be made: %s", name, text)
            await self._db(run_orders.dossier_failed, self._store, number)
