"""How a driver that draws heeds orders: they come from the control thread at any moment."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from enum import IntEnum

from .driver import Cancelled, Progress

Moves = Generator[Progress, None, bool]


class Order(IntEnum):
    """What the control thread wants; a higher one overrides a lower one."""

    NONE = 0
    PAUSE = 1
    CANCEL = 2
    STOP = 3


class Obeying:
    """The orders of one driver, and what becomes of a drawing that one interrupted. The driver says
    how it stands, parks and reports."""

    def __init__(self) -> None:
        self._orders = threading.Condition()
        self._order = Order.NONE
        self._resumes = 0

    # What the control thread calls

    def pause(self) -> None:
        self._give(Order.PAUSE)

    def cancel(self) -> None:
        self._give(Order.CANCEL)

    def stop(self) -> None:
        self._give(Order.STOP)

    def resume(self) -> None:
        with self._orders:
            if self._order == Order.PAUSE:
                self._order = Order.NONE
                self._resumes += 1
                self._orders.notify_all()

    def _give(self, order: Order) -> None:
        with self._orders:
            self._order = max(self._order, order)
            self._orders.notify_all()

    # What the main thread calls

    def _forget_orders(self) -> None:
        with self._orders:
            self._order = Order.NONE

    def _obey(self) -> Iterator[Progress]:
        """Carry out the order that interrupted: returns after resume; raises Cancelled."""
        self._stand()
        while self._order == Order.PAUSE:
            # A resume and the next pause may both come before this thread wakes: two pauses.
            seen = self._resumes
            yield self._report(paused=True)
            self._wait_for_resume(seen)
        if self._order == Order.NONE:
            return
        if self._order == Order.CANCEL:
            yield from self._park()
        yield self._report()
        raise Cancelled

    def _wait_for_resume(self, seen: int) -> None:
        """Until there was a resume after the first `seen` of them, or a higher order."""
        with self._orders:
            self._orders.wait_for(lambda: self._order != Order.PAUSE or self._resumes != seen)

    def _stand(self) -> None:
        """Wait until nothing moves, the pen up."""

    def _park(self) -> Moves:
        raise NotImplementedError

    def _report(
        self, *, ended: bool = False, paused: bool = False, ready: bool = False
    ) -> Progress:
        raise NotImplementedError
