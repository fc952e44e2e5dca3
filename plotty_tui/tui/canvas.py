"""The live drawing: a sheet in braille dots, drawn strokes in their pens' colours.

The canvas takes dots, not millimetres: it says how many dots it has, and whoever owns it makes
a raster of that size beside the event loop and hands it in. Marking a stroke as drawn costs as
much as the stroke has dots, and sends only the cells whose colour changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from plotty_tui.domain.raster import CELL_HIGH, CELL_WIDE, InkCells, Raster

from .lines import DrawnWidget
from .text import symbols

# A cell of braille bits as a sign; an empty cell is a space, which any colour run may cover.
_BRAILLE = [" ", *(chr(0x2800 + bits) for bits in range(1, 256))]
# Without braille the number of dots in the cell is shown as darkness.
_DENSITY = [" .:-=+*#@"[bits.bit_count()] for bits in range(256)]


class PlotCanvas(DrawnWidget):
    """A sheet while it is drawn.

    `show` takes a raster for the canvas's present size, `mark` says how far it is drawn and
    where the pen is. On a new size the canvas empties and posts SizeChanged.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "plot-canvas--to-come",
        "plot-canvas--pen",
        "plot-canvas--travel",
    }

    DEFAULT_CSS = """
    PlotCanvas {
        height: 1fr;
        & > .plot-canvas--to-come { color: $ink-to-come; }
        & > .plot-canvas--pen { color: $pen-place; text-style: bold; }
        & > .plot-canvas--travel { color: $accent; }
    }
    """

    class SizeChanged(Message):
        """The canvas has this many dots now and shows nothing until it gets a raster for them."""

        def __init__(self, canvas: PlotCanvas, dots_wide: int, dots_high: int) -> None:
            super().__init__()
            self.canvas = canvas
            self.dots_wide, self.dots_high = dots_wide, dots_high

        @property
        def control(self) -> PlotCanvas:
            return self.canvas

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, PlotCanvas.SizeChanged) and message.canvas is self.canvas

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        self._ink: InkCells | None = None
        self._pen: int | None = None
        self._travel: frozenset[int] = frozenset()
        self._strips: dict[int, Strip] = {}
        self._told = (0, 0)
        super().__init__(id=id, classes=classes)

    @property
    def dots(self) -> tuple[int, int]:
        """The present size in dots: (wide, high); (0, 0) before the first layout."""
        width, height = self.size
        return width * CELL_WIDE, height * CELL_HIGH

    @property
    def strokes_done(self) -> int:
        """How many strokes are shown as drawn."""
        return self._ink.done if self._ink else 0

    def show(self, drawing: Raster | InkCells) -> bool:
        """Show this drawing. A large one is given as InkCells, made beside the event loop.
        Returns False, and shows nothing new, when it was made for another size."""
        ink = drawing if isinstance(drawing, InkCells) else InkCells(drawing)
        if (ink.raster.dots_wide, ink.raster.dots_high) != self.dots:
            return False
        before, pen = self._ink, self._pen
        self._ink, self._pen = ink, None
        if before is None:
            self._refresh_lines(y for y in range(ink.high) if any(_line_of(ink.masks, ink, y)))
        else:
            self._refresh_lines(
                y
                for y in range(ink.high)
                if _line_of(ink.masks, ink, y) != _line_of(before.masks, ink, y)
                or _line_of(ink.inks, ink, y) != _line_of(before.inks, ink, y)
                or before.raster.colors != ink.raster.colors
                or (pen is not None and pen // ink.wide == y)
            )
        return True

    def clear(self) -> None:
        """Show an empty sheet."""
        if self._ink is None:
            return
        ink, pen = self._ink, self._pen
        self._ink = self._pen = None
        self._travel = frozenset()
        self._refresh_lines(
            y
            for y in range(ink.high)
            if any(_line_of(ink.masks, ink, y)) or (pen is not None and pen // ink.wide == y)
        )

    def mark(self, strokes_done: int, pen: tuple[float, float] | None = None) -> int:
        """So many strokes are drawn, and the pen is at this place in dots (None: not over the
        sheet). Returns how many cells were sent; 0 when nothing looks different."""
        ink = self._ink
        if ink is None:
            return 0
        spans = ink.draw_to(strokes_done)
        cell = ink.cell_at(pen) if pen is not None else None
        if cell != self._pen:
            for one in (cell, self._pen):
                if one is not None:
                    y, x = divmod(one, ink.wide)
                    x0, x1 = spans.get(y, (x, x + 1))
                    spans[y] = (min(x0, x), max(x1, x + 1))
            self._pen = cell
        for y, (x0, x1) in spans.items():
            self._strips.pop(y, None)
            self.refresh(Region(x0, y, x1 - x0, 1))
        return sum(x1 - x0 for x0, x1 in spans.values())

    def show_travel(self, cells: Iterable[int]) -> None:
        """Show the pen's way through the air over these cells, and over no others."""
        if self._ink is None:
            return
        before, self._travel = self._travel, frozenset(cells)
        changed = before ^ self._travel
        self._refresh_lines({cell // self._ink.wide for cell in changed})

    def render_line(self, y: int) -> Strip:
        self.check_size()
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self._draw_line(y)
        return strip

    def drop_styles(self) -> None:
        self._strips.clear()

    def drop_lines(self) -> None:
        self._strips.clear()

    def on_resize(self, event: events.Resize) -> None:
        if self.dots == self._told:
            return
        self._told = self.dots
        self._ink = self._pen = None
        self._travel = frozenset()
        self._strips.clear()
        # It may have been painted in the new size with the old picture already.
        self.refresh()
        self.post_message(self.SizeChanged(self, *self.dots))

    def _draw_line(self, y: int) -> Strip:
        ink, width = self._ink, self.size.width
        if ink is None or y >= ink.high:
            return Strip.blank(width, self.span_style(""))
        masks = _line_of(ink.masks, ink, y)
        signs = list(map((_BRAILLE if symbols().braille else _DENSITY).__getitem__, masks))
        looks: list[int] = list(_line_of(ink.inks, ink, y))
        for x in self._travel_in(y):
            if signs[x] == " " or looks[x] == 0:
                signs[x], looks[x] = symbols().travel, -2
        if self._pen is not None and self._pen // ink.wide == y:
            x = self._pen % ink.wide
            signs[x], looks[x] = symbols().pen_place, -1
        segments = [
            Segment("".join(signs[start:end]), self._look_style(look))
            for start, end, look in _runs(signs, looks)
        ]
        return Strip(segments, ink.wide).adjust_cell_length(width, self.span_style(""))

    def _travel_in(self, y: int) -> list[int]:
        """The columns of a line under the pen's way."""
        ink = self._ink
        if ink is None or not self._travel:
            return []
        return [cell % ink.wide for cell in self._travel if cell // ink.wide == y]

    def _look_style(self, look: int) -> Style:
        if look == -2:
            return self.span_style("plot-canvas--travel")
        if look < 0:
            return self.span_style("plot-canvas--pen")
        if look == 0 or self._ink is None or not self._ink.raster.colors:
            return self.span_style("plot-canvas--to-come" if look == 0 else "")
        colors = self._ink.raster.colors
        color = colors[min(look, len(colors)) - 1]
        return self.span_style(color if color.startswith("#") else "#000000")

    def _refresh_lines(self, lines: Iterable[int]) -> None:
        for y in list(lines):
            self._strips.pop(y, None)
            self.refresh(Region(0, y, self.size.width, 1))


def _line_of(cells: bytearray, ink: InkCells, y: int) -> bytearray:
    return cells[y * ink.wide : (y + 1) * ink.wide]


def _runs(signs: list[str], looks: list[int]) -> list[tuple[int, int, int]]:
    """(start, end, look) of the colour runs of a line; empty cells go with what is before."""
    runs: list[tuple[int, int, int]] = []
    start, look = 0, None
    for x, sign in enumerate(signs):
        if sign == " " or looks[x] == look:
            continue
        if look is not None:
            runs.append((start, x, look))
            start = x
        look = looks[x]
    runs.append((start, len(signs), look or 0))
    return runs
