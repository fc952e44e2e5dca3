"""What a run holds: its designs with their fates, its pens and papers, as meant and as used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plotty_tui.domain import figures, sheets
from plotty_tui.store.database import Row, Store
from plotty_tui.store.production import runs as books


@dataclass(frozen=True, slots=True)
class ItemResult:
    """A design of a run: how many copies were wanted, drawn, good and spoiled. On shared sheets
    (`per_sheet` above 1, or several designs on one) the copies are pieces, and `part` numbers the
    designs of an item from 1 (0: the item is one design a sheet)."""

    id: int
    name: str
    copies: int
    paper: str
    attempted: int
    drawn: int
    good: int
    second: int
    spoiled: int
    cancelled: int
    proof: int = 0
    part: int = 0
    per_sheet: int = 1
    sheets: int = 0

    @property
    def key(self) -> str:
        """How forms name it: `7`, or `7.2` for the second design of an item."""
        return f"{self.id}.{self.part}" if self.part else str(self.id)

    @property
    def fine(self) -> int:
        """Accepted copies; before the verdicts, the drawn ones."""
        return self.good + self.second + self.drawn


@dataclass(frozen=True, slots=True)
class PenUse:
    """Ink of one pen (or, without a code, of layers whose pen is not in the stock). `actual_mm` is
    all it gave: of that `primed_mm` were priming and tests, `wasted_mm` lies on spoiled sheets."""

    id: int | None
    code: str
    name: str
    color: str
    estimated_mm: float | None
    actual_mm: float | None
    wasted_mm: float = 0.0
    mass_g: float = 0.0
    weight_g: float | None = None
    primed_mm: float = 0.0
    estimated_g: float | None = None

    @property
    def variance_percent(self) -> float | None:
        """Against the estimate; None without one."""
        return figures.variance_percent(self.actual_mm, self.estimated_mm)


@dataclass(frozen=True, slots=True)
class PaperUse:
    """Sheets of one paper that a run used; `wasted` of them spoiled. `planned` with `spare` was
    what it meant to take."""

    name: str
    used: int
    wasted: int
    id: int | None = None
    planned: int | None = None
    spare: int = 0


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """What a run means to take: a pen for a layer, or a paper (`pen` is its sticker, `paper` its
    name, the other empty)."""

    id: int
    label: str
    color: str
    pen: str
    paper: str
    drawn_mm: float
    priming_mm: float
    overhead_mm: float
    mass_g: float | None
    sheets: int
    spare: int

    @property
    def total_mm(self) -> float:
        return self.drawn_mm + self.priming_mm + self.overhead_mm


def item_results(store: Store, run_id: int, sheet_rows: Sequence[Row]) -> list[ItemResult]:
    """The designs of a run in order with the fates of their copies; `sheet_rows` are its sheets."""
    results: list[ItemResult] = []
    for row in books.item_rows(store, run_id):
        mine = [sheet for sheet in sheet_rows if sheet.item_id == row.id]
        pieces = [(sheet, piece) for sheet in mine for piece in sheet.pieces]
        if pieces:
            names = list(dict.fromkeys(piece.name for _, piece in pieces))
            results += [
                _piece_result(row, part, name, [one for one in pieces if one[1].name == name])
                for part, name in enumerate(names, 1)
            ]
            continue
        results.append(
            ItemResult(
                row.id, row.name, row.copies, row.paper, row.attempted or 0, row.drawn or 0,
                row.good or 0, row.second or 0, row.spoiled or 0, row.cancelled or 0,
                row.proof or 0, sheets=row.copies,
            )
        )  # fmt: skip
    return results


def _piece_result(row: Row, part: int, name: str, mine: Sequence[tuple[Row, Row]]) -> ItemResult:
    def count(*states: str) -> int:
        return sum(1 for sheet, piece in mine if _piece_state(sheet, piece) in states)

    first = mine[0][0].id
    return ItemResult(
        row.id, name, len(mine) - count(sheets.CANCELLED), row.paper,
        len(mine) - count(sheets.PLANNED, sheets.CANCELLED), count(sheets.DRAWN),
        count(sheets.GOOD), count(sheets.SECOND), count(sheets.SPOILED), count(sheets.CANCELLED),
        count(sheets.PROOF), part, sum(1 for sheet, _ in mine if sheet.id == first), row.copies,
    )  # fmt: skip


def _piece_state(sheet: Row, piece: Row) -> str:
    """A piece is as its sheet, unless it is spoiled."""
    return piece.state if piece.state == sheets.SPOILED else sheet.state


def material_lines(store: Store, run_id: int) -> list[MaterialLine]:
    """What a run means to take, in order."""
    return [
        MaterialLine(
            row.id, row.label, row.color, row.pen or "", row.paper or "", row.drawn_mm,
            row.priming_mm, row.overhead_mm, row.mass_g, row.sheets, row.spare,
        )
        for row in books.material_rows(store, run_id)
    ]  # fmt: skip


def pen_uses(store: Store, run_id: int, lines: Sequence[MaterialLine]) -> list[PenUse]:
    """Pens of the ledger and of the plans; ink that no pen of the stock gave is a line of its
    own, so that the sum is what was drawn."""
    expected = books.estimated_pen_mm(store, run_id)
    known = books.pen_facts(store)
    used = {row.id: row for row in books.pen_use_rows(store, run_id)}
    weights: dict[str, float] = {}
    for line in lines:
        if line.mass_g is not None:
            weights[line.pen] = weights.get(line.pen, 0.0) + line.mass_g
    uses = []
    for pen_id in [*used, *(pen for pen in expected if pen not in used and pen is not None)]:
        pen, booked = known[pen_id], used.get(pen_id)
        uses.append(
            PenUse(
                id=pen_id,
                code=pen.code,
                name=pen.name,
                color=pen.color,
                estimated_mm=expected.get(pen_id),
                actual_mm=booked.used_mm if booked else 0.0,
                wasted_mm=booked.wasted_mm if booked else 0.0,
                mass_g=booked.mass_g if booked else 0.0,
                weight_g=pen.weight_g,
                primed_mm=booked.primed_mm if booked else 0.0,
                estimated_g=weights.get(pen.code),
            )
        )
    loose = books.unassigned_mm(store, run_id)
    if loose > 0 or None in expected:
        uses.append(PenUse(None, "", "not in stock", "", expected.get(None), loose))
    return uses


def paper_uses(store: Store, run_id: int, lines: Sequence[MaterialLine]) -> list[PaperUse]:
    """Papers of the ledger, and those that the run meant to take."""
    planned = {line.paper: line for line in lines if line.paper}
    used = {row.name: row for row in books.paper_use_rows(store, run_id)}
    uses = []
    for name in dict.fromkeys([*used, *planned]):
        row, line = used.get(name), planned.get(name)
        uses.append(
            PaperUse(
                name, row.used if row else 0, row.wasted if row else 0, row.id if row else None,
                line.sheets if line else None, line.spare if line else 0,
            )
        )  # fmt: skip
    return uses
