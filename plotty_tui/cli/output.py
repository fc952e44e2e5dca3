"""What commands print: tables by Rich on a terminal, plain lines on a pipe, JSON when asked."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

import click

from plotty_tui.domain.values import iso

NAMES = ("name", "job", "jobs", "design", "designs")
NAME_CELLS = 24

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document.")


def emit_json(document: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=_json_value))


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def on_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()


def can_ask() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def plain(text: str) -> str:
    """The text on one line, without control characters and direction overrides: what a file is
    called must not command the terminal."""
    return "".join("�" if ord(c) < 32 or 127 <= ord(c) < 160 or c in _BIDI else c for c in text)


_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")


def say(text: str = "") -> None:
    """A line of result on standard output."""
    click.echo(plain(text))


def tell(text: str) -> None:
    """A line of progress or warning on standard error."""
    click.echo(plain(text), err=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[int] = ()) -> None:
    """A table; the columns numbered in `right` are aligned to the right. On a pipe: aligned plain
    lines under one header line."""
    cells = [[plain(str(cell)) for cell in row] for row in rows]
    if on_terminal():
        _rich_table(columns, cells, right)
        return
    widths = [
        max(len(head), *(len(row[k]) for row in cells)) if cells else len(head)
        for k, head in enumerate(columns)
    ]
    for row in [list(columns), *cells]:
        fitted = [
            text.rjust(width) if k in right else text.ljust(width)
            for k, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(fitted).rstrip())


def _rich_table(columns: Sequence[str], cells: list[list[str]], right: Sequence[int]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for k, head in enumerate(columns):
        # What things are called stays whole longest: the other columns break first.
        least = max((min(len(row[k]), NAME_CELLS) for row in cells), default=0)
        drawn.add_column(
            head,
            justify="right" if k in right else "left",
            overflow="fold",
            min_width=least if head in NAMES else None,
        )
    for row in cells:
        drawn.add_row(*(Text(cell) for cell in row))
    Console(no_color=bool(os.environ.get("NO_COLOR"))).print(drawn)


def with_examples(*lines: str) -> Callable[[click.Command], click.Command]:
    """Add an `Examples:` part to a command's help (a test runs each line), and the dashboard's key
    that does the same."""

    def add(command: click.Command) -> click.Command:
        # Written only when somebody asks for help: the table of keys is not loaded before.
        command.format_epilog = partial(_write_examples, lines)  # type: ignore[method-assign]
        return command

    return add


def _write_examples(
    lines: Sequence[str], ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    from plotty_tui.studio.actions import key_of

    formatter.write("\nExamples:\n" + "".join(f"  {line}\n" for line in lines))
    words = lines[0].split()[1:3]
    key = key_of(" ".join(words)) or key_of(words[0])
    if key:
        formatter.write(f"\nIn the dashboard: {key}\n")
