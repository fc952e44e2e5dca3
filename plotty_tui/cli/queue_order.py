"""queue move, group, reorder, optimize."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from plotty_tui.domain import jobs, values
from plotty_tui.studio.jobs import intake, queue_order
from plotty_tui.studio.jobs.queue_order import Moved, Ordered
from plotty_tui.studio.opening import open_studio

from .bars import bars
from .output import emit_json, json_option, say, tell, with_examples

SHOWN = 20


@with_examples(
    "plotty queue move Poster --to 1",
    'plotty queue move "Client: Logo*" --after Poster',
    "plotty queue move Poster --first --priority high",
)
@click.command("move")
@click.argument("names", nargs=-1, required=True, metavar="JOB...")
@click.option("--to", type=int, default=None, help="To this number in the queue.")
@click.option("--before", default="", metavar="JOB", help="In front of this job.")
@click.option("--after", default="", metavar="JOB", help="Behind this job.")
@click.option("--first", "end", flag_value=queue_order.FIRST, help="In front of its priority.")
@click.option("--last", "end", flag_value=queue_order.LAST, help="To the end of its priority.")
@click.option("--priority", default="", help="high, normal, low (1-3); alone: to the end of it.")
@json_option
def queue_move(
    names: tuple[str, ...],
    to: int | None,
    before: str,
    after: str,
    end: str | None,
    priority: str,
    as_json: bool,
) -> int:
    """Move jobs to another place.

    Priority comes first: a job is moved among those of its own priority, or gets another with
    --priority. Several jobs are moved together.
    """
    if sum((to is not None, bool(before), bool(after), bool(end))) > 1:
        raise click.UsageError("--to, --before, --after, --first, --last: give one")
    if not (to is not None or before or after or end or priority):
        raise click.UsageError("say where: --to N, --before JOB, --after JOB, --first or --last")
    store = open_studio()
    wanted = jobs.parse_priority(priority) if priority else None
    place = queue_order.Place(to, before, after, end or "", wanted)
    moved = queue_order.move_to(store, intake.open_jobs(store, names), place)
    if as_json:
        emit_json({"moved": _moved_json(moved)})
        return 0
    _say_moved(moved)
    return 0


@with_examples(
    'plotty queue group --by-client "Client"',
    'plotty queue group --by-client "Client" --dissolve',
)
@click.command("group")
@click.option("--by-client", "client", required=True, metavar="NAME", help="Whose jobs.")
@click.option("--dissolve", is_flag=True, help="They need not stay together any more.")
@json_option
def queue_group(client: str, dissolve: bool, as_json: bool) -> int:
    """Bring a client's jobs together.

    They move to where the first of them stands, in each priority, and stay together when the
    queue is reordered or optimised. The client is that of the job's record, else the part of its
    name before the colon.
    """
    store = open_studio()
    name, moved = queue_order.group_client(store, client, dissolve)
    members = queue_order.group_numbers(store, name)
    if as_json:
        emit_json(
            {
                "group": None if dissolve else name,
                "jobs": [{"number": number, "name": job} for number, job in members],
                "moved": _moved_json(moved),
            }
        )
        return 0
    if dissolve:
        say(f"group {name} dissolved; every job keeps its place")
        return 0
    say(f"group {name}: {values.plural(len(members), 'job')}")
    for number, job in members[:SHOWN]:
        say(f"  {number:4}  {job}")
    _say_moved(moved)
    return 0


@with_examples("plotty queue reorder --by-pen-efficiency")
@click.command("reorder")
@click.option("--by-pen-efficiency", is_flag=True, help="Fewest pen changes.")
@json_option
def queue_reorder(by_pen_efficiency: bool, as_json: bool) -> int:
    """Put the queue in a better order.

    By pen efficiency: the order with the fewest pen changes, within each priority, plans as they
    are. Groups stay together; jobs without a plan and held ones keep their places.
    """
    if not by_pen_efficiency:
        raise click.UsageError("say by what: --by-pen-efficiency")
    made = queue_order.reorder_by_pens(open_studio())
    if as_json:
        emit_json(_ordered_json(made))
        return 0
    _say_kept(made)
    say(f"swaps {made.before} -> {made.after}{_proof(made)}")
    _say_moved(made.moved)
    return 0


@with_examples(
    "plotty queue optimize --global-pen-order --minimize-total-time", "plotty queue optimize"
)
@click.command("optimize")
@click.option("--global-pen-order", is_flag=True, help="One order of the pens for all jobs.")
@click.option(
    "--minimize-total-time",
    is_flag=True,
    help="Count changes of paper too: least time of drawing, pens and paper in all.",
)
@json_option
def queue_optimize(global_pen_order: bool, minimize_total_time: bool, as_json: bool) -> int:
    """Put the whole queue in its best order.

    Jobs and the pens in them are ordered together for the fewest pen changes, within each priority;
    layers change their order where their names allow it. A change of pens is taken as a minute, one
    of paper and each sheet put on as half of one.
    """
    from plotty_tui.studio.jobs.queue_optimize import optimize_queue

    with bars("laying plans anew", not as_json) as begin:
        made = optimize_queue(open_studio(), global_pen_order, minimize_total_time, begin)
    assert made.was is not None and made.now is not None
    if as_json:
        emit_json(
            {
                **_ordered_json(made),
                "plans_turned": made.turned,
                "before": _takes_json(made.was),
                "after": _takes_json(made.now),
                "notes": made.notes,
            }
        )
        return 0
    _say_kept(made)
    for note in made.notes:
        tell(f"note: {note}")
    say(f"swaps {made.before} -> {made.after}")
    if made.was.papers or made.now.papers:
        say(f"changes of paper {made.was.papers} -> {made.now.papers}")
    say(
        f"time {values.rough(made.was.seconds)} -> {values.rough(made.now.seconds)} "
        f"({values.rough(made.now.machine_seconds)} of it at the machine)"
    )
    if made.turned:
        say(f"{values.plural(made.turned, 'plan')} with the layers in another order")
    _say_moved(made.moved)
    return 0


def _proof(made: Ordered) -> str:
    if made.bound is None:
        return " (groups stay together)"
    if made.after > made.bound:
        return f" (no order of these plans has less than {made.bound})"
    return " (no order of these plans has less)"


def _say_kept(made: Ordered) -> None:
    """Who keeps the place, shortly."""
    if not made.kept:
        return
    name, why = made.kept[0]
    more = f" and {len(made.kept) - 1} more" if len(made.kept) > 1 else ""
    tell(f"note: {name}{more} keep their places ({why})" if more else
         f"note: {name} keeps its place ({why})")  # fmt: skip


def _say_moved(moved: Sequence[Moved]) -> None:
    if not moved:
        say("no job changed its place")
        return
    for one in moved[:SHOWN]:
        say(f"moved  {one.name}: {one.before} -> {one.after}")
    if len(moved) > SHOWN:
        say(f"and {len(moved) - SHOWN} more; plotty undo takes it back")
    else:
        tell("plotty undo takes it back")


def _moved_json(moved: Sequence[Moved]) -> list[dict[str, Any]]:
    return [
        {"id": one.job_id, "name": one.name, "before": one.before, "after": one.after}
        for one in moved
    ]


def _ordered_json(made: Ordered) -> dict[str, Any]:
    return {
        "jobs": made.jobs,
        "pen_changes_before": made.before,
        "pen_changes": made.after,
        "pen_changes_bound": made.bound,
        "moved": _moved_json(made.moved),
        "kept": [{"name": name, "why": why} for name, why in made.kept],
    }


def _takes_json(takes: Any) -> dict[str, Any]:
    return {
        "est_seconds": round(takes.seconds, 1),
        "machine_seconds": round(takes.machine_seconds, 1),
        "human_seconds": round(takes.human_seconds, 1),
        "pen_changes": takes.swaps,
        "paper_changes": takes.papers,
        "sheets": takes.sheets,
    }
