"""Pens, paper, and the ledger that counts them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import peewee as pw

from plotty_tui.domain import ledger, runs
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.pen_choice import StockPen

from ..database import Row, Store
from ..events import next_number, note
from ..tables import Item, Job, Ledger, Paper, Pen, Run

MOST_SHEETS = 1_000_000  # of one delivery; more is a slip of the keys

_PENS = """
    SELECT p.*, d.name AS device FROM pen p LEFT JOIN device d ON d.loaded_pen_id = p.id
    {where} ORDER BY p.slot IS NULL, p.slot, p.code
"""
_PAPERS = """
    SELECT p.*, EXISTS (SELECT 1 FROM ledger l WHERE l.paper_id = p.id) AS rows_in_ledger
    FROM paper p WHERE p.retired_at IS NULL ORDER BY p.name
"""


def pen_rows(store: Store, code: str | None = None) -> list[Row]:
    """Pens by slot and code, with `received_mm`, `used_mm`, `left_mm` (None without a life) and
    the `device` that holds it."""
    found = store.rows(
        _PENS.format(where="WHERE p.code = ?" if code else ""), *([code] * bool(code))
    )
    for row in found:
        left = row.received_mm - row.used_mm + row.written_off_mm
        row["left_mm"] = left if row.received_mm else None
    return found


def paper_rows(store: Store) -> list[Row]:
    """Papers in the books by name, with `stock` in sheets."""
    return store.rows(_PAPERS)


def stock_pens(store: Store) -> list[StockPen]:
    """The pens as the planner sees them."""
    return [
        StockPen(row.id, row.code, row.name, row.color, row.tip_mm, row.slot, row.state)
        for row in pen_rows(store)
    ]


def add_pen(store: Store, actor: str = "", **values: Any) -> Pen:
    """A new pen; without a code it gets the next `K-…`. Its life in metres arrives as a ledger
    row. Refused when the code or the slot is taken."""
    with store.write():
        code = values.pop("code", None)
        while code is None or Pen.get_or_none(Pen.code == code):
            if code is not None and values.get("chosen"):
                raise Refused(f"there is a pen {code} already")
            code = f"K-{next_number('pen'):02}"
        values.pop("chosen", None)
        slot = values.get("slot")
        taken = slot and Pen.get_or_none(Pen.slot == slot, Pen.state != "retired")
        if taken:
            raise Refused(f"slot {slot} holds {taken.code} {taken.name}: choose another slot")
        pen = Pen.create(code=code, added_at=store.clock.now(), **values)
        if pen.life_mm:
            book(
                store, ledger.RECEIVE, f"receive:pen:{pen.id}", pen=pen, mm=pen.life_mm, actor=actor
            )
        note(store, "material", f"pen {pen.code} {pen.name} added")
        return pen


def find_pen(store: Store, word: str) -> Pen:
    """A pen by code, slot number or name; NotFound names the nearest."""
    pens = list(Pen.select())
    for test in (
        lambda pen: pen.code.casefold() == word.casefold(),
        lambda pen: word.isdecimal() and str(pen.slot) == word.lstrip("0"),
        lambda pen: pen.name.casefold() == word.casefold(),
    ):
        found = [pen for pen in pens if test(pen)]
        if found:
            return found[0]
    raise NotFound.named("pen", word, [f"{pen.code}" for pen in pens])


def pen_in(stock: Sequence[StockPen], word: str) -> StockPen:
    """A pen of the stock by sticker, slot number or name; NotFound names the nearest."""
    folded = word.strip().casefold()
    for fits in (
        lambda pen: pen.code.casefold() == folded,
        lambda pen: pen.slot is not None and str(pen.slot) == folded,
        lambda pen: pen.name.casefold() == folded,
    ):
        for pen in stock:
            if fits(pen):
                return pen
    raise NotFound.named("pen", word, [pen.code for pen in stock])


def add_paper(store: Store, name: str, size: tuple[float, float], **values: Any) -> Paper:
    """A new kind of paper, with no sheets yet."""
    with store.write():
        for known in Paper.select():
            if known.name.casefold() == name.casefold():
                raise Refused(
                    f"there is a paper {known.name!r} already: "
                    f"plotty paper receive {known.name!r} N"
                )
        paper = Paper.create(name=name, width_mm=size[0], height_mm=size[1], **values)
        note(store, "material", f"paper {name} added")
        return paper


def find_paper(store: Store, name: str) -> Paper:
    """A paper in the books by name; NotFound names the nearest."""
    papers = Paper.select().where(Paper.retired_at.is_null())
    found = next((one for one in papers if one.name.casefold() == name.casefold()), None)
    if found is None:
        raise NotFound.named("paper", name, [row.name for row in paper_rows(store)])
    return found


def edit_paper(store: Store, name: str, changes: dict[str, Any]) -> Paper:
    """Change a paper's columns; jobs of the queue follow a new name. Refused for a name that
    another paper has."""
    with store.write():
        paper = find_paper(store, name)
        new = changes.get("name", paper.name)
        for other in Paper.select().where(Paper.id != paper.id):
            if other.name.casefold() == new.casefold():
                raise Refused(f"there is a paper {other.name!r} already")
        if new != paper.name:
            Job.update(paper=new, revision=Job.revision + 1).where(
                pw.fn.LOWER(Job.paper) == paper.name.lower(), Job.archived_at.is_null()
            ).execute()
        Paper.update(**changes, revision=Paper.revision + 1).where(Paper.id == paper.id).execute()
        note(store, "material", f"paper {paper.name} changed: {', '.join(sorted(changes))}")
        return Paper.get_by_id(paper.id)


def count_paper(store: Store, name: str, sheets: int, why: str = "", actor: str = "") -> int:
    """The shelf was counted: the difference is adjusted, and returned. More than the books say
    wants a reason."""
    if not 0 <= sheets <= MOST_SHEETS:
        raise Refused(f"counted {sheets} sheets: give a number from 0 to {MOST_SHEETS}")
    with store.write():
        paper = find_paper(store, name)
        stock = paper_stock(paper.id)
        if sheets > stock and not why.strip():
            raise Refused(
                f"counted {sheets} sheets of {paper.name}, the books have {stock}: say why there "
                f"are {sheets - stock} more (--why), or plotty paper receive {paper.name!r} "
                f"{sheets - stock} when they came in"
            )
        if sheets != stock:
            book(
                store, ledger.ADJUST, f"count:paper:{uuid.uuid4().hex}", paper=paper,
                sheets=sheets - stock, reason=why or "counted", note=f"{sheets} counted",
                actor=actor,
            )  # fmt: skip
        note(store, "material", f"paper {paper.name} counted: {sheets} ({sheets - stock:+d})")
        return sheets - stock


def retire_paper(store: Store, name: str, why: str = "", actor: str = "") -> Paper:
    """No longer used: what is left is written off, and the name is free for the lists. Refused
    while an open run draws on it."""
    from .reservations import paper_holders

    with store.write():
        paper = find_paper(store, name)
        busy = (
            Item.select()
            .join(Run)
            .where(Item.stock == paper, Run.state.in_([runs.PENDING, runs.IN_PROGRESS]))
            .first()
        )
        if busy is not None or paper_holders(store, paper.id):
            who = runs.run_name(busy.run.number) if busy else "a run"
            raise Refused(f"paper {paper.name} is wanted by {who}: settle or cancel that first")
        stock = paper_stock(paper.id)
        if stock:
            book(
                store, ledger.RETIRE, f"retire:paper:{paper.id}", paper=paper, sheets=-stock,
                reason=why or "retired", actor=actor,
            )  # fmt: skip
        Paper.update(retired_at=store.clock.now(), revision=Paper.revision + 1).where(
            Paper.id == paper.id
        ).execute()
        note(store, "material", f"paper {paper.name} retired")
        return Paper.get_by_id(paper.id)


def receive_paper(store: Store, name: str, sheets: int, actor: str = "", note_: str = "") -> int:
    """Sheets came in; the stock afterwards."""
    if not 0 < sheets <= MOST_SHEETS:
        raise Refused(f"received {sheets} sheets: give a number from 1 to {MOST_SHEETS}")
    with store.write():
        paper = find_paper(store, name)
        book(
            store, ledger.RECEIVE, f"receive:paper:{uuid.uuid4().hex}",
            paper=paper, sheets=sheets, actor=actor, note=note_,
        )  # fmt: skip
        note(store, "material", f"{sheets} sheets of {paper.name} received")
        return paper_stock(paper.id)


def paper_stock(paper_id: int) -> int:
    """Sheets on the shelf: the sum of the ledger."""
    return Paper.select(Paper.stock).where(Paper.id == paper_id).scalar() or 0


def pen_left_mm(pen_id: int) -> float | None:
    """mm that a pen still draws by its forecast: the sum of the ledger, below zero when it outlived
    it; None for a pen without a life."""
    pen = Pen.get_by_id(pen_id)
    return pen.received_mm - pen.used_mm + pen.written_off_mm if pen.received_mm else None


def used_mm(pen_id: int) -> float:
    """mm that a pen has drawn, priming and waste included."""
    return Pen.get_by_id(pen_id).used_mm


def check_balances(store: Store) -> list[str]:
    """Where the kept balances are not the sums of the ledger, as sentences; empty when they are."""
    wrong = []
    pens = store.rows(
        "SELECT p.code, p.received_mm - p.used_mm + p.written_off_mm AS kept, "
        "coalesce((SELECT sum(l.mm) FROM ledger l WHERE l.pen_id = p.id "
        "AND l.kind NOT IN ('reserve', 'release')), 0) AS booked FROM pen p"
    )
    for row in pens:
        if abs(row.kept - row.booked) > 0.01 + abs(row.booked) * 1e-9:
            wrong.append(
                f"pen {row.code} is kept at {row.kept:g} mm, its ledger says {row.booked:g}"
            )
    papers = store.rows(
        "SELECT a.name, a.stock AS kept, coalesce((SELECT sum(l.sheets) FROM ledger l "
        "WHERE l.paper_id = a.id AND l.kind NOT IN ('reserve', 'release')), 0) AS booked "
        "FROM paper a"
    )
    for row in papers:
        if row.kept != row.booked:
            wrong.append(f"paper {row.name} is kept at {row.kept}, its ledger says {row.booked}")
    return wrong


def book(store: Store, kind: str, key: str, **values: Any) -> bool:
    """Write a ledger row; False when this key is already booked. Call it in a transaction.
    Paper never goes below zero: Refused."""
    if kind not in ledger.KINDS:
        raise Refused(f"no ledger entry of kind {kind!r}")
    if booked(key):
        return False
    paper, sheets = values.get("paper"), values.get("sheets", 0)
    if paper is not None and sheets < 0 and kind not in ledger.PROMISES:
        paper_id = getattr(paper, "id", paper)
        stock = paper_stock(paper_id)
        if stock + sheets < 0:
            name = Paper.get_by_id(paper_id).name
            raise Refused(
                f"paper {name} has {stock} sheets, {-sheets} are wanted: "
                f"count the stock, or plotty paper receive {name!r} N"
            )
    Ledger.create(at=store.clock.now(), kind=kind, key=key, **values)
    return True


def booked(key: str) -> bool:
    """Whether the ledger has a row under this key."""
    return Ledger.select().where(Ledger.key == key).exists()
