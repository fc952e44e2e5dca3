"""Path data: the `d` of <path>, drawn with a tracer.

svgelements builds an object per segment and knows no ellipse under a skew; drawing the commands
as they are read takes a fraction of its time and memory, and a degenerate arc becomes the
straight line that the SVG standard asks for. A test holds the two against each other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from .geometry import Tracer

_COMMAND = re.compile(r"([MmZzLlHhVvCcSsQqTtAa])([^MmZzLlHhVvCcSsQqTtAa]*)")
_FOREIGN = re.compile(r"[^MmZzLlHhVvCcSsQqTtAa0-9eE+\-., \t\r\n\f]")
_NUMBER_TEXT = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_NUMBER = re.compile(_NUMBER_TEXT)
_GAP = r"[\s,]*"
# The two flags of an arc may be written without a gap: "a1 1 0 0110 5".
_ARC = re.compile(_GAP.join([f"({_NUMBER_TEXT})"] * 3 + ["([01])"] * 2 + [f"({_NUMBER_TEXT})"] * 2))
_BLANKS = " \t\r\n\f,"


class BadPath(ValueError):
    """Path data that break the grammar."""


def numbers(text: str) -> list[float]:
    """The numbers in a list as SVG writes it: `1,2 3-4.5.5`. Raises BadPath."""
    try:
        return [float(word) for word in text.replace(",", " ").split()]
    except ValueError:
        if _NUMBER.sub("", text).strip(_BLANKS):
            raise BadPath(text) from None
        return [float(word) for word in _NUMBER.findall(text)]


def _arc_numbers(text: str) -> list[float]:
    if _ARC.sub("", text).strip(_BLANKS):
        raise BadPath(text)
    return [float(word) for arc in _ARC.findall(text) for word in arc]


def trace_path(data: str, tracer: Tracer) -> None:
    """Draw path data. Raises BadPath for bad syntax, TooFar for absurd coordinates."""
    if _FOREIGN.search(data):
        raise BadPath(data)
    lead = data[: len(data) - len(data.lstrip(_BLANKS))]
    commands = _COMMAND.findall(data)
    if sum(len(rest) + 1 for _, rest in commands) + len(lead) != len(data) or "," in lead:
        raise BadPath(data)
    if commands and commands[0][0] not in "Mm":
        raise BadPath(data)
    pen = _Pen(tracer)
    for letter, rest in commands:
        pen.command(letter, rest)
    tracer.finish()


class _Pen:
    """The state that path commands refer to: where the pen is, where the subpath began, and the
    last control point for the smooth commands."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer
        self.x = self.y = 0.0
        self.start = (0.0, 0.0)
        self.control: tuple[str, float, float] = ("", 0.0, 0.0)
        self.closed = False

    def command(self, letter: str, rest: str) -> None:
        """One letter and all its arguments."""
        upper = letter.upper()
        if upper == "Z":
            if rest.strip(_BLANKS):
                raise BadPath(rest)
            self.tracer.close()
            (self.x, self.y), self.closed, self.control = self.start, True, ("", 0.0, 0.0)
            return
        values = _arc_numbers(rest) if upper == "A" else numbers(rest)
        size = _SIZES[upper]
        if not values or len(values) % size:
            raise BadPath(rest)
        if self.closed and upper != "M":
            self.tracer.move(self.x, self.y)
        self.closed = False
        relative = letter != upper
        if upper in "ML":
            self._polyline(upper == "M", relative, values)
            return
        act = _ACTS[upper]
        for i in range(0, len(values), size):
            ox, oy = (self.x, self.y) if relative else (0.0, 0.0)
            act(self, ox, oy, *values[i : i + size])
            if upper not in "CSQT":
                self.control = ("", 0.0, 0.0)

    def _polyline(self, move: bool, relative: bool, values: list[float]) -> None:
        """Lines through all the points; with `move`, to the first one with the pen up."""
        if relative:
            x, y = self.x, self.y
            for i in range(0, len(values), 2):
                x, y = x + values[i], y + values[i + 1]
                values[i], values[i + 1] = x, y
        if move:
            self.start = (values[0], values[1])
            self.tracer.move(*self.start)
        self.tracer.lines_to(values[2:] if move else values)
        self.x, self.y = values[-2:]
        self.control = ("", 0.0, 0.0)

    def _across(self, ox: float, oy: float, x: float) -> None:
        self.x = ox + x
        self.tracer.line(self.x, self.y)

    def _down(self, ox: float, oy: float, y: float) -> None:
        self.y = oy + y
        self.tracer.line(self.x, self.y)

    def _cubic(
        self, ox: float, oy: float, x1: float, y1: float, x2: float, y2: float, x: float, y: float
    ) -> None:
        self._curve(ox + x1, oy + y1, ox + x2, oy + y2, ox + x, oy + y)

    def _smooth_cubic(self, ox: float, oy: float, x2: float, y2: float, x: float, y: float) -> None:
        x1, y1 = self._mirrored("C")
        self._curve(x1, y1, ox + x2, oy + y2, ox + x, oy + y)

    def _curve(self, x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> None:
        self.tracer.cubic(x1, y1, x2, y2, x, y)
        self.x, self.y, self.control = x, y, ("C", x2, y2)

    def _quadratic(self, ox: float, oy: float, x1: float, y1: float, x: float, y: float) -> None:
        self._parabola(ox + x1, oy + y1, ox + x, oy + y)

    def _smooth_quadratic(self, ox: float, oy: float, x: float, y: float) -> None:
        x1, y1 = self._mirrored("Q")
        self._parabola(x1, y1, ox + x, oy + y)

    def _parabola(self, x1: float, y1: float, x: float, y: float) -> None:
        self.tracer.quadratic(x1, y1, x, y)
        self.x, self.y, self.control = x, y, ("Q", x1, y1)

    def _mirrored(self, kind: str) -> tuple[float, float]:
        """The control point of a smooth command: the last one, mirrored at the pen."""
        last, x, y = self.control
        return (2 * self.x - x, 2 * self.y - y) if last == kind else (self.x, self.y)

    def _arc(
        self,
        ox: float,
        oy: float,
        rx: float,
        ry: float,
        tilt: float,
        large: float,
        clockwise: float,
        x: float,
        y: float,
    ) -> None:
        x0, y0 = self.x, self.y
        self.x, self.y = x, y = ox + x, oy + y
        ellipse = _ellipse_through(x0, y0, x, y, abs(rx), abs(ry), tilt, large != clockwise)
        if ellipse is None:
            self.tracer.line(x, y)
            return
        cx, cy, rx, ry, start, end = ellipse
        sweep = (end - start) % math.tau
        if not clockwise and sweep:
            sweep -= math.tau
        self.tracer.turn(cx, cy, rx, ry, start, sweep, math.radians(tilt % 360))
        self.tracer.land(x, y)


_SIZES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}
_ACTS: dict[str, Callable[..., None]] = {
    "H": _Pen._across,
    "V": _Pen._down,
    "C": _Pen._cubic,
    "S": _Pen._smooth_cubic,
    "Q": _Pen._quadratic,
    "T": _Pen._smooth_quadratic,
    "A": _Pen._arc,
}


def _ellipse_through(
    x0: float, y0: float, x: float, y: float, rx: float, ry: float, tilt: float, upper: bool
) -> tuple[float, float, float, float, float, float] | None:
    """(cx, cy, rx, ry, start angle, end angle) of the ellipse that leads from one point to the
    other, radii enlarged if they are too small (SVG 2, appendix B.2.4); None for a straight line.
    `upper`: which of the two possible centres."""
    if (x0 == x and y0 == y) or not rx or not ry:
        return None
    cos, sin = math.cos(math.radians(tilt % 360)), math.sin(math.radians(tilt % 360))
    hx, hy = (x0 - x) / 2, (y0 - y) / 2
    # On the unit circle everything is simple: turn back and divide by the radii.
    ux, uy = (cos * hx + sin * hy) / rx, (cos * hy - sin * hx) / ry
    half = math.hypot(ux, uy)
    if not math.isfinite(half) or not half:
        return None
    grow = max(1.0, half)
    rx, ry, ux, uy, half = rx * grow, ry * grow, ux / grow, uy / grow, min(1.0, half)
    height = math.sqrt(max(0.0, 1 / (half * half) - 1)) * (1 if upper else -1)
    mx, my = height * uy, -height * ux
    start, end = math.atan2(uy - my, ux - mx), math.atan2(-uy - my, -ux - mx)
    cx = cos * mx * rx - sin * my * ry + (x0 + x) / 2
    cy = sin * mx * rx + cos * my * ry + (y0 + y) / 2
    return cx, cy, rx, ry, start, end
