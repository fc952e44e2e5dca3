"""What a person decides about a sheet that was cut off: its place, its plotter, its layers."""

from __future__ import annotations

from typing import Any

from plotty_tui.domain import papers, sheets
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.plan import Plan

from ..database import Row, Store
from ..events import note
from ..machines.devices import withdraw_hands
from ..tables import Device, Sheet, SheetLayer
from .claims import TO_PUT_ON
from .cut_off import book_progress
from .drawing import parts_of


def interrupted_rows(store: Store) -> list[Row]:
    """Sheets that lie interrupted: sheet, device, position_known, job, run, copy, copies, paper,
    layer, stroke, reason, plan (body and key), part_first, part_ink_mm (of the newest part)."""
    return store.rows(
        "SELECT s.id AS sheet, d.id AS device_id, d.name AS device, d.position_known, d.settings, "
        "d.preset, d.travel_x_mm, d.travel_y_mm, i.name AS job, r.number AS run, s.copy, "
        "max(i.copies, s.copy) AS copies, i.paper, s.layer, s.stroke, s.reason, s.waiting_for, "
        "s.strokes_again, p.body AS plan, p.key AS plan_key "
        "FROM sheet s JOIN device d ON d.id = s.device_id "
        "JOIN item i ON i.id = s.item_id JOIN run r ON r.id = s.run_id "
        "JOIN plan p ON p.id = i.plan_id WHERE s.state = ? ORDER BY d.id",
        sheets.INTERRUPTED,
    )


def newest_part(store: Store, sheet_id: int) -> tuple[int, float] | None:
    """(first stroke, mm of ink) of the last drawn part of the layer at hand; None before one."""
    row = store.row(
        "SELECT l.first_stroke, l.ink_mm FROM sheet_layer l JOIN sheet s ON s.id = l.sheet_id "
        "WHERE s.id = ? AND l.layer = s.layer AND NOT l.skipped ORDER BY l.part DESC",
        sheet_id,
    )
    return None if row is None else (row.first_stroke, row.ink_mm)


def set_place(store: Store, sheet_id: int, stroke: int, again: int) -> None:
    """An interrupted sheet goes on at this stroke of its layer; `again` strokes (or begun ones)
    are drawn a second time."""
    with store.write():
        changed = (
            Sheet.update(stroke=stroke, strokes_again=Sheet.strokes_again + again)
            .where(Sheet.id == sheet_id, Sheet.state == sheets.INTERRUPTED)
            .execute()
        )
        if not changed:
            raise Refused("the sheet is not interrupted any more: look again")


def move_sheet_to(store: Store, sheet_id: int, target_id: int) -> None:
    """An interrupted sheet goes to another plotter, where it has to be put on first. Refused when
    that one is switched off, too small, or holds a sheet."""
    with store.write():
        sheet, target = Sheet.get_by_id(sheet_id), Device.get_by_id(target_id)
        if sheet.state != sheets.INTERRUPTED:
            raise Refused(f"{sheet.item.name} copy {sheet.copy} is {sheet.state}, not interrupted")
        why = cannot_take(target, Plan.from_json(sheet.item.plan.body))
        if why:
            raise Refused(why)
        old = sheet.device
        Sheet.update(device=target, waiting_for=TO_PUT_ON).where(Sheet.id == sheet.id).execute()
        withdraw_hands(store, old.id, f"moved to {target.name}")
        note(
            store, "moved", f"{sheet.item.name} copy {sheet.copy} goes from {old.name} to "
            f"{target.name}", device=target, run=sheet.run_id, sheet=sheet.id,
        )  # fmt: skip


def cannot_take(target: Device, plan: Plan) -> str:
    """Why this plotter cannot finish a sheet of that plan; empty when it can."""
    if not target.enabled or target.archived_at is not None:
        return f"{target.name} is switched off: plotty device edit {target.name} --enable"
    lying = Sheet.get_or_none(Sheet.device == target, Sheet.state.in_(sheets.ON_DEVICE))
    if lying is not None:
        return f"{target.name} holds {lying.item.name} copy {lying.copy}: finish or cancel that"
    return too_large_for(target, plan)


def too_large_for(target: Device, plan: Plan) -> str:
    """Why a sheet of that plan does not fit on this plotter; empty when it does."""
    reach = (target.travel_x_mm, target.travel_y_mm)
    size = (plan.sheet_width, plan.sheet_height)
    if not papers.turn_for_device(size, reach):
        return (
            f"{target.name} reaches {reach[0]:g} x {reach[1]:g} mm, the sheet is {size[0]:g} x "
            f"{size[1]:g} mm: choose a larger plotter"
        )
    return ""


def plotters_but(store: Store, device_id: int) -> list[Device]:
    """The other plotters that are switched on."""
    with store.read():
        return list(
            Device.select()
            .where(Device.id != device_id, Device.enabled, Device.archived_at.is_null())
            .order_by(Device.id)
        )


def check_skip(store: Store, sheet_id: int) -> None:
    """Refuse to leave out the last layer of a sheet that has nothing on it."""
    with store.read():
        sheet = Sheet.get_by_id(sheet_id)
        last = sheet.layer >= len(Plan.from_json(sheet.item.plan.body).layers) - 1
        if last and sheet.started_at is None:
            raise Refused(
                f"nothing of {sheet.item.name} copy {sheet.copy} would be drawn: plotty cancel "
                f"{sheet.device.name}"
            )


def skip_layer(store: Store, sheet_id: int) -> str:
    """Leave the layer at hand out, from the place at which it stands; its name."""
    with store.write():
        sheet = Sheet.get_by_id(sheet_id)
        layer = Plan.from_json(sheet.item.plan.body).layers[sheet.layer]
        changes: dict[str, Any] = book_progress(store, sheet)
        first = changes.pop("stroke", sheet.stroke)
        SheetLayer.create(
            sheet=sheet, layer=sheet.layer, part=parts_of(sheet), name=layer.name,
            first_stroke=first, last_stroke=layer.strokes - 1, ink_mm=0.0, seconds=0.0,
            drawn_at=store.clock.now(), skipped=True,
        )  # fmt: skip
        Sheet.update(layer=sheet.layer + 1, stroke=0, **changes).where(
            Sheet.id == sheet.id
        ).execute()
        note(
            store, "skipped", f"{sheet.item.name} copy {sheet.copy}: layer {layer.name} left out",
            device=sheet.device_id, run=sheet.run_id, sheet=sheet.id,
        )  # fmt: skip
        return layer.name
