"""Completing a run: what became of its sheets and what they used, then its result card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from plotty_tui.domain import figures, runs, sheets, values
from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.runs import Results, Verdict
from plotty_tui.studio.forms import Field, FormError
from plotty_tui.studio.opening import Store
from plotty_tui.studio.production import completion, run_detail
from plotty_tui.studio.production.run_detail import RunDetail
from plotty_tui.tui.lines import Line, LinePanel
from plotty_tui.tui.rows import Column, ColumnRows, RowList
from plotty_tui.tui.text import plain, state_span

from . import material_ways
from .confirm import Confirm
from .fields import FieldForm
from .frame import Dialog, LineScroll, off_loop
from .material_ways import show_way, told, way_of, with_ways
from .reasons import AskReason
from .show import card_lines
from .verdicts import PIECE, SHEET, Unit, Verdicts

MOST_SHEETS = 9
SHEET_COLUMNS = (
    Column("", 3, "right", style="hint"),
    Column("design", 14, flex=1),
    Column("copy", 6, "right"),
    Column("plotter", 8, drop=1, style="hint"),
    Column("fate", 11),
    Column("why", 16, flex=1, drop=2, style="hint"),
)
SHEET_KEYS = (
    ("enter", "save"),
    ("x", "spoiled"),
    ("s", "second"),
    ("o", "proof"),
    ("g", "good"),
    ("1-5", "stars"),
    ("tab", "fields"),
    ("esc", "later"),
)
FIELD_KEYS = (("ctrl+s", "save"), ("tab", "next field"), ("esc", "later"))
CARD_KEYS = (("enter", "close"), ("j k", "scroll"))
REPLOT_KEYS = (("r", "replot what failed"), *CARD_KEYS)
STAR_WORDS = {
    str(number): f"{runs.stars(number)} {word}" for number, word in runs.QUALITY_WORDS.items()
}


class SheetRows(RowList):
    """The sheets of a run: a key says what became of the one under the cursor, or of the marked
    ones."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "screen.fate('good')", "Good", show=False, id="sheet.good"),
        Binding("s", "screen.fate('second')", "Second", show=False, id="sheet.second"),
        Binding("o", "screen.fate('proof')", "Proof", show=False, id="sheet.proof"),
        Binding("x", "screen.spoil", "Spoiled", show=False, id="sheet.spoiled"),
        *(Binding(str(n), f"screen.stars({n})", f"{n} stars", show=False) for n in range(1, 6)),
    ]


class CompleteRun(Dialog[RunDetail]):
    """The completion form of a run, filled with what the plotters did. Saving is one
    transaction; then the result card is shown. Dismissed with the run as it is then, or None;
    `replot_wanted` says whether what failed is to be drawn again."""

    DEFAULT_CSS = """
    CompleteRun {
        & > #box { max-width: 96; }
        & #totals { height: 2; margin-bottom: 1; }
        & SheetRows { margin-bottom: 1; scrollbar-size-vertical: 1; }
        & .title { color: $accent; text-style: bold; height: 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", show=False, id="form.save"),
        Binding("enter", "finish", "Close the card", show=False),
        Binding("r", "replot", "Draw again what failed", show=False, id="run.replot"),
    ]
    CHROME = 9

    def __init__(self, store: Store, number: int) -> None:
        super().__init__(f"{runs.run_name(number)} · results")
        self._store, self._number = store, number
        self._detail: RunDetail | None = None
        self._verdicts: Verdicts | None = None
        self._done: RunDetail | None = None
        self._saving = False
        self.replot_wanted = False

    def body(self) -> Iterable[Widget]:
        try:
            detail = run_detail.run_detail(self._store, self._number)
        except PlottyError as error:
            yield LineScroll([str(error)], classes="body")
            return
        if not detail.awaiting:
            yield LineScroll([_why_not(detail), "", *card_lines(detail)], classes="body")
            return
        self._detail, self._verdicts = detail, Verdicts(detail)
        self._units = [
            (number, sheet, piece)
            for number, sheet in enumerate(detail.sheets, 1)
            for piece in (None, *sheet.pieces)
        ]
        self._form = FieldForm(_fields(detail), words={"quality": STAR_WORDS})
        self._keys = list(SHEET_KEYS)
        yield LinePanel(self._totals(), id="totals", can_focus=False)
        with VerticalScroll(classes="body", can_focus=False):
            yield Static("Sheets", classes="title", markup=False)
            rows = SheetRows(self._sheet_source())
            rows.styles.height = min(MOST_SHEETS, len(self._units) + 1)
            yield rows
            yield self._form

    def on_mount(self) -> None:
        if self._detail is not None:
            self.query_one(SheetRows).focus()
            self._form.show_field("reason", False)
            show_way(self._form)
        else:
            self.query_one(LineScroll).focus()

    # What is shown

    def _sheet_source(self) -> ColumnRows:
        keys = [
            (SHEET, sheet.id) if piece is None else (PIECE, piece.id)
            for _, sheet, piece in self._units
        ]
        return ColumnRows(keys, self._sheet_cells, SHEET_COLUMNS, titles=True)

    def _sheet_cells(self, i: int) -> list[Any]:
        assert self._detail is not None and self._verdicts is not None
        number, sheet, piece = self._units[i]
        row, unit = (sheet, (SHEET, sheet.id)) if piece is None else (piece, (PIECE, piece.id))
        if unit in self._verdicts.of:
            verdict = self._verdicts.fate(unit)
        else:
            verdict = Verdict(row.state, row.reason or "", row.notes or "")
        why = ", ".join(one for one in (verdict.reason.replace("_", " "), verdict.notes) if one)
        if piece is not None:
            name = f"   {piece.position}. {piece.name}"
            return ["", name, "", "", state_span(verdict.fate), why]
        item = next(one for one in self._detail.items if one.id == sheet.item_id)
        return [
            str(number), sheet.name, f"{sheet.copy}/{item.sheets or item.copies}",
            sheet.device or "", state_span(verdict.fate), why,
        ]  # fmt: skip

    def _totals(self) -> list[Line | str]:
        """Two lines that follow every key: sheets, and what they used against the estimate."""
        detail, verdicts = self._detail, self._verdicts
        assert detail is not None and verdicts is not None
        good = verdicts.count(sheets.GOOD)
        failed = sum(item.spoiled for item in detail.items) + verdicts.count(sheets.SPOILED)
        counts: Line = ((f"{good} good", "state-done bold"),)
        for fate in (sheets.SECOND, sheets.PROOF):
            if verdicts.count(fate):
                counts += ((f"   {verdicts.count(fate)} {fate}", "state-paused"),)
        counts += ((f"   {failed} failed", "state-fault bold" if failed else "hint"),)
        tried = detail.attempted - verdicts.count(sheets.PROOF)
        success = values.percent(figures.success_percent(good, tried))
        word = "piece" if any(item.part for item in detail.items) else "sheet"
        counts += ((f"   of {values.plural(detail.attempted, word)}, {success}", "hint"),)
        ink, seconds = self._ink_mm(), self._seconds()
        return [
            counts,
            (
                *_against("ink", values.metres(ink), values.metres(detail.estimated_mm),
                          figures.variance_percent(ink, detail.estimated_mm)),
                ("   ", ""),
                *_against("time", values.clock(seconds), values.clock(detail.estimated_seconds),
                          figures.variance_percent(seconds, detail.estimated_seconds)),
            ),
        ]  # fmt: skip

    def _ink_mm(self) -> float:
        """Ink as the form says it; a field that cannot be read counts as booked."""
        assert self._detail is not None
        total = self._detail.actual_mm
        for pen in self._detail.pens:
            booked, key = pen.actual_mm or 0.0, f"pen:{pen.id}"
            filled = self._fill(key)
            if filled is not None and self._form.typed.get(key, filled) != filled:
                typed = self._read(key)
                total += typed - booked if typed is not None else 0.0
        return total

    def _seconds(self) -> float | None:
        assert self._detail is not None
        if self._form.typed.get("duration", "") in ("", self._fill("duration")):
            return self._detail.seconds
        typed = self._read("duration")
        return self._detail.seconds if typed is None else typed

    def _fill(self, key: str) -> str | None:
        return next((one.value for one in self._form.fields if one.key == key), None)

    def _read(self, key: str) -> Any:
        field = next(one for one in self._form.fields if one.key == key)
        try:
            return field.parse(self._form.typed[key].strip())
        except (PlottyError, ValueError):
            return None

    def _show_totals(self) -> None:
        self.query_one("#totals", LinePanel).show(self._totals())

    # Fates

    def action_fate(self, fate: str) -> None:
        self._give(Verdict(fate))

    def action_spoil(self) -> None:
        chosen = self._chosen()
        if chosen:

            def spoil(told: tuple[str, str] | None) -> None:
                if told is not None:
                    self._give(Verdict(sheets.SPOILED, *told))

            self.app.push_screen(AskReason(len(chosen)), spoil)

    def action_stars(self, number: int) -> None:
        self._form.put("quality", str(number))
        self.say(f"quality {STAR_WORDS[str(number)]}")

    def _chosen(self) -> list[Unit]:
        """The marked sheets, or the one under the cursor, that still want a verdict."""
        assert self._verdicts is not None
        rows = self.query_one(SheetRows)
        chosen = [one for one in rows.marked_rows or [rows.cursor_key] if one in self._verdicts.of]
        if not chosen:
            self.say("The fate of this sheet was told while it was drawn.")
        return chosen

    def _give(self, verdict: Verdict) -> None:
        assert self._detail is not None and self._verdicts is not None
        rows, chosen = self.query_one(SheetRows), self._chosen()
        if not chosen:
            return
        self._verdicts.give(chosen, verdict)
        for item in self._detail.items:
            if item.drawn:
                self._form.put(f"failed:{item.key}", str(self._verdicts.spoiled(item)))
        if not rows.marks:
            rows.action_move(1)
        rows.set_marks(())
        self.unsay()
        self._show_fates()

    def _show_fates(self) -> None:
        assert self._verdicts is not None
        self._form.show_field("reason", self._verdicts.are_counted)
        self.query_one(SheetRows).refresh_rows()
        self._show_totals()

    def _count_failed(self, key: str) -> None:
        """A count was typed: sheets follow it, and too many are told at once."""
        assert self._detail is not None and self._verdicts is not None
        item = next(one for one in self._detail.items if f"failed:{one.key}" == key)
        text = self._form.typed[key].strip() or "0"
        if not text.isdigit():
            return
        try:
            completion.results_of_form(self._detail, {key: text})
        except FormError as error:
            self._form.show_wrong(key, str(error), focus=False)
            return
        self._verdicts.set_spoiled(item, int(text), self._form.typed["reason"])

    # Events

    def on_field_form_changed(self, event: FieldForm.Changed) -> None:
        if event.key.startswith("failed:"):
            self._count_failed(event.key)
        elif event.key == "reason" and self._verdicts is not None:
            self._verdicts.give_reason(self._form.typed["reason"])
        elif event.key == material_ways.KEY:
            show_way(self._form)
        self._show_fates()

    def on_field_form_reached(self, event: FieldForm.Reached) -> None:
        self.unsay()
        self.say(event.field.help)
        self.tell_keys(FIELD_KEYS)

    def on_field_form_submitted(self, event: FieldForm.Submitted) -> None:
        self.action_save()

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        event.stop()
        self.action_save()

    def on_descendant_focus(self) -> None:
        if self._detail is not None and self._done is None and self.query_one(SheetRows).has_focus:
            self.tell_keys(SHEET_KEYS)

    # Saving and leaving

    def action_save(self) -> None:
        if self._detail is None or self._done is not None or self._saving:
            return
        if not self._form.check():
            return
        assert self._verdicts is not None
        try:
            results = completion.results_of_form(self._detail, told(self._form.typed))
        except FormError as error:
            show_way(self._form, way_of(error.key))
            self._form.show_wrong(error.key, str(error))
            return
        results.verdicts = self._verdicts.told
        results.pieces = self._verdicts.told_pieces
        self._saving = True
        self.say("saving …")
        self._save(results)

    @work
    async def _save(self, results: Results) -> None:
        try:
            self._done = await off_loop(
                self._store, lambda: completion.complete_run(self._store, self._number, results)
            )
        except PlottyError as error:
            self.fail(str(error))
            return
        finally:
            self._saving = False
        await self._show_card(self._done)

    async def _show_card(self, detail: RunDetail) -> None:
        card = LineScroll(card_lines(detail), classes="body")
        await self.query_one("#totals").remove()
        await self.query_one(".body").remove()
        await self.query_one("#box").mount(card, before=0)
        self.retitle(f"{detail.name} · completed")
        self.unsay()
        self.tell_keys(REPLOT_KEYS if detail.wants_replot else CARD_KEYS)
        if detail.wants_replot:
            failed = values.plural(detail.failed, "failed one")
            self.say(f"{failed}: r draws again what failed", "state-hand")
        card.focus()

    def action_replot(self) -> None:
        if self._done is not None and self._done.wants_replot:
            self.replot_wanted = True
            self.dismiss(self._done)

    def action_finish(self) -> None:
        if self._done is not None or self._detail is None:
            self.dismiss(self._done)

    def action_leave(self) -> None:
        if self._done is not None or self._detail is None:
            self.dismiss(self._done)
        elif self._saving:
            self.say("saving: a moment …")
        elif self._form.touched or (
            self._verdicts and (self._verdicts.told or self._verdicts.told_pieces)
        ):
            question = Confirm("Leave the results for later?", "What you told here is lost.")
            self.app.push_screen(question, self._left)
        else:
            self.dismiss(None)

    def _left(self, yes: bool | None) -> None:
        if yes:
            self.dismiss(None)


def _fields(detail: RunDetail) -> list[Field]:
    """The form's fields, with the choice of how material is told before the pens."""
    fields = [
        replace(one, help="1 to 5, or ← →") if one.key == "quality" else one
        for one in completion.completion_form(detail)
    ]
    return with_ways(fields)


def _why_not(detail: RunDetail) -> Line:
    if detail.state == runs.IN_PROGRESS:
        still = values.plural(detail.open, "sheet")
        said = f"{detail.name} has {still} that are not drawn yet."
    else:
        said = f"{detail.name} is {plain(detail.state.replace('_', ' '))}: its results are told."
    return ((said, "state-hand"),)


def _against(name: str, actual: str, estimated: str, percent: float | None) -> Line:
    return (
        (f"{name} ", "hint"),
        (actual, "bold"),
        (f" of est. {estimated} ", "hint"),
        (values.percent(percent, sign=True), "bold"),
    )
