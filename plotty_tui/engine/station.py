"""A station: the task that works one plotter through the sheets of the queue.

It takes a sheet, works at it (`sheet_work`), and says what became of it; between sheets it carries
out what is asked of a free plotter (`free`). Orders reach it through `obey`, at any moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

from plotty_tui.domain import orders, sheets
from plotty_tui.domain.errors import DeviceFault, Refused
from plotty_tui.domain.places import GoOn
from plotty_tui.store import run_orders
from plotty_tui.store.database import Row, Store
from plotty_tui.store.inventory import holders
from plotty_tui.store.machines import devices
from plotty_tui.store.machines.service import service_block
from plotty_tui.store.plots import claims, cut_off, drawing, set_aside, sheet_ends
from plotty_tui.store.plots import recovery as recovery_books
from plotty_tui.store.plots.claims import Claim
from plotty_tui.store.plots.opening_hours import closed_words
from plotty_tui.store.tables import Device

from .books import Books
from .free import draw_test, operate
from .hands import GivenUp, Hands, PutBack
from .lying import LyingSheet
from .machine import POSITION_LOST, Machine
from .retries import Retries
from .saying import SaidState
from .sheet_work import SheetWork

log = logging.getLogger("plotty.engine")

ANSWER_SECONDS = 5.0


class Station:
    """One plotter at work."""

    def __init__(self, store: Store, db: Books, device: Device) -> None:
        self.store = store
        self.db = db
        self.id: int = device.id
        self.name: str = device.name
        self.wake = asyncio.Event()
        self.looked = asyncio.Event()  # it knows what lies on the plotter
        self.busy = False  # something lies on the plotter or is being asked for
        self._said = SaidState(store, db, self.id)
        self._machine = Machine(store, db, device)
        self.lying = LyingSheet(store, db, self._machine)
        self._hands = Hands(store, db, self.id, self.name, self._said.say)
        self._work = SheetWork(store, db, self._machine, self._hands, self._said.say)
        self._choosing = asyncio.Lock()  # a sheet is being taken, or the free plotter is moved
        self._sheet: int | None = None  # what lies on the plotter, or is to be put on it
        self._test: str | None = None  # the paper of a test pattern that is wanted
        self._go_on = False  # a person asked to resume the interrupted sheet
        self._held = False  # paused between sheets
        self._reserved = False  # for a sheet that comes from another plotter
        self._retries = Retries(store, db, self.name, self._said.say)
        self._run: int | None = None  # the run of the sheet at hand
        self._to_judge: Row | None = None  # the sheet drawn here that waits for its verdict

    @property
    def active(self) -> bool:
        """Whether the engine must stay for this plotter: it draws or waits for a hand. A sheet
        that lies interrupted needs no engine until a person decides."""
        return self.busy and self._said.state != orders.INTERRUPTED

    # The course of the work ------------------------------------------------------------------

    async def work(self) -> None:
        """Sheet after sheet, until cancelled."""
        try:
            while True:
                self.wake.clear()
                async with self._choosing:
                    claim = await self._next_claim()
                self.looked.set()
                if claim is not None:
                    await self._work_sheet(claim)
                elif self._test is not None:
                    await self._work_test(self._test)
                elif self._to_judge is not None:
                    await self._hands.await_verdict(self._to_judge, self.wake)
                    self._to_judge, self.busy = None, False
                else:
                    await self.wake.wait()
        finally:
            await self._machine.close()

    async def _next_claim(self) -> Claim | None:
        lying = await self.lying.held()
        if lying is not None:
            self.busy = True
            self._sheet = lying.sheet
            if self._go_on:
                self._go_on = False
                return lying
            if self._said.state != orders.INTERRUPTED:
                await self._say_interrupted(lying)
            return None
        self._sheet = None
        self._to_judge = await self.db(run_orders.unjudged_on, self.store, self.id)
        self.busy = self._test is not None or self._to_judge is not None
        if self._reserved or self.busy:
            return None
        await self._machine.renew()
        if self._held:
            if self._said.state != orders.FAULT:
                await self._said.say(orders.PAUSED, "takes no new sheet until resumed")
            return None
        claim = await self.db(claims.claim_sheet, self.store, self.id)
        self.busy = claim is not None
        if claim is None:
            device = await self.db(devices.get_device, self.store, self.id)
            why = await self.db(service_block, device) or await self.db(closed_words, self.store)
            await self._said.say(orders.IDLE, why)
        else:
            # What was changed before the sheet was wanted holds for it, however soon it came.
            await self._machine.renew()
        return claim

    async def _work_sheet(self, claim: Claim) -> None:
        self._work.give_up, self._work.skipping = "", False
        self._sheet, self._run = claim.sheet, claim.run
        try:
            await self._work.draw_sheet(claim)
        except GivenUp:
            await self.db(
                sheet_ends.give_up_sheet,
                self.store,
                claim.sheet,
                "operator_stop",
                self._work.give_up,
            )
        except PutBack:
            await self.db(claims.release_claims, self.store, self.id)
        except DeviceFault as fault:
            log.warning("%s: %s (%s)", self.name, fault, fault.code)
            await self._cut_off(claim, str(fault), fault.code)
        except Refused as refusal:
            log.warning("%s: %s", self.name, refusal)
            await self._cut_off(claim, str(refusal))

    async def _work_test(self, paper: str) -> None:
        self._work.give_up, self._work.skipping = "", False
        try:
            await draw_test(
                self.store, self.db, self._machine, self._hands, self._work, self._said.say, paper
            )
        except GivenUp:
            log.info("%s: the test pattern was given up", self.name)
        except DeviceFault as fault:
            log.warning("%s: %s (%s)", self.name, fault, fault.code)
            await self._machine.close()
            if fault.code != "stopped":
                await self._fail(str(fault))
        finally:
            self._test, self.busy = None, False

    async def _cut_off(self, claim: Claim, why: str, code: str = "") -> None:
        """Something failed: the sheet stays where it is until a person decides."""
        await self._machine.close()
        if code in POSITION_LOST:
            await self._machine.note_position(False)
        lying = await self.lying.held()
        if lying is None or lying.state == sheets.LOADED:
            if await self._retries.once_more(claim, why, code):
                self._go_on = lying is not None
                await self._machine.renew()
                return
            # The pen never touched it: it goes back, and the device takes nothing new by itself.
            await self.db(drawing.return_sheet, self.store, claim.sheet)
            await self._fail(why, claim.sheet)
            return
        if lying.state != sheets.INTERRUPTED:
            await self.db(
                cut_off.interrupt_sheet, self.store, claim.sheet, why, by_person=code == "stopped"
            )
        if await self._retries.recover(claim, why, code, self.lying.check_place):
            await self.lying.choose_place(await self.lying.interrupted(), GoOn())
            self._go_on = True
            return
        await self._say_interrupted(claim, why)

    async def _fail(self, why: str, sheet: int | None = None) -> None:
        """The plotter has a fault and nothing on it."""
        self._held = True
        await self._said.say(orders.FAULT, why)
        text = f"{self.name}: {why}; resume when it is mended"
        await self._hands.raise_hand(orders.HAND_FAULT, text)
        if sheet is not None:
            await self.db(run_orders.tell_device_fault, self.store, sheet, text)

    async def _say_interrupted(self, claim: Claim, why: str = "") -> None:
        # The hand first: whoever sees the state can see what is asked.
        text = await self.lying.words(claim, why)
        await self._hands.raise_hand(orders.HAND_INTERRUPTED, text, sheet=claim.sheet)
        await self._said.say(orders.INTERRUPTED, why or "resume or cancel")

    # Orders --------------------------------------------------------------------------------------

    async def obey(self, kind: str, args: dict[str, Any]) -> str:
        """Carry out an order; what became of it, as a sentence. Raises Refused."""
        if kind in orders.WHEN_FREE:
            return await self._operate(kind, args)
        what = {
            orders.PAUSE: self._pause,
            orders.RESUME: self._resume,
            orders.CANCEL: self._cancel,
            orders.READY: self._ready,
            orders.SKIP_LAYER: self._skip_layer,
            orders.ESTOP: self._stop,
        }[kind]
        return await what(args)

    async def _pause(self, args: dict[str, Any]) -> str:
        if self._work.drawing:
            if self._said.state == orders.PAUSED:
                return f"{self.name} is paused already"
            self._work.order("pause")
            await self._state_other_than(orders.DRAWING)
            return f"{self.name} is {self._said.state}, pen up"
        if await self._leave_to_person():
            return f"{self.name} waits for you: resume or cancel"
        self._held = True
        self.wake.set()
        return f"{self.name} takes no new sheet until resumed"

    async def _resume(self, args: dict[str, Any]) -> str:
        how = GoOn(float(args.get("back_mm") or 0.0), bool(args.get("redo_layer")))
        pen = args.get("pen")
        elsewhere = how != GoOn() or pen is not None
        if self._work.drawing and self._said.state == orders.PAUSED:
            if elsewhere:
                await self.interrupt()
                return await self._go_on_with(how, pen)
            self._work.order("resume")
            await self._state_other_than(orders.PAUSED)
            return f"{self.name} goes on"
        if self._said.state == orders.INTERRUPTED:
            return await self._go_on_with(how, pen)
        if elsewhere:
            raise Refused(
                f"{self.name} is {self._said.state or 'off'}: it has no begun sheet to redo"
            )
        if self._held:
            self._held = False
            if not self._hands.waiting:  # what is asked for is asked for still
                await self._hands.withdraw("resumed")
            self.wake.set()
            return f"{self.name} takes sheets again"
        raise Refused(f"{self.name} is {self._said.state or 'off'}: there is nothing to resume")

    async def interrupt(self) -> None:
        """A paused sheet becomes one that lies interrupted, for another choice than to go on."""
        if self._work.drawing and self._said.state == orders.PAUSED:
            self._work.order("stop")
            await self._state_other_than(orders.PAUSED)

    async def _go_on_with(self, how: GoOn, pen: int | None) -> str:
        """The interrupted sheet goes on, if the plotter answers and knows where it stands."""
        lying = await self.lying.interrupted()
        if not lying.to_put_on:
            await self.lying.check_place()
        if pen is not None:
            await self.db(holders.load_pen, self.store, self.id, pen)
        again = await self.lying.choose_place(lying, how)
        self._go_on, self._held = True, False
        await self._hands.withdraw("resumed")
        self.wake.set()
        words = f", {again} strokes again" if again > 1 else ""
        return f"{self.name} goes on with the interrupted sheet{words}"

    async def _skip_layer(self, args: dict[str, Any]) -> str:
        if self._work.drawing and self._sheet is not None:
            if self._said.state != orders.PAUSED:
                raise Refused(f"{self.name} is drawing: plotty pause {self.name} first")
            self._work.skipping = True
            self._work.order("stop")
            await self._state_other_than(orders.PAUSED)
        elif self._sheet is not None and self._asks_for_layer:
            await self.db(recovery_books.check_skip, self.store, self._sheet)
            await self._hands.skip_layer()
        elif self._said.state == orders.INTERRUPTED:
            lying = await self.lying.interrupted()
            if not lying.to_put_on:
                await self.lying.check_place()
            await self.db(recovery_books.skip_layer, self.store, lying.sheet)
            self._go_on, self._held = True, False
            await self._hands.withdraw("layer left out")
            self.wake.set()
        else:
            raise Refused(f"{self.name} is {self._said.state or 'off'}: there is no layer to skip")
        return f"{self.name} leaves this layer out"

    @property
    def _asks_for_layer(self) -> bool:
        asked = (orders.HAND_PEN, orders.HAND_PAPER, orders.HAND_STOP)
        return self._hands.waiting and self._hands.kind in asked

    async def _cancel(self, args: dict[str, Any]) -> str:
        notes = str(args.get("notes") or "cancelled")
        meant = args.get("sheet")
        what = "the sheet" if self._test is None else "the test pattern"
        if meant is not None and meant != self._sheet:
            raise Refused(f"{self.name} holds that sheet no more: nothing was cancelled")
        if self._work.drawing:
            self._work.give_up = notes
            self._work.order("cancel")
            return f"{self.name} lifts the pen, parks, and gives {what} up"
        if self._hands.waiting:
            self._work.give_up = notes
            await self._hands.give_up()
            return f"{self.name} gives {what} up"
        if self._to_judge is not None:
            raise Refused(
                f"{self.name} has drawn its sheet: plotty ready {self.name} --verdict good|second|"
                "spoiled"
            )
        await self._leave_to_person()
        if self._said.state == orders.INTERRUPTED:
            lying = await self.lying.held()
            if lying is not None:
                await self.db(
                    sheet_ends.give_up_sheet, self.store, lying.sheet, "operator_stop", notes
                )
            self._said.state = ""
            self.wake.set()
            return f"{self.name} gives the interrupted sheet up"
        raise Refused(f"{self.name} is {self._said.state or 'off'}: there is nothing to cancel")

    async def _ready(self, args: dict[str, Any]) -> str:
        await self._hands.ready(args.get("pen"))
        return f"{self.name} goes on"

    async def _leave_to_person(self) -> bool:
        """Where it would try again by itself it does not; whether it would have."""
        if not self._retries.give_up():
            return False
        await self._state_other_than(orders.WAITING)
        return True

    async def reach_limit(self, run: int, pause: bool) -> None:
        """The run's limit on the clock has come: what is asked for and not begun goes back, what
        is being drawn is finished, or pauses at the end of its stroke. Where it is to pause, what
        was set aside is not asked for until it is resumed."""
        if self._run != run or self._sheet is None:
            return
        if self._work.drawing:
            if pause:
                self._work.pause_after_stroke()
            return
        aside = await self.db(set_aside.is_aside, self.store, self._sheet)
        self._held = self._held or (aside and pause)
        begun = await self.db(drawing.is_begun, self.store, self._sheet)
        if self._hands.waiting and (self._held if aside else not begun):
            await self._hands.put_back()

    async def _stop(self, args: dict[str, Any]) -> str:
        self._held = True
        self._retries.give_up()
        self._work.order("stop")
        if self._hands.waiting:
            await self._stop_asking()
        elif self._sheet is None and self._test is None and not self._choosing.locked():
            async with self._choosing:
                # Its worker ends: what it says of this stop is no answer to what comes later.
                await self._machine.close()
        return f"{self.name} is stopped, pen up"

    async def _stop_asking(self) -> None:
        """What waits for a person is over: a sheet that is not there yet goes back, one that lies
        on the plotter is interrupted."""
        fresh = self._hands.kind == orders.HAND_PAPER and await self.lying.held() is None
        if fresh and self._test is None:
            await self._hands.put_back()
        else:
            await self._hands.stop()

    async def stands(self) -> None:
        """After a stop: until the books say what lies on the plotter, at most as long as anybody
        waits for an answer."""
        if self._work.drawing:
            with contextlib.suppress(Refused):
                await self._state_other_than(orders.DRAWING)

    # A free plotter ------------------------------------------------------------------------------

    async def _operate(self, kind: str, args: dict[str, Any]) -> str:
        asks_for_home = self._hands.waiting and self._hands.kind == orders.HAND_HOME
        if kind == orders.HOME_HERE and asks_for_home:
            return await self._ready({})
        self._check_free(kind)
        async with self._choosing:
            self._check_free(kind)
            if kind == orders.TEST:
                self._test, self.busy = str(args.get("paper") or ""), True
                self.wake.set()
                return f"{self.name} asks for paper and a pen: plotty ready {self.name}"
            if not self.busy:
                await self._machine.renew()
            return await operate(self.store, self.db, self._machine, kind, args)

    def _check_free(self, kind: str) -> None:
        if not self.busy:
            return
        if self._said.state == orders.INTERRUPTED and kind in orders.ALSO_INTERRUPTED:
            return
        doing = self._said.doing()
        raise Refused(f"{self.name} {doing}: finish that, or plotty cancel {self.name}")

    # A sheet that comes from, or goes to, another plotter ----------------------------------------

    async def make_room(self) -> None:
        """Take no sheet for the moment: one comes from another plotter. What was asked for and not
        put on goes back to the queue. Refused while something lies here."""
        async with self._choosing:
            lying = await self.lying.held()
            if lying is not None or self._work.drawing or self._test is not None:
                raise Refused(f"{self.name} is at work on something else: finish or cancel that")
            self._reserved = True
        if self._hands.waiting:
            await self._hands.put_back()

    async def put_aside_again(self) -> None:
        """A sheet that was set aside and is asked for is aside as before."""
        asked = self._sheet if self._hands.waiting else None
        if asked is not None and await self.db(set_aside.is_aside, self.store, asked):
            await self._hands.put_back()

    def take_over(self, moved: bool) -> None:
        """The sheet has come (or will not)."""
        self._reserved = False
        if moved:
            self._go_on, self._held = True, False
        self.wake.set()

    def let_go(self) -> None:
        """The sheet that lay here is somebody else's now; a person decides what comes next."""
        self._held, self._said.state = True, ""
        self.wake.set()

    # State -------------------------------------------------------------------------------------

    async def _state_other_than(self, state: str) -> None:
        if not await self._said.other_than(state, ANSWER_SECONDS) and self._work.drawing:
            raise Refused(f"{self.name} did not answer within {ANSWER_SECONDS:g} s")

    async def end(self) -> None:
        """The engine ends: pen up; what was being drawn is interrupted."""
        drawing_now = self._work.drawing
        if drawing_now:
            self._work.order("stop")
        await self._machine.close()
        if drawing_now:
            lying = await self.lying.held()
            if lying is not None and lying.state == sheets.DRAWING:
                await self.db(
                    cut_off.interrupt_sheet, self.store, lying.sheet, "the engine was stopped",
                    by_person=True,
                )  # fmt: skip
                await self._said.say(orders.INTERRUPTED, "the engine was stopped")
