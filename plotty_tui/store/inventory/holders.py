"""Pen holders: what is in them, which pen comes next, who may take it.

A pen is chosen and asked for in one transaction, and put in in one: of two plotters that want the
same one at the same instant, one gets it, and the other a twin of it or the answer that it is
taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from plotty_tui.domain import orders, sheets
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.pens import PenHabits, before_drawing

from ..database import Store
from ..machines.devices import raise_hand, withdraw_hands
from ..tables import Device, Hand, Pen, Sheet
from .pen_care import care_of, note_care


@dataclass(frozen=True, slots=True)
class Holder:
    """What is in a plotter's pen holder: a pen of the stock, or something of this colour."""

    pen: int | None
    color: str


def holder(store: Store, device_id: int) -> Holder:
    """What is in the holder of this plotter."""
    with store.read():
        return _holder(device_id)


def _holder(device_id: int) -> Holder:
    device = Device.get_by_id(device_id)
    return Holder(device.loaded_pen_id, device.loaded_color)


@dataclass(frozen=True, slots=True)
class WantedPen:
    """A pen that has to go into a holder: of the stock, or (id None) any of this colour. `care`
    says what has to be done to it first, also when it is in there."""

    id: int | None
    code: str
    color: str
    care: str = ""


def pen_to_put_in(
    store: Store, device_id: int, planned: int | None, color: str
) -> WantedPen | None:
    """What has to go into this holder where that pen, or any of that colour, is planned; None when
    it is in there."""
    with store.read():
        return _pen_to_put_in(store, device_id, planned, color)


def _pen_to_put_in(
    store: Store, device_id: int, planned: int | None, color: str
) -> WantedPen | None:
    inside = _holder(device_id)
    if planned is None:
        fits = inside.pen is None and inside.color.casefold() == color.casefold()
        return None if fits else WantedPen(None, "", color)
    pen = _choose(device_id, planned)
    care = before_drawing(care_of(store, pen))
    if pen.id == inside.pen and not care:
        return None
    return WantedPen(pen.id, pen.code, pen.color, care)


def ask_with_pen(
    store: Store,
    device_id: int,
    kind: str,
    words: Callable[[WantedPen | None], str],
    planned: int | None,
    color: str,
    **wants: Any,
) -> tuple[WantedPen | None, str]:
    """Raise a hand for the pen that has to go into the holder (None: it is in there), chosen now;
    the pen and what was asked in these words."""
    with store.write():
        pen = _pen_to_put_in(store, device_id, planned, color)
        if pen is not None:
            wants |= {"pen": pen.id, "color": pen.color}
        text = words(pen)
        raise_hand(store, device_id, kind, text, **wants)
        return pen, text


def _choose(device_id: int, wanted: int) -> Pen:
    """The pen to draw with where `wanted` is planned: itself, or one of the same ink and tip that
    is in this plotter's holder already, or is free while `wanted` draws elsewhere or is asked for
    there."""
    pen = Pen.get_by_id(wanted)
    loaded = {device.loaded_pen_id: device for device in Device.select()}
    here = Device.get_by_id(device_id).loaded_pen
    twins = list(
        Pen.select()
        .where(
            Pen.color == pen.color,
            Pen.id != pen.id,
            Pen.tip_mm.is_null() if pen.tip_mm is None else Pen.tip_mm == pen.tip_mm,
            Pen.state.in_(["sealed", "in_use"]),
        )
        .order_by(Pen.slot, Pen.code)
    )
    if here is not None and (here == pen or here in twins):
        return here
    taken = {one for one, device in loaded.items() if one and _draws_with(device)}
    taken |= _asked_for(device_id)
    if pen.id not in taken:
        return pen
    free = (twin for twin in twins if twin.id not in loaded and twin.id not in taken)
    return next(free, pen)


def _asked_for(device_id: int) -> set[int]:
    """The pens that other plotters wait for now."""
    waiting = Hand.select().where(
        Hand.answered_at.is_null(), Hand.device != device_id, Hand.pen.is_null(False)
    )
    return {hand.pen_id for hand in waiting}


def _draws_with(device: Device) -> bool:
    """Whether what is in this plotter's holder is in use, or was put in to be used: not so between
    two sheets, nor while the plotter asks for something."""
    if device.state in (orders.DRAWING, orders.PAUSED):
        among: tuple[str, ...] = sheets.ON_DEVICE
    elif device.state == orders.WAITING and _open_hand(device.id) is None:
        among = sheets.OPEN
    else:
        return False
    return Sheet.select().where(Sheet.device == device, Sheet.state.in_(among)).exists()


def _open_hand(device_id: int) -> Hand | None:
    found: Hand | None = Hand.get_or_none(Hand.device == device_id, Hand.answered_at.is_null())
    return found


def load_pen(store: Store, device_id: int, pen_id: int | None, color: str = "") -> None:
    """This pen (or an unknown one of this colour) is in the holder now. Refused when another
    plotter is drawing with it: it cannot be in two holders."""
    with store.write():
        _load(device_id, pen_id, color)


def put_in(store: Store, device_id: int, other_pen: int | None) -> None:
    """A person has put in what this plotter asks for, perhaps another pen than that one. Refused
    when it asks for nothing, or when another plotter is drawing with that pen."""
    with store.write():
        hand = _open_hand(device_id)
        if hand is None:
            raise Refused(f"{Device.get_by_id(device_id).name} waits for nothing")
        if other_pen is not None:
            _load(device_id, other_pen, "")
        elif hand.pen_id is not None or hand.color:
            _load(device_id, hand.pen_id, hand.color)
            if hand.pen_id is not None:
                note_care(store, hand.pen_id)
        withdraw_hands(store, device_id, "ready")


def _load(device_id: int, pen_id: int | None, color: str) -> None:
    if pen_id is not None:
        _check_free(pen_id, device_id)
        Device.update(loaded_pen=None).where(Device.loaded_pen == pen_id).execute()
    Device.update(loaded_pen=pen_id, loaded_color=color).where(Device.id == device_id).execute()


def pen_draws_on(pen_id: int) -> str | None:
    """The plotter that is drawing with this pen now."""
    device = Device.get_or_none(Device.loaded_pen == pen_id)
    return device.name if device is not None and _draws_with(device) else None


def habits_in(store: Store, device_id: int) -> PenHabits:
    """How the pen in this plotter's holder wants to be drawn with."""
    with store.read():
        pen = Device.get_by_id(device_id).loaded_pen
        if pen is None:
            return PenHabits()
        return PenHabits(pen.speed_cap, pen.height, pen.offset_x_mm, pen.offset_y_mm)


def _check_free(pen_id: int, device_id: int) -> None:
    other = Device.get_or_none(Device.loaded_pen == pen_id, Device.id != device_id)
    if other is not None and _draws_with(other):
        code = Pen.get_by_id(pen_id).code
        raise Refused(
            f"{other.name} is drawing with pen {code}: wait for it, or put in another one and say "
            f"which (plotty ready {Device.get_by_id(device_id).name} --pen CODE)"
        )


def prime_mm(store: Store, device_id: int) -> float:
    """How many mm are drawn in the margin after the pen in the holder was put in: as the pen
    says, or the plotter."""
    with store.read():
        device = Device.get_by_id(device_id)
        care = device.loaded_pen.care if device.loaded_pen else {}
        return float(care.get("prime_mm", device.settings.get("prime_mm", 0.0)))
