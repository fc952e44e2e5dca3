"""The wait that a layer's name orders: the plotter stands still, pen up, and heeds orders."""

from __future__ import annotations

import asyncio
import time

from plotty_tui.domain import orders

from .books import SayState
from .link import WorkerLink


class LayerWait:
    """One wait. The worker has nothing to pause or cancel meanwhile: orders are for `order`."""

    def __init__(self) -> None:
        self._orders: asyncio.Queue[str] = asyncio.Queue()
        self.stood = 0.0  # seconds of the wait that have passed, pauses not counted

    def order(self, do: str) -> None:
        """pause, resume, cancel or stop."""
        self._orders.put_nowait(do)

    async def stand(self, link: WorkerLink, seconds: float, say: SayState, words: str) -> bool:
        """Let so many seconds pass; a pause stops the clock until the resume. False when cancel or
        stop ended it. Raises DeviceFault when the worker is lost."""
        while True:
            began = time.monotonic()
            do = await self._next_order(link, seconds - self.stood)
            self.stood = min(self.stood + time.monotonic() - began, seconds)
            if not do:
                return True
            if do == "pause":
                await say(orders.PAUSED)
                while do == "pause":
                    do = await self._next_order(link, None)
                if do == "resume":
                    await say(orders.DRAWING, words)
            if do in ("cancel", "stop"):
                return False

    async def _next_order(self, link: WorkerLink, seconds: float | None) -> str:
        """What is ordered next; empty when nothing was in so many seconds."""
        order = asyncio.create_task(self._orders.get())
        lost = asyncio.create_task(link.until())
        try:
            done, _ = await asyncio.wait(
                {order, lost}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if lost in done:
                lost.result()  # raises
            return order.result() if order in done else ""
        finally:
            order.cancel()
            lost.cancel()
