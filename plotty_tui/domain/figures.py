"""Figures: one function each, called by list, detail, report and JSON alike.

A figure that has no basis is None ("no data"), never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

FINE, NOTICE, FLAGGED = "fine", "notice", "flagged"
IN_A_ROW = 3  # runs on the same side until new figures are proposed


def variance(actual: float | None, estimated: float | None) -> float | None:
    """Actual minus estimated; None where either is missing."""
    return None if actual is None or estimated is None else actual - estimated


def variance_percent(actual: float | None, estimated: float | None) -> float | None:
    """Percent of the estimate; None without an estimate (or with one of zero)."""
    if actual is None or not estimated:
        return None
    return (actual - estimated) / estimated * 100


def ratio_of_sums(pairs: Iterable[tuple[float | None, float | None]]) -> tuple[float | None, int]:
    """Variance percent over many: the ratio of the sums (never the mean of ratios), and over how
    many pairs."""
    actual = estimated = 0.0
    count = 0
    for one, other in pairs:
        if one is not None and other:
            actual, estimated, count = actual + one, estimated + other, count + 1
    return variance_percent(actual, estimated) if count else None, count


def band(percent: float | None) -> str | None:
    """`fine` within ±5 %, `notice` within ±10 %, `flagged` beyond."""
    if percent is None:
        return None
    size = abs(round(percent, 1))
    return FINE if size <= 5 else NOTICE if size <= 10 else FLAGGED


def success_percent(good: int, attempted: int) -> float | None:
    """Good sheets of attempted ones (proofs and tests apart)."""
    return good / attempted * 100 if attempted else None


def first_pass_percent(good_at_first: int, copies: int) -> float | None:
    """Copies that were good at the first attempt, of all copies."""
    return good_at_first / copies * 100 if copies else None


def replot_percent(attempts: int, copies: int) -> float | None:
    """Attempts beyond the first, of all copies."""
    return max(0, attempts - copies) / copies * 100 if copies else None


def mean_quality(stars: Iterable[float | None]) -> tuple[float | None, int]:
    """The mean of what is rated, and how many are."""
    rated = [one for one in stars if one is not None]
    return (sum(rated) / len(rated) if rated else None), len(rated)


def new_factor(pairs: Sequence[tuple[float, float]]) -> float | None:
    """By what the estimates of a design should be multiplied: when its last three runs were all
    flagged on the same side, the ratio of their sums; else None. Pairs of (actual, estimated), the
    newest last."""
    last = pairs[-IN_A_ROW:]
    percents = [variance_percent(actual, estimated) for actual, estimated in last]
    if len(last) < IN_A_ROW or any(band(one) != FLAGGED for one in percents):
        return None
    if len({one > 0 for one in percents if one is not None}) != 1:
        return None
    return sum(actual for actual, _ in last) / sum(estimated for _, estimated in last)


# Where a variance comes from ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cause:
    """A part of a variance; savings are below zero."""

    name: str
    amount: float


SPOILED = "spoiled sheets"
PRIMING = "priming and tests"
PASSES = "extra passes"
REPEATED = "repeated layers"
GEOMETRY = "change of geometry"
NOT_MADE = "copies not made"
BY_HAND = "told by hand"
CAUSES = (SPOILED, PRIMING, PASSES, REPEATED, GEOMETRY, NOT_MADE, BY_HAND)


@dataclass(frozen=True, slots=True)
class LayerPart:
    """A part of a layer as it was drawn: strokes from `first` to `last`, mm of ink."""

    first: int
    last: int
    ink_mm: float


def layer_cause(parts: Sequence[LayerPart], planned_mm: float) -> Cause:
    """What a layer of a finished sheet took beyond its plan, and why: a part that began again at
    its first stroke repeats the layer, one that goes over strokes that were drawn is an extra pass,
    anything else is another geometry (a layer left out is a saving)."""
    beyond = sum(part.ink_mm for part in parts) - planned_mm
    name = GEOMETRY
    for before, part in pairwise(parts):
        if part.first == 0 and before.ink_mm > 0:
            name = REPEATED
            break
        if part.first <= before.last:
            name = PASSES
    return Cause(name, beyond)


def sum_causes(causes: Iterable[Cause]) -> list[Cause]:
    """One cause a name, in their order; those that come to nothing are left out."""
    sums = dict.fromkeys(CAUSES, 0.0)
    for cause in causes:
        sums[cause.name] = sums.get(cause.name, 0.0) + cause.amount
    return [Cause(name, amount) for name, amount in sums.items() if abs(amount) > 1e-6]


def rounded_to_add_up(amounts: Sequence[float], total: float, step: float) -> list[float]:
    """The amounts in whole steps so that they add up to the rounded total: what is printed adds
    up as well. The largest remainders take what is missing."""
    if not amounts:
        return []
    steps = [amount / step for amount in amounts]
    whole = [int(one // 1) for one in steps]
    missing = round(total / step) - sum(whole)
    order = sorted(range(len(steps)), key=lambda k: whole[k] - steps[k])
    for k in range(abs(missing)):
        place = order[k % len(order)] if missing > 0 else order[-1 - k % len(order)]
        whole[place] += 1 if missing > 0 else -1
    return [one * step for one in whole]


def share_percent(part: float, whole: float) -> float | None:
    """A part of a whole; None of nothing."""
    return part / whole * 100 if whole else None


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's coefficient; None where one of the two never varies."""
    if len(pairs) < 2:
        return None
    mean_x = sum(x for x, _ in pairs) / len(pairs)
    mean_y = sum(y for _, y in pairs) / len(pairs)
    both = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    alone = (
        sum((x - mean_x) ** 2 for x, _ in pairs) * sum((y - mean_y) ** 2 for _, y in pairs)
    ) ** 0.5
    return both / alone if alone else None
