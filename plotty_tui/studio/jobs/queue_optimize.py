"""The best order of the whole queue: pens in each job and jobs one after the other, by the changes
of pens or by the time that everything takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, permutations
from typing import Any

from plotty_tui.domain import jobs
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.pen_order import PenJob, order_alike
from plotty_tui.domain.plan import PlanLayer
from plotty_tui.store.database import Store
from plotty_tui.store.inventory import materials

from ..planning.edition_prices import SHEET_SECONDS, WALK_SECONDS
from ..planning.layer_orders import NO_PEN, turn_layers
from ..planning.pen_plans import NUMBERS, JobPens, Key, layer_order, loaded_pen, pen_job
from .queue_order import (
    Drawable,
    Ordered,
    drawable_jobs,
    order_in_groups,
    paper_changes,
    put_in_order,
    swaps_of,
)

# Another paper than before has to be fetched: as long again as putting a sheet on.
PAPER_SECONDS = SHEET_SECONDS
# Orders of the papers that are tried, times jobs; one in any case.
MOST_LOOKS = 1200
# Jobs up to which pens are free in the orders that go paper by paper; in a larger queue each job
# keeps the order that is best for pens alone.
MOST_FREE = 1000

Sequenced = list[tuple[int, tuple[Any, ...]]]


@dataclass(slots=True)
class Takes:
    """What drawing the queue's copies that are left takes: machine time, and what a person does
    meanwhile."""

    machine_seconds: float
    sheets: int
    swaps: int
    papers: int

    @property
    def human_seconds(self) -> float:
        """Changes of pens and papers, and each sheet on and off."""
        return self.swaps * WALK_SECONDS + self.papers * PAPER_SECONDS + self.sheets * SHEET_SECONDS

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.machine_seconds + self.human_seconds


@dataclass(slots=True)
class Optimized(Ordered):
    """An order, what the queue took before it and takes now, how many plans have their layers in
    another order, and sentences about it."""

    was: Takes | None = None
    now: Takes | None = None
    turned: int = 0
    notes: list[str] = field(default_factory=list)


def optimize_queue(
    store: Store,
    alike: bool = False,
    by_time: bool = False,
    on_begin: Callable[[int], Callable[[object], None] | None] = lambda count: None,
) -> Optimized:
    """Order the queue, and the layers of plans that are not being drawn, for the fewest pen
    changes; `alike` keeps to one order of the pens in all jobs, `by_time` counts the changes of
    paper too and takes the least time in all. Nothing changes when nothing is gained."""
    found, known = drawable_jobs(store)
    made = Optimized(known.jobs, kept=known.kept)
    loaded = loaded_pen()
    as_it_is: Sequenced = [(k, one.keys) for k, one in enumerate(found)]
    made.was = made.now = _takes(found, as_it_is, loaded)
    made.before = made.after = made.was.swaps
    pens = _pen_jobs(store, found, made.notes)
    tried = list(_candidates(found, pens, loaded, alike, by_time))
    best = min(tried, key=lambda order: _cost(found, order, loaded, by_time))
    turns = _turns(found, pens, best)
    gained = _cost(found, best, loaded, by_time) < _cost(found, as_it_is, loaded, by_time)
    if not gained and not (alike and turns):
        return made
    done = turn_layers(store, turns, on_begin(len(turns)))
    failed = {one.job_id: one.error for one in done if one.error}
    made.notes += [f"{one.name} keeps its layers' order: {one.error}" for one in done if one.error]
    made.turned = len(turns) - len(failed)
    best = [(k, found[k].keys if found[k].row.id in failed else keys) for k, keys in best]
    made.now = _takes(found, best, loaded)
    made.after = made.now.swaps
    text = f"queue optimised: {made.before} -> {made.after} swaps"
    made.moved = put_in_order(store, [found[k].row.id for k, _ in best], text)
    return made


def saved_by_order(store: Store) -> tuple[Takes, Takes] | None:
    """What the queue takes as it stands and in its best order by time, changing nothing; None
    where nothing can be drawn or gained."""
    try:
        found, _ = drawable_jobs(store)
    except Refused:
        return None
    loaded = loaded_pen()
    as_it_is: Sequenced = [(k, one.keys) for k, one in enumerate(found)]
    tried = _candidates(found, _pen_jobs(store, found, []), loaded, False, True)
    best = min(tried, key=lambda order: _cost(found, order, loaded, True))
    if _cost(found, best, loaded, True) >= _cost(found, as_it_is, loaded, True):
        return None
    return _takes(found, as_it_is, loaded), _takes(found, best, loaded)


def _takes(found: Sequence[Drawable], order: Sequenced, loaded: Key | None) -> Takes:
    numbers = [k for k, _ in order]
    return Takes(
        sum(one.row.seconds * one.row.left for one in found),
        sum(one.row.left for one in found),
        swaps_of(found, numbers, [keys for _, keys in order], loaded),
        paper_changes(found, numbers),
    )


def _cost(
    found: Sequence[Drawable], order: Sequenced, loaded: Key | None, by_time: bool
) -> tuple[float, ...]:
    """What is to be least; between equals the fewer pen changes."""
    takes = _takes(found, order, loaded)
    return (takes.human_seconds, takes.swaps) if by_time else (takes.swaps, takes.papers)


def _pen_jobs(store: Store, found: Sequence[Drawable], notes: list[str]) -> list[PenJob]:
    """Each job with what its layers' names allow; one that is under way keeps its plan."""
    stock = materials.stock_pens(store)
    pens = []
    for one in found:
        if one.row.state == jobs.ACTIVE:
            pens.append(PenJob(one.keys, fixed=True, priority=one.row.priority))
            continue
        layers: list[Any] = [PlanLayer.from_json(layer) for layer in one.layers]
        choices = [layer.pen or NO_PEN for layer in layers]
        row: Any = one.row
        light = {pen.id: 0.0 for pen in stock}
        pens.append(pen_job(JobPens(row, layers, choices), NUMBERS, light, notes))
    return pens


def _candidates(
    found: Sequence[Drawable],
    pens: Sequence[PenJob],
    loaded: Key | None,
    alike: bool,
    by_time: bool,
) -> Iterator[Sequenced]:
    """Orders that are worth a look: for pens alone, and, where time counts, paper by paper."""
    groups = [one.row.group for one in found]
    if alike:
        order, _ = order_alike(pens, loaded)
        pens = _kept(pens, order.sequence)
        best = order_in_groups(pens, groups, loaded)[0] if any(groups) else order.sequence
    else:
        best = order_in_groups(pens, groups, loaded)[0]
    yield best
    papers = list(dict.fromkeys(one.row.paper.casefold() for one in found))
    if not by_time or len(papers) < 2:
        return
    if len(found) > MOST_FREE:
        pens = _kept(pens, best)
    for way in islice(permutations(papers), max(1, MOST_LOOKS // len(found))):
        place = {name: k for k, name in enumerate(way)}
        blocks = [
            replace(job, priority=job.priority * len(papers) + place[one.row.paper.casefold()])
            for job, one in zip(pens, found, strict=True)
        ]
        yield order_in_groups(blocks, groups, loaded)[0]


def _kept(pens: Sequence[PenJob], order: Sequenced) -> list[PenJob]:
    """The jobs, each bound to its pens as this order has them."""
    keys = dict(order)
    return [
        replace(job, pens=keys[k], fixed=True) if job.pens else job for k, job in enumerate(pens)
    ]


def _turns(
    found: Sequence[Drawable], pens: Sequence[PenJob], order: Sequenced
) -> list[tuple[int, Sequence[int]]]:
    """The jobs whose layers change their order: (job, its plan's layers as they are drawn)."""
    turns: list[tuple[int, Sequence[int]]] = []
    for k, keys in order:
        sequence = layer_order(found[k].keys, keys, pens[k].fixed)
        if sequence:
            turns.append((found[k].row.id, sequence))
    return turns
