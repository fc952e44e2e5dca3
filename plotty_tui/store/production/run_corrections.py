"""Corrections of a closed run: a new row for each value that is changed, the old one kept, and
`correct` rows in the ledger, so that its sums are right at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from plotty_tui.domain import ledger, runs, sheets, values
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.runs import Verdict

from ..database import Row, Store
from ..events import note
from ..inventory.materials import book
from ..plots.claims import copies_of
from ..tables import Correction, Ledger, Paper, Pen, Piece, Run, Sheet, moment
from .runs import find_run, keep_totals, paper_use_rows, pen_use_rows, settle_jobs

SLACK_MM, SLACK_G = 0.5, 1e-4  # nearer than this is the same


@dataclass(slots=True)
class Corrections:
    """Results as they ought to be: pens in mm and grams and papers in sheets for the whole run,
    fates of sheets and pieces, and columns of the run (`seconds`, `started_at`, `quality`, `notes`,
    `client_rating`)."""

    pens: dict[int, float] = field(default_factory=dict)
    grams: dict[int, float] = field(default_factory=dict)
    papers: dict[int, int] = field(default_factory=dict)
    sheets: dict[int, Verdict] = field(default_factory=dict)
    pieces: dict[int, Verdict] = field(default_factory=dict)
    columns: dict[str, Any] = field(default_factory=dict)


def correct_run(
    store: Store, number: int, wanted: Corrections, reason: str, actor: str = ""
) -> list[Correction]:
    """Correct the results of a closed run; the new rows. What is the same already gives none.
    Refused for an open or cancelled run, without a reason, or when nothing would change."""
    with store.write():
        run = find_run(number)
        name = runs.run_name(number)
        if run.state not in runs.SETTLED:
            raise Refused(
                f"{name} is {run.state.replace('_', ' ')}: results are corrected when they are told"
            )
        if not reason.strip():
            raise Refused("a correction needs a reason: why was it told otherwise before?")
        book_of = _Book(store, run, reason.strip(), actor)
        for pen, mm in wanted.pens.items():
            book_of.pen(pen, mm)
        for pen, grams in wanted.grams.items():
            book_of.grams(pen, grams)
        for sheet_id, verdict in wanted.sheets.items():
            book_of.sheet(sheet_id, verdict)
        for piece_id, verdict in wanted.pieces.items():
            book_of.piece(piece_id, verdict)
        for paper, count in wanted.papers.items():
            book_of.paper(paper, count)
        book_of.columns(wanted.columns)
        if not book_of.rows:
            raise Refused(f"{name} says that already: nothing is corrected")
        Run.update(revision=Run.revision + 1).where(Run.id == run.id).execute()
        keep_totals(store, run.id)
        settle_jobs(store, run)
        what = ", ".join(row.field for row in book_of.rows)
        note(store, "run", f"{name} corrected: {what}", run=run)
        return book_of.rows


def correction_rows(store: Store, run_id: int) -> list[Row]:
    """Who corrected what of a run, when and why, the oldest first."""
    found = store.rows(
        "SELECT at, actor, field, old, new, reason FROM correction WHERE run_id = ? ORDER BY id",
        run_id,
    )
    for row in found:
        row["at"] = moment(row.at)
    return found


class _Book:
    """Writes one correction after the other."""

    def __init__(self, store: Store, run: Run, reason: str, actor: str) -> None:
        self._store, self._run, self._reason, self._actor = store, run, reason, actor
        self.rows: list[Correction] = []

    def _write(self, what: str, old: str, new: str) -> Correction:
        row = Correction.create(
            run=self._run, at=self._store.clock.now(), actor=self._actor, field=what,
            old=old, new=new, reason=self._reason,
        )  # fmt: skip
        self.rows.append(row)
        return row

    def _book(self, kind: str, row: Correction, part: str = "", **amounts: Any) -> None:
        book(
            self._store, kind, f"correct:{row.id}{part}", run=self._run.id, reason=self._reason,
            actor=self._actor, **amounts,
        )  # fmt: skip

    def _used(self, pen_id: int) -> tuple[float, float]:
        mine = [row for row in pen_use_rows(self._store, self._run.id) if row.id == pen_id]
        return (mine[0].used_mm, mine[0].mass_g) if mine else (0.0, 0.0)

    def pen(self, pen_id: int, mm: float) -> None:
        """A pen gave so many mm in all."""
        if mm < 0:
            raise Refused("metres used cannot be negative")
        old, code = self._used(pen_id)[0], Pen.get_by_id(pen_id).code
        if abs(mm - old) > SLACK_MM:
            row = self._write(f"pen {code}", values.metres(old), values.metres(mm))
            self._book(ledger.CORRECT, row, pen=pen_id, mm=old - mm)

    def grams(self, pen_id: int, grams: float) -> None:
        """A pen gave so many grams in all."""
        if grams < 0:
            raise Refused("grams used cannot be negative")
        old, code = self._used(pen_id)[1], Pen.get_by_id(pen_id).code
        if abs(grams - old) > SLACK_G:
            row = self._write(f"weight {code}", f"{old:g} g", f"{grams:g} g")
            self._book(ledger.CORRECT, row, pen=pen_id, mass_g=old - grams)

    def paper(self, paper_id: int, count: int) -> None:
        """So many sheets of a paper were used in all."""
        if count < 0:
            raise Refused("sheets used cannot be negative")
        rows = [row for row in paper_use_rows(self._store, self._run.id) if row.id == paper_id]
        old = rows[0].used if rows else 0
        if count != old:
            row = self._write(f"paper {Paper.get_by_id(paper_id).name}", str(old), str(count))
            self._book(ledger.CORRECT, row, paper=paper_id, sheets=old - count)

    def sheet(self, sheet_id: int, verdict: Verdict) -> None:
        """A sheet has another fate: what it used moves between use and waste."""
        sheet = Sheet.get_or_none(Sheet.id == sheet_id, Sheet.run == self._run)
        if sheet is None or sheet.state not in sheets.VERDICTS:
            raise Refused(f"sheet {sheet_id} has no fate in {runs.run_name(self._run.number)}")
        _check(verdict, sheets.VERDICTS)
        was = (sheet.state, sheet.reason if sheet.state == sheets.SPOILED else "")
        if (verdict.fate, verdict.reason) == was:
            return
        row = self._write(
            f"{sheet.item.name} copy {sheet.copy}/{copies_of(sheet)}",
            _fate(*was), _fate(verdict.fate, verdict.reason),
        )  # fmt: skip
        Sheet.update(state=verdict.fate, reason=verdict.reason, notes=verdict.notes).where(
            Sheet.id == sheet.id
        ).execute()
        if (sheet.state == sheets.SPOILED) != (verdict.fate == sheets.SPOILED):
            self._turn(row, sheet, to_waste=verdict.fate == sheets.SPOILED)
            for piece in sheet.pieces:
                fate = sheets.SPOILED if verdict.fate == sheets.SPOILED else sheets.GOOD
                Piece.update(state=fate, reason=verdict.reason).where(
                    Piece.id == piece.id
                ).execute()

    def _turn(self, row: Correction, sheet: Sheet, to_waste: bool) -> None:
        """What a sheet used is waste from now on, or use again; the stock stays."""
        kinds = [ledger.WASTE] if not to_waste else [ledger.USE, ledger.CORRECT]
        amounts: dict[tuple[int | None, int | None], list[float]] = {}
        for one in Ledger.select().where(Ledger.sheet == sheet.id, Ledger.kind.in_(kinds)):
            sums = amounts.setdefault((one.pen_id, one.paper_id), [0.0, 0, 0.0])
            for place, amount in enumerate((one.mm, one.sheets, one.mass_g)):
                sums[place] += amount
        for place, ((pen, paper), (mm, count, mass)) in enumerate(amounts.items()):
            # Back from waste, the waste itself is taken back: its sum is what is spoiled.
            away, to = (
                (ledger.CORRECT, ledger.WASTE) if to_waste else (ledger.WASTE, ledger.CORRECT)
            )
            for kind, sign in ((away, -1), (to, 1)):
                self._book(
                    kind, row, f":{place}:{kind}", pen=pen, paper=paper, sheet=sheet.id,
                    mm=sign * mm, sheets=sign * count, mass_g=sign * mass,
                )  # fmt: skip

    def piece(self, piece_id: int, verdict: Verdict) -> None:
        """One position of a sheet has another fate."""
        piece = Piece.get_or_none(Piece.id == piece_id)
        if piece is None or piece.sheet.run_id != self._run.id:
            raise Refused(f"piece {piece_id} is not in {runs.run_name(self._run.number)}")
        _check(verdict, sheets.PIECE_VERDICTS)
        if (verdict.fate, verdict.reason) == (piece.state, piece.reason):
            return
        self._write(
            f"{piece.name} on sheet {piece.sheet.copy}, position {piece.position}",
            _fate(piece.state, piece.reason), _fate(verdict.fate, verdict.reason),
        )  # fmt: skip
        Piece.update(state=verdict.fate, reason=verdict.reason, notes=verdict.notes).where(
            Piece.id == piece_id
        ).execute()

    def columns(self, wanted: dict[str, Any]) -> None:
        """Columns of the run itself."""
        if wanted.get("seconds") is not None and wanted["seconds"] < 0:
            raise Refused("a duration cannot be negative")
        began = wanted.get("started_at")
        if began is not None and self._run.ended_at is not None and began > self._run.ended_at:
            raise Refused(
                f"{runs.run_name(self._run.number)} ended {values.iso(self._run.ended_at)} and "
                f"cannot have begun {values.iso(began)}"
            )
        changed = {}
        for column, new in wanted.items():
            old = getattr(self._run, column)
            if _said(column, old) != _said(column, new):
                self._write(_WORDS[column], _said(column, old), _said(column, new))
                changed[column] = new
        if changed:
            Run.update(**changed).where(Run.id == self._run.id).execute()


_WORDS = {
    "seconds": "duration", "started_at": "started", "quality": "quality", "notes": "notes",
    "client_rating": "client rating",
}  # fmt: skip


def _said(column: str, value: Any) -> str:
    if value is None:
        return "–"
    if column == "seconds":
        return values.clock(value)
    if column == "started_at":
        return values.iso(value) or "–"
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _fate(state: str, reason: str) -> str:
    return f"{state} ({reason})" if reason else state


def _check(verdict: Verdict, fates: tuple[str, ...]) -> None:
    if verdict.fate not in fates:
        raise Refused(f"no verdict {verdict.fate!r}: {', '.join(fates)}")
    if verdict.fate == sheets.SPOILED:
        sheets.check_reason(verdict.reason, verdict.notes)
