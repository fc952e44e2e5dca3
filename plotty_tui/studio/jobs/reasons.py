"""Why a job is not being drawn: every reason there is, with its cure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plotty_tui.domain import jobs, orders, papers, runs, sheets
from plotty_tui.domain.errors import NotFound
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.values import plural
from plotty_tui.store.database import Row, Store
from plotty_tui.store.inventory import materials
from plotty_tui.store.jobs import queue
from plotty_tui.store.machines import devices
from plotty_tui.store.machines.service import service_block
from plotty_tui.store.plots.opening_hours import closed_words
from plotty_tui.store.tables import Device, Item, Job, Run, Sheet

from ..engine_process import engine_runs
from ..watching import DeviceView, device_views
from .intake import one_job

_BUSY = {
    orders.DRAWING: "draws",
    orders.WAITING: "waits for a person",
    orders.PAUSED: "is paused",
    orders.INTERRUPTED: "was interrupted",
    orders.FAULT: "has a fault",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that keeps a job from being drawn, and the command that cures it (may be empty:
    time does)."""

    text: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """A job and what keeps it; `drawing` names the plotters that draw it now: then nothing does."""

    job_id: int
    name: str
    drawing: tuple[str, ...]
    reasons: tuple[Reason, ...]


def why_not_drawn(store: Store, word: str) -> Why:
    """Why the job of this name or id is not being drawn. NotFound; Refused for several."""
    return _why(store, one_job(store, word))


def why_job(store: Store, job_id: int) -> Why:
    """The same for a job by its number alone. NotFound when it is gone."""
    job = Job.get_or_none(Job.id == job_id)
    if job is None:
        raise NotFound(f"job {job_id} is no longer in the books")
    return _why(store, job)


def _why(store: Store, job: Job) -> Why:
    with store.read():
        states = {state: device for state, _, device, _ in _row_of(store, job).sheets}
        if sheets.DRAWING in states:
            return Why(job.id, job.name, (states[sheets.DRAWING],), ())
        reasons = tuple(_reasons(store, job))
    return Why(job.id, job.name, (), reasons)


def _row_of(store: Store, job: Job) -> Row:
    return queue.job_rows(store, "j.id = ?", [job.id])[0]


def _reasons(store: Store, job: Job) -> Iterator[Reason]:
    if job.archived_at is not None:
        yield Reason("it was taken out of the queue", "plotty undo")
        return
    if job.state == jobs.DONE:
        copies = plural(job.copies, "copy", "copies")
        yield Reason(f"it is done: {copies} drawn", f"plotty plot {job.name!r}")
        return
    if job.held:
        yield Reason(f"it is held: {job.held}", f"plotty queue release {job.name!r}")
    if job.plan_id is None:
        if job.refusal:
            yield Reason(f"the planner refused it: {job.refusal}", f"plotty info job {job.name!r}")
        else:
            yield Reason("it has no plan", f"plotty plan {job.name!r}")
        return
    waiting = _open_sheets(job)
    if not waiting:
        yield from _pending_runs(job)
        yield from _at_plotters(store, Plan.from_json(job.plan.body), [])
        return
    yield from _at_work(store, job, waiting)


def _pending_runs(job: Job) -> Iterator[Reason]:
    pending = (
        Run.select().join(Item).where(Item.job == job.id, Run.state == runs.PENDING).distinct()
    )
    names = [runs.run_name(run.number) for run in pending]
    for name in names:
        yield Reason(f"{name} holds it and has not been started", f"plotty run start {name}")
    if not names:
        yield Reason("no run has it", f"plotty plot {job.name!r}")


def _open_sheets(job: Job) -> list[Sheet]:
    return list(
        Sheet.select()
        .join(Item)
        .switch(Sheet)
        .join(Run, on=(Sheet.run == Run.id))
        .where(Item.job == job.id, Run.state == runs.IN_PROGRESS, Sheet.state.in_(sheets.OPEN))
    )


def _at_work(store: Store, job: Job, waiting: list[Sheet]) -> Iterator[Reason]:
    """It is in a run that is under way."""
    if not engine_runs(store.home):
        yield Reason("no engine runs, so no plotter moves", "plotty engine start")
    hands = {hand.device: hand.text for hand in devices.open_hands(store)}
    lying = [sheet for sheet in waiting if sheet.device_id is not None]
    for sheet in lying:
        name = sheet.device.name
        if name in hands:
            yield Reason(f"its sheet on {name} waits for a person: {hands[name]}", _answer(sheet))
        else:
            yield Reason(f"its sheet on {name} is {sheet.state} ({sheet.device.state})")
    yield from _set_aside(waiting)
    if lying or job.held:
        return
    if closed := closed_words(store):
        text, _, cure = closed.partition(": plotty ")
        yield Reason(f"the studio {text}", f"plotty {cure}")
    only = list(dict.fromkeys(name for sheet in waiting for name in sheet.run.devices))
    yield from _stock(store, waiting)
    yield from _at_plotters(store, Plan.from_json(waiting[0].item.plan.body), only)
    before = _sheets_before(store, job)
    if before:
        yield Reason(f"{plural(before, 'sheet')} of other jobs come first")


def _set_aside(waiting: list[Sheet]) -> Iterator[Reason]:
    aside = [sheet for sheet in waiting if sheet.aside_id is not None and sheet.device_id is None]
    for name in dict.fromkeys(sheet.aside.name for sheet in aside):
        number = plural(sum(sheet.aside.name == name for sheet in aside), "begun sheet")
        yield Reason(f"{number} set aside on {name}: the next pen comes when its pass does")


def _answer(sheet: Sheet) -> str:
    name = sheet.device.name
    return f"plotty resume {name}" if sheet.state == sheets.INTERRUPTED else f"plotty ready {name}"


def _stock(store: Store, waiting: list[Sheet]) -> Iterator[Reason]:
    stock = {paper.name.casefold(): paper for paper in materials.paper_rows(store)}
    name = waiting[0].item.paper
    paper = stock.get(name.casefold())
    if paper is not None and paper.stock <= 0:
        yield Reason(f"no {name} is in stock", f"plotty paper receive {name} 100")


def _at_plotters(store: Store, plan: Plan, only: list[str]) -> Iterator[Reason]:
    """What keeps each plotter; nothing when one that it fits on is free."""
    found = list(Device.select().where(Device.archived_at.is_null()))
    if not found:
        yield Reason("no plotter is set up", "plotty device add left --model v3")
        return
    size = (plan.sheet_width, plan.sheet_height)
    now = {view.name: view for view in device_views(store)}
    told = [_keeps(device, size, only, now[device.name]) for device in found]
    if all(told):
        yield from (reason for reason in told if reason is not None)


def _keeps(
    device: Device, size: tuple[float, float], only: list[str], now: DeviceView
) -> Reason | None:
    name = device.name
    if only and name not in only:
        return Reason(f"{name} is not one of its run's plotters ({', '.join(only)})")
    if not papers.turn_for_device(size, (device.travel_x_mm, device.travel_y_mm)):
        return Reason(
            f"{name} reaches {device.travel_x_mm:g} x {device.travel_y_mm:g} mm, its sheet is "
            f"{size[0]:g} x {size[1]:g} mm"
        )
    if not device.enabled:
        return Reason(f"{name} is switched off", f"plotty device edit {name} --enable")
    if block := service_block(device):
        text, _, cure = block.partition(": ")
        return Reason(text, cure)
    if now.state in _BUSY:
        words = _BUSY[now.state]
        return Reason(f"{name} {words}" + (f": {now.job}" if now.job else ""))
    return None


def _sheets_before(store: Store, job: Job) -> int:
    """Sheets of open runs that come first in the queue."""
    row = store.row(
        "SELECT count(*) AS number FROM sheet s JOIN item i ON i.id = s.item_id "
        "JOIN run r ON r.id = s.run_id JOIN job j ON j.id = i.job_id "
        "WHERE r.state = ? AND s.state = ? AND s.device_id IS NULL AND j.held = '' "
        "AND (j.priority, j.position, j.id) < (?, ?, ?)",
        runs.IN_PROGRESS, sheets.PLANNED, job.priority, job.position, job.id,
    )  # fmt: skip
    return row.number if row else 0
