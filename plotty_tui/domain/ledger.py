"""The ledger: what comes in, what goes out, why. Append-only; stock is its sum.

Amounts are signed: what leaves the shelf is negative. Pens are counted in mm of line (their whole
life arrives with `receive`), paper in sheets, weight beside it in grams.
"""

from __future__ import annotations

RECEIVE = "receive"
RESERVE = "reserve"  # a promise, not an outflow: kept in a column of its own sum
RELEASE = "release"
USE = "use"
PRIME = "prime"
WASTE = "waste"
ADJUST = "adjust"
CORRECT = "correct"
RETIRE = "retire"

KINDS = (RECEIVE, RESERVE, RELEASE, USE, PRIME, WASTE, ADJUST, CORRECT, RETIRE)
PROMISES = (RESERVE, RELEASE)


def layer_key(sheet_id: int, layer: int, part: int) -> str:
    """The unique key of the ink that one part of a layer of a sheet took: booked once, however
    often the event is replayed. A layer that was interrupted has several parts."""
    return f"ink:{sheet_id}:{layer}:{part}"


def prime_key(sheet_id: int, layer: int, part: int) -> str:
    """The unique key of the ink that was drawn in the margin before a part of a layer."""
    return f"prime:{sheet_id}:{layer}:{part}"


def paper_key(sheet_id: int) -> str:
    """The unique key of the paper that one sheet took."""
    return f"paper:{sheet_id}"
