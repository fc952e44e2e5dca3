"""One of several things, each with a sentence that says why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from plotty_tui.tui.rows import Cell, Column, ColumnRows, RowList
from plotty_tui.tui.text import plain

from .frame import Dialog

COLUMNS = (Column("", 8), Column("", 30, flex=1, style="hint"))
MOST_ROWS = 14


class Choose(Dialog[str]):
    """A list of (word, sentence), the best first; dismissed with the word, or None."""

    DEFAULT_CSS = """
    Choose > #box { max-width: 84; }
    """

    def __init__(self, title: str, choices: Sequence[tuple[str, str]], now: str = "") -> None:
        super().__init__(title)
        self._choices, self._now = list(choices), now
        self._keys = [("enter", "take it"), ("j k", "choose"), ("esc", "leave")]

    def body(self) -> Iterable[Widget]:
        keys = [word for word, _ in self._choices]
        rows = RowList(
            ColumnRows(keys, self._cells, COLUMNS, titles=False),
            empty="nothing in the stock fits: 4 opens the Materials, a adds a pen",
            classes="body",
        )
        rows.styles.height = max(1, min(MOST_ROWS, len(keys)))
        yield rows

    def _cells(self, i: int) -> list[Cell]:
        word, why = self._choices[i]
        return [(word or "as planned", "accent bold" if word == self._now else "bold"), plain(why)]

    def on_mount(self) -> None:
        rows = self.query_one(RowList)
        rows.focus()
        rows.move_to_key(self._now)

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        event.stop()
        self.dismiss(event.key)
