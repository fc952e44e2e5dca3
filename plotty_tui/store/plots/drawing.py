"""What the engine writes while sheets are drawn, layer by layer.

Each function is one transaction. Ink is booked when a layer (or a part of one) is finished,
under a key that cannot be used twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plotty_tui.domain import ledger, sheets
from plotty_tui.domain.plan import Plan

from ..database import Store
from ..inventory.materials import book, booked, paper_stock
from ..machines.devices import add_to_odometer, clear_progress
from ..tables import Pen, Sheet, SheetLayer
from .passes import lay_aside_again


def move_sheet(store: Store, sheet_id: int, state: str, **values: Any) -> None:
    """A sheet's next state, if the picture of states has that move."""
    with store.write():
        set_sheet(store, Sheet.get_by_id(sheet_id), state, **values)


def set_sheet(store: Store, sheet: Sheet, state: str, **values: Any) -> None:
    """The same for the row itself. Call it in a transaction."""
    if state != sheet.state:
        sheets.check_move(sheet.state, state)
    Sheet.update(state=state, **values).where(Sheet.id == sheet.id).execute()


def begin_layer(store: Store, sheet_id: int) -> None:
    """The pen is about to touch the paper: the sheet is drawing, and its paper is used."""
    with store.write():
        sheet = Sheet.get_by_id(sheet_id)
        now = store.clock.now()
        set_sheet(store, sheet, sheets.DRAWING, waiting_for="", started_at=sheet.started_at or now)
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
        book_part(store, sheet, strokes - 1, ink_mm, seconds)
        Sheet.update(
            layer=layer + 1,
            stroke=0,
            ink_mm=Sheet.ink_mm + ink_mm,
            seconds=Sheet.seconds + seconds,
        ).where(Sheet.id == sheet_id).execute()
        clear_progress(sheet.device_id)


def book_part(store: Store, sheet: Sheet, last_stroke: int, ink_mm: float, seconds: float) -> None:
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


def return_sheet(store: Store, sheet_id: int) -> None:
    """The pen never touched it here: the sheet goes back to the queue, for any device, or is
    aside as before."""
    with store.write():
        sheet = Sheet.get_by_id(sheet_id)
        if sheet.aside_id is not None:
            lay_aside_again(sheet.aside_id)
            return
        set_sheet(store, sheet, sheets.PLANNED, device=None, waiting_for="", reason="")


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
