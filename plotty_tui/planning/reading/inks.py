"""Where the strokes of a drawing collect: layer by layer, with the colour of most ink."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from operator import sub
from typing import Any

from plotty_tui.domain.strokes import LayerStrokes, Strokes

from .findings import Preflight
from .geometry import Polyline
from .limits import ReadLimits
from .names import plain

NO_LAYER = "(no layer)"
# A stroke that sticks out by less is on the page: rounding, and frames drawn on its edge.
EDGE_MM = 0.01


@dataclass(slots=True)
class _Layer:
    name: str
    strokes: Strokes = field(default_factory=Strokes)
    ink_mm: dict[str, float] = field(default_factory=dict)

    @property
    def color(self) -> str:
        return most_ink(self.ink_mm)


def most_ink(ink_mm: dict[str, float]) -> str:
    """The colour with most ink; of those that differ by rounding alone, the first."""
    enough = max(ink_mm.values()) * (1 - 1e-9)
    return next(color for color, mm in ink_mm.items() if mm >= enough)


class Inks:
    """The strokes of a drawing. `layered`: by Inkscape layers, else one layer per colour."""

    def __init__(
        self,
        width_mm: float,
        height_mm: float,
        layered: bool,
        preflight: Preflight,
        limits: ReadLimits,
    ) -> None:
        self.page = (width_mm, height_mm)
        self.layered = layered
        self.preflight = preflight
        self.points_left = limits.points
        self._layers: dict[str, _Layer] = {}
        self._names: set[str] = set()
        self._keys: dict[Any, str] = {}

    def open_layer(self, element: Any, label: str) -> str:
        """The key of an Inkscape layer; two of one name stay two (`Lines`, `Lines (2)`)."""
        if element not in self._keys:
            base = plain(label.strip(), 120) or "layer"
            name, count = base, 1
            while name in self._names:
                count += 1
                name = f"{base} ({count})"
            self._names.add(name)
            self._keys[element] = name
            self._layers[name] = _Layer(name)
        return self._keys[element]

    @property
    def opened(self) -> int:
        """How many Inkscape layers were begun."""
        return len(self._keys)

    def take(self, layer: str | None, color: str, lines: list[Polyline], element: Any) -> None:
        """Add the lines of one shape."""
        name = (layer or NO_LAYER) if self.layered else color
        into = self._layers.get(name)
        if into is None:
            into = self._layers[name] = _Layer(name)
            self._names.add(name)
        points, starts = into.strokes.points, into.strokes.starts
        wide, high = self.page[0] + EDGE_MM, self.page[1] + EDGE_MM
        ink = 0.0
        for line in lines:
            points.extend(line)
            starts.append(len(points) // 2)
            self.points_left -= len(line) // 2
            xs, ys = line[::2], line[1::2]
            ink += sum(map(math.hypot, map(sub, xs[1:], xs), map(sub, ys[1:], ys)))
            if min(line) < -EDGE_MM or max(xs) > wide or max(ys) > high:
                self.preflight.note("outside", element)
        into.ink_mm[color] = into.ink_mm.get(color, 0.0) + ink

    def covers_page(self, line: Polyline) -> bool:
        """A rectangle that lies under the whole page."""
        wide, high = self.page
        xs, ys = line[::2], line[1::2]
        return min(xs) <= 0.5 and min(ys) <= 0.5 and max(xs) >= wide - 0.5 and max(ys) >= high - 0.5

    def layers(self) -> list[LayerStrokes]:
        """The layers that have strokes, in order; empty ones are noted."""
        drawn = []
        for layer in self._layers.values():
            if layer.ink_mm:
                drawn.append(LayerStrokes(layer.name, layer.color, layer.strokes))
            else:
                self.preflight.note("empty layer", where=layer.name)
        return drawn
