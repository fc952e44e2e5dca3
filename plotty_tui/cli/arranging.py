"""queue hold, queue release, undo, why."""

from __future__ import annotations

import click

from plotty_tui.domain import values
from plotty_tui.studio.jobs import holding, intake
from plotty_tui.studio.opening import open_studio

from .output import emit_json, json_option, say, with_examples

_jobs = click.argument("names", nargs=-1, required=True, metavar="JOB...")


@with_examples('plotty queue hold "Acme: Card" --reason "client is not sure"')
@click.command("hold")
@_jobs
@click.option("--reason", default="", help="Why; it stands beside the job.")
@json_option
def queue_hold(names: tuple[str, ...], reason: str, as_json: bool) -> int:
    """Keep jobs from being drawn.

    A held job keeps its place; sheets that it has in a run wait with it. What is on a plotter
    already is drawn to its end.
    """
    store = open_studio()
    found = intake.open_jobs(store, names)
    changed = holding.hold_jobs(store, found, reason)
    said = " ".join(reason.split()) or holding.NO_REASON
    if as_json:
        emit_json([{"name": job.name, "held": said} for job in found])
        return 0
    for job in found:
        say(f"{'held' if job.name in changed else 'held already'}  {job.name}: {said}")
    return 0


@with_examples('plotty queue release "Acme: Card"')
@click.command("release")
@_jobs
@json_option
def queue_release(names: tuple[str, ...], as_json: bool) -> int:
    """Let held jobs be drawn again."""
    store = open_studio()
    found = intake.open_jobs(store, names)
    changed = holding.release_jobs(store, found)
    if as_json:
        emit_json([{"name": name, "held": ""} for name in changed])
        return 0
    for job in found:
        say(f"{'released' if job.name in changed else 'was not held'}  {job.name}")
    return 0


@with_examples("plotty undo")
@click.command()
@json_option
def undo(as_json: bool) -> int:
    """Take back the last change of the queue.

    Order, priority, hold, tags, groups, batches, removal, clean-up and restore, one change at a
    time, the newest first. What a pen drew is never undone.
    """
    from plotty_tui.studio.jobs.undo import undo_last

    done = undo_last(open_studio())
    if as_json:
        emit_json({"undone": done.text, "jobs": done.jobs, "by": done.actor, "at": done.at})
        return 0
    say(f"taken back: {done.text} ({done.at.astimezone():%H:%M})")
    return 0


@with_examples('plotty why "Acme: Card"', "plotty why 3 --json")
@click.command()
@click.argument("name", metavar="JOB")
@json_option
def why(name: str, as_json: bool) -> int:
    """Why a job is not being drawn."""
    from plotty_tui.studio.jobs.reasons import why_not_drawn

    found = why_not_drawn(open_studio(), name)
    if as_json:
        emit_json(
            {
                "id": found.job_id,
                "name": found.name,
                "drawing": list(found.drawing),
                "reasons": [{"text": one.text, "cure": one.cure} for one in found.reasons],
            }
        )
        return 0
    if found.drawing:
        say(f"{found.name} is being drawn on {' and '.join(found.drawing)}")
        return 0
    if not found.reasons:
        say(f"{found.name}: nothing keeps it; the next free plotter takes it")
        return 0
    say(f"{found.name} is not being drawn ({values.plural(len(found.reasons), 'reason')}):")
    for one in found.reasons:
        say(f"  {one.text}" + (f": {one.cure}" if one.cure else ""))
    return 0
