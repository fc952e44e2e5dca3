"""What can become of the sheets that lie interrupted, each choice with its price."""

from __future__ import annotations

import json
from dataclasses import dataclass

from plotty_tui.domain import orders, papers
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.presets import MotionSettings, device_motion
from plotty_tui.domain.recovery import BACK_MM, Cut, Option, options_for
from plotty_tui.store.database import Row, Store
from plotty_tui.store.machines import devices
from plotty_tui.store.plots import cut_off, recovery
from plotty_tui.store.presets import preset_motion
from plotty_tui.store.tables import Device

from ..engine_process import engine_runs
from ..planning.plans import read_strokes


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A sheet that was cut off, and what can become of it."""

    device: str
    job: str
    run: int
    copy: int
    copies: int
    layer: int
    layer_name: str
    stroke: int
    strokes: int
    reason: str
    position_known: bool
    options: list[Option]


def interrupted_sheets(store: Store) -> list[Interrupted]:
    """Every sheet that lies interrupted on a plotter, in the order of the plotters."""
    _find_out(store)
    return [_interrupted(store, row) for row in recovery.interrupted_rows(store)]


def interrupted_sheet(store: Store, device: str, back_mm: float = BACK_MM) -> Interrupted:
    """The sheet that lies interrupted on this plotter; one of its choices is to go on so many mm
    back. Refused when none does."""
    name = devices.find_device(device).name
    _find_out(store)
    for row in recovery.interrupted_rows(store):
        if row.device == name:
            return _interrupted(store, row, back_mm)
    raise Refused(f"{name} holds no interrupted sheet: plotty recovery list")


def _find_out(store: Store) -> None:
    """What an engine that is gone was drawing lies interrupted, before another engine says so."""
    if not engine_runs(store.home):
        cut_off.cut_off_left(store)


def _interrupted(store: Store, row: Row, back_mm: float = BACK_MM) -> Interrupted:
    plan = Plan.from_json(json.loads(row.plan))
    cut = _cut(store, row, plan)
    layer = plan.layers[row.layer] if row.layer < len(plan.layers) else None
    return Interrupted(
        row.device, row.job, row.run, row.copy, row.copies, row.layer,
        layer.name if layer else "", row.stroke, layer.strokes if layer else 0,
        row.reason, bool(row.position_known),
        options_for(cut, _others(store, row.device_id, plan), back_mm) if cut else [],
    )  # fmt: skip


def _cut(store: Store, row: Row, plan: Plan) -> Cut | None:
    layers = read_strokes(store.home.plan_file(row.plan_key), f"the plan of {row.job}")
    turn = papers.turn_for_device(
        (plan.sheet_width, plan.sheet_height), (row.travel_x_mm, row.travel_y_mm)
    )
    if turn is None or row.layer >= len(layers):
        return None
    return Cut(
        row.device, plan, row.layer, row.stroke, layers[row.layer].strokes,
        _motion(plan.preset.motion, row), turn, bool(row.position_known),
    )  # fmt: skip


def _motion(planned: MotionSettings, row: Row) -> MotionSettings:
    return device_motion(planned, preset_motion(row.preset), json.loads(row.settings))


def _others(store: Store, device_id: int, plan: Plan) -> list[str]:
    """The plotters that could finish it: large enough, nothing on them."""
    fitting: list[Device] = [
        device
        for device in recovery.plotters_but(store, device_id)
        if not recovery.cannot_take(device, plan) and device.state != orders.FAULT
    ]
    return [device.name for device in fitting]
