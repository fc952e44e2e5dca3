"""Reports as CSV and Markdown."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from plotty_tui.domain import values

from .document import (
    Chart,
    Document,
    Figures,
    Lines,
    Part,
    Pictures,
    Table,
    arrow,
    raw,
    shown,
    shown_figure,
)

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(document: Document) -> str:
    """Every table and figure, a blank line between parts. Text that a spreadsheet would take for a
    formula gets an apostrophe before it; numbers stay numbers."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_safe([document.title, document.period]))
    for part in document.parts:
        rows = _csv_rows(part)
        if rows:
            writer.writerow([])
            writer.writerow(_safe([part.title]))
            writer.writerows(_safe(row) for row in rows)
    return out.getvalue()


def _csv_rows(part: Part) -> list[Sequence[Any]]:
    if isinstance(part, Table):
        totals = [part.totals] if part.totals else []
        return [[column.key for column in part.columns], *part.rows, *totals]
    if isinstance(part, Figures):
        return [
            ["figure", "value", "n", "before"],
            *([one.key, one.value, one.n, one.before] for one in part.figures),
        ]
    if isinstance(part, Chart):
        return [["label", part.unit or "value"], *zip(part.labels, part.values, strict=True)]
    if isinstance(part, Lines):
        return [[line] for line in part.lines]
    return []


def _safe(row: Sequence[Any]) -> list[Any]:
    return [_safe_cell(raw(cell)) for cell in row]


def _safe_cell(cell: Any) -> Any:
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA):
        return f"'{cell}"
    if isinstance(cell, datetime):
        return values.iso(cell)
    return "" if cell is None else cell


def as_markdown(document: Document) -> str:
    """Headings, tables and lists, as any Markdown reader shows them."""
    made = values.local_time(document.made_at)
    head = [f"# {_md(document.title)}", "", f"{_md(document.period)} · made {made}", ""]
    for part in document.parts:
        head += [f"## {_md(part.title)}", "", *_md_part(part, document.currency), ""]
    return "\n".join(head).rstrip() + "\n"


def _md_part(part: Part, currency: str) -> list[str]:
    if isinstance(part, Table):
        return _md_table(part, currency)
    if isinstance(part, Figures):
        return [_md_figure(one, currency) for one in part.figures]
    if isinstance(part, Chart):
        rows = zip(part.labels, part.values, strict=True)
        lines = [f"| | {_md(part.unit or 'value')} |", "|---|---:|"]
        return lines + [f"| {_md(label)} | {shown(value, 'number')} |" for label, value in rows]
    if isinstance(part, Pictures):
        return [f"- {_md(one.caption)}" for one in part.pictures]
    return [f"- {_md(line)}" for line in part.lines]


def _md_figure(one: Any, currency: str) -> str:
    text = f"- {_md(one.label)}: **{shown_figure(one, currency)}**"
    if one.n is not None:
        text += f" (n {one.n})"
    if one.before is not None:
        text += f" {arrow(one.value, one.before)} {shown(one.before, one.kind, currency)} before"
    return text + (f"; {_md(one.note)}" if one.note else "")


def _md_table(table: Table, currency: str) -> list[str]:
    if not table.rows:
        return [_md(table.empty)]
    lines = [
        "| " + " | ".join(_md(column.title) for column in table.columns) + " |",
        "|" + "|".join("---:" if column.right else "---" for column in table.columns) + "|",
    ]
    for row in [*table.rows, *([table.totals] if table.totals else [])]:
        cells = [
            _md(shown(cell, column.kind, currency))
            for cell, column in zip(row, table.columns, strict=True)
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, *(["", _md(table.note)] if table.note else [])]


def _md(text: str) -> str:
    """Text that cannot break a table or be taken for markup."""
    flat = " ".join(str(text).split())
    for sign in "\\|<>*_`[]":
        flat = flat.replace(sign, f"\\{sign}")
    return flat
