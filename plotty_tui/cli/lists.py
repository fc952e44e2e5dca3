"""list queue, list jobs."""

from __future__ import annotations

import json
from typing import Any

import click

from plotty_tui.domain import jobs, values
from plotty_tui.studio import queue_lists
from plotty_tui.studio.opening import open_studio

from .output import emit_json, json_option, say, table, tell, with_examples
from .views import job_json

SHOWN = 60

_limit = click.option("--limit", default=SHOWN, show_default=True, help="How many at most.")
_all = click.option("--all", "everything", is_flag=True, help="No limit.")


@with_examples(
    "plotty list queue", "plotty list queue --detailed", "plotty list queue --json --all"
)
@click.command("queue")
@_limit
@_all
@click.option("--detailed", is_flag=True, help="All columns.")
@json_option
def list_queue(limit: int, everything: bool, detailed: bool, as_json: bool) -> int:
    """Jobs to be drawn, in order."""
    store = open_studio()
    rows = queue_lists.queue_rows(store, None if everything else limit)
    _show(rows, queue_lists.queue_counts(store)["all"], as_json, detailed)
    return 0


@with_examples("plotty list jobs", "plotty list jobs --json")
@click.command("jobs")
@_limit
@_all
@click.option("--detailed", is_flag=True, help="All columns.")
@json_option
def list_jobs(limit: int, everything: bool, detailed: bool, as_json: bool) -> int:
    """All jobs, the done ones too."""
    store = open_studio()
    rows = queue_lists.all_job_rows(store, None if everything else limit)
    _show(rows, queue_lists.all_job_count(store), as_json, detailed)
    return 0


def _show(rows: list[Any], total: int, as_json: bool, detailed: bool) -> None:
    if as_json:
        emit_json({"total": total, "shown": len(rows), "jobs": [job_json(row) for row in rows]})
        return
    if not rows:
        say("no jobs: plotty add FILE.svg")
        return
    columns = ["#", "id", "priority", "name", "state", "paper", "copies", "time", "device"]
    right = [0, 1, 6, 7]
    if detailed:
        columns += ["preset", "ink", "lifts", "pens"]
        right += [10, 11]
    table(columns, [_cells(k, row, detailed) for k, row in enumerate(rows, 1)], right)
    if len(rows) < total:
        tell(f"{len(rows)} of {total:,} jobs: --all shows the rest")


def _cells(number: int, row: Any, detailed: bool) -> list[Any]:
    state = queue_lists.job_state(row)
    why = row.held or row.refusal
    cells = [
        number, row.id, jobs.PRIORITY_WORDS.get(row.priority, row.priority), row.name,
        f"{state}: {why}" if state in ("held", "refused") else state,
        row.paper, row.copies, values.clock(row.seconds), " ".join(queue_lists.job_devices(row)),
    ]  # fmt: skip
    if detailed:
        pens = [layer["pen"]["code"] or layer["color"] for layer in _layers(row)]
        cells += [row.preset or "", values.metres(row.ink_mm), row.lifts or "", " ".join(pens)]
    return cells


def _layers(row: Any) -> list[Any]:
    return json.loads(row.plan)["layers"] if row.plan else []
