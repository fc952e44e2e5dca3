"""Groups of sheets for the analyses: by any key, by pen, by class of complexity, by week."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from plotty_tui.domain import tiers
from plotty_tui.domain.tiers import Figures
from plotty_tui.store.database import Store
from plotty_tui.store.figures import sheet_figures
from plotty_tui.store.figures.sheet_figures import SheetGroup, Wanted

from ..planning import limits


def groups_by(
    store: Store, by: str, since: datetime | None, until: datetime | None, client: str = "",
    batch: str = "",
) -> list[SheetGroup]:  # fmt: skip
    """The sheets of a period by a key of `store.sheet_figures`, or by `pen`, `complexity`, `week`;
    nothing's name is `none`."""
    wanted = Wanted(since, until, client, batch)
    if by == "pen":
        found = [_pen_group(row) for row in sheet_figures.pen_groups(store, wanted)]
    elif by == "complexity":
        found = _by_complexity(store, wanted)
    elif by == "week":
        found = _by_week(sheet_figures.sheet_groups(store, "day", wanted))
    else:
        found = sheet_figures.sheet_groups(store, by, wanted)
    return [replace(one, name="none") if one.name == "" else one for one in found]


def _pen_group(row: Any) -> SheetGroup:
    return SheetGroup(
        f"{row.code} {row.name}", sheets=row.sheets, good=row.good, second=row.second,
        spoiled=row.spoiled, copies=row.copies, first=row.first, ink_mm=row.mm,
        stars=row.stars, rated=row.rated,
    )  # fmt: skip


def _by_complexity(store: Store, wanted: Wanted) -> list[SheetGroup]:
    thresholds = limits.thresholds(store)
    measures = sheet_figures.item_measures(store)
    classes: dict[str, list[SheetGroup]] = {name: [] for name in tiers.CLASSES}
    for group in sheet_figures.sheet_groups(store, "item", wanted):
        row = measures[group.name]
        told = Figures(row.paths or 0, row.metres, row.lifts, row.layers or 0)
        classes[tiers.complexity_of(told, thresholds)[0]].append(group)
    return [sheet_figures.merged(name, groups) for name, groups in classes.items() if groups]


def _by_week(days: Sequence[SheetGroup]) -> list[SheetGroup]:
    weeks: dict[str, list[SheetGroup]] = {}
    for day in days:
        first = date.fromisoformat(day.name)
        monday = first - timedelta(days=first.weekday())
        weeks.setdefault(monday.isoformat(), []).append(day)
    return [sheet_figures.merged(name, groups) for name, groups in weeks.items()]


def halves_by(
    store: Store, by: str, since: datetime, until: datetime
) -> tuple[list[SheetGroup], dict[Any, float | None]]:
    """The sheets of a period as `groups_by` has them; and by name the success of its second half
    minus that of its first, in points (None where one half has no verdict)."""
    middle = since + (until - since) / 2
    halves = [
        {one.name: one for one in groups_by(store, by, *half)}
        for half in ((since, middle), (middle, until))
    ]
    names = list(dict.fromkeys(name for half in halves for name in half))
    found = []
    changes: dict[Any, float | None] = {}
    for name in names:
        parts = [half[name] for half in halves if name in half]
        found.append(sheet_figures.merged(name, parts))
        told = [part.success_percent for part in parts if part.success_percent is not None]
        changes[name] = told[1] - told[0] if len(told) == 2 else None
    return sorted(found, key=_ORDERS.get(by, lambda one: str(one.name))), changes


_ORDERS: dict[str, Callable[[SheetGroup], Any]] = {
    "pen": lambda one: (-one.ink_mm, one.name),
    "complexity": lambda one: tiers.CLASSES.index(one.name),
}


def enough_sheets(store: Store) -> int:
    """From how many sheets on a rate says something (the quality gates' own number)."""
    return limits.quality_gates(store).min_sheets


def ratings(store: Store, since: datetime | None, until: datetime | None) -> list[Any]:
    """Runs that a client rated: run, client, category, rating, own."""
    return sheet_figures.rating_rows(store, Wanted(since, until))
