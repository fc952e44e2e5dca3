"""AxiDraws and everything else on an EiBotBoard, driven by the vendor's pyaxidraw.

The library plans and feeds in a thread of its own, one `draw_path` a stroke; this driver watches
the board through the port object, reports, and carries out orders. What is left of a stroke after a
pause begins where the board says that it stands.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from plotty_tui.domain.errors import DeviceFault
from plotty_tui.domain.motion import raise_seconds
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.strokes import Point, Strokes

from . import discovery, vendor
from .driver import Cancelled, Facts, Progress
from .obeying import Moves, Obeying, Order
from .port import BoardPort, Halted, Pace, PortFault
from .schedule import rest_of
from .travel import Travel

REPORT_SECONDS = 1 / 15
# The board stands with its pen up within 500 ms after a pause was asked for. The library may pause
# by itself while that leaves this much of it for a slow host.
PAUSE_SECONDS = 0.5
PAUSE_SPARE_SECONDS = 0.15
VOLTAGE_EVERY_SECONDS = 0.8
VOLTAGE_AGAIN_SECONDS = 0.05
# While the library sleeps through a longer move, the button is asked for here.
LONG_MOVE_SECONDS = 0.15

log = logging.getLogger("plotty.axidraw")


class AxiDraw(Obeying):
    """One AxiDraw. Settings: `model` (a key of MODELS), `port` (a path) or `nickname` (the board's
    own name; neither: the only board there is), `penlift` (1-3, 3: the brushless one),
    `time_slice` (seconds), and for simulated boards `speed`. Implements Driver."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__()
        self._setup = vendor.read_setup(settings)
        self._travel = Travel(self._setup.model)
        self._path = str(settings.get("port") or "")
        self._nickname = str(settings.get("nickname") or "")
        self._pace = Pace(self._setup.speed)
        self._port: BoardPort | None = None
        self._library: vendor.Library | None = None
        self._armed_for: MotionSettings | None = None
        self._hand = ThreadPoolExecutor(1, thread_name_prefix="pyaxidraw")
        self._task: Future[None] | None = None
        self._ordered_at = 0.0
        self._motion = MotionSettings()
        self._job = 0
        self._next_report = self._next_voltage = 0.0
        self._stroke, self._begun, self._touches = 0, False, 0
        self._ink_before = self._seconds_before = 0.0

    # What the control thread calls

    def stop(self) -> None:
        super().stop()
        if self._port:
            with _as_device_fault():
                self._port.halt(self._raise_command)

    def _give(self, order: Order) -> None:
        with self._orders:
            if order > self._order:
                self._ordered_at = self._pace.now()
            super()._give(order)

    # What the main thread calls

    def open(self) -> Facts:
        """Connect, raise the pen, find out where it stands. A queue that a killed process left
        behind is drawn to its end by the board; that is waited for."""
        vendor.require()
        port = BoardPort(self._path or discovery.port_of("", self._nickname), self._pace)
        with _as_device_fault():
            port.open()
            try:
                facts = self._ask(port)
            except BaseException:
                port.close()
                raise
        self._port = port
        return facts

    def _ask(self, port: BoardPort) -> Facts:
        port.command(self._raise_command)
        port.wait()
        port.forget_button()
        job = port.query("QN")
        self._job = int(job) if job.isdigit() else 0
        motors_on = port.motors_on()
        port.locate()
        model = self._setup.model
        return Facts(
            "axidraw",
            model.title,
            model.travel_x_mm,
            model.travel_y_mm,
            name=port.query("QT"),
            firmware=port.firmware,
            voltage_ok=port.voltage_ok(),
            position_known=self._job != 0 and motors_on,
        )

    def draw(
        self,
        strokes: Strokes,
        motion: MotionSettings,
        first: int = 0,
        *,
        tag: Mapping[str, Any] | None = None,
    ) -> Iterator[Progress]:
        self._start(motion)
        self._travel.check(strokes, first)
        return self._draw_all(strokes, first, tag or {})

    def home(self, motion: MotionSettings) -> float:
        port = self._start(motion)
        self._carry_out(self._park())
        return port.place().seconds - self._seconds_before

    def jog(self, dx_mm: float, dy_mm: float) -> None:
        """Move by (dx, dy), with the pen as it is: lowered, it draws."""
        place = self._start(self._motion).place()
        x, y = place.x + dx_mm, place.y + dy_mm
        if not self._travel.holds(x, y):
            raise DeviceFault(
                f"a jog to x {x:.1f}, y {y:.1f} mm leaves the travel of {self._travel}", "travel"
            )
        self._carry_out(self._run(lambda library: library.go_to(x, y), Order.STOP))

    def home_here(self) -> None:
        """The carriage stands in its home corner: that is the origin, and the place is known."""
        port = self._start(self._motion)
        with _as_device_fault():
            port.zero()
            port.command("SN,1")
        self._job, self._library = 1, None

    def write_nickname(self, name: str) -> None:
        with _as_device_fault():
            self._opened().command(f"ST,{name}")

    def pen_up(self, motion: MotionSettings | None = None) -> None:
        port = self._start(motion or self._motion)
        with _as_device_fault():
            port.command(self._raise_command)
            port.wait()
        if self._library:
            self._library.pen_is_up()

    def pen_down(self, motion: MotionSettings | None = None) -> None:
        self._start(motion or self._motion)
        self._carry_out(self._run(lambda library: library.lower(), Order.STOP))

    def close(self) -> None:
        port, self._port, self._library = self._port, None, None
        if port is None:
            return
        try:
            with _as_device_fault():
                port.release()
                port.command(self._raise_command)
                port.wait()
        finally:
            port.close()
            self._hand.shutdown(wait=False)

    # Drawing

    def _draw_all(self, strokes: Strokes, first: int, tag: Mapping[str, Any]) -> Iterator[Progress]:
        with _as_device_fault(), self._leaving_no_task():
            self._mark_job(tag)
            self._check_voltage()
            for number in range(first, len(strokes)):
                self._stroke, self._begun = number, False
                self._touches = self._opened().place().touches
                yield from self._draw_stroke(self._travel.clamp(strokes[number]))
                if number == len(strokes) - 1:
                    self._opened().wait()
                # Only then is it certain that the motors drew it.
                self._check_voltage()
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
                rest = yield from self._trace(rest)
            if rest:
                yield from self._obey()
                # Pressed while it stood: that was no wish for a second pause.
                self._opened().forget_button()

    def _travel_to(self, end: Point) -> Moves:
        return (yield from self._run(lambda library: library.move_to(*end)))

    def _trace(self, line: Sequence[Point]) -> Generator[Progress, None, Sequence[Point]]:
        """Draw along `line`; returns what is left of it after an order."""
        port = self._opened()
        before = port.place()
        path = list(line)
        complete = yield from self._run(lambda library: library.draw_path(path))
        if complete:
            self._pace.sleep(port.schedule.ink_end - self._pace.now())
            return ()
        after = port.place()
        if after.touches == before.touches:
            return line
        return rest_of(line, (after.x, after.y), after.ink_mm - before.ink_mm)

    def _park(self) -> Moves:
        arrived = yield from self._run(lambda library: library.move_to(0.0, 0.0), Order.STOP)
        if arrived:
            self._opened().wait()
        return arrived

    # Calls of the library

    def _run(self, do: Callable[[vendor.Library], None], heed: Order = Order.PAUSE) -> Moves:
        """Let the library do something and report meanwhile. Whether it came to its end: after an
        order of at least `heed`, or the board's button, the board stands with its pen up."""
        if self._order >= heed:
            return False
        task = self._task = self._hand.submit(self._call, do)
        task.add_done_callback(self._wake)
        while not self._over(task, heed):
            yield self._report()
        complete = self._outcome(task)
        if not complete:
            self._stand()
        return complete

    def _call(self, do: Callable[[vendor.Library], None]) -> None:
        """In the library's thread."""
        if self._library is None:
            self._library = vendor.Library(self._opened(), self._setup)
            self._library.connect(self._motion)
        elif self._armed_for != self._motion:
            self._library.update(self._motion)
        self._armed_for = self._motion
        do(self._library)

    def _wake(self, task: Future[None]) -> None:
        with self._orders:
            self._orders.notify_all()

    def _over(self, task: Future[None], heed: Order) -> bool:
        """Wait for the end of a call (True), or until the next report is due."""
        left = self._next_report - time.monotonic()
        with self._orders:
            self._orders.wait_for(lambda: task.done() or self._order >= heed, max(left, 0.0))
            ordered = self._order >= heed
        if task.done():
            return True
        if not ordered:
            ordered = self._watch() and heed == Order.PAUSE
        if ordered:
            self._interrupt(task)
            return True
        self._next_report = time.monotonic() + REPORT_SECONDS
        return False

    def _interrupt(self, task: Future[None]) -> None:
        """End a call of the library: it may pause by itself when that will be soon enough, else
        the board is stopped in its move."""
        if self._library:
            self._library.pause()
        port = self._opened()
        limit = self._ordered_at + PAUSE_SECONDS - PAUSE_SPARE_SECONDS - self._raise_seconds
        while not task.done():
            late = port.schedule.end > limit or self._pace.now() > limit
            if late or self._order == Order.STOP:
                if not port.halted:
                    port.halt(self._raise_command)
                wait([task])
            else:
                wait([task], 0.01)

    def _outcome(self, task: Future[None]) -> bool:
        """Whether a call that is over did all of it. Raises DeviceFault or PortFault."""
        error = task.exception()
        stopped = self._library.stopped if self._library else 0
        if self._opened().take_button() or stopped == 102:
            self._give(Order.PAUSE)
        if error is None and stopped == 0:
            return True
        if isinstance(error, Halted) or (error is None and stopped in (102, 103)):
            return False
        if isinstance(error, PortFault | DeviceFault):
            raise error
        log.error("pyaxidraw failed (%d)", stopped, exc_info=error)
        self._opened().halt(self._raise_command)
        self._stand()
        if error is None:
            raise DeviceFault("pyaxidraw lost the connection to the plotter", "usb_lost")
        detail = " ".join(str(error).split())
        raise DeviceFault(f"pyaxidraw failed: {type(error).__name__}: {detail}", "garbled")

    def _stand(self) -> None:
        """Wait for the board to stand, its pen up, and ask where. The library's own idea of things
        is given up."""
        port = self._opened()
        self._library = None
        port.release()
        port.wait()
        if port.place().pen_down:
            port.command(self._raise_command)
            port.wait()
        port.locate()

    @contextlib.contextmanager
    def _leaving_no_task(self) -> Iterator[None]:
        """However a drawing ends, the library does not go on drawing."""
        try:
            yield
        finally:
            if self._task and not self._task.done():
                with contextlib.suppress(PortFault):
                    if not self._opened().halted:
                        self._opened().halt(self._raise_command)
                wait([self._task], 1.0)

    def _carry_out(self, moves: Moves) -> None:
        """Run single moves to their end. Raises Cancelled when they were stopped."""
        with _as_device_fault(), self._leaving_no_task():
            while True:
                try:
                    next(moves)
                except StopIteration as over:
                    if not over.value:
                        raise Cancelled from None
                    self._opened().wait()
                    return

    # Watching the board

    def _watch(self) -> bool:
        """Look after the board; whether its button was pressed. Raises DeviceFault `brown_out`."""
        port = self._opened()
        if time.monotonic() >= self._next_voltage:
            self._check_voltage()
        if port.seconds_left() > LONG_MOVE_SECONDS and port.poll_button():
            self._give(Order.PAUSE)
            return True
        return False

    def _check_voltage(self) -> None:
        port = self._opened()
        self._next_voltage = time.monotonic() + VOLTAGE_EVERY_SECONDS
        if port.voltage_ok():
            return
        time.sleep(VOLTAGE_AGAIN_SECONDS)
        if port.voltage_ok():
            return
        port.halt(self._raise_command)
        port.wait()
        port.command("SN,0")  # nobody knows how far the motors got: the place is lost
        self._job = 0
        raise DeviceFault(
            "the motors have no power: plug the plotter's supply in, and home it by hand",
            "brown_out",
        )

    def _mark_job(self, tag: Mapping[str, Any]) -> None:
        """Leave a number in the board, which forgets it in a reset, when its place is lost."""
        sheet = tag.get("sheet")
        job = sheet if isinstance(sheet, int) and sheet > 0 else 1
        if job != self._job:
            self._opened().command(f"SN,{job}")
            self._job = job

    # State

    def _opened(self) -> BoardPort:
        if self._port is None:
            raise DeviceFault("the plotter is not open", "closed")
        return self._port

    def _start(self, motion: MotionSettings) -> BoardPort:
        port = self._opened()
        self._forget_orders()
        port.release()
        port.take_button()
        self._motion = motion
        place = port.place()
        self._stroke, self._begun, self._touches = 0, False, place.touches
        self._ink_before, self._seconds_before = place.ink_mm, place.seconds
        return port

    @property
    def _raise_seconds(self) -> float:
        return self._library.raise_seconds if self._library else raise_seconds(self._motion)

    @property
    def _raise_command(self) -> str:
        return f"SP,1,{int(self._raise_seconds * 1000)},{self._setup.servo_pin}"

    def _report(
        self, *, ended: bool = False, paused: bool = False, ready: bool = False
    ) -> Progress:
        place = self._opened().place()
        self._begun = self._begun or place.touches > self._touches
        return Progress(
            self._stroke,
            self._begun,
            ended,
            place.ink_mm - self._ink_before,
            place.seconds - self._seconds_before,
            place.x,
            place.y,
            place.pen_down and not ended,
            paused,
            ready,
        )


@contextlib.contextmanager
def _as_device_fault() -> Iterator[None]:
    try:
        yield
    except PortFault as fault:
        raise DeviceFault(str(fault), fault.code) from None
