"""plot, plot-all, pause, resume, skip-layer, cancel, estop, ready."""

from __future__ import annotations

from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.studio import intake, plotting
from plotty_tui.studio.opening import open_studio

from .output import emit_json, json_option, say, tell, with_examples

_devices = click.option("--devices", default="", help="Names, comma separated, or all.")
_no_wait = click.option("--no-wait", is_flag=True, help="Start and return; watch with monitor.")


@with_examples('plotty plot "Acme: Card"', 'plotty plot "Client: Logo*" --devices left,right')
@click.command()
@click.argument("names", nargs=-1, required=True, metavar="JOB...")
@click.option("--copies", default=None, type=int, help="Instead of the job's own number.")
@_devices
@_no_wait
@json_option
def plot(names: tuple[str, ...], copies: int | None, devices: str, **flags: bool) -> int:
    """Plot the named jobs.

    Opens a production run, asks for paper and pens, and follows it until every sheet is drawn.
    Leaving with ctrl-C leaves the plot going.
    """
    store = open_studio()
    return _plot(store, intake.open_jobs(store, names), devices, copies, True, **flags)


@with_examples(
    "plotty plot-all", "plotty plot-all --devices left,right", "plotty plot-all --no-wait"
)
@click.command("plot-all")
@_devices
@_no_wait
@json_option
def plot_all(devices: str, **flags: bool) -> int:
    """Plot everything that is planned.

    In queue order, on every plotter that is set up. Without a terminal it asks nobody: a plotter
    that wants paper or a pen waits for `plotty ready` from elsewhere.
    """
    store = open_studio()
    return _plot(store, intake.open_jobs(store), devices, None, False, **flags)


def _plot(
    store: Any,
    wanted: list[Any],
    devices: str,
    copies: int | None,
    strict: bool,
    no_wait: bool,
    as_json: bool,
) -> int:
    if copies is not None and copies < 1:
        raise click.UsageError(f"{copies} copies: give 1 or more")
    names = [name.strip() for name in devices.split(",") if name.strip()]
    started = plotting.start_plot(store, wanted, names, copies, strict)
    for note in started.notes:
        tell(note)
    for name, why in started.left_out:
        tell(f"left out: {name}: {why}")
    if not as_json:
        say(
            f"{started.name}  {values.plural(started.sheets, 'sheet')} on "
            f"{', '.join(started.devices)}, {values.rough(started.seconds)} at the machine"
        )
    if no_wait:
        if as_json:
            emit_json(_started_json(started))
        return 3 if started.left_out else 0
    from .following import follow_run

    done = follow_run(store, started.number, quiet=as_json)
    if as_json:
        emit_json({**_started_json(started), **done.to_json()})
    return 3 if done.needs_person or started.left_out else 0


def _started_json(started: plotting.Started) -> dict[str, Any]:
    return {
        "run": started.name,
        "number": started.number,
        "sheets": started.sheets,
        "devices": started.devices,
        "est_seconds": round(started.seconds, 1),
        "left_out": [{"name": name, "reason": why} for name, why in started.left_out],
    }


_target = click.argument("target", required=False, metavar="[DEVICE|JOB]")


@with_examples("plotty pause left", "plotty pause")
@click.command()
@_target
def pause(target: str | None) -> int:
    """Pause a plotter, pen up.

    Without a name: the one that draws.
    """
    say(plotting.pause(open_studio(), target))
    return 0


@with_examples(
    "plotty resume left",
    'plotty resume "Acme: Card"',
    "plotty resume left --back 20mm",
    "plotty resume left --redo-layer",
)
@click.command()
@_target
@click.option("--back", default=None, help="Begin that much ink earlier, within the layer: 20mm.")
@click.option("--redo-layer", is_flag=True, help="Draw the layer at hand again from its begin.")
@click.option("--on", default=None, metavar="DEVICE", help="Finish the sheet on another plotter.")
@click.option("--pen", default=None, help="The pen that is in the holder now (sticker or slot).")
def resume(
    target: str | None, back: str | None, redo_layer: bool, on: str | None, pen: str | None
) -> int:
    """Go on after a pause or an interruption.

    An interrupted sheet goes on at its stroke; nothing before it is drawn again, unless that is
    asked for. On another plotter it is put on by hand first. `plotty recovery list` shows what each
    choice takes.
    """
    back_mm = values.parse_length(back) if back else 0.0
    say(plotting.resume(open_studio(), target, back_mm, redo_layer, on, pen))
    return 0


@with_examples("plotty skip-layer left")
@click.command("skip-layer")
@_target
def skip_layer(target: str | None) -> int:
    """Leave a layer out and go on with the next.

    The one whose pen the plotter waits for, or in which it is paused or interrupted.
    """
    say(plotting.skip_layer(open_studio(), target))
    return 0


@with_examples("plotty cancel left", 'plotty cancel "Acme: Card"')
@click.command()
@_target
def cancel(target: str | None) -> int:
    """Give a sheet or a job up.

    A plotter: the sheet it holds (spoiled, when the pen has touched it). A job: all its copies
    that are not drawn yet.
    """
    say(plotting.cancel(open_studio(), target))
    return 0


@with_examples("plotty estop")
@click.command()
def estop() -> int:
    """Stop every plotter, pens up, at once.

    What was being drawn is interrupted and can go on.
    """
    say(plotting.emergency_stop(open_studio()))
    return 0


@with_examples("plotty ready left", "plotty ready left --pen K-07")
@click.command()
@click.argument("device", required=False)
@click.option("--pen", default=None, help="Another pen than the one asked for (sticker or slot).")
def ready(device: str | None, pen: str | None) -> int:
    """The pen or the paper is in: go on."""
    say(plotting.ready(open_studio(), device, pen))
    return 0
