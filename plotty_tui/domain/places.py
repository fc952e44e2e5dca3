"""The place in a layer at which an interrupted sheet goes on, and what is left from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from math import fsum

from .errors import Refused
from .motion import estimate_strokes
from .papers import Turn
from .presets import MotionSettings
from .strokes import Strokes


@dataclass(frozen=True, slots=True)
class GoOn:
    """How a sheet goes on: at its stroke, some mm of ink before it, or at the layer's begin."""

    back_mm: float = 0.0
    redo_layer: bool = False

    def __post_init__(self) -> None:
        if self.back_mm < 0:
            raise Refused(f"{self.back_mm:g} mm back: give a length from 0 mm on")
        if self.back_mm and self.redo_layer:
            raise Refused("either some mm back or the whole layer again, not both")

    def stroke(self, lengths: Sequence[float], at: int) -> int:
        """The stroke to begin with where the next one would be `at`: the last one from which at
        least `back_mm` of ink lie before `at`, within the layer."""
        if self.redo_layer:
            return 0
        ink, stroke = 0.0, at
        while ink < self.back_mm and stroke > 0:
            stroke -= 1
            ink += lengths[stroke]
        return stroke


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a layer from a stroke on: machine seconds and mm of ink."""

    seconds: float
    ink_mm: float


def rest_of_layer(strokes: Strokes, first: int, motion: MotionSettings, turn: Turn) -> Rest:
    """The rest of a layer, drawn from home."""
    times = estimate_strokes(islice(strokes, first, None), motion, turn.undo(0.0, 0.0))
    return Rest(times.total_s, times.pen_down_mm)


def begun_again(lengths: Sequence[float], first: int, at: int, ink_mm: float) -> bool:
    """Whether the stroke `at` was begun when a part that began at `first` was cut off after
    `ink_mm`: it is drawn again from its start."""
    return ink_mm - fsum(lengths[first:at]) > TOUCHED_MM


# Ink beyond the strokes that are complete: less than this is the noise of sums.
TOUCHED_MM = 0.01
