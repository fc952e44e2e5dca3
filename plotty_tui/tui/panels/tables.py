"""Small tables inside a page of words: titles, rows of cells, each column as wide as it needs."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from ..bar import Line, Span
from ..text import pad, plain

Cell = str | Span

GAP = 2
LEAST_NAME = 10


def table_lines(
    titles: Sequence[str], rows: Sequence[Sequence[Cell]], width: int, right: Sequence[int] = ()
) -> list[Line]:
    """A title line and a line a row. The first column takes what room is left and is cut when
    there is too little; columns that do not fit at all are left out from the last one on."""
    texts = [[_span(cell) for cell in row] for row in rows]
    wide = [
        max([cell_len(title), *(cell_len(row[i][0]) for row in texts)])
        for i, title in enumerate(titles)
    ]
    count = len(titles)
    first = min(wide[0], LEAST_NAME)
    while count > 1 and first + sum(wide[1:count]) + GAP * (count - 1) > width:
        count -= 1
    room = width - sum(wide[1:count]) - GAP * (count - 1)
    wide[0] = max(1, min(wide[0], room))
    heads = [(title, "hint") for title in titles]
    return [_line(row[:count], wide, right) for row in (heads, *texts)]


def _line(cells: Sequence[Span], wide: Sequence[int], right: Sequence[int]) -> Line:
    spans: list[Span] = []
    for i, (text, style) in enumerate(cells):
        if i:
            spans.append((" " * GAP, ""))
        spans.append((pad(text, wide[i], "right" if i in right else "left"), style))
    return tuple(spans)


def _span(cell: Cell) -> Span:
    return (plain(cell), "") if isinstance(cell, str) else (plain(cell[0]), cell[1])
