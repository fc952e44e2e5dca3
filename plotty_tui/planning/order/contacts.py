"""Where closed trails touch other trails.

Segments are sorted into the squares of a grid; each closed trail looks for the segment of another
trail that it meets best: crossed or touched before nearly touched, along it before across.
"""

from __future__ import annotations

import numpy as np

from .compiled import kernel
from .joining import find_root

TOUCH_MM = 0.005  # nearer than this is no gap
SNAP_MM = 0.002  # a contact this near to a vertex is at the vertex
# A contact along the other trail is taken at once (37 degrees and less); any touch when none so
# good has come within so many segments.
GOOD, PATIENCE = 0.1, 16
MOST_SQUARES = 4_000_000


def find_contacts(xs, ys, starts, closed, join_mm):  # type: ignore[no-untyped-def]
    """(trails, positions), one row per contact: two trails and where on each they meet, as number
    of the segment plus the part of it. With these contacts every piece is a tree in which all
    trails but one are closed."""
    grid = sort_segments(xs, ys, starts, join_mm)
    return attach_loops(xs, ys, starts, closed, join_mm, *grid)


def sort_segments(xs, ys, starts, join_mm, fine=False):  # type: ignore[no-untyped-def]
    """(owner of each point, first, members, x0, y0, square, columns, rows): the segments in the
    squares of a grid, see `fill_squares`; the grid reaches `join_mm` beyond the strokes. Squares
    are as large as segments are long, or `fine`: for looking at places, not along segments."""
    x0, y0 = xs.min() - 2 * join_mm, ys.min() - 2 * join_mm
    width, height = xs.max() - x0 + 2 * join_mm, ys.max() - y0 + 2 * join_mm
    inside = np.ones(max(len(xs) - 1, 0), dtype=bool)
    inside[starts[1:-1] - 1] = False
    lengths = np.hypot(np.diff(xs), np.diff(ys))[inside]
    total = float(lengths.sum())
    square = max(0.3, 2 * join_mm, 2 * total / (MOST_SQUARES if fine else max(len(lengths), 1)))
    square = max(square, float(np.sqrt(width * height / MOST_SQUARES)))
    columns, rows = int(width / square) + 1, int(height / square) + 1
    owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    first, members = fill_squares(xs, ys, inside, x0, y0, square, columns, rows)
    return owner, first, members, x0, y0, square, columns, rows


@kernel
def rows_in_column(ax, ay, bx, by, left, right):  # type: ignore[no-untyped-def]
    """The lowest and highest y of a segment between two abscissae."""
    if ax > bx:
        ax, ay, bx, by = bx, by, ax, ay
    if bx - ax < 1e-9:
        return min(ay, by), max(ay, by)
    slope = (by - ay) / (bx - ax)
    one = ay + slope * (max(left, ax) - ax)
    other = ay + slope * (min(right, bx) - ax)
    return min(one, other), max(one, other)


@kernel
def fill_squares(xs, ys, inside, x0, y0, square, columns, rows):  # type: ignore[no-untyped-def]
    """(first, members): the segments in each square of the grid, as a list and where each square's
    part of it begins. Segment k goes from point k to the next."""
    first = np.zeros(columns * rows + 1, np.int64)
    members = np.empty(0, np.int64)
    for fill in range(2):
        if fill:
            members = np.empty(first[-1], np.int64)
        for k in range(len(inside)):
            if not inside[k]:
                continue
            ax, ay, bx, by = xs[k] - x0, ys[k] - y0, xs[k + 1] - x0, ys[k + 1] - y0
            for column in range(int(min(ax, bx) / square), int(max(ax, bx) / square) + 1):
                low, high = rows_in_column(ax, ay, bx, by, column * square, (column + 1) * square)
                for row in range(int(low / square), int(high / square) + 1):
                    cell = row * columns + column
                    if fill:
                        first[cell] -= 1
                        members[first[cell]] = k
                    else:
                        first[cell] += 1
        if not fill:
            for cell in range(len(first) - 1):
                first[cell + 1] += first[cell]
    return first, members


@kernel
def nearest_part(px, py, ax, ay, bx, by):  # type: ignore[no-untyped-def]
    """(squared distance, part of the way from a to b) of the point of a segment nearest to p."""
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    part = 0.0
    if square > 0:
        part = min(max(((px - ax) * dx + (py - ay) * dy) / square, 0.0), 1.0)
    gx, gy = ax + part * dx - px, ay + part * dy - py
    return gx * gx + gy * gy, part


@kernel
def closest_parts(ax, ay, bx, by, cx, cy, dx, dy):  # type: ignore[no-untyped-def]
    """(gap in mm, part of ab, part of cd) where two segments are closest."""
    ux, uy, vx, vy = bx - ax, by - ay, dx - cx, dy - cy
    cross = ux * vy - uy * vx
    if cross != 0:
        one = ((cx - ax) * vy - (cy - ay) * vx) / cross
        other = ((cx - ax) * uy - (cy - ay) * ux) / cross
        if 0 <= one <= 1 and 0 <= other <= 1:
            return 0.0, one, other
    best, one = nearest_part(cx, cy, ax, ay, bx, by)
    other = 0.0
    gap, part = nearest_part(dx, dy, ax, ay, bx, by)
    if gap < best:
        best, one, other = gap, part, 1.0
    gap, part = nearest_part(ax, ay, cx, cy, dx, dy)
    if gap < best:
        best, one, other = gap, 0.0, part
    gap, part = nearest_part(bx, by, cx, cy, dx, dy)
    if gap < best:
        best, one, other = gap, 1.0, part
    return np.sqrt(best), one, other


@kernel
def contact_price(xs, ys, k, m, join_mm):  # type: ignore[no-untyped-def]
    """(price, part of segment k, part of segment m); a price of 2 and more is no contact. In one:
    half the bend for a touch, 1 and the share of the join radius for a gap."""
    ax, ay, bx, by = xs[k], ys[k], xs[k + 1], ys[k + 1]
    cx, cy, dx, dy = xs[m], ys[m], xs[m + 1], ys[m + 1]
    if (
        max(ax, bx) + join_mm < min(cx, dx)
        or max(cx, dx) + join_mm < min(ax, bx)
        or max(ay, by) + join_mm < min(cy, dy)
        or max(cy, dy) + join_mm < min(ay, by)
    ):
        return 2.0, 0.0, 0.0
    gap, one, other = closest_parts(ax, ay, bx, by, cx, cy, dx, dy)
    if gap > max(join_mm, TOUCH_MM):
        return 2.0, 0.0, 0.0
    if gap > TOUCH_MM:
        return 1.0 + gap / max(join_mm, TOUCH_MM) * 0.99, one, other
    ux, uy, vx, vy = bx - ax, by - ay, dx - cx, dy - cy
    span = np.sqrt((ux * ux + uy * uy) * (vx * vx + vy * vy))
    along = abs(ux * vx + uy * vy) / span if span > 0 else 0.0
    return 0.5 * (1 - along), one, other


@kernel
def best_contact(  # type: ignore[no-untyped-def]
    xs, ys, starts, owner, parent, first, members, x0, y0, square, columns, rows, join_mm, trail
):
    """(price, segment, part, other segment, its part) of the best contact of a trail with one of
    another piece."""
    mine = find_root(parent, trail)
    best, at, part, there, there_part = 2.0, -1, 0.0, -1, 0.0
    for k in range(starts[trail], starts[trail + 1] - 1):
        ax, ay, bx, by = xs[k] - x0, ys[k] - y0, xs[k + 1] - x0, ys[k + 1] - y0
        left = max(int((min(ax, bx) - join_mm) / square), 0)
        right = min(int((max(ax, bx) + join_mm) / square), columns - 1)
        for column in range(left, right + 1):
            low, high = rows_in_column(
                ax, ay, bx, by, column * square - join_mm, (column + 1) * square + join_mm
            )
            bottom = max(int((low - join_mm) / square), 0)
            top = min(int((high + join_mm) / square), rows - 1)
            for cell in range(bottom * columns + column, top * columns + column + 1, columns):
                for i in range(first[cell], first[cell + 1]):
                    m = members[i]
                    if find_root(parent, owner[m]) == mine:
                        continue
                    price, one, other = contact_price(xs, ys, k, m, join_mm)
                    if price < best:
                        best, at, part, there, there_part = price, k, one, m, other
        if best < GOOD or (best < 1 and k > at + PATIENCE):
            break
    return best, at, part, there, there_part


@kernel
def snapped(xs, ys, k, first, part):  # type: ignore[no-untyped-def]
    """The position on a trail that begins at point `first`: that of a vertex if one is near."""
    length = np.hypot(xs[k + 1] - xs[k], ys[k + 1] - ys[k])
    if part * length < SNAP_MM:
        return float(k - first)
    if (1 - part) * length < SNAP_MM:
        return float(k - first + 1)
    return k - first + part


@kernel
def attach_loops(  # type: ignore[no-untyped-def]
    xs, ys, starts, closed, join_mm, owner, first, members, x0, y0, square, columns, rows
):
    """Give each closed piece its best contact with another piece, until none has one."""
    count = len(starts) - 1
    parent = np.arange(count)
    loose = closed.copy()  # by root: a piece of closed trails only
    alone = np.zeros(count, np.bool_)  # no contact with any other piece
    trails = np.empty((count, 2), np.int64)
    positions = np.empty((count, 2))
    found = 0
    again = True
    while again:
        again = False
        for trail in range(count):
            mine = find_root(parent, trail)
            if not closed[trail] or alone[trail] or not loose[mine]:
                continue
            _, at, part, there, there_part = best_contact(
                xs, ys, starts, owner, parent, first, members,
                x0, y0, square, columns, rows, join_mm, trail,
            )  # fmt: skip
            if at < 0:
                alone[trail] = True
                continue
            other = owner[there]
            theirs = find_root(parent, other)
            trails[found, 0], trails[found, 1] = trail, other
            positions[found, 0] = snapped(xs, ys, at, starts[trail], part)
            positions[found, 1] = snapped(xs, ys, there, starts[other], there_part)
            found += 1
            loose[theirs] = loose[theirs] and loose[mine]
            parent[mine] = theirs
            again = True
    return trails[:found], positions[:found]
