"""A schedule: which jobs are wanted today, in which order, and what is special about each.

As a file it is JSON: a list of names, or `{"date": "2026-11-21", "entries": [{"job": "Acme: Card",
"copies": 20, "device": "left", "not_before": "09:30", "due": "16:00"}]}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from . import values
from .errors import PlottyError, Refused

KEYS = ("job", "copies", "device", "not_before", "due")
MOST_ENTRIES = 10_000
MOST_COPIES = 100_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One job of a schedule: `job` its name, id or pattern; what is not said is None or empty."""

    job: str
    copies: int | None = None
    device: str = ""
    not_before: datetime | None = None
    due: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """As a file has it: only what is said."""
        said = {
            "job": self.job,
            "copies": self.copies,
            "device": self.device,
            "not_before": values.iso(self.not_before) if self.not_before else None,
            "due": values.iso(self.due) if self.due else None,
        }
        return {key: value for key, value in said.items() if value}


def parse_schedule(data: Any, today: datetime) -> list[Entry]:
    """The entries of a schedule's JSON. Refused, with everything that is wrong with it, when a
    single one cannot be read; times without a day are of `date`, or of today."""
    rows = data
    if isinstance(data, Mapping):
        _check_keys(data, ("date", "entries", "jobs"), "the schedule")
        today = _day(data.get("date"), today)
        rows = data.get("entries", data.get("jobs"))
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise Refused('a schedule is a list of jobs, or {"entries": [{"job": NAME}, …]}')
    if not rows:
        raise Refused("the schedule names no job")
    if len(rows) > MOST_ENTRIES:
        raise Refused(f"{len(rows)} entries: a schedule has at most {MOST_ENTRIES}")
    found, wrong = [], []
    for place, row in enumerate(rows, 1):
        try:
            found.append(_entry(row, today))
        except PlottyError as error:
            wrong.append(f"entry {place}: {error}")
    if wrong:
        raise Refused("; ".join(wrong[:5]) + (f" (and {len(wrong) - 5} more)" * (len(wrong) > 5)))
    return found


def _entry(row: Any, today: datetime) -> Entry:
    if isinstance(row, (str, int)) and not isinstance(row, bool):
        row = {"job": row}
    if not isinstance(row, Mapping):
        raise Refused(f'{str(row)[:40]!r} is no job: write a name or {{"job": NAME}}')
    _check_keys(row, (*KEYS, "id", "name"), "it")
    job = next((row[key] for key in ("job", "id", "name") if row.get(key)), None)
    if not isinstance(job, (str, int)) or isinstance(job, bool) or not str(job).strip():
        raise Refused("it names no job")
    copies = row.get("copies")
    if copies is not None and not (
        isinstance(copies, int) and not isinstance(copies, bool) and 1 <= copies <= MOST_COPIES
    ):
        raise Refused(f"copies {copies!r}: give a whole number from 1 to {MOST_COPIES}")
    device = row.get("device") or ""
    if not isinstance(device, str):
        raise Refused(f"device {device!r}: give the name of a plotter")
    begins, due = (_moment(key, row.get(key), today) for key in ("not_before", "due"))
    if begins and due and begins >= due:
        raise Refused(f"{job} is due before it may begin")
    return Entry(str(job).strip(), copies, device.strip(), begins, due)


def _check_keys(row: Mapping[Any, Any], known: Sequence[str], what: str) -> None:
    for key in row:
        if key not in known:
            near = get_close_matches(str(key), known, n=1)
            hint = f"did you mean {near[0]}" if near else f"it knows {', '.join(known)}"
            raise Refused(f"{what} says {str(key)!r}: {hint}")


def _day(text: Any, today: datetime) -> datetime:
    if text is None:
        return today
    day = values.parse_day(text) if isinstance(text, str) else None
    if day is None:
        raise Refused(f"date {text!r}: write YYYY-MM-DD")
    return day


def _moment(key: str, text: Any, today: datetime) -> datetime | None:
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        raise Refused(f"{key} {text!r}: write 14:30 or 2026-11-21 14:30")
    try:
        return values.parse_moment(text, today)
    except PlottyError:
        raise Refused(f"{key} {text!r}: write 14:30 or 2026-11-21 14:30") from None


@dataclass(frozen=True, slots=True)
class Turn:
    """A job waiting for its turn: what it takes, and the moment before which it must not begin."""

    job: int
    seconds: float
    not_before: datetime | None = None


def in_turn(turns: Sequence[Turn], now: datetime, ends_at: datetime, plotters: int) -> list[int]:
    """The jobs in the order in which they can be begun: one whose time has not come lets those
    after it go first. Jobs that may begin only after the end of work come last."""
    left, order, spent = list(turns), [], 0.0
    while left:
        at = now.timestamp() + spent / max(1, plotters)
        free = next((one for one in left if _may(one, at)), None)
        if free is None:
            free = min(left, key=lambda one: one.not_before or now)
            begins = (free.not_before or now).timestamp()
            if begins < ends_at.timestamp():
                spent += (begins - at) * max(1, plotters)
        left.remove(free)
        order.append(free.job)
        spent += free.seconds
    return order


def _may(one: Turn, at: float) -> bool:
    return one.not_before is None or one.not_before.timestamp() <= at
