"""What drawing the queue costs in time, what is in its way, and what would help."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from plotty_tui.domain.figures import share_percent
from plotty_tui.domain.time_parts import LIFTS, PAPER, SWAPS, TRAVEL, TimeParts
from plotty_tui.domain.values import plural, rough
from plotty_tui.domain.working_hours import WorkingHours
from plotty_tui.store.database import Row, Store
from plotty_tui.store.figures import ahead_rows
from plotty_tui.store.machines import devices
from plotty_tui.store.plots.opening_hours import working_hours

from ..planning import estimates
from .capacity import rates_of
from .planning_analysis import (
    JobTime,
    Suggestion,
    job_times,
    order_suggestions,
    ranked,
    shared_sheets,
)

IN_THE_WAY = "blocked jobs"


@dataclass(frozen=True, slots=True)
class Late:
    """A job that would be done after its due date, as the queue stands."""

    name: str
    due: datetime
    done: datetime

    @property
    def seconds(self) -> float:
        return (self.done - self.due).total_seconds()


@dataclass(frozen=True, slots=True)
class Blocked:
    """A job that nobody can draw as it is, why, and the command that helps."""

    name: str
    why: str
    command: str


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """A cause of lost time: seconds, their share of everything, and words on it."""

    cause: str
    seconds: float
    percent: float | None
    words: str = ""


@dataclass(slots=True)
class QueueTime:
    """The queue as it stands, likely by what `learned` layers took before, and as planned.
    `avoidable_swaps` are pen changes that another order would save; `done` is when all of it is
    drawn."""

    plotters: int
    lines: list[JobTime]
    parts: TimeParts
    planned: TimeParts
    learned: int
    sheets: int
    swaps: int
    avoidable_swaps: int
    done: datetime | None
    late: list[Late] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)
    bottlenecks: list[Bottleneck] = field(default_factory=list)
    suggestions: list[Suggestion] = field(default_factory=list)

    @property
    def drawing_percent(self) -> float | None:
        """Seconds with the pen down of all seconds that the queue takes."""
        return share_percent(self.parts.drawing, self.parts.total)


def queue_time(store: Store, suggest: bool = False) -> QueueTime:
    """Efficiency, bottlenecks and, with `suggest`, what would help, the most first."""
    from ..jobs.queue_optimize import saved_by_order

    with store.read():
        rates = rates_of(store)
        rows, known = estimates.likely_ahead(store)
        held = [row for row in rows if row.held]
        rows = [row for row in rows if not row.held]
        lines = job_times(rows, rates)
        saved = saved_by_order(store)
        plotters = max(1, len(devices.enabled_devices()))
        found = QueueTime(
            plotters, lines, TimeParts.sum(one.parts for one in lines),
            TimeParts.sum(one.planned for one in lines), estimates.layers_used(known),
            sum(row.copies for row in rows),
            round(sum(one.parts.swaps for one in lines) / (rates.pen_seconds or 1.0)),
            saved[0].swaps - saved[1].swaps if saved else 0, None,
        )  # fmt: skip
        hours, now = working_hours(store), store.clock.now()
        found.done = hours.after(now, found.parts.total / plotters)
        found.late = _late(rows, lines, plotters, hours, now)
        found.blocked = _blocked(store)
        found.bottlenecks = _bottlenecks(found, job_times(held, rates))
        if suggest:
            found.suggestions = ranked(
                [
                    *order_suggestions(store, rates),
                    *shared_sheets(store, rows, rates),
                    *_earlier(found, rows, hours, now),
                    *_another_plotter(store, found),
                ]
            )
    return found


def _late(
    rows: Sequence[Row], lines: Sequence[JobTime], plotters: int, hours: WorkingHours, now: datetime
) -> list[Late]:
    """Jobs that are done after their due date when the queue is drawn in its order, shared out
    evenly."""
    found, seconds = [], 0.0
    for row, line in zip(rows, lines, strict=True):
        seconds += line.parts.total
        if row.due_at is None:
            continue
        due = datetime.fromtimestamp(row.due_at / 1000, UTC)
        done = hours.after(now, seconds / plotters)
        if done is not None and done > due:
            found.append(Late(row.name, due, done))
    return found


def _blocked(store: Store) -> list[Blocked]:
    found = []
    for row in ahead_rows.blocked_jobs(store):
        name = shlex.quote(row.name)
        if row.held:
            one = Blocked(row.name, f"held: {row.held}", f"plotty queue release {name}")
        elif row.refusal:
            one = Blocked(row.name, f"refused: {row.refusal}", f"plotty why {name}")
        else:
            one = Blocked(row.name, "not planned", f"plotty plan {name}")
        found.append(one)
    return found


def _bottlenecks(found: QueueTime, held: Sequence[JobTime]) -> list[Bottleneck]:
    """The causes that cost most, beside drawing itself."""
    parts, total = found.parts, found.parts.total
    words = {
        SWAPS: f"{plural(found.swaps, 'pen change')}, {found.avoidable_swaps} of them avoidable",
        PAPER: f"{plural(found.sheets, 'sheet')} put on",
        TRAVEL: "pen up, from stroke to stroke",
        LIFTS: "pen up and down",
    }
    causes = [
        Bottleneck(name, seconds, share_percent(seconds, total), words[name])
        for name, seconds in parts.named()
        if name in words and seconds > 0
    ]
    if found.blocked:
        first = found.blocked[0]
        waiting = sum(one.parts.total for one in held)
        text = f"{plural(len(found.blocked), 'job')}: {first.name} ({first.why})"
        causes.append(Bottleneck(IN_THE_WAY, waiting, None, text))
    return sorted(causes, key=lambda one: -one.seconds)


def _earlier(
    found: QueueTime, rows: Sequence[Row], hours: WorkingHours, now: datetime
) -> list[Suggestion]:
    """Late jobs that would be in time in front of their priority."""
    late = {one.name: one for one in found.late}
    before: dict[int, float] = {}
    for row, line in zip(rows, found.lines, strict=True):
        before[row.priority] = before.get(row.priority, 0.0) + line.parts.total
    suggestions = []
    for row, line in zip(rows, found.lines, strict=True):
        one = late.get(row.name)
        first = sum(seconds for priority, seconds in before.items() if priority < row.priority)
        done = hours.after(now, (first + line.parts.total) / found.plotters)
        if one is None or row.run is not None or done is None or done > one.due:
            continue
        words = f"{row.name} is {rough(one.seconds)} late as it stands, in time if it comes first"
        command = f"plotty queue move {shlex.quote(row.name)} --first"
        suggestions.append(Suggestion(words, command, one.seconds))
    return suggestions


def _another_plotter(store: Store, found: QueueTime) -> list[Suggestion]:
    """A plotter that is switched off."""
    off = [row.name for row in devices.device_rows(store) if not row.enabled]
    if not off or not found.parts.total:
        return []
    now, then = found.plotters, found.plotters + 1
    saved = found.parts.total / now - found.parts.total / then
    words = f"{off[0]} is switched off: with it the queue is done earlier"
    return [Suggestion(words, f"plotty device edit {shlex.quote(off[0])} --enable", saved)]
