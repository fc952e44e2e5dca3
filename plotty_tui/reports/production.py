"""The report of a day, a period, a client or a batch, from its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from plotty_tui.domain import sheets as fates
from plotty_tui.domain.orders import HAND_PEN

from .document import (
    CHANGE,
    COUNT,
    METRES,
    MONEY,
    NUMBER,
    PERCENT,
    RATING,
    SECONDS,
    Chart,
    Column,
    Document,
    Figure,
    Figures,
    Lines,
    Part,
    Picture,
    Pictures,
    Table,
)


@dataclass(frozen=True, slots=True)
class Sections:
    """What a report holds beside its summary and its jobs."""

    time: bool = True
    resources: bool = True
    cost: bool = True
    quality: bool = True
    pictures: bool = True


def production_report(
    title: str,
    period: str,
    made_at: datetime,
    figures: Any,
    sections: Sections = Sections(),
    pictures: Sequence[tuple[str, str]] = (),
    currency: str = "",
    studio: str = "",
) -> Document:
    """The report of `figures` (a PeriodFigures); `pictures` are (caption, SVG)."""
    document = Document(title, period, made_at, studio, currency=currency)
    document.parts = [summary(figures), jobs_table(figures)]
    if sections.time:
        document.parts += time_parts(figures)
    if sections.resources:
        document.parts += resource_parts(figures)
    if sections.quality:
        document.parts += quality_parts(figures)
    if sections.cost:
        document.parts += cost_parts(figures)
    document.parts = [one for one in document.parts if not _is_empty_chart(one)]
    if sections.pictures and pictures:
        shown = [Picture(caption, svg) for caption, svg in pictures]
        document.parts.append(Pictures("Designs", shown))
    return document


def _is_empty_chart(part: Part) -> bool:
    return isinstance(part, Chart) and not any(part.values)


def summary(found: Any) -> Figures:
    """The dozen figures that a studio looks at first."""
    group = found.sheets
    cost = found.cost
    return Figures(
        "Summary",
        [
            Figure("good", "Good sheets", group.good, COUNT, n=group.attempted),
            Figure("spoiled", "Spoiled sheets", group.spoiled, COUNT, n=group.attempted),
            Figure("success", "Success", group.success_percent, PERCENT, n=group.attempted),
            Figure(
                "first_pass", "First-pass yield", group.first_pass_percent, PERCENT, n=group.copies
            ),
            Figure("replots", "Replot rate", group.replot_percent, PERCENT, n=group.copies),
            Figure("ink", "Ink drawn", group.ink_mm / 1000, METRES),
            Figure("machine", "Machine time", group.seconds, SECONDS),
            Figure("human", "Operator time", group.human_seconds, SECONDS),
            Figure(
                "variance", "Time against plan", group.time_percent, CHANGE,
                n=group.sheets - group.spoiled,
            ),
            Figure("quality", "Quality", found.quality, RATING, n=found.rated),
            Figure("on_time", "On time", found.on_time_percent, PERCENT, n=found.due),
            Figure(
                "cost_good", "Cost of a good sheet",
                cost.per_good_sheet if cost else None, MONEY,
                note="not all is priced" if cost and cost.not_counted else "",
            ),
        ],
    )  # fmt: skip


def jobs_table(found: Any) -> Table:
    """What was made, a line for each job."""
    columns = [
        Column("job", "Job"), Column("good", "Good", COUNT), Column("second", "Second", COUNT),
        Column("spoiled", "Spoiled", COUNT), Column("drawn", "No verdict", COUNT),
        Column("success_percent", "Success", PERCENT), Column("seconds", "Machine", SECONDS),
        Column("time_percent", "Against plan", CHANGE), Column("ink_m", "Ink", METRES),
    ]  # fmt: skip
    rows = [_job_row(one) for one in found.jobs]
    totals = _job_row(found.sheets)
    totals[0] = "all"
    return Table("Jobs", columns, rows, totals if len(rows) > 1 else ())


def _job_row(one: Any) -> list[Any]:
    return [
        one.name, one.good, one.second, one.spoiled, one.drawn, one.success_percent, one.seconds,
        one.time_percent, one.ink_mm / 1000,
    ]  # fmt: skip


def time_parts(found: Any) -> list[Part]:
    """Where the time went: planned, drawing, waiting for a person, faults; sheets over time."""
    group = found.sheets
    parts: list[Part] = [
        Figures(
            "Time",
            [
                Figure("planned", "Planned for these sheets", group.est_seconds, SECONDS),
                Figure("made", "Taken by them", group.made_seconds, SECONDS),
                Figure("lost", "On spoiled sheets", group.seconds - group.made_seconds, SECONDS),
                Figure("human", "Operator", group.human_seconds, SECONDS),
                *_studio_time(found),
            ],
        )
    ]
    if found.times:
        columns = [
            Column("plotter", "Plotter"), Column("drawing", "Drawing", SECONDS),
            Column("waiting", "Waiting", SECONDS), Column("fault", "Fault", SECONDS),
            Column("idle", "Idle", SECONDS), Column("uptime_percent", "Uptime", PERCENT),
        ]  # fmt: skip
        rows = [
            [one.name, one.drawing, one.waiting, one.fault, one.idle, one.uptime_percent]
            for one in found.times
        ]
        parts.append(Table("Plotters' time", columns, rows))
    parts.append(over_time(found))
    return parts


def _studio_time(found: Any) -> list[Figure]:
    """What is the whole studio's, not a client's or a batch's."""
    if found.client or found.batch:
        return []
    return [
        Figure("waiting", "Plotters waited", found.waiting_seconds, SECONDS),
        Figure("changes", "Pens put in", found.pen_changes, COUNT),
    ]


def over_time(found: Any) -> Chart:
    """Good sheets by day; by hour where the period is one day."""
    days = [date.fromisoformat(one.name) for one in found.days]
    if len(days) > 1:
        good = {one.name: one.good for one in found.days}
        span = [days[0] + timedelta(days=k) for k in range((days[-1] - days[0]).days + 1)]
        return Chart(
            "Good sheets by day",
            [f"{day.day} {day:%b}" for day in span],
            [float(good.get(day.isoformat(), 0)) for day in span],
            unit="sheets",
        )
    return Chart(
        "Good sheets by hour",
        [f"{one.name}:00" for one in found.hours],
        [float(one.good) for one in found.hours],
        unit="sheets",
    )


def resource_parts(found: Any) -> list[Part]:
    """Pens, paper, plotters."""
    pens = [[row.code, row.name, row.mm / 1000, row.sheets, row.spoiled] for row in found.pens]
    papers = [[row.name, row.used, row.wasted] for row in found.papers]
    plotters = [
        [one.name, one.sheets, one.good, one.spoiled, one.seconds, one.ink_mm / 1000]
        for one in found.devices
    ]
    put_in = {row.device: row.number for row in found.hands if row.kind == HAND_PEN}
    return [
        Table(
            "Pens",
            [Column("pen", "Pen"), Column("name", "Name"), Column("ink_m", "Ink", METRES),
             Column("sheets", "Sheets", COUNT), Column("spoiled", "Spoiled", COUNT)],
            pens,
        ),
        Chart(
            "Ink per pen", [row.code for row in found.pens],
            [row.mm / 1000 for row in found.pens], unit="m",
        ),
        Table(
            "Paper",
            [Column("paper", "Paper"), Column("used", "Used", COUNT),
             Column("wasted", "Wasted", COUNT)],
            papers,
        ),
        Table(
            "Plotters",
            [Column("plotter", "Plotter"), Column("sheets", "Sheets", COUNT),
             Column("good", "Good", COUNT), Column("spoiled", "Spoiled", COUNT),
             Column("seconds", "Machine", SECONDS), Column("ink_m", "Ink", METRES),
             Column("pens_put_in", "Pens put in", COUNT)],
            [[*row, put_in.get(row[0], 0)] for row in plotters],
        ),
    ]  # fmt: skip


def quality_parts(found: Any) -> list[Part]:
    """Success, ratings, and why sheets were spoiled."""
    group = found.sheets
    return [
        Figures(
            "Quality",
            [
                Figure("success", "Success", group.success_percent, PERCENT, n=group.attempted),
                Figure("seconds", "Seconds", group.second, COUNT, n=group.attempted),
                Figure("stars", "Own rating (1-5)", found.quality, RATING, n=found.rated),
                Figure(
                    "client", "Client's rating (1-5)", found.client_rating, RATING,
                    n=found.client_rated,
                ),
            ],
        ),
        Table(
            "Why sheets were spoiled",
            [Column("reason", "Reason"), Column("cause", "Cause"),
             Column("sheets", "Sheets", COUNT), Column("percent", "Share", PERCENT)],
            [
                [reason.replace("_", " "), fates.REASONS.get(reason, "other"), number,
                 number / group.spoiled * 100]
                for reason, number in found.reasons
            ],
            empty="no sheet was spoiled",
        ),
    ]  # fmt: skip


def cost_parts(found: Any) -> list[Part]:
    """The cost, line by line; of runs that were begun in the period."""
    if found.cost is None:
        return []
    cost = found.cost
    rows = [[line.what, line.amount, line.money] for line in cost.lines]
    parts: list[Part] = [
        Table(
            "Cost of the runs that were begun",
            [Column("what", "What"), Column("amount", "Amount"), Column("money", "Cost", MONEY)],
            rows,
            ["all", "", cost.total] if rows else (),
            empty="nothing that has a price",
        ),
        Figures(
            "Cost of a good sheet",
            [
                Figure("per_good", "A good sheet", cost.per_good_sheet, MONEY, n=cost.good),
                Figure("good", "Good sheets of these runs", cost.good, COUNT),
            ],
        ),
    ]
    if not cost.good and cost.total:
        parts.append(Lines("Loss", ["No good sheet came of it: all of it is a loss."]))
    if cost.not_counted:
        lines = [f"{what}: no price is set" for what in cost.not_counted]
        lines.append("prices: plotty config prices, plotty pen edit, plotty paper edit")
        parts.append(Lines("Not counted", lines))
    return parts


def variance_report(period: str, made_at: datetime, stats: Any, currency: str = "") -> Document:
    """Estimated against actual by design, plotter and pen; `stats` is a RunStats."""
    columns = [
        Column("name", "Name"), Column("runs", "Runs", COUNT),
        Column("est_seconds", "Planned", SECONDS), Column("seconds", "Taken", SECONDS),
        Column("time_percent", "Time", CHANGE), Column("time_band", "Band"),
        Column("ink_m", "Ink", METRES), Column("ink_percent", "Ink", CHANGE),
        Column("ink_band", "Band"),
    ]  # fmt: skip
    document = Document("Variance report", period, made_at, currency=currency)
    document.parts.append(
        Figures(
            "Summary",
            [
                Figure("time", "Time", stats.time_percent, CHANGE, n=stats.time_runs),
                Figure("ink", "Ink", stats.ink_percent, CHANGE, n=stats.ink_runs),
                Figure("runs", "Runs", stats.runs, COUNT),
                Figure("quality", "Quality", stats.quality, NUMBER, n=stats.rated),
            ],
        )
    )
    for title, shares in (
        ("By design", stats.designs), ("By plotter", stats.devices), ("By pen", stats.pens),
        ("By month", stats.months),
    ):  # fmt: skip
        rows = [
            [one.name, one.runs, one.est_seconds or None, one.seconds or None, one.time_percent,
             one.time_band or "–", one.ink_m, one.ink_percent, one.ink_band or "–"]
            for one in shares
        ]  # fmt: skip
        document.parts.append(Table(title, columns, rows))
    if stats.proposals:
        lines = [
            f"{one.design}: {one.figure} was off by "
            + ", ".join(f"{percent:+.1f} %" for percent in one.percents)
            + f"; estimates times {one.factor:.3f}: {one.command}"
            for one in stats.proposals
        ]
        document.parts.append(Lines("New figures proposed", lines))
    return document
