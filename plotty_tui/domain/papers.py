"""Paper sizes, and how a page lies on a sheet and a sheet on a plotter."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .errors import Refused

# Portrait: width, height in mm.
SIZES: dict[str, tuple[float, float]] = {
    "a0": (841, 1189),
    "a1": (594, 841),
    "a2": (420, 594),
    "a3": (297, 420),
    "a4": (210, 297),
    "a5": (148, 210),
    "a6": (105, 148),
    "b4": (250, 353),
    "b5": (176, 250),
    "b6": (125, 176),
    "letter": (215.9, 279.4),
    "legal": (215.9, 355.6),
    "tabloid": (279.4, 431.8),
    "card": (55, 85),
    "postcard": (105, 148),
}

_MEASURE = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*[x×]\s*(\d+(?:\.\d+)?)\s*(mm|cm|in)?\s*$", re.I)
_IN_MM = {None: 1.0, "mm": 1.0, "cm": 10.0, "in": 25.4}

# A drawing may overhang its paper by this much without being called too large: rounding of
# inches, and page boxes that are a hair wider than the sheet.
SLACK_MM = 0.5


def paper_size(name: str) -> tuple[float, float]:
    """(width, height) in mm, portrait, of `a4`, `letter`, `card` or `210x297[mm|cm|in]`."""
    size = SIZES.get(name.strip().casefold())
    if size:
        return size
    measure = _MEASURE.match(name)
    if not measure:
        raise Refused(
            f"no paper {name!r}: use {', '.join(list(SIZES)[:8])}, …, a size like 210x297, "
            "or the name of a paper in stock"
        )
    factor = _IN_MM[(measure[3] or "mm").lower()]
    sides = sorted((float(measure[1]) * factor, float(measure[2]) * factor))
    if sides[0] < 5 or sides[1] > 5000:
        raise Refused(f"paper of {sides[0]:g} x {sides[1]:g} mm: sides from 5 to 5000 mm")
    return sides[0], sides[1]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a design's page lies on its sheet: the sheet as turned for it, and the offset of the
    page's corner, in mm."""

    sheet_width: float
    sheet_height: float
    dx: float
    dy: float


def place_on_sheet(
    page: tuple[float, float],
    ink: tuple[float, float, float, float] | None,
    paper: tuple[float, float],
) -> Placement | None:
    """The page centred on the sheet, the sheet turned to the page's orientation; None when the
    ink (x0, y0, x1, y1 on the page) does not fit on it either way."""
    upright = (min(paper), max(paper))
    turned = (upright[1], upright[0])
    prefer = (turned, upright) if page[0] > page[1] else (upright, turned)
    for width, height in prefer:
        dx, dy = (width - page[0]) / 2, (height - page[1]) / 2
        if ink is None:
            return Placement(width, height, dx, dy)
        x0, y0, x1, y1 = ink
        if (
            x0 + dx >= -SLACK_MM
            and y0 + dy >= -SLACK_MM
            and x1 + dx <= width + SLACK_MM
            and y1 + dy <= height + SLACK_MM
        ):
            return Placement(width, height, dx, dy)
    return None


@dataclass(frozen=True, slots=True)
class Turn:
    """How sheet coordinates become device coordinates: as they are, or turned 90 degrees
    anticlockwise (a portrait sheet on a landscape machine), as the AxiDraw does it; then moved by
    `dx` and `dy` for a pen whose tip sits elsewhere."""

    quarter: bool
    sheet_width: float
    dx: float = 0.0
    dy: float = 0.0

    def apply(self, x: float, y: float) -> tuple[float, float]:
        if self.quarter:
            x, y = y, self.sheet_width - x
        return x + self.dx, y + self.dy

    def undo(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self.dx, y - self.dy
        return (self.sheet_width - y, x) if self.quarter else (x, y)

    def for_pen(self, offset_x: float, offset_y: float) -> Turn:
        """The same for a pen whose tip is off by this much: the drawing is moved back."""
        return replace(self, dx=0.0 - offset_x, dy=0.0 - offset_y)


def turn_for_device(sheet: tuple[float, float], travel: tuple[float, float]) -> Turn | None:
    """The turn that puts a sheet (w, h) within a device's travel (x, y); None if none does.

    A sheet may be a little larger than the travel when only its margin is out of reach: the A4
    of 297 x 210 on the AxiDraw V3 (300 x 217.9) fits, an A3 does not.
    """
    width, height = sheet
    upright = width <= travel[0] + SLACK_MM and height <= travel[1] + SLACK_MM
    turned = height <= travel[0] + SLACK_MM and width <= travel[1] + SLACK_MM
    if upright:
        return Turn(False, width)
    return Turn(True, width) if turned else None


def turned_sheets(
    size: tuple[float, float], travels: Sequence[tuple[float, float]]
) -> tuple[tuple[float, float], ...]:
    """Of a paper, upright and on its side, the sheets that most of the plotters which take them
    take turned; `travels` are the plotters' (x, y)."""
    found = []
    for sheet in sorted({size, size[::-1]}):
        turns = [turn for travel in travels if (turn := turn_for_device(sheet, travel))]
        if 2 * sum(turn.quarter for turn in turns) > len(turns):
            found.append(sheet)
    return tuple(found)


def describe_size(width: float, height: float) -> str:
    """`a4`, `a4 landscape` or `120 x 80 mm`."""
    for name, (w, h) in SIZES.items():
        if math.isclose(w, width, abs_tol=0.6) and math.isclose(h, height, abs_tol=0.6):
            return name
        if math.isclose(h, width, abs_tol=0.6) and math.isclose(w, height, abs_tol=0.6):
            return f"{name} landscape"
    return f"{width:.4g} x {height:.4g} mm"
