"""Estimates corrected by what plotters, pens and papers took before, as a band."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from plotty_tui.domain.errors import NotFound
from plotty_tui.domain.learned import FEW, Band, Learned, learn
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.values import plural
from plotty_tui.store import devices, drawn_layers
from plotty_tui.store.database import Store


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
    if not bands or any(one is None for one in bands):
        return None
    low, likely, high = (
        sum(getattr(one, key) for one in bands) for key in ("low", "likely", "high")
    )
    return Band(low, likely, high, known.layers)


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
