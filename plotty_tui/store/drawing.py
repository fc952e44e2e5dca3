"""What the engine writes while sheets are drawn: claims, layers, interruptions.

Each function is one transaction. Ink is booked when a layer (or a part of one) is finished,
under a key that cannot be used twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR
from typing import Any

import peewee as pw

from plotty_tui.domain import jobs, ledger, papers, runs, sheets
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.hands_ahead import choose_shared
from plotty_tui.domain.plan import Plan, PlanLayer
from plotty_tui.domain.plot_orders import PlotOrders, orders_of
from plotty_tui.domain.presets import MotionSettings

from .database import Store
from .devices import add_to_odometer, clear_progress, withdraw_hands
from .events import note
from .loose_ink import book_loose_ink
from .low_stock import note_low_stock
from .materials import book, booked, paper_stock
from .opening_hours import closed_until
from .reservations import release_run, release_sheets
from .run_making import fine_copies
from .run_orders import note_through, tell_fault
from .service import service_block
from .tables import Device, Item, Job, Pen, Piece, Progress, Run, Sheet, SheetLayer


@dataclass(slots=True)
class Claim:
    """A sheet that a device has taken, with all that is needed to draw it."""

    sheet: int
    run: int
    job: str
    copy: int
    copies: int
    paper: str
    plan: Plan
    plan_key: str
    layer: int
    stroke: int
    state: str
    to_put_on: bool = False  # begun on another plotter, not yet lying on this one
    orders: PlotOrders = field(default_factory=PlotOrders)
    motion: MotionSettings | None = None  # told for this run; None: as plan and plotter say
    own: dict[str, float] = field(default_factory=dict)  # settings of this sheet alone


def claim_sheet(store: Store, device_id: int) -> Claim | None:
    """Take the next sheet that this device may draw: its own claimed one first, then by priority,
    place in the queue and copy; within one priority and one run first a sheet whose first pen is
    in the holder. None when there is nothing for it, it is switched off, wants service, or the
    studio is closed."""
    with store.write():
        device = Device.get_by_id(device_id)
        mine = Sheet.get_or_none(Sheet.device == device, Sheet.state == sheets.PLANNED)
        if mine is not None:
            return _claim_of(mine)
        if not device.enabled or service_block(device) or _holds_a_sheet(device):
            return None
        if closed_until(store) is not None:
            return None
        sheet = _next_sheet(device)
        if sheet is None:
            return None
        Sheet.update(device=device).where(Sheet.id == sheet.id).execute()
        return _claim_of(Sheet.get_by_id(sheet.id))


def _holds_a_sheet(device: Device) -> bool:
    lying = Sheet.select().where(Sheet.device == device, Sheet.state.in_(sheets.ON_DEVICE))
    return lying.exists()


# Designs of a run that are looked at for one whose first pen is in the holder.
LOOK_AHEAD = 40


def _next_sheet(device: Device) -> Sheet | None:
    """The first sheet that fits, or the first of the same run and priority whose pen is in."""
    travel = (device.travel_x_mm, device.travel_y_mm)
    first: Sheet | None = None
    seen: dict[int, bool] = {}  # item -> whether its first pen is in the holder
    for sheet in waiting_sheets(device):
        if first is not None and block_of(sheet) != block_of(first):
            break
        if sheet.item_id in seen:
            continue
        plan = Plan.from_json(sheet.item.plan.body)
        if not papers.turn_for_device((plan.sheet_width, plan.sheet_height), travel):
            seen[sheet.item_id] = False
            continue
        if first is None and sheet.run.settings.get("shares"):
            return _shared_sheet(device, sheet)
        first = first or sheet
        seen[sheet.item_id] = _pen_is_in(device, plan.layers[sheet.layer])
        if seen[sheet.item_id]:
            return sheet
        if len(seen) >= LOOK_AHEAD:
            break
    return first


def _shared_sheet(device: Device, first: Sheet) -> Sheet:
    """Of a run whose work was shared out: what is next in the plotter's own share, or help for the
    one with most to do. `first` is the first that fits."""
    travel = (device.travel_x_mm, device.travel_y_mm)
    waiting: dict[int, Sheet] = {}
    seconds: dict[int, float] = {}
    fitting: dict[int, float | None] = {}  # item -> seconds of a sheet, None where it is too large
    for sheet in waiting_sheets(device):
        if block_of(sheet) != block_of(first):
            continue
        if sheet.item_id not in fitting:
            plan = sheet.item.plan
            size = (plan.body["sheet_width"], plan.body["sheet_height"])
            fits = papers.turn_for_device(size, travel) is not None
            fitting[sheet.item_id] = plan.seconds if fits else None
        takes = fitting[sheet.item_id]
        if takes is not None:
            waiting[sheet.id], seconds[sheet.id] = sheet, takes
    shares = {name: tuple(ids) for name, ids in first.run.settings["shares"].items()}
    chosen = choose_shared(device.name, seconds, shares)
    return first if chosen is None else waiting[chosen]


def block_of(sheet: Sheet) -> tuple[Any, ...]:
    """Within one priority of one run sheets may be taken out of their order; in a run that goes
    strictly by priority and due date, within one due date."""
    job = sheet.item.job
    return (job.priority if job else sheet.item.priority, sheet.run_id, _due_of(sheet))


def _due_of(sheet: Sheet) -> float:
    """When a sheet is due, where its run goes by that; else the same for all."""
    job = sheet.item.job
    if job is None or job.due_at is None or not orders_of(sheet.run.settings).strict_order:
        return NEVER_DUE
    return round(job.due_at.timestamp() * 1000)


NEVER_DUE = 1 << 60


def _pen_is_in(device: Device, layer: PlanLayer) -> bool:
    planned = layer.pen.pen_id if layer.pen else None
    if planned is not None:
        return device.loaded_pen_id == planned
    return device.loaded_pen_id is None and device.loaded_color.casefold() == layer.color.casefold()


def order_of(sheet: Sheet) -> tuple[Any, ...]:
    """The place of a waiting sheet among all: as the queue stands now."""
    job, item = sheet.item.job, sheet.item
    return (
        job.priority if job else item.priority, _due_of(sheet), job.position if job else 0,
        sheet.run.number, item.position, sheet.copy, sheet.attempt,
    )  # fmt: skip


def waiting_sheets(device: Device) -> Any:
    """The sheets that nobody has taken and this plotter may, in their order."""
    query = (
        Sheet.select(Sheet, Item, Run)
        .join(Item)
        .switch(Sheet)
        .join(Run, on=(Sheet.run == Run.id))
        .switch(Item)
        .join(Job, pw.JOIN.LEFT_OUTER)
        .where(
            Sheet.state == sheets.PLANNED,
            Sheet.device.is_null(),
            Run.state == runs.IN_PROGRESS,
            (Job.id.is_null()) | (Job.held == ""),
            pw.fn.json_extract(Run.settings, "$.stopped").is_null(),
            *_as_scheduled(device),
        )
        .order_by(
            # As the queue stands now: a job that is moved while its run is open moves its sheets.
            pw.fn.COALESCE(Job.priority, Item.priority),
            pw.Case(
                None,
                [
                    (
                        pw.fn.json_extract(Run.settings, "$.orders.strict_order") == 1,
                        pw.fn.COALESCE(pw.Cast(Job.due_at, "integer"), NEVER_DUE),
                    )
                ],
                NEVER_DUE,
            ),
            pw.fn.COALESCE(Job.position, 0),
            Run.number,
            Item.position,
            Sheet.copy,
            Sheet.attempt,
        )
    )
    return (sheet for sheet in query if not sheet.run.devices or device.name in sheet.run.devices)


def _as_scheduled(device: Device) -> list[Any]:
    """What a schedule says of the sheets' jobs: their time has come, and the plotter is theirs
    (or theirs is none of the run's)."""
    begins = pw.fn.strftime("%s", pw.fn.json_extract(Job.settings, "$.not_before"))
    theirs = pw.fn.COALESCE(pw.fn.json_extract(Job.settings, "$.device"), "")
    return [
        pw.fn.COALESCE(pw.Cast(begins, "integer"), 0)
        <= pw.Cast(pw.fn.strftime("%s", "now"), "integer"),
        (theirs.in_(["", device.name]))
        | (
            (Run.devices != pw.SQL("'[]'"))
            & (pw.fn.instr(Run.devices, pw.fn.json_quote(theirs)) == 0)
        ),
    ]


def begins_next(store: Store) -> int | None:
    """When the next sheet may be begun that waits for its time, or for the studio to open: seconds
    since 1970; None: none waits."""
    opens = closed_until(store)
    if opens is not None and opens.year < MAXYEAR and _waits(store):
        return round(opens.timestamp())
    row = store.row(
        "SELECT min(CAST(strftime('%s', json_extract(j.settings, '$.not_before')) AS integer)) "
        "AS at FROM sheet s JOIN item i ON i.id = s.item_id JOIN job j ON j.id = i.job_id "
        "JOIN run r ON r.id = s.run_id WHERE s.state = ? AND s.device_id IS NULL AND r.state = ? "
        "AND j.held = '' AND json_extract(j.settings, '$.not_before') > '' AND "
        "CAST(strftime('%s', json_extract(j.settings, '$.not_before')) AS integer) > "
        "CAST(strftime('%s', 'now') AS integer)",
        sheets.PLANNED, runs.IN_PROGRESS,
    )  # fmt: skip
    return row.at if row else None


def _waits(store: Store) -> bool:
    """Whether a run under way has a sheet that nobody has taken."""
    waiting = (
        Sheet.select()
        .join(Run)
        .where(Sheet.state == sheets.PLANNED, Sheet.device.is_null(), Run.state == runs.IN_PROGRESS)
    )
    with store.read():
        return waiting.exists()


def held_sheet(store: Store, device_id: int) -> Claim | None:
    """The sheet that lies on this device (loaded, drawing, waiting or interrupted), or None."""
    with store.read():
        sheet = Sheet.get_or_none(Sheet.device == device_id, Sheet.state.in_(sheets.ON_DEVICE))
        return None if sheet is None else _claim_of(sheet)


def _claim_of(sheet: Sheet) -> Claim:
    item = sheet.item
    plan, told = Plan.from_json(item.plan.body), orders_of(sheet.run.settings)
    return Claim(
        sheet.id,
        sheet.run.number,
        item.name,
        sheet.copy,
        copies_of(sheet),
        item.paper,
        plan,
        item.plan.key,
        sheet.layer,
        sheet.stroke,
        sheet.state,
        sheet.state in sheets.ON_DEVICE and sheet.waiting_for == TO_PUT_ON,
        told,
        _motion_of(sheet, told, plan),
        dict(sheet.settings.get("motion", {})),
    )


def _motion_of(sheet: Sheet, told: PlotOrders, plan: Plan) -> MotionSettings | None:
    """How the run, or the sheet alone, is to be drawn; None where nothing is told."""
    device = sheet.device.name if sheet.device_id else ""
    motion = told.motion(device, plan.preset.motion)
    own = sheet.settings.get("motion")
    return replace(motion or plan.preset.motion, **own) if own else motion


def copies_of(sheet: Sheet) -> int:
    """How many copies there are of what a sheet is one of: a replot counts on in the first run."""
    while sheet.replaces_id is not None:
        sheet = sheet.replaces
    return sheet.item.copies


# What an interrupted sheet waits for that has moved to another plotter.
TO_PUT_ON = "paper"


def release_claims(store: Store, device_id: int) -> None:
    """Sheets that the device has taken and that no pen has touched go back to the queue."""
    with store.write():
        Sheet.update(state=sheets.PLANNED, device=None, waiting_for="").where(
            Sheet.device == device_id, Sheet.state.in_((sheets.PLANNED, sheets.LOADED))
        ).execute()


def move_sheet(store: Store, sheet_id: int, state: str, **values: Any) -> None:
    """A sheet's next state, if the picture of states has that move."""
    with store.write():
        _move(store, Sheet.get_by_id(sheet_id), state, **values)


def _move(store: Store, sheet: Sheet, state: str, **values: Any) -> None:
    if state != sheet.state:
        sheets.check_move(sheet.state, state)
    Sheet.update(state=state, **values).where(Sheet.id == sheet.id).execute()


def begin_layer(store: Store, sheet_id: int) -> None:
    """The pen is about to touch the paper: the sheet is drawing, and its paper is used."""
    with store.write():
        sheet = Sheet.get_by_id(sheet_id)
        now = store.clock.now()
        _move(store, sheet, sheets.DRAWING, waiting_for="", started_at=sheet.started_at or now)
        stock = sheet.item.stock_id
        if stock is None or booked(ledger.paper_key(sheet.id)):
            return
        if paper_stock(stock) < 1:
            # The sheet is in the machine: the count was wrong, not the sheet.
            book(
                store, ledger.ADJUST, f"found:{ledger.paper_key(sheet.id)}",
                paper=stock, sheets=1, run=sheet.run_id, sheet=sheet.id,
                reason="more paper than counted",
            )  # fmt: skip
        book(
            store, ledger.USE, ledger.paper_key(sheet.id),
            paper=stock, sheets=-1, run=sheet.run_id, sheet=sheet.id,
        )  # fmt: skip


def finish_layer(
    store: Store, sheet_id: int, layer: int, strokes: int, ink_mm: float, seconds: float
) -> None:
    """A layer is complete: book its ink, go on to the next layer. Telling it twice books once."""
    with store.write():
        sheet = Sheet.get_by_id(sheet_id)
        if sheet.layer != layer or sheet.state != sheets.DRAWING:
            return
        _book_part(store, sheet, strokes - 1, ink_mm, seconds)
        Sheet.update(
            layer=layer + 1,
            stroke=0,
            ink_mm=Sheet.ink_mm + ink_mm,
            seconds=Sheet.seconds + seconds,
        ).where(Sheet.id == sheet_id).execute()
        clear_progress(sheet.device_id)


def _book_part(store: Store, sheet: Sheet, last_stroke: int, ink_mm: float, seconds: float) -> None:
    """What has been drawn since this part of the layer was begun: the sheet's record, the pen's
    ledger, the device's odometer."""
    layer = Plan.from_json(sheet.item.plan.body).layers[sheet.layer]
    device = sheet.device
    pen = device.loaded_pen_id
    part = parts_of(sheet)
    now = store.clock.now()
    SheetLayer.create(
        sheet=sheet, layer=sheet.layer, part=part, name=layer.name, pen=pen,
        first_stroke=sheet.stroke, last_stroke=last_stroke,
        ink_mm=ink_mm, seconds=seconds, drawn_at=now,
    )  # fmt: skip
    if pen is not None:
        book(
            store, ledger.USE, ledger.layer_key(sheet.id, sheet.layer, part),
            pen=pen, mm=-ink_mm, run=sheet.run_id, sheet=sheet.id,
        )  # fmt: skip
        fresh = Pen.get_by_id(pen)
        Pen.update(
            last_used_at=now,
            opened_at=fresh.opened_at or now,
            state="in_use" if fresh.state == "sealed" else fresh.state,
        ).where(Pen.id == pen).execute()
    add_to_odometer(device.id, ink_mm, max(0, last_stroke - sheet.stroke + 1), seconds)


def parts_of(sheet: Sheet) -> int:
    """How many parts the layer at hand has."""
    return (
        SheetLayer.select()
        .where(SheetLayer.sheet == sheet, SheetLayer.layer == sheet.layer)
        .count()
    )


def interrupt_sheet(store: Store, sheet_id: int, why: str, by_person: bool = False) -> None:
    """The drawing was cut off: book what is on the paper, keep the stroke at which it goes on.

    Ink and strokes are those of the newest committed progress; a stroke that was begun is drawn
    again from its start. `by_person`: it is no fault that anybody has to be told.
    """
    with store.write():
        sheet = Sheet.get_by_id(sheet_id)
        # A sheet that was moved and never put on its new plotter still has to be.
        kept = TO_PUT_ON if sheet.waiting_for == TO_PUT_ON else ""
        changes: dict[str, Any] = {"waiting_for": kept, "reason": why}
        changes |= book_progress(store, sheet)
        _move(store, sheet, sheets.INTERRUPTED, **changes)
        if sheet.device_id:
            clear_progress(sheet.device_id)
        text = f"{sheet.item.name} copy {sheet.copy} interrupted: {why}"
        event = note(
            store, "interrupted", text, device=sheet.device_id, run=sheet.run_id, sheet=sheet.id
        )
        if not by_person:
            where = f"{sheet.device.name}: " if sheet.device_id else ""
            tell_fault(store, sheet.run, f"event:{event}", f"{where}{text}")


def book_progress(store: Store, sheet: Sheet) -> dict[str, Any]:
    """Book what the newest progress says is on the paper; the sheet's columns that it changes.
    Call it in a transaction."""
    progress = Progress.get_or_none(Progress.sheet == sheet)
    if sheet.state != sheets.DRAWING or not progress or progress.layer != sheet.layer:
        return {}
    if progress.ink_mm > 0 or progress.stroke > sheet.stroke:
        _book_part(store, sheet, progress.stroke - 1, progress.ink_mm, progress.seconds)
    return {
        "stroke": progress.stroke,
        "ink_mm": sheet.ink_mm + progress.ink_mm,
        "seconds": sheet.seconds + progress.seconds,
    }


def finish_sheet(store: Store, sheet_id: int) -> None:
    """Every layer is on the paper."""
    with store.write():
        sheet = Sheet.get_by_id(sheet_id)
        if sheet.state == sheets.WAITING:  # for the pen of a layer that was left out
            _move(store, sheet, sheets.DRAWING, waiting_for="")
            sheet = Sheet.get_by_id(sheet_id)
        _move(store, sheet, sheets.DRAWN, ended_at=store.clock.now(), reason="")
        _after_sheet(store, sheet)
        note_low_stock(store, sheet)
        note(
            store, "drawn", f"{sheet.item.name} copy {sheet.copy} drawn",
            device=sheet.device_id, run=sheet.run_id, sheet=sheet.id, job=sheet.item.job_id,
        )  # fmt: skip


def return_sheet(store: Store, sheet_id: int) -> None:
    """The pen never touched it: the sheet goes back to the queue, for any device."""
    with store.write():
        sheet = Sheet.get_by_id(sheet_id)
        _move(store, sheet, sheets.PLANNED, device=None, waiting_for="", reason="")


def give_up_sheet(store: Store, sheet_id: int, reason: str, notes: str = "") -> None:
    """The sheet on the device will not be finished: spoiled when the pen has touched it, else
    cancelled."""
    with store.write():
        sheet = Sheet.get_by_id(sheet_id)
        now = store.clock.now()
        if sheet.run.state != runs.IN_PROGRESS:
            name = runs.run_name(sheet.run.number)
            raise Refused(f"{name} is {sheet.run.state}: none of its sheets is being drawn")
        if sheet.started_at is None:
            _move(store, sheet, sheets.CANCELLED, ended_at=now, notes=notes, waiting_for="")
        else:
            if sheet.state == sheets.DRAWING:
                interrupt_sheet(store, sheet_id, reason, by_person=True)
                sheet = Sheet.get_by_id(sheet_id)
            _move(
                store, sheet, sheets.SPOILED,
                ended_at=now, reason=reason, notes=notes, waiting_for="",
            )  # fmt: skip
            waste_sheet(store, sheet, reason)
        release_sheets(store, [sheet])
        _after_sheet(store, sheet)
        if sheet.device_id:
            withdraw_hands(store, sheet.device_id, "given up")


def waste_sheet(store: Store, sheet: Sheet, reason: str) -> None:
    """Turn what a spoiled sheet used into waste: the use is taken back, the waste is booked, so
    the stock stays and the reason is in the books."""
    from .tables import Ledger

    used = Ledger.select().where(Ledger.sheet == sheet.id, Ledger.kind == ledger.USE)
    for row in list(used):
        about = {"pen": row.pen_id, "paper": row.paper_id, "run": row.run_id, "sheet": sheet.id}
        for kind, sign, word in ((ledger.CORRECT, -1, "undo"), (ledger.WASTE, 1, "waste")):
            book_back(store, kind, f"{word}:{row.key}", row, sign, reason, about)


def book_back(
    store: Store, kind: str, key: str, row: Any, sign: int, reason: str, about: dict[str, Any]
) -> None:
    """A ledger row with another row's amounts times `sign`, and the same subject."""
    book(
        store, kind, key,
        mm=sign * row.mm, sheets=sign * row.sheets, mass_g=sign * row.mass_g,
        reason=reason, **about,
    )  # fmt: skip


def _after_sheet(store: Store, sheet: Sheet) -> None:
    """When the last sheet of a job or a run has left the machine, say so."""
    if sheet.device_id:
        clear_progress(sheet.device_id)
    open_of_run = Sheet.select().where(Sheet.run == sheet.run_id, Sheet.state.in_(sheets.OPEN))
    if not open_of_run.exists():
        Run.update(ended_at=store.clock.now()).where(Run.id == sheet.run_id).execute()
        release_run(store, sheet.run)
        note(store, "run", f"{runs.run_name(sheet.run.number)} awaits results", run=sheet.run_id)
    settle_job_state(store, sheet.item.job_id)
    note_through(store, sheet.run_id)


def settle_job_state(store: Store, job_id: int | None) -> None:
    """A job is active while sheets of it are open, done when all its copies are drawn and
    accepted so far, else planned again."""
    if job_id is None:
        return
    if open_sheets_of_job(job_id).exists():
        return
    job = Job.get_by_id(job_id)
    done = fine_copies(store, job_id) >= job.copies
    Job.update(
        state=jobs.DONE if done else jobs.PLANNED if job.plan_id else jobs.NEW,
        done_at=store.clock.now() if done else None,
        revision=Job.revision + 1,
    ).where(Job.id == job_id).execute()


def open_sheets_of_job(job_id: int) -> Any:
    """A query of the sheets, not drawn yet, that hold copies of this job."""
    pieces = Piece.select(Piece.sheet).where(Piece.job == job_id)
    return (
        Sheet.select()
        .join(Item)
        .where((Item.job == job_id) | Sheet.id.in_(pieces), Sheet.state.in_(sheets.OPEN))
    )


def cancel_job(store: Store, job_id: int) -> list[tuple[str, int]]:
    """Cancel every copy of a job that is not on a plotter. Returns the (device, sheet) pairs
    that are, for the engine to give up."""
    with store.write():
        mine = open_sheets_of_job(job_id).switch(Sheet).join(Run, on=(Sheet.run == Run.id))
        found = list(mine.where(Run.state == runs.IN_PROGRESS))
        if not found:
            raise Refused(_nothing_to_cancel(Job.get_by_id(job_id), mine.first()))
        on_device = []
        for sheet in found:
            if sheet.device_id is not None:
                on_device.append((sheet.device.name, sheet.id))
            else:
                _move(store, sheet, sheets.CANCELLED, ended_at=store.clock.now())
        ended = [sheet for sheet in found if sheet.device_id is None]
        for of_run in _by_run(ended):
            release_sheets(store, of_run)
            _after_sheet(store, of_run[0])
        return on_device


def _nothing_to_cancel(job: Job, planned: Sheet | None) -> str:
    if planned is None:
        return f"{job.name} has no sheet to cancel"
    name = runs.run_name(planned.run.number)
    return f"{job.name} is in {name}, which is not started: plotty run cancel {name}"


def _by_run(found: Iterable[Sheet]) -> list[list[Sheet]]:
    runs_of: dict[int, list[Sheet]] = {}
    for sheet in found:
        runs_of.setdefault(sheet.run_id, []).append(sheet)
    return list(runs_of.values())


def cut_off_sheets(store: Store) -> list[tuple[int, str, int]]:
    """At the engine's start: whatever was in motion when the last engine died is interrupted, and
    claims that were never loaded go back. Returns (device id, job name, sheet id) of the sheets
    that lie interrupted on a device."""
    with store.write():
        for device in Device.select():
            cut_off_device(store, device.id)
        cut = Sheet.select().where(Sheet.state == sheets.INTERRUPTED, Sheet.device.is_null(False))
        return [(sheet.device_id, sheet.item.name, sheet.id) for sheet in cut]


def cut_off_left(store: Store) -> None:
    """When no engine runs: what the last one left in motion lies interrupted."""
    with store.write():
        left = Sheet.select(Sheet.device).where(
            Sheet.device.is_null(False), Sheet.started_at.is_null(False),
            Sheet.state.in_((sheets.DRAWING, sheets.WAITING)),
        )  # fmt: skip
        for device_id in {sheet.device_id for sheet in left}:
            cut_off_device(store, device_id)


def cut_off_device(store: Store, device_id: int) -> None:
    """Nothing is in motion on this device any more: settle what it left behind."""
    with store.write():
        withdraw_hands(store, device_id, "the engine ended")
        book_loose_ink(store, device_id)
        lying = Sheet.select().where(
            Sheet.device == device_id,
            Sheet.state.in_([sheets.PLANNED, sheets.LOADED, sheets.DRAWING, sheets.WAITING]),
        )
        for sheet in list(lying):
            if sheet.started_at is not None:
                interrupt_sheet(store, sheet.id, "the engine ended while it was drawn")
            else:
                Sheet.update(state=sheets.PLANNED, device=None, waiting_for="").where(
                    Sheet.id == sheet.id
                ).execute()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sheet goes on: the next stroke of its current layer, and what earlier parts of that
    layer took."""

    stroke: int
    layer_seconds: float


def is_begun(store: Store, sheet_id: int) -> bool:
    """Whether the pen has touched this sheet."""
    with store.read():
        return Sheet.get_by_id(sheet_id).started_at is not None


def place_of(store: Store, sheet_id: int) -> Place:
    """The place at which this sheet goes on."""
    with store.read():
        sheet = Sheet.get_by_id(sheet_id)
        parts = SheetLayer.select().where(
            SheetLayer.sheet == sheet, SheetLayer.layer == sheet.layer
        )
        return Place(sheet.stroke, sum(part.seconds for part in parts))


def add_machine_seconds(store: Store, sheet_id: int, seconds: float) -> None:
    """Machine time outside of layers: parking for a pen change or at the end."""
    with store.write(durable=False):
        Sheet.update(seconds=Sheet.seconds + seconds).where(Sheet.id == sheet_id).execute()


def add_human_seconds(store: Store, sheet_id: int, seconds: float) -> None:
    """How long the sheet waited for a person."""
    with store.write(durable=False):
        Sheet.update(human_seconds=Sheet.human_seconds + seconds).where(
            Sheet.id == sheet_id
        ).execute()
