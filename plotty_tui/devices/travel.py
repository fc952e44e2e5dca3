"""How far a plotter reaches: what lies outside is refused before anything moves."""

from __future__ import annotations

import math
from collections.abc import Sequence

from plotty_tui.domain.errors import DeviceFault
from plotty_tui.domain.models import Model
from plotty_tui.domain.papers import SLACK_MM
from plotty_tui.domain.strokes import Point, Strokes


class Travel:
    """The rectangle from the origin that a model's carriage can reach, with a little slack."""

    def __init__(self, model: Model) -> None:
        self._right, self._bottom = model.travel_x_mm, model.travel_y_mm

    def __str__(self) -> str:
        return f"{self._right:g} x {self._bottom:g} mm"

    def holds(self, x: float, y: float) -> bool:
        """Whether the carriage may go there."""
        return (
            -SLACK_MM <= x <= self._right + SLACK_MM and -SLACK_MM <= y <= self._bottom + SLACK_MM
        )

    def check(self, strokes: Strokes, first: int = 0) -> None:
        """Raises DeviceFault `travel` when a stroke from number `first` on lies outside, `strokes`
        when one holds a number that is no place."""
        flat = strokes.points[2 * strokes.starts[min(first, len(strokes))] :]
        if not flat:
            return
        xs, ys = flat[::2], flat[1::2]
        if not math.isfinite(math.fsum(flat)):
            raise DeviceFault("the strokes hold a number that is no place on paper", "strokes")
        low, high = (min(xs), min(ys)), (max(xs), max(ys))
        if not (self.holds(*low) and self.holds(*high)):
            raise DeviceFault(
                f"the strokes reach from x {low[0]:.1f}, y {low[1]:.1f} to x {high[0]:.1f}, "
                f"y {high[1]:.1f} mm, outside of the travel of {self}",
                "travel",
            )

    def clamp(self, line: Sequence[Point]) -> list[Point]:
        """The line with what reaches into the slack flattened: pyaxidraw would cut the stroke in
        two there."""
        return [(min(max(x, 0.0), self._right), min(max(y, 0.0), self._bottom)) for x, y in line]
