"""A board at work: reads commands from its port, answers them, and fails when it is told to."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .board import HEALTHY_V_PLUS, Board, Interrupted
from .clock import clock_of
from .commands import execute
from .faults import GARBAGE, Faults, ReplyFault, Trigger
from .port import Port
from .record import InkFile

DEAD_V_PLUS = 7
_WRITE_SECONDS = 0.05


class BoardServer:
    """A board behind the serial port `port`, served by a thread from `start` (or `with`) on.

    `speed` is the factor of its clock (0: instant), `link` the path to be opened (one of its own in
    the temporary folder if not given), `ink` a file to write the ink to while it flows,
    `latency_ms` what each answer takes in real time. Faults take effect at once.
    """

    def __init__(
        self,
        board: Board | None = None,
        *,
        speed: float = 1.0,
        name: str = "",
        link: str | os.PathLike[str] | None = None,
        ink: str | os.PathLike[str] | None = None,
        latency_ms: float = 0.0,
    ) -> None:
        self.board = board or Board(clock_of(speed), name=name)
        self._folder = tempfile.mkdtemp(prefix="plotty-board-") if link is None else None
        self._port = Port(link if link is not None else Path(self._folder or "", "ttyACM0"))
        self._ink = InkFile(ink) if ink is not None else None
        self._latency = latency_ms / 1000
        self._faults = Faults()
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._timers: list[threading.Timer] = []

    @property
    def port(self) -> str:
        """The path to open; the same after every plugging in."""
        return str(self._port.link)

    def start(self) -> BoardServer:
        self._port.plug_in()
        tasks = [self._serve] + ([self._write_ink] if self._ink else [])
        for task in tasks:
            thread = threading.Thread(target=task, daemon=True, name=f"board {self.port}")
            thread.start()
            self._threads.append(thread)
        return self

    def close(self) -> None:
        """Unplug for good."""
        self._closing.set()
        for timer in self._timers:
            timer.cancel()
        self._faults.clear()
        self.board.close()
        self._port.unplug()
        self._port.wake()
        for thread in self._threads:
            thread.join(5)
        self._port.close()
        if self._ink:
            self._ink.close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> BoardServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    # Faults

    def unplug(self) -> None:
        """Pull the USB cable. The board keeps its power and finishes what is queued."""
        self._port.unplug()

    def plug_in(self) -> None:
        self._port.plug_in()

    def hang(self) -> None:
        """Read and answer nothing any more; what is queued is still carried out."""
        self._faults.awake.clear()

    def wake(self) -> None:
        """End a hang; what was sent meanwhile is read now."""
        self._faults.awake.set()

    def lose_reply(self, match: str = "", count: int = 1) -> None:
        """Withhold the next answers to commands that begin with `match`; they are carried out."""
        self._faults.add_reply(ReplyFault(match, count, b""))

    def garble_reply(self, match: str = "", count: int = 1, data: bytes = GARBAGE) -> None:
        """Answer with `data` instead."""
        self._faults.add_reply(ReplyFault(match, count, data))

    def delay_reply(self, seconds: float, match: str = "", count: int = 1) -> None:
        """Answer late, in seconds of real time."""
        self._faults.add_reply(ReplyFault(match, count, seconds=seconds))

    def press_button(self) -> None:
        self.board.press_button()

    def drop_voltage(self) -> None:
        """Pull the power plug: USB keeps the board alive, the motors stand still."""
        self.board.set_voltage(DEAD_V_PLUS)

    def restore_voltage(self) -> None:
        self.board.set_voltage(HEALTHY_V_PLUS)

    def power_cycle(self, off_seconds: float = 0.2) -> None:
        """Both cables out and in again: the board forgets all but its name, the pen and the
        carriage stay where they are. The port is back after `off_seconds` of real time."""
        self._port.unplug()
        self.board.reset()
        self._faults.clear()
        if off_seconds:
            timer = threading.Timer(off_seconds, self._plug_in_again)
            timer.daemon = True
            self._timers.append(timer)
            timer.start()
        else:
            self._port.plug_in()

    def _plug_in_again(self) -> None:
        if not self._closing.is_set():
            self._port.plug_in()

    def after(self, commands: int, do: str, match: str = "", **arguments: Any) -> None:
        """Let a fault happen when so many more commands that begin with `match` have been read:
        before the last of them is carried out."""
        action: Callable[..., None] = getattr(self, do)
        self._faults.add_trigger(Trigger(match, commands, lambda: action(**arguments)))

    def clear_faults(self) -> None:
        """Forget the faults that have not happened yet, and wake."""
        self._faults.clear()

    # Service

    def _serve(self) -> None:
        rest = b""
        while not self._closing.is_set():
            data = self._port.read()
            if not data:
                if not self._port.plugged:
                    rest = b""
                continue
            *commands, rest = (rest + data).replace(b"\n", b"\r").split(b"\r")
            for command in commands:
                text = command.decode("ascii", "replace").strip()
                if text and not self._closing.is_set():
                    self._answer(text)

    def _answer(self, text: str) -> None:
        board = self.board
        with board.changed:
            board.advance()
            entry, resets = board.record.hear(text, board.now), board.resets
        self._faults.heard(text)
        self._faults.awake.wait()
        if board.resets != resets:
            return  # forgotten with all the rest
        if text.upper() == "RB":
            self.power_cycle()
            return
        try:
            answer = execute(board, text)
        except Interrupted:
            return
        data, seconds = self._faults.treat(text, answer.encode("ascii", "replace"))
        if seconds or self._latency:
            self._closing.wait(seconds + self._latency)
        self._faults.awake.wait()
        entry.answered = board.seconds()
        self._port.write(data)

    def _write_ink(self) -> None:
        assert self._ink
        while True:
            over = self._closing.wait(_WRITE_SECONDS)
            with self.board.changed:
                self.board.advance()
                self._ink.write(self.board.record.lines)
            if over:
                return

    def wait_idle(self) -> None:
        """Return when the machine has carried out all that it was told, and has not been reset
        meanwhile."""
        with contextlib.suppress(Interrupted):
            self.board.wait_idle()

    def state(self) -> dict[str, Any]:
        """The machine as somebody standing beside it sees it."""
        board = self.board
        with board.changed:
            board.advance()
            x, y = board.position_mm()
            return {
                "seconds": board.seconds(),
                "x": x,
                "y": y,
                "pen_down": board.pen_touches(),
                "idle": board.idle,
                "counters": board.counters(),
                "enabled": board.enabled,
                "node_count": board.node_count,
                "name": board.name,
                "v_plus": board.v_plus,
                "plugged": self._port.plugged,
                "commands": len(board.record.heard),
                "worked": board.record.worked_seconds(),
                "ink_mm": sum(line.length_mm() for line in board.record.lines),
            }
