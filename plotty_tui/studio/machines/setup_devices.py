"""Setting plotters up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plotty_tui.domain.errors import DeviceFault, NotFound, Refused
from plotty_tui.domain.models import MODELS
from plotty_tui.store.database import Store
from plotty_tui.store.machines import devices
from plotty_tui.store.tables import Device

if TYPE_CHECKING:
    from plotty_tui.devices.discovery import Board

DRIVERS = ("simulator", "axidraw")
AXIDRAW_SETTINGS = frozenset(("port", "nickname", "penlift", "time_slice"))
MAX_SPEED = 1000.0


def add_plotter(
    store: Store,
    name: str,
    driver: str = "simulator",
    model: str = "v3",
    speed: float | None = None,
    settings: dict[str, Any] | None = None,
) -> Device:
    """Set up a plotter. Refused for an unknown driver or model, or settings that its driver does
    not have."""
    if driver not in DRIVERS:
        raise NotFound.named("driver", driver, DRIVERS)
    known = MODELS.get(model.casefold())
    if known is None:
        raise NotFound.named("model", model, MODELS)
    values = {key: value for key, value in (settings or {}).items() if value is not None}
    if driver == "axidraw":
        _check_axidraw(store, model.casefold(), values)
    elif values.keys() & AXIDRAW_SETTINGS:
        word = min(values.keys() & AXIDRAW_SETTINGS)
        raise Refused(f"{word} is for real plotters: give --driver axidraw too")
    check_simulated(driver, speed, values.get("faults"), values.get("pace"))
    if speed is not None:
        values["speed"] = speed
    return devices.add_device(
        store,
        name.strip(),
        driver,
        model.casefold(),
        travel_x_mm=known.travel_x_mm,
        travel_y_mm=known.travel_y_mm,
        settings=values,
    )


def add_simulator(store: Store, name: str, model: str = "v3", speed: float = 1.0) -> Device:
    """A simulated plotter."""
    return add_plotter(store, name, "simulator", model, speed)


def check_simulated(
    driver: str, speed: float | None, faults: str | None, pace: float | None = None
) -> None:
    """Refused for a speed, a pace or faults of a real plotter, or such as no simulator has."""
    if speed is not None:
        if driver != "simulator":
            raise Refused("--speed is for simulated plotters: a real one has its own")
        if not 0.1 <= speed <= MAX_SPEED:
            raise Refused(f"speed {speed:g}: give 0.1 to {MAX_SPEED:g} times the real one")
    if pace is not None:
        if driver != "simulator":
            raise Refused("--pace is for simulated plotters: a real one has its own")
        if not 0.5 <= pace <= 2:
            raise Refused(f"pace {pace:g}: give 0.5 to 2 times the planned time")
    if faults:
        from plotty_tui.devices.faults import parse_faults

        if driver != "simulator":
            raise Refused("--faults is for simulated plotters: a real one has its own")
        parse_faults(faults)


def _check_axidraw(store: Store, model: str, values: Mapping[str, Any]) -> None:
    """Refused for settings that no board has, or a port that another plotter has already."""
    from plotty_tui.devices.vendor import read_setup

    read_setup({**values, "model": model})
    check_own_board(store, values.get("port"), values.get("nickname"))


def check_own_board(
    store: Store, port: str | None, nickname: str | None, besides: str = ""
) -> None:
    """Refused for a port and a nickname at once, or one that another plotter has already."""
    if port and nickname:
        raise Refused(f"port {port} and nickname {nickname}: give one of them, the other follows")
    if port and not str(port).startswith("/"):
        raise Refused(f"port {port!r}: give its path, like /dev/ttyACM0, or a nickname instead")
    for row in devices.device_rows(store):
        theirs = json.loads(row.settings or "{}")
        for key, value in (("port", port), ("nickname", nickname)):
            if value and theirs.get(key) == value and row.name != besides:
                raise Refused(f"{key} {value} is that of {row.name} already")


def why_not_driven(device: Device) -> str:
    """What this computer lacks to drive a plotter, as a sentence with the cure; empty when
    nothing."""
    from plotty_tui.devices import vendor

    if device.driver != "axidraw" or vendor.is_installed():
        return ""
    return f"{device.name} cannot draw: {vendor.MISSING}"


@dataclass(frozen=True, slots=True)
class FoundBoard:
    """A board that is plugged in, and the plotter that it is set up as (empty: none)."""

    port: str
    nickname: str
    firmware: str
    note: str
    device: str


def scan_boards(store: Store) -> list[FoundBoard]:
    """The boards on this computer. Refused, with the cure, when pyserial is not there to list
    them."""
    from plotty_tui.devices.discovery import find_boards

    try:
        boards = find_boards()
    except DeviceFault as fault:
        raise Refused(str(fault)) from None
    mine = {row.name: json.loads(row.settings or "{}")
            for row in devices.device_rows(store) if row.driver == "axidraw"}  # fmt: skip
    found = []
    for board in boards:
        device = next((name for name, own in mine.items() if _is(own, board)), "")
        found.append(FoundBoard(board.port, board.nickname, board.firmware, board.note, device))
    return found


def _is(settings: Mapping[str, Any], board: Board) -> bool:
    name = str(settings.get("nickname") or "").casefold()
    by_name = bool(name) and name == board.nickname.casefold()
    return by_name or settings.get("port") == board.port
