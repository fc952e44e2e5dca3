"""Shapes to polylines, many at once: the numbers of all paths of a drawing in one pass of numpy.

The same arithmetic, step by step, as `trace_shape` with a `Tracer`, which is the reference and
takes the shapes that are not clear here (`Unclear`). Coordinates are float64; a polyline is known
by its shape and its number of points.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .decimals import parse_decimals
from .geometry import CHORD_MM, MOST_PIECES

LETTERS = "MmLlHhVvCcSsQqAaZz"
BETWEEN = "|"  # between two shapes
_SIZES = np.array([2, 2, 2, 2, 1, 1, 1, 1, 6, 6, 4, 4, 4, 4, 7, 7, 0, 0, 0])
_MOVE, _LINE, _ACROSS, _DOWN, _CUBIC, _SMOOTH, _QUADRATIC, _ARC, _CLOSE = range(9)
# Where in its arguments a command has its end.
_END_X = np.array([0, 0, 0, 0, 4, 2, 2, 5, 0])
_END_Y = np.array([1, 1, 0, 0, 5, 3, 3, 6, 0])
_GLUED = re.compile(rb"(\.[0-9]*(?:[eE][-+]?[0-9]+)?|(?<![0-9.])[0-9]+[eE][-+]?[0-9]+)(?=\.)")
_DIGITS, _BLANKS = b"0123456789+-.eE", b", \t\r\n\f"
_TO_BLANKS = bytes.maketrans(
    (LETTERS + BETWEEN + ",").encode(), b" " * (len(LETTERS) + len(BETWEEN) + 1)
)
# What each byte is: part of a number, a blank, or from _FIRST on a letter.
_BLANK, _DIGIT, _FIRST = range(3)
_NEXT = len(LETTERS)
_KINDS = bytes(
    _DIGIT
    if byte in _DIGITS
    else _BLANK
    if byte in _BLANKS
    else _FIRST + place
    if place >= 0
    else 255
    for byte in range(256)
    for place in ((LETTERS + BETWEEN).find(chr(byte)),)
)
# Sums of more than this would cost the last digits of what a plotter can tell apart.
_FARTHEST_SUM = 1e9


class Unclear(ValueError):
    """Shapes that the reference has to read; `which` are their places in the list."""

    def __init__(self, which: Any = ()) -> None:
        super().__init__()
        self.which = [int(one) for one in which]


@dataclass(slots=True)
class Polylines:
    """`points` (n, 2) in mm on the page; of each polyline the number of its points and of the
    shape it belongs to. `unreadable`: shapes with impossible sizes."""

    points: Any
    counts: Any
    shapes: Any
    unreadable: Any = ()


@dataclass(slots=True)
class Words:
    """Text taken apart: its numbers, its letters as their places in `LETTERS` (_NEXT between two
    shapes), and how many numbers stand before each letter. `flags`: numbers written as a plain 0
    or 1."""

    values: Any
    letters: Any
    before: Any
    flags: Any


def take_apart(text: bytes) -> Words:
    """Raises ValueError for what is neither number nor letter of a path."""
    for sign in (b"-", b"+"):
        if sign in text:
            if b"e " + sign in text or b"E " + sign in text:
                raise ValueError
            text = text.replace(sign, b" " + sign)
            for e in (b"e", b"E"):
                text = text.replace(e + b" " + sign, e + sign)
    try:
        return _words(text)
    except ValueError:
        return _words(_GLUED.sub(rb"\1 ", text))


def _words(text: bytes) -> Words:
    data = np.frombuffer(text, np.uint8)
    kinds = np.frombuffer(text.translate(_KINDS), np.uint8)
    steps = np.zeros(len(data) + 1, np.int8)
    inside = (kinds == _DIGIT).view(np.int8)
    steps[:-1] = inside
    steps[1:] -= inside
    edges = np.flatnonzero(steps)
    first, after = edges[::2], edges[1::2]
    # numpy takes a dot alone for 0.
    short = after - first <= 2
    if ((data[first] < ord("0")) & (data[after - 1] < ord("0")) & short).any():
        raise ValueError
    values = parse_decimals(text, first, after)
    if values is None:
        values = np.fromstring(text.translate(_TO_BLANKS), sep=" ")
    at = np.flatnonzero(kinds >= _FIRST)
    letters = kinds[at].astype(np.int64) - _FIRST
    if len(values) != len(first) or letters.max(initial=0) > _NEXT:
        raise ValueError
    flags = (after - first == 1) & (data[first] >> 1 == ord("0") >> 1)
    return Words(values, letters, np.searchsorted(first, at), flags)


def only_numbers(text: bytes) -> bool:
    """Whether there is nothing in the text but digits, signs, points, exponents and gaps."""
    return not text.translate(None, _DIGITS + _BLANKS)


def fields(texts: Sequence[str]) -> Any:
    """One number each. Raises ValueError for units and other text."""
    joined = "".join(texts)
    if not joined.isascii() or not only_numbers(joined.encode()) or "," in joined:
        raise ValueError
    return np.array(list(map(float, texts)))


def place(matrices: Any, which: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """Points on the page by the matrices (k, 6) of their shapes."""
    if len(matrices) == 1:
        a, b, c, d, e, f = matrices[0]
    else:
        a, b, c, d, e, f = matrices[which].T
    return a * x + c * y + e, b * x + d * y + f


def trace_lines(values: Any, shapes: Any, matrices: Any, which: Any) -> Polylines:
    """<line>: four numbers a row."""
    x0, y0 = place(matrices, which, values[:, 0], values[:, 1])
    x1, y1 = place(matrices, which, values[:, 2], values[:, 3])
    points = np.column_stack((x0, y0, x1, y1)).reshape(-1, 2)
    return Polylines(points, np.full(len(shapes), 2), shapes)


def trace_rects(values: Any, shapes: Any, matrices: Any, which: Any) -> Polylines:
    """<rect> with sharp corners: x, y, width and height a row."""
    negative = (values[:, 2] < 0) | (values[:, 3] < 0)
    drawn = ~negative & (values[:, 2] != 0) & (values[:, 3] != 0)
    x, y, width, height = values[drawn].T
    right, bottom = x + width, y + height
    xs = np.column_stack((x, right, right, x, x))
    ys = np.column_stack((y, y, bottom, bottom, y))
    of_point = np.repeat(which[drawn], 5)
    px, py = place(matrices, of_point, xs.ravel(), ys.ravel())
    many = np.full(len(x), 5)
    return Polylines(np.column_stack((px, py)), many, shapes[drawn], shapes[negative])


def trace_ellipses(values: Any, shapes: Any, matrices: Any, which: Any, most: int) -> Polylines:
    """<circle> and <ellipse>: cx, cy, rx, ry a row."""
    negative = (values[:, 2] < 0) | (values[:, 3] < 0)
    drawn = ~negative & (values[:, 2] != 0) & (values[:, 3] != 0)
    cx, cy, rx, ry = values[drawn].T
    own = matrices[which[drawn]]
    px, py = place(matrices, which[drawn], cx + rx, cy)
    turn = _Turn(own, cx, cy, rx, ry, np.zeros(len(cx)), np.full(len(cx), math.tau), 0.0)
    pieces = turn.pieces()
    _check_total(pieces.sum() + len(pieces), most)
    counts = pieces + 1
    first = np.cumsum(counts) - counts
    of_point = np.repeat(np.arange(len(cx)), counts)
    step = np.arange(len(of_point)) - first[of_point]
    xs, ys = turn.at(of_point, step / pieces[of_point])
    for ends in (first, first + pieces):
        xs[ends], ys[ends] = px, py
    return Polylines(np.column_stack((xs, ys)), counts, shapes[drawn], shapes[negative])


def trace_polys(
    texts: Sequence[str], closed: Any, shapes: Any, matrices: Any, which: Any
) -> Polylines:
    """<polyline> and <polygon> by their points; a text may be several, BETWEEN two of them. Raises
    Unclear."""
    values, counts = _lists(texts, len(shapes))
    odd = np.flatnonzero((counts % 2 != 0) | (counts <= 2))
    if len(odd):
        raise Unclear(odd)
    counts //= 2
    of_point = np.repeat(np.arange(len(counts)), counts)
    x, y = place(matrices, which[of_point], values[::2], values[1::2])
    points = np.column_stack((x, y))
    last = np.cumsum(counts) - 1
    first = last - counts + 1
    ends = closed & (points[first] != points[last]).any(axis=1)
    points = np.insert(points, last[ends] + 1, points[first[ends]], axis=0)
    return Polylines(points, counts + ends, shapes)


def _lists(texts: Sequence[str], count: int) -> tuple[Any, Any]:
    """The numbers of all texts, and how many are of each. Raises Unclear."""
    words = _joined(texts, count)
    if (words.letters != _NEXT).any():
        raise Unclear([k for k, text in enumerate(texts) if set(text) & set(LETTERS)])
    return words.values, np.diff(words.before, prepend=0, append=len(words.values))


def _joined(texts: Sequence[str], count: int) -> Words:
    """All texts, which are those of so many shapes, taken apart. Raises Unclear, and names those
    that cannot be."""
    joined = BETWEEN.join(texts)
    if joined.isascii() and joined.count(BETWEEN) == count - 1:
        try:
            return take_apart(joined.encode())
        except ValueError:
            pass
    raise Unclear([k for k, text in enumerate(texts) if not _is_clear(text)])


def _is_clear(text: str) -> bool:
    try:
        return text.isascii() and BETWEEN not in text and bool(take_apart(text.encode()))
    except ValueError:
        return False


def trace_paths(
    texts: Sequence[str], shapes: Any, matrices: Any, which: Any, most: int
) -> Polylines:
    """<path> by its data; a text may be several, BETWEEN two of them. Raises Unclear."""
    if commas := _begin_with_commas(texts, len(shapes)):
        raise Unclear(commas)
    table = _Segments(_joined(texts, len(shapes)), matrices, which)
    points, counts, owners = table.flatten(most)
    return Polylines(points, counts, shapes[owners])


def _begin_with_commas(texts: Sequence[str], count: int) -> list[int]:
    """Those with a comma before the first command, which the grammar forbids."""
    joined = BETWEEN + BETWEEN.join(texts)
    if joined.count(BETWEEN + "M") + joined.count(BETWEEN + "m") >= count:
        return []
    if len(texts) < count:
        texts = joined.split(BETWEEN)[1:]
    blanks = _BLANKS.decode()
    return [k for k, text in enumerate(texts) if "," in text[: -len(text.lstrip(blanks)) or None]]


class _Segments:
    """All commands of all paths, one row for each set of arguments."""

    def __init__(self, words: Words, matrices: Any, which: Any) -> None:
        self.matrices, self.which = matrices, which
        self.values = words.values
        self._read_commands(words)
        self._follow()

    def _read_commands(self, words: Words) -> None:
        codes, at = words.letters, words.before
        ends = codes == _NEXT
        path = np.cumsum(ends)
        numbers = np.diff(at, append=len(self.values))
        if at[0] if len(at) else len(self.values):
            raise Unclear((0,))
        sizes = _SIZES[codes]
        rows = np.where(sizes > 0, numbers // np.maximum(sizes, 1), 1)
        wrong = (numbers != rows * sizes) | ((sizes > 0) & (rows == 0))
        # The first command of a path is a move, and what comes after the end of a subpath too.
        first = np.concatenate(((True,), ends))[: len(ends)]
        after_close = np.concatenate(((False,), codes >= 16))[: len(ends)] & ~first
        moves = codes <= 1
        wrong |= first & ~moves & ~ends
        wrong |= after_close & ~moves & ~ends
        if wrong.any():
            raise Unclear(np.concatenate((path[wrong], path[wrong] - ends[wrong])))
        keep = ~ends
        at, codes, rows, path, sizes = (v[keep] for v in (at, codes, rows, path, sizes))
        row = np.repeat(np.arange(len(at)), rows)
        within = np.arange(len(row)) - (np.cumsum(rows) - rows)[row]
        self.op = codes[row] // 2
        self.relative = codes[row] % 2 == 1
        self.op[(self.op == _MOVE) & (within > 0)] = _LINE
        self.path = path[row]
        self.arg = at[row] + within * sizes[row]
        arcs = np.flatnonzero(self.op == _ARC)
        bad = ~(words.flags[self.arg[arcs] + 3] & words.flags[self.arg[arcs] + 4])
        if bad.any():
            raise Unclear(self.path[arcs][bad])

    def _follow(self) -> None:
        """Where each row ends, in the coordinates of its shape: self.x, self.y; and where it
        begins."""
        op, path, count = self.op, self.path, len(self.op)
        index = np.arange(count)
        move, close = op == _MOVE, op == _CLOSE
        first = np.concatenate(((True,), path[1:] != path[:-1]))[:count]
        after_close = np.concatenate(((False,), close[:-1]))[:count] & ~first
        loose = move & self.relative & ~first & ~after_close
        closing = np.zeros(path.max(initial=0) + 1, np.bool_)
        closing[path[close]] = True
        if (loose & closing[path]).any():
            raise Unclear(path[loose & closing[path]])
        self.start = np.maximum.accumulate(np.where(move, index, 0))
        self.x = self._axis(_END_X, _DOWN, first, after_close)
        self.y = self._axis(_END_Y, _ACROSS, first, after_close)
        before = np.maximum(index - 1, 0)
        self.from_x, self.from_y = self.x[before], self.y[before]
        self.from_x[first] = self.from_y[first] = 0.0

    def _axis(self, offsets: Any, still: int, first: Any, after_close: Any) -> Any:
        """One coordinate of the ends. Absolute commands, starts of subpaths and their closing set
        it; from there on relative ones are added up."""
        op = self.op
        move, close = op == _MOVE, op == _CLOSE
        given = np.zeros(len(op))
        has = (op != still) & ~close
        given[has] = self.values[self.arg[has] + offsets[op[has]]]
        # Relative moves after a closed subpath start from that one's start.
        moves = np.flatnonzero(move)
        chained = move & after_close & self.relative
        if chained.any():
            given[moves] = _added(given[moves], ~chained[moves])
        sets = has & (~self.relative | first | chained)
        given[close] = given[self.start[close]]
        return _added(given, sets | close)

    def flatten(self, most: int) -> tuple[Any, Any, Any]:
        """(points, points of each polyline, path of each polyline)."""
        op, matrices = self.op, self.matrices
        if not len(op):
            return np.empty((0, 2)), np.empty(0, np.int64), np.empty(0, np.int64)
        owner = self.which[self.path]
        x, y = place(matrices, owner, self.x, self.y)
        counts = np.ones(len(op), np.int64)
        curves = []
        for make, kind in (
            (self._cubics, (op == _CUBIC) | (op == _SMOOTH)),
            (self._quadratics, op == _QUADRATIC),
            (self._arcs, op == _ARC),
        ):
            rows = np.flatnonzero(kind)
            if len(rows):
                curve = make(rows, owner[rows], x, y)
                counts[rows] = curve.pieces()
                curves.append((rows, curve))
        close = np.flatnonzero(op == _CLOSE)
        before, start = close - 1, self.start[close]
        counts[close] = (before == start) | (x[before] != x[start]) | (y[before] != y[start])
        _check_total(counts.sum(), most)
        points = np.column_stack((np.repeat(x, counts), np.repeat(y, counts)))
        ends = np.cumsum(counts)
        for rows, curve in curves:
            _bend(points, rows, curve, counts, ends)
        moves = np.flatnonzero(op == _MOVE)
        firsts = ends[moves] - 1
        sizes = np.diff(firsts, append=len(points))
        drawn = sizes >= 2
        if not drawn.all():
            points = points[np.repeat(drawn, sizes)]
        return points, sizes[drawn], self.path[moves[drawn]]

    def _arguments(self, rows: Any, first: int) -> tuple[Any, Any]:
        """A control point, in the coordinates of the shape."""
        at = self.arg[rows] + first
        relative = self.relative[rows]
        x = self.values[at] + np.where(relative, self.from_x[rows], 0.0)
        y = self.values[at + 1] + np.where(relative, self.from_y[rows], 0.0)
        return x, y

    def _cubics(self, rows: Any, owner: Any, x: Any, y: Any) -> _Cubic:
        smooth = self.op[rows] == _SMOOTH
        x2, y2 = self._arguments(rows, 0)
        sharp = np.flatnonzero(~smooth)
        # The last control point is the second of a C, the first of an S.
        x2[sharp], y2[sharp] = self._arguments(rows[sharp], 2)
        x1, y1 = self.from_x[rows].copy(), self.from_y[rows].copy()
        x1[sharp], y1[sharp] = self._arguments(rows[sharp], 0)
        follows = np.concatenate(((False,), rows[1:] == rows[:-1] + 1))
        mirrored = np.flatnonzero(smooth & follows)
        x1[mirrored] = 2 * x1[mirrored] - x2[mirrored - 1]
        y1[mirrored] = 2 * y1[mirrored] - y2[mirrored - 1]
        one, two = (place(self.matrices, owner, *v) for v in ((x1, y1), (x2, y2)))
        return _Cubic((x[rows - 1], y[rows - 1]), one, two, (x[rows], y[rows]))

    def _quadratics(self, rows: Any, owner: Any, x: Any, y: Any) -> _Quadratic:
        one = place(self.matrices, owner, *self._arguments(rows, 0))
        return _Quadratic((x[rows - 1], y[rows - 1]), one, (x[rows], y[rows]))

    def _arcs(self, rows: Any, owner: Any, x: Any, y: Any) -> _Turn:
        at = self.arg[rows]
        given = [self.values[at + k] for k in range(5)]
        return _Turn.through(
            self.matrices[owner],
            (self.from_x[rows], self.from_y[rows], self.x[rows], self.y[rows]),
            *given,
        )


def _added(values: Any, sets: Any) -> Any:
    """Each value where `sets`, elsewhere added to what stands before it."""
    if sets.all():
        return values
    index = np.arange(len(values))
    base = np.maximum.accumulate(np.where(sets, index, 0))
    sums = np.cumsum(np.where(sets, 0.0, values))
    if not np.abs(sums).max() < _FARTHEST_SUM:
        raise Unclear
    return values[base] + (sums - sums[base])


def _check_total(points: Any, most: int) -> None:
    if points > most:
        raise Unclear


def _bend(points: Any, rows: Any, curve: Any, counts: Any, ends: Any) -> None:
    """Put the inner points of curves in their places."""
    inner = counts[rows] - 1
    which = np.repeat(np.arange(len(rows)), inner)
    step = np.arange(len(which)) - (np.cumsum(inner) - inner)[which] + 1
    t = step / counts[rows][which]
    x, y = curve.at(which, t)
    at = (ends[rows] - counts[rows])[which] + step - 1
    points[at, 0], points[at, 1] = x, y


def _whole(needed: Any) -> Any:
    if not (needed <= MOST_PIECES).all():
        raise Unclear
    return np.maximum(np.ceil(needed), 1).astype(np.int64)


class _Cubic:
    """Bézier curves, on the page; see Tracer.cubic."""

    def __init__(self, p: Any, q: Any, r: Any, s: Any) -> None:
        self.bends = [
            np.hypot(p[0] - 2 * q[0] + r[0], p[1] - 2 * q[1] + r[1]),
            np.hypot(q[0] - 2 * r[0] + s[0], q[1] - 2 * r[1] + s[1]),
        ]
        self.p = p
        self.v = [3 * (q[k] - p[k]) for k in (0, 1)]
        self.u = [3 * (r[k] - q[k]) - self.v[k] for k in (0, 1)]
        self.w = [s[k] - p[k] - self.v[k] - self.u[k] for k in (0, 1)]

    def pieces(self) -> Any:
        return _whole(np.sqrt(0.75 * np.maximum(*self.bends) / CHORD_MM))

    def at(self, i: Any, t: Any) -> list[Any]:
        return [
            ((self.w[k][i] * t + self.u[k][i]) * t + self.v[k][i]) * t + self.p[k][i]
            for k in (0, 1)
        ]


class _Quadratic:
    """Parabolas, on the page; see Tracer.quadratic."""

    def __init__(self, p: Any, q: Any, r: Any) -> None:
        self.p = p
        self.u = [p[k] - 2 * q[k] + r[k] for k in (0, 1)]
        self.v = [2 * (q[k] - p[k]) for k in (0, 1)]

    def pieces(self) -> Any:
        return _whole(np.sqrt(np.hypot(*self.u) / (4 * CHORD_MM)))

    def at(self, i: Any, t: Any) -> list[Any]:
        return [(self.u[k][i] * t + self.v[k][i]) * t + self.p[k][i] for k in (0, 1)]


class _Turn:
    """Parts of ellipses; see Tracer.turn. A turn whose `sweep` is not finite is a straight
    line."""

    def __init__(
        self, m: Any, cx: Any, cy: Any, rx: Any, ry: Any, start: Any, sweep: Any, tilt: Any
    ) -> None:
        a, b, c, d, e, f = m.T
        cos, sin = np.cos(tilt), np.sin(tilt)
        self.u = (a * cos + c * sin) * rx, (b * cos + d * sin) * rx
        self.v = (c * cos - a * sin) * ry, (d * cos - b * sin) * ry
        self.o = a * cx + c * cy + e, b * cx + d * cy + f
        self.start, self.sweep = start, sweep

    @classmethod
    def through(
        cls, m: Any, ends: Any, rx: Any, ry: Any, tilt: Any, large: Any, clockwise: Any
    ) -> _Turn:
        """From one point to the other, as `_ellipse_through` in paths.py has it."""
        x0, y0, x, y = ends
        rx, ry = np.abs(rx), np.abs(ry)
        tilt = np.radians(np.mod(tilt, 360))
        cos, sin = np.cos(tilt), np.sin(tilt)
        hx, hy = (x0 - x) / 2, (y0 - y) / 2
        with np.errstate(all="ignore"):
            ux, uy = (cos * hx + sin * hy) / rx, (cos * hy - sin * hx) / ry
            half = np.hypot(ux, uy)
            straight = ~np.isfinite(half) | (half == 0) | (rx == 0) | (ry == 0)
            grow = np.maximum(1.0, half)
            rx, ry, ux, uy = rx * grow, ry * grow, ux / grow, uy / grow
            half = np.minimum(1.0, half)
            height = np.sqrt(np.maximum(0.0, 1 / (half * half) - 1))
            height = np.where(large != clockwise, height, -height)
            mx, my = height * uy, -height * ux
            start, end = np.arctan2(uy - my, ux - mx), np.arctan2(-uy - my, -ux - mx)
            cx = cos * mx * rx - sin * my * ry + (x0 + x) / 2
            cy = sin * mx * rx + cos * my * ry + (y0 + y) / 2
            sweep = np.mod(end - start, math.tau)
        sweep = np.where((clockwise == 0) & (sweep != 0), sweep - math.tau, sweep)
        turn = cls(m, cx, cy, rx, ry, start, sweep, tilt)
        turn.sweep = np.where(straight, np.nan, turn.sweep)
        return turn

    def pieces(self) -> Any:
        (ux, uy), (vx, vy) = self.u, self.v
        with np.errstate(invalid="ignore", over="ignore"):
            squares = ux * ux + uy * uy + vx * vx + vy * vy
            cross = ux * vy - uy * vx
            root = np.sqrt(np.maximum(0.0, squares * squares - 4 * cross * cross))
            radius = np.sqrt((squares + root) / 2)
            sweep = np.abs(self.sweep)
            needed = np.maximum(
                sweep * np.sqrt(radius / (8 * CHORD_MM)), sweep / (math.pi / 4) - 1e-9
            )
        return _whole(np.where(np.isnan(self.sweep), 1.0, needed))

    def at(self, i: Any, t: Any) -> list[Any]:
        angle = self.start[i] + self.sweep[i] * t
        cos, sin = np.cos(angle), np.sin(angle)
        return [self.o[k][i] + cos * self.u[k][i] + sin * self.v[k][i] for k in (0, 1)]
