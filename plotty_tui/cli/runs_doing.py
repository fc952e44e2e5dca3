"""run start|cancel|fail|edit|correct|replot|archive."""

from __future__ import annotations

from typing import Any

import click

from plotty_tui.domain import runs, values
from plotty_tui.domain.errors import NotFound, WrongUsage
from plotty_tui.reports.cards import result_card, state_words
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.production import run_moves, run_replots
from plotty_tui.studio.production.run_detail import RunDetail, run_detail

from .output import emit_json, json_option, say, with_examples
from .run_words import design_key, material_words, pairs, paper_id, pen_id, piece_id
from .views import detail_json

accept_option = click.option("--accept", default="", help="Why a shortage is accepted.")


def _said(run: RunDetail, as_json: bool, what: str) -> int:
    if as_json:
        emit_json(detail_json(run))
    else:
        say(f"{run.name}  {what}")
    return 0


@with_examples("plotty run start RUN-002", "plotty run start 2 --at '2025-11-21 09:30' --json")
@click.command("start")
@click.argument("number", metavar="RUN")
@click.option("--at", default="", help="When it began, if not now: 14:30, 2026-11-21 14:30.")
@json_option
def run_start(number: str, at: str, as_json: bool) -> int:
    """Start a pending run."""
    moment = values.parse_moment(at) if at else None
    run = run_moves.start_run(open_studio(), runs.parse_run(number), moment)
    return _said(run, as_json, f"started: {values.plural(run.open, 'sheet')} to draw")


@with_examples("plotty run cancel RUN-002 --reason 'the client waits'")
@click.command("cancel")
@click.argument("number", metavar="RUN")
@click.option("--reason", default="")
@json_option
def run_cancel(number: str, reason: str, as_json: bool) -> int:
    """Cancel a pending run: the stock stays as it is."""
    run = run_moves.cancel_run(open_studio(), runs.parse_run(number), reason)
    return _said(run, as_json, "cancelled: what it held is free again")


@with_examples(
    "plotty run fail RUN-001 --reason pen_dry --notes 'white lines from sheet 2 on'",
    "plotty run fail 1 --reason other --notes 'coffee' --duration 20m --json",
)
@click.command("fail")
@click.argument("number", metavar="RUN")
@click.option("--reason", default="", help="Why: pen_dry, smear, paper_slip, other …")
@click.option("--notes", default="", help="What happened.")
@click.option("--pen", "pens", multiple=True, help="PEN=METRES consumed.")
@click.option("--grams", multiple=True, help="PEN=GRAMS consumed.")
@click.option("--weigh", multiple=True, help="PEN=BEFORE:AFTER in grams.")
@click.option("--dry", multiple=True, help="PEN that writes no more.")
@click.option("--sheets-used", default="", help="Papers consumed.")
@click.option("--started", default="", help="When it really began.")
@click.option("--duration", default="", help="Machine time, when not as measured.")
@json_option
def run_fail(number: str, as_json: bool, **given: Any) -> int:
    """Mark a run as failed: what it consumed is booked."""
    store = open_studio()
    detail = run_detail(store, runs.parse_run(number))
    typed = {key: given[key] for key in ("reason", "notes", "started", "duration") if given[key]}
    typed |= material_words(detail, given)
    run = run_moves.fail_run(store, detail.number, typed)
    if as_json:
        emit_json(detail_json(run))
        return 0
    for line in result_card(run):
        say(line)
    return 0


@with_examples(
    "plotty run edit RUN-002 --copies Poster=5 --notes 'two more'",
    "plotty run edit 2 --device right --pen black=K-03 --json",
    "plotty run edit RUN-002 --pen-by-pen",
)
@click.command("edit")
@click.argument("number", metavar="RUN")
@click.option("--copies", multiple=True, help="DESIGN=N, or N when there is one design.")
@click.option("--device", "devices", default=None, help="Plotters, comma separated.")
@click.option("--pen", "pens", multiple=True, help="LAYER=PEN.")
@click.option("--metres", multiple=True, help="LAYER=METRES expected.")
@click.option("--priming", multiple=True, help="LAYER=METRES of priming expected.")
@click.option("--grams", multiple=True, help="LAYER=GRAMS expected.")
@click.option("--spare", default=None, help="Spare sheets.")
@click.option("--time", "duration", default=None, help="Expected machine time.")
@click.option("--pen-by-pen/--sheet-by-sheet", "pen_by_pen", default=None, help="How it goes on.")
@click.option("--client", default=None)
@click.option("--name", default=None)
@click.option("--notes", default=None)
@accept_option
@json_option
def run_edit(number: str, as_json: bool, accept: str, **given: Any) -> int:
    """Change a run before its results are told."""
    store = open_studio()
    detail = run_detail(store, runs.parse_run(number))
    typed = {
        key: given[key]
        for key in ("devices", "duration", "client", "name", "notes")
        if given[key] is not None
    }
    if given["pen_by_pen"] is not None:
        typed["order"] = run_moves.WAYS[given["pen_by_pen"]]
    for word in given["copies"]:
        key, count = design_key(detail, word)
        typed[f"copies:{key.partition('.')[0]}"] = count
    ways = (("pens", "pen"), ("metres", "drawn"), ("priming", "priming"), ("grams", "grams"))
    for flag, field in ways:
        for label, value in pairs(given[flag], "LAYER=VALUE, like black=K-01"):
            for row in _material_rows(detail, label):
                typed[f"{field}:{row}"] = value
    if given["spare"] is not None:
        papers = [line for line in detail.materials if line.paper]
        if len(papers) != 1:
            raise WrongUsage(f"{detail.name} takes {len(papers)} papers of the stock, not one")
        typed[f"spare:{papers[0].id}"] = given["spare"]
    if not typed:
        raise WrongUsage("nothing to change: give --copies, --device, --pen, --notes …")
    run = run_moves.edit_run(store, detail.number, typed, detail.revision, accept)
    return _said(run, as_json, f"changed: {', '.join(f'{i.name} ×{i.copies}' for i in run.items)}")


def _material_rows(detail: RunDetail, label: str) -> list[int]:
    folded = label.strip().casefold()
    found = [
        line.id
        for line in detail.materials
        if not line.paper and folded in (line.label.casefold(), line.color.casefold())
    ]
    if not found:
        names = [line.label or line.color for line in detail.materials if not line.paper]
        raise NotFound.named("layer in this run", label, names)
    return found


@with_examples(
    "plotty run correct RUN-001 --sheet 2=spoiled:smear --reason 'seen by daylight'",
    "plotty run correct 1 --quality 3 --duration 40m --reason 'counted again' --json",
)
@click.command("correct")
@click.argument("number", metavar="RUN")
@click.option("--reason", default="", help="Why it was told otherwise before (needed).")
@click.option("--sheet", "sheets", multiple=True, help="NUMBER=good|second|proof|spoiled:REASON.")
@click.option("--piece", "pieces", multiple=True, help="SHEET.POSITION=good|spoiled:REASON.")
@click.option("--pen", "pens", multiple=True, help="PEN=METRES in all.")
@click.option("--grams", multiple=True, help="PEN=GRAMS in all.")
@click.option("--paper", "papers", multiple=True, help="PAPER=SHEETS in all.")
@click.option("--duration", default=None, help="Machine time.")
@click.option("--started", default=None, help="When it began.")
@click.option("--quality", default=None, help="1 to 5 stars.")
@click.option("--client-rating", default=None, help="1 to 5.")
@click.option("--notes", default=None)
@json_option
def run_correct(number: str, as_json: bool, reason: str, **given: Any) -> int:
    """Correct the results of a run: the old values are kept."""
    store = open_studio()
    detail = run_detail(store, runs.parse_run(number))
    names = ("duration", "started", "quality", "client_rating", "notes")
    typed = {key: given[key] for key in names if given[key] is not None}
    for place, fate in pairs(given["sheets"], "NUMBER=FATE, like 3=spoiled:smear"):
        typed[f"sheet:{place.strip()}"] = fate
    for place, fate in pairs(given["pieces"], "SHEET.POSITION=FATE, like 2.3=spoiled:smear"):
        typed[f"piece:{piece_id(detail, place)}"] = fate
    for flag, field in (("pens", "pen"), ("grams", "grams")):
        for code, value in pairs(given[flag], "PEN=VALUE, like K-01=12.5"):
            typed[f"{field}:{pen_id(detail, code)}"] = value
    for name, count in pairs(given["papers"], "PAPER=SHEETS, like a4=12"):
        typed[f"sheets:{paper_id(detail, name)}"] = count
    run = run_moves.correct_run(store, detail.number, typed, reason)
    if as_json:
        emit_json(detail_json(run))
        return 0
    for row in run.corrections[len(detail.corrections) :]:
        say(f"{run.name}  {row.field}: {row.old} -> {row.new}")
    return 0


@with_examples(
    "plotty run replot RUN-001", "plotty run replot 1 --sheet 1 --notes 'new pen' --json"
)
@click.command("replot")
@click.argument("number", metavar="RUN")
@click.option("--sheet", "wanted", multiple=True, type=int, help="Only these sheets of the run.")
@click.option("--start", is_flag=True, help="And start it.")
@click.option("--notes", default="")
@accept_option
@json_option
def run_replot(
    number: str, wanted: tuple[int, ...], start: bool, notes: str, accept: str, as_json: bool
) -> int:
    """Draw again what failed, as a run of its own."""
    run = run_replots.replot_run(
        open_studio(), runs.parse_run(number), wanted, start, notes, accept
    )
    if as_json:
        emit_json(detail_json(run))
        return 0
    word = "started" if start else f"pending: plotty run start {run.name}"
    original = runs.run_name(run.replot_of or 0)
    say(f"{run.name}  replot of {original}: {values.plural(len(run.sheets), 'sheet')}, {word}")
    for sheet in run.sheets:
        say(f"  {sheet.name} copy {sheet.copy}, attempt {sheet.attempt}")
    return 0


@with_examples("plotty run archive RUN-001")
@click.command("archive")
@click.argument("number", metavar="RUN")
@click.option("--back", is_flag=True, help="Bring it back into the lists.")
@json_option
def run_archive(number: str, back: bool, as_json: bool) -> int:
    """Take a closed run out of the lists; it stays in the books."""
    run = run_moves.archive_run(open_studio(), runs.parse_run(number), back)
    return _said(run, as_json, state_words(run) if back else "archived")
