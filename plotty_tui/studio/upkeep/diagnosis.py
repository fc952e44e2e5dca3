"""Why planning gives no or bad results, each conflict with its jobs and a command that cures it."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plotty_tui.domain import jobs, papers, values
from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.pen_choice import UNUSABLE, StockPen
from plotty_tui.domain.presets import Preset
from plotty_tui.store.database import Store
from plotty_tui.store.inventory import materials
from plotty_tui.store.machines import devices
from plotty_tui.store.presets import find_preset
from plotty_tui.store.tables import Device, Job

from ..planning.pen_plans import AUTO, pen_words, read_pens
from ..planning.schedules import shown_schedule
from ..planning.templates import find_template


@dataclass(frozen=True, slots=True)
class Alternative:
    """What would do instead, what it changes, and the command (empty: none)."""

    text: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that is in the way: its kind, what it is, the jobs it concerns, the command that
    cures it, and what would do instead."""

    kind: str
    text: str
    jobs: tuple[str, ...] = ()
    cure: str = ""
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Studio:
    """What jobs are held against."""

    store: Store
    pens: dict[int, StockPen]
    plotters: list[Device]
    presets: dict[str, Preset | None] = field(default_factory=dict)

    def preset(self, name: str) -> Preset | None:
        """A preset as it is now; None when there is none of that name."""
        if name not in self.presets:
            try:
                self.presets[name] = find_preset(self.store, name)
            except PlottyError:
                self.presets[name] = None
        return self.presets[name]


def planning_conflicts(store: Store) -> list[Conflict]:
    """Everything in the open jobs that keeps them from being planned well: refusals, missing pens,
    sheets no plotter reaches, changed files, stale plans, orders that contradict each other."""
    with store.read():
        studio = studio_now(store)
        found = [one for job in open_jobs() for one in _of_job(studio, job)]
        return _together(found) + _of_schedule(studio)


def studio_now(store: Store) -> Studio:
    """The stock and the plotters as they are."""
    pens = {pen.id: pen for pen in materials.stock_pens(store)}
    return Studio(store, pens, devices.enabled_devices())


def open_jobs() -> list[Job]:
    """The jobs that wait to be drawn, in queue order."""
    return list(
        Job.select()
        .where(Job.archived_at.is_null(), Job.state.in_([jobs.NEW, jobs.PLANNED]))
        .order_by(Job.priority, Job.position, Job.id)
    )


def plan_command(job: Job, *more: str) -> str:
    """The command that plans a job again."""
    return shlex.join(["plotty", "plan", job.name, *more])


def _of_job(studio: Studio, job: Job) -> Iterable[Conflict]:
    looks: tuple[Callable[[Studio, Job], Iterable[Conflict]], ...] = (
        _refused, _changed_file, _wishes, *((_pens, _reach, _stale) if job.plan_id else ()),
    )  # fmt: skip
    for look in looks:
        yield from look(studio, job)


def _refused(studio: Studio, job: Job) -> Iterable[Conflict]:
    if job.refusal and job.plan_id is None:
        yield Conflict("refused", job.refusal, (job.name,), plan_command(job))


def _changed_file(studio: Studio, job: Job) -> Iterable[Conflict]:
    source = Path(job.design.source) if job.design.source else None
    if source is None:
        return
    try:
        data = source.read_bytes()
    except OSError:
        return  # the studio keeps its own copy: a file that is gone changes nothing
    if len(data) != job.design.size_bytes or hashlib.sha256(data).hexdigest() != job.design.sha256:
        cure = shlex.join(["plotty", "add", str(source), "--name", job.name])
        text = f"{source.name} was changed since it was added: what is planned is the old drawing"
        yield Conflict("changed file", text, (job.name,), cure)


def _wishes(studio: Studio, job: Job) -> Iterable[Conflict]:
    mapping = job.settings.get("pen_mapping") or AUTO
    if mapping.casefold() != AUTO:
        try:
            read_pens(pen_words(mapping), list(studio.pens.values()))
        except PlottyError as error:
            cure = plan_command(job, "--pen-mapping", AUTO)
            yield Conflict("pen mapping", f"{mapping}: {error}", (job.name,), cure)
    if job.template:
        try:
            find_template(studio.store, job.template)
        except PlottyError as error:
            text = f"{error}; the job keeps what it gave"
            yield Conflict("template", text, (job.name,), "plotty template list")
    wanted = job.settings.get("preset")
    if wanted and studio.preset(wanted) is None:
        text = f"it asks for the preset {wanted}, which is not there"
        yield Conflict("preset", text, (job.name,), plan_command(job, "--preset", "default"))
    if job.held and job.due_at is not None:
        text = f"it is held ({job.held}) and due {values.local_time(job.due_at)}"
        cure = shlex.join(["plotty", "queue", "release", job.name])
        yield Conflict("held", text, (job.name,), cure)


def _pens(studio: Studio, job: Job) -> Iterable[Conflict]:
    for layer in job.plan.body["layers"]:
        pen = layer["pen"] or {}
        number = pen.get("pen_id")
        if number is None:
            why = f" ({pen['why']})" if pen.get("why") else ""
            text = f"no pen of the stock for {layer['color']}{why}"
            cure = f"plotty pen add --name 'NAME' --color '{layer['color']}'"
            yield Conflict("missing pen", text, (job.name,), cure)
        elif number not in studio.pens or studio.pens[number].state in UNUSABLE:
            state = studio.pens[number].state if number in studio.pens else "gone"
            text = f"pen {pen['code']} is {state}"
            yield Conflict("pen not usable", text, (job.name,), plan_command(job))


def _reach(studio: Studio, job: Job) -> Iterable[Conflict]:
    body = job.plan.body
    size = (body["sheet_width"], body["sheet_height"])
    reaching = [
        one for one in studio.plotters
        if papers.turn_for_device(size, (one.travel_x_mm, one.travel_y_mm))
    ]  # fmt: skip
    if studio.plotters and not reaching:
        text = f"no plotter reaches a sheet of {size[0]:g} x {size[1]:g} mm"
        yield Conflict("size", text, (job.name,), "plotty device add NAME --model v3/a3")
    pinned = job.settings.get("device")
    if pinned and pinned not in {one.name for one in reaching}:
        text = f"the schedule wants it on {pinned}, which is switched off or too small"
        yield Conflict("plotter", text, (job.name,), "plotty schedule clear")


def _stale(studio: Studio, job: Job) -> Iterable[Conflict]:
    plan: dict[str, Any] = job.plan.body
    name = plan["preset"]["name"]
    now = studio.preset(name)
    cure = plan_command(job, *(["--preset", name] if now else ["--preset", "default"]))
    if plan["design_sha256"] != job.design.sha256:
        yield Conflict("stale plan", "its plan is of an older drawing", (job.name,), cure)
    elif plan["paper_name"].casefold() != job.paper.casefold():
        text = f"its plan is for {plan['paper_name']}, the job wants {job.paper}"
        yield Conflict("stale plan", text, (job.name,), cure)
    elif now is None:
        text = f"its plan has the preset {name}, which is not there any more"
        yield Conflict("stale plan", text, (job.name,), cure)
    elif Preset.from_json(plan["preset"]) != now:
        text = f"preset {name} was changed since it was planned"
        yield Conflict("stale plan", text, (job.name,), cure)
    elif plan.get("provisional"):
        text = "planned while the planner was being compiled: it can be better"
        yield Conflict("stale plan", text, (job.name,), cure)


def _of_schedule(studio: Studio) -> list[Conflict]:
    """Jobs that the schedule puts in another order than their due times or priorities want."""
    found = []
    there = [one for one in shown_schedule(studio.store).jobs if not one.gone]
    rows = {job.id: job for job in open_jobs()}
    latest: tuple[Any, str] | None = None
    for one in there:
        job = rows.get(one.job_id)
        due = one.entry.due or (job.due_at if job else None)
        if one.entry.not_before and due and one.entry.not_before >= due:
            text = f"{one.name} is due {values.local_time(due)} and may not begin before that"
            found.append(Conflict("schedule", text, (one.name,), "plotty schedule show"))
        if due and latest and due < latest[0]:
            text = (
                f"{latest[1]}, due {values.local_time(latest[0])}, is scheduled before {one.name}, "
                f"due {values.local_time(due)}"
            )
            found.append(Conflict("schedule", text, (latest[1], one.name), "plotty schedule show"))
        if due and (latest is None or due > latest[0]):
            latest = (due, one.name)
    return found


def _together(found: Iterable[Conflict]) -> list[Conflict]:
    """One conflict for jobs that have the same one."""
    groups: dict[tuple[str, str], list[Conflict]] = {}
    for one in found:
        groups.setdefault((one.kind, one.text), []).append(one)
    merged = []
    for (kind, text), same in groups.items():
        names = tuple(dict.fromkeys(name for one in same for name in one.jobs))
        cure = same[0].cure
        if len(names) > 1 and cure.startswith("plotty plan "):
            options = shlex.split(cure)[3:]
            cure = shlex.join(["plotty", "plan", *names, *options])
        merged.append(Conflict(kind, text, names, cure))
    return merged
