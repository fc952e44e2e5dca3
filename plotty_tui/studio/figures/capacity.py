"""Capacity: what the queue and the work to come take of plotters, people and the day's limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from plotty_tui.domain import capacity, orders
from plotty_tui.domain.capacity import DayRoom, Load, Work
from plotty_tui.domain.learned import Learned
from plotty_tui.domain.pen_order import count_changes
from plotty_tui.domain.periods import day_start
from plotty_tui.domain.working_hours import WorkingHours
from plotty_tui.store.database import Row, Store
from plotty_tui.store.figures import ahead_rows, sheet_figures
from plotty_tui.store.figures.ahead_rows import pens_of
from plotty_tui.store.figures.sheet_figures import Wanted
from plotty_tui.store.inventory import low_stock
from plotty_tui.store.machines import devices
from plotty_tui.store.plots.opening_hours import working_hours
from plotty_tui.store.production import run_history

from ..inventory.shopping import ends_words, shopping_list, words_of
from ..planning import estimates, limits
from ..planning.edition_prices import SHEET_SECONDS, WALK_SECONDS
from ..planning.pen_plans import loaded_pen

WEEK = 7
PAST_DAYS = 30
# A queue that is not through by then never is, as far as anybody plans.
MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Rates:
    """What a person takes for a hand, and how many sheets are drawn for one that is kept (of
    `judged` sheets of late)."""

    pen_seconds: float
    paper_seconds: float
    attempts: float
    judged: int


@dataclass(frozen=True, slots=True)
class Growth:
    """What if so many percent more came in: the week's load of the resource that is used most,
    which that is, and the day on which the queue is empty (None: never)."""

    percent: int
    load_percent: float | None
    limiting: str
    clear: date | None


@dataclass(slots=True)
class Capacity:
    """Load of the week that begins now: `now` with the queue alone, `projected` with what comes in
    as of late. Drawing is likely by what `learned` layers took before; of the queue it is
    `planned_seconds` by the plans. `unplanned` jobs are in neither. `short` are sentences about
    pens and papers that end before the queue does."""

    plotters: int
    hours: str
    work: Work
    rates: Rates
    now: list[Load]
    unplanned: int
    incoming: Work  # a day
    incoming_jobs: float
    past_days: int
    planned_seconds: float = 0.0
    learned: int = 0
    projected: list[Load] = field(default_factory=list)
    growth: list[Growth] = field(default_factory=list)
    days: list[DayRoom] = field(default_factory=list)
    short: list[str] = field(default_factory=list)


def capacity_of(store: Store) -> Capacity:
    """Hours needed against hours there: now, with what comes in, and with more of it."""
    with store.read():
        rates = rates_of(store)
        plotters = max(1, len(devices.enabled_devices()))
        hours = working_hours(store)
        rows, known = estimates.likely_ahead(store)
        work = work_of(rows, rates)
        incoming, jobs, past = _incoming(store, rates, known)
        found = Capacity(
            plotters, _hours_words(store, hours), work, rates, [],
            _unplanned(store), incoming, jobs, past,
            planned_seconds=sum(row.copies * row.seconds for row in rows) * rates.attempts,
            learned=estimates.layers_used(known),
        )  # fmt: skip
        found.days = _rooms(store, plotters, hours)
        found.now = capacity.loads_of(work, Work(), found.days, WEEK)
        found.projected = capacity.loads_of(work, incoming, found.days, WEEK)
        for percent in capacity.GROWTH:
            more = incoming.times(1 + percent / 100)
            loads = capacity.loads_of(work, more, found.days, WEEK)
            most = capacity.limiting(loads)
            found.growth.append(
                Growth(
                    percent,
                    most.percent if most else None,
                    most.resource if most else "",
                    capacity.last_clear(loads),
                )
            )
        found.short = [
            f"{words_of(one)}: it ends at {ends_words(one)}; plotty shopping-list"
            for one in shopping_list(store).to_buy
            if one.end is not None and one.end.sheet is not None
        ]
    return found


def rates_of(store: Store) -> Rates:
    """What a hand takes and how many sheets a good one, of late."""
    since = store.clock.now() - timedelta(days=PAST_DAYS)
    past = sheet_figures.whole(store, Wanted(since))
    kept = past.good + past.second
    enough = past.attempted >= limits.quality_gates(store).min_sheets and kept
    return Rates(
        run_history.hand_seconds(store, orders.HAND_PEN, WALK_SECONDS),
        run_history.hand_seconds(store, orders.HAND_PAPER, SHEET_SECONDS),
        past.attempted / kept if enough else 1.0,
        past.attempted,
    )


def work_of(rows: Sequence[Row], rates: Rates) -> Work:
    """What these lines (of `likely_ahead`) take, in their order, with the sheets that will be
    spoiled."""
    sheets = sum(row.copies for row in rows)
    changes, papers = changes_of(rows), sheets + paper_changes(rows)
    seconds = sum(row.copies * row.seconds * row.pace for row in rows)
    return Work(
        seconds * rates.attempts,
        (changes * rates.pen_seconds + papers * rates.paper_seconds) * rates.attempts,
        changes * rates.attempts,
        sheets * rates.attempts,
    )


def changes_of(rows: Sequence[Row]) -> int:
    """Pen changes of drawing these lines in this order, one copy after the other."""
    return count_changes(
        (pens for row in rows for pens in [pens_of(row.body)] * row.copies), loaded_pen()
    )


def paper_changes(rows: Sequence[Row]) -> int:
    """How often another paper is wanted than for the line before: it has to be fetched."""
    return sum(a.paper.casefold() != b.paper.casefold() for a, b in pairwise(rows))


def _incoming(store: Store, rates: Rates, known: Learned) -> tuple[Work, float, int]:
    """(work a day, jobs a day, over how many days)."""
    now = store.clock.now()
    first = ahead_rows.first_job(store)
    if first is None:
        return Work(), 0.0, 0
    days = min(PAST_DAYS, max(1, (now.astimezone().date() - first.astimezone().date()).days + 1))
    row = ahead_rows.came_in(store, day_start(now.astimezone().date() - timedelta(days=days - 1)))
    hands = row.changes * rates.pen_seconds + row.sheets * rates.paper_seconds
    pace = known.whole if estimates.layers_used(known) else 1.0
    work = Work(row.seconds * pace, hands, row.changes, row.sheets).times(rates.attempts / days)
    return work, row.jobs / days, days


def _unplanned(store: Store) -> int:
    return sum(row.state == "new" for row in ahead_rows.blocked_jobs(store))


def _rooms(store: Store, plotters: int, hours: WorkingHours) -> list[DayRoom]:
    """What each day from today on has: open hours of plotters and one person, and the limits of a
    day; of today what is left of it."""
    now = store.clock.now()
    today = now.astimezone().date()
    production = limits.production_limits(store)
    usual = low_stock.stock_settings(store).hours_per_day * 3600
    limit = {
        capacity.DRAWING: production.max_daily_seconds,
        capacity.CHANGES: production.max_pen_changes,
        capacity.SHEETS: production.paper_budget_sheets,
    }
    done = _done_today(store, now)
    rooms = []
    for number in range(MOST_DAYS):
        day = today + timedelta(days=number)
        begin, end = max(now, day_start(day)), day_start(day + timedelta(days=1))
        seconds = hours.open_seconds(begin, end)
        if not hours.has_work:
            seconds = min(seconds, usual)
        there = {capacity.PLOTTERS: seconds * plotters, capacity.PERSON: seconds}
        for resource, most in limit.items():
            if most is not None:
                there[resource] = max(0.0, most - (done[resource] if number == 0 else 0.0))
        rooms.append(DayRoom(day, there))
    return rooms


def _done_today(store: Store, now: datetime) -> dict[str, float]:
    """What today has taken of its limits."""
    begin = day_start(now.astimezone().date())
    sheets = sheet_figures.whole(store, Wanted(begin))
    changes = sum(
        row.number
        for row in sheet_figures.hand_rows(store, begin, None)
        if row.kind == orders.HAND_PEN
    )
    return {
        capacity.DRAWING: sheets.seconds,
        capacity.CHANGES: changes,
        capacity.SHEETS: sheets.sheets,
    }


def _hours_words(store: Store, hours: WorkingHours) -> str:
    if hours.has_work:
        return hours.words()
    usual = f"{low_stock.stock_settings(store).hours_per_day:g} h a day"
    return f"{usual}, {hours.words()}" if hours.is_set else usual
