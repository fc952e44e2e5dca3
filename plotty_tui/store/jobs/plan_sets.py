"""Plans kept under a name, and batches: jobs that are planned and drawn as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plotty_tui.domain.errors import NotFound, Refused

from ..database import Row, Store
from ..events import next_number, note
from ..tables import Batch, Job, Plan, PlanSet, PlanSetEntry

_ENTRIES = """
    SELECT e.position, e.job_id, e.name, e.copies, p.key, p.preset, p.seconds, p.pen_down_mm,
      p.pen_up_mm, p.lifts, p.pen_changes, p.body, d.sha256, j.id AS job_there,
      jd.sha256 AS sha256_now
    FROM plan_set_entry e JOIN plan p ON p.id = e.plan_id JOIN design d ON d.id = p.design_id
    LEFT JOIN job j ON j.id = e.job_id LEFT JOIN design jd ON jd.id = j.design_id
    WHERE e.plan_set_id = ? ORDER BY e.position
"""


def keep_plan_set(
    store: Store,
    name: str,
    entries: Sequence[tuple[Job, str]],
    options: dict[str, Any],
    figures: dict[str, Any],
    replace: bool = False,
) -> None:
    """Keep (job, key of its plan) under a name. Refused when the name is taken, unless the set is
    to be replaced."""
    with store.write():
        old = _find(name)
        if old is not None and not replace:
            raise Refused(f"there is a plan set {old.name} already: --replace makes it anew")
        if old is not None:
            old.delete_instance()
        made = PlanSet.create(
            name=name, made_at=store.clock.now(), options=options, figures=figures
        )
        keys = {row.key: row.id for row in Plan.select(Plan.key, Plan.id)}
        for position, (job, key) in enumerate(entries):
            PlanSetEntry.create(
                plan_set=made, position=position, job=job.id, name=job.name, copies=job.copies,
                plan=keys[key],
            )  # fmt: skip
        note(store, "plan", f"plan set {name} kept: {len(entries)} jobs")


def plan_set_names(store: Store) -> list[str]:
    """Names of all plan sets, newest first."""
    return [row.name for row in store.rows("SELECT name FROM plan_set ORDER BY made_at DESC")]


def plan_set_rows(store: Store) -> list[Row]:
    """Plan sets, newest first: name, made_at, options, figures (JSON), jobs."""
    return store.rows(
        "SELECT s.name, s.made_at, s.options, s.figures, count(e.id) AS jobs FROM plan_set s "
        "LEFT JOIN plan_set_entry e ON e.plan_set_id = s.id GROUP BY s.id "
        "ORDER BY s.made_at DESC, s.id DESC"
    )


def find_plan_set(store: Store, name: str) -> PlanSet:
    """A plan set by name; NotFound names the nearest."""
    found = _find(name)
    if found is None:
        raise NotFound.named("plan set", name, plan_set_names(store))
    return found


def plan_set_entries(store: Store, plan_set: PlanSet) -> list[Row]:
    """The plans of a set in their order, each with what became of its job's design since."""
    return store.rows(_ENTRIES, plan_set.id)


def _find(name: str) -> PlanSet | None:
    wanted = name.strip().casefold()
    return next((one for one in PlanSet.select() if one.name.casefold() == wanted), None)


def make_batch(store: Store, jobs: Sequence[int], name: str, pen_order: Sequence[str]) -> Batch:
    """A new batch of these jobs, in the given order: its id is never used again."""
    with store.write():
        number = next_number("batch")
        last = store.row("SELECT coalesce(max(id), 0) AS last FROM batch")
        while last and number <= last.last:  # batches were made before ids came from here
            number = next_number("batch")
        batch = Batch.create(
            id=number,
            name=name or f"batch {number}",
            created_at=store.clock.now(),
            pen_order=list(pen_order),
            force_insert=True,
        )
        Job.update(batch=batch, revision=Job.revision + 1).where(Job.id.in_(list(jobs))).execute()
        note(store, "plan", f"{batch.name} made: {len(jobs)} jobs")
        return batch
