"""What the stock lasts for: the sheet on which a pen runs dry, the day on which it ends, the metres
that a pen type lives, the weight of its line.

A figure that has no basis is None, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from .values import grams, metres

# A difference smaller than so many steps of the scale is noise.
STEPS_THAT_COUNT = 10
# Days that make a pace.
PACE_DAYS = 30


def dry_sheet(left_mm: float | None, each_mm: float, copies: int) -> int | None:
    """On which of `copies` sheets (from 1) a pen with so much left runs dry; None when it lasts, or
    when nobody knows what is left."""
    if left_mm is None or each_mm <= 0 or each_mm * copies <= left_mm + 0.5:
        return None
    return int(max(0.0, left_mm + 0.5) / each_mm) + 1


# The queue against the stock ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Demand:
    """What one line of the work ahead wants of each copy: mm by pen id, sheets by paper id, machine
    seconds. `run` is the open run that it belongs to; None for a job in the queue."""

    name: str
    copies: int
    pens: Mapping[int, float] = field(default_factory=dict)
    papers: Mapping[int, int] = field(default_factory=dict)
    seconds: float = 0.0
    run: int | None = None


@dataclass(frozen=True, slots=True)
class StockEnd:
    """How one pen or paper fares with the work ahead. `wanted` is what all of it takes and `left`
    what is there before it; where that is not enough, it ends on `sheet` of the `copies` of `name`,
    after `seconds` at the machines."""

    left: float
    wanted: float
    name: str = ""
    sheet: int | None = None
    copies: int = 0
    seconds: float | None = None
    run: int | None = None

    @property
    def short(self) -> float:
        """How much is missing for the work ahead."""
        return max(0.0, self.wanted - self.left)


def stock_end(left: float, work: Sequence[Demand], subject: str, subject_id: int) -> StockEnd:
    """Walk through the work in its order with what is left of one pen (`subject` pens) or paper
    (papers); each line sees what is left after the ones before."""
    rest, seconds, wanted = left, 0.0, 0.0
    end: StockEnd | None = None
    for demand in work:
        each = getattr(demand, subject).get(subject_id, 0)
        wanted += each * demand.copies
        sheet = dry_sheet(rest, each, demand.copies) if end is None else None
        if sheet is not None:
            before = seconds + (sheet - 1) * demand.seconds
            end = StockEnd(left, 0, demand.name, sheet, demand.copies, before, demand.run)
        rest -= each * demand.copies
        seconds += demand.copies * demand.seconds
    if end is None:
        return StockEnd(left, wanted)
    return StockEnd(left, wanted, end.name, end.sheet, end.copies, end.seconds, end.run)


def end_day(
    end: StockEnd,
    work_seconds: float,
    pace_per_day: float | None,
    today: date,
    hours_per_day: float,
    plotters: int,
) -> date | None:
    """The day on which it ends: in the work ahead, at so many hours a day on so many plotters;
    after it, at the pace of late. None when it outlasts the work and there is no pace."""
    a_day = hours_per_day * 3600 * max(1, plotters)
    if end.seconds is not None:
        return today + timedelta(days=int(end.seconds / a_day))
    if not pace_per_day or pace_per_day <= 0:
        return None
    days = work_seconds / a_day + (end.left - end.wanted) / pace_per_day
    return today + timedelta(days=int(days)) if days < 3650 else None


# What a pen lives --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PenLife:
    """One pen's life so far: mm drawn, its forecast, and whether it is finished (dry or empty)."""

    code: str
    type: str
    used_mm: float
    life_mm: float | None
    finished: bool

    @property
    def outlived(self) -> bool:
        """Whether it has drawn more than it was given."""
        return self.life_mm is not None and self.used_mm > self.life_mm


def pen_type(name: str, brand: str, kind: str, tip_mm: float | None) -> str:
    """What pens of one make have in common: brand, kind and tip; where neither brand nor kind is
    given, the name."""
    words = [brand.strip(), kind.strip()] if brand or kind else [name.strip()]
    tip = f"{tip_mm:g}" if tip_mm is not None else ""
    return " ".join(filter(None, (*words, tip)))


@dataclass(frozen=True, slots=True)
class LearnedLife:
    """mm that pens of a type draw, over `pens` of them; `outlived` names those that are still
    drawing beyond their forecast, which raise it."""

    type: str
    mm: float
    pens: int
    least_mm: float
    most_mm: float
    outlived: tuple[str, ...] = ()


def learn_lives(lives: Iterable[PenLife]) -> dict[str, LearnedLife]:
    """Pen type -> what its pens live: the mean of the finished ones and of those that outlived
    their forecast."""
    by_type: dict[str, list[PenLife]] = {}
    for life in lives:
        if (life.finished and life.used_mm > 0) or life.outlived:
            by_type.setdefault(life.type.casefold(), []).append(life)
    learned = {}
    for key, pens in by_type.items():
        used = [pen.used_mm for pen in pens]
        beyond = tuple(pen.code for pen in pens if pen.outlived)
        learned[key] = LearnedLife(
            pens[0].type, sum(used) / len(used), len(used), min(used), max(used), beyond
        )
    return learned


# What a line weighs ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WeighedLine:
    """Ink that went out between two weighings of a pen: grams, and mm drawn meanwhile on a paper
    (empty: on several)."""

    type: str
    grams: float
    mm: float
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Calibration:
    """mg per metre of a pen type on a paper; None with the sentence why not."""

    type: str
    paper: str
    mg_per_m: float | None
    grams: float
    mm: float
    weighings: int
    why: str = ""


def calibrate(lines: Iterable[WeighedLine], step_g: float) -> list[Calibration]:
    """mg per metre by pen type and paper, over all that was weighed. A difference below ten of the
    scale's steps calibrates nothing and says so."""
    groups: dict[tuple[str, str], list[WeighedLine]] = {}
    for line in lines:
        groups.setdefault((line.type, line.paper), []).append(line)
    found = []
    for (type_, paper), mine in sorted(groups.items()):
        mass, mm = sum(one.grams for one in mine), sum(one.mm for one in mine)
        why = _why_not(mass, mm, step_g)
        value = None if why else mass * 1e6 / mm
        found.append(Calibration(type_, paper, value, mass, mm, len(mine), why))
    return found


def _why_not(mass_g: float, mm: float, step_g: float) -> str:
    if mm <= 0:
        return "nothing was drawn between the weighings"
    if mass_g < STEPS_THAT_COUNT * step_g - 1e-9:
        return (
            f"{grams(round(mass_g, 4))} over {metres(mm)} is less than {STEPS_THAT_COUNT} steps of "
            f"the scale ({grams(step_g)}): weigh again after more sheets"
        )
    return ""
