"""Pens and plotters over time: how much of a life is used up, and when the next care is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .care import Odometer, ServiceLimits
from .forecast import LearnedLife

KM_MM = 1_000_000.0
# Beyond this nobody plans.
MOST_DAYS = 3650
# A learned life that differs by more percent from the one in the books should take its place.
LIFE_DIFFERS_PERCENT = 10.0
# From so many pens on a learned life counts.
ENOUGH_PENS = 2


@dataclass(frozen=True, slots=True)
class Wear:
    """Percent of a pen's life that is used up; `least` and `most` by the longest and the shortest
    life of its type (None: fewer than two of them are known)."""

    percent: float
    least: float | None = None
    most: float | None = None


def pen_wear(used_mm: float, life_mm: float | None, learned: LearnedLife | None) -> Wear | None:
    """By what pens of its type live, where that is known, else by the life it was given; None
    without either."""
    if learned is not None and learned.mm > 0:
        percent = used_mm / learned.mm * 100
        if learned.pens < ENOUGH_PENS or not learned.least_mm:
            return Wear(percent)
        return Wear(percent, used_mm / learned.most_mm * 100, used_mm / learned.least_mm * 100)
    return Wear(used_mm / life_mm * 100) if life_mm else None


def faults_per_km(faults: int, mm: float) -> float | None:
    """Sheets spoiled by a pen, by the km it drew; None where it drew nothing."""
    return faults / (mm / KM_MM) if mm > 0 else None


def better_life(life_mm: float | None, learned: LearnedLife | None) -> float | None:
    """The life that a pen should have in the books, when its type lives otherwise by more than a
    tenth; else None."""
    if learned is None or learned.pens < ENOUGH_PENS or not life_mm:
        return None
    off = abs(learned.mm - life_mm) / life_mm * 100
    return learned.mm if off > LIFE_DIFFERS_PERCENT else None


@dataclass(frozen=True, slots=True)
class NextService:
    """When a plotter's service is due, and by which limit: `60 m`, `40 h`, `20000 lifts`; `percent`
    of that limit is used up. The day is None when it draws nothing of late."""

    day: date | None
    limit: str
    percent: float


def next_service(
    limits: ServiceLimits, since: Odometer, per_day: Odometer, today: date
) -> NextService | None:
    """The limit that is reached first, at the pace of late; None without limits."""
    metres, hours = since.drawn_mm / 1000, since.seconds / 3600
    found = []
    for limit, used, pace, unit in (
        (limits.metres, metres, per_day.drawn_mm / 1000, "m"),
        (limits.lifts, since.lifts, per_day.lifts, "lifts"),
        (limits.hours, hours, per_day.seconds / 3600, "h"),
    ):
        if limit is None:
            continue
        days = max(0.0, limit - used) / pace if pace > 0 else 0.0 if used >= limit else None
        found.append((float("inf") if days is None else days, -used / limit, f"{limit:g} {unit}"))
    if not found:
        return None
    days, share, words = min(found)
    day = today + timedelta(days=int(days)) if days < MOST_DAYS else None
    return NextService(day, words, -share * 100)
