"""Plans kept under a name: listed, set side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from plotty_tui.domain.pen_order import count_changes
from plotty_tui.domain.plan import Plan, pen_words
from plotty_tui.store.database import Row, Store
from plotty_tui.store.inventory import materials
from plotty_tui.store.jobs import plan_sets
from plotty_tui.store.tables import moment

from .edition_prices import WALK_SECONDS


@dataclass(frozen=True, slots=True)
class Kept:
    """A plan set in a list."""

    name: str
    made_at: datetime | None
    jobs: int
    seconds: float
    changes: int
    preset: str


@dataclass(slots=True)
class SetFigures:
    """What drawing a plan set takes, all copies: mm, seconds; `changes` between and in its jobs,
    `cost` of ink as far as pens have a price (None: none has)."""

    name: str
    jobs: int = 0
    pen_down_mm: float = 0.0
    pen_up_mm: float = 0.0
    lifts: int = 0
    seconds: float = 0.0
    changes: int = 0
    pens: list[str] = field(default_factory=list)
    cost: float | None = None

    @property
    def human_seconds(self) -> float:
        """A person's time for its pen changes."""
        return self.changes * WALK_SECONDS


@dataclass(frozen=True, slots=True)
class JobTimes:
    """A job's minutes in both sets; None where a set does not hold it."""

    name: str
    first: float | None
    second: float | None


@dataclass(slots=True)
class Compared:
    """Two plan sets side by side, with what makes them hard to compare."""

    first: SetFigures
    second: SetFigures
    jobs: list[JobTimes]
    warnings: list[str]


def list_plan_sets(store: Store) -> list[Kept]:
    """The plan sets, newest first."""
    found = []
    for row in plan_sets.plan_set_rows(store):
        options, figures = json.loads(row.options), json.loads(row.figures)
        found.append(
            Kept(
                row.name, moment(row.made_at), row.jobs, figures.get("est_seconds", 0.0),
                figures.get("pen_changes", 0), options.get("preset", ""),
            )
        )  # fmt: skip
    return found


def compare_plan_sets(store: Store, first: str, second: str) -> Compared:
    """Both sets' figures and times job by job. NotFound for a set that is not there."""
    sets = [plan_sets.find_plan_set(store, name) for name in (first, second)]
    rows = [plan_sets.plan_set_entries(store, one) for one in sets]
    price = _prices(store)
    figures = [_figures(one.name, some, price) for one, some in zip(sets, rows, strict=True)]
    return Compared(figures[0], figures[1], _jobs(*rows), _warnings(figures, rows))


def _figures(name: str, rows: Sequence[Row], price: dict[int, float]) -> SetFigures:
    made = SetFigures(name, jobs=len(rows))
    sheets: list[list[str]] = []
    pens: dict[str, None] = {}
    for row in rows:
        plan = Plan.from_json(json.loads(row.body))
        words = [pen_words(layer) for layer in plan.layers]
        sheets += [words] * row.copies
        pens |= dict.fromkeys(words)
        made.pen_down_mm += row.pen_down_mm * row.copies
        made.pen_up_mm += row.pen_up_mm * row.copies
        made.lifts += row.lifts * row.copies
        made.seconds += row.seconds * row.copies
        for layer in plan.layers:
            if layer.pen and layer.pen.pen_id in price:
                ink = price[layer.pen.pen_id] * layer.pen_down_mm * row.copies
                made.cost = (made.cost or 0.0) + ink
    made.changes = count_changes(sheets)
    made.pens = list(pens)
    return made


def _prices(store: Store) -> dict[int, float]:
    """What a mm of each pen costs that has a price and a life."""
    return {
        row.id: row.price / row.life_mm
        for row in materials.pen_rows(store)
        if row.price and row.life_mm
    }


def _jobs(first: Sequence[Row], second: Sequence[Row]) -> list[JobTimes]:
    times = [{row.name: row.seconds * row.copies for row in rows} for rows in (first, second)]
    names = dict.fromkeys([*times[0], *times[1]])
    return [JobTimes(name, times[0].get(name), times[1].get(name)) for name in names]


def _warnings(figures: Sequence[SetFigures], rows: Sequence[Sequence[Row]]) -> list[str]:
    warnings = []
    names = [{(row.name, row.copies) for row in some} for some in rows]
    for one, mine, other in ((0, names[0], names[1]), (1, names[1], names[0])):
        only = sorted({name for name, _ in mine} - {name for name, _ in other})
        if only:
            shown = ", ".join(only[:4]) + (" …" if len(only) > 4 else "")
            warnings.append(f"only in {figures[one].name}: {shown}")
    if {name for name, _ in names[0]} == {name for name, _ in names[1]} and names[0] != names[1]:
        warnings.append("the copies of some jobs differ")
    for figure, some in zip(figures, rows, strict=True):
        stale = [row.name for row in some if row.job_there and row.sha256 != row.sha256_now]
        if stale:
            warnings.append(f"{figure.name}: the file of {', '.join(stale[:4])} is another now")
    return warnings
