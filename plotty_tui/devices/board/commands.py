"""The language of the board: commands in, answers out.

Answers are those of the command reference for firmware 1.8-2.8.1, down to the line ends, some of
which are LF CR. Where the page and the sources of 2.8.1 disagree the sources are followed: QE ends
in LF CR and QR in CR LF, QL has three digits and QN ten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .board import CURRENT_SETTING, VERSION, Board, Enable, Pause, PenMove
from .clock import TICKS_PER_MS
from .motion import FULL, LARGEST_SM, lm_move, lt_move, sm_move

OK = "OK\r\n"
_LARGEST_HM = 4_294_967
_NAME_LENGTH = 16
# S2 and SP count the same pins differently: SP's pin 1 of port B is RP4.
_RP_OF_PORT_B = 3

UCHAR, UINT, INT = (0, 255), (0, 65535), (-32768, 32767)
ULONG, LONG = (0, 0xFFFFFFFF), (-FULL, FULL - 1)

Answer = Callable[..., str]


class Wrong(Exception):
    """The board's complaint, as it prints it."""


@dataclass(frozen=True, slots=True)
class Form:
    """A command: the ranges of its arguments, how many must be there, whether OK ends the
    answer."""

    answer: Answer
    ranges: tuple[tuple[int, int], ...] = ()
    required: int = 0
    acknowledged: bool = True


def execute(board: Board, text: str) -> str:
    """Carry out a command (without its CR) and return the answer, after waiting for room in the
    queue when it moves something. Raises board.Interrupted."""
    name, _, rest = text.partition(",")
    name = name.upper()
    if name in LETTERED:
        return LETTERED[name](board, rest)
    form = FORMS.get(name)
    if form is None:
        letters = name[:2]
        codes = "".join(f"{ord(letter):2X}" for letter in letters)
        return f"!8 Err: Unknown command '{letters}:{codes}'\r\n"
    try:
        arguments = _read(rest.split(",") if rest else [], form)
        answer = form.answer(board, *arguments)
    except Wrong as wrong:
        return str(wrong)
    return answer + OK if form.acknowledged and board.acknowledges else answer


def _read(texts: list[str], form: Form) -> list[int]:
    if len(texts) < form.required:
        raise Wrong("!4 Err: Missing parameter(s)\r\n")
    if len(texts) > len(form.ranges):
        raise Wrong("!7 Err: Extra parameter\r\n")
    numbers = []
    for text, (low, high) in zip(texts, form.ranges, strict=False):
        try:
            number = int(text)
        except ValueError:
            raise Wrong(_OUTSIDE) from None
        if not low <= number <= high:
            raise Wrong(_OUTSIDE)
        numbers.append(number)
    return numbers


_OUTSIDE = "!6 Err: Invalid parameter value\r\n"

# Motion


def _sm(board: Board, duration: int, steps1: int, steps2: int = 0, clear: int = 0) -> str:
    if duration == 0:
        raise Wrong(_OUTSIDE)
    if board.checks_limits:
        _check_sm(duration, steps1, steps2)
    if steps1 or steps2:
        board.put(sm_move(duration, steps1, steps2, min(clear, 3)))
    else:
        board.put(Pause(duration * TICKS_PER_MS))
    return ""


def _check_sm(duration: int, *steps: int) -> None:
    if duration > LARGEST_SM:
        raise Wrong(f"!0 Err: <move_duration> larger than {LARGEST_SM} ms.\n\r")
    for number, signed in enumerate(steps, 1):
        count = abs(signed)
        if count > LARGEST_SM:
            raise Wrong(f"!0 Err: <axis{number}> larger than {LARGEST_SM} steps.\n\r")
        if count // duration > TICKS_PER_MS:
            raise Wrong(f"!0 Err: <axis{number}> step rate > 25K steps/second.\n\r")
        if count and duration // 1311 >= count:
            raise Wrong(f"!0 Err: <axis{number}> step rate < 1.31Hz.\n\r")


def _xm(board: Board, duration: int, a: int, b: int, clear: int = 0) -> str:
    return _sm(board, duration, a + b, a - b, clear)


def _lm(board: Board, *numbers: int) -> str:
    rate1, steps1, accel1, rate2, steps2, accel2 = numbers[:6]
    first = steps1 and (rate1 or accel1)
    second = steps2 and (rate2 or accel2)
    if not (first or second):
        raise Wrong(_OUTSIDE)
    move = (rate1, steps1, accel1, rate2, steps2, accel2)
    board.put(lm_move(move, min(3, sum(numbers[6:]))))
    return ""


def _lt(board: Board, intervals: int, *numbers: int) -> str:
    rate1, accel1, rate2, accel2 = numbers[:4]
    if intervals == 0 or not (rate1 or rate2):
        raise Wrong(_OUTSIDE)
    board.put(lt_move(intervals, (rate1, accel1, rate2, accel2), min(3, sum(numbers[4:]))))
    return ""


def _hm(board: Board, steps_per_s: int, to1: int = 0, to2: int = 0) -> str:
    """To a place by the counters; in two legs when the shorter axis would be too slow."""
    if steps_per_s == 0:
        raise Wrong(_OUTSIDE)
    board.wait_idle()
    at1, at2 = board.counters()
    way = [to1 - at1, to2 - at2]
    long, short = (0, 1) if abs(way[0]) > abs(way[1]) else (1, 0)
    if max(map(abs, (at1, at2, *way))) > _LARGEST_HM:
        raise Wrong("!0 Err: steps to home larger than 4,294,967.\n\r")
    if steps_per_s // 1000 > TICKS_PER_MS:
        raise Wrong(f"!0 Err: HM <axis{long + 1}> step rate > 25K steps/second.\n\r")
    duration = abs(way[long]) * 1000 // steps_per_s
    if way[short] and duration // 1311 >= abs(way[short]):
        diagonal = abs(way[short]) if way[long] > 0 else -abs(way[short])
        leg = [0, 0]
        leg[long], leg[short] = diagonal, way[short]
        board.put(sm_move(max(1, abs(way[short]) * 1000 // steps_per_s), leg[0], leg[1], 3))
        way[long], way[short] = way[long] - diagonal, 0
    duration = max(10, duration)
    board.put(sm_move(duration, way[0], way[1], 3) if any(way) else Pause(duration * TICKS_PER_MS))
    return ""


def _es(board: Board, disable: int = 0) -> str:
    return ",".join(map(str, board.stop_motors(disable == 1))) + "\n\r"


def _em(board: Board, first: int, second: int) -> str:
    board.put(Enable(first, second))
    return ""


# Pen


def _sp(board: Board, value: int, duration: int = 0, pin: int = 1) -> str:
    servo = board.servo
    pin = pin if pin <= 7 else 1
    up = value > 0
    with board.changed:
        board.advance()
        if pin != servo.pin:
            servo.pin = pin
            servo.jump(board.now, servo.up if up else servo.down)
        width, rate = (servo.up, servo.rate_up) if up else (servo.down, servo.rate_down)
    board.put(PenMove(width, rate, duration * TICKS_PER_MS))
    return ""


def _tp(board: Board, duration: int = 0) -> str:
    with board.changed:
        board.advance()
        value = 0 if board.servo.is_up else 1
    return _sp(board, value, duration, board.servo.pin)


def _s2(board: Board, width: int = 0, pin: int = 0, rate: int = 0, delay: int = 0) -> str:
    """Other pins than the pen's move nothing here, but their delays count. Width 0, no pulse, is
    carried out at once and leaves the pen where it is."""
    if pin > 24:
        raise Wrong(_OUTSIDE)
    if width == 0:
        return ""
    if pin == board.servo.pin + _RP_OF_PORT_B:
        board.put(PenMove(width, rate, delay * TICKS_PER_MS))
    else:
        board.put(Pause(delay * TICKS_PER_MS))
    return ""


def _sc(board: Board, parameter: int, value: int) -> str:
    servo = board.servo
    with board.changed:
        board.advance()
        now = board.now
        if parameter == 4:
            servo.up = value
        elif parameter == 5:
            servo.down = value
        elif parameter == 8:
            servo.retime(now, max(1, min(value, 24)), servo.slot_ms)
        elif parameter == 9:
            servo.retime(now, servo.channels, max(1, min(value, 6)))
        if parameter in (10, 11):
            servo.rate_up = value
        if parameter in (10, 12):
            servo.rate_down = value
    if parameter == 1:
        return _sp(board, int(servo.is_up), 0, servo.pin)
    return ""


def _sr(board: Board, timeout: int, state: int | None = None) -> str:
    if state is not None:
        board.servo.powered = state > 0
    return ""


# Questions


def _qm(board: Board) -> str:
    return "QM," + ",".join(str(int(bit)) for bit in board.status()) + "\n\r"


def _qg(board: Board) -> str:
    """RB5 and RB2 are open inputs with pull-ups: high."""
    executing, first, second, waiting = board.status()
    bits = (True, True, board.take_button(), board.servo.is_up, executing, first, second, waiting)
    return f"{sum(bit << place for place, bit in enumerate(reversed(bits))):02X}\r\n"


def _qs(board: Board) -> str:
    first, second = board.counters()
    return f"{first},{second}\n\r"


def _qe(board: Board) -> str:
    with board.changed:
        board.advance()
        first, second = (board.resolution if on else 0 for on in board.enabled)
    return f"{first},{second}\n\r"


def _qp(board: Board) -> str:
    with board.changed:
        board.advance()
        return f"{int(board.servo.is_up)}\n\r"


def _cs(board: Board) -> str:
    board.clear_counters()
    return ""


def _reset(board: Board) -> str:
    board.reset()
    return ""


# What it remembers


def _st(board: Board, name: str) -> str:
    board.name = name[:_NAME_LENGTH]
    return OK if board.acknowledges else ""


def _pi(board: Board, rest: str) -> str:
    """The pins that hosts read are those of the motor drivers: enable (low when on) and the three
    that set the microsteps. All others are open inputs with pull-ups: high."""
    with board.changed:
        board.advance()
        fineness = 16 // board.resolution
        pins = {
            "E,0": not board.enabled[0],
            "C,1": not board.enabled[1],
            "E,2": fineness in (1, 2, 8),
            "E,1": fineness in (1, 2, 4),
            "A,6": fineness == 1,
        }
    return f"PI,{int(pins.get(rest.upper(), True))}\r\n"


def _output_pin(board: Board, rest: str) -> str:
    """PO and PD: nothing hangs on the free pins."""
    return OK if board.acknowledges else ""


def _sn(board: Board, value: int) -> str:
    board.node_count = value
    return ""


def _ni(board: Board, by: int = 1) -> str:
    board.node_count = (board.node_count + by) & 0xFFFFFFFF
    return ""


def _sl(board: Board, value: int) -> str:
    board.layer = value
    return ""


def _cu(board: Board, parameter: int, value: int) -> str:
    if parameter in (1, 2, 3) and value not in (0, 1):
        raise Wrong(_OUTSIDE)
    if parameter == 1:
        board.acknowledges = bool(value)
    elif parameter == 2:
        board.checks_limits = bool(value)
    return ""


def _nothing(board: Board, *arguments: int) -> str:
    return ""


# Commands with letters among their arguments.
LETTERED: dict[str, Callable[[Board, str], str]] = {
    "ST": _st,
    "PI": _pi,
    "PO": _output_pin,
    "PD": _output_pin,
}

FORMS: dict[str, Form] = {
    "SM": Form(_sm, (ULONG, LONG, LONG, UCHAR), 2),
    "XM": Form(_xm, (ULONG, LONG, LONG, UCHAR), 3),
    "LM": Form(_lm, (ULONG, LONG, LONG, ULONG, LONG, LONG, UCHAR), 6),
    "LT": Form(_lt, (ULONG, LONG, LONG, LONG, LONG, UCHAR), 5),
    "HM": Form(_hm, (ULONG, LONG, LONG), 1),
    "ES": Form(_es, (UCHAR,)),
    "EM": Form(_em, (UCHAR, UCHAR), 2),
    "SP": Form(_sp, (UCHAR, UINT, UCHAR), 1),
    "TP": Form(_tp, (UINT,)),
    "S2": Form(_s2, (UINT, UCHAR, UINT, UINT)),
    "SC": Form(_sc, (UCHAR, UINT), 2),
    "SR": Form(_sr, (ULONG, UCHAR), 1),
    "SE": Form(_nothing, (UCHAR, UINT, UCHAR), 1),
    "QM": Form(_qm, acknowledged=False),
    "QG": Form(_qg, acknowledged=False),
    "QS": Form(_qs),
    "QE": Form(_qe),
    "QP": Form(_qp),
    "QB": Form(lambda board: f"{int(board.take_button())}\r\n"),
    "QC": Form(lambda board: f"{CURRENT_SETTING:04d},{board.v_plus:04d}\r\n"),
    "QL": Form(lambda board: f"{board.layer:03d}\r\n"),
    "QN": Form(lambda board: f"{board.node_count:010d}\r\n"),
    "QR": Form(lambda board: f"{int(board.servo.powered)}\r\n"),
    "QT": Form(lambda board: f"{board.name}\r\n"),
    "V": Form(lambda board: f"{VERSION}\r\n", acknowledged=False),
    "SL": Form(_sl, ((0, 127),), 1),
    "SN": Form(_sn, (ULONG,), 1),
    "NI": Form(_ni),
    "ND": Form(lambda board: _ni(board, -1)),
    "CS": Form(_cs),
    "CU": Form(_cu, (UCHAR, INT), 2),
    "R": Form(_reset),
}
