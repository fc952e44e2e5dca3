"""What a board was told to do, and so where its pen is at any moment.

An EiBotBoard carries its commands out one after the other, each as long as it was told: a command
starts when the one before has ended, or when it was sent, whichever is later. Nothing needs to be
asked to know the place to a few hundredths of a millimetre.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from plotty_tui.domain.strokes import Point

# A rest shorter than this was drawn: two steps of a motor.
DRAWN_MM = 0.02
# How far from the ink by the schedule a stroke may go on, and what a mm of that is worth against
# a mm beside the stroke.
SEARCH_MM = 3.0
SEARCH_COST = 0.02


@dataclass(frozen=True, slots=True)
class Place:
    """The pen at a moment: mm on the device, mm of ink and seconds of motion so far; `touches`
    counts how often the pen came down."""

    x: float
    y: float
    ink_mm: float
    seconds: float
    pen_down: bool
    touches: int


@dataclass(frozen=True, slots=True)
class _Move:
    """A travel (`lowers` None), or the pen going down or up."""

    start: float
    end: float
    dx: float = 0.0
    dy: float = 0.0
    lowers: bool | None = None


class Schedule:
    """The queue of a board by the clock. Times are machine seconds; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._moves: deque[_Move] = deque()
        self._x = self._y = self._ink_mm = self._seconds = 0.0
        self._down = self._will_be_down = False
        self._touches = 0
        self.end = 0.0  # when the last command will have ended
        self.ink_end = 0.0  # when the last pen-down move will have ended

    def move(self, sent: float, seconds: float, dx_mm: float, dy_mm: float) -> None:
        """A travel in a straight line was accepted; it was sent at `sent`."""
        with self._lock:
            self._append(sent, seconds, dx_mm, dy_mm)
            if self._will_be_down:
                self.ink_end = self.end

    def lift(self, sent: float, seconds: float, down: bool) -> None:
        """The pen is to be lowered or raised."""
        with self._lock:
            self._append(sent, seconds, lowers=down)
            self._will_be_down = down

    def _append(
        self,
        sent: float,
        seconds: float,
        dx: float = 0.0,
        dy: float = 0.0,
        lowers: bool | None = None,
    ) -> None:
        start = max(self.end, sent)
        self.end = start + seconds
        self._moves.append(_Move(start, self.end, dx, dy, lowers))

    def at(self, now: float) -> Place:
        """Where the pen is. Moments before an earlier question are not known any more."""
        with self._lock:
            while self._moves and self._moves[0].end <= now:
                self._pass(self._moves.popleft(), 1.0)
            x, y, ink_mm, seconds = self._x, self._y, self._ink_mm, self._seconds
            down = self._down
            if self._moves and self._moves[0].start < now:
                move = self._moves[0]
                part = (now - move.start) / (move.end - move.start)
                x, y = x + part * move.dx, y + part * move.dy
                seconds += now - move.start
                if move.lowers is False:
                    down = False
                elif self._down:
                    ink_mm += part * math.hypot(move.dx, move.dy)
            return Place(x, y, ink_mm, seconds, down, self._touches)

    def _pass(self, move: _Move, part: float) -> None:
        """This much of a move has happened."""
        self._x += part * move.dx
        self._y += part * move.dy
        self._seconds += part * (move.end - move.start)
        if self._down:
            self._ink_mm += part * math.hypot(move.dx, move.dy)
        if move.lowers and part == 1.0:
            self._touches += 1
        if move.lowers is not None:
            self._down = move.lowers

    def cut(self, now: float) -> None:
        """The board was stopped: a travel is broken off and those behind it will not happen. The
        pen's own moves are not stopped by that, nor what waits as a pause."""
        self.at(now)
        with self._lock:
            waiting = list(self._moves)
            self._moves.clear()
            self.end, self.ink_end = min(self.end, now), min(self.ink_end, now)
            self._will_be_down = self._down
            for move in waiting:
                if move.dx or move.dy:
                    if move.start < now:
                        self._pass(move, (now - move.start) / (move.end - move.start))
                    continue
                start = move.start if move.start < now else max(self.end, now)
                self.end = start + move.end - move.start
                self._moves.append(replace(move, start=start, end=self.end))
                if move.lowers is not None:
                    self._will_be_down = move.lowers

    def lowers_soon(self, now: float) -> bool:
        """Whether the pen is told to come down and has not set out yet."""
        with self._lock:
            return any(move.lowers and move.start > now for move in self._moves)

    def relocate(self, x: float, y: float) -> None:
        """The board says that it stands, and where."""
        with self._lock:
            self._x, self._y = x, y


def rest_of(line: Sequence[Point], place: Point, ink_mm: float) -> list[Point]:
    """What is left of a stroke that was broken off at `place` after some `ink_mm` of it: from the
    nearest point of the stroke that lies about so far along it. Empty when it was all drawn."""
    best, best_cost = (0.0, 0), math.inf
    along = 0.0
    for k in range(len(line) - 1):
        (ax, ay), (bx, by) = line[k], line[k + 1]
        length = math.dist(line[k], line[k + 1])
        if length and along - SEARCH_MM <= ink_mm <= along + length + SEARCH_MM:
            part = ((place[0] - ax) * (bx - ax) + (place[1] - ay) * (by - ay)) / length**2
            part = min(max(part, 0.0), 1.0)
            aside = math.dist(place, (ax + part * (bx - ax), ay + part * (by - ay)))
            cost = aside + SEARCH_COST * abs(along + part * length - ink_mm)
            if cost < best_cost:
                best, best_cost = (part, k), cost
        along += length
    part, k = best
    if best_cost == math.inf:
        return []
    (ax, ay), (bx, by) = line[k], line[k + 1]
    rest = [(ax + part * (bx - ax), ay + part * (by - ay)), *line[k + 1 :]]
    left = sum(math.dist(rest[i], rest[i + 1]) for i in range(len(rest) - 1))
    return rest if left > DRAWN_MM else []
