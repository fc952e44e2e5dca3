"""Comparing a studio with itself and with figures that somebody else has written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import NotFound, Refused

HIGHER, LOWER, ZERO = "higher", "lower", "nearest to zero"
# Which way each key figure gets better; those that are not here are neither.
BETTER: dict[str, str] = {
    "good": HIGHER,
    "good_per_hour": HIGHER,
    "success": HIGHER,
    "first_pass": HIGHER,
    "replots": LOWER,
    "spoiled": LOWER,
    "time_variance": ZERO,
    "quality": HIGHER,
    "on_time": HIGHER,
    "cost_good": LOWER,
}


def is_better(key: str, value: float, than: float) -> bool | None:
    """Whether a figure is better than another; None where neither way is."""
    way = BETTER.get(key)
    if way is None:
        return None
    if way == ZERO:
        return abs(value) < abs(than)
    return value > than if way == HIGHER else value < than


def best(key: str, values: Iterable[tuple[Any, float | None]]) -> tuple[Any, float] | None:
    """The best figure and whose it is, the earliest of equals; None where there is none, or where
    no way is the better one."""
    found: tuple[Any, float] | None = None
    for whose, value in values:
        if value is None or key not in BETTER:
            continue
        if found is None or is_better(key, value, found[1]):
            found = (whose, value)
    return found


@dataclass(frozen=True, slots=True)
class Reference:
    """Figures to compare with, and whose they are."""

    name: str
    figures: Mapping[str, float] = field(default_factory=dict)


def read_reference(document: Mapping[str, Any], keys: Iterable[str]) -> Reference:
    """The reference of a file: `name`, and under `figures` any of `keys` with numbers. Refused for
    anything else."""
    name, figures = document.get("name", ""), document.get("figures")
    if not isinstance(name, str) or not name.strip():
        raise Refused("a reference file says whose figures it has: name = 'Print shops 2025'")
    if not isinstance(figures, Mapping) or not figures:
        raise Refused("a reference file has a table [figures], like success = 96.5")
    known = list(keys)
    for key, value in figures.items():
        if key not in known:
            raise NotFound.named("figure", str(key), known)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise Refused(f"figure {key} of the reference is {value!r}: give a number")
    return Reference(name.strip(), {key: float(value) for key, value in figures.items()})
