"""load schedule, schedule load|show|save|clear."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import schedules

from .output import emit_json, json_option, say, table, with_examples

_file = click.option(
    "--file", "path", required=True, type=click.Path(path_type=Path), help="JSON: a list of jobs."
)


@with_examples("plotty load schedule --file schedule.json")
@click.command("schedule")
@_file
@json_option
def schedule_load(path: Path, as_json: bool) -> int:
    """Put the day's schedule in force: all of it or nothing.

    The file is a list of job names, or {"entries": [{"job": NAME or ID, "copies": 20, "device":
    "left", "not_before": "09:30", "due": "16:00"}]}. `plan-all --optimize-for-today` goes by it.
    """
    loaded = schedules.load_schedule(open_studio(), path)
    if as_json:
        emit_json(_schedule_json(loaded))
        return 0
    for one in loaded.jobs:
        say(f"{one.name}" + (f"  {one.changes}" if one.changes else ""))
    say(f"schedule in force: {values.plural(len(loaded.jobs), 'job')}")
    return 0


@with_examples("plotty schedule show")
@click.command("show")
@json_option
def schedule_show(as_json: bool) -> int:
    """The schedule in force, and what became of its jobs."""
    found = schedules.shown_schedule(open_studio())
    if as_json:
        emit_json(_schedule_json(found))
    elif found.loaded_at is None:
        say("no schedule is in force: plotty load schedule --file FILE.json")
    else:
        said = [(k, one.name, one.changes, one.gone) for k, one in enumerate(found.jobs, 1)]
        table(["", "job", "wanted", "state"], said, [0])
        say(f"loaded {values.local_time(found.loaded_at)} from {found.source}")
    return 0


@with_examples("plotty schedule save --file today.json --from-queue")
@click.command("save")
@_file
@click.option("--from-queue", is_flag=True, help="The queue's planned jobs in their order.")
def schedule_save(path: Path, from_queue: bool) -> int:
    """Write the schedule in force to a file, for another day."""
    count = schedules.save_schedule(open_studio(), path, from_queue)
    say(f"{path}  {values.plural(count, 'job')}")
    return 0


@with_examples("plotty schedule clear")
@click.command("clear")
def schedule_clear() -> int:
    """Take the schedule out of force.

    Its jobs stay in the queue and may begin at any time, on any plotter.
    """
    count = schedules.clear_schedule(open_studio())
    say(f"schedule cleared: {values.plural(count, 'job')}" if count else "no schedule was in force")
    return 0


def _schedule_json(found: schedules.Schedule) -> dict[str, Any]:
    return {
        "loaded_at": values.iso(found.loaded_at),
        "source": found.source or None,
        "entries": [
            {
                "id": one.job_id,
                "job": one.name,
                "copies": one.entry.copies,
                "device": one.entry.device or None,
                "not_before": values.iso(one.entry.not_before),
                "due": values.iso(one.entry.due),
                "gone": one.gone or None,
            }
            for one in found.jobs
        ],
    }
