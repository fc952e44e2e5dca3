"""Jobs: a design in the queue, wanted in some copies on some paper."""

from __future__ import annotations

from .errors import Refused

NEW, PLANNED, ACTIVE, DONE = "new", "planned", "active", "done"
STATES = (NEW, PLANNED, ACTIVE, DONE)

# new      added, nothing planned yet
# planned  has a plan that fits it
# active   sheets of it are in an open run
# done     every copy has been drawn
# Whether a job is held, archived or refused by the planner is told beside its state.

HIGH, NORMAL, LOW = 1, 2, 3
PRIORITIES = {"high": HIGH, "normal": NORMAL, "low": LOW}
PRIORITY_WORDS = {number: word for word, number in PRIORITIES.items()}


def parse_priority(text: str) -> int:
    """1 to 3 from `high`, `normal`, `low` or a number (1 is the highest)."""
    word = text.strip().casefold()
    for name, number in PRIORITIES.items():
        if word in (name, str(number)):
            return number
    raise Refused(f"no priority {text!r}: high, normal, low, or 1 to 3")


def parse_tags(text: str) -> list[str]:
    """Comma list without blanks and doubles, in the order given."""
    return list(dict.fromkeys(tag for tag in (part.strip() for part in text.split(",")) if tag))


def client_of(name: str) -> str | None:
    """The client in `Client: Design`, or None."""
    head, colon, tail = name.partition(":")
    return head.strip() if colon and head.strip() and tail.strip() else None


def numbered(name: str, count: int) -> list[str]:
    """`Logo` for one, `Logo 01`, `Logo 02`, … for several."""
    if count == 1:
        return [name]
    digits = max(2, len(str(count)))
    return [f"{name} {number:0{digits}}" for number in range(1, count + 1)]


def on_sheet_words(name: str) -> str:
    """Why a job is held whose copies lie on an imposed sheet of this name."""
    return f"drawn on {name}"
