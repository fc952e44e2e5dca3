"""Pens and paper: added, changed, weighed, counted, loaded, retired, listed with what is left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from plotty_tui.domain import ledger, papers, pens
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.forecast import Calibration, LearnedLife, calibrate, learn_lives, pen_type
from plotty_tui.domain.pens import Wear, Weighing
from plotty_tui.domain.stock import Holder, paper_is_low
from plotty_tui.store.database import Row, Store
from plotty_tui.store.inventory import (
    holders,
    ledger_rows,
    low_stock,
    materials,
    pen_care,
    reservations,
)
from plotty_tui.store.inventory import pens as pen_books
from plotty_tui.store.inventory.ledger_rows import LedgerFilter
from plotty_tui.store.machines import devices
from plotty_tui.store.tables import moment

from .. import forms
from ..forms import CLEAR, Field
from ..opening import actor

# Pens ----------------------------------------------------------------------------------------


def add_pen(store: Store, given: dict[str, Any]) -> Row:
    """A new pen from the values of the pen form; its row as lists show it. Without a life it gets
    the one that pens of its type taught; one that was opened or used is in use, and of one that is
    added as dry, empty or retired nothing is left."""
    chosen = {key: value for key, value in given.items() if value is not None}
    opened, used = chosen.get("opened_at"), chosen.get("last_used_at")
    if opened and used and used < opened:
        raise Refused(
            f"last used {used.astimezone():%Y-%m-%d} is before it was opened, "
            f"{opened.astimezone():%Y-%m-%d}"
        )
    state = chosen.pop("state", pens.IN_USE if opened or used else pens.SEALED)
    if "code" in chosen:
        chosen["chosen"] = True
    if chosen.get("life_mm") is None:
        type_ = pen_type(
            chosen["name"], chosen.get("brand", ""), chosen.get("kind", ""), chosen.get("tip_mm")
        )
        learned = learned_lives(store).get(type_.casefold())
        if learned is not None:
            chosen["life_mm"] = round(learned.mm, -3) or learned.mm
    with store.write():
        pen = materials.add_pen(store, actor(), **chosen)
        if state != pens.SEALED:
            pen_books.edit_pen(store, pen.code, {"state": state}, actor())
    return _pen(store, pen.code)


def list_pens(store: Store, retired: bool = False) -> list[Row]:
    """Pens by slot and sticker with `used_mm`, `left_mm` (None without a life), `reserved_mm` (held
    by open runs), `free_mm`, `low`, `outlived`, `type`, `care_text` and `care_due` (words, mostly
    empty). Retired ones only when asked for."""
    with store.read():
        rows = materials.pen_rows(store)
        held = reservations.holders(store, reservations.PEN)
        settings = low_stock.stock_settings(store)
        for row in rows:
            _tell_pen(row, held.get(row.id, []), store)
            row["low"] = row.state in pens.USABLE and settings.is_low(
                row.kind, row.life_mm, row.free_mm
            )
    return [row for row in rows if retired or row.state != pens.RETIRED]


def _tell_pen(row: Row, held: list[Holder], store: Store) -> None:
    row["reserved_mm"] = sum(holder.amount for holder in held)
    row["free_mm"] = None if row.left_mm is None else row.left_mm - row.reserved_mm
    row["holders"] = held
    row["outlived"] = row.life_mm is not None and row.used_mm > row.life_mm
    row["type"] = pen_type(row.name, row.brand, row.kind, row.tip_mm)
    care = json.loads(row.care)
    wear = Wear(row.used_mm, moment(row.opened_at), moment(row.last_used_at))
    row["care_text"] = pens.care_words(care)
    due = pens.care_due(care, wear, store.clock.now()) if row.state in pens.USABLE else []
    row["care_due"] = ", ".join(rule.what for rule in due)


def _pen(store: Store, code: str) -> Row:
    return next(row for row in list_pens(store, retired=True) if row.code == code)


def find_pen_row(store: Store, word: str) -> Row:
    """A pen by sticker, slot or name, as lists show it. NotFound names the nearest."""
    return _pen(store, materials.find_pen(store, word).code)


def learned_lives(store: Store) -> dict[str, LearnedLife]:
    """Pen type (folded) -> what its pens live, learned from those that are dry or empty and from
    those that outlived their forecast."""
    return learn_lives(ledger_rows.pen_lives(materials.pen_rows(store)))


def calibrations(store: Store) -> list[Calibration]:
    """mg per metre by pen type and paper, from all weighings; where the scale is too coarse for
    what was drawn, the sentence that says so."""
    step = low_stock.stock_settings(store).scale_step_g
    return calibrate(ledger_rows.weighed_lines(store), step)


@dataclass(slots=True)
class PenDetail:
    """One pen in full: its row of the list, what its type lives, its weighings, its newest ledger
    rows."""

    row: Row
    learned: LearnedLife | None
    calibrations: list[Calibration] = field(default_factory=list)
    ledger: list[Row] = field(default_factory=list)


def pen_detail(store: Store, word: str, rows: int = 12) -> PenDetail:
    """All about one pen. NotFound names the nearest."""
    row = find_pen_row(store, word)
    type_ = row.type.casefold()
    return PenDetail(
        row,
        learned_lives(store).get(type_),
        [one for one in calibrations(store) if one.type.casefold() == type_],
        ledger_rows.ledger_rows(store, LedgerFilter(pen=row.id), rows),
    )


def edit_pen(store: Store, word: str, changes: Mapping[str, Any]) -> Row:
    """Change what is given; `none` (CLEAR) takes a value back. Refused for a name or colour that is
    taken back, and for a state that a pen in use cannot take."""
    pen = materials.find_pen(store, word)
    found = _cleared(changes, _PEN_EMPTY, "pen")
    if not found:
        raise Refused(f"nothing to change of pen {pen.code}: name what (plotty pen edit --help)")
    changed = pen_books.edit_pen(store, pen.code, found, actor())
    return _pen(store, changed.code)


# What a column of a pen is when it was never set; the others cannot be without.
_PEN_EMPTY: dict[str, Any] = {
    "tip_mm": None, "slot": None, "life_mm": None, "price": None, "kind": "", "brand": "",
    "tare_g": None, "weight_g": None, "net_g": None, "care": {}, "speed_cap": None,
    "height": None, "offset_x_mm": 0.0, "offset_y_mm": 0.0, "notes": "", "opened_at": None,
    "last_used_at": None,
}  # fmt: skip
_PAPER_EMPTY: dict[str, Any] = {"gsm": None, "price": None, "reorder_point": None, "notes": ""}


def _cleared(changes: Mapping[str, Any], empty: Mapping[str, Any], what: str) -> dict[str, Any]:
    found = {}
    for key, value in changes.items():
        if value == CLEAR:
            if key not in empty:
                raise Refused(f"a {what} cannot be without {key.removesuffix('_mm')}")
            found[key] = empty[key]
        else:
            found[key] = value
    return found


def pen_fields(row: Row | None = None) -> list[Field]:
    """The pen form: empty for a new one, filled with what a pen is."""
    if row is None:
        return list(forms.PEN)
    return [replace(one, value=_shown(one, row)) for one in forms.PEN]


def paper_fields(row: Row | None = None) -> list[Field]:
    """The paper form: empty for a new one, filled with what a paper is (sheets are counted, not
    edited)."""
    if row is None:
        return list(forms.PAPER)
    return [replace(one, value=_shown(one, row)) for one in forms.PAPER_EDIT]


def _shown(one: Field, row: Row) -> str:
    """A column as it is typed."""
    if one.key == "size":
        return f"{row.width_mm:g}x{row.height_mm:g}"
    if one.key == "care":
        return pens.care_words(json.loads(row.care))
    value = row[one.key]
    if value is None or value == "":
        return ""
    if one.key == "life_mm":
        return f"{value / 1000:g}m"
    if one.key in ("opened_at", "last_used_at"):
        when = moment(value)
        return f"{when.astimezone():%Y-%m-%d}" if when else ""
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def typed_changes(fields: list[Field], typed: Mapping[str, str]) -> dict[str, Any]:
    """What differs from what the form was filled with, parsed; an emptied field gives CLEAR."""
    before = {one.key: one.value for one in fields}
    plain = [replace(one, value="") for one in fields]
    said = {
        key: text.strip() or CLEAR
        for key, text in typed.items()
        if key in before and text.strip() != before[key]
    }
    return forms.parse_changes(plain, said)


def weigh_pen(store: Store, word: str, grams: float, why: str = "") -> tuple[Weighing, Row]:
    """A pen was on the scale; what that means, and its row. Refused below its empty weight, and
    above its last weight without a reason."""
    pen = materials.find_pen(store, word)
    found = pen_books.weigh_pen(store, pen.code, grams, why, actor())
    return found, _pen(store, pen.code)


def load_pen(store: Store, word: str, device: str) -> Row:
    """This pen is in that plotter's holder now. Refused for one that is dry, empty or retired, one
    that draws elsewhere, and while the plotter draws with another."""
    pen = materials.find_pen(store, word)
    if pen.state not in pens.USABLE:
        raise Refused(f"pen {pen.code} is {pen.state}: plotty pen edit {pen.code} --state in_use")
    where = devices.find_device(device)
    if where.loaded_pen_id not in (None, pen.id):
        busy = holders.pen_draws_on(where.loaded_pen_id)
        if busy:
            raise Refused(
                f"{busy} is drawing with {where.loaded_pen.code}: pause it, or answer it with "
                f"plotty ready {busy} --pen {pen.code} when it asks"
            )
    holders.load_pen(store, where.id, pen.id)
    pen_care.note_care(store, pen.id)
    return _pen(store, pen.code)


def prime_pen(store: Store, word: str, mm: float, why: str = "") -> Row:
    """Ink was drawn by hand to get the pen going: mm of it are booked as priming."""
    return _pen(store, pen_books.prime_pen(store, word, mm, why, actor()).code)


def mark_dry(store: Store, word: str, why: str = "", empty: bool = False) -> Row:
    """The pen is dry (or `empty`): it is not planned any more, what its forecast still gave is
    written off, and what it drew teaches how long such pens live."""
    state = pens.EMPTY if empty else pens.DRY
    return _pen(store, pen_books.mark_pen(store, word, state, why, actor()).code)


def retire_pen(store: Store, word: str, why: str = "") -> Row:
    """Out of the lists and out of its slot; the books keep it."""
    return _pen(store, pen_books.mark_pen(store, word, pens.RETIRED, why, actor()).code)


# Paper ---------------------------------------------------------------------------------------


def add_paper(store: Store, given: dict[str, Any]) -> Row:
    """A new paper from the values of the paper form, its first sheets received."""
    name = given["name"]
    size = given.get("size") or name
    try:
        dimensions = papers.paper_size(size)
    except Refused:
        raise Refused(
            f"the size of {name!r} is not in its name: give --size a4 or 210x297"
        ) from None
    more = {
        key: given[key]
        for key in ("gsm", "price", "reorder_point", "notes")
        if given.get(key) is not None
    }
    with store.write():
        paper = materials.add_paper(store, name, dimensions, **more)
        if given.get("sheets"):
            materials.receive_paper(store, paper.name, given["sheets"], actor())
    return _paper(store, paper.name)


def receive_paper(store: Store, name: str, sheets: int, note: str = "") -> Row:
    """Sheets came in; a size that is no paper in the books yet becomes one."""
    known = {row.name.casefold() for row in materials.paper_rows(store)}
    if name.casefold() not in known and name.casefold() in papers.SIZES:
        materials.add_paper(store, name.casefold(), papers.SIZES[name.casefold()])
    materials.receive_paper(store, name, sheets, actor(), note)
    return _paper(store, name)


def count_paper(store: Store, name: str, sheets: int, why: str = "") -> tuple[int, Row]:
    """The shelf was counted: by how much the books were changed, and the paper. More than the books
    say wants a reason."""
    difference = materials.count_paper(store, name, sheets, why, actor())
    return difference, _paper(store, name)


def edit_paper(store: Store, name: str, changes: Mapping[str, Any]) -> Row:
    """Change what is given; `none` (CLEAR) takes a value back."""
    found = _cleared(changes, _PAPER_EMPTY, "paper")
    if "size" in found:
        found["width_mm"], found["height_mm"] = papers.paper_size(found.pop("size"))
    if not found:
        raise Refused(f"nothing to change of paper {name}: name what (plotty paper edit --help)")
    return _paper(store, materials.edit_paper(store, name, found).name)


def retire_paper(store: Store, name: str, why: str = "") -> str:
    """Out of the lists; what is left is written off. Its name."""
    return materials.retire_paper(store, name, why, actor()).name


def list_papers(store: Store) -> list[Row]:
    """Papers by name, with `stock`, `reserved` and `free` sheets, and whether they are `low`."""
    with store.read():
        held = reservations.holders(store, reservations.PAPER)
        rows = materials.paper_rows(store)
    for row in rows:
        row["holders"] = held.get(row.id, [])
        row["reserved"] = round(sum(holder.amount for holder in row.holders))
        row["free"] = row.stock - row.reserved
        row["low"] = paper_is_low(row.free, row.reorder_point)
    return rows


def _paper(store: Store, name: str) -> Row:
    return next(row for row in list_papers(store) if row.name.casefold() == name.casefold())


@dataclass(slots=True)
class PaperDetail:
    """One paper in full: its row of the list and its newest ledger rows."""

    row: Row
    ledger: list[Row] = field(default_factory=list)


def paper_detail(store: Store, name: str, rows: int = 12) -> PaperDetail:
    """All about one paper. NotFound names the nearest."""
    row = _paper(store, materials.find_paper(store, name).name)
    return PaperDetail(row, ledger_rows.ledger_rows(store, LedgerFilter(paper=row.id), rows))


# The ledger ----------------------------------------------------------------------------------


def list_ledger(
    store: Store,
    pen: str = "",
    paper: str = "",
    kind: str = "",
    run: int | None = None,
    since: Any = None,
    until: Any = None,
    text: str = "",
    limit: int | None = None,
) -> list[Row]:
    """Ledger rows that fit every filter given, newest first (`ledger_rows.ledger_rows` names the
    columns). NotFound for a pen, a paper or a kind that there is none of."""
    if kind and kind not in ledger.KINDS:
        raise NotFound.named("ledger kind", kind, ledger.KINDS)
    wanted = LedgerFilter(
        pen=materials.find_pen(store, pen).id if pen else None,
        paper=materials.find_paper(store, paper).id if paper else None,
        kind=kind, run=run, since=since, until=until, text=text,
    )  # fmt: skip
    return ledger_rows.ledger_rows(store, wanted, limit)
