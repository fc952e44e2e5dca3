"""The wizard: a new run in four steps. Each can be left and gone back to; what is filled in is kept
as a draft while it is typed, so that a lost connection loses nothing."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widget import Widget

from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.values import clock, metres, plural, rough
from plotty_tui.studio.opening import Store
from plotty_tui.studio.production import run_drafts, run_wizard
from plotty_tui.studio.production.run_detail import RunDetail
from plotty_tui.studio.production.run_drafts import STEPS, RunDraft
from plotty_tui.studio.production.run_proposals import RunProposal
from plotty_tui.tui.bar import Line
from plotty_tui.tui.lines import FILL, LinePanel

from .frame import Dialog, off_loop
from .wizard_designs import DesignsStep
from .wizard_materials import MaterialsStep
from .wizard_review import ReviewStep
from .wizard_steps import BasicsStep, Step

TITLES = {"basics": "Basics", "designs": "Designs", "materials": "Materials", "review": "Review"}
# What is typed is kept after so long a rest.
REST_SECONDS = 0.15
LEAVE = ("esc", "leave, kept")


class RunWizard(Dialog[RunDetail | str]):
    """A new run. Dismissed with the run, with the key of the draft that was left, or None when
    nothing was filled in."""

    DEFAULT_CSS = """
    RunWizard {
        & > #box { max-width: 130; height: 100%; max-height: 44; }
        & #steps { height: 1; margin-bottom: 1; }
        & #totals { height: 2; margin-top: 1; }
        & Step { height: 1fr; }
        & Step RowList { scrollbar-size-vertical: 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "turn(1)", "Next step", show=False, priority=True, id="wizard.next"),
        Binding("ctrl+o", "turn(-1)", "Step before", show=False, priority=True, id="wizard.back"),
        *(
            Binding(f"f{n},alt+{n}", f"go({n - 1})", TITLES[step], show=False, priority=True)
            for n, step in enumerate(STEPS, 1)
        ),
    ]

    def __init__(self, store: Store, key: str = "") -> None:
        super().__init__("New run")
        self._store, self._key = store, key
        self.draft = RunDraft()
        self.proposal = RunProposal()
        self._touched = False
        self._asked = 0
        self._saving = False
        self._stale = False
        self._making = False
        self._timer: Timer | None = None
        self._failed = ""
        if key:
            try:
                self.draft = run_drafts.load_draft(store, key)
            except PlottyError as error:
                self._failed = str(error)
        self._steps: dict[str, Step] = {}
        self._steps_line = LinePanel(id="steps", can_focus=False)
        self._totals_lines = LinePanel(id="totals", can_focus=False)

    def body(self) -> Iterable[Widget]:
        yield self._steps_line
        for name, made in (
            ("basics", BasicsStep), ("designs", DesignsStep), ("materials", MaterialsStep),
            ("review", ReviewStep),
        ):  # fmt: skip
            step = self._steps[name] = made(self._store, self.draft)
            yield step
        yield self._totals_lines

    def on_mount(self) -> None:
        self.go_to(self.draft.step if self.draft.step in STEPS else STEPS[0])
        self._ask()
        if self._failed:
            self.fail(self._failed)

    # Steps

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self._steps[self.draft.step]

    def go_to(self, name: str) -> None:
        """Show this step; the others keep what they have."""
        self.draft.step = name
        for other, step in self._steps.items():
            step.display = other == name
        self.unsay()
        self._paint()
        self.step.show(self.proposal)
        # At once: what is typed next is meant for this step.
        self.step.begin()
        self.tell_keys([*self.step.keys, LEAVE])

    def action_go(self, number: int) -> None:
        if not self._making:
            self.go_to(STEPS[number])
            self._keep_soon()

    def action_turn(self, by: int) -> None:
        at = STEPS.index(self.draft.step) + by
        if 0 <= at < len(STEPS):
            self.action_go(at)

    def on_step_done(self, event: Step.Done) -> None:
        self.action_turn(1)

    def on_step_said(self, event: Step.Said) -> None:
        self.unsay()
        self.say(event.text)

    def on_step_keys_changed(self, event: Step.KeysChanged) -> None:
        self.tell_keys([*self.step.keys, LEAVE])

    def on_step_changed(self, event: Step.Changed) -> None:
        self._touched = True
        self._ask()
        self._keep_soon()

    # What the draft comes to

    @work(exclusive=True, group="propose")
    async def _ask(self) -> None:
        self._asked += 1
        asked, draft = self._asked, RunDraft.from_json(self.draft.to_json())
        try:
            found = await off_loop(self._store, lambda: run_wizard.propose(self._store, draft))
        except PlottyError as error:
            self.fail(str(error))
            return
        if asked == self._asked and self.is_mounted:
            self.proposal = found
            self._paint()
            self.step.show(found)

    def _paint(self) -> None:
        self._steps_line.show([self._steps_told()])
        self._totals_lines.show(self._totals())

    def _steps_told(self) -> Line:
        spans: list[tuple[str, str]] = []
        for number, name in enumerate(STEPS, 1):
            here = name == self.draft.step
            spans += [
                (f" F{number} ", "accent bold"),
                (f" {TITLES[name]} ", "accent bold reverse" if here else ""),
                (" ", ""),
            ]
        right = f"draft {self.draft.key} kept" if self.draft.key else ""
        return (*spans, FILL, (right, "hint"))

    def _totals(self) -> list[Line]:
        found = self.proposal
        if not found.designs:
            wrong = found.missing[0] if self.draft.designs and found.missing else ""
            return [((wrong or "no designs yet", "state-hand" if wrong else "hint"),), ()]
        seconds = self.draft.seconds or found.machine_seconds
        first: list[tuple[str, str]] = [
            (plural(found.sheets, "sheet"), "bold"),
            (f" · {plural(found.pieces, 'piece')}" if found.pieces != found.sheets else "", ""),
            (f" · {clock(seconds)}", "bold"), (" at the machine", "hint"),
            (f" · {rough(found.human_seconds)}", ""), (" by hand", "hint"),
            (f" · {metres(found.pen_down_mm)}", "bold"), (" of ink", "hint"),
        ]  # fmt: skip
        if found.cost is not None:
            first += [(f" · {found.cost:.2f} {found.currency}".rstrip(), "bold")]
        return [tuple(first), self._against()]

    def _against(self) -> Line:
        found = self.proposal
        if found.missing:
            return ((f"still missing: {found.missing[0]}", "state-hand"),)
        if found.open_warnings:
            more = len(found.open_warnings) - 1
            text = found.open_warnings[0].text + (f" (and {more} more)" if more else "")
            return ((f"! {text}", "state-hand"),)
        accepted = len(found.warnings)
        said = f", {plural(accepted, 'warning')} accepted" if accepted else ""
        return ((f"nothing speaks against it{said}", "state-done"),)

    # Keeping the draft

    def _keep_soon(self) -> None:
        if not self._touched or self._making:
            return
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(REST_SECONDS, self._keep_now)

    def _keep_now(self) -> None:
        self._timer = None
        if self._saving:
            self._stale = True
        elif not self._making:
            self._keep()

    @work(group="keep")
    async def _keep(self) -> None:
        self._saving, self._stale = True, False
        copy = RunDraft.from_json(self.draft.to_json())
        try:
            kept = await off_loop(self._store, lambda: run_drafts.save_draft(self._store, copy))
            self.draft.key = kept.key
        except PlottyError as error:
            self.fail(f"the draft could not be kept: {error}")
        finally:
            self._saving = False
        if self.is_mounted:
            self._paint()
        if self._stale:
            self._keep_soon()

    def on_unmount(self) -> None:
        """The program ends while something was just typed: keep that too."""
        if self._timer is not None and not self._making:
            with suppress(PlottyError):
                run_drafts.save_draft(self._store, self.draft)

    # Leaving

    def on_review_step_chosen(self, event: ReviewStep.Chosen) -> None:
        if event.what == "draft":
            self._touched = True
            self.action_leave()
        else:
            self._make(event.what == "start")

    @work(exclusive=True, group="make")
    async def _make(self, start: bool) -> None:
        """Make the run; a refusal is told and everything stays as it was typed."""
        if self._making:
            return
        self._making = True
        self.unsay()
        self.say("making the run …")
        try:
            made = await off_loop(
                self._store,
                lambda: run_wizard.create_run(self._store, self.draft, start=start),
            )
        except PlottyError as error:
            self._making = False
            self.fail(str(error))
            return
        self.dismiss(made)

    def action_leave(self) -> None:
        if self._making:
            self.say("making the run: a moment …")
        elif self.step.leave():
            return
        elif self._touched:
            self._leave_kept()
        else:
            self.dismiss(self.draft.key or None)

    @work(exclusive=True, group="make")
    async def _leave_kept(self) -> None:
        self._making = True
        try:
            kept = await off_loop(
                self._store, lambda: run_drafts.save_draft(self._store, self.draft)
            )
        except PlottyError as error:
            self._making = False
            self.fail(f"the draft could not be kept: {error}")
            return
        self.dismiss(kept.key)
