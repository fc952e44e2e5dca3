"""The quality gates of a run, as its sheets and its clients' ratings stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from plotty_tui.domain.gates import BREACH, Gate, Judged, judge
from plotty_tui.domain.limits import QualityGates

from ..database import Store
from ..events import get_setting
from ..figures.sheet_figures import Wanted, merged, sheet_groups
from ..tables import Item, Job, Run

SETTING = "quality_gates"


@dataclass(frozen=True, slots=True)
class RunGate:
    """A gate, and the jobs that it judges."""

    gate: Gate
    jobs: tuple[int, ...]

    @property
    def key(self) -> str:
        return f"{self.gate.name}:{self.gate.scope}"


def studio_gates(store: Store) -> QualityGates:
    """The studio's own gates."""
    return QualityGates.from_json(get_setting(store, SETTING, {}))


def client_gates(job: Job) -> QualityGates | None:
    """The gates that a job got from its client's standards."""
    kept: Any = job.settings.get("gates")
    return QualityGates.from_json(kept) if isinstance(kept, dict) and kept else None


def gates_of_run(store: Store, run: Run) -> list[RunGate]:
    """Every gate that judges something of this run: the studio's over all its sheets, a client's
    own over that client's; satisfaction by client, over all it has rated."""
    studio = studio_gates(store)
    items = list(Item.select().where(Item.run == run, Item.job.is_null(False)))
    by_client: dict[Any, list[Item]] = {}
    for item in items:
        by_client.setdefault(item.job.client, []).append(item)
    sheets_only = replace(studio, min_customer_satisfaction=None)
    found = [
        RunGate(gate, tuple(item.job_id for item in items))
        for gate in judge(sheets_only, _judged(store, run, items))
    ]
    for client, mine in by_client.items():
        own = next((gates for item in mine if (gates := client_gates(item.job))), None)
        gates = own or replace(studio, min_success_rate=None, max_replot_rate=None)
        if client is None or not gates.is_set:
            continue
        judged = _judged(store, run, mine, client.id)
        jobs = tuple(item.job_id for item in mine)
        found += [RunGate(gate, jobs) for gate in judge(gates, judged, client.name)]
    return found


def broken_for(store: Store, job: Job) -> str:
    """The sentence of a satisfaction gate that is broken for this job's client before anything is
    drawn; empty when there is none."""
    gates = client_gates(job) or studio_gates(store)
    if job.client_id is None or gates.min_customer_satisfaction is None:
        return ""
    only = replace(gates, min_success_rate=None, max_replot_rate=None)
    found = judge(only, _with_stars(store, Judged(), job.client_id), job.client.name)
    return next((str(gate) for gate in found if gate.state == BREACH), "")


def _judged(store: Store, run: Run, items: list[Item], client: int | None = None) -> Judged:
    mine = {item.id for item in items}
    groups = sheet_groups(store, "item", Wanted(since=run.created_at))
    whole = merged("", [one for one in groups if one.name in mine])
    judged = Judged(whole.good, whole.attempted, whole.copies)
    return judged if client is None else _with_stars(store, judged, client)


def _with_stars(store: Store, judged: Judged, client: int) -> Judged:
    row = store.row(
        "SELECT avg(r.client_rating) AS stars, coalesce(sum((SELECT count(*) FROM sheet s WHERE "
        "s.run_id = r.id AND s.state IN ('good', 'second', 'spoiled'))), 0) AS sheets FROM run r "
        "WHERE r.client_rating IS NOT NULL AND (r.client_id = ? OR EXISTS (SELECT 1 FROM item i "
        "JOIN job j ON j.id = i.job_id WHERE i.run_id = r.id AND j.client_id = ?))",
        client, client,
    )  # fmt: skip
    return judged if row is None else replace(judged, stars=row.stars, rated=row.sheets)
