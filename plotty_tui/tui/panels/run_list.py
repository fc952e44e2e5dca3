"""The list of production runs, read page by page: only runs in view are asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from plotty_tui.domain import figures, runs
from plotty_tui.domain.values import clock, local_time, percent
from plotty_tui.studio.production import run_lists

from ..rows import Cell, Column, ColumnRows, RowList, fit_columns
from ..text import state_span
from .runs import run_state

COLUMNS = (
    Column("Run", 9),
    Column("Status", 18),
    Column("Plotter", 8, flex=1, drop=4, style="hint"),
    Column("Items", 14, flex=4),
    Column("Started", 12, drop=2),
    Column("Time", 8, "right", drop=1),
    Column("Var.", 8, "right", drop=3),
)
# The last cell is the scrollbar's.
SCROLLBAR = 1
PAGE = 64
MOST_PAGES = 32

BAND_STYLES = {figures.FINE: "", figures.NOTICE: "state-hand", figures.FLAGGED: "state-fault"}


def variance_span(value: float | None) -> tuple[str, str]:
    """`+3.8 %`, coloured by its band; a dash without one."""
    return percent(value, sign=True), BAND_STYLES.get(figures.band(value) or "", "hint")


class RunPages:
    """Runs by number, read by `read(numbers)` a page at a time as they come into view."""

    def __init__(
        self, numbers: Sequence[int], read: Callable[[Sequence[int]], Sequence[Any]]
    ) -> None:
        self.numbers = numbers
        self._read = read
        self._pages: dict[int, dict[int, Any]] = {}

    def run(self, i: int) -> Any:
        """The row of run i; None when it is gone."""
        page = i // PAGE
        if page not in self._pages:
            if len(self._pages) >= MOST_PAGES:
                self._pages.clear()
            rows = self._read(self.numbers[page * PAGE : (page + 1) * PAGE])
            self._pages[page] = {row.number: row for row in rows}
        return self._pages[page].get(self.numbers[i])


class RunList(RowList):
    """The runs that a filter lets through, newest first. `show_runs` when they were read again."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, title="Runs")
        self._pages = RunPages((), lambda numbers: ())

    def show_runs(self, pages: RunPages) -> None:
        """The runs are these now."""
        self._pages = pages

        def layout(width: int) -> list[tuple[int, int]]:
            return fit_columns(COLUMNS, width - SCROLLBAR)

        self.set_rows(ColumnRows(pages.numbers, self._cells, COLUMNS, layout=layout))

    @property
    def chosen(self) -> Any:
        """The run under the cursor; None without any."""
        return self._pages.run(self.cursor) if self.row_count else None

    def _cells(self, i: int) -> list[Cell]:
        row = self._pages.run(i)
        if row is None:
            return [runs.run_name(self._pages.numbers[i]), *[""] * (len(COLUMNS) - 1)]
        return [
            (runs.run_name(row.number), "bold"),
            state_span(run_state(row)),
            ", ".join(json.loads(row.devices)),
            row["items"] or "",
            local_time(run_lists.started(row)),
            clock(row.seconds if row.seconds is not None else row.machine_seconds or None),
            variance_span(run_variance(row)),
        ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("mark", "range", "mark_all"):
            return False  # nothing is done to several runs at once
        return super().check_action(action, parameters)


def run_variance(row: Any) -> float | None:
    """Ink of a run of a list against its estimate, in percent; None until it is settled."""
    return figures.variance_percent(row.ink_mm, row.estimated_mm)
