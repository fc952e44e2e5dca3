"""Small lists to choose from: a run among linked ones, a draft that was left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.runs import run_name
from plotty_tui.domain.values import local_time
from plotty_tui.studio.opening import Store
from plotty_tui.studio.production import run_drafts, run_lists
from plotty_tui.studio.production.run_drafts import KeptDraft
from plotty_tui.tui.panels.runs import run_state
from plotty_tui.tui.rows import Column, ColumnRows, RowList
from plotty_tui.tui.text import plain, state_span

from .frame import Dialog

MOST_ROWS = 14
RUN_COLUMNS = (Column("run", 8), Column("status", 17), Column("items", 16, flex=1, style="hint"))
DRAFT_COLUMNS = (
    Column("", 6, style="hint"),
    Column("draft", 20, flex=1),
    Column("left at", 10, style="hint"),
    Column("by", 10, drop=1, style="hint"),
    Column("when", 13, "right"),
)


class PickRun(Dialog[int]):
    """One of some runs; dismissed with its number, or with None."""

    DEFAULT_CSS = """
    PickRun > #box { max-width: 72; }
    """

    def __init__(self, store: Store, numbers: Sequence[int]) -> None:
        super().__init__("Which run?")
        rows = {row.number: row for row in run_lists.run_page(store, numbers)}
        self._rows = [rows[number] for number in numbers if number in rows]
        self._keys = [("enter", "open"), ("j k", "choose"), ("esc", "leave")]

    def body(self) -> Iterable[Widget]:
        keys = [row.number for row in self._rows]
        yield _sized(RowList(ColumnRows(keys, self._cells, RUN_COLUMNS), classes="body"), len(keys))

    def _cells(self, i: int) -> list[Any]:
        row = self._rows[i]
        return [run_name(row.number), state_span(run_state(row)), plain(row["items"] or "")]

    def on_mount(self) -> None:
        self.query_one(RowList).focus()

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        event.stop()
        self.dismiss(event.key)


class PickDraft(Dialog[str]):
    """A new run, or a draft that was left; dismissed with its key (empty: a new one) or None."""

    DEFAULT_CSS = """
    PickDraft > #box { max-width: 84; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "fresh", "A new run", show=False),
        Binding("d", "forget", "Forget the draft", show=False),
    ]

    def __init__(self, store: Store, drafts: Sequence[KeptDraft]) -> None:
        super().__init__("New run, or go on with a draft")
        self._store, self._drafts = store, list(drafts)
        self._keys = [
            ("enter", "go on with it"), ("n", "a new run"), ("d", "forget"), ("esc", "leave"),
        ]  # fmt: skip

    def body(self) -> Iterable[Widget]:
        yield _sized(RowList(self._source(), classes="body"), len(self._drafts) + 1)

    def _source(self) -> ColumnRows:
        return ColumnRows(["", *(one.key for one in self._drafts)], self._cells, DRAFT_COLUMNS)

    def _cells(self, i: int) -> list[Any]:
        if i == 0:
            return ["", ("a new run", "bold"), "", "", ""]
        draft = self._drafts[i - 1]
        return [
            draft.key, plain(draft.text), draft.step, plain(draft.actor),
            local_time(draft.saved_at),
        ]  # fmt: skip

    def on_mount(self) -> None:
        rows = self.query_one(RowList)
        rows.focus()
        rows.move_to(1)

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        event.stop()
        self.dismiss(event.key)

    def action_fresh(self) -> None:
        self.dismiss("")

    def action_forget(self) -> None:
        rows = self.query_one(RowList)
        if not rows.cursor_key:
            self.say("Put the cursor on a draft.")
            return
        try:
            run_drafts.remove_draft(self._store, rows.cursor_key)
        except PlottyError as error:
            self.fail(str(error))
            return
        self._drafts = [one for one in self._drafts if one.key != rows.cursor_key]
        rows.set_rows(self._source())
        self.say("The draft is gone.")


def _sized(rows: RowList, count: int) -> RowList:
    rows.styles.height = min(MOST_ROWS, count + 1)
    return rows
