"""The result card of a production run, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plotty_tui.domain import figures, runs, values
from plotty_tui.domain.figures import Cause
from plotty_tui.domain.order_words import device_words, order_words


def result_card(run: Any) -> list[str]:
    """What a run came to: copies, ink, paper, time, quality. `run` is a RunDetail."""
    title = f"Production Run #{run.number} - {state_words(run)}"
    lines = [title, "─" * len(title), "Designs:"]
    lines += [f"  {_item_line(item, run.state)}" for item in run.items]
    lines += ["", "Ink:"]
    lines += [f"  {line}" for line in _ink_lines(run)]
    used = [paper for paper in run.papers if paper.used or run.settled]
    if used:
        lines += ["", "Paper:"]
        lines += [f"  {_paper_line(paper)}" for paper in used]
    lines += ["", "Time:"]
    lines += [f"  {line}" for line in _time_lines(run)]
    lines += variance_report(run)
    lines.append("")
    if run.quality is not None:
        words = runs.QUALITY_WORDS[run.quality]
        lines.append(f"Quality: {runs.stars(run.quality)} ({run.quality}/5, {words})")
    if run.success_percent is not None:
        pieces = any(item.part for item in run.items)
        attempted = values.plural(run.attempted, "piece" if pieces else "sheet")
        lines.append(f"Success: {values.percent(run.success_percent)} of {attempted}")
    if run.reason:
        lines.append(f"Reason: {run.reason}")
    if run.notes:
        lines.append(f"Notes: {run.notes}")
    return lines


def variance_report(run: Any) -> list[str]:
    """Where the ink variance of a settled run comes from, in parts that add up as printed, and
    what it cost beyond the estimate. Empty when there is nothing to tell."""
    if not run.settled or (not run.causes and run.cost_variance is None):
        return []
    lines = ["", "Variance report:"]
    total, parts = printed_causes(run.causes)
    percent = values.percent(run.ink_variance_percent, sign=True)
    lines.append(f"  Ink variance: {total} ({percent})")
    lines += [f"    {name}: {amount}" for name, amount in parts]
    if run.cost_variance is not None:
        lines.append(f"  Cost variance: {run.cost_variance + 0.0:+.2f} {run.currency}".rstrip())
    return lines


def printed_causes(causes: Sequence[Cause]) -> tuple[str, list[tuple[str, str]]]:
    """(the whole variance, its causes by name) in metres as they are printed: they add up, and
    what comes to nothing in print is left out."""
    change = sum(cause.amount for cause in causes)
    parts = figures.rounded_to_add_up([cause.amount for cause in causes], change, 10.0)
    told = [
        (cause.name, f"{mm / 1000:+.2f} m") for cause, mm in zip(causes, parts, strict=True) if mm
    ]
    return f"{round(change, -1) / 1000 + 0.0:+.2f} m", told


def story_lines(run: Any) -> list[str]:
    """What else is to be told of a run: links, what it means to take, warnings that were accepted,
    corrections, cost."""
    lines: list[str] = []
    if run.replot_of:
        lines.append(f"Replot of {runs.run_name(run.replot_of)}")
    if run.replots:
        names = ", ".join(runs.run_name(number) for number in run.replots)
        lines.append(f"Drawn again in {names}")
    if run.wants_replot:
        failed = values.plural(run.failed, "failed sheet")
        lines.append(f"To draw again: {failed} (plotty run replot {run.name})")
    if run.state in runs.OPEN and run.materials:
        lines += ["Materials:", *(f"  {_material(one)}" for one in run.materials)]
    lines += [f"Told: {words}" for words in order_words(run.orders)]
    lines += [f"Plotter as it was set: {words}" for words in device_words(run.as_set)]
    for one in run.accepted:
        lines.append(f"Accepted ({one['reason']}): {one['text']}")
    if run.corrections:
        lines.append("Corrections:")
        for row in run.corrections:
            when = values.local_time(row.at)
            lines.append(
                f"  {when}  {row.actor}  {row.field}: {row.old} -> {row.new} ({row.reason})"
            )
    for one in run.proposals:
        last = ", ".join(values.percent(percent, sign=True) for percent in one.percents)
        lines.append(
            f"{one.design} was off in {one.figure} three runs in a row ({last}): {one.command}"
        )
    return lines + _cost_lines(run)


def _material(one: Any) -> str:
    if one.paper:
        spare = f" and {one.spare} spare" if one.spare else ""
        return f"{one.paper}: {values.plural(one.sheets, 'sheet')}{spare}"
    line = f"{one.label}: {one.pen or 'no pen of the stock'}, {values.metres(one.drawn_mm)}"
    if one.priming_mm or one.overhead_mm:
        line += f", {values.metres(one.priming_mm + one.overhead_mm)} priming and tests"
    return line


def _cost_lines(run: Any) -> list[str]:
    if not run.settled or run.cost is None:
        return []
    lines = []
    if run.cost.total is not None:
        money = f"{run.cost.total:.2f} {run.currency}".rstrip()
        if run.cost.per_good_sheet is None:
            lines.append(f"Cost: {money}, all of it a loss: no good sheet")
        else:
            lines.append(f"Cost: {money}, {run.cost.per_good_sheet:.2f} a good sheet")
    if run.cost.not_counted:
        lines.append(f"Not counted: {', '.join(run.cost.not_counted)}")
    return lines


def state_words(run: Any) -> str:
    """`Completed`, `In progress`, `Awaiting results` …"""
    if run.awaiting:
        return "Awaiting results"
    return run.state.replace("_", " ").capitalize()


def _item_line(item: Any, state: str) -> str:
    if state in runs.SETTLED:
        text = f"{item.name}: {item.good + item.second}/{item.attempted} successful"
        extra = [
            values.plural(count, word, word)
            for count, word in ((item.second, "second"), (item.spoiled, "failed"))
            if count
        ]
    else:
        text = f"{item.name}: {item.drawn}/{item.copies} drawn"
        extra = [f"{item.spoiled} failed"] if item.spoiled else []
    if item.cancelled:
        extra.append(f"{item.cancelled} cancelled")
    return f"{text} ({', '.join(extra)})" if extra else text


def _ink_lines(run: Any) -> list[str]:
    lines = []
    for pen in run.pens:
        name = f"{pen.code} {pen.name}".strip()
        line = f"{name}: {_against(pen.actual_mm, pen.estimated_mm)}"
        if pen.primed_mm > 0.5:
            line += f", {values.metres(pen.primed_mm)} of it priming"
        if pen.wasted_mm > 0.5:
            line += f", {values.metres(pen.wasted_mm)} of it wasted"
        if pen.mass_g:
            line += f", {pen.mass_g:.2f} g"
        lines.append(line)
    lines.append(f"Estimated: {values.metres(run.estimated_mm)}")
    if run.state in (runs.PENDING, runs.CANCELLED):
        return lines
    change = round(figures.variance(run.actual_mm, run.estimated_mm) or 0.0, -1) + 0.0
    percent = values.percent(figures.variance_percent(run.actual_mm, run.estimated_mm), sign=True)
    lines.append(f"Actual: {values.metres(run.actual_mm)} ({change / 1000:+.2f} m / {percent})")
    return lines


def _against(actual: float | None, estimated: float | None) -> str:
    if estimated is None:
        return f"{values.metres(actual)} (in place of another)"
    return f"{values.metres(actual)} of {values.metres(estimated)} estimated"


def _paper_line(paper: Any) -> str:
    line = f"{paper.name}: {values.plural(paper.used, 'sheet')}"
    return f"{line}, {paper.wasted} of them spoiled" if paper.wasted else line


def _time_lines(run: Any) -> list[str]:
    percent = values.percent(
        figures.variance_percent(run.seconds, run.estimated_seconds), sign=True
    )
    likely = f", likely {run.band.words()}" if run.band else ""
    lines = [
        f"Estimated: {values.clock(run.estimated_seconds)}{likely}",
        f"Actual: {values.clock(run.seconds)} ({percent})",
    ]
    if run.human_seconds >= 1:
        lines.append(f"Waited for a person: {values.clock(run.human_seconds)}")
    return lines
