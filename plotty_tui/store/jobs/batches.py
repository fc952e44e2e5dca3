"""Batches as lists show them."""

from __future__ import annotations

from ..database import Row, Store

_BATCHES = """
    SELECT b.id, b.name, b.created_at, b.archived_at, count(j.id) AS jobs,
      coalesce(sum(j.open), 0) AS open,
      coalesce(sum(j.open AND j.plan_id IS NULL), 0) AS unplanned,
      coalesce(sum(j.open * j.copies * p.seconds), 0.0) AS seconds,
      coalesce(sum(j.open * j.copies * p.pen_changes), 0) AS pen_changes
    FROM batch b
    LEFT JOIN (SELECT *, (archived_at IS NULL AND state != 'done') AS open FROM job) j
      ON j.batch_id = b.id
    LEFT JOIN plan p ON p.id = j.plan_id
    GROUP BY b.id {having} ORDER BY b.id
"""


def batch_rows(store: Store, everything: bool = False) -> list[Row]:
    """Batches with open jobs, or all there were, oldest first: id, name, created_at, archived_at,
    jobs, open, unplanned, seconds and pen_changes of the open jobs with all their copies."""
    having = "" if everything else "HAVING open > 0"
    return store.rows(_BATCHES.format(having=having))
