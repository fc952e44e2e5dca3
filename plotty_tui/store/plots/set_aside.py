"""Sheets come off a plotter between their pens, and are put on again. Each move is one
transaction."""

from __future__ import annotations

from plotty_tui.domain import sheets
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.plot_orders import orders_of
from plotty_tui.domain.runs import Verdict

from ..database import Store
from ..events import note
from ..machines.devices import clear_progress
from ..tables import Device, Sheet
from .claims import claim_sheet
from .drawing import set_sheet
from .passes import ASIDE, TO_TAKE_OFF, lay_aside_again, next_of_block, sheets_aside
from .recovery import too_large_for
from .sheet_ends import give_up_sheet
from .turns import block_of


def set_aside(store: Store, sheet_id: int) -> bool:
    """Between two layers: whether another sheet of the run comes first, pen by pen. Then this one
    is set aside, and the plotter has taken that one, where it may take any just now."""
    with store.write():
        sheet = Sheet.get_by_id(sheet_id)
        if not orders_of(sheet.run.settings).pen_by_pen or sheet.stroke or not sheet.started_at:
            return False
        device = sheet.device
        chosen = next_of_block(store, device, block_of(sheet), sheet)
        if chosen is None or chosen.id == sheet.id:
            return False
        set_sheet(
            store, sheet, sheets.WAITING, device=None, aside=device, waiting_for=TO_TAKE_OFF,
            aside_at=store.clock.now(),
        )  # fmt: skip
        clear_progress(device.id)
        note(
            store, "aside", f"{sheet.item.name} copy {sheet.copy} is set aside for its next pen",
            device=device, run=sheet.run_id, sheet=sheet.id,
        )  # fmt: skip
        claim_sheet(store, device.id)
        return True


def spoil_aside(store: Store, sheet_id: int, verdict: Verdict) -> bool:
    """Say that a sheet which was set aside is spoiled; False when it is not set aside. Refused for
    any other verdict, and while the plotter asks for it. Call it in a transaction."""
    sheet = Sheet.get_by_id(sheet_id)
    if sheet.aside_id is None:
        return False
    what = f"{sheet.item.name} copy {sheet.copy}"
    if sheet.device_id is not None:
        raise Refused(f"{sheet.device.name} asks for {what}: plotty cancel {sheet.device.name}")
    if verdict.fate != sheets.SPOILED:
        raise Refused(f"{what} still wants a pen: before that it can only be spoiled")
    sheets.check_reason(verdict.reason, verdict.notes)
    give_up_sheet(store, sheet_id, verdict.reason, verdict.notes)
    return True


def spoil_all_aside(store: Store, run_id: int, reason: str, notes: str = "") -> None:
    """What is set aside of a run is spoiled. Call it in a transaction."""
    found = Sheet.select().where(
        Sheet.run == run_id, Sheet.aside.is_null(False), Sheet.state == sheets.WAITING
    )
    for sheet in list(found):
        give_up_sheet(store, sheet.id, reason, notes)


def is_aside(store: Store, sheet_id: int) -> bool:
    """Whether a sheet is set aside, or is to be put on again after it was."""
    with store.read():
        return Sheet.get_by_id(sheet_id).aside_id is not None


def to_take_off(store: Store, device_id: int, but: int | None = None) -> str:
    """The sheet that was set aside and lies on this plotter still, in words; empty for none, or
    when it is `but`, which is to be put on."""
    with store.read():
        lying = Sheet.get_or_none(
            Sheet.aside == device_id, Sheet.waiting_for == TO_TAKE_OFF, Sheet.id != (but or 0)
        )
        return f"{lying.item.name} copy {lying.copy}" if lying else ""


def put_on(store: Store, sheet_id: int) -> None:
    """The sheet lies on the plotter that has taken it, and what lay there before does not."""
    with store.write():
        sheet = Sheet.get_by_id(sheet_id)
        state = sheets.WAITING if sheet.started_at else sheets.LOADED
        set_sheet(store, sheet, state, waiting_for="", aside=None, aside_at=None)
        clear_plotter(store, sheet.device_id)


def clear_plotter(store: Store, device_id: int) -> None:
    """Whatever was set aside on this plotter has been taken off."""
    with store.write():
        Sheet.update(waiting_for=ASIDE).where(
            Sheet.aside == device_id, Sheet.waiting_for == TO_TAKE_OFF
        ).execute()


def give_to(store: Store, source_id: int, target_id: int) -> list[str]:
    """The sheets that were set aside on one plotter go on at another one, as (name, copy) in words.
    Refused for one that the other does not reach."""
    with store.write():
        lay_aside_again(source_id)
        source, target = Device.get_by_id(source_id), Device.get_by_id(target_id)
        found = sheets_aside(source, held=True)
        for sheet in found:
            if why := too_large_for(target, Plan.from_json(sheet.item.plan.body)):
                raise Refused(why)
            Sheet.update(aside=target, waiting_for=ASIDE).where(Sheet.id == sheet.id).execute()
            note(
                store, "moved", f"{sheet.item.name} copy {sheet.copy}, set aside on {source.name}, "
                f"goes on at {target.name}", device=target, run=sheet.run_id, sheet=sheet.id,
            )  # fmt: skip
        return [f"{sheet.item.name} copy {sheet.copy}" for sheet in found]
