"""Why the queue's order cannot be better: the rules that bind it, and what each costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from plotty_tui.domain import jobs, values
from plotty_tui.domain.pen_order import PenJob
from plotty_tui.domain.plan import PlanLayer
from plotty_tui.store.database import Store
from plotty_tui.store.inventory import materials

from ..planning.edition_prices import WALK_SECONDS
from ..planning.layer_orders import NO_PEN
from ..planning.pen_plans import NUMBERS, JobPens, loaded_pen, pen_job
from .queue_optimize import PAPER_SECONDS
from .queue_order import Drawable, drawable_jobs, order_in_groups, paper_changes, swaps_of


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule that binds the order: what it is, what it costs, and the command that would change
    it."""

    rule: str
    text: str
    seconds: float
    command: str = ""


@dataclass(frozen=True, slots=True)
class OrderLimits:
    """Pen changes as the queue stands and at best under all rules, and what binds it, the most
    costly first."""

    swaps: int
    best: int
    machine_seconds: float
    limits: list[Limit]


def order_limits(store: Store) -> OrderLimits:
    """What binds the queue's order. Refused when no job of it is planned."""
    found, known = drawable_jobs(store)
    loaded = loaded_pen()
    pens = [_pen_job(store, one) for one in found]
    groups = [one.row.group for one in found]

    def swaps(some: Sequence[PenJob], together: Sequence[str]) -> int:
        order, _ = order_in_groups(some, together, loaded)
        return swaps_of(found, [k for k, _ in order], [keys for _, keys in order], loaded)

    now = swaps_of(found, range(len(found)), [one.keys for one in found], loaded)
    best = min(now, swaps(pens, groups))
    limits = [
        _limit("order", "jobs and layers as they stand", now - best,
               "plotty queue optimize --global-pen-order --minimize-total-time"),
        *_lifted(found, pens, groups, swaps, best),
        *_papers(found),
        *_kept(known.kept),
    ]  # fmt: skip
    shown = [one for one in limits if one.seconds > 0 or one.rule == "kept"]
    return OrderLimits(
        now, best, sum(one.row.seconds * one.row.copies for one in found),
        sorted(shown, key=lambda one: -one.seconds),
    )  # fmt: skip


def _limit(rule: str, text: str, swaps: int, command: str = "") -> Limit:
    words = f"{text}: {values.plural(swaps, 'swap')}"
    return Limit(rule, words, max(0, swaps) * WALK_SECONDS, command)


def _lifted(
    found: Sequence[Drawable],
    pens: Sequence[PenJob],
    groups: Sequence[str],
    swaps: Callable[[Sequence[PenJob], Sequence[str]], int],
    best: int,
) -> list[Limit]:
    """What each rule costs: the swaps that the best order without it has fewer."""
    free = [replace(job, priority=0) for job in pens]
    loose = [replace(job, before=frozenset()) for job in pens]
    alone = ["" for _ in groups]
    priorities = len({job.priority for job in pens})
    least = sum(
        (len(set(one.keys)) - 1) * one.row.copies for one in found if len(set(one.keys)) > 1
    )
    return [
        _limit("priority", f"high before normal before low ({priorities} priorities)",
               best - swaps(free, groups), "plotty queue move JOB --priority normal"),
        _limit("groups", f"{len({g for g in groups if g})} groups stay together",
               best - swaps(pens, alone), "plotty queue group --by-client CLIENT --dissolve"),
        _limit("layer numbers", "layers in the order their numbers want",
               best - swaps(loose, groups), "plotty plan-all --precedence none --again"),
        _limit("pens in a job", "a sheet stays on until its job is done", least,
               "plotty plot-all --pen-by-pen"),
    ]  # fmt: skip


def _papers(found: Sequence[Drawable]) -> list[Limit]:
    changes = paper_changes(found, range(len(found)))
    kinds = len({one.row.paper.casefold() for one in found})
    more = changes - (kinds - 1)
    text = f"another paper is fetched {values.plural(changes, 'time')}, {kinds - 1} would do"
    command = "plotty queue optimize --minimize-total-time"
    return [Limit("paper", text, more * PAPER_SECONDS, command)] if more > 0 else []


def _kept(kept: Sequence[tuple[str, str]]) -> list[Limit]:
    unplanned = [name for name, why in kept if why == "it has no plan"]
    held = [name for name, why in kept if why != "it has no plan"]
    limits = []
    if unplanned:
        text = f"{values.plural(len(unplanned), 'job')} without a plan keep their places"
        limits.append(Limit("kept", text, 0.0, "plotty plan-all"))
    if held:
        text = f"{values.plural(len(held), 'held job')} keep their places"
        limits.append(Limit("kept", text, 0.0, "plotty queue release JOB"))
    return limits


def _pen_job(store: Store, one: Drawable) -> PenJob:
    if one.row.state == jobs.ACTIVE:
        return PenJob(one.keys, fixed=True, priority=one.row.priority)
    layers: list[Any] = [PlanLayer.from_json(layer) for layer in one.layers]
    light = {pen.id: 0.0 for pen in materials.stock_pens(store)}
    row: Any = one.row
    return pen_job(JobPens(row, layers, [x.pen or NO_PEN for x in layers]), NUMBERS, light, [])
