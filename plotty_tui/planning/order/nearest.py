"""The nearest neighbours of places, by a tree that halves them again and again.

Halves are equal in number, so that places which crowd, or are all the same, cost no more than
others.
"""

from __future__ import annotations

import numpy as np

from .compiled import kernel

LEAF = 8  # so few places are looked at one by one
DEEPEST = 64


@kernel
def part_places(values, order, low, high, middle):  # type: ignore[no-untyped-def]
    """Rearrange order[low:high] until what stands before `middle` is no greater than what stands
    there, and what stands after it no less."""
    while high - low > 1:
        pivot = values[order[(low + high) // 2]]
        i, j = low, high - 1
        while i <= j:
            while values[order[i]] < pivot:
                i += 1
            while values[order[j]] > pivot:
                j -= 1
            if i <= j:
                order[i], order[j] = order[j], order[i]
                i += 1
                j -= 1
        if middle <= j:
            high = j + 1
        elif middle >= i:
            low = i
        else:
            break


@kernel
def build_tree(x, y):  # type: ignore[no-untyped-def]
    """(order, split, upright): the places, and for each node of the tree where it is halved, along
    x or (`upright`) along y. The root is node 1, the halves of node k are 2k and 2k + 1, each
    with half of its part of `order`."""
    count = len(x)
    nodes = 2
    while nodes * LEAF < 2 * count:
        nodes *= 2
    order, split, upright = np.arange(count), np.zeros(nodes), np.zeros(nodes, np.bool_)
    lows, highs = np.zeros(2 * nodes, np.int64), np.zeros(2 * nodes, np.int64)
    highs[1] = count
    for node in range(1, nodes):
        low, high = lows[node], highs[node]
        if high - low <= LEAF:
            continue
        left, right, bottom, top = np.inf, -np.inf, np.inf, -np.inf
        for k in range(low, high):
            left, right = min(left, x[order[k]]), max(right, x[order[k]])
            bottom, top = min(bottom, y[order[k]]), max(top, y[order[k]])
        upright[node] = top - bottom > right - left
        values = y if upright[node] else x
        middle = (low + high) // 2
        part_places(values, order, low, high, middle)
        split[node] = values[order[middle]]
        lows[2 * node], highs[2 * node] = low, middle
        lows[2 * node + 1], highs[2 * node + 1] = middle, high
    return order, split, upright


@kernel
def find_nearest(x, y, count, group, reach):  # type: ignore[no-untyped-def]
    """(number, mm) of the `count` nearest places to each place, nearest first: of other groups
    (`group` places that follow each other are one), and nearer than `reach`; -1 where there
    are no more."""
    order, split, upright = build_tree(x, y)
    found, gaps = np.empty((len(x), count), np.int64), np.empty((len(x), count))
    found[:] = -1
    gaps[:] = np.inf
    nodes, lows = np.empty(DEEPEST, np.int64), np.empty(DEEPEST, np.int64)
    highs, off_x, off_y = np.empty(DEEPEST, np.int64), np.empty(DEEPEST), np.empty(DEEPEST)
    for one in order:
        best, squares = found[one], gaps[one]
        here_x, here_y = x[one], y[one]
        most = reach * reach
        waiting = 1
        nodes[0], lows[0], highs[0], off_x[0], off_y[0] = 1, 0, len(x), 0.0, 0.0
        while waiting:
            waiting -= 1
            node, low, high = nodes[waiting], lows[waiting], highs[waiting]
            far_x, far_y = off_x[waiting], off_y[waiting]
            if far_x * far_x + far_y * far_y >= most:
                continue
            while high - low > LEAF:  # into the nearer half; the other one waits
                middle = (low + high) // 2
                off = (here_y if upright[node] else here_x) - split[node]
                nodes[waiting], lows[waiting], highs[waiting] = 2 * node + 1, middle, high
                off_x[waiting], off_y[waiting] = far_x, far_y
                if upright[node]:
                    off_y[waiting] = off
                else:
                    off_x[waiting] = off
                if off < 0:
                    high = middle
                    node = 2 * node
                else:
                    nodes[waiting], lows[waiting], highs[waiting] = 2 * node, low, middle
                    low = middle
                    node = 2 * node + 1
                waiting += 1
            for k in range(low, high):
                other = order[k]
                dx, dy = x[other] - here_x, y[other] - here_y
                square = dx * dx + dy * dy
                if square >= most or other // group == one // group:
                    continue
                at = count - 1
                while at > 0 and squares[at - 1] > square:
                    best[at], squares[at] = best[at - 1], squares[at - 1]
                    at -= 1
                best[at], squares[at] = other, square
                most = min(most, squares[count - 1])
    return found, np.sqrt(gaps)
