"""Strokes as arrays of float64: how the steps of ordering hand them on."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from plotty_tui.domain.strokes import Strokes

Arrays = tuple[Any, Any, Any]
"""xs, ys (float64, mm), starts (int64): stroke i owns the points starts[i] to starts[i + 1]."""

Dots = tuple[Any, Any]
"""The places of strokes without a length."""


def of_strokes(strokes: Strokes) -> Arrays:
    """The strokes as arrays of their own."""
    points = np.frombuffer(strokes.points, dtype=np.float32).astype(np.float64)
    starts = np.frombuffer(strokes.starts, dtype=np.uint32).astype(np.int64)
    return points[::2].copy(), points[1::2].copy(), starts


def to_strokes(arrays: Arrays) -> Strokes:
    """The strokes of arrays, rounded to float32."""
    xs, ys, starts = arrays
    points, first = array("f"), array("I")
    points.frombytes(np.column_stack((xs, ys)).astype(np.float32).tobytes())
    first.frombytes(starts.astype(np.uint32).tobytes())
    return Strokes.of_arrays(points, first)


def ink_mm(arrays: Arrays) -> float:
    """The length of all strokes."""
    xs, ys, starts = arrays
    lengths = np.hypot(np.diff(xs), np.diff(ys))
    lengths[starts[1:-1] - 1] = 0.0
    return float(lengths.sum())


def split_dots(arrays: Arrays) -> tuple[Arrays, Dots]:
    """Strokes with a length, and the places of those without."""
    xs, ys, starts = arrays
    first = starts[:-1]
    same = (xs == np.repeat(xs[first], np.diff(starts))) & (
        ys == np.repeat(ys[first], np.diff(starts))
    )
    dots = np.logical_and.reduceat(same, first)
    return _chosen(arrays, ~dots), (xs[first[dots]], ys[first[dots]])


def with_dots(lines: Arrays, dots: Dots) -> Arrays:
    """The strokes, and after them the dots."""
    xs, ys, starts = lines
    more = starts[-1] + 1 + np.arange(len(dots[0]))
    return (
        np.concatenate((xs, dots[0])),
        np.concatenate((ys, dots[1])),
        np.concatenate((starts, more)),
    )


def without_duplicates(arrays: Arrays) -> Arrays:
    """Each stroke once, whichever way round it was drawn, and a closed one wherever it began."""
    xs, ys, starts = arrays
    seen: set[bytes] = set()
    fresh = np.zeros(len(starts) - 1, np.bool_)
    points = np.column_stack((xs, ys))
    for i in range(len(fresh)):
        line = points[starts[i] : starts[i + 1]]
        if len(line) > 3 and (line[0] == line[-1]).all():
            ring = line[:-1]
            turned = np.roll(ring, -int(np.lexsort((ring[:, 1], ring[:, 0]))[0]), axis=0)
            line = np.concatenate((turned, turned[:1]))
        key = min(line.tobytes(), line[::-1].tobytes())
        fresh[i] = key not in seen
        seen.add(key)
    return _chosen(arrays, fresh)


def choose_strokes(one: Arrays, other: Arrays, from_other: Any) -> Arrays:
    """Stroke by stroke those of `one`, or of `other` where `from_other`."""
    size = len(from_other)
    xs, ys = np.concatenate((one[0], other[0])), np.concatenate((one[1], other[1]))
    first = np.where(from_other, len(one[0]) + other[2][:-1], one[2][:-1])
    counts = np.where(from_other, np.diff(other[2]), np.diff(one[2]))
    starts = np.concatenate(([0], np.cumsum(counts)))
    points = np.repeat(first - starts[:size], counts) + np.arange(starts[-1])
    return xs[points], ys[points], starts


def _chosen(arrays: Arrays, chosen: Any) -> Arrays:
    """Some of the strokes, in their order."""
    xs, ys, starts = arrays
    counts = np.diff(starts)
    points = np.repeat(chosen, counts)
    return xs[points], ys[points], np.concatenate(([0], np.cumsum(counts[chosen])))
