"""What a backup of the queue takes from the books, and puts into them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..database import Row, Store
from ..tables import Job
from .queue import keep_client

PORTION = 500

_JOBS = """
    SELECT j.id, j.name, j.paper, j.category, j.tags, j.priority, j.copies, j.due_at, j.state,
      j.held, j.template, j.tier, j."group", j.settings, j.added_at, d.sha256,
      c.name AS client, b.name AS batch, p.key AS plan
    FROM job j JOIN design d ON d.id = j.design_id LEFT JOIN client c ON c.id = j.client_id
    LEFT JOIN batch b ON b.id = j.batch_id LEFT JOIN plan p ON p.id = j.plan_id
    WHERE j.archived_at IS NULL AND j.state != 'done'
    ORDER BY j.priority, j.position, j.id
"""
_KNOWN = """
    SELECT j.id, j.name, j.paper, j.priority, j.tags, j.held, j."group", j.copies, j.added_at,
      d.sha256, (j.archived_at IS NULL AND j.state != 'done') AS open
    FROM job j JOIN design d ON d.id = j.design_id
"""


def queue_to_keep(store: Store) -> tuple[list[Row], list[Row], list[Row]]:
    """The open jobs in queue order, their plans (key, sha256, preset, seconds, pen_down_mm,
    pen_changes, lifts, body as text), and their designs with those of the pieces of imposed
    sheets, of one moment."""
    of_jobs = "FROM job j WHERE j.archived_at IS NULL AND j.state != 'done'"
    with store.read():
        jobs = store.rows(_JOBS)
        plans = store.rows(
            "SELECT p.key, d.sha256, p.preset, p.seconds, p.pen_down_mm, p.pen_changes, p.lifts, "
            "p.body FROM plan p JOIN design d ON d.id = p.design_id "
            f"WHERE p.id IN (SELECT j.plan_id {of_jobs})"
        )
        designs = store.rows(
            "SELECT id, sha256, filename, size_bytes, width_mm, height_mm FROM design "
            f"WHERE id IN (SELECT j.design_id {of_jobs}) OR id IN "
            "(SELECT json_extract(e.value, '$.design') FROM job j, "
            "json_each(j.settings, '$.layout') e "
            "WHERE j.archived_at IS NULL AND j.state != 'done')"
        )
    return jobs, plans, designs


def known_jobs(store: Store) -> list[Row]:
    """Every job there is or was: id, name, paper, priority, tags, held, group, copies, added_at,
    sha256, and whether it is still open."""
    return store.rows(_KNOWN)


def designs_by_hash(store: Store) -> dict[str, int]:
    """sha256 -> id of every design."""
    return {row.sha256: row.id for row in store.rows("SELECT id, sha256 FROM design")}


def plans_by_key(store: Store) -> dict[str, tuple[int, int]]:
    """Key -> (id, design id) of every plan."""
    found = store.rows("SELECT id, key, design_id FROM plan")
    return {row.key: (row.id, row.design_id) for row in found}


def put_jobs(store: Store, wanted: Sequence[dict[str, Any]]) -> list[int]:
    """Jobs at the end of the queue, in this order; their ids. Each is given as its columns, with
    the ids of its design, plan, batch and client. Call it inside a transaction."""
    found = store.row("SELECT coalesce(max(position), 0) AS last FROM job")
    last = found.last if found else 0
    rows = [{**one, "position": last + k} for k, one in enumerate(wanted, 1)]
    for start in range(0, len(rows), PORTION):
        Job.insert_many(rows[start : start + PORTION]).execute()
    made = store.rows("SELECT id FROM job WHERE position > ? ORDER BY position", last)
    return [row.id for row in made]


def client_ids(names: Iterable[str]) -> dict[str, int]:
    """Name -> id of clients, made where they are new. Call it inside a transaction."""
    return {name: client.id for name in set(names) if (client := keep_client(name))}


def arrange_job(store: Store, job_id: int, **values: Any) -> None:
    """Set what a person arranges at a job. Call it inside a transaction."""
    Job.update(revision=Job.revision + 1, **values).where(Job.id == job_id).execute()


def hold_free(store: Store, jobs: Sequence[int], why: str) -> None:
    """Hold those of these jobs that are not held. Call it inside a transaction."""
    Job.update(revision=Job.revision + 1, held=why).where(
        Job.id.in_(list(jobs)), Job.held == ""
    ).execute()


def open_batches(store: Store) -> dict[str, int]:
    """Name (folded) -> id of the batches that are not archived."""
    found = store.rows("SELECT id, name FROM batch WHERE archived_at IS NULL ORDER BY id")
    return {row.name.casefold(): row.id for row in found}
