"""What the Figures screen shows of a period, read at once and beside the screen's loop. Every
figure is that of the commands: the same functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from plotty_tui.domain.periods import parse_period
from plotty_tui.domain.shopping import Outlook
from plotty_tui.reports.document import Figure
from plotty_tui.reports.kpi import kpi_figures
from plotty_tui.studio.figures import reporting
from plotty_tui.studio.figures.capacity import Capacity, capacity_of
from plotty_tui.studio.figures.period_figures import (
    DeviceTime,
    by_key,
    course_of,
    period_figures,
    whole_days,
)
from plotty_tui.studio.inventory import prices, shopping, stock
from plotty_tui.studio.opening import Store

# Title -> the period as `parse_period` takes it.
PERIODS = {
    "today": "today",
    "7 days": "last_7_days",
    "30 days": "last_30_days",
    "90 days": "last_90_days",
    "a year": "last_365_days",
}


@dataclass(frozen=True, slots=True)
class PenShare:
    """A pen in the period: mm drawn, what is left, and when that ends."""

    code: str
    name: str
    color: str
    mm: float
    left_mm: float | None
    end: Outlook | None


@dataclass(slots=True)
class FiguresShot:
    """A period in figures. `labels` are the days, weeks or months of it; `success` and `variance`
    have a value for each of them (None: no data), `hours` the sheets of each hour of the day."""

    period: str
    figures: list[Figure] = field(default_factory=list)
    sheets: int = 0
    span: str = "day"
    labels: list[str] = field(default_factory=list)
    success: list[float | None] = field(default_factory=list)
    variance: list[float | None] = field(default_factory=list)
    pens: list[PenShare] = field(default_factory=list)
    devices: list[Any] = field(default_factory=list)
    times: list[DeviceTime] = field(default_factory=list)
    hours: list[int] = field(default_factory=list)
    capacity: Capacity | None = None
    currency: str = ""


def read_figures(store: Store, period: str) -> FiguresShot:
    """All figures of a period as typed; WrongUsage for one that cannot be read."""
    since, until = parse_period(period)
    assert since is not None  # a period that is written has both ends
    assert until is not None
    with store.read():
        now = period_figures(store, since, until)
        before = period_figures(store, since - (until - since), since, whole_only=True)
        days = by_key(store, "day", since, until)
        span = list(whole_days(since, until))
        shot = FiguresShot(
            reporting.period_words(since, until),
            kpi_figures(now, before, days, span if len(span) > 1 else ()),
            now.sheets.sheets,
            devices=sorted(now.devices, key=lambda one: -one.seconds),
            times=now.times,
            hours=_hours(now.hours),
            capacity=capacity_of(store),
            currency=prices.prices(store).currency,
        )
        _add_course(shot, span, days, now.hours)
        shot.pens = _pens(store, now.pens)
    return shot


def _hours(groups: Sequence[Any]) -> list[int]:
    found = dict.fromkeys(range(24), 0)
    for one in groups:
        found[int(one.name)] += one.sheets
    return list(found.values())


def _add_course(
    shot: FiguresShot, span: Sequence[date], days: Sequence[Any], hours: Sequence[Any]
) -> None:
    """Success and variance over the period: by hour on one day, else by day, week or month."""
    shot.span, course = course_of(span, days, hours)
    write = {"hour": "{:02}", "day": "{:%d}", "week": "{:%d.%m}", "month": "{:%b %y}"}[shot.span]
    shot.labels = [write.format(one.name) for one in course]
    shot.success = [one.success_percent for one in course]
    shot.variance = [one.time_percent for one in course]


def _pens(store: Store, rows: Sequence[Any]) -> list[PenShare]:
    left = {pen.code: pen.left_mm for pen in stock.list_pens(store, retired=True)}
    ends = {
        code: one for one in shopping.shopping_list(store).articles for code in one.article.codes
    }
    return [
        PenShare(row.code, row.name, row.color, row.mm, left.get(row.code), ends.get(row.code))
        for row in rows
    ]
