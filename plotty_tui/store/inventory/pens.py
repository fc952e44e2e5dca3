"""What is done to one pen: changed, weighed, primed, cared for, marked dry, retired."""

from __future__ import annotations

import uuid
from typing import Any

from plotty_tui.domain import ledger, pens
from plotty_tui.domain.errors import Conflict, Refused
from plotty_tui.domain.pens import Weighing

from ..database import Store
from ..events import note
from ..tables import Device, Pen
from .holders import pen_draws_on
from .materials import book, find_pen, pen_left_mm


def edit_pen(
    store: Store, code: str, changes: dict[str, Any], actor: str = "", revision: int | None = None
) -> Pen:
    """Change a pen's columns. A new life arrives as a ledger row, so that what is left is the sum
    of the ledger. Refused for a slot or a sticker that another pen has, Conflict when it was
    changed since `revision`."""
    with store.write():
        pen = find_pen(store, code)
        if revision is not None and revision != pen.revision:
            raise Conflict(f"{pen.code} was changed by somebody else meanwhile: look again")
        _check_taken(pen, changes)
        state = changes.get("state", pen.state)
        if state != pen.state:
            _write_off(store, pen, state in pens.WRITTEN_OFF, f"marked {state}", actor)
        if "life_mm" in changes:
            _change_life(store, pen, changes["life_mm"], actor)
        if "care" in changes:
            done = pen.care.get("done", {})
            changes = {**changes, "care": {**changes["care"], **({"done": done} if done else {})}}
        Pen.update(**changes, revision=Pen.revision + 1).where(Pen.id == pen.id).execute()
        note(store, "material", f"pen {pen.code} changed: {', '.join(sorted(changes))}")
        return Pen.get_by_id(pen.id)


def _check_taken(pen: Pen, changes: dict[str, Any]) -> None:
    code, slot = changes.get("code"), changes.get("slot")
    if code is not None:
        for other in Pen.select().where(Pen.id != pen.id):
            if other.code.casefold() == code.casefold():
                raise Refused(f"there is a pen {other.code} already")
    taken = slot and Pen.get_or_none(Pen.slot == slot, Pen.state != pens.RETIRED, Pen.id != pen.id)
    if taken:
        raise Refused(f"slot {slot} holds {taken.code} {taken.name}: choose another slot")


def _change_life(store: Store, pen: Pen, life_mm: float | None, actor: str) -> None:
    book(
        store, ledger.RECEIVE, f"life:pen:{pen.id}:{uuid.uuid4().hex}", pen=pen,
        mm=(life_mm or 0.0) - pen.received_mm, actor=actor, reason="life changed",
    )  # fmt: skip


def mark_pen(store: Store, code: str, state: str, why: str = "", actor: str = "") -> Pen:
    """Dry, empty or retired: what the forecast still gave it is written off, and it leaves its
    holder. The metres it drew stay: they are what such a pen lives. Refused while it draws."""
    with store.write():
        pen = find_pen(store, code)
        if pen.state == state:
            raise Refused(f"pen {pen.code} is {state} already")
        _check_not_drawing(pen)
        _write_off(store, pen, True, why or state, actor)
        Device.update(loaded_pen=None).where(Device.loaded_pen == pen).execute()
        slot = {"slot": None} if state == pens.RETIRED else {}
        Pen.update(state=state, revision=Pen.revision + 1, **slot).where(Pen.id == pen.id).execute()
        told = f": {why}" if why else ""
        note(store, "material", f"pen {pen.code} {pen.name} is {state}{told}")
        return Pen.get_by_id(pen.id)


def _check_not_drawing(pen: Pen) -> None:
    busy = pen_draws_on(pen.id)
    if busy is not None:
        raise Refused(
            f"{busy} is drawing with pen {pen.code}: pause it and put in another pen "
            f"(plotty pause {busy})"
        )


def _write_off(store: Store, pen: Pen, off: bool, why: str, actor: str) -> None:
    """What is left goes out of the stock; a pen that is taken up again gets it back."""
    left = pen_left_mm(pen.id)
    amount = -(left or 0.0) if off else -pen.written_off_mm
    if left is None or abs(amount) < 1e-6:
        return
    book(
        store, ledger.RETIRE, f"retire:pen:{pen.id}:{uuid.uuid4().hex}", pen=pen, mm=amount,
        reason=why, actor=actor,
    )  # fmt: skip


def weigh_pen(store: Store, code: str, grams: float, why: str = "", actor: str = "") -> Weighing:
    """A pen was on the scale, cap and all as always: below the last weight is usage, above it an
    adjustment that wants a reason, below its empty weight is refused."""
    with store.write():
        pen = find_pen(store, code)
        found = pens.judge_weight(pen.code, grams, pen.weight_g, pen.tare_g, why)
        kind = ledger.ADJUST if found.adjusted_g or pen.weight_g is None else ledger.USE
        reason = why or ("first weighing" if pen.weight_g is None else "weighed")
        book(
            store, kind, f"weigh:pen:{pen.id}:{uuid.uuid4().hex}", pen=pen,
            mass_g=found.adjusted_g - found.used_g, reason=reason, actor=actor,
            note=f"{grams:g} g",
        )  # fmt: skip
        Pen.update(weight_g=grams, revision=Pen.revision + 1).where(Pen.id == pen.id).execute()
        note(store, "material", f"pen {pen.code} weighs {grams:g} g")
        return found


def prime_pen(store: Store, code: str, mm: float, why: str = "", actor: str = "") -> Pen:
    """Ink that was drawn by hand to make a pen write. It opens a sealed pen."""
    if not 0 < mm <= 1e6:
        raise Refused(f"primed {mm:g} mm: give a length from 1mm to 1km")
    with store.write():
        pen = find_pen(store, code)
        if pen.state not in pens.USABLE:
            raise Refused(
                f"pen {pen.code} is {pen.state}: plotty pen edit {pen.code} --state in_use first"
            )
        book(
            store, ledger.PRIME, f"prime:pen:{pen.id}:{uuid.uuid4().hex}", pen=pen, mm=-mm,
            reason=why or "primed by hand", actor=actor,
        )  # fmt: skip
        now = store.clock.now()
        Pen.update(
            state=pens.IN_USE, opened_at=pen.opened_at or now, last_used_at=now,
            revision=Pen.revision + 1,
        ).where(Pen.id == pen.id).execute()  # fmt: skip
        note(store, "material", f"pen {pen.code} primed, {mm:g} mm")
        return Pen.get_by_id(pen.id)
