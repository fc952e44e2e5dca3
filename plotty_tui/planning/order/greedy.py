"""A first tour: the nearest ends are linked first (greedy edge matching).

Items are trails and dots, and home; item i has the ends 2i and 2i + 1. A tour is the list of the
ends at which the items are entered.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiled import kernel
from .nearest import find_nearest

NEIGHBOURS = 8


def strip_order(x: Any, y: Any) -> Any:
    """Places in an order in which neighbours are near: strip by strip."""
    spread = max(float(np.ptp(x)), float(np.ptp(y)), 1e-6)
    strip = np.floor((x - x.min()) / spread * max(np.sqrt(len(x) / 4), 1.0)).astype(np.int64)
    return np.lexsort((y, strip))


def nearest_ends(x: Any, y: Any, count: int = NEIGHBOURS) -> tuple[Any, Any]:
    """(ends, mm): for each end its nearest ends of other items, nearest first; -1 where there are
    no more."""
    return find_nearest(x, y, count, 2, np.inf)  # type: ignore[no-any-return]


def greedy_tour(x: Any, y: Any, near: Any, gaps: Any) -> Any:
    """The tour that linking the nearest free ends gives, all of them once."""
    link = np.full(len(x), -1, np.int64)
    tail = np.arange(len(x)) ^ 1
    free = np.arange(len(x))
    while True:
        one, column = np.nonzero((near >= 0) & (free[:, None] < near))
        pairs = np.column_stack((free[one], near[one, column]))
        order = np.argsort(gaps[one, column], kind="stable")
        link_pairs(pairs[order], link, tail)
        free = np.flatnonzero(link < 0)
        if len(free) <= 2:
            break
        near, gaps = _free_neighbours(x, y, free, tail)
    if len(free):
        link[free] = free[::-1]
    return read_tour(link)


def _free_neighbours(x: Any, y: Any, free: Any, tail: Any) -> tuple[Any, Any]:
    """As `nearest_ends`, among the free ends alone and without the other end of the same chain."""
    # Numbered so that the two ends of a chain are 2i and 2i + 1 for a moment.
    heads = free[free < tail[free]]
    chains = np.column_stack((heads, tail[heads])).ravel()
    near, gaps = nearest_ends(x[chains], y[chains])
    back = np.empty(len(x), np.int64)
    back[chains] = np.arange(len(chains))
    rows = back[free]
    return np.where(near[rows] < 0, -1, chains[near[rows]]), gaps[rows]


@kernel
def link_pairs(pairs, link, tail):  # type: ignore[no-untyped-def]
    """Link each pair of free ends of different chains; `tail` is the other end of the chain."""
    for k in range(len(pairs)):
        one, other = pairs[k, 0], pairs[k, 1]
        if link[one] >= 0 or link[other] >= 0 or tail[one] == other:
            continue
        link[one], link[other] = other, one
        far, further = tail[one], tail[other]
        tail[far], tail[further] = further, far


@kernel
def read_tour(link):  # type: ignore[no-untyped-def]
    """The ends at which the items are entered, along the links."""
    tour = np.empty(len(link) // 2, np.int64)
    end = 0
    for k in range(len(tour)):
        tour[k] = end
        end = link[end ^ 1]
    return tour
