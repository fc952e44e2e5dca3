"""How work is shared between plotters, so that the last one is done soonest."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from .euler import Pen
from .pen_order import PenJob, count_changes, order_pens

# Looks at what the plotters' shares would weigh before the best bound so far is taken.
BOUND_ROUNDS = 300
# Trades that are tried with their pen changes, for all sheets together.
LOOKS = 4_000


@dataclass(frozen=True, slots=True)
class Work:
    """One sheet: what it takes on each plotter that it fits (seconds, with the pen changes inside
    it), its pens in their order, its priority (lower first) and the seconds from now until it is
    due."""

    seconds: Mapping[str, float]
    pens: tuple[Pen, ...] = ()
    priority: int = 0
    due: float | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One sheet in a plotter's share: its number, when it begins and ends (seconds from now), the
    pen changes before it and inside it."""

    number: int
    begin: float
    end: float
    changes: int


@dataclass(slots=True)
class Shares:
    """Who draws what, in order; the seconds that no sharing goes below; the sheets that are late,
    and those that fit no plotter."""

    turns: dict[str, list[Turn]] = field(default_factory=dict)
    bound: float = 0.0
    late: list[int] = field(default_factory=list)
    unfit: list[int] = field(default_factory=list)

    @property
    def ends(self) -> dict[str, float]:
        """When each plotter is done."""
        return {name: turns[-1].end if turns else 0.0 for name, turns in self.turns.items()}

    @property
    def seconds(self) -> float:
        """When the last plotter is done."""
        return max(self.ends.values(), default=0.0)

    @property
    def gap(self) -> float:
        """How far that is above the bound, as a share of it."""
        return self.seconds / self.bound - 1 if self.bound else 0.0


def share_work(
    work: Sequence[Work],
    devices: Sequence[str],
    change_seconds: float = 0.0,
    loaded: Mapping[str, Pen] | None = None,
    busy: Mapping[str, float] | None = None,
) -> Shares:
    """Share sheets between plotters: by priority, the longest first, then improved; each plotter
    then takes its share in the order with fewest pen changes, what is due in the order of its due
    times. `loaded` is the pen in each holder, `busy` the seconds until it is free."""
    loaded, busy = loaded or {}, busy or {}
    fitting = [number for number, one in enumerate(work) if one.seconds.keys() & set(devices)]
    shares = Shares(unfit=[k for k in range(len(work)) if k not in set(fitting)])
    loads = {name: float(busy.get(name, 0.0)) for name in devices}
    mine: dict[str, list[int]] = {name: [] for name in devices}
    by_priority = sorted(fitting, key=lambda k: work[k].priority)
    for _, block in groupby(by_priority, key=lambda k: work[k].priority):
        _share_block(work, list(block), loads, mine)

    def lay(name: str) -> list[Turn]:
        return _lay(work, mine[name], name, change_seconds, loaded.get(name), busy.get(name, 0.0))

    shares.turns = {name: lay(name) for name in devices}
    if change_seconds:
        _trade(work, shares, mine, lay)
    _help_late(work, shares, mine, lay)
    shares.late = _late(work, shares.turns)
    shares.bound = least_seconds([work[k].seconds for k in fitting], devices, busy)
    return shares


def planned_ends(work: Iterable[Mapping[str, float]], devices: Sequence[str]) -> dict[str, float]:
    """Seconds until each plotter is done with its share of `work` (what a sheet takes on each
    plotter that it fits)."""
    ends = dict.fromkeys(devices, 0.0)
    sheets = [Work(seconds) for seconds in work]
    _share_block(sheets, range(len(sheets)), ends, {name: [] for name in devices})
    return ends


def least_seconds(
    work: Sequence[Mapping[str, float]],
    devices: Sequence[str],
    busy: Mapping[str, float] | None = None,
) -> float:
    """The seconds below which no sharing ends: the longest sheet on its fastest plotter, or all
    work weighed by what an hour of each plotter is worth, whichever says more."""
    busy = busy or {}
    if not work:
        return max(busy.values(), default=0.0)
    longest = max(min(one.values()) for one in work)
    worth = dict.fromkeys(devices, 1 / len(devices))
    best = max(longest, max((busy.get(name, 0.0) for name in devices), default=0.0))
    alike = all(len(one) == len(devices) and len(set(one.values())) == 1 for one in work)
    for step in range(1 if alike and not busy else BOUND_ROUNDS):
        loads = {name: float(busy.get(name, 0.0)) for name in devices}
        weighed = sum(worth[name] * loads[name] for name in devices)
        for one in work:
            price, name = min((worth[name] * one[name], name) for name in one if name in worth)
            weighed += price
            loads[name] += one[name]
        best = max(best, weighed)
        mean = sum(loads.values()) / len(loads) or 1.0
        rate = 0.5 / (1 + step / 10)
        worth = {name: worth[name] * math.exp(rate * (loads[name] / mean - 1)) for name in devices}
        total = sum(worth.values())
        worth = {name: value / total for name, value in worth.items()}
    return best


def _share_block(
    work: Sequence[Work],
    block: Sequence[int],
    loads: dict[str, float],
    mine: dict[str, list[int]],
) -> None:
    """Longest first, each to the plotter that is done with it first; then moved and exchanged."""
    new: dict[str, list[int]] = {name: [] for name in loads}
    for number in sorted(block, key=lambda k: -min(work[k].seconds.values())):
        seconds = work[number].seconds
        name = min((name for name in loads if name in seconds), key=lambda n: loads[n] + seconds[n])
        new[name].append(number)
        loads[name] += seconds[name]
    while _relieve(work, loads, new):
        pass
    for name, numbers in new.items():
        mine[name] += numbers


def _relieve(work: Sequence[Work], loads: dict[str, float], new: dict[str, list[int]]) -> bool:
    """Take something off the plotter that ends last: move a sheet, or exchange it for a shorter
    one, whichever leaves the later of the two soonest done. False when nothing helps."""
    last = max(loads, key=lambda name: loads[name])
    top = loads[last]
    best = (top - 1e-6, "", -1, -1)
    for number in new[last]:
        here = work[number].seconds
        for name, load in loads.items():
            if name == last or name not in here:
                continue
            best = min(best, (max(top - here[last], load + here[name]), name, number, -1))
            for other in new[name]:
                there = work[other].seconds
                if last in there:
                    mine = top - here[last] + there[last]
                    theirs = load - there[name] + here[name]
                    best = min(best, (max(mine, theirs), name, number, other))
    _, name, number, other = best
    if number < 0:
        return False
    for one, source, target in ((number, last, name), (other, name, last)):
        if one >= 0:
            new[source].remove(one)
            new[target].append(one)
            loads[source] -= work[one].seconds[source]
            loads[target] += work[one].seconds[target]
    return True


def _lay(
    work: Sequence[Work],
    numbers: Sequence[int],
    name: str,
    change_seconds: float,
    loaded: Pen,
    begin: float,
) -> list[Turn]:
    """A plotter's share in its order, with times."""
    turns: list[Turn] = []
    at, pen = begin, loaded
    for number in _sequence(work, numbers, loaded):
        pens = work[number].pens
        swap = bool(pens) and pen is not None and pens[0] != pen
        start = at
        at += swap * change_seconds + work[number].seconds[name]
        turns.append(Turn(number, start, at, swap + count_changes([pens])))
        pen = pens[-1] if pens else pen
    return turns


def _sequence(work: Sequence[Work], numbers: Sequence[int], loaded: Pen) -> list[int]:
    """By priority; what is due first by its due time; the rest with the fewest pen changes."""
    due = sorted(
        (k for k in numbers if work[k].due is not None),
        key=lambda k: (work[k].priority, work[k].due, k),
    )
    free = [k for k in sorted(numbers) if work[k].due is None]
    pen = loaded
    for k in due:
        pen = work[k].pens[-1] if work[k].pens else pen
    jobs = [PenJob(work[k].pens, fixed=True, priority=work[k].priority) for k in free]
    rest = [free[k] for k, _ in order_pens(jobs, pen).sequence]
    return sorted([*due, *rest], key=lambda k: work[k].priority)


def _trade(
    work: Sequence[Work],
    shares: Shares,
    mine: Mapping[str, list[int]],
    lay: Callable[[str], list[Turn]],
) -> None:
    """Sheets of the plotter that ends last change places with others, or move, as long as with
    their pen changes the two are done sooner."""
    looks = LOOKS // (len(work) + 1)
    helped = True
    while helped and looks > 0:
        ends = shares.ends
        last = max(ends, key=lambda name: ends[name])
        helped = False
        for number, name, other in _trades(work, mine, last):
            looks -= 1
            _move(mine, number, last, name)
            _move(mine, other, name, last)
            tried = {last: lay(last), name: lay(name)}
            end = max(turns[-1].end for turns in tried.values() if turns)
            late = len(_late(work, {**shares.turns, **tried}))
            if end < ends[last] - 1e-6 and late <= len(_late(work, shares.turns)):
                shares.turns, helped = {**shares.turns, **tried}, True
                break
            _move(mine, other, last, name)
            _move(mine, number, name, last)
            if looks <= 0:
                break


def _trades(
    work: Sequence[Work], mine: Mapping[str, list[int]], last: str
) -> list[tuple[int, str, int | None]]:
    """(A sheet of `last`, the plotter that may have it, what that one gives for it or None)."""
    return [
        (number, name, other)
        for number in mine[last]
        for name in mine
        if name != last and name in work[number].seconds
        for other in (None, *(one for one in mine[name] if last in work[one].seconds))
        if other is None or work[other].priority == work[number].priority
    ]


def _move(mine: Mapping[str, list[int]], number: int | None, source: str, target: str) -> None:
    if number is not None:
        mine[source].remove(number)
        mine[target].append(number)


def _late(work: Sequence[Work], turns: Mapping[str, Sequence[Turn]]) -> list[int]:
    return sorted(
        turn.number
        for mine in turns.values()
        for turn in mine
        if (due := work[turn.number].due) is not None and turn.end > due
    )


def _help_late(
    work: Sequence[Work],
    shares: Shares,
    mine: Mapping[str, list[int]],
    lay: Callable[[str], list[Turn]],
) -> None:
    """Move late sheets to a plotter where fewer are late, as long as the last one is not done
    later for it."""
    for number in _late(work, shares.turns):
        source = next(name for name, numbers in mine.items() if number in numbers)
        before, end = len(_late(work, shares.turns)), shares.seconds
        for target in work[number].seconds:
            if target == source or target not in mine:
                continue
            mine[source].remove(number)
            mine[target].append(number)
            tried = {**shares.turns, source: lay(source), target: lay(target)}
            last = max(turns[-1].end for turns in tried.values() if turns)
            if len(_late(work, tried)) < before and last <= end + 1e-6:
                shares.turns = tried
                break
            mine[target].remove(number)
            mine[source].append(number)
