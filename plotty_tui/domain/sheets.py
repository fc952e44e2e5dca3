"""Sheets: one paper, one clamping. States, moves, and the reasons why one is spoiled."""

from __future__ import annotations

from .errors import Refused

PLANNED, LOADED, DRAWING, WAITING = "planned", "loaded", "drawing", "waiting"
INTERRUPTED, DRAWN, CANCELLED = "interrupted", "drawn", "cancelled"
GOOD, SECOND, SPOILED, PROOF = "good", "second", "spoiled", "proof"

# planned ⇄ loaded ──> drawing ⇄ waiting ──> drawn ──> good | second | spoiled | proof
#    └─ cancelled ─┘      └─ interrupted ─┴──> spoiled
# Pen by pen a begun sheet waits beside its plotter for its next pen: waiting, and on no plotter.
# A sheet is loaded until the pen touches it: up to then it can go back or be cancelled.
MOVES: dict[str, frozenset[str]] = {
    PLANNED: frozenset({LOADED, CANCELLED}),
    LOADED: frozenset({DRAWING, PLANNED, CANCELLED}),
    DRAWING: frozenset({WAITING, DRAWN, INTERRUPTED, SPOILED}),
    WAITING: frozenset({DRAWING, INTERRUPTED, SPOILED}),
    INTERRUPTED: frozenset({DRAWING, WAITING, DRAWN, SPOILED}),
    DRAWN: frozenset({GOOD, SECOND, SPOILED, PROOF}),
    GOOD: frozenset(),
    SECOND: frozenset(),
    SPOILED: frozenset(),
    PROOF: frozenset(),
    CANCELLED: frozenset(),
}
VERDICTS = (GOOD, SECOND, SPOILED, PROOF)
PIECE_VERDICTS = (GOOD, SPOILED)  # of one position of a sheet that holds several pieces
FINE = (DRAWN, GOOD, SECOND)  # drawn to the end and not refused so far
ON_DEVICE = (LOADED, DRAWING, WAITING, INTERRUPTED)
OPEN = (PLANNED, *ON_DEVICE)

# Why a sheet is spoiled -> whose cause it is.
REASONS: dict[str, str] = {
    "pen_dry": "pen",
    "ink_skip": "pen",
    "ink_blot": "pen",
    "bleed": "paper",
    "smear": "operator",
    "pen_wrong": "operator",
    "pen_height": "device",
    "paper_slip": "paper",
    "paper_tear": "paper",
    "paper_defect": "paper",
    "registration": "device",
    "lost_steps": "device",
    "wrong_file": "file",
    "wrong_origin": "operator",
    "connection_lost": "computer",
    "power_loss": "computer",
    "operator_stop": "operator",
    "software": "computer",
    "other": "other",
}


def check_move(old: str, new: str) -> None:
    """Refuse a move that the picture above does not have."""
    if new not in MOVES[old]:
        allowed = ", ".join(sorted(MOVES[old])) or "nothing"
        raise Refused(f"a sheet that is {old} cannot become {new}: {allowed} can follow")


def check_reason(reason: str, notes: str = "") -> str:
    """The reason if it is one of ours (`other` needs a text)."""
    if reason not in REASONS:
        raise Refused(f"no reason {reason!r}: {', '.join(REASONS)}")
    if reason == "other" and not notes.strip():
        raise Refused("the reason 'other' needs a text that says what happened")
    return reason
