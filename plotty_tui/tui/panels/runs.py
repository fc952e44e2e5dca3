"""Production runs: those under way and those that wait for their results first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from plotty_tui.domain import figures, runs
from plotty_tui.domain.values import percent

from ..rows import Cell, Column, ColumnRows, RowList, fit_columns
from ..text import state_span

COLUMNS = (
    Column("", 7),
    Column("", 18, drop=2),
    Column("", 14),
    Column("", 12, flex=1, drop=4, style="hint"),
    Column("", 12, flex=3, drop=3),
)
# The last cell is the scrollbar's.
SCROLLBAR = 1


def run_state(row: Any) -> str:
    """The state word of a run; one whose sheets are all drawn awaits its results."""
    return "awaiting_results" if row.awaiting else row.state


def open_first(rows: Sequence[Any]) -> list[Any]:
    """Runs that await results, then those under way, then the newest."""
    return sorted(
        rows, key=lambda row: (not row.awaiting, row.state != runs.IN_PROGRESS, -row.number)
    )


class RunsPanel(RowList):
    """The newest runs. `show_runs` when they were read again."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, title="Runs", empty="no runs yet: s starts one")
        self._runs: list[Any] = []

    def show_runs(self, rows: Sequence[Any]) -> None:
        """The runs are these now."""
        self._runs = open_first(rows)
        numbers = [row.number for row in self._runs]

        def layout(width: int) -> list[tuple[int, int]]:
            return fit_columns(COLUMNS, width - SCROLLBAR)

        self.set_rows(ColumnRows(numbers, self._cells, COLUMNS, titles=False, layout=layout))

    @property
    def chosen_run(self) -> Any:
        """The run under the cursor; None without any."""
        return next((row for row in self._runs if row.number == self.cursor_key), None)

    def _cells(self, i: int) -> list[Cell]:
        row = self._runs[i]
        return [
            (runs.run_name(row.number), "bold"),
            state_span(run_state(row)),
            self._figure(row),
            ", ".join(json.loads(row.devices)),
            row["items"] or "",
        ]

    def _figure(self, row: Any) -> Cell:
        if row.awaiting:
            return [(f"{row.sheets} drawn ", ""), ("[c]", "accent bold")]
        if row.state == runs.IN_PROGRESS:
            return f"{row.sheets - row.open}/{row.sheets} sheets"
        share = figures.success_percent(row.good, row.good + row.spoiled)
        return (f"{row.good} good {percent(share)}" if share is not None else "", "hint")
