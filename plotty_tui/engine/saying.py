"""What a plotter says of itself: its state, in the books and for those who wait for a change."""

from __future__ import annotations

import asyncio
import time

from plotty_tui.domain import orders
from plotty_tui.store.database import Store
from plotty_tui.store.machines import devices

from .books import Books


class SaidState:
    """The state of one plotter, a word of `orders`, and its message; empty before it was said."""

    def __init__(self, store: Store, db: Books, device: int) -> None:
        self._store = store
        self._db = db
        self._device = device
        self._changed = asyncio.Event()
        self.state = ""
        self.message = ""

    async def say(self, state: str, message: str = "") -> None:
        """It is like this now."""
        if (state, message) != (self.state, self.message):
            await self._db(devices.set_device_state, self._store, self._device, state, message)
        self.state, self.message = state, message
        self._changed.set()

    def doing(self) -> str:
        """What a plotter that is not free does."""
        return {
            orders.WAITING: f"waits for a person ({self.message})",
            orders.INTERRUPTED: "holds an interrupted sheet",
            orders.PAUSED: "is paused in a sheet",
        }.get(self.state, "is drawing")

    async def other_than(self, state: str, seconds: float) -> bool:
        """Wait until it is another one, so long at most; whether it is."""
        deadline = time.monotonic() + seconds
        while self.state == state and time.monotonic() < deadline:
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), deadline - time.monotonic())
            except TimeoutError:
                break
        return self.state != state
