"""Ink that belongs to no design: priming in a sheet's margin, a plotter's test pattern.

While it is drawn the newest progress tells how much there is, as of any layer; booking it takes
that away, so that it is booked once, however the drawing ended.
"""

from __future__ import annotations

import uuid

from plotty_tui.domain import ledger
from plotty_tui.domain.patterns import PRIMING, TEST

from ..database import Store
from ..inventory.materials import book
from ..machines.devices import add_to_odometer, clear_progress
from ..tables import Device, Ledger, Progress, Sheet


def book_loose_ink(store: Store, device_id: int) -> None:
    """Book what this plotter has drawn of a priming or a test pattern; nothing when its newest
    progress is of neither, or none."""
    with store.write():
        progress = Progress.get_or_none(
            Progress.device == device_id, Progress.layer.in_((PRIMING, TEST))
        )
        if progress is None:
            return
        add_to_odometer(device_id, progress.ink_mm, progress.stroke, progress.seconds)
        device = Device.get_by_id(device_id)
        if device.loaded_pen_id is not None and progress.ink_mm > 0:
            _book(store, device, progress)
        if progress.sheet_id is not None:
            Sheet.update(seconds=Sheet.seconds + progress.seconds).where(
                Sheet.id == progress.sheet_id
            ).execute()
        clear_progress(device_id)


def _book(store: Store, device: Device, progress: Progress) -> None:
    pen, mm = device.loaded_pen_id, -progress.ink_mm
    if progress.layer == PRIMING:
        sheet = progress.sheet
        begins = ledger.prime_key(sheet.id, sheet.layer, "")
        times = Ledger.select().where(Ledger.key.startswith(begins)).count()
        key = ledger.prime_key(sheet.id, sheet.layer, times)
        book(store, ledger.PRIME, key, pen=pen, mm=mm, run=sheet.run_id, sheet=sheet.id)
    else:
        book(
            store, ledger.WASTE, f"test:{uuid.uuid4().hex}", pen=pen, mm=mm,
            reason="test pattern", note=device.name,
        )  # fmt: skip
