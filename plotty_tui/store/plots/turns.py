"""Whose turn it is: the sheets that nobody has taken, in the order in which they are drawn."""

from __future__ import annotations

from datetime import MAXYEAR, datetime
from typing import Any

import peewee as pw

from plotty_tui.domain import papers, runs, sheets
from plotty_tui.domain.plot_orders import orders_of

from ..database import Store
from ..tables import Device, Item, Job, Run, Sheet
from .opening_hours import closed_until


def block_of(sheet: Sheet) -> tuple[Any, ...]:
    """Within one priority of one run sheets may be taken out of their order; in a run that goes
    strictly by priority and due date, within one due date."""
    job = sheet.item.job
    return (job.priority if job else sheet.item.priority, sheet.run_id, _due_of(sheet))


def _due_of(sheet: Sheet) -> float:
    """When a sheet is due, where its run goes by that; else the same for all."""
    job = sheet.item.job
    if job is None or job.due_at is None or not orders_of(sheet.run.settings).strict_order:
        return NEVER_DUE
    return round(job.due_at.timestamp() * 1000)


NEVER_DUE = 1 << 60


def order_of(sheet: Sheet) -> tuple[Any, ...]:
    """The place of a waiting sheet among all: as the queue stands now."""
    job, item = sheet.item.job, sheet.item
    return (
        job.priority if job else item.priority, _due_of(sheet), job.position if job else 0,
        sheet.run.number, item.position, sheet.copy, sheet.attempt,
    )  # fmt: skip


def fitting_of_block(store: Store, device: Device, block: tuple[Any, ...]) -> list[Sheet]:
    """Of one block the waiting sheets that this plotter may take and that fit on it, in their
    order."""
    travel = (device.travel_x_mm, device.travel_y_mm)
    fits: dict[int, bool] = {}
    found = []
    for sheet in waiting_sheets(store, device):
        if block_of(sheet) != block:
            continue
        if sheet.item_id not in fits:
            body = sheet.item.plan.body
            size = (body["sheet_width"], body["sheet_height"])
            fits[sheet.item_id] = papers.turn_for_device(size, travel) is not None
        if fits[sheet.item_id]:
            found.append(sheet)
    return found


def waiting_sheets(store: Store, device: Device) -> Any:
    """The sheets that nobody has taken and this plotter may, in their order."""
    query = (
        Sheet.select(Sheet, Item, Run, Job)
        .join(Item)
        .switch(Sheet)
        .join(Run, on=(Sheet.run == Run.id))
        .switch(Item)
        .join(Job, pw.JOIN.LEFT_OUTER)
        .where(
            Sheet.state == sheets.PLANNED,
            Sheet.device.is_null(),
            Run.state == runs.IN_PROGRESS,
            (Job.id.is_null()) | (Job.held == ""),
            pw.fn.json_extract(Run.settings, "$.stopped").is_null(),
            *_as_scheduled(device, store.clock.now()),
        )
        .order_by(
            # As the queue stands now: a job that is moved while its run is open moves its sheets.
            pw.fn.COALESCE(Job.priority, Item.priority),
            pw.Case(
                None,
                [
                    (
                        pw.fn.json_extract(Run.settings, "$.orders.strict_order") == 1,
                        pw.fn.COALESCE(pw.Cast(Job.due_at, "integer"), NEVER_DUE),
                    )
                ],
                NEVER_DUE,
            ),
            pw.fn.COALESCE(Job.position, 0),
            Run.number,
            Item.position,
            Sheet.copy,
            Sheet.attempt,
        )
    )
    return (sheet for sheet in query if not sheet.run.devices or device.name in sheet.run.devices)


def _as_scheduled(device: Device, now: datetime) -> list[Any]:
    """What a schedule says of the sheets' jobs: their time has come, and the plotter is theirs
    (or theirs is none of the run's)."""
    begins = pw.fn.strftime("%s", pw.fn.json_extract(Job.settings, "$.not_before"))
    theirs = pw.fn.COALESCE(pw.fn.json_extract(Job.settings, "$.device"), "")
    return [
        pw.fn.COALESCE(pw.Cast(begins, "integer"), 0) <= int(now.timestamp()),
        (theirs.in_(["", device.name]))
        | (
            (Run.devices != pw.SQL("'[]'"))
            & (pw.fn.instr(Run.devices, pw.fn.json_quote(theirs)) == 0)
        ),
    ]


def begins_next(store: Store) -> int | None:
    """When the next sheet may be begun that waits for its time, or for the studio to open: seconds
    since 1970; None: none waits."""
    opens = closed_until(store)
    if opens is not None and opens.year < MAXYEAR and _waits(store):
        return round(opens.timestamp())
    row = store.row(
        "SELECT min(CAST(strftime('%s', json_extract(j.settings, '$.not_before')) AS integer)) "
        "AS at FROM sheet s JOIN item i ON i.id = s.item_id JOIN job j ON j.id = i.job_id "
        "JOIN run r ON r.id = s.run_id WHERE s.state = ? AND s.device_id IS NULL AND r.state = ? "
        "AND j.held = '' AND json_extract(j.settings, '$.not_before') > '' AND "
        "CAST(strftime('%s', json_extract(j.settings, '$.not_before')) AS integer) > ?",
        sheets.PLANNED, runs.IN_PROGRESS, int(store.clock.now().timestamp()),
    )  # fmt: skip
    return row.at if row else None


def _waits(store: Store) -> bool:
    """Whether a run under way has a sheet that nobody has taken, or one that was set aside."""
    waiting = (
        Sheet.select()
        .join(Run)
        .where(
            Sheet.state.in_((sheets.PLANNED, sheets.WAITING)),
            Sheet.device.is_null(),
            Run.state == runs.IN_PROGRESS,
        )
    )
    with store.read():
        return waiting.exists()
