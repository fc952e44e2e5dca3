"""run list|show|complete."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import click

from plotty_tui.domain import figures, runs, values
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.learned import Band
from plotty_tui.reports.cards import result_card, state_words, story_lines
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning.estimates import band_json, bands_of_runs
from plotty_tui.studio.production import completion, run_detail, run_lists, run_moves

from .output import emit_json, json_option, say, table, tell, with_examples
from .run_words import design_key, material_words, pairs, piece_id
from .views import detail_json, run_json


@with_examples(
    "plotty run list",
    "plotty run list --status in_progress --device left",
    "plotty list runs --since 2025-11-01 --json",
)
@click.command("list")
@click.option("--status", default="", help="Comma list; `awaiting` for results not told yet.")
@click.option("--since", default="", help="First day (YYYY-MM-DD).")
@click.option("--until", default="", help="Last day (YYYY-MM-DD).")
@click.option(
    "--device", default="", help="A part of the name of a plotter that may draw them, or drew."
)
@click.option("--client", default="", help="A part of the client's name.")
@click.option("--text", default="", help="In number, name, designs, client or notes.")
@click.option("--archived", is_flag=True, help="The archived ones too.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1))
@json_option
def run_list(status: str, since: str, until: str, as_json: bool, **more: Any) -> int:
    """Production runs, newest first."""
    last = values.parse_day(until)
    store = open_studio()
    rows = run_lists.run_list(
        store,
        [word.strip() for word in status.split(",") if word.strip()],
        values.parse_day(since),
        last + timedelta(days=1) if last else None,
        **more,
    )
    bands = bands_of_runs(store, [row.number for row in rows if row.state in runs.OPEN])
    if as_json:
        emit_json([{**run_json(row), "likely": band_json(bands.get(row.number))} for row in rows])
        return 0
    if not rows:
        asked = status or since or until or any(more[name] for name in ("device", "client", "text"))
        say(
            "no run matches"
            if asked
            else "no runs: plotty run new makes one, plotty plot-all opens one"
        )
        return 0
    table(
        ["run", "status", "plotters", "designs", "drawn", "started", "estimate", "likely",
         "duration", "variance", "ink", "quality"],
        [_cells(row, bands.get(row.number)) for row in rows],
        [4, 6, 7, 8, 9, 10],
    )  # fmt: skip
    return 0


def _cells(row: Any, band: Band | None) -> list[Any]:
    seconds = row.seconds if row.seconds is not None else row.machine_seconds
    settled = row.state in (runs.COMPLETED, runs.FAILED)
    percent = figures.variance_percent(seconds, row.estimated_seconds) if settled else None
    return [
        runs.run_name(row.number), "awaiting results" if row.awaiting else row.state,
        ", ".join(json.loads(row.devices)), row["items"], f"{row.drawn}/{row.sheets}",
        values.local_time(run_lists.started(row)),
        values.clock(row.estimated_seconds), band.words() if band else "",
        values.clock(seconds or None), values.percent(percent, sign=True),
        values.percent(figures.variance_percent(row.ink_mm, row.estimated_mm), sign=True),
        runs.stars(row.quality),
    ]  # fmt: skip


@with_examples("plotty run show RUN-001", "plotty run show 1 --json")
@click.command("show")
@click.argument("number", metavar="RUN")
@json_option
def run_show(number: str, as_json: bool) -> int:
    """One run in full."""
    run = run_detail.run_detail(open_studio(), runs.parse_run(number))
    if as_json:
        emit_json(detail_json(run))
        return 0
    title = f"  {run.title}" if run.title else ""
    way = "  pen by pen" if run.pen_by_pen else ""
    say(f"{run.name}{title}  {state_words(run)}{way}  {', '.join(run.devices)}".rstrip())
    for line in result_card(run)[2:]:
        say(line)
    for line in story_lines(run):
        say(line)
    say("Sheets:")
    for number_, sheet in enumerate(run.sheets, 1):
        place = f"layer {sheet.layer + 1}, stroke {sheet.stroke}"
        attempt = f", attempt {sheet.attempt}" if sheet.attempt > 1 else ""
        failed = [str(one.position) for one in sheet.pieces if one.state == "spoiled"]
        say(
            f"  {number_:3}  {sheet.name} copy {sheet.copy}{attempt}  {sheet.state}"
            + (f"  on {sheet.device}" if sheet.device else "")
            + (f"  set aside on {sheet.aside} after layer {sheet.layer}" if sheet.aside else "")
            + (f"  ({place})" if sheet.state == "interrupted" else "")
            + (f"  {sheet.reason}" if sheet.reason else "")
            + (f"  failed at {', '.join(failed)}" if failed else "")
        )
    return 0


@with_examples(
    "plotty run complete RUN-001",
    'plotty run complete 1 --failed "Acme: Card=1" --reason smear --quality 4',
    "plotty run complete 1 --weigh K-01=45.20:44.95 --started '2025-11-21 08:00'",
    "plotty run complete 1 --sheet 3=spoiled:pen_dry --sheet 4=second",
)
@click.command("complete")
@click.argument("number", metavar="RUN")
@click.option("--failed", multiple=True, help="DESIGN=N, or N when there is one design.")
@click.option("--reason", default="other", show_default=True, help="Why those failed.")
@click.option("--sheet", "sheets", multiple=True, help="NUMBER=good|second|proof|spoiled:REASON.")
@click.option("--piece", "pieces", multiple=True, help="SHEET.POSITION=good|spoiled:REASON.")
@click.option("--pen", "pens", multiple=True, help="PEN=METRES really used.")
@click.option("--grams", multiple=True, help="PEN=GRAMS really used.")
@click.option("--weigh", multiple=True, help="PEN=BEFORE:AFTER in grams.")
@click.option("--dry", multiple=True, help="PEN that writes no more.")
@click.option("--sheets-used", default="", help="Papers really used.")
@click.option("--started", default="", help="When it really began: 14:30, 2026-11-21 14:30.")
@click.option("--duration", default="", help="Machine time, when not as measured.")
@click.option("--quality", default="5", show_default=True, help="1 to 5 stars.")
@click.option("--notes", default="")
@json_option
def run_complete(number: str, as_json: bool, **given: Any) -> int:
    """Tell the results of a run.

    What is not told is as the plotters did it: every drawn sheet good, ink and paper as booked.
    """
    store = open_studio()
    detail = run_detail.run_detail(store, runs.parse_run(number))
    results = completion.results_of_form(detail, _typed(detail, given))
    results.verdicts.update(completion.sheet_verdicts(detail, given["sheets"]))
    for place, fate in pairs(given["pieces"], "SHEET.POSITION=FATE, like 2.3=spoiled:smear"):
        results.pieces[piece_id(detail, place)] = run_moves.parse_fate(fate)
    done = completion.complete_run(store, detail.number, results)
    if as_json:
        emit_json(detail_json(done))
        return 0
    for line in result_card(done):
        say(line)
    if done.wants_replot:
        what = values.plural(done.failed, "sheet")
        tell(f"{what} failed: plotty run replot {done.name} draws them again")
    return 0


def _typed(detail: run_detail.RunDetail, given: dict[str, Any]) -> dict[str, str]:
    typed = {"quality": given["quality"], "notes": given["notes"], "reason": given["reason"]}
    for word in given["failed"]:
        key, count = design_key(detail, word)
        typed[f"failed:{key}"] = count
    typed |= material_words(detail, given)
    for key in ("duration", "started"):
        if given[key]:
            typed[key] = given[key]
    known = {field.key for field in completion.completion_form(detail)}
    if "sheets" in typed and "sheets" not in known:
        raise Refused("sheets used cannot be told: this run used no paper of the stock, or several")
    return typed
