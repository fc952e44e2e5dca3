"""Figures: one function each, called by list, detail, report and JSON alike.

A figure that has no basis is None ("no data"), never zero.
"""

from __future__ import annotations

from collections.abc import Iterable

FINE, NOTICE, FLAGGED = "fine", "notice", "flagged"


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
