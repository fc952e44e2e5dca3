"""The swap list: who is wanted where and when until all work is drawn, and work shared out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from plotty_tui.domain import orders, papers, sheets
from plotty_tui.domain.hands_ahead import (
    DayAhead,
    LayerAhead,
    PlotterAhead,
    SheetAhead,
    look_ahead,
)
from plotty_tui.domain.layer_codes import read_codes
from plotty_tui.domain.pace import pace_of
from plotty_tui.domain.plan import Plan, PlanLayer, pen_words
from plotty_tui.domain.plot_orders import PlotOrders, orders_of
from plotty_tui.domain.sharing import Shares, Work, share_work
from plotty_tui.store.database import Store
from plotty_tui.store.machines import devices
from plotty_tui.store.plots import claims, passes, turns
from plotty_tui.store.presets import preset_motion
from plotty_tui.store.tables import Device, Item, Job, Run, Sheet

from ..planning.edition_prices import WALK_SECONDS
from ..watching import DeviceView, device_views

Key = int | str | None


def swap_list(store: Store, names: Sequence[str] = ()) -> DayAhead:
    """What each plotter (of these, or of all) will want of a person and when, as the books stand
    now: sheets that are being drawn, those of open runs, and without any open run what is planned.
    A plotter that has failed or is switched off counts no more, its work goes to the others."""
    with store.read():
        views = {view.name: view for view in device_views(store)}
        able = [
            device
            for device in devices.enabled_devices()
            if views[device.name].state not in (orders.FAULT, orders.INTERRUPTED)
        ]
        waiting, runs = _waiting(store, able)
        plotters = [_plotter(device, views[device.name], runs) for device in able]
    day = look_ahead(waiting, plotters, WALK_SECONDS, claims.LOOK_AHEAD)
    if names:
        wanted = {devices.find_device(name).name for name in names}
        day.hands = [hand for hand in day.hands if hand.plotter in wanted]
        day.ends = {name: end for name, end in day.ends.items() if name in wanted}
    return day


def _plotter(device: Device, view: DeviceView, runs: Sequence[Run]) -> PlotterAhead:
    share = tuple(
        sheet for run in runs for sheet in run.settings.get("shares", {}).get(device.name, ())
    )
    found = PlotterAhead(device.name, _holder(device), share=share)
    if view.plan is None:
        return found
    lying = _sheet(Sheet.get_by_id(view.sheet))
    layers = [_layer(layer) for layer in view.plan.layers[view.layer :]]
    if layers and view.left_seconds is not None:
        rest = sum(layer.seconds for layer in layers[1:])
        layers[0] = replace(layers[0], seconds=max(0.0, view.left_seconds - rest), stops=False)
    found.lying = replace(lying, layers=tuple(layers))
    return found


def _holder(device: Device) -> Key:
    return device.loaded_pen_id or device.loaded_color.casefold() or None


def _layer(layer: PlanLayer) -> LayerAhead:
    return LayerAhead(_pen(layer), pen_words(layer), layer.seconds, read_codes(layer.name).pause)


def _pen(layer: PlanLayer) -> Key:
    if layer.pen and layer.pen.pen_id is not None:
        return layer.pen.pen_id
    return layer.color.casefold()


def _waiting(store: Store, able: Sequence[Device]) -> tuple[list[SheetAhead], list[Run]]:
    """Sheets that nobody has taken, in the order in which they are, and the runs they are of."""
    found: dict[int, SheetAhead] = {}
    runs: dict[int, Run] = {}
    order: dict[int, tuple[Any, ...]] = {}
    for device in able:
        aside = passes.sheets_aside(device)
        piles = {sheet.id: pile for pile, sheet in enumerate(reversed(aside), 1)}
        for sheet in (*aside, *turns.waiting_sheets(store, device)):
            if sheet.id not in found:
                pile = piles.get(sheet.id, 0)
                found[sheet.id] = replace(
                    _sheet(sheet), aside=device.name if pile else "", pile=pile
                )
                runs[sheet.run_id] = sheet.run
                order[sheet.id] = turns.order_of(sheet)
            known = found[sheet.id]
            told = orders_of(sheet.run.settings)
            pace = _pace(Plan.from_json(sheet.item.plan.body), [device], told)
            found[sheet.id] = replace(known, pace={**known.pace, **pace})
    if found or _any_open():
        return [found[key] for key in sorted(order, key=order.__getitem__)], list(runs.values())
    return _planned(store, able), []


def _any_open() -> bool:
    return Sheet.select().where(Sheet.state.in_(sheets.OPEN)).exists()


def _sheet(sheet: Sheet) -> SheetAhead:
    plan, item = Plan.from_json(sheet.item.plan.body), sheet.item
    layers = tuple(_layer(layer) for layer in plan.layers[sheet.layer :])
    return SheetAhead(
        sheet.id, turns.block_of(sheet), item.id, f"{item.name} copy {sheet.copy}", item.paper,
        layers, {}, orders_of(sheet.run.settings).pen_by_pen,
    )  # fmt: skip


def _planned(store: Store, able: Sequence[Device]) -> list[SheetAhead]:
    """What `plot-all` would draw now."""
    ahead: list[SheetAhead] = []
    query = (
        Job.select()
        .where(Job.archived_at.is_null(), Job.state == "planned", Job.held == "")
        .order_by(Job.priority, Job.position, Job.id)
    )
    for job in query:
        plan = Plan.from_json(job.plan.body)
        layers = tuple(map(_layer, plan.layers))
        pace = _pace(plan, able)
        for copy in range(1, job.copies + 1):
            ahead.append(
                SheetAhead(
                    len(ahead), (job.priority, 0), job.id, f"{job.name} copy {copy}", job.paper,
                    layers, pace,
                )
            )  # fmt: skip
    return ahead


def _pace(plan: Plan, able: Sequence[Device], told: PlotOrders | None = None) -> dict[str, float]:
    """The plotters that the sheet fits, and how many times the planned seconds each takes, as its
    run is `told` to draw."""
    return {
        one.name: seconds_as_told(plan, one, told) / max(plan.seconds, 1e-9)
        for one in able
        if papers.turn_for_device(
            (plan.sheet_width, plan.sheet_height), (one.travel_x_mm, one.travel_y_mm)
        )
    }


# Sharing out --------------------------------------------------------------------------------------


def share_out(store: Store, run: Run, chosen: Sequence[Device]) -> Shares:
    """Give each plotter its share of a run's sheets, so that the last is done soonest; the engine
    keeps to it, and a plotter that is through helps the others. What it takes on each plotter goes
    by that plotter's own preset."""
    now = store.clock.now()
    with store.write():
        found = list(
            Sheet.select(Sheet, Item).join(Item).where(Sheet.run == run).order_by(Sheet.id)
        )
        work = [_work(sheet, chosen, now) for sheet in found]
        shares = share_work(
            work, [one.name for one in chosen], WALK_SECONDS,
            {one.name: _holder(one) for one in chosen},
        )  # fmt: skip
        ids = {
            name: [found[turn.number].id for turn in turns] for name, turns in shares.turns.items()
        }
        Run.update(settings={**run.settings, "shares": ids}).where(Run.id == run.id).execute()
    return shares


def _work(sheet: Sheet, chosen: Sequence[Device], now: datetime) -> Work:
    plan, job = Plan.from_json(sheet.item.plan.body), sheet.item.job
    told = orders_of(sheet.run.settings)
    due = (job.due_at - now).total_seconds() if job and job.due_at else None
    walks = WALK_SECONDS * (1 + plan.pen_changes)
    return Work(
        {name: pace * plan.seconds + walks for name, pace in _pace(plan, chosen, told).items()},
        tuple(_pen(layer) for layer in plan.layers),
        job.priority if job else sheet.item.priority,
        due,
    )


def seconds_as_told(plan: Plan, device: Device, told: PlotOrders | None = None) -> float:
    """Machine seconds of a plan on this plotter, as a run is told to draw, or by the plotter's own
    preset."""
    motion = told.motion(device.name, plan.preset.motion) if told else None
    return plan.seconds * pace_of(plan, motion or preset_motion(device.preset))
