"""Production runs: states, moves, numbers, and how results must add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from . import sheets
from .errors import NotFound, Refused

PENDING, IN_PROGRESS, COMPLETED = "pending", "in_progress", "completed"
FAILED, CANCELLED = "failed", "cancelled"

MOVES: dict[str, frozenset[str]] = {
    PENDING: frozenset({IN_PROGRESS, CANCELLED}),
    IN_PROGRESS: frozenset({COMPLETED, FAILED}),
    COMPLETED: frozenset(),
    FAILED: frozenset(),
    CANCELLED: frozenset(),
}
STATES = tuple(MOVES)
OPEN = (PENDING, IN_PROGRESS)
SETTLED = (COMPLETED, FAILED)

QUALITY_WORDS = {
    1: "Failed/unusable",
    2: "Major defects",
    3: "Minor defects",
    4: "Good quality",
    5: "Perfect",
}


def check_move(number: int, old: str, new: str) -> None:
    """Refuse a move that no run has."""
    if new in MOVES[old]:
        return
    if old in (COMPLETED, FAILED) and new in (COMPLETED, FAILED):
        raise Refused(f"{run_name(number)} is {old} already: its results are told once")
    said = {FAILED: "marked as failed", IN_PROGRESS: "started"}.get(new, new)
    allowed = ", ".join(sorted(MOVES[old])) or "nothing"
    raise Refused(
        f"{run_name(number)} is {old.replace('_', ' ')} and cannot be {said}: "
        f"{allowed.replace('_', ' ')} can follow"
    )


def run_name(number: int) -> str:
    """`RUN-042`."""
    return f"RUN-{number:03}"


def parse_run(text: str) -> int:
    """42 of `RUN-042`, `run 42`, `#42` or `42`."""
    digits = text.strip().casefold().removeprefix("run").lstrip("-# ")
    if not digits.isdecimal() or len(digits) > 9:
        raise NotFound(f"no run {text!r}: write RUN-042 or 42")
    return int(digits)


def stars(quality: float | None) -> str:
    """`★★★★☆`, or a dash."""
    if quality is None:
        return "–"
    full = round(quality)
    return "★" * full + "☆" * (5 - full)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person says of one sheet."""

    fate: str
    reason: str = ""
    notes: str = ""


@dataclass(slots=True)
class Results:
    """A completion form as a person sends it.

    verdicts      sheet id -> Verdict, for sheets that are not simply good
    pieces        piece id -> Verdict, for positions of a sheet that are not as their sheet
    failed        item id -> how many of its copies failed; chooses sheets from the last one back
    pens          pen id -> mm really used for the whole run (typed), beside what was booked
    grams         pen id -> grams really used for the whole run (typed)
    weights       pen id -> (before_g, after_g): usage is weighed
    dry           pens that wrote nothing more at the end
    sheets_used   papers really used, or None for as booked
    started_at    when it really began, or None for as recorded
    """

    verdicts: dict[int, Verdict] = field(default_factory=dict)
    pieces: dict[int, Verdict] = field(default_factory=dict)
    failed: dict[int, int] = field(default_factory=dict)
    quality: int | None = None
    notes: str = ""
    seconds: float | None = None
    pens: dict[int, float] = field(default_factory=dict)
    grams: dict[int, float] = field(default_factory=dict)
    weights: dict[int, tuple[float, float]] = field(default_factory=dict)
    dry: set[int] = field(default_factory=set)
    sheets_used: int | None = None
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DrawnSheet:
    """A sheet as the settlement sees it."""

    id: int
    item: int
    copy: int
    state: str
    pieces: tuple[int, ...] = ()


def check_results(results: Results, drawn: Sequence[DrawnSheet], items: Mapping[int, str]) -> None:
    """Refuse results that do not add up; the sentence has the numbers."""
    if results.quality is not None and results.quality not in QUALITY_WORDS:
        raise Refused(f"quality {results.quality}: give 1 to 5 stars")
    if results.seconds is not None and results.seconds < 0:
        raise Refused("a duration cannot be negative")
    _check_verdicts(results.verdicts, drawn)
    _check_pieces(results.pieces, drawn)
    _check_counts(results.failed, drawn, items)
    _check_materials(results)


def _check_verdicts(verdicts: Mapping[int, Verdict], drawn: Sequence[DrawnSheet]) -> None:
    known = {sheet.id for sheet in drawn}
    for sheet_id, verdict in verdicts.items():
        if sheet_id not in known:
            raise Refused(f"sheet {sheet_id} is not a drawn sheet of this run")
        if verdict.fate not in sheets.VERDICTS:
            raise Refused(f"no verdict {verdict.fate!r}: {', '.join(sheets.VERDICTS)}")
        if verdict.fate == sheets.SPOILED:
            sheets.check_reason(verdict.reason, verdict.notes)


def _check_pieces(pieces: Mapping[int, Verdict], drawn: Sequence[DrawnSheet]) -> None:
    known = {piece for sheet in drawn for piece in sheet.pieces}
    for piece_id, verdict in pieces.items():
        if piece_id not in known:
            raise Refused(f"piece {piece_id} is not on a drawn sheet of this run")
        if verdict.fate not in sheets.PIECE_VERDICTS:
            raise Refused(f"no verdict {verdict.fate!r} of a piece: good, spoiled")
        if verdict.fate == sheets.SPOILED:
            sheets.check_reason(verdict.reason, verdict.notes)


def _check_counts(
    failed: Mapping[int, int], drawn: Sequence[DrawnSheet], items: Mapping[int, str]
) -> None:
    for item, number in failed.items():
        if item not in items:
            raise Refused(f"item {item} is not in this run")
        attempted = sum(1 for sheet in drawn if sheet.item == item)
        if not 0 <= number <= attempted:
            raise Refused(
                f"{items[item]}: {number} failed of {attempted} drawn does not add up: "
                f"give 0 to {attempted}"
            )


def _check_materials(results: Results) -> None:
    if results.sheets_used is not None and results.sheets_used < 0:
        raise Refused("sheets used cannot be negative")
    if any(mm < 0 for mm in results.pens.values()):
        raise Refused("metres used cannot be negative")
    if any(grams < 0 for grams in results.grams.values()):
        raise Refused("grams used cannot be negative")
    for before, after in results.weights.values():
        if after < 0 or after > before:
            raise Refused(
                f"after {after:g} g is heavier than before {before:g} g: swap them, or weigh again"
            )


def piece_verdicts(
    results: Results, drawn: Sequence[DrawnSheet], fates: Mapping[int, Verdict]
) -> dict[int, Verdict]:
    """One verdict a piece of the drawn sheets: as told, else spoiled with its sheet, else good."""
    found: dict[int, Verdict] = {}
    for sheet in drawn:
        whole = fates[sheet.id]
        rest = whole if whole.fate == sheets.SPOILED else Verdict(sheets.GOOD)
        found |= {piece: results.pieces.get(piece, rest) for piece in sheet.pieces}
    return found


def check_copies(name: str, wanted: int, begun: int, state: str) -> None:
    """Refuse a quantity that a run cannot have: below what is drawn, or in a closed run."""
    if state not in OPEN:
        raise Refused(f"a run that is {state} keeps its quantities: results can be corrected")
    if wanted < 1:
        raise Refused(f"{name}: {wanted} copies: give 1 or more")
    if wanted < begun:
        raise Refused(
            f"{name}: {wanted} copies cannot be, {begun} are drawn or on a plotter: "
            f"give {begun} or more"
        )


def verdicts_of(results: Results, drawn: Sequence[DrawnSheet]) -> dict[int, Verdict]:
    """One verdict a sheet: as told, then failed counts from the last copy back, else good."""
    verdicts = dict(results.verdicts)
    for item, failed in results.failed.items():
        mine = [sheet for sheet in drawn if sheet.item == item]
        already = sum(1 for s in mine if s.id in verdicts and verdicts[s.id].fate == sheets.SPOILED)
        free = [sheet.id for sheet in reversed(mine) if sheet.id not in verdicts]
        for sheet_id in free[: max(0, failed - already)]:
            verdicts[sheet_id] = Verdict(sheets.SPOILED, "other", "counted as failed")
    return {sheet.id: verdicts.get(sheet.id, Verdict(sheets.GOOD)) for sheet in drawn}
