"""The care that pens want, and when it was last done."""

from __future__ import annotations

from plotty_tui.domain import pens
from plotty_tui.domain.pens import CareRule, Wear

from ..database import Store
from ..events import note
from ..tables import Pen
from .materials import used_mm


def care_of(store: Store, pen: Pen) -> list[CareRule]:
    """The care that a pen wants now."""
    if not pen.care.get("rules"):
        return []
    wear = Wear(used_mm(pen.id), pen.opened_at, pen.last_used_at)
    return pens.care_due(pen.care, wear, store.clock.now())


def note_care(store: Store, pen_id: int) -> None:
    """A person had the pen in hand: what was due is done."""
    with store.write():
        pen = Pen.get_by_id(pen_id)
        due = care_of(store, pen)
        if not due:
            return
        now = {"used_mm": used_mm(pen.id), "at": store.clock.now().timestamp()}
        done = {**pen.care.get("done", {}), **{rule.what: now for rule in due}}
        Pen.update(care={**pen.care, "done": done}, revision=Pen.revision + 1).where(
            Pen.id == pen_id
        ).execute()
        note(store, "material", f"pen {pen.code}: {', '.join(rule.what for rule in due)} done")
