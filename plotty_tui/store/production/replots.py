"""What was spoiled is drawn again by itself, in the same run: a copy on a new sheet, or the pieces
of an imposed sheet that failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plotty_tui.domain import jobs, sheets
from plotty_tui.domain.values import plural

from ..database import Store
from ..events import note
from ..inventory.materials import paper_stock
from ..inventory.reservations import release_sheets, reserve_attempt, reserved_sheets
from ..run_orders import is_unjudged, tell_fault
from ..tables import Item, Job, Piece, Plan, Run, Sheet
from .run_making import NewItem, NewSheet, add_item, add_sheets

# What would be spoiled for the same reason once more.
NOT_BY_ITSELF = ("wrong_file",)


@dataclass(frozen=True, slots=True)
class Part:
    """The pieces of a sheet that failed (positions from 1), and the sheet with only these."""

    positions: tuple[int, ...]
    plan: Plan
    layout: Sequence[dict[str, Any]]


def draw_again(store: Store, spoiled: Sheet, most: int) -> Sheet | None:
    """A further attempt at a spoiled copy, in the same run, linked to the sheet it replaces; None,
    and an event that says why, when there were `most` already, or nothing would be won by it. Call
    it in a transaction."""
    what = f"{spoiled.item.name} copy {spoiled.copy}"
    if _told_why_not(store, spoiled, spoiled.reason, most, what):
        return None
    _taken_back(store, spoiled)
    add_sheets(spoiled.item, [NewSheet(spoiled.copy, spoiled.attempt + 1, spoiled.id)])
    again = Sheet.get(Sheet.replaces == spoiled, Sheet.state == sheets.PLANNED)
    _queue(store, spoiled, again, spoiled.reason, what)
    return again


def draw_part_again(store: Store, drawn: Sheet, part: Part, most: int) -> Sheet | None:
    """The failed pieces of an imposed sheet on a new one, at their places, in the same run, linked
    to the sheet they were on; None while that sheet waits for its own verdict, when other pieces
    have failed by now than `part` has, and as `draw_again`. Call it in a transaction."""
    failed = _failed_pieces(drawn)
    if tuple(piece.position for piece in failed) != part.positions:
        return None
    if drawn.state == sheets.SPOILED or is_unjudged(store, drawn.id):
        return None
    places = ", ".join(map(str, part.positions))
    what = f"{drawn.item.name} copy {drawn.copy}, {plural(len(failed), 'piece')} ({places})"
    reasons = ", ".join(dict.fromkeys(piece.reason for piece in failed))
    if not _taken_back(store, drawn):
        _tell(store, drawn, f"{what}: not drawn again by itself, its replot is begun already")
        return None
    if _told_why_not(store, drawn, reasons, most, what):
        return None
    item = drawn.item
    last = Item.select().where(Item.run == drawn.run_id).count()
    # No copy more: the sheet on which they failed is one of the run's copies.
    add_item(
        drawn.run, last,
        NewItem(
            part.plan, item.name, item.paper, 0, item.job_id, item.priority, list(part.layout),
            [NewSheet(drawn.copy, drawn.attempt + 1, drawn.id)],
        ),
        {},
    )  # fmt: skip
    again = Sheet.get(Sheet.replaces == drawn, Sheet.state == sheets.PLANNED)
    _queue(store, drawn, again, reasons, what)
    return again


def _failed_pieces(sheet: Sheet) -> list[Piece]:
    failed = (Piece.sheet == sheet) & (Piece.state == sheets.SPOILED)
    return list(Piece.select().where(failed).order_by(Piece.position))


def _taken_back(store: Store, drawn: Sheet) -> bool:
    """End the replot of fewer pieces that was queued before; False when it is begun."""
    for sheet in Sheet.select().where(Sheet.replaces == drawn, Sheet.state != sheets.CANCELLED):
        if sheet.state != sheets.PLANNED or sheet.device_id is not None:
            return False
        Piece.update(state=sheets.CANCELLED).where(Piece.sheet == sheet).execute()
        Sheet.update(state=sheets.CANCELLED, ended_at=store.clock.now()).where(
            Sheet.id == sheet.id
        ).execute()
        release_sheets(store, [sheet])
    return True


def _told_why_not(store: Store, spoiled: Sheet, reason: str, most: int, what: str) -> bool:
    """Whether it is not drawn again; then an event says why."""
    item, why = spoiled.item, ""
    if _attempts(spoiled) > most:
        why = f"{most} more attempts were spoiled too"
    elif reason in NOT_BY_ITSELF:
        why = f"{reason.replace('_', ' ')}: the design has to be changed first"
    elif item.stock_id is not None and _free_sheets(store, item.stock_id) < 1:
        why = f"no free sheet of {item.paper} is left"
    if why:
        _tell(store, spoiled, f"{what} is not drawn again: {why}")
    return bool(why)


def _attempts(sheet: Sheet) -> int:
    """How many attempts at this copy the run has made, with this one."""
    count = 1
    while sheet.replaces_id is not None and sheet.replaces.run_id == sheet.run_id:
        count, sheet = count + 1, sheet.replaces
    return count


def _tell(store: Store, sheet: Sheet, text: str) -> None:
    note(store, "replot", text, run=sheet.run_id, sheet=sheet.id)
    tell_fault(store, sheet.run, f"replot:{sheet.id}", text)


def _queue(store: Store, spoiled: Sheet, again: Sheet, reason: str, what: str) -> None:
    """The new sheet is wanted: as the old one was drawn, with ink and paper promised to it."""
    settings = {key: one for key, one in spoiled.settings.items() if key != "attempts"}
    Sheet.update(settings=settings).where(Sheet.id == again.id).execute()
    reserve_attempt(store, again)
    Run.update(ended_at=None).where(Run.id == spoiled.run_id).execute()
    Job.update(state=jobs.ACTIVE, done_at=None, revision=Job.revision + 1).where(
        Job.id == spoiled.item.job_id, Job.state != jobs.ACTIVE
    ).execute()
    note(
        store, "replot", f"{what} is drawn again: {reason.replace('_', ' ')}",
        run=spoiled.run_id, sheet=again.id,
    )  # fmt: skip


def _free_sheets(store: Store, paper: int) -> int:
    return paper_stock(paper) - reserved_sheets(store, paper)
