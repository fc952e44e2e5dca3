"""Where the time of the present plans goes, how good estimates were, and what would save time."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from plotty_tui.domain import figures
from plotty_tui.domain.learned import Backtest, backtest
from plotty_tui.domain.time_parts import TimeParts, machine_parts
from plotty_tui.domain.values import plural
from plotty_tui.store.database import Row, Store
from plotty_tui.store.figures import ahead_rows, drawn_layers
from plotty_tui.store.figures.ahead_rows import pens_of

from ..jobs.intake import paper_dimensions
from ..planning import estimates
from ..production.run_stats import NewFigures, proposals
from .capacity import Rates, changes_of, paper_changes, rates_of

MOST_SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that saves time: what, the command that does it, and the seconds (and sheets)
    saved."""

    text: str
    command: str
    saved_seconds: float
    saved_sheets: int = 0


@dataclass(frozen=True, slots=True)
class JobTime:
    """A line of the work ahead: what all its copies are likely to take, by part, and what they
    take as planned."""

    name: str
    copies: int
    preset: str
    parts: TimeParts
    planned: TimeParts


@dataclass(slots=True)
class PlanningTime:
    """The plans of the work ahead: likely by what `learned` layers took before, and as planned.
    `as_drawn_seconds` is what the designs would take in the order of their files, where the plans
    tell; `unplanned` jobs are in none of it."""

    jobs: list[JobTime]
    parts: TimeParts
    planned: TimeParts
    learned: int
    rates: Rates
    as_drawn_seconds: float = 0.0
    planned_seconds: float = 0.0
    unplanned: int = 0
    suggestions: list[Suggestion] = field(default_factory=list)


def planning_time(store: Store, suggest: bool = False) -> PlanningTime:
    """Share of drawing, travel, lifts, pen changes and paper in what is still to be drawn; with
    `suggest`, what would save time, the most first."""
    with store.read():
        rows, known = estimates.likely_ahead(store)
        rates = rates_of(store)
        jobs = job_times(rows, rates)
        found = PlanningTime(
            jobs, TimeParts.sum(job.parts for job in jobs),
            TimeParts.sum(job.planned for job in jobs), estimates.layers_used(known), rates,
        )  # fmt: skip
        found.unplanned = sum(row.state == "new" for row in ahead_rows.blocked_jobs(store))
        for row in rows:
            steps = [layer["steps"] for layer in row.body["layers"] if layer.get("steps")]
            found.as_drawn_seconds += row.copies * sum(one[0]["seconds"] for one in steps)
            found.planned_seconds += row.copies * sum(one[-1]["seconds"] for one in steps)
        if suggest:
            found.suggestions = ranked(
                [
                    *order_suggestions(store, rates),
                    *_faster(store),
                    *shared_sheets(store, rows, rates),
                ]
            )
    return found


def job_times(rows: Sequence[Row], rates: Rates) -> list[JobTime]:
    """What each line (of `likely_ahead`) takes; the changes to its first pen and to its paper
    belong to it."""
    found = []
    before: list[Row] = []
    for row in rows:
        # Changes within the line, and the one that leads to it.
        both = changes_of([*before, row]) - (changes_of(before) if before else 0)
        papers = row.copies + paper_changes([*before, row])
        hands = {"swaps": both * rates.pen_seconds, "paper": papers * rates.paper_seconds}
        planned = machine_parts(row.body).times(row.copies)
        likely = replace(planned.times(row.pace), **hands)
        found.append(JobTime(row.name, row.copies, row.preset, likely, replace(planned, **hands)))
        before = [row]
    return found


def ranked(found: Sequence[Suggestion]) -> list[Suggestion]:
    """Those that save at least half a minute, the most first."""
    worth = [one for one in found if one.saved_seconds >= 30]
    return sorted(worth, key=lambda one: -one.saved_seconds)[:MOST_SUGGESTED]


def order_suggestions(store: Store, rates: Rates) -> list[Suggestion]:
    """Another order of jobs and layers with fewer pen changes."""
    from ..jobs.queue_optimize import saved_by_order

    saved = saved_by_order(store)
    if saved is None:
        return []
    was, now = saved
    fewer, papers = was.swaps - now.swaps, was.papers - now.papers
    seconds = fewer * rates.pen_seconds + papers * rates.paper_seconds
    words = f"order jobs and layers by pens: {was.swaps} -> {plural(now.swaps, 'pen change')}"
    if papers:
        words += f", {was.papers} -> {plural(now.papers, 'change')} of paper"
    return [Suggestion(words, "plotty queue optimize --minimize-total-time", seconds)]


def _faster(store: Store) -> list[Suggestion]:
    """Plans in the books that draw the same ink in less time."""
    return [
        Suggestion(
            f"{row.name}: preset {row.better} instead of {row.preset}, as it was planned before",
            f"plotty plan {shlex.quote(row.name)} --preset {shlex.quote(row.better)}",
            (row.seconds - row.better_seconds) * row.copies,
        )
        for row in ahead_rows.faster_plans(store)
    ]


def shared_sheets(store: Store, rows: Sequence[Row], rates: Rates) -> list[Suggestion]:
    """Several copies on one sheet: fewer sheets to put on, fewer changes of pens."""
    from plotty_tui.planning.imposition import Room, capacity

    found = []
    for row in rows:
        if row.imposed or row.run is not None or row.copies < 2:
            continue
        fit = capacity((row.width_mm, row.height_mm), Room(paper_dimensions(store, row.paper)))
        if fit < 2:
            continue
        sheets = math.ceil(row.copies / fit)
        pens = pens_of(row.body)
        each = len(set(pens)) if len(set(pens)) > 1 else 0
        fewer = row.copies - sheets
        seconds = fewer * (rates.paper_seconds + each * rates.pen_seconds)
        words = f"{row.name}: {min(fit, row.copies)} on a sheet, {sheets} instead of {row.copies}"
        job = shlex.quote(f"{row.name}={row.copies}")
        command = f"plotty impose {job} --paper {shlex.quote(row.paper)}"
        found.append(Suggestion(words, command, seconds, fewer))
    return found


# How good estimates were -------------------------------------------------------------------------


@dataclass(slots=True)
class EstimateQuality:
    """Planned against actual time of the sheets drawn to their end: how far off in all and on the
    mean of sheets (percent), and how many were within 5 and 10 %. `learned` is the same for what
    could have been learned before: from the older half, tried on the newer."""

    sheets: int
    percent: float | None
    mean_off: float | None
    within_5: int
    within_10: int
    learned: Backtest | None
    proposals: list[NewFigures] = field(default_factory=list)


def estimate_quality(store: Store, since: datetime, until: datetime) -> EstimateQuality:
    """How good the estimates of a period's sheets were."""
    with store.read():
        rows = drawn_layers.last_layers(store)
        begin, end = (moment.timestamp() * 1000 for moment in (since, until))
        sheets: dict[int, list[float]] = {}
        for row in rows:
            if row.ended_at is not None and begin <= row.ended_at < end:
                pair = sheets.setdefault(row.sheet, [0.0, 0.0])
                pair[0] += row.actual
                pair[1] += row.planned
        offs = [abs(actual - planned) / planned * 100 for actual, planned in sheets.values()]
        percent, _ = figures.ratio_of_sums((a, p) for a, p in sheets.values())
        return EstimateQuality(
            len(sheets), percent, sum(offs) / len(offs) if offs else None,
            sum(off <= 5 for off in offs), sum(off <= 10 for off in offs),
            backtest([(r.sheet, r.device, r.pen, r.paper, r.planned, r.actual) for r in rows]),
            proposals(store),
        )  # fmt: skip
