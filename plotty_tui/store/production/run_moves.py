"""What a person does with a run besides completing it: cancel, fail, edit, archive, rate, and say
what became of single sheets. Each is one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from plotty_tui.domain import orders, runs, sheets
from plotty_tui.domain.errors import Conflict, NotFound, Refused
from plotty_tui.domain.plot_orders import ORDERS, orders_of
from plotty_tui.domain.runs import DrawnSheet, Results, Verdict

from ..database import Store
from ..events import note
from ..inventory.reservations import release_run, reserve_run
from ..plots.set_aside import spoil_all_aside, spoil_aside
from ..tables import Client, Device, Hand, Item, Pen, Piece, Run, RunMaterial, Sheet
from .replots import Part
from .run_course import after_verdicts
from .run_making import NewSheet, add_sheets, estimate, planned_materials
from .runs import begin_run, close_run, drawn_sheets, find_run, give_verdicts, settle_jobs


def start_run(store: Store, number: int, at: datetime | None = None) -> None:
    """A pending run is in progress, from now on or since that moment. Refused for a moment to
    come."""
    with store.write():
        if at is not None and at > store.clock.now():
            raise Refused(f"{runs.run_name(number)} cannot start in the future")
        begin_run(store, find_run(number), at)


def cancel_run(store: Store, number: int, reason: str = "") -> None:
    """A pending run is cancelled: its sheets with it, what it held is free again, and nothing
    else changes."""
    with store.write():
        run = find_run(number)
        runs.check_move(number, run.state, runs.CANCELLED)
        now = store.clock.now()
        _end_planned(run, now)
        release_run(store, run)
        Run.update(
            state=runs.CANCELLED, reason=reason, ended_at=now, revision=Run.revision + 1
        ).where(Run.id == run.id).execute()
        settle_jobs(store, run)
        note(store, "run", f"{runs.run_name(number)} cancelled", run=run)


def _end_planned(run: Run, now: datetime) -> None:
    """The sheets that nobody has taken are cancelled, with their pieces."""
    planned = (Sheet.run == run) & (Sheet.state == sheets.PLANNED) & Sheet.device.is_null()
    ids = [sheet.id for sheet in Sheet.select(Sheet.id).where(planned)]
    for piece in Piece.select().where(Piece.sheet.in_(ids)) if ids else ():
        Piece.update(state=sheets.CANCELLED).where(Piece.id == piece.id).execute()
    Sheet.update(state=sheets.CANCELLED, ended_at=now).where(planned).execute()


def fail_run(
    store: Store,
    number: int,
    reason: str,
    notes: str = "",
    results: Results | None = None,
    actor: str = "",
) -> None:
    """A run in progress has failed: what is drawn is spoiled for this reason unless `results` say
    otherwise, what is not begun is cancelled, what was consumed is booked. Refused while sheets
    of it lie on plotters."""
    told = results or Results()
    with store.write():
        run = find_run(number)
        runs.check_move(number, run.state, runs.FAILED)
        sheets.check_reason(reason, notes)
        held = sheets_on_devices(store, run.id)
        if held:
            places = ", ".join(f"{device} ({sheet})" for device, sheet in held)
            raise Refused(
                f"{runs.run_name(number)} still has sheets on {places}: plotty cancel "
                f"{held[0][0]} first"
            )
        _end_planned(run, store.clock.now())
        spoil_all_aside(store, run.id, reason, notes)
        drawn = drawn_sheets(run)
        failed = Verdict(sheets.SPOILED, reason, notes)
        fates = {sheet.id: told.verdicts.get(sheet.id, failed) for sheet in drawn}
        runs.check_results(told, drawn, {item.id: item.name for item in run.items})
        give_verdicts(store, fates, runs.piece_verdicts(told, drawn, fates))
        release_run(store, run)
        told.notes = told.notes or notes
        close_run(store, run, runs.FAILED, told, actor, reason)
        note(store, "run", f"{runs.run_name(number)} failed: {reason}", run=run)


def sheets_on_devices(store: Store, run_id: int) -> list[tuple[str, int]]:
    """(device, sheet id) of the sheets of a run that a plotter has taken."""
    rows = store.rows(
        "SELECT v.name AS device, s.id AS sheet FROM sheet s JOIN device v ON v.id = s.device_id "
        f"WHERE s.run_id = ? AND s.state IN {sheets.OPEN} ORDER BY v.id",
        run_id,
    )
    return [(row.device, row.sheet) for row in rows]


# Editing -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Edit:
    """Changes of a run. `values`: name, notes, devices, estimated_seconds, pen_by_pen; `client` a
    name (empty: none); `copies` item -> sheets; `materials` row -> columns of RunMaterial."""

    values: dict[str, Any] = field(default_factory=dict)
    client: str | None = None
    copies: dict[int, int] = field(default_factory=dict)
    materials: dict[int, dict[str, Any]] = field(default_factory=dict)
    accepted: str = ""

    def __bool__(self) -> bool:
        return bool(self.values or self.copies or self.materials or self.client is not None)


def edit_run(store: Store, number: int, edit: Edit, revision: int | None = None) -> None:
    """Change a run that is not closed; one in progress keeps its pens and never has fewer copies
    than are begun. What it holds of pens and paper follows. Refused when that is not there
    (unless accepted), Conflict when somebody else changed it since `revision`."""
    with store.write():
        run = find_run(number)
        _check_editable(run, edit, revision)
        before = {row.id: row for row in _planned_rows(store, run)}
        for item_id, copies in edit.copies.items():
            _set_copies(run, item_id, copies)
        if edit.copies:
            _scale_materials(store, run, before)
        for row_id, columns in edit.materials.items():
            _set_material(run, row_id, columns)
        values = dict(edit.values)
        if edit.client is not None:
            values["client"] = _client(edit.client)
        for name in values.get("devices", ()):
            if Device.get_or_none(Device.name == name) is None:
                raise NotFound.named("plotter", name, [one.name for one in Device.select()])
        if (pen_by_pen := values.pop("pen_by_pen", None)) is not None:
            told = replace(orders_of(run.settings), pen_by_pen=pen_by_pen)
            values["settings"] = {**run.settings, ORDERS: told.to_json()}
        seconds = values.pop("estimated_seconds", None)
        if edit.accepted:
            values["accepted"] = [
                *run.accepted, {"code": "short", "text": "changed", "reason": edit.accepted}
            ]  # fmt: skip
        Run.update(**values, revision=Run.revision + 1).where(Run.id == run.id).execute()
        run = Run.get_by_id(run.id)
        if edit.copies or edit.materials or seconds is not None:
            estimate(run, seconds)
            reserve_run(store, run, short=bool(edit.accepted))
        settle_or_activate(store, run)
        note(store, "run", f"{runs.run_name(number)} changed", run=run)


def _check_editable(run: Run, edit: Edit, revision: int | None) -> None:
    name = runs.run_name(run.number)
    if revision is not None and run.revision != revision:
        raise Conflict(f"{name} was changed by somebody else meanwhile: look again")
    if run.state not in runs.OPEN:
        cure = f": plotty run correct {name}" if run.state in runs.SETTLED else ""
        raise Refused(f"{name} is {run.state} and cannot be edited{cure}")
    if run.state != runs.PENDING and (edit.materials or "estimated_seconds" in edit.values):
        raise Refused(
            f"{name} is in progress: quantities may rise, its pens and estimates stay as they are"
        )


def _set_copies(run: Run, item_id: int, copies: int) -> None:
    item = Item.get_or_none(Item.id == item_id, Item.run == run)
    if item is None:
        raise Refused(f"item {item_id} is not in {runs.run_name(run.number)}")
    mine = list(Sheet.select().where(Sheet.item == item).order_by(Sheet.copy, Sheet.attempt))
    free = [one for one in mine if one.state == sheets.PLANNED and one.device_id is None]
    first = [one for one in mine if one.attempt == 1 or one.replaces_id is not None]
    known = {one.copy for one in first}
    begun = len(known - {one.copy for one in free})
    runs.check_copies(item.name, copies, begun, run.state)
    if item.layout and copies != item.copies and run.replot_of_id is not None:
        raise Refused(f"{item.name} draws what failed again: its number stays {item.copies}")
    for sheet in list(reversed(free))[: max(0, len(known) - copies)]:
        Piece.delete().where(Piece.sheet == sheet.id).execute()
        Sheet.delete().where(Sheet.id == sheet.id).execute()
    last = max(known, default=0)
    more = [NewSheet(last + step + 1) for step in range(copies - len(known))]
    if more:
        add_sheets(item, more)
    Item.update(copies=copies).where(Item.id == item.id).execute()


def _planned_rows(store: Store, run: Run) -> list[RunMaterial]:
    return list(RunMaterial.select().where(RunMaterial.run == run))


def _scale_materials(store: Store, run: Run, before: Mapping[int, RunMaterial]) -> None:
    """Materials grow with the copies; what a person estimated otherwise keeps its ratio."""
    items = list(Item.select().where(Item.run == run))
    now = {(one.label, one.pen, one.paper): one
           for one in planned_materials(store, items, run.devices)}  # fmt: skip
    old_copies = sum(one.sheets for one in before.values() if one.paper_id)
    for row in before.values():
        fresh = now.get((row.label, row.pen_id, row.paper_id))
        if fresh is None:
            continue
        if row.paper_id is not None:
            columns: dict[str, Any] = {"sheets": fresh.sheets}
        else:
            ratio = fresh.drawn_mm / row.drawn_mm if row.drawn_mm and not old_copies else None
            columns = {
                "drawn_mm": fresh.drawn_mm, "priming_mm": fresh.priming_mm,
                "overhead_mm": fresh.overhead_mm,
            }  # fmt: skip
            if ratio is not None and row.mass_g is not None:
                columns["mass_g"] = row.mass_g * ratio
        RunMaterial.update(**columns).where(RunMaterial.id == row.id).execute()


def _set_material(run: Run, row_id: int, columns: Mapping[str, Any]) -> None:
    row = RunMaterial.get_or_none(RunMaterial.id == row_id, RunMaterial.run == run)
    if row is None:
        raise Refused(f"material {row_id} is not in {runs.run_name(run.number)}")
    if columns.get("pen") is not None:
        pen = Pen.get_by_id(columns["pen"])
        if pen.state in ("dry", "empty", "retired"):
            raise Refused(f"pen {pen.code} is {pen.state}: choose another one")
    RunMaterial.update(**columns).where(RunMaterial.id == row_id).execute()


def _client(name: str) -> Client | None:
    if not name:
        return None
    folded = name.casefold()
    known = next((one for one in Client.select() if one.name.casefold() == folded), None)
    return known or Client.create(name=name)


def settle_or_activate(store: Store, run: Run) -> None:
    """The jobs of a run are active while it has sheets to draw."""
    from plotty_tui.domain import jobs

    from ..tables import Job

    if Sheet.select().where(Sheet.run == run, Sheet.state.in_(sheets.OPEN)).exists():
        ids = {item.job_id for item in run.items} | {
            piece.get("job") for item in run.items for piece in item.layout
        }
        Job.update(state=jobs.ACTIVE).where(Job.id.in_([one for one in ids if one])).execute()
    settle_jobs(store, run)


# Single sheets, ratings, archive -----------------------------------------------------------------


def judge_sheets(
    store: Store,
    number: int,
    fates: Mapping[int, Verdict],
    pieces: Mapping[int, Verdict],
    parts: Mapping[int, Part] | None = None,
) -> None:
    """Say what became of drawn sheets of a run in progress, and of pieces on drawn sheets: a piece
    that was called spoiled stays so when its sheet is accepted, and a sheet all of whose pieces are
    spoiled is spoiled. What was set aside can only be spoiled. `parts` (by sheet) draw failed
    pieces again, where the run was told to."""
    with store.write():
        run = find_run(number)
        if run.state != runs.IN_PROGRESS:
            name = runs.run_name(number)
            cure = f": plotty run correct {name}" if run.state in runs.SETTLED else ""
            raise Refused(f"{name} is {run.state}: fates are told while it is in progress{cure}")
        aside = [one for one in fates if spoil_aside(store, one, fates[one])]
        drawn = drawn_sheets(run, judged=True)
        of_drawn = {one: fate for one, fate in fates.items() if one not in aside}
        told = Results(verdicts=of_drawn, pieces=dict(pieces))
        runs.check_results(told, drawn, {})
        told.pieces = {**_called_spoiled(drawn), **pieces}
        of_sheets = {one.id: fates[one.id] for one in drawn if one.id in fates}
        of_sheets |= _wholly_spoiled(drawn, told.pieces)
        judged = [one for one in drawn if one.id in of_sheets]
        give_verdicts(store, of_sheets, {**runs.piece_verdicts(told, judged, of_sheets), **pieces})
        settle_jobs(store, run)
        Hand.update(answered_at=store.clock.now(), answer="judged").where(
            Hand.sheet.in_(list(of_sheets)), Hand.kind == orders.HAND_VERDICT,
            Hand.answered_at.is_null(),
        ).execute()  # fmt: skip
        of_sheets |= {one: fates[one] for one in aside}
        for sheet_id, verdict in of_sheets.items():
            note(store, "sheet", f"sheet {sheet_id} is {verdict.fate}", run=run, sheet=sheet_id)
        after_verdicts(store, run, of_sheets, parts or {})


def _called_spoiled(drawn: Sequence[DrawnSheet]) -> dict[int, Verdict]:
    """The pieces on these sheets that were called spoiled before."""
    ids = [piece for sheet in drawn for piece in sheet.pieces]
    spoiled = Piece.select().where(Piece.id.in_(ids), Piece.state == sheets.SPOILED)
    return {one.id: Verdict(sheets.SPOILED, one.reason, one.notes) for one in spoiled if ids}


def _wholly_spoiled(
    drawn: Sequence[DrawnSheet], pieces: Mapping[int, Verdict]
) -> dict[int, Verdict]:
    """The sheets of which nothing is good, each for the reason of its first piece."""
    return {
        sheet.id: pieces[sheet.pieces[0]]
        for sheet in drawn
        if sheet.pieces
        and all(one in pieces and pieces[one].fate == sheets.SPOILED for one in sheet.pieces)
    }


def judge_sheet(
    store: Store, sheet_id: int, verdict: Verdict, parts: Mapping[int, Part] | None = None
) -> str:
    """Say what became of one drawn sheet of a run in progress; which it is, in words. `parts` as of
    `judge_sheets`."""
    sheet = Sheet.get_by_id(sheet_id)
    judge_sheets(store, sheet.run.number, {sheet_id: verdict}, {}, parts)
    return f"{sheet.item.name} copy {sheet.copy}"


def archive_run(store: Store, number: int, back: bool = False) -> None:
    """Take a closed run out of the lists, or bring it back. It is never deleted."""
    with store.write():
        run = find_run(number)
        if run.state in runs.OPEN:
            name = runs.run_name(number)
            do = "cancel" if run.state == runs.PENDING else "complete"
            raise Refused(f"{name} is {run.state.replace('_', ' ')}: plotty run {do} {name} first")
        Run.update(
            archived_at=None if back else store.clock.now(), revision=Run.revision + 1
        ).where(Run.id == run.id).execute()


def rate_run(
    store: Store, number: int, stars: int | None, client_rating: float | None,
    sheet_ids: Sequence[int] = (),
) -> None:  # fmt: skip
    """Stars of the studio for a run, or for some of its sheets; the client's rating. A rating that
    was given before is corrected (`run_corrections`), not given again."""
    with store.write():
        run = find_run(number)
        if run.state not in runs.SETTLED:
            raise Refused(
                f"{runs.run_name(number)} is {run.state.replace('_', ' ')}: it is rated when its "
                "results are told"
            )
        if sheet_ids:
            Sheet.update(quality=stars).where(
                Sheet.run == run, Sheet.id.in_(list(sheet_ids))
            ).execute()
            return
        values: dict[str, Any] = {"rated_at": store.clock.now()}
        if stars is not None:
            values["quality"] = stars
        if client_rating is not None:
            values["client_rating"] = client_rating
        Run.update(**values, revision=Run.revision + 1).where(Run.id == run.id).execute()
