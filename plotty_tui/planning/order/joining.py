"""Strokes into trails: pairs of strokes that meet are drawn without lifting the pen.

Ends that lie together form a node. At every node the ends are paired, straightest first, so that
the pen passes through; an odd node keeps one end, where a trail begins or ends. Trails that closed
on themselves are then opened into a trail they meet. By Euler, what remains is the fewest
possible: half the odd nodes of a connected piece, or one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from plotty_tui.domain.presets import HIDDEN_REACH

from .compiled import kernel
from .greedy import strip_order
from .nearest import find_nearest

Hides = Callable[[Any, Any], Any]
"""Told places (n x 2) where lines begin and end, says which of the lines cannot be seen."""
# Ends this close are one node, whatever the join radius: half a hundredth of the finest pen.
NODE_MM = 0.002
# Above this many ends at a node, the straightest pairs are found by sorting, not by trying all.
MANY_ENDS = 16


def join_strokes(
    xs: Any, ys: Any, starts: Any, join_mm: float, hides: Hides | None = None
) -> tuple[Any, Any]:
    """(ends, trail_starts): the ends at which strokes are entered, trail by trail.

    `xs`, `ys` (mm) and `starts` are strokes with a length; end 2i is the first point of stroke i,
    end 2i + 1 its last. Ends up to `join_mm` apart may follow each other, and up to HIDDEN_REACH
    times as far where the line between them is one that `hides`.
    """
    ends_x, ends_y, turns_x, turns_y = find_ends(xs, ys, starts)
    node, links = find_nodes(ends_x, ends_y, join_mm, hides)
    mate = pair_ends(node, turns_x, turns_y, links)
    return walk_trails(mate, len(starts) - 1)


def find_nodes(ends_x: Any, ends_y: Any, join_mm: float, hides: Hides | None) -> tuple[Any, Any]:
    """(the node of each end, pairs of odd nodes to be joined by a line), see `join_strokes`."""
    near = min(max(join_mm / 2, NODE_MM), 10 * NODE_MM)
    node = group_ends(ends_x, ends_y, near)
    if join_mm <= near:
        return node, np.empty((0, 2), np.int64)
    return node, _links(ends_x, ends_y, node, join_mm, hides)


def find_ends(xs: Any, ys: Any, starts: Any) -> tuple[Any, Any, Any, Any]:
    """Places of the ends, and the directions (length 1) in which strokes leave them."""
    first, last = starts[:-1], starts[1:] - 1
    places_x, places_y = (np.column_stack((v[first], v[last])).ravel() for v in (xs, ys))
    after, before = leave_ends(xs, ys, starts)
    inner_x, inner_y = (np.column_stack((v[after], v[before])).ravel() for v in (xs, ys))
    away_x, away_y = inner_x - places_x, inner_y - places_y
    length = np.maximum(np.hypot(away_x, away_y), 1e-12)
    return places_x, places_y, away_x / length, away_y / length


@kernel
def leave_ends(xs, ys, starts):  # type: ignore[no-untyped-def]
    """For each stroke the first point that is not where it begins, and the last that is not where
    it ends."""
    count = len(starts) - 1
    after, before = np.empty(count, np.int64), np.empty(count, np.int64)
    for i in range(count):
        first, last = starts[i], starts[i + 1] - 1
        k = first
        while k < last and xs[k] == xs[first] and ys[k] == ys[first]:
            k += 1
        after[i] = k
        k = last
        while k > first and xs[k] == xs[last] and ys[k] == ys[last]:
            k -= 1
        before[i] = k
    return after, before


@kernel
def group_ends(x, y, near):  # type: ignore[no-untyped-def]
    """The node of each end: the first end found there gives its place, others belong to it when
    within `near`."""
    count = len(x)
    size = 1
    while size < 2 * count + 1:
        size *= 2
    heads = np.empty(size, np.int64)  # by cell, hashed: its nodes as a chain
    heads[:] = -1
    following = np.empty(count, np.int64)
    first = np.empty(count, np.int64)
    node = np.empty(count, np.int64)
    nodes = 0
    for end in range(count):
        column, row = np.int64(np.floor(x[end] / near)), np.int64(np.floor(y[end] / near))
        best, best_gap = -1, near * near
        for dx in range(-1, 2):
            for dy in range(-1, 2):
                slot = ((column + dx) * 73856093 ^ (row + dy) * 19349663) & (size - 1)
                other = heads[slot]
                while other >= 0:
                    gap = (x[first[other]] - x[end]) ** 2 + (y[first[other]] - y[end]) ** 2
                    if gap < best_gap or (gap == best_gap and best < 0):
                        best, best_gap = other, gap
                    other = following[other]
        if best < 0:
            best = nodes
            nodes += 1
            first[best] = end
            slot = (column * 73856093 ^ row * 19349663) & (size - 1)
            following[best] = heads[slot]
            heads[slot] = best
        node[end] = best
    return node


def _links(x: Any, y: Any, node: Any, join_mm: float, hides: Hides | None) -> Any:
    """Pairs of odd nodes to be joined by a line, nearest first."""
    odd = np.flatnonzero(np.bincount(node) % 2)
    if len(odd) < 2:
        return np.empty((0, 2), np.int64)
    _, first = np.unique(node, return_index=True)
    odd = odd[strip_order(x[first[odd]], y[first[odd]])]
    places = np.column_stack((x[first[odd]], y[first[odd]]))
    reach, count = (HIDDEN_REACH * join_mm, 12) if hides else (join_mm, 6)
    x, y = places.T.copy()
    others, _ = find_nearest(x, y, count, 1, reach * (1 + 1e-9))
    one, column = np.nonzero(others >= 0)
    other = others[one, column]
    below = one < other
    pairs = np.column_stack((one, other))[below]
    lengths = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    if hides:
        long = np.flatnonzero(lengths > join_mm)
        seen = long[~hides(places[pairs[long, 0]], places[pairs[long, 1]])]
        pairs, lengths = np.delete(pairs, seen, axis=0), np.delete(lengths, seen)
    pairs = odd[pairs[np.argsort(lengths, kind="stable")]]
    return match_odd(node, pairs)


@kernel
def find_root(parent, i):  # type: ignore[no-untyped-def]
    """The representative of i's set, halving the path to it."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@kernel
def match_odd(node, pairs):  # type: ignore[no-untyped-def]
    """Those pairs of odd nodes that save a lift each: every node once, and never the last two of
    a connected piece, which would only close it."""
    nodes = node.max() + 1
    parent = np.arange(nodes)
    for i in range(len(node) // 2):
        parent[find_root(parent, node[2 * i])] = find_root(parent, node[2 * i + 1])
    degree = np.zeros(nodes, np.int64)
    for end in range(len(node)):
        degree[node[end]] += 1
    odd = np.zeros(nodes, np.int64)
    for k in range(nodes):
        odd[find_root(parent, k)] += degree[k] % 2
    chosen = np.empty(pairs.shape, np.int64)
    count = 0
    for k in range(len(pairs)):
        one, other = pairs[k, 0], pairs[k, 1]
        if degree[one] % 2 == 0 or degree[other] % 2 == 0:
            continue
        here, there = find_root(parent, one), find_root(parent, other)
        if here == there and odd[here] <= 2:
            continue
        degree[one] += 1
        degree[other] += 1
        if here != there:
            parent[here] = there
            odd[there] += odd[here]
        odd[there] -= 2
        chosen[count, 0], chosen[count, 1] = one, other
        count += 1
    return chosen[:count]


def pair_ends(node: Any, away_x: Any, away_y: Any, links: Any) -> Any:
    """The mate of each end, -1 where a trail ends. Ends of links come after those of strokes; they
    have no direction of their own."""
    at = np.concatenate((node, links.ravel()))
    none = np.zeros(links.size)
    dx, dy = np.concatenate((away_x, none)), np.concatenate((away_y, none))
    ends = np.lexsort((np.arctan2(dy, dx), at))
    first = np.searchsorted(at[ends], np.arange(int(at.max()) + 2))
    return pair_nodes(ends, first, dx, dy)


@kernel
def pair_nodes(ends, first, dx, dy):  # type: ignore[no-untyped-def]
    """As `pair_ends`: `ends` sorted by node, and round it; `first` is where each node begins."""
    mate = np.empty(len(ends), np.int64)
    mate[:] = -1
    for k in range(len(first) - 1):
        pair_at_node(ends[first[k] : first[k + 1]], dx, dy, mate)
    open_loops(ends, first, dx, dy, mate)
    return mate


@kernel
def pair_at_node(ends, dx, dy, mate):  # type: ignore[no-untyped-def]
    """Pair the ends of a node, straightest first; beyond MANY_ENDS each with the one half-way
    round."""
    count = len(ends)
    half = count // 2
    if count > MANY_ENDS:
        for i in range(half):
            one, other = ends[i], ends[i + half]
            mate[one], mate[other] = other, one
        return
    for _ in range(half):
        best, one, other = np.inf, 0, 0
        for i in range(count):
            if mate[ends[i]] >= 0:
                continue
            for j in range(i + 1, count):
                if mate[ends[j]] >= 0:
                    continue
                a, b = ends[i], ends[j]
                bend = dx[a] * dx[b] + dy[a] * dy[b]  # -1 straight on, 1 straight back
                if bend < best:
                    best, one, other = bend, a, b
        mate[one], mate[other] = other, one


@kernel
def open_loops(ends, first, dx, dy, mate):  # type: ignore[no-untyped-def]
    """Where a trail that closes on itself meets another trail, cross their pairs so that one goes
    through both."""
    strokes = len(mate) // 2
    parent = np.arange(strokes)
    for end in range(len(mate)):
        if mate[end] >= 0:
            parent[find_root(parent, end // 2)] = find_root(parent, mate[end] // 2)
    closed = np.ones(strokes, np.bool_)
    for end in range(len(mate)):
        if mate[end] < 0:
            closed[find_root(parent, end // 2)] = False
    for k in range(len(first) - 1):
        here = ends[first[k] : first[k + 1]]
        host = here[0]
        for i in range(len(here)):
            if not closed[find_root(parent, here[i] // 2)]:
                host = here[i]
                break
        for i in range(len(here)):
            mine, theirs = find_root(parent, host // 2), find_root(parent, here[i] // 2)
            if mine == theirs or not (closed[mine] or closed[theirs]):
                continue
            cross(host, here[i], dx, dy, mate)
            closed[theirs] = closed[mine] and closed[theirs]
            parent[mine] = theirs


@kernel
def cross(host, other, dx, dy, mate):  # type: ignore[no-untyped-def]
    """Pair `host` with the end of the other pair that it leaves more straightly, and what is left
    of both pairs with each other."""
    partner = mate[other]
    if (
        dx[host] * dx[partner] + dy[host] * dy[partner]
        < dx[host] * dx[other] + dy[host] * dy[other]
    ):
        other, partner = partner, other
    left = mate[host]
    mate[host], mate[other] = other, host
    mate[partner] = left
    if left >= 0:
        mate[left] = partner


@kernel
def walk_trails(mate, strokes):  # type: ignore[no-untyped-def]
    """(ends, trail_starts): the end at which each stroke is entered, trail by trail, each trail
    where its first stroke stood in the drawing. Links are walked through and not told."""
    done = np.zeros(len(mate) // 2, np.bool_)
    entered = np.empty(strokes, np.int64)
    trail_starts = np.zeros(strokes + 1, np.int64)
    count = trails = 0
    for i in range(strokes):
        if done[i]:
            continue
        start = 2 * i
        while mate[start] >= 0 and mate[start] // 2 != i:
            start = mate[start] ^ 1
        if mate[start] >= 0:
            start = 2 * i  # closed: it may begin anywhere
        end = start
        while end >= 0 and not done[end // 2]:
            done[end // 2] = True
            if end < 2 * strokes:
                entered[count] = end
                count += 1
            end = mate[end ^ 1]
        trails += 1
        trail_starts[trails] = count
    return entered, trail_starts[: trails + 1]


@kernel
def lay_trails(xs, ys, starts, entered, trail_starts):  # type: ignore[no-untyped-def]
    """(xs, ys, starts) of the trails; a point where one stroke ends and the next begins is told
    once."""
    total = 0
    for end in entered:
        total += starts[end // 2 + 1] - starts[end // 2]
    new_x, new_y = np.empty(total), np.empty(total)
    new_starts = np.zeros(len(trail_starts), np.int64)
    n = 0
    for t in range(len(trail_starts) - 1):
        begin = n
        for k in range(trail_starts[t], trail_starts[t + 1]):
            stroke = entered[k] // 2
            size = starts[stroke + 1] - starts[stroke]
            for j in range(size):
                at = starts[stroke] + j if entered[k] % 2 == 0 else starts[stroke + 1] - 1 - j
                if j == 0 and n > begin and new_x[n - 1] == xs[at] and new_y[n - 1] == ys[at]:
                    continue
                new_x[n], new_y[n] = xs[at], ys[at]
                n += 1
        new_starts[t + 1] = n
    return new_x[:n], new_y[:n], new_starts


def count_gaps(xs: Any, ys: Any, starts: Any, entered: Any, trail_starts: Any) -> tuple[int, float]:
    """(how many, mm) of the lines that `lay_trails` draws from one stroke to the next; what is no
    wider than a node is none."""
    stroke, turned = entered >> 1, entered & 1
    first, last = starts[stroke], starts[stroke + 1] - 1
    from_, to = np.where(turned, first, last)[:-1], np.where(turned, last, first)[1:]
    gap = np.hypot(xs[to] - xs[from_], ys[to] - ys[from_])
    gap[trail_starts[1:-1] - 1] = 0.0
    wide = gap > 2 * NODE_MM
    return int(wide.sum()), float(gap[wide].sum())
