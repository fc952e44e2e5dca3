"""Putting other books in the place of a studio's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee as pw

from plotty_tui.domain import jobs
from plotty_tui.domain.errors import Refused

from .database import Store, explained
from .events import get_setting, note, put_setting
from .home import Home
from .notices import SETTING as NOTIFY
from .tables import Job, database


@contextmanager
def no_engine(home: Home) -> Iterator[None]:
    """Keep every engine from starting meanwhile. Refused while one runs."""
    import fcntl

    handle = os.open(home.engine_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused("an engine runs: plotty engine stop, then again") from None
        yield
    finally:
        os.close(handle)


def calm_restored(store: Store, notify: dict[str, object] | None, why: str) -> list[str]:
    """Make restored books harmless: jobs that were being drawn are held until a person has seen
    what became of them, and notices go out as the studio at hand sends them (`notify`; None: as
    the restored books say). The names of the jobs."""
    with store.write():
        held = list(
            Job.select().where(Job.state == jobs.ACTIVE, Job.held == "").order_by(Job.position)
        )
        for job in held:
            Job.update(held=why, revision=Job.revision + 1).where(Job.id == job.id).execute()
        if notify is not None and notify != get_setting(store, NOTIFY, {}):
            put_setting(store, NOTIFY, notify)
        note(store, "backup", why)
        return [job.name for job in held]


def set_aside(home: Home) -> Path:
    """Move damaged books, with their log, into a folder of their own; nobody has them open here."""
    database.close()
    folder = home.data / "damaged"
    number = 1
    while (folder / str(number)).exists():
        number += 1
    aside = folder / str(number)
    aside.mkdir(mode=0o700, parents=True)
    for path in home.data.glob(f"{home.database.name}*"):
        path.rename(aside / path.name)
    return aside


def put_in_place(home: Home, books: Path) -> None:
    """Other books, closed, take the place of the open ones: all of them in one transaction, or not
    at all. Whoever has the studio open sees the new ones from then on."""
    with explained(home):
        source = pw.SqliteDatabase(str(books))
        source.connect()
        try:
            source.connection().backup(database.connection())
        finally:
            source.close()
