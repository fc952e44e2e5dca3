"""The work ahead line by line, in its order, with what its plans say: for the analyses of planning,
queue and capacity."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from ..database import Row, Store

_OPEN_ITEMS = """
    SELECT i.name, i.paper, i.priority, i.job_id AS job, r.number AS run, p.key AS plan, p.body,
      p.seconds, p.pen_down_mm, p.pen_up_mm, p.lifts, p.preset, p.design_id AS design,
      '' AS held, NULL AS due_at, d.width_mm, d.height_mm, 1 AS imposed,
      CASE WHEN EXISTS (SELECT 1 FROM sheet s WHERE s.item_id = i.id)
        THEN (SELECT count(*) FROM sheet s WHERE s.item_id = i.id AND s.started_at IS NULL
          AND s.state IN ('planned', 'loaded'))
        ELSE i.copies END AS copies
    FROM item i JOIN run r ON r.id = i.run_id JOIN plan p ON p.id = i.plan_id
      JOIN design d ON d.id = p.design_id
    WHERE r.state IN ('pending', 'in_progress') ORDER BY i.priority, r.number, i.position
"""
_PLANNED_JOBS = """
    SELECT j.name, j.paper, j.priority, j.id AS job, NULL AS run, p.key AS plan, p.body,
      p.seconds, p.pen_down_mm, p.pen_up_mm, p.lifts, p.preset, p.design_id AS design,
      j.held, j.due_at, d.width_mm, d.height_mm,
      json_extract(j.settings, '$.layout') IS NOT NULL AS imposed,
      max(0, j.copies - (SELECT count(*) FROM sheet s JOIN item i ON i.id = s.item_id
        WHERE i.job_id = j.id AND s.state IN ('drawn', 'good', 'second'))) AS copies
    FROM job j JOIN plan p ON p.id = j.plan_id JOIN design d ON d.id = p.design_id
    WHERE j.archived_at IS NULL AND j.state = 'planned' AND j.held NOT LIKE 'drawn on %'
      AND NOT EXISTS (
      SELECT 1 FROM item i JOIN run r ON r.id = i.run_id
      WHERE i.job_id = j.id AND r.state IN ('pending', 'in_progress'))
    ORDER BY j.priority, j.position, j.id
"""


def rows_ahead(store: Store, held: bool = True) -> list[Row]:
    """What is still to be drawn: items of open runs, then the queue's planned jobs. Each with name,
    job, run (None: of the queue), copies left, paper, priority, held, due_at, its design with
    width_mm and height_mm, whether it is `imposed` (of open runs: cannot be), and of its plan
    seconds, pen_down_mm, pen_up_mm, lifts, preset, body (as data). Without the held ones where
    `held` is False."""
    with store.read():
        rows = [*store.rows(_OPEN_ITEMS), *store.rows(_PLANNED_JOBS)]
    found = []
    for row in rows:
        if row.copies and (held or not row.held):
            row["body"] = json.loads(row.body)
            found.append(row)
    return found


def pens_of(body: dict[str, Any]) -> tuple[int | str, ...]:
    """The pens of a plan in the order of its layers: ids of the stock, else colours."""
    keys: list[int | str] = []
    for layer in body["layers"]:
        pen = layer["pen"] or {}
        keys.append(pen.get("pen_id") or str(layer["color"]).casefold())
    return tuple(keys)


def blocked_jobs(store: Store) -> list[Row]:
    """Jobs of the queue that nobody can draw as they are: name, and `why` (held, refused by the
    planner, or not planned yet)."""
    return store.rows(
        "SELECT j.name, j.state, j.held, j.refusal, j.copies FROM job j "
        "WHERE j.archived_at IS NULL AND (j.state = 'new' OR (j.state = 'planned' "
        "AND j.held != '' AND j.held NOT LIKE 'drawn on %')) "
        "ORDER BY j.priority, j.position, j.id"
    )


def faster_plans(store: Store) -> list[Row]:
    """Planned jobs of the queue of which the books hold a faster plan on the same paper, by another
    preset: job, copies, seconds and preset now, and the `better` plan's preset and seconds."""
    return store.rows(
        "SELECT j.name, j.copies, p.seconds, p.preset, q.preset AS better, "
        "min(q.seconds) AS better_seconds FROM job j JOIN plan p ON p.id = j.plan_id "
        "JOIN plan q ON q.design_id = p.design_id AND q.id != p.id AND q.preset != p.preset "
        "AND q.seconds < p.seconds AND json_extract(q.body, '$.paper_name') = "
        "json_extract(p.body, '$.paper_name') "
        "AND abs(q.pen_down_mm - p.pen_down_mm) <= 0.02 * p.pen_down_mm "
        "WHERE j.archived_at IS NULL AND j.state = 'planned' GROUP BY j.id "
        "ORDER BY j.copies * (p.seconds - min(q.seconds)) DESC"
    )


def came_in(store: Store, since: datetime) -> Row:
    """The work that was added from `since` on and not taken out again: jobs, sheets, seconds and
    pen changes of their plans."""
    row = store.row(
        "SELECT count(*) AS jobs, coalesce(sum(j.copies), 0) AS sheets, "
        "coalesce(sum(j.copies * p.seconds), 0) AS seconds, "
        "coalesce(sum(CASE WHEN p.pen_changes > 0 THEN j.copies * (p.pen_changes + 1) ELSE 1 END), "
        "0) AS changes "
        "FROM job j LEFT JOIN plan p ON p.id = j.plan_id WHERE j.added_at >= ? "
        "AND (j.archived_at IS NULL OR j.done_at IS NOT NULL)",
        round(since.timestamp() * 1000),
    )
    assert row is not None, "a count has a row"
    return row


def first_job(store: Store) -> datetime | None:
    """When the oldest job was added."""
    from ..tables import moment

    row = store.row("SELECT min(added_at) AS at FROM job")
    return moment(row.at) if row else None
