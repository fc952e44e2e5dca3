"""The ledger: what comes in, what goes out, why. Append-only; stock is its sum.

Amounts are signed: what leaves the shelf is negative. Pens are counted in mm of line (their whole
life arrives with `receive`), paper in sheets, weight beside it in grams.
"""

from __future__ import annotations

RECEIVE = "receive"
RESERVE = "reserve"  # a promise, not an outflow: it moves no stock
RELEASE = "release"
USE = "use"
PRIME = "prime"
WASTE = "waste"
ADJUST = "adjust"
CORRECT = "correct"
RETIRE = "retire"  # written off: what was left of a pen that is dry, empty or given away

KINDS = (RECEIVE, RESERVE, RELEASE, USE, PRIME, WASTE, ADJUST, CORRECT, RETIRE)
PROMISES = (RESERVE, RELEASE)


def layer_key(sheet_id: int, layer: int, part: int) -> str:
    """The unique key of the ink that one part of a layer of a sheet took: booked once, however
    often the event is replayed. A layer that was interrupted has several parts."""
    return f"ink:{sheet_id}:{layer}:{part}"


def prime_key(sheet_id: int, layer: int, time: int | str) -> str:
    """The unique key of the ink of one priming in the margin before a layer, or how the keys of
    all of them begin."""
    return f"prime:{sheet_id}:{layer}:{time}"


def paper_key(sheet_id: int) -> str:
    """The unique key of the paper that one sheet took."""
    return f"paper:{sheet_id}"


def promise_key(run_id: int, subject: str) -> str:
    """How the keys of what a run as a whole is promised begin, `subject` being pen or paper."""
    return f"promise:run:{run_id}:{subject}"


def sheet_promise_key(sheet_id: int) -> str:
    """How the keys of what a further attempt is promised begin."""
    return f"promise:sheet:{sheet_id}"


def sheet_release_key(sheet_id: int) -> str:
    """How the keys of what a sheet that ended early gives back begin."""
    return f"release:sheet:{sheet_id}"
