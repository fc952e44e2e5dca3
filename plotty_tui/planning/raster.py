"""Strokes as dots, for a canvas of braille characters that fills as the pen draws."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from plotty_tui.domain.raster import Raster
from plotty_tui.domain.strokes import LayerStrokes, Strokes

ROUNDING = 1e-3  # dots; ink on the very edge of the page is on it


def raster_strokes(
    layers: Sequence[LayerStrokes],
    page: tuple[float, float],
    dots_wide: int,
    dots_high: int,
) -> Raster:
    """The layers of a page (mm) on a grid of dots: the page as large as fits, its aspect ratio
    kept, centred. Ink off the page is left out. Neighbouring dots of a stroke touch."""
    counts = [len(layer.strokes) for layer in layers]
    dots, starts = array("I"), array("I", [0])
    layer_starts = [0]
    for layer, count in zip(layers, counts, strict=True):
        if count:
            _append(dots, starts, *_layer_dots(layer.strokes, page, dots_wide, dots_high))
        layer_starts.append(layer_starts[-1] + count)
    colors = [layer.color for layer in layers]
    return Raster(dots_wide, dots_high, dots, starts, layer_starts, colors)


def _append(dots: array, starts: array, more: Any, ends: Any) -> None:
    import numpy as np

    first = len(dots)
    dots.frombytes(more.astype(np.uint32).tobytes())
    starts.frombytes((ends + first).astype(np.uint32).tobytes())


def _layer_dots(
    strokes: Strokes, page: tuple[float, float], dots_wide: int, dots_high: int
) -> tuple[Any, Any]:
    """(dot numbers, how many of them after each stroke)."""
    import numpy as np

    x, y = _on_grid(strokes, page, dots_wide, dots_high)
    starts = np.frombuffer(strokes.starts, dtype=np.uint32).astype(np.int64)
    x, y, stroke = _sample(x, y, starts)
    column, row = _cell(x, dots_wide), _cell(y, dots_high)
    seen = (column >= 0) & (row >= 0)
    dots, stroke = (row * dots_wide + column)[seen], stroke[seen]
    dots, stroke = _once(dots, stroke, dots_wide * dots_high)
    return dots, np.cumsum(np.bincount(stroke, minlength=len(strokes)))


def _on_grid(
    strokes: Strokes, page: tuple[float, float], dots_wide: int, dots_high: int
) -> tuple[Any, Any]:
    """The points in units of dots."""
    import numpy as np

    points = np.frombuffer(strokes.points, dtype=np.float32).reshape(-1, 2).astype(np.float64)
    width, height = max(page[0], 1e-6), max(page[1], 1e-6)
    scale = min(dots_wide / width, dots_high / height)
    left, top = (dots_wide - width * scale) / 2, (dots_high - height * scale) / 2
    return points[:, 0] * scale + left, points[:, 1] * scale + top


def _cell(position: Any, size: int) -> Any:
    """The dot at a position; -1 off the grid. The edges of the grid are on it."""
    import numpy as np

    cell = np.clip(np.floor(position), 0, size - 1).astype(np.int64)
    cell[(position < -ROUNDING) | (position > size + ROUNDING)] = -1
    return cell


def _sample(x: Any, y: Any, starts: Any) -> tuple[Any, Any, Any]:
    """Positions along the strokes, no two neighbours more than a dot apart in either direction,
    and the number of the stroke that each is on."""
    import numpy as np

    dx, dy = np.diff(x, append=x[-1:]), np.diff(y, append=y[-1:])
    last = starts[1:] - 1  # a stroke's last point stands for itself: nothing is drawn from it on
    dx[last] = dy[last] = 0
    steps = np.maximum(np.ceil(np.maximum(np.abs(dx), np.abs(dy))), 1).astype(np.int64)
    point = np.repeat(np.arange(len(x)), steps)
    step = np.arange(len(point)) - (np.cumsum(steps) - steps)[point]
    part = step / steps[point]
    stroke = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    return x[point] + part * dx[point], y[point] + part * dy[point], stroke[point]


def _once(dots: Any, stroke: Any, size: int) -> tuple[Any, Any]:
    """Each dot where its stroke first meets it."""
    import numpy as np

    key = stroke * size + dots
    fresh = np.ones(len(key), dtype=bool)
    fresh[1:] = key[1:] != key[:-1]  # most repeats follow at once, and sorting is what costs
    dots, stroke, key = dots[fresh], stroke[fresh], key[fresh]
    order = np.argsort(key, kind="stable")
    again = np.zeros(len(key), dtype=bool)
    again[order[1:]] = key[order[1:]] == key[order[:-1]]
    return dots[~again], stroke[~again]
