"""The groups of commands. `list X` and `X list` are the same command."""

from __future__ import annotations

import click

from .lazy import LazyGroup, Table
from .output import with_examples

_CLI = "plotty_tui.cli"
_SAME = {
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
        "costs": (f"{_CLI}.ledger:cost_list", "What work cost, and a good sheet of it."),
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
queue_group = _group(
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
client_group = _group(
    "client",
    "Clients and their standards: add, list, show, edit …",
    {
        "add": (f"{_CLI}.clients:client_add", "A new client, with its standards."),
        "list": _SAME["clients"],
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
load_group = _group(
    "load",
    "Load the day's schedule.",
    {"schedule": _LOAD},
    "plotty load schedule --file schedule.json",
)
schedule_group = _group(
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
run_group = _group(
    "run",
    "Production runs: new, list, show, start, complete, replot, stats …",
    {
        "new": (f"{_CLI}.runs_new:run_new", "Make a production run."),
        "list": _SAME["runs"],
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
sheet_group = _group(
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
pen_group = _group(
    "pen",
    "Pens: add, list, show, edit, weigh, load, prime …",
    {
        "add": (f"{_CLI}.materials:pen_add", "A new pen."),
        "list": _SAME["pens"],
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
paper_group = _group(
    "paper",
    "Paper: add, list, show, edit, receive, count …",
    {
        "add": (f"{_CLI}.papers:paper_add", "A new kind of paper."),
        "list": _SAME["papers"],
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
ledger_group = _group(
    "ledger",
    "The ledger of pens and paper: list.",
    {"list": (f"{_CLI}.ledger:ledger_list", "What came in and went out, newest first.")},
    "plotty ledger list",
)
_DEVICE = {
    "add": (f"{_CLI}.devices:device_add", "Set up a plotter."),
    "list": _SAME["devices"],
    "scan": (f"{_CLI}.devices:device_scan", "Boards that are plugged in, with their nicknames."),
    "show": (f"{_CLI}.plotters:show", "All about one plotter."),
    "edit": (f"{_CLI}.plotters:edit", "Change a plotter's settings."),
    "nickname": (f"{_CLI}.plotters:nickname", "Write a nickname into the plotter's board."),
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
    "What broke off or was spoiled: list, batch, partial-batch, quality.",
    {
        "list": (
            f"{_CLI}.recovery:recovery_list",
            "Interrupted sheets and what can become of them.",
        ),
        "batch": (f"{_CLI}.recovering:recovery_batch", "A batch goes on where it broke."),
        "partial-batch": (
            f"{_CLI}.recovering:recovery_partial_batch",
            "Finish what is left of a batch that broke off.",
        ),
        "quality": (
            f"{_CLI}.recovering:recovery_quality",
            "Draw spoiled sheets again, changed for what went wrong.",
        ),
    },
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
    {
        "ready": (f"{_CLI}.checks:check_ready", "One line a check, each with its cure."),
        "device": (
            f"{_CLI}.checks:check_device",
            "Whether plotters can be driven; nothing moves, no port in use is opened.",
        ),
        "database": (
            f"{_CLI}.checks:check_database",
            "Whether the books are whole, balanced, and have their files.",
        ),
        "config": (f"{_CLI}.checks:check_config", "Whether every setting is what it may be."),
    },
    "plotty check ready",
)
diagnose_group = _group(
    "diagnose",
    "What is in the way, each with its cure.",
    {
        "batch-planning": (
            f"{_CLI}.diagnosis:batch_planning",
            "Why planning fails or gives bad results.",
        ),
        "queue-optimization": (
            f"{_CLI}.diagnosis:queue_optimization",
            "Why the queue's order cannot be better.",
        ),
        "resource-conflicts": (
            f"{_CLI}.diagnosis:resource_conflicts",
            "Pens, paper, plotters and hours that several jobs want.",
        ),
    },
    "plotty diagnose batch-planning",
)
backup_group = _group(
    "backup",
    "Backups of the whole studio: create, restore …",
    {
        "create": (
            f"{_CLI}.backups:backup_create",
            "Keep the whole studio in one file, and read it back.",
        ),
        "list": (
            f"{_CLI}.backups:backup_list",
            "The backups in the studio's folder, newest first.",
        ),
        "verify": (
            f"{_CLI}.backups:backup_verify",
            "Whether every byte of a backup is as it was written.",
        ),
        "restore": (
            f"{_CLI}.backups:backup_restore",
            "Put the studio of a backup in the place of this one.",
        ),
    },
    "plotty backup create",
)
preset_group = _group(
    "preset",
    "Presets: create, list, show, edit, remove.",
    {
        "create": (f"{_CLI}.presets:preset_create", "A preset of your own, like another one."),
        "list": _SAME["presets"],
        "show": (f"{_CLI}.presets:preset_show", "One preset with all its settings."),
        "edit": (f"{_CLI}.presets:preset_edit", "Change a preset of your own."),
        "remove": (f"{_CLI}.presets:preset_remove", "Forget a preset of your own."),
    },
    "plotty preset list",
    "plotty preset show hq",
)
template_group = _group(
    "template",
    "Templates: create, list, show, edit, remove.",
    {
        "create": (
            f"{_CLI}.presets:template_create",
            "Keep preset, pens and paper work under a name.",
        ),
        "list": _SAME["templates"],
        "show": (f"{_CLI}.presets:template_show", "What a template gives a job."),
        "edit": (
            f"{_CLI}.presets:template_edit",
            "Change a template; jobs keep what it gave them.",
        ),
        "remove": (
            f"{_CLI}.presets:template_remove",
            "Forget a template; jobs keep what it gave them.",
        ),
    },
    "plotty template list",
)
config_group = _group(
    "config",
    "The studio's settings: show, get, set, validate, production, notify …",
    {
        "show": (f"{_CLI}.config_names:config_show", "Every setting by its name."),
        "get": (f"{_CLI}.config_names:config_get", "The value of one setting."),
        "set": (
            f"{_CLI}.config_names:config_set",
            "Set one setting as typed; `none` takes it back.",
        ),
        "validate": (
            f"{_CLI}.config_names:config_validate",
            "Whether every setting is what it may be.",
        ),
        "production": (f"{_CLI}.config:config_production", "What a day may take."),
        "quality-gates": (
            f"{_CLI}.config:config_quality_gates",
            "Gates that hold work when they are broken.",
        ),
        "complexity": (
            f"{_CLI}.config:config_complexity",
            "Where jobs of low and high complexity begin.",
        ),
        "benchmark": (
            f"{_CLI}.analyses_work:config_benchmark",
            "The file of reference figures that the studio is compared with.",
        ),
        "notify": (
            f"{_CLI}.notices:config_notify",
            "How the studio tells people who are not looking.",
        ),
        "prices": (
            f"{_CLI}.prices:config_prices",
            "What machine, people and consumables cost.",
        ),
        "stock": (
            f"{_CLI}.prices:config_stock",
            "When stock is low, and what the scale can tell.",
        ),
    },
    "plotty config notify",
)
report_group = _group(
    "report",
    "Reports: production, daily, client, run, variance.",
    {
        "production": (
            f"{_CLI}.reports:report_production",
            "What was made on a day or in a period.",
        ),
        "daily": (f"{_CLI}.reports:report_daily", "The end-of-day report, without questions."),
        "client": (f"{_CLI}.reports:report_client", "What was made for a client."),
        "run": (f"{_CLI}.reports:report_run", "One production run as a report."),
        "dossier": (
            f"{_CLI}.reports:report_dossier",
            "The dossier of a run for each of its clients, in a folder.",
        ),
        "variance": (
            f"{_CLI}.reports:report_variance",
            "Estimated against actual, by design, plotter, pen and month.",
        ),
    },
    "plotty report production --date today",
)
kpi_group = _group(
    "kpi",
    "Key figures: dashboard, resources.",
    {
        "dashboard": (
            f"{_CLI}.kpis:dashboard",
            "A dozen key figures, with arrows against the period before.",
        ),
        "resources": (
            f"{_CLI}.kpis:resources",
            "Use of plotters, pens and paper; cost and waste.",
        ),
    },
    "plotty kpi dashboard --daily",
)
analyze_group = _group(
    "analyze",
    "Analyses of the books: quality, errors, efficiency …",
    {
        "quality": (
            f"{_CLI}.analyses:quality",
            "Success and ratings over time, by pen, paper, complexity and more.",
        ),
        "errors": (
            f"{_CLI}.analyses:errors",
            "Drawings that were cut off: what it was, and how often by hour drawn.",
        ),
        "satisfaction": (
            f"{_CLI}.analyses:satisfaction",
            "Clients' ratings by client and job type, and how they go with our own.",
        ),
        "efficiency": (
            f"{_CLI}.analyses:efficiency",
            "Minutes that drew what was kept, of the minutes that were occupied.",
        ),
        "improvements": (
            f"{_CLI}.analyses:improvements",
            "Every metric before and after a day: as long before it as has passed since.",
        ),
        "batch": (
            f"{_CLI}.analyses_work:batch",
            "A batch or a run: its days, where it lost time, what would have saved it.",
        ),
        "pens": (
            f"{_CLI}.analyses_work:pens",
            "Pens: how they are used, how far they are worn, when to replace them.",
        ),
        "paper": (
            f"{_CLI}.analyses_work:paper",
            "Paper: what each job took, what it cost, what was wasted and why.",
        ),
        "devices": (
            f"{_CLI}.analyses_work:devices",
            "Plotters: their time, their faults, their next service.",
        ),
        "planning": (
            f"{_CLI}.analyses_ahead:planning",
            "Where the time of the present plans goes, and how good estimates were.",
        ),
        "queue": (
            f"{_CLI}.analyses_ahead:queue",
            "What drawing the queue takes, what is in its way, what would help.",
        ),
        "capacity": (
            f"{_CLI}.analyses_ahead:capacity",
            "Hours needed against hours there, and the day on which the queue is empty.",
        ),
    },
    "plotty analyze quality",
)
benchmark_group = _group(
    "benchmark",
    "The studio against its own past, and a reference.",
    {
        "production": (
            f"{_CLI}.analyses_work:production",
            "The studio against as many days before, its best stretch, and a reference.",
        ),
    },
    "plotty benchmark production",
)
outbox_group = _group(
    "outbox",
    "Notices that wait to be sent: list, send, drop.",
    {
        "list": (
            f"{_CLI}.notices:outbox_list",
            "Notices that wait to be sent, and why they still wait.",
        ),
        "send": (
            f"{_CLI}.notices:outbox_send",
            "Try everything that waits, now. Exit 3 when something stays.",
        ),
        "drop": (
            f"{_CLI}.notices:outbox_drop",
            "Take a notice out of the outbox without sending it.",
        ),
    },
    "plotty outbox list",
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
    list_group, info_group, queue_group, client_group, load_group, schedule_group, preset_group,
    template_group, run_group, sheet_group, pen_group, paper_group, ledger_group, device_group,
    recovery_group, engine_group, check_group, diagnose_group, backup_group, config_group,
    report_group, kpi_group, analyze_group, benchmark_group, outbox_group, theme_group,
]  # fmt: skip
