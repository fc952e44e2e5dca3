"""A shorter tour: 2-opt with reversal and Or-opt over neighbour lists, then kicks.

A tour is a ring of items, each entered at one of its ends (see greedy.py); `place` is where each
item stands in it. An end's tour neighbour is the end of another item that the pen hops to or from.
All exchanges are made of one: take out the hops of two ends that face the same way and turn what
lies between round. So all of them can be undone by turning the same stretches back.

The price of a hop is its seconds from rest to rest: 2 sqrt(d / accel) up to a reach of
top² / accel, then d / top + top / accel (domain.motion). Lifts are the same for every order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiled import kernel

SEGMENT = 3  # the most items that an Or-exchange moves at once
KICK = 10


@kernel
def hop_price(x, y, one, other, hop):  # type: ignore[no-untyped-def]
    """Seconds of the hop between two ends; `hop` is (reach, top, accel), see above."""
    reach, top, accel = hop
    dx, dy = x[one] - x[other], y[one] - y[other]
    distance = np.sqrt(dx * dx + dy * dy)
    if distance < reach:
        return 2 * np.sqrt(distance / accel)
    return distance / top + top / accel


@kernel
def tour_price(x, y, tour, hop):  # type: ignore[no-untyped-def]
    """Seconds of all hops of a tour."""
    total = 0.0
    for k in range(len(tour)):
        total += hop_price(x, y, tour[k - 1] ^ 1, tour[k], hop)
    return total


@kernel
def facing(tour, place, end):  # type: ignore[no-untyped-def]
    """The tour neighbour of an end."""
    k = place[end >> 1]
    if tour[k] == end:
        return tour[k - 1] ^ 1 if k > 0 else tour[-1] ^ 1
    return tour[k + 1] if k + 1 < len(tour) else tour[0]


@kernel
def turn_round(tour, place, first, size):  # type: ignore[no-untyped-def]
    """Reverse `size` items from position `first` on, round the ring."""
    n = len(tour)
    i, j = first, first + size - 1
    if j >= n:
        j -= n
    for _ in range(size // 2):
        one, other = tour[i] ^ 1, tour[j] ^ 1
        tour[i], tour[j] = other, one
        place[other >> 1], place[one >> 1] = i, j
        i = i + 1 if i + 1 < n else 0
        j = j - 1 if j > 0 else n - 1
    if size % 2:
        tour[i] ^= 1


@kernel
def exchange(tour, place, one, other, log):  # type: ignore[no-untyped-def]
    """2-opt: `one` and `other`, which face the same way, become tour neighbours, and so do the
    ends that they were linked to. What was turned is noted in `log` (log[0, 0]: how many)."""
    n = len(tour)
    p, q = place[one >> 1], place[other >> 1]
    if tour[p] == one:
        first, size = p, q - p
    else:
        first, size = p + 1, q - p
    if size < 0:
        size += n
    if first >= n:
        first -= n
    if 2 * size > n:  # the rest, turned round, is the same ring
        first, size = first + size, n - size
        if first >= n:
            first -= n
    turn_round(tour, place, first, size)
    if log[0, 0] + 1 < len(log):
        log[0, 0] += 1
        log[log[0, 0], 0], log[log[0, 0], 1] = first, size


@kernel
def best_segment(  # type: ignore[no-untyped-def]
    x, y, tour, place, a, b, c, d, gain, hop
):
    """(gain, far end) of moving the items from c outwards (up to SEGMENT, away from d) between a
    and b, c next to a; `gain` is what linking a to c has brought so far."""
    n = len(tour)
    best, far = 0.0, np.int64(-1)
    k = place[c >> 1]
    step = 1 if tour[k] == c else -1
    for _ in range(SEGMENT):
        if tour[k] >> 1 == a >> 1:
            break
        f = tour[k] ^ 1 if step > 0 else tour[k]
        if f == b:
            break
        k += step
        k = k - n if k >= n else (k + n if k < 0 else k)
        g = tour[k] if step > 0 else tour[k] ^ 1
        change = (
            gain
            + hop_price(x, y, f, g, hop)
            - hop_price(x, y, f, b, hop)
            - hop_price(x, y, g, d, hop)
        )
        if change > best:
            best, far = change, f
    return best, far


@kernel
def move_segment(tour, place, a, b, c, f, alike, log):  # type: ignore[no-untyped-def]
    """Do what `best_segment` found: the items from c to f come between a and b."""
    if not alike:
        exchange(tour, place, a, f, log)
    exchange(tour, place, a, c, log)
    exchange(tour, place, f, b, log)


@kernel
def improve_end(  # type: ignore[no-untyped-def]
    x, y, near, tour, place, a, queue, waiting, log, far_apart, hop
):
    """Make the best exchange that gives end `a` a nearer tour neighbour; the seconds gained.
    Items more than `far_apart` places from each other in the tour are left alone: turning all
    between them round takes too long."""
    b = facing(tour, place, a)
    old = hop_price(x, y, a, b, hop)
    here = place[a >> 1]
    a_enters = tour[here] == a
    # A plain 0 or -1 is a type of its own to numba, and all would be compiled twice.
    kind: Any = np.int64(0)
    best, other, far = 1e-9, np.int64(-1), np.int64(-1)
    for k in range(near.shape[1]):
        c = near[a, k]
        if c < 0:
            break
        gain = old - hop_price(x, y, a, c, hop)
        if gain <= 1e-9:
            break
        apart = abs(here - place[c >> 1])
        if min(apart, len(tour) - apart) > far_apart:
            continue
        d = facing(tour, place, c)
        gain += hop_price(x, y, c, d, hop)
        if a_enters == (tour[place[c >> 1]] == c):
            change = gain - hop_price(x, y, b, d, hop)
            if change > best:
                best, kind, other = change, 1, c
        change, f = best_segment(x, y, tour, place, a, b, c, d, gain, hop)
        if change > best:
            best, kind, other, far = change, 2, c, f
        change, f = best_segment(x, y, tour, place, c, d, a, b, gain, hop)
        if change > best:
            best, kind, other, far = change, 3, c, f
    if kind:
        do_exchange(tour, place, kind, a, other, far, queue, waiting, log)
        return best
    return 0.0


@kernel
def do_exchange(tour, place, kind, a, c, far, queue, waiting, log):  # type: ignore[no-untyped-def]
    """2-opt of a and c (kind 1), or the items from c (2) or a (3) outwards to `far` moved between
    the other two; all ends concerned are looked at again."""
    b, d = facing(tour, place, a), facing(tour, place, c)
    alike = (tour[place[a >> 1]] == a) == (tour[place[c >> 1]] == c)
    for end in (a, b, c, d):
        add_to_queue(queue, waiting, end)
    if kind > 1:
        add_to_queue(queue, waiting, far)
        add_to_queue(queue, waiting, facing(tour, place, far))
    if kind == 1:
        exchange(tour, place, a, c, log)
    elif kind == 2:
        move_segment(tour, place, a, b, c, far, alike, log)
    else:
        move_segment(tour, place, c, d, a, far, alike, log)


@kernel
def add_to_queue(queue, waiting, end):  # type: ignore[no-untyped-def]
    """Let an end be looked at again. queue[-2] is the first waiting, queue[-1] how many."""
    if waiting[end]:
        return
    waiting[end] = True
    size = len(queue) - 2
    at = queue[-2] + queue[-1]
    queue[at - size if at >= size else at] = end
    queue[-1] += 1


@kernel
def improve(  # type: ignore[no-untyped-def]
    x, y, near, tour, place, queue, waiting, log, most, far_apart, hop
):
    """Exchange until no waiting end finds anything, or `most` have been looked at; the seconds
    gained."""
    gained = 0.0
    size = len(queue) - 2
    while queue[-1] > 0 and most > 0:
        most -= 1
        end = queue[queue[-2]]
        queue[-2] = queue[-2] + 1 if queue[-2] + 1 < size else 0
        queue[-1] -= 1
        waiting[end] = False
        gained += improve_end(x, y, near, tour, place, end, queue, waiting, log, far_apart, hop)
    return gained


@kernel
def kick(  # type: ignore[no-untyped-def]
    x, y, near, tour, place, queue, waiting, log, steps, at, random, far_apart, hop
):
    """Swap two short stretches that follow each other, search from there, and go back if that was
    no gain: `steps` times; the seconds gained. The kicks go round the ring from position `at`
    (times 4) on: neighbours in the tour are in the processor's cache."""
    n = len(tour)
    gained = 0.0
    all_of_them = np.int64(1 << 60)
    most = min(KICK, (n - 2) // 3)
    if most < 1:
        return 0.0
    for step in range(steps):
        # xorshift64 (Marsaglia, 2003)
        random[0] ^= random[0] << np.uint64(13)
        random[0] ^= random[0] >> np.uint64(7)
        random[0] ^= random[0] << np.uint64(17)
        draw = np.int64(random[0] >> np.uint64(16))
        first = ((at + step) // 4 + (draw & 63)) % n
        widest = 1 + (draw >> 6 & 0x3FF) % most
        one, other = 1 + (draw >> 16 & 0x3FF) % widest, 1 + (draw >> 26 & 0x3FF) % widest
        log[0, 0] = 0
        change = swap_stretches(x, y, tour, place, first, one, other, queue, waiting, log, hop)
        change += improve(x, y, near, tour, place, queue, waiting, log, all_of_them, far_apart, hop)
        if change < 0 and log[0, 0] + 1 < len(log):
            while log[0, 0] > 0:
                turn_round(tour, place, log[log[0, 0], 0], log[log[0, 0], 1])
                log[0, 0] -= 1
        else:
            gained += change
    return gained


@kernel
def swap_stretches(  # type: ignore[no-untyped-def]
    x, y, tour, place, first, one, other, queue, waiting, log, hop
):
    """Swap the `one` items from `first` on with the `other` items after them; the seconds gained
    (mostly less than none)."""
    n = len(tour)
    middle, after = (first + one) % n, (first + one + other) % n
    a, b = tour[first - 1] ^ 1, tour[first]
    c, d = tour[middle - 1] ^ 1, tour[middle]
    e, f = tour[after - 1] ^ 1, tour[after]
    gain = (
        hop_price(x, y, a, b, hop)
        + hop_price(x, y, c, d, hop)
        + hop_price(x, y, e, f, hop)
        - hop_price(x, y, a, d, hop)
        - hop_price(x, y, e, b, hop)
        - hop_price(x, y, c, f, hop)
    )
    for size, start in ((one + other, first), (other, first), (one, (first + other) % n)):
        turn_round(tour, place, start, size)
        log[0, 0] += 1
        log[log[0, 0], 0], log[log[0, 0], 1] = start, size
    for end in (a, b, c, d, e, f):
        add_to_queue(queue, waiting, end)
    return gain
