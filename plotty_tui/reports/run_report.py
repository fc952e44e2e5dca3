"""One production run as a report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from plotty_tui.domain import figures, runs, values

from .cards import state_words
from .document import (
    CHANGE,
    COUNT,
    METRES,
    MONEY,
    PERCENT,
    SECONDS,
    Column,
    Document,
    Figure,
    Figures,
    Lines,
    Part,
    Table,
)


def run_report(run: Any, made_at: datetime, currency: str = "", studio: str = "") -> Document:
    """Everything about a run (a RunDetail): figures, designs, materials, sheets, causes, cost."""
    title = f"{run.name} {run.title}".strip()
    document = Document(title, _period(run), made_at, studio, currency=currency)
    document.parts = [_summary(run), _designs(run), _pens(run), _papers(run), _sheets(run)]
    document.parts += _variance(run) + _cost(run) + _history(run)
    return document


def _period(run: Any) -> str:
    words = [state_words(run), ", ".join(run.devices), run.client]
    if run.started_at:
        words.append(f"from {values.local_time(run.started_at)}")
    if run.ended_at:
        words.append(f"to {values.local_time(run.ended_at)}")
    return " · ".join(word for word in words if word)


def _summary(run: Any) -> Figures:
    return Figures(
        "Summary",
        [
            Figure("est_seconds", "Planned", run.estimated_seconds, SECONDS),
            Figure("seconds", "Machine time", run.seconds, SECONDS),
            Figure("time_percent", "Time against plan", run.time_variance_percent, CHANGE),
            Figure("human_seconds", "Operator time", run.human_seconds, SECONDS),
            Figure("est_ink", "Ink estimated", run.estimated_mm / 1000, METRES),
            Figure("ink", "Ink used", run.actual_mm / 1000, METRES),
            Figure("ink_percent", "Ink against plan", run.ink_variance_percent, CHANGE),
            Figure("success", "Success", run.success_percent, PERCENT, n=run.attempted),
            Figure(
                "quality", "Quality", run.quality, COUNT,
                note=runs.QUALITY_WORDS.get(run.quality, ""),
            ),
        ],
    )  # fmt: skip


def _designs(run: Any) -> Table:
    columns = [
        Column("design", "Design"), Column("copies", "Copies", COUNT),
        Column("good", "Good", COUNT), Column("second", "Second", COUNT),
        Column("failed", "Failed", COUNT), Column("cancelled", "Cancelled", COUNT),
    ]  # fmt: skip
    rows = [
        [one.name, one.copies, one.good, one.second, one.spoiled, one.cancelled]
        for one in run.items
    ]
    return Table("Designs", columns, rows)


def _pens(run: Any) -> Table:
    columns = [
        Column("pen", "Pen"), Column("name", "Name"), Column("est_m", "Estimated", METRES),
        Column("used_m", "Used", METRES), Column("primed_m", "Priming", METRES),
        Column("wasted_m", "Wasted", METRES), Column("percent", "Variance", CHANGE),
    ]  # fmt: skip
    rows = [
        [
            pen.code or "–", pen.name, _m(pen.estimated_mm), _m(pen.actual_mm), _m(pen.primed_mm),
            _m(pen.wasted_mm), figures.variance_percent(pen.actual_mm, pen.estimated_mm),
        ]
        for pen in run.pens
    ]  # fmt: skip
    return Table("Pens", columns, rows, empty="no ink")


def _m(mm: float | None) -> float | None:
    return None if mm is None else mm / 1000


def _papers(run: Any) -> Table:
    columns = [
        Column("paper", "Paper"), Column("used", "Sheets", COUNT),
        Column("wasted", "Wasted", COUNT),
    ]  # fmt: skip
    rows = [[one.name, one.used, one.wasted] for one in run.papers]
    return Table("Paper", columns, rows, empty="no paper of the stock")


def _sheets(run: Any) -> Table:
    columns = [
        Column("number", "No.", COUNT), Column("design", "Design"), Column("copy", "Copy", COUNT),
        Column("attempt", "Attempt", COUNT), Column("state", "Fate"), Column("device", "Plotter"),
        Column("seconds", "Machine", SECONDS), Column("reason", "Reason"),
    ]  # fmt: skip
    rows = [
        [
            number, one.name, one.copy, one.attempt, one.state, one.device or "–", one.seconds,
            one.reason.replace("_", " "),
        ]
        for number, one in enumerate(run.sheets, 1)
    ]  # fmt: skip
    return Table("Sheets", columns, rows)


def _variance(run: Any) -> list[Part]:
    if not run.settled or not run.causes:
        return []
    columns = [Column("cause", "Cause"), Column("ink_m", "Ink", METRES)]
    rows = [[one.name, one.amount / 1000] for one in run.causes if round(one.amount, -1)]
    total = sum(cause.amount for cause in run.causes) / 1000
    return [Table("Where the variance comes from", columns, rows, ["all", total])]


def _cost(run: Any) -> list[Part]:
    if run.cost is None or not run.cost.lines:
        return []
    columns = [
        Column("what", "What"), Column("amount", "Amount"), Column("money", "Cost", MONEY),
    ]  # fmt: skip
    rows = [[line.what, line.amount, line.money] for line in run.cost.lines]
    note = ""
    if run.cost.per_good_sheet is not None:
        note = f"a good sheet: {run.cost.per_good_sheet:.2f} {run.currency}".rstrip()
    if run.cost.not_counted:
        note = "; ".join(filter(None, [note, f"not counted: {', '.join(run.cost.not_counted)}"]))
    return [Table("Cost", columns, rows, ["all", "", run.cost.total], note=note)]


def _history(run: Any) -> list[Part]:
    lines = [f"{one['text']}: accepted, {one['reason']}" for one in run.accepted]
    lines += [
        f"{values.local_time(one.at)} {one.actor}: {one.field} {one.old} → {one.new} ({one.reason})"
        for one in run.corrections
    ]
    if run.replot_of:
        lines.append(f"replot of {runs.run_name(run.replot_of)}")
    lines += [f"drawn again in {runs.run_name(number)}" for number in run.replots]
    if run.notes:
        lines.append(run.notes)
    return [Lines("Notes and corrections", lines)] if lines else []
