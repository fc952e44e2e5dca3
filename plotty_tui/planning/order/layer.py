"""The order of a layer by plotty's own planner: join, splice, sort, search, begin loops well."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from plotty_tui.domain.motion import StrokeTimes, home_seconds, lower_seconds, raise_seconds
from plotty_tui.domain.plan import PlanStep
from plotty_tui.domain.presets import MotionSettings, OrderSettings
from plotty_tui.domain.strokes import Point, Strokes
from plotty_tui.planning.motion_fast import estimate_arrays

from .joining import join_strokes, lay_trails
from .search import Budget, Items, Watch, hop_scale, search_tour
from .splicing import closed_trails, splice_loops
from .starts import lay_tour

HOME: Point = (0.0, 0.0)

# More kicks are not worth their wait, however many strokes there are: some 30 s. And fewer are not
# worth counting: less than a tenth.
MOST_KICKS, FEWEST_KICKS = 5_000_000, 5_000

Arrays = tuple[Any, Any, Any]  # xs, ys (float64, mm), starts (int64)


@dataclass(slots=True)
class OrderedLayer:
    """The strokes of a layer in their order.

    drawn    what had to be ordered: the strokes given, without duplicates if they are dropped
    steps    what the layer took before, and takes after each step
    spliced  closed strokes drawn on the way
    joined   lifts saved by joining ends
    """

    strokes: Strokes
    drawn: Strokes
    steps: list[PlanStep] = field(default_factory=list)
    spliced: int = 0
    joined: int = 0


def order_strokes(
    strokes: Strokes,
    order: OrderSettings,
    motion: MotionSettings,
    start: Point = HOME,
    watch: Watch = lambda part: True,
) -> OrderedLayer:
    """The strokes of a layer in the order and direction that take least time, the pen coming from
    `start` and going home.

    Never more pen-up time than in the order given: then that order stays. Dots are kept, as many
    as there were. `watch` is told the part of the search that is done, and ends it by False.
    """
    if not order.sort or not len(strokes):
        return OrderedLayer(strokes, strokes)
    drawn = _arrays(strokes)
    ledger = _Ledger(motion, start)
    given = ledger.note("drawn", drawn)
    if not order.duplicates:
        drawn = _without_duplicates(drawn)
        strokes = _strokes(drawn)
        given = ledger.note("deduplicated", drawn)
    lines, dots = _split_dots(drawn)
    count = len(lines[2]) - 1
    if count:
        lines = _join(lines, order.join_mm)
    ledger.note("joined", _with_dots(lines, dots))
    spliced = 0
    if order.splice and count:
        *laid, spliced = splice_loops(*lines, order.join_mm)
        lines = (laid[0], laid[1], laid[2])
        ledger.note("spliced", _with_dots(lines, dots))
    found = _sort(lines, dots, order, motion, start, watch)
    best = ledger.note("ordered", found)
    if _pen_up(best, motion) > _pen_up(given, motion):
        return OrderedLayer(strokes, strokes, ledger.steps[: 1 if order.duplicates else 2])
    joined = given.lifts - best.lifts - spliced
    return OrderedLayer(_strokes(found), strokes, ledger.steps, spliced, joined)


class _Ledger:
    """What the layer takes after each step."""

    def __init__(self, motion: MotionSettings, start: Point) -> None:
        self.motion, self.start = motion, start
        self.steps: list[PlanStep] = []

    def note(self, name: str, arrays: Arrays) -> StrokeTimes:
        times = estimate_arrays(*arrays, self.motion, self.start)
        travel = times.pen_up_mm + math.hypot(*times.end)
        seconds = times.total_s + home_seconds(times.end, self.motion)
        self.steps.append(PlanStep(name, times.lifts, travel, seconds))
        return times


def _pen_up(times: StrokeTimes, motion: MotionSettings) -> float:
    """Seconds with the pen up or on its way, the way home among them."""
    lift = lower_seconds(motion) + raise_seconds(motion)
    return sum(times.hop_s) + home_seconds(times.end, motion) + lift * times.lifts


def _arrays(strokes: Strokes) -> Arrays:
    points = np.frombuffer(strokes.points, dtype=np.float32).astype(np.float64)
    starts = np.frombuffer(strokes.starts, dtype=np.uint32).astype(np.int64)
    return points[::2].copy(), points[1::2].copy(), starts


def _strokes(arrays: Arrays) -> Strokes:
    xs, ys, starts = arrays
    points, first = array("f"), array("I")
    points.frombytes(np.column_stack((xs, ys)).astype(np.float32).tobytes())
    first.frombytes(starts.astype(np.uint32).tobytes())
    return Strokes.of_arrays(points, first)


def _chosen(arrays: Arrays, chosen: Any) -> Arrays:
    """Some of the strokes, in their order."""
    xs, ys, starts = arrays
    counts = np.diff(starts)
    points = np.repeat(chosen, counts)
    return xs[points], ys[points], np.concatenate(([0], np.cumsum(counts[chosen])))


def _split_dots(arrays: Arrays) -> tuple[Arrays, tuple[Any, Any]]:
    """Strokes with a length, and the places of those without."""
    xs, ys, starts = arrays
    first = starts[:-1]
    same = (xs == np.repeat(xs[first], np.diff(starts))) & (
        ys == np.repeat(ys[first], np.diff(starts))
    )
    dots = np.logical_and.reduceat(same, first)
    return _chosen(arrays, ~dots), (xs[first[dots]], ys[first[dots]])


def _with_dots(lines: Arrays, dots: tuple[Any, Any]) -> Arrays:
    xs, ys, starts = lines
    more = starts[-1] + 1 + np.arange(len(dots[0]))
    return (
        np.concatenate((xs, dots[0])),
        np.concatenate((ys, dots[1])),
        np.concatenate((starts, more)),
    )


def _without_duplicates(arrays: Arrays) -> Arrays:
    """Each stroke once, whichever way round it was drawn."""
    xs, ys, starts = arrays
    seen: set[bytes] = set()
    fresh = np.zeros(len(starts) - 1, np.bool_)
    points = np.column_stack((xs, ys))
    for i in range(len(fresh)):
        line = points[starts[i] : starts[i + 1]]
        key = min(line.tobytes(), line[::-1].tobytes())
        fresh[i] = key not in seen
        seen.add(key)
    return _chosen(arrays, fresh)


def _join(lines: Arrays, join_mm: float) -> Arrays:
    entered, trail_starts = join_strokes(*lines, join_mm)
    laid = lay_trails(*lines, entered, trail_starts)
    return laid[0], laid[1], laid[2]


def _sort(
    lines: Arrays,
    dots: tuple[Any, Any],
    order: OrderSettings,
    motion: MotionSettings,
    start: Point,
    watch: Watch,
) -> Arrays:
    """The trails and dots by the search."""
    xs, ys, starts = lines
    closed = closed_trails(xs, ys, starts)
    if not order.starts:
        closed = np.zeros_like(closed)
    first, last = starts[:-1], starts[1:] - 1
    trails, count = len(closed), len(closed) + len(dots[0]) + 1
    places = []
    for values, dot, home in ((xs, dots[0], 0), (ys, dots[1], 1)):
        ends = np.column_stack((values[first], values[last])).ravel()
        places.append(np.concatenate((ends, np.repeat(dot, 2), (HOME[home], start[home]))))
    for place in places:  # a loop ends where it begins, to the last digit
        place[1 : 2 * trails : 2][closed] = place[: 2 * trails : 2][closed]
    trail = np.concatenate((np.arange(trails), -2 - np.arange(len(dots[0])), (-1,)))
    items = Items(places[0], places[1], trail, np.zeros(count, np.int64), closed, hop_scale(motion))
    budget = Budget(_count_kicks(order, count), order.search_s)
    search_tour(items, xs, ys, starts, order.starts, budget, watch)
    laid = lay_tour(
        xs, ys, starts, items.trail, closed, items.begins, *dots, _from_home(items), order.join_mm
    )
    return laid[0], laid[1], laid[2]


def _count_kicks(order: OrderSettings, count: int) -> int:
    if not order.kicks:
        return 0
    fewest = min(FEWEST_KICKS, 100 * count)
    return min(max(int(order.kicks * count), fewest), MOST_KICKS)


def _from_home(items: Items) -> Any:
    """The ends at which the items are entered, from the start on: home is left by its second end.
    Without home."""
    tour = items.tour ^ items.turned[items.tour >> 1]
    home = int(np.flatnonzero(items.trail[tour >> 1] == -1)[0])
    if tour[home] % 2:
        tour = tour[::-1] ^ 1
        home = len(tour) - 1 - home
    return np.roll(tour, -home)[1:]
