"""In which order jobs are drawn, and each with its pens in which order, for the fewest changes.

A sheet stays on the plotter until its job is done. A job with the pens S has |S| - 1 changes
within it, and one more before it unless it begins with the pen that is in the holder. `trails`
finds how few of those there can be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby, permutations

from .euler import Pen
from .trails import Line, count_trails, fewest_trails

# Marks of where a block begins and ends, which are no pens.
_BEGIN, _END = "\0begin", "\0end"

# Pens up to which every order of them is tried.
MOST_TRIED = 6
# Pens with which a block may end that are followed into the next.
MOST_WAYS = 4
# Pens that are tried at the end of a block.
MOST_ENDS = 12


@dataclass(frozen=True, slots=True)
class PenJob:
    """A job as its pens go: `pens` in the order of its layers, each once where their order is
    free. `before` are pairs of pens of which the first has to come before the second; `fixed`: it
    is drawn in just this order. Lower `priority` numbers are drawn first, all of them."""

    pens: tuple[Pen, ...]
    before: frozenset[tuple[Pen, Pen]] = frozenset()
    fixed: bool = False
    priority: int = 0


@dataclass(frozen=True, slots=True)
class PenOrder:
    """Jobs in their order, each (its number, its pens in their order); the changes of all of it,
    and the number that no order goes below."""

    sequence: list[tuple[int, tuple[Pen, ...]]] = field(default_factory=list)
    changes: int = 0
    bound: int = 0

    @property
    def proved(self) -> bool:
        """Whether there is no better order."""
        return self.changes == self.bound


def count_changes(sequence: Iterable[Sequence[Pen]], loaded: Pen = None) -> int:
    """Pen changes of drawing these jobs in this order, each with its pens in their order. The
    first pen counts only when another is `loaded`."""
    changes, at = 0, loaded
    for pens in sequence:
        for pen in pens:
            changes += at is not None and pen != at
            at = pen
    return changes


def order_pens(jobs: Sequence[PenJob], loaded: Pen = None) -> PenOrder:
    """The order with the fewest changes: block by block of one priority, with what is loaded
    now. Jobs without pens come last in their block."""
    ways = [_Way(loaded, 0, 0, ())]
    blocks = _blocks(jobs)
    for k, block in enumerate(blocks):
        following = blocks[k + 1] if k + 1 < len(blocks) else []
        wanted = {pen for number in following for pen in _line(jobs[number]).firsts}
        found = [way for before in ways for way in _ways_on(jobs, block, before, wanted)]
        # A change more here cannot be won back later: an order that ends well saves one.
        least = min(way.changes for way in found)
        best = {way.last: way for way in reversed(found) if way.changes == least}
        spare = int(len(best) > MOST_WAYS)  # what one that is dropped might have saved
        ways = [replace(way, bound=way.bound - spare) for way in [*best.values()][:MOST_WAYS]]
    rest = [(number, ()) for number, job in enumerate(jobs) if not job.pens]
    sequence = sorted([*ways[0].sequence, *rest], key=lambda one: jobs[one[0]].priority)
    return PenOrder(sequence, ways[0].changes, min(way.bound for way in ways))


@dataclass(frozen=True, slots=True)
class _Way:
    """An order so far: the pen in the holder after it, its changes, their bound."""

    last: Pen
    changes: int
    bound: int
    sequence: tuple[tuple[int, tuple[Pen, ...]], ...]


def _blocks(jobs: Sequence[PenJob]) -> list[list[int]]:
    numbers = sorted((k for k, job in enumerate(jobs) if job.pens), key=lambda k: jobs[k].priority)
    return [list(block) for _, block in groupby(numbers, key=lambda k: jobs[k].priority)]


def _ways_on(
    jobs: Sequence[PenJob], block: Sequence[int], before: _Way, wanted: set[Pen]
) -> list[_Way]:
    """A block drawn after `before`: as it comes, and so that it ends with a wanted pen."""
    plain = _solve(jobs, block, before, None)
    own = {pen for number in block for pen in _line(jobs[number]).lasts}
    ends = sorted(wanted & own, key=repr)
    if len(ends) > MOST_ENDS:
        plain = replace(plain, bound=plain.bound - 1)  # what one that is not tried might save
    ending = [_solve(jobs, block, before, pen) for pen in ends[:MOST_ENDS]]
    good = [way for way in ending if way.last in wanted and way.changes <= plain.changes]
    return [*(replace(way, bound=plain.bound) for way in good), plain]


def _solve(jobs: Sequence[PenJob], block: Sequence[int], before: _Way, last: Pen) -> _Way:
    """One block, begun with the pen that is in, and ended with `last` if one is named."""
    lines = [_line(jobs[number]) for number in block]
    turns = all(line.turns for line in lines)
    if before.last is not None:
        lines.append(_tie(_BEGIN, before.last, turns))
    if last is not None:
        lines.append(_tie(last, _END, turns))
    found = fewest_trails(lines, _BEGIN, _END)
    drawn = tuple(
        (block[k], _pens_between(jobs[block[k]], first, end))
        for trail in found.trails
        for k, first, end in trail
        if k < len(block)
    )
    inner = sum(len(_plain(jobs[number])) - 1 for number in block)
    return _Way(
        drawn[-1][1][-1],
        before.changes + count_changes((pens for _, pens in drawn), before.last),
        before.bound + inner + found.bound - 1,
        before.sequence + drawn,
    )


def _tie(first: Pen, last: Pen, turns: bool) -> Line:
    return Line((first, last), (first, last), True) if turns else Line((first,), (last,), False)


def _line(job: PenJob) -> Line:
    pens = _plain(job)
    if job.fixed:
        return Line((pens[0],), (pens[-1],), len(pens) == 1)
    pairs = _pairs(job)
    firsts = tuple(pen for pen in pens if not any(b == pen for _, b in pairs))
    lasts = tuple(pen for pen in pens if not any(a == pen for a, _ in pairs))
    return Line(firsts, lasts, not pairs)


def _pairs(job: PenJob) -> set[tuple[Pen, Pen]]:
    return {(a, b) for a, b in job.before if a in job.pens and b in job.pens and a != b}


def _plain(job: PenJob) -> tuple[Pen, ...]:
    """The pens without repeats: where the order is free each pen once."""
    if job.fixed:
        return tuple(pen for pen, _ in groupby(job.pens))
    return tuple(dict.fromkeys(job.pens))


def _pens_between(job: PenJob, first: Pen, last: Pen) -> tuple[Pen, ...]:
    """All pens of a job from its first to its last, as its pairs want it, else as they stand."""
    pens = _plain(job)
    if job.fixed or len(pens) < 2:
        return pens
    pairs = _pairs(job)
    left = [pen for pen in pens if pen not in (first, last)]
    between: list[Pen] = []
    while left:
        pen = next(one for one in left if not any(b == one and a in left for a, b in pairs))
        left.remove(pen)
        between.append(pen)
    return (first, *between, last)


def has_circle(pairs: Iterable[tuple[Pen, Pen]]) -> bool:
    """Whether no order of the pens does what all of these pairs want."""
    left = {(a, b) for a, b in pairs if a != b}
    while left:
        ends = {b for _, b in left}
        kept = {(a, b) for a, b in left if a in ends}
        if kept == left:
            return True
        left = kept
    return False


# One order for all --------------------------------------------------------------------------------


def order_alike(
    jobs: Sequence[PenJob], loaded: Pen = None, order: Sequence[Pen] = ()
) -> tuple[PenOrder, tuple[Pen, ...]]:
    """One order of the pens that every job keeps to, and the jobs in the order that saves most
    with it. A given `order` is kept; pens it does not name come after it. Jobs whose own order is
    fixed, or whose pairs speak against it, keep their own."""
    named = dict.fromkeys(order)
    seen = dict.fromkeys(pen for job in jobs for pen in job.pens if pen not in named)
    if named:
        chosen = (*named, *seen)
        return order_pens([_kept_to(job, chosen) for job in jobs], loaded), chosen
    chosen = _best_order(jobs, tuple(seen), loaded)
    return order_pens([_kept_to(job, chosen) for job in jobs], loaded), chosen


def _kept_to(job: PenJob, order: Sequence[Pen]) -> PenJob:
    if job.fixed or not job.pens:
        return job
    place = {pen: k for k, pen in enumerate(order)}
    if any(place[a] > place[b] for a, b in _pairs(job)):
        return job
    return replace(job, pens=tuple(sorted(_plain(job), key=place.__getitem__)), fixed=True)


def _best_order(jobs: Sequence[PenJob], pens: tuple[Pen, ...], loaded: Pen) -> tuple[Pen, ...]:
    cost = partial(_cost_of, _alike_jobs(jobs), loaded)
    if len(pens) <= MOST_TRIED:
        return min(permutations(pens), key=cost, default=())
    best, least = pens, cost(pens)
    changed = True
    while changed:
        changed = False
        for pen in pens:
            rest = tuple(one for one in best if one != pen)
            tried = [(*rest[:k], pen, *rest[k:]) for k in range(len(pens))]
            found = min(tried, key=cost)
            if (now := cost(found)) < least:
                best, least, changed = found, now, True
    return best


# The jobs of a priority that go alike, and how many there are of each: many orders are tried.
_Alike = Counter[tuple[PenJob, tuple[tuple[Pen, Pen], ...]]]


def _alike_jobs(jobs: Sequence[PenJob]) -> list[_Alike]:
    blocks: dict[int, _Alike] = {}
    for job in jobs:
        if job.pens:
            pairs = tuple(_pairs(job))
            pens = _plain(job) if job.fixed or pairs else tuple(sorted(set(job.pens), key=repr))
            one = PenJob(pens, frozenset(pairs), job.fixed or len(pens) == 1)
            blocks.setdefault(job.priority, Counter())[(one, pairs)] += 1
    return [blocks[priority] for priority in sorted(blocks)]


def _cost_of(blocks: Sequence[_Alike], loaded: Pen, order: Sequence[Pen]) -> tuple[int, int]:
    """(Jobs that this order does not suit, trails of all blocks)."""
    place = {pen: k for k, pen in enumerate(order)}
    unsuited = trails = 0
    for block in blocks:
        ends: Counter[tuple[Pen, Pen]] = Counter()
        for (job, pairs), count in block.items():
            if job.fixed:
                ends[job.pens[0], job.pens[-1]] += count
            elif any(place[a] > place[b] for a, b in pairs):
                ends[job.pens[0], job.pens[-1]] += count
                unsuited += count
            else:
                first, last = (
                    min(job.pens, key=place.__getitem__),
                    max(job.pens, key=place.__getitem__),
                )
                ends[first, last] += count
        if loaded is not None:
            ends[_BEGIN, loaded] += 1
        trails += count_trails(ends, turning=False)
        loaded = None
    return unsuited, trails
