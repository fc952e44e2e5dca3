"""list queue, list jobs."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import click

from plotty_tui.domain import jobs, values
from plotty_tui.studio.jobs import queue_lists
from plotty_tui.studio.opening import open_studio

from .output import emit_json, json_option, on_terminal, say, table, tell, with_examples
from .views import job_json

if TYPE_CHECKING:
    from plotty_tui.studio.figures.queue_ahead import Ahead, JobAhead

SHOWN = 60
LEAST_SECONDS = 1.0

_limit = click.option("--limit", default=SHOWN, show_default=True, help="How many at most.")
_all = click.option("--all", "everything", is_flag=True, help="No limit.")
_detailed = click.option("--detailed", is_flag=True, help="All columns.")
_estimates = click.option("--show-estimates", is_flag=True,
                          help="Metres, machine and human minutes, with sums.")  # fmt: skip
_changes = click.option("--show-pen-changes", is_flag=True,
                        help="Pen changes in each job and to the next, with sums.")  # fmt: skip


@with_examples(
    "plotty list queue",
    "plotty list queue --detailed --show-estimates --show-pen-changes",
    "plotty list queue --json --all",
    "plotty list queue --watch --refresh 30s",
)
@click.command("queue")
@_limit
@_all
@_detailed
@_estimates
@_changes
@click.option("--watch", is_flag=True, help="Drawn again and again, until Ctrl-C.")
@click.option("--refresh", default="", help="With --watch: every so often. [default: 5s]")
@json_option
def list_queue(
    limit: int,
    everything: bool,
    detailed: bool,
    show_estimates: bool,
    show_pen_changes: bool,
    watch: bool,
    refresh: str,
    as_json: bool,
) -> int:
    """Jobs to be drawn, in order.

    Human minutes count one for each pen change and half of one for each sheet. With --watch on a
    pipe it is printed once.
    """
    if refresh and not watch:
        raise click.UsageError("--refresh goes with --watch")
    seconds = values.parse_duration(refresh or "5s")
    if seconds < LEAST_SECONDS:
        raise click.UsageError(f"--refresh {refresh}: give 1s or more")
    store = open_studio()
    most = None if everything else limit

    def show() -> None:
        if not (show_estimates or show_pen_changes):
            rows = queue_lists.queue_rows(store, most)
            _show(rows, queue_lists.queue_counts(store)["all"], as_json, detailed)
            return
        from plotty_tui.studio.figures.queue_ahead import queue_ahead

        ahead = queue_ahead(store)
        _show_ahead(ahead, most, as_json, detailed, show_estimates, show_pen_changes)

    while watch and on_terminal() and not as_json:
        click.clear()
        say(f"{values.local_time(store.clock.now())}, again every {values.rough(seconds)}")
        show()
        time.sleep(seconds)
    show()
    return 0


@with_examples("plotty list jobs", "plotty list jobs --json")
@click.command("jobs")
@_limit
@_all
@_detailed
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
    columns, right = _columns(detailed)
    table(columns, [_cells(k, row, detailed) for k, row in enumerate(rows, 1)], right)
    _tell_rest(len(rows), total)


def _tell_rest(shown: int, total: int) -> None:
    if shown < total:
        tell(f"{shown} of {total:,} jobs: --all shows the rest")


def _columns(detailed: bool) -> tuple[list[str], list[int]]:
    columns = ["#", "id", "priority", "name", "state", "paper", "copies", "time", "device"]
    if not detailed:
        return columns, [0, 1, 6, 7]
    more = ["client", "group", "tags", "preset", "layers", "ink", "lifts", "pens"]
    return columns + more, [0, 1, 6, 7, 13, 14, 15]


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
        cells += [
            row.client or "", row.group or row.batch or "", ",".join(json.loads(row.tags)),
            row.preset or "", len(json.loads(row.layers)), values.metres(row.ink_mm),
            row.lifts or "", " ".join(pens),
        ]  # fmt: skip
    return cells


def _layers(row: Any) -> list[Any]:
    return json.loads(row.plan)["layers"] if row.plan else []


# With what it takes -----------------------------------------------------------------------------


def _show_ahead(
    ahead: Ahead,
    limit: int | None,
    as_json: bool,
    detailed: bool,
    estimates: bool,
    changes: bool,
) -> None:
    rows = ahead.rows[:limit]
    if as_json:
        emit_json(
            {
                "total": len(ahead.rows),
                "shown": len(rows),
                "jobs": [_ahead_json(one) for one in rows],
                "sums": _sums_json(ahead),
            }
        )
        return
    if not rows:
        say("no jobs: plotty add FILE.svg")
        return
    columns, right = _columns(detailed)
    more = ["metres", "machine", "likely", "by hand"] * estimates + ["swaps", "to next"] * changes
    right += range(len(columns), len(columns) + len(more))
    cells = [
        [*_cells(k, one.row, detailed), *_ahead_cells(one, estimates, changes)]
        for k, one in enumerate(rows, 1)
    ]
    table([*columns, *more], cells, right)
    _tell_rest(len(rows), len(ahead.rows))
    _say_sums(ahead, estimates, changes)


def _ahead_cells(one: JobAhead, estimates: bool, changes: bool) -> list[Any]:
    known = one.row.seconds is not None
    cells: list[Any] = []
    if estimates:
        cells += [
            values.metres(one.ink_mm), values.clock(one.machine_seconds if known else None),
            one.band.words() if one.band else "–",
            values.clock(one.human_seconds if known else None),
        ]  # fmt: skip
    if changes:
        cells += [one.swaps if known else "–", "–" if one.to_next is None else one.to_next]
    return cells


def _say_sums(ahead: Ahead, estimates: bool, changes: bool) -> None:
    count = values.plural(len(ahead.rows), "job")
    if estimates:
        say(
            f"sum: {count}, {values.metres(ahead.ink_mm)}, machine "
            f"{values.rough(ahead.machine_seconds)}"
            + (f" (likely {ahead.band.words()})" if ahead.band else "")
            + f", by hand {values.rough(ahead.human_seconds)}"
        )
    if changes:
        say(f"sum: {values.plural(ahead.swaps, 'swap')} in jobs, {ahead.between} between jobs")
    if ahead.unplanned:
        tell(f"note: {values.plural(ahead.unplanned, 'job')} without a plan not counted")


def _ahead_json(one: JobAhead) -> dict[str, Any]:
    from plotty_tui.studio.planning.estimates import band_json

    return {
        **job_json(one.row),
        "machine_seconds": one.machine_seconds if one.row.seconds is not None else None,
        "likely": band_json(one.band),
        "human_seconds": one.human_seconds if one.row.seconds is not None else None,
        "swaps": one.swaps if one.row.seconds is not None else None,
        "swaps_to_next": one.to_next,
    }


def _sums_json(ahead: Ahead) -> dict[str, Any]:
    from plotty_tui.studio.planning.estimates import band_json

    return {
        "ink_m": round(ahead.ink_mm / 1000, 4),
        "machine_seconds": round(ahead.machine_seconds, 1),
        "likely": band_json(ahead.band),
        "human_seconds": round(ahead.human_seconds, 1),
        "swaps": ahead.swaps,
        "swaps_between": ahead.between,
        "unplanned": ahead.unplanned,
    }
