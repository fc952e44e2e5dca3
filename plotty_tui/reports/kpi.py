"""Key figures: how the studio stands, against the period before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from .document import (
    CHANGE,
    COUNT,
    METRES,
    MONEY,
    PERCENT,
    RATING,
    SECONDS,
    TEXT,
    Column,
    Document,
    Figure,
    Figures,
    Lines,
    Part,
    Table,
)

# Key, label, kind, value of a PeriodFigures, over how many (None: not a rate).
Value = Callable[[Any], Any]
KPIS: tuple[tuple[str, str, str, Value, Value | None], ...] = (
    ("good", "Good sheets", COUNT, lambda f: f.sheets.good, lambda f: f.sheets.attempted),
    ("success", "Success", PERCENT, lambda f: f.sheets.success_percent,
     lambda f: f.sheets.attempted),
    ("first_pass", "First-pass yield", PERCENT, lambda f: f.sheets.first_pass_percent,
     lambda f: f.sheets.copies),
    ("replots", "Replot rate", PERCENT, lambda f: f.sheets.replot_percent,
     lambda f: f.sheets.copies),
    ("spoiled", "Spoiled sheets", COUNT, lambda f: f.sheets.spoiled, lambda f: f.sheets.attempted),
    ("ink_m", "Ink drawn", METRES, lambda f: f.sheets.ink_mm / 1000, None),
    ("machine_seconds", "Machine time", SECONDS, lambda f: f.sheets.seconds, None),
    ("operator_seconds", "Operator time", SECONDS, lambda f: f.sheets.human_seconds, None),
    ("pens_put_in", "Pens put in", COUNT, lambda f: f.pen_changes, None),
    ("time_variance", "Time against plan", CHANGE, lambda f: f.sheets.time_percent,
     lambda f: f.sheets.sheets - f.sheets.spoiled),
    ("quality", "Quality (1-5)", RATING, lambda f: f.quality, lambda f: f.rated),
    ("on_time", "On time", PERCENT, lambda f: f.on_time_percent, lambda f: f.due),
    ("cost_good", "Cost of a good sheet", MONEY,
     lambda f: f.cost.per_good_sheet if f.cost else None, lambda f: f.cost.good if f.cost else 0),
)  # fmt: skip

# What has a value for every day.
_TRENDS: dict[str, Callable[[Any], float | None]] = {
    "good": lambda day: day.good,
    "success": lambda day: day.success_percent,
    "first_pass": lambda day: day.first_pass_percent,
    "replots": lambda day: day.replot_percent,
    "spoiled": lambda day: day.spoiled,
    "ink_m": lambda day: day.ink_mm / 1000,
    "machine_seconds": lambda day: day.seconds,
    "operator_seconds": lambda day: day.human_seconds,
    "time_variance": lambda day: day.time_percent,
}


def kpi_figures(
    now: Any, before: Any = None, days: Sequence[Any] = (), span: Sequence[date] = ()
) -> list[Figure]:
    """The dozen figures of a period (PeriodFigures), with those before it, and over the days of
    `span` where `days` (sheet groups by day) are given."""
    by_day = {one.name: one for one in days}
    found = []
    for key, label, kind, value, number in KPIS:
        trend: list[float | None] = []
        if span and key in _TRENDS:
            groups = [by_day.get(day.isoformat()) for day in span]
            trend = [None if one is None else _TRENDS[key](one) for one in groups]
        found.append(
            Figure(
                key, label, value(now), kind,
                n=number(now) if number else None,
                before=value(before) if before is not None else None,
                trend=trend,
            )
        )  # fmt: skip
    return found


def kpi_dashboard(
    period: str, made_at: datetime, figures: Sequence[Figure], currency: str = ""
) -> Document:
    """One screen of key figures."""
    document = Document("Key figures", period, made_at, currency=currency)
    document.parts.append(Figures("The studio", list(figures)))
    return document


def kpi_resources(
    period: str,
    made_at: datetime,
    found: Any,
    hours_per_day: float,
    days: int,
    wanted: Sequence[str],
    currency: str = "",
) -> Document:
    """Use of plotters, pens and paper, cost of a good sheet, waste by cause: the parts named in
    `wanted` (utilization, cost, waste)."""
    document = Document("Resources", period, made_at, currency=currency)
    if "utilization" in wanted:
        document.parts += _utilization(found, hours_per_day, days)
    if "cost" in wanted:
        document.parts += _unit_cost(found)
    if "waste" in wanted:
        document.parts += _waste(found)
    return document


def _utilization(found: Any, hours_per_day: float, days: int) -> list[Part]:
    there = hours_per_day * days * 3600
    rows = [
        [
            one.name, one.drawing, one.waiting, one.fault, there,
            one.drawing / there * 100 if there else None,
        ]
        for one in found.times
    ]  # fmt: skip
    columns = [
        Column("plotter", "Plotter"), Column("drawing", "Drawing", SECONDS),
        Column("waiting", "Waiting", SECONDS), Column("fault", "Fault", SECONDS),
        Column("available", "Hours there", SECONDS), Column("utilization", "Used", PERCENT),
    ]  # fmt: skip
    note = f"{hours_per_day:g} h a day on {days} days with work: plotty config stock"
    pens = [[row.code, row.name, row.mm / 1000, row.sheets] for row in found.pens]
    return [
        Table("Plotters", columns, rows, note=note),
        Table(
            "Pens",
            [Column("pen", "Pen"), Column("name", "Name"), Column("ink_m", "Ink", METRES),
             Column("sheets", "Sheets", COUNT)],
            pens,
        ),
        Table(
            "Paper",
            [Column("paper", "Paper"), Column("used", "Used", COUNT),
             Column("wasted", "Wasted", COUNT), Column("share", "Wasted", PERCENT)],
            [[row.name, row.used, row.wasted, row.wasted / row.used * 100 if row.used else None]
             for row in found.papers],
        ),
    ]  # fmt: skip


def _unit_cost(found: Any) -> list[Part]:
    cost = found.cost
    if cost is None:
        return []
    good = cost.good
    rows = [
        [line.what, line.amount, line.money,
         line.money / good if good and line.money is not None else None]
        for line in cost.lines
    ]  # fmt: skip
    parts: list[Part] = [
        Table(
            "Cost",
            [Column("what", "What"), Column("amount", "Amount", TEXT),
             Column("money", "All", MONEY), Column("each", "A good sheet", MONEY)],
            rows,
            ["all", f"{good} good", cost.total, cost.per_good_sheet] if rows else (),
            empty="nothing that has a price",
        )
    ]  # fmt: skip
    if cost.not_counted:
        parts.append(Lines("Not priced", list(cost.not_counted)))
    return parts


def _waste(found: Any) -> list[Part]:
    from plotty_tui.domain.sheets import REASONS

    causes: dict[str, int] = {}
    for reason, number in found.reasons:
        cause = REASONS.get(reason, "other")
        causes[cause] = causes.get(cause, 0) + number
    group = found.sheets
    rows = [
        [cause, number, number / group.spoiled * 100 if group.spoiled else None]
        for cause, number in sorted(causes.items(), key=lambda one: -one[1])
    ]
    return [
        Figures(
            "Waste",
            [
                Figure("spoiled", "Spoiled sheets", group.spoiled, COUNT, n=group.attempted),
                Figure("proofs", "Proofs", group.proof, COUNT, n=group.sheets),
                Figure("ink", "Ink on them", (group.ink_mm - group.made_mm) / 1000, METRES),
                Figure("time", "Machine time on them", group.seconds - group.made_seconds, SECONDS),
                Figure("priming", "Priming and tests", found.primed_mm / 1000, METRES),
            ],
        ),
        Table(
            "Spoiled by cause",
            [Column("cause", "Cause"), Column("sheets", "Sheets", COUNT),
             Column("share", "Share", PERCENT)],
            rows,
            empty="no sheet was spoiled",
        ),
    ]  # fmt: skip
