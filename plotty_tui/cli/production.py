"""run list|show|complete."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from plotty_tui.domain import figures, runs, values
from plotty_tui.domain.errors import Refused, WrongUsage
from plotty_tui.reports.cards import result_card, state_words
from plotty_tui.studio import production
from plotty_tui.studio.opening import open_studio

from .output import emit_json, json_option, say, table, with_examples
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
@click.option("--device", default="", help="Runs that may use this plotter.")
@click.option("--text", default="", help="In number, designs, client or notes.")
@click.option("--limit", default=50, show_default=True)
@json_option
def run_list(
    status: str, since: str, until: str, device: str, text: str, limit: int, as_json: bool
) -> int:
    """Production runs, newest first."""
    last = values.parse_day(until)
    rows = production.run_list(
        open_studio(),
        [word.strip() for word in status.split(",") if word.strip()],
        values.parse_day(since),
        last + timedelta(days=1) if last else None,
        device,
        text,
        limit,
    )
    if as_json:
        emit_json([run_json(row) for row in rows])
        return 0
    if not rows:
        say("no runs: plotty plot-all opens one")
        return 0
    table(
        [
            "run",
            "status",
            "designs",
            "drawn",
            "started",
            "estimate",
            "actual",
            "variance",
            "quality",
        ],
        [_cells(row) for row in rows],
        [3, 5, 6, 7],
    )
    return 0


def _cells(row: Any) -> list[Any]:
    seconds = row.seconds if row.seconds is not None else row.machine_seconds
    settled = row.state in (runs.COMPLETED, runs.FAILED)
    percent = figures.variance_percent(seconds, row.estimated_seconds) if settled else None
    return [
        runs.run_name(row.number), "awaiting results" if row.awaiting else row.state,
        row["items"], f"{row.drawn}/{row.sheets}", values.local_time(production.started(row)),
        values.clock(row.estimated_seconds), values.clock(seconds or None),
        values.percent(percent, sign=True), runs.stars(row.quality),
    ]  # fmt: skip


@with_examples("plotty run show RUN-001", "plotty run show 1 --json")
@click.command("show")
@click.argument("number", metavar="RUN")
@json_option
def run_show(number: str, as_json: bool) -> int:
    """One run in full."""
    run = production.run_detail(open_studio(), runs.parse_run(number))
    if as_json:
        emit_json(detail_json(run))
        return 0
    say(f"{run.name}  {state_words(run)}  {', '.join(run.devices)}".rstrip())
    for line in result_card(run)[2:]:
        say(line)
    say("Sheets:")
    for number_, sheet in enumerate(run.sheets, 1):
        place = f"layer {sheet.layer + 1}, stroke {sheet.stroke}"
        say(
            f"  {number_:3}  {sheet.name} copy {sheet.copy}  {sheet.state}"
            + (f"  on {sheet.device}" if sheet.device else "")
            + (f"  ({place})" if sheet.state == "interrupted" else "")
            + (f"  {sheet.reason}" if sheet.reason else "")
        )
    return 0


@with_examples(
    "plotty run complete RUN-001",
    'plotty run complete 1 --failed "Acme: Card=1" --reason smear --quality 4',
    "plotty run complete 1 --weigh K-01=45.20:44.95 --notes 'good paper'",
    "plotty run complete 1 --sheet 3=spoiled:pen_dry --sheet 4=second",
)
@click.command("complete")
@click.argument("number", metavar="RUN")
@click.option("--failed", multiple=True, help="DESIGN=N, or N when there is one design.")
@click.option("--reason", default="other", show_default=True, help="Why those failed.")
@click.option("--sheet", "sheets", multiple=True, help="NUMBER=good|second|proof|spoiled:REASON.")
@click.option("--pen", "pens", multiple=True, help="PEN=METRES really used.")
@click.option("--weigh", multiple=True, help="PEN=BEFORE:AFTER in grams.")
@click.option("--sheets-used", default="", help="Papers really used.")
@click.option("--duration", default="", help="Machine time, when not as measured.")
@click.option("--quality", default="5", show_default=True, help="1 to 5 stars.")
@click.option("--notes", default="")
@json_option
def run_complete(number: str, as_json: bool, **given: Any) -> int:
    """Tell the results of a run.

    What is not told is as the plotters did it: every drawn sheet good, ink and paper as booked.
    """
    store = open_studio()
    detail = production.run_detail(store, runs.parse_run(number))
    results = production.results_of_form(detail, _typed(detail, given))
    results.verdicts.update(production.sheet_verdicts(detail, given["sheets"]))
    done = production.complete_run(store, detail.number, results)
    if as_json:
        emit_json(detail_json(done))
        return 0
    for line in result_card(done):
        say(line)
    return 0


def _typed(detail: production.RunDetail, given: dict[str, Any]) -> dict[str, str]:
    typed = {"quality": given["quality"], "notes": given["notes"], "reason": given["reason"]}
    for word in given["failed"]:
        name, equals, count = word.rpartition("=")
        item = _item(detail, name) if equals else _only_item(detail)
        typed[f"failed:{item.id}"] = count
    for flag, prefix in (("pens", "pen"), ("weigh", "weigh")):
        for word in given[flag]:
            code, equals, value = word.partition("=")
            if not equals:
                raise WrongUsage(f"{word!r}: write PEN=VALUE, like K-01={value or '412m'}")
            typed[f"{prefix}:{_pen_id(detail, code)}"] = value
    if given["sheets_used"]:
        typed["sheets"] = given["sheets_used"]
    if given["duration"]:
        typed["duration"] = given["duration"]
    known = {field.key for field in production.completion_form(detail)}
    if "sheets" in typed and "sheets" not in known:
        raise Refused("sheets used cannot be told: this run used no paper of the stock, or several")
    return typed


def _item(detail: production.RunDetail, name: str) -> production.ItemResult:
    from plotty_tui.domain.errors import NotFound

    for item in detail.items:
        if item.name.casefold() == name.strip().casefold():
            return item
    raise NotFound.named("design in this run", name, [item.name for item in detail.items])


def _only_item(detail: production.RunDetail) -> production.ItemResult:
    if len(detail.items) != 1:
        names = ", ".join(item.name for item in detail.items)
        raise WrongUsage(f"this run has {len(detail.items)} designs ({names}): write DESIGN=N")
    return detail.items[0]


def _pen_id(detail: production.RunDetail, code: str) -> int:
    from plotty_tui.domain.errors import NotFound

    for pen in detail.pens:
        if pen.id is not None and pen.code.casefold() == code.strip().casefold():
            return pen.id
    codes = [pen.code for pen in detail.pens if pen.code]
    raise NotFound.named("pen in this run", code, codes)
