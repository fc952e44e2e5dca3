"""A report before it has a form: parts that every format can show.

Cells hold plain values (numbers in the units of their column's kind), so that JSON and CSV get
numbers and people get `4 h 10` and `312.4 m`. None is "no data", never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from plotty_tui.domain import values

# What a value is, and so how it is written.
TEXT, COUNT, NUMBER, PERCENT, CHANGE, SECONDS, METRES, MONEY, DAY, MOMENT, RATING = (
    "text", "count", "number", "percent", "change", "seconds", "metres", "money", "day", "moment",
    "rating",
)  # fmt: skip
# A rate with two decimals, a difference of percents, and a column whose cells say themselves what
# they are (`Value`).
RATE, POINTS, MIXED = "rate", "points", "mixed"
ON_THE_RIGHT = frozenset(
    {COUNT, NUMBER, PERCENT, CHANGE, SECONDS, METRES, MONEY, RATING, RATE, POINTS, MIXED}
)


@dataclass(frozen=True, slots=True)
class Value:
    """A cell that brings its kind along, in a column of mixed ones."""

    value: Any
    kind: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its key in JSON, its heading, and the kind of its values."""

    key: str
    title: str
    kind: str = TEXT

    @property
    def right(self) -> bool:
        """Whether its values stand on the right."""
        return self.kind in ON_THE_RIGHT


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; `totals` is one more row below, `note` what must be known to read it."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    totals: Sequence[Any] = ()
    note: str = ""
    empty: str = "nothing in this period"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: key, label, value, kind; `n` is over how many, `before` the figure it is compared
    with, `trend` a few values for a small line."""

    key: str
    label: str
    value: Any
    kind: str = NUMBER
    n: int | None = None
    before: Any = None
    note: str = ""
    trend: Sequence[float | None] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures that stand side by side."""

    title: str
    figures: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars or a line over labels; a None in `values` is a gap."""

    title: str
    labels: Sequence[str]
    values: Sequence[float | None]
    kind: str = "bars"  # or "line"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as an SVG document."""

    caption: str
    svg: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """Drawings in a grid."""

    title: str
    pictures: Sequence[Picture]


@dataclass(frozen=True, slots=True)
class Lines:
    """Sentences: reasons, suggestions, what is not counted."""

    title: str
    lines: Sequence[str]


Part = Table | Figures | Chart | Pictures | Lines


@dataclass(slots=True)
class Document:
    """A report: what it is about, its period in words, its parts in order."""

    title: str
    period: str
    made_at: datetime
    studio: str = ""
    parts: list[Part] = field(default_factory=list)
    currency: str = ""


def shown(value: Any, kind: str, currency: str = "") -> str:
    """A value as people read it; an en dash for no data."""
    if isinstance(value, Value):
        value, kind = value.value, value.kind
    if value is None:
        return "–"
    write = _WRITERS.get(kind)
    if kind == MONEY:
        return f"{value:,.2f} {currency}".strip()
    return write(value) if write else str(value)


def shown_figure(figure: Figure, currency: str = "") -> str:
    """A figure's value as people read it; `no data` where there is none."""
    return "no data" if figure.value is None else shown(figure.value, figure.kind, currency)


def _change(value: float) -> str:
    return values.percent(value, sign=True)


def _day(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


_WRITERS: dict[str, Callable[[Any], str]] = {
    COUNT: lambda value: f"{value:,}",
    NUMBER: lambda value: f"{value:,.1f}",
    PERCENT: values.percent,
    CHANGE: _change,
    SECONDS: values.clock,
    METRES: lambda value: f"{value:,.1f} m",
    DAY: _day,
    MOMENT: values.local_time,
    RATING: lambda value: f"{value:.1f}",
    RATE: lambda value: f"{value:,.2f}",
    POINTS: lambda value: f"{value:+.1f}" if round(value, 1) else "0.0",
}


def raw(cell: Any) -> Any:
    """A cell's value for scripts."""
    return cell.value if isinstance(cell, Value) else cell


def as_json(document: Document) -> dict[str, Any]:
    """The report for scripts: each part under its title, raw values under the columns' keys."""
    return {
        "title": document.title,
        "period": document.period,
        "made_at": document.made_at,
        "currency": document.currency or None,
        "parts": [_part_json(part) for part in document.parts],
    }


def _part_json(part: Part) -> dict[str, Any]:
    named: dict[str, Any] = {"part": type(part).__name__.lower(), "title": part.title}
    if isinstance(part, Table):
        keys = [column.key for column in part.columns]
        named["rows"] = [dict(zip(keys, map(raw, row), strict=True)) for row in part.rows]
        if part.totals:
            named["totals"] = dict(zip(keys, map(raw, part.totals), strict=True))
        if part.note:
            named["note"] = part.note
    elif isinstance(part, Figures):
        named["figures"] = {figure.key: figure_json(figure) for figure in part.figures}
    elif isinstance(part, Chart):
        named["points"] = [
            {"label": label, "value": value}
            for label, value in zip(part.labels, part.values, strict=True)
        ]
        named["unit"] = part.unit
    elif isinstance(part, Pictures):
        named["captions"] = [one.caption for one in part.pictures]
    else:
        named["lines"] = list(part.lines)
    return named


def figure_json(figure: Figure) -> dict[str, Any]:
    """One figure for scripts."""
    document: dict[str, Any] = {"label": figure.label, "value": figure.value, "kind": figure.kind}
    if figure.n is not None:
        document["n"] = figure.n
    if figure.before is not None:
        document["before"] = figure.before
    if figure.trend:
        document["trend"] = list(figure.trend)
    if figure.note:
        document["note"] = figure.note
    return document


def sparkline(numbers: Sequence[float | None]) -> str:
    """A small line of eight heights; a space where there is no data."""
    known = [one for one in numbers if one is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    return "".join(
        " " if one is None else "▁▂▃▄▅▆▇█"[round((one - low) / span * 7)] for one in numbers
    )


def arrow(value: Any, before: Any, kind: str = "") -> str:
    """Up, down or level against the figure before; empty when there is none. Of a `kind`, what is
    shown alike is level."""
    if not isinstance(value, (int, float)) or not isinstance(before, (int, float)):
        return ""
    if kind and shown(value, kind) == shown(before, kind):
        return "→"
    return "↑" if value > before else "↓" if value < before else "→"
