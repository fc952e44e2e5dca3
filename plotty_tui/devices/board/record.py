"""What a board did: the ink on the paper, the commands, the moments at which its queue ran dry."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .clock import TICKS_PER_SECOND

# A point of ink: x and y in mm, board time in seconds.
InkPoint = tuple[float, float, float]
# Two motors on one belt: x = (a + b) / 2, y = (a - b) / 2, 80 steps a mm at 1/16 microsteps.
STEPS_PER_MM = 2032 / 25.4


def place_mm(a: float, b: float) -> tuple[float, float]:
    """Where the carriage is when the motors have made `a` and `b` sixteenth steps."""
    return (a + b) / 2 / STEPS_PER_MM, (a - b) / 2 / STEPS_PER_MM


@dataclass(slots=True)
class Line:
    """One touch of the pen: from pen down to pen up."""

    points: list[InkPoint]
    lifted: float | None = None

    def path(self) -> list[tuple[float, float]]:
        """Its points in mm, without those at which the pen only stood."""
        path: list[tuple[float, float]] = []
        for x, y, _ in self.points:
            if not path or path[-1] != (x, y):
                path.append((x, y))
        return path

    def length_mm(self) -> float:
        pairs = zip(self.points, self.points[1:], strict=False)
        return sum(math.dist(p[:2], q[:2]) for p, q in pairs)


@dataclass(slots=True)
class Heard:
    """A command: its text, when it came and when it was answered (None: not yet, or never), in
    seconds of board time."""

    text: str
    at: float
    answered: float | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """The queue was dry: from `at` on for `seconds`, after a move that ended at `speed_mm_s`. A
    gap at speed is a stop in the middle of a stroke."""

    at: float
    seconds: float
    speed_mm_s: float


@dataclass(frozen=True, slots=True)
class Jerk:
    """The largest change of speed from one moment to the next."""

    at: float = 0.0
    mm_s: float = 0.0


@dataclass(slots=True)
class Record:
    """Everything noted since the board was made, or since `clear`."""

    lines: list[Line] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    jerk: Jerk = field(default_factory=Jerk)
    began: float | None = None
    ended: float | None = None
    down: bool = False
    _passing: bool = False

    def clear(self) -> None:
        """Forget (not for a board that writes an ink file); a pen that is down begins a new line
        at its next point."""
        self.lines, self.heard, self.gaps, self.jerk = [], [], [], Jerk()
        self.began = self.ended = None
        self.down = False

    def begin_work(self, tick: int) -> None:
        """A queued command begins to be carried out."""
        if self.began is None:
            self.began = tick / TICKS_PER_SECOND

    def end_work(self, tick: int) -> None:
        self.ended = tick / TICKS_PER_SECOND

    def worked_seconds(self) -> float:
        """Board time from the start of the first queued command to the end of the last."""
        return 0.0 if self.began is None or self.ended is None else self.ended - self.began

    def touch(self, tick: int, at: tuple[float, float], passing: bool = False) -> None:
        """The tip is on the paper at tick `tick`, at sixteenth steps `at`. A place that is only
        passed, because somebody looks, is forgotten when the next one comes."""
        point = (*place_mm(*at), tick / TICKS_PER_SECOND)
        if not self.down:
            self.lines.append(Line([point]))
            self.down = True
            self._passing = False
            return
        points = self.lines[-1].points
        if points[-1] == point:
            return
        if self._passing:
            points.pop()
        self._passing = passing
        if len(points) > 1 and points[-1][:2] == points[-2][:2] == point[:2]:
            points[-1] = point
        else:
            points.append(point)

    def keep(self) -> None:
        """The last place is not only passed: the carriage stops or turns there."""
        self._passing = False

    def lift(self, tick: int) -> None:
        """The tip leaves the paper."""
        self.keep()
        if self.down:
            self.lines[-1].lifted = tick / TICKS_PER_SECOND
            self.down = False

    def hear(self, text: str, tick: int) -> Heard:
        entry = Heard(text, tick / TICKS_PER_SECOND)
        self.heard.append(entry)
        return entry

    def starve(self, since: int, until: int, speed_mm_s: float) -> None:
        if until > since:
            seconds = (until - since) / TICKS_PER_SECOND
            self.gaps.append(Gap(since / TICKS_PER_SECOND, seconds, speed_mm_s))

    def shake(self, tick: int, mm_s: float) -> None:
        if mm_s > self.jerk.mm_s:
            self.jerk = Jerk(tick / TICKS_PER_SECOND, mm_s)

    def to_json(self) -> dict[str, Any]:
        return {
            "lines": [asdict(line) for line in self.lines],
            "heard": [asdict(entry) for entry in self.heard],
            "gaps": [asdict(gap) for gap in self.gaps],
            "jerk": asdict(self.jerk),
            "worked": self.worked_seconds(),
        }


class InkFile:
    """Ink as JSON lines, appended while it flows: `{"line": 3, "points": [[x, y, s], …]}`, new
    points of line 3. What is written outlives the process."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        self._line = self._point = 0

    def write(self, lines: list[Line]) -> None:
        """Append what has come since the last call."""
        news: list[str] = []
        while self._line < len(lines):
            line = lines[self._line]
            # The last point of a line under way may still move on in time.
            ready = len(line.points) - (line.lifted is None)
            if ready > self._point:
                points = [[round(v, 5) for v in p] for p in line.points[self._point : ready]]
                news.append(json.dumps({"line": self._line, "points": points}) + "\n")
                self._point = ready
            if line.lifted is None and self._line == len(lines) - 1:
                break
            self._line, self._point = self._line + 1, 0
        if news:
            os.write(self._file, "".join(news).encode())

    def close(self) -> None:
        os.close(self._file)


def read_ink(path: str | os.PathLike[str]) -> list[list[InkPoint]]:
    """The lines in an ink file, in order; one that is just being drawn as far as it goes."""
    try:
        text = Path(path).read_text()
    except FileNotFoundError:
        return []
    lines: list[list[InkPoint]] = []
    for row in _whole_rows(text):
        entry = json.loads(row)
        while len(lines) <= entry["line"]:
            lines.append([])
        lines[entry["line"]].extend((x, y, at) for x, y, at in entry["points"])
    return lines


def _whole_rows(text: str) -> Iterable[str]:
    return text[: text.rfind("\n") + 1].splitlines()
