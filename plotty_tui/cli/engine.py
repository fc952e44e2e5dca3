"""engine start|stop|status|logs."""

from __future__ import annotations

import click

from plotty_tui.domain.values import iso, local_time
from plotty_tui.studio import engine_process
from plotty_tui.studio.opening import open_studio

from .output import emit_json, json_option, say, with_examples


@with_examples("plotty engine start", "plotty engine start --keep")
@click.command()
@click.option("--keep", is_flag=True, help="Stay when nobody needs it, as a service.")
def start(keep: bool) -> int:
    """Start the engine.

    Everything that needs it does so by itself.
    """
    store = open_studio()
    fresh = engine_process.ensure_engine(store, keep)
    status = engine_process.engine_status(store)
    say(f"engine {'started' if fresh else 'runs already'}: process {status.pid}")
    return 0


@with_examples("plotty engine stop", "plotty engine stop --force")
@click.command()
@click.option("--force", is_flag=True, help="Also while a plotter is at work: it is interrupted.")
def stop(force: bool) -> int:
    """End the engine."""
    say(engine_process.stop_engine(open_studio(), force))
    return 0


@with_examples("plotty engine status", "plotty engine status --json")
@click.command()
@json_option
def status(as_json: bool) -> int:
    """Whether it runs, and since when."""
    found = engine_process.engine_status(open_studio())
    if as_json:
        emit_json(
            {
                "running": found.running,
                "pid": found.pid,
                "host": found.host or None,
                "started_at": iso(found.started_at),
                "beat_at": iso(found.beat_at),
                "stale": found.stale,
            }
        )
    elif found.running:
        sign = ", but gives no sign" if found.stale else ""
        say(f"the engine runs: process {found.pid}, since {local_time(found.started_at)}{sign}")
    else:
        say("no engine runs; it starts when something is to be drawn")
    return 0


@with_examples("plotty engine logs", "plotty engine logs --lines 200")
@click.command()
@click.option("--lines", default=50, show_default=True, help="How many.")
def logs(lines: int) -> int:
    """What it wrote lately."""
    for line in engine_process.engine_log_lines(open_studio(), lines):
        say(line)
    return 0
