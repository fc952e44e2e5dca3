"""Runs for long lists: which there are (numbers alone, quickly), and their rows page by page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from plotty_tui.domain import runs, values
from plotty_tui.domain.errors import NotFound
from plotty_tui.store.database import Row, Store
from plotty_tui.store.production import run_lists as books
from plotty_tui.store.production.run_lists import RunFilter
from plotty_tui.store.tables import moment

AWAITING = "awaiting"
STATUSES = (*runs.STATES, AWAITING)


def find_runs(store: Store, **wanted: Any) -> list[int]:
    """The numbers of the runs that match all that is given (the fields of
    `store.run_lists.RunFilter`), newest first; archived ones are left out."""
    return books.run_numbers(store, RunFilter(**wanted))


def run_list(
    store: Store,
    states: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    device: str = "",
    text: str = "",
    limit: int | None = None,
    client: str = "",
    archived: bool = False,
    offset: int = 0,
) -> list[Row]:
    """Runs, newest first, that match every filter given; archived ones only when asked for."""
    wanted = _filter(states, since, until, device, text, client, archived)
    return books.filtered_runs(store, wanted, limit, offset)


def _filter(
    states: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    device: str = "",
    text: str = "",
    client: str = "",
    archived: bool = False,
) -> RunFilter:
    for state in states:
        if state not in runs.STATES and state != "awaiting":
            raise NotFound.named("run status", state, [*runs.STATES, "awaiting"])
    return RunFilter(states, since, until, device, client, text, archived=archived)


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
