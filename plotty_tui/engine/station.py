"""A station: the task that works one plotter through the sheets of the queue.

It takes a sheet, asks a person for paper and pens, feeds layers to the worker, commits every
progress before it acknowledges it, and books each layer when it is finished. Orders reach it
through `obey`, at any moment.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from plotty_tui.domain import orders, papers, sheets
from plotty_tui.domain.errors import DeviceFault, Refused
from plotty_tui.domain.plan import PlanLayer, needs_pen_change
from plotty_tui.store import devices, drawing
from plotty_tui.store.database import Store
from plotty_tui.store.drawing import Claim
from plotty_tui.store.tables import Device

from .books import Books
from .hands import GivenUp, Hands
from .link import WorkerLink
from .times import TimeLeft

log = logging.getLogger("plotty.engine")

# Progress is committed without fsync; at least this often with one.
DURABLE_EVERY_SECONDS = 2.0
ANSWER_SECONDS = 5.0


class Station:
    """One plotter at work."""

    def __init__(self, store: Store, db: Books, device: Device) -> None:
        self.store = store
        self.db = db
        self.id: int = device.id
        self.name: str = device.name
        self.driver: str = device.driver
        self.settings: dict[str, Any] = {
            "model": device.model,
            "name": device.name,
            **device.settings,
        }
        self.travel = (device.travel_x_mm, device.travel_y_mm)
        self.wake = asyncio.Event()
        self.looked = asyncio.Event()  # it knows what lies on the plotter
        self.busy = False  # something lies on the plotter or is being asked for
        self._state = ""
        self._message = ""
        self._link: WorkerLink | None = None
        self._hands = Hands(store, db, self.id, self.name, self._set_state)
        self._drawing = False
        self._draws = 0
        self._sheet: int | None = None  # what lies on the plotter, or is to be put on it
        self._changed = asyncio.Event()
        self._go_on = False  # a person asked to resume the interrupted sheet
        self._held = False  # paused between sheets
        self._give_up = ""

    @property
    def active(self) -> bool:
        """Whether the engine must stay for this plotter: it draws or waits for a hand. A sheet
        that lies interrupted needs no engine until a person decides."""
        return self.busy and self._state != orders.INTERRUPTED

    # The course of the work ------------------------------------------------------------------

    async def work(self) -> None:
        """Sheet after sheet, until cancelled."""
        try:
            while True:
                self.wake.clear()
                claim = await self._next_claim()
                self.looked.set()
                if claim is None:
                    await self.wake.wait()
                else:
                    await self._work_sheet(claim)
        finally:
            await self._close_link()

    async def _next_claim(self) -> Claim | None:
        lying = await self.db(drawing.held_sheet, self.store, self.id)
        if lying is not None:
            self.busy = True
            self._sheet = lying.sheet
            if self._go_on:
                self._go_on = False
                return lying
            if self._state != orders.INTERRUPTED:
                await self._say_interrupted(lying)
            return None
        if self._held:
            self.busy = False
            if self._state == orders.FAULT:
                return None
            await self._set_state(orders.PAUSED, "takes no new sheet until resumed")
            return None
        claim = await self.db(drawing.claim_sheet, self.store, self.id)
        self.busy = claim is not None
        if claim is None:
            await self._set_state(orders.IDLE)
        return claim

    async def _work_sheet(self, claim: Claim) -> None:
        self._give_up = ""
        self._sheet = claim.sheet
        try:
            await self._draw_sheet(claim)
        except GivenUp:
            await self.db(
                drawing.give_up_sheet, self.store, claim.sheet, "operator_stop", self._give_up
            )
        except DeviceFault as fault:
            log.warning("%s: %s (%s)", self.name, fault, fault.code)
            await self._cut_off(claim, str(fault))
        except Refused as refusal:
            log.warning("%s: %s", self.name, refusal)
            await self._cut_off(claim, str(refusal))

    async def _cut_off(self, claim: Claim, why: str) -> None:
        """Something failed: the sheet stays where it is until a person decides."""
        await self._close_link()
        lying = await self.db(drawing.held_sheet, self.store, self.id)
        if lying is None or lying.state == sheets.LOADED:
            # The pen never touched it: it goes back, and the device takes nothing new by itself.
            await self.db(drawing.return_sheet, self.store, claim.sheet)
            self._held = True
            await self._set_state(orders.FAULT, why)
            await self._hands.raise_hand(
                orders.HAND_FAULT, f"{self.name}: {why}; resume when it is mended"
            )
            return
        if lying.state != sheets.INTERRUPTED:
            await self.db(drawing.interrupt_sheet, self.store, claim.sheet, why)
        await self._say_interrupted(claim, why)

    async def _say_interrupted(self, claim: Claim, why: str = "") -> None:
        text = f"{self.name}: {claim.job} copy {claim.copy} is interrupted"
        text += f" ({why}): resume or cancel" if why else ": resume or cancel"
        await self._set_state(orders.INTERRUPTED, why or "resume or cancel")
        await self._hands.raise_hand(orders.HAND_INTERRUPTED, text, sheet=claim.sheet)

    async def _draw_sheet(self, claim: Claim) -> None:
        layers = claim.plan.layers
        fresh = claim.state == sheets.PLANNED
        if fresh:
            await self._hands.ask_for_sheet(claim)
        link = await self._open_link()
        for layer in layers[claim.layer :]:
            if not (fresh and layer is layers[0]):
                await self._hands.ask_for_pen(claim, layer)
            await self._draw_layer(link, claim, layer)
            after = layers[layer.index + 1 : layer.index + 2]
            if not after or needs_pen_change(layer, after[0]):
                await self._park(link, claim)
        await self.db(drawing.finish_sheet, self.store, claim.sheet)

    async def _park(self, link: WorkerLink, claim: Claim) -> None:
        link.send("home", motion=claim.plan.preset.motion.to_json())
        answer = await link.until("ok")
        await self.db(
            drawing.add_machine_seconds, self.store, claim.sheet, float(answer.get("seconds", 0.0))
        )

    # One layer ---------------------------------------------------------------------------------

    async def _draw_layer(self, link: WorkerLink, claim: Claim, layer: PlanLayer) -> None:
        place = await self.db(drawing.place_of, self.store, claim.sheet)
        await self.db(drawing.begin_layer, self.store, claim.sheet)
        await self._set_state(orders.DRAWING)
        turn = papers.turn_for_device(
            (claim.plan.sheet_width, claim.plan.sheet_height), self.travel
        )
        assert turn is not None, "a claim fits its device"
        self._draws += 1
        link.send(
            "draw",
            id=self._draws,
            file=str(self.store.home.plan_file(claim.plan_key)),
            layer=layer.index,
            first=place.stroke,
            motion=claim.plan.preset.motion.to_json(),
            turn={"quarter": turn.quarter, "sheet_width": turn.sheet_width},
            window=self._journal_window(),
            tag={"sheet": claim.sheet, "layer": layer.index},
        )
        self._drawing = True
        try:
            done = await self._follow(link, claim, layer, place)
        finally:
            self._drawing = False
            self._changed.set()
        await self.db(
            drawing.finish_layer,
            self.store,
            claim.sheet,
            layer.index,
            layer.strokes,
            done["ink_mm"],
            done["seconds"],
        )

    def _journal_window(self) -> int:
        """How many strokes the pen may be ahead of the books: one, so that a crash makes at most
        one stroke be drawn again; more only where a simulator runs much faster than life."""
        return 1 + int(float(self.settings.get("speed", 1.0)) // 10)

    async def _follow(
        self, link: WorkerLink, claim: Claim, layer: PlanLayer, place: drawing.Place
    ) -> dict[str, Any]:
        """Commit what the worker says until the layer is done. An end of a stroke is acknowledged
        after it is in the books: that is what lets the pen down for the next one."""
        times = TimeLeft(claim, layer, place)
        durable_at = 0.0
        async for message in link.each():
            say = message["say"]
            if "stroke" in message and say != "done":
                now = time.monotonic()
                durable = say != "progress" or now >= durable_at
                durable_at = now + DURABLE_EVERY_SECONDS if durable else durable_at
                await self._save_progress(claim, layer, message, durable, times)
            if message.get("ended"):
                link.send("ack", id=message["id"], stroke=message["stroke"])
            if say == "paused":
                await self._set_state(orders.PAUSED)
            elif say == "resumed":
                await self._set_state(orders.DRAWING)
            elif say in ("cancelled", "stopped"):
                if self._give_up:
                    raise GivenUp
                raise DeviceFault("stopped by a person", "stopped")
            elif say == "done":
                return message
        raise AssertionError("a worker's talk ends with a fault")

    async def _save_progress(
        self,
        claim: Claim,
        layer: PlanLayer,
        message: dict[str, Any],
        durable: bool,
        times: TimeLeft,
    ) -> None:
        await self.db(
            devices.save_progress,
            self.store,
            self.id,
            durable,
            sheet=claim.sheet,
            layer=layer.index,
            stroke=message["stroke"] + bool(message["ended"]),
            ink_mm=message["ink_mm"],
            seconds=message["seconds"],
            x_mm=message["x"],
            y_mm=message["y"],
            pen_down=message["pen_down"],
            **times.after(message["seconds"]),
        )

    # Orders --------------------------------------------------------------------------------------

    async def obey(self, kind: str, args: dict[str, Any]) -> str:
        """Carry out an order; what became of it, as a sentence. Raises Refused."""
        what = {
            orders.PAUSE: self._pause,
            orders.RESUME: self._resume,
            orders.CANCEL: self._cancel,
            orders.READY: self._ready,
            orders.ESTOP: self._stop,
        }[kind]
        return await what(args)

    async def _pause(self, args: dict[str, Any]) -> str:
        if self._drawing and self._link:
            if self._state == orders.PAUSED:
                return f"{self.name} is paused already"
            self._link.send("pause")
            await self._state_other_than(orders.DRAWING)
            return f"{self.name} is {self._state}, pen up"
        self._held = True
        self.wake.set()
        return f"{self.name} takes no new sheet until resumed"

    async def _resume(self, args: dict[str, Any]) -> str:
        if self._drawing and self._link and self._state == orders.PAUSED:
            self._link.send("resume")
            await self._state_other_than(orders.PAUSED)
            return f"{self.name} goes on"
        if self._state == orders.INTERRUPTED:
            self._go_on, self._held = True, False
            await self._hands.withdraw("resumed")
            self.wake.set()
            return f"{self.name} goes on with the interrupted sheet"
        if self._held:
            self._held = False
            await self._hands.withdraw("resumed")
            self.wake.set()
            return f"{self.name} takes sheets again"
        raise Refused(f"{self.name} is {self._state or 'off'}: there is nothing to resume")

    async def _cancel(self, args: dict[str, Any]) -> str:
        notes = str(args.get("notes") or "cancelled")
        meant = args.get("sheet")
        if meant is not None and meant != self._sheet:
            raise Refused(f"{self.name} holds that sheet no more: nothing was cancelled")
        if self._drawing and self._link:
            self._give_up = notes
            self._link.send("cancel")
            return f"{self.name} lifts the pen, parks, and gives the sheet up"
        if self._hands.waiting:
            self._give_up = notes
            await self._hands.give_up()
            return f"{self.name} gives the sheet up"
        if self._state == orders.INTERRUPTED:
            lying = await self.db(drawing.held_sheet, self.store, self.id)
            if lying is not None:
                await self.db(
                    drawing.give_up_sheet, self.store, lying.sheet, "operator_stop", notes
                )
            self._state = ""
            self.wake.set()
            return f"{self.name} gives the interrupted sheet up"
        raise Refused(f"{self.name} is {self._state or 'off'}: there is nothing to cancel")

    async def _ready(self, args: dict[str, Any]) -> str:
        await self._hands.ready(args.get("pen"))
        return f"{self.name} goes on"

    async def _stop(self, args: dict[str, Any]) -> str:
        self._held = True
        if self._link is not None:
            self._link.send("stop")
        return f"{self.name} is stopped, pen up"

    async def _state_other_than(self, state: str) -> None:
        deadline = time.monotonic() + ANSWER_SECONDS
        while self._state == state and time.monotonic() < deadline:
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), deadline - time.monotonic())
            except TimeoutError:
                break
        if self._state == state and self._drawing:
            raise Refused(f"{self.name} did not answer within {ANSWER_SECONDS:g} s")

    async def _set_state(self, state: str, message: str = "") -> None:
        if (state, message) != (self._state, self._message):
            await self.db(devices.set_device_state, self.store, self.id, state, message)
        self._state, self._message = state, message
        self._changed.set()

    # The worker --------------------------------------------------------------------------------

    async def _open_link(self) -> WorkerLink:
        if self._link is None:
            self._link = await WorkerLink.start(self.name)
            settings = dict(self.settings)
            if self.driver == "simulator":
                settings.setdefault("ink", str(self.store.home.ink_file(self.name)))
            self._link.send("open", driver=self.driver, settings=settings)
            await self._link.until("facts")
        return self._link

    async def _close_link(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            await link.close()

    async def end(self) -> None:
        """The engine ends: pen up; what was being drawn is interrupted."""
        drawing_now = self._drawing
        if drawing_now and self._link:
            self._link.send("stop")
        await self._close_link()
        if drawing_now:
            lying = await self.db(drawing.held_sheet, self.store, self.id)
            if lying is not None and lying.state == sheets.DRAWING:
                await self.db(
                    drawing.interrupt_sheet, self.store, lying.sheet, "the engine was stopped"
                )
                await self._set_state(orders.INTERRUPTED, "the engine was stopped")
