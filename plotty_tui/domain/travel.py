"""The way of the pen over a sheet: strokes and the hops between them, in time, on a canvas."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from .raster import CELL_HIGH, CELL_WIDE

Dot = tuple[float, float]


@dataclass(slots=True)
class Travel:
    """When each stroke begins and ends (seconds from the start, pen moves left out) and where, in
    dots of a canvas: `places` are x and y of its first and last point.

    Before each stroke lies the hop to it; the first hop starts at home, top left. `hops_mm` is how
    long each is.
    """

    begins: array = field(default_factory=lambda: array("d"))
    ends: array = field(default_factory=lambda: array("d"))
    places: array = field(default_factory=lambda: array("f"))
    home: Dot = (0.0, 0.0)
    hops_mm: array = field(default_factory=lambda: array("f"))

    @property
    def strokes(self) -> int:
        """How many strokes there are."""
        return len(self.ends)

    @property
    def seconds(self) -> float:
        """When the last stroke ends."""
        return self.ends[-1] if self.ends else 0.0

    def done_at(self, seconds: float) -> int:
        """How many strokes are complete then."""
        return bisect_right(self.ends, seconds)

    def begin_of(self, stroke: int) -> Dot:
        """Where a stroke begins."""
        return self.places[4 * stroke], self.places[4 * stroke + 1]

    def end_of(self, stroke: int) -> Dot:
        """Where a stroke ends; of the one before the first: home."""
        if stroke < 0:
            return self.home
        return self.places[4 * stroke + 2], self.places[4 * stroke + 3]

    def pen_at(self, seconds: float) -> Dot:
        """Where the pen is then: on a hop between its ends, on a stroke at its begin."""
        done = self.done_at(seconds)
        before = self.end_of(done - 1)
        if done >= self.strokes:
            return before
        begun = self.ends[done - 1] if done else 0.0
        hop = self.begins[done] - begun
        if seconds >= self.begins[done] or hop <= 0:
            return self.begin_of(done)
        part = (seconds - begun) / hop
        x, y = self.begin_of(done)
        return before[0] + part * (x - before[0]), before[1] + part * (y - before[1])

    def hop_cells(self, stroke: int, wide: int, high: int) -> set[int]:
        """The character cells under the hop to a stroke, on a canvas of so many cells."""
        if not 0 <= stroke < self.strokes:
            return set()
        return set(cells_between(self.end_of(stroke - 1), self.begin_of(stroke), wide, high))


def cells_between(a: Dot, b: Dot, wide: int, high: int) -> Iterator[int]:
    """The cells under a straight line between two places in dots; what lies off the canvas is
    left out."""
    x0, y0, x1, y1 = a[0] / CELL_WIDE, a[1] / CELL_HIGH, b[0] / CELL_WIDE, b[1] / CELL_HIGH
    steps = max(1, int(2 * max(abs(x1 - x0), abs(y1 - y0))) + 1)
    for step in range(steps + 1):
        x = int(x0 + (x1 - x0) * step / steps)
        y = int(y0 + (y1 - y0) * step / steps)
        if 0 <= x < wide and 0 <= y < high:
            yield y * wide + x
