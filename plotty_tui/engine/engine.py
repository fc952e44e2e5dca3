"""The engine: one asyncio process that drives every plotter of a studio.

It talks to nobody but the store and its workers. It looks for changes by the database's own
counter every 20 ms (3 µs a look), takes orders, and ends by itself when nobody has needed it for
a while.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from plotty_tui import __version__
from plotty_tui.domain import orders, sheets
from plotty_tui.domain.errors import Locked, PlottyError, Refused, StoreFull
from plotty_tui.domain.places import GoOn
from plotty_tui.store.database import Store
from plotty_tui.store.machines import devices
from plotty_tui.store.plots import claims, cut_off, recovery, set_aside, turns
from plotty_tui.store.tables import Order

from .clerk import Clerk
from .posting import has_mail_soon, keep_sending
from .reserve import Reserve
from .station import Station

log = logging.getLogger("plotty.engine")

LOOK_SECONDS = 0.02
BEAT_SECONDS = 1.0
IDLE_SECONDS = 120.0
RETRY_SECONDS = 0.5


class Engine:
    """Drives the plotters until it is told to end, or nobody needs it for `idle_seconds` (None:
    it stays), or the process `parent` that started it is gone (None: it does not care)."""

    def __init__(
        self, store: Store, idle_seconds: float | None = IDLE_SECONDS, parent: int | None = None
    ) -> None:
        self.store = store
        self.idle_seconds = idle_seconds
        self.parent = parent
        # All database work happens in this one thread: SQLite's calls may wait for the disk or a
        # lock, and the loop must not.
        self._reserve = Reserve(store.home.reserve)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="books")
        self.stations: dict[str, Station] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._obeying: set[asyncio.Task[None]] = set()
        self._end = asyncio.Event()
        self._clerk = Clerk(store, self.db)
        self._begins: int | None = None  # when a sheet that waits for its time may begin

    async def db(self, function: Any, *args: Any, **values: Any) -> Any:
        """Run a store function in the database thread. While the disk is full or the books are
        locked it waits: a plotter then stands pen up at the end of its stroke, and goes on."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                return await loop.run_in_executor(self._thread, partial(function, *args, **values))
            except (StoreFull, Locked) as error:
                log.error("%s", error)
                self._reserve.give()
                await asyncio.sleep(RETRY_SECONDS)

    async def run(self) -> None:
        """From recovery to the end."""
        loop = asyncio.get_running_loop()
        for one in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(one, self._end.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: None)
        await self._begin()
        watchers = [
            asyncio.create_task(self._beat()),
            asyncio.create_task(self._look()),
            asyncio.create_task(keep_sending(self.store, self.db)),
        ]
        try:
            ending = asyncio.create_task(self._end.wait())
            done, _ = await asyncio.wait([*watchers, ending], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in watchers:
                task.cancel()
            await self._finish()

    async def _begin(self) -> None:
        await self.db(
            devices.write_lease, self.store, os.getpid(), socket.gethostname(), __version__
        )
        await self.db(devices.lapse_orders, self.store)
        for _, job, _ in await self.db(cut_off.cut_off_sheets, self.store):
            log.info("%s lies interrupted: a person decides", job)
        await self._see_devices()
        await asyncio.gather(*(station.looked.wait() for station in self.stations.values()))
        await self.db(devices.open_lease, self.store)

    async def _see_devices(self) -> None:
        """A station for every enabled plotter; none for one that was taken away."""
        found = {device.name: device for device in await self.db(devices.enabled_devices)}
        for name, device in found.items():
            if name not in self.stations:
                station = Station(self.store, self.db, device)
                self.stations[name] = station
                self._tasks[name] = asyncio.create_task(self._keep(station), name=name)
        for name in set(self.stations) - set(found):
            if not self.stations[name].busy:
                self._tasks.pop(name).cancel()
                station = self.stations.pop(name)
                await self.db(devices.switch_off, self.store, station.id)

    async def _keep(self, station: Station) -> None:
        """One plotter's failure must not take the others along."""
        while True:
            try:
                await station.work()
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("%s: the station failed and starts anew", station.name)
                await asyncio.sleep(RETRY_SECONDS)
                await self.db(cut_off.cut_off_device, self.store, station.id)

    async def _beat(self) -> None:
        quiet = 0.0
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await self.db(devices.beat, self.store)
            await self._look_at_schedule()
            await self._clerk.look(self.stations.values())
            self._reserve.keep()
            resting = not (
                self._obeying
                or self._clerk.busy
                or any(station.active for station in self.stations.values())
            )
            quiet = quiet + BEAT_SECONDS if resting else 0.0
            if (
                self._begins is None
                and self.idle_seconds is not None
                and quiet >= self.idle_seconds
                and not await self.db(has_mail_soon, self.store)
            ):
                log.info("nobody has needed the engine for %g s: it ends", self.idle_seconds)
                self._end.set()
            if not self.store.home.database.exists():
                log.info("the studio's folder is gone: it ends")
                self._end.set()
            if self.parent is not None and os.getppid() != self.parent:
                log.info("process %s, whose engine this was, is gone: it ends", self.parent)
                self._end.set()

    async def _look_at_schedule(self) -> None:
        """Wake the plotters when a sheet's time has come, if only while it was looked up."""
        due, self._begins = self._begins, await self.db(turns.begins_next, self.store)
        if due is not None and time.time() >= due:
            for station in self.stations.values():
                station.wake.set()

    async def _look(self) -> None:
        seen = -1
        while True:
            version = await self.db(self.store.version)
            if version != seen:
                seen = version
                for order in await self.db(devices.take_orders, self.store):
                    task = asyncio.create_task(self._carry_out(order))
                    self._obeying.add(task)
                    task.add_done_callback(self._obeying.discard)
                await self._see_devices()
                # Before the plotters look: what begins between the two looks wakes them once more.
                await self._look_at_schedule()
                for station in self.stations.values():
                    station.wake.set()
            await asyncio.sleep(LOOK_SECONDS)

    async def _carry_out(self, order: Order) -> None:
        refused = False
        try:
            result = await self._obey(order)
        except PlottyError as error:
            result, refused = str(error), True
        except Exception:
            log.exception("order %s failed", order.kind)
            result, refused = "the engine failed at this order: plotty engine logs", True
        await self.db(devices.answer_order, self.store, order.id, result, refused)

    async def _obey(self, order: Order) -> str:
        if order.kind == orders.STOP_ENGINE:
            moving = [name for name, one in self.stations.items() if one.active]
            if moving and not order.args.get("force"):
                raise Refused(
                    f"{', '.join(moving)} is at work: pause or cancel it first, or use --force "
                    "(what is being drawn becomes interrupted)"
                )
            self._end.set()
            return "the engine ends"
        if order.kind == orders.ESTOP:
            for station in self.stations.values():
                await station.obey(order.kind, order.args)
            await asyncio.gather(*(station.stands() for station in self.stations.values()))
            return "every plotter is stopped, pens up"
        name = await self.db(lambda: order.device.name)
        if order.kind == orders.RESUME and order.args.get("on"):
            return await self._hand_over(name, order.args)
        return await self._station(name).obey(order.kind, order.args)

    def _station(self, name: str) -> Station:
        if name not in self.stations:
            raise Refused(f"{name} is switched off: plotty device edit {name} --enable")
        return self.stations[name]

    async def _hand_over(self, name: str, args: dict[str, Any]) -> str:
        """The sheet that lies interrupted (or paused) on one plotter is finished on another."""
        target = self._station(args["on"])
        if name == target.name:
            raise Refused(f"{name} holds it: resume without --on, or name another plotter")
        if name not in self.stations:
            return await self._hand_aside_over(name, target)
        source = self._station(name)
        how = GoOn(float(args.get("back_mm") or 0.0), bool(args.get("redo_layer")))
        await source.interrupt()
        lying = await self.db(claims.held_sheet, self.store, source.id)
        if lying is None and how == GoOn():
            await source.put_aside_again()
            return await self._hand_aside_over(name, target)
        if lying is None or lying.state != sheets.INTERRUPTED:
            raise Refused(f"{name} holds no interrupted sheet")
        moved = False
        await target.make_room()
        try:
            await self.db(recovery.move_sheet_to, self.store, lying.sheet, target.id)
            moved = True
            await target.lying.choose_place(lying, how)
        finally:
            target.take_over(moved)
        source.let_go()
        return f"{lying.job} copy {lying.copy} goes on at {target.name}, which asks for it"

    async def _hand_aside_over(self, name: str, target: Station) -> str:
        """What was set aside on one plotter, which may be switched off, goes on at another."""
        device = await self.db(devices.find_device, name)
        moved = await self.db(set_aside.give_to, self.store, device.id, target.id)
        target.wake.set()
        if not moved:
            raise Refused(f"{name} holds no interrupted sheet, and none was set aside there")
        return f"{', '.join(moved)} goes on at {target.name}, which asks for each in its turn"

    async def _finish(self) -> None:
        for name, station in self.stations.items():
            with contextlib.suppress(Exception):
                await station.end()
            task = self._tasks[name]
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
        with contextlib.suppress(Exception):
            await self.db(devices.end_lease, self.store)
            await self.db(self.store.close)
        self._thread.shutdown()
