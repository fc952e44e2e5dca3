"""The order of the queue: jobs change places among those of their priority.

Jobs that are put in another order share out the places that they hold, so whatever others do in
the same moment, no job is lost, stands twice, or leaves a gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from plotty_tui.domain import sheets

from ..database import Row, Store
from ..tables import database

_OPEN = "archived_at IS NULL AND state != 'done'"
_IN_ORDER = "ORDER BY priority, position, id"
_ARRANGED = """
    SELECT j.id, j.name, j.priority, j.position, j.state, j.held, j."group", j.copies, j.paper,
      j.batch_id, b.name AS batch, c.name AS client, j.added_at, p.seconds, p.pen_changes{more}
    FROM job j LEFT JOIN plan p ON p.id = j.plan_id LEFT JOIN client c ON c.id = j.client_id
    LEFT JOIN batch b ON b.id = j.batch_id
    WHERE j.archived_at IS NULL AND j.state != 'done' ORDER BY j.priority, j.position, j.id
"""

# As `run_making.fine_copies`, of all open jobs at once: sheets, or pieces of shared sheets.
_FINE = f"""
    SELECT job, count(*) AS number FROM (
      SELECT i.job_id AS job FROM sheet s JOIN item i ON i.id = s.item_id
      WHERE s.state IN {sheets.FINE} AND NOT EXISTS
        (SELECT 1 FROM piece p WHERE p.sheet_id = s.id AND p.job_id = i.job_id)
        AND NOT EXISTS
        (SELECT 1 FROM sheet o WHERE o.id = s.replaces_id AND o.state IN {sheets.FINE})
      UNION ALL
      SELECT p.job_id FROM piece p JOIN sheet s ON s.id = p.sheet_id
      WHERE p.state != 'spoiled' AND s.state IN {sheets.FINE})
    WHERE job IN (SELECT id FROM job WHERE {_OPEN}) GROUP BY job
"""


def open_rows(store: Store, plans: bool = False) -> list[Row]:
    """The open jobs in queue order as arranging needs them: id, name, priority, position, state,
    held, group, copies, paper, batch_id, batch, client, added_at, seconds and pen_changes; with
    `plans` also the body of each plan as JSON text, and the copies that are `left` to draw."""
    found = store.rows(_ARRANGED.format(more=", p.body AS plan" if plans else ""))
    if plans:
        fine = fine_by_job(store)
        for row in found:
            row["left"] = max(0, row.copies - fine.get(row.id, 0))
    return found


def fine_by_job(store: Store) -> dict[int, int]:
    """Open job (id) -> copies of it that are drawn and accepted so far, where there are any."""
    return {row.job: row.number for row in store.rows(_FINE)}


def numbers(store: Store) -> dict[int, int]:
    """Job id -> its number in the queue, from 1 on."""
    found = store.rows(f"SELECT id FROM job WHERE {_OPEN} {_IN_ORDER}")
    return {row.id: number for number, row in enumerate(found, 1)}


def place_jobs(store: Store, order: Sequence[int]) -> None:
    """Put these jobs in this order, each among those of its priority, in the places that they hold
    together. Ids of jobs that are gone are passed over. Call it inside a transaction."""
    rows = {row.id: row for row in _places(store, order)}
    if len({row.position for row in rows.values()}) < len(rows):
        _number_anew(store)
        rows = {row.id: row for row in _places(store, order)}
    blocks: dict[int, list[Row]] = defaultdict(list)
    for job in dict.fromkeys(order):
        if job in rows:
            blocks[rows[job].priority].append(rows[job])
    moves = [
        (place, row.id)
        for block in blocks.values()
        for row, place in zip(block, sorted(row.position for row in block), strict=True)
        if row.position != place
    ]
    sql = "UPDATE job SET position = ?, revision = revision + 1 WHERE id = ?"
    database.cursor().executemany(sql, moves)


def _places(store: Store, order: Iterable[int]) -> list[Row]:
    wanted = set(order)
    found = store.rows(f"SELECT id, priority, position FROM job WHERE {_OPEN}")
    return [row for row in found if row.id in wanted]


def _number_anew(store: Store) -> None:
    """Whole numbers from 1 on, where two jobs came to hold one place."""
    found = store.rows(f"SELECT id FROM job WHERE archived_at IS NULL {_IN_ORDER}")
    sql = "UPDATE job SET position = ?, revision = revision + 1 WHERE id = ?"
    database.cursor().executemany(sql, [(place, row.id) for place, row in enumerate(found, 1)])


def set_group(store: Store, jobs: Sequence[int], name: str) -> None:
    """Jobs that stay together from now on, under this name; empty: no longer. Call it inside a
    transaction."""
    sql = 'UPDATE job SET "group" = ?, revision = revision + 1 WHERE id = ? AND "group" != ?'
    database.cursor().executemany(sql, [(name, job, name) for job in jobs])
