"""The groups of commands about the day's work and its materials. `list X` and `X list` are the same
command."""

from __future__ import annotations

import click

from .lazy import LazyGroup, Table
from .output import with_examples

_CLI = "plotty_tui.cli"
# `X list` under `list X`.
SAME = {
    "runs": (f"{_CLI}.production:run_list", "Production runs, newest first."),
    "pens": (f"{_CLI}.materials:pen_list", "Pens with their metres."),
    "papers": (f"{_CLI}.papers:paper_list", "Papers with their stock."),
    "devices": (f"{_CLI}.devices:device_list", "Plotters and what they do."),
    "themes": (f"{_CLI}.settings:theme_list", "Themes of the dashboard."),
    "presets": (f"{_CLI}.presets:preset_list", "Presets for planning and drawing."),
    "templates": (f"{_CLI}.presets:template_list", "Templates: preset, pens, paper work."),
    "plans": (f"{_CLI}.plan_sets:plan_list", "Plan sets that were kept, newest first."),
    "clients": (f"{_CLI}.clients:client_list", "Clients with their standards."),
    "batches": (f"{_CLI}.queue_batches:batch_list", "Batches of the queue, with their ids."),
}


def make_group(name: str, about: str, table: Table, *examples: str) -> click.Command:
    """A group of commands that are imported when they run; its help shows the examples."""
    group = LazyGroup(
        name, table=table, help=about, context_settings={"help_option_names": ["-h", "--help"]}
    )
    return with_examples(*examples)(group)


list_group = make_group(
    "list",
    "List the queue, jobs, runs, pens, papers, devices …",
    {
        "queue": (f"{_CLI}.lists:list_queue", "Jobs to be drawn, in order."),
        "jobs": (f"{_CLI}.lists:list_jobs", "All jobs, the done ones too."),
        "costs": (f"{_CLI}.ledger:cost_list", "What work cost, and a good sheet of it."),
        **SAME,
    },
    "plotty list queue",
    "plotty list pens --json",
)
info_group = make_group(
    "info",
    "All about a job, or the system.",
    {
        "job": (f"{_CLI}.intake:info_job", "All about one job."),
        "system": (f"{_CLI}.settings:info_system", "Versions and folders."),
    },
    "plotty info system",
)
queue_group = make_group(
    "queue",
    "The queue's order: move, group, reorder, split, backup …",
    {
        "list": (f"{_CLI}.lists:list_queue", "Jobs to be drawn, in order."),
        "move": (f"{_CLI}.queue_order:queue_move", "Move jobs to another place."),
        "group": (f"{_CLI}.queue_order:queue_group", "Bring a client's jobs together."),
        "reorder": (f"{_CLI}.queue_order:queue_reorder", "Put the queue in a better order."),
        "optimize": (
            f"{_CLI}.queue_order:queue_optimize",
            "Put the whole queue in its best order.",
        ),
        "split": (f"{_CLI}.queue_batches:queue_split", "Put the queue into batches."),
        "cleanup": (
            f"{_CLI}.queue_batches:queue_cleanup",
            "Take jobs that are over out of the lists.",
        ),
        "backup": (f"{_CLI}.queue_backup:queue_keep", "Write the queue into a file."),
        "restore": (
            f"{_CLI}.queue_backup:queue_restore",
            "Bring the queue of a backup back.",
        ),
        "hold": (f"{_CLI}.arranging:queue_hold", "Keep jobs from being drawn."),
        "release": (f"{_CLI}.arranging:queue_release", "Let held jobs be drawn again."),
    },
    'plotty queue hold "Acme: Card"',
    "plotty queue reorder --by-pen-efficiency",
)
client_group = make_group(
    "client",
    "Clients and their standards: add, list, show, edit …",
    {
        "add": (f"{_CLI}.clients:client_add", "A new client, with its standards."),
        "list": SAME["clients"],
        "show": (f"{_CLI}.clients:client_show", "One client with its standards."),
        "edit": (f"{_CLI}.clients:client_edit", "Change what is known of a client."),
        "remove": (
            f"{_CLI}.clients:client_remove",
            "Forget a client that no job and no run is of.",
        ),
        "import": (
            f"{_CLI}.clients:client_import",
            "A client and its designs from the config.json of its folder.",
        ),
    },
    "plotty client list",
)
_LOAD = (
    f"{_CLI}.schedules:schedule_load",
    "Put the day's schedule in force: all of it or nothing.",
)
load_group = make_group(
    "load",
    "Load the day's schedule.",
    {"schedule": _LOAD},
    "plotty load schedule --file schedule.json",
)
schedule_group = make_group(
    "schedule",
    "The day's schedule: load, show, save, clear.",
    {
        "load": _LOAD,
        "show": (
            f"{_CLI}.schedules:schedule_show",
            "The schedule in force, and what became of its jobs.",
        ),
        "save": (
            f"{_CLI}.schedules:schedule_save",
            "Write the schedule in force to a file, for another day.",
        ),
        "clear": (f"{_CLI}.schedules:schedule_clear", "Take the schedule out of force."),
    },
    "plotty schedule show",
)
run_group = make_group(
    "run",
    "Production runs: new, list, show, start, complete, replot, stats …",
    {
        "new": (f"{_CLI}.runs_new:run_new", "Make a production run."),
        "list": SAME["runs"],
        "show": (f"{_CLI}.production:run_show", "One run in full."),
        "start": (f"{_CLI}.runs_doing:run_start", "Start a pending run."),
        "complete": (f"{_CLI}.production:run_complete", "Tell the results of a run."),
        "fail": (
            f"{_CLI}.runs_doing:run_fail",
            "Mark a run as failed: what it consumed is booked.",
        ),
        "cancel": (
            f"{_CLI}.runs_doing:run_cancel",
            "Cancel a pending run: the stock stays as it is.",
        ),
        "edit": (f"{_CLI}.runs_doing:run_edit", "Change a run before its results are told."),
        "correct": (
            f"{_CLI}.runs_doing:run_correct",
            "Correct the results of a run: the old values are kept.",
        ),
        "replot": (
            f"{_CLI}.runs_doing:run_replot",
            "Draw again what failed, as a run of its own.",
        ),
        "stats": (f"{_CLI}.runs_stats:run_stats", "Figures over many runs."),
        "archive": (
            f"{_CLI}.runs_doing:run_archive",
            "Take a closed run out of the lists; it stays in the books.",
        ),
    },
    "plotty run list",
    "plotty run show RUN-001",
)
sheet_group = make_group(
    "sheet",
    "Sheets of a run: list, good, second, spoiled.",
    {
        "list": (f"{_CLI}.sheets:sheet_list", "The sheets of a run with their fates."),
        "good": (f"{_CLI}.sheets:sheet_good", "Drawn sheets are good."),
        "second": (f"{_CLI}.sheets:sheet_second", "Drawn sheets are of second choice."),
        "spoiled": (f"{_CLI}.sheets:sheet_spoiled", "Drawn sheets are spoiled, for a reason."),
    },
    "plotty sheet list RUN-001",
)
pen_group = make_group(
    "pen",
    "Pens: add, list, show, edit, weigh, load, prime …",
    {
        "add": (f"{_CLI}.materials:pen_add", "A new pen."),
        "list": SAME["pens"],
        "show": (f"{_CLI}.materials:pen_show", "All about one pen."),
        "edit": (f"{_CLI}.materials:pen_edit", "Change what is known of a pen."),
        "weigh": (f"{_CLI}.materials:pen_weigh", "Say what a pen weighs, itself included."),
        "load": (f"{_CLI}.materials:pen_load", "Say that a pen is in a plotter's holder."),
        "prime": (
            f"{_CLI}.materials:pen_prime",
            "Book ink that was drawn by hand to get a pen going.",
        ),
        "mark-dry": (
            f"{_CLI}.materials:pen_mark_dry",
            "Say that a pen is dry: it is not planned any more.",
        ),
        "retire": (
            f"{_CLI}.materials:pen_retire",
            "Take a pen out of the lists; the books keep it.",
        ),
    },
    "plotty pen list",
)
paper_group = make_group(
    "paper",
    "Paper: add, list, show, edit, receive, count …",
    {
        "add": (f"{_CLI}.papers:paper_add", "A new kind of paper."),
        "list": SAME["papers"],
        "show": (f"{_CLI}.papers:paper_show", "All about one paper."),
        "edit": (f"{_CLI}.papers:paper_edit", "Change what is known of a paper."),
        "receive": (f"{_CLI}.papers:paper_receive", "Sheets came in."),
        "count": (f"{_CLI}.papers:paper_count", "Say how many sheets there really are."),
        "retire": (
            f"{_CLI}.papers:paper_retire",
            "Take a paper out of the lists; the books keep it.",
        ),
    },
    "plotty paper receive a4 100",
)
ledger_group = make_group(
    "ledger",
    "The ledger of pens and paper: list.",
    {"list": (f"{_CLI}.ledger:ledger_list", "What came in and went out, newest first.")},
    "plotty ledger list",
)
