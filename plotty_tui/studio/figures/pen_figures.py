"""Pens over a period: how they are used, how far they are worn, when each is to be replaced."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from plotty_tui.domain import pens
from plotty_tui.domain.forecast import LearnedLife, StockEnd, end_day, stock_end
from plotty_tui.domain.wear import Wear, better_life, faults_per_km, pen_wear
from plotty_tui.store.database import Store
from plotty_tui.store.figures import material_figures, work_ahead
from plotty_tui.store.figures import sheet_figures as sheets
from plotty_tui.store.figures.sheet_figures import Wanted
from plotty_tui.store.inventory import ledger_rows, materials
from plotty_tui.store.machines import devices

from ..inventory.prices import stock_settings
from ..inventory.shopping import Shopping, ends_words, shopping_list
from ..inventory.stock import learned_lives


@dataclass(slots=True)
class PenFigures:
    """One pen. `mm`, `primed_mm`, `days` (day -> mm), `jobs`, `sheets` and `faults` are of the
    period; `used_mm` and `left_mm` of its whole life. `end` is how it fares with the work ahead
    (None: nobody knows what is left), `ends_on` the day for which a new one is wanted."""

    code: str
    name: str
    type: str
    state: str
    used_mm: float
    left_mm: float | None
    life_mm: float | None
    learned: LearnedLife | None
    days: dict[date, float] = field(default_factory=dict)
    primed_mm: float = 0.0
    jobs: dict[str, float] = field(default_factory=dict)
    sheets: int = 0
    faults: int = 0
    end: StockEnd | None = None
    ends_on: date | None = None

    @property
    def mm(self) -> float:
        return sum(self.days.values())

    @property
    def wear(self) -> Wear | None:
        """How much of its life is used up."""
        return pen_wear(self.used_mm, self.life_mm, self.learned)

    @property
    def faults_per_km(self) -> float | None:
        return faults_per_km(self.faults, self.mm)

    @property
    def better_life_mm(self) -> float | None:
        """The life that its type was found to have, when the books say another one."""
        return better_life(self.life_mm, self.learned)

    @property
    def usable(self) -> bool:
        return self.state in pens.USABLE


def pen_figures(store: Store, since: datetime, until: datetime) -> list[PenFigures]:
    """Every pen that is in stock or was used in the period, the most used first."""
    with store.read():
        learned = learned_lives(store)
        rows = materials.pen_rows(store)
        found = {
            row.id: PenFigures(
                row.code, row.name, ledger_rows.type_of(row), row.state, row.used_mm, row.left_mm,
                row.life_mm, learned.get(ledger_rows.type_of(row).casefold()),
            )
            for row in rows
        }  # fmt: skip
        for row in material_figures.pen_days(store, since, until):
            found[row.id].days[date.fromisoformat(row.day)] = row.mm
            found[row.id].primed_mm += row.primed
        for row in material_figures.pen_jobs(store, since, until):
            found[row.id].jobs[row.job] = row.mm
            found[row.id].sheets += row.sheets
        for row in sheets.pen_groups(store, Wanted(since, until)):
            found[row.id].faults = row.faults
        _add_ends(store, found)
    used = [one for one in found.values() if one.days or one.usable]
    return sorted(used, key=lambda one: (-one.mm, one.code))


def _add_ends(store: Store, found: dict[int, PenFigures]) -> None:
    work = work_ahead.work_ahead(store)
    seconds = sum(demand.copies * demand.seconds for demand in work)
    pace, _ = ledger_rows.pace_per_day(store)
    plotters = sum(1 for row in devices.device_rows(store) if row.enabled)
    today = store.clock.now().astimezone().date()
    hours = stock_settings(store).hours_per_day
    for pen_id, one in found.items():
        left = one.left_mm
        if left is None and one.learned is not None:
            left = max(0.0, one.learned.mm - one.used_mm)
        if left is None or not one.usable:
            continue
        one.end = stock_end(left, work, "pens", pen_id)
        one.ends_on = end_day(one.end, seconds, pace.get(pen_id), today, hours, plotters)


def pens_to_buy(store: Store) -> list[str]:
    """What the shopping list says of pens, as sentences."""
    shopping: Shopping = shopping_list(store)
    lines = []
    for one in shopping.to_buy:
        if one.article.subject == "pen":
            ends = ends_words(one)
            why = f" ({'/'.join(one.article.codes)} ends: {ends})" if ends else ""
            lines.append(f"{one.buy} x {one.article.name}{why}: plotty shopping-list")
    return lines
