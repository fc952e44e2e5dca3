"""Plotters as rows: what is set up, what each does now, the hands it wants, the orders to it."""

from __future__ import annotations

from typing import Any

from plotty_tui.domain import orders, runs, sheets
from plotty_tui.domain.errors import Conflict, NotFound, Refused

from ..database import Row, Store
from ..events import note
from ..presets import preset_motion
from ..tables import Device, EngineLease, Hand, Order, Progress, Run, Sheet
from .spells import close_after_death

_PANELS = """
    SELECT v.id, v.name, v.driver, v.model, v.travel_x_mm, v.travel_y_mm, v.enabled, v.state,
      v.state_since, v.message, v.drawn_mm, v.lifts, v.drawn_seconds, v.loaded_color, v.preset,
      v.settings, v.position_known, v.revision,
      pen.code AS pen_code, pen.name AS pen_name, pen.color AS pen_color,
      s.id AS sheet, s.state AS sheet_state, s.copy, s.layer AS sheet_layer,
      s.stroke AS sheet_stroke, s.seconds AS sheet_seconds,
      r.number AS run, i.name AS job, max(i.copies, s.copy) AS copies, i.id AS item,
      p.key AS plan_key, p.body AS plan, p.seconds AS plan_seconds,
      g.layer, g.stroke, g.ink_mm, g.seconds, g.left_seconds, g.hand_seconds, g.comes_next,
      g.x_mm, g.y_mm, g.pen_down, g.at
    FROM device v
    LEFT JOIN pen ON pen.id = v.loaded_pen_id
    LEFT JOIN progress g ON g.device_id = v.id
    LEFT JOIN sheet s ON s.device_id = v.id
      AND s.state IN ('planned', 'loaded', 'drawing', 'waiting', 'interrupted')
    LEFT JOIN item i ON i.id = s.item_id
    LEFT JOIN run r ON r.id = s.run_id
    LEFT JOIN plan p ON p.id = i.plan_id
    WHERE v.archived_at IS NULL
    ORDER BY v.id
"""


def device_rows(store: Store) -> list[Row]:
    """Every plotter with the sheet it holds and its newest progress, in the order set up."""
    return store.rows(_PANELS)


def add_device(store: Store, name: str, driver: str, model: str, **values: Any) -> Device:
    """Set up a plotter. Refused when the name is taken."""
    if not name.strip() or "," in name or name == "all":
        raise Refused(f"no name for a plotter: {name!r}; use a word without commas, not 'all'")
    with store.write():
        for known in Device.select():
            if known.name.casefold() == name.casefold():
                if known.archived_at is not None:
                    raise Refused(
                        f"{known.name!r} was removed, and is in the books: plotty device edit "
                        f"{known.name} --enable brings it back, or choose another name"
                    )
                raise Refused(f"there is a plotter {known.name!r} already: choose another name")
        device = Device.create(name=name, driver=driver, model=model, **values)
        note(store, "device", f"{name} set up: {model} ({driver})", device=device)
        return device


def find_device(name: str, removed: bool = False) -> Device:
    """A plotter by name (also `device:NAME`), with `removed` also one that was archived; NotFound
    names the nearest."""
    devices = list(Device.select() if removed else Device.select().where(_here()))
    for wanted in (name, name.removeprefix("device:")):
        for device in devices:
            if device.name.casefold() == wanted.casefold():
                return device
    raise NotFound.named("plotter", name, [device.name for device in devices])


def _here() -> Any:
    return Device.archived_at.is_null()


def enabled_devices() -> list[Device]:
    """The plotters that may draw, in the order set up."""
    found = Device.select().where(Device.enabled, _here()).order_by(Device.id)
    return [with_motion(device) for device in found]


def travels(store: Store) -> list[tuple[float, float]]:
    """The travel (x, y in mm) of each plotter that may draw."""
    with store.read():
        found = Device.select(Device.travel_x_mm, Device.travel_y_mm).where(Device.enabled, _here())
        return [(one.travel_x_mm, one.travel_y_mm) for one in found.order_by(Device.id)]


def get_device(store: Store, device_id: int) -> Device:
    """A plotter's row as it is now."""
    with store.read():
        return with_motion(Device.get_by_id(device_id))


def with_motion(device: Device) -> Device:
    """The plotter with `preset_motion`: how its preset moves, None without one."""
    device.preset_motion = preset_motion(device.preset)
    return device


def edit_device(store: Store, device_id: int, revision: int, **values: Any) -> Device:
    """Change a plotter's own columns. Conflict when somebody else has changed it since
    `revision`."""
    with store.write():
        changed = (
            Device.update(revision=Device.revision + 1, **values)
            .where(Device.id == device_id, Device.revision == revision)
            .execute()
        )
        device = Device.get_by_id(device_id)
        if not changed:
            raise Conflict(f"{device.name} was changed by somebody else meanwhile: look again")
        note(store, "device", f"{device.name} changed: {', '.join(values)}", device=device)
        return with_motion(device)


def remove_device(store: Store, device_id: int) -> bool:
    """Take a plotter out of the studio; True when it had drawn and stays in the books. Refused
    while it holds a sheet, or an open run counts on it."""
    with store.write():
        device = Device.get_by_id(device_id)
        _check_removable(device)
        used = Sheet.select().where(Sheet.device == device).exists()
        if used:
            Device.update(
                archived_at=store.clock.now(), enabled=False, loaded_pen=None, loaded_color="",
                state=orders.OFF, message="", revision=Device.revision + 1,
            ).where(Device.id == device_id).execute()  # fmt: skip
            withdraw_hands(store, device_id, "removed")
        else:
            device.delete_instance()
        note(store, "device", f"{device.name} removed", device=device if used else None)
        return used


def _check_removable(device: Device) -> None:
    held = Sheet.get_or_none(
        Sheet.device == device, Sheet.state.in_([sheets.PLANNED, *sheets.ON_DEVICE])
    )
    aside = Sheet.get_or_none(Sheet.aside == device, Sheet.state.in_(sheets.OPEN))
    if held is None and aside is not None:
        raise Refused(
            f"{aside.item.name} copy {aside.copy} was set aside on {device.name}: "
            f"plotty resume {device.name} --on ANOTHER, or plotty cancel {aside.item.name!r}"
        )
    if held is not None:
        raise Refused(
            f"{device.name} holds {held.item.name} copy {held.copy}: finish it, or plotty cancel "
            f"{device.name}"
        )
    for run in Run.select().where(Run.state == runs.IN_PROGRESS).order_by(Run.number):
        drawn = Sheet.select().where(Sheet.run == run, Sheet.device == device).exists()
        if drawn or run.devices == [device.name]:
            raise Refused(
                f"{device.name} is in {runs.run_name(run.number)}, which is not settled: plotty "
                f"run complete {runs.run_name(run.number)}"
            )


def note_position(store: Store, device_id: int, known: bool) -> None:
    """Whether a plotter knows where its carriage stands."""
    with store.write():
        Device.update(position_known=known).where(
            Device.id == device_id, Device.position_known != known
        ).execute()


def add_to_odometer(device_id: int, ink_mm: float, lifts: int, seconds: float) -> None:
    """What a plotter has drawn. Call it in a transaction."""
    Device.update(
        drawn_mm=Device.drawn_mm + ink_mm,
        lifts=Device.lifts + lifts,
        drawn_seconds=Device.drawn_seconds + seconds,
    ).where(Device.id == device_id).execute()


def set_device_state(
    store: Store, device_id: int, state: str, message: str = "", **more: Any
) -> None:
    """What a plotter is doing, for everybody to see."""
    with store.write():
        Device.update(state=state, message=message, state_since=store.clock.now(), **more).where(
            Device.id == device_id
        ).execute()


def switch_off(store: Store, device_id: int) -> None:
    """Nobody drives this plotter any more (it may be gone already)."""
    with store.write():
        Device.update(state=orders.OFF, message="", state_since=store.clock.now()).where(
            Device.id == device_id, Device.state == orders.IDLE
        ).execute()


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
    """The hands that wait, longest first: id, device, kind, text, since, pen, color, paper,
    off and back (begun sheets)."""
    return store.rows(
        "SELECT h.id, h.kind, h.text, h.since, h.color, h.paper, h.off, h.back, "
        "h.sheet_id AS sheet, d.name AS device, p.code AS pen, p.name AS pen_name FROM hand h "
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
        close_after_death(store)
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
