"""The seconds that an AxiDraw takes, as its own preview reckons them.

A move is thinned to the vertices that bend, its speeds are limited as in `motion`, and each
segment, its ends rounded to the steps of the two motors, is told to the machine in slices of 25 ms:
a trapezoid of speed, a triangle, one ramp, or one constant speed. The last three are coarser than
physics (a hop of 6 mm takes longer than one of 7), so an order is searched by `motion` and only
told in these seconds. Speeds are kept as float32: whether one is a hair below the top decides how
a short segment is told. motion_kernels.py has the same in loops over arrays: change them together.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

INCH_MM = 25.4
# The motors turn by x + y and by x - y, in steps of so many mm of these.
STEP_MM = INCH_MM / 2032
SLICE_S = 0.025
# Vertices nearer than this to the chord that skips them are left out, and so are segments shorter
# than the second.
THIN_MM = 0.0002 * INCH_MM
LEAST_MM = 0.000348 * INCH_MM
# Looking back over more of them takes too long on a straight line of a hundred thousand points.
MOST_SKIPPED = 400
CORNER_MM = 0.002 * INCH_MM


def _length(dx: float, dy: float) -> float:
    # math.hypot rounds otherwise than compiled code, and a hair decides between two profiles.
    return math.sqrt(dx * dx + dy * dy)


def segment_seconds(length: float, v0: float, v1: float, top: float, accel: float) -> float:
    """Seconds of a straight move of `length` mm, entered with the speed v0 and left with v1, in
    whole milliseconds."""
    rising, falling = (top - v0) / accel, (top - v1) / accel
    ramps = (2 * top * top - v0 * v0 - v1 * v1) / (2 * accel)
    if length > ramps + SLICE_S * top and length / top > 0.1:
        seconds = (length - ramps) / top
        # A ramp shorter than a slice is left out.
        seconds += rising if rising >= SLICE_S else 0.0
        seconds += falling if falling >= SLICE_S else 0.0
    else:
        seconds = _short_seconds(length, v0, v1, accel, ramps)
    return max(math.floor(1000 * seconds + 0.5), 1) / 1000


def _short_seconds(length: float, v0: float, v1: float, accel: float, ramps: float) -> float:
    """A triangle of speed, or what stands for it when it is short."""
    full = accel
    if ramps > 0 and length >= 0.9 * ramps:
        accel *= 0.9 * ramps / length
    peak = math.sqrt(accel * length + (v0 * v0 + v1 * v1) / 2)
    rising, falling = (peak - v0) / accel, (peak - v1) / accel
    up, down = math.floor(rising / SLICE_S), math.floor(falling / SLICE_S)
    if up + down > 4:
        seconds = rising if up > 0 else 0.0
        if down > 0:
            # From rest to rest, the last slice has no speed and is not told.
            seconds += falling * (down - 1) / down if v0 == v1 == 0 else falling
        return seconds
    mean = (v0 + peak) / 2
    ramp = 2 * length / (mean + v1)
    # Two slices of it, or of what the acceleration would take.
    return ramp if max(ramp, (mean - v1) / full) >= 2 * SLICE_S else length / peak


def straight_seconds(x0: float, y0: float, x1: float, y1: float, top: float, accel: float) -> float:
    """Seconds from rest to rest between two points."""
    here, there = on_steps(x0, y0), on_steps(x1, y1)
    return segment_seconds(_apart(here, there), 0.0, 0.0, top, accel) if here != there else 0.0


def on_steps(x: float, y: float) -> tuple[float, float]:
    """The nearest place at which the motors can stand, in their steps."""
    return math.floor((x + y) / STEP_MM + 0.5), math.floor((x - y) / STEP_MM + 0.5)


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Millimetres between two such places."""
    return _length(other[0] - one[0], other[1] - one[1]) * (STEP_MM / math.sqrt(2))


def thin(xs: Sequence[float], ys: Sequence[float]) -> tuple[list[float], list[float]]:
    """The vertices that bend."""
    kept_x, kept_y = [xs[0]], [ys[0]]
    anchor, last = 0, len(xs) - 1
    while anchor < last:
        end = anchor + 1
        while end < last and end - anchor < MOST_SKIPPED and _is_straight(xs, ys, anchor, end + 1):
            end += 1
        if _length(xs[end] - kept_x[-1], ys[end] - kept_y[-1]) >= LEAST_MM:
            kept_x.append(xs[end])
            kept_y.append(ys[end])
        anchor = end
    return kept_x, kept_y


def _is_straight(xs: Sequence[float], ys: Sequence[float], first: int, last: int) -> bool:
    """Whether all points between two lie on the chord."""
    ax, ay = xs[first], ys[first]
    dx, dy = xs[last] - ax, ys[last] - ay
    square = dx * dx + dy * dy
    for k in range(last - 1, first, -1):
        px, py = xs[k] - ax, ys[k] - ay
        along = min(max((px * dx + py * dy) / square, 0.0), 1.0) if square else 0.0
        ex, ey = px - along * dx, py - along * dy
        if ex * ex + ey * ey >= THIN_MM * THIN_MM:
            return False
    return True


def move_seconds(xs: Sequence[float], ys: Sequence[float], top: float, accel: float) -> float:
    """Seconds of a move along the vertices, from rest to rest."""
    xs, ys = thin(xs, ys)
    count = len(xs) - 1
    dx = [xs[k + 1] - xs[k] for k in range(count)]
    dy = [ys[k + 1] - ys[k] for k in range(count)]
    lengths = list(map(_length, dx, dy))
    speeds = _vertex_speeds(dx, dy, lengths, top, accel)
    seconds = 0.0
    here = on_steps(xs[0], ys[0])
    for k in range(count):
        there = on_steps(xs[k + 1], ys[k + 1])
        if there != here:
            length = _apart(here, there)
            seconds += segment_seconds(length, speeds[k], speeds[k + 1], top, accel)
        here = there
    return seconds


def _vertex_speeds(
    dx: list[float], dy: list[float], lengths: list[float], top: float, accel: float
) -> list[float]:
    """Speeds at the vertices: reached from before, allowed by the corner, and braked from
    again."""
    speeds = [0.0]
    for k in range(len(lengths) - 1):
        square = speeds[k] * speeds[k] + 2 * accel * _single(lengths[k])
        cosine = (dx[k] * dx[k + 1] + dy[k] * dy[k + 1]) / (lengths[k] * lengths[k + 1])
        half = math.sqrt(max(1 + cosine, 0.0) / 2)
        if half < 1:
            square = min(square, accel * CORNER_MM * half / (1 - half))
        speeds.append(_single(min(math.sqrt(square), top)))
    speeds.append(0.0)
    for k in range(len(lengths) - 1, 0, -1):
        braked = math.sqrt(speeds[k + 1] * speeds[k + 1] + 2 * accel * _single(lengths[k]))
        speeds[k] = min(speeds[k], _single(braked))
    return speeds


def _single(mm: float) -> float:
    """As the machine's program keeps it: in inches, with the digits of a float32."""
    return array("f", (mm / INCH_MM,))[0] * INCH_MM
