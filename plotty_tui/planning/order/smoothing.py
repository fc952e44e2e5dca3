"""Corners rounded within a tolerance: an arc in place of each, as wide as its sides allow."""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiled import kernel

# Gentler turns need no arc, and one straight back has none.
LEAST_TURN, MOST_TURN = 0.1, 2.8
ARC_TURN = 0.8  # the most between two vertices of an arc: more of them only please the estimate
# An arc takes at most so much of the shorter side, and shortens the line by so much of its sides.
SIDE, LOSS = 0.45, 0.04
MOST_VERTICES = 5


def smooth_corners(xs: Any, ys: Any, starts: Any, smooth_mm: float) -> tuple[Any, Any, Any]:
    """(xs, ys, starts) with rounded corners: no point farther than `smooth_mm` from the line that
    it was, the ends of strokes where they were."""
    return round_corners(xs, ys, starts, smooth_mm)  # type: ignore[no-any-return]


@kernel
def round_corners(xs, ys, starts, smooth_mm):  # type: ignore[no-untyped-def]
    """As `smooth_corners`."""
    out_x, out_y = np.empty(MOST_VERTICES * len(xs)), np.empty(MOST_VERTICES * len(xs))
    out_starts = np.zeros_like(starts)
    n = np.int64(0)
    for i in range(len(starts) - 1):
        for k in range(starts[i], starts[i + 1]):
            inside = k > starts[i] and k < starts[i + 1] - 1
            ux, uy, vx, vy = 0.0, 0.0, 0.0, 0.0
            side, other = 0.0, 0.0
            if inside:
                ux, uy, vx, vy = (
                    xs[k] - xs[k - 1],
                    ys[k] - ys[k - 1],
                    xs[k + 1] - xs[k],
                    ys[k + 1] - ys[k],
                )
                side, other = np.hypot(ux, uy), np.hypot(vx, vy)
            turn = np.arctan2(ux * vy - uy * vx, ux * vx + uy * vy)
            if side <= 0 or other <= 0 or abs(turn) < LEAST_TURN or abs(turn) > MOST_TURN:
                out_x[n], out_y[n] = xs[k], ys[k]
                n += 1
                continue
            half = abs(turn) / 2
            tangent = np.tan(half)
            pieces = max(2, int(np.ceil(abs(turn) / ARC_TURN)))
            radius = smooth_mm / (1 / np.cos(half) - np.cos(half / pieces))
            radius = min(radius, SIDE * min(side, other) / tangent)
            radius = min(radius, LOSS * (side + other) / 2 / (2 * tangent - 2 * half))
            reach = radius * tangent
            ux, uy, vx, vy = ux / side, uy / side, vx / other, vy / other
            # Round the centre, which lies `radius` to the inner side of where the arc begins.
            bend = 1.0 if turn > 0 else -1.0
            from_x, from_y = xs[k] - reach * ux, ys[k] - reach * uy
            centre_x, centre_y = from_x - bend * radius * uy, from_y + bend * radius * ux
            for j in range(pieces + 1):
                angle = turn * j / pieces
                c, s = np.cos(angle), np.sin(angle)
                dx, dy = from_x - centre_x, from_y - centre_y
                out_x[n], out_y[n] = centre_x + c * dx - s * dy, centre_y + s * dx + c * dy
                n += 1
        out_starts[i + 1] = n
    return out_x[:n], out_y[:n], out_starts
