"""Production runs: states, moves, numbers, and how results must add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
    said = {COMPLETED: "completed", FAILED: "failed", IN_PROGRESS: "started"}.get(new, new)
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
    failed        item id -> how many of its copies failed; chooses sheets from the last one back
    pens          pen id -> mm really used for the whole run (typed), beside what was booked
    weights       pen id -> (before_g, after_g): usage is weighed
    sheets_used   papers really used, or None for as booked
    """

    verdicts: dict[int, Verdict] = field(default_factory=dict)
    failed: dict[int, int] = field(default_factory=dict)
    quality: int | None = None
    notes: str = ""
    seconds: float | None = None
    pens: dict[int, float] = field(default_factory=dict)
    weights: dict[int, tuple[float, float]] = field(default_factory=dict)
    sheets_used: int | None = None


@dataclass(frozen=True, slots=True)
class DrawnSheet:
    """A sheet as the settlement sees it."""

    id: int
    item: int
    copy: int
    state: str


def check_results(results: Results, drawn: Sequence[DrawnSheet], items: Mapping[int, str]) -> None:
    """Refuse results that do not add up; the sentence has the numbers."""
    if results.quality is not None and results.quality not in QUALITY_WORDS:
        raise Refused(f"quality {results.quality}: give 1 to 5 stars")
    if results.seconds is not None and results.seconds < 0:
        raise Refused("a duration cannot be negative")
    _check_verdicts(results.verdicts, drawn)
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
    for mm in results.pens.values():
        if mm < 0:
            raise Refused("metres used cannot be negative")
    for before, after in results.weights.values():
        if after < 0 or after > before:
            raise Refused(
                f"after {after:g} g is heavier than before {before:g} g: swap them, or weigh again"
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
