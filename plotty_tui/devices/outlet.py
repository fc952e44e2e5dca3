"""The worker's way out: lines to the engine that never hold up the drawing.

Progress is a value: a newer report replaces the older one, and lines are written at most every
PROGRESS_GAP_SECONDS. The end of a stroke is kept apart, because later reports do not imply it.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from .driver import Progress

# Two lines each time, the last ended stroke and the place since: 50 lines a second.
PROGRESS_GAP_SECONDS = 0.04

log = logging.getLogger("plotty.worker")


class Outlet:
    """Writes JSON lines to the file descriptor `sink` from a thread of its own (`run`). `lost` is
    called when nobody reads them any more."""

    def __init__(self, sink: int) -> None:
        self.lost: Callable[[], None] = lambda: None
        self._sink = sink
        self._changed = threading.Condition()
        self._lines: deque[dict[str, Any]] = deque()
        self._ended: tuple[int, Progress] | None = None
        self._latest: tuple[int, Progress] | None = None
        self._next_progress = 0.0
        self._finished = False
        self._emptied = threading.Event()

    def say(self, message: dict[str, Any]) -> None:
        """One line, after all progress that came before it."""
        with self._changed:
            self._settle()
            self._lines.append(message)
            self._changed.notify()

    def progress(self, drawing: int, report: Progress) -> None:
        """The newest report of a drawing."""
        with self._changed:
            if report.ended:
                self._ended, self._latest = (drawing, report), None
            else:
                self._latest = (drawing, report)
            self._changed.notify()

    def hurry(self) -> None:
        """Say the last ended stroke now: somebody waits for its acknowledgement."""
        with self._changed:
            self._settle_ended()
            self._changed.notify()

    def beat(self, busy_s: float) -> None:
        """A sign of life, unless other lines still wait for a reader."""
        with self._changed:
            if not self._lines:
                self._lines.append({"say": "beat", "busy_s": round(busy_s, 3)})
                self._changed.notify()

    def finish(self, seconds: float = 2.0) -> None:
        """Wait until all is written, as far as somebody reads."""
        with self._changed:
            self._settle()
            self._finished = True
            self._changed.notify()
        self._emptied.wait(seconds)

    def run(self) -> None:
        """Write until finished or nobody reads."""
        try:
            while lines := self._next_lines():
                _write(self._sink, lines)
        except OSError:
            log.warning("nobody reads the worker's answers", exc_info=True)
            self.lost()
        self._emptied.set()

    def _next_lines(self) -> list[dict[str, Any]]:
        """What is to be written now, waiting for it; nothing when finished."""
        with self._changed:
            while not self._lines and not self._finished:
                if not (self._ended or self._latest):
                    self._changed.wait()
                    continue
                left = self._next_progress - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                else:
                    self._settle()
            lines = list(self._lines)
            self._lines.clear()
            return lines

    def _settle(self) -> None:
        """Waiting progress becomes lines."""
        self._settle_ended()
        if self._latest:
            self._lines.append(_line(*self._latest))
            self._latest = None
            self._next_progress = time.monotonic() + PROGRESS_GAP_SECONDS

    def _settle_ended(self) -> None:
        if self._ended:
            self._lines.append(_line(*self._ended))
            self._ended = None
            self._next_progress = time.monotonic() + PROGRESS_GAP_SECONDS


def _line(drawing: int, report: Progress) -> dict[str, Any]:
    return {"say": "progress", "id": drawing, **report.to_json()}


def _write(sink: int, lines: list[dict[str, Any]]) -> None:
    data = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode()
    while data:
        data = data[os.write(sink, data) :]
