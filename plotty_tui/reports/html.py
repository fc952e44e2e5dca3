"""Reports as one HTML file: style and charts inside, nothing fetched."""

from __future__ import annotations

import base64
from html import escape

from plotty_tui.domain import values

from .charts import chart_svg
from .document import (
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
)
from .document import sparkline as spark

_STYLE = """
body { font: 15px/1.45 Georgia, "Libertinus Serif", serif; color: #24272c; max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem; background: #fff }
h1 { margin: 0; font-size: 1.9rem } h2 { margin: 2.2rem 0 .6rem; font-size: 1.2rem }
.period { color: #666b75; margin: .2rem 0 1.5rem }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .7rem }
.figure { border-top: 2px solid #2f6f9f; padding: .4rem 0 }
.figure b { display: block; font-size: 1.45rem; font-weight: normal }
.figure span, .note { color: #666b75; font-size: .85rem }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th { text-align: left; border-bottom: 1.5px solid #30343b; font-weight: normal; color: #666b75 }
td, th { padding: .25rem .6rem .25rem 0 } td { border-bottom: 1px solid #e6e8ec }
.right { text-align: right } tfoot td { border-bottom: 0; border-top: 1.5px solid #30343b }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: 1rem }
figure { margin: 0 } figure img { width: 100%; max-height: 14rem; border: 1px solid #e6e8ec }
figcaption { font-size: .85rem; color: #666b75 }
@media print { body { margin: 0; max-width: none } h2 { break-after: avoid } }
"""


def as_html(document: Document) -> str:
    """The report as one HTML document that needs nothing else."""
    made = values.local_time(document.made_at)
    parts = "".join(
        f"<section><h2>{escape(part.title)}</h2>{_part(part, document.currency)}</section>"
        for part in document.parts
    )
    studio = f"{escape(document.studio)} · " if document.studio else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(document.title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(document.title)}</h1>"
        f'<p class="period">{studio}{escape(document.period)} · made {made}</p>'
        f"{parts}</body></html>\n"
    )


def _part(part: Part, currency: str) -> str:
    if isinstance(part, Table):
        return _table(part, currency)
    if isinstance(part, Figures):
        tiles = "".join(_figure(one, currency) for one in part.figures)
        return f'<div class="figures">{tiles}</div>'
    if isinstance(part, Chart):
        return chart_svg(part)
    if isinstance(part, Pictures):
        drawn = "".join(_picture(one.svg, one.caption) for one in part.pictures)
        return f'<div class="pictures">{drawn}</div>'
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in part.lines) + "</ul>"


def _picture(svg: str, caption: str) -> str:
    # As an image, so that nothing in the drawing can act in the page.
    data = base64.b64encode(svg.encode()).decode()
    return (
        f'<figure><img alt="{escape(caption)}" src="data:image/svg+xml;base64,{data}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def _figure(one: Figure, currency: str) -> str:
    extra = [f"n {one.n}"] if one.n is not None else []
    if one.before is not None:
        before = shown(one.before, one.kind, currency)
        extra.append(f"{arrow(one.value, one.before)} {before} before")
    extra += [text for text in (spark(one.trend), one.note) if text]
    return (
        f'<div class="figure"><span>{escape(one.label)}</span>'
        f"<b>{escape(shown_figure(one, currency))}</b>"
        f"<span>{escape(' · '.join(extra))}</span></div>"
    )


def _table(table: Table, currency: str) -> str:
    if not table.rows:
        return f'<p class="note">{escape(table.empty)}</p>'
    side = ['class="right"' if column.right else "" for column in table.columns]
    head = "".join(
        f"<th {where}>{escape(column.title)}</th>"
        for column, where in zip(table.columns, side, strict=True)
    )

    def row(cells: object) -> str:
        drawn = "".join(
            f"<td {where}>{escape(shown(cell, column.kind, currency))}</td>"
            for cell, column, where in zip(cells, table.columns, side, strict=True)  # type: ignore[call-overload]
        )
        return f"<tr>{drawn}</tr>"

    foot = f"<tfoot>{row(table.totals)}</tfoot>" if table.totals else ""
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    body = "".join(row(cells) for cells in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot}</table>{note}"
