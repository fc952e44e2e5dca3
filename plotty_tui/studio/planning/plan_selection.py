"""Which jobs a planning is for, and which of them fit its limits; the others with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plotty_tui.domain import jobs, values
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.schedule import Entry
from plotty_tui.domain.tiers import Figures, Thresholds, complexity_of
from plotty_tui.store.database import Store
from plotty_tui.store.inventory import materials, reservations
from plotty_tui.store.jobs import queue
from plotty_tui.store.tables import Client, Job

from .limits import thresholds, working_hours


@dataclass(frozen=True, slots=True)
class Choice:
    """Which jobs are wanted: by name, id or pattern (none: all), added from `after` on and before
    `before`, of one class of complexity, of one client."""

    names: tuple[str, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    complexity: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a planning may take; None: no limit. `fill`: as much of it as goes is used, whatever
    the order. `pens_mm` and `sheets` are what the stock has (pen id, paper name)."""

    job_seconds: float | None = None
    seconds: float | None = None
    changes: int | None = None
    total_sheets: int | None = None
    pens_mm: dict[int, float] | None = None
    sheets: dict[str, int] | None = None
    fill: bool = False

    @property
    def is_set(self) -> bool:
        """Whether it limits anything."""
        return any(
            one is not None
            for one in (self.job_seconds, self.seconds, self.changes, self.total_sheets,
                        self.pens_mm, self.sheets)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """A job with the plan that it would get."""

    job: Job
    plan: Plan

    @property
    def seconds(self) -> float:
        """Machine time of all its copies."""
        return self.plan.seconds * self.job.copies


@dataclass(slots=True)
class Taken:
    """The jobs that fit, what is left out with the reason, and what the ones that fit take."""

    jobs: list[Candidate] = field(default_factory=list)
    out: list[tuple[Candidate, str]] = field(default_factory=list)
    seconds: float = 0.0
    changes: int = 0
    sheets: int = 0


CountChanges = Callable[[Sequence[Job]], int]


def choose_jobs(store: Store, choice: Choice) -> list[Job]:
    """The open jobs that are wanted, in queue order. NotFound for a word that matches nothing;
    Refused when the words match and no job is left."""
    if choice.names:
        found = queue.find_jobs(store, choice.names)
    else:
        found = list(
            Job.select()
            .where(Job.archived_at.is_null(), Job.state.not_in([jobs.DONE, jobs.ACTIVE]))
            .order_by(Job.priority, Job.position, Job.id)
        )
    if choice.after or choice.before:
        found = [job for job in found if _added_between(job, choice.after, choice.before)]
    if choice.client:
        client = find_client(store, choice.client)
        found = [job for job in found if job.client_id == client.id]
    if choice.complexity:
        limits = thresholds(store)
        found = [job for job in found if job_class(job, limits)[0] == choice.complexity]
    if not found and (choice.names or choice.after or choice.before or choice.client):
        raise Refused(f"no open job {_wanted(choice)}: plotty list queue")
    return found


def _added_between(job: Job, after: datetime | None, before: datetime | None) -> bool:
    return (after is None or job.added_at >= after) and (before is None or job.added_at < before)


def _wanted(choice: Choice) -> str:
    words = []
    if choice.after:
        words.append(f"added from {choice.after:%Y-%m-%d} on")
    if choice.before:
        words.append(f"added before {choice.before:%Y-%m-%d}")
    if choice.client:
        words.append(f"of client {choice.client}")
    if choice.complexity:
        words.append(f"of {choice.complexity} complexity")
    return ", ".join(words) or "of these names"


def find_client(store: Store, name: str) -> Client:
    """A client by name; NotFound names the nearest."""
    known = list(Client.select())
    for client in known:
        if client.name.casefold() == name.strip().casefold():
            return client
    raise NotFound.named("client", name, [client.name for client in known])


def job_class(job: Job, limits: Thresholds) -> tuple[str, str]:
    """The class of complexity of a job, and what decided it."""
    drawn = [layer for layer in job.design.layers if layer["strokes"]]
    paths = sum(layer["strokes"] for layer in drawn)
    lifts = job.plan.lifts if job.plan_id is not None else paths
    return complexity_of(Figures(paths, job.design.ink_mm / 1000, lifts, len(drawn)), limits)


def fit_budget(
    found: Sequence[Candidate], budget: Budget, count: CountChanges, walk_seconds: float
) -> Taken:
    """The jobs that fit, taken in this order; what does not fit is passed over. `count` says how
    many pen changes a set of jobs has. With `fill` several orders are tried, within each priority,
    and the one that uses most machine time is taken."""
    if not budget.fill:
        return _fit(found, budget, count, walk_seconds)
    orders: list[Callable[[Candidate], tuple[float, ...]]] = [
        lambda one: (one.job.priority,),
        lambda one: (one.job.priority, -one.seconds),
        lambda one: (one.job.priority, one.seconds),
        lambda one: (one.job.priority, one.plan.pen_changes, -one.seconds),
    ]
    tried = [_fit(sorted(found, key=key), budget, count, walk_seconds) for key in orders]
    return max(tried, key=lambda taken: (_urgent(taken.jobs), sum(o.seconds for o in taken.jobs)))


def _urgent(taken: Iterable[Candidate]) -> int:
    return sum(one.job.priority == jobs.HIGH for one in taken)


def _fit(
    found: Sequence[Candidate], budget: Budget, count: CountChanges, walk_seconds: float
) -> Taken:
    taken = Taken()
    ink: dict[int, float] = dict(budget.pens_mm or {})
    paper: dict[str, int] = dict(budget.sheets or {})
    machine = 0.0
    for one in found:
        why = _too_long(one, budget) or _short(one, budget, ink, paper)
        if not why:
            sheets = taken.sheets + one.job.copies
            # At most so many: what a whole order has is counted only where that says too much.
            changes = taken.changes + count([one.job]) + 1
            seconds = machine + one.seconds + changes * walk_seconds
            if _over(budget, seconds, changes, sheets):
                changes = count([*(other.job for other in taken.jobs), one.job])
                seconds = machine + one.seconds + changes * walk_seconds
                why = _over(budget, seconds, changes, sheets)
        if why:
            taken.out.append((one, why))
            continue
        taken.jobs.append(one)
        machine += one.seconds
        taken.changes, taken.sheets = changes, sheets
        for pen, mm in _ink_of(one).items():
            if pen in ink:
                ink[pen] -= mm
        if (name := one.job.paper.casefold()) in paper:
            paper[name] -= one.job.copies
    taken.changes = count([one.job for one in taken.jobs])
    taken.seconds = machine + taken.changes * walk_seconds
    return taken


def _too_long(one: Candidate, budget: Budget) -> str:
    if budget.job_seconds is None or one.plan.seconds <= budget.job_seconds:
        return ""
    return (
        f"{values.rough(one.plan.seconds)} with preset {one.plan.preset.name}, over "
        f"{values.rough(budget.job_seconds)}: a faster preset, or split it"
    )


def _over(budget: Budget, seconds: float, changes: int, sheets: int) -> str:
    if budget.seconds is not None and seconds > budget.seconds:
        return f"time: it would be {values.rough(seconds)} of {values.rough(budget.seconds)}"
    if budget.changes is not None and changes > budget.changes:
        return f"swaps: it would be {changes} of {budget.changes}"
    if budget.total_sheets is not None and sheets > budget.total_sheets:
        return f"paper: it would be {sheets} of {budget.total_sheets} sheets"
    return ""


def _short(one: Candidate, budget: Budget, ink: dict[int, float], paper: dict[str, int]) -> str:
    if budget.sheets is not None:
        left = paper.get(one.job.paper.casefold())
        if left is not None and left < one.job.copies:
            return (
                f"paper {one.job.paper}: {left} sheets left, {one.job.copies} needed: "
                f"plotty paper receive {one.job.paper} {one.job.copies - left}"
            )
    if budget.pens_mm is not None:
        missing = [layer.name for layer in one.plan.layers if layer.pen is None or
                   layer.pen.pen_id is None]  # fmt: skip
        if missing:
            return f"no pen in stock for layer {missing[0]}: plotty pen add"
        for layer in one.plan.layers:
            pen = layer.pen
            assert pen is not None
            wanted = _ink_of(one).get(pen.pen_id or 0, 0.0)
            left_mm = ink.get(pen.pen_id or 0)
            if left_mm is not None and left_mm < wanted:
                return (
                    f"pen {pen.code} has {values.metres(max(0.0, left_mm))} left, "
                    f"{values.metres(wanted)} needed"
                )
    return ""


def _ink_of(one: Candidate) -> dict[int, float]:
    ink: dict[int, float] = {}
    for layer in one.plan.layers:
        if layer.pen and layer.pen.pen_id is not None:
            mm = layer.pen_down_mm * one.job.copies
            ink[layer.pen.pen_id] = ink.get(layer.pen.pen_id, 0.0) + mm
    return ink


def stock_left(store: Store) -> tuple[dict[int, float], dict[str, int]]:
    """mm that each pen with a known life has left, and sheets of each paper that is counted, less
    what open runs hold."""
    pens = {
        row.id: row.left_mm - reservations.reserved_pen_mm(store, row.id)
        for row in materials.pen_rows(store)
        if row.left_mm is not None
    }
    sheets = {
        row.name.casefold(): row.stock - reservations.reserved_sheets(store, row.id)
        for row in materials.paper_rows(store)
        if row.rows_in_ledger
    }
    return pens, sheets


@dataclass(frozen=True, slots=True)
class Day:
    """What is left of a day: from now on, seconds of all plotters together, the end of work, the
    order in which jobs are wanted, sentences on where that comes from, and what the schedule says
    of its jobs."""

    now: datetime
    seconds: float
    ends_at: datetime
    plotters: int
    order: tuple[int, ...]
    notes: tuple[str, ...]
    scheduled: Mapping[int, Entry]


def todays_work(
    store: Store, found: Sequence[Job], plotters: int, scheduled: Mapping[int, Entry]
) -> Day:
    """Today: what is `scheduled` first, in that order, then what is due, then by priority; hours
    left until the end of work, for each plotter."""
    now = store.clock.now().astimezone()
    begin, end = working_hours(store)
    ends_at = _at(now, end) if end else _at(now, "0:00") + timedelta(days=1)
    left = max(0.0, (ends_at - max(now, _at(now, begin or "0:00"))).total_seconds())
    notes = [f"until {ends_at:%H:%M}: {values.rough(left)} on {values.plural(plotters, 'plotter')}"]
    place = {job: k for k, job in enumerate(scheduled)}
    if place:
        notes.append(f"the schedule names {values.plural(len(place), 'job')}")
    end_of_day = now.replace(hour=23, minute=59, second=59)
    due = [job for job in found if job.due_at is not None and job.due_at <= end_of_day]
    if due:
        notes.append(f"{values.plural(len(due), 'job')} due today or before")
    far = datetime.max.replace(tzinfo=now.tzinfo)
    order = sorted(
        found,
        key=lambda job: (
            place.get(job.id, len(place)),
            job not in due,
            min(job.due_at or far, far),
            job.priority,
            job.position,
        ),
    )
    ids = tuple(job.id for job in order)
    return Day(now, left * plotters, ends_at, plotters, ids, tuple(notes), scheduled)


def _at(now: datetime, text: str) -> datetime:
    """Today at a time like `18:00`."""
    hour, _, minute = text.partition(":")
    return now.replace(hour=int(hour), minute=int(minute or 0), second=0, microsecond=0)
