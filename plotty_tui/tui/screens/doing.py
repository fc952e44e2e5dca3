"""What the keys do: each action of the table as a method.

A use case runs in a thread; its answer, or the sentence of its refusal, is told in one line.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from plotty_tui.domain import orders, recovery
from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.recovery import Option
from plotty_tui.studio.actions import BY_ID, actions_of
from plotty_tui.studio.machines import plotters
from plotty_tui.studio.plots import plotting
from plotty_tui.studio.plots import recovery as studio_recovery
from plotty_tui.studio.watching import HandView

from ..feed import RATES, beside
from .reasons import HOLDING, PAUSABLE, RESUMABLE, Reasons


class Doings(Reasons):
    """The actions that every screen has: `do` one by its id."""

    _asking = False

    @property
    def store(self) -> Any:
        """The studio's books."""
        return self.screen.store

    # Doing

    def do(self, action: str) -> None:
        """Do it, or say why not."""
        why = self.why_not(action)
        if why:
            self.screen.tell(f"{BY_ID[action].title}: {why}", "hint")
            return
        if action.startswith("screen."):
            self.screen.app.show_screen(action.removeprefix("screen."))
        else:
            getattr(self, f"do_{action.replace('.', '_')}")()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Go on with this beside the keys."""
        self.screen.app.run_worker(work)

    async def ask_studio(self, call: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """The answer of a use case, given in a thread; None when it refused or failed, which is
        told: the dashboard goes on."""
        try:
            answer = await beside(self.store, call, self.store, *args, **more)
        except PlottyError as refusal:
            self.screen.tell(str(refusal), "state-fault")
            return None
        except Exception as error:
            self.screen.tell(f"this should not have happened ({error!r})", "state-fault")
            return None
        finally:
            self.screen.feed.look_again()
        return answer

    async def ask_in_turn(self, call: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """As `ask_studio`, after what keys before it asked for in this way: two presses of undo
        take back two changes, and never one of before the key just pressed."""
        async with self.screen.app.turn:  # type: ignore[attr-defined]
            return await self.ask_studio(call, *args, **more)

    def order(self, call: Callable[..., str], *args: Any, **more: Any) -> None:
        """Give an order and tell its answer."""

        async def give() -> None:
            answer = await self.ask_studio(call, *args, **more)
            if answer:
                self.screen.tell(str(answer), "state-done")

        self.begin(give())

    def report(self, write: Callable[..., Path], *what: Any) -> None:
        """Write a report, and tell where it is."""

        async def make() -> None:
            self.screen.tell("writing the report …", "hint")
            path = await self.ask_studio(write, *what)
            if path:
                self.screen.tell(f"report: {path}", "state-done", seconds=15)

        self.begin(make())

    def open_job(self, job_id: int) -> None:
        """All about a job."""
        from ..dialogs import JobDetail

        self.screen.app.push_screen(JobDetail(self.store, job_id))

    def _after_dialog(self, result: Any) -> None:
        self.screen.feed.look_again()

    def _confirm(self, question: str, effect: str, then: Callable[[bool | None], None]) -> None:
        from ..dialogs import Confirm

        self.screen.app.push_screen(Confirm(question, effect), then)

    # Plotters and hands

    def do_device_pause(self) -> None:
        view = self.screen.device_meant(PAUSABLE + RESUMABLE)
        if view is not None:
            call = plotting.resume if view.state in RESUMABLE else plotting.pause
            self.order(call, plotting.plotter_word(view.name))

    def do_job_copy(self) -> None:
        name = self.screen.job_meant()
        self.screen.app.copy_to_clipboard(name)
        self.screen.tell(f"copied: {name}", "hint")

    def do_device_resume(self) -> None:
        view = self.screen.device_meant(RESUMABLE)
        if view is not None:
            self.order(plotting.resume, plotting.plotter_word(view.name))

    def do_device_cancel(self) -> None:
        view = self.screen.device_meant(HOLDING)
        if view is None:
            return
        touched = view.ink_mm > 0 or view.strokes_done > 0
        effect = (
            f"{view.fraction:.0%} of it is drawn: the sheet counts as spoiled, its ink and paper "
            "as waste."
            if touched
            else "The pen has not touched it: the sheet is free again."
        )
        self._confirm(
            f"Give up {view.job}, sheet {view.copy} of {view.copies}, on {view.name}?",
            effect,
            lambda yes: (
                self.order(plotting.cancel, plotting.plotter_word(view.name)) if yes else None
            ),
        )

    def do_hand_ready(self) -> None:
        hand = self.screen.hand_meant()
        if hand is None:
            return
        if hand.answerable:
            self.order(plotting.ready, hand.device)
        else:
            self.show_hand(hand)

    def do_hand_show(self) -> None:
        hand = self.screen.hand_meant()
        if hand is not None:
            self.show_hand(hand)

    def show_hand(self, hand: HandView) -> None:
        """What is wanted, and the answers there are."""
        if hand.kind == orders.HAND_INTERRUPTED:
            self.begin(self._show_recovery(hand))
            return
        from plotty_tui.studio.inventory import stock

        from ..dialogs import HandDialog

        def answered(answer: dict[str, Any] | None) -> None:
            if not answer:
                return
            if answer["do"] == "ready":
                self.order(plotting.ready, hand.device, answer.get("pen"))
            elif answer["do"] == "verdict":
                self.order(plotting.give_verdict, hand.device, answer["fate"], answer["reason"])
            elif answer["do"] == "skip_layer":
                self.order(plotting.skip_layer, plotting.plotter_word(hand.device))
            else:
                call = plotting.resume if answer["do"] == "resume" else plotting.cancel
                self.order(call, plotting.plotter_word(hand.device))

        pens = stock.list_pens(self.store) if hand.answerable else []
        self.screen.app.push_screen(HandDialog(hand, pens), answered)

    async def _show_recovery(self, hand: HandView) -> None:
        """What can become of an interrupted sheet. Its prices are reckoned in a thread."""
        if self._asking:
            return
        self._asking = True
        try:
            found = await self.ask_studio(studio_recovery.interrupted_sheet, hand.device)
        finally:
            self._asking = False
        if found is None:
            return

        from ..dialogs import RecoveryDialog

        def answered(choice: Option | str | None) -> None:
            if choice == orders.HOME_HERE:
                self.begin(self._home_and_show(hand))
            elif choice == orders.SKIP_LAYER:
                self.order(plotting.skip_layer, plotting.plotter_word(hand.device))
            elif isinstance(choice, Option):
                self._recover(hand.device, choice)

        self.screen.app.push_screen(RecoveryDialog(found, self.store), answered)

    async def _home_and_show(self, hand: HandView) -> None:
        """The carriage is home; the choices are asked again, as the plotter can go on now."""
        said = await self.ask_studio(plotters.home_here, hand.device)
        if said:
            self.screen.tell(str(said), "state-done")
            await self._show_recovery(hand)

    def _recover(self, device: str, choice: Option) -> None:
        if choice.key == recovery.GIVE_UP:
            self.order(plotting.cancel, plotting.plotter_word(device))
        elif choice.key == recovery.ELSEWHERE:
            self.order(
                plotting.resume,
                plotting.plotter_word(device),
                on=choice.text.removeprefix("finish on "),
            )
        elif choice.key == recovery.BACK:
            self.order(plotting.resume, plotting.plotter_word(device), back_mm=choice.back_mm)
        else:
            self.order(
                plotting.resume,
                plotting.plotter_word(device),
                redo_layer=choice.key == recovery.REDO,
            )

    def do_safety_stop(self) -> None:
        self.screen.tell("STOP: lifting all pens", "state-fault")
        self.order(plotting.emergency_stop)

    # View

    def do_view_theme(self) -> None:
        self.screen.app.next_theme()  # type: ignore[attr-defined]

    def do_view_faster(self) -> None:
        self._paint_at(1)

    def do_view_slower(self) -> None:
        self._paint_at(-1)

    def _paint_at(self, step: int) -> None:
        at = min(range(len(RATES)), key=lambda i: abs(RATES[i] - self.screen.rate))
        self.screen.rate = RATES[max(0, min(at + step, len(RATES) - 1))]
        self.screen.tell(f"painted {self.screen.rate:g} times a second", "hint")

    def do_view_mute(self) -> None:
        self.screen.muted = not self.screen.muted
        self.screen.tell("no bell for hands" if self.screen.muted else "bell for hands", "hint")

    def do_find_next_panel(self) -> None:
        self.screen.to_panel(1)

    def do_find_last_panel(self) -> None:
        self.screen.to_panel(-1)

    def do_find_keys(self) -> None:
        from ..dialogs import KeysHelp

        self.screen.app.push_screen(KeysHelp(actions_of(self.screen.kind)))

    def do_find_command(self) -> None:
        self.offer_command("")

    def offer_command(self, line: str, at_once: bool = False) -> None:
        """The `:` line with these words in it, or what they print."""
        from ..dialogs import CommandDialog

        dialog = CommandDialog(self.store, line, at_once)
        self.screen.app.push_screen(dialog, self._after_dialog)

    def do_find_palette(self) -> None:
        self.screen.app.action_command_palette()

    def do_app_back(self) -> None:
        self.screen.step_back()

    def do_app_quit(self) -> None:
        self.screen.app.exit(return_code=0)
