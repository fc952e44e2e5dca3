"""Prices, what work cost, and how the stock is watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from plotty_tui.domain import runs
from plotty_tui.domain.costs import Cost, Prices, Work, cost_of
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.stock import StockSettings
from plotty_tui.store import events
from plotty_tui.store.database import Store
from plotty_tui.store.figures import cost_rows
from plotty_tui.store.inventory import low_stock, materials
from plotty_tui.store.inventory.ledger_rows import type_of

from .stock import learned_lives

PRICES = "prices"


def prices(store: Store) -> Prices:
    """The studio's prices; what was never told is None."""
    return Prices.from_json(events.get_setting(store, PRICES, {}))


def set_prices(store: Store, **given: Any) -> tuple[Prices, Prices]:
    """Change the prices that are given (None takes one back): the old ones and the new. Refused for
    a price below zero, and for a price without a currency."""
    old = prices(store)
    for name, value in given.items():
        if isinstance(value, float) and not 0 <= value < 1e9:
            raise Refused(f"a price of {value:g} for {name.replace('_', ' ')}: give 0 or more")
    new = replace(old, **given)
    told = (new.machine_hour, new.operator_minute, new.consumables_sheet, new.nib_metre)
    if not new.currency and any(value is not None for value in told):
        raise Refused("prices want a currency: --currency EUR")
    events.put_setting(store, PRICES, new.to_json())
    return old, new


def stock_settings(store: Store) -> StockSettings:
    """How the stock is watched."""
    return low_stock.stock_settings(store)


def set_stock(store: Store, **given: Any) -> tuple[StockSettings, StockSettings]:
    """Change how the stock is watched: the old settings and the new."""
    old = stock_settings(store)
    new = replace(old, **given)
    if not 0 < new.scale_step_g <= 100:
        raise Refused(f"a scale's step of {new.scale_step_g:g} g: give 0.001 to 100")
    if not 0 <= new.low_percent <= 100:
        raise Refused(f"{new.low_percent:g} %: give 0 to 100")
    if 0 < new.low_percent < 1:
        raise Refused(f"{new.low_percent:g} % is less than one percent: did you mean "
                      f"{new.low_percent * 100:g}?")  # fmt: skip
    if not 0 < new.hours_per_day <= 24:
        raise Refused(f"{new.hours_per_day:g} hours a day: give more than 0, at most 24")
    events.put_setting(store, low_stock.STOCK, new.to_json())
    return old, new


def run_cost(store: Store, number: int) -> Cost:
    """What a run cost so far, line by line, and a good sheet of it: ink, paper, consumables, nib
    wear, machine and operator time, spoiled sheets, proofs and priming included."""
    found = cost_rows.works_by(store, "run", _lives(store), runs=[number])
    return cost_of(found.get(number, Work()), prices(store))


@dataclass(frozen=True, slots=True)
class GroupCost:
    """The cost of one run, client or design."""

    name: str
    cost: Cost
    sheets: int


def costs(
    store: Store,
    by: str = "run",
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[GroupCost]:
    """What work cost by run, client or design; the newest run or the dearest group first."""
    if by not in cost_rows.BY:
        raise NotFound.named("way to group costs", by, cost_rows.BY)
    told = prices(store)
    works = cost_rows.works_by(store, by, _lives(store), since, until)
    if by == "run":
        return [
            GroupCost(runs.run_name(number), cost_of(works[number], told), works[number].sheets)
            for number in sorted(works, reverse=True)
        ]
    found = [GroupCost(name, cost_of(work, told), work.sheets) for name, work in works.items()]
    return sorted(found, key=lambda one: (-(one.cost.total or 0.0), one.name))


def cost_of_period(
    store: Store,
    since: datetime | None,
    until: datetime | None,
    client: str = "",
    numbers: Sequence[int] | None = None,
) -> Cost:
    """What all runs that were begun in a period cost together; of one client if it is named, of
    these runs if they are told."""
    work = cost_rows.whole_work(store, _lives(store), since, until, numbers, client)
    return cost_of(work, prices(store))


def _lives(store: Store) -> dict[str, float]:
    """Pen code -> what its type lives, where the pen itself does not say."""
    learned = learned_lives(store)
    return {
        row.code: learned[type_].mm
        for row in materials.pen_rows(store)
        if (type_ := type_of(row).casefold()) in learned
    }
