"""Plans that jobs get in the place of others, many at once: the queue is put in another order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..database import Row, Store
from ..tables import database

if TYPE_CHECKING:
    from plotty_tui.domain.plan import Plan

_JOBS = """
    SELECT j.id, j.name, j.paper, j.revision, j.design_id, d.sha256, d.width_mm, d.height_mm, p.body
    FROM job j JOIN design d ON d.id = j.design_id JOIN plan p ON p.id = j.plan_id
    WHERE j.id IN ({ids})
"""
_PLAN = """
    INSERT INTO plan (key, design_id, preset, seconds, pen_down_mm, pen_up_mm, lifts, pen_changes,
      body, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING
"""
_GIVE = """
    UPDATE job SET plan_id = (SELECT id FROM plan WHERE key = ?), revision = revision + 1
    WHERE id = ? AND revision = ? AND state = 'planned'
"""


def jobs_with_plans(store: Store, ids: Sequence[int]) -> list[Row]:
    """Jobs that have a plan: id, name, paper, revision, design_id, sha256, width_mm, height_mm, and
    the plan's body as JSON text."""
    return store.rows(_JOBS.format(ids=",".join("?" * len(ids))), *ids)


def give_plans(store: Store, made: Sequence[tuple[Row, Plan]]) -> set[int]:
    """Give jobs (as `jobs_with_plans` told them) other plans; the ids of those that were not
    changed since. Call it inside a transaction."""
    now = round(store.clock.now().timestamp() * 1000)
    given = set()
    for row, plan in made:
        values = (
            plan.settings_hash, row.design_id, plan.preset.name, plan.seconds, plan.pen_down_mm,
            plan.pen_up_mm, plan.lifts, plan.pen_changes,
            json.dumps(plan.to_json(), ensure_ascii=False), now,
        )  # fmt: skip
        database.execute_sql(_PLAN, values)
        changed = database.execute_sql(_GIVE, (plan.settings_hash, row.id, row.revision))
        if changed.rowcount:
            given.add(row.id)
    return given
