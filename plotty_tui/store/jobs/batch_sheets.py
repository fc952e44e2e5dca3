"""The sheets of a batch: what was drawn of it, and what was begun."""

from __future__ import annotations

from collections.abc import Sequence

from ..database import Row, Store


def sheets_of_jobs(store: Store, jobs: Sequence[int]) -> list[Row]:
    """All sheets of these jobs: id, job, copy, state, started_at, device, run (its number),
    run_state, whether another sheet `replaced` it, and seconds of its plan."""
    marks = ",".join("?" * len(jobs))
    return store.rows(
        "SELECT s.id, i.job_id AS job, s.copy, s.state, s.started_at, v.name AS device, "
        "r.number AS run, r.state AS run_state, p.seconds, EXISTS (SELECT 1 FROM sheet o "
        "WHERE o.replaces_id = s.id AND o.state != 'cancelled') AS replaced "
        "FROM sheet s JOIN item i ON i.id = s.item_id JOIN run r ON r.id = s.run_id "
        "JOIN plan p ON p.id = i.plan_id LEFT JOIN device v ON v.id = s.device_id "
        f"WHERE i.job_id IN ({marks}) ORDER BY s.id",
        *jobs,
    )


def begun_batches(store: Store) -> list[Row]:
    """Batches of which a sheet was begun, newest work first: id, name, at (of the last begin)."""
    return store.rows(
        "SELECT b.id, b.name, max(s.started_at) AS at FROM batch b JOIN job j ON j.batch_id = b.id "
        "JOIN item i ON i.job_id = j.id JOIN sheet s ON s.item_id = i.id "
        "WHERE s.started_at IS NOT NULL AND j.archived_at IS NULL "
        "GROUP BY b.id ORDER BY at DESC, b.id DESC"
    )
