"""The compiled part of motion_fast: domain.motion in loops over arrays."""

from __future__ import annotations

import numpy as np

from plotty_tui.domain.motion import CORNER_MM, SAME_PLACE_MM, STRAIGHT_BACK

from .order.compiled import kernel


@kernel
def limit_corners(dx, dy, lengths, squares, n, top2, corner, twice):  # type: ignore[no-untyped-def]
    """Squared speeds at the vertices: reached from before, allowed by the corner, and braked
    from again."""
    squares[0] = 0.0
    square = 0.0
    for k in range(n - 1):
        square = min(square + twice * lengths[k], top2)
        dot = dx[k] * dx[k + 1] + dy[k] * dy[k + 1]
        cosine = dot / (lengths[k] * lengths[k + 1])
        half = np.sqrt((1 + cosine) / 2) if cosine > STRAIGHT_BACK else 0.0
        if half < 1 and corner * half < square * (1 - half):
            square = corner * half / (1 - half)
        squares[k + 1] = square
    squares[n] = 0.0
    square = 0.0
    for k in range(n - 1, 0, -1):
        square = min(square + twice * lengths[k], squares[k])
        squares[k] = square


@kernel
def polyline(lengths, squares, n, top, accel):  # type: ignore[no-untyped-def]
    """Seconds along the segments: a trapezoid of speed each, or a triangle."""
    seconds = 0.0
    for k in range(n):
        v0, v1 = np.sqrt(squares[k]), np.sqrt(squares[k + 1])
        mean = (v0 * v0 + v1 * v1) / 2
        peak2 = accel * lengths[k] + mean
        if peak2 <= top * top:
            seconds += (2 * np.sqrt(peak2) - v0 - v1) / accel
        else:
            cruise = lengths[k] - (top * top - mean) / accel
            seconds += (2 * top - v0 - v1) / accel + cruise / top
    return seconds


@kernel
def time_strokes(xs, ys, starts, x, y, top, accel, hop_top, hop_accel, lift):  # type: ignore[no-untyped-def]
    """(mm of hop, seconds of hop, seconds of drawing, mm of ink) for each stroke."""
    count = len(starts) - 1
    longest = 1
    for i in range(count):
        longest = max(longest, starts[i + 1] - starts[i])
    dx, dy = np.empty(longest), np.empty(longest)
    lengths, squares = np.empty(longest), np.empty(longest + 1)
    out = np.zeros((4, count))
    for i in range(count):
        first, after = starts[i], starts[i + 1]
        hop = np.hypot(xs[first] - x, ys[first] - y)
        out[0, i] = hop
        if hop >= SAME_PLACE_MM:
            if hop * hop_accel >= hop_top * hop_top:
                out[1, i] = hop / hop_top + hop_top / hop_accel
            else:
                out[1, i] = 2 * np.sqrt(hop / hop_accel)
        n = np.int64(0)  # a literal would be compiled for again
        x, y = xs[first], ys[first]
        for k in range(first + 1, after):
            ux, uy = xs[k] - x, ys[k] - y
            length = np.hypot(ux, uy)
            if length < SAME_PLACE_MM:
                continue
            dx[n], dy[n], lengths[n] = ux, uy, length
            out[3, i] += length
            n += 1
            x, y = xs[k], ys[k]
        if n:
            limit_corners(dx, dy, lengths, squares, n, top * top, accel * CORNER_MM, 2 * accel)
            out[2, i] = polyline(lengths, squares, n, top, accel)
        out[2, i] += lift
        x, y = xs[after - 1], ys[after - 1]
    return out[0], out[1], out[2], out[3]
