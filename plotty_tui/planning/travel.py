"""The way of the pen over planned strokes, for showing it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from plotty_tui.domain.motion import SPEED_PERCENT_MM_S
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.strokes import LayerStrokes
from plotty_tui.domain.travel import Travel


def read_travel(
    layers: Sequence[LayerStrokes],
    page: tuple[float, float],
    dots_wide: int,
    dots_high: int,
    motion: MotionSettings,
) -> Travel:
    """Where the pen goes and when, at the speeds of `motion` without acceleration, on a canvas
    that shows the page (mm) as `raster_strokes` does."""
    import numpy as np

    first, last, ink = [], [], []
    for layer in layers:
        if not len(layer.strokes):
            continue
        points = np.frombuffer(layer.strokes.points, dtype=np.float32).reshape(-1, 2)
        points = points.astype(np.float64)
        starts = np.frombuffer(layer.strokes.starts, dtype=np.uint32).astype(np.int64)
        steps = np.hypot(*np.diff(points, axis=0, append=points[-1:]).T)
        steps[starts[1:] - 1] = 0.0
        first.append(points[starts[:-1]])
        last.append(points[starts[1:] - 1])
        ink.append(np.add.reduceat(steps, starts[:-1]))
    if not first:
        return Travel()
    begin, end, drawn = np.concatenate(first), np.concatenate(last), np.concatenate(ink)
    hops = np.hypot(*(begin - np.vstack([[0.0, 0.0], end[:-1]])).T)
    hop_s = hops / (SPEED_PERCENT_MM_S * max(motion.speed_penup, 1))
    draw_s = drawn / (SPEED_PERCENT_MM_S * max(motion.speed_pendown, 1))
    ends = np.cumsum(hop_s + draw_s)
    scale = min(dots_wide / max(page[0], 1e-6), dots_high / max(page[1], 1e-6))
    corner = np.array([dots_wide - page[0] * scale, dots_high - page[1] * scale]) / 2
    places = np.hstack([begin * scale + corner, end * scale + corner]).astype(np.float32)
    return Travel(
        array("d", (ends - draw_s).tobytes()),
        array("d", ends.tobytes()),
        array("f", places.tobytes()),
        (float(corner[0]), float(corner[1])),
        array("f", hops.astype(np.float32).tobytes()),
    )
