"""The log's lines: what happened, when, where."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from plotty_tui.studio import watching

from ..rows import Cell, Column, ColumnRows, RowList
from .told import dot

COLUMNS = (
    Column("Time", 14, style="hint"),
    Column("Kind", 8, drop=2, style="hint"),
    Column("On", 8, drop=1, style="hint"),
    Column("What", 20, flex=1),
)
KEPT = 5000  # lines; older ones are in the books


class LogList(RowList):
    """Events, the newest last. `read_on` takes in what is new; a filter shows some of them."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._events: dict[int, Any] = {}
        self._shown: list[int] = []
        self.filter = ""
        self.last_filter = ""

    def read_on(self, store: Any) -> None:
        """Take in what has happened since the last reading."""
        last = next(reversed(self._events), 0)
        fresh = watching.log_after(store, last, KEPT)
        if not fresh and self._events:
            return
        for row in fresh:
            # `kind:run` and `device:left` are looked for in the same text as words are.
            row["words"] = f"{row.text} kind:{row.kind} device:{row.device or ''}".casefold()
            self._events[row.id] = row
        for number in list(self._events)[:-KEPT]:
            del self._events[number]
        self._choose()

    def use_filter(self, text: str) -> None:
        """Show only the lines that have all these words; `!` in front of one: that have it not."""
        self.filter = text.strip()
        if self.filter.strip("!"):
            self.last_filter = self.filter
        self._choose()

    def event(self, number: Any) -> Any:
        """The event of this number, or None."""
        return self._events.get(number)

    def find(self, step: int) -> bool:
        """Put the cursor on the next (1) or last (-1) line that fits the last filter."""
        fits = _fitting(self.last_filter)
        for away in range(1, len(self._shown) + 1):
            i = (self.cursor + step * away) % len(self._shown)
            if fits(self._events[self._shown[i]]):
                self.move_to(i)
                return True
        return False

    def _choose(self) -> None:
        at_end = self.cursor >= len(self._shown) - 1
        if self.filter:
            fits = _fitting(self.filter)
            self._shown = [number for number, row in self._events.items() if fits(row)]
        else:
            self._shown = list(self._events)
        self.set_rows(ColumnRows(self._shown, self._cells, COLUMNS))
        if at_end:
            self.action_last()
        count = f"{len(self._events):,}"
        if self.filter:
            self.set_title(f"Log{dot()}{len(self._shown):,} of {count}{dot()}{self.filter}")
            self.set_empty(f"no line fits {self.filter!r}: esc shows all")
        else:
            self.set_title(f"Log{dot()}{count}")
            self.set_empty("nothing has happened yet")

    def _cells(self, i: int) -> list[Cell]:
        row = self._events[self._shown[i]]
        at = datetime.fromtimestamp(row.at / 1000, UTC).astimezone()
        today = at.date() == datetime.now(UTC).astimezone().date()
        time = f"{at:%H:%M:%S}" if today else f"{at:%d %b %H:%M}"
        return [time, row.kind, row.device or "", row.text]


def _fitting(text: str) -> Any:
    """Whether a line has all words of a filter."""
    words = [word for word in text.casefold().split() if word.strip("!")]
    wanted = [word for word in words if not word.startswith("!")]
    unwanted = [word[1:] for word in words if word.startswith("!")]

    def fits(row: Any) -> bool:
        said = row.words
        return all(word in said for word in wanted) and not any(word in said for word in unwanted)

    return fits
