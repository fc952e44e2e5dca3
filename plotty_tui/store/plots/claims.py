"""What a plotter draws next: sheets are taken, lie on it, go back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from plotty_tui.domain import papers, sheets
from plotty_tui.domain.plan import Plan, PlanLayer
from plotty_tui.domain.plot_orders import PlotOrders, orders_of
from plotty_tui.domain.presets import MotionSettings

from ..database import Store
from ..machines.service import service_block
from ..tables import Device, Sheet
from .opening_hours import closed_until
from .passes import lay_aside_again, next_of_block, next_shared, sheets_aside
from .turns import block_of, fitting_of_block, order_of, waiting_sheets


@dataclass(slots=True)
class Claim:
    """A sheet that a device has taken, with all that is needed to draw it."""

    sheet: int
    run: int
    job: str
    copy: int
    copies: int
    paper: str
    plan: Plan
    plan_key: str
    layer: int
    stroke: int
    state: str
    to_put_on: bool = False  # begun, and not lying on this plotter (yet, or any more)
    orders: PlotOrders = field(default_factory=PlotOrders)
    motion: MotionSettings | None = None  # told for this run; None: as plan and plotter say
    own: dict[str, float] = field(default_factory=dict)  # settings of this sheet alone
    aside: bool = False  # it lay here before and was set aside for its next pen


def claim_sheet(store: Store, device_id: int) -> Claim | None:
    """Take the next sheet that this device may draw: its own claimed one first, then by priority,
    place in the queue and copy; within one priority and one run first a sheet whose first pen is
    in the holder. None when there is nothing for it, it is switched off, wants service, or the
    studio is closed."""
    with store.write():
        device = Device.get_by_id(device_id)
        mine = Sheet.get_or_none(
            Sheet.device == device, (Sheet.state == sheets.PLANNED) | Sheet.aside.is_null(False)
        )
        if mine is not None:
            return _claim_of(mine)
        if not device.enabled or service_block(device) or _holds_a_sheet(device):
            return None
        if closed_until(store) is not None:
            return None
        sheet = _next_sheet(store, device)
        if sheet is None:
            return None
        values: dict[str, Any] = {"waiting_for": TO_PUT_ON} if sheet.aside_id else {}
        Sheet.update(device=device, **values).where(Sheet.id == sheet.id).execute()
        return _claim_of(Sheet.get_by_id(sheet.id))


def _holds_a_sheet(device: Device) -> bool:
    lying = Sheet.select().where(Sheet.device == device, Sheet.state.in_(sheets.ON_DEVICE))
    return lying.exists()


# Designs of a run that are looked at for one whose first pen is in the holder.
LOOK_AHEAD = 40


def _next_sheet(store: Store, device: Device) -> Sheet | None:
    """The first of the sheets that fit and of those that were set aside here. Where it is drawn
    pen by pen, the one of its run and priority whose turn it is; else the begun ones first."""
    fresh = _next_fresh(store, device)
    aside = sheets_aside(device)
    first = min([*aside, *([fresh] if fresh else [])], key=order_of, default=None)
    if first is None:
        return None
    if orders_of(first.run.settings).pen_by_pen:
        return next_of_block(store, device, block_of(first)) or first
    return next((one for one in aside if block_of(one) == block_of(first)), first)


def _next_fresh(store: Store, device: Device) -> Sheet | None:
    """The first sheet that fits, or the first of the same run and priority whose pen is in."""
    travel = (device.travel_x_mm, device.travel_y_mm)
    first: Sheet | None = None
    seen: dict[int, bool] = {}  # item -> whether its first pen is in the holder
    for sheet in waiting_sheets(store, device):
        if first is not None and block_of(sheet) != block_of(first):
            break
        if sheet.item_id in seen:
            continue
        plan = Plan.from_json(sheet.item.plan.body)
        if not papers.turn_for_device((plan.sheet_width, plan.sheet_height), travel):
            seen[sheet.item_id] = False
            continue
        if first is None and sheet.run.settings.get("shares"):
            return _shared_sheet(store, device, sheet)
        first = first or sheet
        seen[sheet.item_id] = _pen_is_in(device, plan.layers[sheet.layer])
        if seen[sheet.item_id]:
            return sheet
        if len(seen) >= LOOK_AHEAD:
            break
    return first


def _shared_sheet(store: Store, device: Device, first: Sheet) -> Sheet:
    """Of a run whose work was shared out: what is next in the plotter's own share, or help for the
    one with most to do. `first` is the first that fits."""
    fitting = {one.id: one for one in fitting_of_block(store, device, block_of(first))}
    chosen = next_shared(device, list(fitting.values()))
    return first if chosen is None else fitting[chosen]


def _pen_is_in(device: Device, layer: PlanLayer) -> bool:
    planned = layer.pen.pen_id if layer.pen else None
    if planned is not None:
        return device.loaded_pen_id == planned
    return device.loaded_pen_id is None and device.loaded_color.casefold() == layer.color.casefold()


def held_sheet(store: Store, device_id: int) -> Claim | None:
    """The sheet that lies on this device (loaded, drawing, waiting or interrupted), or None."""
    with store.read():
        sheet = Sheet.get_or_none(
            Sheet.device == device_id, Sheet.state.in_(sheets.ON_DEVICE), Sheet.aside.is_null()
        )
        return None if sheet is None else _claim_of(sheet)


def _claim_of(sheet: Sheet) -> Claim:
    item = sheet.item
    plan, told = Plan.from_json(item.plan.body), orders_of(sheet.run.settings)
    return Claim(
        sheet.id,
        sheet.run.number,
        item.name,
        sheet.copy,
        copies_of(sheet),
        item.paper,
        plan,
        item.plan.key,
        sheet.layer,
        sheet.stroke,
        sheet.state,
        sheet.state in sheets.ON_DEVICE and sheet.waiting_for == TO_PUT_ON,
        told,
        _motion_of(sheet, told, plan),
        dict(sheet.settings.get("motion", {})),
        sheet.aside_id is not None,
    )


def _motion_of(sheet: Sheet, told: PlotOrders, plan: Plan) -> MotionSettings | None:
    """How the run, or the sheet alone, is to be drawn; None where nothing is told."""
    device = sheet.device.name if sheet.device_id else ""
    motion = told.motion(device, plan.preset.motion)
    own = sheet.settings.get("motion")
    return replace(motion or plan.preset.motion, **own) if own else motion


def copies_of(sheet: Sheet) -> int:
    """How many copies there are of what a sheet is one of: a replot counts on in the first run."""
    while sheet.replaces_id is not None:
        sheet = sheet.replaces
    return sheet.item.copies


# What a begun sheet waits for that does not lie on its plotter.
TO_PUT_ON = "paper"


def release_claims(store: Store, device_id: int) -> None:
    """Sheets that the device has taken and that no pen has touched go back to the queue; one that
    was set aside is so again."""
    with store.write():
        lay_aside_again(device_id)
        Sheet.update(state=sheets.PLANNED, device=None, waiting_for="").where(
            Sheet.device == device_id, Sheet.state.in_((sheets.PLANNED, sheets.LOADED))
        ).execute()
