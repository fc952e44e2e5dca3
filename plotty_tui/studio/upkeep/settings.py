"""Settings that people choose; they are kept in the books."""

from __future__ import annotations

from plotty_tui.store import events
from plotty_tui.store.database import Store

from .themes import DEFAULT_THEME, theme_file, theme_folders

THEME = "theme"


def chosen_theme(store: Store) -> str:
    """The name of the dashboard's theme."""
    return events.get_setting(store, THEME, DEFAULT_THEME)


def use_theme(store: Store, name: str) -> None:
    """Choose the dashboard's theme. NotFound for one that does not exist, Refused for a file that
    is no theme."""
    theme_file(name, theme_folders(store.home.user_themes))
    events.put_setting(store, THEME, name)
