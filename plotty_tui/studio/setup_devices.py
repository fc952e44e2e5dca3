"""Setting plotters up."""

from __future__ import annotations

from typing import Any

from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.models import MODELS
from plotty_tui.store import devices
from plotty_tui.store.database import Row, Store
from plotty_tui.store.tables import Device

DRIVERS = ("simulator",)
MAX_SPEED = 1000.0


def add_plotter(
    store: Store,
    name: str,
    driver: str = "simulator",
    model: str = "v3",
    speed: float | None = None,
    settings: dict[str, Any] | None = None,
) -> Device:
    """Set up a plotter. Refused for an unknown driver or model, or a speed for a real one."""
    if driver not in DRIVERS:
        raise NotFound.named("driver", driver, DRIVERS)
    known = MODELS.get(model.casefold())
    if known is None:
        raise NotFound.named("model", model, MODELS)
    values = dict(settings or {})
    if speed is not None:
        if driver != "simulator":
            raise Refused("--speed is for simulated plotters: a real one has its own")
        if not 0.1 <= speed <= MAX_SPEED:
            raise Refused(f"speed {speed:g}: give 0.1 to {MAX_SPEED:g} times the real one")
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


def list_devices(store: Store) -> list[Row]:
    """Every plotter with what it holds and does."""
    return devices.device_rows(store)
