"""Reports on the terminal, and as files."""

from __future__ import annotations

from pathlib import Path

from plotty_tui.reports.document import (
    Chart,
    Document,
    Figures,
    Lines,
    Part,
    Pictures,
    Table,
    arrow,
    as_json,
    shown,
    shown_figure,
    sparkline,
)
from plotty_tui.reports.export import check_format, render
from plotty_tui.studio.figures.report_files import save_report

from .output import emit_json, say, table

BAR_CELLS = 40


def give(document: Document, export: str = "", as_json_: bool = False) -> int:
    """Print a report, or write it to `export` (the ending is the format) and say where it is."""
    if export:
        path = Path(export).expanduser()
        size = save_report(path, render(document, check_format(path)))
        if not as_json_:
            say(f"{document.title}, {document.period}: {path} ({size / 1000:.0f} kB)")
    if as_json_:
        emit_json({**as_json(document), **({"file": str(path.absolute())} if export else {})})
    elif not export:
        show(document)
    return 0


def show(document: Document) -> None:
    """A report as text: tables, bars, figures."""
    say(f"{document.title} · {document.period}")
    for part in document.parts:
        say()
        say(part.title)
        _show_part(part, document.currency)


def _show_part(part: Part, currency: str) -> None:
    if isinstance(part, Table):
        _show_table(part, currency)
    elif isinstance(part, Figures):
        _show_figures(part, currency)
    elif isinstance(part, Chart):
        _show_chart(part)
    elif isinstance(part, Pictures):
        for one in part.pictures:
            say(f"  {one.caption}")
    elif isinstance(part, Lines):
        for line in part.lines:
            say(f"  {line}")


def _show_table(part: Table, currency: str) -> None:
    if not part.rows:
        say(f"  {part.empty}")
        return
    rows = [*part.rows, *([part.totals] if part.totals else [])]
    kinds = [column.kind for column in part.columns]
    cells = [
        [shown(cell, kind, currency) for cell, kind in zip(row, kinds, strict=True)] for row in rows
    ]
    right = [number for number, column in enumerate(part.columns) if column.right]
    table([column.title for column in part.columns], cells, right)
    if part.note:
        say(f"  {part.note}")


def _show_figures(part: Figures, currency: str) -> None:
    wide = max((len(one.label) for one in part.figures), default=0)
    for one in part.figures:
        text = f"  {one.label.ljust(wide)}  {shown_figure(one, currency):>12}"
        if one.n is not None:
            text += f"  n {one.n}"
        if one.before is not None:
            sign = arrow(one.value, one.before, one.kind)
            text += f"  {sign} {shown(one.before, one.kind, currency)}"
        say("  ".join([text, *(more for more in (sparkline(one.trend), one.note) if more)]))


def _plain_number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def _show_chart(part: Chart) -> None:
    highest = max((one for one in part.values if one is not None), default=0.0) or 1.0
    wide = max((len(label) for label in part.labels), default=0)
    for label, value in zip(part.labels, part.values, strict=True):
        if value is None:
            say(f"  {label.ljust(wide)}  –")
            continue
        eighths = round(max(0.0, value) / highest * BAR_CELLS * 8)
        bar = "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
        say(f"  {label.ljust(wide)}  {bar} {_plain_number(value)} {part.unit}".rstrip())
