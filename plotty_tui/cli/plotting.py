"""plot, plot-all, pause, resume, skip-layer, cancel, estop, ready."""

from __future__ import annotations

from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.plots import plotting
from plotty_tui.studio.plots.plot_wishes import PlotWish, find_batch, jobs_of_batch
from plotty_tui.studio.production import run_standing

from .output import can_ask, emit_json, json_option, say, tell, with_examples
from .plot_options import PlotCommand, plot_all_options, plot_options, wish_of

_devices = click.option("--devices", default="", help="Names, comma separated, or all.")
_no_wait = click.option("--no-wait", is_flag=True, help="Start and return; watch with monitor.")
_rehearse = click.option(
    "--rehearse", is_flag=True, help="Draw nothing: say how the day will go, and what is short."
)
_walk = click.option(
    "--walk", default="60s", show_default=True, help="Of a rehearsal: a person's time for a hand."
)


@with_examples(
    'plotty plot "Acme: Card"',
    'plotty plot "Client: Logo*" --devices left,right',
    'plotty plot "Acme: Card" --rehearse',
    'plotty plot "Acme: Card" --preset safe --auto-recovery --max-retries 2',
    'plotty plot "Acme: Card" --copies 20 --pen-by-pen',
)
@click.command(cls=PlotCommand)
@click.argument("names", nargs=-1, required=True, metavar="JOB...")
@click.option("--copies", default=None, type=int, help="Instead of the job's own number.")
@_devices
@plot_options
@_rehearse
@_walk
@_no_wait
@json_option
def plot(names: tuple[str, ...], copies: int | None, devices: str, **flags: Any) -> int:
    """Plot the named jobs.

    Opens a production run, asks for paper and pens, and follows it until every sheet is drawn.
    Leaving with ctrl-C leaves the plot going. With --rehearse nothing is drawn or changed.
    """
    return _plot(names, devices, copies, True, **flags)


@with_examples(
    "plotty plot-all",
    "plotty plot-all --devices left,right --load-balance",
    "plotty plot-all --no-wait",
    "plotty plot-all --rehearse --walk 2m",
    "plotty plot-all --preset safe --monitor --auto-retry",
    "plotty plot-all --max-total-time 6h --auto-pause --notify-on-complete --notify-on-error",
    "plotty plot-all --devices left,right --device-1-preset fast --device-2-preset hq",
    "plotty plot-all --priority-order --skip-low-priority --max-job-time 20m",
    "plotty plot-all --auto-recovery --max-retries 2 --auto-replot-failed --document-for-client",
)
@click.command("plot-all", cls=PlotCommand)
@_devices
@click.option(
    "--load-balance",
    is_flag=True,
    help="Share the work out first, so that the last plotter is done soonest.",
)
@plot_all_options
@plot_options
@_rehearse
@_walk
@_no_wait
@json_option
def plot_all(devices: str, load_balance: bool, **flags: Any) -> int:
    """Plot everything that is planned.

    In queue order, on every plotter that is set up. Without a terminal it asks nobody: a plotter
    that wants paper or a pen waits for `plotty ready` from elsewhere. Sheets go to the plotter that
    is free first and can take them; what a failing plotter has not begun goes to the others.

    The options are kept with the run, so that they hold when this terminal is gone. Nothing is
    drawn again on a used sheet: --auto-retry begins again only before the pen has touched the
    paper, --auto-recovery goes on at the place. Exit 3 when a person is needed: something is left,
    held, or stopped by a limit.

    With --rehearse nothing is drawn or changed: the day runs in fast-forward in a copy of the
    studio, and is told: who is wanted when, which pen runs dry, when paper ends, when the last
    sheet is done. Exit 3 when something will be short.
    """
    return _plot((), devices, None, False, balance=load_balance, **flags)


def _plot(
    words: tuple[str, ...],
    devices: str,
    copies: int | None,
    strict: bool,
    rehearse: bool,
    walk: str,
    no_wait: bool,
    as_json: bool,
    with_monitor: bool,
    balance: bool = False,
    batch_id: str = "",
    **options: Any,
) -> int:
    if copies is not None and copies < 1:
        raise click.UsageError(f"{copies} copies: give 1 or more")
    wish = wish_of(**options)
    names = [name.strip() for name in devices.split(",") if name.strip()]
    store = open_studio()
    if rehearse:
        from .rehearsing import rehearse as rehearse_day

        return rehearse_day(
            store, words, names, copies, strict, walk, as_json, balance, wish=wish,
            batch_id=batch_id,
        )  # fmt: skip
    batch = find_batch(store, batch_id) if batch_id else None
    wanted = jobs_of_batch(store, batch) if batch else intake.open_jobs(store, words)
    started = plotting.start_plot(
        store, wanted, names, copies, strict, balance=balance, wish=wish, batch=batch
    )
    _tell_started(started, as_json)
    if no_wait:
        if as_json:
            emit_json(_started_json(started))
        return 3 if started.left_out else 0
    if with_monitor and can_ask() and not as_json:
        from plotty_tui.tui.app import run_dashboard

        run_dashboard()
    from .following import follow_run

    done = follow_run(store, started.number, quiet=as_json)
    used = run_standing.usage(store, started.number) if _tracks(wish) else []
    if as_json:
        emit_json({**_started_json(started), **done.to_json(), "usage": _usage_json(used)})
    else:
        for one in used:
            pens = ", ".join(f"{code} {values.metres(mm)}" for code, mm in one.pens) or "no ink"
            say(f"{one.name}: {values.plural(one.sheets, 'sheet')} of {one.paper}, {pens}")
    return 3 if done.needs_person or started.left_out else 0


def _tracks(wish: PlotWish) -> bool:
    return wish.pen_tracking or wish.paper_tracking


def _usage_json(used: list[run_standing.Usage]) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "paper": one.paper,
            "sheets": one.sheets,
            "pens": [{"pen": code, "used_m": round(mm / 1000, 4)} for code, mm in one.pens],
        }
        for one in used
    ]


def _tell_started(started: plotting.Started, as_json: bool) -> None:
    for note in started.notes:
        tell(note)
    for word, which in (("left out", started.left_out), ("skipped", started.skipped)):
        for name, why in which:
            tell(f"{word}: {name}: {why}")
    if as_json:
        return
    batch = f" of {started.batch}" if started.batch else ""
    say(
        f"{started.name}  {values.plural(started.sheets, 'sheet')}{batch} on "
        f"{', '.join(started.devices)}, {values.rough(started.seconds)} at the machine"
    )
    if started.orders.strict_order:
        say(f"order: {', '.join(f'{name} {count}' for name, count in started.blocks)}")
    for device in started.devices:
        preset = started.orders.presets.get(device) or started.orders.presets.get("")
        if preset:
            say(f"{device}: preset {preset}")
    if len(started.ends) > 1:
        ends = (f"{name} after {values.rough(end)}" for name, end in started.ends.items())
        say(f"planned end: {', '.join(ends)}")
    if started.prices is not None:
        chosen = started.orders.pen_by_pen
        say(f"{'pen by pen' if chosen else 'sheet by sheet'}: {started.prices.words(chosen)}")
        say(
            f"{'sheet by sheet' if chosen else 'pen by pen (--pen-by-pen)'} it would be: "
            f"{started.prices.words(not chosen)}"
        )
    if started.bound is not None:
        say(f"shared out: no way ends before {values.rough(started.bound)}")


def _started_json(started: plotting.Started) -> dict[str, Any]:
    return {
        "run": started.name,
        "number": started.number,
        "sheets": started.sheets,
        "devices": started.devices,
        "est_seconds": round(started.seconds, 1),
        "planned_ends": {name: round(end, 1) for name, end in started.ends.items()},
        "bound_seconds": None if started.bound is None else round(started.bound, 1),
        "left_out": [{"name": name, "reason": why} for name, why in started.left_out],
        "skipped": [{"name": name, "reason": why} for name, why in started.skipped],
        "batch": started.batch or None,
        "pen_by_pen": started.orders.pen_by_pen,
        "ways": started.prices.to_json() if started.prices else None,
        "presets": {
            device: started.orders.presets.get(device) or started.orders.presets.get("")
            for device in started.devices
        },
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
    that are not drawn yet. Where a name is both, device:NAME or job:NAME says which; id:5 is the
    job with that number.
    """
    say(plotting.cancel(open_studio(), target))
    return 0


@with_examples("plotty estop")
@click.command()
def estop() -> int:
    """Stop every plotter, pens up, at once.

    What was being drawn is interrupted and can go on. An engine that gives no sign for 10 s is
    ended, and the pens of real plotters are raised without it.
    """
    say(plotting.emergency_stop(open_studio()))
    return 0


@with_examples("plotty ready left", "plotty ready left --pen K-07")
@click.command()
@click.argument("device", required=False)
@click.option("--pen", default=None, help="Another pen than the one asked for (sticker or slot).")
@click.option(
    "--verdict", default="", help="What became of the drawn sheet: good, second, spoiled or proof."
)
@click.option("--reason", default="", help="Why it is spoiled: pen_dry, smear, paper_slip, other …")
@click.option("--notes", default="", help="What happened; needed for the reason other.")
def ready(device: str | None, pen: str | None, verdict: str, reason: str, notes: str) -> int:
    """The pen or the paper is in: go on.

    With --verdict it answers a plotter that asks what became of the sheet it has drawn.
    """
    store = open_studio()
    if not verdict:
        if reason or notes:
            raise click.UsageError("--reason and --notes go with --verdict")
        say(plotting.ready(store, device, pen))
        return 0
    if pen:
        raise click.UsageError("--pen and --verdict answer two different questions")
    say(plotting.give_verdict(store, device, verdict, reason, notes))
    return 0
