"""What failed in a run and can be drawn again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from plotty_tui.domain import runs, sheets
from plotty_tui.domain.errors import Refused

from ..database import Row, Store
from ..run_orders import for_replot
from ..tables import Item, Run, Sheet
from .run_making import NewItem, NewRun, NewSheet, make_run

_FAILED = f"""
    SELECT s.id, s.item_id, i.position AS item_position, i.name, s.copy, s.attempt, s.state,
      s.reason, p.seconds, p.pen_down_mm, i.layout,
      (SELECT group_concat(e.position) FROM piece e WHERE e.sheet_id = s.id
        AND e.state = '{sheets.SPOILED}') AS positions
    FROM sheet s JOIN item i ON i.id = s.item_id JOIN plan p ON p.id = i.plan_id
    WHERE s.run_id = ? AND (s.state = '{sheets.SPOILED}' OR EXISTS (SELECT 1 FROM piece e
      WHERE e.sheet_id = s.id AND e.state = '{sheets.SPOILED}'))
      AND NOT EXISTS (SELECT 1 FROM sheet o WHERE o.replaces_id = s.id AND o.state != 'cancelled')
    ORDER BY i.position, s.copy, s.attempt
"""


def failed_rows(store: Store, run_id: int) -> list[Row]:
    """The sheets of a run that failed, or of which `positions` (a list, from 1) failed, and that
    no other sheet replaces."""
    found = store.rows(_FAILED, run_id)
    for row in found:
        row["positions"] = sorted(int(one) for one in (row.positions or "").split(",") if one)
    return found


def make_replot(
    store: Store,
    original: Run,
    rows: Sequence[Row],
    plans: dict[tuple[int, tuple[int, ...]], Any],
    notes: str = "",
    accepted: Sequence[dict[str, str]] = (),
) -> Run:
    """A pending run that draws these failed sheets again: each with its copy number, the next
    attempt and the sheet it replaces. `plans` holds (item, positions) -> (plan row, layout) for
    sheets of which only some positions are drawn again."""
    with store.write():
        taken = {row.id for row in rows} - {row.id for row in failed_rows(store, original.id)}
        if taken:
            raise Refused(f"{runs.run_name(original.number)} is replotted already: look again")
        items: dict[tuple[int, tuple[int, ...]], NewItem] = {}
        for row in rows:
            item = Item.get_by_id(row.item_id)
            part = tuple(row.positions) if (item.id, tuple(row.positions)) in plans else ()
            plan, layout = plans.get((item.id, part), (item.plan, item.layout))
            new = items.setdefault(
                (item.id, part),
                NewItem(plan, item.name, item.paper, 0, item.job_id, item.priority, layout),
            )
            new.copies += 1
            new.again.append(NewSheet(row.copy, _next_attempt(row.id), row.id))
        return make_run(
            store,
            NewRun(
                list(items.values()), original.devices, name=original.name,
                client=original.client_id, preset=original.preset,
                settings=for_replot(original.settings), notes=notes,
                accepted=list(accepted), replot_of=original.id,
            ),
            short=bool(accepted),
        )  # fmt: skip


def _next_attempt(sheet_id: int) -> int:
    return Sheet.get_by_id(sheet_id).attempt + 1


def replots_of(store: Store, run_id: int) -> list[Row]:
    """The runs that draw again what failed in this one: number, state."""
    return store.rows("SELECT number, state FROM run WHERE replot_of_id = ? ORDER BY id", run_id)


def runs_with_failures(store: Store) -> list[int]:
    """Numbers of the runs with sheets or pieces that failed and that nothing replaces yet."""
    return [
        row.number
        for row in store.rows(
            "SELECT DISTINCT r.number FROM run r JOIN sheet s ON s.run_id = r.id "
            "WHERE r.state != 'cancelled' AND r.archived_at IS NULL "
            "AND (s.state = 'spoiled' OR EXISTS (SELECT 1 FROM piece e WHERE e.sheet_id = s.id "
            "AND e.state = 'spoiled')) AND NOT EXISTS (SELECT 1 FROM sheet o "
            "WHERE o.replaces_id = s.id AND o.state != 'cancelled') ORDER BY r.number"
        )
    ]


def set_motions(store: Store, run_id: int, motions: Mapping[int, dict[str, float]]) -> None:
    """Settings of single sheets of a replot, by the sheet that each replaces: how the pen moves
    there, whatever preset and plotter say."""
    with store.write():
        for sheet in Sheet.select().where(Sheet.run == run_id, Sheet.replaces.is_null(False)):
            motion = motions.get(sheet.replaces_id)
            if motion:
                settings = {**sheet.settings, "motion": motion}
                Sheet.update(settings=settings).where(Sheet.id == sheet.id).execute()
