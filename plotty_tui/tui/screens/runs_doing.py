"""What the keys of the Runs screen do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from plotty_tui.domain import runs, sheets
from plotty_tui.domain.values import plural
from plotty_tui.studio import commands
from plotty_tui.studio.production import run_moves
from plotty_tui.studio.production.run_detail import RunDetail

from ..panels.bars import KeyHint
from ..panels.run_page import FATE_KEYS
from .doing import Doings
from .reasons import Reasons
from .run_making import RunMaking

if TYPE_CHECKING:
    from .runs import RunsScreen

CLOSED = (runs.COMPLETED, runs.FAILED)


class RunsReasons(Reasons):
    """`why_not` of each action on the Runs screen."""

    screen: RunsScreen

    def why_not_needed(self, needs: str) -> str:
        if needs == "run" and self.screen.list.cursor_key is None:
            return "no run is under the cursor: n makes one"
        return ""

    def _why_not_in(self, allowed: Sequence[str], then: str) -> str:
        """Why the run under the cursor is in none of these states."""
        row = self.screen.chosen
        if row is None:
            return self.why_not_needed("run") or "that run is gone"
        if row.state in allowed:
            return ""
        return f"{runs.run_name(row.number)} is {row.state.replace('_', ' ')}: {then}"

    def why_not_run_new(self) -> str:
        return ""

    def why_not_run_start(self) -> str:
        return self._why_not_in((runs.PENDING,), "only a pending run is started")

    def why_not_run_cancel(self) -> str:
        then = "only a pending run is cancelled; f says that one under way has failed"
        return self._why_not_in((runs.PENDING,), then)

    def why_not_run_complete(self) -> str:
        row = self.screen.chosen
        why = self._why_not_in((runs.IN_PROGRESS,), "E corrects results that were told")
        if not why and not row.awaiting:
            name = runs.run_name(row.number)
            return f"{name} still has {plural(row.open, 'sheet')} to draw"
        return why

    def why_not_run_failed(self) -> str:
        return self._why_not_in((runs.IN_PROGRESS,), "only a run under way fails")

    def why_not_run_edit(self) -> str:
        then = "E corrects results that were told"
        return self._why_not_in((runs.PENDING, runs.IN_PROGRESS), then)

    def why_not_run_correct(self) -> str:
        return self._why_not_in(CLOSED, "its results are not told yet: c tells them")

    def why_not_run_archive(self) -> str:
        return self._why_not_in((*CLOSED, runs.CANCELLED), "only a closed run is archived")

    def why_not_run_replot(self) -> str:
        why = self._why_not_in((*CLOSED, runs.IN_PROGRESS), "nothing of it is drawn")
        detail, number = self.screen.detail, self.screen.list.cursor_key
        if not why and detail is not None and detail.number == number and not detail.failed:
            return f"nothing of {detail.name} has failed that is not drawn again already"
        return why

    def why_not_run_link(self) -> str:
        detail = self.screen.detail
        if detail is None or not linked_runs(detail):
            return "this run is no replot and has none"
        return ""

    def why_not_job_copy(self) -> str:
        return self.why_not_needed("run")


class RunsDoings(RunsReasons, RunMaking, Doings):
    """The actions of the Runs screen."""

    screen: RunsScreen

    def do_open(self) -> None:
        screen = self.screen
        if screen.answers_hand():
            self.do("hand.ready")
        elif screen.focused is screen.sheets:
            self.judge("spoiled")
        elif screen.list.cursor_key is not None:
            screen.open_page()

    def _number(self) -> int:
        number = self.screen.list.cursor_key
        assert number is not None  # the reasons have asked
        return int(number)

    def _with_detail(self, then: Callable[[RunDetail], None]) -> None:
        """Do this with the run under the cursor, read anew."""
        self.begin(self._read_and(self._number(), then))

    def _settled(self, done: RunDetail | None) -> None:
        """A dialog has made or changed a run."""
        self._after_dialog(done)
        if isinstance(done, RunDetail):
            word = "completed" if done.state == runs.COMPLETED else done.state.replace("_", " ")
            self.screen.tell(f"{done.name} is {word}", "state-done")

    # Moves

    def do_run_recover(self) -> None:
        self.offer_command(commands.RECOVER, at_once=True)

    def do_run_start(self) -> None:
        number = self._number()

        async def start() -> None:
            done = await self.ask_studio(run_moves.start_run, number)
            if done is not None:
                where = ", ".join(done.devices) or "any plotter"
                self.screen.tell(
                    f"{done.name} is started: {plural(len(done.sheets), 'sheet')} on {where}",
                    "state-done",
                )

        self.begin(start())

    def do_run_cancel(self) -> None:
        number = self._number()
        self._confirm(
            f"Cancel {runs.run_name(number)}?",
            "The pens and the paper it holds are free again; the stock stays as it is.",
            lambda yes: self._move(run_moves.cancel_run, number) if yes else None,
        )

    def do_run_archive(self) -> None:
        number = self._number()
        self._confirm(
            f"Archive {runs.run_name(number)}?",
            "It leaves the lists; its sheets, ink and figures stay in the books.",
            lambda yes: self._move(run_moves.archive_run, number) if yes else None,
        )

    def _move(self, call: Callable[..., RunDetail], number: int, *args: Any) -> None:
        async def move() -> None:
            self._settled(await self.ask_studio(call, number, *args))

        self.begin(move())

    def do_run_complete(self) -> None:
        self.complete(self._number())

    def do_run_failed(self) -> None:
        from ..dialogs import FailRun

        self._with_detail(
            lambda detail: self._push(FailRun(self.store, detail))  # type: ignore[func-returns-value]
        )

    def do_run_edit(self) -> None:
        from ..dialogs import EditRun

        self._with_detail(lambda detail: self._push(EditRun(self.store, detail)))

    def do_run_correct(self) -> None:
        from ..dialogs import CorrectRun

        self._with_detail(lambda detail: self._push(CorrectRun(self.store, detail)))

    def _push(self, dialog: Any) -> None:
        self.screen.app.push_screen(dialog, self._settled)

    def do_run_replot(self) -> None:
        self.replot(self._number())

    def do_run_report(self) -> None:
        from ..panels.report_files import write_run_report

        self.report(write_run_report, self._number())

    # Finding

    def do_run_link(self) -> None:
        detail = self.screen.detail
        numbers = linked_runs(detail) if detail is not None else []
        if len(numbers) == 1:
            self.screen.choose(numbers[0])
        elif numbers:
            from ..dialogs import PickRun

            def picked(number: int | None) -> None:
                if number is not None:
                    self.screen.choose(number)

            self.screen.app.push_screen(PickRun(self.store, numbers), picked)

    def do_run_figures(self) -> None:
        if self.screen.has_class("-figures"):
            self.screen.hide_figures()
        else:
            self.screen.show_figures()

    def do_find_filter(self) -> None:
        self.screen.open_filter()

    def do_find_next_tab(self) -> None:
        self.screen.turn(1)

    def do_find_last_tab(self) -> None:
        self.screen.turn(-1)

    def do_job_copy(self) -> None:
        name = runs.run_name(self._number())
        self.screen.app.copy_to_clipboard(name)
        self.screen.tell(f"copied: {name}", "hint")

    # The fate of single sheets

    def fate_hints(self) -> list[KeyHint]:
        """The keys that say what became of a drawn sheet of a run under way."""
        detail = self.screen.detail
        if detail is None or detail.state != runs.IN_PROGRESS:
            return []
        return [KeyHint(f"sheet.{fate}", key, fate, True) for key, fate in FATE_KEYS]

    def judge(self, fate: str) -> None:
        """Say what became of the sheet under the cursor, or of the marked ones."""
        screen = self.screen
        detail = screen.detail
        if detail is None or screen.read_only:
            return
        if detail.state != runs.IN_PROGRESS:
            screen.tell(f"{detail.name} is {detail.state}: E corrects what was told", "hint")
            return
        chosen = screen.sheets.chosen()
        if any(detail.sheets[number - 1].state in sheets.OPEN for number in chosen):
            screen.tell("a sheet that is not drawn yet has no fate", "hint")
            return
        if fate != sheets.SPOILED:
            self._judge(detail.number, chosen, fate)
            return
        from ..dialogs.reasons import AskReason

        def spoil(told: tuple[str, str] | None) -> None:
            if told is not None:
                self._judge(detail.number, chosen, fate, *told)

        count = sum(max(1, len(pieces)) for pieces in chosen.values())
        screen.app.push_screen(AskReason(count), spoil)

    def _judge(self, number: int, chosen: dict[int, list[int]], fate: str, *why: str) -> None:
        reason, notes = why or ("", "")

        async def judge() -> None:
            for sheet, pieces in chosen.items():
                done = await self.ask_studio(
                    run_moves.judge_sheets, number, [sheet], fate, reason, notes, pieces
                )
                if done is None:
                    return
            rows = self.screen.sheets
            if not rows.marks:
                rows.action_move(1)
            rows.set_marks(())
            count = sum(max(1, len(pieces)) for pieces in chosen.values())
            self.screen.tell(f"{count} told as {fate}", "state-done")

        self.begin(judge())


def linked_runs(detail: RunDetail) -> list[int]:
    """The numbers of the runs this one is linked with: its original, then its replots."""
    original = [detail.replot_of] if detail.replot_of else []
    return [*original, *detail.replots]
