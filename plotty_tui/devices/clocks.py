"""Wall time for a simulated plotter: the real one, or one that jumps."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Wall time for the simulator."""

    def now(self) -> float: ...

    def wait(self, orders: threading.Condition, seconds: float) -> None:
        """Called with `orders` held: wait that long, or until it is notified."""
        ...


class WallClock:
    """The real one."""

    def now(self) -> float:
        return time.monotonic()

    def wait(self, orders: threading.Condition, seconds: float) -> None:
        orders.wait(seconds)


class InstantClock:
    """Time that jumps instead of passing: a simulation as fast as the processor."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def wait(self, orders: threading.Condition, seconds: float) -> None:
        self.seconds += seconds
