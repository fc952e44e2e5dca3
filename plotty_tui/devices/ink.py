"""The record of a simulated pen: the ink that it really left."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from plotty_tui.domain.strokes import Point

STEP_MM = 25.4 / 2032


class InkRecord:
    """What a pen drew: a file of JSON lines, one for each time that the pen was down.

    A line grows while it is drawn and is closed when the pen is raised: a process that is killed
    leaves what it had drawn, and the next one closes the line for it. Without a path nothing is
    kept. Coordinates are mm, rounded to motor steps.
    """

    def __init__(self, path: str | os.PathLike[str] | None) -> None:
        self._path = path
        self._file = -1
        self._last: tuple[int, int] | None = None
        self._waiting: list[str] = []

    def open(self) -> None:
        if self._path is None:
            return
        Path(self._path).parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            os.write(self._file, b"]}\n")

    def begin(self, at: Point, tag: Mapping[str, Any] | None, stroke: int | None) -> None:
        """The pen touches the paper."""
        head = json.dumps({"tag": tag, "stroke": stroke}, separators=(",", ":"))
        self._last = _on_grid(at)
        self._waiting.append(f'{head[:-1]},"line":[{_point(self._last)}')

    def extend(self, points: Sequence[Point]) -> None:
        """The pen has moved through these."""
        for point in points:
            step = _on_grid(point)
            if step != self._last:
                self._last = step
                self._waiting.append(f",{_point(step)}")

    def flush(self) -> None:
        """Hand what was drawn to the system, where it outlives this process."""
        if self._file >= 0 and self._waiting:
            os.write(self._file, "".join(self._waiting).encode())
        self._waiting.clear()

    def end(self) -> None:
        """The pen leaves the paper."""
        if self._last is not None:
            self._waiting.append("]}\n")
            self._last = None
        self.flush()

    def close(self) -> None:
        self.end()
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class PlaceRecord:
    """Where a simulated carriage stands, and whether its pen is down: noted as often as ink is,
    so that a process that is killed leaves both as they were. Without a path nothing is kept."""

    def __init__(self, path: str | os.PathLike[str] | None) -> None:
        self._path = path
        self._file = -1

    def open(self) -> tuple[float, float, bool]:
        """x and y in mm, pen down; home where nothing was noted yet."""
        if self._path is None:
            return 0.0, 0.0, False
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        words = os.pread(self._file, 100, 0).split()
        if len(words) != 3:
            return 0.0, 0.0, False
        return float(words[0]), float(words[1]), words[2] == b"down"

    def note(self, x: float, y: float, pen_down: bool) -> None:
        """One write of always the same length: all of it or nothing."""
        if self._file >= 0:
            word = "down" if pen_down else "up"
            os.pwrite(self._file, f"{x:15.6f} {y:15.6f} {word:4}\n".encode(), 0)

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _on_grid(point: Point) -> tuple[int, int]:
    return round(point[0] / STEP_MM), round(point[1] / STEP_MM)


def _point(step: tuple[int, int]) -> str:
    return f"[{step[0] * STEP_MM:.4f},{step[1] * STEP_MM:.4f}]"


def read_ink(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """What a simulator drew, in order: `tag`, `stroke` and `line` (points in mm) of each time that
    its pen was down; a line that is just being drawn is read as far as it goes."""
    try:
        text = Path(path).read_text()
    except FileNotFoundError:
        return []
    if text and not text.endswith("\n"):
        text += "]}"
    return [json.loads(line) for line in text.splitlines()]
