"""Plotters as rows: what is set up, what each does now, the hands it wants, the orders to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plotty_tui.domain import orders
from plotty_tui.domain.errors import NotFound, Refused

from .database import Row, Store
from .events import note
from .tables import Device, EngineLease, Hand, Order, Pen, Progress

_PANELS = """
    SELECT v.id, v.name, v.driver, v.model, v.travel_x_mm, v.travel_y_mm, v.enabled, v.state,
      v.state_since, v.message, v.drawn_mm, v.lifts, v.drawn_seconds, v.loaded_color, v.preset,
      v.settings, pen.code AS pen_code, pen.name AS pen_name, pen.color AS pen_color,
      s.id AS sheet, s.state AS sheet_state, s.copy, s.layer AS sheet_layer,
      s.stroke AS sheet_stroke, s.seconds AS sheet_seconds,
      r.number AS run, i.name AS job, i.copies, i.id AS item,
      p.key AS plan_key, p.body AS plan, p.seconds AS plan_seconds,
      g.layer, g.stroke, g.ink_mm, g.seconds, g.left_seconds, g.hand_seconds, g.x_mm, g.y_mm,
      g.pen_down, g.at
    FROM device v
    LEFT JOIN pen ON pen.id = v.loaded_pen_id
    LEFT JOIN progress g ON g.device_id = v.id
    LEFT JOIN sheet s ON s.device_id = v.id
      AND s.state IN ('planned', 'loaded', 'drawing', 'waiting', 'interrupted')
    LEFT JOIN item i ON i.id = s.item_id
    LEFT JOIN run r ON r.id = s.run_id
    LEFT JOIN plan p ON p.id = i.plan_id
    ORDER BY v.id
"""


def device_rows(store: Store) -> list[Row]:
    """Every plotter with the sheet it holds and its newest progress, in the order set up."""
    return store.rows(_PANELS)


def progress_rows(store: Store) -> list[Row]:
    """Only the progress of each plotter: the small query of the paint clock."""
    return store.rows(
        "SELECT g.*, v.name AS device FROM progress g JOIN device v ON v.id = g.device_id"
    )


def add_device(store: Store, name: str, driver: str, model: str, **values: Any) -> Device:
    """Set up a plotter. Refused when the name is taken."""
    if not name.strip() or "," in name or name == "all":
        raise Refused(f"no name for a plotter: {name!r}; use a word without commas, not 'all'")
    with store.write():
        for known in Device.select():
            if known.name.casefold() == name.casefold():
                raise Refused(f"there is a plotter {known.name!r} already: choose another name")
        device = Device.create(name=name, driver=driver, model=model, **values)
        note(store, "device", f"{name} set up: {model} ({driver})", device=device)
        return device


def find_device(name: str) -> Device:
    """A plotter by name; NotFound names the nearest."""
    devices = list(Device.select())
    for device in devices:
        if device.name.casefold() == name.casefold():
            return device
    raise NotFound.named("plotter", name, [device.name for device in devices])


def enabled_devices() -> list[Device]:
    """The plotters that may draw, in the order set up."""
    return list(Device.select().where(Device.enabled).order_by(Device.id))


def set_device_state(
    store: Store, device_id: int, state: str, message: str = "", **more: Any
) -> None:
    """What a plotter is doing, for everybody to see."""
    with store.write():
        Device.update(state=state, message=message, state_since=store.clock.now(), **more).where(
            Device.id == device_id
        ).execute()


def load_pen(store: Store, device_id: int, pen_id: int | None, color: str = "") -> None:
    """This pen (or an unknown one of this colour) is in the holder now."""
    with store.write():
        if pen_id is not None:
            Device.update(loaded_pen=None).where(Device.loaded_pen == pen_id).execute()
        Device.update(loaded_pen=pen_id, loaded_color=color).where(Device.id == device_id).execute()


@dataclass(frozen=True, slots=True)
class Holder:
    """What is in a plotter's pen holder: a pen of the stock, or something of this colour."""

    pen: int | None
    color: str


def holder(store: Store, device_id: int) -> Holder:
    """What is in the holder of this plotter."""
    with store.read():
        device = Device.get_by_id(device_id)
        return Holder(device.loaded_pen_id, device.loaded_color)


def choose_pen(store: Store, device_id: int, wanted: int) -> Pen:
    """The pen to draw with where `wanted` is planned: itself, or one of the same ink and tip that
    is in this plotter's holder already, or is free while `wanted` draws elsewhere."""
    with store.read():
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
        if pen.id not in loaded or loaded[pen.id].state not in HOLDING:
            return pen
        return next((twin for twin in twins if twin.id not in loaded), pen)


# States in which what is in the holder is being drawn with.
HOLDING = (orders.DRAWING, orders.PAUSED)


def check_pen_free(pen_id: int, device_id: int) -> None:
    """Refuse a pen that another plotter is drawing with: it cannot be in two holders."""
    other = Device.get_or_none(
        Device.loaded_pen == pen_id, Device.id != device_id, Device.state.in_(HOLDING)
    )
    if other is not None:
        code = Pen.get_by_id(pen_id).code
        raise Refused(
            f"{other.name} is drawing with pen {code}: wait for it, or put in another one and say "
            f"which (plotty ready {Device.get_by_id(device_id).name} --pen CODE)"
        )


def answer_hands(store: Store, device_id: int, answer: str) -> None:
    """A person has done what the device wanted (or decided otherwise)."""
    with store.write():
        withdraw_hands(store, device_id, answer)


def raise_hand(store: Store, device_id: int, kind: str, text: str, **wants: Any) -> int:
    """The device wants a person; an open hand of the same device is replaced."""
    with store.write():
        withdraw_hands(store, device_id, "replaced")
        hand = Hand.create(device=device_id, kind=kind, text=text, since=store.clock.now(), **wants)
        note(store, "hand", text, device=device_id)
        return hand.id


def withdraw_hands(store: Store, device_id: int, answer: str) -> None:
    """Close the open hands of a device."""
    Hand.update(answered_at=store.clock.now(), answer=answer).where(
        Hand.device == device_id, Hand.answered_at.is_null()
    ).execute()


def open_hands(store: Store) -> list[Row]:
    """The hands that wait, longest first: id, device, kind, text, since, pen, color, paper."""
    return store.rows(
        "SELECT h.id, h.kind, h.text, h.since, h.color, h.paper, h.sheet_id AS sheet, "
        "d.name AS device, p.code AS pen, p.name AS pen_name FROM hand h "
        "JOIN device d ON d.id = h.device_id LEFT JOIN pen p ON p.id = h.pen_id "
        "WHERE h.answered_at IS NULL ORDER BY h.since, h.id"
    )


def give_order(
    store: Store, kind: str, device: str | None = None, actor: str = "", **args: Any
) -> int:
    """Write an order for the engine; its number, under which the answer appears."""
    with store.write():
        target = find_device(device) if device else None
        order = Order.create(
            kind=kind, device=target, args=args, actor=actor, given_at=store.clock.now()
        )
        return order.id


def take_orders(store: Store) -> list[Order]:
    """The orders that nobody has taken yet, emergency stops first; they are marked as taken."""
    with store.write():
        fresh = list(
            Order.select().where(Order.taken_at.is_null(), Order.done_at.is_null())
            .order_by((Order.kind == orders.ESTOP).desc(), Order.id)
        )  # fmt: skip
        if fresh:
            Order.update(taken_at=store.clock.now()).where(
                Order.id.in_([order.id for order in fresh])
            ).execute()
        return fresh


def answer_order(store: Store, order_id: int, result: str, refused: bool = False) -> None:
    """What became of an order."""
    with store.write():
        Order.update(done_at=store.clock.now(), result=result, refused=refused).where(
            Order.id == order_id, Order.done_at.is_null()
        ).execute()


def order_answer(store: Store, order_id: int) -> Row | None:
    """The answer of an order (result, refused), or None while it is open."""
    return store.row(
        'SELECT result, refused FROM "order" WHERE id = ? AND done_at IS NOT NULL', order_id
    )


def lapse_orders(store: Store) -> None:
    """At the engine's start: orders that nobody answered lapse. Nothing that was asked at another
    moment moves a plotter now."""
    with store.write():
        Order.update(
            done_at=store.clock.now(), result="the engine was restarted: order again", refused=True
        ).where(Order.done_at.is_null()).execute()


def save_progress(store: Store, device_id: int, durable: bool, **values: Any) -> None:
    """Overwrite the device's newest progress."""
    with store.write(durable=durable):
        Progress.insert(
            device=device_id, at=store.clock.now(), **values
        ).on_conflict_replace().execute()


def clear_progress(device_id: int) -> None:
    """The device draws nothing now. Call it in a transaction."""
    Progress.delete().where(Progress.device == device_id).execute()


def write_lease(store: Store, pid: int, host: str, version: str) -> None:
    """Say who drives the plotters of this folder."""
    now = store.clock.now()
    with store.write():
        EngineLease.insert(
            id=1, pid=pid, host=host, version=version, started_at=now, beat_at=now, state="starting"
        ).on_conflict_replace().execute()


def open_lease(store: Store) -> None:
    """The engine has settled what the last one left behind, and takes orders."""
    with store.write():
        EngineLease.update(state="running").execute()


def beat(store: Store) -> None:
    """The engine is alive."""
    with store.write(durable=False):
        EngineLease.update(beat_at=store.clock.now()).execute()


def end_lease(store: Store) -> None:
    """The engine has ended in order."""
    with store.write():
        EngineLease.update(state="ended", beat_at=store.clock.now()).execute()
        Device.update(state=orders.OFF, message="", state_since=store.clock.now()).where(
            Device.state.in_([orders.IDLE])
        ).execute()


def lease(store: Store) -> Row | None:
    """The last lease: pid, host, version, started_at, beat_at, state; None if there never was
    an engine."""
    return store.row("SELECT * FROM engine_lease WHERE id = 1")
