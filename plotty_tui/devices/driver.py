"""The driver protocol: what the worker process asks of a plotter.

A driver is synchronous and may block: it lives in a worker process of its own. `draw` runs in the
worker's main thread; `pause`, `resume`, `cancel` and `stop` are called from its control thread at
any moment and must return at once. Coordinates are mm on the device: origin at home, x along the
long axis, y downwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.strokes import Strokes


@dataclass(frozen=True, slots=True)
class Facts:
    """What a plotter says of itself when it is opened. `position_known` is False after a reset,
    when the carriage may stand anywhere."""

    driver: str
    model: str
    travel_x_mm: float
    travel_y_mm: float
    name: str = ""
    firmware: str = ""
    voltage_ok: bool = True
    position_known: bool = True

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the pen is.

    stroke       number of the stroke being travelled to or drawn (0-based, within `draw`'s list)
    begun        the pen has touched the paper for this stroke
    ended        this stroke is complete (`stroke` ended; the next report names the next one)
    ink_mm       pen-down length drawn by this call of `draw`, the begun stroke's part included
    seconds      machine time of this call of `draw`; standing still (paused, or waiting at `ready`)
                 is not counted, the lifts of a pause are
    ready        the carriage stands at the stroke's start with the pen up; the pen is lowered when
                 the next report is asked for, so whoever iterates decides when
    """

    stroke: int
    begun: bool
    ended: bool
    ink_mm: float
    seconds: float
    x: float
    y: float
    pen_down: bool
    paused: bool = False
    ready: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Cancelled(Exception):
    """`draw` was ended by `cancel` or `stop`: the pen is up, the carriage where it stood (stop) or
    parked at home (cancel). The report before it tells the place."""


class Driver(Protocol):
    """One plotter. `open` comes first; any method may raise DeviceFault."""

    def open(self) -> Facts: ...

    def draw(
        self,
        strokes: Strokes,
        motion: MotionSettings,
        first: int = 0,
        *,
        tag: Mapping[str, Any] | None = None,
    ) -> Iterator[Progress]:
        """Draw the strokes from number `first` on. The call itself moves nothing: it forgets
        orders given before it and raises DeviceFault when a stroke lies outside of the travel; the
        iteration draws.

        Yields before the pen is lowered for a stroke (`ready=True`), at the end of every stroke
        (`ended=True`, pen up) and at 10-20 Hz between; the pen is up at the end of the last. While
        paused it yields `paused=True` once, pen up, and blocks until resume, cancel or stop; after
        resume it is `ready` again at the place and draws the rest of the stroke. Raises Cancelled
        after a last report. `tag` says what this drawing belongs to, for drivers that keep a
        record.
        """
        ...

    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def cancel(self) -> None: ...
    def stop(self) -> None: ...

    def home(self, motion: MotionSettings) -> float:
        """Pen up, then to the origin; machine seconds that it took. Raises Cancelled when `stop`
        came on the way."""
        ...

    def home_here(self) -> None:
        """The carriage was pushed to its home corner by hand: the position is known again, and it
        is the origin."""
        ...

    def pen_up(self, motion: MotionSettings | None = None) -> None: ...
    def pen_down(self, motion: MotionSettings | None = None) -> None: ...
    def jog(self, dx_mm: float, dy_mm: float) -> None: ...
    def write_nickname(self, name: str) -> None:
        """Store a name in the board, which keeps it when it has no power."""
        ...

    def close(self) -> None: ...
