"""The result card of a production run, as lines of text."""

from __future__ import annotations

from typing import Any

from plotty_tui.domain import figures, runs, values


def result_card(run: Any) -> list[str]:
    """What a run came to: copies, ink, paper, time, quality. `run` is a RunDetail."""
    title = f"Production Run #{run.number} - {state_words(run)}"
    lines = [title, "─" * len(title), "Designs:"]
    lines += [f"  {_item_line(item, run.state)}" for item in run.items]
    lines += ["", "Ink:"]
    lines += [f"  {line}" for line in _ink_lines(run)]
    if run.papers:
        lines += ["", "Paper:"]
        lines += [f"  {_paper_line(paper)}" for paper in run.papers]
    lines += ["", "Time:"]
    lines += [f"  {line}" for line in _time_lines(run)]
    lines.append("")
    if run.quality is not None:
        words = runs.QUALITY_WORDS[run.quality]
        lines.append(f"Quality: {runs.stars(run.quality)} ({run.quality}/5, {words})")
    if run.success_percent is not None:
        attempted = values.plural(run.attempted, "sheet")
        lines.append(f"Success: {values.percent(run.success_percent)} of {attempted}")
    if run.notes:
        lines.append(f"Notes: {run.notes}")
    return lines


def state_words(run: Any) -> str:
    """`Completed`, `In progress`, `Awaiting results` …"""
    if run.awaiting:
        return "Awaiting results"
    return run.state.replace("_", " ").capitalize()


def _item_line(item: Any, state: str) -> str:
    if state == runs.COMPLETED:
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
        if pen.wasted_mm > 0.5:
            line += f", {values.metres(pen.wasted_mm)} of it wasted"
        if pen.mass_g:
            line += f", {pen.mass_g:.2f} g"
        lines.append(line)
    lines.append(f"Estimated: {values.metres(run.estimated_mm)}")
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
    lines = [
        f"Estimated: {values.clock(run.estimated_seconds)}",
        f"Actual: {values.clock(run.seconds)} ({percent})",
    ]
    if run.human_seconds >= 1:
        lines.append(f"Waited for a person: {values.clock(run.human_seconds)}")
    return lines
