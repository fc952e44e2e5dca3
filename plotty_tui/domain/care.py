"""A plotter's odometer, and the limits after which it wants service."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .errors import Refused
from .values import plural

_PART = re.compile(r"^(\d+(?:\.\d+)?)\s*(km|m|lifts?|h|hours?)$", re.I)


@dataclass(frozen=True, slots=True)
class Odometer:
    """What a plotter has drawn, in all or since a service."""

    drawn_mm: float = 0.0
    lifts: int = 0
    seconds: float = 0.0

    def since(self, before: Odometer) -> Odometer:
        return Odometer(
            self.drawn_mm - before.drawn_mm,
            self.lifts - before.lifts,
            self.seconds - before.seconds,
        )

    def __str__(self) -> str:
        hours = self.seconds / 3600
        return f"{self.drawn_mm / 1000:.1f} m, {plural(self.lifts, 'lift')}, {hours:.1f} h"


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """How much may be drawn from service to service; None: as much as it likes. When a limit is
    reached the plotter warns, or, if it `blocks`, takes no new sheet."""

    metres: float | None = None
    lifts: int | None = None
    hours: float | None = None
    blocks: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"metres": self.metres, "lifts": self.lifts, "hours": self.hours,
                "blocks": self.blocks}  # fmt: skip

    @classmethod
    def of_settings(cls, settings: dict[str, Any]) -> ServiceLimits:
        """Those of a plotter's settings; no limits where none are set."""
        return cls(**settings.get("service", {}))

    def reached(self, since: Odometer) -> str:
        """Which limit is reached, as words; empty when none is."""
        metres, hours = since.drawn_mm / 1000, since.seconds / 3600
        words = []
        if self.metres is not None and metres >= self.metres:
            words.append(f"{metres:.0f} m of {self.metres:g} m")
        if self.lifts is not None and since.lifts >= self.lifts:
            words.append(f"{since.lifts} of {self.lifts} lifts")
        if self.hours is not None and hours >= self.hours:
            words.append(f"{hours:.1f} h of {self.hours:g} h")
        return ", ".join(words)

    def __str__(self) -> str:
        words = []
        if self.metres is not None:
            words.append(f"{self.metres:g} m")
        if self.lifts is not None:
            words.append(f"{self.lifts} lifts")
        if self.hours is not None:
            words.append(f"{self.hours:g} h")
        if not words:
            return "none"
        return ", ".join(words) + (", then no new sheet" if self.blocks else ", then a warning")


def parse_limits(text: str, blocks: bool = False) -> ServiceLimits:
    """`500m, 20000 lifts, 40h` in any choice; `none` for no limits. Raises Refused."""
    if text.strip().casefold() in ("none", ""):
        return ServiceLimits()
    found: dict[str, Any] = {}
    for part in text.split(","):
        match = _PART.match(part.strip())
        if not match or float(match[1]) <= 0:
            raise Refused(
                f"no service limit {part.strip()!r}: write metres, lifts or hours, like "
                "'500m, 20000 lifts, 40h', or none"
            )
        number, unit = float(match[1]), match[2].casefold()
        if unit.startswith("l"):
            found["lifts"] = round(number)
        elif unit.startswith("h"):
            found["hours"] = number
        else:
            found["metres"] = number * (1000 if unit == "km" else 1)
    return ServiceLimits(**found, blocks=blocks)
