"""Drawing again what failed: a new run, linked to the first one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from plotty_tui.domain import runs, sheets
from plotty_tui.domain.errors import Refused
from plotty_tui.store.database import Row, Store
from plotty_tui.store.production import run_replots as books
from plotty_tui.store.production import runs as run_books
from plotty_tui.store.tables import Item

from .run_detail import RunDetail, run_detail

PartPlans = dict[tuple[int, tuple[int, ...]], Any]


@dataclass(frozen=True, slots=True)
class ReplotLine:
    """One sheet that would be drawn again: its number in the run, its attempt then, the failed
    positions of an n-up sheet (empty: the whole sheet), and the reason it failed."""

    sheet: int
    design: str
    copy: int
    attempt: int
    reason: str
    positions: tuple[int, ...] = ()


@dataclass(slots=True)
class Replot:
    """What a replot of a run would be."""

    run: int
    lines: list[ReplotLine] = field(default_factory=list)
    seconds: float = 0.0
    pen_down_mm: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.lines)


def replot_proposal(store: Store, number: int) -> Replot:
    """The failed sheets and positions of a run that no other sheet has replaced yet; empty when
    there is none."""
    with store.read():
        detail = run_detail(store, number)
        rows = _failed(store, number)
        places = {sheet.id: place for place, sheet in enumerate(detail.sheets, 1)}
        found = Replot(number)
        for row in rows:
            share = _share(row)
            found.lines.append(
                ReplotLine(
                    places[row.id], row.name, row.copy, row.attempt + 1, _reason(detail, row),
                    () if row.state == sheets.SPOILED else tuple(row.positions),
                )
            )  # fmt: skip
            found.seconds += row.seconds * share
            found.pen_down_mm += row.pen_down_mm * share
        return found


def _failed(store: Store, number: int) -> list[Row]:
    return books.failed_rows(store, run_books.find_run(number).id)


def _share(row: Row) -> float:
    """What part of a sheet is drawn again: of an n-up sheet, the failed positions."""
    pieces = len(json.loads(row.layout))
    return len(row.positions) / pieces if pieces and row.state != sheets.SPOILED else 1.0


def _reason(detail: RunDetail, row: Row) -> str:
    if row.reason:
        return str(row.reason)
    pieces = next(sheet.pieces for sheet in detail.sheets if sheet.id == row.id)
    return ", ".join(dict.fromkeys(one.reason for one in pieces if one.reason))


def replot_run(
    store: Store,
    number: int,
    wanted: Sequence[int] = (),
    start: bool = False,
    notes: str = "",
    accepted: str = "",
) -> RunDetail:
    """Make the replot (of these sheets, numbered as the detail lists them; none: of all that
    failed): a pending run linked to the original, with the same copy numbers and the next
    attempts. `start` starts it. `accepted`: the reason for which a shortage is accepted."""
    original = run_books.find_run(number)
    name = runs.run_name(number)
    if original.state == runs.CANCELLED:
        raise Refused(f"{name} is cancelled: nothing of it was drawn")
    proposal = replot_proposal(store, number)
    chosen = [line for line in proposal.lines if not wanted or line.sheet in wanted]
    for place in wanted:
        if place not in {line.sheet for line in proposal.lines}:
            there = ", ".join(str(line.sheet) for line in proposal.lines) or "none"
            raise Refused(f"sheet {place} of {name} has nothing to draw again: failed are {there}")
    if not chosen:
        raise Refused(f"nothing of {name} has failed that is not drawn again already")
    detail = run_detail(store, number)
    ids = {detail.sheets[line.sheet - 1].id for line in chosen}
    rows = [row for row in _failed(store, number) if row.id in ids]
    short = [{"code": "short", "text": "pens or paper", "reason": accepted}] if accepted else []
    run = books.make_replot(
        store, original, rows, plans_of_positions(store, rows), notes or f"replot of {name}", short
    )
    if start:
        from .run_moves import start_run

        return start_run(store, run.number)
    return run_detail(store, run.number)


def plans_of_positions(store: Store, rows: Sequence[Row]) -> PartPlans:
    """(item, positions) -> (plan, layout) for sheets of which only some positions are drawn
    again, each at its place."""
    from ..jobs.imposing import impose_again

    found: PartPlans = {}
    for row in rows:
        part = (row.item_id, tuple(row.positions))
        if row.positions and row.state != sheets.SPOILED and part not in found:
            found[part] = impose_again(store, Item.get_by_id(row.item_id), row.positions)
    return found
