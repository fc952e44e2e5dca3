"""diagnose batch-planning|queue-optimization|resource-conflicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.studio.opening import open_studio

from .output import emit_json, json_option, say, table, with_examples

NAMES_SHOWN = 4


@with_examples(
    "plotty diagnose batch-planning --show-conflicts --suggest-fixes",
    "plotty diagnose batch-planning --json",
)
@click.command("batch-planning")
@click.option("--show-conflicts", is_flag=True, help="Each conflict with its jobs.")
@click.option("--suggest-fixes", is_flag=True, help="The command that cures each.")
@json_option
def batch_planning(show_conflicts: bool, suggest_fixes: bool, as_json: bool) -> int:
    """Why planning fails or gives bad results.

    Missing pens, sheets that no plotter reaches, changed files, stale plans, orders that contradict
    each other. Exit 3 when there is any.
    """
    from plotty_tui.studio.upkeep.diagnosis import planning_conflicts

    found = planning_conflicts(open_studio())
    if as_json:
        emit_json([_conflict_json(one) for one in found])
    elif not found:
        say("nothing stands in the way of planning")
    elif not (show_conflicts or suggest_fixes):
        for kind, count in Counter(one.kind for one in found).items():
            say(f"{values.plural(count, 'conflict')}: {kind}")
        say("--show-conflicts names the jobs, --suggest-fixes the cures")
    else:
        for one in found:
            say(f"{one.kind}: {one.text}" + (f"  [{_names(one.jobs)}]" if show_conflicts else ""))
            if suggest_fixes and one.cure:
                say(f"  ->  {one.cure}")
    return 3 if found else 0


@with_examples("plotty diagnose queue-optimization --identify-bottlenecks")
@click.command("queue-optimization")
@click.option("--identify-bottlenecks", is_flag=True, help="What each rule costs, in minutes.")
@json_option
def queue_optimization(identify_bottlenecks: bool, as_json: bool) -> int:
    """Why the queue's order cannot be better.

    The rules that bind it, and the command that would better it.
    """
    from plotty_tui.studio.jobs.order_limits import order_limits

    found = order_limits(open_studio())
    if as_json:
        emit_json({
            "pen_changes": found.swaps,
            "pen_changes_best": found.best,
            "machine_seconds": round(found.machine_seconds, 1),
            "bottlenecks": [
                {"rule": one.rule, "text": one.text, "seconds": round(one.seconds, 1),
                 "command": one.command or None}
                for one in found.limits
            ],
        })  # fmt: skip
        return 0
    say(f"{values.plural(found.swaps, 'swap')} as the queue stands, {found.best} at best")
    if identify_bottlenecks and found.limits:
        table(
            ["rule", "what binds", "costs", "what would change it"],
            [(one.rule, one.text, values.rough(one.seconds) if one.seconds else "–", one.command)
             for one in found.limits],
            [2],
        )  # fmt: skip
    elif found.limits:
        say(f"bound by {', '.join(dict.fromkeys(one.rule for one in found.limits))}: "
            "--identify-bottlenecks shows what each costs")  # fmt: skip
    else:
        say("no rule binds it")
    return 0


@with_examples("plotty diagnose resource-conflicts --suggest-alternatives")
@click.command("resource-conflicts")
@click.option("--suggest-alternatives", is_flag=True, help="What would do instead.")
@json_option
def resource_conflicts(suggest_alternatives: bool, as_json: bool) -> int:
    """Pens, paper, plotters and hours that several jobs want.

    What is wanted, what is there, and by which jobs. Exit 3 when there is any conflict.
    """
    from plotty_tui.studio.upkeep import resource_conflicts as resources

    found = resources.resource_conflicts(open_studio())
    if as_json:
        emit_json([_conflict_json(one) for one in found])
    elif not found:
        say("there is enough of everything for the planned jobs")
    else:
        for one in found:
            say(f"{one.text}  [{_names(one.jobs)}]")
            say(f"  ->  {one.cure}")
            for other in one.alternatives if suggest_alternatives else ():
                say(f"  or {other.text}" + (f"  ->  {other.command}" if other.command else ""))
            if suggest_alternatives and not one.alternatives:
                say("  nothing in stock would do instead")
    return 3 if found else 0


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more


def _conflict_json(one: Any) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "text": one.text,
        "jobs": list(one.jobs),
        "cure": one.cure or None,
        "alternatives": [
            {"text": other.text, "command": other.command or None} for other in one.alternatives
        ],
    }
