"""The queue as lists show it. Scripts ask for it hundreds of times: nothing else is imported."""

from __future__ import annotations

from plotty_tui.domain import sheets
from plotty_tui.store.database import Row, Store
from plotty_tui.store.jobs import queue


def queue_rows(store: Store, limit: int | None = None) -> list[Row]:
    """The queue in order, as `store.queue.job_rows` gives it."""
    return queue.job_rows(store, limit=limit)


def queue_counts(store: Store) -> dict[str, int]:
    """Jobs of the queue by state, with `held`, `refused` and `all`."""
    return queue.count_jobs(store)


def all_job_rows(store: Store, limit: int | None = None) -> list[Row]:
    """Every job that is not archived, the done ones too."""
    return queue.job_rows(store, "j.archived_at IS NULL", limit=limit)


def all_job_count(store: Store) -> int:
    """How many jobs are not archived."""
    row = store.row("SELECT count(*) AS number FROM job WHERE archived_at IS NULL")
    return row.number if row else 0


def job_state(row: Row) -> str:
    """One word for a job of a list: what its sheets do when they do something, else its own
    state; `held` and `refused` win over waiting to be drawn."""
    states = {state for state, _, device, _ in row.sheets if device or state != sheets.WAITING}
    for state in (sheets.DRAWING, sheets.WAITING, sheets.INTERRUPTED, sheets.LOADED):
        if state in states:
            return state
    if row.held and row.state != "done":
        return "held"
    if row.refusal and not row.preset:
        return "refused"
    return "queued" if row.state == "active" else row.state


def job_devices(row: Row) -> list[str]:
    """The plotters that hold sheets of this job now."""
    holding = [device for state, _, device, _ in row.sheets if device and state in sheets.OPEN]
    return list(dict.fromkeys(holding))
