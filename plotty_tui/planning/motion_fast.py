"""The times of domain.motion, compiled: the same figures for whole layers at once.

motion_kernels.py is `domain.machine_time` in loops over arrays; change them together (a test
compares them to a microsecond). While the compiled code is not there yet, the model itself serves.
"""

from __future__ import annotations

from typing import Any

from plotty_tui.domain.motion import (
    StrokeTimes,
    accel_down_mm_s2,
    accel_up_mm_s2,
    estimate_strokes,
    lower_seconds,
    raise_seconds,
    speed_down_mm_s,
    speed_up_mm_s,
)
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.strokes import Point, Strokes

from .order.compiled import ready


def estimate_layer(
    strokes: Strokes, motion: MotionSettings, start: Point = (0.0, 0.0)
) -> StrokeTimes:
    """As `domain.motion.estimate_strokes`, at the speed of compiled code when that is there."""
    if not ready():
        return estimate_strokes(strokes, motion, start)
    import numpy as np

    points = np.frombuffer(strokes.points, dtype=np.float32).astype(np.float64)
    starts = np.frombuffer(strokes.starts, dtype=np.uint32).astype(np.int64)
    return estimate_arrays(points[::2].copy(), points[1::2].copy(), starts, motion, start)


def estimate_arrays(
    xs: Any, ys: Any, starts: Any, motion: MotionSettings, start: Point = (0.0, 0.0)
) -> StrokeTimes:
    """The times of strokes given as float64 mm and int64 starts; compiles when it must."""
    import numpy as np

    from .motion_kernels import machine_times

    top, accel = speed_up_mm_s(motion), accel_up_mm_s2(motion)
    hops, hop_s, draw_s, lengths = machine_times(
        xs, ys, starts, float(start[0]), float(start[1]),
        speed_down_mm_s(motion), accel_down_mm_s2(motion),
        top, accel,
        lower_seconds(motion) + raise_seconds(motion),
    )  # fmt: skip
    end = (float(xs[-1]), float(ys[-1])) if len(xs) else start
    far = hops * accel >= top * top
    physical = np.where(far, hops / top + top / accel, 2 * np.sqrt(hops / accel))
    return StrokeTimes(
        hop_s.tolist(),
        draw_s.tolist(),
        float(hop_s.sum() + draw_s.sum()),
        float(hops.sum()),
        float(lengths.sum()),
        len(hop_s),
        end,
        float(physical.sum()),
    )
