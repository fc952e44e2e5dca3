"""queue split, queue cleanup, list batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.studio.jobs import queue_batches
from plotty_tui.studio.jobs.queue_batches import BatchView
from plotty_tui.studio.opening import open_studio

from .output import emit_json, json_option, say, table, tell, with_examples

SHOWN = 10


@with_examples('plotty queue split --batch-size 10 --name-suffix "batch_{n}"')
@click.command("split")
@click.option("--batch-size", type=int, required=True, help="Jobs in a batch.")
@click.option("--name-suffix", default="batch_{n}", show_default=True, help="Needs {n}.")
@click.option("--again", is_flag=True, help="Also jobs that are in a batch.")
@json_option
def queue_split(batch_size: int, name_suffix: str, again: bool, as_json: bool) -> int:
    """Put the queue into batches.

    So many jobs each, in queue order; plot-all --batch-id draws one of them, by its id, its name or
    `last`. Numbers count up past names that there were.
    """
    store = open_studio()
    inside = 0 if again else queue_batches.jobs_in_batches(store)
    made = queue_batches.split_queue(store, batch_size, name_suffix, again)
    if as_json:
        emit_json([_batch_json(one) for one in made])
        return 0
    if inside:
        tell(f"note: {values.plural(inside, 'job')} in batches already: --again splits them too")
    _table(made)
    _tell_unplanned(made)
    return 0


@with_examples("plotty list batches", "plotty list batches --all --json")
@click.command("batches")
@click.option("--all", "everything", is_flag=True, help="Also those that are drawn.")
@json_option
def batch_list(everything: bool, as_json: bool) -> int:
    """Batches of the queue, with their ids."""
    found = queue_batches.list_batches(open_studio(), everything)
    if as_json:
        emit_json([_batch_json(one) for one in found])
        return 0
    if not found:
        say("no batch: plotty queue split --batch-size 10, or plotty plan NAME... --optimize-batch")
        return 0
    _table(found)
    return 0


def _table(found: Sequence[BatchView]) -> None:
    table(
        ["id", "batch", "made", "jobs", "open", "time", "swaps"],
        [
            (one.id, one.name, values.local_time(one.created_at), one.jobs, one.open,
             values.rough(one.seconds) if one.unplanned < one.open else "–", one.pen_changes)
            for one in found
        ],
        [0, 3, 4, 5, 6],
    )  # fmt: skip


def _tell_unplanned(found: Sequence[BatchView]) -> None:
    missing = sum(one.unplanned for one in found)
    if missing:
        tell(f"note: {values.plural(missing, 'job')} without a plan: their time is not counted")


def _batch_json(one: BatchView) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "created_at": values.iso(one.created_at),
        "jobs": one.jobs,
        "open_jobs": one.open,
        "unplanned_jobs": one.unplanned,
        "est_seconds": round(one.seconds, 1),
        "pen_changes": one.pen_changes,
    }


@with_examples(
    "plotty queue cleanup --completed --older-than 1d --archive", "plotty queue cleanup --refused"
)
@click.command("cleanup")
@click.option("--completed", is_flag=True, help="Jobs whose copies are all drawn.")
@click.option("--held", is_flag=True, help="Jobs that are held.")
@click.option("--refused", is_flag=True, help="Jobs that cannot be planned.")
@click.option("--unplanned", is_flag=True, help="Jobs that have no plan.")
@click.option(
    "--older-than",
    default="0s",
    show_default=True,
    help="Only those whose end, or adding, is longer ago: 1d, 12h.",
)
@click.option("--archive", is_flag=True, help="Keep them all in the archive.")
@json_option
def queue_cleanup(older_than: str, archive: bool, as_json: bool, **states: bool) -> int:
    """Take jobs that are over out of the lists.

    What was drawn always stays in the books; a job that never was is forgotten unless --archive
    keeps it. History and ledger do not change, and undo brings the jobs back.
    """
    from plotty_tui.studio.jobs.queue_cleanup import clean_up

    wanted = [name for name, chosen in states.items() if chosen]
    made = clean_up(open_studio(), wanted, values.parse_duration(older_than), archive)
    if as_json:
        emit_json(
            {
                "archived": made.archived,
                "deleted": made.deleted,
                "stay": [{"name": name, "why": why} for name, why in made.stay],
            }
        )
        return 0
    for word, names in (("archived", made.archived), ("forgotten", made.deleted)):
        for name in names[:SHOWN]:
            say(f"  {word}  {name}")
        if len(names) > SHOWN:
            say(f"  and {len(names) - SHOWN} more")
    for name, why in made.stay:
        tell(f"  stays  {name}: {why}")
    say(f"archived {len(made.archived)}, forgotten {len(made.deleted)}, {len(made.stay)} stay")
    return 0
