"""The groups of commands about the studio itself: plotters, engine, checks, settings."""

from __future__ import annotations

from .groups import SAME, make_group

_CLI = "plotty_tui.cli"
_DEVICE = {
    "add": (f"{_CLI}.devices:device_add", "Set up a plotter."),
    "list": SAME["devices"],
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
device_group = make_group(
    "device",
    "Plotters: add, list, show, edit, test, service …",
    _DEVICE,
    "plotty device list",
    "plotty device show left",
)
recovery_group = make_group(
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
engine_group = make_group(
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
check_group = make_group(
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
diagnose_group = make_group(
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
backup_group = make_group(
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
preset_group = make_group(
    "preset",
    "Presets: create, list, show, edit, remove.",
    {
        "create": (f"{_CLI}.presets:preset_create", "A preset of your own, like another one."),
        "list": SAME["presets"],
        "show": (f"{_CLI}.presets:preset_show", "One preset with all its settings."),
        "edit": (f"{_CLI}.presets:preset_edit", "Change a preset of your own."),
        "remove": (f"{_CLI}.presets:preset_remove", "Forget a preset of your own."),
    },
    "plotty preset list",
    "plotty preset show hq",
)
template_group = make_group(
    "template",
    "Templates: create, list, show, edit, remove.",
    {
        "create": (
            f"{_CLI}.presets:template_create",
            "Keep preset, pens and paper work under a name.",
        ),
        "list": SAME["templates"],
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
config_group = make_group(
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
outbox_group = make_group(
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
theme_group = make_group(
    "theme",
    "Themes of the dashboard: list, use.",
    {
        "list": SAME["themes"],
        "use": (f"{_CLI}.settings:theme_use", "Choose the dashboard's theme."),
    },
    "plotty theme list",
)
