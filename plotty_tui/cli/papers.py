"""paper add|list|show|edit|receive|count|retire."""

from __future__ import annotations

from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.domain.runs import run_name
from plotty_tui.studio import forms
from plotty_tui.studio.inventory import stock
from plotty_tui.studio.opening import open_studio

from .ledger import ledger_line
from .materials import form_options, typed
from .output import emit_json, json_option, say, table, with_examples
from .views import ledger_json, paper_json


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
@click.option("--note", default="", help="The delivery.")
@json_option
def paper_receive(name: str, sheets: int, note: str, as_json: bool) -> int:
    """Sheets came in."""
    return _say_paper(stock.receive_paper(open_studio(), name, sheets, note), as_json)


@with_examples("plotty paper count letter 9", "plotty paper count letter 12 --why 'found a pad'")
@click.command("count")
@click.argument("name", metavar="PAPER")
@click.argument("sheets", type=int)
@click.option("--why", default="", help="Needed when there is more than the books say.")
@json_option
def paper_count(name: str, sheets: int, why: str, as_json: bool) -> int:
    """Say how many sheets there really are."""
    difference, row = stock.count_paper(open_studio(), name, sheets, why)
    if as_json:
        emit_json({**paper_json(row), "difference": difference})
    else:
        told = f"{difference:+d} against the books" if difference else "as in the books"
        say(f"paper {row.name}  {values.plural(row.stock, 'sheet')}  {told}")
    return 0


@with_examples("plotty paper edit letter --price 0.12 --reorder-point 20")
@click.command("edit")
@click.argument("paper")
@form_options(forms.PAPER_EDIT, defaults=False)
@json_option
def paper_edit(paper: str, as_json: bool, **given: Any) -> int:
    """Change what is known of a paper.

    `none` takes a value back. Sheets are counted or received, not edited.
    """
    said = {key: text for key, text in given.items() if text is not None}
    row = stock.edit_paper(open_studio(), paper, forms.parse_changes(forms.PAPER_EDIT, said))
    return _say_paper(row, as_json)


@with_examples("plotty paper show letter")
@click.command("show")
@click.argument("paper")
@json_option
def paper_show(paper: str, as_json: bool) -> int:
    """All about one paper.

    Its stock, who holds sheets of it, its ledger.
    """
    detail = stock.paper_detail(open_studio(), paper)
    row = detail.row
    if as_json:
        held = [{"run": run_name(one.run), "sheets": round(one.amount)} for one in row.holders]
        lines = [ledger_json(line) for line in detail.ledger]
        emit_json({**paper_json(row), "notes": row.notes, "held_by": held, "ledger": lines})
        return 0
    _say_paper(row, False)
    facts = [
        ("weight", f"{row.gsm:g} g/m²" if row.gsm else ""),
        ("price", f"{row.price:.2f} a sheet" if row.price is not None else ""),
        ("reorder at", "" if row.reorder_point is None else str(row.reorder_point)),
        ("held by", ", ".join(f"{run_name(one.run)} {one.amount:.0f}" for one in row.holders)),
        ("notes", row.notes),
    ]
    for label, text in facts:
        if text:
            say(f"  {label:10} {text}")
    for line in detail.ledger:
        say(f"  {ledger_line(line)}")
    return 0


@with_examples("plotty paper retire letter")
@click.command("retire")
@click.argument("paper")
@click.option("--why", default="", help="What became of it.")
@json_option
def paper_retire(paper: str, why: str, as_json: bool) -> int:
    """Take a paper out of the lists; the books keep it."""
    name = stock.retire_paper(open_studio(), paper, why)
    if as_json:
        emit_json({"name": name, "retired": True})
    else:
        say(f"paper {name}  is retired")
    return 0


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
        ["paper", "size mm", "g/m²", "sheets", "held", "reorder at", ""],
        [
            (row.name, f"{row.width_mm:g} x {row.height_mm:g}", row.gsm or "", row.stock,
             row.reserved or "", "" if row.reorder_point is None else row.reorder_point,
             "low" if row.low else "")
            for row in rows
        ],
        [2, 3, 4, 5],
    )  # fmt: skip
    return 0
