"""Hands: a station asks a person for paper and pens, and waits for the answer.

What is asked is a row in the books, so that every face shows it; the answer comes as an order.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from plotty_tui.domain import orders, sheets
from plotty_tui.domain.colors import color_name
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.plan import PlanLayer
from plotty_tui.store import devices, drawing
from plotty_tui.store.database import Store
from plotty_tui.store.drawing import Claim

from .books import Books, SayState


def _layer_words(layer: PlanLayer) -> str:
    """`indigo (#27306b)`."""
    return f"{color_name(layer.color)} ({layer.color})"


class GivenUp(Exception):
    """A person gave the sheet up."""


class SkipLayer(Exception):
    """A person leaves the layer at hand out."""


class PutBack(Exception):
    """The sheet that was asked for goes back to the queue: another one comes first."""


@dataclass(frozen=True, slots=True)
class WantedPen:
    """A pen that a person is asked for: of the stock, or any of this colour."""

    id: int | None
    words: str
    color: str


class Hands:
    """What one station asks of a person, one thing at a time."""

    def __init__(self, store: Store, db: Books, device: int, name: str, say: SayState) -> None:
        self._store = store
        self._db = db
        self._device = device
        self._name = name
        self._say = say
        self._answer: asyncio.Future[dict[str, Any]] | None = None
        self._asked: WantedPen | None = None
        self.kind = ""  # what was asked for last

    @property
    def waiting(self) -> bool:
        """Whether somebody is asked for something now."""
        return self._answer is not None and not self._answer.done()

    async def ask_for_sheet(self, claim: Claim, layer: PlanLayer) -> bool:
        """Paper, and the pen of this layer with it when it is not in the holder: whether a pen was
        put in. Raises GivenUp, SkipLayer or PutBack."""
        text = f"put {claim.paper} on {self._name} for {claim.job} copy {claim.copy}"
        if claim.to_put_on:
            text = (
                f"put the begun {claim.paper} of {claim.job} copy {claim.copy} on {self._name}, "
                "as it lay before"
            )
            await self._db(
                drawing.move_sheet, self._store, claim.sheet, sheets.WAITING,
                waiting_for=drawing.TO_PUT_ON,
            )  # fmt: skip
        pen = await self._pen_to_put_in(layer)
        if pen is not None:
            text += f", and {pen.words} in the holder"
        answer = await self._wait(orders.HAND_PAPER, text, claim.sheet, pen, claim.paper)
        state = sheets.WAITING if claim.to_put_on else sheets.LOADED
        await self._db(drawing.move_sheet, self._store, claim.sheet, state, waiting_for="")
        await self._note_pen(pen, answer)
        return pen is not None

    async def ask_for_test_sheet(self, text: str) -> None:
        """Any paper and pen for a test pattern. Raises GivenUp."""
        await self._wait(orders.HAND_PAPER, text, None, None)

    async def ask_for_home(self, sheet: int | None) -> None:
        """The carriage in its home corner. Raises GivenUp."""
        text = f"push the carriage of {self._name} to its home corner: it was reset"
        await self._wait(orders.HAND_HOME, text, sheet, None)

    async def ask_for_pen(self, claim: Claim, layer: PlanLayer) -> bool:
        """The pen of this layer, unless it is in the holder; whether it was put in. Raises GivenUp
        or SkipLayer."""
        pen = await self._pen_to_put_in(layer)
        if pen is None:
            return False
        lying = await self._db(drawing.held_sheet, self._store, self._device)
        if lying.state == sheets.DRAWING:
            await self._db(
                drawing.move_sheet, self._store, claim.sheet, sheets.WAITING, waiting_for="pen"
            )
        text = f"put {pen.words} in {self._name} for {claim.job}"
        if layer.name.casefold() != layer.color:
            text += f", layer {layer.name}"
        answer = await self._wait(orders.HAND_PEN, text, claim.sheet, pen)
        await self._note_pen(pen, answer)
        return True

    async def ask_to_go_on(self, claim: Claim, layer: PlanLayer) -> None:
        """A look before this layer, as its name orders. Raises GivenUp or SkipLayer."""
        await self._db(
            drawing.move_sheet, self._store, claim.sheet, sheets.WAITING, waiting_for="stop"
        )
        text = f"look at {self._name}: layer {layer.name} of {claim.job} comes next"
        await self._wait(orders.HAND_STOP, text, claim.sheet, None)

    async def _pen_to_put_in(self, layer: PlanLayer) -> WantedPen | None:
        """What has to go into the holder for this layer; None when it is in there."""
        holder = await self._db(devices.holder, self._store, self._device)
        planned = layer.pen.pen_id if layer.pen else None
        if planned is None:
            if holder.pen is None and holder.color.casefold() == layer.color.casefold():
                return None
            return WantedPen(None, f"a {_layer_words(layer)} pen", layer.color)
        pen = await self._db(devices.choose_pen, self._store, self._device, planned)
        if pen.id == holder.pen:
            return None
        return WantedPen(pen.id, f"pen {pen.code}", pen.color)

    async def _note_pen(self, wanted: WantedPen | None, answer: dict[str, Any]) -> None:
        pen = answer.get("pen") or (wanted.id if wanted else None)
        if pen or wanted:
            color = wanted.color if wanted else ""
            await self._db(devices.load_pen, self._store, self._device, pen, color)

    async def _wait(
        self, kind: str, text: str, sheet: int | None, pen: WantedPen | None, paper: str = ""
    ) -> dict[str, Any]:
        started = time.monotonic()
        self.kind = kind
        self._answer = asyncio.get_running_loop().create_future()
        self._asked = pen
        wants: dict[str, Any] = {"sheet": sheet, "paper": paper}
        if pen is not None:
            wants |= {"pen": pen.id, "color": pen.color}
        try:
            # The hand first: whoever sees the plotter wait can see for what.
            await self.raise_hand(kind, text, **wants)
            await self._say(orders.WAITING, text)
            answer = await self._answer
        finally:
            self._answer = None
        waited = time.monotonic() - started
        if sheet is not None:
            await self._db(drawing.add_human_seconds, self._store, sheet, waited)
        return answer

    async def raise_hand(self, kind: str, text: str, **wants: Any) -> None:
        """Ask without waiting: the answer is another order (resume, cancel)."""
        await self._db(devices.raise_hand, self._store, self._device, kind, text, **wants)

    async def withdraw(self, answer: str) -> None:
        """What was asked is settled."""
        await self._db(devices.answer_hands, self._store, self._device, answer)

    async def ready(self, pen: int | None) -> None:
        """It is in; `pen` names another pen than the one asked for. Refused when nothing is asked,
        or when that pen draws elsewhere."""
        if self.waiting:
            wanted = pen or (self._asked.id if self._asked else None)
            if wanted is not None:
                await self._db(devices.check_pen_free, wanted, self._device)
        # Somebody else may have answered while the books were looked at.
        if self._answer is None or self._answer.done():
            raise Refused(f"{self._name} waits for nothing")
        self._answer.set_result({"pen": pen} if pen else {})
        await self.withdraw("ready")

    async def give_up(self) -> None:
        """The person does not put it in: the sheet is given up."""
        await self._break_off(GivenUp(), "cancelled")

    async def skip_layer(self) -> None:
        """The layer that a pen is asked for is left out."""
        await self._break_off(SkipLayer(), "left out")

    async def put_back(self) -> None:
        """The sheet that is asked for goes back to the queue."""
        await self._break_off(PutBack(), "put back")

    async def _break_off(self, why: Exception, answer: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(why)
        await self.withdraw(answer)
