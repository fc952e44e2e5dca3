"""Charts drawn in cells, as lines of a panel: a curve in braille dots, columns in eighths.

A None among the values is no data: a gap, never zero.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from .bar import Line, Span
from .text import pad, symbols

BRAILLE = 0x2800
# The bit of each dot of a cell: two across, four down.
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
LEAST_HEIGHT = 3

Values = Sequence[float | None]


def round_span(values: Values, least: float | None = None) -> tuple[float, float]:
    """Round numbers below and above all values, `least` at the lower end where it is given."""
    known = [one for one in values if one is not None]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    if least is not None:
        low = min(low, least)
    step = _step((high - low) or abs(high) or 1.0)
    bottom, top = math.floor(low / step) * step, math.ceil(high / step - 1e-9) * step
    return bottom, top if top > bottom else bottom + step


def _step(reach: float) -> float:
    power = 10.0 ** math.floor(math.log10(reach))
    return next(power * part for part in (0.2, 0.5, 1.0, 2.0) if reach / (power * part) <= 5)


def curve(
    values: Values, labels: Sequence[str], span: tuple[float, float], width: int, height: int,
    style: str, unit: str = "",
) -> list[Line]:  # fmt: skip
    """A line through the values, with the ends of its `span` on the left and labels below."""
    axis = _axis(span, unit)
    wide, high = max(4, width - len(axis[0]) - 1), max(LEAST_HEIGHT, height - 1)
    signs = symbols()
    fine = (2, 4) if signs.braille else (1, 1)
    dots = _dots(values, span, wide * fine[0], high * fine[1])
    rows: list[Line] = [((_row(dots, y, wide, fine), style),) for y in range(high)]
    if span[0] < 0 < span[1]:
        zero = round(span[1] / (span[1] - span[0]) * (high - 1))
        rows[zero] = _dotted(rows[zero][0])
    return _framed(rows, axis, labels, wide)


def _dotted(row: Span) -> Line:
    """A row with a faint line where it is empty: zero."""
    sign = "." if symbols().ascii else "┈"
    parts = (list(group) for _, group in groupby(row[0], key=str.isspace))
    return tuple(
        (sign * len(part), "hint") if part[0] == " " else ("".join(part), row[1]) for part in parts
    )


def _dots(values: Values, span: tuple[float, float], wide: int, high: int) -> set[tuple[int, int]]:
    """The dots of the line; a value without neighbours is a single dot."""
    dots: set[tuple[int, int]] = set()
    before: tuple[int, int] | None = None
    for number, value in enumerate(values):
        if value is None:
            before = None
            continue
        share = (value - span[0]) / (span[1] - span[0])
        x = round(_middle(number, len(values)) * (wide - 1))
        place = (x, round((1 - min(1.0, max(0.0, share))) * (high - 1)))
        dots.update(_between(before or place, place))
        before = place
    return dots


def _middle(number: int, count: int) -> float:
    """Where a value stands between the left and the right end, 0 to 1."""
    return (number + 0.5) / count


def _between(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[int, int]]:
    steps = max(abs(b[0] - a[0]), abs(b[1] - a[1]), 1)
    return [
        (round(a[0] + (b[0] - a[0]) * k / steps), round(a[1] + (b[1] - a[1]) * k / steps))
        for k in range(steps + 1)
    ]


def _row(dots: set[tuple[int, int]], y: int, wide: int, fine: tuple[int, int]) -> str:
    cells = []
    for x in range(wide):
        bits = 0
        for down in range(fine[1]):
            for across in range(fine[0]):
                if (x * fine[0] + across, y * fine[1] + down) in dots:
                    bits |= DOTS[down][across]
        sign = chr(BRAILLE + bits) if fine[0] == 2 else "*"
        cells.append(sign if bits else " ")
    return "".join(cells)


def columns(
    values: Values, labels: Sequence[str], width: int, height: int, style: str, unit: str = ""
) -> list[Line]:
    """A column a value, from zero up."""
    span = round_span(values, 0.0)
    axis = _axis(span, unit)
    wide, high = max(4, width - len(axis[0]) - 1), max(LEAST_HEIGHT, height - 1)
    ends = [round(number * wide / len(values)) for number in range(len(values) + 1)]
    heights = symbols().spark
    rows = []
    for y in range(high):
        text = ""
        for number, value in enumerate(values):
            room = ends[number + 1] - ends[number]
            full = max(0.0, value or 0.0) / span[1] * high * len(heights)
            if value and not round(full):
                full = 1.0  # a little is not nothing
            part = round(full) - (high - 1 - y) * len(heights)
            sign = " " if part <= 0 else heights[min(part, len(heights)) - 1]
            bar = max(1, room - 1) if room else 0
            text += (sign * bar).ljust(room)
        rows.append(((text, style),))
    return _framed(rows, axis, labels, wide)


def _axis(span: tuple[float, float], unit: str) -> tuple[str, str]:
    """The numbers at the upper and the lower end, both as wide."""
    top, bottom = (f"{value:g}{unit}" for value in (span[1], span[0]))
    wide = max(len(top), len(bottom))
    return top.rjust(wide), bottom.rjust(wide)


def _framed(
    rows: Sequence[Line], axis: tuple[str, str], labels: Sequence[str], wide: int
) -> list[Line]:
    """The rows with their axis on the left and the labels below."""
    bar = "|" if symbols().ascii else "│"
    lines: list[Line] = []
    for y, row in enumerate(rows):
        number = axis[0] if y == 0 else axis[1] if y == len(rows) - 1 else " " * len(axis[0])
        lines.append(((f"{number}{bar}", "hint"), *row))
    below = _labels_line(labels, wide)
    lines.append(((" " * (len(axis[0]) + 1), ""), below))
    return lines


def _labels_line(labels: Sequence[str], wide: int) -> Span:
    """As many labels as have room, each under its value."""
    if not labels:
        return "", "hint"
    longest = max(len(label) for label in labels)
    step = max(1, math.ceil(len(labels) * (longest + 1) / wide))
    line = [" "] * wide
    free = 0
    for number in range(0, len(labels), step):
        at = round(_middle(number, len(labels)) * (wide - 1)) - len(labels[number]) // 2
        at = max(free, min(at, wide - len(labels[number])))
        if at + len(labels[number]) > wide:
            break
        line[at : at + len(labels[number])] = labels[number]
        free = at + len(labels[number]) + 1
    return pad("".join(line), wide), "hint"
