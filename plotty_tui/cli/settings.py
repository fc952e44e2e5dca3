"""theme list|use, info system."""

from __future__ import annotations

import click

from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.upkeep import settings, themes

from .output import emit_json, json_option, say, with_examples


@with_examples("plotty theme list", "plotty list themes")
@click.command("list")
@json_option
def theme_list(as_json: bool) -> int:
    """Themes of the dashboard."""
    store = open_studio()
    chosen = settings.chosen_theme(store)
    folders = themes.theme_folders(store.home.user_themes)
    names = themes.theme_names(folders)
    if as_json:
        emit_json([{"name": name, "chosen": name == chosen} for name in names])
        return 0
    for name in names:
        note = themes.read_theme_file(themes.theme_file(name, folders)).note
        say(f"{'*' if name == chosen else ' '} {name:20} {note}")
    say(f"your own: {store.home.user_themes}/NAME.toml")
    return 0


@with_examples("plotty theme use studio-light")
@click.command("use")
@click.argument("name")
def theme_use(name: str) -> int:
    """Choose the dashboard's theme."""
    settings.use_theme(open_studio(), name)
    say(f"theme {name}")
    return 0


@with_examples("plotty info system")
@click.command("system")
@json_option
def info_system(as_json: bool) -> int:
    """Versions and folders."""
    import platform
    import sqlite3

    from plotty_tui import __version__

    store = open_studio()
    facts = {
        "plotty": __version__,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.platform(),
        "data": str(store.home.data),
        "config": str(store.home.config),
        "database": str(store.home.database),
        "engine_log": str(store.home.engine_log),
    }
    if as_json:
        emit_json(facts)
        return 0
    for name, value in facts.items():
        say(f"{name:12} {value}")
    return 0
