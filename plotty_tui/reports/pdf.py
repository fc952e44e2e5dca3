"""Reports as PDF: set by typst, fonts embedded, no network and no printer program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from plotty_tui.domain import values

from .charts import chart_svg
from .document import (
    TEXT,
    Chart,
    Document,
    Figure,
    Figures,
    Part,
    Pictures,
    Table,
    arrow,
    shown,
    shown_figure,
    sparkline,
)

_FORM = Path(__file__).with_name("report.typ")


def as_pdf(document: Document) -> bytes:
    """The report as a PDF on A4 with page numbers. Text goes in as data, never as markup."""
    import typst

    report = {
        "title": document.title,
        "period": document.period,
        "studio": document.studio or "plotty",
        "made": values.local_time(document.made_at),
        "parts": [_part(part, document.currency) for part in document.parts],
    }
    return typst.compile(
        _FORM.read_bytes(),
        sys_inputs={"report": json.dumps(report, ensure_ascii=False)},
        timestamp=int(document.made_at.timestamp()),
    )


def _part(part: Part, currency: str) -> dict[str, Any]:
    named: dict[str, Any] = {"part": type(part).__name__.lower(), "title": part.title}
    if isinstance(part, Table):
        named |= _table(part, currency)
    elif isinstance(part, Figures):
        named["figures"] = [_figure(one, currency) for one in part.figures]
    elif isinstance(part, Chart):
        named["svg"] = chart_svg(part)
    elif isinstance(part, Pictures):
        named["pictures"] = [{"caption": one.caption, "svg": one.svg} for one in part.pictures]
    else:
        named["lines"] = list(part.lines)
    return named


def _table(table: Table, currency: str) -> dict[str, Any]:
    def row(cells: Any) -> list[str]:
        return [
            shown(cell, column.kind, currency)
            for cell, column in zip(cells, table.columns, strict=True)
        ]

    texts = [number for number, column in enumerate(table.columns) if column.kind == TEXT]
    widest = texts[0] if texts else 0
    return {
        "head": [column.title for column in table.columns],
        "right": [column.right for column in table.columns],
        "widths": ["wide" if n == widest else "narrow" for n in range(len(table.columns))],
        "rows": [row(cells) for cells in table.rows],
        "totals": row(table.totals) if table.totals else [],
        "note": table.note,
        "empty": table.empty,
    }


def _figure(one: Figure, currency: str) -> dict[str, str]:
    extra = [f"n {one.n}"] if one.n is not None else []
    if one.before is not None:
        before = shown(one.before, one.kind, currency)
        extra.append(f"{arrow(one.value, one.before)} {before} before")
    extra += [text for text in (sparkline(one.trend), one.note) if text]
    return {
        "label": one.label,
        "value": shown_figure(one, currency),
        "extra": " · ".join(extra),
    }
