"""Trails through pens: the fewest pieces in which a batch can be drawn without a change between.

A job is drawn from its first pen to its last; the next job goes on without a change when it begins
with that last pen. Pens are points, jobs are lines between two of them, and a batch falls into as
many trails as its lines do. Which two pens of a job are its ends is chosen here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from .euler import Pen, roots_of, walk_lines

Ends = list[tuple[Pen, Pen]]

# Points up to which the parities of all choices are held as bits of one number.
MOST_BITS = 14
# Choices that are looked at one by one where nothing smarter proves the least number.
MOST_STATES = 20_000
# More points and more lines than these have too many ways for certain.
MOST_POINTS, MOST_LINES = 9, 8
# Lines that are counted again while an order is improved by single changes.
LOOKS = 200_000


@dataclass(frozen=True, slots=True)
class Line:
    """A job between its ends: any of `firsts` to any other of `lasts`. A line that `turns` may be
    gone either way (then both are the same). One pen alone is a line that stays at its point."""

    firsts: tuple[Pen, ...]
    lasts: tuple[Pen, ...]
    turns: bool

    def choices(self, turning: bool) -> Ends:
        """The ends it may have; where all lines turn, each way to lie once."""
        if turning and len(self.firsts) > 1:
            return list(combinations(self.firsts, 2))
        both = [(a, b) for a, b in product(self.firsts, self.lasts) if a != b]
        return both or [(self.firsts[0], self.lasts[0])]


@dataclass(frozen=True, slots=True)
class Trails:
    """Trails of (line number, first pen, last pen), and the number that no choice goes below."""

    trails: list[list[tuple[int, Pen, Pen]]]
    bound: int


def fewest_trails(lines: Sequence[Line], begin: Pen = None, end: Pen = None) -> Trails:
    """The lines in the fewest trails. The trail with the point `begin` comes first and starts
    there; the one with `end` comes last and ends there."""
    turning = all(line.turns for line in lines)
    ends: Ends = [line.choices(turning)[0] for line in lines]
    bound = 0
    parts = _connected(lines)
    for part in parts:
        apart = Apart(begin, end, len(parts) > 1)
        chosen, least = _choose([lines[k] for k in part], turning, apart)
        bound += least
        for k, pair in zip(part, chosen, strict=True):
            ends[k] = pair
    trails = walk_lines(ends, turning, begin, end)
    return Trails(trails, min(bound, len(trails)))


@dataclass(frozen=True, slots=True)
class Apart:
    """Points of which one is to begin the first trail and the other to end the last: they cannot
    lie on one trail when there are `others`."""

    begin: Pen = None
    end: Pen = None
    others: bool = False


def count_trails(
    ends: Sequence[tuple[Pen, Pen]] | Counter[tuple[Pen, Pen]],
    turning: bool,
    apart: Apart | None = None,
) -> int:
    """Into how many trails lines with these ends fall: by each connected piece half its points of
    odd degree (or what more begins than ends at its points), at least one. Ends that many lines
    have may be given as how many."""
    surplus: Counter[Pen] = Counter()
    counted = ends.items() if isinstance(ends, Counter) else ((one, 1) for one in ends)
    for (a, b), lines in counted:
        surplus[a] += lines
        surplus[b] += lines if turning else -lines
    root = roots_of(list(ends))
    odd: Counter[Pen] = Counter()
    for point, value in surplus.items():
        odd[root[point]] += value % 2 if turning else max(0, value)
    trails = {top: max(1, odd[top] // 2 if turning else odd[top]) for top in set(root.values())}
    return sum(trails.values()) + (apart is not None and _is_torn(apart, root, trails))


def _is_torn(apart: Apart, root: dict[Any, Any], trails: dict[Any, int]) -> bool:
    """Whether the two points lie on one trail that has to be torn, as there are others."""
    if apart.begin not in root or apart.end not in root:
        return False
    top = root[apart.begin]
    return top == root[apart.end] and trails[top] == 1 and (apart.others or len(trails) > 1)


def _connected(lines: Sequence[Line]) -> list[list[int]]:
    """Numbers of the lines that may touch, piece by piece."""
    links = [(line.firsts[0], pen) for line in lines for pen in (*line.firsts, *line.lasts)]
    root = roots_of(links)
    parts: dict[Pen, list[int]] = defaultdict(list)
    for k, line in enumerate(lines):
        parts[root[line.firsts[0]]].append(k)
    return list(parts.values())


def _choose(lines: Sequence[Line], turning: bool, apart: Apart) -> tuple[Ends, int]:
    """Ends for lines of one piece, and the least number of trails there can be."""
    choices = [line.choices(turning) for line in lines]
    if all(len(one) == 1 for one in choices):
        ends = [one[0] for one in choices]
        return ends, count_trails(ends, turning, apart)
    if turning:
        ends, bound = _choose_by_parity(choices)
    else:
        ends, bound = _choose_by_balance(choices), 1
    if count_trails(ends, turning, apart) > bound:
        exact = _look_at_all(choices, turning, apart)
        if exact is not None:
            return exact, count_trails(exact, turning, apart)
        ends = _improve(choices, ends, turning)
    return ends, bound


# Lines that turn: by parity -----------------------------------------------------------------------


def _choose_by_parity(choices: Sequence[Ends]) -> tuple[Ends, int]:
    """Ends that leave the fewest points of odd degree, joined up where that costs nothing."""
    points = sorted({pen for one in choices for pair in one for pen in pair}, key=repr)
    if len(points) > MOST_BITS:
        return _choose_greedily(choices), 1
    number = {pen: k for k, pen in enumerate(points)}
    # From the back, lines with the least choice are settled first: they say what is joined.
    order = sorted(range(len(choices)), key=lambda k: -len(choices[k]))
    reached = list(_reachable([choices[k] for k in order], number))
    wanted = min(_bits(reached[-1]), key=lambda mask: (mask.bit_count(), mask))
    bound = max(1, wanted.bit_count() // 2)
    ends: Ends = [one[0] for one in choices]
    group = list(range(len(points)))
    touched = {number[one[0][0]] for one in choices if one[0][0] == one[0][1]}
    for before, k in zip(reached[-2::-1], reversed(order), strict=True):
        fitting = [pair for pair in choices[k] if before >> (wanted ^ _mask(pair, number)) & 1]
        a, b = ends[k] = min(fitting, key=lambda pair: _loose(pair, number, group, touched))
        wanted ^= _mask((a, b), number)
        old, new = group[number[a]], group[number[b]]
        group = [new if one == old else one for one in group]
        touched |= {number[a], number[b]}
    return ends, bound


def _choose_greedily(choices: Sequence[Ends]) -> Ends:
    """Ends for more points than parities can be held of: the least choice first, each time the
    ends that leave the fewest odd points, then those that join most."""
    number: dict[Pen, int] = {}
    for one in choices:
        for pair in one:
            for pen in pair:
                number.setdefault(pen, len(number))
    ends: Ends = [one[0] for one in choices]
    group, touched, odd = list(range(len(number))), set[int](), set[Pen]()
    for k in sorted(range(len(choices)), key=lambda k: len(choices[k])):
        a, b = ends[k] = min(
            choices[k],
            key=lambda pair: (
                0 if pair[0] == pair[1] else 2 - sum(2 * (pen in odd) for pen in pair),
                _loose(pair, number, group, touched),
            ),
        )
        if a != b:
            odd ^= {a, b}
        old, new = group[number[a]], group[number[b]]
        group = [new if one == old else one for one in group]
        touched |= {number[a], number[b]}
    return ends


def _loose(
    pair: tuple[Pen, Pen], number: dict[Pen, int], group: Sequence[int], touched: set[int]
) -> int:
    """How little a line joins what is there: 0 it joins two pieces, 3 it begins a new one."""
    a, b = number[pair[0]], number[pair[1]]
    known = (a in touched) + (b in touched)
    if known == 2:
        return 0 if group[a] != group[b] else 1
    return 2 if known else 3


def _mask(pair: tuple[Pen, Pen], number: dict[Pen, int]) -> int:
    return 0 if pair[0] == pair[1] else 1 << number[pair[0]] | 1 << number[pair[1]]


def _reachable(choices: Sequence[Ends], number: dict[Pen, int]) -> Iterator[int]:
    """After each line the sets of odd points that some choice gives, as bits of a number."""
    size = 1 << len(number)
    whole = (1 << size) - 1
    low = [whole // ((1 << (2 << k)) - 1) * ((1 << (1 << k)) - 1) for k in range(len(number))]
    even = sum(1 << mask for mask in range(size) if mask.bit_count() % 2 == 0)

    def flip(sets: int, k: int) -> int:
        shift = 1 << k
        return (sets & low[k]) << shift | (sets >> shift) & low[k]

    reached = 1
    yield reached
    for one in choices:
        if reached != even:
            after = 0
            flipped: dict[Pen, int] = {}
            for a, b in one:
                if a == b:
                    after |= reached
                    continue
                if a not in flipped:
                    flipped[a] = flip(reached, number[a])
                after |= flip(flipped[a], number[b])
            reached = after
        yield reached


def _bits(sets: int) -> Iterator[int]:
    """The places of the bits of a number."""
    text = bin(sets)[:1:-1]
    at = text.find("1")
    while at >= 0:
        yield at
        at = text.find("1", at + 1)


# Lines of one direction: by balance ---------------------------------------------------------------


def _choose_by_balance(choices: Sequence[Ends]) -> Ends:
    """Ends with which few points begin more lines than they end, by single changes."""
    surplus: Counter[Pen] = Counter()

    def weight(pair: tuple[Pen, Pen], sign: int) -> int:
        """What the imbalance becomes by adding or taking a line."""
        a, b = pair
        if a == b:
            return 0
        more = abs(surplus[a] + sign) - abs(surplus[a])
        return more + abs(surplus[b] - sign) - abs(surplus[b])

    def put(pair: tuple[Pen, Pen], sign: int) -> None:
        surplus[pair[0]] += sign
        surplus[pair[1]] -= sign

    ends: Ends = [one[0] for one in choices]
    order = sorted(range(len(choices)), key=lambda k: len(choices[k]))
    for k in order:
        ends[k] = min(choices[k], key=lambda pair: weight(pair, 1))
        put(ends[k], 1)
    changed = True
    while changed:
        changed = False
        for k in order:
            put(ends[k], -1)
            best = min(choices[k], key=lambda pair: weight(pair, 1))
            if weight(best, 1) < weight(ends[k], 1):
                ends[k], changed = best, True
            put(ends[k], 1)
    return ends


# What is left over --------------------------------------------------------------------------------


def _look_at_all(choices: Sequence[Ends], turning: bool, apart: Apart) -> Ends | None:
    """Ends with the fewest trails, proved: all different ways are looked at. None when there are
    too many of them."""
    points = sorted({pen for one in choices for pair in one for pen in pair}, key=repr)
    if len(points) > MOST_POINTS and len(choices) > MOST_LINES:
        return None
    number = {pen: k for k, pen in enumerate(points)}
    State = tuple[tuple[int, ...], tuple[int, ...]]
    start: State = ((0,) * len(points), (-1,) * len(points))
    layers: list[dict[State, tuple[State, tuple[Pen, Pen]]]] = []
    states: set[State] = {start}
    for one in choices:
        after: dict[State, tuple[State, tuple[Pen, Pen]]] = {}
        for surplus, group in states:
            for pair in one:
                state = _after(surplus, group, number[pair[0]], number[pair[1]], turning)
                after.setdefault(state, ((surplus, group), pair))
            if len(after) > MOST_STATES:
                return None
        layers.append(after)
        states = set(after)
    best = min(states, key=lambda one: (_trails_of(one[0], one[1], turning, apart, number), one))
    ends: Ends = []
    for layer in reversed(layers):
        best, pair = layer[best]
        ends.append(pair)
    return ends[::-1]


def _after(
    surplus: tuple[int, ...], group: tuple[int, ...], a: int, b: int, turning: bool
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    values, names = list(surplus), list(group)
    if a != b:
        values[a] = (values[a] + 1) % 2 if turning else values[a] + 1
        values[b] = (values[b] + 1) % 2 if turning else values[b] - 1
    for point in (a, b):
        if names[point] < 0:
            names[point] = len(names) + point
    if names[a] != names[b]:
        old, new = names[a], names[b]
        names = [new if one == old else one for one in names]
    first: dict[int, int] = {}
    return tuple(values), tuple(-1 if n < 0 else first.setdefault(n, len(first)) for n in names)


def _trails_of(
    surplus: tuple[int, ...],
    group: tuple[int, ...],
    turning: bool,
    apart: Apart,
    number: dict[Pen, int],
) -> int:
    odd: Counter[int] = Counter()
    for value, name in zip(surplus, group, strict=True):
        if name >= 0:
            odd[name] += value if turning else max(0, value)
    trails = {name: max(1, value // 2 if turning else value) for name, value in odd.items()}
    root = {pen: group[k] for pen, k in number.items() if group[k] >= 0}
    return sum(trails.values()) + _is_torn(apart, root, trails)


def _improve(choices: Sequence[Ends], ends: Ends, turning: bool) -> Ends:
    """Better ends by changing one line at a time, as long as that helps."""
    ends = list(ends)
    best = count_trails(ends, turning)
    looks = min(2_000, LOOKS // len(choices))
    changed = True
    while changed and best > 1 and looks > 0:
        changed = False
        for k, one in enumerate(choices):
            kept = ends[k]
            for pair in one:
                if pair == kept or looks <= 0:
                    continue
                looks -= 1
                ends[k] = pair
                now = count_trails(ends, turning)
                if now < best:
                    best, kept, changed = now, pair, True
            ends[k] = kept
    return ends
