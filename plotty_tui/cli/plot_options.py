"""The options of plot and plot-all that the run keeps."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

from plotty_tui.domain.values import parse_duration
from plotty_tui.studio.plots.plot_wishes import PlotWish

from .output import can_ask

Flag = Callable[[Any], Any]

_DEVICE_PRESET = re.compile(r"--device-(-?\d+)-preset(?:=(.*))?", re.DOTALL)


class PlotCommand(click.Command):
    """A command that takes `--device-N-preset NAME` for any N."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _numbered(args))


def _numbered(args: list[str]) -> list[str]:
    """`--device-2-preset hq` as `--device-preset 2=hq`."""
    found: list[str] = []
    rest = list(args)
    while rest:
        word = rest.pop(0)
        if word == "--":
            return [*found, word, *rest]
        match = _DEVICE_PRESET.fullmatch(word)
        if match is None:
            found.append(word)
            continue
        number, value = match.groups()
        if value is None:
            if not rest:
                raise click.UsageError(f"{word}: name a preset, like {word} fast")
            value = rest.pop(0)
        found += ["--device-preset", f"{number}={value}"]
    return found


def _device_presets(
    ctx: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> dict[int, str]:
    found: dict[int, str] = {}
    for text in given:
        number, _, name = text.partition("=")
        if not number.isdecimal() or int(number) < 1:
            raise click.UsageError(
                f"--device-{number}-preset {name}: plotters are numbered from 1, as --devices "
                "names them"
            )
        if not name.strip():
            raise click.UsageError(f"--device-{number}-preset: name a preset")
        found[int(number)] = name.strip()
    return found


_OPTIONS: tuple[Flag, ...] = (
    click.option("--preset", default="", help="The plotters move as this preset says, whatever "
                 "the plans were made with."),
    click.option("--device-preset", "device_presets", multiple=True, callback=_device_presets,
                 metavar="N=NAME", help="The preset of plotter N of --devices alone; also written "
                 "--device-N-preset NAME."),
    click.option("--template", default="", help="Preset, quality checks and paper work of this "
                 "template."),
    click.option("--max-total-time", "max_total", default="", help="Take no sheet after so long "
                 "on the clock: 6h."),
    click.option("--auto-pause", is_flag=True, help="At that limit pause what is being drawn, at "
                 "the end of its stroke."),
    click.option("--max-job-time", "max_job", default="", help="Leave out jobs of which a sheet "
                 "takes longer: 20m."),
    click.option("--auto-retry", is_flag=True, help="Try again after a fault before the pen has "
                 "touched the paper."),
    click.option("--auto-recovery", is_flag=True, help="After a fault that passes, reconnect and "
                 "go on at the place."),
    click.option("--max-retries", default=None, type=click.IntRange(0), help="So many further "
                 "attempts a job, then it is held (3)."),
    click.option("--pen-by-pen", is_flag=True, help="Each pen over all sheets, which come off "
                 "between their pens: fewer pen changes, more paper to put on."),
    click.option("--quality-checks", is_flag=True, help="Ask after each sheet: good, second or "
                 "spoiled."),
    click.option("--auto-replot-failed", "auto_replot", is_flag=True, help="A spoiled copy is "
                 "drawn again on a new sheet."),
    click.option("--max-replots", default=None, type=click.IntRange(1), help="So many more "
                 "attempts a copy (2)."),
    click.option("--enforce-quality-gates", "enforce_gates", is_flag=True, help="Judge the gates "
                 "of plotty config quality-gates; a broken one ends what it judges."),
    click.option("--auto-hold-on-failure", "hold_on_failure", is_flag=True, help="A broken gate "
                 "holds what it judges."),
    click.option("--pen-usage-tracking", "pen_tracking", is_flag=True, help="Refuse when a layer "
                 "has no pen of the stock. (Metres are always booked.)"),
    click.option("--paper-usage-tracking", "paper_tracking", is_flag=True, help="Refuse when a "
                 "paper is not of the stock. (Sheets are always booked.)"),
    click.option("--notify-on-complete", "notify_complete", is_flag=True, help="A notice when all "
                 "is drawn."),
    click.option("--notify-on-error", "notify_error", is_flag=True, help="A notice at each fault."),
    click.option("--notify-client", default=None, metavar="ADDRESS", help="Mail there when it is "
                 "ready; `each`: every client at its own address."),
    click.option("--document-for-client", "document", is_flag=True, help="Make a dossier for each "
                 "client: sheets, times, pens, pictures, certificate."),
    click.option("--monitor", "with_monitor", is_flag=True, help="The dashboard on a terminal; "
                 "plain lines elsewhere."),
)  # fmt: skip

_ALL_OPTIONS: tuple[Flag, ...] = (
    click.option("--batch-id", default="", metavar="BATCH", help="Only this batch: its id, its "
                 "name, or last."),
    click.option("--priority-order", is_flag=True, help="High before normal before low, and among "
                 "those what is due first."),
    click.option("--skip-low-priority", "skip_low", is_flag=True, help="Leave out what has low "
                 "priority."),
)  # fmt: skip


def plot_options(command: Any) -> Any:
    """Options of both plot and plot-all."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def plot_all_options(command: Any) -> Any:
    """Options of plot-all alone."""
    for option in reversed(_ALL_OPTIONS):
        command = option(command)
    return command


def wish_of(max_total: str, max_job: str, **flags: Any) -> PlotWish:
    """What these options say."""
    return PlotWish(
        max_total_seconds=parse_duration(max_total) if max_total else None,
        max_job_seconds=parse_duration(max_job) if max_job else None,
        unattended=not can_ask(),
        **flags,
    )
