"""The queue: what is to be drawn, in order."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from plotty_tui.domain import jobs
from plotty_tui.domain.values import clock, rough
from plotty_tui.studio import watching

from ..bar import Line, pen_dots
from ..rows import Cell, Column, ColumnRows, RowList, fit_columns
from ..text import state_span, symbols
from .queue_filter import Filter, parse_filter
from .told import dot

COLUMNS = (
    Column("", 3, "right", drop=8, style="hint"),
    Column("", 1),
    Column("Job", 16, flex=3),
    Column("Pens", 4, drop=4),
    Column("Time", 7, "right", drop=2),
    Column("State", 13),
    Column("On", 8, drop=7, style="hint"),
    Column("Paper", 8, drop=6, style="hint"),
    Column("Copies", 6, "right", drop=5),
    Column("Client", 14, flex=1, drop=9, style="hint"),
)
# The last cell is the scrollbar's.
SCROLLBAR = 1
ROOMY = 64


def columns_for(count: int) -> Callable[[int], Sequence[tuple[int, int]]]:
    """Which columns are shown in how many cells, for a queue of so many jobs."""
    digits = max(3, len(str(count)))
    number, priority, name, *rest = COLUMNS

    def layout(width: int) -> Sequence[tuple[int, int]]:
        # Where there is room, whole names rather than one column more.
        wide_name = replace(name, width=26) if width >= ROOMY else name
        columns = (replace(number, width=digits), priority, wide_name, *rest)
        return fit_columns(columns, width - SCROLLBAR)

    return layout


FINE = ("drawn", "good", "second")
_PRIORITIES = {jobs.HIGH: ("▲", "^", "state-hand"), jobs.LOW: ("▽", "v", "hint")}


def copies_done(row: Any) -> int:
    """Copies of a job that are drawn and not refused."""
    return sum(number for state, _, _, number in row.sheets if state in FINE)


def seconds_left(row: Any) -> float | None:
    """Machine seconds of the copies that are still to be drawn."""
    if row.seconds is None:
        return None
    return row.seconds * max(0, row.copies - copies_done(row))


class QueuePanel(RowList):
    """The queue with a filter. `show_queue` when it was read again."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._queue: Sequence[Any] = ()
        self._shown: Sequence[Any] = ()
        self._total = 0
        self._pens: dict[tuple[int, int], Line] = {}
        self.filter: Filter = parse_filter("")

    def show_queue(self, queue: Sequence[Any], total: int) -> None:
        """The queue is this now; `total` when not all of it has been read yet."""
        self._queue, self._total = queue, max(total, len(queue))
        self._choose()

    def use_filter(self, text: str) -> None:
        """Show only the jobs that this filter lets through."""
        self.filter = parse_filter(text)
        self._choose()

    def job(self, key: Any) -> Any:
        """The row of a job; None when it is no longer in the queue."""
        return next((row for row in self._queue if row.id == key), None)

    @property
    def chosen_jobs(self) -> list[Any]:
        """The marked jobs that are shown, else the one under the cursor."""
        keys = self.marked_rows or ([self.cursor_key] if self.cursor_key is not None else [])
        wanted = set(keys)
        return [row for row in self._shown if row.id in wanted]

    def _choose(self) -> None:
        self._shown = [row for row in self._queue if self.filter.lets(row)]
        shown = self._shown
        layout = columns_for(len(shown))
        self.set_rows(ColumnRows([row.id for row in shown], self._cells, COLUMNS, layout=layout))
        if self.filter.text:
            self.set_empty(f"no job fits {self.filter.text!r}: esc shows all")
        else:
            self.set_empty("the queue is empty: a adds SVG files")
        self._show_title()

    def _show_title(self) -> None:
        count = f"{self._total:,} job{'' if self._total == 1 else 's'}"
        if self.filter.text:
            self.set_title(
                f"Queue{dot()}{len(self._shown):,} of {self._total:,}{dot()}{self.filter.text}"
            )
            return
        seconds = sum(seconds_left(row) or 0.0 for row in self._queue)
        time = f"{dot()}{rough(seconds)}" if seconds and len(self._queue) == self._total else ""
        self.set_title(f"Queue{dot()}{count}{time}")

    def _cells(self, i: int) -> list[Cell]:
        row = self._shown[i]
        state = watching.job_state(row)
        sign, ascii_sign, style = _PRIORITIES.get(row.priority, (" ", " ", ""))
        done = copies_done(row)
        times = "x" if symbols().ascii else "×"
        several = row.sheets and row.copies > 1
        copies = f"{done}/{row.copies}" if several else f"{times}{row.copies}"
        name_style = "hint" if row.held else ""
        return [
            str(i + 1),
            (ascii_sign if symbols().ascii else sign, style),
            (row.name, name_style),
            self._pen_dots(row),
            (clock(seconds_left(row)), "" if row.seconds is not None else "hint"),
            state_span(state),
            " ".join(watching.job_devices(row)),
            row.paper,
            (copies, "hint" if row.copies == 1 else ""),
            row.client or "",
        ]

    def _pen_dots(self, row: Any) -> Line:
        key = (row.id, row.revision)
        dots = self._pens.get(key)
        if dots is None:
            if len(self._pens) > 4096:
                self._pens.clear()
            colors = [layer["color"] for layer in json.loads(row.layers)]
            dots = self._pens[key] = pen_dots(list(dict.fromkeys(colors)), 4)
        return dots
