"""compare, list plans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import plan_sets

from .output import emit_json, json_option, say, table, tell, with_examples


@with_examples("plotty list plans")
@click.command("plans")
@json_option
def plan_list(as_json: bool) -> int:
    """Plan sets that were kept, newest first."""
    found = plan_sets.list_plan_sets(open_studio())
    if as_json:
        emit_json(
            [
                {
                    "name": one.name,
                    "made_at": values.iso(one.made_at),
                    "jobs": one.jobs,
                    "preset": one.preset or None,
                    "est_seconds": one.seconds,
                    "pen_changes": one.changes,
                }
                for one in found
            ]
        )
        return 0
    if not found:
        say("no plan set: plotty plan-all --dry-run --save-as NAME")
        return 0
    table(
        ["plan set", "made", "jobs", "preset", "time", "swaps"],
        [
            (one.name, values.local_time(one.made_at), one.jobs, one.preset,
             values.rough(one.seconds), one.changes)
            for one in found
        ],
        [2, 4, 5],
    )  # fmt: skip
    return 0


@with_examples("plotty compare fast_plan hq_plan --show-time-estimates")
@click.command()
@click.argument("first", metavar="PLANS")
@click.argument("second", metavar="PLANS")
@click.option("--show-time-estimates", is_flag=True, help="Also the time of each job.")
@json_option
def compare(first: str, second: str, show_time_estimates: bool, as_json: bool) -> int:
    """Two plan sets side by side.

    Metres, travel, lifts, swaps, time of machine and person, pens and what the ink costs. Warns
    when the sets do not hold the same jobs.
    """
    found = plan_sets.compare_plan_sets(open_studio(), first, second)
    if as_json:
        emit_json(
            {
                "plans": [_figures_json(one) for one in (found.first, found.second)],
                "jobs": [
                    {"name": one.name, "est_seconds": [one.first, one.second]} for one in found.jobs
                ],
                "warnings": found.warnings,
            }
        )
        return 0
    for warning in found.warnings:
        tell(f"warning: {warning}")
    _print_compared(found)
    if show_time_estimates:
        table(
            ["job", found.first.name, found.second.name, "difference"],
            [
                (one.name, values.clock(one.first), values.clock(one.second),
                 _signed(one.first, one.second))
                for one in found.jobs
            ],
            [1, 2, 3],
        )  # fmt: skip
    say(_verdict(found))
    return 0


def _signed(first: float | None, second: float | None) -> str:
    if first is None or second is None:
        return "–"
    return f"{'-' if second < first else '+'}{values.clock(abs(second - first))}"


def _print_compared(found: plan_sets.Compared) -> None:
    one, two = found.first, found.second

    def line(name: str, a: float, b: float, words: Callable[[float], str]) -> tuple[str, ...]:
        part = values.percent(100 * (b - a) / a, sign=True) if a else "–"
        sign = "-" if b < a else "+"
        return name, words(a), words(b), f"{sign}{words(abs(b - a))}", part

    def count(number: float) -> str:
        return f"{number:g}"

    rows: list[tuple[str, ...]] = [
        line("jobs", one.jobs, two.jobs, count),
        line("ink", one.pen_down_mm, two.pen_down_mm, values.metres),
        line("travel", one.pen_up_mm, two.pen_up_mm, values.metres),
        line("lifts", one.lifts, two.lifts, count),
        line("swaps", one.changes, two.changes, count),
        line("machine", one.seconds, two.seconds, values.clock),
        line("person", one.human_seconds, two.human_seconds, values.clock),
        line("pens", len(one.pens), len(two.pens), count),
    ]
    if one.cost is None or two.cost is None:
        rows.append(("ink cost", "not priced", "not priced", "", ""))
    else:
        rows.append(line("ink cost", one.cost, two.cost, lambda cost: f"{cost:.2f}"))
    table(["", one.name, two.name, "difference", "%"], rows, [1, 2, 3, 4])


def _verdict(found: plan_sets.Compared) -> str:
    """`fast_plan saves 1 h 12 (31 %), costs 4 more swaps`."""
    quick, slow = sorted((found.first, found.second), key=lambda one: one.seconds)
    saved = slow.seconds - quick.seconds
    if saved < 1:
        said = f"{quick.name} and {slow.name} take the same time"
    else:
        said = f"{quick.name} saves {values.rough(saved)} ({100 * saved / slow.seconds:.0f} %)"
    more = quick.changes - slow.changes
    if more:
        swaps = values.plural(abs(more), "swap")
        said += f", costs {swaps} more" if more > 0 else f", and {swaps}"
    return said


def _figures_json(one: plan_sets.SetFigures) -> dict[str, Any]:
    return {
        "name": one.name,
        "jobs": one.jobs,
        "pen_down_m": round(one.pen_down_mm / 1000, 4),
        "pen_up_m": round(one.pen_up_mm / 1000, 4),
        "lifts": one.lifts,
        "pen_changes": one.changes,
        "est_seconds": round(one.seconds, 1),
        "human_seconds": one.human_seconds,
        "pens": one.pens,
        "ink_cost": None if one.cost is None else round(one.cost, 4),
    }
