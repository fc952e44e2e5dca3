"""Drawing spoiled sheets again with settings changed for what went wrong; presets stay as they
are."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from plotty_tui.domain import runs
from plotty_tui.domain.adjustments import Rule, adjusted, rule_of
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.pen_choice import (
    UNUSABLE,
    VISIBLE_DISTANCE,
    PenChoice,
    StockPen,
    color_distance,
)
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.presets import MotionSettings, device_motion
from plotty_tui.store.database import Row, Store
from plotty_tui.store.home import write_files
from plotty_tui.store.inventory import holders, materials
from plotty_tui.store.jobs import queue
from plotty_tui.store.machines import devices
from plotty_tui.store.presets import preset_motion
from plotty_tui.store.production import run_replots as books
from plotty_tui.store.production import runs as run_books
from plotty_tui.store.tables import Item, Run, Sheet

from ..production.run_moves import start_run
from ..production.run_replots import ReplotLine, plans_of_positions, replot_proposal

Pens = dict[int, StockPen]  # planned pen -> the one instead


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that would be changed for one sheet."""

    setting: str
    old: str
    new: str


@dataclass(slots=True)
class Again:
    """A spoiled sheet that would be drawn again: what is changed, what a person has to see to, and
    why it cannot be (empty: it can)."""

    run: int
    line: ReplotLine
    sheet_id: int
    changes: list[Change] = field(default_factory=list)
    see_to: str = ""
    blocked: str = ""
    motion: dict[str, float] = field(default_factory=dict)
    pens: Pens = field(default_factory=dict)


@dataclass(slots=True)
class QualityRecovery:
    """Everything that would be drawn again, and what it takes."""

    sheets: list[Again] = field(default_factory=list)
    seconds: float = 0.0
    pen_down_mm: float = 0.0

    @property
    def ready(self) -> list[Again]:
        """The sheets that can be drawn again."""
        return [one for one in self.sheets if not one.blocked]


def quality_proposal(
    store: Store, numbers: Sequence[int] = (), adjust: bool = True
) -> QualityRecovery:
    """The spoiled sheets (of these runs; none named: of all) that nothing replaces yet, each with
    the settings that would be changed for its reason."""
    found = QualityRecovery()
    stock = materials.stock_pens(store)
    for number in [run_books.find_run(one).number for one in numbers] or (
        books.runs_with_failures(store)
    ):
        proposal = replot_proposal(store, number)
        found.seconds += proposal.seconds
        found.pen_down_mm += proposal.pen_down_mm
        rows = books.failed_rows(store, run_books.find_run(number).id)
        for line, row in zip(proposal.lines, rows, strict=True):
            again = Again(number, line, row.id)
            if adjust:
                _adjust(store, again, stock)
            found.sheets.append(again)
    return found


def _adjust(store: Store, again: Again, stock: Sequence[StockPen]) -> None:
    sheet = Sheet.get_by_id(again.sheet_id)
    rule = rule_of(again.line.reason.split(",")[0].strip())
    again.see_to = rule.see_to
    now = motion_of_sheet(store, sheet)
    before = dict(sheet.settings.get("motion", {}))
    changed = adjusted(now, rule)
    again.motion = {**before, **changed}
    again.changes = [
        Change(key, f"{now.to_json()[key]:g}", f"{value:g}") for key, value in changed.items()
    ]
    _other_pens(again, sheet, stock, rule)


def motion_of_sheet(store: Store, sheet: Sheet) -> MotionSettings:
    """How a sheet was drawn: by its plan, its plotter, the pen in the holder, and what was changed
    for it alone."""
    motion = Plan.from_json(sheet.item.plan.body).preset.motion
    if sheet.device_id is not None:
        device = sheet.device
        motion = device_motion(motion, preset_motion(device.preset), device.settings)
        motion = holders.habits_in(store, device.id).motion(motion, "")
    return replace(motion, **sheet.settings.get("motion", {}))


def _other_pens(again: Again, sheet: Sheet, stock: Sequence[StockPen], rule: Rule) -> None:
    """A pen of the same ink in the place of each that cannot be used; where the rule wants another
    one, in the place of the only one there is."""
    layers = Plan.from_json(sheet.item.plan.body).layers
    planned = {layer.pen.pen_id: layer for layer in layers if layer.pen and layer.pen.pen_id}
    by_id = {pen.id: pen for pen in stock}
    spent = [number for number in planned if number not in by_id or by_id[number].state in UNUSABLE]
    if rule.other_pen and not spent and len(planned) == 1:
        spent = list(planned)
    if rule.other_pen and not spent:
        again.see_to = "say which pen is dry: plotty pen mark-dry PEN"
    for number in spent:
        if number is None:
            continue
        other = _like(by_id.get(number), planned[number].color, stock, set(planned))
        old = by_id[number].code if number in by_id else planned[number].color
        if other is None:
            again.blocked = f"no pen in stock draws like {old}: plotty pen add"
            continue
        again.pens[number] = other
        again.changes.append(Change("pen", old, other.code))


def _like(
    old: StockPen | None, color: str, stock: Sequence[StockPen], taken: set[int | None]
) -> StockPen | None:
    """The usable pen nearest in tip and colour that the plan does not have yet."""
    wanted = old.color if old else color
    near = [
        pen for pen in stock
        if pen.id not in taken and pen.state not in UNUSABLE
        and color_distance(wanted, pen.color) <= VISIBLE_DISTANCE
    ]  # fmt: skip
    tip = old.tip_mm if old and old.tip_mm else 0.0
    return min(
        near, default=None,
        key=lambda pen: (abs((pen.tip_mm or tip) - tip), color_distance(wanted, pen.color),
                         pen.code),
    )  # fmt: skip


def replot_adjusted(store: Store, proposal: QualityRecovery, start: bool = True) -> list[Run]:
    """Make and start the replots of a proposal, linked to their runs; sheets that get other pens
    form runs of their own. The settings belong to the new sheets alone."""
    if not proposal.ready:
        raise Refused("no spoiled sheet can be drawn again")
    parts: dict[tuple[int, str], list[Again]] = defaultdict(list)
    for one in proposal.ready:
        swap = json.dumps({number: pen.code for number, pen in one.pens.items()}, sort_keys=True)
        parts[(one.run, swap)].append(one)
    wanted = []
    for (number, _), some in parts.items():
        original = run_books.find_run(number)
        ids = {one.sheet_id for one in some}
        rows = [row for row in books.failed_rows(store, original.id) if row.id in ids]
        if len(rows) < len(ids):
            raise Refused(f"{runs.run_name(number)} is replotted already: look again")
        _check_plotters(original)
        wanted.append((original, some, rows, _plans(store, rows, some[0].pens)))
    made = []
    with store.write():
        for original, some, rows, plans in wanted:
            run = books.make_replot(store, original, rows, plans, _notes(original.number, some))
            books.set_motions(store, run.id, {one.sheet_id: one.motion for one in some})
            made.append(run_books.find_run(run.number))
    for run in made if start else ():
        start_run(store, run.number)
    return made


def _check_plotters(original: Run) -> None:
    """Refused when the plotters that a run may use are all switched off."""
    enabled = {device.name for device in devices.enabled_devices()}
    if original.devices and not enabled & set(original.devices):
        name = original.devices[0]
        raise Refused(
            f"{', '.join(original.devices)}, which {runs.run_name(original.number)} is for, is "
            f"switched off: plotty device edit {name} --enable"
        )


def _notes(number: int, some: Sequence[Again]) -> str:
    said = sorted({f"{c.setting} {c.old} -> {c.new}" for one in some for c in one.changes})
    return f"replot of {runs.run_name(number)}" + (f": {', '.join(said[:6])}" if said else "")


def _plans(store: Store, rows: Sequence[Row], pens: Pens) -> dict[tuple[int, tuple[int, ...]], Any]:
    """The plans that differ from those of the first time: of single positions, and of other
    pens."""
    plans: dict[tuple[int, tuple[int, ...]], Any] = dict(plans_of_positions(store, rows))
    if not pens:
        return plans
    for row in rows:
        part = (row.item_id, tuple(row.positions))
        part = part if part in plans else (row.item_id, ())
        item = Item.get_by_id(row.item_id)
        plan, layout = plans.get(part, (item.plan, item.layout))
        plans[part] = (_with_pens(store, plan, pens), layout)
    return plans


def _with_pens(store: Store, row: Any, pens: Pens) -> Any:
    """The same plan with other pens; its strokes are the same."""
    plan = Plan.from_json(row.body)
    layers = [
        replace(layer, pen=PenChoice(pens[number].id, pens[number].code, "instead of a dry pen",
                                     pens[number].tip_mm))
        if layer.pen and (number := layer.pen.pen_id) in pens and number is not None else layer
        for layer in plan.layers
    ]  # fmt: skip
    swap = ",".join(f"{number}={pen.id}" for number, pen in sorted(pens.items()))
    key = hashlib.sha256(f"{row.key} {swap}".encode()).hexdigest()
    strokes = store.home.plan_file(row.key).read_bytes()
    write_files({store.home.plan_file(key): strokes})
    with store.write():
        changed = replace(plan, layers=layers, settings_hash=key)
        return queue.keep_plan(store, row.design_id, changed, key)
