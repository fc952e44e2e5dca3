"""Strokes that belong to no design: priming in a sheet's margin, and a plotter's test pattern."""

from __future__ import annotations

import math
from collections.abc import Iterable

from .presets import MotionSettings
from .strokes import Point

Line = list[Point]
Box = tuple[float, float, float, float]

# What stands in the place of a layer's number.
PRIMING, TEST = -1, -2

EDGE_MM = 3.0  # from a sheet's edge
APART_MM = 1.0  # between the strokes of a priming
# The paper that the test pattern needs.
TEST_PAPER_MM = 90.0


def priming_lines(
    ink: Box, sheet: tuple[float, float], place: int, places: int, length_mm: float
) -> list[Line]:
    """Short strokes of so many mm in all, in the widest margin beside the ink; each layer has a
    place of its own along it. None where there is no room."""
    margins = {
        "left": ink[0],
        "top": ink[1],
        "right": sheet[0] - ink[2],
        "bottom": sheet[1] - ink[3],
    }
    side = max(margins, key=lambda one: margins[one])
    upright = side in ("left", "right")
    along = (sheet[1] if upright else sheet[0]) - 2 * EDGE_MM
    slot = along / max(places, 1)
    begin = EDGE_MM + place * slot
    reach = slot - 2 * APART_MM
    rows = int((margins[side] - EDGE_MM - APART_MM) / APART_MM) + 1
    if reach < 2 or margins[side] < EDGE_MM + APART_MM:
        return []
    lines: list[Line] = []
    left = length_mm
    for row in range(rows):
        if left < 1e-6:
            break
        stroke = min(reach, left)
        depth = EDGE_MM + row * APART_MM
        end = begin + stroke
        lines.append([_place(side, sheet, begin, depth), _place(side, sheet, end, depth)])
        left -= stroke
    return lines


def _place(side: str, sheet: tuple[float, float], along: float, depth: float) -> Point:
    return {
        "left": (depth, along),
        "right": (sheet[0] - depth, along),
        "top": (along, depth),
        "bottom": (along, sheet[1] - depth),
    }[side]


def box_of(boxes: Iterable[Box | None]) -> Box | None:
    """The box round boxes."""
    found = [box for box in boxes if box is not None]
    if not found:
        return None
    x0, y0, x1, y1 = zip(*found, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def pattern_lines() -> list[Line]:
    """Hatching both ways, a square, its diagonal and a circle, within 10 to 70 mm of home."""
    across = [[(10.0, 10.0 + 2 * k), (35.0, 10.0 + 2 * k)] for k in range(6)]
    down = [[(45.0 + 2 * k, 10.0), (45.0 + 2 * k, 20.0)] for k in range(13)]
    square = [[(10.0, 30.0), (40.0, 30.0), (40.0, 60.0), (10.0, 60.0), (10.0, 30.0)]]
    diagonal = [[(10.0, 30.0), (40.0, 60.0)]]
    circle = [
        (60 + 12 * math.cos(2 * math.pi * k / 72), 45 + 12 * math.sin(2 * math.pi * k / 72))
        for k in range(73)
    ]
    return [*across, *down, *square, *diagonal, [*circle]]


def height_ladder(motion: MotionSettings) -> list[tuple[float, Line]]:
    """Strokes at pen heights from 10 below to 10 above the one that is set: (height, stroke), the
    lowest pen first. The first that is thin or broken says that the pen is too high there."""
    heights = [motion.pen_pos_down + 5 * step for step in range(-2, 3)]
    rungs = [(10.0, 66.0 + 2 * k) for k in range(len(heights))]
    return [
        (height, [(x, y), (x + 60.0, y)])
        for height, (x, y) in zip(heights, rungs, strict=True)
        if 0 <= height <= 100
    ]
