"""The port of an EiBotBoard: the only place where bytes go to a plotter.

pyaxidraw is given a `BoardPort` in place of a serial port. It calls `write` and `readline`; here a
command and its whole reply are one transaction under a lock, so that another thread can ask the
board something, or stop it, between two commands of the library. Every wait has a deadline; after
a fault nothing is sent any more.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os
import select
import termios
import threading
import time
import tty

from .schedule import Place, Schedule

# A reply is late when it is not there so long after the end of all that the board has to do.
PATIENCE_SECONDS = 2.0
PROBE_SECONDS = 0.5
# A stop waits so long for a pen that is about to come down.
LOWERING_SECONDS = 0.06
# A board that was left by a killed process still finishes its queue.
IDLE_SECONDS = 5.0
# Motor steps at 1/16 microsteps: x = (a + b) / 4064 inches, y = (a - b) / 4064 inches.
STEP_MM = 25.4 / 4064
VOLTAGE_LIMIT = 250

# Replies of one line; all other queries are followed by OK, and commands are answered with OK.
_BARE = frozenset(("A", "I", "MR", "PI", "QG", "QM", "V"))
_VALUE_AND_OK = frozenset(("ES", "QB", "QC", "QE", "QL", "QN", "QP", "QR", "QS", "QT"))

_DRIVER_PINS = {"PI,E,0": "0", "PI,C,1": "0", "PI,E,2": "1", "PI,E,1": "1", "PI,A,6": "1"}

log = logging.getLogger("plotty.axidraw")


class PortFault(Exception):
    """The board cannot be talked to any more; `code` is a fault word. Neither an OSError nor a
    RuntimeError: the library would go on after those."""

    def __init__(self, text: str, code: str) -> None:
        super().__init__(text)
        self.code = code


class Halted(Exception):
    """The board was stopped; the library's commands are not carried out until `release`."""


class _BadReply(Exception):
    """No reply in time (`late`), or one that makes no sense."""

    def __init__(self, reply: bytes, late: bool = False) -> None:
        super().__init__(repr(reply))
        self.late = late


class Pace:
    """Machine time against wall time: `speed` is 1 for every real plotter, more for a simulated
    board that runs faster."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed

    def now(self) -> float:
        """Machine seconds."""
        return time.monotonic() * self.speed

    def real(self, seconds: float) -> float:
        """Wall seconds of so many machine seconds."""
        return seconds / self.speed

    def sleep(self, seconds: float) -> None:
        """Let machine time pass."""
        if seconds > 0:
            time.sleep(self.real(seconds))


class BoardPort:
    """An open board. Every method may raise PortFault; those that the library calls, Halted."""

    def __init__(self, path: str, pace: Pace | None = None) -> None:
        self.path = path
        self.schedule = Schedule()
        self.pace = pace or Pace()
        self.firmware = ""
        self.button_pressed = False
        self._lock = threading.RLock()
        self._fd = -1
        self._raw = b""
        self._unread: list[bytes] = []
        self._broken: PortFault | None = None
        self._halting = False
        self._motors_on = False
        self._steps = (0, 0)  # where the motors will stand, in steps since they were enabled

    # Opening and closing

    def open(self) -> None:
        """Take the port for this process alone and see that an EiBotBoard answers. Raises PortFault
        `no_connection`."""
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
            self._close_file()
            raise PortFault(_cannot_open(self.path, error), "no_connection") from None
        try:
            self._identify()
        except BaseException:
            self._close_file()
            raise

    def _identify(self) -> None:
        answer = self._probe(PATIENCE_SECONDS) or self._probe(PROBE_SECONDS)
        if answer is None:
            text = f"{self.path} does not answer as an EiBotBoard: is the plotter switched on?"
            raise PortFault(text, "no_connection")
        self.firmware = answer.rpartition("Version ")[2].strip()

    def close(self) -> None:
        """Give the port back. The library calls this too; the pen is not its business."""
        with self._lock:
            self._close_file()
            self._broken = self._broken or PortFault("the port is closed", "closed")

    def _close_file(self) -> None:
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            with contextlib.suppress(OSError):
                fcntl.ioctl(fd, termios.TIOCNXCL)
            os.close(fd)

    # What the library calls

    def write(self, data: bytes) -> int:
        """Send one command and take its whole reply, for `readline` to give out."""
        command = data.decode("ascii").strip()
        with self._lock:
            if self._halting:
                raise Halted
            self._unread = self._transact(command)
        return len(data)

    def readline(self) -> bytes:
        """The next line of the reply; empty when there is none, at once."""
        with self._lock:
            return self._unread.pop(0) if self._unread else b""

    def flush(self) -> None:
        """Nothing ever waits to be sent."""

    def reset_input_buffer(self) -> None:
        """Forget what was not read."""
        with self._lock:
            self._unread = []

    # What the driver calls

    def command(self, command: str) -> None:
        """Carry out a command, halted or not."""
        with self._lock:
            self._transact(command)

    def query(self, command: str) -> str:
        """The first line of the answer; empty when the board does not know the question."""
        with self._lock:
            text = self._transact(command)[0].decode("ascii").strip()
        return "" if "Err:" in text else text

    def halt(self, raise_command: str) -> None:
        """Stop the motors where they are, forget the queue, raise the pen with `raise_command`. The
        library is refused from now on, until `release`."""
        self._halting = True
        with self._lock:
            # A pen that waits behind a last bit of travel comes down all the same, and should do so
            # where its stroke begins.
            deadline = time.monotonic() + LOWERING_SECONDS
            while self.schedule.lowers_soon(self.pace.now()) and time.monotonic() < deadline:
                time.sleep(0.001)
            self._transact("ES")
            self.locate()
            self._transact(raise_command)

    @property
    def halted(self) -> bool:
        return self._halting

    def release(self) -> None:
        """The library may go on."""
        self._halting = False

    def place(self) -> Place:
        """Where the pen is by the schedule."""
        return self.schedule.at(self.pace.now())

    def seconds_left(self) -> float:
        """Machine seconds until the board has done all that it was told."""
        return max(self.schedule.end - self.pace.now(), 0.0)

    def wait(self) -> None:
        """Until the board stands still by the schedule, and says so itself."""
        self.pace.sleep(self.seconds_left())
        deadline = time.monotonic() + IDLE_SECONDS
        while any(part.strip() != "0" for part in self.query("QM").split(",")[1:4]):
            if time.monotonic() > deadline:
                raise self._break("the plotter does not come to rest", "hung")
            time.sleep(self.pace.real(0.005))

    def locate(self) -> tuple[float, float]:
        """Ask a board at rest where it stands; mm from where its motors were enabled."""
        with self._lock:
            a, b = self._ask_steps()
            self._steps = (a, b)
            x, y = (a + b) * STEP_MM, (a - b) * STEP_MM
            self.schedule.relocate(x, y)
        return x, y

    def zero(self) -> None:
        """Motors on, and where they stand is the origin."""
        with self._lock:
            self._motors_on = False
            self._transact("EM,1,1")

    def motors_on(self) -> bool:
        """Whether both motors hold at 1/16 microsteps: only then the step counters mean a
        place."""
        answer = self.query("QE")
        if answer:
            self._motors_on = answer == "16,16"
        else:  # firmware before 2.8.0: the pins of the motor drivers
            self._motors_on = all(
                self.query(question).rpartition(",")[2] == level
                for question, level in _DRIVER_PINS.items()
            )
        return self._motors_on

    def voltage_ok(self) -> bool:
        """Whether the motors have power (pyaxidraw's limit: 250 of some 300 at 9 V)."""
        _, comma, volts = self.query("QC").partition(",")
        return not comma or not volts.strip().isdigit() or int(volts) >= VOLTAGE_LIMIT

    def poll_button(self) -> bool:
        """Whether the board's button was pressed since it was last asked."""
        self.query("QB")
        return self.take_button()

    def take_button(self) -> bool:
        """Whether anybody was told of a press of the button; told once."""
        pressed, self.button_pressed = self.button_pressed, False
        return pressed

    # Transactions

    def _transact(self, command: str) -> list[bytes]:
        """Send, take the reply, note what it means. A reply that is lost or garbled is mended when
        the board still answers."""
        if self._broken:
            raise self._broken
        if command == "EM,1,1" and self._motors_on:
            return [b"OK\r\n"]  # it would set the step counters to zero and lose the place
        sent = self.pace.now()
        try:
            reply = self._exchange(command)
        except _BadReply as bad:
            log.warning("%s: reply to %s: %s", self.path, command, bad)
            reply = self._mend(command, bad)
            sent = self.pace.now()
        except OSError as error:
            text = f"the USB connection to {self.path} was lost"
            raise self._break(text, "usb_lost") from error
        self._note(command, reply, sent)
        return reply

    def _exchange(self, command: str) -> list[bytes]:
        """One command, one reply. Raises _BadReply or OSError."""
        word = command.partition(",")[0].upper()
        deadline = time.monotonic() + PATIENCE_SECONDS + self.pace.real(self.seconds_left())
        self._send(command, deadline)
        first = self._line(deadline)
        if not first.isascii() or (b"Err:" in first and word in ("SM", "SP")):
            raise _BadReply(first)
        if b"Err:" in first or word in _BARE:
            return [first]
        if word in _VALUE_AND_OK:
            second = self._line(deadline)
            if second.strip() != b"OK":
                raise _BadReply(first + second)
            return [first, second]
        if not first.strip().startswith(b"OK"):
            raise _BadReply(first)
        return [first]

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
            raise _BadReply(self._raw, late=True)
        if not found[0][1] & event:
            raise OSError("hung up")

    def _mend(self, command: str, bad: _BadReply) -> list[bytes]:
        """After a bad reply: find out whether the board listens and whether it did what it was
        told, and do it now if not."""
        try:
            if not (self._probe(PROBE_SECONDS) or self._probe(PROBE_SECONDS)):
                if bad.late:
                    raise self._break("the plotter does not answer", "hung")
                raise self._break("the plotter answers in garbled words", "garbled")
            if command.startswith("SM,") and self._was_done(command):
                return [b"OK\r\n"]
            return self._exchange(command)
        except _BadReply as again:
            text = (
                "the plotter does not answer" if again.late else "the plotter's words are garbled"
            )
            raise self._break(text, "hung" if again.late else "garbled") from None
        except OSError as error:
            text = f"the USB connection to {self.path} was lost"
            raise self._break(text, "usb_lost") from error

    def _was_done(self, command: str) -> bool:
        """Whether a move whose reply was lost has been carried out: the board counts its steps."""
        a, b = _steps_of(command)
        self.pace.sleep(self.seconds_left() + _milliseconds_of(command) / 1000)
        deadline = time.monotonic() + IDLE_SECONDS
        while self._exchange("QM")[0].strip() != b"QM,0,0,0,0" and time.monotonic() < deadline:
            time.sleep(self.pace.real(0.005))
        here = self._ask_steps()
        if here == self._steps and (a, b) != (0, 0):
            return False
        if here == (self._steps[0] + a, self._steps[1] + b):
            return True
        raise self._break("the plotter lost a command: its place is not certain", "garbled")

    def _ask_steps(self) -> tuple[int, int]:
        text = self._transact("QS")[0].decode("ascii").strip()
        try:
            a, b = (int(part) for part in text.split(","))
        except ValueError:
            raise self._break(
                f"the plotter told a place that is none ({text})", "garbled"
            ) from None
        return a, b

    def _probe(self, seconds: float) -> str | None:
        """The board's version line if it answers within `seconds`; older lines are dropped."""
        deadline = time.monotonic() + seconds
        try:
            self._send("V", deadline)
            while True:
                line = self._line(deadline).strip()
                if line.startswith(b"EBB") and line.isascii():
                    return line.decode("ascii")
        except _BadReply:
            return None
        except OSError as error:
            raise self._break(f"the USB connection to {self.path} was lost", "usb_lost") from error

    def _break(self, text: str, code: str) -> PortFault:
        """From now on this is the answer to everything."""
        self._broken = PortFault(text, code)
        return self._broken

    def _note(self, command: str, reply: list[bytes], sent: float) -> None:
        """What an accepted command does to the schedule."""
        word = command.partition(",")[0]
        if word == "SM":
            a, b = _steps_of(command)
            self._steps = (self._steps[0] + a, self._steps[1] + b)
            seconds = _milliseconds_of(command) / 1000
            self.schedule.move(sent, seconds, (a + b) * STEP_MM, (a - b) * STEP_MM)
        elif word == "SP":
            parts = command.split(",")
            seconds = int(parts[2]) / 1000 if len(parts) > 2 else 0.0
            self.schedule.lift(sent, seconds, down=parts[1] == "0")
        elif word == "ES":
            self.schedule.cut(self.pace.now())
        elif word == "EM":
            self._motors_on = command == "EM,1,1"
            self._steps = (0, 0)
            self.schedule.relocate(0.0, 0.0)
        elif word == "QB" and reply[0].strip() == b"1":
            self.button_pressed = True


def _milliseconds_of(command: str) -> int:
    return int(command.split(",")[1])


def _steps_of(command: str) -> tuple[int, int]:
    """Steps of the motors of an SM command."""
    _, _, a, b, *_ = command.split(",")
    return int(a), int(b)


def _cannot_open(path: str, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no {path}: is the plotter plugged in and switched on?"
    if isinstance(error, PermissionError):
        return f"{path} may not be opened: docs/devices.md tells which group you must be in"
    if isinstance(error, BlockingIOError) or getattr(error, "errno", None) == errno.EBUSY:
        return f"{path} is in use by another program or another plotty"
    return f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}"
