"""Jobs that are over, and taking them out of the lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..database import Row, Store
from ..tables import database

# Not a piece that is drawn on a sheet with others, nor such a sheet: they hang together.
_ITS_OWN = "j.held NOT LIKE 'drawn on %' AND j.settings NOT LIKE '%\"layout\"%'"
_STATES = {
    "completed": "j.state = 'done'",
    "held": f"j.held != '' AND j.state IN ('new', 'planned') AND {_ITS_OWN}",
    "refused": f"j.refusal != '' AND j.plan_id IS NULL AND j.state = 'new' AND {_ITS_OWN}",
    "unplanned": f"j.plan_id IS NULL AND j.state = 'new' AND {_ITS_OWN}",
}
_OVER = """
    SELECT j.id, j.name,
      EXISTS (SELECT 1 FROM item i WHERE i.job_id = j.id) AS drawn,
      EXISTS (SELECT 1 FROM item i JOIN run r ON r.id = i.run_id
              WHERE i.job_id = j.id AND r.state IN ('pending', 'in_progress')) AS busy
    FROM job j WHERE j.archived_at IS NULL AND ({states})
      AND coalesce(j.done_at, j.added_at) <= ?
    ORDER BY j.priority, j.position, j.id
"""


def over_rows(store: Store, states: Sequence[str], before: datetime) -> list[Row]:
    """Jobs in any of these states (completed, held, refused, unplanned) that ended, or were added,
    before a moment: id, name, whether anything of them is `drawn`, and whether a run that is open
    keeps them `busy`."""
    wanted = " OR ".join(f"({_STATES[state]})" for state in states)
    return store.rows(_OVER.format(states=wanted), round(before.timestamp() * 1000))


def archive_jobs(store: Store, jobs: Sequence[int]) -> None:
    """Take these jobs out of every list; the books keep them."""
    now = round(store.clock.now().timestamp() * 1000)
    sql = "UPDATE job SET archived_at = ?, revision = revision + 1 WHERE id = ?"
    database.cursor().executemany(sql, [(now, job) for job in jobs])


def delete_jobs(store: Store, jobs: Sequence[int]) -> None:
    """Forget these jobs."""
    database.cursor().executemany("DELETE FROM job WHERE id = ?", [(job,) for job in jobs])
