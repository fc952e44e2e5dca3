"""An exact virtual plotter: for the demo, rehearsals, tests and learning.

It takes the times of `domain.motion` and nothing else, so a quiet simulation lasts exactly as long
as the estimate says, times its `pace`. Machine time runs `speed` times as fast as the wall clock.
What its pen drew is kept as JSON lines, on the grid of the motors' steps: the truth that drawings
are compared with.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from plotty_tui.domain.errors import DeviceFault, NotFound, Refused
from plotty_tui.domain.models import MODELS
from plotty_tui.domain.motion import (
    StrokeMotion,
    lower_seconds,
    plan_hop,
    plan_stroke,
    raise_seconds,
)
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.strokes import Point, Strokes

from .clocks import Clock, WallClock
from .driver import Cancelled, Facts, Progress
from .faults import SLIP_MM, BoardMemory, Fault, next_fault, parse_faults
from .ink import InkRecord, PlaceRecord
from .obeying import Moves, Obeying, Order
from .travel import Travel

REPORT_SECONDS = 1 / 15
# A board's queue covers hiccups of its host: so much lateness is caught up, more is lost.
CATCH_UP_SECONDS = 0.02
_A_MOMENT = 1e-9


class Simulator(Obeying):
    """A virtual AxiDraw. Settings: `model` (a key of MODELS, `v3`), `speed` (1.0), `pace`
    (1.0: it takes so many times the planned time), `ink` (path of the record, or None), `name`,
    `faults` (as `devices.faults` reads them; their times are planned ones), `faults_dialled` (any
    text; when it differs, they are dialled anew). Implements Driver."""

    def __init__(self, settings: Mapping[str, Any], clock: Clock | None = None) -> None:
        super().__init__()
        model = str(settings.get("model", "v3"))
        if model not in MODELS:
            raise NotFound.named("model", model, MODELS)
        self._model = MODELS[model].title
        self._reach = (MODELS[model].travel_x_mm, MODELS[model].travel_y_mm)
        self._travel = Travel(MODELS[model])
        self._pace = _factor(settings, "pace")
        # Phases are counted in planned time: a slow plotter stretches them.
        self._speed = _factor(settings, "speed") / self._pace
        self._name = str(settings.get("name") or "")
        self._ink = InkRecord(settings.get("ink"))
        dialled = str(settings.get("faults") or "")
        self._faults = parse_faults(dialled)
        self._board_file = Path(f"{settings['ink']}.board") if settings.get("ink") else None
        when = str(settings.get("faults_dialled") or "")
        self._board = BoardMemory.load(self._board_file, dialled, when)
        self._place = PlaceRecord(f"{settings['ink']}.place" if settings.get("ink") else None)
        self._lost = False
        self._clock: Clock = clock or WallClock()
        self._motion = MotionSettings()
        self._open = False
        self._x = self._y = 0.0
        self._down = False
        self._wall = self._next_report = 0.0
        self._tag: Mapping[str, Any] | None = None
        self._stroke: int | None = None
        self._begun = False
        self._ink_mm = self._seconds = 0.0

    # What the main thread calls

    def open(self) -> Facts:
        self._ink.open()
        self._open, self._lost = True, False
        self._x, self._y, self._down = self._place.open()
        self._wall = self._next_report = self._clock.now()
        return Facts(
            "simulator",
            self._model,
            *self._reach,
            name=self._board.nickname or self._name,
            firmware="simulated",
            position_known=self._board.known,
        )

    def draw(
        self,
        strokes: Strokes,
        motion: MotionSettings,
        first: int = 0,
        *,
        tag: Mapping[str, Any] | None = None,
    ) -> Iterator[Progress]:
        self._start(motion, tag)
        self._travel.check(strokes, first)
        return self._draw_all(strokes, first)

    def home(self, motion: MotionSettings) -> float:
        self._start(motion)
        return self._carry_out(self._park())

    def jog(self, dx_mm: float, dy_mm: float) -> None:
        """Move by (dx, dy), with the pen as it is: lowered, it draws."""
        self._start(self._motion)
        end = (self._x + dx_mm, self._y + dy_mm)
        if not self._travel.holds(*end):
            raise DeviceFault(
                f"a jog to x {end[0]:.1f}, y {end[1]:.1f} mm leaves the travel of {self._travel}",
                "travel",
            )
        line = ((self._x, self._y), end)
        move = plan_stroke(line, self._motion) if self._down else plan_hop(*line, self._motion)
        self._carry_out(self._follow(move, heed=Order.STOP))

    def home_here(self) -> None:
        self._start(self._motion)
        self._carry_out(self._raise())
        self._x = self._y = 0.0
        self._board.known, self._board.slipped = True, False
        self._remember()

    def write_nickname(self, name: str) -> None:
        self._board.nickname = name
        self._remember()

    def pen_up(self, motion: MotionSettings | None = None) -> None:
        self._start(motion or self._motion)
        self._carry_out(self._raise())

    def pen_down(self, motion: MotionSettings | None = None) -> None:
        self._start(motion or self._motion)
        if not self._down:
            self._carry_out(self._lower(heed=Order.STOP))
            self._ink.flush()
            self._place.note(self._x, self._y, self._down)

    def close(self) -> None:
        if self._open and not self._lost:
            self._start(self._motion)
            self._carry_out(self._raise())
            self._remember()
        if self._open:
            self._ink.close()
            self._place.close()
            self._open = False

    # Drawing

    def _draw_all(self, strokes: Strokes, first: int) -> Iterator[Progress]:
        yield from self._raise()
        for number in range(first, len(strokes)):
            self._stroke, self._begun = number, False
            yield from self._draw_stroke(strokes[number])
            if self._faults:
                self._remember()
            yield self._report(ended=True)
        if self._order > Order.PAUSE:
            yield from self._obey()

    def _draw_stroke(self, line: Sequence[Point]) -> Iterator[Progress]:
        """Until the whole stroke is on paper, from wherever a pause left it. Raises Cancelled."""
        rest: Sequence[Point] = line
        while rest:
            arrived = yield from self._travel_to(rest[0])
            if arrived:
                yield self._report(ready=True)
            if arrived and (yield from self._lower()):
                rest = yield from self._trace(rest)
            if rest:
                yield from self._obey()
        self._x, self._y = line[-1]

    def _trace(self, line: Sequence[Point]) -> Generator[Progress, None, Sequence[Point]]:
        """Draw along `line` and raise the pen; returns what is left of it after an order."""
        move = plan_stroke(line, self._motion)
        drawn_before = self._ink_mm
        complete = yield from self._follow(move)
        rest = () if complete else move.rest_from(self._ink_mm - drawn_before)
        yield from self._raise()
        return rest

    def _park(self) -> Moves:
        yield from self._raise()
        return (yield from self._travel_to((0.0, 0.0), heed=Order.STOP))

    # Single moves: each a generator of reports that returns whether it came to its end

    def _travel_to(self, end: Point, heed: Order = Order.PAUSE) -> Moves:
        """A hop, pen up."""
        hop = plan_hop((self._x, self._y), end, self._motion)
        arrived = yield from self._follow(hop, heed)
        if arrived:
            self._x, self._y = end
        return arrived

    def _follow(self, move: StrokeMotion, heed: Order = Order.PAUSE) -> Moves:
        """Along `move` with the pen as it is; it stands at once when an order comes."""
        drawn_before, passed = self._ink_mm, 1

        def go_to(seconds: float) -> None:
            nonlocal passed
            self._x, self._y, mm = move.at(seconds)
            if not self._down:
                return
            self._ink_mm = drawn_before + mm
            begin = passed
            while passed < len(move.points) and move.starts_mm[passed] <= mm:
                passed += 1
            self._leave_ink([*move.points[begin:passed], (self._x, self._y)])

        inked = move if self._down else None
        return (yield from self._let_pass(move.seconds, heed, go_to, inked))

    def _leave_ink(self, points: Sequence[Point]) -> None:
        if self._board.dry is None:
            self._ink.extend([self._on_paper(x, y) for x, y in points])
            self._ink.flush()

    def _on_paper(self, x: float, y: float) -> Point:
        """Where the pen really is when the carriage believes to be at (x, y)."""
        off = SLIP_MM if self._board.slipped else 0.0
        return (x + off, y)

    def _lower(self, heed: Order = Order.PAUSE) -> Moves:
        """Pen down. An order before it touches the paper raises it again."""
        if self._order >= heed:
            return False
        touched = yield from self._let_pass(lower_seconds(self._motion), heed)
        if touched:
            self._down = self._begun = True
            self._board.strokes += 1
            if self._board.dry is None:
                self._ink.begin(self._on_paper(self._x, self._y), self._tag, self._stroke)
        else:
            yield from self._let_pass(raise_seconds(self._motion), None)
        return touched

    def _raise(self) -> Moves:
        """Pen up, whatever is ordered; nothing when it is up."""
        if self._down:
            self._down = False
            self._ink.end()
            yield from self._let_pass(raise_seconds(self._motion), None)
        return True

    def _let_pass(
        self,
        seconds: float,
        heed: Order | None,
        go_to: Callable[[float], None] = lambda seconds: None,
        inked: StrokeMotion | None = None,
    ) -> Moves:
        """Let machine time pass, reporting now and then, until it is over (True) or an order of
        at least `heed` comes (False). `go_to` moves the carriage to a time within the phase. A
        dialled fault strikes on the way."""
        began, ink_before = self._seconds, self._ink_mm
        start = self._phase_start()
        end = start + seconds / self._speed
        strikes, fault = next_fault(self._faults, self._board, seconds, inked)
        while True:
            strike_at = start + strikes / self._speed
            now, ordered = self._wait_until(min(end, self._next_report, strike_at), heed)
            struck = fault is not None and now >= strike_at - _A_MOMENT
            over = now >= end - _A_MOMENT
            due = now >= self._next_report - _A_MOMENT
            elapsed = seconds if over else min(max((now - start) * self._speed, 0.0), seconds)
            if struck and fault is not None:
                go_to(strikes)
                self._seconds = began + strikes * self._pace
                yield self._report()
                self._strike(fault)
                strikes, fault = next_fault(self._faults, self._board, seconds, inked)
                continue
            if over or ordered or due:
                self._seconds = began + elapsed * self._pace
                go_to(elapsed)
                self._place.note(self._x, self._y, self._down)
            if over or ordered:
                self._wall = end if over else now
                self._board.seconds += elapsed
                self._board.ink_mm += self._ink_mm - ink_before
                return over
            if due:
                self._next_report = now + REPORT_SECONDS
                yield self._report()

    def _phase_start(self) -> float:
        """Wall time at which the next move begins: the end of the one before, unless the machine
        had to wait for its host."""
        now = self._clock.now()
        if now - self._wall > CATCH_UP_SECONDS:
            self._wall = now
        return self._wall

    def _wait_until(self, moment: float, heed: Order | None) -> tuple[float, bool]:
        """(wall time, whether an order has come) at `moment` or when something was ordered."""
        with self._orders:
            now = self._clock.now()
            ordered = heed is not None and self._order >= heed
            if not ordered and now < moment - _A_MOMENT:
                self._clock.wait(self._orders, moment - now)
                now = self._clock.now()
                ordered = heed is not None and self._order >= heed
        return now, ordered

    def _carry_out(self, moves: Moves) -> float:
        """Run single moves to their end; seconds that they took. Raises Cancelled."""
        while True:
            try:
                next(moves)
            except StopIteration as over:
                if not over.value:
                    raise Cancelled from None
                return self._seconds

    # Dialled faults

    def _strike(self, fault: Fault) -> None:
        """The fault happens. Raises DeviceFault when it ends the drawing; `stall` never returns."""
        self._board.fired.append(fault.text)
        if fault.kind == "pen_dry":
            self._board.dry = self._pen_in_holder()
            self._ink.end()
        elif fault.kind == "slip":
            self._board.slipped = True
        elif fault.kind == "brown_out":
            self._board.known = False
        self._remember()
        if fault.kind == "usb_lost":
            self._lost = True
            raise DeviceFault("the USB connection was lost", "usb_lost")
        if fault.kind == "brown_out":
            raise DeviceFault("the motors lost their power", "brown_out")
        if fault.kind == "stall":
            threading.Event().wait()

    def _pen_in_holder(self) -> str:
        return str((self._tag or {}).get("pen", ""))

    def _remember(self) -> None:
        self._place.note(self._x, self._y, self._down)
        self._board.save(self._board_file)

    # State

    def _start(self, motion: MotionSettings, tag: Mapping[str, Any] | None = None) -> None:
        if not self._open:
            raise DeviceFault("the simulator is not open", "closed")
        if self._lost:
            raise DeviceFault("the USB connection was lost", "usb_lost")
        self._forget_orders()
        self._wall = self._clock.now()
        self._motion, self._tag = motion, tag
        if tag is not None and self._board.dry not in (None, self._pen_in_holder()):
            self._board.dry = None
        self._stroke, self._begun = None, False
        self._ink_mm = self._seconds = 0.0

    def _report(
        self, *, ended: bool = False, paused: bool = False, ready: bool = False
    ) -> Progress:
        return Progress(
            self._stroke or 0,
            self._begun,
            ended,
            self._ink_mm,
            self._seconds,
            self._x,
            self._y,
            self._down,
            paused,
            ready,
        )


def _factor(settings: Mapping[str, Any], key: str) -> float:
    value = settings.get(key, 1.0)
    try:
        factor = float(value)
    except (TypeError, ValueError):
        factor = math.nan
    if not (math.isfinite(factor) and factor > 0):
        raise Refused(f"simulator {key} {value!r}: a number above 0, like 1 or 20")
    return factor
