"""The service log of the plotters: entries, the odometer since the last one, limits that are
reached."""

from __future__ import annotations

from plotty_tui.domain.care import Odometer, ServiceLimits

from ..database import Row, Store
from ..events import note
from ..tables import Device, Service, moment


def log_service(store: Store, device: Device, text: str, actor: str = "") -> Service:
    """What was done at a plotter, with its odometer: limits count anew from here."""
    with store.write():
        fresh = Device.get_by_id(device.id)
        entry = Service.create(
            device=fresh, at=store.clock.now(), text=text, actor=actor,
            drawn_mm=fresh.drawn_mm, lifts=fresh.lifts, drawn_seconds=fresh.drawn_seconds,
        )  # fmt: skip
        note(store, "service", f"{fresh.name} serviced: {text}", device=fresh)
        return entry


def service_rows(store: Store, device_id: int) -> list[Row]:
    """The entries of a plotter, newest first: at (aware UTC), text, actor, drawn_mm, lifts,
    drawn_seconds."""
    found = store.rows("SELECT * FROM service WHERE device_id = ? ORDER BY id DESC", device_id)
    for row in found:
        row["at"] = moment(row.at)
    return found


def since_service(device: Device) -> Odometer:
    """What a plotter has drawn since its last service, or in all."""
    now = Odometer(device.drawn_mm, device.lifts, device.drawn_seconds)
    last = Service.select().where(Service.device == device).order_by(Service.id.desc()).first()
    if last is None:
        return now
    return now.since(Odometer(last.drawn_mm, last.lifts, last.drawn_seconds))


def service_due(device: Device) -> str:
    """`left is due for service (512 m of 500 m)`, or nothing."""
    reached = ServiceLimits.of_settings(device.settings).reached(since_service(device))
    return f"{device.name} is due for service ({reached})" if reached else ""


def service_block(device: Device) -> str:
    """Why a plotter takes no new sheet before its service, or nothing."""
    due = service_due(device)
    if not due or not ServiceLimits.of_settings(device.settings).blocks:
        return ""
    return f"{due}: plotty device service {device.name} --log 'what was done'"
