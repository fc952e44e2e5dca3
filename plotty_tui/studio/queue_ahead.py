"""What drawing the queue takes, job by job, as it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass

from plotty_tui.store.database import Row, Store

from .pen_plans import SHEET_SECONDS, WALK_SECONDS, Key
from .queue_lists import queue_rows
from .queue_order import pen_key


@dataclass(slots=True)
class JobAhead:
    """A job of the queue with what all its copies take; `to_next` says whether the pen is changed
    (1) or not (0) before the next job that has a plan, None where there is none."""

    row: Row
    ink_mm: float = 0.0
    machine_seconds: float = 0.0
    human_seconds: float = 0.0
    swaps: int = 0
    to_next: int | None = None


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


def queue_ahead(store: Store) -> Ahead:
    """The whole queue with the machine's and the person's time, and the pen changes in each job
    and to the next. A job without a plan counts nothing."""
    found = Ahead([JobAhead(row) for row in queue_rows(store)])
    before: JobAhead | None = None
    last: Key | None = None
    for one in found.rows:
        row = one.row
        one.ink_mm = row.ink_mm * row.copies
        found.ink_mm += one.ink_mm
        if row.plan is None:
            found.unplanned += 1
            continue
        pens = _pens(row)
        again = pens[:1] != pens[-1:]  # from the last pen of a copy back to the first of the next
        one.swaps = row.pen_changes * row.copies + again * (row.copies - 1)
        if before is not None:
            before.to_next = int(bool(pens) and pens[0] != last)
            found.between += before.to_next
        one.machine_seconds = row.seconds * row.copies
        found.swaps += one.swaps
        before, last = one, pens[-1] if pens else last
        one.human_seconds = one.swaps * WALK_SECONDS + row.copies * SHEET_SECONDS
        found.machine_seconds += one.machine_seconds
        found.human_seconds += one.human_seconds
    found.human_seconds += found.between * WALK_SECONDS
    return found


def _pens(row: Row) -> list[Key]:
    """The pens of a plan's layers in their order; a colour where the stock has none."""
    return [pen_key(layer) for layer in json.loads(row.plan)["layers"]]
