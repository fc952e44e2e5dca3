"""The queue's filter: words, `field:value`, `!` inverts."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from plotty_tui.domain import jobs
from plotty_tui.studio.jobs import queue_lists


def _pens(row: Any) -> str:
    # Codes, names and colours are in the plan's and the design's own text.
    return f"{row.plan or ''} {row.layers}" if isinstance(row.plan, str) else row.layers


FIELDS: dict[str, Callable[[Any], str]] = {
    "name": lambda row: row.name,
    "state": queue_lists.job_state,
    "client": lambda row: row.client or "",
    "paper": lambda row: row.paper,
    "tag": lambda row: row.tags,
    "category": lambda row: row.category,
    "priority": lambda row: jobs.PRIORITY_WORDS.get(row.priority, ""),
    "preset": lambda row: row.preset or "",
    "device": lambda row: " ".join(queue_lists.job_devices(row)),
    "pen": _pens,
    "file": lambda row: row.filename,
    "group": lambda row: f"{row.group} {row.batch or ''}",
    "held": lambda row: row.held,
    "refused": lambda row: row.refusal,
}


@dataclass(frozen=True, slots=True)
class Test:
    """One word of a filter: what must, or must not, be in a field; no field means any text."""

    field: str
    value: str
    inverted: bool

    def lets(self, row: Any) -> bool:
        """Whether the job passes."""
        return (self.value in text_of(row, self.field)) != self.inverted


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
    for word in split_words(text):
        inverted, rest = word.startswith("!"), word.removeprefix("!")
        field, colon, value = rest.partition(":")
        if colon and field.casefold() in FIELDS:
            tests.append(Test(field.casefold(), value.casefold(), inverted))
        elif rest:
            tests.append(Test("", rest.casefold(), inverted))
    return Filter(text.strip(), tuple(test for test in tests if test.value))


def split_words(text: str) -> list[str]:
    """The words, quoted ones as one; a quote that is not closed yet is taken as closed."""
    for end in ("", '"', "'"):
        try:
            return shlex.split(text + end)
        except ValueError:
            continue
    return text.split()


def text_of(row: Any, field: str) -> str:
    """The text of a job in which a value is looked for; in no field means in any."""
    if field:
        return FIELDS[field](row).casefold()
    words = f"{row.name} {row.client or ''} {row.paper} {row.tags} {queue_lists.job_state(row)}"
    return words.casefold()


class Searched:
    """Jobs whose texts are made once, so that each key of a filter costs little over thousands."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = rows
        self._texts: dict[str, list[str]] = {}

    def find(self, filter: Filter) -> Sequence[int]:
        """The places of the jobs that pass, in their order."""
        found: Sequence[int] = range(len(self.rows))
        for test in filter.tests:
            texts, value = self._texts_of(test.field), test.value
            if test.inverted:
                found = [i for i in found if value not in texts[i]]
            else:
                found = [i for i in found if value in texts[i]]
        return found

    def make_ready(self) -> None:
        """Make the texts that words are looked for in."""
        self._texts_of("")

    def _texts_of(self, field: str) -> list[str]:
        texts = self._texts.get(field)
        if texts is None:
            texts = self._texts[field] = [text_of(row, field) for row in self.rows]
        return texts
