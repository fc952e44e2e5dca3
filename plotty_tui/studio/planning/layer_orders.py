"""Plans whose layers are to be drawn in another order.

After a change of pens the carriage starts at home, so layers of different pens do not depend on
each other: their plans are put in the new order as they are. Where layers of one pen part or come
together, the job is planned again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from plotty_tui.domain.errors import PlottyError, Refused
from plotty_tui.domain.papers import turned_sheets
from plotty_tui.domain.pen_choice import PenChoice
from plotty_tui.domain.plan import Plan, count_pen_changes, settings_hash
from plotty_tui.domain.strokes import LayerStrokes, encode_layers
from plotty_tui.store.database import Row, Store
from plotty_tui.store.home import write_files
from plotty_tui.store.jobs import plan_turns
from plotty_tui.store.machines import devices
from plotty_tui.store.tables import Job

from ..jobs.intake import paper_dimensions
from .plans import Listeners, Planned, Task, inked, plan_tasks, read_strokes

# Plans are written and committed in groups, as designs are.
GROUP = 50
NO_PEN = PenChoice(None, "", "")


@dataclass(frozen=True, slots=True)
class Turned:
    """A job's row, its plan in another order of its layers, and what that plan's file holds (None:
    it is there)."""

    row: Row
    plan: Plan
    layers: list[LayerStrokes] | None


def turn_layers(
    store: Store,
    wanted: Sequence[tuple[int, Sequence[int]]],
    on_done: Callable[[object], None] | None = None,
) -> list[Planned]:
    """Give jobs plans with their layers in another order: (job, numbers of its plan's layers as
    they are to be drawn). A job that was changed meanwhile keeps its plan, and the reason is
    told."""
    papers: dict[str, tuple[float, float]] = {}
    travels = devices.travels(store)
    again: list[Task] = []
    done: list[Planned] = []
    for start in range(0, len(wanted), GROUP):
        orders = dict(wanted[start : start + GROUP])
        group: list[Turned] = []
        for row in plan_turns.jobs_with_plans(store, list(orders)):
            try:
                if row.paper not in papers:
                    papers[row.paper] = paper_dimensions(store, row.paper)
                found = _turn(store, row, orders[row.id], papers[row.paper], travels)
            except PlottyError as error:
                done.append(Planned(row.id, row.name, error=str(error)))
                continue
            if isinstance(found, Task):
                again.append(found)
            else:
                group.append(found)
        done += _keep(store, group, on_done)
    told = Listeners(on_done) if on_done else Listeners()
    return done + (plan_tasks(store, again, told) if again else [])


def _turn(
    store: Store,
    row: Row,
    order: Sequence[int],
    size: tuple[float, float],
    travels: Sequence[tuple[float, float]],
) -> Turned | Task:
    plan = Plan.from_json(json.loads(row.body))
    drawing = inked(read_strokes(store.home.strokes_file(row.sha256), row.name))
    now = _numbers(plan, drawing)
    after = [now[k] for k in order]
    choices = {number: layer.pen or NO_PEN for number, layer in zip(now, plan.layers, strict=True)}
    by_number = [choices[number] for number in range(len(drawing))]

    def key_of(sequence: Sequence[int]) -> str:
        return settings_hash(
            row.sha256, plan.preset, row.paper, size, (row.width_mm, row.height_mm),
            [drawing[k] for k in sequence], [by_number[k] for k in sequence], False, sequence,
            turned_sheets(size, travels),
        )  # fmt: skip

    if key_of(now) != plan.settings_hash or _pens(plan, order) != _pens(plan, range(len(order))):
        return Task(Job.get_by_id(row.id), plan.preset, by_number, after)
    turned = replace(
        plan,
        layers=[replace(plan.layers[k], index=place) for place, k in enumerate(order)],
        settings_hash=key_of(after),
    )
    turned = replace(turned, pen_changes=count_pen_changes(turned.layers))
    if store.home.plan_file(turned.settings_hash).exists():
        return Turned(row, turned, None)
    layers = read_strokes(store.home.plan_file(plan.settings_hash), f"the plan of {row.name}")
    return Turned(row, turned, [layers[k] for k in order])


def _numbers(plan: Plan, drawing: Sequence[LayerStrokes]) -> list[int]:
    """The numbers in the drawing of a plan's layers."""
    left = list(range(len(drawing)))
    found = []
    for layer in plan.layers:
        named = (layer.name, layer.color)
        number = next((k for k in left if (drawing[k].name, drawing[k].color) == named), None)
        if number is None:
            raise Refused(f"its plan has a layer {layer.name!r} that its design has not: plan it")
        left.remove(number)
        found.append(number)
    return found


def _pens(plan: Plan, order: Sequence[int]) -> set[tuple[int, ...]]:
    """The layers that are drawn without a change of pens between them."""

    def pen(k: int) -> object:
        layer = plan.layers[k]
        known = layer.pen.pen_id if layer.pen else None
        return layer.color.casefold() if known is None else known

    return {tuple(run) for _, run in groupby(order, key=pen)}


def _keep(
    store: Store, group: Sequence[Turned], on_done: Callable[[object], None] | None
) -> list[Planned]:
    write_files(
        {
            store.home.plan_file(one.plan.settings_hash): encode_layers(one.layers)
            for one in group
            if one.layers is not None
        }
    )
    with store.write():
        kept = plan_turns.give_plans(store, [(one.row, one.plan) for one in group])
    done = []
    for one in group:
        changed = f"{one.row.name} was changed meanwhile: optimise again"
        good = one.row.id in kept
        done.append(
            Planned(
                one.row.id, one.row.name, one.plan if good else None, error="" if good else changed
            )
        )
        if on_done:
            on_done(done[-1])
    return done
