"""The line to a board: opened for one process alone, a command and its whole reply, every wait
with a deadline. What commands mean is the port's business."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import termios
import time
import tty

# A reply is late when it is not there so long after the end of all that the board has to do.
PATIENCE_SECONDS = 2.0
PROBE_SECONDS = 0.5

# Replies of one line; all other queries are followed by OK, and commands are answered with OK.
_BARE = frozenset(("A", "I", "MR", "PI", "QG", "QM", "V"))
_VALUE_AND_OK = frozenset(("ES", "QB", "QC", "QE", "QL", "QN", "QP", "QR", "QS", "QT"))


class PortFault(Exception):
    """The board cannot be talked to any more; `code` is a fault word. Neither an OSError nor a
    RuntimeError: the library would go on after those."""

    def __init__(self, text: str, code: str) -> None:
        super().__init__(text)
        self.code = code


class BadReply(Exception):
    """No reply in time (`late`), or one that makes no sense."""

    def __init__(self, reply: bytes, late: bool = False) -> None:
        super().__init__(repr(reply))
        self.late = late


class Wire:
    """A serial port that an EiBotBoard is on."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._fd = -1
        self._raw = b""

    def open(self) -> None:
        """Take it for this process alone. Raises PortFault `no_connection`."""
        try:
            self._fd = os.open(self.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError as error:
            raise PortFault(_cannot_open(self.path, error), "no_connection") from None
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.ioctl(self._fd, termios.TIOCEXCL)
            tty.setraw(self._fd)
            termios.tcflush(self._fd, termios.TCIFLUSH)
        except (OSError, termios.error) as error:
            self.close()
            raise PortFault(_cannot_open(self.path, error), "no_connection") from None

    def close(self) -> None:
        """Give it back; once is enough."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            with contextlib.suppress(OSError):
                fcntl.ioctl(fd, termios.TIOCNXCL)
            os.close(fd)

    def ask(self, command: str, busy_seconds: float = 0.0) -> list[bytes]:
        """Send a command; the lines of its reply. It is late so long after the `busy_seconds` that
        the board still has to do. Raises BadReply, or OSError when the line is gone."""
        word = command.partition(",")[0].upper()
        deadline = time.monotonic() + PATIENCE_SECONDS + busy_seconds
        self._send(command, deadline)
        first = self._line(deadline)
        if not first.isascii() or (b"Err:" in first and word in ("SM", "SP")):
            raise BadReply(first)
        if b"Err:" in first or word in _BARE:
            return [first]
        if word in _VALUE_AND_OK:
            second = self._line(deadline)
            if second.strip() != b"OK":
                raise BadReply(first + second)
            return [first, second]
        if not first.strip().startswith(b"OK"):
            raise BadReply(first)
        return [first]

    def probe(self, patient: bool = False) -> str | None:
        """The board's version line if it answers soon; older lines are dropped. Raises OSError when
        the line is gone."""
        deadline = time.monotonic() + (PATIENCE_SECONDS if patient else PROBE_SECONDS)
        try:
            self._send("V", deadline)
            while True:
                line = self._line(deadline).strip()
                if line.startswith(b"EBB") and line.isascii():
                    return line.decode("ascii")
        except BadReply:
            return None

    def _send(self, command: str, deadline: float) -> None:
        data = command.encode("ascii") + b"\r"
        while data:
            self._ready(select.POLLOUT, deadline)
            with contextlib.suppress(BlockingIOError):
                data = data[os.write(self._fd, data) :]

    def _line(self, deadline: float) -> bytes:
        """The next line from the board. Some of its lines end with \\n\\r: the rest of those is
        dropped."""
        while b"\n" not in self._raw:
            self._ready(select.POLLIN, deadline)
            with contextlib.suppress(BlockingIOError):
                chunk = os.read(self._fd, 1024)
                if not chunk:
                    raise OSError("end of file")
                self._raw += chunk
        line, _, self._raw = self._raw.partition(b"\n")
        return line.lstrip(b"\r") + b"\n"

    def _ready(self, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(self._fd, event)
        left = max(deadline - time.monotonic(), 0.0)
        found = poll.poll(left * 1000)
        if not found:
            raise BadReply(self._raw, late=True)
        if not found[0][1] & event:
            raise OSError("hung up")


def _cannot_open(path: str, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no {path}: is the plotter plugged in and switched on?"
    if isinstance(error, PermissionError):
        return f"{path} may not be opened: docs/devices.md tells which group you must be in"
    if isinstance(error, BlockingIOError) or getattr(error, "errno", None) == errno.EBUSY:
        return f"{path} is in use by another program or another plotty"
    return f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}"
