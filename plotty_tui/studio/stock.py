"""Pens and paper: added, received, listed."""

from __future__ import annotations

from typing import Any

from plotty_tui.domain import papers
from plotty_tui.domain.errors import Refused
from plotty_tui.store import materials
from plotty_tui.store.database import Row, Store

from .opening import actor


def add_pen(store: Store, given: dict[str, Any]) -> Row:
    """A new pen from the values of the pen form; its row as lists show it."""
    chosen = {key: value for key, value in given.items() if value is not None}
    if "code" in chosen:
        chosen["chosen"] = True
    pen = materials.add_pen(store, actor(), **chosen)
    return materials.pen_rows(store, pen.code)[0]


def list_pens(store: Store) -> list[Row]:
    """Pens by slot and sticker, with metres used and left."""
    return materials.pen_rows(store)


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
        key: given[key] for key in ("gsm", "price", "reorder_point") if given.get(key) is not None
    }
    with store.write():
        paper = materials.add_paper(store, name, dimensions, **more)
        if given.get("sheets"):
            materials.receive_paper(store, paper.name, given["sheets"], actor())
    return _paper(store, paper.name)


def receive_paper(store: Store, name: str, sheets: int) -> Row:
    """Sheets came in; a size that is no paper in the books yet becomes one."""
    known = {row.name.casefold() for row in materials.paper_rows(store)}
    if name.casefold() not in known and name.casefold() in papers.SIZES:
        materials.add_paper(store, name.casefold(), papers.SIZES[name.casefold()])
    materials.receive_paper(store, name, sheets, actor())
    return _paper(store, name)


def list_papers(store: Store) -> list[Row]:
    """Papers by name, with sheets in stock."""
    return materials.paper_rows(store)


def _paper(store: Store, name: str) -> Row:
    return next(
        row for row in materials.paper_rows(store) if row.name.casefold() == name.casefold()
    )
