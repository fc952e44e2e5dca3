"""The port of an EiBotBoard: the only place where bytes go to a plotter.

pyaxidraw is given a `BoardPort` in place of a serial port. It calls `write` and `readline`; here a
command and its whole reply are one transaction under a lock, so that another thread can ask the
board something, or stop it, between two commands of the library. Every wait has a deadline; after
a fault nothing is sent any more.
"""

from __future__ import annotations

import logging
import threading
import time

from .schedule import Place, Schedule
from .wire import BadReply, PortFault, Wire

# A stop waits so long for a pen that is about to come down.
LOWERING_SECONDS = 0.06
# A board that was left by a killed process still finishes its queue.
IDLE_SECONDS = 5.0
# Motor steps at 1/16 microsteps: x = (a + b) / 4064 inches, y = (a - b) / 4064 inches.
STEP_MM = 25.4 / 4064
VOLTAGE_LIMIT = 250

# The bit of the answer to QG that says that the button was pressed.
PRESSED_BIT = 32

_DRIVER_PINS = {"PI,E,0": "0", "PI,C,1": "0", "PI,E,2": "1", "PI,E,1": "1", "PI,A,6": "1"}

log = logging.getLogger("plotty.axidraw")


class Halted(Exception):
    """The board was stopped; the library's commands are not carried out until `release`."""


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
        self._wire = Wire(path)
        self._unread: list[bytes] = []
        self._broken: PortFault | None = None
        self._halting = False
        self._motors_on = False
        self._steps = (0, 0)  # where the motors will stand, in steps since they were enabled

    # Opening and closing

    def open(self) -> None:
        """Take the port for this process alone and see that an EiBotBoard answers. Raises PortFault
        `no_connection`."""
        self._wire.open()
        try:
            self._identify()
        except BaseException:
            self._wire.close()
            raise

    def _identify(self) -> None:
        answer = self._probe(patient=True) or self._probe()
        if answer is None:
            text = f"{self.path} does not answer as an EiBotBoard: is the plotter switched on?"
            raise PortFault(text, "no_connection")
        self.firmware = answer.rpartition("Version ")[2].strip()

    def close(self) -> None:
        """Give the port back. The library calls this too; the pen is not its business."""
        with self._lock:
            self._wire.close()
            self._broken = self._broken or PortFault("the port is closed", "closed")

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
        with self._lock:
            pressed, self.button_pressed = self.button_pressed, False
        return pressed

    def forget_button(self) -> None:
        """Presses up to now count no more: the board keeps one until it is asked, and while nothing
        is drawn nobody asks."""
        with self._lock:
            self._transact("QB")
            self.button_pressed = False

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
        except BadReply as bad:
            log.warning("%s: reply to %s: %s", self.path, command, bad)
            reply = self._mend(command, bad)
            sent = self.pace.now()
        except OSError as error:
            text = f"the USB connection to {self.path} was lost"
            raise self._break(text, "usb_lost") from error
        self._note(command, reply, sent)
        return reply

    def _exchange(self, command: str) -> list[bytes]:
        """One command, one reply; waited for until the board has done all that it was told."""
        return self._wire.ask(command, self.pace.real(self.seconds_left()))

    def _mend(self, command: str, bad: BadReply) -> list[bytes]:
        """After a bad reply: find out whether the board listens and whether it did what it was
        told, and do it now if not."""
        try:
            if not (self._probe() or self._probe()):
                if bad.late:
                    raise self._break("the plotter does not answer", "hung")
                raise self._break("the plotter answers in garbled words", "garbled")
            if command.startswith("SM,") and self._was_done(command):
                return [b"OK\r\n"]
            return self._exchange(command)
        except BadReply as again:
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

    def _probe(self, patient: bool = False) -> str | None:
        """The board's version line, if it answers."""
        try:
            return self._wire.probe(patient)
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
        elif word == "QG" and _tells_press(reply[0]):
            self.button_pressed = True  # the board has forgotten it now


def _milliseconds_of(command: str) -> int:
    return int(command.split(",")[1])


def _tells_press(status: bytes) -> bool:
    """Whether the answer to QG has the button's bit."""
    try:
        return bool(int(status, 16) & PRESSED_BIT)
    except ValueError:
        return False


def _steps_of(command: str) -> tuple[int, int]:
    """Steps of the motors of an SM command."""
    _, _, a, b, *_ = command.split(",")
    return int(a), int(b)
