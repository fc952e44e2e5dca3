"""Plotters over a period: their time, their faults, their next service."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from plotty_tui.domain.care import Odometer, ServiceLimits
from plotty_tui.domain.interruptions import fault_kind
from plotty_tui.domain.wear import NextService, next_service
from plotty_tui.store.database import Store
from plotty_tui.store.figures import device_figures, sheet_figures
from plotty_tui.store.figures.sheet_figures import Wanted

from .fault_figures import faults_by
from .period_figures import DeviceTime, device_times


@dataclass(slots=True)
class PlotterFaults:
    """A plotter's faults against what it drew."""

    name: str
    faults: int
    hours: float
    lifts: int
    kinds: dict[str, int] = field(default_factory=dict)

    @property
    def per_hour(self) -> float | None:
        return self.faults / self.hours if self.hours else None

    @property
    def per_1000_lifts(self) -> float | None:
        return self.faults / self.lifts * 1000 if self.lifts else None


@dataclass(frozen=True, slots=True)
class Upkeep:
    """A plotter's service: limits, what it drew since the last one (at `last`), what it draws a
    day, and the next one (None: it has no limits)."""

    name: str
    limits: ServiceLimits
    since: Odometer
    per_day: Odometer
    last: datetime | None
    next: NextService | None


def plotter_times(store: Store, since: datetime, until: datetime) -> list[DeviceTime]:
    """How each plotter spent the period."""
    return device_times(store, since, until)


def plotter_faults(store: Store, since: datetime, until: datetime) -> list[PlotterFaults]:
    """Faults of each plotter that drew or had one, by name."""
    faults, hours = faults_by(store, "plotter", since, until)
    lifts = device_figures.lifts_by_device(store, Wanted(since, until))
    kinds: dict[str, Counter[str]] = {}
    for row in sheet_figures.fault_rows(store, since, until):
        kinds.setdefault(row.device or "", Counter())[fault_kind(row.text)] += 1
    return [
        PlotterFaults(
            name or "none", faults.get(name, 0), hours.get(name, 0.0), lifts.get(name, 0),
            dict(kinds.get(name, {})),
        )
        for name in sorted({*faults, *hours})
    ]  # fmt: skip


def upkeep(store: Store) -> list[Upkeep]:
    """The service of every plotter."""
    today = store.clock.now().astimezone().date()
    return [
        Upkeep(name, limits, since, pace, last, next_service(limits, since, pace, today))
        for name, limits, since, pace, last in device_figures.service_facts(store)
    ]
