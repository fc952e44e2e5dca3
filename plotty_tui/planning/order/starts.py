"""Where closed trails are begun, and the planned strokes laid out."""

from __future__ import annotations

import numpy as np

from .compiled import kernel
from .tour import hop_price


@kernel
def choose_starts(  # type: ignore[no-untyped-def]
    xs, ys, starts, trail, closed, begins, x, y, tour, hop
):
    """Begin each closed trail at the vertex that is nearest, in seconds, to the end before it and
    the beginning after it; whether anything changed. `trail` is the trail of each item (-1: a dot
    or home); `begins`, `x` and `y` are changed in place."""
    changed = False
    n = len(tour)
    for k in range(n):
        end = tour[k]
        item = end >> 1
        if trail[item] < 0 or not closed[trail[item]]:
            continue
        before, after = tour[k - 1] ^ 1, tour[k + 1 if k + 1 < n else 0]
        first, last = starts[trail[item]], starts[trail[item] + 1] - 1
        best, begin = np.inf, -1
        old = first + begins[item]
        for v in range(first - 1, last):
            at = old if v < first else v  # the one it has wins when others are no better
            x[end], y[end] = xs[at], ys[at]
            price = hop_price(x, y, before, end, hop)
            if price >= best:
                continue
            price += hop_price(x, y, end, after, hop)
            if price < best - 1e-9:
                best, begin = price, at
        changed = changed or begin != old
        begins[item] = begin - first
        for e in (end, end ^ 1):
            x[e], y[e] = xs[begin], ys[begin]
    return changed


@kernel
def lay_tour(  # type: ignore[no-untyped-def]
    xs, ys, starts, trail, closed, begins, dot_x, dot_y, tour, join_mm
):
    """(xs, ys, starts) of the items in the order of the tour. A trail that begins within `join_mm`
    of where the one before ended goes on from it; dots (numbered by -2 - `trail`) stay alone."""
    total = 2 * len(tour)
    for t in range(len(starts) - 1):
        total += starts[t + 1] - starts[t] + 1
    out_x, out_y = np.empty(total), np.empty(total)
    out_starts = np.zeros(len(tour) + 1, np.int64)
    n = laid = 0
    after_dot = True
    for end in tour:
        t = trail[end >> 1]
        if t < -1:
            out_x[n], out_y[n] = dot_x[-2 - t], dot_y[-2 - t]
            out_x[n + 1], out_y[n + 1] = out_x[n], out_y[n]
            n += 2
            after_dot = True
        else:
            first, last = starts[t], starts[t + 1] - 1
            size = last - first + 1
            for j in range(size + int(closed[t])):
                v = first + j if end % 2 == 0 else last - j
                if closed[t]:
                    v = first + (begins[end >> 1] + j) % size
                if j > 0 and out_x[n - 1] == xs[v] and out_y[n - 1] == ys[v] and closed[t]:
                    continue
                out_x[n], out_y[n] = xs[v], ys[v]
                n += 1
                if j == 0 and not after_dot:
                    gap = np.hypot(out_x[n - 1] - out_x[n - 2], out_y[n - 1] - out_y[n - 2])
                    if gap <= join_mm:
                        laid -= 1
                    if gap == 0:
                        n -= 1
            after_dot = False
        laid += 1
        out_starts[laid] = n
    return out_x[:n], out_y[:n], out_starts[: laid + 1]
