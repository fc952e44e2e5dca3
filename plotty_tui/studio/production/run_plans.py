"""The plans of a run that is being made: which there are, and which have to be made for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.pen_choice import PenChoice, StockPen, assign_pens
from plotty_tui.domain.plan import Plan, PlanLayer, count_pen_changes
from plotty_tui.store.database import Store
from plotty_tui.store.inventory import materials
from plotty_tui.store.presets import find_preset
from plotty_tui.store.production import run_making as making
from plotty_tui.store.tables import Job
from plotty_tui.store.tables import Plan as PlanRow

from ..jobs.intake import paper_dimensions
from .run_drafts import PenWish, RunDraft, Wanted

if TYPE_CHECKING:
    from ..jobs.imposing import Imposing


@dataclass(slots=True)
class PlannedLine:
    """Some sheets of a run that are drawn alike: the jobs on each (with how many pieces of them),
    the plan of a sheet, and whether that still has to be made."""

    jobs: list[tuple[Job, int]]
    sheets: int
    plan: Plan
    row: PlanRow | None
    paper: str
    preset: str
    layout: list[dict[str, Any]]
    bed: str = ""
    problem: str = ""

    @property
    def name(self) -> str:
        return " + ".join(job.name for job, _ in self.jobs)

    @property
    def per_sheet(self) -> int:
        return max(1, len(self.layout))

    @property
    def quantity(self) -> int:
        """Pieces."""
        return self.sheets * self.per_sheet

    def parts(self) -> list[tuple[Job, int, float]]:
        """(job, its pieces, its share of each sheet)."""
        each = sum(count for _, count in self.jobs)
        return [(job, count * self.sheets, count / each) for job, count in self.jobs]

    def factors(self, store: Store) -> dict[str, float]:
        """What earlier runs taught of the design; of shared sheets nothing is."""
        if self.layout:
            return {}
        return making.factors_of(store, self.jobs[0][0].design_id)

    def items(self) -> list[making.NewItem]:
        """The line as the books take it."""
        assert self.row is not None
        first = self.jobs[0][0]
        job = first.id if len(self.jobs) == 1 else None
        return [
            making.NewItem(
                self.row, self.name, self.paper, self.sheets, job, first.priority, self.layout
            )
        ]


def look_up(
    store: Store, draft: RunDraft, stock: Sequence[StockPen]
) -> tuple[list[PlannedLine], list[str]]:
    """The lines of a draft by the plans that are there, and why others have none. Where a plan
    would still have to be made for this preset, these pens or shared sheets, the nearest one
    stands for it."""
    lines, missing = [], []
    for together in _beds(draft):
        try:
            found = [_look_up(store, draft, wanted, _job(wanted), stock) for wanted in together]
            shared = len(found) > 1 or together[0].per_sheet > 1
            lines += _share_sheets(store, draft, together, found) if shared else found
        except Refused as error:
            missing.append(str(error))
    return lines, missing


def _beds(draft: RunDraft) -> list[list[Wanted]]:
    """The lines that share their sheets, in the order of the draft."""
    beds: dict[str, list[Wanted]] = {}
    for place, wanted in enumerate(draft.designs):
        beds.setdefault(wanted.bed or f"alone {place}", []).append(wanted)
    return list(beds.values())


def _job(wanted: Wanted) -> Job:
    job = Job.get_or_none(Job.id == wanted.job, Job.archived_at.is_null())
    if job is None:
        raise Refused(f"job {wanted.job} is gone from the queue: leave it out")
    return job


def _share_sheets(
    store: Store, draft: RunDraft, together: Sequence[Wanted], found: Sequence[PlannedLine]
) -> list[PlannedLine]:
    """Several pieces on each sheet: what their plans come to together, until it is planned."""
    from plotty_tui.planning import imposition

    from ..jobs.imposing import room_of, size_of

    how = _imposing(draft, together, found)
    room = room_of(store, how)
    sizes = [size_of(line.jobs[0][0], how, room) for line in found]
    lines = []
    for sheet in imposition.impose(sizes, [one.quantity for one in together], room):
        counts = [0] * len(found)
        for piece in sheet.pieces:
            counts[piece.number] += 1
        parts = [(line, count) for line, count in zip(found, counts, strict=True) if count]
        names = [found[piece.number].jobs[0][0].name for piece in sheet.pieces]
        lines.append(
            PlannedLine(
                [(line.jobs[0][0], count) for line, count in parts], sheet.copies,
                _merged(parts, room.paper), None, how.paper, found[0].preset,
                [{"name": name} for name in names], together[0].bed,
                f"{len(names)} on a sheet, estimated from single ones until it is made",
            )
        )  # fmt: skip
    return lines


def _imposing(
    draft: RunDraft, together: Sequence[Wanted], found: Sequence[PlannedLine]
) -> Imposing:
    from ..jobs.imposing import Imposing

    most = max(one.per_sheet for one in together)
    per_sheet = most if len(together) == 1 else None
    return Imposing(draft.paper or found[0].paper, per_sheet=per_sheet, name=draft.name)


def _merged(parts: Sequence[tuple[PlannedLine, int]], paper: tuple[float, float]) -> Plan:
    """A plan that takes what these plans take together, so many times each."""
    layers: dict[tuple[str, str], PlanLayer] = {}
    for line, count in parts:
        for layer in line.plan.layers:
            key = (layer.name, layer.color)
            so_far = layers.get(key)
            sums = {
                name: getattr(layer, name) * count + (getattr(so_far, name) if so_far else 0)
                for name in ("strokes", "pen_down_mm", "pen_up_mm", "lifts", "seconds")
            }
            index = so_far.index if so_far else len(layers)
            layers[key] = replace(layer, index=index, steps=(), **sums)
    chosen = list(layers.values())
    return replace(
        parts[0][0].plan, sheet_width=paper[0], sheet_height=paper[1], layers=chosen,
        seconds=sum(line.plan.seconds * count for line, count in parts),
        pen_down_mm=sum(line.plan.pen_down_mm * count for line, count in parts),
        pen_changes=count_pen_changes(chosen),
    )  # fmt: skip


def _look_up(
    store: Store, draft: RunDraft, wanted: Wanted, job: Job, stock: Sequence[StockPen]
) -> PlannedLine:
    row = _nearest_plan(job, draft.preset)
    if row is None:
        why = job.refusal or f"plotty plan {job.name!r}"
        raise Refused(f"{job.name} has no plan yet: {why}")
    plan = Plan.from_json(row.body)
    changed = with_pens(plan, draft, stock)
    problem = ""
    if draft.preset and plan.preset.name != draft.preset.casefold():
        problem = f"estimated from preset {plan.preset.name}; planned with {draft.preset} when made"
    same = not problem and changed is plan
    return PlannedLine(
        [(job, 1)], wanted.quantity, changed, row if same else None,
        _paper(store, draft, wanted, job, plan),
        draft.preset or plan.preset.name, [], wanted.bed, problem,
    )  # fmt: skip


def _nearest_plan(job: Job, preset: str) -> PlanRow | None:
    """The plan of a job: its own, or one that was made of its design with this preset."""
    if job.plan_id is not None and preset.casefold() in ("", job.plan.preset):
        return job.plan
    other = (
        PlanRow.select()
        .where(PlanRow.design == job.design_id, PlanRow.preset == preset.casefold())
        .order_by(PlanRow.id.desc())
        .first()
    )
    return other or job.plan


def _paper(store: Store, draft: RunDraft, wanted: Wanted, job: Job, plan: Plan) -> str:
    """The paper of a line: the draft's, where that is of the size the plan was made for (shared
    sheets are laid out anew)."""
    if not draft.paper or wanted.per_sheet > 1 or wanted.bed:
        return draft.paper or job.paper
    size = paper_dimensions(store, draft.paper)
    planned = sorted((plan.sheet_width, plan.sheet_height))
    if any(abs(one - other) > 1 for one, other in zip(sorted(size), planned, strict=True)):
        raise Refused(
            f"{job.name} is planned for {planned[0]:g} x {planned[1]:g} mm and {draft.paper} is "
            f"{size[0]:g} x {size[1]:g} mm: plan it for that paper first"
        )
    return draft.paper


def with_pens(plan: Plan, draft: RunDraft, stock: Sequence[StockPen]) -> Plan:
    """The plan with the pens that the draft wants; the plan itself when it has them."""
    layers = []
    for layer in plan.layers:
        choice = _choice(layer.name, layer.color, draft, stock)
        same = choice is None or (layer.pen is not None and layer.pen.pen_id == choice.pen_id)
        layers.append(layer if same else replace(layer, pen=choice))
    if all(one is other for one, other in zip(layers, plan.layers, strict=True)):
        return plan
    return replace(plan, layers=layers, pen_changes=count_pen_changes(layers))


def wish_of(draft: RunDraft, label: str, color: str) -> PenWish | None:
    """What the draft says of a layer, by its name or its colour."""
    wanted = {key.casefold(): wish for key, wish in draft.pens.items()}
    return wanted.get(label.casefold()) or wanted.get(color.casefold())


def _choice(label: str, color: str, draft: RunDraft, stock: Sequence[StockPen]) -> PenChoice | None:
    wish = wish_of(draft, label, color)
    if wish is None or not wish.pen:
        return None
    pen = materials.pen_in(stock, wish.pen)
    return PenChoice(pen.id, pen.code, "chosen for the run", pen.tip_mm)


def plan_lines(store: Store, draft: RunDraft) -> list[PlannedLine]:
    """The lines of a draft with their plans, made now where they are not there yet: shared sheets
    become jobs of the queue first. Refused when one cannot be planned."""
    stock = materials.stock_pens(store)
    lines, missing = look_up(store, draft, stock)
    if missing:
        raise Refused("; ".join(missing))
    lines = [line for line in lines if not line.layout] + _impose(store, draft, stock)
    _plan(store, draft, [line for line in lines if line.row is None], stock)
    return lines


def _impose(store: Store, draft: RunDraft, stock: Sequence[StockPen]) -> list[PlannedLine]:
    """The shared sheets of a draft, as jobs of their own."""
    from ..jobs.imposing import impose_jobs

    lines = []
    for together in _beds(draft):
        if len(together) < 2 and together[0].per_sheet < 2:
            continue
        found = [_look_up(store, draft, wanted, _job(wanted), stock) for wanted in together]
        pieces = [
            (line.jobs[0][0], one.quantity) for line, one in zip(found, together, strict=True)
        ]
        for made in impose_jobs(store, pieces, _imposing(draft, together, found)):
            job = Job.get_by_id(made.job_id)
            lines.append(
                PlannedLine(
                    [(job, len(made.layout))], made.copies, found[0].plan, None, made.paper,
                    found[0].preset, made.layout, together[0].bed,
                )
            )  # fmt: skip
    return lines


def _plan(
    store: Store, draft: RunDraft, fresh: Sequence[PlannedLine], stock: Sequence[StockPen]
) -> None:
    """Plan these lines with the pens that the draft wants."""
    from ..planning.plans import Task, inked, plan_tasks, read_strokes

    tasks = []
    for line in fresh:
        job = line.jobs[0][0]
        drawn = inked(read_strokes(store.home.strokes_file(job.design.sha256), job.name))
        chosen = [
            _choice(layer.name, layer.color, draft, stock) or planned
            for layer, planned in zip(drawn, assign_pens(drawn, stock), strict=True)
        ]
        tasks.append(Task(job, find_preset(store, line.preset), chosen))
    made = {one.job_id: one for one in plan_tasks(store, tasks, give=False)} if tasks else {}
    for line in fresh:
        done = made[line.jobs[0][0].id]
        if done.plan is None:
            raise Refused(f"{done.name} cannot be planned: {done.error}")
        line.plan = done.plan
        line.row = PlanRow.get(PlanRow.key == done.plan.settings_hash)
