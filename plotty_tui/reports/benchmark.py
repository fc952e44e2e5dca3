"""The studio against the period before, its best period and a reference."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from plotty_tui.domain.benchmarks import Reference, best, is_better

from .document import (
    CHANGE,
    COUNT,
    MIXED,
    PERCENT,
    POINTS,
    RATE,
    Column,
    Figure,
    Lines,
    Part,
    Table,
    Value,
    shown,
)
from .kpi import KPIS, kpi_figures

# What the figures of sheets alone tell, and so what every stretch of the past has.
_OF_SHEETS = frozenset(
    {"good", "success", "first_pass", "replots", "spoiled", "time_variance", "good_per_hour"}
)
# Rates say little over few sheets.
_RATES = frozenset({"success", "first_pass", "replots", "time_variance", "good_per_hour"})
PER_HOUR = "good_per_hour"
METRICS = (*(key for key, *_ in KPIS), PER_HOUR)


def compared_figures(found: Any) -> list[Figure]:
    """The key figures of a period, and good sheets by hour that was occupied."""
    group = found.sheets
    hours = (group.seconds + group.human_seconds) / 3600
    each = group.good / hours if hours else None
    return [*kpi_figures(found), Figure(PER_HOUR, "Good sheets an hour", each, RATE, n=group.good)]


def changed(new: Figure, old: Figure) -> tuple[float | None, float | None]:
    """The change in percent of the old value, or for what is in percent itself, in points."""
    if new.value is None or old.value is None:
        return None, None
    if new.kind in (PERCENT, CHANGE):
        return None, new.value - old.value
    return ((new.value - old.value) / old.value * 100 if old.value else None), None


def verdict(new: Figure, old: Figure) -> str:
    """`better`, `worse`, or nothing where it is the same or neither."""
    if new.value is None or old.value is None or 0 in (new.n, old.n):
        return ""
    if shown(new.value, new.kind) == shown(old.value, old.kind):
        return ""
    better = is_better(new.key, new.value, old.value)
    return "" if better is None else "better" if better else "worse"


def comparison(
    now: Any,
    before: Any,
    windows: Sequence[tuple[date, Any]],
    days: int,
    enough: int,
    reference: Reference | None,
    wants_reference: bool,
) -> list[Part]:
    """The table, and what it lacks. `windows` are stretches as long as the period, by their first
    day."""
    columns = [
        Column("metric", "Metric"), Column("now", "Now", MIXED), Column("n", "n", COUNT),
        Column("before", "Before", MIXED), Column("n_before", "n", COUNT),
        Column("change_percent", "Change", CHANGE), Column("change_points", "Points", POINTS),
        Column("verdict", ""), Column("best", f"Best {days} days", MIXED),
        Column("best_from", "From"),
    ]  # fmt: skip
    if wants_reference:
        columns.append(Column("reference", "Reference", MIXED))
    past = {key: _best(key, windows, enough) for key in METRICS}
    rows = []
    for new, old in zip(compared_figures(now), compared_figures(before), strict=True):
        top = past[new.key]
        row = [
            new.label, Value(new.value, new.kind), new.n, Value(old.value, old.kind), old.n,
            *changed(new, old), verdict(new, old), Value(top[1] if top else None, new.kind),
            top[0].isoformat() if top else "",
        ]  # fmt: skip
        if wants_reference:
            given = reference.figures.get(new.key) if reference else None
            row.append(Value(given, new.kind))
        rows.append(row)
    lines = _remarks(windows, days, enough, reference, wants_reference)
    return [Table("By metric", columns, rows), *([Lines("To read it", lines)] if lines else [])]


def _best(key: str, windows: Sequence[tuple[date, Any]], enough: int) -> tuple[date, float] | None:
    if key not in _OF_SHEETS or key == "spoiled":
        return None
    least = enough if key in _RATES else 1
    judged = [(day, found) for day, found in windows if found.sheets.attempted >= least]
    return best(key, ((day, _value(key, found)) for day, found in judged))


def _value(key: str, found: Any) -> float | None:
    if key == PER_HOUR:
        value: float | None = compared_figures(found)[-1].value
        return value
    return next(value(found) for name, _, _, value, _ in KPIS if name == key)


def _remarks(
    windows: Sequence[tuple[date, Any]],
    days: int,
    enough: int,
    reference: Reference | None,
    wants_reference: bool,
) -> list[str]:
    lines = []
    if not windows:
        lines.append(f"the books are shorter than {days} days: there is no best stretch yet")
    elif not any(found.sheets.attempted >= enough for _, found in windows):
        most = max(found.sheets.attempted for _, found in windows)
        lines.append(f"no best rates: not enough sheets ({most} of {enough})")
    if wants_reference and reference is None:
        lines.append(
            "no reference: there are no public figures of plotter studios; name a file of your "
            "own: plotty config benchmark --reference FILE"
        )
    elif wants_reference and reference is not None:
        lines.append(f"reference: {reference.name}")
    return lines
