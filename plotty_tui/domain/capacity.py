"""What the work ahead takes of each resource, against what is there, day by day.

A resource is plotter hours, a person's hours, and what a day may take (drawing time, pen changes,
sheets). Percent are None where nothing is there to compare with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

PLOTTERS, PERSON, DRAWING, CHANGES, SHEETS = "plotters", "person", "drawing", "changes", "sheets"
RESOURCES = (PLOTTERS, PERSON, DRAWING, CHANGES, SHEETS)
GROWTH = (0, 25, 50, 100)


@dataclass(frozen=True, slots=True)
class Work:
    """What some work takes: seconds of drawing, hands by kind, sheets. `hands_seconds` is a
    person's time; the plotter waits meanwhile."""

    draw_seconds: float = 0.0
    hands_seconds: float = 0.0
    changes: float = 0.0
    sheets: float = 0.0

    def needs(self) -> dict[str, float]:
        """What it takes of each resource."""
        return {
            PLOTTERS: self.draw_seconds + self.hands_seconds,
            PERSON: self.hands_seconds,
            DRAWING: self.draw_seconds,
            CHANGES: self.changes,
            SHEETS: self.sheets,
        }

    def times(self, factor: float) -> Work:
        """So much more (or less) of all of it."""
        return Work(
            self.draw_seconds * factor, self.hands_seconds * factor, self.changes * factor,
            self.sheets * factor,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DayRoom:
    """What a day has of each resource; one that is not in it has no limit."""

    day: date
    there: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Load:
    """One resource: what is needed of it and what is there, in seconds or pieces; `clear` is the
    day on which the work ahead is done as far as this resource goes, None when it is not within the
    days that were looked at."""

    resource: str
    needed: float
    there: float
    clear: date | None

    @property
    def percent(self) -> float | None:
        return self.needed / self.there * 100 if self.there else None


def loads_of(work: Work, incoming: Work, rooms: Sequence[DayRoom], horizon_days: int) -> list[Load]:
    """Each resource that has a limit: what `work`, and `incoming` for each day after today, take of
    the first `horizon_days` of `rooms`; and when it is all done."""
    needs, each_day = work.needs(), incoming.needs()
    found = []
    for resource in RESOURCES:
        if not any(resource in room.there for room in rooms):
            continue
        window = rooms[:horizon_days]
        there = sum(room.there.get(resource, 0.0) for room in window)
        needed = needs[resource] + each_day[resource] * max(0, len(window) - 1)
        clear = clear_day(needs[resource], each_day[resource], rooms, resource)
        found.append(Load(resource, needed, there, clear))
    return found


def clear_day(
    backlog: float, each_day: float, rooms: Sequence[DayRoom], resource: str
) -> date | None:
    """The first day at whose end nothing is left to do of this resource."""
    left = backlog
    for number, room in enumerate(rooms):
        left += each_day if number else 0.0
        left = max(0.0, left - room.there.get(resource, 0.0))
        if left <= 1e-6:
            return room.day
    return None


def limiting(loads: Sequence[Load]) -> Load | None:
    """The resource that is used most; None without any."""
    used = [one for one in loads if one.percent is not None and one.needed > 0]
    return max(used, key=lambda one: one.percent or 0.0, default=None)


def last_clear(loads: Sequence[Load]) -> date | None:
    """The day on which every resource is through with the work; None when one never is."""
    days = [one.clear for one in loads if one.needed > 0]
    if any(day is None for day in days):
        return None
    return max((day for day in days if day is not None), default=None)
