"""How sheets end: drawn, given up, cancelled; and what follows for their job and run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from plotty_tui.domain import jobs, ledger, runs, sheets
from plotty_tui.domain.errors import Refused

from ..database import Store
from ..events import note
from ..inventory.low_stock import note_low_stock
from ..inventory.materials import book
from ..inventory.reservations import release_run, release_sheets
from ..machines.devices import clear_progress, withdraw_hands
from ..production.run_making import fine_copies
from ..run_orders import note_through
from ..tables import Item, Job, Ledger, Piece, Run, Sheet
from .cut_off import interrupt_sheet
from .drawing import set_sheet


def finish_sheet(store: Store, sheet_id: int) -> None:
    """Every layer is on the paper."""
    with store.write():
        sheet = Sheet.get_by_id(sheet_id)
        if sheet.state == sheets.WAITING:  # for the pen of a layer that was left out
            set_sheet(store, sheet, sheets.DRAWING, waiting_for="", aside=None, aside_at=None)
            sheet = Sheet.get_by_id(sheet_id)
        set_sheet(store, sheet, sheets.DRAWN, ended_at=store.clock.now(), reason="")
        _after_sheet(store, sheet)
        note_low_stock(store, sheet)
        note(
            store, "drawn", f"{sheet.item.name} copy {sheet.copy} drawn",
            device=sheet.device_id, run=sheet.run_id, sheet=sheet.id, job=sheet.item.job_id,
        )  # fmt: skip


def give_up_sheet(store: Store, sheet_id: int, reason: str, notes: str = "") -> None:
    """The sheet on the device, or set aside, will not be finished: spoiled when the pen has touched
    it, else cancelled."""
    with store.write():
        sheet = Sheet.get_by_id(sheet_id)
        now = store.clock.now()
        if sheet.run.state != runs.IN_PROGRESS:
            name = runs.run_name(sheet.run.number)
            raise Refused(f"{name} is {sheet.run.state}: none of its sheets is being drawn")
        if sheet.started_at is None:
            set_sheet(store, sheet, sheets.CANCELLED, ended_at=now, notes=notes, waiting_for="")
        else:
            if sheet.state == sheets.DRAWING:
                interrupt_sheet(store, sheet_id, reason, by_person=True)
                sheet = Sheet.get_by_id(sheet_id)
            set_sheet(
                store, sheet, sheets.SPOILED,
                ended_at=now, reason=reason, notes=notes, waiting_for="",
                device=sheet.device_id or sheet.aside_id, aside=None, aside_at=None,
            )  # fmt: skip
            waste_sheet(store, sheet, reason)
        release_sheets(store, [sheet])
        _after_sheet(store, sheet)
        if sheet.device_id:
            withdraw_hands(store, sheet.device_id, "given up")


def waste_sheet(store: Store, sheet: Sheet, reason: str) -> None:
    """Turn what a spoiled sheet used into waste: the use is taken back, the waste is booked, so
    the stock stays and the reason is in the books."""

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
    """Cancel every copy of a job that is not on a plotter; those that were set aside are spoiled.
    Returns the (device, sheet) pairs that are, for the engine to give up."""
    with store.write():
        mine = open_sheets_of_job(job_id).switch(Sheet).join(Run, on=(Sheet.run == Run.id))
        found = list(mine.where(Run.state == runs.IN_PROGRESS))
        if not found:
            raise Refused(_nothing_to_cancel(Job.get_by_id(job_id), mine.first()))
        on_device = []
        for sheet in found:
            if sheet.device_id is not None:
                on_device.append((sheet.device.name, sheet.id))
            elif sheet.aside_id is not None:
                give_up_sheet(store, sheet.id, "operator_stop")
            else:
                set_sheet(store, sheet, sheets.CANCELLED, ended_at=store.clock.now())
        ended = [sheet for sheet in found if sheet.device_id is None and sheet.aside_id is None]
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
