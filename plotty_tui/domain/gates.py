"""Quality gates, judged: what is reached, over how many sheets, and whether that holds work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .figures import replot_percent, success_percent
from .limits import QualityGates

OK, BREACH, TOO_FEW = "ok", "breach", "too_few"
SUCCESS, REPLOTS, SATISFACTION = "success", "replots", "satisfaction"


@dataclass(frozen=True, slots=True)
class Judged:
    """Counts that gates are judged by: of attempted sheets, and the stars clients gave (`rated` are
    the sheets of the runs that were rated)."""

    good: int = 0
    attempted: int = 0
    copies: int = 0
    stars: float | None = None
    rated: int = 0


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate as it stands: `value` against `limit`, over `sheets`. `scope` is a client's name
    where it is about one."""

    name: str
    state: str
    value: float | None
    limit: float
    sheets: int
    needed: int
    scope: str = ""

    def __str__(self) -> str:
        """`success 90.0 % is below 98 % (n 20)`."""
        of = f"{self.name} of {self.scope}" if self.scope else self.name
        if self.state == TOO_FEW:
            return f"{of}: not enough sheets ({self.sheets} of {self.needed})"
        unit = "" if self.name == SATISFACTION else " %"
        value = "no data" if self.value is None else f"{self.value:.1f}{unit}"
        limit = f"{self.limit:g}{unit}"
        beyond = "above" if self.name == REPLOTS else "below"
        verdict = f"is {beyond} {limit}" if self.state == BREACH else f"keeps {limit}"
        return f"{of} {value} {verdict} (n {self.sheets})"


def judge(gates: QualityGates, judged: Judged, scope: str = "") -> list[Gate]:
    """Every gate that is set."""
    found = []
    wanted: Iterable[tuple[str, float | None, float | None, int]] = (
        (SUCCESS, gates.min_success_rate,
         success_percent(judged.good, judged.attempted), judged.attempted),
        (REPLOTS, gates.max_replot_rate,
         replot_percent(judged.attempted, judged.copies), judged.attempted),
        (SATISFACTION, gates.min_customer_satisfaction, judged.stars, judged.rated),
    )  # fmt: skip
    for name, limit, value, sheets in wanted:
        if limit is None:
            continue
        if sheets < gates.min_sheets or value is None:
            state = TOO_FEW
        else:
            broken = value > limit if name == REPLOTS else value < limit
            state = BREACH if broken else OK
        found.append(Gate(name, state, value, limit, sheets, gates.min_sheets, scope))
    return found
