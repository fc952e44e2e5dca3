"""queue backup, queue restore."""

from __future__ import annotations

from pathlib import Path

import click

from plotty_tui.domain import values
from plotty_tui.studio.jobs import queue_backup, queue_restoring
from plotty_tui.studio.opening import open_studio

from .output import emit_json, json_option, say, tell, with_examples

SHOWN = 20


@with_examples('plotty queue backup --file "queue_backup_$(date +%Y%m%d).json"')
@click.command("backup")
@click.option("--file", "path", type=click.Path(path_type=Path), required=True, help="To write.")
@click.option(
    "--drawings/--no-drawings",
    default=True,
    help="With the files themselves, so that another studio can read it.",
)
@json_option
def queue_keep(path: Path, drawings: bool, as_json: bool) -> int:
    """Write the queue into a file.

    Jobs in their order with tags, groups and batches, sheets of several pieces, what plans take,
    and the drawings, each with its hash. No addresses and no settings of the studio are in it.
    """
    kept = queue_backup.keep_queue(open_studio(), path, drawings)
    if as_json:
        emit_json(
            {
                "file": str(kept.path),
                "jobs": kept.jobs,
                "imposed": kept.imposed,
                "plans": kept.plans,
                "designs": kept.designs,
                "size_bytes": kept.size_bytes,
            }
        )
        return 0
    sheets = values.plural(kept.imposed, "sheet of several pieces", "sheets of several pieces")
    jobs = values.plural(kept.jobs, "job") + (f" ({sheets})" if kept.imposed else "")
    say(
        f"{jobs}, {values.plural(kept.plans, 'plan')}, "
        f"{values.plural(kept.designs, 'drawing')}, {kept.size_bytes / 1000:,.0f} kB in {kept.path}"
    )
    return 0


@with_examples('plotty queue restore --file "queue_backup_20251107.json"')
@click.command("restore")
@click.option("--file", "path", type=click.Path(path_type=Path), required=True, help="To read.")
@click.option(
    "--prefer",
    type=click.Choice([queue_restoring.HERE, queue_restoring.BACKUP]),
    default=None,
    help="Where priority, tags, hold or group of a job differ: keep them as here, or take "
    "them from the backup.",
)
@json_option
def queue_restore(path: Path, prefer: str | None, as_json: bool) -> int:
    """Bring the queue of a backup back.

    Missing jobs are added, nothing stands twice, and what was drawn since is not revived. The jobs
    of the backup come into its order; others keep their places. Where a job differs it stays as
    it is here, and exit 3 says that somebody has to look. The queue is kept as a safety copy
    first, and undo takes the restore back.
    """
    made = queue_restoring.restore_queue(open_studio(), path, prefer or "")
    if as_json:
        emit_json(
            {
                "added": made.added,
                "same": made.same,
                "changed": made.changed,
                "over": made.over,
                "conflicts": [{"name": name, "why": why} for name, why in made.conflicts],
                "unplanned": made.unplanned,
                "safety_copy": None if made.safety is None else str(made.safety),
            }
        )
        return 3 if made.conflicts else 0
    for name in made.added[:SHOWN]:
        say(f"added  {name}")
    if len(made.added) > SHOWN:
        say(f"and {len(made.added) - SHOWN} more")
    for name in made.over[:SHOWN]:
        say(f"not revived  {name}: it was drawn or put away since")
    for name, why in made.conflicts:
        tell(f"conflict  {name}: {why}")
    if made.safety:
        tell(f"the queue before: {made.safety}")
    if made.unplanned:
        tell(f"note: {values.plural(made.unplanned, 'job')} to be planned: plotty plan-all")
    words = f"added {len(made.added)}, {len(made.same)} already there, {len(made.over)} over"
    say(f"{words}, {len(made.conflicts)} in conflict")
    return 3 if made.conflicts else 0
