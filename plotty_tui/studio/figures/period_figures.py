"""The figures of a day, a period, a client or a batch: read once, for screen, command, report and
JSON alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from plotty_tui.domain import figures, orders
from plotty_tui.domain.costs import Cost
from plotty_tui.store.database import Row, Store
from plotty_tui.store.figures import material_figures, run_figures, sheet_figures
from plotty_tui.store.figures.sheet_figures import SheetGroup, Wanted
from plotty_tui.store.machines import spells

from ..inventory import prices

# The states in which a plotter spends time, by what a studio wants to know of it.
DRAWING = (orders.DRAWING,)
WAITING = (orders.WAITING, orders.PAUSED)
FAULT = (orders.FAULT, orders.INTERRUPTED)
IDLE = (orders.IDLE,)
GROUPS = ("job", "device", "client", "day", "hour", "reason")


@dataclass(slots=True)
class DeviceTime:
    """Seconds that a plotter spent drawing, waiting for a person, in fault, and idle."""

    name: str
    drawing: float = 0.0
    waiting: float = 0.0
    fault: float = 0.0
    idle: float = 0.0

    @property
    def occupied(self) -> float:
        """All but idle."""
        return self.drawing + self.waiting + self.fault

    @property
    def uptime_percent(self) -> float | None:
        """Not in fault, of the time switched on."""
        on = self.occupied + self.idle
        return (on - self.fault) / on * 100 if on else None


@dataclass(slots=True)
class PeriodFigures:
    """Everything that is reported of a period. Percent are None where there is no data."""

    since: datetime | None
    until: datetime | None
    client: str = ""
    batch: str = ""
    sheets: SheetGroup = field(default_factory=lambda: SheetGroup(""))
    jobs: list[SheetGroup] = field(default_factory=list)
    devices: list[SheetGroup] = field(default_factory=list)
    clients: list[SheetGroup] = field(default_factory=list)
    days: list[SheetGroup] = field(default_factory=list)
    hours: list[SheetGroup] = field(default_factory=list)
    reasons: list[tuple[str, int]] = field(default_factory=list)
    pens: list[Row] = field(default_factory=list)
    papers: list[Row] = field(default_factory=list)
    times: list[DeviceTime] = field(default_factory=list)
    hands: list[Row] = field(default_factory=list)
    faults: list[Row] = field(default_factory=list)
    quality: float | None = None
    rated: int = 0
    client_rating: float | None = None
    client_rated: int = 0
    cost: Cost | None = None
    primed_mm: float = 0.0
    due_met: int = 0
    due: int = 0

    @property
    def pen_changes(self) -> int:
        """How often a person put in a pen."""
        return sum(row.number for row in self.hands if row.kind == orders.HAND_PEN)

    @property
    def waiting_seconds(self) -> float:
        """Plotters waited so long for a person."""
        return sum(one.waiting for one in self.times)

    @property
    def on_time_percent(self) -> float | None:
        return figures.success_percent(self.due_met, self.due)


def period_figures(
    store: Store,
    since: datetime | None,
    until: datetime | None,
    client: str = "",
    batch: str = "",
    costs: bool = True,
    whole_only: bool = False,
) -> PeriodFigures:
    """What was made from `since` up to `until` (None: open), by the moment at which each sheet
    ended; of one client or batch if one is named. `whole_only` leaves out what is told by job,
    plotter, client, day, hour, reason, pen and paper: the key figures need none of it."""
    wanted = Wanted(since, until, client, batch)
    found = PeriodFigures(since, until, client, batch)
    with store.read():
        if whole_only:
            found.sheets = sheet_figures.whole(store, wanted)
        else:
            _add_groups(found, store, wanted)
        _add_ratings(found, store)
        if not client and not batch:
            found.hands = sheet_figures.hand_rows(store, since, until)
        found.due_met, found.due = sheet_figures.on_time(store, wanted)
        if costs:
            numbers = sheet_figures.run_numbers(store, batch) if batch else None
            found.cost = prices.cost_of_period(store, since, until, client, numbers)
    return found


def _add_groups(found: PeriodFigures, store: Store, wanted: Wanted) -> None:
    groups = sheet_figures.sheet_groups_by(store, GROUPS, wanted)
    found.sheets = sheet_figures.merged("", groups["device"])
    found.jobs, found.devices, found.clients = groups["job"], groups["device"], groups["client"]
    found.days, found.hours = groups["day"], groups["hour"]
    found.reasons = sorted(
        ((one.name, one.spoiled) for one in groups["reason"] if one.spoiled),
        key=lambda one: -one[1],
    )
    found.pens = sheet_figures.pen_groups(store, wanted)
    found.papers = material_figures.paper_groups(store, wanted)
    found.primed_mm = material_figures.primed_mm(store, wanted)
    if not wanted.client and not wanted.batch:
        found.times = device_times(store, wanted.since, wanted.until)
        found.faults = sheet_figures.fault_rows(store, wanted.since, wanted.until)


def _add_ratings(found: PeriodFigures, store: Store) -> None:
    span = run_figures.Span(found.since, found.until, client=found.client, batch=found.batch)
    rows = run_figures.run_totals(store, span)
    found.rated = sum(row.rated for row in rows)
    found.client_rated = sum(row.client_rated for row in rows)
    if found.rated:
        found.quality = sum(row.stars or 0 for row in rows) / found.rated
    if found.client_rated:
        found.client_rating = sum(row.ratings or 0 for row in rows) / found.client_rated


def device_times(store: Store, since: datetime | None, until: datetime | None) -> list[DeviceTime]:
    """How each plotter spent the period."""
    begin = since or datetime.fromtimestamp(0).astimezone()
    end = until or store.clock.now() + timedelta(days=1)
    times: dict[str, DeviceTime] = {}
    for row in spells.spell_rows(store, begin, end):
        one = times.setdefault(row.device, DeviceTime(row.device))
        for name, states in (
            ("drawing", DRAWING), ("waiting", WAITING), ("fault", FAULT), ("idle", IDLE),
        ):  # fmt: skip
            if row.state in states:
                setattr(one, name, getattr(one, name) + row.seconds)
    return list(times.values())


def by_key(
    store: Store,
    by: str,
    since: datetime | None = None,
    until: datetime | None = None,
    client: str = "",
    batch: str = "",
) -> list[SheetGroup]:
    """The sheets of a period by one key (`store.sheet_figures.KEYS`), empty names as `none`."""
    groups = sheet_figures.sheet_groups(store, by, Wanted(since, until, client, batch))
    return [replace(one, name=one.name or "none") if one.name == "" else one for one in groups]


def whole_days(since: datetime, until: datetime) -> Sequence[Any]:
    """The local days of a period, also those on which nothing was drawn."""
    day, last = since.astimezone().date(), (until - timedelta(microseconds=1)).astimezone().date()
    return [day + timedelta(days=number) for number in range((last - day).days + 1)]


# Up to so many days a course has a group for each; up to the next, one for each week.
MOST_BY_DAY, MOST_BY_WEEK = 31, 190


def course_of(
    span: Sequence[date], days: Sequence[SheetGroup], hours: Sequence[SheetGroup]
) -> tuple[str, list[SheetGroup]]:
    """The course of a period: `hour`, `day`, `week` or `month`, and a group for each of them, also
    where nothing was drawn. A group's name is the hour, or the first day."""
    if len(span) == 1:
        by_hour = {int(one.name): one for one in hours}
        return "hour", [replace(by_hour.get(h, SheetGroup(h)), name=h) for h in range(24)]
    by = "day" if len(span) <= MOST_BY_DAY else "week" if len(span) <= MOST_BY_WEEK else "month"
    parts: dict[date, list[SheetGroup]] = {_first_of(by, day): [] for day in span}
    for one in days:
        parts[_first_of(by, date.fromisoformat(one.name))].append(one)
    return by, [sheet_figures.merged(first, groups) for first, groups in parts.items()]


def _first_of(by: str, day: date) -> date:
    if by == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by == "month" else day
