"""Estimates corrected by what plotters, pens and papers took before, as a band."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from plotty_tui.domain.errors import NotFound
from plotty_tui.domain.learned import FEW, Band, Learned, learn, sum_bands
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.values import plural
from plotty_tui.store.database import Row, Store
from plotty_tui.store.figures import ahead_rows, drawn_layers
from plotty_tui.store.machines import devices
from plotty_tui.store.production import run_lists
from plotty_tui.store.production import run_making as making


def learned(store: Store) -> Learned:
    """What the newest sheets teach."""
    with store.read():
        return learn(drawn_layers.drawn_layers(store))


def plan_band(store: Store, plan: Plan, plotters: Sequence[str] = ()) -> Band | None:
    """The machine seconds of a sheet of this plan, on these plotters (none: on any); None while
    too little was drawn to tell."""
    return work_band(learned(store), [(plan, plan.paper_name, 1.0)], one_device(plotters))


def work_band(
    known: Learned, work: Iterable[tuple[Any, str, float]], device: int | None = None
) -> Band | None:
    """The machine seconds of (plan, paper, how many times its seconds), all together."""
    bands = []
    for plan, paper, times in work:
        layers = [(one.pen.pen_id if one.pen else None, one.seconds * times) for one in plan.layers]
        # The ways home are in no layer.
        layers.append((None, max(0.0, plan.seconds - sum(x.seconds for x in plan.layers)) * times))
        bands.append(known.band(layers, device, paper))
    return sum_bands(bands)


def bands_of_runs(store: Store, numbers: Sequence[int]) -> dict[int, Band]:
    """Number -> the machine seconds that each of these runs is likely to take in all; of open ones
    alone, whose estimate is that of their plans, and not while too little was drawn to tell."""
    work: dict[int, list[tuple[Any, str, float]]] = {}
    plotters: dict[int, list[str]] = {}
    for row in run_lists.open_item_rows(store, numbers):
        factor = row.sheet_seconds / row.seconds if row.seconds else 1.0
        line = (Plan.from_json(json.loads(row.body)), row.paper, row.copies * factor)
        work.setdefault(row.number, []).append(line)
        plotters[row.number] = json.loads(row.devices)
    known = learned(store) if work else Learned()
    found = {
        number: work_band(known, lines, one_device(plotters[number]))
        for number, lines in work.items()
    }
    return {number: band for number, band in found.items() if band is not None}


def likely_ahead(store: Store) -> tuple[list[Row], Learned]:
    """The lines of the work ahead (`store.ahead_rows`), each with its `pace`: seconds as they are
    likely by planned ones (1 while too little was drawn to tell); and what was learned."""
    with store.read():
        rows, known, device = ahead_rows.rows_ahead(store), learned(store), one_device()
        for row in rows:
            factor = making.factors_of(store, row.design).get("time", 1.0)
            band = work_band(known, [(Plan.from_json(row.body), row.paper, factor)], device)
            row["pace"] = band.likely / row.seconds if band and row.seconds else 1.0
    return rows, known


def layers_used(known: Learned) -> int:
    """Of how many layers estimates are learned; 0 while they are too few."""
    return known.layers if known.layers >= FEW else 0


def one_device(plotters: Sequence[str] = ()) -> int | None:
    """The plotter that will draw, where it can be only one; None otherwise."""
    if plotters:
        try:
            found = [devices.find_device(name) for name in plotters]
        except NotFound:
            return None
    else:
        found = devices.enabled_devices()
    return int(found[0].id) if len(found) == 1 else None


def band_words(band: Band | None) -> str:
    """`likely 41–46 min by what 1005 layers took before`, or why there is no band."""
    if band is not None:
        return f"likely {band.words()} by what {plural(band.layers, 'layer')} took before"
    return f"nothing learned yet: fewer than {FEW} layers were drawn"


def band_json(band: Band | None) -> dict[str, float | int] | None:
    """A band for scripts."""
    if band is None:
        return None
    return {
        "low_seconds": round(band.low, 1),
        "likely_seconds": round(band.likely, 1),
        "high_seconds": round(band.high, 1),
        "layers": band.layers,
    }
