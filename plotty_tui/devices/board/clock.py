"""Board time, in ticks of 40 µs: the beat at which the firmware steps its motors (25 kHz)."""

from __future__ import annotations

import math
import threading
import time
from typing import Protocol

TICKS_PER_MS = 25
TICKS_PER_SECOND = 25_000


class Clock(Protocol):
    """Where a board's time comes from. `wait` is called with `changed` held."""

    def ticks(self) -> int:
        """Ticks since the clock was made."""
        ...

    def wait(self, until: float, changed: threading.Condition) -> None:
        """Return when it is `until` (ticks; infinite: never), or earlier when notified."""
        ...

    def look(self, event: float) -> None:
        """Somebody asks for the state, and the next thing that changes it is at `event`."""
        ...


class WallClock:
    """Real time, or `speed` times as fast."""

    def __init__(self, speed: float = 1.0) -> None:
        if not (speed > 0 and math.isfinite(speed)):
            raise ValueError(f"a board's speed is a positive number, not {speed}")
        self._ticks_per_second = speed * TICKS_PER_SECOND
        self._zero = time.monotonic()

    def ticks(self) -> int:
        return int((time.monotonic() - self._zero) * self._ticks_per_second)

    def wait(self, until: float, changed: threading.Condition) -> None:
        if math.isinf(until):
            changed.wait()
            return
        seconds = self._zero + until / self._ticks_per_second - time.monotonic()
        if seconds > 0:
            changed.wait(min(seconds, threading.TIMEOUT_MAX))

    def look(self, event: float) -> None:
        pass


class InstantClock:
    """Time that passes only when something waits for it, or when a test says so.

    A host that polls until the board is idle would poll for ever, so every look lets the command
    that is being carried out end.
    """

    def __init__(self) -> None:
        self._now = 0

    def ticks(self) -> int:
        return self._now

    def wait(self, until: float, changed: threading.Condition) -> None:
        if math.isinf(until):
            changed.wait()
        else:
            self._now = max(self._now, int(until))

    def look(self, event: float) -> None:
        if not math.isinf(event):
            self._now = max(self._now, int(event))

    def advance(self, seconds: float) -> None:
        """Let board time pass."""
        self._now += round(seconds * TICKS_PER_SECOND)


class HeldClock(InstantClock):
    """An instant clock on which a look costs no time: for tests that look closely."""

    def look(self, event: float) -> None:
        pass


def clock_of(speed: float) -> Clock:
    """A clock by its factor: 1 real, 20 twenty times as fast, 0 instant."""
    return WallClock(speed) if speed else InstantClock()
