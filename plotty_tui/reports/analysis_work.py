"""Analyses of plotters, and of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from plotty_tui.domain.values import local_time

from .document import (
    CHANGE,
    COUNT,
    METRES,
    PERCENT,
    RATE,
    SECONDS,
    Column,
    Figure,
    Figures,
    Lines,
    Part,
    Table,
)

# Plotters ----------------------------------------------------------------------------------------


def uptime_table(times: Sequence[Any]) -> Table:
    """How each plotter spent its time."""
    columns = [
        Column("plotter", "Plotter"), Column("drawing", "Drawing", SECONDS),
        Column("waiting", "Waiting", SECONDS), Column("fault", "Fault", SECONDS),
        Column("idle", "Idle", SECONDS), Column("drawing_percent", "Drawing", PERCENT),
        Column("uptime_percent", "Uptime", PERCENT),
    ]  # fmt: skip
    rows = [
        [
            one.name, one.drawing, one.waiting, one.fault, one.idle,
            one.drawing / (one.occupied + one.idle) * 100 if one.occupied + one.idle else None,
            one.uptime_percent,
        ]
        for one in times
    ]  # fmt: skip
    note = "of the time switched on; uptime: not in fault" if rows else ""
    return Table("Uptime", columns, rows, note=note, empty="no plotter was switched on")


def fault_table(found: Sequence[Any]) -> Table:
    """Faults by plotter, by hour drawn and by lifts."""
    columns = [
        Column("plotter", "Plotter"), Column("faults", "Faults", COUNT),
        Column("hours", "Hours drawn", RATE), Column("per_hour", "Per hour", RATE),
        Column("lifts", "Lifts", COUNT), Column("per_1000_lifts", "Per 1000 lifts", RATE),
        Column("kinds", "What it was"),
    ]  # fmt: skip
    rows = [
        [one.name, one.faults, one.hours, one.per_hour, one.lifts, one.per_1000_lifts,
         ", ".join(f"{kind} {number}" for kind, number in one.kinds.items())]
        for one in found
    ]  # fmt: skip
    totals: Sequence[Any] = ()
    if len(found) > 1:
        faults, hours = sum(one.faults for one in found), sum(one.hours for one in found)
        lifts = sum(one.lifts for one in found)
        totals = ["all", faults, hours, faults / hours if hours else None, lifts,
                  faults / lifts * 1000 if lifts else None, ""]  # fmt: skip
    return Table("Error rates", columns, rows, totals)


def service_parts(found: Sequence[Any]) -> list[Part]:
    """When each plotter wants its service, the first one first."""
    columns = [
        Column("plotter", "Plotter"), Column("next_service", "Next service"),
        Column("limit", "By"), Column("used_percent", "Used up", PERCENT),
        Column("drawn_m", "Drawn since", METRES), Column("lifts", "Lifts", COUNT),
        Column("hours", "Hours", RATE), Column("m_per_day", "A day", METRES),
        Column("last_service", "Last service"),
    ]  # fmt: skip
    ordered = sorted(found, key=lambda one: (_day(one), one.name))
    rows = [
        [
            one.name, _when(one), one.next.limit if one.next else "",
            one.next.percent if one.next else None, one.since.drawn_mm / 1000, one.since.lifts,
            one.since.seconds / 3600, one.per_day.drawn_mm / 1000,
            local_time(one.last) if one.last else "",
        ]
        for one in ordered
    ]  # fmt: skip
    lines = [
        f"{one.name} has no limits: plotty device edit {one.name} --service '500m, 40h'"
        for one in found
        if one.next is None
    ]
    lines += [
        f"{one.name} is due for service: plotty device service {one.name} --log 'what was done'"
        for one in found
        if one.next and one.next.percent >= 100
    ]
    empty = "no plotter is set up: plotty device add NAME --model v3"
    parts: list[Part] = [Table("Maintenance", columns, rows, empty=empty)]
    return [*parts, Lines("To do", lines)] if lines else parts


def _day(one: Any) -> date:
    return one.next.day if one.next and one.next.day else date.max


def _when(one: Any) -> str:
    if one.next is None:
        return "no limits"
    if one.next.percent >= 100:
        return "due now"
    return one.next.day.isoformat() if one.next.day else "not in sight"


# A batch -----------------------------------------------------------------------------------------


def batch_parts(found: Any, trends: bool, improvements: bool) -> list[Part]:
    """Figures of a batch; by day with `trends`; where it lost and what to do with
    `improvements`."""
    parts: list[Part] = [_batch_summary(found.figures, trends)]
    if trends:
        parts.append(_days_table(found.figures))
    if improvements:
        parts += _loss_parts(found)
    return parts


def _batch_summary(figures: Any, trends: bool) -> Figures:
    group = figures.sheets
    days = figures.days if trends and len(figures.days) > 1 else []
    return Figures(
        "Summary",
        [
            Figure("good", "Good sheets", group.good, COUNT, n=group.attempted,
                   trend=[one.good for one in days]),
            Figure("success", "Success", group.success_percent, PERCENT, n=group.attempted,
                   trend=[one.success_percent for one in days]),
            Figure("sheets_per_hour", "Sheets an hour", per_hour(group), RATE, n=group.sheets,
                   trend=[per_hour(one) for one in days]),
            Figure("time_variance", "Time against plan", group.time_percent, CHANGE,
                   n=group.sheets - group.spoiled, trend=[one.time_percent for one in days]),
            Figure("machine_seconds", "Machine time", group.seconds, SECONDS),
            Figure("operator_seconds", "Operator time", group.human_seconds, SECONDS),
        ],
    )  # fmt: skip


def per_hour(group: Any) -> float | None:
    """Sheets by hour of machine and operator."""
    occupied = group.seconds + group.human_seconds
    return group.sheets / occupied * 3600 if occupied else None


def _days_table(figures: Any) -> Table:
    columns = [
        Column("day", "Day"), Column("sheets", "Sheets", COUNT),
        Column("sheets_per_hour", "An hour", RATE), Column("good", "Good", COUNT),
        Column("spoiled", "Spoiled", COUNT), Column("success_percent", "Success", PERCENT),
        Column("seconds", "Machine", SECONDS), Column("time_percent", "Time against plan", CHANGE),
        Column("ink_percent", "Ink against plan", CHANGE),
    ]  # fmt: skip
    rows = [
        [
            one.name, one.sheets, per_hour(one), one.good, one.spoiled, one.success_percent,
            one.seconds, one.time_percent, one.ink_percent,
        ]
        for one in figures.days
    ]  # fmt: skip
    return Table("By day", columns, rows, empty="no sheet of it is drawn yet")


def _loss_parts(found: Any) -> list[Part]:
    rows = [[one.what, one.number, one.seconds, one.sheets or None] for one in found.losses]
    columns = [
        Column("what", "What"), Column("number", "Times", COUNT),
        Column("seconds", "Time", SECONDS), Column("sheets", "Sheets", COUNT),
    ]  # fmt: skip
    lines = [str(one) for one in found.savings]
    return [
        Table("Where it lost", columns, rows, empty="nothing was lost"),
        Lines("Improvements", lines or ["none that would have saved a minute or a sheet"]),
    ]
