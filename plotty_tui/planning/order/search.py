"""The search for a short tour over a layer, in pieces that can be watched and ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from plotty_tui.domain.motion import accel_up_mm_s2, speed_up_mm_s
from plotty_tui.domain.presets import MotionSettings

from . import starts as beginnings
from .greedy import greedy_tour, nearest_ends, strip_order
from .tour import improve, kick, tour_price

# Looked-at ends and kicks between two looks at the clock: about a tenth of a second each.
LOOKS = 50_000
KICKS = 10_000
LOG = 20_000
# How far apart in the tour two items may be that are exchanged.
FAR_SEARCH, FAR_KICK = 50_000, 10_000

Watch = Callable[[str, float], bool]
"""Told the step under way (`ordered`, `begun` or `searched`) and how much of it is done (0 to 1);
False ends the search, and the best so far is taken."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How long to search: `kicks` in all, and not beyond `seconds` if that is not 0. Counted in
    kicks alone, the same strokes give the same order on every machine."""

    kicks: int
    seconds: float = 0.0


@dataclass(slots=True)
class Items:
    """What a tour visits: trails, dots and, as the last item, home.

    `x`, `y`   places of the ends, two an item
    `trail`    each item's trail; -1 for home, -2 - k for dot k
    `begins`   the vertex at which a closed trail is begun
    `turned`   1 where the first of an item's ends is the last point of its trail
    """

    x: Any
    y: Any
    trail: Any
    begins: Any
    closed: Any
    hop: tuple[float, float, float]
    tour: Any = None
    turned: Any = None

    def __post_init__(self) -> None:
        self.turned = np.zeros(len(self.trail), np.int64)

    def renumber(self, ends: Any) -> Any:
        """Number the items in this order of entered ends: what is near on paper or in the tour is
        then near in memory, which is worth twice the speed. The new number of each old end."""
        order = ends >> 1
        both = np.column_stack((ends, ends ^ 1)).ravel()
        self.x, self.y = self.x[both], self.y[both]
        self.trail, self.begins = self.trail[order], self.begins[order]
        self.turned = self.turned[order] ^ (ends & 1)
        back = np.empty_like(both)
        back[both] = np.arange(len(both))
        return back

    @property
    def seconds(self) -> float:
        """Seconds of all hops, the way home among them."""
        return float(tour_price(self.x, self.y, self.tour, self.hop))


def hop_scale(motion: MotionSettings) -> tuple[float, float, float]:
    """(reach, top, accel) of `hop_price`."""
    top, accel = speed_up_mm_s(motion), accel_up_mm_s2(motion)
    return top * top / accel, top, accel


def search_tour(
    items: Items,
    xs: Any,
    ys: Any,
    starts: Any,
    choose: bool,
    budget: Budget,
    watch: Watch,
    note: Callable[[str], None] = lambda step: None,
) -> None:
    """Give `items` a short tour; with `choose`, begin closed trails where that saves. `note` is
    told when a step of it is done but for the last (`ordered`, `begun`)."""
    ends_at = time.monotonic() + budget.seconds if budget.seconds else float("inf")
    drawn = 2 * np.roll(np.arange(len(items.trail)), 1)
    price = float(tour_price(items.x, items.y, drawn, items.hop))
    back = items.renumber(2 * strip_order(items.x[::2], items.y[::2]))
    near, gaps = nearest_ends(items.x, items.y)
    items.tour = greedy_tour(items.x, items.y, near, gaps)
    if price <= items.seconds:
        items.tour = back[drawn]
    back = items.renumber(items.tour)
    near = np.where(near < 0, -1, back[near])[np.argsort(back)]
    items.tour = 2 * np.arange(len(items.trail))
    search = _Search(items, near, watch, budget, ends_at)
    going = search.exchange("ordered")
    looped = choose and bool(items.closed.any())
    if looped or budget.kicks:
        note("ordered")
    for _ in range(2 if looped and going else 0):
        if not beginnings.choose_starts(
            xs, ys, starts, items.trail, items.closed, items.begins,
            items.x, items.y, items.tour, items.hop,
        ):  # fmt: skip
            break
        near, _ = nearest_ends(items.x, items.y)
        search = _Search(items, near, watch, budget, ends_at)
        going = going and search.exchange("begun")
    if looped and budget.kicks:
        note("begun")
    if going:
        search.kick()
    if looped and budget.kicks:
        beginnings.choose_starts(
            xs, ys, starts, items.trail, items.closed, items.begins,
            items.x, items.y, items.tour, items.hop,
        )  # fmt: skip


class _Search:
    """The arrays of a search over one set of places."""

    def __init__(
        self, items: Items, near: Any, watch: Watch, budget: Budget, ends_at: float
    ) -> None:
        ends = len(items.x)
        self.items, self.near, self.watch = items, near, watch
        self.budget, self.ends_at = budget, ends_at
        self.place = np.empty(ends // 2, np.int64)
        self.place[items.tour >> 1] = np.arange(ends // 2)
        self.queue = np.zeros(ends + 2, np.int64)
        self.waiting = np.zeros(ends, np.bool_)
        self.log = np.zeros((LOG, 2), np.int64)
        self.random = np.array([88172645463325252], np.uint64)

    def _goes_on(self, step: str, part: float) -> bool:
        left = self.ends_at - time.monotonic()
        if self.budget.seconds:
            part = max(part, 1 - left / self.budget.seconds)
        return self.watch(step, min(part, 1.0)) and left > 0

    def exchange(self, step: str) -> bool:
        """2-opt and Or-opt until nothing is found; False when it was told to end before."""
        tour = self.items.tour
        size = len(self.queue) - 2
        self.queue[:size:2], self.queue[1:size:2] = tour, tour ^ 1
        self.queue[size:] = 0, size
        self.waiting[:] = True
        while self.queue[-1]:
            self.log[0, 0] = len(self.log)  # nothing to be undone
            improve(
                self.items.x, self.items.y, self.near, tour, self.place, self.queue,
                self.waiting, self.log, LOOKS, FAR_SEARCH, self.items.hop,
            )  # fmt: skip
            if not self._goes_on(step, 0.0):
                return False
        return True

    def kick(self) -> None:
        """Kicks, as many as the budget has."""
        kicks, done = self.budget.kicks, 0
        while done < kicks:
            steps = min(KICKS, kicks - done)
            kick(
                self.items.x, self.items.y, self.near, self.items.tour, self.place, self.queue,
                self.waiting, self.log, steps, done, self.random, FAR_KICK, self.items.hop,
            )  # fmt: skip
            done += steps
            if not self._goes_on("searched", done / kicks):
                return
