"""The pen's servo: a pulse that creeps to its target, and the tip that touches the paper.

Widths are in 1/12 000 ms. The board sends a pulse every 24 ms (8 channels of 3 ms; SC,8 and SC,9
change that), and each time the width comes nearer to its target by the rate; rate 0 is at once
(command reference of the EiBotBoard, "S2", "SC", question 1 of its FAQ).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .clock import TICKS_PER_MS


@dataclass(slots=True)
class Sweep:
    """A servo on its way from the width `start` to `target` since tick `since`."""

    since: int
    start: int
    target: int
    rate: int
    period: int

    def width(self, tick: int) -> int:
        """The width at a tick."""
        pulses = tick // self.period - self.since // self.period
        if pulses <= 0:
            return self.start
        way = self.target - self.start
        if self.rate == 0 or pulses * self.rate >= abs(way):
            return self.target
        return self.start + (pulses * self.rate if way > 0 else -pulses * self.rate)

    def passes(self, level: float) -> float:
        """The first tick at which the width is on the target's side of `level`, or at it."""
        need = abs(level - self.start)
        pulses = 1 if self.rate == 0 else max(1, math.ceil(need / self.rate))
        return (self.since // self.period + pulses) * self.period

    def end(self) -> float:
        """The tick at which the target is reached."""
        return self.since if self.start == self.target else self.passes(self.target)


class Servo:
    """The pen lift. `up` and `down` are the widths of SC,4 and SC,5; the tip touches when it has
    made the part `touch` of the way from up to down."""

    def __init__(self, touch: float = 0.5) -> None:
        self._touch = touch
        self._set_defaults()
        self._sweep = Sweep(0, self.up, self.up, 0, self.period)

    def _set_defaults(self) -> None:
        """Those of the 2.8.1 sources; the command reference still gives older ones."""
        self.up, self.down = 22565, 15302
        self.rate_up = self.rate_down = 400
        self.channels, self.slot_ms = 8, 3
        self.pin = 1
        self.is_up = True
        self.powered = False

    def reset(self, tick: int) -> None:
        """As after power-on: for the board the pen is up, but a servo without power stays where it
        is until the first command that moves it."""
        width = self._sweep.width(tick)
        self._set_defaults()
        self._sweep = Sweep(tick, width, width, 0, self.period)

    @property
    def period(self) -> int:
        """Ticks between two pulses."""
        return max(1, self.channels * self.slot_ms * TICKS_PER_MS)

    def move(self, tick: int, target: int, rate: int) -> None:
        """Set out for a width."""
        self._sweep = Sweep(tick, self._sweep.width(tick), target, rate, self.period)
        self.is_up = target == self.up
        self.powered = True

    def jump(self, tick: int, width: int) -> None:
        """A servo on another pin: it had no pulse before, so it goes straight to its first one."""
        self._sweep = Sweep(tick, width, width, 0, self.period)

    def retime(self, tick: int, channels: int, slot_ms: int) -> None:
        """SC,8 or SC,9: another time between pulses, in the middle of a sweep too."""
        width = self._sweep.width(tick)
        self.channels, self.slot_ms = channels, slot_ms
        self._sweep = Sweep(tick, width, self._sweep.target, self._sweep.rate, self.period)

    def width(self, tick: int) -> int:
        """The width of the pulse, 1/12 000 ms."""
        return self._sweep.width(tick)

    def height(self, tick: int) -> float:
        """The pen's height: 1 at the up position, 0 at the down position."""
        if self.up == self.down:
            return float(self.is_up)
        return (self._sweep.width(tick) - self.down) / (self.up - self.down)

    def touches(self, tick: int) -> bool:
        """Whether the tip is on the paper."""
        if self.up == self.down:
            return not self.is_up
        return self.height(tick) <= 1 - self._touch

    def next_change(self, tick: int) -> float:
        """The tick at which the tip comes to the paper or leaves it, if the sweep goes on."""
        sweep = self._sweep
        if self.up == self.down or sweep.start == sweep.target:
            return math.inf
        level = self.down + (1 - self._touch) * (self.up - self.down)
        change = sweep.passes(level)
        if change <= tick or self.touches(int(change)) == self.touches(tick):
            # Leaving needs to pass the level, which a width just at it has not done.
            change = change + sweep.period
        if change <= tick or self.touches(int(change)) == self.touches(tick):
            return math.inf
        return change
