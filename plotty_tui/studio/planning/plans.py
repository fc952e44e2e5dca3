"""Planning: jobs get plans; plans are kept by everything that decides them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plotty_tui.domain import jobs, papers
from plotty_tui.domain.errors import PlottyError, Refused
from plotty_tui.domain.learned import Band
from plotty_tui.domain.pen_choice import PenChoice, StockPen, assign_pens
from plotty_tui.domain.plan import Plan, settings_hash
from plotty_tui.domain.presets import Preset
from plotty_tui.domain.strokes import LayerStrokes, decode_layers, encode_layers
from plotty_tui.domain.values import plural
from plotty_tui.store import events
from plotty_tui.store.database import Store
from plotty_tui.store.home import write_file
from plotty_tui.store.inventory import materials
from plotty_tui.store.jobs import queue
from plotty_tui.store.machines import devices
from plotty_tui.store.presets import find_preset
from plotty_tui.store.tables import Job
from plotty_tui.store.tables import Plan as PlanRow

from ..jobs.intake import one_job, paper_dimensions
from .estimates import plan_band
from .pen_plans import AUTO, map_pens, pen_words, read_pens
from .plan_progress import Course, Watching

if TYPE_CHECKING:
    from plotty_tui.planning.pool import PlanRequest

DEFAULT_PRESET = "default"


@dataclass(slots=True)
class Planned:
    """What became of one job: a plan (`kept`: it was there already), or why not."""

    job_id: int
    name: str
    plan: Plan | None = None
    kept: bool = False
    error: str = ""


def read_strokes(path: Path, what: str) -> list[LayerStrokes]:
    """Layers from a strokes file of ours. Refused when it is gone or cut short."""
    try:
        return decode_layers(path.read_bytes())
    except FileNotFoundError:
        raise Refused(f"the strokes of {what} are gone: add its file again") from None
    except (OSError, ValueError) as error:
        raise Refused(f"the strokes of {what} cannot be read ({error}): add it again") from error


@dataclass(frozen=True, slots=True)
class Task:
    """A job to be planned: with this preset, the pens of its layers (None: chosen from the stock),
    and its layers in this order (empty: as they are). With the plan the job gets `values` in its
    columns: what it was planned with."""

    job: Job
    preset: Preset
    choices: Sequence[PenChoice] | None = None
    sequence: Sequence[int] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who is told while jobs are planned, and who may end it.

    planned  of each job once it is in the books
    watch    how far it is, some ten times a second
    ended    when it says True planning ends at once by `Stopped`
    apart    nothing is planned in this process: a screen is painted here
    """

    planned: Callable[[Planned], None] = lambda one: None
    watch: Watching | None = None
    ended: Callable[[], bool] = lambda: False
    apart: bool = False


NOBODY = Listeners()


class Stopped(Refused):
    """Planning was ended: plans that were made are kept, the other jobs are as they were."""


def plan_jobs(
    store: Store,
    wanted: Sequence[Job],
    preset: str = "",
    listeners: Listeners = NOBODY,
    workers: int | None = None,
) -> list[Planned]:
    """Plan these jobs, on all cores. Without a preset each has the one that its template gave it,
    or the usual one, and the template's pens.

    A plan that was made before with the same design, preset, paper and pens is taken as it is. A
    job that cannot be planned keeps the reason. Interrupting loses only what was not told yet.
    """
    chosen = find_preset(store, preset) if preset else None
    pens = materials.stock_pens(store)
    tasks, done = [], {}
    for job in wanted:
        try:
            preset_of_job = chosen or own_preset(store, job)
            tasks.append(Task(job, preset_of_job, own_pens(store, job, pens)))
        except PlottyError as error:
            done[job.id] = _refused(store, job, str(error), True)
            listeners.planned(done[job.id])
    done |= {one.job_id: one for one in plan_tasks(store, tasks, listeners, workers)}
    results = [done[job.id] for job in wanted]
    note_planned(store, results, chosen.name if chosen else "of each")
    return results


def own_preset(store: Store, job: Job) -> Preset:
    """The preset that a job's template gave it, or the usual one."""
    return find_preset(store, str(job.settings.get("preset") or DEFAULT_PRESET))


def own_pens(store: Store, job: Job, pens: Sequence[StockPen]) -> list[PenChoice] | None:
    """The pens that a job's template gave its layers; None: they are chosen from the stock."""
    mapping = str(job.settings.get("pen_mapping") or AUTO)
    if mapping == AUTO:
        return None
    layers = inked(read_strokes(store.home.strokes_file(job.design.sha256), job.name))
    return map_pens(layers, assign_pens(layers, pens), read_pens(pen_words(mapping), pens))


def note_planned(store: Store, done: Sequence[Planned], preset: str) -> None:
    """Tell the events how many jobs were planned."""
    if done:
        good = sum(1 for one in done if one.plan)
        with store.write():
            events.note(store, "plan", f"planned {good} of {len(done)} jobs with preset {preset}")


def plan_tasks(
    store: Store,
    tasks: Sequence[Task],
    listeners: Listeners = NOBODY,
    workers: int | None = None,
    give: bool = True,
) -> list[Planned]:
    """Plan these tasks as `plan_jobs` does. Without `give` the plans are kept for later, and no job
    gets one."""
    asking = _Asking(store)
    results: dict[int, Planned] = {}

    def tell(planned: Planned) -> None:
        results[planned.job_id] = planned
        listeners.planned(planned)

    # Jobs that want the same plan get the one that is made for the first of them.
    sharing: dict[str, list[Task]] = {}
    requests: list[PlanRequest] = []
    for task in tasks:
        try:
            if give and task.job.state == jobs.ACTIVE:
                raise Refused(f"{task.job.name} is being drawn: its plan stays as it is")
            request, key = asking.request(task)
            if key in sharing:
                sharing[key].append(task)
            elif (kept := kept_plan(store, key)) is not None:
                if give:
                    _give(store, task, kept, key)
                tell(Planned(task.job.id, task.job.name, kept, kept=True))
            else:
                sharing[key] = [task]
                requests.append(request)
        except PlottyError as error:
            tell(_refused(store, task.job, str(error), give, task.values))
    if requests:
        _make(store, requests, list(sharing.values()), tell, listeners, workers, give)
    return [results[task.job.id] for task in tasks]


def _make(
    store: Store,
    requests: Sequence[PlanRequest],
    groups: Sequence[Sequence[Task]],
    tell: Callable[[Planned], None],
    listeners: Listeners,
    workers: int | None,
    give: bool,
) -> None:
    """The plans that are not there yet, each for the tasks of its group."""
    from plotty_tui.planning.pool import Ears, PlanFailure, PlanningStopped, plan_many

    wanted = sum(map(len, groups))
    course = Course(
        [group[0].job.name for group in groups],
        [sum(len(layer.strokes) for layer in request.drawing) for request in requests],
        wanted,
        listeners.watch,
    )

    def keep(number: int, outcome: Any) -> None:
        if isinstance(outcome, PlanFailure):
            found = [
                _refused(store, task.job, outcome.why, give, task.values) for task in groups[number]
            ]
        else:
            found = _keep(store, groups[number], outcome.plan, outcome.layers, give)
        for one in found:
            tell(one)
        course.done(number, len(groups[number]))

    try:
        plan_many(requests, workers, Ears(keep, course.step, listeners.ended), listeners.apart)
    except PlanningStopped:
        raise Stopped(
            f"planning stopped: {course.planned} of {plural(wanted, 'job')} planned, "
            "the others are as they were"
        ) from None


def _keep(
    store: Store, group: Sequence[Task], plan: Plan, layers: Sequence[LayerStrokes], give: bool
) -> list[Planned]:
    """A plan put into the books for the tasks of a group, and given to their jobs."""
    try:
        write_file(store.home.plan_file(plan.settings_hash), encode_layers(layers))
    except PlottyError as error:
        return [Planned(task.job.id, task.job.name, error=str(error)) for task in group]
    found = []
    for task in group:
        job = task.job
        try:
            if give:
                _give(store, task, plan, plan.settings_hash)
            else:
                with store.write():
                    queue.keep_plan(store, job.design_id, plan, plan.settings_hash)
        except PlottyError as error:
            found.append(Planned(job.id, job.name, error=str(error)))
        else:
            found.append(Planned(job.id, job.name, plan))
    return found


def _give(store: Store, task: Task, plan: Plan, key: str) -> None:
    queue.set_plan(store, task.job.id, plan, key, task.job.revision, **task.values)


class _Asking:
    """The stock's pens, the plotters' travel, and each design's strokes, read once."""

    def __init__(self, store: Store) -> None:
        self.store, self.pens = store, materials.stock_pens(store)
        self.travels = devices.travels(store)
        self.drawings: dict[str, list[LayerStrokes]] = {}

    def request(self, task: Task) -> tuple[PlanRequest, str]:
        """What the planner is asked for, and the key of the plan that it would make."""
        from plotty_tui.planning.planner import is_provisional
        from plotty_tui.planning.pool import PlanRequest

        job, preset = task.job, task.preset
        sha256 = job.design.sha256
        if sha256 not in self.drawings:
            self.drawings[sha256] = read_strokes(self.store.home.strokes_file(sha256), job.name)
        drawing = self.drawings[sha256]
        size = paper_dimensions(self.store, job.paper)
        page = (job.design.width_mm, job.design.height_mm)
        turned = papers.turned_sheets(size, self.travels)
        layers = inked(drawing)
        choices = assign_pens(layers, self.pens) if task.choices is None else list(task.choices)
        order = task.sequence or range(len(layers))
        key = settings_hash(
            sha256, preset, job.paper, size, page, [layers[k] for k in order],
            [choices[k] for k in order], is_provisional(preset), task.sequence, turned,
        )  # fmt: skip
        request = PlanRequest(
            drawing, sha256, preset, job.paper, size, page, self.pens, task.choices,
            task.sequence, turned,
        )  # fmt: skip
        return request, key


def inked(drawing: Sequence[LayerStrokes]) -> list[LayerStrokes]:
    """The layers with anything in them: those that are planned."""
    return [layer for layer in drawing if len(layer.strokes)]


def _refused(
    store: Store, job: Job, why: str, give: bool, values: Mapping[str, Any] | None = None
) -> Planned:
    if give:
        queue.refuse_plan(store, job.id, why, **(values or {}))
    return Planned(job.id, job.name, error=why)


def kept_plan(store: Store, key: str) -> Plan | None:
    """A plan made before, if its strokes are still there."""
    row = PlanRow.get_or_none(PlanRow.key == key)
    if row is None or not store.home.plan_file(key).exists():
        return None
    return Plan.from_json(row.body)


def plan_of(job: Job) -> Plan:
    """The plan of a job. Refused when it has none."""
    if job.plan_id is None:
        why = f" ({job.refusal})" if job.refusal else ""
        raise Refused(f"{job.name} has no plan{why}: plotty plan {job.name!r}")
    return Plan.from_json(job.plan.body)


def planned_strokes(store: Store, job: Job) -> tuple[Plan, list[LayerStrokes]]:
    """What will be drawn: the plan and its strokes, layer by layer, in sheet coordinates."""
    plan = plan_of(job)
    return plan, read_strokes(store.home.plan_file(job.plan.key), f"the plan of {job.name}")


def export_job(store: Store, word: str, output: Path) -> tuple[str, Plan]:
    """Write the planned strokes of one job as SVG; its name and plan."""
    from plotty_tui.planning.export import export_svg

    job = one_job(store, word)
    plan, layers = planned_strokes(store, job)
    try:
        write_file(output, export_svg(layers, plan, job.name).encode())
    except Refused as error:
        raise Refused(f"{output} was not written: {error}") from error
    return job.name, plan


@dataclass(frozen=True, slots=True)
class Estimate:
    """A job's times under one preset; `plan` when it is a real plan (stage post). `band` is what
    its machine seconds are likely to be, by what was drawn before."""

    name: str
    preset: str
    seconds: float
    pen_down_mm: float
    pen_up_mm: float
    lifts: int
    pen_changes: int
    plan: Plan
    band: Band | None = None


def estimate_job(
    store: Store,
    word: str,
    preset: str | None = None,
    stage: str = "",
    listeners: Listeners = NOBODY,
) -> Estimate:
    """What a job takes: by its plan (`post`, the default when it has one), or as drawn, before
    any planning (`pre`), or as another preset would plan it. Changes nothing."""
    job = one_job(store, word)
    if stage not in ("", "pre", "post"):
        raise Refused(f"no stage {stage!r}: pre (as drawn) or post (as planned)")
    if preset is None and stage != "pre" and (job.plan_id or stage == "post"):
        plan = plan_of(job)
    else:
        told = "none" if stage == "pre" else preset
        wanted = find_preset(store, told) if told else own_preset(store, job)
        plan = _try_plan(store, job, wanted, listeners)
    return Estimate(
        job.name, plan.preset.name, plan.seconds, plan.pen_down_mm, plan.pen_up_mm, plan.lifts,
        plan.pen_changes, plan, plan_band(store, plan),
    )  # fmt: skip


def _try_plan(store: Store, job: Job, preset: Preset, listeners: Listeners) -> Plan:
    """A plan that is not kept. Refused when it cannot be made."""
    from plotty_tui.planning.pool import Ears, PlanFailure, plan_many

    request, _ = _Asking(store).request(Task(job, preset))
    course = Course([job.name], [1], 1, listeners.watch)
    ears = Ears(on_part=course.step, ended=listeners.ended)
    (made,) = plan_many([request], ears=ears, apart=listeners.apart)
    if isinstance(made, PlanFailure):
        raise Refused(made.why)
    return made.plan
