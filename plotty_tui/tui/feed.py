"""What the dashboard knows of the studio, kept fresh from the books.

On every beat of the paint clock the feed asks whether somebody wrote (microseconds), then which
kinds of data changed, and reads those again. While plotters only draw, that is one small query.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from plotty_tui.domain import orders
from plotty_tui.studio import watching
from plotty_tui.studio.jobs import queue_lists
from plotty_tui.studio.watching import Snapshot

Found = TypeVar("Found")

RATES = (0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 20.0)
LOCAL_RATE, REMOTE_RATE = 4.0, 2.0

# Queues up to this long are read on the loop (a millisecond or two), longer ones beside it.
SHORT_QUEUE = 150
FIRST_PAGE = 60
LONG_QUEUE_SECONDS = 1.0  # the least time between two readings of a long queue

# The engine gives a sign every second. When nobody has written for this long while a plotter is
# said to be at work, it may have died: the plotters are looked at again.
QUIET_SECONDS = 4.0

DEVICES, HANDS, QUEUE, RUNS, TODAY, EVENTS, MATERIALS, SETTINGS, CLOCK = (
    "devices", "hands", "queue", "runs", "today", "events", "materials", "settings", "clock",
)  # fmt: skip
EVERYTHING = frozenset((DEVICES, HANDS, QUEUE, RUNS, TODAY, EVENTS, MATERIALS, SETTINGS, CLOCK))

# Topic of the books -> what is shown of it.
PARTS: Mapping[str, frozenset[str]] = {
    "progress": frozenset((DEVICES,)),
    "devices": frozenset((DEVICES, HANDS)),
    "materials": frozenset((DEVICES, MATERIALS)),
    "queue": frozenset((QUEUE,)),
    "runs": frozenset((DEVICES, QUEUE, RUNS, TODAY)),
    "events": frozenset((EVENTS,)),
    "settings": frozenset((SETTINGS,)),
}
AT_WORK = frozenset((orders.DRAWING, orders.WAITING, orders.PAUSED))


def usual_rate(environ: Mapping[str, str] | None = None) -> float:
    """Paintings a second: fewer over SSH, where every byte travels."""
    env = os.environ if environ is None else environ
    return REMOTE_RATE if env.get("SSH_CONNECTION") else LOCAL_RATE


async def beside(store: Any, call: Callable[..., Found], *args: Any, **more: Any) -> Found:
    """The result of `call`, made in a thread of its own, so that the screen goes on. The thread's
    connection to the books is closed. Leaving does not wait for it."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Found] = loop.create_future()

    def settle(result: Any, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)

    def work() -> None:
        result, error = None, None
        try:
            result = call(*args, **more)
        except BaseException as raised:  # told to whoever waits
            error = raised
        finally:
            store.close()
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=work, name=f"plotty-{call.__name__}", daemon=True).start()
    return await future


class Feed:
    """The newest picture of the studio (`shot`).

    `show(changed)` is called on the loop with the names of the parts that were read again, after
    every look that found something, and once a second with CLOCK.
    """

    def __init__(self, store: Any, show: Callable[[frozenset[str]], None]) -> None:
        self.store = store
        self.shot = Snapshot()
        self.readings: dict[str, int] = {}
        self._show = show
        self._version = -1
        self._topics: dict[str, int] = {}
        self._second = 0
        self._written_at = time.monotonic()
        self._reading = False
        self._stale = False
        self._long_read_at = 0.0

    def open(self) -> None:
        """Read everything once, without telling; of a long queue the first page, the rest
        follows."""
        self._version = self.store.version()
        self._topics = self.store.topics()
        self.shot = watching.snapshot(self.store, queue_limit=FIRST_PAGE)
        self._stale = self.shot.counts.get("all", 0) > FIRST_PAGE

    def look(self) -> None:
        """One beat of the paint clock."""
        changed = self._changed_parts()
        if self._stale and not self._reading:
            changed = changed | {QUEUE}
        second = int(time.time())
        if second != self._second:
            self._second = second
            changed = changed | {CLOCK} | self._look_for_engine()
        if changed:
            self._read(changed)

    def look_again(self) -> None:
        """Read everything again at the next look: this program has written something itself."""
        self._version = -1
        self._topics = {}

    def versions(self, *topics: str) -> tuple[int | None, ...]:
        """Numbers that are others when something of these topics of the books has changed."""
        return tuple(self._topics.get(topic) for topic in topics)

    def _changed_parts(self) -> frozenset[str]:
        version = self.store.version()
        if version == self._version:
            return frozenset()
        self._version = version
        self._written_at = time.monotonic()
        before, self._topics = self._topics, self.store.topics()
        parts: frozenset[str] = frozenset()
        for topic, number in self._topics.items():
            if before.get(topic) != number:
                parts |= PARTS.get(topic, frozenset())
        return parts

    def _look_for_engine(self) -> frozenset[str]:
        """DEVICES when the engine may have died without a word."""
        quiet = time.monotonic() - self._written_at > QUIET_SECONDS
        busy = quiet and any(view.state in AT_WORK for view in self.shot.devices)
        return frozenset((DEVICES,)) if busy else frozenset()

    def _read(self, parts: frozenset[str]) -> None:
        for part in parts:
            self.readings[part] = self.readings.get(part, 0) + 1
        shot = self.shot
        if parts <= {EVENTS, CLOCK}:
            if EVENTS in parts:
                shot.events = watching.newest_events(self.store)
        elif parts & {HANDS, RUNS, TODAY, EVENTS, QUEUE}:
            fresh = watching.snapshot(self.store, queue_limit=0)
            fresh.queue = shot.queue
            self.shot = shot = fresh
        elif DEVICES in parts:
            shot.devices = watching.device_views(self.store)
        if QUEUE in parts:
            self._read_queue(shot)
        self._show(parts)

    def _read_queue(self, shot: Snapshot) -> None:
        if shot.counts.get("all", 0) <= SHORT_QUEUE:
            self._stale = False
            shot.queue = queue_lists.queue_rows(self.store)
            return
        if not shot.queue:
            shot.queue = queue_lists.queue_rows(self.store, limit=FIRST_PAGE)
        soon = time.monotonic() - self._long_read_at < LONG_QUEUE_SECONDS
        if self._reading or soon:
            self._stale = True
            return
        self._stale, self._reading = False, True
        self._long_read_at = time.monotonic()
        self._task = asyncio.get_running_loop().create_task(self._read_long_queue())

    async def _read_long_queue(self) -> None:
        try:
            rows = await beside(self.store, queue_lists.queue_rows, self.store)
        finally:
            self._reading = False
        self.shot.queue = rows
        self._show(frozenset((QUEUE,)))
