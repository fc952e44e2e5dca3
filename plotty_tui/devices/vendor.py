"""pyaxidraw, fenced in: how it is imported, set up and kept quiet.

Import it nowhere else. It is not on the package index, and what it prints and logs must not reach
a terminal.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import math
import threading
import time
import types
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from plotty_tui.domain.errors import DeviceFault, NotFound, Refused
from plotty_tui.domain.models import MODELS, Model
from plotty_tui.domain.presets import MotionSettings

from .overshoot import without_overshoot
from .port import BoardPort

INCH_MM = 25.4
MISSING = (
    "pyaxidraw is not installed: see docs/devices.md, or pip install axiapi/ from the vendor's zip"
)
TIME_SLICES = (0.005, 0.05)
_LOGGERS = ("axidrawinternal.axidraw", "pyaxidraw.axidraw", "plotink.ebb_serial")
# Modules of the library that sleep while the board draws.
_SLEEPERS = ("dripfeed", "pen_handling", "serial_utils")

log = logging.getLogger("plotty.axidraw")


def is_installed() -> bool:
    """Whether pyaxidraw can be imported; it is not imported for that."""
    return importlib.util.find_spec("pyaxidraw") is not None


def require() -> None:
    """Raises DeviceFault `missing_library` with the cure when pyaxidraw is not installed."""
    if not is_installed():
        raise DeviceFault(MISSING, "missing_library")


@dataclass(frozen=True, slots=True)
class Setup:
    """What is set for a device and not by a preset. `time_slice_s` None leaves the library's."""

    model: Model
    penlift: int = 1
    time_slice_s: float | None = None
    speed: float = 1.0

    @property
    def servo_pin(self) -> int:
        """The pin of the board that the pen's servo hangs on."""
        return 2 if self.penlift == 3 else 1


def read_setup(settings: Mapping[str, Any]) -> Setup:
    """The settings of a device. Refused with the nearest that would do."""
    model = str(settings.get("model", "v3"))
    if model not in MODELS:
        raise NotFound.named("model", model, MODELS)
    penlift = settings.get("penlift") or 1
    if penlift not in (1, 2, 3):
        raise Refused(f"penlift {penlift!r}: 1 and 2 are standard servos, 3 is the brushless one")
    return Setup(
        MODELS[model],
        int(penlift),
        time_slice_of(settings.get("time_slice")),
        _speed_of(settings.get("speed", 1.0)),
    )


def time_slice_of(value: Any) -> float | None:
    """Seconds of the shortest move that pyaxidraw makes; None is its own, 0.025."""
    if value in (None, ""):
        return None
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = math.nan
    if not TIME_SLICES[0] <= seconds <= TIME_SLICES[1]:
        raise Refused(
            f"time slice {value!r}: {TIME_SLICES[0]:g} to {TIME_SLICES[1]:g} s; usual is 0.025, "
            "0.0125 pauses sooner"
        )
    return seconds


def _speed_of(value: Any) -> float:
    try:
        speed = float(value)
    except (TypeError, ValueError):
        speed = math.nan
    if not (math.isfinite(speed) and speed > 0):
        raise Refused(f"speed {value!r} of a simulated board: a number above 0")
    return speed


class Library:
    """One connected `AxiDraw` of pyaxidraw, in its interactive context. It plans and feeds; its
    calls block. After a pause or a fault it is thrown away."""

    def __init__(self, port: BoardPort, setup: Setup) -> None:
        self._port = port
        self._setup = setup
        self._pause = threading.Event()
        self._ad = _make(setup)

    def connect(self, motion: MotionSettings) -> None:
        """Heights, speeds, motors on. The board must stand still."""
        ad = self._ad
        ad.interactive()
        self._set_options(motion)
        ad.options.port = self._port
        ad.connect()
        ad.set_up_pause_receiver(self._pause)
        x, y = self._port.locate()
        for position in (ad.pen.phys, ad.pen.turtle):
            position.xpos, position.ypos = x / INCH_MM, y / INCH_MM

    def update(self, motion: MotionSettings) -> None:
        """Other speeds and heights from now on."""
        self._set_options(motion)
        self._ad.update()

    def _set_options(self, motion: MotionSettings) -> None:
        options = self._ad.options
        options.units = 0
        options.resolution = 1
        options.model = self._setup.model.number
        options.penlift = self._setup.penlift
        options.speed_pendown, options.speed_penup = motion.speed_pendown, motion.speed_penup
        options.accel = motion.accel
        options.pen_pos_up = round(motion.pen_pos_up)  # a part of it is stored in the board
        options.pen_pos_down = motion.pen_pos_down
        options.pen_rate_raise, options.pen_rate_lower = (
            motion.pen_rate_raise,
            motion.pen_rate_lower,
        )
        options.pen_delay_up, options.pen_delay_down = (
            int(motion.pen_delay_up),
            int(motion.pen_delay_down),
        )

    @property
    def raise_command(self) -> str:
        """What raises the pen at this height and rate, for the port to send by itself."""
        return f"SP,1,{int(self.raise_seconds * 1000)},{self._setup.servo_pin}"

    @property
    def raise_seconds(self) -> float:
        """Seconds that raising the pen takes."""
        return (self._ad.pen.heights.times.raise_time or 0) / 1000

    def move_to(self, x: float, y: float) -> None:
        """Pen up, then there. Returns when it is nearly there (some 50 ms before)."""
        self._ad.moveto(x / INCH_MM, y / INCH_MM)

    def go_to(self, x: float, y: float) -> None:
        """There, with the pen as it is."""
        self._ad.goto(x / INCH_MM, y / INCH_MM)

    def draw_path(self, line: list[tuple[float, float]]) -> None:
        """Pen down at the first point, along the line, pen up. A single point makes a dot."""
        path = [[x / INCH_MM, y / INCH_MM] for x, y in line]
        self._ad.draw_path(path if len(path) > 1 else [path[0], list(path[0])])

    def lower(self) -> None:
        """Pen down here."""
        self._ad.pendown()

    def pause(self) -> None:
        """Stop after the move that was sent last, and raise the pen."""
        self._pause.set()

    @property
    def stopped(self) -> int:
        """Why the library stopped by itself, as its error codes have it; 0: it did not."""
        return abs(int(self._ad.plot_status.stopped))

    def pen_is_up(self) -> None:
        """The pen was raised past the library."""
        self._ad.pen.phys.z_up = self._ad.pen.turtle.z_up = True


def _make(setup: Setup) -> Any:
    """A fresh `AxiDraw` with parameters of its own: by default all share one module."""
    require()
    from axidrawinternal import axidraw_conf

    _silence()
    params = types.SimpleNamespace(
        **{key: value for key, value in vars(axidraw_conf).items() if not key.startswith("_")}
    )
    # The limits of the library's models are a hair below the real ones, and what lies beyond is
    # cut off without a word: plotty looks after the travel itself.
    for key in vars(params):
        if key.startswith("x_travel_"):
            setattr(params, key, setup.model.travel_x_mm / INCH_MM)
        elif key.startswith("y_travel_"):
            setattr(params, key, setup.model.travel_y_mm / INCH_MM)
    params.check_updates = False
    if setup.time_slice_s is not None:
        params.time_slice = setup.time_slice_s
    _set_pace(setup.speed)
    return _own_axidraw()(default_logging=False, user_message_fun=_note, params=params)


@cache
def _own_axidraw() -> Any:
    """The library's class, but that strokes end where they should."""
    from axidrawinternal import dripfeed, motion
    from pyaxidraw import axidraw

    class Exact(axidraw.AxiDraw):  # type: ignore[misc]
        def plot_polyline(self, vertex_list: list[list[float]]) -> None:
            if self.plot_status.stopped or len(vertex_list) < 2:
                return
            self.pen.pen_raise(self)
            self.go_to_position(*vertex_list[0])
            planned = motion.trajectory(self, vertex_list)
            if planned:
                dripfeed.feed(self, without_overshoot(planned[0], vertex_list))

    return Exact


def _note(text: str) -> None:
    """A message that the library means for a person: to the log."""
    log.info("pyaxidraw: %s", " ".join(str(text).split()))


class _ToLog(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        log.info("%s: %s", record.name, " ".join(record.getMessage().split()))


def _silence() -> None:
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.handlers = [_ToLog()]


class _FastTime:
    """The library's clock beside a simulated board that runs faster than life."""

    time = staticmethod(time.time)

    def __init__(self, speed: float) -> None:
        self._speed = speed

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self._speed)


def _set_pace(speed: float) -> None:
    """Let the library's sleeps keep up with the board. At life speed that is the library as it
    is; a process that drove a faster board before is set back."""
    for name in _SLEEPERS:
        module: Any = importlib.import_module(f"axidrawinternal.{name}")
        module.time = time if speed == 1.0 else _FastTime(speed)
