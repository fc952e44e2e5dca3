"""Runs of shapes that are alike but for their one list of numbers, as programs write them.

    <path d="M1 2L3 4"/>
    <path d="M5 6L7 8"/>

Where the same bytes stand between each list and the next, and nothing in the lists can mean
anything to XML, the elements after the first are what the first is. So expat is shown the first of
a run, and if it finds a shape exactly there, the others are taken without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .polylines import BETWEEN, LETTERS

# A run of fewer shapes is not worth the look.
_FEWEST = 4
_ALLOWED = (LETTERS + "0123456789+-.eE, \t\n" + BETWEEN).encode()
_BAR = BETWEEN.encode()
_INSIDE = rb"[^<>&\"']"
_RUN = re.compile(
    # up to the list, the list, and what stands between it and the next
    rb"(?P<head><(?:path|polyline|polygon)(?= )(?:%(in)s*+\"%(in)s*+\")*? (?:d|points)=\")"
    rb"(?P<list>[^\"]*+)"
    rb"(?P<between>\"(?:%(in)s*+\"%(in)s*+\")*+%(in)s*?/>[ \t\r\n]*+(?P=head))"
    rb"(?:[^\"]*+(?P=between))*+" % {b"in": _INSIDE}
)


@dataclass(frozen=True, slots=True)
class Several:
    """The lists of so many shapes, with BETWEEN between two of them."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Run:
    """`begin` is the byte at which its first shape begins, `first` that shape's list; `first_end`
    and `end` are the bytes after the first shape and after the last. `several` are the lists of
    the others, whose shapes begin at the byte `others` and come `apart` bytes and the length of
    their list after each other."""

    begin: int
    first: str
    first_end: int
    end: int
    several: Several
    others: int
    apart: int

    def begin_of(self, shape: int) -> int:
        """The byte at which one of the others begins."""
        before = self.several.text.split(BETWEEN, shape)[:shape]
        return self.others + sum(map(len, before)) + shape * self.apart


def find_runs(data: bytes) -> Iterator[Run]:
    """The runs of a file in their order. What they look like to XML is yet to be seen."""
    for found in _RUN.finditer(data):
        between = found["between"]
        if found.end("between") == found.end():
            continue
        # What is found ends with the head of one more shape, whose list is not in it.
        head = len(found["head"])
        lists = data[found.end("between") : found.end() - len(between)]
        joined = lists.replace(between, _BAR)
        count = joined.count(_BAR) + 1
        if count < _FEWEST or _BAR in lists or joined.translate(None, _ALLOWED):
            continue
        yield Run(
            found.start(),
            found["list"].decode("latin-1"),
            found.end("list") + len(between[:-head].rstrip()),
            found.end() - head,
            Several(joined.decode(), count),
            found.end("between") - head,
            len(between),
        )
