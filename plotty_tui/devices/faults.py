"""Faults that are dialled in at a simulated plotter: `pen_dry=40m,usb_lost=11:00,stall@stroke=120`.

Each strikes once, at a moment of its own: after so much ink, machine time or so many strokes. What
has struck, and what a board and a belt remember, outlives the worker's process in a file beside the
ink record: a plotter does not forget its fault because a cable was pulled.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from plotty_tui.domain.errors import NotFound, PlottyError, Refused
from plotty_tui.domain.motion import StrokeMotion
from plotty_tui.domain.values import parse_duration, parse_length

# Fault -> what happens.
FAULTS: dict[str, str] = {
    "usb_lost": "the cable is pulled: the carriage stands where it was, the pen as it was",
    "stall": "the board hangs and answers no more",
    "brown_out": "the motors lose their power, and the plotter its position",
    "pen_dry": "the pen draws and leaves no ink, until another pen is put in",
    "slip": "the belt slips: all that follows is beside its place, until it is homed by hand",
}
SLIP_MM = 1.5
INK, TIME, STROKE = "ink", "time", "stroke"

_FAULT = re.compile(r"^(\w+)(?:@(\w+))?=(.+)$")
_HOW = "write it like pen_dry=40m, usb_lost=11:00 or stall@stroke=120"


@dataclass(frozen=True, slots=True)
class Fault:
    """One dialled fault: it strikes at `at` mm of ink, seconds of machine time, or in that
    stroke."""

    kind: str
    unit: str
    at: float
    text: str


def parse_faults(text: str) -> tuple[Fault, ...]:
    """The faults of a setting; none for an empty one. Refused with one sentence."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return tuple(_parse_fault(part) for part in parts)


def _parse_fault(text: str) -> Fault:
    match = _FAULT.match(text.replace(" ", ""))
    if not match:
        raise Refused(f"no fault {text!r}: {_HOW}")
    kind, unit, value = match.groups()
    if kind not in FAULTS:
        raise NotFound.named("fault", kind, FAULTS)
    unit = unit or (TIME if re.search(r":|[0-9](s|h|d|min)$", value) else INK)
    if unit not in (INK, TIME, STROKE):
        raise Refused(f"fault {text!r}: after @ give ink, time or stroke, not {unit!r}")
    return Fault(kind, unit, _moment(text, unit, value), text)


def _moment(text: str, unit: str, value: str) -> float:
    try:
        if unit == STROKE:
            at = float(int(value))
        elif unit == TIME:
            at = parse_duration(value.replace("min", "m"))
        else:
            at = parse_length(value, bare="?")
    except (PlottyError, ValueError, KeyError):
        raise Refused(f"fault {text!r}: {value!r} is no {_WORDS[unit]}: {_HOW}") from None
    if at <= 0:
        raise Refused(f"fault {text!r}: {value!r} is not above zero")
    return at


_WORDS = {INK: "length of ink with its unit", TIME: "machine time", STROKE: "number of a stroke"}


@dataclass(slots=True)
class BoardMemory:
    """What a simulated board, its belt and its pen remember from one worker to the next."""

    known: bool = True
    slipped: bool = False
    nickname: str = ""
    dry: str | None = None  # the pen that is dry
    faults: str = ""  # as dialled
    dialled: str = ""  # and when
    fired: list[str] = field(default_factory=list)
    ink_mm: float = 0.0
    seconds: float = 0.0
    strokes: int = 0

    @classmethod
    def load(cls, path: Path | None, faults: str, dialled: str = "") -> BoardMemory:
        """What was kept; counted anew when faults were dialled since, be they the same."""
        kept: dict[str, Any] = {}
        if path is not None and path.exists():
            kept = json.loads(path.read_text())
        memory = cls(**{one.name: kept[one.name] for one in fields(cls) if one.name in kept})
        if (memory.faults, memory.dialled) != (faults, dialled):
            memory.faults, memory.dialled = faults, dialled
            memory.fired, memory.dry = [], None
            memory.ink_mm, memory.seconds, memory.strokes = 0.0, 0.0, 0
        return memory

    def save(self, path: Path | None) -> None:
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        temporary.write_text(json.dumps(asdict(self)))
        temporary.replace(path)


def next_fault(
    faults: tuple[Fault, ...], memory: BoardMemory, seconds: float, ink: StrokeMotion | None
) -> tuple[float, Fault | None]:
    """Which fault strikes first within a phase of so many seconds, and when in it; (inf, None)
    when none does. `ink` is the move when the pen draws along it."""
    found = [
        (moment, fault)
        for fault in faults
        if fault.text not in memory.fired
        and (moment := _within(fault, memory, seconds, ink)) is not None
    ]
    return min(found, key=lambda one: one[0]) if found else (float("inf"), None)


def _within(
    fault: Fault, memory: BoardMemory, seconds: float, ink: StrokeMotion | None
) -> float | None:
    if fault.unit == TIME:
        left = fault.at - memory.seconds
        return max(left, 0.0) if left <= seconds else None
    if ink is None:
        return None
    if fault.unit == STROKE:
        return seconds / 2 if memory.strokes >= fault.at else None
    left = fault.at - memory.ink_mm
    return _seconds_to(ink, max(left, 0.0)) if left <= ink.length_mm else None


def _seconds_to(move: StrokeMotion, mm: float) -> float:
    """When so much of the move is done."""
    low, high = 0.0, move.seconds
    for _ in range(50):
        middle = (low + high) / 2
        if move.at(middle)[2] < mm:
            low = middle
        else:
            high = middle
    return high
