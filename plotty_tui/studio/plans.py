"""Planning: jobs get plans; plans are kept by everything that decides them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from plotty_tui.domain import jobs, papers
from plotty_tui.domain.errors import PlottyError, Refused
from plotty_tui.domain.learned import Band
from plotty_tui.domain.pen_choice import PenChoice, StockPen, assign_pens
from plotty_tui.domain.plan import Plan, settings_hash
from plotty_tui.domain.presets import Preset
from plotty_tui.domain.strokes import LayerStrokes, decode_layers, encode_layers
from plotty_tui.store import devices, events, materials, queue
from plotty_tui.store.database import Store
from plotty_tui.store.home import write_file
from plotty_tui.store.presets import find_preset
from plotty_tui.store.tables import Job
from plotty_tui.store.tables import Plan as PlanRow

from .estimates import plan_band
from .intake import one_job, paper_dimensions
from .pen_plans import AUTO, map_pens, pen_words, read_pens

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
    and its layers in this order (empty: as they are)."""

    job: Job
    preset: Preset
    choices: Sequence[PenChoice] | None = None
    sequence: Sequence[int] = ()


def plan_jobs(
    store: Store,
    wanted: Sequence[Job],
    preset: str = "",
    on_planned: Callable[[Planned], None] | None = None,
    workers: int | None = None,
) -> list[Planned]:
    """Plan these jobs, on all cores; `on_planned` is told of each once it is in the books. Without
    a preset each has the one that its template gave it, or the usual one, and the template's pens.

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
            if on_planned:
                on_planned(done[job.id])
    done |= {one.job_id: one for one in plan_tasks(store, tasks, on_planned, workers)}
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
    on_planned: Callable[[Planned], None] | None = None,
    workers: int | None = None,
    give: bool = True,
) -> list[Planned]:
    """Plan these tasks as `plan_jobs` does. Without `give` the plans are kept for later, and no job
    gets one."""
    asking = _Asking(store)
    results: dict[int, Planned] = {}

    def tell(planned: Planned) -> None:
        results[planned.job_id] = planned
        if on_planned:
            on_planned(planned)

    # Jobs that want the same plan get the one that is made for the first of them.
    sharing: dict[str, list[Job]] = {}
    requests = []
    from plotty_tui.planning.pool import PlanFailure, plan_many

    for task in tasks:
        job = task.job
        try:
            if give and job.state == jobs.ACTIVE:
                raise Refused(f"{job.name} is being drawn: its plan stays as it is")
            request, key = asking.request(task)
            if key in sharing:
                sharing[key].append(job)
                continue
            kept = kept_plan(store, key)
            if kept is not None:
                if give:
                    queue.set_plan(store, job.id, kept, key, job.revision)
                tell(Planned(job.id, job.name, kept, kept=True))
                continue
            sharing[key] = [job]
            requests.append(request)
        except PlottyError as error:
            tell(_refused(store, job, str(error), give))
    groups = list(sharing.values())

    def keep(number: int, outcome: object) -> None:
        if isinstance(outcome, PlanFailure):
            for job in groups[number]:
                tell(_refused(store, job, outcome.why, give))
            return
        plan, layers = outcome.plan, outcome.layers  # type: ignore[attr-defined]
        try:
            write_file(store.home.plan_file(plan.settings_hash), encode_layers(layers))
        except PlottyError as error:
            for job in groups[number]:
                tell(Planned(job.id, job.name, error=str(error)))
            return
        for job in groups[number]:
            tell(_kept_for(store, job, plan, give))

    if requests:
        plan_many(requests, workers, keep)
    return [results[task.job.id] for task in tasks]


def _kept_for(store: Store, job: Job, plan: Plan, give: bool) -> Planned:
    """A plan put into the books for a job, and given to it."""
    try:
        if give:
            queue.set_plan(store, job.id, plan, plan.settings_hash, job.revision)
        else:
            with store.write():
                queue.keep_plan(store, job.design_id, plan, plan.settings_hash)
    except PlottyError as error:
        return Planned(job.id, job.name, error=str(error))
    return Planned(job.id, job.name, plan)


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


def _refused(store: Store, job: Job, why: str, give: bool) -> Planned:
    if give:
        queue.refuse_plan(store, job.id, why)
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


def estimate_job(store: Store, word: str, preset: str | None = None, stage: str = "") -> Estimate:
    """What a job takes: by its plan (`post`, the default when it has one), or as drawn, before
    any planning (`pre`), or as another preset would plan it. Changes nothing."""
    job = one_job(store, word)
    if stage not in ("", "pre", "post"):
        raise Refused(f"no stage {stage!r}: pre (as drawn) or post (as planned)")
    if preset is None and stage != "pre" and (job.plan_id or stage == "post"):
        plan = plan_of(job)
    else:
        told = "none" if stage == "pre" else preset
        plan = _try_plan(store, job, find_preset(store, told) if told else own_preset(store, job))
    return Estimate(
        job.name, plan.preset.name, plan.seconds, plan.pen_down_mm, plan.pen_up_mm, plan.lifts,
        plan.pen_changes, plan, plan_band(store, plan),
    )  # fmt: skip


def _try_plan(store: Store, job: Job, preset: Preset) -> Plan:
    from plotty_tui.planning.planner import plan_design

    return plan_design(
        read_strokes(store.home.strokes_file(job.design.sha256), job.name),
        job.design.sha256,
        preset,
        job.paper,
        paper_dimensions(store, job.paper),
        (job.design.width_mm, job.design.height_mm),
        materials.stock_pens(store),
        turned=papers.turned_sheets(paper_dimensions(store, job.paper), devices.travels(store)),
    ).plan
