"""What is typed as the run list's filter: words and `field:value`, dates as people say them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from plotty_tui.domain import runs
from plotty_tui.domain.errors import WrongUsage
from plotty_tui.domain.values import parse_day

from ..bar import Line, Span
from ..lines import line_cells
from ..text import state_look
from .queue_filter import split_words

AWAITING = "awaiting"
FIELDS = ("status", "device", "client", "since", "until", "text")
# The chips above the list, in the order in which `[` and `]` go through them.
CHIPS = ("", runs.PENDING, runs.IN_PROGRESS, AWAITING, runs.COMPLETED, runs.FAILED, runs.CANCELLED)
SHORT = {"": "all", runs.IN_PROGRESS: "drawing", AWAITING: "awaiting"}


@dataclass(frozen=True, slots=True)
class RunFilter:
    """A filter as it was typed, what it asks of the studio, and what of it was not understood.
    `chip` is the status it asks for, if that is the only one."""

    text: str
    wanted: Mapping[str, Any]
    chip: str = ""
    wrong: str = ""


def parse_run_filter(text: str, today: datetime | None = None) -> RunFilter:
    """A filter from what has been typed so far. What is only half typed (`since:2026-1`) filters
    nothing yet; a status of no run is said to be wrong."""
    words: list[str] = []
    wanted: dict[str, Any] = {}
    states: list[str] = []
    wrong = ""
    for word in split_words(text):
        name, colon, value = word.partition(":")
        name = {"state": "status", "on": "device", "from": "since", "to": "until"}.get(
            name.casefold(), name.casefold()
        )
        if not colon or name not in FIELDS:
            words.append(word)
        elif not value:
            continue
        elif name == "status":
            found = _states(value)
            states += found
            wrong = wrong or ("" if found else f"no status {value!r}: {', '.join(_STATES)}")
        elif name in ("since", "until"):
            wanted |= day_of(name, value, today or datetime.now().astimezone())
        elif name == "text":
            words.append(value)
        else:
            wanted[name] = value
    if states:
        wanted["states"] = states
    if words:
        wanted["text"] = " ".join(words)
    chip = states[0] if len(states) == 1 else ""
    return RunFilter(text.strip(), wanted, chip, wrong)


_STATES = (*runs.STATES, AWAITING)


def _states(value: str) -> list[str]:
    """The statuses that begin with one of these words, divided by commas."""
    starts = [one.casefold().replace(" ", "_") for one in value.split(",") if one]
    return [state for state in _STATES if any(state.startswith(one) for one in starts)]


def day_of(name: str, value: str, now: datetime) -> dict[str, datetime]:
    """`since` and `until` (the day itself included) of a day, a month, today, yesterday or `7d`."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    digits = value[:-1]
    if value in ("today", "yesterday"):
        first = midnight - timedelta(days=value == "yesterday")
        after = first + timedelta(days=1)
    elif value[-1:] in ("d", "w") and digits.isdecimal():
        days = min(int(digits), 100_000) * (7 if value[-1] == "w" else 1)
        first = midnight - timedelta(days=days)
        after = first + timedelta(days=1)
    else:
        try:
            month = len(value) == len("2026-11")
            day = parse_day(f"{value}-01" if month else value)
        except WrongUsage:
            return {}
        assert day is not None
        first = day
        after = (day + timedelta(days=32)).replace(day=1) if month else day + timedelta(days=1)
    return {name: first if name == "since" else after}


def with_chip(text: str, chip: str) -> str:
    """The filter with this status in place of any that it has."""
    kept = [
        word for word in split_words(text) if not word.casefold().startswith(("status:", "state:"))
    ]
    return " ".join([*([f"status:{chip}"] if chip else []), *(_quoted(word) for word in kept)])


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word else word


def chip_line(filter_: RunFilter, counts: Mapping[str, int], width: int) -> Line:
    """The statuses with their numbers, the chosen one marked; those without any run are left out
    when there is too little room."""
    chips: list[tuple[bool, Span]] = []
    for chip in CHIPS:
        number, chosen = counts.get(chip or "all", 0), chip == filter_.chip
        word = SHORT.get(chip) or state_look(chip).word
        style = "accent bold reverse" if chosen else "" if number else "hint"
        chips.append((bool(number) or chosen, (f" {word} {number:,} ", style)))
    hint: Line = (("  [ ]", "accent bold"), (" status", "hint"))
    if _cells(chips) + line_cells(hint) > width:
        chips = [chip for chip in chips if chip[0]]
    line = tuple(span for _, span in chips)
    return (*line, *hint) if _cells(chips) + line_cells(hint) <= width else line


def _cells(chips: Sequence[tuple[bool, Span]]) -> int:
    return line_cells(span for _, span in chips)
