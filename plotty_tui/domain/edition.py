"""Pen by pen over an edition: when both a change of pens and putting a sheet on again cost time.

An operation is one pen on one sheet; between two of them the pen, the sheet or both change. Sheet
by sheet and pen by pen are the two pure orders; what lies between is looked for when neither is
proved to be the best.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .euler import Pen
from .pen_order import PenJob, order_pens

Step = tuple[int, Pen]

# Operations up to which the best order is looked for exactly, and how long: looks at a place.
MOST_EXACT = 45
MOST_LOOKS = 60_000
# Operations up to which an order is improved by moving pieces of it.
MOST_MOVED = 150


@dataclass(frozen=True, slots=True)
class EditionOrder:
    """Steps (sheet, pen) in their order, what their changes take, and the seconds that no order
    goes below."""

    steps: list[Step]
    pen_changes: int
    sheet_changes: int
    seconds: float
    bound: float

    @property
    def proved(self) -> bool:
        """Whether there is no better order."""
        return self.seconds <= self.bound + 1e-6


def order_edition(
    sheets: Sequence[Sequence[Pen]], pen_seconds: float, sheet_seconds: float
) -> EditionOrder:
    """The order of all (sheet, pen) that takes least time for changes, pens in any order.

    `sheets` are the pens of each; `pen_seconds` a change of pens takes, `sheet_seconds` taking a
    sheet off and putting another on.
    """
    pens_of = [tuple(dict.fromkeys(pens)) for pens in sheets]
    costs = _Costs(pen_seconds, sheet_seconds)
    best = min(_by_sheet(pens_of), _by_pen(pens_of), key=costs.of)
    bound = costs.bound(pens_of)
    if costs.of(best) > bound + 1e-9 and len(best) <= MOST_MOVED:
        best = _improve(best, costs)
        if len(best) <= MOST_EXACT and costs.of(best) > bound + 1e-9:
            best, complete = _Search(best, costs).run()
            bound = costs.of(best) if complete else bound
    pen_changes = sum(a[1] != b[1] for a, b in pairwise(best))
    sheet_changes = sum(a[0] != b[0] for a, b in pairwise(best))
    return EditionOrder(best, pen_changes, sheet_changes, costs.of(best), bound)


@dataclass(frozen=True, slots=True)
class _Costs:
    pen: float
    sheet: float

    def between(self, a: Step, b: Step) -> float:
        return (a[1] != b[1]) * self.pen + (a[0] != b[0]) * self.sheet

    def of(self, steps: Sequence[Step]) -> float:
        return sum(map(self.between, steps, steps[1:]))

    def least(self, pens: int, sheets: int, moves: int) -> float:
        """What so many moves cost at least, with so many changes of pens and of sheets in them:
        in every move something changes."""
        spare = max(0, moves - pens - sheets)
        return pens * self.pen + sheets * self.sheet + spare * min(self.pen, self.sheet)

    def bound(self, pens_of: Sequence[Sequence[Pen]]) -> float:
        steps = sum(map(len, pens_of))
        if not steps:
            return 0.0
        pieces = _count_pieces(pens_of)
        pens = len({pen for pens in pens_of for pen in pens})
        sheets = sum(1 for pens in pens_of if pens)
        # From one piece to the next both change.
        return self.least(pens - 1, sheets - 1, steps - 1 + pieces - 1)


def _count_pieces(pens_of: Sequence[Sequence[Pen]]) -> int:
    pieces: list[set[Pen]] = []
    for pens in pens_of:
        if pens:
            touched = [piece for piece in pieces if piece & set(pens)]
            pieces = [piece for piece in pieces if not piece & set(pens)]
            pieces.append(set(pens).union(*touched))
    return len(pieces)


def _by_sheet(pens_of: Sequence[Sequence[Pen]]) -> list[Step]:
    order = order_pens([PenJob(tuple(pens)) for pens in pens_of])
    return [(sheet, pen) for sheet, pens in order.sequence for pen in pens]


def _by_pen(pens_of: Sequence[Sequence[Pen]]) -> list[Step]:
    """The same problem with pens and sheets exchanged."""
    pens = list(dict.fromkeys(pen for pens in pens_of for pen in pens))
    order = order_pens(
        [PenJob(tuple(k for k, mine in enumerate(pens_of) if pen in mine)) for pen in pens]
    )
    return [(int(sheet), pens[k]) for k, sheets in order.sequence for sheet in sheets]  # type: ignore[call-overload]


def _improve(steps: list[Step], costs: _Costs) -> list[Step]:
    """Pieces of up to three steps are moved, turned or not, and stretches turned round, as long
    as that helps."""
    best, least = steps, costs.of(steps)
    changed = True
    while changed:
        changed = False
        for tried in _neighbours(best):
            now = costs.of(tried)
            if now < least - 1e-9:
                best, least, changed = tried, now, True
                break
    return best


def _neighbours(steps: list[Step]) -> Iterator[list[Step]]:
    count = len(steps)
    for length in (1, 2, 3):
        for k in range(count - length + 1):
            piece, rest = steps[k : k + length], steps[:k] + steps[k + length :]
            for at in range(len(rest) + 1):
                yield rest[:at] + piece + rest[at:]
                if length > 1:
                    yield rest[:at] + piece[::-1] + rest[at:]
    for i in range(count):
        for j in range(i + 4, count + 1):
            yield steps[:i] + steps[i:j][::-1] + steps[j:]


class _Search:
    """Depth first over all orders, given up where the least that is left is no better."""

    def __init__(self, best: list[Step], costs: _Costs) -> None:
        self.best, self.costs = best, costs
        self.least = costs.of(best)
        self.looks = 0
        self._seen: dict[tuple[int, int], float] = {}
        self._steps = sorted(best, key=repr)

    def run(self) -> tuple[list[Step], bool]:
        """The best order found, and whether it is proved."""
        for k in range(len(self._steps)):
            self._go([k], 1 << k, 0.0)
        return self.best, self.looks <= MOST_LOOKS

    def _go(self, path: list[int], done: int, spent: float) -> None:
        self.looks += 1
        if self.looks > MOST_LOOKS:
            return
        here = self._steps[path[-1]]
        left = [k for k in range(len(self._steps)) if not done >> k & 1]
        if not left:
            if spent < self.least - 1e-9:
                self.least, self.best = spent, [self._steps[k] for k in path]
            return
        pens = {self._steps[k][1] for k in left} - {here[1]}
        sheets = {self._steps[k][0] for k in left} - {here[0]}
        if spent + self.costs.least(len(pens), len(sheets), len(left)) > self.least - 1e-9:
            return
        key = (done, path[-1])
        if self._seen.get(key, float("inf")) <= spent + 1e-9:
            return
        self._seen[key] = spent
        for k in sorted(left, key=lambda k: self.costs.between(here, self._steps[k])):
            step = self.costs.between(here, self._steps[k])
            self._go([*path, k], done | 1 << k, spent + step)
