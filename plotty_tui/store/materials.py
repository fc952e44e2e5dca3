"""Pens, paper, and the ledger that counts them."""

from __future__ import annotations

import uuid
from typing import Any

from plotty_tui.domain import ledger
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.pen_choice import StockPen

from .database import Row, Store
from .events import next_number, note
from .tables import Ledger, Paper, Pen

MOST_SHEETS = 1_000_000  # of one delivery; more is a slip of the keys

_PENS = """
    SELECT p.*, d.name AS device,
      coalesce(sum(CASE WHEN l.kind = 'receive' THEN l.mm END), 0) AS received_mm,
      -coalesce(sum(CASE WHEN l.kind NOT IN ('receive', 'reserve', 'release') THEN l.mm END), 0)
        AS used_mm
    FROM pen p LEFT JOIN ledger l ON l.pen_id = p.id LEFT JOIN device d ON d.loaded_pen_id = p.id
    {where} GROUP BY p.id ORDER BY p.slot IS NULL, p.slot, p.code
"""
_PAPERS = """
    SELECT p.*, coalesce(sum(CASE WHEN l.kind NOT IN ('reserve', 'release') THEN l.sheets END), 0)
        AS stock,
      sum(l.id IS NOT NULL) AS rows_in_ledger
    FROM paper p LEFT JOIN ledger l ON l.paper_id = p.id
    WHERE p.retired_at IS NULL {where} GROUP BY p.id ORDER BY p.name
"""


def pen_rows(store: Store, code: str | None = None) -> list[Row]:
    """Pens by slot and code, with `received_mm`, `used_mm`, `left_mm` (None without a life) and
    the `device` that holds it."""
    found = store.rows(
        _PENS.format(where="WHERE p.code = ?" if code else ""), *([code] * bool(code))
    )
    for row in found:
        row["left_mm"] = row.received_mm - row.used_mm if row.received_mm else None
    return found


def paper_rows(store: Store) -> list[Row]:
    """Papers in the books by name, with `stock` in sheets."""
    return store.rows(_PAPERS.format(where=""))


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
    query = Ledger.select(Ledger.sheets).where(
        Ledger.paper == paper_id, Ledger.kind.not_in(ledger.PROMISES)
    )
    return sum(row.sheets for row in query)


def book(store: Store, kind: str, key: str, **values: Any) -> bool:
    """Write a ledger row; False when this key is already booked. Call it in a transaction.
    Paper never goes below zero: Refused."""
    if kind not in ledger.KINDS:
        raise Refused(f"no ledger entry of kind {kind!r}")
    if booked(key):
        return False
    paper, sheets = values.get("paper"), values.get("sheets", 0)
    if paper is not None and sheets < 0:
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
