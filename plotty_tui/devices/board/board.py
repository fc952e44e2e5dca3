"""An EiBotBoard with firmware 2.8.1: what it remembers, its queue, and the machine that it moves.

One command is carried out and one waits behind it; a third has to wait until there is room, and
nothing else is read meanwhile (command reference of the EiBotBoard 1.8-2.8.1, "QM"). Time is
followed lazily: whoever asks first brings the machine up to the present, each event on its tick.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from .clock import TICKS_PER_SECOND, Clock, WallClock
from .motion import Motion, Move, begin
from .record import Record, place_mm
from .servo import Servo

VERSION = "EBBv13_and_above EB Firmware Version 2.8.1"
# The example of "QC": 1.27 V set the motor current, 9.1 V come in.
CURRENT_SETTING, HEALTHY_V_PLUS = 394, 300
# Curved moves are recorded by points at most this far apart: 10 ms.
_SAMPLE_TICKS = 250


class Interrupted(Exception):
    """The board was reset or switched off while a command waited."""


@dataclass(frozen=True, slots=True)
class Pause:
    """SM without steps."""

    ticks: int


@dataclass(frozen=True, slots=True)
class PenMove:
    """SP, TP or S2 on the pen's pin: the servo sets out, and the next command waits `ticks`."""

    width: int
    rate: int
    ticks: int


@dataclass(frozen=True, slots=True)
class Enable:
    """EM: the two arguments."""

    first: int
    second: int


Task = Move | Pause | PenMove | Enable


@dataclass(frozen=True, slots=True)
class Running:
    """A task that began at tick `start`; the next one begins at `end`."""

    task: Task
    start: int
    end: float
    motion: Motion | None = None


class Board:
    """The state behind the port. All methods may be called from any thread.

    `touch` is the part of the way from pen up to pen down at which the tip meets the paper. Ink is
    where the carriage really was: it stays put when the counters are zeroed, and it stands still,
    losing steps, while the motors have no voltage.
    """

    def __init__(self, clock: Clock | None = None, *, name: str = "", touch: float = 0.5) -> None:
        self.clock: Clock = clock or WallClock()
        self.changed = threading.Condition()
        self.record = Record()
        self.servo = Servo(touch)
        self.name = name
        self.v_plus = HEALTHY_V_PLUS
        self._closed = False
        self.resets = 0
        self._now = 0
        self._frozen: tuple[float, float] | None = None
        self._offset = (0.0, 0.0)
        self._forget()

    def _forget(self) -> None:
        """What a reset sets back."""
        self.acknowledges = True
        self.checks_limits = True
        self.node_count = 0
        self.layer = 0
        self.button = False
        self.enabled = (False, False)
        self.resolution = 16
        self._base = (0, 0)
        self._accumulators = (0, 0)
        self._running: Running | None = None
        self._waiting: Task | None = None
        self._idle_since: int | None = None
        self._speed = self._last_speed = (0.0, 0.0)

    # What commands do

    def put(self, task: Task) -> None:
        """Queue a task, waiting for room. Raises Interrupted."""
        with self.changed:
            resets = self.resets
            self.advance()
            if isinstance(task, Move):
                self.enabled = (True, True)
            while self._waiting is not None:
                self._wait(resets)
            if self._running is None:
                self._start(task, self._now + 1)
            else:
                self._waiting = task
            self.changed.notify_all()

    def wait_idle(self) -> None:
        """Return when nothing is carried out and nothing waits. Raises Interrupted."""
        with self.changed:
            resets = self.resets
            self.advance()
            while self._running is not None:
                self._wait(resets)

    def _wait(self, resets: int) -> None:
        self.clock.wait(self._running.end if self._running else math.inf, self.changed)
        if self._closed or resets != self.resets:
            raise Interrupted
        self.advance()

    def stop_motors(self, disable: bool) -> tuple[int, int, int, int, int]:
        """ES: drop the moves that are carried out and queued. Whether there were any, the steps of
        the queued one, the steps that the other still had to make. As in the firmware, moves
        limited by time (LT), pauses and the pen go on."""
        with self.changed:
            self.advance()
            queued = left = (0, 0)
            found = False
            if isinstance(self._waiting, Move) and self._waiting.ticks is None:
                first, second = self._waiting.axes
                queued, found, self._waiting = (first.steps or 0, second.steps or 0), True, None
            running = self._running
            if running and running.motion and running.motion.move.ticks is None:
                left, found = running.motion.left_at(self._ticks_of(running, self._now)), True
                self._cut(running)
            if disable:
                self.enabled = (False, False)
            self.changed.notify_all()
            return int(found), *queued, *left

    def _cut(self, running: Running) -> None:
        """End a move now."""
        assert running.motion
        ticks = self._ticks_of(running, self._now)
        self._speed = _scaled(running.motion.speed_at(ticks), self._scale)
        self._last_speed = self._speed
        self._settle_motion(running.motion, ticks)
        self._running = None
        self.record.keep()
        self.record.end_work(self._now)
        self._next(self._now)
        if self._running is None:
            self._idle_since = None  # standing still is what was asked for

    def clear_counters(self) -> None:
        """CS: both step counters to zero; the carriage stays where it is."""
        with self.changed:
            self.advance()
            here, done = self.carriage(), self._steps_done(self._now)
            self._base = (-done[0], -done[1])
            self._place(here)

    def press_button(self) -> None:
        """PRG, or a switch on B0."""
        with self.changed:
            self.button = True

    def take_button(self) -> bool:
        """Whether the button was pressed since the last call."""
        with self.changed:
            pressed, self.button = self.button, False
            return pressed

    def set_voltage(self, v_plus: int) -> None:
        """The motor supply as QC reads it (0-1023); below 100 the motors have no force: the
        counters go on, the carriage stands."""
        with self.changed:
            self.advance()
            here = self.carriage()
            self.record.keep()
            self.v_plus = v_plus
            self._frozen = here if v_plus < 100 else None
            if self._frozen is None:
                self._place(here)

    def reset(self) -> None:
        """R, and what remains after the power was off: all forgotten but the name."""
        with self.changed:
            self.advance()
            here, speed = self.carriage(), self._speed_now()
            self.record.shake(self._now, _mm_s(speed))
            self.record.keep()
            self._forget()
            self.servo.reset(self._now)
            self._place(here)
            self.resets += 1
            self.changed.notify_all()

    def close(self) -> None:
        """Let go of everybody who waits."""
        with self.changed:
            self._closed = True
            self.changed.notify_all()

    # What can be asked

    @property
    def idle(self) -> bool:
        """Whether nothing is carried out."""
        with self.changed:
            self.advance()
            return self._running is None

    def status(self) -> tuple[bool, bool, bool, bool]:
        """Command executing, motor 1 and 2 moving, queue not empty: as QM and QG have them."""
        with self.changed:
            self.advance()
            running = self._running
            first = second = False
            if running and running.motion:
                first, second = running.motion.moving_at(self._ticks_of(running, self._now))
            answer = (running is not None, first, second, self._waiting is not None)
            self.clock.look(running.end if running else math.inf)
            return answer

    def counters(self) -> tuple[int, int]:
        """The two step counters, in steps of the resolution in force."""
        with self.changed:
            self.advance()
            return self._counters_at(self._now)

    def position_mm(self) -> tuple[float, float]:
        """Where the carriage is: mm from where it was when the board was made."""
        with self.changed:
            self.advance()
            return place_mm(*self.carriage())

    def pen_touches(self) -> bool:
        """Whether the tip is on the paper."""
        with self.changed:
            self.advance()
            return self.servo.touches(self._now)

    def ink(self) -> list[list[tuple[float, float]]]:
        """What is on the paper: a polyline in mm for each time that the pen was down."""
        with self.changed:
            self.advance()
            return [line.path() for line in self.record.lines]

    @property
    def now(self) -> int:
        """The tick up to which the machine has been followed."""
        return self._now

    def seconds(self) -> float:
        """Board time."""
        with self.changed:
            self.advance()
            return self._now / TICKS_PER_SECOND

    # The course of time

    def advance(self) -> None:
        """Bring the machine up to the present."""
        with self.changed:
            now = max(self._now, self.clock.ticks())
            while (running := self._running) is not None and running.end <= now:
                self._follow(int(running.end))
                self._finish(running)
            self._follow(now)

    def _start(self, task: Task, tick: int) -> None:
        motion = begin(task, self._accumulators) if isinstance(task, Move) else None
        if self._idle_since is not None:
            self.record.starve(self._idle_since, tick, _mm_s(self._last_speed))
            self._idle_since = None
        speed = _scaled(motion.speed_at(0), self._scale) if motion else (0.0, 0.0)
        self._shake(tick, speed)
        if motion:
            ticks = motion.ticks
        elif isinstance(task, PenMove):
            self.servo.move(tick, task.width, task.rate)
            ticks = max(1, task.ticks)
        elif isinstance(task, Enable):
            self._enable(task)
            ticks = 1
        else:
            assert isinstance(task, Pause)
            ticks = max(1, task.ticks)
        self.record.begin_work(tick)
        self._running = Running(task, tick, tick + ticks, motion)

    def _finish(self, running: Running) -> None:
        """The running task has come to its end."""
        if running.motion:
            ticks = int(running.end) - running.start
            self._speed = _scaled(running.motion.last_speed(), self._scale)
            self._settle_motion(running.motion, ticks)
        self._last_speed = self._speed
        self._running = None
        self.record.end_work(int(running.end))
        self._next(int(running.end))

    def _settle_motion(self, motion: Motion, ticks: int) -> None:
        """What a move leaves behind: the counters and the accumulators."""
        done = motion.steps_at(ticks)
        self._base = (self._base[0] + done[0], self._base[1] + done[1])
        self._accumulators = motion.accumulators_at(ticks)

    def _next(self, tick: int) -> None:
        """Begin what waits, or stand still."""
        if self._waiting is not None:
            task, self._waiting = self._waiting, None
            self._start(task, tick)
        else:
            self._shake(tick, (0.0, 0.0))
            self._idle_since = tick

    def _shake(self, tick: int, speed: tuple[float, float]) -> None:
        change = (speed[0] - self._speed[0], speed[1] - self._speed[1])
        self.record.shake(tick, _mm_s(change))
        self._speed = speed

    def _enable(self, task: Enable) -> None:
        """Motors on or off; whatever it is, the counters start from zero."""
        here = self.carriage()
        if task.first:
            self.resolution = 16 >> (min(task.first, 5) - 1)
        self.enabled = (task.first > 0, task.second > 0)
        self._accumulators = self._base = (0, 0)
        self._place(here)

    # The way of the carriage

    @property
    def _scale(self) -> int:
        """Sixteenth steps a step."""
        return 16 // self.resolution

    def _follow(self, tick: int) -> None:
        """Record the way from the last moment that was looked at to `tick`."""
        while True:
            change = self.servo.next_change(self._now)
            until = int(min(tick, change))
            if self.servo.touches(self._now):
                for moment in self._moments(self._now, until):
                    self.record.touch(moment, self._carriage_at(moment), self._passes(moment))
            else:
                self.record.lift(self._now)
            self._now = max(self._now, until)
            if until >= tick:
                break
        if not self.servo.touches(self._now):
            self.record.lift(self._now)

    def _moments(self, since: int, until: int) -> Iterator[int]:
        """The ticks at which the carriage's place is worth a point."""
        yield since
        running = self._running
        if running and running.motion:
            ends = {running.start + int(e) for e in running.motion.ends if not math.isinf(e)}
            if running.motion.bent:
                first = since - (since - running.start) % _SAMPLE_TICKS + _SAMPLE_TICKS
                ends.update(range(first, until, _SAMPLE_TICKS))
            yield from sorted(moment for moment in ends if since < moment < until)
        if until > since:
            yield until

    def _passes(self, tick: int) -> bool:
        """Whether the carriage goes straight on at this tick."""
        running = self._running
        if running is None or running.motion is None or running.motion.bent:
            return False
        turns = {running.start + end for end in (0, *running.motion.ends)}
        return running.start < tick < running.end and tick not in turns

    def _ticks_of(self, running: Running, tick: int) -> int:
        return max(0, tick - running.start)

    def _steps_done(self, tick: int) -> tuple[int, int]:
        """By the move under way."""
        running = self._running
        if running is None or running.motion is None:
            return 0, 0
        return running.motion.steps_at(self._ticks_of(running, tick))

    def _counters_at(self, tick: int) -> tuple[int, int]:
        done = self._steps_done(tick)
        return self._base[0] + done[0], self._base[1] + done[1]

    def carriage(self) -> tuple[float, float]:
        """Where the motors really are, in sixteenth steps since the board was made."""
        return self._carriage_at(self._now)

    def _carriage_at(self, tick: int) -> tuple[float, float]:
        if self._frozen is not None:
            return self._frozen
        a, b = self._counters_at(tick)
        return self._offset[0] + a * self._scale, self._offset[1] + b * self._scale

    def _place(self, here: tuple[float, float]) -> None:
        """From now on the counters as they are mean this place."""
        a, b = self._counters_at(self._now)
        self._offset = (here[0] - a * self._scale, here[1] - b * self._scale)

    def _speed_now(self) -> tuple[float, float]:
        running = self._running
        if running is None or running.motion is None:
            return 0.0, 0.0
        return _scaled(running.motion.speed_at(self._ticks_of(running, self._now)), self._scale)


def _scaled(speed: tuple[float, float], scale: int) -> tuple[float, float]:
    return speed[0] * scale, speed[1] * scale


def _mm_s(speed: tuple[float, float]) -> float:
    """The carriage's speed when the motors make so many sixteenth steps a second."""
    return math.hypot(*place_mm(*speed))
