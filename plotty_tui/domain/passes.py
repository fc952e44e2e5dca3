"""Pen by pen: on which sheet of a run a plotter draws next, when sheets may be taken off between
their pens.

With the pen that is in, every sheet that wants it is drawn on, one after the other; the last of
them stays on for the next pen. That is the circuit over all (sheet, pen) of `edition` wherever all
sheets want their pens in one order: as many changes as there are passes, and a sheet less to put
on in each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, pairwise

from .euler import Pen

Chain = tuple[Pen, ...]

# Standings that are followed at once while the fewest passes are looked for.
MOST_STANDINGS = 12


@dataclass(frozen=True, slots=True)
class SheetLeft:
    """A sheet with the pens of its layers that are still to be drawn, in their order. `pile`: its
    place among the sheets that were set aside, the top one has the highest; 0: not begun."""

    id: int
    pens: Chain
    pile: int = 0


def next_of_edition(
    waiting: Sequence[SheetLeft], pen: Pen, here: SheetLeft | None = None
) -> SheetLeft | None:
    """The sheet to draw on next with this pen in the holder; `here` is the one that lies on the
    plotter, and comes again when it is to stay on. None when there is no sheet at all.

    First the sheet that is there, as long as its pen is in; then another one that wants this pen.
    When none does, the pen is changed to one with which the fewest passes are left, for the sheet
    that is there if it wants that.
    """
    if here is not None and here.pens[:1] == (pen,):
        return here
    everything = [*([here] if here else []), *waiting]
    wanting = [one for one in waiting if one.pens[:1] == (pen,)]
    if wanting:
        return _top(_before_last(wanting, everything, pen) or wanting)
    best = first_pens(frozenset(one.pens for one in everything))
    if here is not None and (not here.pens or here.pens[0] in best):
        return here
    wanting = [one for one in waiting if one.pens[:1] and one.pens[0] in best]
    if not wanting:
        return waiting[0] if waiting else here
    first = _top(wanting).pens[0]
    wanting = [one for one in wanting if one.pens[0] == first]
    return _top(_before_last(wanting, everything, first) or wanting)


def _before_last(
    wanting: Sequence[SheetLeft], everything: Sequence[SheetLeft], pen: Pen
) -> list[SheetLeft]:
    """Of the sheets that want this pen those that are not for the end of its pass: the last one is
    to stay on for the next pen."""
    if len(wanting) < 2:
        return []
    chains = {one.pens for one in everything}
    after = first_pens(frozenset(_plain(one)[one[:1] == (pen,) :] for one in chains))
    onward = {chain for chain in chains if after & set(_plain(chain)[1:2])}
    return [one for one in wanting if one.pens not in onward]


def _top(some: Sequence[SheetLeft]) -> SheetLeft:
    """What lies on top of the pile, else the first that is not begun."""
    return max(some, key=lambda one: one.pile)


@lru_cache(maxsize=512)
def first_pens(chains: frozenset[Chain]) -> frozenset[Pen]:
    """The pens with which a row of passes may begin that draws all these chains of pens and has no
    pass too many."""
    standings: dict[frozenset[Chain], frozenset[Pen]] = {_longest(map(_plain, chains)): frozenset()}
    while standings:
        following: dict[frozenset[Chain], frozenset[Pen]] = {}
        for standing, begun_with in standings.items():
            for pen in {chain[0] for chain in standing}:
                after = _longest(chain[1:] if chain[0] == pen else chain for chain in standing)
                begun = begun_with or frozenset({pen})
                following[after] = following.get(after, frozenset()) | begun
        done = following.get(frozenset())
        if done is not None:
            return done
        standings = following
        if len(following) > MOST_STANDINGS:
            nearest = sorted(
                following, key=lambda one: (sum(map(len, one)), sorted(map(repr, one)))
            )
            standings = {one: following[one] for one in nearest[:MOST_STANDINGS]}
    return frozenset()


def _plain(chain: Chain) -> Chain:
    """Layers of one pen that follow each other are one."""
    return tuple(pen for pen, _ in groupby(chain))


def _longest(chains: Iterable[Chain]) -> frozenset[Chain]:
    """The chains that are not drawn on the way by the passes of another one."""
    found: list[Chain] = []
    for chain in sorted(set(chains), key=len, reverse=True):
        if chain and not any(_is_within(chain, longer) for longer in found):
            found.append(chain)
    return frozenset(found)


def _is_within(chain: Chain, longer: Chain) -> bool:
    rest = iter(longer)
    return all(pen in rest for pen in chain)


# What it takes -----------------------------------------------------------------------------------

# Of copies that are alike this many are followed; each further one is put on once a pass.
ALIKE = 3


@dataclass(frozen=True, slots=True)
class HandsOfRun:
    """How often a person is wanted: to change the pen, and to put a sheet on (again)."""

    pen_changes: int = 0
    put_on: int = 0

    def __add__(self, other: HandsOfRun) -> HandsOfRun:
        return HandsOfRun(self.pen_changes + other.pen_changes, self.put_on + other.put_on)

    def seconds(self, pen_seconds: float, sheet_seconds: float) -> float:
        """What that takes."""
        return self.pen_changes * pen_seconds + self.put_on * sheet_seconds


def by_sheet(lines: Sequence[tuple[Chain, int]], loaded: Pen = None) -> HandsOfRun:
    """(Pens, copies) drawn sheet by sheet, each with all its pens as they come."""
    found, inside = HandsOfRun(), loaded
    for pens, copies in lines:
        if copies:
            again = (copies - 1) * _changes(pens, pens[-1] if pens else None)
            found += HandsOfRun(_changes(pens, inside) + again, copies)
            inside = pens[-1] if pens else inside
    return found


def by_pen(lines: Sequence[tuple[Chain, int]], loaded: Pen = None) -> HandsOfRun:
    """(Pens, copies) drawn pen by pen over all of them."""
    sheets = [pens for pens, copies in lines for _ in range(min(copies, ALIKE))]
    steps = pass_order(sheets, loaded)
    turned = sum(a[0] != b[0] for a, b in pairwise(steps)) + bool(steps)
    more = sum(max(0, copies - ALIKE) * len(_plain(pens)) for pens, copies in lines)
    return HandsOfRun(_changes([pen for _, pen in steps], loaded), turned + more)


def _changes(row: Sequence[Pen], loaded: Pen) -> int:
    changes = sum(a != b for a, b in pairwise(row))
    return changes + bool(row and loaded is not None and row[0] != loaded)


def pass_order(sheets: Sequence[Chain], loaded: Pen = None) -> list[tuple[int, Pen]]:
    """All (number of the sheet, pen) in the order in which they are drawn pen by pen."""
    waiting = {k: SheetLeft(k, _plain(pens)) for k, pens in enumerate(sheets) if pens}
    steps: list[tuple[int, Pen]] = []
    pen, here = loaded, None
    while waiting:
        others = [one for one in waiting.values() if here is None or one.id != here.id]
        chosen = next_of_edition(others, pen, here)
        assert chosen is not None, "a sheet is left"
        if here is not None and chosen.id != here.id:
            waiting[here.id] = replace(here, pile=len(steps))
        pen = chosen.pens[0]
        steps.append((chosen.id, pen))
        here = replace(chosen, pens=chosen.pens[1:])
        waiting[chosen.id] = here
        if not here.pens:
            del waiting[chosen.id]
            here = None
    return steps
