"""How work is shared between plotters: the planned end of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def planned_ends(
    work: Iterable[tuple[float, Sequence[str]]], devices: Sequence[str]
) -> dict[str, float]:
    """Seconds until each plotter is done with its share of `work` (seconds of a sheet, the
    plotters it fits): the longest sheets first, each to the one that is free first and can take
    it."""
    ends = dict.fromkeys(devices, 0.0)
    for seconds, fitting in sorted(work, key=lambda one: -one[0]):
        taker = min(fitting, key=lambda name: ends[name])
        ends[taker] += seconds
    return ends
