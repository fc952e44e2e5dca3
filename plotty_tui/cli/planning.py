"""plan, plan-all, estimate, export, preview, preset list."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.studio import intake, plans
from plotty_tui.studio.opening import open_studio

from .output import emit_json, json_option, on_terminal, say, table, tell, with_examples

_preset = click.option(
    "--preset", default=plans.DEFAULT_PRESET, show_default=True,
    help="none, preview, fast, default, hq or safe.",
)  # fmt: skip


@with_examples('plotty plan "Client: Logo*" --preset hq', "plotty plan 12 --preset fast")
@click.command()
@click.argument("names", nargs=-1, required=True, metavar="JOB...")
@_preset
@json_option
def plan(names: tuple[str, ...], preset: str, as_json: bool) -> int:
    """Plan the named jobs.

    By name, id or quoted pattern. A job that has a plan is planned again.
    """
    store = open_studio()
    return _plan(store, intake.open_jobs(store, names), preset, as_json)


@with_examples("plotty plan-all --preset fast", "plotty plan-all --preset hq --again")
@click.command("plan-all")
@_preset
@click.option("--again", is_flag=True, help="Also jobs that have a plan.")
@json_option
def plan_all(preset: str, again: bool, as_json: bool) -> int:
    """Plan every job that has no plan.

    On all cores; a job that cannot be planned keeps the reason and leaves the others alone.
    """
    store = open_studio()
    found = [job for job in intake.open_jobs(store) if job.state != "active"]
    wanted = [job for job in found if again or job.plan_id is None or _other(job, preset)]
    if not wanted:
        if as_json:
            emit_json({"jobs": []})
        else:
            tell("every job has its plan" if found else "no jobs to plan: plotty add FILE.svg")
        return 0
    return _plan(store, wanted, preset, as_json)


def _other(job: Any, preset: str) -> bool:
    return job.plan.preset != preset


def _plan(store: Any, wanted: list[Any], preset: str, as_json: bool) -> int:
    with _bar(len(wanted), not as_json) as step:
        results = plans.plan_jobs(store, wanted, preset, step)
    good = [one for one in results if one.plan]
    if as_json:
        emit_json({"jobs": [_planned_json(one) for one in results]})
    else:
        _print_plans(results)
    if len(good) == len(results):
        return 0
    return 3 if good else 1


@contextmanager
def _bar(total: int, wanted: bool) -> Iterator[Callable[[object], None]]:
    """What to call after each job: it moves a bar on a terminal, and does nothing elsewhere."""
    if not (wanted and total > 1 and on_terminal()):
        yield lambda one: None
        return
    from click.termui import progressbar

    with progressbar(length=total, label="planning", file=sys.stderr) as bar:
        yield lambda one: bar.update(1)


def _print_plans(results: list[plans.Planned]) -> None:
    rows = [
        (one.name, len(p.layers), values.metres(p.pen_down_mm), values.metres(p.pen_up_mm),
         values.clock(p.seconds), p.pen_changes, "kept" if one.kept else "")
        for one in results
        if (p := one.plan)
    ]  # fmt: skip
    if rows:
        table(["job", "layers", "ink", "travel", "time", "swaps", ""], rows, [1, 2, 3, 4, 5])
    for one in results:
        if one.plan is None:
            tell(f"plotty: {one.name}: {one.error}")
    good = [one.plan for one in results if one.plan]
    # What a plan did is told of one; of many only what concerns them all.
    told = [plan for plan in good if len(good) == 1 or plan.provisional]
    for note in dict.fromkeys(note for plan in told for note in plan.notes):
        tell(f"note: {note}")
    seconds = sum(plan.seconds for plan in good)
    left = len(results) - len(good)
    total = f"planned {values.plural(len(good), 'job')}, {values.rough(seconds)} at the machine"
    say(f"{total}; {left} refused" if left else total)


def _planned_json(one: plans.Planned) -> dict[str, Any]:
    document: dict[str, Any] = {"id": one.job_id, "name": one.name, "error": one.error or None}
    if one.plan:
        document |= {
            "preset": one.plan.preset.name,
            "est_seconds": round(one.plan.seconds, 1),
            "pen_down_m": round(one.plan.pen_down_mm / 1000, 4),
            "pen_up_m": round(one.plan.pen_up_mm / 1000, 4),
            "lifts": one.plan.lifts,
            "pen_changes": one.plan.pen_changes,
            "layers": [
                {
                    "name": layer.name,
                    "pen": layer.pen.code if layer.pen and layer.pen.code else None,
                    "est_seconds": round(layer.seconds, 1),
                    "pen_down_m": round(layer.pen_down_mm / 1000, 4),
                }
                for layer in one.plan.layers
            ],
        }
    return document


@with_examples(
    "plotty estimate 12",
    'plotty estimate "Acme: Card" --preset hq',
    "plotty estimate 12 --stage pre",
)
@click.command()
@click.argument("name", metavar="JOB")
@click.option("--preset", default=None, help="As this preset would plan it.")
@click.option("--stage", default="", help="pre: as drawn in the file; post: by its plan.")
@click.option("--detailed", is_flag=True, help="What each step of planning saves.")
@json_option
def estimate(name: str, preset: str | None, stage: str, detailed: bool, as_json: bool) -> int:
    """What a job takes: time, metres, lifts.

    Changes nothing.
    """
    found = plans.estimate_job(open_studio(), name, preset, stage)
    if as_json:
        emit_json(
            {
                "name": found.name,
                "preset": found.preset,
                "est_seconds": round(found.seconds, 1),
                "pen_down_m": round(found.pen_down_mm / 1000, 4),
                "pen_up_m": round(found.pen_up_mm / 1000, 4),
                "lifts": found.lifts,
                "pen_changes": found.pen_changes,
                "steps": [
                    {
                        "name": step.name,
                        "lifts": step.lifts,
                        "pen_up_m": round(step.pen_up_mm / 1000, 4),
                        "est_seconds": round(step.seconds, 1),
                    }
                    for step in found.plan.steps()
                ],
            }
        )
        return 0
    say(
        f"{found.name}, preset {found.preset}: {values.clock(found.seconds)} at the machine, "
        f"{values.metres(found.pen_down_mm)} drawn, {values.metres(found.pen_up_mm)} travel, "
        f"{values.plural(found.lifts, 'lift')}, {values.plural(found.pen_changes, 'pen change')}"
    )
    for layer in found.plan.layers:
        pen = layer.pen.code if layer.pen and layer.pen.code else layer.color
        say(f"  {layer.name} ({pen}): {values.clock(layer.seconds)}, {layer.strokes} strokes")
    if detailed:
        _print_steps(found.plan)
    return 0


def _print_steps(plan: Any) -> None:
    """What a plan takes after each step of planning, and what the step saved."""
    rows, before = [], None
    for step in plan.steps():
        saved = values.clock(before.seconds - step.seconds) if before else ""
        rows.append(
            (
                step.name,
                step.lifts,
                values.metres(step.pen_up_mm),
                values.clock(step.seconds),
                saved,
            )
        )
        before = step
    table(["step", "lifts", "travel", "time", "saves"], rows, [1, 2, 3, 4])
    for note in plan.notes:
        say(f"note: {note}")


@with_examples('plotty export "Acme: Card" --output card-planned.svg')
@click.command()
@click.argument("name", metavar="JOB")
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), help="The file.")
@json_option
def export(name: str, output: Path, as_json: bool) -> int:
    """Write the planned strokes as SVG.

    One layer a pen, in drawing order: what will be drawn.
    """
    job, plan_ = plans.export_job(open_studio(), name, output)
    if as_json:
        emit_json({"name": job, "file": str(output), "layers": len(plan_.layers)})
    else:
        say(f"{output}  {job}: {values.plural(len(plan_.layers), 'layer')}, {plan_.lifts} strokes")
    return 0


@with_examples('plotty preview "Acme: Card"', "plotty preview 12 --width 100")
@click.command()
@click.argument("name", metavar="JOB")
@click.option("--width", default=0, help="Columns; 0: as wide as the terminal.")
def preview(name: str, width: int) -> int:
    """Show the drawing in the terminal.

    As planned; without a plan, as it is in the file.
    """
    import shutil

    from plotty_tui.studio.preview import braille_preview

    size = shutil.get_terminal_size((80, 24))
    for line in braille_preview(open_studio(), name, width or size.columns, size.lines - 2):
        click.echo(line)
    return 0


@with_examples("plotty list presets")
@click.command("presets")
@json_option
def preset_list(as_json: bool) -> int:
    """Presets for planning and drawing."""
    found = plans.presets()
    if as_json:
        emit_json([one.to_json() for one in found])
        return 0
    table(
        ["preset", "pen down", "pen up", "order", "note"],
        [
            (one.name, f"{one.motion.speed_pendown:g} %", f"{one.motion.speed_penup:g} %",
             one.describe_order(), one.note)
            for one in found
        ],
    )  # fmt: skip
    return 0
