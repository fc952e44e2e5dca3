"""One sheet on its way through a plotter: paper, pens, layers, every progress into the books."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, replace
from typing import Any, NoReturn

from plotty_tui.domain import orders, patterns, sheets
from plotty_tui.domain.errors import DeviceFault
from plotty_tui.domain.layer_codes import layer_motion, read_codes, wants_person
from plotty_tui.domain.pace import pace_of
from plotty_tui.domain.papers import Turn
from plotty_tui.domain.pens import PenHabits
from plotty_tui.domain.places import rest_of_layer
from plotty_tui.domain.plan import PlanLayer
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.strokes import LayerStrokes, decode_layers
from plotty_tui.store.database import Store
from plotty_tui.store.inventory import holders
from plotty_tui.store.machines import devices
from plotty_tui.store.plots import drawing, loose_ink, passes, recovery, set_aside, sheet_ends
from plotty_tui.store.plots.claims import Claim

from .books import Books, SayState
from .hands import GivenUp, Hands, PutBack, SkipLayer
from .layer_wait import LayerWait
from .link import WorkerLink
from .machine import Machine
from .times import TimeLeft

# Progress is committed without fsync; at least this often with one.
DURABLE_EVERY_SECONDS = 2.0
# For strokes that belong to no journal.
NO_JOURNAL = 1 << 30

Message = dict[str, Any]
Note = Callable[[Message], Awaitable[None]]


async def plan_layers(store: Store, plan_key: str) -> list[LayerStrokes]:
    """The strokes of a plan, read off the loop."""
    path = store.home.plan_file(plan_key)
    return await asyncio.to_thread(lambda: decode_layers(path.read_bytes()))


class SheetWork:
    """The work at one sheet, or at a test pattern."""

    def __init__(
        self, store: Store, db: Books, machine: Machine, hands: Hands, say: SayState
    ) -> None:
        self._store = store
        self._db = db
        self._machine = machine
        self._hands = hands
        self._say = say
        self._draws = 0
        self._wait: LayerWait | None = None
        self._active = False  # the worker has a drawing
        self._ordered = ""  # before it had one
        self.drawing = False  # at a layer or a test pattern, paused or not
        self.give_up = ""  # why the sheet is to be given up
        self.skipping = False  # the layer at hand is to be left out
        self._pause_next = False  # at the end of the stroke at hand
        self._habits = PenHabits()  # of the pen in the holder

    def order(self, do: str) -> None:
        """pause, resume, cancel or stop what is being drawn, waited for, or about to be."""
        if self._wait is not None:
            self._wait.order(do)
        elif self.drawing and not self._active and do != "stop":
            self._ordered = do
        elif self._machine.link is not None:
            self._machine.link.send(do)

    def pause_after_stroke(self) -> None:
        """Pause what is being drawn with the pen up, where no line is cut."""
        self._pause_next = True

    async def draw_sheet(self, claim: Claim) -> None:
        """From the paper to the last layer, or until it is set aside. Raises GivenUp, DeviceFault,
        Refused, PutBack."""
        self._pause_next = False
        layers = claim.plan.layers
        index, pen_put_in = claim.layer, False
        lies = claim.state != sheets.PLANNED and not claim.to_put_on
        if not lies:
            index, pen_put_in = await self._put_on(claim)
        if index < len(layers):
            await self._machine.open()
            await self._find_home(claim)
        attended = True  # a person has just been there: a stop would ask once more
        for layer in layers[index:]:
            if lies and await self._is_set_aside(claim, layer):
                return
            await self._work_layer(claim, layer, pen_put_in, attended)
            pen_put_in, attended, lies = False, False, True
            after = layers[layer.index + 1 : layer.index + 2]
            if not after or wants_person(layer, after[0]):
                await self._park(claim)
        await self._db(sheet_ends.finish_sheet, self._store, claim.sheet)

    async def _is_set_aside(self, claim: Claim, layer: PlanLayer) -> bool:
        """Whether another sheet comes before this layer, pen by pen; the carriage is out of its way
        then."""
        if not claim.orders.pen_by_pen:
            return False
        if layer.index == claim.layer:  # it lay interrupted: nobody has parked since
            await self._park(claim)
        aside: bool = await self._db(set_aside.set_aside, self._store, claim.sheet)
        return aside

    async def _put_on(self, claim: Claim) -> tuple[int, bool]:
        """Ask for the sheet and its first pen; the layer to begin with, and whether a pen was put
        in. A layer that is left out gives way to the next one's pen."""
        layers = claim.plan.layers
        for index in range(claim.layer, len(layers)):
            try:
                return index, await self._hands.ask_for_sheet(claim, layers[index])
            except SkipLayer:
                await self._db(recovery.skip_layer, self._store, claim.sheet)
                if claim.aside and index + 1 < len(layers):
                    raise PutBack from None  # its next pen has a pass of its own
        return len(layers), False

    async def _find_home(self, claim: Claim) -> None:
        """A plotter that was reset has to be pushed home before a sheet that it has not begun; on
        one that it has begun nothing is drawn."""
        if self._machine.position_known:
            return
        if claim.state != sheets.PLANNED and not claim.to_put_on:
            raise DeviceFault(self._machine.lost_words, "position")
        await self._hands.ask_for_home(claim.sheet)
        await self._machine.home_here()

    async def _work_layer(
        self, claim: Claim, layer: PlanLayer, pen_put_in: bool, attended: bool
    ) -> None:
        codes = read_codes(layer.name)
        try:
            pen_put_in = pen_put_in or await self._hands.ask_for_pen(claim, layer)
            if codes.pause and not (pen_put_in or attended):
                await self._hands.ask_to_go_on(claim, layer)
            link = await self._machine.open()
            await self._db(drawing.begin_layer, self._store, claim.sheet)
            with self.at_drawing():
                await self._say(orders.DRAWING)
                begun = layer.index == claim.layer and claim.stroke > 0
                if codes.delay_ms and not begun:
                    await self._delay(link, claim, layer, codes.delay_ms)
                self._habits = await self._db(holders.habits_in, self._store, self._machine.id)
                if pen_put_in:
                    await self._prime(link, claim, layer)
                await self._draw_layer(link, claim, layer)
        except SkipLayer:
            self.skipping = False
            await self._db(recovery.skip_layer, self._store, claim.sheet)

    @contextlib.contextmanager
    def at_drawing(self) -> Iterator[None]:
        """What is ordered meanwhile is for what is drawn, or about to be."""
        self.drawing, self._ordered = True, ""
        try:
            yield
        finally:
            self.drawing = False

    async def _delay(self, link: WorkerLink, claim: Claim, layer: PlanLayer, ms: int) -> None:
        """Stand still before a layer, pen up. Raises GivenUp, SkipLayer, DeviceFault."""
        words = f"waits {ms / 1000:g} s before layer {layer.name}"
        await self._say(orders.DRAWING, words)
        speed = self._machine.speed
        wait = self._wait = LayerWait()
        self._pass_on(wait.order)
        try:
            complete = await wait.stand(link, ms / 1000 / speed, self._say, words)
        except DeviceFault as fault:
            raise DeviceFault(f"stopped before a layer: {fault}", fault.code) from None
        finally:
            self._wait = None
        await self._db(drawing.add_machine_seconds, self._store, claim.sheet, wait.stood * speed)
        if not complete:
            if self.give_up:
                with contextlib.suppress(DeviceFault):
                    await self._park(claim)
            self._break_off()
        await self._say(orders.DRAWING)

    def _break_off(self) -> NoReturn:
        """Why the drawing, or the wait, was ended by an order."""
        if self.give_up:
            raise GivenUp
        if self.skipping:
            raise SkipLayer
        raise DeviceFault("stopped by a person", "stopped")

    async def _park(self, claim: Claim) -> None:
        answer = await self._machine.do("home", motion=self._motion(claim).to_json())
        seconds = float(answer.get("seconds", 0.0))
        await self._db(drawing.add_machine_seconds, self._store, claim.sheet, seconds)

    def _motion(self, claim: Claim, layer: PlanLayer | None = None) -> MotionSettings:
        motion = self._machine.motion(claim.plan.preset.motion, claim.motion)
        motion = self._habits.motion(motion, layer.name) if layer else motion
        return replace(motion, **claim.own)

    def _turn(self, claim: Claim) -> Turn:
        """How the sheet lies for the pen at hand."""
        turn = self._machine.turn(claim.plan)
        return turn.for_pen(self._habits.offset_x_mm, self._habits.offset_y_mm)

    # One layer ---------------------------------------------------------------------------------

    async def _draw_layer(self, link: WorkerLink, claim: Claim, layer: PlanLayer) -> None:
        place = await self._db(drawing.place_of, self._store, claim.sheet)
        here = await self._seconds_from(claim, layer, place.stroke)
        then = ""
        if claim.orders.pen_by_pen:
            then = await self._db(passes.comes_next, self._store, claim.sheet)
        times = TimeLeft(claim, layer, here, pace_of(claim.plan, self._motion(claim)), then)

        async def save(message: Message, durable: bool) -> None:
            await self._save_progress(claim, layer, message, durable, times)

        done = await self._draw(
            link,
            _now_and_then(save),
            file=str(self._store.home.plan_file(claim.plan_key)),
            layer=layer.index,
            first=place.stroke,
            motion=self._motion(claim, layer).to_json(),
            turn=asdict(self._turn(claim)),
            window=self._machine.journal_window(),
            tag=await self._tag(claim.sheet, layer.index),
        )
        await self._db(
            drawing.finish_layer,
            self._store,
            claim.sheet,
            layer.index,
            layer.strokes,
            done["ink_mm"],
            done["seconds"],
        )

    async def _seconds_from(self, claim: Claim, layer: PlanLayer, stroke: int) -> float:
        """What the layer takes from this stroke on, on this plotter."""
        motion = self._motion(claim, layer)
        if stroke == 0 and motion == layer_motion(claim.plan.preset.motion, layer.name):
            return layer.seconds
        strokes = (await plan_layers(self._store, claim.plan_key))[layer.index].strokes
        turn = self._turn(claim)
        return (await asyncio.to_thread(rest_of_layer, strokes, stroke, motion, turn)).seconds

    async def _tag(self, sheet: int | None, layer: int) -> dict[str, Any]:
        """What the driver writes beside its record: the sheet, the layer, the pen in the holder."""
        held = await self._db(holders.holder, self._store, self._machine.id)
        return {"sheet": sheet, "layer": layer, "pen": held.pen}

    async def _draw(self, link: WorkerLink, note: Note, **what: Any) -> Message:
        """Have the worker draw, to the end: its last message. Raises GivenUp, SkipLayer,
        DeviceFault."""
        self._draws += 1
        link.send("draw", id=self._draws, **what)
        self._active = True
        self._pass_on(link.send)
        try:
            return await self._follow(link, note)
        finally:
            self._active = False

    def _pass_on(self, order: Callable[[str], None]) -> None:
        """What was ordered before there was anything to pause or cancel."""
        if self._ordered:
            order(self._ordered)
            self._ordered = ""

    async def _follow(self, link: WorkerLink, note: Note) -> Message:
        """`note` what the worker says until it is done. An end of a stroke is acknowledged after
        it was noted: that is what lets the pen down for the next one."""
        async for message in link.each():
            say = message["say"]
            if "stroke" in message and say != "done":
                await note(message)
            if message.get("ended"):
                if self._pause_next:
                    self._pause_next = False
                    link.send("pause")
                link.send("ack", id=message["id"], stroke=message["stroke"])
            if say == "paused":
                await self._say(orders.PAUSED)
            elif say == "resumed":
                await self._say(orders.DRAWING)
            elif say in ("cancelled", "stopped"):
                self._break_off()
            elif say == "done":
                return message
        raise AssertionError("a worker's talk ends with a fault")

    async def _save_progress(
        self, claim: Claim, layer: PlanLayer, message: Message, durable: bool, times: TimeLeft
    ) -> None:
        await self._db(
            devices.save_progress,
            self._store,
            self._machine.id,
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

    # Strokes of no design ------------------------------------------------------------------------

    async def _prime(self, link: WorkerLink, claim: Claim, layer: PlanLayer) -> None:
        """Strokes in the margin that make a fresh pen write."""
        length = await self._db(holders.prime_mm, self._store, self._machine.id)
        if length <= 0:
            return
        drawn = await plan_layers(self._store, claim.plan_key)
        plan = claim.plan
        size = (plan.sheet_width, plan.sheet_height)
        box = await asyncio.to_thread(
            lambda: patterns.box_of(one.strokes.bounds() for one in drawn)
        )
        places = len(plan.layers)
        lines = patterns.priming_lines(box, size, layer.index, places, length) if box else []
        if not lines:
            return
        turned = asdict(self._turn(claim))
        await self.draw_lines(
            link, lines, self._motion(claim, layer), patterns.PRIMING, claim.sheet, turned
        )

    async def draw_lines(
        self,
        link: WorkerLink,
        lines: list[patterns.Line],
        motion: MotionSettings,
        what: int,
        sheet: int | None = None,
        turn: dict[str, Any] | None = None,
    ) -> None:
        """Draw lines that are in no plan: `what` is PRIMING or TEST. However it ends, the ink that
        was drawn is booked."""

        async def save(message: Message, durable: bool) -> None:
            begun = message["begun"] or message["ended"]
            await self._db(
                devices.save_progress, self._store, self._machine.id, durable,
                sheet=sheet, layer=what, stroke=message["stroke"] + begun,
                ink_mm=message["ink_mm"], seconds=message["seconds"],
                x_mm=message["x"], y_mm=message["y"], pen_down=message["pen_down"],
            )  # fmt: skip

        note, tag = _now_and_then(save), await self._tag(sheet, what)
        try:
            done = await self._draw(
                link, note, lines=lines, motion=motion.to_json(), turn=turn, window=NO_JOURNAL,
                tag=tag,
            )  # fmt: skip
            await save(done, True)
        finally:
            await self._db(loose_ink.book_loose_ink, self._store, self._machine.id)


def _now_and_then(save: Callable[[Message, bool], Awaitable[None]]) -> Note:
    """Saves every message; progress is made durable every few seconds, what else is said at
    once."""
    durable_at = 0.0

    async def note(message: Message) -> None:
        nonlocal durable_at
        now = time.monotonic()
        durable = message["say"] != "progress" or now >= durable_at
        durable_at = now + DURABLE_EVERY_SECONDS if durable else durable_at
        await save(message, durable)

    return note
