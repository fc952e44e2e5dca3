#!/usr/bin/env python3
"""Draws the sample designs: `python sample_designs/make_samples.py [--out DIR]`.

They are here so that a studio has something worth plotting from the first minute, and so that
every kind of file a plotter meets is among them: layers and colours, a few long curves and
thousands of dots, `<use>` and transforms, and one card with what a plotter cannot draw.

All chance is seeded and all coordinates are rounded to 0.01 mm: the same script writes the same
bytes. Only the standard library is used, so the samples can be remade anywhere.
"""

from __future__ import annotations

import argparse
import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

Point = tuple[float, float]
Line = list[Point]

TAU = math.tau

BLACK = "#1b1b1b"
RED = "#c8283c"
GREEN = "#2e7d46"
BLUE = "#2364aa"
BROWN = "#9a6233"
INDIGO = "#27306b"
CORAL = "#e4572e"
TEAL = "#0b7a75"
MAGENTA = "#b0236f"


# --- Writing SVG -----------------------------------------------------------------------------


def number(value: float) -> str:
    """A coordinate at 0.01 mm: finer than any pen, and short in the file."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def path_data(line: Line) -> str:
    """One stroke; where it ends at its start it is closed, so that the seam is clean."""
    closed = len(line) > 2 and math.dist(line[0], line[-1]) < 0.005
    points = line[:-1] if closed else line
    data = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return data + "Z" if closed else data


def paths(lines: Iterable[Line]) -> list[str]:
    return [f'<path d="{path_data(line)}"/>' for line in lines]


@dataclass
class Sheet:
    """One SVG file, in mm, made of strokes only."""

    name: str
    width: float
    height: float
    title: str
    body: list[str] = field(default_factory=list)

    def group(self, markup: Iterable[str], attributes: str = "") -> None:
        self.body += [f"<g {attributes}>" if attributes else "<g>", *markup, "</g>"]

    def pen(self, colour: str, lines: Iterable[Line], width: float = 0.3) -> None:
        """Strokes of one colour: the studio tells the pens apart by it."""
        self.group(paths(lines), f'stroke="{colour}" stroke-width="{number(width)}"')

    def layer(self, label: str, colour: str, lines: Iterable[Line], width: float = 0.3) -> None:
        """Strokes on an Inkscape layer: the label says which pen is meant."""
        self.group(
            paths(lines),
            f'inkscape:groupmode="layer" inkscape:label="{label}" '
            f'stroke="{colour}" stroke-width="{number(width)}"',
        )

    def markup(self) -> str:
        width, height = number(self.width), number(self.height)
        head = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<svg xmlns="http://www.w3.org/2000/svg" '
            'xmlns:xlink="http://www.w3.org/1999/xlink" '
            'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
            f'width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}" '
            'fill="none" stroke-linecap="round" stroke-linejoin="round">'
        )
        return "\n".join([head, f"<title>{self.title}</title>", *self.body, "</svg>", ""])

    def save(self, folder: Path) -> None:
        (folder / f"{self.name}.svg").write_text(self.markup(), encoding="utf-8", newline="\n")


# --- Geometry --------------------------------------------------------------------------------


def polar(radius: float, angle: float, centre: Point = (0, 0)) -> Point:
    return centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)


def mix(a: Point, b: Point, t: float) -> Point:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def steps(count: int) -> list[float]:
    """`count + 1` even values from 0 to 1."""
    return [i / count for i in range(count + 1)]


def circle(centre: Point, radius: float, count: int = 72) -> Line:
    return [polar(radius, TAU * t, centre) for t in steps(count)]


def rectangle(x: float, y: float, width: float, height: float) -> Line:
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]


def bezier(a: Point, b: Point, c: Point, d: Point, count: int = 24) -> Line:
    def at(t: float) -> Point:
        ab, bc, cd = mix(a, b, t), mix(b, c, t), mix(c, d, t)
        return mix(mix(ab, bc, t), mix(bc, cd, t), t)

    return [at(t) for t in steps(count)]


def spline(points: Sequence[Point], count: int = 12) -> Line:
    """A smooth curve through the points (Catmull-Rom)."""
    ends = [points[0], *points, points[-1]]
    curve = [points[0]]
    for before, a, b, after in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        first = (a[0] + (b[0] - before[0]) / 6, a[1] + (b[1] - before[1]) / 6)
        second = (b[0] - (after[0] - a[0]) / 6, b[1] - (after[1] - a[1]) / 6)
        curve += bezier(a, first, second, b, count)[1:]
    return curve


def place(line: Line, at: Point, angle: float = 0, sx: float = 1, sy: float | None = None) -> Line:
    """Scaled, then turned, then moved."""
    sy = sx if sy is None else sy
    cos, sin = math.cos(angle), math.sin(angle)
    return [
        (at[0] + x * sx * cos - y * sy * sin, at[1] + x * sx * sin + y * sy * cos) for x, y in line
    ]


def heading(line: Line, index: int) -> float:
    """The direction a line runs in at one of its points."""
    (ax, ay), (bx, by) = line[max(index - 1, 0)], line[min(index + 1, len(line) - 1)]
    return math.atan2(by - ay, bx - ax)


def beside(line: Line, distance: Callable[[float], float]) -> Line:
    """A parallel; the distance may change along the way (0 at the start, 1 at the end)."""
    last = len(line) - 1
    return [
        polar(distance(i / last), heading(line, i) + TAU / 4, point) for i, point in enumerate(line)
    ]


def length(line: Line) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(line))


def simplify(line: Line, tolerance: float = 0.02) -> Line:
    """Leaves out the points nobody would miss (Douglas-Peucker)."""
    keep = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        (ax, ay), (bx, by) = line[first], line[last]
        base = math.hypot(bx - ax, by - ay)
        farthest, index = tolerance, 0
        for i in range(first + 1, last):
            x, y = line[i]
            off = (
                abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / base
                if base
                else math.hypot(x - ax, y - ay)
            )
            if off > farthest:
                farthest, index = off, i
        if index:
            keep.add(index)
            spans += [(first, index), (index, last)]
    return [line[i] for i in sorted(keep)]


class Mask:
    """A shape that hides what lies behind it."""

    def __init__(self, outline: Line) -> None:
        self.edges = list(pairwise([*outline, outline[0]]))
        xs, ys = zip(*outline, strict=True)
        self.left, self.right, self.top, self.bottom = min(xs), max(xs), min(ys), max(ys)

    def near(self, a: Point, b: Point) -> bool:
        return (
            max(a[0], b[0]) >= self.left
            and min(a[0], b[0]) <= self.right
            and max(a[1], b[1]) >= self.top
            and min(a[1], b[1]) <= self.bottom
        )

    def holds(self, point: Point) -> bool:
        x, y = point
        crossings = sum(
            (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax
            for (ax, ay), (bx, by) in self.edges
        )
        return crossings % 2 == 1

    def crossings(self, a: Point, b: Point) -> Iterator[float]:
        """Where on the way from a to b the outline is met, as fractions of the way."""
        dx, dy = b[0] - a[0], b[1] - a[1]
        for (cx, cy), (ex, ey) in self.edges:
            fx, fy = ex - cx, ey - cy
            cross = dx * fy - dy * fx
            if cross:
                along = ((cx - a[0]) * fy - (cy - a[1]) * fx) / cross
                across = ((cx - a[0]) * dy - (cy - a[1]) * dx) / cross
                if 0 < along < 1 and 0 <= across <= 1:
                    yield along


def visible(line: Line, masks: list[Mask], inside: bool = False) -> list[Line]:
    """The pieces of a line outside all masks, or inside any of them."""
    pieces: list[Line] = [[]]
    for a, b in pairwise(line):
        near = [mask for mask in masks if mask.near(a, b)]
        cuts = sorted({0.0, 1.0, *(cut for mask in near for cut in mask.crossings(a, b))})
        for s, t in pairwise(cuts):
            middle = mix(a, b, (s + t) / 2)
            if any(mask.holds(middle) for mask in near) != inside:
                pieces.append([])
                continue
            if not pieces[-1]:
                pieces[-1].append(mix(a, b, s))
            pieces[-1].append(mix(a, b, t))
    return [piece for piece in pieces if length(piece) > 0.2]


def hatch(outline: Line, angle: float, spacing: float) -> list[Line]:
    """Parallel strokes across a shape, alternating so that the pen hardly travels."""
    mask = Mask(outline)
    centre = ((mask.left + mask.right) / 2, (mask.top + mask.bottom) / 2)
    reach = math.hypot(mask.right - mask.left, mask.bottom - mask.top) / 2
    strokes: list[Line] = []
    for i in range(-int(reach / spacing), int(reach / spacing) + 1):
        middle = polar(i * spacing, angle + TAU / 4, centre)
        ends = [polar(-reach, angle, middle), polar(reach, angle, middle)]
        strokes += visible(ends if i % 2 else ends[::-1], [mask], inside=True)
    return strokes


class Picture:
    """Drawn from front to back: what is covered hides whatever is drawn after it."""

    def __init__(self) -> None:
        self.masks: list[Mask] = []
        self.lines: dict[str, list[Line]] = defaultdict(list)

    def draw(self, pen: str, *lines: Line) -> None:
        for line in lines:
            self.lines[pen] += [simplify(piece) for piece in visible(line, self.masks)]

    def cover(self, outline: Line) -> None:
        self.masks.append(Mask(outline))


class Noise:
    """Smooth chance: random heights on a grid, blended in between, in several octaves."""

    def __init__(self, seed: int, size: int = 64) -> None:
        rng = random.Random(seed)
        self.size = size
        self.grid = [[rng.uniform(-1, 1) for _ in range(size)] for _ in range(size)]

    def plain(self, x: float, y: float) -> float:
        column, row = math.floor(x), math.floor(y)
        u, v = x - column, y - row
        u, v = u * u * u * (u * (u * 6 - 15) + 10), v * v * v * (v * (v * 6 - 15) + 10)
        upper, lower = self.grid[row % self.size], self.grid[(row + 1) % self.size]
        left, right = column % self.size, (column + 1) % self.size
        top = upper[left] + (upper[right] - upper[left]) * u
        bottom = lower[left] + (lower[right] - lower[left]) * u
        return top + (bottom - top) * v

    def at(self, x: float, y: float, octaves: int = 3) -> float:
        return sum(self.plain(x * 2**i + 7 * i, y * 2**i + 3 * i) / 2**i for i in range(octaves))


# --- Lettering -------------------------------------------------------------------------------

# A single-stroke alphabet of our own, after inscriptions: round O, narrow E and S. Every glyph is
# its width and its strokes on a body 10 high (M move, L line, C curve), the baseline at 10.
GLYPHS: dict[str, tuple[float, str]] = {
    " ": (3.4, ""),
    "A": (8, "M0 10L4 0L8 10M1.3 6.8L6.7 6.8"),
    "B": (
        6,
        "M0 4.7L3.2 4.7C5 4.7 6 5.6 6 7.3C6 9 5 10 3.2 10L0 10L0 0L2.8 0"
        "C4.4 0 5.3 .9 5.3 2.35C5.3 3.8 4.4 4.7 2.8 4.7",
    ),
    "C": (
        8.4,
        "M8.4 1.9C7.5 .7 6.3 0 5 0C2.2 0 0 2.2 0 5C0 7.8 2.2 10 5 10C6.3 10 7.5 9.3 8.4 8.1",
    ),
    "D": (7.6, "M0 0L0 10L2.6 10C5.7 10 7.6 8 7.6 5C7.6 2 5.7 0 2.6 0L0 0"),
    "E": (5, "M5 0L0 0L0 10L5 10M0 4.8L4.4 4.8"),
    "F": (4.8, "M4.8 0L0 0L0 10M0 4.8L4.2 4.8"),
    "G": (
        9.4,
        "M8.4 1.9C7.5 .7 6.3 0 5 0C2.2 0 0 2.2 0 5C0 7.8 2.2 10 5 10"
        "C7.7 10 9.4 8.2 9.4 5.4L5.6 5.4",
    ),
    "H": (7, "M0 0L0 10M7 0L7 10M0 4.8L7 4.8"),
    "I": (0, "M0 0L0 10"),
    "J": (4, "M4 0L4 7.4C4 9 3.2 10 2 10C.9 10 .2 9.3 0 8.2"),
    "K": (6.2, "M0 0L0 10M5.8 0L0 5.6M1.9 3.77L6.2 10"),
    "L": (4.6, "M0 0L0 10L4.6 10"),
    "M": (9, "M0 10L1 0L4.5 7.6L8 0L9 10"),
    "N": (7.4, "M0 10L0 0L7.4 10L7.4 0"),
    "O": (10, "M5 0C2.2 0 0 2.2 0 5C0 7.8 2.2 10 5 10C7.8 10 10 7.8 10 5C10 2.2 7.8 0 5 0"),
    "P": (5.6, "M0 10L0 0L2.8 0C4.6 0 5.6 1.1 5.6 2.8C5.6 4.5 4.6 5.6 2.8 5.6L0 5.6"),
    "Q": (
        10,
        "M5 0C2.2 0 0 2.2 0 5C0 7.8 2.2 10 5 10C7.8 10 10 7.8 10 5C10 2.2 7.8 0 5 0M6.2 7L9.8 10.6",
    ),
    "R": (6, "M0 10L0 0L2.8 0C4.6 0 5.6 1.1 5.6 2.8C5.6 4.5 4.6 5.6 2.8 5.6L0 5.6M2.8 5.6L6 10"),
    "S": (
        5.4,
        "M5 1.5C4.6 .5 3.8 0 2.8 0C1.4 0 .4 1 .4 2.4C.4 5.4 5.4 4.2 5.4 7.4"
        "C5.4 9 4.3 10 2.7 10C1.3 10 .3 9.2 0 7.9",
    ),
    "T": (6.4, "M0 0L6.4 0M3.2 0L3.2 10"),
    "U": (7, "M0 0L0 6.4C0 8.7 1.3 10 3.5 10C5.7 10 7 8.7 7 6.4L7 0"),
    "V": (7.6, "M0 0L3.8 10L7.6 0"),
    "W": (11, "M0 0L2.8 10L5.5 1L8.2 10L11 0"),
    "X": (6.8, "M.2 0L6.8 10M6.6 0L0 10"),
    "Y": (6.8, "M0 0L3.4 4.9L6.8 0M3.4 4.9L3.4 10"),
    "Z": (6.4, "M0 0L6.4 0L0 10L6.4 10"),
    "0": (6, "M3 0C1 0 0 2 0 5C0 8 1 10 3 10C5 10 6 8 6 5C6 2 5 0 3 0"),
    "1": (2.4, "M0 2L2.4 0L2.4 10"),
    "2": (6, "M.2 2.4C.5 .9 1.5 0 3 0C4.6 0 5.7 1.1 5.7 2.7C5.7 5.4 2 7 0 10L6 10"),
    "3": (
        5.8,
        "M.3 1.8C.7 .7 1.6 0 2.9 0C4.4 0 5.4 .9 5.4 2.3C5.4 3.8 4.3 4.7 2.6 4.7"
        "C4.6 4.7 5.8 5.6 5.8 7.3C5.8 9 4.6 10 2.9 10C1.4 10 .4 9.3 0 8",
    ),
    "4": (6.2, "M4.6 10L4.6 0L0 7.2L6.2 7.2"),
    "5": (
        5.8,
        "M5.2 0L1 0L.4 4.6C1.1 4 1.9 3.7 2.9 3.7C4.7 3.7 5.8 4.9 5.8 6.8"
        "C5.8 8.7 4.6 10 2.8 10C1.4 10 .4 9.3 0 8.2",
    ),
    "6": (
        6,
        "M4.8 0C2 1.8 0 4.4 0 7C0 8.8 1.2 10 3 10C4.8 10 6 8.8 6 7"
        "C6 5.2 4.8 4 3 4C1.6 4 .5 4.8 .1 6.1",
    ),
    "7": (6, "M0 0L6 0L2 10"),
    "8": (
        6,
        "M3 4.6C1.4 4.6 .5 3.7 .5 2.3C.5 .9 1.5 0 3 0C4.5 0 5.5 .9 5.5 2.3C5.5 3.7 4.6 4.6 3 4.6"
        "C1.2 4.6 0 5.6 0 7.3C0 9 1.2 10 3 10C4.8 10 6 9 6 7.3C6 5.6 4.8 4.6 3 4.6",
    ),
    "9": (
        6,
        "M1.2 10C4 8.2 6 5.6 6 3C6 1.2 4.8 0 3 0C1.2 0 0 1.2 0 3"
        "C0 4.8 1.2 6 3 6C4.4 6 5.5 5.2 5.9 3.9",
    ),
    ".": (0.5, "M0 9.7L.5 9.7L.5 10L0 10L0 9.7"),
    ",": (0.9, "M.7 9.4L0 11.4"),
    "-": (3, "M0 5.4L3 5.4"),
    "/": (4, "M0 10.8L4 -.8"),
    "+": (4.6, "M0 5.4L4.6 5.4M2.3 3.1L2.3 7.7"),
    "·": (0.6, "M0 4.9L.6 4.9L.6 5.4L0 5.4L0 4.9"),
}


@cache
def glyph(character: str) -> tuple[float, tuple[tuple[Point, ...], ...]]:
    """The width of a letter and its strokes, curves already flattened."""
    width, data = GLYPHS[character]
    strokes: list[Line] = []
    for command in data.replace("M", "|M").replace("L", "|L").replace("C", "|C").split("|")[1:]:
        values = [float(value) for value in command[1:].split()]
        points = list(zip(values[::2], values[1::2], strict=True))
        if command[0] == "M":
            strokes.append(points)
        elif command[0] == "L":
            strokes[-1] += points
        else:
            first, second, end = points
            strokes[-1] += bezier(strokes[-1][-1], first, second, end, count=10)[1:]
    return width, tuple(tuple(stroke) for stroke in strokes)


def text_width(text: str, height: float, spacing: float) -> float:
    return (sum(glyph(c)[0] + spacing for c in text) - spacing) * height / 10


def lettering(
    text: str,
    at: Point,
    height: float,
    *,
    spacing: float = 3.4,
    anchor: float = 0,
    angle: float = 0,
) -> list[Line]:
    """Text as strokes, `at` on its baseline; the anchor is 0 for left, 0.5 centred, 1 right."""
    x = -anchor * text_width(text, 10, spacing)
    strokes: list[Line] = []
    for character in text:
        width, shapes = glyph(character)
        for shape in shapes:
            moved = [(x + px, py - 10) for px, py in shape]
            strokes.append(place(moved, at, angle, height / 10))
        x += width + spacing
    return strokes


# --- The studio's stationery -----------------------------------------------------------------


def rosette(centre: Point, inner: float, outer: float, lobes: int, windings: int) -> Line:
    """A guilloche: one line that swings between two circles and closes after its windings."""
    middle, swing = (inner + outer) / 2, (outer - inner) / 2
    return [
        polar(middle + swing * math.cos(TAU * t * lobes), TAU * t * windings, centre)
        for t in steps(lobes * 26)
    ]


def emblem(centre: Point, radius: float) -> tuple[list[Line], list[Line]]:
    """The studio's mark: a guilloche ring (accent) around a monogram (black)."""
    x, y = centre
    ring = [
        rosette(centre, radius * 0.58, radius, 43, 8),
        circle(centre, radius * 0.53),
    ]
    cap = radius * 0.44
    letters = lettering("ML", (x, y + cap / 2), cap, spacing=2.2, anchor=0.5)
    return ring, letters


def sprig(start: Point, angle: float, reach: float, pairs: int) -> list[Line]:
    """A twig with pairs of small leaves and one at its tip."""
    stem = place(bezier((0, 0), (0.35, -0.05), (0.7, -0.04), (1, 0)), start, angle, reach)
    leaf = [*bezier((0, 0), (0.3, -0.32), (0.8, -0.22), (1, 0), 10)]
    leaf += [(x, -y) for x, y in reversed(leaf[:-1])]
    strokes = [stem, place(leaf, stem[-1], angle, reach * 0.22)]
    for i in range(pairs):
        index = round((i + 1) / (pairs + 1) * (len(stem) - 1))
        size = reach * (0.24 - 0.06 * i / pairs)
        for side in (-1, 1):
            turn = heading(stem, index) + side * 0.85
            strokes.append(place(leaf, stem[index], turn, size))
    return strokes


def business_card() -> Sheet:
    sheet = Sheet("business-card", 85, 55, "Business card")
    ring, letters = emblem((21.5, 27.5), 12)
    left = 42
    black: list[Line] = [
        *letters,
        *lettering("MARA LINDT", (left, 16.4), 3.7, spacing=4),
        *lettering("14 LANTERN LANE", (left, 36.2), 1.7),
        *lettering("HARBOUR TOWN 2071", (left, 40.2), 1.7),
        *lettering("+00 555 0142", (left, 44.2), 1.7),
    ]
    accent: list[Line] = [
        *ring,
        *lettering("DRAWN BY MACHINE", (left, 21.2), 1.6, spacing=4.2),
        [(left, 28.2), (left + 21.5, 28.2)],
        *sprig((left + 23, 28.2), 0, 11, 3),
    ]
    sheet.pen(BLACK, black)
    sheet.pen(TEAL, accent)
    return sheet


def letterhead() -> Sheet:
    sheet = Sheet("letterhead", 210, 297, "Letterhead")
    ring, letters = emblem((33, 30), 11)
    right = 190
    footer = ["14 LANTERN LANE", "HARBOUR TOWN 2071", "+00 555 0142", "MARA-LINDT.EXAMPLE"]
    widths = [text_width(entry, 1.8, 3.4) for entry in footer]
    gap = (right - 22 - sum(widths)) / (len(footer) - 1)
    starts = [22 + sum(widths[:i]) + gap * i for i in range(len(footer))]
    black: list[Line] = [
        *letters,
        *lettering("MARA LINDT", (52, 30.2), 4.6, spacing=4.4),
        *(
            stroke
            for start, entry in zip(starts, footer, strict=True)
            for stroke in lettering(entry, (start, 281), 1.8)
        ),
        [(9, 105), (13, 105)],
        [(9, 148.5), (15, 148.5)],
        [(9, 210), (13, 210)],
    ]
    accent: list[Line] = [
        *ring,
        *lettering("DRAWN BY MACHINE, FINISHED BY HAND", (52, 36.4), 1.9, spacing=4.4),
        *sprig((right - 18, 30.5), 0, 15.5, 4),
        [(22, 274), (right, 274)],
        [(22, 275), (right, 275)],
    ]
    sheet.pen(BLACK, black)
    sheet.pen(TEAL, accent)
    return sheet


# --- Botanical plate -------------------------------------------------------------------------


def petal_width(along: float) -> float:
    """Half the width of a petal of length 1: slim at the foot, broadest near the tip."""
    return 2 * along * math.sqrt(max(0.0, 1 - along * along))


def petal(rng: random.Random, size: float, breadth: float) -> tuple[Line, list[Line]]:
    """A ruffled outline along the x axis, and the streaks that give it its bowl."""
    phase, waves = rng.uniform(0, TAU), rng.choice([6, 7, 8])
    outline: Line = []
    for t in steps(64):
        s = (t - 0.5) * TAU
        along = abs(math.cos(s / 2))
        ruffle = 1 + 0.035 * math.sin(waves * s + phase) * along**2
        outline.append((size * along * ruffle, size * breadth * math.sin(s) * ruffle))
    streaks: list[Line] = []
    count = round(size * breadth * 1.2)
    for i in range(1, count):
        across = (2 * i / count - 1) * 0.94
        shade = 0.35 + 0.45 * abs(across) ** 1.5
        inner = (0.2, rng.uniform(0.75, 1.1) * shade)
        outer = (rng.uniform(0.8, 0.9), 0.955)
        for a, b in (inner, outer) if i % 2 else (inner,):
            alongs = [a + (b - a) * t for t in steps(8)]
            streaks.append([(size * c, size * breadth * across * petal_width(c)) for c in alongs])
    return outline, streaks


def poppy(
    picture: Picture, rng: random.Random, centre: Point, size: float, tilt: float, flat: float
) -> None:
    """A poppy seen at a slant: pod, stamens, two near petals, then the two behind them."""

    def pose(line: Line, turn: float = 0) -> Line:
        return place(place(line, (0, 0), turn), centre, tilt, 1, flat)

    pod = pose(circle((0, 0), size * 0.15, 36))
    picture.draw("black", pod)
    picture.draw("black", *(pose([(0, 0), (size * 0.13, 0)], TAU * i / 9) for i in range(9)))
    picture.cover(pod)
    for i in range(38):
        reach = size * rng.uniform(0.22, 0.34)
        turn = TAU * (i + rng.uniform(-0.3, 0.3)) / 38
        tip = polar(reach, turn)
        picture.draw("black", pose([polar(size * 0.17, turn), tip]), pose(circle(tip, 0.42, 8)))
    picture.cover(pose(circle((0, 0), size * 0.3, 36)))
    start = rng.uniform(-0.3, 0.3)
    for i, quarter in enumerate((1, 3, 0, 2)):
        outline, streaks = petal(rng, size * (1 if i < 2 else 1.04), rng.uniform(0.6, 0.68))
        turn = start + quarter * TAU / 4 + rng.uniform(-0.12, 0.12)
        picture.draw("red", pose(outline, turn), *(pose(streak, turn) for streak in streaks))
        picture.cover(pose(outline, turn))


def leaf(picture: Picture, foot: Point, angle: float, size: float, bend: float) -> None:
    """A lance-shaped leaf: midrib, veins on both sides, one half hatched for shade."""
    rib = place(bezier((0, 0), (0.3, -bend), (0.7, -bend), (1, 0), 40), foot, angle, size)

    def breadth(t: float) -> float:
        return size * 0.18 * math.sin(math.pi * t**0.85) ** 1.35 * (1 + 0.07 * math.sin(34 * t))

    upper, lower = beside(rib, breadth), beside(rib, lambda t: -breadth(t))
    outline = [*upper, *lower[::-1]]
    picture.draw("green", outline, rib)
    last = len(rib) - 1
    for i in range(4, last - 4, 2):
        tip = min(i + 4, last)
        vein = mix(rib[i], lower[tip], 0.86)
        picture.draw("green", [rib[i], mix(rib[i], vein, 0.5), vein])
    for i in range(3, last - 3):
        edge = upper[min(i + 3, last)]
        picture.draw("green", [rib[i], mix(rib[i], edge, 0.93 if i % 2 else 0.62)])
    picture.cover(outline)


def bud(picture: Picture, rng: random.Random, at: Point, angle: float, size: float) -> None:
    """A nodding bud: two sepals with hairs, a glimpse of red at the seam."""
    shape = [(size * math.cos(TAU * t), size * 0.58 * math.sin(TAU * t)) for t in steps(48)]
    outline = place(shape, at, angle)
    seam = bezier((-1, 0), (-0.3, 0.3), (0.4, 0.2), (1, 0))
    picture.draw("green", outline, place(seam, at, angle, size))
    shade = [
        bezier((-0.8, y), (-0.3, y * 0.7), (0.4, y * 0.8), (0.85, y)) for y in (-0.14, -0.28, -0.42)
    ]
    glimpse = [
        bezier((-0.3, y + 0.12), (0, y + 0.17), (0.5, y + 0.1), (0.9, 0.05)) for y in (0.1, 0.2)
    ]
    for pen, curves in (("green", shade), ("red", glimpse)):
        for curve in curves:
            inner = visible(place(curve, at, angle, size), [Mask(outline)], inside=True)
            picture.draw(pen, *inner)
    picture.cover(outline)
    for i in range(1, 48, 2):
        root = outline[i]
        turn = math.atan2(root[1] - at[1], root[0] - at[0]) + rng.uniform(-0.3, 0.3)
        picture.draw("black", [root, polar(rng.uniform(1, 1.9), turn, root)])


def stem(picture: Picture, rng: random.Random, line: Line) -> None:
    """Two green lines, a little hatching in the shade, fine black hairs."""
    left, right = beside(line, lambda t: 0.75 - 0.25 * t), beside(line, lambda t: 0.25 * t - 0.75)
    for i in range(3, len(line) - 2, 3):
        for edge, side in ((left, 1), (right, -1)):
            turn = heading(line, i) + side * rng.uniform(0.9, 1.3)
            picture.draw("black", [edge[i], polar(rng.uniform(0.8, 1.6), turn, edge[i])])
    picture.draw("green", left, right)
    for i in range(1, len(line) - 1):
        picture.draw("green", [right[i], mix(right[i], left[i - 1], 0.6)])
    picture.cover([*left, *right[::-1]])


def grass(picture: Picture, foot: Point, tip: Point, lean: float) -> None:
    """A blade of oats: a thin stalk with drooping grains, to give the plate some air."""
    stalk = bezier(foot, (foot[0], foot[1] - 50), (tip[0] - lean, tip[1] + 45), tip, 60)
    grain = [*bezier((0, 0), (0.3, -0.24), (0.75, -0.16), (1, 0), 8)]
    grain += [(x, -y) for x, y in reversed(grain[:-1])]
    for i in range(34, 60, 3):
        side = 1 if i % 2 else -1
        turn = heading(stalk, i) + side * 0.55
        picture.draw("green", place(grain, polar(2.2, turn, stalk[i]), turn, 4.2))
        picture.draw("green", [stalk[i], polar(2.2, turn, stalk[i])])
        awn = [polar(6.6, turn, stalk[i]), polar(10.5, turn - side * 0.1, stalk[i])]
        picture.draw("black", awn)
    picture.draw("green", place(grain, stalk[-1], heading(stalk, 60), 4.6), stalk)


def botanical() -> Sheet:
    """Poppies: three pens on three layers, drawn front to back so that nothing shines through."""
    sheet = Sheet("botanical", 210, 297, "Botanical plate: poppies")
    rng = random.Random(1753)
    picture = Picture()
    heads = [(102, 82, 36, -0.15, 0.86), (55, 132, 28, -0.5, 0.76), (155, 126, 30, 0.4, 0.78)]
    for x, y, size, tilt, flat in heads:
        poppy(picture, rng, (x, y), size, tilt, flat)
    for foot, angle, size, bend in LEAVES:
        leaf(picture, foot, angle, size, bend)
    for at, angle, size in (((152, 58), 2.0, 8.6), ((44, 74), 1.3, 7.8)):
        bud(picture, rng, at, angle, size)
    for curve in STEMS:
        stem(picture, rng, bezier(*curve, count=70))
    grass(picture, (101, 261), (24, 52), 12)
    grass(picture, (108, 261), (187, 68), -14)
    grass(picture, (105, 261), (126, 30), 4)
    caption = [
        *lettering("PAPAVER RHOEAS", (105, 273), 3.4, spacing=5, anchor=0.5),
        *lettering("PLATE VII · FIELD POPPY, OATS", (105, 279.4), 1.7, spacing=4.4, anchor=0.5),
        rectangle(10, 10, 190, 277),
        rectangle(11.4, 11.4, 187.2, 274.2),
    ]
    sheet.layer("1 black 0.3", BLACK, [*picture.lines["black"], *caption], 0.3)
    sheet.layer("2 green 0.5", GREEN, picture.lines["green"], 0.5)
    sheet.layer("3 red 0.5", RED, picture.lines["red"], 0.5)
    return sheet


# Where each leaf of the plate grows: foot, direction, length, bend.
LEAVES: list[tuple[Point, float, float, float]] = [
    ((104, 214), -0.62, 62, 0.16),
    ((102, 222), -2.5, 60, -0.16),
    ((104, 184), -2.22, 44, -0.12),
    ((106, 176), -0.95, 40, 0.12),
    ((106, 236), -0.22, 58, 0.2),
    ((104, 240), -2.93, 56, -0.2),
    ((80, 188), -2.95, 44, -0.14),
    ((131, 186), -0.2, 46, 0.14),
]

# The stems, from the foot of the bunch up to each head and bud.
STEMS: list[tuple[Point, Point, Point, Point]] = [
    ((105, 262), (108, 200), (100, 150), (102, 90)),
    ((103, 262), (100, 205), (72, 190), (60, 134)),
    ((107, 262), (110, 205), (140, 190), (151, 128)),
    ((106, 262), (112, 170), (140, 32), (152.5, 52)),
    ((104, 262), (98, 180), (64, 34), (44, 67)),
]


# --- Flow field ------------------------------------------------------------------------------


class Crowd:
    """Who stands where: finds out quickly whether a place is free."""

    def __init__(self, cell: float) -> None:
        self.cell = cell
        self.cells: dict[tuple[int, int], list[tuple[float, float, int]]] = defaultdict(list)

    def add(self, point: Point, owner: int) -> None:
        x, y = point
        self.cells[int(x / self.cell), int(y / self.cell)].append((x, y, owner))

    def free(self, point: Point, radius: float, owner: int = -1) -> bool:
        """Whether nobody but the owner is within the radius."""
        x, y = point
        reach = math.ceil(radius / self.cell)
        column, row = int(x / self.cell), int(y / self.cell)
        square = radius * radius
        return not any(
            other != owner and (px - x) ** 2 + (py - y) ** 2 < square
            for c in range(column - reach, column + reach + 1)
            for r in range(row - reach, row + reach + 1)
            for px, py, other in self.cells.get((c, r), ())
        )


class Wind:
    """A smooth field on a page, with a sun in it where the second pen takes over."""

    margin = 12.0
    width, height = 210.0, 297.0
    sun: Point = (128.0, 104.0)
    radius = 50.0

    def __init__(self, seed: int) -> None:
        self.noise = Noise(seed)
        self.crowd = Crowd(1.0)

    def direction(self, point: Point) -> float:
        x, y = point
        return -0.5 + 2.5 * self.noise.at(x / 120, y / 120, 2)

    def spacing(self, point: Point) -> float:
        x, y = point
        wave = 0.5 + 0.5 * self.noise.at(x / 55 + 20, y / 55 + 20, 1)
        return 0.8 + 0.1 * wave if self.lit(point) else 0.8 + 1.05 * wave

    def lit(self, point: Point) -> bool:
        return math.dist(point, self.sun) < self.radius

    def open(self, point: Point, owner: int, lit: bool) -> bool:
        x, y = point
        return (
            self.margin < x < self.width - self.margin
            and self.margin < y < self.height - self.margin
            and self.lit(point) == lit
            and self.crowd.free(point, self.spacing(point), owner)
        )

    def trace(self, seed: Point, owner: int, reach: float) -> Line:
        """A stroke through the seed both ways, as far as the others leave it room."""
        lit = self.lit(seed)
        halves: list[Line] = []
        for sign in (-1, 1):
            half = [seed]
            while len(half) * 0.7 < reach / 2:
                ahead = polar(0.7 * sign, self.direction(half[-1]), half[-1])
                if not self.open(ahead, owner, lit):
                    break
                half.append(ahead)
            halves.append(half)
        return [*halves[0][:0:-1], *halves[1]]


def flow_field() -> Sheet:
    """Strokes that follow a wind and keep their distance; two pens told apart by colour."""
    sheet = Sheet("flow-field", 210, 297, "Flow field: wind and sun")
    rng = random.Random(88)
    wind = Wind(5)
    pens: dict[bool, list[Line]] = {False: [], True: []}
    for owner in range(42000):
        seed = (rng.uniform(12, 198), rng.uniform(12, 285))
        if not wind.open(seed, owner, wind.lit(seed)):
            continue
        stroke = wind.trace(seed, owner, rng.uniform(8, 24))
        if length(stroke) > 2.5:
            for point in stroke:
                wind.crowd.add(point, owner)
            pens[wind.lit(seed)].append(simplify(stroke, 0.03))
    sheet.pen(INDIGO, pens[False], 0.4)
    sheet.pen(CORAL, pens[True], 0.4)
    return sheet


# --- Stippling -------------------------------------------------------------------------------


class Pear:
    """A pear on a table in light from the upper left; tells how dark each place is."""

    height = 112.0
    top: Point = (66.0, 66.0)
    light = (-0.5, -0.52, 0.69)
    profile: tuple[Point, ...] = (
        (0, 0), (0.006, 0.036), (0.028, 0.074), (0.07, 0.105), (0.16, 0.137), (0.29, 0.176),
        (0.42, 0.245), (0.55, 0.335), (0.69, 0.392), (0.82, 0.38), (0.92, 0.3), (0.98, 0.165),
        (1, 0),
    )  # fmt: skip

    def __init__(self) -> None:
        self.noise = Noise(12)
        curve = spline(self.profile, 20)
        self.radii = [self._widest(curve, i / 400) * self.height for i in range(401)]
        stalk = bezier((66, 69), (66.5, 60), (70, 50), (77, 41), 24)
        edges = beside(stalk, lambda t: 1.5 + 1.1 * t), beside(stalk, lambda t: -1.5 - 1.1 * t)
        self.stalk = Mask([*edges[0], *edges[1][::-1]])
        rib = bezier((72, 53), (84, 40), (104, 34), (125, 40), 40)
        self.rib = rib

        def breadth(t: float) -> float:
            return 11.5 * math.sin(math.pi * t**0.85) ** 1.1

        self.leaf = Mask([*beside(rib, breadth), *beside(rib, lambda t: -breadth(t))[::-1]])

    @staticmethod
    def _widest(curve: Line, v: float) -> float:
        for (av, ar), (bv, br) in pairwise(curve):
            if av <= v <= bv:
                return ar + (br - ar) * (v - av) / (bv - av) if bv > av else ar
        return 0.0

    def radius(self, y: float) -> float:
        position = (y - self.top[1]) / self.height * 400
        index = int(position)
        if not 0 <= position < 400:
            return 0.0
        return self.radii[index] + (self.radii[index + 1] - self.radii[index]) * (position - index)

    def tone(self, point: Point) -> float:
        """0 is paper, 1 is as dark as it gets."""
        x, y = point
        radius = self.radius(y)
        if self.stalk.holds(point):
            return 0.95
        if abs(x - self.top[0]) < radius:
            return self.body(x - self.top[0], y, radius)
        return self.blade(point) if self.leaf.holds(point) else self.table(x, y)

    def body(self, x: float, y: float, radius: float) -> float:
        slope = (self.radius(y + 0.4) - self.radius(y - 0.4)) / 0.8
        nx, ny, nz = x, -radius * slope, math.sqrt(radius * radius - x * x)
        size = math.sqrt(nx * nx + ny * ny + nz * nz)
        lambert = (nx * self.light[0] + ny * self.light[1] + nz * self.light[2]) / size
        bounce = 0.42 * max(0.0, (0.62 * nx + 0.78 * ny) / size) ** 5
        dark = (0.5 - 0.5 * lambert) ** 1.3 * 1.75
        grain = 0.03 * self.noise.at(x / 4, y / 4, 2)
        edge = 0.1 * (1 - nz / size) ** 3
        hollow = 0.5 * math.exp(-((x - 1) ** 2 / 18 + (y - self.top[1] - 2) ** 2 / 8))
        return min(1.0, max(0.008, 0.014 + dark - bounce + edge + grain + hollow))

    def blade(self, point: Point) -> float:
        """Light above the midrib, dark below, with veins."""
        nearest = min(range(len(self.rib)), key=lambda i: math.dist(self.rib[i], point))
        off = math.dist(self.rib[nearest], point)
        below = point[1] > self.rib[nearest][1]
        if off < 0.55:
            return 0.02
        vein = 0.5 + 0.5 * math.cos((nearest - off * 0.9) * TAU / 5)
        return 0.52 + 0.4 * vein**3 if below else 0.12 + 0.3 * vein**3

    def table(self, x: float, y: float) -> float:
        """The shadow thrown to the lower right, darkest where pear and table meet."""
        u, v = (x - 88) / 37, (y - 174) / 7.5
        cast = math.exp(-((u * u + v * v) ** 1.6) * 1.1) * (0.95 - 0.3 * u)
        under = 0.7 * math.exp(-(((x - 68) / 22) ** 4 + ((y - 177.5) / 2.6) ** 2))
        shade = max(cast, 0.0) + under
        return min(1.0, shade) if shade > 0.02 else 0.0


def stipple_dots(
    tone: Callable[[Point], float], count: int, rng: random.Random, width: int, height: int
) -> Line:
    """Exactly `count` dots, closer where it is darker and never clumped.

    Darts are thrown where the picture is dark; a dart stays if its own clearance is free. The
    clearance shrinks a little each round, so early dots spread out and late ones fill the gaps.
    """
    pixels = [(x / 2, y / 2) for y in range(20, 2 * height - 20) for x in range(20, 2 * width - 20)]
    tones = [tone((x + 0.25, y + 0.25)) for x, y in pixels]
    crowd = Crowd(1.5)
    dots: Line = []
    scale = 2.4
    while True:
        for index in rng.choices(range(len(pixels)), tones, k=4000):
            x, y = pixels[index]
            dot = (x + rng.uniform(0, 0.5), y + rng.uniform(0, 0.5))
            clearance = min(scale / math.sqrt(tones[index]), 9)
            if crowd.free(dot, clearance):
                crowd.add(dot, len(dots))
                dots.append(dot)
                if len(dots) == count:
                    return dots
        scale *= 0.97


def stipple() -> Sheet:
    """A pear in exactly 5,000 dots, each a stroke of 0.2 mm that every program draws."""
    sheet = Sheet("stipple", 148, 210, "Stippled pear: 5,000 dots")
    dots = stipple_dots(Pear().tone, 5000, random.Random(1872), 148, 210)
    marks = [f'<path d="M{number(x - 0.1)} {number(y)}h.2"/>' for x, y in dots]
    sheet.group(marks, f'stroke="{BLACK}" stroke-width="0.4"')
    return sheet


# --- Map -------------------------------------------------------------------------------------


class Valley:
    """The lie of the land: a river valley with a lake, hills on both sides."""

    lake = 296.0

    def __init__(self, seed: int) -> None:
        self.noise = Noise(seed)

    @staticmethod
    def river(x: float) -> float:
        return 158 + 30 * math.sin(x / 58 + 0.6) + 9 * math.sin(x / 21) - 0.06 * x

    def height(self, x: float, y: float) -> float:
        slope = (self.river(x + 1) - self.river(x - 1)) / 2
        off = abs(y - self.river(x)) / math.hypot(1, slope)
        rise = 105 * (1 - math.exp(-((off / 85) ** 1.4)))
        hills = 62 * self.noise.at(x / 72, y / 72, 4) * min(1.0, off / 42)
        ox, oy = (x - self.lake) / 44, (y - self.river(self.lake)) / 25
        basin = 58 * math.exp(-(ox * ox + oy * oy)) * (1 + 0.5 * self.noise.at(x / 26, y / 26, 2))
        return 9 + max(rise + hills, 0.0) - basin

    def summit(self, spot: Point) -> Point:
        """Where the way up from a spot ends."""
        x, y = spot
        nearby = [(x + dx, y + dy) for dx in (-2, 0, 2) for dy in (-2, 0, 2)]
        higher = max(nearby, key=lambda place: self.height(*place))
        return spot if self.height(*higher) <= self.height(x, y) else self.summit(higher)


def contours(heights: list[list[float]], level: float, origin: Point, cell: float) -> list[Line]:
    """Marching squares: the crossings of each cell, joined to lines as long as possible."""
    links: dict[tuple[int, int, int], list[tuple[int, int, int]]] = defaultdict(list)
    for row in range(len(heights) - 1):
        for column in range(len(heights[0]) - 1):
            crossed = crossed_edges(heights, level, row, column)
            for a, b in zip(crossed[::2], crossed[1::2], strict=True):
                links[a].append(b)
                links[b].append(a)

    def spot(edge: tuple[int, int, int]) -> Point:
        row, column, down = edge
        here, there = heights[row][column], heights[row + down][column + 1 - down]
        t = (level - here) / (there - here)
        return (
            origin[0] + (column + t * (1 - down)) * cell,
            origin[1] + (row + t * down) * cell,
        )

    return [[spot(edge) for edge in chain] for chain in chains(links)]


def crossed_edges(
    heights: list[list[float]], level: float, row: int, column: int
) -> list[tuple[int, int, int]]:
    """The sides of a cell the level passes through, in pairs: (row, column, runs downward)."""
    corners = (
        heights[row][column] > level,
        heights[row][column + 1] > level,
        heights[row + 1][column + 1] > level,
        heights[row + 1][column] > level,
    )
    sides = ((row, column, 0), (row, column + 1, 1), (row + 1, column, 0), (row, column, 1))
    turned = (*corners[1:], corners[0])
    return [side for side, a, b in zip(sides, corners, turned, strict=True) if a != b]


def chains(
    links: dict[tuple[int, int, int], list[tuple[int, int, int]]],
) -> Iterator[list[tuple[int, int, int]]]:
    """Walks the links from the loose ends first, then around the closed loops."""
    unused = dict.fromkeys(links)
    starts = [edge for edge in links if len(links[edge]) == 1]
    for start in [*starts, *links]:
        if start not in unused:
            continue
        chain = [start]
        unused.pop(start)
        while ahead := [edge for edge in links[chain[-1]] if edge in unused]:
            chain.append(ahead[0])
            unused.pop(ahead[0])
        if len(chain) > 2 and start in links[chain[-1]]:
            chain.append(start)
        yield chain


class Chart:
    """Lettering and signs of a map. They are set first: the lines of the land give way."""

    frame = (18.0, 18.0, 384.0, 261.0)

    def __init__(self) -> None:
        self.picture = Picture()
        self.land = Mask(rectangle(*self.frame))
        self.ways: list[Mask] = []

    def draw(self, pen: str, *lines: Line) -> None:
        """Draws what lies within the frame."""
        for line in lines:
            self.picture.draw(pen, *visible(line, [self.land], inside=True))

    def label(
        self,
        pen: str,
        text: str,
        at: Point,
        height: float,
        *,
        spacing: float = 3.6,
        anchor: float = 0.5,
        angle: float = 0,
    ) -> None:
        """Lettering with room around it."""
        width = text_width(text, height, spacing)
        self.draw(pen, *lettering(text, at, height, spacing=spacing, anchor=anchor, angle=angle))
        box = rectangle(-width * anchor - height * 0.5, -height * 1.5, width + height, height * 2)
        self.picture.cover(place(box, at, angle))

    def free(self, outline: Line) -> bool:
        """Whether a small sign fits here without touching lettering, roads or the railway."""
        taken = [*self.picture.masks, *self.ways]
        return not any(mask.holds(point) for mask in taken for point in outline)

    def way(self, line: Line, room: float) -> None:
        """Remembers a road: contours run on under it, small signs keep off it."""
        self.ways.append(
            Mask([*beside(line, lambda _: room), *beside(line, lambda _: -room)[::-1]])
        )

    def sign(self, pen: str, outline: Line, room: float = 0) -> None:
        self.draw(pen, outline)
        cx = sum(x for x, _ in outline[:-1]) / (len(outline) - 1)
        cy = sum(y for _, y in outline[:-1]) / (len(outline) - 1)
        self.picture.cover([polar(room, math.atan2(y - cy, x - cx), (x, y)) for x, y in outline])


TOWNS: list[tuple[str, Point, float, Point]] = [
    ("ALDER BRIDGE", (96, 176), 2.8, (0, 9)),
    ("MOORWICK", (216, 176), 3.6, (0, 11)),
    ("LAKE END", (352, 150), 2.8, (12, 10)),
    ("HIGH FELL", (148, 72), 2.3, (0, -6)),
    ("SALTER", (262, 240), 2.3, (0, 8)),
]

# Near which places a summit is marked; the exact spot is found by climbing.
PEAKS: list[Point] = [(62, 70), (246, 62), (150, 240), (372, 66), (344, 200)]


def map_furniture(chart: Chart) -> None:
    """Title, scale bar and compass, each on cleared ground."""
    panel = rectangle(300, 228, 96, 45)
    chart.draw("black", panel)
    chart.draw("red", rectangle(301.3, 229.3, 93.4, 42.4))
    chart.draw("black", *lettering("THE QUIET VALLEY", (348, 243), 4.4, spacing=4, anchor=0.5))
    chart.draw("red", *lettering("CONTOURS EVERY 8 M", (348, 250), 1.9, spacing=4.4, anchor=0.5))
    for i in range(5):
        box = rectangle(318 + 12 * i, 257, 12, 1.8)
        chart.draw("black", box)
        if i % 2 == 0:
            chart.draw("black", *hatch(box, 0, 0.4))
    for i in range(6):
        chart.draw("black", *lettering(str(i), (318 + 12 * i, 264.6), 2, anchor=0.5))
    chart.draw("black", *lettering("KM", (384, 259), 2))
    chart.picture.cover(rectangle(298.5, 226.5, 99, 48))
    compass(chart, (47, 243), 21)


def compass(chart: Chart, centre: Point, size: float) -> None:
    """Eight points, each half in shade, and a north."""
    for i in (0, 2, 4, 6, 1, 3, 5, 7):
        angle = i * TAU / 8 - TAU / 4
        reach = size if i % 2 == 0 else size * 0.62
        tip = polar(reach, angle, centre)
        waist = size * 0.2
        for side, shaded in ((-1, True), (1, False)):
            facet = [centre, polar(waist, angle + side * TAU / 16, centre), tip, centre]
            pen = "red" if i % 2 else "black"
            chart.draw(pen, facet)
            if shaded:
                chart.draw(pen, *hatch(facet, angle + 0.9, 0.7))
        outline = [
            centre,
            polar(waist, angle - TAU / 16, centre),
            tip,
            polar(waist, angle + TAU / 16, centre),
        ]
        chart.picture.cover(outline)
    chart.draw("black", circle(centre, size * 0.72), circle(centre, size * 0.76))
    top = (centre[0], centre[1] - size - 1.6)
    chart.draw("black", *lettering("N", top, 4, anchor=0.5))
    chart.picture.cover(circle(centre, size * 0.78))
    chart.picture.cover(rectangle(centre[0] - 3, top[1] - 5.5, 6, 6.5))
    chart.picture.cover(rectangle(centre[0] - 2, top[1], 4, size * 2 + 3))
    chart.picture.cover(rectangle(centre[0] - size - 1, centre[1] - 2, size * 2 + 2, 4))


def map_towns(chart: Chart, rng: random.Random) -> None:
    """Names, church rings and a scatter of houses along the streets."""
    for name, (x, y), size, (dx, dy) in TOWNS:
        chart.label("black", name, (x + dx, y + dy + size / 2), size)
        chart.sign("red", circle((x, y), 1.3, 24), 0.5)
        for i in range(round(size * 6)):
            turn = i * 2.4
            spot = polar(2.8 + 0.55 * math.sqrt(i) * size / 1.6, turn, (x, y))
            outline = rectangle(-0.9, -0.6, rng.uniform(1.4, 2.2), 1.2)
            house = place(outline, spot, rng.choice([0, 0.2, TAU / 4 + 0.2]))
            if abs(spot[1] - y) > 1.6 and chart.free(house):
                chart.sign("black", house, 0.3)


def map_peaks(chart: Chart, valley: Valley) -> None:
    """A triangle on each summit, with its height."""
    for start in PEAKS:
        x, y = valley.summit(start)
        triangle = [(x - 1.6, y + 1.3), (x, y - 1.5), (x + 1.6, y + 1.3), (x - 1.6, y + 1.3)]
        chart.sign("black", triangle, 1)
        chart.label("black", str(round(valley.height(x, y))), (x + 3, y + 1.2), 2.2, anchor=0)


def map_marsh(chart: Chart, valley: Valley, rng: random.Random) -> None:
    """Tufts of reed where the valley floor lies hardly above the river."""
    chart.label("blue", "WATER MEADOWS", (62, 146), 2.6, spacing=7)
    for i in range(44):
        for j in range(16):
            x, y = 24 + 8.6 * i + rng.uniform(-2.4, 2.4), 84 + 7.4 * j + rng.uniform(-2, 2)
            near_river = abs(y - valley.river(x)) < 6
            if near_river or not 8.5 < valley.height(x, y) < 12.5:
                continue
            if not chart.free(rectangle(x - 2, y - 2.4, 4, 3.4)):
                continue
            for lean in (-1.1, -0.4, 0.4, 1.1):
                chart.draw("blue", [(x + lean * 0.6, y), (x + lean, y - 2 + abs(lean) * 0.8)])
            chart.draw("blue", [(x - 1.7, y + 0.5), (x + 1.7, y + 0.5)])


def map_roads(chart: Chart) -> None:
    """The high road cased in red, lanes and the railway in black."""
    high = spline([(18, 190), (56, 186), (96, 176), (150, 190), (216, 176), (250, 196),
                   (290, 190), (330, 178), (352, 150), (376, 128), (402, 122)], 16)  # fmt: skip
    chart.draw("red", beside(high, lambda _: 0.6), beside(high, lambda _: -0.6))
    chart.picture.cover([*beside(high, lambda _: 0.6), *beside(high, lambda _: -0.6)[::-1]])
    chart.way(high, 2.4)
    lanes = [
        [(96, 176), (104, 140), (124, 108), (148, 72), (176, 46), (190, 18)],
        [(216, 176), (228, 206), (262, 240), (276, 279)],
        [(148, 72), (196, 92), (216, 130), (216, 176)],
        [(96, 176), (92, 214), (104, 248), (112, 279)],
    ]
    for lane in lanes:
        curve = spline(lane, 16)
        chart.draw("black", curve)
        chart.way(curve, 2.4)
    rail = spline([(18, 110), (70, 122), (120, 128), (180, 112), (240, 94), (300, 82),
                   (350, 90), (402, 78)], 30)  # fmt: skip
    chart.draw("black", rail)
    chart.way(rail, 2.4)
    for i in range(2, len(rail) - 1, 3):
        turn = heading(rail, i) + TAU / 4
        chart.draw("black", [polar(-0.9, turn, rail[i]), polar(0.9, turn, rail[i])])


def map_land(chart: Chart, valley: Valley) -> None:
    """Contours with their heights, the river, and the lake with its water lines."""
    cell = 1.5
    left, top, width, height = chart.frame
    heights = [
        [valley.height(left + c * cell, top + r * cell) for c in range(int(width / cell) + 1)]
        for r in range(int(height / cell) + 1)
    ]
    shore = max(contours(heights, 0, (left, top), cell), key=length)
    water = Mask(shore)
    for level in (0, -5, -11, -18, -26, -35):
        chart.draw("blue", *contours(heights, level, (left, top), cell))
    course = [(x / 2, valley.river(x / 2)) for x in range(int(left) * 2, 804)]
    for bank in (
        beside(course, lambda t: 0.35 + 1.1 * t),
        beside(course, lambda t: -0.35 - 1.1 * t),
    ):
        for piece in visible(bank, [water]):
            chart.draw("blue", piece)
    for level in range(16, 200, 8):
        lines = [line for line in contours(heights, level, (left, top), cell) if length(line) > 7]
        if level % 40 == 0:
            number_contours(chart, lines, str(level))
        chart.draw("brown", *lines)


def number_contours(chart: Chart, lines: list[Line], text: str) -> None:
    """A height on each long line, where there is room, following it and never upside down."""
    for line in lines:
        if length(line) < 90:
            continue
        for index in range(len(line) // 3, len(line) - 4, 8):
            turn = heading(line, index)
            turn = (turn + TAU / 4) % (TAU / 2) - TAU / 4
            foot = polar(0.8, turn + TAU / 4, line[index])
            if chart.free(place(rectangle(-3.6, -3, 7.2, 4.4), foot, turn)):
                chart.label("brown", text, foot, 1.6, angle=turn)
                break


def map_border(chart: Chart) -> list[Line]:
    """Frame, ticks and the letters and numbers of the grid, outside the land."""
    left, top, width, height = chart.frame
    right, bottom = left + width, top + height
    lines = [rectangle(left, top, width, height), rectangle(11, 11, 398, 275)]
    columns = [left + width * i / 8 for i in range(9)]
    rows = [top + height * i / 6 for i in range(7)]
    for i, x in enumerate(columns):
        if 0 < i < 8:
            lines += [[(x, 11), (x, top)], [(x, bottom), (x, 286)]]
        if i < 8:
            for y in (16.2, 284.2):
                lines += lettering("ABCDEFGH"[i], (x + width / 16, y), 3, anchor=0.5)
    for i, y in enumerate(rows):
        if 0 < i < 6:
            lines += [[(11, y), (left, y)], [(right, y), (409, y)]]
        if i < 6:
            for x in (14.5, 405.5):
                lines += lettering(str(i + 1), (x, y + height / 12 + 1.5), 3, anchor=0.5)
    for x in columns[1:-1]:
        for y in rows[1:-1]:
            chart.draw("black", [(x - 2, y), (x + 2, y)], [(x, y - 2), (x, y + 2)])
    return lines


def map_a3() -> Sheet:
    sheet = Sheet("map-a3", 420, 297, "Map of a quiet valley")
    chart = Chart()
    valley = Valley(29)
    map_furniture(chart)
    map_towns(chart, random.Random(6))
    chart.label("blue", "MIRROR LAKE", (296, valley.river(296) + 1.6), 3, spacing=6)
    chart.label("black", "NORTH MOOR", (308, 50), 4.2, spacing=14)
    chart.label("black", "SOUTH DOWNS", (196, 262), 4.2, spacing=12)
    map_peaks(chart, valley)
    border = map_border(chart)
    map_roads(chart)
    map_marsh(chart, valley, random.Random(4))
    map_land(chart, valley)
    lines = chart.picture.lines
    sheet.layer("1 brown contours 0.3", BROWN, lines["brown"], 0.3)
    sheet.layer("2 blue water 0.3", BLUE, lines["blue"], 0.3)
    sheet.layer("3 red roads 0.5", RED, lines["red"], 0.5)
    sheet.layer("4 black lettering 0.3", BLACK, [*border, *lines["black"]], 0.3)
    return sheet


# --- Mandala ---------------------------------------------------------------------------------


def use(name: str, transform: str = "") -> str:
    moved = f' transform="{transform}"' if transform else ""
    return f'<use xlink:href="#{name}"{moved}/>'


def around(name: str, count: int, inner: str = "", start: float = 0) -> list[str]:
    """One shape repeated around the centre, each copy moved by `inner` before it is turned."""
    return [
        use(name, f"rotate({number(start + 360 * i / count)}) {inner}".strip())
        for i in range(count)
    ]


def define(name: str, markup: Iterable[str], tag: str = "g") -> list[str]:
    # A symbol clips to its box unless told otherwise.
    overflow = ' overflow="visible"' if tag == "symbol" else ""
    return [f'<{tag} id="{name}"{overflow}>', *markup, f"</{tag}>"]


MANDALA_SHAPES: dict[str, list[str]] = {
    "bead": ['<circle r="1.3"/>', '<circle r=".5"/>'],
    "petal": [
        '<path d="M0 0C-6 -6 -5 -14 0 -20C5 -14 6 -6 0 0Z"/>',
        '<path d="M0 -3C-3.4 -7 -3 -12 0 -16.4C3 -12 3.4 -7 0 -3Z"/>',
        '<path d="M0 -6V-13"/>',
    ],
    "lotus": [
        '<path d="M-5.4 0C-8.6 -8 -6 -17 0 -24C6 -17 8.6 -8 5.4 0"/>',
        '<path d="M-3.9 0C-6.4 -7.4 -4.5 -14.6 0 -20.4C4.5 -14.6 6.4 -7.4 3.9 0"/>',
        '<path d="M-2.2 0C-3.9 -6 -2.8 -11.4 0 -16C2.8 -11.4 3.9 -6 2.2 0"/>',
        '<path d="M0 0V-11.4"/>',
    ],
    "arch": [
        '<path d="M-4.4 0A4.4 4.4 0 0 1 4.4 0"/>',
        '<path d="M-3 0A3 3 0 0 1 3 0"/>',
        '<path d="M-1.6 0A1.6 1.6 0 0 1 1.6 0"/>',
    ],
    "flame": [
        '<path d="M0 0C-5.6 -4 -3.6 -9.6 0 -15C3.6 -9.6 5.6 -4 0 0Z"/>',
        '<path d="M0 -2.4C-2.9 -5 -2 -8 0 -11.2C2 -8 2.9 -5 0 -2.4Z"/>',
    ],
}


def mandala() -> Sheet:
    """Few shapes, used many times through nested turns, moves and scales; pens by colour."""
    sheet = Sheet("mandala", 200, 200, "Mandala")
    defs: list[str] = []
    for name, markup in MANDALA_SHAPES.items():
        defs += define(name, markup, "symbol" if name == "bead" else "g")
    defs += define("flower", around("petal", 8, "translate(0 -1.6) scale(.55 .43)"))
    defs += define("star", [*around("petal", 12, "translate(0 -13) scale(1.3 .95)")])
    defs += define("crown", around("lotus", 24, "translate(0 -46)"))
    outward = "translate(0 -75.5) scale(1.45 1)"
    defs += define("quarter", [use("flame", f"rotate({10 * i}) {outward}") for i in range(9)])
    sheet.body += ["<defs>", *defs, "</defs>"]
    ring = [f'<circle r="{number(r)}"/>' for r in (11.6, 12.6, 35, 44.6, 45.6, 74, 75)]
    indigo = [
        *ring[2:],
        use("star"),
        use("crown"),
        *around("quarter", 4),
        *around("flame", 24, "translate(0 -59.6) scale(.44)", 7.5),
    ]
    magenta = [
        *ring[:2],
        use("flower", "rotate(22.5)"),
        use("bead"),
        *around("bead", 12, "translate(0 -29)", 15),
        *around("arch", 24, "translate(0 -35.6)"),
        *around("bead", 24, "translate(0 -69.4) scale(1.3)", 7.5),
        *around("arch", 36, "translate(0 -75.6) scale(.72)", 5),
        *around("bead", 36, "translate(0 -87)", 5),
    ]
    for colour, markup in ((INDIGO, indigo), (MAGENTA, magenta)):
        sheet.group(markup, f'transform="translate(100 100)" stroke="{colour}" stroke-width="0.35"')
    return sheet


# --- Greeting card ---------------------------------------------------------------------------


def snowflake(centre: Point, size: float, branches: int) -> list[Line]:
    strokes: list[Line] = []
    for arm in range(6):
        angle = TAU * arm / 6 + TAU / 12
        strokes.append([centre, polar(size, angle, centre)])
        for i in range(branches):
            root = polar(size * (0.36 + 0.5 * i / branches), angle, centre)
            reach = size * (0.34 - 0.2 * i / branches)
            strokes.append(
                [polar(reach, angle - TAU / 6, root), root, polar(reach, angle + TAU / 6, root)]
            )
    return strokes


def wreath(picture: Picture, rng: random.Random, centre: Point, radius: float) -> None:
    """Berries in front, leaves behind them, a twisted pair of twigs behind the leaves."""
    for i in range(13):
        angle = TAU * i / 13 + rng.uniform(-0.1, 0.1)
        for shift in (-0.05, 0.035):
            at = polar(radius + rng.uniform(-3, 3), angle + shift, centre)
            berry = circle(at, 1.7, 28)
            picture.draw("red", berry, [polar(0.9, t * 0.9 + 3.4, at) for t in steps(6)])
            picture.cover(berry)
    blade = bezier((0, 0), (0.3, -0.26), (0.75, -0.2), (1, 0), 14)
    blade += [(x, -y) for x, y in reversed(blade[:-1])]
    for i in range(104):
        angle = TAU * i / 104
        side = 1 if i % 2 else -1
        foot = polar(radius + side * 1.1, angle, centre)
        turn = angle + TAU / 4 - side * rng.uniform(0.4, 0.95)
        size = rng.uniform(9.5, 13.5)
        outline = place(blade, foot, turn, size)
        picture.draw("green", outline, place([(0.08, 0), (0.86, 0)], foot, turn, size))
        for t in (0.3, 0.45, 0.6):
            for rise in (0.11, -0.11):
                picture.draw("green", place([(t, 0), (t + 0.14, rise)], foot, turn, size))
        picture.cover(outline)
    for phase in (0, math.pi):
        twig = [polar(radius + 1.3 * math.sin(TAU * t * 13 + phase), TAU * t, centre)
                for t in steps(360)]  # fmt: skip
        picture.draw("green", twig)


def greeting_card() -> Sheet:
    """A card that needs a look before it is plotted: text, a filled heart, a dashed line."""
    sheet = Sheet("greeting-card", 148, 210, "Greeting card")
    picture = Picture()
    wreath(picture, random.Random(24), (74, 96), 45)
    flakes = [
        ((27, 30), 8, 3), ((121, 30), 8, 3), ((74, 26), 5.5, 2), ((48, 21), 3.2, 1),
        ((100, 21), 3.2, 1), ((20, 52), 3.2, 1), ((128, 52), 3.2, 1), ((22, 146), 4.6, 2),
        ((126, 146), 4.6, 2), ((33, 162), 3, 1), ((115, 162), 3, 1),
    ]  # fmt: skip
    sheet.pen(GREEN, picture.lines["green"], 0.35)
    sheet.pen(RED, picture.lines["red"], 0.35)
    sheet.pen(BLUE, [s for at, size, n in flakes for s in snowflake(at, size, n)], 0.35)
    sheet.body += [
        f'<rect x="10" y="10" width="128" height="190" rx="4" stroke="{BLUE}" '
        'stroke-width="0.35" stroke-dasharray="3 1.8"/>',
        f'<path d="M74 121C68 116 64.6 112.6 64.6 108.8C64.6 106 66.6 104 69.2 104'
        f"C71.4 104 73.2 105.4 74 107.4C74.8 105.4 76.6 104 78.8 104C81.4 104 83.4 106 "
        f'83.4 108.8C83.4 112.6 80 116 74 121Z" fill="{RED}" stroke="{RED}" stroke-width="0.35"/>',
        f'<g fill="{BLACK}" font-family="Georgia, serif" text-anchor="middle">',
        '<text x="74" y="87" font-size="11" font-style="italic">Warm</text>',
        '<text x="74" y="98" font-size="11" font-style="italic">wishes</text>',
        '<text x="74" y="183" font-size="6">and a bright new year</text>',
        "</g>",
    ]
    return sheet


# --- Spirograph ------------------------------------------------------------------------------


def wheel(big: float, small: float, turns: int, back: int) -> Line:
    """Two circular motions added up, one forward and one back; closes after all its turns."""
    count = (turns + back) * 40
    return [
        (
            big * math.cos(TAU * t * turns) + small * math.cos(TAU * t * back),
            big * math.sin(TAU * t * turns) - small * math.sin(TAU * t * back),
        )
        for t in steps(count)
    ]


def spirograph() -> Sheet:
    """A few very long closed curves: hardly a pen lift in the whole drawing."""
    sheet = Sheet("spirograph", 150, 150, "Spirograph")
    curves = [
        (TEAL, "rotate(0)", wheel(50, 15, 13, 24)),
        (MAGENTA, "rotate(4.86)", wheel(45, 10.5, 13, 24)),
        (TEAL, "rotate(9) scale(.96)", wheel(24.5, 8.5, 7, 24)),
        (MAGENTA, "rotate(15)", wheel(9, 6, 5, 12)),
    ]
    for colour in (TEAL, MAGENTA):
        shapes = [
            f'<g transform="{turn}">{paths([simplify(line, 0.01)])[0]}</g>'
            for pen, turn, line in curves
            if pen == colour
        ]
        sheet.group(shapes, f'transform="translate(75 75)" stroke="{colour}" stroke-width="0.3"')
    return sheet


# --- Hatched city ----------------------------------------------------------------------------


def iso(x: float, y: float, z: float) -> Point:
    """Isometric view of a point on the ground grid, z upward; one unit is one storey block."""
    unit = 9.6
    return 74 + (x - y) * unit * 0.866, 105 + (x + y) * unit * 0.5 - z * unit


def ruled(face: Line, rows: int, columns: int = 0) -> list[Line]:
    """A face divided evenly across and down, without its own edges."""
    a, b, c, d = face[:4]
    across = [[mix(a, d, i / rows), mix(b, c, i / rows)] for i in range(1, rows)]
    down = [[mix(a, b, i / columns), mix(d, c, i / columns)] for i in range(1, columns)]
    return [stroke if i % 2 else stroke[::-1] for i, stroke in enumerate(across + down)]


def tower(picture: Picture, x: int, y: int, height: float, tone: float) -> None:
    """Three faces: bare roof, one side ruled, the shaded side ruled closer or cross-hatched."""
    a, b, s = x + 0.07, y + 0.07, 0.86
    roof = [iso(a, b, height), iso(a + s, b, height), iso(a + s, b + s, height),
            iso(a, b + s, height), iso(a, b, height)]  # fmt: skip
    left = [roof[3], roof[2], iso(a + s, b + s, 0), iso(a, b + s, 0), roof[3]]
    right = [roof[2], roof[1], iso(a + s, b, 0), iso(a + s, b + s, 0), roof[2]]
    picture.draw("black", roof, left, right)
    picture.draw("black", *ruled(left, round(height * (3 + 3 * tone))))
    if tone < 0.3:
        picture.draw("black", *ruled(right, round(height * 3), 7))
    elif tone < 0.65:
        picture.draw("black", *ruled(right, 1, 10))
    else:
        picture.draw("black", *hatch(right, math.radians(45), 1.1), *hatch(right, -1.2, 1.1))
    for face in (roof, left, right):
        picture.cover(face)


def hatch_city() -> Sheet:
    """A study in tone with one pen: blocks on a round hill, hatched in several densities."""
    sheet = Sheet("hatch-city", 148, 210, "Cross-hatched city")
    rng = random.Random(31)
    picture = Picture()
    blocks = [(x, y) for x in range(7) for y in range(7)]
    for x, y in sorted(blocks, key=lambda block: -sum(block)):
        off = math.hypot(x - 3, y - 3)
        height = 0.4 + 9 * math.exp(-(off**2) / 5) + rng.uniform(0, 1.4)
        tower(picture, x, y, height, rng.random())
    sheet.pen(BLACK, picture.lines["black"], 0.3)
    return sheet


# --- All of them -----------------------------------------------------------------------------

DESIGNS: tuple[Callable[[], Sheet], ...] = (
    business_card,
    letterhead,
    botanical,
    flow_field,
    stipple,
    map_a3,
    mandala,
    greeting_card,
    spirograph,
    hatch_city,
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw plotty's sample designs.")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where to")
    folder: Path = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    for design in DESIGNS:
        design().save(folder)


if __name__ == "__main__":
    main()
