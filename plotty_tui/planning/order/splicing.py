"""Closed trails drawn on the way: the pen that comes past a loop goes round it and on.

The contacts make trees of trails. Each tree is drawn as one trail: along its open trail (or any of
its closed ones), at every contact once round the loop that hangs there, and so on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiled import kernel
from .contacts import TOUCH_MM, find_contacts
from .joining import find_root

CLOSED_MM = 0.005  # ends this close make a trail a loop


def splice_loops(xs: Any, ys: Any, starts: Any, join_mm: float) -> tuple[Any, Any, Any, int, int]:
    """(xs, ys, starts, how many loops were spliced in, how many lines across a gap that took).
    Gaps up to `join_mm` are drawn across, there and back."""
    closed = closed_trails(xs, ys, starts)
    if len(closed) < 2 or not closed.any():
        return xs, ys, starts, 0, 0
    trails, positions = find_contacts(xs, ys, starts, closed, join_mm)
    if not len(trails):
        return xs, ys, starts, 0, 0
    n = len(trails)
    # Both sides of each contact, sorted along their trails: i and i + n are one contact.
    side, place = trails.T.ravel(), positions.T.ravel()
    order = np.lexsort((place, side))
    rank = np.empty(2 * n, np.int64)
    rank[order] = np.arange(2 * n)
    partner = rank[(order + n) % (2 * n)]
    first = np.searchsorted(side[order], np.arange(len(closed) + 1))
    new_x, new_y, new_starts = walk_trees(
        xs, ys, starts, closed, first, place[order], side[order], partner
    )
    x, y = (_places(values, starts, side, place) for values in (xs, ys))
    gaps = np.hypot(x[:n] - x[n:], y[:n] - y[n:]) > TOUCH_MM
    return new_x, new_y, new_starts, n, 2 * int(gaps.sum())


def _places(values: Any, starts: Any, trail: Any, place: Any) -> Any:
    """One coordinate of positions on trails."""
    k = np.minimum(starts[trail] + place.astype(np.int64), starts[trail + 1] - 2)
    return values[k] + (place - (k - starts[trail])) * (values[k + 1] - values[k])


def closed_trails(xs: Any, ys: Any, starts: Any) -> Any:
    """Whether each trail ends where it began (and is no dot, nor a line to and fro)."""
    first, last = starts[:-1], starts[1:] - 1
    near = np.hypot(xs[last] - xs[first], ys[last] - ys[first]) <= CLOSED_MM
    return near & (last - first > 1)


@kernel
def put(out_x, out_y, n, begin, x, y):  # type: ignore[no-untyped-def]
    """Append a point unless the pen is there; the number of points then."""
    if n > begin and out_x[n - 1] == x and out_y[n - 1] == y:
        return n
    out_x[n], out_y[n] = x, y
    return n + 1


@kernel
def put_place(xs, ys, first, last, place, out_x, out_y, n, begin):  # type: ignore[no-untyped-def]
    """Append the point at a position of the trail from point `first` to `last`."""
    k = min(first + int(place), last)
    part = place - int(place)
    if part == 0 or k == last:
        return put(out_x, out_y, n, begin, xs[k], ys[k])
    x, y = xs[k] + part * (xs[k + 1] - xs[k]), ys[k] + part * (ys[k + 1] - ys[k])
    return put(out_x, out_y, n, begin, x, y)


@kernel
def put_way(  # type: ignore[no-untyped-def]
    xs, ys, first, last, start, end, forward, wraps, out_x, out_y, n, begin
):
    """Append the vertices strictly between two positions of a trail; over its seam if `wraps`."""
    size = last - first
    if forward:
        for v in range(int(start) + 1, size + 1 if wraps else int(np.ceil(end))):
            n = put(out_x, out_y, n, begin, xs[first + v], ys[first + v])
        if wraps:
            for v in range(0, int(np.ceil(end))):
                n = put(out_x, out_y, n, begin, xs[first + v], ys[first + v])
        return n
    for v in range(int(np.ceil(start)) - 1, -1 if wraps else int(end), -1):
        n = put(out_x, out_y, n, begin, xs[first + v], ys[first + v])
    if wraps:
        for v in range(size, int(end), -1):
            n = put(out_x, out_y, n, begin, xs[first + v], ys[first + v])
    return n


@kernel
def heading(xs, ys, first, last, place):  # type: ignore[no-untyped-def]
    """The direction of the segment at a position."""
    k = min(first + int(place), last - 1)
    return xs[k + 1] - xs[k], ys[k + 1] - ys[k]


@kernel
def walk_trees(xs, ys, starts, closed, first, places, owners, partner):  # type: ignore[no-untyped-def]
    """(xs, ys, starts) of the spliced trails, each where the first of its trails stood."""
    count = len(starts) - 1
    parent = np.arange(count)
    for c in range(len(partner)):
        parent[find_root(parent, owners[c])] = find_root(parent, owners[partner[c]])
    root = np.empty(count, np.int64)  # of each piece: its open trail, or its first
    root[:] = -1
    for trail in range(count):
        piece = find_root(parent, trail)
        if root[piece] < 0 or (closed[root[piece]] and not closed[trail]):
            root[piece] = trail
    most = len(xs) + 4 * len(partner) + 2 * count
    out_x, out_y = np.empty(most), np.empty(most)
    out_starts = np.zeros(count + 1, np.int64)
    n, laid = np.int64(0), 0  # np.int64: a literal would be compiled for again
    stack = np.empty((count + 1, 4), np.int64)  # trail, forward, contact it is at, contacts left
    for trail in range(count):
        piece = find_root(parent, trail)
        if root[piece] < 0:
            continue
        n = walk_tree(
            xs, ys, starts, closed, first, places, owners, partner,
            root[piece], stack, out_x, out_y, n,
        )  # fmt: skip
        root[piece] = -1
        laid += 1
        out_starts[laid] = n
    return out_x[:n], out_y[:n], out_starts[: laid + 1]


@kernel
def walk_tree(  # type: ignore[no-untyped-def]
    xs, ys, starts, closed, first, places, owners, partner, root, stack, out_x, out_y, n
):
    """Append one tree from its root; the number of points then."""
    begin = n
    n = put_place(xs, ys, starts[root], starts[root + 1] - 1, 0.0, out_x, out_y, n, begin)
    depth = 0
    stack[0, 0], stack[0, 1], stack[0, 2] = root, 1, first[root] - 1
    stack[0, 3] = first[root + 1] - first[root]
    while depth >= 0:
        trail, forward = stack[depth, 0], stack[depth, 1]
        at, left = stack[depth, 2], stack[depth, 3]
        a, b = starts[trail], starts[trail + 1] - 1
        low, high = first[trail], first[trail + 1]
        if depth == 0:
            here = places[at] if at >= low else 0.0
            if left == 0:
                n = put_way(
                    xs, ys, a, b, here, float(b - a), forward, left > 0, out_x, out_y, n, begin
                )
                n = put(out_x, out_y, n, begin, xs[b], ys[b])
                break
            goal = at + 1
            wraps = left < 0
        else:
            here = places[at]
            goal = at + 1 if forward else at - 1
            wraps = goal == high or goal == low - 1
            if wraps:
                goal = low if forward else high - 1
        n = put_way(xs, ys, a, b, here, places[goal], forward, wraps, out_x, out_y, n, begin)
        n = put_place(xs, ys, a, b, places[goal], out_x, out_y, n, begin)
        stack[depth, 2], stack[depth, 3] = goal, left - 1
        if depth > 0 and left == 1:  # round, and back where it was entered
            depth -= 1
            above = stack[depth, 0]
            n = put_place(
                xs, ys, starts[above], starts[above + 1] - 1, places[stack[depth, 2]],
                out_x, out_y, n, begin,
            )  # fmt: skip
            continue
        entry = partner[goal]
        loop = owners[entry]
        ux, uy = heading(xs, ys, a, b, places[goal])
        vx, vy = heading(xs, ys, starts[loop], starts[loop + 1] - 1, places[entry])
        along = ux * vx + uy * vy >= 0
        depth += 1
        stack[depth, 0], stack[depth, 1] = loop, int(along == (forward == 1))
        stack[depth, 2], stack[depth, 3] = entry, first[loop + 1] - first[loop]
        n = put_place(
            xs, ys, starts[loop], starts[loop + 1] - 1, places[entry], out_x, out_y, n, begin
        )
    return n
