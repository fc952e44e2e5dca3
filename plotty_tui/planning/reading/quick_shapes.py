"""The shapes of a drawing as a walk collected them: traced at once, reported, laid in layers."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from plotty_tui.domain.strokes import LayerStrokes, Strokes

from . import polylines
from .drawing import Drawing, note_sheets
from .findings import Preflight
from .geometry import Matrix, TooFar, TooMany, Tracer
from .inks import EDGE_MM, NO_LAYER, most_ink
from .limits import ReadLimits
from .page import MM_PER_PX, BadValue
from .paths import BadPath
from .polylines import BETWEEN, Polylines, Unclear
from .quick_runs import Several
from .shapes import GEOMETRY, Viewport, trace_shape
from .styles import StyleSheet
from .visible import Style

# What may be noted of one shape, in the order in which Walk comes to it.
_NOTES = (
    *("filter", "clip", "mask", "transparent", "hidden", "unreadable", "empty"),
    *("stroke and fill", "default fill", "gradient", "no stroke", "background", "fill"),
    *("dash", "marker", "outside"),
)
_RANK = {what: rank for rank, what in enumerate(_NOTES)}
_ROUNDS = 5


class NotSure(Exception):
    """A drawing for the reference reader."""


@dataclass(slots=True)
class Look:
    """What shapes of one tag and style on one layer have in common; `notes` are made of each."""

    tag: str
    style: Style
    layer: str | None = None
    notes: tuple[str, ...] = ()
    drawn: bool = True


class Collected:
    """The shapes of a drawing as they were met.

    `look_of`, `matrix_of`   numbers in `looks` and `matrices`, of each shape
    `geometry`               by tag, the values of its GEOMETRY attributes, None where absent; or
                             Several at once
    `events`, `layers`       notes of other elements, and layers opened, before shape n
    `layered`                whether layers are Inkscape's, not colours
    """

    def __init__(self, limits: ReadLimits) -> None:
        self.limits = limits
        self.looks: list[Look] = []
        self.look_of: list[int] = []
        self.matrices: list[Matrix] = []
        self.matrix_of: list[int] = []
        self.geometry: dict[str, list[Any]] = {tag: [] for tag in GEOMETRY}
        self.events: list[tuple[int, str, str]] = []
        self.layers: list[tuple[int, str]] = []
        self.layered = False
        self._matrix_numbers: dict[Matrix, int] = {}

    def number_of(self, matrix: Matrix) -> int:
        """The place of a matrix in `matrices`."""
        number = self._matrix_numbers.get(matrix)
        if number is None:
            number = self._matrix_numbers[matrix] = len(self.matrices)
            self.matrices.append(matrix)
        return number

    def place_of_shape(self, shape: int) -> str:
        """As `findings.place_of`."""
        raise NotImplementedError

    def viewport_of(self, shape: int) -> Viewport:
        """The size that percentages in a shape refer to."""
        raise NotImplementedError


def trace_all(walk: Collected, look_of: Any, matrix_of: Any) -> Polylines:
    """The polylines of all shapes that are drawn, shape by shape. Raises NotSure."""
    matrices = np.array(walk.matrices).reshape(-1, 6)
    drawn = np.array([look.drawn for look in walk.looks], np.bool_)[look_of]
    tags = np.array([list(GEOMETRY).index(look.tag) for look in walk.looks], np.int64)[look_of]
    parts: list[Polylines] = []
    for number, (tag, values) in enumerate(walk.geometry.items()):
        shapes = np.flatnonzero(tags == number)
        wanted = values
        if not drawn[shapes].all():
            each = zip(_each(values), drawn[shapes], strict=True)
            wanted = [value for value, one in each if one]
            shapes = shapes[drawn[shapes]]
        if wanted:
            parts += _Tracing(walk, tag, matrices, matrix_of).trace(wanted, shapes)
    return _in_order(parts)


class _Tracing:
    """The shapes of one tag."""

    def __init__(self, walk: Collected, tag: str, matrices: Any, matrix_of: Any) -> None:
        self.walk, self.tag = walk, tag
        self.matrices, self.matrix_of = matrices, matrix_of
        self.most = walk.limits.points

    def trace(self, values: list[Any], shapes: Any) -> Iterator[Polylines]:
        """Together where they are clear, one by one where not."""
        for _ in range(_ROUNDS):
            if not len(shapes):
                return
            try:
                # What is not finite is found by its reach, later.
                with np.errstate(all="ignore"):
                    together = self._together(values, shapes)
                yield together
                return
            except Unclear as unclear:
                if len(values) < len(shapes):
                    values = _each(values)  # one of several: which one?
                    continue
                if not len(unclear.which):
                    raise NotSure from None
                alone = np.zeros(len(shapes), np.bool_)
                alone[unclear.which] = True
                yield from (self._one(values[k], shapes[k]) for k in np.flatnonzero(alone))
                values = [value for value, one in zip(values, alone, strict=True) if not one]
                shapes = shapes[~alone]
        yield from map(self._one, values, shapes)

    def _together(self, values: list[Any], shapes: Any) -> Polylines:
        matrices, which, tag = self.matrices, self.matrix_of[shapes], self.tag
        if tag == "path":
            texts = _texts(values)
            return polylines.trace_paths(texts, shapes, matrices, which, self.most)
        if tag in ("polyline", "polygon"):
            closed = np.full(len(shapes), tag == "polygon")
            return polylines.trace_polys(_texts(values), closed, shapes, matrices, which)
        if tag == "line":
            numbers = _fields(values, 4, 4)
            return polylines.trace_lines(numbers, shapes, matrices, which)
        if tag == "rect":
            round_ones = [k for k, value in enumerate(values) if value[4:] != (None, None)]
            if round_ones:
                raise Unclear(round_ones)
            return polylines.trace_rects(_fields(values, 4, 4), shapes, matrices, which)
        if tag == "circle":
            numbers = _fields(values, 3, 3)[:, (0, 1, 2, 2)]
        else:
            numbers = _fields(values, 4, 2)
        return polylines.trace_ellipses(numbers, shapes, matrices, which, self.most)

    def _one(self, value: Any, shape: Any) -> Polylines:
        """By the reference."""
        names = GEOMETRY[self.tag]
        given = (value,) if len(names) == 1 else value
        attributes = {k: v for k, v in zip(names, given, strict=True) if v is not None}
        limits = self.walk.limits
        matrix = self.walk.matrices[self.matrix_of[shape]]
        tracer = Tracer(matrix, limits.reach_mm, limits.points)
        try:
            trace_shape(self.tag, attributes, self.walk.viewport_of(int(shape)), tracer)
        except (BadValue, BadPath):
            none = np.empty(0, np.int64)
            return Polylines(np.empty((0, 2)), none, none, (shape,))
        except (TooFar, TooMany, OverflowError, ZeroDivisionError):
            raise NotSure from None
        counts = np.array([len(line) // 2 for line in tracer.lines], np.int64)
        flat = np.array([value for line in tracer.lines for value in line], np.float64)
        return Polylines(flat.reshape(-1, 2), counts, np.full(len(counts), shape))


def _texts(values: list[Any]) -> list[str]:
    return (
        [value.text if isinstance(value, Several) else value or "" for value in values]
        if None in values or any(isinstance(value, Several) for value in values)
        else values
    )


def _each(values: list[Any]) -> list[Any]:
    """The values of each shape."""
    found: list[Any] = []
    for value in values:
        found += value.text.split(BETWEEN) if isinstance(value, Several) else (value,)
    return found


def _fields(values: Sequence[tuple[Any, ...]], count: int, absent: int) -> Any:
    """The first `count` values of each shape as numbers. The first `absent` may be left out and
    are 0 then. Raises Unclear."""
    flat = [text for row in values for text in row[:count]]
    if None in flat or "" in flat:
        width = range(len(flat))
        flat = ["0" if not flat[k] and k % count < absent else flat[k] for k in width]
        if None in flat or "" in flat:
            short = [k for k, text in enumerate(flat) if not text]
            raise Unclear(sorted({k // count for k in short}))
    try:
        return polylines.fields(flat).reshape(-1, count)
    except ValueError:
        wrong = []
        for k in range(len(values)):
            try:
                polylines.fields(flat[k * count : k * count + count])
            except ValueError:
                wrong.append(k)
        raise Unclear(wrong or range(len(values))) from None


def _in_order(parts: list[Polylines]) -> Polylines:
    """One after the other as in the file."""
    none = np.empty(0, np.int64)
    if not parts:
        return Polylines(np.empty((0, 2)), none, none, none)
    unreadable = np.concatenate([np.asarray(one.unreadable, np.int64) for one in parts])
    parts = [one for one in parts if len(one.counts)]
    if not parts:
        return Polylines(np.empty((0, 2)), none, none, unreadable)
    points = np.concatenate([one.points for one in parts])
    counts = np.concatenate([one.counts for one in parts])
    shapes = np.concatenate([one.shapes for one in parts])
    if (shapes[1:] < shapes[:-1]).any():
        order = np.argsort(shapes, kind="stable")
        points = points[runs((np.cumsum(counts) - counts)[order], counts[order])]
        counts, shapes = counts[order], shapes[order]
    return Polylines(points, counts, shapes, unreadable)


def runs(first: Any, counts: Any) -> Any:
    """The numbers first[0], first[0] + 1, … (counts[0] of them), first[1], …"""
    ends = np.cumsum(counts)
    return np.repeat(first - (ends - counts), counts) + np.arange(ends[-1] if len(ends) else 0)


class Finished:
    """The layers and the report of a drawing whose shapes were collected."""

    def __init__(self, walk: Collected, page: tuple[float, float], preflight: Preflight) -> None:
        self.walk, self.page, self.preflight = walk, page, preflight
        self.look_of = np.array(walk.look_of, np.int64)
        self.lines = trace_all(walk, self.look_of, np.array(walk.matrix_of, np.int64))
        self._check_reach()
        starts = np.cumsum(self.lines.counts)
        self.first = starts - self.lines.counts
        self.noted: dict[str, Any] = {}
        self._judge()
        self._report()
        self.layers, self.lengths_mm = self._layers()

    def _check_reach(self) -> None:
        points, limits = self.lines.points, self.walk.limits
        if len(points) > limits.points:
            raise NotSure
        # One that is not a number fails every comparison.
        if len(points) and not np.abs(points).max() <= limits.reach_mm:
            raise NotSure

    def _flag(self, ask: Callable[[Any], bool]) -> Any:
        """Of each shape what holds of its look."""
        return np.array([ask(look) for look in self.walk.looks], np.bool_)[self.look_of]

    def _judge(self) -> None:
        """Which shapes are drawn (`taken`), and what is to be said of the others."""
        flag, count = self._flag, len(self.look_of)
        lines = self.lines
        unreadable, drawn = np.zeros(count, np.bool_), flag(lambda look: look.drawn)
        unreadable[np.asarray(lines.unreadable, np.int64)] = True
        has, long = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        has[lines.shapes] = True
        long[lines.shapes[lines.counts > 2]] = True
        long &= flag(lambda look: look.tag != "line")
        alive = drawn & has & ~unreadable
        inks, fills = flag(lambda look: look.style.inks), flag(lambda look: look.style.fills)
        area = alive & inks & fills & long
        named = flag(lambda look: bool(look.style.fill))
        filled = alive & ~inks & fills
        background = filled & flag(lambda look: look.tag == "rect")
        if background.any():
            background &= self._covering()
        self.taken = (alive & inks) | (filled & ~background)
        for what in {one for look in self.walk.looks for one in look.notes}:
            self.noted[what] = flag(partial(_notes, what))
        self.noted |= {
            "unreadable": unreadable,
            "empty": drawn & ~has & ~unreadable,
            "stroke and fill": area & named,
            "default fill": area & ~named,
            "gradient": alive & inks & flag(lambda look: look.style.patterned),
            "no stroke": alive & ~inks & ~fills,
            "background": background,
            "fill": filled & ~background,
            "dash": self.taken & flag(lambda look: look.style.dashed),
            "marker": self.taken & flag(lambda look: look.style.marked),
        }

    def _bounds(self) -> tuple[Any, Any]:
        """The least and the greatest coordinates of each polyline."""
        low = np.minimum.reduceat(self.lines.points, self.first)
        return low, np.maximum.reduceat(self.lines.points, self.first)

    def _covering(self) -> Any:
        """Shapes whose first polyline lies under the whole page."""
        low, high = self._bounds()
        wide = np.array(self.page)
        covers = (low <= 0.5).all(axis=1) & (high >= wide - 0.5).all(axis=1)
        shapes, at = np.unique(self.lines.shapes, return_index=True)
        found = np.zeros(len(self.look_of), np.bool_)
        found[shapes] = covers[at]
        return found

    def _outside(self) -> Any:
        """The shape of each drawn polyline that leaves the page, once for each."""
        if not len(self.lines.counts):
            return np.empty(0, np.int64)
        low, high = self._bounds()
        out = (low < -EDGE_MM).any(axis=1) | (high > np.array(self.page) + EDGE_MM).any(axis=1)
        return self.lines.shapes[out & self.taken[self.lines.shapes]]

    def _report(self) -> None:
        """All notes, in the order in which Walk makes them."""
        found = {what: np.flatnonzero(mask) for what, mask in self.noted.items()}
        found["outside"] = self._outside()
        events: dict[str, list[tuple[tuple[int, int, int], str]]] = {}
        for order, (before, what, where) in enumerate(self.walk.events):
            events.setdefault(what, []).append(((before, -1, order), where))
        firsts = []
        for what in {*found, *events}:
            shapes, others = found.get(what, ()), events.get(what, [])
            begins = [key for key, _ in others[:1]]
            begins += [(int(shape), _RANK[what], 0) for shape in shapes[:1]]
            if begins:
                firsts.append((min(begins), what))
        for _, what in sorted(firsts):
            shapes, others = found.get(what, ()), events.get(what, [])
            places = self._places(shapes, others)
            self.preflight.take(what, len(shapes) + len(others), places)

    def _places(self, shapes: Any, others: list[Any]) -> Iterator[str]:
        """Where a note was made, in order."""
        waiting = list(others)
        for shape in shapes:
            while waiting and waiting[0][0][0] <= shape:
                yield waiting.pop(0)[1]
            yield self.walk.place_of_shape(int(shape))
        yield from (where for _, where in waiting)

    # Layers

    def _layers(self) -> tuple[list[LayerStrokes], list[float]]:
        looks, layered = self.walk.looks, self.walk.layered
        colors = [look.style.stroke if look.style.inks else look.style.fill for look in looks]
        colors = [color or "#000000" for color in colors]
        names = [(look.layer or NO_LAYER) if layered else color
                 for look, color in zip(looks, colors, strict=True)]  # fmt: skip
        # Layers come in the order in which they were opened or first drawn on.
        born = {name: (before, 0, k) for k, (before, name) in enumerate(self.walk.layers)}
        used, at = np.unique(self.look_of[self.taken], return_index=True)
        shapes = np.flatnonzero(self.taken)
        for look, first in sorted(zip(used.tolist(), at.tolist(), strict=True), key=_second):
            born.setdefault(names[look], (int(shapes[first]), 1, 0))
        order = sorted(born, key=born.__getitem__)
        lengths = self._lengths()
        of_line = self.look_of[self.lines.shapes]
        taken = self.taken[self.lines.shapes]
        drawn: list[LayerStrokes] = []
        lengths_mm: list[float] = []
        for name in order:
            mine = np.array([one == name for one in names], np.bool_)[of_line] & taken
            if not mine.any():
                self.preflight.note("empty layer", where=name)
                continue
            ink = np.bincount(of_line[mine], weights=lengths[mine], minlength=len(looks))
            by_color: dict[str, float] = {}
            met, first = np.unique(of_line[mine], return_index=True)
            for look in met[np.argsort(first)].tolist():
                by_color[colors[look]] = by_color.get(colors[look], 0.0) + float(ink[look])
            strokes, length = self._strokes(mine)
            drawn.append(LayerStrokes(name, most_ink(by_color), strokes))
            lengths_mm.append(length)
        return drawn, lengths_mm

    def _lengths(self) -> Any:
        """mm of each polyline."""
        return line_lengths(self.lines.points, self.first)

    def _strokes(self, mine: Any) -> tuple[Strokes, float]:
        """Some of the polylines as strokes, and their mm."""
        counts = self.lines.counts[mine]
        points = self.lines.points
        if not mine.all():
            points = points[runs(self.first[mine], counts)]
        exact = points.astype(np.float32)
        ends = np.cumsum(counts)
        flat, starts = array("f"), array("I", [0])
        flat.frombytes(exact.tobytes())
        starts.frombytes(ends.astype(np.uint32).tobytes())
        length = float(line_lengths(exact.astype(np.float64), ends - counts).sum())
        return Strokes.of_arrays(flat, starts), length


def finish(walk: Collected, width: float, height: float, sheet: StyleSheet) -> Drawing | None:
    """The drawing of collected shapes on a page in px; None if there is nothing on it."""
    preflight = Preflight()
    note_sheets(sheet, preflight)
    page = (round(width * MM_PER_PX, 6), round(height * MM_PER_PX, 6))
    finished = Finished(walk, page, preflight)
    if not finished.layers:
        return None
    return Drawing(*page, finished.layers, preflight.findings(), finished.lengths_mm)


def _notes(what: str, look: Any) -> bool:
    return what in look.notes


def _second(pair: tuple[int, int]) -> int:
    return pair[1]


def line_lengths(points: Any, first: Any) -> Any:
    """mm of the polylines that begin at the points `first`."""
    if not len(first):
        return np.empty(0)
    steps = np.zeros(len(points))
    dx, dy = (points[1:] - points[:-1]).T
    steps[1:] = np.hypot(dx, dy)
    steps[first] = 0.0
    return np.add.reduceat(steps, first)
