"""Making runs and telling their results, from any screen that has these keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plotty_tui.domain import runs
from plotty_tui.domain.errors import PlottyError
from plotty_tui.studio.production import run_detail, run_drafts
from plotty_tui.studio.production.run_detail import RunDetail

from .doing import Doings


class RunMaking(Doings):
    """`run.new`, results, replots."""

    def do_run_new(self) -> None:
        """The wizard, at once: what is typed next is meant for it. Where drafts were left, the
        choice between them and a new run."""
        try:
            drafts = run_drafts.draft_list(self.store)
        except PlottyError as error:
            self.screen.tell(str(error), "state-fault")
            return
        if not drafts:
            self._open_wizard("")
            return
        from ..dialogs import PickDraft

        def picked(key: str | None) -> None:
            if key is not None:
                self._open_wizard(key)

        self.screen.app.push_screen(PickDraft(self.store, drafts), picked)

    def _open_wizard(self, key: str) -> None:
        from ..dialogs import RunWizard

        self.screen.app.push_screen(RunWizard(self.store, key), self.run_made)

    def run_made(self, made: Any) -> None:
        """The wizard was left: with a run, with a draft's key, or with nothing."""
        self._after_dialog(made)
        if isinstance(made, RunDetail):
            word = "started" if made.state == runs.IN_PROGRESS else "pending: s starts it"
            self.screen.tell(f"{made.name} is {word}", "state-done")
            self.show_run(made.number)
        elif made:
            self.screen.tell(f"the draft {made} is kept: n goes on with it", "hint")

    def show_run(self, number: int) -> None:
        """The page of a run on the Runs screen."""
        screen = self.screen.app.show_screen("runs")
        screen.choose(number)

    def complete(self, number: int) -> None:
        """Ask for the results of a run; what failed may be drawn again at once."""
        from ..dialogs import CompleteRun

        dialog = CompleteRun(self.store, number)

        def completed(done: Any) -> None:
            self._after_dialog(done)
            if done is None:
                return
            good = sum(item.good for item in done.items)
            self.screen.tell(f"{done.name} is settled: {good} good", "state-done")
            if dialog.replot_wanted:
                self.replot(number)

        self.screen.app.push_screen(dialog, completed)

    def replot(self, number: int) -> None:
        """Ask what of a run is to be drawn again."""
        from ..dialogs import ReplotRun

        self.screen.app.push_screen(ReplotRun(self.store, number), self.run_made)

    async def _read_and(self, number: int, then: Callable[[RunDetail], None]) -> None:
        detail = await self.ask_studio(run_detail.run_detail, number)
        if detail is not None:
            then(detail)
