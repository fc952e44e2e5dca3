"""Where the time of a plan goes: drawing, travel, lifts, and what a person does between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .motion import hop_seconds, lower_seconds, raise_seconds
from .presets import MotionSettings

DRAWING, TRAVEL, LIFTS, SWAPS, PAPER = "drawing", "travel", "lifts", "pen changes", "paper"


@dataclass(frozen=True, slots=True)
class TimeParts:
    """Seconds by what they go into."""

    drawing: float = 0.0
    travel: float = 0.0
    lifts: float = 0.0
    swaps: float = 0.0
    paper: float = 0.0

    @property
    def total(self) -> float:
        return self.drawing + self.travel + self.lifts + self.swaps + self.paper

    def named(self) -> list[tuple[str, float]]:
        """Each part with its name."""
        return [
            (DRAWING, self.drawing), (TRAVEL, self.travel), (LIFTS, self.lifts),
            (SWAPS, self.swaps), (PAPER, self.paper),
        ]  # fmt: skip

    def times(self, factor: float) -> TimeParts:
        """So many of it."""
        return TimeParts(*(value * factor for _, value in self.named()))

    @classmethod
    def sum(cls, parts: Iterable[TimeParts]) -> TimeParts:
        """All of them together."""
        sums = [0.0] * 5
        for part in parts:
            sums = [a + b for a, (_, b) in zip(sums, part.named(), strict=True)]
        return cls(*sums)


def machine_parts(plan: dict[str, Any]) -> TimeParts:
    """Drawing, travel and lifts of one sheet of a plan (its JSON). Lifts as the machine takes them,
    travel as that many hops of the mean length; the rest is drawing."""
    motion = MotionSettings.from_json(plan["preset"]["motion"])
    lifts = plan["lifts"]
    lift_seconds = lifts * (raise_seconds(motion) + lower_seconds(motion))
    travel = lifts * hop_seconds(plan["pen_up_mm"] / lifts, motion) if lifts else 0.0
    rest = max(0.0, plan["seconds"] - lift_seconds)
    travel = min(travel, rest)
    return TimeParts(rest - travel, travel, min(lift_seconds, plan["seconds"]))
