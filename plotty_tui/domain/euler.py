"""Euler trails: lines between points, each gone once, in the fewest trails."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

Pen = Hashable


def roots_of(ends: Sequence[tuple[Pen, Pen]]) -> dict[Pen, Pen]:
    """Each point's name for the connected piece that it lies in."""
    above: dict[Pen, Pen] = {}

    def top(point: Pen) -> Pen:
        above.setdefault(point, point)
        while above[point] != point:
            above[point] = above[above[point]]
            point = above[point]
        return point

    for a, b in ends:
        above[top(a)] = top(b)
    return {point: top(point) for point in above}


def walk_lines(
    ends: Sequence[tuple[Pen, Pen]], turning: bool, begin: Pen, end: Pen
) -> list[list[tuple[int, Pen, Pen]]]:
    """Euler trails through lines with these ends: each line once, in the fewest trails."""
    lines = [(a, b) for a, b in ends] + _closing(ends, turning, begin, end)
    out: dict[Pen, list[int]] = defaultdict(list)
    for k in range(len(lines) - 1, -1, -1):
        a, b = lines[k]
        out[a].append(k)
        if turning and a != b:
            out[b].append(k)
    used = [False] * len(lines)
    trails = []
    for k in range(len(lines)):
        if not used[k]:
            circuit = _circuit(lines[k][0], lines, out, used)
            trails += _cut(circuit, len(ends))
    return _arranged(trails, turning, begin, end)


def _closing(
    ends: Sequence[tuple[Pen, Pen]], turning: bool, begin: Pen, end: Pen
) -> list[tuple[Pen, Pen]]:
    """Lines that close every piece to a circuit; where they lie, trails end. `end` is tied to
    `begin`, so that the two lie at the ends of one trail, or in different ones."""
    root = roots_of(ends)
    surplus: Counter[Pen] = Counter()
    for a, b in ends:
        surplus[a] += 1
        surplus[b] += 1 if turning else -1
    stops: dict[Pen, list[Pen]] = defaultdict(list)
    starts: dict[Pen, list[Pen]] = defaultdict(list)
    for point in sorted(surplus, key=lambda one: (one != end, one != begin, repr(one))):
        value = surplus[point]
        if turning and value % 2:
            stops[root[point]].append(point)
        elif not turning:
            stops[root[point]] += [point] * max(0, -value)
            starts[root[point]] += [point] * max(0, value)
    if turning:
        return [pair for odd in stops.values() for pair in zip(odd[::2], odd[1::2], strict=True)]
    return [pair for top in stops for pair in zip(stops[top], starts[top], strict=True)]


def _circuit(
    start: Pen, lines: Sequence[tuple[Pen, Pen]], out: dict[Pen, list[int]], used: list[bool]
) -> list[tuple[int, Pen, Pen]]:
    """Hierholzer: all lines that can be reached, in one circuit."""
    stack: list[tuple[Pen, tuple[int, Pen, Pen] | None]] = [(start, None)]
    circuit: list[tuple[int, Pen, Pen]] = []
    while stack:
        point, by = stack[-1]
        ways = out[point]
        while ways and used[ways[-1]]:
            ways.pop()
        if ways:
            k = ways.pop()
            used[k] = True
            a, b = lines[k]
            there = b if a == point else a
            stack.append((there, (k, point, there)))
        else:
            stack.pop()
            if by is not None:
                circuit.append(by)
    return circuit[::-1]


def _cut(circuit: list[tuple[int, Pen, Pen]], real: int) -> list[list[tuple[int, Pen, Pen]]]:
    """The circuit cut at its closing lines."""
    cuts = [k for k, step in enumerate(circuit) if step[0] >= real]
    if not cuts:
        return [circuit]
    turned = circuit[cuts[0] + 1 :] + circuit[: cuts[0] + 1]
    trails: list[list[tuple[int, Pen, Pen]]] = [[]]
    for step in turned:
        if step[0] < real:
            trails[-1].append(step)
        else:
            trails.append([])
    return [trail for trail in trails if trail]


def _arranged(
    trails: list[list[tuple[int, Pen, Pen]]], turning: bool, begin: Pen, end: Pen
) -> list[list[tuple[int, Pen, Pen]]]:
    def turned(trail: list[tuple[int, Pen, Pen]]) -> list[tuple[int, Pen, Pen]]:
        return [(k, b, a) for k, a, b in reversed(trail)]

    def place(trail: list[tuple[int, Pen, Pen]]) -> tuple[int, int]:
        if begin is not None and trail[0][1] == begin:
            return 0, 0
        if end is not None and trail[-1][2] == end:
            return 2, 0
        return 1, min(k for k, _, _ in trail)

    if turning:
        trails = [
            turned(trail)
            if (begin is not None and trail[-1][2] == begin)
            or (end is not None and trail[0][1] == end)
            else trail
            for trail in trails
        ]
    return sorted(trails, key=place)
