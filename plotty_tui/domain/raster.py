"""A drawing as dots: what a canvas of a given size shows, and how far it is drawn.

A dot is an eighth of a character cell: a cell is two dots wide and four high, as braille has
them. Dots are numbered row by row, `y * dots_wide + x`, origin top left.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field

CELL_WIDE, CELL_HIGH = 2, 4

# The bit of each dot in a braille character (U+2800 + bits), by row, then column.
_BRAILLE = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


@dataclass(slots=True)
class Raster:
    """The strokes of a sheet as dots of a canvas.

    dots          numbers of the dots, stroke after stroke in drawing order
    starts        stroke i owns `dots[starts[i]:starts[i + 1]]`; one more entry than strokes.
                  A stroke may own no dot (too small, or off the canvas)
    layer_starts  number of the first stroke of each layer, ascending from 0
    colors        colour (`#rrggbb`) of each layer
    """

    dots_wide: int
    dots_high: int
    dots: array = field(default_factory=lambda: array("I"))
    starts: array = field(default_factory=lambda: array("I", [0]))
    layer_starts: list[int] = field(default_factory=list)
    colors: list[str] = field(default_factory=list)

    @property
    def strokes(self) -> int:
        """How many strokes there are."""
        return len(self.starts) - 1

    def layer_of(self, stroke: int) -> int:
        """The number of the layer that a stroke belongs to."""
        last = max(0, len(self.colors) - 1)
        return min(last, max(0, bisect_right(self.layer_starts, stroke) - 1))


class InkCells:
    """A raster as character cells, with the ink that is on the paper so far.

    `masks[cell]` are the braille bits of all strokes, drawn or to come; `inks[cell]` is 0 while
    nothing of the cell is drawn, else one more than the layer drawn there last. Building one
    reads every dot once: for large drawings do it beside the event loop.
    """

    __slots__ = ("_cell_of", "done", "high", "inks", "masks", "raster", "wide")

    def __init__(self, raster: Raster, strokes_done: int = 0) -> None:
        self.raster = raster
        self.wide = -(-raster.dots_wide // CELL_WIDE)
        self.high = -(-raster.dots_high // CELL_HIGH)
        self._cell_of = _cells_of_dots(raster.dots_wide, raster.dots_high, self.wide)
        self.masks = self._mask_all()
        self.inks = bytearray(self.wide * self.high)
        self.done = 0
        self.draw_to(strokes_done)

    def draw_to(self, strokes_done: int) -> dict[int, tuple[int, int]]:
        """Put ink on the paper up to this stroke. Returns what changed: for each line of cells
        the columns from first to (not including) last. The cost grows with the strokes newly
        drawn; going back (a layer is done again) starts from clean paper."""
        target = max(0, min(strokes_done, self.raster.strokes))
        if target < self.done:
            return self._draw_again(target)
        changed: set[int] = set()
        for stroke, end, ink in self._layer_parts(self.done, target):
            self._ink_dots(self.raster.starts[stroke], self.raster.starts[end], ink, changed)
        self.done = target
        return self._spans(changed)

    def cell_at(self, dot: tuple[float, float]) -> int | None:
        """The cell of a place in dots; None when it lies off the canvas."""
        x, y = dot
        if not (0 <= x < self.raster.dots_wide and 0 <= y < self.raster.dots_high):
            return None
        return int(y) // CELL_HIGH * self.wide + int(x) // CELL_WIDE

    def _mask_all(self) -> bytearray:
        masks = bytearray(self.wide * self.high)
        wide, cell_of = self.raster.dots_wide, self._cell_of
        for dot in set(self.raster.dots):
            masks[cell_of[dot]] |= _BRAILLE[dot // wide % CELL_HIGH][dot % wide % CELL_WIDE]
        return masks

    def _layer_parts(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """(first stroke, stroke after the last, ink) of each layer between two strokes."""
        parts = []
        while start < end:
            layer = self.raster.layer_of(start)
            until = end
            if layer + 1 < len(self.raster.layer_starts):
                until = min(end, max(start + 1, self.raster.layer_starts[layer + 1]))
            parts.append((start, until, min(layer, 254) + 1))
            start = until
        return parts

    def _ink_dots(self, start: int, end: int, ink: int, changed: set[int]) -> None:
        inks = self.inks
        for cell in set(map(self._cell_of.__getitem__, self.raster.dots[start:end])):
            if inks[cell] != ink:
                inks[cell] = ink
                changed.add(cell)

    def _draw_again(self, target: int) -> dict[int, tuple[int, int]]:
        before = bytes(self.inks)
        self.inks = bytearray(len(before))
        self.done = 0
        self.draw_to(target)
        return self._spans(
            {cell for cell, ink in enumerate(self.inks) if ink != before[cell]},
        )

    def _spans(self, cells: set[int]) -> dict[int, tuple[int, int]]:
        spans: dict[int, tuple[int, int]] = {}
        for cell in cells:
            y, x = divmod(cell, self.wide)
            x0, x1 = spans.get(y, (x, x + 1))
            spans[y] = (min(x0, x), max(x1, x + 1))
        return spans


def _cells_of_dots(dots_wide: int, dots_high: int, wide: int) -> list[int]:
    """The cell of every dot. A table: looking up is far cheaper than dividing."""
    row = [x // CELL_WIDE for x in range(dots_wide)]
    table: list[int] = []
    for y in range(dots_high):
        offset = y // CELL_HIGH * wide
        table.extend([offset + x for x in row])
    return table
