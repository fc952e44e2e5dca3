"""What the machine's masses allow: drawing times by curvature, wherever the vertices stand.

The motion model passes each vertex at a speed of its own, as the AxiDraw does: one corner split
into three small ones is passed faster, though the carriage has to turn as far in as short a way.
Here the turn within a short way limits the speed, so that only a rounder line is a faster one. It
guards what changes the line itself (smoothing); it is no estimate.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from plotty_tui.domain.motion import (
    CORNER_MM,
    accel_down_mm_s2,
    speed_down_mm_s,
)
from plotty_tui.domain.presets import MotionSettings

from .compiled import kernel

# The way in which a turn is made: the arc by which a right angle is rounded when the motion model
# thinks it rounded.
TURN_MM = CORNER_MM / (np.sqrt(2) - 1) * np.pi / 2
STEP_MM = TURN_MM / 4


def physical_seconds(xs: Any, ys: Any, starts: Any, motion: MotionSettings) -> Any:
    """Seconds of drawing each of these strokes (float64 mm, int64 starts), without its lift."""
    return time_by_curvature(xs, ys, starts, speed_down_mm_s(motion), accel_down_mm_s2(motion))


@kernel
def time_by_curvature(xs, ys, starts, top, accel):  # type: ignore[no-untyped-def]
    """Seconds of each stroke: speeds at points STEP_MM apart, limited by the turn between the
    TURN_MM before and after each, and by speeding up and braking."""
    seconds = np.zeros(len(starts) - 1)
    window = 4
    for i in range(len(starts) - 1):
        first, last = starts[i], starts[i + 1] - 1
        length = 0.0
        for k in range(first, last):
            length += np.hypot(xs[k + 1] - xs[k], ys[k + 1] - ys[k])
        if length == 0:
            continue
        steps = max(int(np.ceil(length / STEP_MM)), 2)
        step = length / steps
        px, py = np.empty(steps + 1), np.empty(steps + 1)
        px[0], py[0] = xs[first], ys[first]
        k, done = first, 0.0
        span = np.hypot(xs[k + 1] - xs[k], ys[k + 1] - ys[k])
        for j in range(1, steps):
            while k < last - 1 and done + span < j * step:
                done += span
                k += 1
                span = np.hypot(xs[k + 1] - xs[k], ys[k + 1] - ys[k])
            part = min((j * step - done) / span, 1.0) if span > 0 else 0.0
            px[j], py[j] = xs[k] + part * (xs[k + 1] - xs[k]), ys[k] + part * (ys[k + 1] - ys[k])
        px[steps], py[steps] = xs[last], ys[last]
        squares = np.empty(steps + 1)
        squares[0] = 0.0
        for j in range(1, steps):
            before, after = max(j - window, 0), min(j + window, steps)
            ax, ay = px[j] - px[before], py[j] - py[before]
            bx, by = px[after] - px[j], py[after] - py[j]
            turn = abs(np.arctan2(ax * by - ay * bx, ax * bx + ay * by))
            most = top * top
            if accel * TURN_MM < turn * most:
                most = accel * TURN_MM / turn
            squares[j] = min(most, squares[j - 1] + 2 * accel * step)
        squares[steps] = 0.0
        for j in range(steps - 1, -1, -1):
            squares[j] = min(squares[j], squares[j + 1] + 2 * accel * step)
            seconds[i] += 2 * step / (np.sqrt(squares[j]) + np.sqrt(squares[j + 1]))
    return seconds
