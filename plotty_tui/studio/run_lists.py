"""Runs for long lists: which there are (numbers alone, quickly), and their rows page by page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from plotty_tui.domain import runs, values
from plotty_tui.store import run_lists as books
from plotty_tui.store.database import Row, Store
from plotty_tui.store.run_lists import RunFilter
from plotty_tui.store.tables import moment

AWAITING = "awaiting"
STATUSES = (*runs.STATES, AWAITING)


def find_runs(store: Store, **wanted: Any) -> list[int]:
    """The numbers of the runs that match all that is given (the fields of
    `store.run_lists.RunFilter`), newest first; archived ones are left out."""
    return books.run_numbers(store, RunFilter(**wanted))


def run_page(store: Store, numbers: Sequence[int]) -> list[Row]:
    """These runs as lists show them, newest first."""
    return books.filtered_runs(store, RunFilter(numbers=numbers)) if numbers else []


def count_by_status(store: Store) -> dict[str, int]:
    """How many runs there are in each status, `awaiting` results among those in progress, and
    `all`."""
    counts = books.count_by_state(store)
    return {status: counts.get(status, 0) for status in (*STATUSES, "all")}


def started(row: Row) -> datetime | None:
    """When a run of a list began."""
    return moment(row.started_at)


def moment_of(stored_ms: int | None) -> str:
    """`21 Nov 14:32` of a moment as rows of lists hold it."""
    return values.local_time(moment(stored_ms))
