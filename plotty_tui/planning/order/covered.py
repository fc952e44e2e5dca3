"""Covered joins: the pen goes back over its own line instead of being lifted.

Strokes are cut where others touch them and where a stroke first crosses another from its end, so
that the ink is a network of pieces. Odd nodes of the network are paired along its shortest ways;
the pieces of these ways are drawn once more, and what is left has fewer odd nodes, hence fewer
trails (a postman's tour that may also lift).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from plotty_tui.domain.motion import (
    accel_down_mm_s2,
    hop_seconds,
    lower_seconds,
    raise_seconds,
    speed_down_mm_s,
)
from plotty_tui.domain.presets import MotionSettings

from .arrays import Arrays
from .compiled import kernel
from .contacts import TOUCH_MM, closest_parts, rows_in_column, snapped, sort_segments
from .joining import (
    NODE_MM,
    Hides,
    count_gaps,
    find_ends,
    find_nodes,
    lay_trails,
    match_odd,
    pair_ends,
    walk_trails,
)

# Slowing down for the turn at a node, on the way over a piece.
TURN_S = 0.02
# A hop that is saved is thought this long: what lies between two trails of a network.
HOP_MM = 5.0
TARGETS = 6  # other odd nodes that each odd node is told of
ROUNDS = 4
MOST_CUTS = 6  # places where the neighbourhood of one end is cut


def cover_strokes(
    xs: Any,
    ys: Any,
    starts: Any,
    join_mm: float,
    motion: MotionSettings,
    hides: Hides | None = None,
) -> tuple[Arrays, Arrays, int, float]:
    """(trails, passes, gaps, mm of gaps): strokes with a length joined as by `join_strokes`, but
    also along ways that are drawn once more; these second passes, as strokes of their own; and
    what was drawn across gaps."""
    top = speed_down_mm_s(motion)
    lift = lower_seconds(motion) + raise_seconds(motion) + hop_seconds(HOP_MM, motion)
    limit = lift + top / accel_down_mm_s2(motion)
    cuts = find_cuts(xs, ys, starts, limit * top, *sort_segments(xs, ys, starts, TOUCH_MM))
    xs, ys, starts = cut_strokes(xs, ys, starts, cuts[np.lexsort((cuts[:, 1], cuts[:, 0]))])
    ends_x, ends_y, turns_x, turns_y = find_ends(xs, ys, starts)
    node, links = find_nodes(ends_x, ends_y, join_mm, hides)
    spans = np.hypot(np.diff(xs), np.diff(ys))
    spans[starts[1:-1] - 1] = 0.0
    seconds = np.add.reduceat(spans, starts[:-1]) / top + TURN_S
    twice = _choose_pieces(node, links, seconds, limit)
    again = np.column_stack((2 * twice, 2 * twice + 1)).ravel()
    mate = pair_ends(
        np.concatenate((node, node[again])),
        np.concatenate((turns_x, turns_x[again])),
        np.concatenate((turns_y, turns_y[again])),
        links,
    )
    count = len(starts) - 1
    entered, trail_starts = walk_trails(mate, count + len(twice))
    of_piece = np.concatenate((np.arange(count), twice))
    piece, passes = of_piece[entered >> 1], np.zeros(count, np.int64)
    passes[twice] = 1
    entered, trail_starts = trim_trails(2 * piece + (entered & 1), trail_starts, passes)
    laid = lay_trails(xs, ys, starts, entered, trail_starts)
    kept = np.flatnonzero(passes)
    alone = lay_trails(xs, ys, starts, 2 * kept, np.arange(len(kept) + 1))
    gaps = count_gaps(xs, ys, starts, entered, trail_starts)
    return (laid[0], laid[1], laid[2]), (alone[0], alone[1], alone[2]), *gaps


def _choose_pieces(node: Any, links: Any, seconds: Any, limit: float) -> Any:
    """The pieces to be drawn once more: round by round the nearest odd nodes are paired."""
    nodes = int(node.max()) + 1
    order = np.argsort(node, kind="stable")
    first = np.searchsorted(node[order], np.arange(nodes + 1))
    twice = np.zeros(len(node) // 2, np.bool_)
    at = np.concatenate((node, links.ravel()))
    for _ in range(ROUNDS):
        odd = np.bincount(at, minlength=nodes) % 2 == 1
        pairs, price = reach_odd(node, order, first, seconds, odd, limit)
        pairs = match_odd(at, pairs[np.argsort(price, kind="stable")])
        if not len(pairs):
            break
        trace_ways(node, order, first, seconds, pairs, limit, twice)
        at = np.concatenate((at, pairs.ravel()))
    return np.flatnonzero(twice)


@kernel
def push(heap, keys, size, item, key):  # type: ignore[no-untyped-def]
    """Add to a binary heap; its size then."""
    k = size
    while k > 0 and keys[(k - 1) // 2] > key:
        heap[k], keys[k] = heap[(k - 1) // 2], keys[(k - 1) // 2]
        k = (k - 1) // 2
    heap[k], keys[k] = item, key
    return size + 1


@kernel
def pop(heap, keys, size):  # type: ignore[no-untyped-def]
    """Take the least off a binary heap, which is left `size` - 1 long."""
    item, key = heap[size - 1], keys[size - 1]
    size -= 1
    k = 0
    while 2 * k + 1 < size:
        child = 2 * k + 1
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        heap[k], keys[k] = heap[child], keys[child]
        k = child
    heap[k], keys[k] = item, key


@kernel
def spread(  # type: ignore[no-untyped-def]
    source, wanted, most, node, order, first, seconds, limit, far, by, seen, heap, keys, found
):
    """Dijkstra from a node to the nearest `most` other nodes that are `wanted`; (how many were
    found, how many nodes seen). `far` is infinite before; `seen` says where it has to be made so
    again; `by` is the end by which each node was left for the one before it."""
    far[source], by[source] = 0.0, -1
    seen[0] = source
    met, size, hits = 1, push(heap, keys, 0, source, 0.0), 0
    while size > 0 and hits < most:
        here, price = heap[0], keys[0]
        pop(heap, keys, size)
        size -= 1
        if price > far[here]:
            continue
        if here != source and wanted[here]:
            found[hits] = here
            hits += 1
        for k in range(first[here], first[here + 1]):
            end = order[k]
            there = node[end ^ 1]
            way = price + seconds[end >> 1]
            if way < far[there] and way < limit and size < len(heap):
                if far[there] == np.inf:
                    seen[met] = there
                    met += 1
                far[there], by[there] = way, end ^ 1
                size = push(heap, keys, size, there, way)
    return hits, met


@kernel
def reach_odd(node, order, first, seconds, odd, limit):  # type: ignore[no-untyped-def]
    """(pairs of odd nodes within `limit` of each other along the pieces, seconds of the ways)."""
    nodes = len(first) - 1
    far, by, seen = np.empty(nodes), np.empty(nodes, np.int64), np.empty(nodes, np.int64)
    far[:] = np.inf
    heap, keys = np.empty(len(node) + 1, np.int64), np.empty(len(node) + 1)
    found = np.empty(TARGETS, np.int64)
    pairs, price = np.empty((TARGETS * nodes, 2), np.int64), np.empty(TARGETS * nodes)
    count = 0
    for source in range(nodes):
        if not odd[source]:
            continue
        hits, met = spread(
            source, odd, TARGETS, node, order, first, seconds, limit,
            far, by, seen, heap, keys, found,
        )  # fmt: skip
        for k in range(hits):
            if found[k] > source or hits == TARGETS:
                pairs[count, 0], pairs[count, 1], price[count] = source, found[k], far[found[k]]
                count += 1
        for k in range(met):
            far[seen[k]] = np.inf
    return pairs[:count], price[:count]


@kernel
def trace_ways(node, order, first, seconds, pairs, limit, twice):  # type: ignore[no-untyped-def]
    """Mark the pieces of the shortest way of each pair; what two ways share is not needed."""
    nodes = len(first) - 1
    far, by, seen = np.empty(nodes), np.empty(nodes, np.int64), np.empty(nodes, np.int64)
    far[:] = np.inf
    wanted = np.zeros(nodes, np.bool_)
    heap, keys = np.empty(len(node) + 1, np.int64), np.empty(len(node) + 1)
    found = np.empty(TARGETS, np.int64)
    for k in range(len(pairs)):
        source, target = pairs[k, 0], pairs[k, 1]
        wanted[target] = True
        _, met = spread(
            source, wanted, 1, node, order, first, seconds, limit,
            far, by, seen, heap, keys, found,
        )  # fmt: skip
        wanted[target] = False
        here = target
        while by[here] >= 0:
            twice[by[here] >> 1] = not twice[by[here] >> 1]
            here = node[by[here] ^ 1]
        for i in range(met):
            far[seen[i]] = np.inf


@kernel
def trim_trails(entered, trail_starts, passes):  # type: ignore[no-untyped-def]
    """(ends, trail_starts) without second passes (`passes` of each piece, changed in place) where
    a trail begins or ends."""
    kept, new_starts = np.empty(len(entered), np.int64), np.zeros(len(trail_starts), np.int64)
    count = trails = 0
    for t in range(len(trail_starts) - 1):
        low, high = trail_starts[t], trail_starts[t + 1]
        while low < high and passes[entered[low] >> 1] > 0:
            passes[entered[low] >> 1] -= 1
            low += 1
        while high > low and passes[entered[high - 1] >> 1] > 0:
            high -= 1
            passes[entered[high] >> 1] -= 1
        if low == high:
            continue
        for k in range(low, high):
            kept[count] = entered[k]
            count += 1
        trails += 1
        new_starts[trails] = count
    return kept[:count], new_starts[: trails + 1]


@kernel
def note_cut(cuts, count, xs, ys, starts, stroke, k, part):  # type: ignore[no-untyped-def]
    """Note a cut of a stroke on its segment `k`, unless that is at one of its ends."""
    first, last = starts[stroke], starts[stroke + 1] - 1
    place = snapped(xs, ys, k, first, part)
    if place <= 0.0 or place >= last - first:
        return count
    cuts[count, 0], cuts[count, 1] = stroke, place
    return count + 1


@kernel
def find_cuts(  # type: ignore[no-untyped-def]
    xs, ys, starts, reach, owner, first, members, x0, y0, square, columns, rows
):
    """(stroke, position) of the places where a stroke is to be cut: where the end of another
    touches it, and where an end's way along its stroke first crosses another within `reach`."""
    strokes = len(starts) - 1
    cuts = np.empty((2 * (MOST_CUTS + 2) * strokes, 2))
    count = np.int64(0)
    for stroke in range(strokes):
        begin, last = starts[stroke], starts[stroke + 1] - 1
        for side in range(2):
            way, k, touched = 0.0, begin if side == 0 else last - 1, 0
            crossed = False
            while begin <= k < last and way < reach and not crossed:
                ax, ay, bx, by = xs[k], ys[k], xs[k + 1], ys[k + 1]
                best, other, other_part = 2.0, np.int64(-1), 0.0
                left = max(int((min(ax, bx) - x0 - TOUCH_MM) / square), 0)
                right = min(int((max(ax, bx) - x0 + TOUCH_MM) / square), columns - 1)
                for column in range(left, right + 1):
                    low, high = rows_in_column(
                        ax - x0, ay - y0, bx - x0, by - y0,
                        column * square - TOUCH_MM, (column + 1) * square + TOUCH_MM,
                    )  # fmt: skip
                    bottom = max(int((low - TOUCH_MM) / square), 0)
                    top = min(int((high + TOUCH_MM) / square), rows - 1)
                    for cell in range(
                        bottom * columns + column, top * columns + column + 1, columns
                    ):
                        for i in range(first[cell], first[cell + 1]):
                            m = members[i]
                            if owner[m] == stroke:
                                continue
                            gap, part, there = closest_parts(
                                ax, ay, bx, by, xs[m], ys[m], xs[m + 1], ys[m + 1]
                            )
                            if gap > TOUCH_MM:
                                continue
                            along = part if side == 0 else 1 - part
                            length = np.hypot(bx - ax, by - ay)
                            if way + along * length <= TOUCH_MM:
                                if touched < MOST_CUTS:
                                    count = note_cut(
                                        cuts, count, xs, ys, starts, owner[m], m, there
                                    )
                                    touched += 1
                            elif along < best:
                                best, other, other_part = along, m, there
                if other >= 0:
                    crossed = True
                    part = best if side == 0 else 1 - best
                    count = note_cut(cuts, count, xs, ys, starts, stroke, k, part)
                    count = note_cut(cuts, count, xs, ys, starts, owner[other], other, other_part)
                way += np.hypot(bx - ax, by - ay)
                k += 1 if side == 0 else -1
    return cuts[:count]


@kernel
def cut_strokes(xs, ys, starts, cuts):  # type: ignore[no-untyped-def]
    """(xs, ys, starts) of the pieces, `cuts` being sorted by stroke and position."""
    new_x, new_y = np.empty(len(xs) + 2 * len(cuts)), np.empty(len(xs) + 2 * len(cuts))
    new_starts = np.zeros(len(starts) + len(cuts), np.int64)
    n = pieces = c = np.int64(0)
    for stroke in range(len(starts) - 1):
        first, last = starts[stroke], starts[stroke + 1] - 1
        before = 0.0
        for v in range(first, last + 1):
            while c < len(cuts) and cuts[c, 0] == stroke and cuts[c, 1] <= v - first:
                place = cuts[c, 1]
                c += 1
                k = min(first + int(place), last - 1)
                part = place - (k - first)
                step = (place - before) * np.hypot(xs[k + 1] - xs[k], ys[k + 1] - ys[k])
                if place <= before or (int(before) == int(place) and step < NODE_MM):
                    continue
                x, y = xs[k] + part * (xs[k + 1] - xs[k]), ys[k] + part * (ys[k + 1] - ys[k])
                if new_x[n - 1] != x or new_y[n - 1] != y:
                    new_x[n], new_y[n] = x, y
                    n += 1
                if n - new_starts[pieces] < 2:
                    continue  # nothing before it but the same place
                before = place
                pieces += 1
                new_starts[pieces] = n
                new_x[n], new_y[n] = x, y
                n += 1
            if new_starts[pieces] == n or new_x[n - 1] != xs[v] or new_y[n - 1] != ys[v]:
                new_x[n], new_y[n] = xs[v], ys[v]
                n += 1
        if n - new_starts[pieces] < 2:  # nothing after the last cut but the same place
            n -= 1
            continue
        pieces += 1
        new_starts[pieces] = n
    return new_x[:n], new_y[:n], new_starts[: pieces + 1]
