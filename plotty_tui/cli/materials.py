"""pen add|list, paper add|list|receive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.studio import forms, stock
from plotty_tui.studio.opening import open_studio

from .output import emit_json, json_option, say, table, with_examples
from .views import paper_json, pen_json


def form_options(fields: Sequence[forms.Field]) -> Callable[[Any], Any]:
    """One option a field of a form."""

    def add(command: Any) -> Any:
        for field in reversed(fields):
            name = "--" + field.key.removesuffix("_mm").replace("_", "-")
            text = field.help or field.label
            if field.value:
                text += f"  [{field.value}]"
            command = click.option(name, field.key, default=None, help=text)(command)
        return command

    return add


def typed(fields: Sequence[forms.Field], given: dict[str, Any]) -> dict[str, Any]:
    """The values of a form from its options. WrongUsage when one is needed and missing."""
    for field in fields:
        if field.required and not field.value and not given.get(field.key):
            raise click.UsageError(f"--{field.key} is needed: {field.help or field.label}")
    return forms.parse_form(fields, {k: v for k, v in given.items() if v is not None})


@with_examples(
    'plotty pen add --name "Pigma Micron 05 black" --color black --tip 0.45 --life 900m --slot 1',
    "plotty pen add --name red --color '#c62828'",
)
@click.command("add")
@form_options(forms.PEN)
@json_option
def pen_add(as_json: bool, **given: Any) -> int:
    """A new pen."""
    row = stock.add_pen(open_studio(), typed(forms.PEN, given))
    if as_json:
        emit_json(pen_json(row))
    else:
        say(f"pen {row.code}  {row.name}  {row.color}")
    return 0


@with_examples("plotty pen list", "plotty list pens --json")
@click.command("list")
@json_option
def pen_list(as_json: bool) -> int:
    """Pens with their metres."""
    rows = stock.list_pens(open_studio())
    if as_json:
        emit_json([pen_json(row) for row in rows])
        return 0
    if not rows:
        say("no pens: plotty pen add --name NAME --color black")
        return 0
    table(
        ["pen", "slot", "name", "colour", "tip", "state", "used", "left", "in"],
        [
            (row.code, row.slot or "", row.name, row.color, row.tip_mm or "", row.state,
             values.metres(row.used_mm), values.metres(row.left_mm), row.device or "")
            for row in rows
        ],
        [1, 4, 6, 7],
    )  # fmt: skip
    return 0


@with_examples(
    "plotty paper add --name a4 --sheets 100",
    'plotty paper add --name "Bristol A4" --size a4 --gsm 250',
)
@click.command("add")
@form_options(forms.PAPER)
@json_option
def paper_add(as_json: bool, **given: Any) -> int:
    """A new kind of paper."""
    return _say_paper(stock.add_paper(open_studio(), typed(forms.PAPER, given)), as_json)


@with_examples("plotty paper receive a4 100")
@click.command("receive")
@click.argument("name", metavar="PAPER")
@click.argument("sheets", type=int)
@json_option
def paper_receive(name: str, sheets: int, as_json: bool) -> int:
    """Sheets came in."""
    return _say_paper(stock.receive_paper(open_studio(), name, sheets), as_json)


def _say_paper(row: Any, as_json: bool) -> int:
    if as_json:
        emit_json(paper_json(row))
    else:
        size = f"{row.width_mm:g} x {row.height_mm:g} mm"
        say(f"paper {row.name}  {size}  {values.plural(row.stock, 'sheet')}")
    return 0


@with_examples("plotty paper list", "plotty list papers --json")
@click.command("list")
@json_option
def paper_list(as_json: bool) -> int:
    """Papers with their stock."""
    rows = stock.list_papers(open_studio())
    if as_json:
        emit_json([paper_json(row) for row in rows])
        return 0
    if not rows:
        say("no paper in the books: plotty paper receive a4 100")
        return 0
    table(
        ["paper", "size mm", "g/m²", "sheets", "reorder at"],
        [
            (row.name, f"{row.width_mm:g} x {row.height_mm:g}", row.gsm or "", row.stock,
             "" if row.reorder_point is None else row.reorder_point)
            for row in rows
        ],
        [2, 3, 4],
    )  # fmt: skip
    return 0
