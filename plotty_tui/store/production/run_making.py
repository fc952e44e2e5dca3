"""A new run in the books: its items, sheets, pieces and materials, its pens and paper reserved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from plotty_tui.domain import jobs, runs, sheets
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.imposition import CROP_MARKS
from plotty_tui.domain.pace import pace_of
from plotty_tui.domain.plan import Plan as FrozenPlan
from plotty_tui.domain.plan import needs_pen_change
from plotty_tui.domain.plot_orders import orders_of

from ..database import Store
from ..events import get_setting, next_number, note
from ..inventory.reservations import reserve_run
from ..presets import preset_motion
from ..tables import (
    Batch,
    Client,
    Device,
    Item,
    Job,
    Paper,
    Pen,
    Piece,
    Plan,
    Run,
    RunMaterial,
    Sheet,
)

FACTORS = "estimate_factors"  # setting: design id -> {"time": 1.12, "ink": 1.0}


@dataclass(frozen=True, slots=True)
class NewSheet:
    """One sheet of a replot: the copy it is, the attempt, the sheet it replaces."""

    copy: int
    attempt: int = 1
    replaces: int | None = None


@dataclass(slots=True)
class NewItem:
    """One line of a new run: a kept plan in `copies` sheets. `layout` are the pieces of each sheet
    (`name`, `design`, `job`, and their places); `again` are the sheets of a replot."""

    plan: Plan
    name: str
    paper: str
    copies: int
    job: int | None = None
    priority: int = jobs.NORMAL
    layout: list[dict[str, Any]] = field(default_factory=list)
    again: list[NewSheet] = field(default_factory=list)

    def own_jobs(self) -> list[int]:
        """The jobs that no other run may draw meanwhile: of an imposed sheet that is a job itself,
        itself; its pieces may lie on other sheets too."""
        return self.jobs() if self.job is None else [self.job]

    def jobs(self) -> list[int]:
        """The jobs that it draws."""
        found = [self.job, *(piece.get("job") for piece in self.layout)]
        return [job for job in dict.fromkeys(found) if job is not None]


@dataclass(slots=True)
class NewMaterial:
    """A pen for a layer with its mm, or a paper with its sheets."""

    label: str = ""
    color: str = ""
    pen: int | None = None
    paper: int | None = None
    drawn_mm: float = 0.0
    priming_mm: float = 0.0
    overhead_mm: float = 0.0
    mass_g: float | None = None
    sheets: int = 0
    spare: int = 0


@dataclass(slots=True)
class NewRun:
    """A run to be made. `materials` None: as the plans say."""

    items: list[NewItem]
    devices: Sequence[str] = ()
    name: str = ""
    batch: str | None = None  # of a new one
    batch_id: int | None = None
    client: int | None = None
    preset: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    notes: str = ""
    seconds: float | None = None
    materials: list[NewMaterial] | None = None
    accepted: list[dict[str, str]] = field(default_factory=list)
    replot_of: int | None = None


def make_run(store: Store, new: NewRun, short: bool = False) -> Run:
    """Make a pending run and reserve what it takes. Refused when a job is in an open run already,
    or when pens or paper do not suffice after what other runs hold (`short`: accepted). Nothing
    is left of a refused one, not even its number."""
    with store.write():
        now = store.clock.now()
        fresh = [item for item in new.items if not item.again]
        for job_id in dict.fromkeys(job for item in fresh for job in item.own_jobs()):
            _check_job(Job.get_by_id(job_id))
        factors = get_setting(store, FACTORS, {})
        run = Run.create(
            number=next_number("run"), name=new.name, client=new.client or _one_client(new.items),
            batch=Batch.create(name=new.batch, created_at=now) if new.batch else new.batch_id,
            replot_of=new.replot_of, devices=list(new.devices), settings=new.settings,
            preset=new.preset or _one([item.plan.preset for item in new.items]) or "",
            estimated_seconds=0.0, estimated_mm=0.0, notes=new.notes, accepted=new.accepted,
            created_at=now,
        )  # fmt: skip
        items = [add_item(run, place, item, factors) for place, item in enumerate(new.items)]
        wanted = planned_materials(store, items, new.devices)
        for place, one in enumerate(wanted if new.materials is None else new.materials):
            RunMaterial.create(run=run, position=place, **_columns(one))
        estimate(run, new.seconds)
        reserve_run(store, run, short=short)
        for job in _jobs_of(new.items):
            Job.update(state=jobs.ACTIVE, revision=Job.revision + 1).where(
                Job.id == job.id
            ).execute()
        note(store, "run", f"{runs.run_name(run.number)} made", run=run)
        return Run.get_by_id(run.id)


def _columns(one: NewMaterial) -> dict[str, Any]:
    return {name: getattr(one, name) for name in NewMaterial.__slots__}


def _jobs_of(items: Iterable[NewItem]) -> list[Job]:
    ids = dict.fromkeys(job for item in items for job in item.jobs())
    return [Job.get_by_id(job) for job in ids]


def _check_job(job: Job) -> None:
    if job.state == jobs.ACTIVE:
        raise Refused(f"{job.name} is being drawn already")


def _one(values: Iterable[Any]) -> Any:
    """The value when all are the same, else None."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _one_client(items: Iterable[NewItem]) -> Client | None:
    client = _one(job.client_id for job in _jobs_of(items))
    return None if client is None else Client.get_by_id(client)


def add_item(run: Run, position: int, new: NewItem, factors: dict[str, Any]) -> Item:
    """A line of a run with its sheets; `factors` are what earlier runs taught, by design. Call it
    inside a transaction."""
    stock = next(
        (p for p in Paper.select().where(Paper.retired_at.is_null())
         if p.name.casefold() == new.paper.casefold()),
        None,
    )  # fmt: skip
    factor = {} if new.layout else factors.get(str(new.plan.design_id), {})
    item = Item.create(
        run=run, position=position, job=new.job, plan=new.plan, name=new.name, paper=new.paper,
        stock=stock, copies=new.copies, priority=new.priority, layout=new.layout,
        sheet_mm=new.plan.pen_down_mm * factor.get("ink", 1.0),
        sheet_seconds=new.plan.seconds * factor.get("time", 1.0) * _pace(run, new.plan),
    )  # fmt: skip
    add_sheets(item, new.again or [NewSheet(copy) for copy in range(1, new.copies + 1)])
    return item


def _pace(run: Run, row: Plan) -> float:
    """How many times the planned seconds a sheet takes as the run is told to draw, or by the own
    presets of its plotters (none named: those that are switched on); of several the mean."""
    told = orders_of(run.settings)
    names = list(run.devices)
    chosen = list(Device.select().where(Device.name.in_(names) if names else Device.enabled))
    if not chosen or not (told.motions or any(device.preset for device in chosen)):
        return 1.0
    plan = FrozenPlan.from_json(row.body)
    paces = [
        pace_of(plan, told.motion(one.name, plan.preset.motion) or preset_motion(one.preset))
        for one in chosen
    ]
    return sum(paces) / len(paces)


def add_sheets(item: Item, wanted: Sequence[NewSheet]) -> None:
    """Further planned sheets of an item, with the pieces of its layout."""
    Sheet.insert_many(
        [
            {"run": item.run_id, "item": item.id, "copy": one.copy, "attempt": one.attempt,
             "replaces": one.replaces}
            for one in wanted
        ]
    ).execute()  # fmt: skip
    if not item.layout:
        return
    copies = {(one.copy, one.attempt) for one in wanted}
    for sheet in Sheet.select().where(Sheet.item == item):
        if (sheet.copy, sheet.attempt) in copies:
            Piece.insert_many(
                [
                    {"sheet": sheet.id, "position": place, "name": piece["name"],
                     "design": piece.get("design"), "job": piece.get("job")}
                    for place, piece in enumerate(item.layout, 1)
                ]
            ).execute()  # fmt: skip


# What it takes -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """A plan that is drawn in so many sheets of a paper (`stock` its id, when it is counted);
    `factor` is what earlier runs taught of its ink."""

    plan: FrozenPlan
    copies: int
    paper: str
    stock: int | None
    factor: float = 1.0


def planned_materials(
    store: Store, items: Sequence[Item], devices: Sequence[str] = ()
) -> list[NewMaterial]:
    """The materials of these items, by their plans."""
    taken = []
    for item in items:
        plan = FrozenPlan.from_json(item.plan.body)
        known = item.sheet_mm is not None and plan.pen_down_mm > 0
        factor = item.sheet_mm / plan.pen_down_mm if known else 1.0
        taken.append(Taken(plan, item.copies, item.paper, item.stock_id, factor))
    return materials_of(taken, devices)


def materials_of(taken: Sequence[Taken], devices: Sequence[str] = ()) -> list[NewMaterial]:
    """The pens (a row for each layer's label and pen) and papers that these plans take."""
    pens: dict[tuple[str, str, int | None], NewMaterial] = {}
    papers: dict[int, NewMaterial] = {}
    for one in taken:
        layers = one.plan.layers
        for layer, primings in zip(layers, _primings(one.plan, one.copies), strict=True):
            pen = layer.pen.pen_id if layer.pen else None
            row = pens.setdefault(
                (layer.name, layer.color, pen), NewMaterial(layer.name, layer.color, pen)
            )
            mm = layer.pen_down_mm * one.copies * one.factor
            if layer.name == CROP_MARKS:
                row.overhead_mm += mm
            else:
                row.drawn_mm += mm
            row.priming_mm += primings * priming_mm(pen, devices)
        if one.stock is not None:
            paper = papers.setdefault(one.stock, NewMaterial(one.paper, paper=one.stock))
            paper.sheets += one.copies
    return [*pens.values(), *papers.values()]


def factors_of(store: Store, design_id: int) -> dict[str, float]:
    """What earlier runs of a design taught: `time` and `ink`, by what estimates are multiplied."""
    return dict(get_setting(store, FACTORS, {}).get(str(design_id), {}))


def _primings(plan: FrozenPlan, copies: int) -> list[int]:
    """How often the pen of each layer is put in over these copies: once for all when the sheet has
    one pen, else at every change."""
    layers = plan.layers
    changes = [
        needs_pen_change(before, after)
        for before, after in zip([*layers[-1:], *layers[:-1]], layers, strict=True)
    ]
    if not any(changes):
        return [1] + [0] * (len(layers) - 1) if layers else []
    return [copies if changed else 0 for changed in changes]


def priming_mm(pen_id: int | None, devices: Sequence[str]) -> float:
    """mm that are drawn in the margin when this pen is put in: as the pen says, or the plotters
    of the run (none named: those that are switched on) at most."""
    pen = Pen.get_or_none(Pen.id == pen_id) if pen_id is not None else None
    if pen is not None and "prime_mm" in pen.care:
        return float(pen.care["prime_mm"])
    chosen = Device.name.in_(list(devices)) if devices else Device.enabled
    return max(
        (float(one.settings.get("prime_mm", 0.0)) for one in Device.select().where(chosen)),
        default=0.0,
    )


def estimate(run: Run, seconds: float | None = None) -> None:
    """Write what the run is expected to take: the time of its items (or as a person says), the ink
    of its materials."""
    items = list(Item.select().where(Item.run == run))
    materials = RunMaterial.select().where(RunMaterial.run == run, RunMaterial.paper.is_null())
    if seconds is None:
        seconds = sum((item.sheet_seconds or 0.0) * item.copies for item in items)
    mm = sum(one.drawn_mm + one.priming_mm + one.overhead_mm for one in materials)
    Run.update(estimated_seconds=seconds, estimated_mm=mm).where(Run.id == run.id).execute()


def fine_copies(store: Store, job_id: int) -> int:
    """Copies of a job that are drawn and accepted so far: sheets (one that draws only failed pieces
    of a sheet again is no copy more), or pieces of shared sheets."""
    row = store.row(
        "SELECT (SELECT count(*) FROM sheet s JOIN item i ON i.id = s.item_id WHERE i.job_id = ? "
        f"AND s.state IN {sheets.FINE} AND NOT EXISTS "
        "(SELECT 1 FROM piece p WHERE p.sheet_id = s.id AND p.job_id = i.job_id) AND NOT EXISTS "
        f"(SELECT 1 FROM sheet o WHERE o.id = s.replaces_id AND o.state IN {sheets.FINE})) + "
        "(SELECT count(*) FROM piece p JOIN sheet s ON s.id = p.sheet_id WHERE p.job_id = ? "
        f"AND p.state != 'spoiled' AND s.state IN {sheets.FINE}) AS number",
        job_id, job_id,
    )  # fmt: skip
    return row.number if row else 0
