"""The order of a layer by plotty's own planner: join, cover, splice, sort, search, smooth."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from plotty_tui.domain.motion import (
    StrokeTimes,
    home_seconds,
    hop_seconds,
    lower_seconds,
    raise_seconds,
)
from plotty_tui.domain.plan import PlanStep
from plotty_tui.domain.presets import MotionSettings, OrderSettings
from plotty_tui.domain.strokes import Point, Strokes
from plotty_tui.planning.motion_fast import estimate_arrays
from plotty_tui.planning.steps import Watch, ignore

from .arrays import (
    Arrays,
    Dots,
    choose_strokes,
    ink_mm,
    of_strokes,
    split_dots,
    to_strokes,
    with_dots,
    without_duplicates,
)
from .covered import cover_strokes
from .hiding import hidden_by
from .joining import Hides, count_gaps, join_strokes, lay_trails
from .physics import physical_seconds
from .search import Budget, Items, hop_scale, search_tour
from .smoothing import smooth_corners
from .splicing import closed_trails, splice_loops
from .starts import lay_tour

HOME: Point = (0.0, 0.0)

# More kicks are not worth their wait, however many strokes there are: some 30 s. And fewer are not
# worth counting: less than a tenth.
MOST_KICKS, FEWEST_KICKS = 5_000_000, 5_000

# A stroke's corners are rounded where curvature grants so much, and so much of what the motion
# model says: the rest of that comes from where the vertices stand.
LEAST_SAVING_S, REAL_SHARE = 0.001, 0.25


@dataclass(slots=True)
class OrderedLayer:
    """The strokes of a layer in their order.

    drawn     what had to be ordered: the strokes given, without duplicates if they are dropped
    passes    what is drawn once more, on ink that is there, to save lifts
    steps     what the layer took before, and takes after each step
    spliced   closed strokes drawn on the way
    joined    lifts saved by joining ends
    join_mm   how far apart joined ends may have been
    gaps      lines drawn across a gap; `gaps_mm` is their length, which was not in the design
    eased_physical_s   seconds that rounded corners save where only curvature counts
    """

    strokes: Strokes
    drawn: Strokes
    passes: Strokes = field(default_factory=Strokes)
    steps: list[PlanStep] = field(default_factory=list)
    spliced: int = 0
    joined: int = 0
    join_mm: float = 0.0
    gaps: int = 0
    gaps_mm: float = 0.0
    eased_physical_s: float = 0.0


def order_strokes(
    strokes: Strokes,
    order: OrderSettings,
    motion: MotionSettings,
    start: Point = HOME,
    watch: Watch = ignore,
    tip_mm: float | None = None,
    home: Point = HOME,
) -> OrderedLayer:
    """The strokes of a layer in the order and direction that take least time, the pen coming from
    `start` and going to `home`; `tip_mm` is how wide its pen draws.

    Never more pen-up time than in the order given: then that order stays. Dots are kept, as many
    as there were. `watch` is told each step and how much of that step is done.
    """
    if not order.sort or not len(strokes):
        return OrderedLayer(strokes, strokes)
    drawn = of_strokes(strokes)
    ledger = _Ledger(motion, start, home)
    given = ledger.note("drawn", drawn)
    if not order.duplicates:
        drawn = without_duplicates(drawn)
        strokes = to_strokes(drawn)
        given = ledger.note("deduplicated", drawn)
    work = _Work(drawn, order, motion, start, home, order.join_radius_mm(tip_mm))
    made = work.plan(ledger, watch)
    if _pen_up(made.times, motion, home) > _pen_up(given, motion, home):
        return OrderedLayer(strokes, strokes, steps=ledger.steps[: 1 if order.duplicates else 2])
    return OrderedLayer(
        to_strokes(made.arrays),
        strokes,
        to_strokes(made.passes),
        made.steps,
        made.spliced,
        given.lifts - made.times.lifts - made.spliced,
        work.join_mm,
        made.gaps,
        made.gaps_mm,
        made.eased_physical_s,
    )


class _Ledger:
    """What the layer takes after each step."""

    def __init__(
        self, motion: MotionSettings, start: Point, home: Point, steps: tuple[PlanStep, ...] = ()
    ) -> None:
        self.motion, self.start, self.home = motion, start, home
        self.steps = list(steps)

    def note(self, name: str, arrays: Arrays) -> StrokeTimes:
        times = estimate_arrays(*arrays, self.motion, self.start)
        travel = times.pen_up_mm + math.dist(times.end, self.home)
        self.steps.append(PlanStep(name, times.lifts, travel, self._seconds(times)))
        return times

    def seconds(self, arrays: Arrays) -> float:
        """What they take, not noted."""
        return self._seconds(estimate_arrays(*arrays, self.motion, self.start))

    def _seconds(self, times: StrokeTimes) -> float:
        return times.total_s + home_seconds(times.end, self.motion, self.home)


def _pen_up(times: StrokeTimes, motion: MotionSettings, home: Point) -> float:
    """Seconds with the pen up or on its way, the way home among them; by physics, for the
    machine's own reckoning of short hops is coarse."""
    lift = lower_seconds(motion) + raise_seconds(motion)
    back = hop_seconds(math.dist(times.end, home), motion)
    return times.hops_physical_s + back + lift * times.lifts


_NOTHING: Arrays = (np.empty(0), np.empty(0), np.zeros(1, np.int64))


@dataclass(slots=True)
class _Made:
    """What came of planning, as in OrderedLayer."""

    arrays: Arrays
    times: StrokeTimes
    steps: list[PlanStep]
    passes: Arrays = _NOTHING
    spliced: int = 0
    gaps: int = 0
    gaps_mm: float = 0.0
    eased_physical_s: float = 0.0


@dataclass(slots=True)
class _Work:
    """What there is to order, and how."""

    drawn: Arrays
    order: OrderSettings
    motion: MotionSettings
    start: Point
    home: Point
    join_mm: float

    def plan(self, ledger: _Ledger, watch: Watch) -> _Made:
        """All steps; with covered joins where they are faster than without."""
        lines, dots = split_dots(self.drawn)
        if not self.order.covered or not len(dots[0]) < len(self.drawn[2]) - 1:
            return self._smooth(self._plan(lines, dots, False, ledger, watch), ledger, watch)
        other = _Ledger(self.motion, self.start, self.home, tuple(ledger.steps))
        without = self._plan(lines, dots, False, ledger, watch)
        covered = self._plan(lines, dots, True, other, watch)
        if covered.steps[-1].seconds < without.steps[-1].seconds:
            return self._smooth(covered, other, watch)
        return self._smooth(without, ledger, watch)

    def _plan(
        self, lines: Arrays, dots: Dots, covered: bool, ledger: _Ledger, watch: Watch
    ) -> _Made:
        order, passes = self.order, _NOTHING
        gaps, gaps_mm, spliced = 0, 0.0, 0
        some = len(lines[2]) > 1
        joined = lines
        watch("joined", 0.0)
        if some and order.join_mm < self.join_mm:
            ledger.note("joined", with_dots(self._join(lines, order.join_mm)[0], dots))
        hides = hidden_by(*lines, self.join_mm) if some and self.join_mm > order.join_mm else None
        if some:
            joined, gaps, gaps_mm = self._join(lines, self.join_mm, hides)
        ledger.note(
            "widened" if some and order.join_mm < self.join_mm else "joined",
            with_dots(joined, dots),
        )
        if covered:
            watch("covered", 0.0)
            joined, passes, gaps, gaps_mm = cover_strokes(*lines, self.join_mm, self.motion, hides)
            ledger.note("covered", with_dots(joined, dots))
        if order.splice and some:
            watch("spliced", 0.0)
            *laid, spliced, crossed = splice_loops(*joined, self.join_mm)
            spliced_mm = ink_mm((laid[0], laid[1], laid[2])) - ink_mm(joined)
            joined = (laid[0], laid[1], laid[2])
            gaps, gaps_mm = gaps + crossed, gaps_mm + spliced_mm
            ledger.note("spliced", with_dots(joined, dots))
        watch("ordered", 0.0)
        found, last = self._sort(joined, dots, ledger, watch)
        across = len(joined[2]) - 1 + len(dots[0]) - (len(found[2]) - 1)
        gaps, gaps_mm = gaps + across, gaps_mm + ink_mm(found) - ink_mm(joined)
        times = ledger.note(last, found)
        return _Made(found, times, ledger.steps, passes, spliced, gaps, max(gaps_mm, 0.0))

    def _join(
        self, lines: Arrays, join_mm: float, hides: Hides | None = None
    ) -> tuple[Arrays, int, float]:
        entered, trail_starts = join_strokes(*lines, join_mm, hides)
        laid = lay_trails(*lines, entered, trail_starts)
        return (laid[0], laid[1], laid[2]), *count_gaps(*lines, entered, trail_starts)

    def _sort(self, lines: Arrays, dots: Dots, ledger: _Ledger, watch: Watch) -> tuple[Arrays, str]:
        """The trails and dots by the search, and the step of it that is yet to be noted."""
        xs, ys, starts = lines
        closed = closed_trails(xs, ys, starts)
        if not self.order.starts:
            closed = np.zeros_like(closed)
        items = _items(lines, dots, closed, (self.home, self.start), self.motion)
        count = len(items.trail)
        budget = Budget(_count_kicks(self.order, count), self.order.search_s)

        def laid() -> Arrays:
            ends = _from_home(items)
            out = lay_tour(
                xs, ys, starts, items.trail, closed, items.begins, *dots, ends, self.join_mm
            )
            return out[0], out[1], out[2]

        best: list[tuple[float, Arrays]] = []

        def note(step: str) -> None:
            found = laid()
            ledger.note(step, found)
            best.append((ledger.steps[-1].seconds, found))

        search_tour(items, xs, ys, starts, self.order.starts, budget, watch, note)
        last = "searched" if budget.kicks else "begun" if closed.any() else "ordered"
        found = laid()
        # The search prices hops by a formula, the plan is timed as the machine counts.
        seconds = ledger.seconds(found)
        sooner = min(best, key=lambda one: one[0], default=(seconds, found))
        return (sooner[1] if sooner[0] < seconds else found), last

    def _smooth(self, made: _Made, ledger: _Ledger, watch: Watch) -> _Made:
        """With the corners of those strokes rounded that are faster for masses too, and not only
        in the figures."""
        if not self.order.smooth_mm:
            return made
        watch("smoothed", 0.0)
        eased = smooth_corners(*made.arrays, self.order.smooth_mm)
        real = physical_seconds(*made.arrays, self.motion) - physical_seconds(*eased, self.motion)
        times = estimate_arrays(*eased, self.motion, self.start)
        told = np.array(made.times.draw_s) - np.array(times.draw_s)
        worth = (real > LEAST_SAVING_S) & (real > REAL_SHARE * told)
        if worth.any():
            made.arrays = choose_strokes(made.arrays, eased, worth)
            made.eased_physical_s = float(real[worth].sum())
            made.times = ledger.note("smoothed", made.arrays)
        return made


def _items(
    lines: Arrays, dots: Dots, closed: Any, home: tuple[Point, Point], motion: MotionSettings
) -> Items:
    """What the tour visits: trails, dots, and home, which is where the pen goes to and where it
    comes from."""
    xs, ys, starts = lines
    first, last = starts[:-1], starts[1:] - 1
    trails, count = len(closed), len(closed) + len(dots[0]) + 1
    places = []
    for values, dot, ways in zip((xs, ys), dots, zip(*home, strict=True), strict=True):
        ends = np.column_stack((values[first], values[last])).ravel()
        places.append(np.concatenate((ends, np.repeat(dot, 2), ways)))
    for place in places:  # a loop ends where it begins, to the last digit
        place[1 : 2 * trails : 2][closed] = place[: 2 * trails : 2][closed]
    trail = np.concatenate((np.arange(trails), -2 - np.arange(len(dots[0])), (-1,)))
    return Items(places[0], places[1], trail, np.zeros(count, np.int64), closed, hop_scale(motion))


def _count_kicks(order: OrderSettings, count: int) -> int:
    if not order.kicks:
        return 0
    fewest = min(FEWEST_KICKS, 100 * count)
    return min(max(int(order.kicks * count), fewest), MOST_KICKS)


def _from_home(items: Items) -> Any:
    """The ends at which the items are entered, from the start on: home is left by its second end.
    Where both are the same place, both ways round are as good, and the one that begins with what
    was drawn first is taken. Without home."""
    tour = items.tour ^ items.turned[items.tour >> 1]
    home = int(np.flatnonzero(items.trail[tour >> 1] == -1)[0])
    if tour[home] % 2:
        tour = tour[::-1] ^ 1
        home = len(tour) - 1 - home
    tour = np.roll(tour, -home)
    first, last = int(tour[1 % len(tour)]), int(tour[-1])
    one, other = (abs(int(items.trail[end >> 1])) for end in (first, last))
    backwards = other < one or (first == last and first % 2 == 1)
    return tour[:0:-1] ^ 1 if backwards and _is_round(items, tour[0]) else tour[1:]


def _is_round(items: Items, home: Any) -> bool:
    """Whether the pen comes from where it goes to."""
    return bool(items.x[home] == items.x[home ^ 1] and items.y[home] == items.y[home ^ 1])
