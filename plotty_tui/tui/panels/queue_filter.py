"""The queue's filter: words, `field:value`, `!` inverts."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from plotty_tui.domain import jobs
from plotty_tui.studio import watching


def _pens(row: Any) -> str:
    # Codes, names and colours are in the plan's and the design's own text.
    return f"{row.plan or ''} {row.layers}" if isinstance(row.plan, str) else row.layers


FIELDS: dict[str, Callable[[Any], str]] = {
    "name": lambda row: row.name,
    "state": watching.job_state,
    "client": lambda row: row.client or "",
    "paper": lambda row: row.paper,
    "tag": lambda row: row.tags,
    "category": lambda row: row.category,
    "priority": lambda row: jobs.PRIORITY_WORDS.get(row.priority, ""),
    "preset": lambda row: row.preset or "",
    "device": lambda row: " ".join(watching.job_devices(row)),
    "pen": _pens,
    "file": lambda row: row.filename,
}


@dataclass(frozen=True, slots=True)
class Test:
    """One word of a filter: what must, or must not, be in a field; no field means any text."""

    field: str
    value: str
    inverted: bool

    def lets(self, row: Any) -> bool:
        """Whether the job passes."""
        if self.field:
            found = self.value in FIELDS[self.field](row).casefold()
        else:
            found = self.value in _words(row)
        return found != self.inverted


@dataclass(frozen=True, slots=True)
class Filter:
    """All tests must pass; without any, every job does."""

    text: str
    tests: tuple[Test, ...]

    def lets(self, row: Any) -> bool:
        """Whether the job passes every test."""
        return all(test.lets(row) for test in self.tests)


def parse_filter(text: str) -> Filter:
    """A filter from what a person has typed so far: never refused, since it is half typed."""
    tests = []
    for word in _split(text):
        inverted, rest = word.startswith("!"), word.removeprefix("!")
        field, colon, value = rest.partition(":")
        if colon and field.casefold() in FIELDS:
            tests.append(Test(field.casefold(), value.casefold(), inverted))
        elif rest:
            tests.append(Test("", rest.casefold(), inverted))
    return Filter(text.strip(), tuple(test for test in tests if test.value))


def _split(text: str) -> list[str]:
    """The words, quoted ones as one; a quote that is not closed yet is taken as closed."""
    for end in ("", '"', "'"):
        try:
            return shlex.split(text + end)
        except ValueError:
            continue
    return text.split()


def _words(row: Any) -> str:
    """What a word without a field is looked for in."""
    words = row.__dict__.get("words")
    if words is None:
        words = f"{row.name} {row.client or ''} {row.paper} {row.tags}".casefold()
        row["words"] = words
    return f"{words} {watching.job_state(row)}"
