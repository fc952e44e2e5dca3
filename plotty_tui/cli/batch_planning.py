"""plan, plan-all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from plotty_tui.domain import jobs, values
from plotty_tui.domain.plan import steps_of
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import batch_plans, pen_plans
from plotty_tui.studio.planning.plan_selection import Choice
from plotty_tui.studio.planning.plan_wishes import BatchPlan, PlannedJob, Use, Wish
from plotty_tui.studio.planning.plans import Listeners

from .bars import planning_bar
from .output import emit_json, json_option, say, table, tell, with_examples

Flag = Callable[[Any], Any]


def _flags(*options: Flag) -> Flag:
    def add(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return add


_HOW = _flags(
    click.option("--preset", default="", help="none, preview, draft, fast, default, detail, hq, "
                 "safe, or one of yours (plotty list presets)."),
    click.option("--optimize-pens", is_flag=True,
                 help="Fewest pen changes: pens in each job and jobs in the queue are ordered."),
    click.option("--global-pen-order", is_flag=True, help="One order of the pens for all jobs."),
    click.option("--pen-order", default="",
                 help="This order of the pens in all jobs: slots or stickers, 2,1,3; or auto."),
    click.option("--precedence", type=click.Choice(pen_plans.PRECEDENCES),
                 default=pen_plans.NUMBERS, show_default=True,
                 help="What may not be turned round when pens are ordered: layer numbers, light "
                 "before dark, back before front, or nothing."),
    click.option("--pen-mapping", default="",
                 help="Layer 1 to the first pen, and so on: 2,1,3; auto: by colour and tip."),
    click.option("--minimize-distance", is_flag=True,
                 help="Strokes are searched for the least travel, whatever the preset's own way."),
    click.option("--quality-tiers", is_flag=True, help="Sort jobs into draft, standard, fine."),
    click.option("--auto-preset-selection", is_flag=True,
                 help="The preset of each job by its tier, with the reason."),
    click.option("--template", default="", help="Preset and pens of this template."),
)  # fmt: skip
_WHICH = _flags(
    click.option("--added-after", default="", help="Added on this day or later (YYYY-MM-DD)."),
    click.option("--added-before", default="", help="Added before this day begins."),
    click.option("--complexity-low", is_flag=True,
                 help="Only simple jobs (plotty config complexity shows what that is)."),
    click.option("--complexity-high", is_flag=True, help="Only complex jobs."),
    click.option("--client-standards", default="", metavar="CLIENT",
                 help="Only this client's jobs, with its preset, pens, paper and gates."),
)  # fmt: skip
_LIMITS = _flags(
    click.option("--priority-order", is_flag=True,
                 help="Strictly by priority, then by due date; shown block by block."),
    click.option("--max-time-per-job", default="", help="Leave out what takes longer: 30m."),
    click.option("--max-pen-changes", default=None, type=int, help="No more in all than this."),
    click.option("--max-total-time", default="", help="No more in all than this: 4h."),
    click.option("--optimize-for-today", is_flag=True,
                 help="Due jobs, the loaded schedule, and what fits the hours that are left."),
    click.option("--resource-constraints", is_flag=True, help="Only what pens and paper suffice "
                 "for."),
    click.option("--respect-constraints", is_flag=True, help="Obey plotty config production."),
    click.option("--optimize-within-limits", is_flag=True,
                 help="Use those limits as well as possible, in any order within a priority."),
)  # fmt: skip
_KEEP = _flags(
    click.option("--dry-run", is_flag=True, help="Compute and show; no job changes."),
    click.option("--save-as", default="", metavar="NAME", help="Keep the plans as a set, for "
                 "compare."),
    click.option("--replace", is_flag=True, help="With --save-as: instead of the set of that "
                 "name."),
    click.option("--optimize-batch", is_flag=True,
                 help="Plan them as one batch; its id is the first field of the last line."),
    click.option("--batch-name", default="", help="With --optimize-batch: the batch's name."),
)  # fmt: skip


@with_examples(
    'plotty plan "Client: Logo*" --preset hq',
    "plotty plan 12 --preset fast",
    'plotty plan "Acme: Card" Poster --optimize-batch --pen-order 2,1',
)
@click.command()
@click.argument("names", nargs=-1, metavar="[JOB...]")
@_HOW
@_WHICH
@_LIMITS
@_KEEP
@json_option
def plan(names: tuple[str, ...], as_json: bool, **given: Any) -> int:
    """Plan the named jobs.

    By name, id or quoted pattern, or by when they were added, how complex they are and whose they
    are. A job that has a plan is planned again. Layers keep the order that `--precedence` wants.
    """
    wish = _wish(names, True, **given)
    choice = wish.choice
    if not (names or choice.after or choice.before or choice.complexity or choice.client):
        raise click.UsageError("name the jobs, or say which: plotty plan-all plans them all")
    return _plan(wish, as_json)


@with_examples(
    "plotty plan-all --preset fast --optimize-pens --global-pen-order",
    "plotty plan-all --max-total-time 4h --max-pen-changes 50",
    "plotty plan-all --preset hq --dry-run --save-as hq_plan",
    "plotty plan-all --quality-tiers --auto-preset-selection",
)
@click.command("plan-all")
@_HOW
@_WHICH
@_LIMITS
@_KEEP
@click.option("--again", is_flag=True, help="Also jobs that have a plan.")
@json_option
def plan_all(as_json: bool, **given: Any) -> int:
    """Plan every job that has no plan.

    On all cores; a job that cannot be planned keeps the reason and leaves the others alone. Flags
    that order or limit the work concern planned jobs too; what does not fit says why and stays as
    it is. Time in all is machine time and a minute for each pen change.
    """
    return _plan(_wish((), False, **given), as_json)


def _wish(names: tuple[str, ...], named: bool, **given: Any) -> Wish:
    if given["complexity_low"] and given["complexity_high"]:
        raise click.UsageError("--complexity-low and --complexity-high: give one")
    if given["replace"] and not given["save_as"]:
        raise click.UsageError("--replace goes with --save-as NAME")
    if given["batch_name"] and not given["optimize_batch"]:
        raise click.UsageError("--batch-name goes with --optimize-batch")
    changes = given["max_pen_changes"]
    if changes is not None and changes < 0:
        raise click.UsageError(f"--max-pen-changes {changes}: give 0 or more")
    after, before = values.parse_day(given["added_after"]), values.parse_day(given["added_before"])
    if after and before and before <= after:
        raise click.UsageError("--added-before is not after --added-after: nothing lies between")
    auto = given["pen_order"].strip().casefold() == pen_plans.AUTO
    order = given["pen_order"] if not auto else ""
    return Wish(
        choice=Choice(names, after, before, _class_of(given), given["client_standards"]),
        pens=pen_plans.PenWish(
            given["optimize_pens"] or auto or (given["optimize_batch"] and not order),
            given["global_pen_order"],
            tuple(filter(None, (word.strip() for word in order.split(",")))),
            given["precedence"],
        ),
        preset=given["preset"],
        again=given.get("again", named),
        template=given["template"],
        pen_mapping=given["pen_mapping"],
        standards=bool(given["client_standards"]),
        quality_tiers=given["quality_tiers"] or given["auto_preset_selection"],
        auto_preset=given["auto_preset_selection"],
        least_travel=given["minimize_distance"],
        by_priority=given["priority_order"],
        job_seconds=_seconds(given["max_time_per_job"]),
        total_seconds=_seconds(given["max_total_time"]),
        changes=changes,
        today=given["optimize_for_today"],
        stock=given["resource_constraints"],
        production=given["respect_constraints"],
        fill=given["optimize_within_limits"],
        dry_run=given["dry_run"],
        save_as=given["save_as"],
        replace_set=given["replace"],
        batch=given["optimize_batch"],
        batch_name=given["batch_name"],
    )


def _class_of(given: dict[str, Any]) -> str:
    return "low" if given["complexity_low"] else "high" if given["complexity_high"] else ""


def _seconds(text: str) -> float | None:
    return values.parse_duration(text) if text else None


def _plan(wish: Wish, as_json: bool) -> int:
    store = open_studio()
    choice = wish.choice
    if (choice.after or choice.before) and not as_json:
        tell(f"jobs added {_period(choice)}")
    try:
        with planning_bar(not as_json) as watch:
            made = batch_plans.plan_batch(store, wish, Listeners(watch=watch))
    except KeyboardInterrupt:
        tell("planning stopped: plans that were made are kept, the other jobs are as they were")
        raise
    if as_json:
        emit_json(_made_json(made, wish))
    elif not made.jobs:
        tell(_nothing(store, wish))
    else:
        _print(made, wish)
    failed = [one for one in made.jobs if one.error]
    if failed and not made.planned:
        return 1
    return 3 if failed else 0


def _nothing(store: Any, wish: Wish) -> str:
    """Why there is nothing to plan."""
    from plotty_tui.studio.jobs.queue_lists import queue_counts

    if not queue_counts(store)["all"]:
        return "no jobs to plan: plotty add FILE.svg"
    if wish.choice.complexity:
        return f"no job of {wish.choice.complexity} complexity: plotty config complexity"
    return (
        "every job that is not being drawn is done" if wish.over_all else "every job has its plan"
    )


def _period(choice: Choice) -> str:
    words = []
    if choice.after:
        words.append(f"from {choice.after:%Y-%m-%d %H:%M} on")
    if choice.before:
        words.append(f"before {choice.before:%Y-%m-%d %H:%M}")
    return ", ".join(words)


# Showing --------------------------------------------------------------------------------------


def _print(made: BatchPlan, wish: Wish) -> None:
    _print_table(made, wish)
    for one in made.jobs:
        if one.error:
            tell(f"plotty: {one.name}: {one.error}")
    for one in made.jobs:
        if one.out:
            say(f"left out  {one.name}: {one.out}")
    good = [one.plan for one in made.planned if one.plan]
    # What a plan did is told of one; of many only what concerns them all.
    told = [plan for plan in good if len(good) == 1 or plan.provisional]
    for note in dict.fromkeys([*made.notes, *(note for plan in told for note in plan.notes)]):
        tell(f"note: {note}")
    if wish.dry_run:
        _print_savings(made)
    for use in made.uses:
        say(_use_line(use))
    if made.ordered:
        proof = f"no order of {_moved(wish)} has less"
        if made.after > made.bound:
            proof = f"no order of {_moved(wish)} has less than {made.bound}"
        say(f"swaps {made.before} -> {made.after} ({proof})")
    if made.saved_as:
        say(f"kept as {made.saved_as}: plotty compare {made.saved_as!r} OTHER")
    _print_total(made, wish)


def _print_savings(made: BatchPlan) -> None:
    """What each step of planning saves over all copies of all jobs."""
    from .planning import print_steps

    layers = [layer for one in made.planned if one.plan for layer in one.plan.layers * one.copies]
    if steps := steps_of(layers):
        print_steps(steps)


def _moved(wish: Wish) -> str:
    """What was free to be ordered."""
    return "the jobs" if wish.pens.alike or wish.pens.order else "jobs and pens"


def _print_total(made: BatchPlan, wish: Wish) -> None:
    count = values.plural(len(made.planned), "job")
    if made.batch_id is not None:
        say(
            f"{made.batch_id}  {made.batch_name}  {count}  {values.rough(made.seconds)}  "
            f"{values.plural(made.after, 'swap')}"
        )
        return
    left = sum(bool(one.error) for one in made.jobs)
    out = sum(bool(one.out) for one in made.jobs)
    total = f"planned {count}, {values.rough(made.seconds)} at the machine"
    if wish.dry_run:
        total = f"nothing changed; it would be {count}, {values.rough(made.seconds)} at the machine"
    words = [total, *([f"{left} refused"] * bool(left)), *([f"{out} left out"] * bool(out))]
    say("; ".join(words))


def _print_table(made: BatchPlan, wish: Wish) -> None:
    if not made.planned:
        return
    tiers = wish.quality_tiers or wish.auto_preset
    columns = ["job", "layers", "ink", "travel", "time", "swaps"]
    columns += ["class"] * bool(wish.choice.complexity or tiers)
    columns += ["tier", "preset", "why"] if tiers else ["preset"]
    rows: list[list[Any]] = []
    block = None
    for one in made.planned:
        plan = one.plan
        assert plan is not None
        if wish.by_priority and one.priority != block:
            block = one.priority
            rows.append([f"-- {jobs.PRIORITY_WORDS.get(block, block)}", *[""] * (len(columns) - 1)])
        row = [
            one.name if one.copies == 1 else f"{one.name} x{one.copies}",
            len(plan.layers), values.metres(plan.pen_down_mm), values.metres(plan.pen_up_mm),
            values.clock(plan.seconds), plan.pen_changes,
        ]  # fmt: skip
        row += [one.complexity] * bool(wish.choice.complexity or tiers)
        preset = plan.preset.name + (" (kept)" if one.kept else "")
        row += [one.tier, preset, one.why] if tiers else [preset]
        rows.append(row)
    table(columns, rows, [1, 2, 3, 4, 5])


def _use_line(use: Use) -> str:
    share = min(1.0, use.used / use.limit) if use.limit else 1.0
    bar = "#" * round(20 * share)
    said = (
        f"{values.rough(use.used)} of {values.rough(use.limit)}"
        if use.name == "time"
        else f"{use.used:g} of {use.limit:g}"
    )
    return f"{use.name:6} [{bar:<20}] {share:4.0%}  {said}"


def _made_json(made: BatchPlan, wish: Wish) -> dict[str, Any]:
    return {
        "jobs": [_job_json(one) for one in made.jobs],
        "dry_run": wish.dry_run,
        "est_seconds": round(made.seconds, 1),
        "pen_changes_before": made.before,
        "pen_changes": made.after,
        "pen_changes_bound": made.bound,
        "limits": [
            {"name": use.name, "used": round(use.used, 1), "limit": round(use.limit, 1)}
            for use in made.uses
        ],
        "notes": made.notes,
        "batch_id": made.batch_id,
        "batch_name": made.batch_name or None,
        "plan_set": made.saved_as or None,
    }


def _job_json(one: PlannedJob) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": one.job_id,
        "name": one.name,
        "error": one.error or None,
        "left_out": one.out or None,
        "complexity": one.complexity,
        "tier": one.tier or None,
        "why": one.why or None,
        "copies": one.copies,
    }
    plan = one.plan
    if plan:
        document |= {
            "preset": plan.preset.name,
            "est_seconds": round(plan.seconds, 1),
            "pen_down_m": round(plan.pen_down_mm / 1000, 4),
            "pen_up_m": round(plan.pen_up_mm / 1000, 4),
            "lifts": plan.lifts,
            "pen_changes": plan.pen_changes,
            "layers": [
                {
                    "name": layer.name,
                    "pen": layer.pen.code if layer.pen and layer.pen.code else None,
                    "est_seconds": round(layer.seconds, 1),
                    "pen_down_m": round(layer.pen_down_mm / 1000, 4),
                }
                for layer in plan.layers
            ],
        }
    return document
