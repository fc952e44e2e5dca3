"""The worker process: one plotter, driven by JSON lines (`python -m plotty_tui.devices.worker`).

The main thread calls the driver, a control thread reads commands, an outlet thread writes answers
(so that nobody who draws ever waits for a reader), and a beat thread shows that the process lives.
Standard output carries answers only: whatever a driver prints goes to standard error.

Commands, one JSON object a line:

    {"do": "open", "driver": "simulator", "settings": {…}}
    {"do": "draw", "id": 7, "file": path, "layer": 0, "first": 0, "motion": {…},
     "turn": {"quarter": true, "sheet_width": 210.0, "dx": 0, "dy": 0} or null, "window": 1,
     "tag": {…}}
    {"do": "ack", "id": 7, "stroke": 41}
    {"do": "pause"} {"do": "resume"} {"do": "cancel"} {"do": "stop"}
    {"do": "home", "motion": {…}} {"do": "home_here"}
    {"do": "pen_up", "motion": {…}} {"do": "pen_down", "motion": {…}}    `motion` may be left out
    {"do": "jog", "dx": 10.0, "dy": 0.0} {"do": "nickname", "name": "left"} {"do": "close"}

A draw may bring its strokes instead of a file and a layer: "lines": [[[x, y], …], …].

Answers:

    {"say": "facts", …Facts}
    {"say": "progress", "id": 7, …Progress}     `ended` names the last ended stroke: all before too
    {"say": "paused", "id": 7, …Progress}       {"say": "resumed", "id": 7}
    {"say": "done" | "cancelled" | "stopped", "id": 7, …Progress}
    {"say": "stopped"}                          stop while nothing was drawn: pen up
    {"say": "ok", "of": "home", "seconds": 1.2}
    {"say": "refused", "of": "home", "text": …} not possible now; nothing has changed
    {"say": "fault", "of": "draw", "id": 7, "code": "travel", "text": …}
    {"say": "beat", "busy_s": 0.0}              seconds since the main thread was last seen alive
    {"say": "closed"}                           the last line

The journal rule: the pen is not lowered for a stroke more than `window` strokes beyond the last one
that was acknowledged. A draw begins as if the stroke before `first` were acknowledged.

When standard input ends (the engine died) or SIGTERM comes, the pen is raised and the process
ends. SIGINT is ignored: it is meant for the terminal's program.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from plotty_tui.domain.errors import DeviceFault, NotFound
from plotty_tui.domain.presets import MotionSettings

from .draw_order import RANK, Drawing
from .drawn_strokes import load_strokes
from .driver import Cancelled, Driver, Progress
from .outlet import Outlet
from .registry import make_driver
from .worker_faults import fault_answer, log_failure

BEAT_SECONDS = 1.0
# A driver that does not come back when the engine is gone is left behind after this long.
LEAVE_SECONDS = 10.0

log = logging.getLogger("plotty.worker")

Command = dict[str, Any]


class Worker:
    """Between the engine's lines and one driver. `on_leave` is called once when it begins to
    end."""

    def __init__(self, outlet: Outlet, on_leave: Callable[[], None] = lambda: None) -> None:
        self._outlet = outlet
        self._on_leave = on_leave
        self._state = threading.Condition(threading.RLock())
        self._jobs: deque[Command] = deque()
        self._driver: Driver | None = None
        self._drawing: Drawing | None = None
        self._leaving = False
        self._alive: float | None = None  # None: the main thread waits, and rightly so

    # Main thread

    def run(self) -> int:
        """Carry out commands until `close` or the engine's end; the exit code."""
        while True:
            with self._state:
                self._alive = None
                self._state.wait_for(lambda: self._jobs)
                command = self._jobs.popleft()
                self._alive = time.monotonic()
            if command["do"] == "close":
                return self._close()
            answer = self._answer(command)
            if command["do"] == "draw":
                with self._state:
                    self._drawing = None
            self._outlet.say(answer)

    def _answer(self, command: Command) -> dict[str, Any]:
        """Carry out one command; its answer, whatever happens in the driver."""
        do = command["do"]
        try:
            return getattr(self, f"_do_{do}")(command)
        except Cancelled:
            return {"say": "refused", "of": do, "text": f"{do} was stopped"}
        except Exception as error:
            log_failure(do, error)
            if do == "draw":
                self._raise_after_fault()
            fault = fault_answer(error, do)
            return fault | {"id": command["id"]} if "id" in command else fault

    def _raise_after_fault(self) -> None:
        """No pen may rest on the paper, if the plotter still listens."""
        try:
            if self._driver:
                self._driver.pen_up()
        except Exception as error:
            log_failure("raising the pen", error)

    def _do_open(self, command: Command) -> dict[str, Any]:
        if self._driver:
            raise DeviceFault("the device is open already", "open")
        driver = make_driver(command["driver"], command.get("settings") or {})
        facts = driver.open()
        with self._state:
            self._driver = driver
        return {"say": "facts", **facts.to_json()}

    def _do_draw(self, command: Command) -> dict[str, Any]:
        driver, drawing = self._opened(), self._drawing
        assert drawing is not None
        strokes = load_strokes(command)
        motion = MotionSettings.from_json(command.get("motion") or {})
        with self._state:
            reports = driver.draw(
                strokes, motion, int(command.get("first", 0)), tag=command.get("tag")
            )
            drawing.active = True
            if drawing.order:
                self._signal(drawing.order)
        last: Progress | None = None
        end = "done"
        try:
            for last in self._watched(reports, drawing):
                self._outlet.progress(drawing.id, last)
                if last.paused:
                    self._say_paused(drawing, last)
                elif last.ready:
                    self._wait_for_ack(drawing, last.stroke)
        except Cancelled:
            end = "stopped" if drawing.order == "stop" else "cancelled"
        place = last.to_json() if last else {"seconds": 0.0, "ink_mm": 0.0}
        return {"say": end, "id": drawing.id, **place}

    def _watched(self, reports: Iterator[Progress], drawing: Drawing) -> Iterator[Progress]:
        """The reports, noting when each came. A paused driver may be silent for hours."""
        for report in reports:
            self._alive = time.monotonic()
            yield report
            with self._state:
                self._alive = None if drawing.paused else time.monotonic()

    def _say_paused(self, drawing: Drawing, place: Progress) -> None:
        with self._state:
            drawing.paused = True
            # A plotter may pause by itself (its button): it can be resumed all the same.
            drawing.order = drawing.order or "pause"
            self._outlet.say({"say": "paused", "id": drawing.id, **place.to_json()})
            if drawing.resume_wanted:
                self._resume(drawing)

    def _wait_for_ack(self, drawing: Drawing, stroke: int) -> None:
        """Until the journal allows `stroke`. An order ends the wait too: the driver heeds it
        before it lowers the pen, and no resume reaches it before it has said that it paused."""
        with self._state:
            if drawing.may_lower(stroke) or drawing.order:
                return
            self._outlet.hurry()
            self._alive = None
            self._state.wait_for(lambda: drawing.may_lower(stroke) or drawing.order)
            self._alive = time.monotonic()

    def _do_home(self, command: Command) -> dict[str, Any]:
        motion = MotionSettings.from_json(command.get("motion") or {})
        return {"say": "ok", "of": "home", "seconds": self._opened().home(motion)}

    def _do_jog(self, command: Command) -> dict[str, Any]:
        self._opened().jog(float(command["dx"]), float(command["dy"]))
        return {"say": "ok", "of": "jog"}

    def _do_nickname(self, command: Command) -> dict[str, Any]:
        self._opened().write_nickname(str(command["name"]))
        return {"say": "ok", "of": "nickname"}

    def _do_home_here(self, command: Command) -> dict[str, Any]:
        self._opened().home_here()
        return {"say": "ok", "of": "home_here"}

    def _do_pen_up(self, command: Command) -> dict[str, Any]:
        self._opened().pen_up(*_motion_of(command))
        return {"say": "ok", "of": "pen_up"}

    def _do_pen_down(self, command: Command) -> dict[str, Any]:
        self._opened().pen_down(*_motion_of(command))
        return {"say": "ok", "of": "pen_down"}

    def _do_stop(self, command: Command) -> dict[str, Any]:
        if self._driver:
            self._driver.pen_up()
        return {"say": "stopped"}

    def _opened(self) -> Driver:
        if self._driver is None:
            raise DeviceFault("no device is open in this worker", "closed")
        return self._driver

    def _close(self) -> int:
        try:
            if self._driver:
                self._driver.close()
        except Exception as error:
            log_failure("close", error)
            self._outlet.say(fault_answer(error, "close"))
            return 1
        self._outlet.say({"say": "closed"})
        return 0

    # Control thread

    def listen(self, source: int) -> None:
        """Take commands from the file descriptor `source` until it ends or says `close`."""
        rest = b""
        try:
            while not self._leaving and (chunk := os.read(source, 65536)):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    if line.strip():
                        self._take(line)
        except OSError:
            log.exception("standard input failed")
        self.leave()

    def _take(self, line: bytes) -> None:
        do: Any = None
        try:
            command = json.loads(line)
            do = command["do"]
            text = self._handle(do, command)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("bad command %r", line, exc_info=True)
            text = f"a command the worker cannot read ({type(error).__name__}: {error})"
        if text:
            self._outlet.say({"say": "refused", "of": do, "text": text})

    def _handle(self, do: str, command: Command) -> str:
        """Act on a command, or queue it for the main thread; the reason when it is refused."""
        with self._state:
            drawing = self._drawing
            if do == "close":
                self.leave()
            elif do == "ack":
                self._acknowledge(command)
            elif do in ("pause", "resume", "cancel"):
                if drawing is None:
                    return "nothing is being drawn"
                return self._order(drawing, do)
            elif do == "stop":
                self._stop()
            elif do not in _MOVES:
                return str(NotFound.named("command", do, _COMMANDS))
            elif drawing is not None:
                return f"{do} has to wait: drawing {drawing.id} is at hand"
            else:
                if do == "draw":
                    before = int(command.get("first", 0)) - 1
                    window = max(1, int(command.get("window", 1)))
                    self._drawing = Drawing(command["id"], window, before)
                self._queue(command)
        return ""

    def _queue(self, command: Command) -> None:
        self._jobs.append(command)
        self._state.notify_all()

    def _acknowledge(self, command: Command) -> None:
        drawing = self._drawing
        if drawing and command.get("id", drawing.id) == drawing.id:
            drawing.acked = max(drawing.acked, int(command["stroke"]))
            self._state.notify_all()

    def _order(self, drawing: Drawing, do: str) -> str:
        """pause, resume, cancel or stop of the drawing at hand."""
        if do == "resume":
            return self._resume(drawing)
        drawing.resume_wanted = False
        if do == "pause" and drawing.paused:
            self._outlet.say({"say": "paused", "id": drawing.id})
        elif RANK[do] > RANK[drawing.order]:
            drawing.order = do
            if drawing.active:
                self._signal(do)
            self._state.notify_all()
        return ""

    def _resume(self, drawing: Drawing) -> str:
        """Resume now, or as soon as the pause that was asked for has come about."""
        if drawing.order != "pause":
            return "it is not paused"
        if drawing.paused:
            drawing.order, drawing.paused, drawing.resume_wanted = "", False, False
            self._alive = time.monotonic()
            self._outlet.say({"say": "resumed", "id": drawing.id})
            self._signal("resume")
        else:
            drawing.resume_wanted = True
        return ""

    def _stop(self) -> None:
        """Stop whatever moves; commands that wait are dropped."""
        if self._drawing:
            self._order(self._drawing, "stop")
            return
        while self._jobs:
            dropped = self._jobs.popleft()["do"]
            self._outlet.say({"say": "refused", "of": dropped, "text": f"{dropped} was stopped"})
        self._signal("stop")
        self._queue({"do": "stop"})

    def _signal(self, do: str) -> None:
        """Call pause, resume, cancel or stop of the driver. One that fails is a fault of its own,
        and must not take the control thread with it."""
        try:
            if self._driver:
                getattr(self._driver, do)()
        except Exception as error:
            log_failure(do, error)
            self._outlet.say(fault_answer(error, do))

    def leave(self) -> None:
        """Stop, raise the pen, close and end."""
        with self._state:
            if self._leaving:
                return
            self._leaving = True
            if self._drawing:
                self._order(self._drawing, "stop")
            elif self._driver:
                self._jobs.clear()
                self._signal("stop")
            self._queue({"do": "close"})
        self._on_leave()

    # Beat thread

    def beat(self) -> None:
        """Say once a second that the process lives, and since when the main thread is silent."""
        while True:
            alive = self._alive
            busy = 0.0 if alive is None else time.monotonic() - alive
            self._outlet.beat(busy)
            time.sleep(BEAT_SECONDS)


_MOVES = ("open", "draw", "home", "home_here", "jog", "pen_up", "pen_down", "nickname")
_COMMANDS = (*_MOVES, "ack", "pause", "resume", "cancel", "stop", "close")


def _motion_of(command: Command) -> list[MotionSettings]:
    return [MotionSettings.from_json(command["motion"])] if command.get("motion") else []


def _end_by_force_later() -> None:
    watchdog = threading.Timer(LEAVE_SECONDS, os._exit, (3,))
    watchdog.daemon = True
    watchdog.start()


def main() -> int:
    """Serve standard input and output; the exit code."""
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(name)s %(message)s")
    answers = os.dup(1)
    os.dup2(2, 1)
    outlet = Outlet(answers)
    worker = Worker(outlet, on_leave=_end_by_force_later)
    outlet.lost = worker.leave

    def on_terminate(*_: object) -> None:
        # Not here: the main thread may hold the lock that leaving needs.
        threading.Thread(target=worker.leave, daemon=True).start()

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, on_terminate)
    for task in (outlet.run, lambda: worker.listen(0), worker.beat):
        threading.Thread(target=task, daemon=True).start()
    code = worker.run()
    outlet.finish()
    return code


if __name__ == "__main__":
    sys.exit(main())
