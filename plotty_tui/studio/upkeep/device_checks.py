"""Whether the plotters can be driven, seen without moving one or opening a port in use."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from plotty_tui.devices import vendor
from plotty_tui.domain import orders, values
from plotty_tui.domain.care import ServiceLimits
from plotty_tui.domain.errors import DeviceFault, Refused
from plotty_tui.store.database import Row, Store
from plotty_tui.store.machines import devices
from plotty_tui.store.machines.service import service_due
from plotty_tui.store.presets import find_preset
from plotty_tui.store.tables import Device

from ..engine_process import engine_status
from .checks import FAIL, OK, PYAXIDRAW_CURE, WARN, Check

AT_WORK = (orders.DRAWING, orders.PAUSED, orders.WAITING)


def check_devices(store: Store, names: Sequence[str] = ()) -> list[Check]:
    """What can be said of these plotters (none named: of all): settings, state, board, pen,
    service. NotFound for one that is not there."""
    wanted = {devices.find_device(name).name for name in names}
    rows = [row for row in devices.device_rows(store) if not wanted or row.name in wanted]
    if not rows:
        return [Check("devices", FAIL, "no plotter is set up", "plotty device add NAME --model v3")]
    return [check for row in rows for check in _check_one(store, row)]


def _check_one(store: Store, row: Row) -> list[Check]:
    device = devices.find_device(row.name)
    if not row.enabled:
        cure = f"plotty device edit {row.name} --enable"
        return [Check(row.name, WARN, "switched off", cure)]
    return [
        _check_settings(store, row, device),
        _check_state(store, row),
        *(_check_board(row) if row.driver == "axidraw" else []),
        _check_service(row, device),
    ]


def _check_settings(store: Store, row: Row, device: Device) -> Check:
    reach = f"{device.travel_x_mm:g} x {device.travel_y_mm:g} mm"
    try:
        if device.preset:
            find_preset(store, device.preset)
        if row.driver == "axidraw":
            vendor.read_setup({**device.settings, "model": device.model})
    except Refused as refusal:
        return Check(f"{row.name} settings", FAIL, str(refusal), f"plotty device edit {row.name}")
    preset = f", preset {device.preset}" if device.preset else ""
    return Check(f"{row.name} settings", OK, f"{row.model} ({row.driver}), {reach}{preset}")


def _check_state(store: Store, row: Row) -> Check:
    name = f"{row.name} state"
    if row.state in (orders.INTERRUPTED, orders.FAULT):
        cure = f"plotty resume {row.name}, or plotty cancel {row.name}"
        return Check(name, FAIL, f"{row.state}: {row.message}", cure)
    if row.state in AT_WORK and not engine_status(store).running:
        return Check(name, FAIL, "cut off: no engine drives it", "plotty recovery list")
    if row.state == orders.WAITING:
        return Check(name, WARN, f"waits for a person: {row.message}", f"plotty ready {row.name}")
    if not row.position_known:
        cure = f"push the carriage home, plotty device home-here {row.name}"
        return Check(name, FAIL, "it was reset: where its carriage stands is not known", cure)
    return Check(name, OK, "at rest" if row.state in (orders.OFF, orders.IDLE) else row.state)


def _check_board(row: Row) -> list[Check]:
    name, settings = f"{row.name} board", json.loads(row.settings)
    if not vendor.is_installed():
        text = "pyaxidraw, which drives it, is not installed"
        return [Check(name, FAIL, text, PYAXIDRAW_CURE)]
    if row.state in AT_WORK:
        return [Check(name, OK, "at work: its port is left alone")]
    return [_look_for_board(name, settings)]


def _look_for_board(name: str, settings: dict[str, Any]) -> Check:
    """Whether the board is there; a port that another program has open is not touched."""
    from plotty_tui.devices.discovery import port_of

    try:
        path = port_of(str(settings.get("port") or ""), str(settings.get("nickname") or ""))
    except DeviceFault as fault:
        return Check(name, FAIL, str(fault), "plug it in, switch it on: plotty device scan")
    if not Path(path).exists():
        return Check(name, FAIL, f"there is no {path}", "plug it in: plotty device scan")
    return Check(name, OK, f"on {path}")


def _check_service(row: Row, device: Device) -> Check:
    due = service_due(device)
    if not due:
        drawn = f"{values.metres(row.drawn_mm)} drawn"
        return Check(f"{row.name} service", OK, drawn)
    blocks = ServiceLimits.of_settings(json.loads(row.settings)).blocks
    cure = f"plotty device service {row.name} --log 'what was done'"
    return Check(f"{row.name} service", FAIL if blocks else WARN, due, cure)
