"""`plotty`: the root of all commands. Alone it opens the dashboard."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module

import click

from plotty_tui import __version__

from .lazy import LazyGroup

_CLI = "plotty_tui.cli"
COMMANDS = {
    "demo": (f"{_CLI}.demo:demo", "A throw-away studio with two simulated plotters."),
    "setup": (
        f"{_CLI}.setting_up:setup",
        "Set the studio up: plotters, paper, a pen, hours, where notices go.",
    ),
    "add": (f"{_CLI}.intake:add", "Put SVG files in the queue."),
    "impose": (f"{_CLI}.imposing:impose", "Put several pieces on one sheet."),
    "remove": (f"{_CLI}.intake:remove", "Take jobs out of the queue."),
    "list": (f"{_CLI}.groups:list_group", "List the queue, jobs, runs, pens, papers, devices …"),
    "info": (f"{_CLI}.groups:info_group", "All about a job, or the system."),
    "plan": (f"{_CLI}.batch_planning:plan", "Plan the named jobs."),
    "plan-all": (f"{_CLI}.batch_planning:plan_all", "Plan every job that has no plan."),
    "compare": (f"{_CLI}.plan_sets:compare", "Two plan sets side by side."),
    "preset": (f"{_CLI}.groups_studio:preset_group", "Presets: create, list, show, edit, remove."),
    "template": (
        f"{_CLI}.groups_studio:template_group",
        "Templates: create, list, show, edit, remove.",
    ),
    "estimate": (f"{_CLI}.planning:estimate", "What a job takes: time, metres, lifts."),
    "export": (f"{_CLI}.planning:export", "Write the planned strokes as SVG."),
    "preview": (f"{_CLI}.planning:preview", "Show the drawing in the terminal."),
    "plot": (f"{_CLI}.plotting:plot", "Plot the named jobs."),
    "plot-all": (f"{_CLI}.plotting:plot_all", "Plot everything that is planned."),
    "monitor": (f"{_CLI}.watching:monitor", "Watch all plotters (read-only)."),
    "next": (f"{_CLI}.watching:next_command", "Who needs a hand next, and when."),
    "pause": (f"{_CLI}.plotting:pause", "Pause a plotter, pen up."),
    "resume": (f"{_CLI}.plotting:resume", "Go on after a pause or an interruption."),
    "skip-layer": (
        f"{_CLI}.plotting:skip_layer",
        "Leave a layer out and go on with the next.",
    ),
    "cancel": (f"{_CLI}.plotting:cancel", "Give a sheet or a job up."),
    "estop": (f"{_CLI}.plotting:estop", "Stop every plotter, pens up, at once."),
    "ready": (f"{_CLI}.plotting:ready", "The pen or the paper is in: go on."),
    "why": (f"{_CLI}.arranging:why", "Why a job is not being drawn."),
    "load": (f"{_CLI}.groups:load_group", "Load the day's schedule."),
    "schedule": (f"{_CLI}.groups:schedule_group", "The day's schedule: load, show, save, clear."),
    "queue": (
        f"{_CLI}.groups:queue_group",
        "The queue's order: move, group, reorder, split, backup …",
    ),
    "client": (
        f"{_CLI}.groups:client_group",
        "Clients and their standards: add, list, show, edit …",
    ),
    "undo": (f"{_CLI}.arranging:undo", "Take back the last change of the queue."),
    "run": (
        f"{_CLI}.groups:run_group",
        "Production runs: new, list, show, start, complete, replot, stats …",
    ),
    "sheet": (f"{_CLI}.groups:sheet_group", "Sheets of a run: list, good, second, spoiled."),
    "rate": (f"{_CLI}.sheets:rate", "Rate a run whose results are told, 1 to 5 stars."),
    "pen": (f"{_CLI}.groups:pen_group", "Pens: add, list, show, edit, weigh, load, prime …"),
    "paper": (f"{_CLI}.groups:paper_group", "Paper: add, list, show, edit, receive, count …"),
    "ledger": (f"{_CLI}.groups:ledger_group", "The ledger of pens and paper: list."),
    "shopping-list": (
        f"{_CLI}.ledger:shopping_list",
        "What runs out when, and what to buy.",
    ),
    "device": (
        f"{_CLI}.groups_studio:device_group",
        "Plotters: add, list, show, edit, test, service …",
    ),
    "recovery": (
        f"{_CLI}.groups_studio:recovery_group",
        "What broke off or was spoiled: list, batch, partial-batch, quality.",
    ),
    "engine": (f"{_CLI}.groups_studio:engine_group", "The engine: start, stop, status, logs."),
    "check": (f"{_CLI}.groups_studio:check_group", "May production begin?"),
    "diagnose": (f"{_CLI}.groups_studio:diagnose_group", "What is in the way, each with its cure."),
    "backup": (
        f"{_CLI}.groups_studio:backup_group",
        "Backups of the whole studio: create, restore …",
    ),
    "config": (
        f"{_CLI}.groups_studio:config_group",
        "The studio's settings: show, get, set, validate, production, notify …",
    ),
    "report": (
        f"{_CLI}.groups_figures:report_group",
        "Reports: production, daily, client, run, variance.",
    ),
    "kpi": (f"{_CLI}.groups_figures:kpi_group", "Key figures: dashboard, resources."),
    "analyze": (
        f"{_CLI}.groups_figures:analyze_group",
        "Analyses of the books: quality, errors, efficiency …",
    ),
    "benchmark": (
        f"{_CLI}.groups_figures:benchmark_group",
        "The studio against its own past, and a reference.",
    ),
    "outbox": (
        f"{_CLI}.groups_studio:outbox_group",
        "Notices that wait to be sent: list, send, drop.",
    ),
    "serve": (f"{_CLI}.serving:serve", "The dashboard in a browser."),
    "theme": (f"{_CLI}.groups_studio:theme_group", "Themes of the dashboard: list, use."),
}

EPILOG = """\b
Examples:
  plotty demo
  plotty add design.svg --paper a4
  plotty plan-all --preset fast
  plotty plot-all

Alone, plotty opens the dashboard. PLOTTY_HOME names the studio's folder.
"""


def _install_completion(ctx: click.Context, param: click.Parameter, shell: str | None) -> None:
    if shell is not None and not ctx.resilient_parsing:
        from .completing import install

        click.echo(install(ctx, shell))
        ctx.exit()


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EPILOG,
)
@click.version_option(__version__, prog_name="plotty")
@click.option("--debug", is_flag=True, help="Show a traceback with an error.")
@click.option(
    "--install-completion", is_flag=False, flag_value="auto", default=None, expose_value=False,
    is_eager=True, callback=_install_completion, metavar="[bash|zsh|fish]",
    help="Complete commands, jobs, pens and other names with Tab.",
)  # fmt: skip
@click.pass_context
def plotty(ctx: click.Context, debug: bool) -> None:
    """A studio for pen plotters: queue, planner, engine for several plotters, and the books."""
    ctx.ensure_object(dict)["debug"] = debug
    if ctx.invoked_subcommand is None:
        from plotty_tui.tui.app import run_dashboard

        ctx.exit(run_dashboard())


def run(arguments: list[str] | None = None) -> None:
    """The console script: exit 0 done, 1 refused or failed, 2 wrong usage, 3 done but a person is
    needed, 130 interrupted."""
    status = guarded(sys.argv[1:] if arguments is None else arguments)
    # The process ends here: without this, Python looks through every object for garbage once more,
    # which takes an eighth of a short command's time.
    gc.freeze()
    sys.exit(status)


def guarded(arguments: list[str]) -> int:
    """Run one command line; its exit status. Errors are one sentence on standard error."""
    try:
        if "_PLOTTY_COMPLETE" in os.environ:
            import_module("plotty_tui.cli.completing")  # which knows how bash wants it
        status = plotty.main(arguments, prog_name="plotty", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except BrokenPipeError:
        # Whoever read has enough; Python would complain about it once more at the end.
        sys.stderr.close()
        return 1
    except (Exception, KeyboardInterrupt) as error:
        if "--debug" in arguments and not isinstance(error, click.ClickException):
            raise
        return _fail(*_told(error))


def _told(error: BaseException) -> tuple[str, int]:
    """The sentence and the exit status of an error."""
    from plotty_tui.domain.errors import PlottyError, WrongUsage

    if isinstance(error, click.UsageError):
        where = f" (see {error.ctx.command_path} --help)" if error.ctx else ""
        return error.format_message() + where, 2
    if isinstance(error, click.ClickException):
        return error.format_message(), 1
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        return "interrupted", 130
    if isinstance(error, PlottyError):
        return str(error), 2 if isinstance(error, WrongUsage) else 1
    return f"this should not have happened ({error!r}): --debug shows where", 1


def _fail(sentence: str, status: int) -> int:
    from plotty_tui.cli.output import plain

    print(f"plotty: {plain(sentence)}", file=sys.stderr)
    return status
