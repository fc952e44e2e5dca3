"""What a run was told when it was started, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .plot_orders import EACH, PlotOrders
from .values import plural, rough


def order_words(orders: PlotOrders) -> list[str]:
    """The options of `plot` and `plot-all` that differ from the usual, a sentence each."""
    again = plural(orders.max_retries, "further attempt")
    limit = rough(orders.max_seconds or 0.0)
    told = [
        *(f"preset {preset}" + (f" on {device}" if device else "")
          for device, preset in orders.presets.items()),
        (orders.max_seconds is not None) * f"no sheet is taken after {limit}",
        orders.pause_at_limit * "what is being drawn then pauses",
        orders.retry * f"tried again after a fault before the pen has drawn, {again}",
        orders.recover * f"goes on by itself after a fault that passes, {again}",
        orders.quality_checks * "a verdict is asked after each sheet",
        bool(orders.max_replots)
        * f"a spoiled copy is drawn again, {plural(orders.max_replots, 'time')} at most",
        orders.gates * "quality gates are judged after each verdict",
        orders.hold * "a broken gate holds what it judges",
        orders.strict_order * "within a priority what is due first",
        bool(orders.notify) * f"notices: {', '.join(orders.notify)}",
        bool(orders.notify_client) * f"tells {_client(orders.notify_client)} when it is ready",
        orders.document * "a dossier for each client",
    ]  # fmt: skip
    return [one for one in told if one]


def _client(address: str) -> str:
    return "each client" if address == EACH else address


def device_words(as_set: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """How the plotters were set when the run was made: `left: v3, preset safe, pace 1.06`."""
    found = []
    for name, one in as_set.items():
        settings = one.get("settings") or {}
        words = [
            str(one.get("model") or ""),
            f"preset {one['preset']}" if one.get("preset") else "",
            *(f"{key} {value}" for key, value in settings.items() if _is_plain(value)),
        ]
        found.append(f"{name}: {', '.join(word for word in words if word)}")
    return found


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and value != ""
