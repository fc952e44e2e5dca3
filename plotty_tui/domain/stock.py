"""Whether what is wanted is there: needs summed, set against what is left and who holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .runs import run_name
from .values import metres, plural


@dataclass(frozen=True, slots=True)
class Need:
    """What one row of a run's materials wants: mm of a pen, or sheets of a paper."""

    label: str
    pen: int | None = None
    paper: int | None = None
    mm: float = 0.0
    sheets: int = 0


@dataclass(frozen=True, slots=True)
class Holder:
    """An open run that holds mm of a pen, or sheets of a paper."""

    run: int
    amount: float


def pen_shortage(
    code: str, left_mm: float, needs: Sequence[Need], holders: Sequence[Holder], copies: int = 1
) -> list[str]:
    """The sentence that says what one pen lacks for these rows, or nothing. The rows are summed;
    the runs that hold the rest are named."""
    wanted = sum(need.mm for need in needs)
    free = left_mm - sum(holder.amount for holder in holders)
    if wanted <= free + 0.5:
        return []
    each = wanted / copies if copies else wanted
    fewer = max(0, int(free / each)) if each > 0 else 0
    cure = f" or reduce the copies to {fewer}" if 0 < fewer < copies else ""
    return [
        f"pen {code} has {metres(max(0.0, left_mm))} left{_held_mm(holders)}; "
        f"{_rows(needs)} {metres(wanted)}: add a second pen{cure}"
    ]


def _rows(needs: Sequence[Need]) -> str:
    if len(needs) == 1:
        return "this run needs"
    parts = " and ".join(f"{need.label} ({metres(need.mm)})" for need in needs)
    return f"{parts} together need"


def _held_mm(holders: Sequence[Holder]) -> str:
    words = [f"{run_name(one.run)} holds {metres(one.amount)}" for one in holders]
    return f", of which {' and '.join(words)}" if words else ""


def paper_shortage(
    name: str, stock: int, needs: Sequence[Need], holders: Sequence[Holder]
) -> list[str]:
    """The sentence that says how many sheets are missing, or nothing."""
    wanted = sum(need.sheets for need in needs)
    held = round(sum(holder.amount for holder in holders))
    if wanted + held <= stock:
        return []
    words = [f"{run_name(one.run)} holds {one.amount:.0f}" for one in holders]
    who = f" ({' and '.join(words)})" if words else ""
    return [
        f"paper {name} has {plural(stock, 'sheet')}; this run and the open ones need "
        f"{wanted + held}{who}: plotty paper receive {name} {wanted + held - stock}"
    ]


# When stock is low -------------------------------------------------------------------------------

ANY_KIND = "*"


@dataclass(frozen=True, slots=True)
class StockSettings:
    """How the stock is watched. `low_mm` gives, by kind of pen (`*`: every other), the metres below
    which it is low; a kind without one is low below `low_percent` of a pen's life. `hours_per_day`
    is what the plotters draw a day, for the day on which something ends."""

    scale_step_g: float = 0.1
    low_percent: float = 10.0
    low_mm: Mapping[str, float] = field(default_factory=dict)
    hours_per_day: float = 6.0

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "low_mm": dict(self.low_mm)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> StockSettings:
        known = {one.name for one in fields(cls)}
        return cls(**{key: value for key, value in data.items() if key in known})

    def low_limit_mm(self, kind: str, life_mm: float | None) -> float | None:
        """Below so many mm a pen of this kind is low; None when nothing says so."""
        for name in (kind.strip().casefold(), ANY_KIND):
            if name in self.low_mm:
                return self.low_mm[name]
        return None if life_mm is None else life_mm * self.low_percent / 100

    def is_low(self, kind: str, life_mm: float | None, free_mm: float | None) -> bool:
        """Whether so much of a pen that nobody holds yet is low."""
        limit = self.low_limit_mm(kind, life_mm)
        return free_mm is not None and limit is not None and free_mm < limit


def paper_is_low(free: float, reorder_point: int | None) -> bool:
    """Whether so many sheets that nobody holds yet are low: at the reorder point, or none."""
    return free <= (reorder_point or 0)
