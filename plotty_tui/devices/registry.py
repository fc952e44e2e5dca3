"""Drivers by name. A driver's module is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from plotty_tui.domain.errors import NotFound

from .driver import Driver

# name -> module and class, made with the device's settings as its only argument
DRIVERS: dict[str, tuple[str, str]] = {
    "axidraw": ("plotty_tui.devices.axidraw", "AxiDraw"),
    "simulator": ("plotty_tui.devices.simulator", "Simulator"),
}


def make_driver(name: str, settings: Mapping[str, Any]) -> Driver:
    """A driver, not yet opened. NotFound names the nearest; the driver refuses bad settings."""
    if name not in DRIVERS:
        raise NotFound.named("driver", name, DRIVERS)
    module, kind = DRIVERS[name]
    return getattr(import_module(module), kind)(settings)
