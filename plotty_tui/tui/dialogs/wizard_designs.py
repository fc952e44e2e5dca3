"""The wizard's second step: which designs, how many, how many on a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.values import clock, metres
from plotty_tui.studio.forms import Field, parse_form
from plotty_tui.studio.jobs import queue_lists
from plotty_tui.studio.opening import Store
from plotty_tui.studio.production.run_drafts import MOST_COPIES, RunDraft, Wanted, parse_quantity
from plotty_tui.studio.production.run_proposals import DesignLine, RunProposal
from plotty_tui.tui.panels.queue_filter import parse_filter
from plotty_tui.tui.rows import Column, ColumnRows, RowList
from plotty_tui.tui.text import plain, state_span

from .fields import TextLine
from .form import FormDialog
from .frame import off_loop
from .wizard_steps import Step

COLUMNS = (
    Column("pieces", 6, "right"),
    Column("a sheet", 7, "right", drop=1),
    Column("design", 18, flex=2),
    Column("client", 10, flex=1, drop=4, style="hint"),
    Column("paper", 8, drop=3, style="hint"),
    Column("each", 8, "right", drop=2, style="hint"),
    Column("ink", 8, "right", drop=5, style="hint"),
    Column("state", 13, drop=6),
)
MORE = (
    Field("quantity", "Pieces", parse_quantity, help="how many in all; empty: as it is"),
    Field("per_sheet", "On a sheet", parse_quantity,
          help="n-up: so many of them on one paper; empty: as it is"),
    Field("bed", "Shares a sheet", help="designs with the same word here share their sheets"),
)  # fmt: skip
MOST_DIGITS = len(str(MOST_COPIES)) - 1


class DesignRows(RowList):
    """Designs; digits say how many."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"digit({n})", "How many", show=False) for n in range(10)),
        Binding("plus,equals_sign", "more(1)", "One more", show=False),
        Binding("minus", "more(-1)", "One less", show=False),
        Binding("backspace", "digit(-1)", "Take a digit back", show=False),
        Binding("delete,d", "out", "Leave it out", show=False),
        Binding("u", "sheet", "How many on a sheet", show=False),
        Binding("slash", "search", "Search", show=False),
    ]

    @property
    def _step(self) -> DesignsStep:
        step = self.parent
        assert isinstance(step, DesignsStep)
        return step

    def action_digit(self, digit: int) -> None:
        self._step.type_digit(digit)

    def action_more(self, by: int) -> None:
        self._step.change(by)

    def action_out(self) -> None:
        self._step.set_quantity(0)

    def action_sheet(self) -> None:
        self._step.ask_sheet()

    def action_search(self) -> None:
        self._step.search()

    def action_mark(self) -> None:
        self._step.toggle()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("range", "mark_all"):
            return False
        return super().check_action(action, parameters)


class DesignsStep(Step):
    """The jobs of the studio; those with a number of pieces are in the run."""

    keys = (
        ("ctrl+n", "next step"), ("space", "take it"), ("0-9", "how many"), ("u", "n-up"),
        ("/", "search"), ("d", "leave out"), ("ctrl+o", "back"),
    )  # fmt: skip

    DEFAULT_CSS = """
    DesignsStep {
        & TextLine { margin-bottom: 1; }
        & DesignRows { height: 1fr; }
    }
    """

    def __init__(self, store: Store, draft: RunDraft) -> None:
        super().__init__(store, draft)
        self._jobs: Sequence[Any] = ()
        self._shown: list[Any] = []
        self._lines: dict[int, DesignLine] = {}
        self._typing: int | None = None  # the job whose number is being typed

    def compose(self) -> ComposeResult:
        self._search = TextLine(placeholder="search: words, client:acme, paper:a3")
        self._rows = DesignRows(empty="reading the designs …")
        yield self._search
        yield self._rows

    def on_mount(self) -> None:
        self._read()

    def begin(self) -> None:
        (self._rows if self._shown else self._search).focus()

    def show(self, proposal: RunProposal) -> None:
        self._lines = {line.job: line for line in proposal.designs}
        self._rows.refresh_rows()
        self._say_problem()

    @work(exclusive=True)
    async def _read(self) -> None:
        try:
            self._jobs = await off_loop(self.store, lambda: queue_lists.all_job_rows(self.store))
        except PlottyError as error:
            self._rows.set_empty(str(error))
            return
        self._rows.set_empty("no design: a on the Studio screen adds SVG files")
        self._choose()
        if self.display:
            self.begin()

    def _choose(self) -> None:
        """The designs of the run first, then those that the search lets through."""
        wanted = {line.job for line in self.draft.designs}
        lets = parse_filter(self._search.value).lets
        self._shown = sorted(
            (job for job in self._jobs if job.id in wanted or lets(job)),
            key=lambda job: job.id not in wanted,
        )
        keys = [job.id for job in self._shown]
        self._rows.set_rows(ColumnRows(keys, self._cells, COLUMNS))

    def _cells(self, i: int) -> list[Any]:
        job = self._shown[i]
        line, wanted = self._lines.get(job.id), self._wanted(job.id)
        if wanted is None:
            number, sheet = ("·", "hint"), ("", "hint")
        else:
            number = (str(wanted.quantity), "accent bold")
            shared = f"{wanted.per_sheet}" + (f" {wanted.bed}" if wanted.bed else "")
            sheet = (shared, "accent" if wanted.per_sheet > 1 or wanted.bed else "hint")
        problem = line.problem if line else ""
        state = ("! note", "state-hand") if problem else state_span(_state(job))
        return [
            number, sheet, (plain(job.name), "bold" if wanted else ""), plain(job.client or ""),
            job.paper, clock(job.seconds), metres(job.ink_mm), state,
        ]  # fmt: skip

    def _wanted(self, job: int) -> Wanted | None:
        return next((line for line in self.draft.designs if line.job == job), None)

    # Quantities

    def toggle(self) -> None:
        """Take the design under the cursor, in its own copies, or leave it out."""
        job = self._at_cursor()
        if job is not None:
            self.set_quantity(0 if self._wanted(job.id) else job.copies)

    def type_digit(self, digit: int) -> None:
        """A digit more of the number under the cursor; -1 takes the last one back."""
        job = self._at_cursor()
        if job is None:
            return
        wanted = self._wanted(job.id)
        before = wanted.quantity if wanted is not None and self._typing == job.id else 0
        if digit < 0:
            number = (wanted.quantity if wanted else 0) // 10
        else:
            number = before * 10 + digit if before < 10 ** (MOST_DIGITS - 1) else before
        self.set_quantity(number)
        self._typing = job.id

    def change(self, by: int) -> None:
        """One more or less."""
        job = self._at_cursor()
        if job is not None:
            wanted = self._wanted(job.id)
            self.set_quantity(max(0, (wanted.quantity if wanted else 0) + by))

    def set_quantity(self, number: int) -> None:
        """So many of the design under the cursor; 0 leaves it out."""
        job = self._at_cursor()
        if job is None:
            return
        wanted = self._wanted(job.id)
        if number == 0:
            self.draft.designs = [line for line in self.draft.designs if line.job != job.id]
        elif wanted is not None:
            wanted.quantity = number
        else:
            self.draft.designs.append(Wanted(job.id, number))
        self._typing = None
        self._rows.refresh_row(job.id)
        self.post_message(self.Changed())

    def ask_sheet(self) -> None:
        """How many of it lie on one sheet, and with what."""
        job = self._at_cursor()
        if job is None:
            return
        wanted = self._wanted(job.id) or Wanted(job.id, job.copies)
        now = {"quantity": wanted.quantity, "per_sheet": wanted.per_sheet}
        fields = [replace(one, label=f"{one.label} ({now[one.key]})") for one in MORE[:2]]
        fields.append(replace(MORE[2], value=wanted.bed))

        def take(typed: dict[str, str]) -> Wanted:
            given = parse_form(fields, typed)
            return Wanted(
                job.id, given["quantity"] or wanted.quantity,
                given["per_sheet"] or wanted.per_sheet, given["bed"] or "",
            )  # fmt: skip

        self.app.push_screen(FormDialog(plain(job.name), fields, take), self._take)

    def _take(self, taken: Wanted | None) -> None:
        if taken is None:
            return
        known = self._wanted(taken.job)
        if known is None:
            self.draft.designs.append(taken)
        else:
            known.quantity, known.per_sheet, known.bed = (
                taken.quantity, taken.per_sheet, taken.bed,
            )  # fmt: skip
        self._rows.refresh_row(taken.job)
        self.post_message(self.Changed())

    def _at_cursor(self) -> Any:
        key = self._rows.cursor_key
        return next((job for job in self._shown if job.id == key), None)

    def _say_problem(self) -> None:
        job = self._at_cursor()
        line = self._lines.get(job.id) if job is not None else None
        if line is not None and line.problem and self._rows.has_focus:
            self.post_message(self.Said(line.problem))

    # Events

    def search(self) -> None:
        """Type what is searched for."""
        self._search.focus()

    def leave(self) -> bool:
        if self._search.has_focus and self._shown:
            self._rows.focus()
            return True
        if self._search.value:
            self._search.value = ""
            return True
        return False

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._choose()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._rows.focus()

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        event.stop()
        self._typing = None
        self._say_problem()

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        event.stop()
        if self.draft.designs:
            self.post_message(self.Done())
        else:
            self.toggle()


def _state(job: Any) -> str:
    return queue_lists.job_state(job)
