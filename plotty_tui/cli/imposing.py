"""impose."""

from __future__ import annotations

from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.studio.opening import open_studio

from .output import emit_json, json_option, say, with_examples


@with_examples(
    'plotty impose "Acme: Card=12" --paper a4',
    'plotty impose "Client: Logo*=4" "Poster=1" --paper a3 --gap 3mm --crop-marks',
)
@click.command()
@click.argument("wanted", nargs=-1, required=True, metavar="JOB=QTY...")
@click.option("--paper", required=True, help="a4, a3, letter, 210x297, or a paper in stock.")
@click.option("--gap", default="5mm", show_default=True, help="Between pieces.")
@click.option("--margin", default="10mm", show_default=True, help="To the paper's edge.")
@click.option("--per-sheet", type=click.IntRange(1), help="At most so many on a sheet.")
@click.option("--no-rotate", is_flag=True, help="Turn no piece.")
@click.option("--crop-marks", is_flag=True, help="Mark where to cut; counted as overhead.")
@click.option("--name", default="", help="Name of the sheets' job.")
@json_option
def impose(wanted: tuple[str, ...], as_json: bool, **given: Any) -> int:
    """Put several pieces on one sheet.

    The sheets are jobs of the queue like any other; each of their positions is good or spoiled by
    itself. Without =QTY as many as the job still wants. A job that is wholly on sheets is held.
    """
    from plotty_tui.studio.jobs import imposing

    store = open_studio()
    how = imposing.Imposing(
        given["paper"],
        values.parse_length(given["margin"]),
        values.parse_length(given["gap"]),
        not given["no_rotate"],
        given["crop_marks"],
        given["per_sheet"],
        given["name"],
    )
    made = imposing.impose_jobs(store, imposing.parse_wanted(store, wanted), how)
    if as_json:
        emit_json([_imposed_json(one) for one in made])
        return 0
    for one in made:
        pieces = ", ".join(f"{name} ×{number}" for name, number in one.pieces.items())
        sheets = values.plural(one.copies, "sheet")
        say(f"job {one.job_id}  {one.name}  {sheets} of {one.paper}, on each {pieces}")
    return 0


def _imposed_json(one: Any) -> dict[str, Any]:
    return {
        "id": one.job_id,
        "name": one.name,
        "paper": one.paper,
        "sheets": one.copies,
        "pieces": one.pieces,
        "ink_m": round(one.ink_mm / 1000, 4),
        "crop_marks_m": round(one.marks_mm / 1000, 4),
        "layout": one.layout,
    }
