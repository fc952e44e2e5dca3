"""The work ahead, in its order: what open runs still draw, then the planned jobs of the queue."""

from __future__ import annotations

import json
from collections.abc import Mapping

from plotty_tui.domain.forecast import Demand

from ..database import Row, Store
from ..inventory.materials import paper_rows

_OPEN_ITEMS = """
    SELECT i.name, i.stock_id, i.priority, p.body, p.seconds, r.number,
      (SELECT count(*) FROM sheet s WHERE s.item_id = i.id) AS sheets,
      (SELECT count(*) FROM sheet s WHERE s.item_id = i.id AND s.started_at IS NULL
        AND s.state IN ('planned', 'loaded')) AS waiting, i.copies
    FROM item i JOIN run r ON r.id = i.run_id JOIN plan p ON p.id = i.plan_id
    WHERE r.state IN ('pending', 'in_progress') ORDER BY i.priority, r.number, i.position
"""
_PLANNED_JOBS = """
    SELECT j.name, j.paper, j.copies, p.body, p.seconds,
      (SELECT count(*) FROM sheet s JOIN item i ON i.id = s.item_id
        WHERE i.job_id = j.id AND s.state IN ('drawn', 'good', 'second')) AS fine
    FROM job j JOIN plan p ON p.id = j.plan_id
    WHERE j.archived_at IS NULL AND j.state = 'planned' AND j.held NOT LIKE 'drawn on %'
      AND NOT EXISTS (
      SELECT 1 FROM item i JOIN run r ON r.id = i.run_id
      WHERE i.job_id = j.id AND r.state IN ('pending', 'in_progress'))
    ORDER BY j.priority, j.position, j.id
"""


def work_ahead(store: Store) -> list[Demand]:
    """What is still to be drawn: sheets of open runs that are not begun, then the queue's planned
    jobs. Jobs without a plan are not in it: nobody knows what they take."""
    with store.read():
        papers = {row.name.casefold(): row.id for row in paper_rows(store)}
        ahead = [
            _demand(row, row.waiting if row.sheets else row.copies, row.stock_id, row.number)
            for row in store.rows(_OPEN_ITEMS)
        ]
        for row in store.rows(_PLANNED_JOBS):
            left = max(0, row.copies - row.fine)
            ahead.append(_demand(row, left, papers.get(row.paper.casefold())))
        return [demand for demand in ahead if demand.copies]


def _demand(row: Row, copies: int, paper: int | None, run: int | None = None) -> Demand:
    return Demand(
        row.name, copies, _pens_of(row.body), {paper: 1} if paper else {}, row.seconds, run
    )


def _pens_of(body: str) -> Mapping[int, float]:
    pens: dict[int, float] = {}
    for layer in json.loads(body)["layers"]:
        pen = (layer["pen"] or {}).get("pen_id")
        if pen is not None:
            pens[pen] = pens.get(pen, 0.0) + layer["pen_down_mm"]
    return pens


def unplanned_jobs(store: Store) -> int:
    """Jobs of the queue that have no plan yet."""
    row = store.row(
        "SELECT count(*) AS number FROM job WHERE archived_at IS NULL AND state = 'new'"
    )
    return row.number if row else 0
