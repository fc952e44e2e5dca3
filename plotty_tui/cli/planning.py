"""estimate, export, preview."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.domain.plan import STEPS, PlanStep
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import plans
from plotty_tui.studio.planning.estimates import band_json, band_words

from .bars import planning_bar
from .output import emit_json, json_option, say, table, with_examples


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
    with planning_bar(not as_json) as watch:
        told = plans.Listeners(watch=watch)
        found = plans.estimate_job(open_studio(), name, preset, stage, told)
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
                "learned": band_json(found.band),
                "gaps": sum(layer.gaps for layer in found.plan.layers),
                "gaps_mm": round(sum(layer.gaps_mm for layer in found.plan.layers), 2),
                "again_m": round(sum(layer.again_mm for layer in found.plan.layers) / 1000, 4),
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
    say(f"  {band_words(found.band)}")
    for layer in found.plan.layers:
        pen = layer.pen.code if layer.pen and layer.pen.code else layer.color
        say(f"  {layer.name} ({pen}): {values.clock(layer.seconds)}, {layer.strokes} strokes")
    if detailed:
        print_steps(found.plan.steps())
        for note in found.plan.notes:
            say(f"note: {note}")
    return 0


def print_steps(steps: Sequence[PlanStep]) -> None:
    """What drawings take after each step of planning, and what the step saved."""
    rows: list[tuple[Any, ...]] = []
    before: PlanStep | None = None
    for step in steps:
        saved = f"{before.seconds - step.seconds:.1f} s" if before else ""
        rows.append(
            (
                STEPS[step.name],
                step.lifts,
                values.metres(step.pen_up_mm),
                values.clock(step.seconds),
                saved,
            )
        )
        before = step
    table(["step", "lifts", "travel", "time", "saves"], rows, [1, 2, 3, 4])


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


@with_examples('plotty preview "Acme: Card"', 'plotty preview "Acme: Card" --travel')
@click.command()
@click.argument("name", metavar="JOB")
@click.option("--width", default=0, help="Columns; 0: as wide as the terminal.")
@click.option("--travel", is_flag=True, help="Also the pen's way between strokes, as dots.")
def preview(name: str, width: int, travel: bool) -> int:
    """Show the drawing in the terminal.

    As planned; without a plan, as it is in the file. The dashboard plays it stroke by stroke.
    """
    import shutil

    from plotty_tui.studio.jobs.preview import braille_preview

    size = shutil.get_terminal_size((80, 24))
    shown = braille_preview(open_studio(), name, width or size.columns, size.lines - 2, travel)
    for line in shown.lines:
        click.echo(line)
    if travel:
        say(
            f"{values.plural(shown.strokes, 'stroke')}, travel {values.metres(shown.travel_mm)}, "
            f"the longest hop {shown.longest_mm:.0f} mm, "
            f"half of them up to {shown.middle_mm:.1f} mm"
        )
    return 0
