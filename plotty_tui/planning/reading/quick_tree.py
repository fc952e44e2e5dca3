"""Drawings with clones, gradients and nested pages: the tree is walked as ever, and its shapes are
traced together afterwards."""

from __future__ import annotations

from typing import Any

from .drawing import Drawing, has_layers
from .findings import Preflight, place_of
from .guard import open_tree
from .inks import Inks
from .limits import ReadLimits
from .names import plain
from .page import MM_PER_PX, page_of
from .quick_shapes import Collected, Look, NotSure, finish
from .shapes import GEOMETRY, Viewport
from .styles import StyleSheet, read_sheets
from .visible import Style
from .walk import Place, Walk


class TreeWalk(Walk, Collected):
    """Walks a tree and collects its shapes."""

    def __init__(
        self, name: str, root: Any, sheet: StyleSheet, inks: Inks, limits: ReadLimits
    ) -> None:
        Collected.__init__(self, limits)
        Walk.__init__(self, name, root, sheet, inks, limits)
        events: Any = _Events(self)
        self.preflight = self.styles.preflight = events
        self.layered = inks.layered
        self._elements: list[Any] = []
        self._viewports: list[Viewport] = []
        self._numbers: dict[Any, int] = {}
        self._opened = self._text = 0

    def _shape(self, element: Any, tag: str, attributes: dict[str, str], place: Place) -> None:
        if place.style.invisible:
            self.preflight.note("hidden", element)
            return
        key = (tag, place.style, place.layer)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.looks)
            self.looks.append(Look(tag, place.style, place.layer))
        self.look_of.append(number)
        self.matrix_of.append(self.number_of(place.matrix))
        names = GEOMETRY[tag]
        values = tuple(map(attributes.get, names))
        self._text += sum(map(len, filter(None, values)))
        if self._text > self.limits.file_bytes:
            raise NotSure  # clones of long paths: one at a time takes less memory
        self.geometry[tag].append(values if len(names) > 1 else values[0])
        self._elements.append(element)
        self._viewports.append(place.viewport)

    def open_layer(self, element: Any, label: str) -> str:
        name = self.inks.open_layer(element, label)
        if name.startswith("(no layer)"):
            raise NotSure
        if self.inks.opened > self._opened:
            self._opened = self.inks.opened
            self.layers.append((len(self.look_of), name))
        return name

    def place_of_shape(self, shape: int) -> str:
        return place_of(self._elements[shape])

    def viewport_of(self, shape: int) -> Viewport:
        return self._viewports[shape]


def read_tree(name: str, data: bytes, limits: ReadLimits) -> Drawing | None:
    """Any drawing. Raises NotSure, and BadDesign for what the reference refuses."""
    root = open_tree(name, data, limits)
    if root.getprevious() is not None:
        raise NotSure
    width, height, fit, viewport = page_of(name, root, limits)
    sheet = read_sheets(name, root, root.tag[: -len("svg")] + "style", limits)
    inks = Inks(width * MM_PER_PX, height * MM_PER_PX, has_layers(root), Preflight(), limits)
    walk = TreeWalk(name, root, sheet, inks, limits)
    walk.whole(Place((MM_PER_PX, 0.0, 0.0, MM_PER_PX, 0.0, 0.0), viewport, Style()), fit)
    return finish(walk, width, height, sheet)


class _Events:
    """Notes of elements that are no shapes, to be put in order with those of the shapes."""

    def __init__(self, walk: TreeWalk) -> None:
        self._walk = walk

    def note(self, what: str, element: Any = None, where: str = "") -> None:
        walk = self._walk
        walk.events.append((len(walk.look_of), what, plain(where) if where else place_of(element)))
