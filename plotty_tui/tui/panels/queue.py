"""The queue: what is to be drawn, in order."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from plotty_tui.domain import jobs
from plotty_tui.domain.values import clock, metres, rough
from plotty_tui.studio.jobs import queue_lists

from ..bar import Line, pen_dots
from ..rows import Cell, Column, ColumnRows, RowList, fit_columns
from ..text import state_span, symbols
from .queue_filter import Filter, Searched, parse_filter
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
    Column("Client", 14, flex=1, drop=10, style="hint"),
    Column("Due", 6, drop=3),
    Column("Preset", 8, drop=12, style="hint"),
    Column("Ink", 7, "right", drop=13, style="hint"),
    Column("Group", 10, flex=1, drop=11, style="hint"),
    Column("Note", 16, flex=3, drop=9, style="hint"),
)
# Columns that are there only when a job of the queue has something to say in them.
NOW_AND_THEN: dict[str, Callable[[Any], Any]] = {
    # A client who is in the job's name already is told once.
    "Client": lambda row: row.client and not row.name.startswith(row.client),
    "Due": lambda row: row.due_at is not None,
    "Group": lambda row: row.group or row.batch,
    "Note": lambda row: row.held or row.refusal,
}
# From so many cells on, so many are the name's.
NAME_ROOM = ((100, 32), (64, 26))


def columns_for(count: int, empty: Collection[str]) -> Callable[[int], Sequence[tuple[int, int]]]:
    """Which columns are shown in how many cells, for a queue of so many jobs; `empty` are the
    titles of columns that would be."""
    digits = max(3, len(str(count)))

    def layout(width: int) -> Sequence[tuple[int, int]]:
        # Where there is room, whole names rather than one column more.
        name = next((room for least, room in NAME_ROOM if width >= least), COLUMNS[2].width)
        changed = {0: digits, 2: name}
        numbers = [i for i, column in enumerate(COLUMNS) if column.title not in empty]
        columns = [replace(COLUMNS[i], width=changed.get(i, COLUMNS[i].width)) for i in numbers]
        return [(numbers[i], room) for i, room in fit_columns(columns, width)]

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
        self._searched = Searched(())
        self._shown: Sequence[int] = ()  # places in the queue
        self._total = 0
        self._time = ""
        self._planning = ""
        self._pens: dict[tuple[int, int], Line] = {}
        self.filter: Filter = parse_filter("")
        self._last: Filter = self.filter
        self._rows_of: dict[int, Any] = {}
        self._empty_columns: frozenset[str] = frozenset(NOW_AND_THEN)

    def show_queue(self, queue: Sequence[Any], total: int) -> None:
        """The queue is this now; `total` when not all of it has been read yet."""
        self._searched, self._total = Searched(queue), max(total, len(queue))
        seconds = sum(seconds_left(row) or 0.0 for row in queue)
        self._time = f"{dot()}{rough(seconds)}" if seconds and len(queue) == self._total else ""
        self._rows_of = {row.id: row for row in queue}
        self._empty_columns = frozenset(
            title for title, says in NOW_AND_THEN.items() if not any(map(says, queue))
        )
        self._choose()

    def use_filter(self, text: str) -> None:
        """Show only the jobs that this filter lets through."""
        self.filter = parse_filter(text)
        if self.filter.tests:
            self._last = self.filter
        self._choose()

    @property
    def last_filter(self) -> str:
        """What was filtered last; it stays to be searched for when all jobs are shown again."""
        return self._last.text

    def find(self, step: int) -> bool:
        """Put the cursor on the next (1) or the last (-1) job that fits the last filter, round the
        ends; False when none does."""
        fitting = set(self._searched.find(self._last)) if self._last.tests else set()
        count = len(self._shown)
        for away in range(1, count + 1):
            i = (self.cursor + step * away) % count
            if self._shown[i] in fitting:
                self.move_to(i)
                return True
        return False

    def make_ready(self) -> None:
        """A filter is about to be typed."""
        self._searched.make_ready()

    def job(self, key: Any) -> Any:
        """The row of a job; None when it is no longer in the queue."""
        return self._rows_of.get(key)

    @property
    def chosen_jobs(self) -> list[Any]:
        """The marked jobs that are shown, else the one under the cursor."""
        keys = self.marked_rows or ([self.cursor_key] if self.cursor_key is not None else [])
        wanted = set(keys)
        return [row for i in self._shown if (row := self._queue[i]).id in wanted]

    @property
    def _queue(self) -> Sequence[Any]:
        return self._searched.rows

    def _choose(self) -> None:
        queue = self._queue
        self._shown = self._searched.find(self.filter)
        layout = columns_for(len(queue), self._empty_columns)
        keys = [queue[i].id for i in self._shown]
        self.set_rows(ColumnRows(keys, self._cells, COLUMNS, layout=layout))
        if self.filter.text:
            self.set_empty(f"no job fits {self.filter.text!r}: esc shows all")
        else:
            self.set_empty("the queue is empty: a adds SVG files")
        self._show_title()

    def show_planning(self, words: str) -> None:
        """How far the planning under way is, in the title; empty: nothing is being planned."""
        self._planning = words
        self._show_title()

    def _show_title(self) -> None:
        if self._planning:
            self.set_title(f"Queue{dot()}{self._planning}")
            return
        count = f"{self._total:,} job{'' if self._total == 1 else 's'}"
        if self.filter.text:
            self.set_title(
                f"Queue{dot()}{len(self._shown):,} of {self._total:,}{dot()}{self.filter.text}"
            )
            return
        self.set_title(f"Queue{dot()}{count}{self._time}")

    def _cells(self, i: int) -> list[Cell]:
        place = self._shown[i]
        row = self._queue[place]
        state = queue_lists.job_state(row)
        sign, ascii_sign, style = _PRIORITIES.get(row.priority, (" ", " ", ""))
        done = copies_done(row)
        times = "x" if symbols().ascii else "×"
        several = row.sheets and row.copies > 1
        copies = f"{done}/{row.copies}" if several else f"{times}{row.copies}"
        name_style = "hint" if row.held else ""
        return [
            str(place + 1),
            (ascii_sign if symbols().ascii else sign, style),
            (row.name, name_style),
            self._pen_dots(row),
            (clock(seconds_left(row)), "" if row.seconds is not None else "hint"),
            state_span(state),
            " ".join(queue_lists.job_devices(row)),
            row.paper,
            (copies, "hint" if row.copies == 1 else ""),
            row.client or "",
            self._due(row),
            row.preset or "",
            metres(row.pen_down_mm or row.ink_mm),
            row.group or row.batch or "",
            row.held or row.refusal,
        ]

    def _due(self, row: Any) -> tuple[str, str]:
        """The day a job is wanted by; in the colour of a fault from that day on."""
        if row.due_at is None:
            return "", ""
        due = datetime.fromtimestamp(row.due_at / 1000, UTC).astimezone()
        late = due.date() <= datetime.now(UTC).astimezone().date()
        return f"{due:%d %b}", "state-fault" if late else "hint"

    def _pen_dots(self, row: Any) -> Line:
        key = (row.id, row.revision)
        dots = self._pens.get(key)
        if dots is None:
            if len(self._pens) > 4096:
                self._pens.clear()
            colors = [layer["color"] for layer in json.loads(row.layers)]
            dots = self._pens[key] = pen_dots(list(dict.fromkeys(colors)), 4)
        return dots
