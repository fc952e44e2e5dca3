"""Further attempts at a job after a fault: counted, and the job held when they are used up."""

from __future__ import annotations

from plotty_tui.domain import orders, papers, runs
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.plot_orders import orders_of

from ..database import Store
from ..events import note
from ..run_orders import tell_fault
from ..tables import Device, Job, Sheet

ATTEMPTS = "attempts"  # of a sheet's settings: how often it was tried again


def attempts_of_item(item_id: int) -> int:
    """How often sheets of this item were tried again."""
    tried = Sheet.select(Sheet.settings).where(Sheet.item == item_id, Sheet.settings != {})
    return sum(int(sheet.settings.get(ATTEMPTS, 0)) for sheet in tried)


def count_attempt(store: Store, sheet_id: int, why: str) -> int | None:
    """One more attempt at this sheet's job: its number; None when all that were allowed are
    used up."""
    with store.write():
        sheet = Sheet.get_by_id(sheet_id)
        allowed = orders_of(sheet.run.settings).max_retries
        number = attempts_of_item(sheet.item_id) + 1
        if number > allowed:
            return None
        kept = {**sheet.settings, ATTEMPTS: int(sheet.settings.get(ATTEMPTS, 0)) + 1}
        Sheet.update(settings=kept).where(Sheet.id == sheet_id).execute()
        note(
            store, "attempt", f"{sheet.item.name} copy {sheet.copy}: attempt {number} of "
            f"{allowed} more, after: {why}", device=sheet.device_id, run=sheet.run_id, sheet=sheet,
        )  # fmt: skip
        return number


def hold_after_attempts(store: Store, sheet_id: int, why: str) -> str:
    """The attempts are used up: the job of this sheet is held, unless the sheet is untouched and
    another plotter can take it. The reason; empty when it was not held."""
    with store.write():
        sheet = Sheet.get_by_id(sheet_id)
        if sheet.item.job_id is None or (sheet.started_at is None and _other_plotter(sheet)):
            return ""
        allowed = orders_of(sheet.run.settings).max_retries
        reason = f"{allowed} more attempts failed: {why}"
        Job.update(held=reason, revision=Job.revision + 1).where(
            Job.id == sheet.item.job_id, Job.held == ""
        ).execute()
        text = f"{sheet.item.name} is held: {reason}"
        note(store, "held", text, run=sheet.run_id, job=sheet.item.job_id)
        name = runs.run_name(sheet.run.number)
        tell_fault(store, sheet.run, f"held:{name}:{sheet.id}", text)
        return reason


def _other_plotter(sheet: Sheet) -> bool:
    plan = Plan.from_json(sheet.item.plan.body)
    size = (plan.sheet_width, plan.sheet_height)
    others = Device.select().where(
        Device.id != sheet.device_id, Device.enabled, Device.archived_at.is_null(),
        Device.state.not_in((orders.FAULT, orders.INTERRUPTED, orders.OFF)),
    )  # fmt: skip
    return any(
        (not sheet.run.devices or one.name in sheet.run.devices)
        and papers.turn_for_device(size, (one.travel_x_mm, one.travel_y_mm))
        for one in others
    )
