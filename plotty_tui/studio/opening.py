"""Opening a studio: its books and folders."""

from __future__ import annotations

import os
from pathlib import Path

from plotty_tui.store.database import Store, leave_checkpoints_to_engine, open_store
from plotty_tui.store.home import Home, engine_runs


def open_studio(folder: Path | None = None) -> Store:
    """The studio in `folder`, or the one that the environment names. Raises Refused."""
    store = open_store(Home.at(folder) if folder else None)
    if engine_runs(store.home):
        leave_checkpoints_to_engine()
    return store


def actor() -> str:
    """Who is acting, for the books: the user's name, and the terminal's host when it is remote."""
    import getpass

    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "somebody"
    remote = os.environ.get("SSH_CONNECTION", "").split(" ")[0]
    return f"{name}@{remote}" if remote else name
