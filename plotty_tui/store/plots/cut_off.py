"""Drawings that are cut off: what is on the paper is booked, the place is kept."""

from __future__ import annotations

from typing import Any

from plotty_tui.domain import sheets

from ..database import Store
from ..events import note
from ..machines.devices import clear_progress, withdraw_hands
from ..run_orders import tell_fault
from ..tables import Device, Progress, Sheet
from .claims import TO_PUT_ON
from .drawing import book_part, set_sheet
from .loose_ink import book_loose_ink
from .passes import lay_aside_again


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
        set_sheet(store, sheet, sheets.INTERRUPTED, **changes)
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
        book_part(store, sheet, progress.stroke - 1, progress.ink_mm, progress.seconds)
    return {
        "stroke": progress.stroke,
        "ink_mm": sheet.ink_mm + progress.ink_mm,
        "seconds": sheet.seconds + progress.seconds,
    }


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
        lay_aside_again(device_id)
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
