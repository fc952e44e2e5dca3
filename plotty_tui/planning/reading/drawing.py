"""A drawing from the bytes of its file. Runs in the reading process."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from plotty_tui.domain.design import Finding
from plotty_tui.domain.errors import BadDesign
from plotty_tui.domain.strokes import LayerStrokes

from .findings import Preflight
from .guard import open_tree
from .inks import Inks
from .limits import ReadLimits
from .page import MM_PER_PX, page_of
from .styles import StyleSheet, read_sheets
from .visible import Style
from .walk import INKSCAPE, Place, Walk


@dataclass(slots=True)
class Drawing:
    """What a file holds: the page in mm, its strokes, the preflight report."""

    width_mm: float
    height_mm: float
    layers: list[LayerStrokes]
    findings: list[Finding]
    lengths_mm: list[float]


def read_drawing(name: str, data: bytes, limits: ReadLimits) -> Drawing:
    """Read the bytes of an SVG (or svgz) file. Raises BadDesign with one sentence.

    Quickly where numpy is loaded and the drawing is plain, else by the reference.
    """
    if "numpy" in sys.modules:
        from .quick import read_quickly

        drawing = read_quickly(name, data, limits)
        if drawing is not None:
            return drawing
    return read_reference(name, data, limits)


def read_reference(name: str, data: bytes, limits: ReadLimits) -> Drawing:
    """Any drawing, element by element. Raises BadDesign."""
    root = open_tree(name, data, limits)
    width, height, fit, viewport = page_of(name, root, limits)
    preflight = Preflight()
    svg = root.tag[: -len("svg")]
    sheet = read_sheets(name, root, svg + "style", limits)
    note_sheets(sheet, preflight)
    _note_links(root, preflight)
    # 210 mm are 793.7… px and should come back as 210.
    page = (round(width * MM_PER_PX, 6), round(height * MM_PER_PX, 6))
    inks = Inks(*page, has_layers(root), preflight, limits)
    walk = Walk(name, root, sheet, inks, limits)
    to_mm = (MM_PER_PX, 0.0, 0.0, MM_PER_PX, 0.0, 0.0)
    walk.whole(Place(to_mm, viewport, Style()), fit)
    layers = inks.layers()
    if not layers:
        raise BadDesign(preflight.nothing_to_draw(name))
    lengths = [layer.strokes.length_mm() for layer in layers]
    return Drawing(*page, layers, preflight.findings(), lengths)


def has_layers(root: Any) -> bool:
    """Whether the drawing has Inkscape's layers."""
    key = INKSCAPE + "groupmode"
    return any(group.get(key) == "layer" for group in root.iter("{*}g"))


def note_sheets(sheet: StyleSheet, preflight: Preflight) -> None:
    """Note what of the style sheets is not followed."""
    for _ in range(sheet.imports):
        preflight.note("style import")
    for _ in range(sheet.ignored):
        preflight.note("style rule")


def _note_links(root: Any, preflight: Preflight) -> None:
    before = root.getprevious()
    while before is not None:
        if getattr(before, "target", "") == "xml-stylesheet":
            preflight.note("style import")
        before = before.getprevious()
