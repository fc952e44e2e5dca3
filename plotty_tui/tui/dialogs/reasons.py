"""Why a sheet is spoiled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input

from plotty_tui.domain import sheets
from plotty_tui.tui.rows import Column, ColumnRows, RowList

from .fields import TextLine
from .frame import Dialog

REASON_COLUMNS = (Column("reason", 18), Column("cause", 10, flex=1, style="hint"))


class AskReason(Dialog[tuple[str, str]]):
    """The reason why sheets are spoiled and a text (needed for `other`); None for not spoiled."""

    DEFAULT_CSS = """
    AskReason {
        & > #box { max-width: 50; }
        & RowList { height: 40; }
        & TextLine { display: none; }
        & TextLine.-shown { display: block; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = []
    CHROME = 7

    def __init__(self, count: int) -> None:
        super().__init__(
            "Why is this sheet spoiled?" if count == 1 else f"Why are {count} sheets spoiled?"
        )
        self._keys = [("enter", "that is why"), ("j k", "choose"), ("esc", "not spoiled")]

    def body(self) -> Iterable[Widget]:
        reasons = list(sheets.REASONS)
        source = ColumnRows(
            reasons,
            lambda i: [reasons[i].replace("_", " "), sheets.REASONS[reasons[i]]],
            REASON_COLUMNS,
        )
        yield RowList(source, classes="body")
        yield TextLine(placeholder="what happened?")

    def on_mount(self) -> None:
        rows = self.query_one(RowList)
        rows.styles.height = len(sheets.REASONS) + 1
        rows.focus()

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        event.stop()
        if event.key != "other":
            self.dismiss((event.key, ""))
            return
        typed = self.query_one(TextLine)
        typed.add_class("-shown")
        typed.focus()
        self.say("'other' needs a text that says what happened")
        self.tell_keys([("enter", "that is why"), ("esc", "back")])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(("other", event.value.strip()))

    def action_leave(self) -> None:
        if self.query_one(TextLine).has_focus:
            self.query_one(TextLine).remove_class("-shown")
            self.query_one(RowList).focus()
        else:
            self.dismiss(None)
