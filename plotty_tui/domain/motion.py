"""How an AxiDraw moves: the times of lifts, hops and strokes.

Two clocks, of the same scales and corner rule as pyaxidraw's preview (see docs/devices.md and
docs/planning.md, "Time"). What is promised (`estimate_strokes`, `home_seconds`) and what the
simulator takes is the machine's own, in slices of 25 ms (machine_time.py). What an order is
searched and judged by (`hop_seconds`, `stroke_seconds`) is physics: accelerate,
cruise, brake; it never takes longer for less. Lengths are mm, times seconds, speeds mm/s,
accelerations mm/s².

The lift rule: the pen is lowered before every stroke, the first included, and raised after every
stroke, the last included. A stroke costs its hop, the lowering, the drawing and the raising.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from operator import mul, sub

from .machine_time import CORNER_MM, INCH_MM, move_seconds, straight_seconds
from .presets import MotionSettings
from .strokes import Point, Strokes

# One percent of speed, and 100 % of acceleration with the pen down and up.
SPEED_PERCENT_MM_S = 8.6979 / 110 * INCH_MM
ACCEL_DOWN_MM_S2 = 40 * INCH_MM
ACCEL_UP_MM_S2 = 60 * INCH_MM
# A turn with a cosine below this goes straight back: the rest of it is rounding.
STRAIGHT_BACK = -1 + 1e-9
# Two vertices closer than this are one: float32 noise has no direction.
SAME_PLACE_MM = 1e-5


def speed_down_mm_s(motion: MotionSettings) -> float:
    """Top speed with the pen down; percent outside of 1-110 is clamped as the vendor does."""
    return min(max(motion.speed_pendown, 1.0), 110.0) * SPEED_PERCENT_MM_S


def speed_up_mm_s(motion: MotionSettings) -> float:
    """Top speed with the pen up; percent outside of 1-200 is clamped as the vendor does."""
    return min(max(motion.speed_penup, 1.0), 200.0) * SPEED_PERCENT_MM_S


def accel_down_mm_s2(motion: MotionSettings) -> float:
    """Acceleration with the pen down; percent outside of 1-110 is clamped."""
    return min(max(motion.accel, 1.0), 110.0) / 100 * ACCEL_DOWN_MM_S2


def accel_up_mm_s2(motion: MotionSettings) -> float:
    """Acceleration with the pen up; percent outside of 1-110 is clamped."""
    return min(max(motion.accel, 1.0), 110.0) / 100 * ACCEL_UP_MM_S2


def _servo_seconds(motion: MotionSettings, rate: float, delay_ms: float) -> float:
    height = abs(motion.pen_pos_up - motion.pen_pos_down)
    rate = min(max(rate, 1.0), 200.0)
    moving_ms = int(((2.69 * height + 45) ** 4 + (200 * height / rate) ** 4) ** 0.25)
    return max(moving_ms + delay_ms, 0.0) / 1000


def raise_seconds(motion: MotionSettings) -> float:
    """Seconds to raise the pen, its delay included (0.130 at the defaults)."""
    return _servo_seconds(motion, motion.pen_rate_raise, motion.pen_delay_up)


def lower_seconds(motion: MotionSettings) -> float:
    """Seconds to lower the pen, its delay included (0.146 at the defaults)."""
    return _servo_seconds(motion, motion.pen_rate_lower, motion.pen_delay_down)


def _rest_to_rest(distance_mm: float, top: float, accel: float) -> float:
    if distance_mm < SAME_PLACE_MM:
        return 0.0
    if distance_mm * accel >= top * top:
        return distance_mm / top + top / accel
    return 2 * math.sqrt(distance_mm / accel)


def hop_seconds(distance_mm: float, motion: MotionSettings) -> float:
    """Seconds of a pen-up move from rest to rest by physics: a trapezoid of speed, or a
    triangle."""
    return _rest_to_rest(distance_mm, speed_up_mm_s(motion), accel_up_mm_s2(motion))


def home_seconds(position: Point, motion: MotionSettings, home: Point = (0.0, 0.0)) -> float:
    """The machine's seconds from `position` to `home` with the pen up."""
    return straight_seconds(*position, *home, speed_up_mm_s(motion), accel_up_mm_s2(motion))


class _Profile:
    """The speeds along one polyline: per segment its length, its direction (not normalised) and
    peak speed, per vertex the passing speed; the ends at rest."""

    __slots__ = ("accel", "dx", "dy", "lengths", "peaks", "speeds", "times", "xs", "ys")

    def __init__(self, xs: list[float], ys: list[float], top: float, accel: float) -> None:
        self.accel = accel
        self._measure(xs, ys)
        self._limit_speeds(top)
        self._time_segments(top)

    def _measure(self, xs: list[float], ys: list[float]) -> None:
        self.dx, self.dy = list(map(sub, xs[1:], xs)), list(map(sub, ys[1:], ys))
        self.lengths = list(map(math.hypot, self.dx, self.dy))
        self.xs, self.ys = xs, ys
        if self.lengths and min(self.lengths) < SAME_PLACE_MM:
            xs, ys = _without_repeats(xs, ys)
            self.dx, self.dy = list(map(sub, xs[1:], xs)), list(map(sub, ys[1:], ys))
            self.lengths = list(map(math.hypot, self.dx, self.dy))
            self.xs, self.ys = xs, ys

    def _limit_speeds(self, top: float) -> None:
        """Vertex speeds, squared on the way: what can be reached from before and what the corner
        allows, then what can still be braked from."""
        lengths = self.lengths
        top2, corner, twice = top * top, self.accel * CORNER_MM, 2 * self.accel
        dots = map(
            lambda x0, x1, y0, y1: x0 * x1 + y0 * y1,
            self.dx,
            self.dx[1:],
            self.dy,
            self.dy[1:],
        )
        spans = map(mul, lengths, lengths[1:])
        squares = [0.0]
        square, sqrt = 0.0, math.sqrt
        for length, dot, span in zip(lengths, dots, spans, strict=False):
            reach = square + twice * length
            square = reach if reach < top2 else top2
            cosine = dot / span
            # half the turn: cos²(t/2) = (1 + cos t) / 2
            half = sqrt((1 + cosine) / 2) if cosine > STRAIGHT_BACK else 0.0
            if half < 1 and corner * half < square * (1 - half):
                square = corner * half / (1 - half)
            squares.append(square)
        square = 0.0
        squares.append(square)
        for k in range(len(squares) - 2, 0, -1):
            square += twice * lengths[k]
            if square < squares[k]:
                squares[k] = square
            else:
                square = squares[k]
        self.speeds = list(map(sqrt, squares))

    def _time_segments(self, top: float) -> None:
        accel, top2, sqrt = self.accel, top * top, math.sqrt
        speeds = self.speeds
        peaks, times = [], []
        for length, v0, v1 in zip(self.lengths, speeds, speeds[1:], strict=False):
            squares = v0 * v0 + v1 * v1
            peak2 = accel * length + squares / 2
            if peak2 <= top2:
                peak = sqrt(peak2)
                times.append((peak + peak - v0 - v1) / accel)
            else:
                peak = top
                cruise = length - (top2 - squares / 2) / accel
                times.append((peak + peak - v0 - v1) / accel + cruise / peak)
            peaks.append(peak)
        self.peaks, self.times = peaks, times


def _without_repeats(xs: Sequence[float], ys: Sequence[float]) -> tuple[list[float], list[float]]:
    kept_x, kept_y = [xs[0]], [ys[0]]
    for x, y in zip(xs, ys, strict=True):
        if math.hypot(x - kept_x[-1], y - kept_y[-1]) >= SAME_PLACE_MM:
            kept_x.append(x)
            kept_y.append(y)
    return kept_x, kept_y


class StrokeMotion:
    """One move from rest to rest along a polyline, known at every moment.

    `points` are the vertices that count (repeats dropped), `starts_mm` the length up to each,
    `seconds` and `length_mm` the whole. A dot takes no time. With `seconds` given, the speeds of
    physics are stretched to take so long.
    """

    __slots__ = ("_clock", "_pace", "_profile", "length_mm", "points", "seconds", "starts_mm")

    def __init__(
        self, line: Sequence[Point], top: float, accel: float, seconds: float | None = None
    ) -> None:
        xs, ys = [p[0] for p in line], [p[1] for p in line]
        self._profile = _Profile(xs, ys, top, accel)
        self.points: list[Point] = list(zip(self._profile.xs, self._profile.ys, strict=True))
        self.starts_mm = list(accumulate(self._profile.lengths, initial=0.0))
        self._clock = list(accumulate(self._profile.times, initial=0.0))
        self.length_mm = self.starts_mm[-1]
        physical = math.fsum(self._profile.times)
        self.seconds = physical if seconds is None else seconds
        self._pace = physical / self.seconds if self.seconds else 1.0

    def at(self, seconds: float) -> tuple[float, float, float]:
        """(x, y, mm travelled) `seconds` after the start, held at the ends. A move that takes no
        time, shorter than the machine's step, is at its end when it begins."""
        whole = seconds >= self.seconds
        if seconds <= 0 and not whole:
            return (*self.points[0], 0.0)
        seconds *= self._pace
        if whole or seconds >= self._clock[-1]:
            return (*self.points[-1], self.length_mm)
        k = bisect_right(self._clock, seconds) - 1
        done = self._within(k, seconds - self._clock[k])
        part = done / self._profile.lengths[k]
        x, y = self.points[k]
        return (
            x + part * self._profile.dx[k],
            y + part * self._profile.dy[k],
            self.starts_mm[k] + done,
        )

    def _within(self, k: int, seconds: float) -> float:
        """mm along segment k, `seconds` after it was begun."""
        profile = self._profile
        v0, v1, peak, accel = (
            profile.speeds[k],
            profile.speeds[k + 1],
            profile.peaks[k],
            profile.accel,
        )
        length = profile.lengths[k]
        rising = (peak - v0) / accel
        left = profile.times[k] - seconds
        falling = (peak - v1) / accel
        if seconds < rising:
            done = (v0 + accel * seconds / 2) * seconds
        elif left > falling:
            done = (v0 + peak) / 2 * rising + peak * (seconds - rising)
        else:
            done = length - (v1 + accel * left / 2) * left
        return min(max(done, 0.0), length)

    def rest_from(self, mm: float) -> list[Point]:
        """The polyline from `mm` along this one to its end, for a move that was interrupted."""
        if not self.length_mm or mm >= self.length_mm:
            return [self.points[-1]]
        k = bisect_right(self.starts_mm, mm) - 1
        part = (mm - self.starts_mm[k]) / self._profile.lengths[k]
        x, y = self.points[k]
        here = (x + part * self._profile.dx[k], y + part * self._profile.dy[k])
        return [here, *self.points[k + 1 :]]


def plan_stroke(line: Sequence[Point], motion: MotionSettings) -> StrokeMotion:
    """The pen-down move along `line` (at least one point), lifts not included, in the machine's
    seconds."""
    top, accel = speed_down_mm_s(motion), accel_down_mm_s2(motion)
    seconds = move_seconds([p[0] for p in line], [p[1] for p in line], top, accel)
    return StrokeMotion(line, top, accel, seconds)


def plan_hop(start: Point, end: Point, motion: MotionSettings) -> StrokeMotion:
    """The pen-up move from `start` to `end`, in the machine's seconds."""
    top, accel = speed_up_mm_s(motion), accel_up_mm_s2(motion)
    return StrokeMotion((start, end), top, accel, straight_seconds(*start, *end, top, accel))


def stroke_seconds(line: Sequence[Point], motion: MotionSettings) -> float:
    """Seconds of the pen-down move along `line` by physics."""
    if len(line) < 2:
        return 0.0
    xs, ys = [p[0] for p in line], [p[1] for p in line]
    return math.fsum(_Profile(xs, ys, speed_down_mm_s(motion), accel_down_mm_s2(motion)).times)


@dataclass(slots=True)
class StrokeTimes:
    """What drawing a list of strokes takes, stroke by stroke.

    hop_s[i]          pen-up travel to the start of stroke i
    draw_s[i]         lowering, drawing and raising
    total_s           all of them; the way home at the end is not in it
    end               where the carriage stands after the last stroke
    hops_physical_s   the travel by physics, to tell the better of two orders
    """

    hop_s: list[float] = field(default_factory=list)
    draw_s: list[float] = field(default_factory=list)
    total_s: float = 0.0
    pen_up_mm: float = 0.0
    pen_down_mm: float = 0.0
    lifts: int = 0
    end: Point = (0.0, 0.0)
    hops_physical_s: float = 0.0


def estimate_strokes(
    strokes: Strokes | Iterable[Sequence[Point]],
    motion: MotionSettings,
    start: Point = (0.0, 0.0),
) -> StrokeTimes:
    """The machine's times of drawing `strokes` in order with the carriage at `start`, pen up.

    `strokes` and `start` share one coordinate system: on a sheet that is turned for its device,
    home is `Turn.undo(0, 0)`.
    """
    if not isinstance(strokes, Strokes):
        strokes = Strokes(strokes)
    top, accel = speed_down_mm_s(motion), accel_down_mm_s2(motion)
    hop_top, hop_accel = speed_up_mm_s(motion), accel_up_mm_s2(motion)
    lift = lower_seconds(motion) + raise_seconds(motion)
    points, starts = strokes.points.tolist(), strokes.starts.tolist()
    hops, hop_s, draw_s, lengths = [], [], [], []
    x, y = start
    for first, after in pairwise(starts):
        xs, ys = points[2 * first : 2 * after : 2], points[2 * first + 1 : 2 * after : 2]
        hops.append(math.hypot(xs[0] - x, ys[0] - y))
        hop_s.append(straight_seconds(x, y, xs[0], ys[0], hop_top, hop_accel))
        draw_s.append(move_seconds(xs, ys, top, accel) + lift)
        lengths.append(math.fsum(map(math.hypot, map(sub, xs[1:], xs), map(sub, ys[1:], ys))))
        x, y = xs[-1], ys[-1]
    return StrokeTimes(
        hop_s,
        draw_s,
        math.fsum(hop_s) + math.fsum(draw_s),
        math.fsum(hops),
        math.fsum(lengths),
        len(hop_s),
        (x, y),
        math.fsum(_rest_to_rest(hop, hop_top, hop_accel) for hop in hops),
    )
