"""Hands: a station asks a person for paper and pens, and waits for the answer.

What is asked is a row in the books, so that every face shows it; the answer comes as an order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from plotty_tui.domain import orders, sheets
from plotty_tui.domain.colors import color_name
from plotty_tui.domain.errors import DeviceFault, Refused
from plotty_tui.domain.plan import PlanLayer
from plotty_tui.store import run_orders
from plotty_tui.store.database import Row, Store
from plotty_tui.store.inventory import holders
from plotty_tui.store.inventory.holders import WantedPen
from plotty_tui.store.machines import devices
from plotty_tui.store.plots import claims, drawing, set_aside
from plotty_tui.store.plots.claims import Claim

from .books import Books, SayState

Words = Callable[[WantedPen | None], str]  # what is asked, with the pen that has to be put in


def _pen_words(pen: WantedPen) -> str:
    """`pen K-01`, `pen K-01 (shake it first)`, or `a indigo (#27306b) pen`."""
    care = f" ({pen.care} first)" if pen.care else ""
    return f"pen {pen.code}{care}" if pen.code else f"a {color_name(pen.color)} ({pen.color}) pen"


class GivenUp(Exception):
    """A person gave the sheet up."""


class SkipLayer(Exception):
    """A person leaves the layer at hand out."""


class PutBack(Exception):
    """The sheet that was asked for goes back to the queue: another one comes first."""


class Hands:
    """What one station asks of a person, one thing at a time."""

    def __init__(self, store: Store, db: Books, device: int, name: str, say: SayState) -> None:
        self._store = store
        self._db = db
        self._device = device
        self._name = name
        self._say = say
        self._answer: asyncio.Future[None] | None = None
        self.kind = ""  # what was asked for last

    @property
    def waiting(self) -> bool:
        """Whether somebody is asked for something now."""
        return self._answer is not None and not self._answer.done()

    async def ask_for_sheet(self, claim: Claim, layer: PlanLayer) -> bool:
        """Paper, and the pen of this layer with it when it is not in the holder: whether a pen was
        put in. Raises GivenUp, SkipLayer or PutBack."""
        what = f"{claim.job} copy {claim.copy}"
        off = await self._db(set_aside.to_take_off, self._store, self._device, claim.sheet)
        text = self._paper_words(claim, what, off)
        if claim.to_put_on:
            await self._db(
                drawing.move_sheet, self._store, claim.sheet, sheets.WAITING,
                waiting_for=claims.TO_PUT_ON,
            )  # fmt: skip

        def words(pen: WantedPen | None) -> str:
            return f"{text}, and {_pen_words(pen)} in the holder" if pen else text

        on = {"back": what} if claim.to_put_on else {"paper": claim.paper}
        pen = await self._wait(orders.HAND_PAPER, words, claim.sheet, layer, off=off, **on)
        await self._db(set_aside.put_on, self._store, claim.sheet)
        return pen is not None

    def _paper_words(self, claim: Claim, what: str, off: str) -> str:
        """What has to come off the plotter, and to lie on it."""
        first = f"take the begun {off} off {self._name} and keep it, " if off else ""
        if not claim.to_put_on:
            return f"{first}put {claim.paper} on {self._name} for {what}"
        if not claim.aside:
            return f"{first}put the begun {claim.paper} of {what} on {self._name}, as it lay before"
        return (
            f"{first}put the begun {claim.paper} of {what} back on {self._name}, same corner, same "
            "way round"
        )

    async def ask_for_test_sheet(self, text: str) -> None:
        """Any paper and pen for a test pattern. Raises GivenUp."""
        await self._wait(orders.HAND_PAPER, lambda pen: text, None)
        await self._db(set_aside.clear_plotter, self._store, self._device)

    async def ask_for_home(self, sheet: int | None) -> None:
        """The carriage in its home corner. Raises GivenUp."""
        text = f"push the carriage of {self._name} to its home corner: it was reset"
        await self._wait(orders.HAND_HOME, lambda pen: text, sheet)

    async def ask_for_pen(self, claim: Claim, layer: PlanLayer) -> bool:
        """The pen of this layer, unless it is in the holder; whether it was put in. Raises GivenUp
        or SkipLayer."""
        planned = layer.pen.pen_id if layer.pen else None
        needed = await self._db(
            holders.pen_to_put_in, self._store, self._device, planned, layer.color
        )
        if needed is None:
            return False
        lying = await self._db(claims.held_sheet, self._store, self._device)
        if lying.state == sheets.DRAWING:
            await self._db(
                drawing.move_sheet, self._store, claim.sheet, sheets.WAITING, waiting_for="pen"
            )
        which = "" if layer.name.casefold() == layer.color else f", layer {layer.name}"

        def words(pen: WantedPen | None) -> str:
            return f"put {_pen_words(pen or needed)} in {self._name} for {claim.job}{which}"

        await self._wait(orders.HAND_PEN, words, claim.sheet, layer)
        return True

    async def ask_to_go_on(self, claim: Claim, layer: PlanLayer) -> None:
        """A look before this layer, as its name orders. Raises GivenUp or SkipLayer."""
        await self._db(
            drawing.move_sheet, self._store, claim.sheet, sheets.WAITING, waiting_for="stop"
        )
        text = f"look at {self._name}: layer {layer.name} of {claim.job} comes next"
        await self._wait(orders.HAND_STOP, lambda pen: text, claim.sheet)

    async def _wait(
        self, kind: str, words: Words, sheet: int | None, layer: PlanLayer | None = None,
        **wants: str,
    ) -> WantedPen | None:  # fmt: skip
        """Ask, with the pen of `layer` when it is not in the holder, and wait for the answer; the
        pen that was asked for."""
        started = self._store.clock.monotonic()
        self.kind = kind
        answer = self._answer = asyncio.get_running_loop().create_future()
        try:
            # The hand first: whoever sees the plotter wait can see for what.
            pen, text = await self._ask(kind, words, layer, sheet=sheet, **wants)
            await self._say(orders.WAITING, text)
            await answer
        finally:
            self._answer = None
        if sheet is not None:
            waited = self._store.clock.monotonic() - started
            await self._db(drawing.add_human_seconds, self._store, sheet, waited)
        return pen

    async def _ask(
        self, kind: str, words: Words, layer: PlanLayer | None, **wants: Any
    ) -> tuple[WantedPen | None, str]:
        if layer is None:
            await self.raise_hand(kind, words(None), **wants)
            return None, words(None)
        planned = layer.pen.pen_id if layer.pen else None
        asked: tuple[WantedPen | None, str] = await self._db(
            holders.ask_with_pen, self._store, self._device, kind, words, planned, layer.color,
            **wants,
        )  # fmt: skip
        return asked

    async def raise_hand(self, kind: str, text: str, **wants: Any) -> None:
        """Ask without waiting: the answer is another order (resume, cancel)."""
        await self._db(devices.raise_hand, self._store, self._device, kind, text, **wants)

    async def withdraw(self, answer: str) -> None:
        """What was asked is settled."""
        await self._db(devices.answer_hands, self._store, self._device, answer)

    async def ready(self, pen: int | None) -> None:
        """It is in; `pen` names another pen than the one asked for. Refused when nothing is asked,
        or when that pen draws elsewhere."""
        answer = self._answer
        if answer is not None:
            await self._db(holders.put_in, self._store, self._device, pen)
        # Somebody else may have answered while the books were looked at.
        if answer is None or answer.done():
            raise Refused(f"{self._name} waits for nothing")
        answer.set_result(None)

    async def give_up(self) -> None:
        """The person does not put it in: the sheet is given up."""
        await self._break_off(GivenUp(), "cancelled")

    async def skip_layer(self) -> None:
        """The layer that a pen is asked for is left out."""
        await self._break_off(SkipLayer(), "left out")

    async def stop(self) -> None:
        """An emergency stop: nothing is asked for any more, and nothing goes on by itself."""
        await self._break_off(DeviceFault("stopped by a person", "stopped"), "stopped")

    async def put_back(self) -> None:
        """The sheet that is asked for goes back to the queue."""
        await self._break_off(PutBack(), "put back")

    async def await_verdict(self, sheet: Row, wake: asyncio.Event) -> None:
        """A drawn sheet stays on the plotter until somebody has judged it, in the books; `wake` is
        set when those have changed."""
        text = f"{sheet.name} copy {sheet.copy} on {self._name} is drawn: good, second or spoiled?"
        began = self._store.clock.monotonic()
        self.kind = orders.HAND_VERDICT
        await self.raise_hand(orders.HAND_VERDICT, text, sheet=sheet.id)
        await self._say(orders.WAITING, text)
        while True:
            wake.clear()
            if not await self._db(run_orders.is_unjudged, self._store, sheet.id):
                break
            await wake.wait()
        await self.withdraw("judged")
        waited = self._store.clock.monotonic() - began
        await self._db(drawing.add_human_seconds, self._store, sheet.id, waited)

    async def _break_off(self, why: Exception, answer: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(why)
        await self.withdraw(answer)
