"""A batch that broke off: what of it is good, where it stopped, and what is done about the rest.
Good sheets are never touched, and nothing is drawn twice."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from plotty_tui.domain import jobs, runs, sheets, values
from plotty_tui.domain.errors import Refused, WrongUsage
from plotty_tui.domain.recovery import CONTINUE
from plotty_tui.store.database import Row, Store
from plotty_tui.store.jobs import batch_sheets
from plotty_tui.store.production import runs as run_books
from plotty_tui.store.tables import Batch, Job

from ..engine_process import engine_runs, ensure_engine
from ..jobs.holding import release_jobs
from ..production.run_replots import replot_proposal, replot_run
from .plot_wishes import find_batch
from .plotting import plotter_word, resume, start_plot
from .recovery import Interrupted, interrupted_sheets


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that would be done: in words, its sheets and machine seconds, and the command that
    does it alone. `waits` says why a person has to act first (empty: nobody has to)."""

    kind: str
    text: str
    sheets: int
    seconds: float
    command: str
    waits: str = ""


RESUME, REPLOT, START, WAKE, RELEASE, STUCK = (
    "resume", "replot", "start", "wake", "release", "stuck",
)  # fmt: skip


@dataclass(slots=True)
class BatchState:
    """A batch: its copies, how many are good, how many are still to be drawn, and the steps that
    would finish it."""

    id: int
    name: str
    copies: int = 0
    good: int = 0
    steps: list[Step] = field(default_factory=list)
    interrupted: list[Interrupted] = field(default_factory=list)
    replots: dict[int, list[int]] = field(default_factory=dict)  # run -> sheets of it
    starts: dict[int, int] = field(default_factory=dict)  # job -> copies
    ready: dict[int, list[Job]] = field(default_factory=dict)  # copies -> jobs that lack them
    held: list[int] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Copies that are not good yet."""
        return max(0, self.copies - self.good)

    @property
    def seconds(self) -> float:
        """Machine time of all steps."""
        return sum(step.seconds for step in self.steps)


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was done, a sentence each, and what still wants a person."""

    done: list[str]
    waits: list[str]


def batch_state(store: Store, word: str) -> BatchState:
    """A batch by id, name or `last`. NotFound names the open ones."""
    return _state(store, find_batch(store, word))


def broken_off(store: Store) -> list[BatchState]:
    """The batches that were begun and lie still: not all their copies are good, and no engine is at
    work on them. The newest first."""
    found = []
    for row in batch_sheets.begun_batches(store):
        state = _state(store, Batch.get_by_id(row.id))
        moving = engine_runs(store.home) and not state.interrupted and any(
            step.kind == WAKE for step in state.steps
        )  # fmt: skip
        if state.left and state.steps and not moving:
            found.append(state)
    return found


def the_broken_off(store: Store) -> BatchState:
    """The one batch that broke off. Refused when there is none; WrongUsage, with their names, when
    there are several."""
    found = broken_off(store)
    if not found:
        raise Refused("no batch lies broken off: plotty list batches")
    if len(found) > 1:
        said = ", ".join(f"{one.id} ({one.name}, {one.left} left)" for one in found)
        raise WrongUsage(f"{len(found)} batches broke off: {said}; name one with --batch-id")
    return found[0]


def _state(store: Store, batch: Batch) -> BatchState:
    members = _members(batch.id)
    state = BatchState(batch.id, batch.name)
    if not members:
        return state
    rows = batch_sheets.sheets_of_jobs(store, [job.id for job in members])
    by_job: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_job[row.job].append(row)
    cut = {(one.run, one.job, one.copy): one for one in interrupted_sheets(store)}
    waiting: list[Row] = []
    for job in members:
        _look_at_job(store, state, job, by_job[job.id], waiting)
        for row in by_job[job.id]:
            lying = cut.get((row.run, job.name, row.copy))
            if row.state == sheets.INTERRUPTED and lying:
                state.interrupted.append(lying)
    _add_steps(store, state, members, waiting)
    return state


def _members(batch_id: int) -> list[Job]:
    """The jobs of a batch, those that are done too."""
    return list(
        Job.select()
        .where(Job.batch == batch_id, Job.archived_at.is_null())
        .order_by(Job.priority, Job.position, Job.id)
    )


def _look_at_job(
    store: Store, state: BatchState, job: Job, rows: Sequence[Row], waiting: list[Row]
) -> None:
    good = sum(row.state in sheets.FINE for row in rows)
    still_open = [row for row in rows if row.state in sheets.OPEN]
    spoiled = [row for row in rows if row.state == sheets.SPOILED and not row.replaced]
    state.copies += job.copies
    state.good += min(good, job.copies)
    left = job.copies - good - len(still_open)
    waiting += [row for row in still_open if row.state != sheets.INTERRUPTED]
    for row in spoiled[: max(0, left)]:
        state.replots.setdefault(row.run, []).append(row.id)
        left -= 1
    if left > 0:
        state.starts[job.id] = left
    if job.held and (left > 0 or still_open):
        state.held.append(job.id)


def _add_steps(
    store: Store, state: BatchState, members: Sequence[Job], waiting: Sequence[Row]
) -> None:
    by_id = {job.id: job for job in members}
    for job_id in state.held:
        job = by_id[job_id]
        command = shlex.join(["plotty", "queue", "release", job.name])
        state.steps.append(
            Step(RELEASE, f"{job.name} is held ({job.held}): released", 0, 0.0, command)
        )
    state.steps += [_resume_step(one) for one in state.interrupted]
    if waiting:
        seconds = sum(row.seconds for row in waiting)
        text = (
            f"{values.plural(len(waiting), 'sheet')} of open runs: drawn as the plotters are free"
        )
        state.steps.append(Step(WAKE, text, 0, seconds, "plotty engine start"))
    for number, ids in state.replots.items():
        lines = _lines(store, number, ids)
        text = f"{values.plural(len(ids), 'spoiled sheet')} of {runs.run_name(number)}: drawn again"
        command = f"plotty run replot {runs.run_name(number)} --start"
        seconds = sum(row_seconds for _, row_seconds in lines)
        state.steps.append(Step(REPLOT, text, len(ids), seconds, command))
    state.steps += _start_steps(state, by_id)


def _start_steps(state: BatchState, by_id: dict[int, Job]) -> list[Step]:
    """What was not drawn: a step for the jobs that lack as many copies, and one for each that
    cannot be plotted."""
    ready: dict[int, list[Job]] = defaultdict(list)
    steps = []
    for job_id, copies in state.starts.items():
        job = by_id[job_id]
        if why := _why_not_now(job):
            text = f"{job.name}: {values.plural(copies, 'copy', 'copies')} not drawn yet"
            steps.append(Step(STUCK, text, copies, 0.0, "", why))
        else:
            ready[copies].append(job)
    for copies, some in ready.items():
        state.ready[copies] = some
        names = some[0].name if len(some) == 1 else f"{len(some)} jobs, {some[0].name} …"
        text = f"{names}: {values.plural(copies, 'copy', 'copies')} not drawn yet"
        text += " each" if len(some) > 1 else ""
        seconds = copies * sum(job.plan.seconds for job in some)
        more = ["--copies", str(copies)] if copies > 1 else []
        command = shlex.join(["plotty", "plot", *(job.name for job in some), *more])
        steps.append(Step(START, text, copies * len(some), seconds, command))
    return steps


def _why_not_now(job: Job) -> str:
    if job.plan_id is None:
        return f"it has no plan: {shlex.join(['plotty', 'plan', job.name])}"
    if job.state == jobs.ACTIVE:
        return "its run is open: tell its results first (plotty run list)"
    return ""


def _resume_step(lying: Interrupted) -> Step:
    place = f"{lying.job} copy {lying.copy}: goes on at stroke {lying.stroke} of {lying.strokes}"
    option = next((one for one in lying.options if one.key == CONTINUE), None)
    waits = ""
    if not lying.position_known:
        waits = f"push the carriage home first: plotty device home-here {lying.device}"
    seconds = option.seconds if option else 0.0
    command = option.command if option else f"plotty resume {lying.device}"
    return Step(RESUME, f"{place} on {lying.device}", 0, seconds, command, waits)


def _lines(store: Store, number: int, ids: Sequence[int]) -> list[tuple[int, float]]:
    """(place in the run, seconds) of these sheets of a run."""
    rows = run_books.sheet_rows(store, run_books.find_run(number).id)
    plans = {row.id: row.seconds for row in run_books.item_rows(store, rows[0].run_id)}
    return [
        (place, plans.get(row.item_id, 0.0)) for place, row in enumerate(rows, 1) if row.id in ids
    ]


def finish_batch(store: Store, state: BatchState) -> Recovered:
    """Take all steps of a batch's state: interrupted sheets go on at their place, spoiled ones are
    drawn again on new sheets, the rest is plotted. What cannot be done without a person is told."""
    done: list[str] = []
    waits = [f"{step.text}: {step.waits}" for step in state.steps if step.waits]
    names = {job.id: job for job in _members(state.id)}
    if state.held:
        released = release_jobs(store, [names[job] for job in state.held])
        done.append(f"released: {', '.join(released)}")
    for lying in state.interrupted:
        if lying.position_known:
            done.append(resume(store, plotter_word(lying.device)))
    for number, ids in state.replots.items():
        there = {line.sheet for line in replot_proposal(store, number).lines}
        places = [place for place, _ in _lines(store, number, ids) if place in there]
        made = replot_run(store, number, places, start=True)
        done.append(f"{made.name} draws {values.plural(len(places), 'spoiled sheet')} again")
    for copies, some in state.ready.items():
        fresh = [Job.get_by_id(job.id) for job in some]
        started = start_plot(store, fresh, copies=copies)
        done.append(f"{started.name} draws {values.plural(started.sheets, 'sheet')}")
    if any(step.kind == WAKE for step in state.steps):
        ensure_engine(store)
        done.append("the engine goes on with the open runs")
    return Recovered(done, waits)
