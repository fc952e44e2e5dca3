"""What drawing the queue takes, job by job, as it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass

from plotty_tui.domain.learned import Band, sum_bands
from plotty_tui.domain.plan import Plan
from plotty_tui.store.database import Row, Store
from plotty_tui.store.jobs.queue_order import fine_by_job

from ..jobs.queue_lists import queue_rows
from ..jobs.queue_order import pen_key
from ..planning import estimates
from ..planning.edition_prices import SHEET_SECONDS, WALK_SECONDS
from ..planning.pen_plans import Key


@dataclass(slots=True)
class JobAhead:
    """A job of the queue with what its copies that are left take; `to_next` says whether the pen is
    changed (1) or not (0) before the next job that has a plan, None where there is none."""

    row: Row
    ink_mm: float = 0.0
    machine_seconds: float = 0.0
    human_seconds: float = 0.0
    swaps: int = 0
    to_next: int | None = None
    band: Band | None = None  # the machine's time as it is likely by what was drawn before


@dataclass(slots=True)
class Ahead:
    """The queue in order with what it takes; `between` are the pen changes from job to job."""

    rows: list[JobAhead]
    ink_mm: float = 0.0
    machine_seconds: float = 0.0
    human_seconds: float = 0.0
    swaps: int = 0
    between: int = 0
    unplanned: int = 0
    band: Band | None = None


def queue_ahead(store: Store) -> Ahead:
    """The whole queue with the machine's and the person's time, and the pen changes in each job
    and to the next. A job without a plan counts nothing."""
    found = Ahead([JobAhead(row) for row in queue_rows(store)])
    fine = fine_by_job(store)
    before: JobAhead | None = None
    last: Key | None = None
    for one in found.rows:
        row = one.row
        left = max(0, row.copies - fine.get(row.id, 0))
        one.ink_mm = row.ink_mm * left
        found.ink_mm += one.ink_mm
        if row.plan is None:
            found.unplanned += 1
            continue
        if not left:
            continue
        pens = _pens(row)
        again = pens[:1] != pens[-1:]  # from the last pen of a copy back to the first of the next
        one.swaps = row.pen_changes * left + again * (left - 1)
        if before is not None:
            before.to_next = int(bool(pens) and pens[0] != last)
            found.between += before.to_next
        one.machine_seconds = row.seconds * left
        found.swaps += one.swaps
        before, last = one, pens[-1] if pens else last
        one.human_seconds = one.swaps * WALK_SECONDS + left * SHEET_SECONDS
        found.machine_seconds += one.machine_seconds
        found.human_seconds += one.human_seconds
    found.human_seconds += found.between * WALK_SECONDS
    _add_bands(store, found)
    return found


def _add_bands(store: Store, found: Ahead) -> None:
    known, device = estimates.learned(store), estimates.one_device()
    for one in found.rows:
        if one.machine_seconds:
            plan = Plan.from_json(json.loads(one.row.plan))
            line = (plan, one.row.paper, one.machine_seconds / plan.seconds)
            one.band = estimates.work_band(known, [line], device)
    found.band = sum_bands([one.band for one in found.rows if one.machine_seconds])


def _pens(row: Row) -> list[Key]:
    """The pens of a plan's layers in their order; a colour where the stock has none."""
    return [pen_key(layer) for layer in json.loads(row.plan)["layers"]]
