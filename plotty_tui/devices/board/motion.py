"""The step arithmetic of SM, XM, LM and LT, as firmware 2.8.1 does it.

Every 40 µs each axis adds its acceleration to its rate and its rate to a 31-bit accumulator; when
that runs over, the motor makes a step (command reference of the EiBotBoard 1.8-2.8.1, "LM", "LT",
"SM"). A rate that leaves 31 bits rolls over. All of it has a closed form, so a move of a minute
costs as little as one of a millisecond, and still every step falls on its tick.

Rates are steps per tick times 2^31; ticks are counted from the start of the move.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .clock import TICKS_PER_MS, TICKS_PER_SECOND

FULL = 1 << 31
LARGEST_RATE = FULL - 1
LARGEST_SM = 0xFFFFFF
# Below this an axis of SM counts its rate in two 16-bit halves, from here in whole steps per ms.
_LONG_SM = 0x1FFFF
_SHORT_SM_MS = 30
# LM moves that last longer than this (71 min) never end for a host.
_ENDLESS = 1 << 31


@dataclass(frozen=True, slots=True)
class Axis:
    """One motor in a move. `steps` is the number to make (LM, SM), or None when the time counts
    (LT); `rate` is what the rate is before the first tick."""

    forward: bool = True
    steps: int | None = 0
    rate: int = 0
    accel: int = 0

    def total(self, accumulator: int, ticks: int) -> tuple[int, int]:
        """Steps made after so many ticks, and what is then in the accumulator."""
        sum_ = accumulator + self.rate * ticks + self.accel * (ticks * (ticks + 1) // 2)
        rolled = floor_sum(ticks, FULL, self.accel, self.rate + self.accel) if self.accel else 0
        return (sum_ >> 31) - rolled, sum_ & LARGEST_RATE

    def rate_at(self, ticks: int) -> int:
        """The rate that was added in tick number `ticks` (from 1)."""
        return (self.rate + self.accel * ticks) & LARGEST_RATE

    def end(self, accumulator: int) -> float:
        """The tick of the last step of an axis that counts steps; infinite when there is none."""
        steps = self.steps or 0
        if steps == 0:
            return 0
        if self.accel == 0:
            return -((accumulator - steps * FULL) // self.rate) if self.rate else math.inf
        low, high = 0, 1
        while self.total(accumulator, high)[0] < steps:
            low, high = high, high * 2
            if high > _ENDLESS:
                return math.inf
        while high - low > 1:
            middle = (low + high) // 2
            if self.total(accumulator, middle)[0] < steps:
                low = middle
            else:
                high = middle
        return high


@dataclass(frozen=True, slots=True)
class Move:
    """A motor command. `ticks` is the duration of one that is limited by time (LT), else None;
    `clear` says which accumulators start from zero (1, 2 or both, 3)."""

    axes: tuple[Axis, Axis]
    ticks: int | None = None
    clear: int = 0


@dataclass(frozen=True, slots=True)
class Motion:
    """A move under way from given accumulators: `ends` are the ticks at which the motors stop."""

    move: Move
    accumulators: tuple[int, int]
    ends: tuple[float, float]

    @property
    def ticks(self) -> float:
        """Ticks until the next command begins."""
        return max(1, *self.ends)

    def steps_at(self, ticks: int) -> tuple[int, int]:
        """Signed steps of both motors since the start."""
        first, second = (self._steps(axis, ticks) for axis in (0, 1))
        return first, second

    def accumulators_at(self, ticks: int) -> tuple[int, int]:
        first, second = (self._total(axis, ticks)[1] for axis in (0, 1))
        return first, second

    def left_at(self, ticks: int) -> tuple[int, int]:
        """Steps still to be made; of a move that is limited by time the ticks, at the first."""
        if self.move.ticks is not None:
            return max(0, self.move.ticks - ticks), 0
        first, second = (
            (self.move.axes[axis].steps or 0) - abs(self._steps(axis, ticks)) for axis in (0, 1)
        )
        return first, second

    def moving_at(self, ticks: int) -> tuple[bool, bool]:
        first, second = (
            ticks < end and (axis.rate_at(ticks + 1) > 0 or axis.accel != 0)
            for axis, end in zip(self.move.axes, self.ends, strict=True)
        )
        return first, second

    def speed_at(self, ticks: int) -> tuple[float, float]:
        """Steps per second of both motors just after tick `ticks`, signed."""
        first, second = (
            (1 if axis.forward else -1) * axis.rate_at(ticks + 1) * TICKS_PER_SECOND / FULL
            if ticks < end
            else 0.0
            for axis, end in zip(self.move.axes, self.ends, strict=True)
        )
        return first, second

    def last_speed(self) -> tuple[float, float]:
        """Steps per second with which both motors come to the end. One that made its last step
        a little earlier is still at speed, until its next step would have been due."""
        first, second = (
            (1 if axis.forward else -1) * rate * TICKS_PER_SECOND / FULL
            if 0 < end < math.inf and (rate := axis.rate_at(int(end))) * (self.ticks - end) < FULL
            else 0.0
            for axis, end in zip(self.move.axes, self.ends, strict=True)
        )
        return first, second

    @property
    def bent(self) -> bool:
        """Whether the speed changes within the move."""
        return any(axis.accel for axis in self.move.axes)

    def _total(self, axis: int, ticks: int) -> tuple[int, int]:
        run = min(ticks, self.ends[axis])
        return self.move.axes[axis].total(self.accumulators[axis], int(run))

    def _steps(self, axis: int, ticks: int) -> int:
        steps = self._total(axis, ticks)[0]
        return steps if self.move.axes[axis].forward else -steps


def begin(move: Move, accumulators: tuple[int, int]) -> Motion:
    """The move, started with what the move before it left in the accumulators."""
    first = 0 if move.clear & 1 else accumulators[0]
    second = 0 if move.clear & 2 else accumulators[1]
    if move.ticks is not None:
        ends: tuple[float, float] = (move.ticks, move.ticks)
    else:
        ends = (move.axes[0].end(first), move.axes[1].end(second))
    return Motion(move, (first, second), ends)


def sm_rate(steps: int, duration_ms: int) -> int:
    """The rate that the firmware finds for `steps` (not negative) in `duration_ms`.

    The integer part of steps / ticks · 2^15 fills the upper half. The lower half is worked out
    only for moves over 30 ms, in 32 bits, so a short move may last a tick or a few longer than
    asked for, and one over 2.6 s some ten-thousandths.
    """
    if steps == 0:
        return 0
    ticks = TICKS_PER_MS * duration_ms
    if steps < _LONG_SM:
        upper, rest = divmod(steps << 15, ticks)
        lower = ((rest << 16) & 0xFFFFFFFF) // ticks
    else:
        upper, lower = (steps // duration_ms << 15) // TICKS_PER_MS, 0
    if duration_ms <= _SHORT_SM_MS:
        lower = 0
    return min((min(max(upper, 1), 1 << 15) << 16) + lower, LARGEST_RATE)


def sm_move(duration_ms: int, steps1: int, steps2: int, clear: int = 0) -> Move:
    """SM with at least one step: constant speed, straight, both motors ending together."""
    first, second = (
        Axis(steps >= 0, abs(steps), sm_rate(abs(steps), duration_ms)) for steps in (steps1, steps2)
    )
    return Move((first, second), clear=clear)


def lm_move(numbers: tuple[int, int, int, int, int, int], clear: int = 0) -> Move:
    """LM from its arguments: rate, steps and acceleration of motor 1, then of motor 2."""
    first, second = (
        Axis(steps >= 0, abs(steps), _before_first_tick(rate, accel), accel)
        for rate, steps, accel in (numbers[:3], numbers[3:])
    )
    return Move((first, second), clear=clear)


def lt_move(intervals: int, numbers: tuple[int, int, int, int], clear: int = 0) -> Move:
    """LT from its arguments: rate and acceleration of motor 1, then of motor 2. The sign of a rate
    is the direction only."""
    first, second = (
        Axis(rate >= 0, None, _before_first_tick(abs(rate), accel), accel)
        for rate, accel in (numbers[:2], numbers[2:])
    )
    return Move((first, second), ticks=intervals, clear=clear)


def _before_first_tick(rate: int, accel: int) -> int:
    """Half an acceleration less, rounded towards zero, so that the sums are those of physics."""
    half = abs(accel) >> 1
    return min(rate, LARGEST_RATE) + (half if accel < 0 else -half)


def floor_sum(count: int, modulus: int, step: int, start: int) -> int:
    """Sum of floor((start + step · i) / modulus) for i from 0 to count - 1, in the manner of
    Euclid's algorithm."""
    total = 0
    total += (step // modulus) * (count * (count - 1) // 2) + (start // modulus) * count
    step, start = step % modulus, start % modulus
    while step:
        last = start + step * count
        if last < modulus:
            break
        count, start = divmod(last, modulus)
        modulus, step = step, modulus
        total += (step // modulus) * (count * (count - 1) // 2) + (start // modulus) * count
        step, start = step % modulus, start % modulus
    return total
