"""A batch, or a run: its figures by day, where it lost time, what would have saved it."""

from __future__ import annotations

from dataclasses import dataclass

from plotty_tui.domain import orders
from plotty_tui.domain.losses import (
    Loss,
    Saving,
    avoidable_changes,
    cure_of,
    idle_share,
    ranked,
)
from plotty_tui.domain.values import plural
from plotty_tui.store.database import Row, Store
from plotty_tui.store.figures import device_figures
from plotty_tui.store.figures.sheet_figures import Wanted
from plotty_tui.store.machines import devices

from .period_figures import PeriodFigures, period_figures

# What a person was asked for; after a cut-off it is the plotter's time in fault that counts.
_WAITS = {
    orders.HAND_PEN: "waits for a pen",
    orders.HAND_PAPER: "waits for paper",
    orders.HAND_STOP: "stops before a layer",
    orders.HAND_VERDICT: "waits for a verdict",
}


@dataclass(slots=True)
class BatchFigures:
    """What was made, where it lost (the greatest first), and what to do about it."""

    figures: PeriodFigures
    losses: list[Loss]
    savings: list[Saving]


def batch_figures(store: Store, batch: str) -> BatchFigures:
    """All of a batch or run by its name."""
    wanted = Wanted(batch=batch)
    with store.read():
        found = period_figures(store, None, None, batch=batch)
        waits = device_figures.waits(store, wanted)
        pens = device_figures.pens_by_device(store, wanted)
        cut_offs = device_figures.cut_offs(store, wanted)
        plotters = sum(1 for row in devices.device_rows(store) if row.enabled)
    losses = _losses(found, waits, cut_offs)
    return BatchFigures(found, losses, _savings(found, waits, pens, cut_offs, plotters))


def _losses(found: PeriodFigures, waits: list[Row], cut_offs: tuple[int, float]) -> list[Loss]:
    group = found.sheets
    lost = group.seconds - group.made_seconds
    losses = [Loss("spoiled sheets", group.spoiled, lost, group.spoiled)] if group.spoiled else []
    for kind, what in _WAITS.items():
        mine = [row for row in waits if row.kind == kind]
        number, seconds = sum(row.number for row in mine), sum(row.seconds for row in mine)
        if number:
            losses.append(Loss(what, number, seconds))
    if cut_offs[0]:
        losses.append(Loss("cut off", *cut_offs))
    late = group.made_seconds - group.est_seconds
    if group.est_seconds and late >= 1:
        losses.append(Loss("longer than planned", group.sheets - group.spoiled, late))
    return sorted(losses, key=lambda one: -one.seconds)


def _savings(
    found: PeriodFigures,
    waits: list[Row],
    pens: dict[str, int],
    cut_offs: tuple[int, float],
    plotters: int,
) -> list[Saving]:
    savings = []
    put_in = {row.device: row.number for row in waits if row.kind == orders.HAND_PEN}
    avoidable = avoidable_changes(put_in, pens)
    if avoidable:
        waited = sum(row.seconds for row in waits if row.kind == orders.HAND_PEN)
        savings.append(
            Saving(
                f"{avoidable} of {sum(put_in.values())} pen changes were not needed with the "
                "sheets in order of their pens",
                "plotty plan-all --global-pen-order",
                waited / sum(put_in.values()) * avoidable,
            )
        )
    if spread := _spread(found, plotters):
        savings.append(spread)
    if found.reasons and found.sheets.spoiled:
        savings.append(_spoiled(found))
    if cut_offs[0]:
        text = f"{plural(cut_offs[0], 'drawing')} cut off and standing still"
        command = "plotty plot-all --auto-recovery"
        savings.append(Saving(text, command, cut_offs[1]))
    return ranked(savings)


def _spread(found: PeriodFigures, plotters: int) -> Saving | None:
    seconds = {one.name: one.seconds for one in found.devices if one.name}
    idle = idle_share(seconds, plotters)
    if not idle:
        return None
    busiest = max(seconds, key=lambda name: seconds[name])
    share = seconds[busiest] / sum(seconds.values()) * 100
    return Saving(
        f"{busiest} drew {share:.0f} % of the time, of {plural(plotters, 'plotter')}",
        "plotty plot-all --devices all --load-balance",
        idle,
    )


def _spoiled(found: PeriodFigures) -> Saving:
    reason, number = found.reasons[0]
    group = found.sheets
    lost = (group.seconds - group.made_seconds) * number / group.spoiled
    see_to, command = cure_of(reason)
    words = f"{plural(number, 'sheet')} spoiled by {reason.replace('_', ' ')}"
    return Saving(f"{words} ({see_to})" if see_to else words, command, lost, number)
