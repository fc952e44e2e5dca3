"""The sheet that lies interrupted on a plotter: what can become of it, and where it goes on."""

from __future__ import annotations

import asyncio
import logging

from plotty_tui.domain import recovery, sheets
from plotty_tui.domain.errors import DeviceFault, Refused
from plotty_tui.domain.places import GoOn, begun_again
from plotty_tui.store.database import Store
from plotty_tui.store.plots import claims
from plotty_tui.store.plots import recovery as recovery_books
from plotty_tui.store.plots.claims import Claim

from .books import Books
from .machine import Machine
from .sheet_work import plan_layers

log = logging.getLogger("plotty.engine")


class LyingSheet:
    """What lies on one plotter."""

    def __init__(self, store: Store, db: Books, machine: Machine) -> None:
        self._store = store
        self._db = db
        self._machine = machine

    async def held(self) -> Claim | None:
        """The sheet that lies there, in whatever state; None for none."""
        lying: Claim | None = await self._db(claims.held_sheet, self._store, self._machine.id)
        return lying

    async def interrupted(self) -> Claim:
        """The one that lies there interrupted. Refused when there is none."""
        lying = await self.held()
        if lying is None or lying.state != sheets.INTERRUPTED:
            raise Refused(f"{self._machine.name} holds no interrupted sheet")
        return lying

    async def check_place(self) -> None:
        """Refused unless the plotter answers and knows where it stands."""
        try:
            await self._machine.open()
        except DeviceFault as fault:
            raise Refused(f"{self._machine.name}: {fault}") from None
        self._machine.check_position()

    async def choose_place(self, lying: Claim, how: GoOn) -> int:
        """Where the sheet goes on; how many strokes are drawn again."""
        if lying.layer >= len(lying.plan.layers):
            return 0
        strokes = (await plan_layers(self._store, lying.plan_key))[lying.layer].strokes
        lengths = await asyncio.to_thread(strokes.lengths_mm)
        stroke = how.stroke(lengths, lying.stroke)
        again = await self._strokes_again(lying, lengths, stroke)
        await self._db(recovery_books.set_place, self._store, lying.sheet, stroke, again)
        return again

    async def _strokes_again(self, claim: Claim, lengths: list[float], stroke: int) -> int:
        """How many strokes are drawn a second time when a sheet goes on at `stroke`: those before
        its place, and the one that was begun when it was cut off."""
        part = await self._db(recovery_books.newest_part, self._store, claim.sheet)
        begun = part is not None and part[0] <= claim.stroke < len(lengths)
        if begun and part is not None:
            begun = begun_again(lengths, part[0], claim.stroke, part[1])
        return claim.stroke - stroke + bool(begun)

    async def words(self, claim: Claim, why: str = "") -> str:
        """What a person is asked: why it was cut off, and what can become of it."""
        name = self._machine.name
        text = f"{name}: {claim.job} copy {claim.copy} is interrupted"
        text += f" ({why}): resume or cancel" if why else ": resume or cancel"
        choices = await self._choices()
        if choices:
            text += f"; {choices}"
        if not self._machine.position_known:
            text += f"; first push the carriage home: plotty device home-here {name}"
        return text

    async def _choices(self) -> str:
        """What can become of the sheet that lies here, with prices."""
        lying = await self.held()
        if lying is None or lying.layer >= len(lying.plan.layers):
            return ""
        try:
            drawn = await plan_layers(self._store, lying.plan_key)
        except (OSError, ValueError):
            log.exception("%s: the plan cannot be read", self._machine.name)
            return ""
        plan, machine = lying.plan, self._machine
        cut = recovery.Cut(
            self._machine.name, plan, lying.layer, lying.stroke, drawn[lying.layer].strokes,
            machine.motion(plan.preset.motion, lying.motion), machine.turn(plan),
            machine.position_known,
        )  # fmt: skip
        options = await asyncio.to_thread(recovery.options_for, cut)
        return ", ".join(map(str, options))
