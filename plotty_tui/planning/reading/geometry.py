"""Affine maps, and curves as polylines within 0.01 mm.

Curves are cut by the bound on the second difference: a chord over the parameter step h is at most
h²/8 · max|P''| away from its curve. The bound needs no recursion and tells the number of points
before the first is computed, which is what lets a hostile curve be refused in time.
"""

from __future__ import annotations

import math

# x' = a·x + c·y + e, y' = b·x + d·y + f
Matrix = tuple[float, float, float, float, float, float]
# A polyline as x0, y0, x1, y1, …
Polyline = list[float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

# Promised are 0.01 mm; the rest is for rounding to float32.
CHORD_MM = 0.009
MOST_PIECES = 200_000


class TooFar(ValueError):
    """A coordinate that is not finite or lies absurdly far from the page."""


class TooMany(ValueError):
    """More points than a drawing may have."""


def times(outer: Matrix, inner: Matrix) -> Matrix:
    """The map that applies `inner` first."""
    a, b, c, d, e, f = outer
    g, h, i, j, k, m = inner
    return (
        a * g + c * h,
        b * g + d * h,
        a * i + c * j,
        b * i + d * j,
        a * k + c * m + e,
        b * k + d * m + f,
    )


class Tracer:
    """Draws in the coordinates of a shape and collects polylines in mm on the page.

    A polyline of two equal points is a dot. Moves that draw nothing leave nothing.
    """

    def __init__(self, matrix: Matrix, reach_mm: float, points: int) -> None:
        self.matrix = matrix
        self.reach_mm = reach_mm
        self.lines: list[Polyline] = []
        self.points_left = points
        self._line: Polyline = []

    def move(self, x: float, y: float) -> None:
        """Lift the pen and go to (x, y)."""
        self.finish()
        a, b, c, d, e, f = self.matrix
        self._line = [a * x + c * y + e, b * x + d * y + f]

    def line(self, x: float, y: float) -> None:
        """A straight line to (x, y)."""
        a, b, c, d, e, f = self.matrix
        self._line += (a * x + c * y + e, b * x + d * y + f)

    def lines_to(self, values: list[float]) -> None:
        """Straight lines through the points x, y, x, y, … (most drawings are nothing else)."""
        a, b, c, d, e, f = self.matrix
        line = self._line
        for i in range(0, len(values), 2):
            x, y = values[i], values[i + 1]
            line += (a * x + c * y + e, b * x + d * y + f)

    def quadratic(self, x1: float, y1: float, x: float, y: float) -> None:
        """A parabola to (x, y) with one control point."""
        line, place = self._line, self._place
        px, py = line[-2:]
        (qx, qy), (rx, ry) = place(x1, y1), place(x, y)
        ux, uy = px - 2 * qx + rx, py - 2 * qy + ry
        vx, vy = 2 * (qx - px), 2 * (qy - py)
        count = self._pieces(math.sqrt(math.hypot(ux, uy) / (4 * CHORD_MM)))
        for k in range(1, count):
            t = k / count
            line += ((ux * t + vx) * t + px, (uy * t + vy) * t + py)
        line += (rx, ry)

    def cubic(self, x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> None:
        """A cubic Bézier curve to (x, y)."""
        line, place = self._line, self._place
        px, py = line[-2:]
        (qx, qy), (rx, ry), (sx, sy) = place(x1, y1), place(x2, y2), place(x, y)
        bend = max(
            math.hypot(px - 2 * qx + rx, py - 2 * qy + ry),
            math.hypot(qx - 2 * rx + sx, qy - 2 * ry + sy),
        )
        count = self._pieces(math.sqrt(0.75 * bend / CHORD_MM))
        vx, vy = 3 * (qx - px), 3 * (qy - py)
        ux, uy = 3 * (rx - qx) - vx, 3 * (ry - qy) - vy
        wx, wy = sx - px - vx - ux, sy - py - vy - uy
        for k in range(1, count):
            t = k / count
            line += (((wx * t + ux) * t + vx) * t + px, ((wy * t + uy) * t + vy) * t + py)
        line += (sx, sy)

    def turn(
        self,
        cx: float,
        cy: float,
        rx: float,
        ry: float,
        start: float,
        sweep: float,
        tilt: float = 0,
    ) -> None:
        """Follow an ellipse around (cx, cy) from the angle `start` over `sweep` radians; the pen
        is at its start already. `tilt` turns the ellipse."""
        a, b, c, d, _, _ = self.matrix
        cos, sin = math.cos(tilt), math.sin(tilt)
        ux, uy = (a * cos + c * sin) * rx, (b * cos + d * sin) * rx
        vx, vy = (c * cos - a * sin) * ry, (d * cos - b * sin) * ry
        ox, oy = self._place(cx, cy)
        # The largest radius of the ellipse as it lies on the page.
        squares = ux * ux + uy * uy + vx * vx + vy * vy
        cross = ux * vy - uy * vx
        root = math.sqrt(max(0.0, squares * squares - 4 * cross * cross))
        radius = math.sqrt((squares + root) / 2)
        needed = abs(sweep) * math.sqrt(radius / (8 * CHORD_MM))
        count = self._pieces(max(needed, abs(sweep) / (math.pi / 4) - 1e-9))
        line = self._line
        for k in range(1, count + 1):
            t = start + sweep * k / count
            ct, st = math.cos(t), math.sin(t)
            line += (ox + ct * ux + st * vx, oy + ct * uy + st * vy)

    def land(self, x: float, y: float) -> None:
        """Put the last point exactly on (x, y), where an arc ends by definition."""
        self._line[-2:] = self._place(x, y)

    def close(self) -> None:
        """Go back to the start of the polyline and lift the pen."""
        line = self._line
        if line and (len(line) == 2 or line[-2:] != line[:2]):
            line += line[:2]
        self.finish()

    def finish(self) -> None:
        """Lift the pen."""
        line, self._line = self._line, []
        if len(line) < 4:
            return
        # A sum is finite only if each term is, and min and max are right only then.
        if not math.isfinite(sum(line)) or max(line) > self.reach_mm or min(line) < -self.reach_mm:
            raise TooFar
        self.points_left -= len(line) // 2
        if self.points_left < 0:
            raise TooMany
        self.lines.append(line)

    def _pieces(self, needed: float) -> int:
        """A number of pieces as int; refuses NaN and what would fill the memory."""
        if not needed <= MOST_PIECES:
            raise TooFar
        count = max(1, math.ceil(needed))
        if len(self._line) // 2 + count > self.points_left:
            raise TooMany
        return count

    def _place(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self.matrix
        return a * x + c * y + e, b * x + d * y + f
