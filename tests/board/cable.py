"""What tests of the board hold in their hands: the host's end of the cable, and a bench."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable

from plotty_tui.devices.board import Board, HeldClock
from plotty_tui.devices.board.commands import execute

TIMEOUT = 10


class Host:
    """The host's end of the cable."""

    def __init__(self, port: str) -> None:
        self._fd = os.open(port, os.O_RDWR | os.O_NOCTTY)
        self._rest = b""

    def send(self, *commands: str) -> None:
        os.write(self._fd, "".join(f"{command}\r" for command in commands).encode())

    def receive(self, size: int, seconds: float = TIMEOUT) -> bytes:
        """So many bytes, or fewer when they do not come in time. Raises OSError when unplugged."""
        while len(self._rest) < size and select.select([self._fd], [], [], seconds)[0]:
            chunk = os.read(self._fd, 4096)
            if not chunk:
                raise OSError("hung up")
            self._rest += chunk
        data, self._rest = self._rest[:size], self._rest[size:]
        return data

    def ask(self, command: str, answer: str) -> None:
        """Send a command and expect this answer, byte for byte."""
        self.send(command)
        assert self.receive(len(answer)) == answer.encode()

    def silent(self, seconds: float = 0.05) -> bool:
        """Whether nothing comes for so long."""
        return not self.receive(1, seconds)

    def close(self) -> None:
        os.close(self._fd)


def wait_for(condition: Callable[[], bool]) -> None:
    """Return as soon as it holds; for what another thread is just about to do."""
    end = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


class Bench:
    """A board without a cable, on a clock that only the test moves."""

    def __init__(self) -> None:
        self.clock = HeldClock()
        self.board = Board(self.clock)

    def do(self, *commands: str) -> str:
        """Carry out commands; the last answer."""
        answer = ""
        for command in commands:
            answer = execute(self.board, command)
        return answer

    def draw(self, *commands: str) -> list[list[tuple[float, float]]]:
        """Carry out commands to their end; all the ink so far."""
        self.do(*commands)
        self.board.wait_idle()
        return self.board.ink()

    def seconds(self, *commands: str) -> float:
        """Board time from the start of the first of these to the end of the last."""
        self.board.wait_idle()
        self.board.record.clear()
        self.do(*commands)
        self.board.wait_idle()
        return self.board.record.worked_seconds()
