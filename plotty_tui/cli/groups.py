"""The groups of commands. `list X` and `X list` are the same command."""

from __future__ import annotations

import click

from .lazy import LazyGroup, Table
from .output import with_examples

_CLI = "plotty_tui.cli"
_SAME = {
    "runs": (f"{_CLI}.production:run_list", "Production runs, newest first."),
    "pens": (f"{_CLI}.materials:pen_list", "Pens with their metres."),
    "papers": (f"{_CLI}.materials:paper_list", "Papers with their stock."),
    "devices": (f"{_CLI}.devices:device_list", "Plotters and what they do."),
    "themes": (f"{_CLI}.settings:theme_list", "Themes of the dashboard."),
    "presets": (f"{_CLI}.planning:preset_list", "Presets for planning and drawing."),
}


def _group(name: str, about: str, table: Table, *examples: str) -> click.Command:
    group = LazyGroup(
        name, table=table, help=about, context_settings={"help_option_names": ["-h", "--help"]}
    )
    return with_examples(*examples)(group)


list_group = _group(
    "list",
    "List the queue, jobs, runs, pens, papers, devices …",
    {
        "queue": (f"{_CLI}.lists:list_queue", "Jobs to be drawn, in order."),
        "jobs": (f"{_CLI}.lists:list_jobs", "All jobs, the done ones too."),
        **_SAME,
    },
    "plotty list queue",
    "plotty list pens --json",
)
info_group = _group(
    "info",
    "All about a job, or the system.",
    {
        "job": (f"{_CLI}.intake:info_job", "All about one job."),
        "system": (f"{_CLI}.settings:info_system", "Versions and folders."),
    },
    "plotty info system",
)
run_group = _group(
    "run",
    "Production runs: list, show, complete.",
    {
        "list": _SAME["runs"],
        "show": (f"{_CLI}.production:run_show", "One run in full."),
        "complete": (f"{_CLI}.production:run_complete", "Tell the results of a run."),
    },
    "plotty run list",
    "plotty run show RUN-001",
)
pen_group = _group(
    "pen",
    "Pens: add, list.",
    {"add": (f"{_CLI}.materials:pen_add", "A new pen."), "list": _SAME["pens"]},
    "plotty pen list",
)
paper_group = _group(
    "paper",
    "Paper: add, list, receive.",
    {
        "add": (f"{_CLI}.materials:paper_add", "A new kind of paper."),
        "list": _SAME["papers"],
        "receive": (f"{_CLI}.materials:paper_receive", "Sheets came in."),
    },
    "plotty paper receive a4 100",
)
_DEVICE = {
    "add": (f"{_CLI}.devices:device_add", "Set up a plotter."),
    "list": _SAME["devices"],
    "scan": (f"{_CLI}.devices:device_scan", "Boards that are plugged in, with their nicknames."),
    "show": (f"{_CLI}.plotters:show", "All about one plotter."),
    "edit": (f"{_CLI}.plotters:edit", "Change a plotter's settings."),
    "remove": (f"{_CLI}.plotters:remove", "Take a plotter out of the studio."),
    "test": (f"{_CLI}.plotters:test", "Draw a test pattern."),
    "home": (f"{_CLI}.plotters:home", "Pen up and to the home corner."),
    "home-here": (f"{_CLI}.plotters:home_here", "The carriage was pushed to its home corner."),
    "jog": (f"{_CLI}.plotters:jog", "Move the carriage a little."),
    "pen-up": (f"{_CLI}.plotters:pen_up", "Raise the pen."),
    "pen-down": (f"{_CLI}.plotters:pen_down", "Lower the pen."),
    "service": (f"{_CLI}.plotters:service", "The service log, and what is due."),
}
device_group = _group(
    "device",
    "Plotters: add, list, show, edit, test, service …",
    _DEVICE,
    "plotty device list",
    "plotty device show left",
)
recovery_group = _group(
    "recovery",
    "Sheets that were cut off: list.",
    {"list": (f"{_CLI}.recovery:recovery_list", "Interrupted sheets and what can become of them.")},
    "plotty recovery list",
)
engine_group = _group(
    "engine",
    "The engine: start, stop, status, logs.",
    {
        "start": (f"{_CLI}.engine:start", "Start the engine."),
        "stop": (f"{_CLI}.engine:stop", "End the engine."),
        "status": (f"{_CLI}.engine:status", "Whether it runs, and since when."),
        "logs": (f"{_CLI}.engine:logs", "What it wrote lately."),
    },
    "plotty engine status",
)
check_group = _group(
    "check",
    "May production begin?",
    {"ready": (f"{_CLI}.settings:check_ready", "One line a check, each with its cure.")},
    "plotty check ready",
)
theme_group = _group(
    "theme",
    "Themes of the dashboard: list, use.",
    {
        "list": _SAME["themes"],
        "use": (f"{_CLI}.settings:theme_use", "Choose the dashboard's theme."),
    },
    "plotty theme list",
)

GROUPS: list[click.Command] = [
    list_group, info_group, run_group, pen_group, paper_group, device_group,
    recovery_group, engine_group, check_group, theme_group,
]  # fmt: skip
