"""Further attempts that nobody has to ask for: after a fault that passes, a plotter begins again or
goes on at the place, where the run was told so.

Nothing is ever drawn again on a used sheet: a sheet that the pen has touched only goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from plotty_tui.domain import orders
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.plot_orders import PASSING_FAULTS, pause_before
from plotty_tui.store.database import Store
from plotty_tui.store.plots import attempts
from plotty_tui.store.plots.claims import Claim

from .books import Books, SayState

log = logging.getLogger("plotty.engine")

# No fault of the plotter that may pass: refusals, orders, and what is wrong with the file.
NOT_AGAIN = frozenset({"", "stopped", "file", "strokes", "travel", "missing_library", "position"})

WAITED, USED_UP, TAKEN_OVER = "waited", "used up", "taken over"


class Retries:
    """The further attempts of one plotter."""

    def __init__(self, store: Store, db: Books, name: str, say: SayState) -> None:
        self._store = store
        self._db = db
        self._name = name
        self._say = say
        self._person: asyncio.Event | None = None  # while it waits: a person takes over

    def give_up(self) -> bool:
        """A person takes over; whether there was anything to give up."""
        if self._person is None:
            return False
        self._person.set()
        return True

    async def once_more(self, claim: Claim, why: str, code: str) -> bool:
        """Whether a sheet that the pen has not touched is begun again. Waits a while first; when
        all attempts are used up its job may be held."""
        if not claim.orders.retry or code in NOT_AGAIN:
            return False
        return await self._attempt(claim, why) == WAITED

    async def recover(
        self, claim: Claim, why: str, code: str, check: Callable[[], Awaitable[None]]
    ) -> bool:
        """Whether a begun sheet goes on at its place: `check` refuses until the plotter answers and
        knows where it stands. When all attempts are used up its job is held."""
        if not claim.orders.recover or code not in PASSING_FAULTS:
            return False
        while await self._attempt(claim, why) == WAITED:
            try:
                await check()
            except Refused as refusal:
                why = str(refusal).removeprefix(f"{self._name}: ")
                log.warning("%s: not yet: %s", self._name, why)
            else:
                return True
        return False

    async def _attempt(self, claim: Claim, why: str) -> str:
        number = await self._db(attempts.count_attempt, self._store, claim.sheet, why)
        if number is None:
            await self._db(attempts.hold_after_attempts, self._store, claim.sheet, why)
            return USED_UP
        seconds = pause_before(number)
        most = claim.orders.max_retries
        self._person = asyncio.Event()
        try:
            await self._say(
                orders.WAITING, f"{why}: tries again in {seconds:g} s (attempt {number} of {most})"
            )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._person.wait(), seconds)
                return TAKEN_OVER
            return WAITED
        finally:
            self._person = None
