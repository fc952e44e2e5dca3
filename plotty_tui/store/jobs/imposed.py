"""Jobs that are sheets of several pieces, and the jobs whose pieces they are."""

from __future__ import annotations

from collections.abc import Sequence

from ..database import Store
from ..production.run_making import fine_copies
from ..tables import Design, Job

# Keys of a job's settings: the pieces of a sheet with their places, and mm of crop marks.
LAYOUT, OVERHEAD = "layout", "overhead_mm"


def copies_left(store: Store, job: Job) -> int:
    """How many copies of a job are not drawn yet; of one that is done, all of them once more."""
    left = job.copies - fine_copies(store, job.id)
    return left if left > 0 else job.copies


def designs(store: Store, ids: Sequence[int]) -> dict[int, Design]:
    """Designs by id."""
    with store.read():
        return {one.id: one for one in Design.select().where(Design.id.in_(list(ids)))}
