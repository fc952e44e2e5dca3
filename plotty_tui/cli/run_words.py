"""Words that name parts of a run: designs, pens, papers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from plotty_tui.domain.errors import NotFound, WrongUsage
from plotty_tui.studio.production.run_contents import ItemResult
from plotty_tui.studio.production.run_detail import RunDetail


def pairs(words: Iterable[str], how: str) -> list[tuple[str, str]]:
    """(name, value) of each `NAME=VALUE`. WrongUsage tells how it is written."""
    found = []
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise WrongUsage(f"{word!r}: write {how}")
        found.append((name.strip(), value.strip()))
    return found


def design_key(detail: RunDetail, word: str) -> tuple[str, str]:
    """(the design's key, number) of `DESIGN=N`, or of `N` where there is one design."""
    name, equals, number = word.rpartition("=")
    return (_design(detail, name).key if equals else _only_design(detail).key), number


def _design(detail: RunDetail, name: str) -> ItemResult:
    for item in detail.items:
        if item.name.casefold() == name.strip().casefold():
            return item
    raise NotFound.named("design in this run", name, [item.name for item in detail.items])


def _only_design(detail: RunDetail) -> ItemResult:
    if len(detail.items) != 1:
        names = ", ".join(item.name for item in detail.items)
        raise WrongUsage(f"this run has {len(detail.items)} designs ({names}): write DESIGN=N")
    return detail.items[0]


def pen_id(detail: RunDetail, code: str) -> int:
    """A pen that a run uses, by its sticker."""
    for pen in detail.pens:
        if pen.id is not None and pen.code.casefold() == code.strip().casefold():
            return pen.id
    raise NotFound.named("pen in this run", code, [pen.code for pen in detail.pens if pen.code])


def paper_id(detail: RunDetail, name: str) -> int:
    """A paper that a run uses, by its name."""
    for paper in detail.papers:
        if paper.id is not None and paper.name.casefold() == name.strip().casefold():
            return paper.id
    raise NotFound.named("paper in this run", name, [paper.name for paper in detail.papers])


def material_words(detail: RunDetail, given: dict[str, Any]) -> dict[str, str]:
    """Fields of a completion from `--pen`, `--grams`, `--weigh`, `--dry` and `--sheets-used`."""
    typed = {}
    for flag, prefix in (("pens", "pen"), ("grams", "grams"), ("weigh", "weigh")):
        for code, value in pairs(given[flag], "PEN=VALUE, like K-01=12.5"):
            typed[f"{prefix}:{pen_id(detail, code)}"] = value
    for code in given["dry"]:
        typed[f"dry:{pen_id(detail, code)}"] = "yes"
    if given["sheets_used"]:
        typed["sheets"] = given["sheets_used"]
    return typed


def piece_id(detail: RunDetail, place: str) -> int:
    """A piece of a sheet, by `SHEET.POSITION`."""
    sheet, dot, position = place.partition(".")
    for number, row in enumerate(detail.sheets, 1):
        for piece in row.pieces:
            if dot and (sheet.strip(), position.strip()) == (str(number), str(piece.position)):
                return int(piece.id)
    raise NotFound(f"no piece {place!r} in {detail.name}: write SHEET.POSITION, like 2.3")
