"""Opening the books, transactions, and noticing that somebody else wrote.

SQLite in WAL with immediate transactions: a reader that turns into a writer cannot wait, and
4.5 % of such transactions died in a measurement; none of the immediate ones did. FULL sync for
everything that counts, NORMAL only for progress inside a sheet.

Never read the database file by hand (open, copy, hash): closing it drops this process's locks.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import peewee as pw

from plotty_tui.domain.errors import Conflict, Locked, Refused, StoreFull

from .clock import Clock, SystemClock
from .home import Home
from .tables import database

SCHEMA_VERSION = 3
APPLICATION_ID = 0x504C4F54  # "PLOT"
BUSY_SECONDS = 10
MIGRATIONS = Path(__file__).with_name("migrations")

_PRAGMAS = (
    ("synchronous", "full"),
    ("foreign_keys", 1),
    ("temp_store", "memory"),
)


class Store:
    """The books of one studio. Open it with `open_store`; one per process."""

    def __init__(self, home: Home, clock: Clock) -> None:
        self.home = home
        self.clock = clock

    @contextmanager
    def write(self, durable: bool = True) -> Iterator[None]:
        """One transaction: all of it or nothing. `durable=False` lets a power cut take the last
        commits (progress inside a sheet); a crash of the program never does."""
        with explained():
            if not durable:
                database.execute_sql("PRAGMA synchronous=NORMAL")
            try:
                with database.atomic():
                    yield
            finally:
                if not durable:
                    database.execute_sql("PRAGMA synchronous=FULL")

    @contextmanager
    def read(self) -> Iterator[None]:
        """Several reads that see one moment."""
        with explained(), database.atomic("DEFERRED"):
            yield

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Rows of a query, readable by column name: for lists, where models are too slow."""
        with explained():
            cursor = database.execute_sql(sql, values)
            names = [column[0] for column in cursor.description]
            return [Row(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, sql: str, *values: Any) -> Row | None:
        """The first row of a query, or None."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def version(self) -> int:
        """A number that changes when another connection has written (3 µs a look)."""
        return database.execute_sql("PRAGMA data_version").fetchone()[0]

    def topics(self) -> dict[str, int]:
        """How often each kind of data was changed."""
        return dict(database.execute_sql("SELECT name, version FROM topic").fetchall())

    def close(self) -> None:
        """Close this thread's connection."""
        database.close()


class Row:
    """A row whose columns are attributes, and also items (`row["name"]`, `**row`)."""

    def __init__(self, columns: Iterable[tuple[str, Any]]) -> None:
        self.__dict__.update(columns)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"this row has no column {name!r}")

    def __getitem__(self, name: str) -> Any:
        return self.__dict__[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value

    def __repr__(self) -> str:
        return f"Row({self.__dict__})"

    def keys(self) -> list[str]:
        """The names of the columns."""
        return list(self.__dict__)


def open_store(home: Home | None = None, clock: Clock | None = None) -> Store:
    """The books of this studio, made or migrated when needed. Raises Refused for a database of a
    newer plotty, an unreadable one, or a full disk."""
    home = home or Home.find()
    if not home.database.exists():
        home.prepare()
        _make_file(home.database)
    if not database.is_closed():
        database.close()
    database.init(str(home.database), pragmas=_PRAGMAS, timeout=BUSY_SECONDS)
    with explained(home):
        database.connect(reuse_if_open=True)
        version = database.execute_sql("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            database.close()
            raise Refused(
                f"{home.database} was written by a newer plotty (books {version}, this program "
                f"knows {SCHEMA_VERSION}): use the newer plotty, nothing was changed"
            )
        if version < SCHEMA_VERSION:
            _migrate(home)
    return Store(home, clock or SystemClock())


def _make_file(path: Path) -> None:
    """An empty file of this user alone: SQLite gives its companions the same mode."""
    with suppress(OSError):  # SQLite says what is wrong with the place
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def leave_checkpoints_to_engine() -> None:
    """While an engine runs, it alone moves the log into the database: two programs that checkpoint
    in the same instant may damage the books on SQLite before 3.51.3."""
    database.pragma("wal_autocheckpoint", 0, permanent=True)


def _migrate(home: Home) -> None:
    """Bring the books up to this program's version, in one locked go: of two programs that start
    at once, one does it and the other finds it done."""
    import fcntl

    from playhouse.migrations import Runner

    home.prepare()
    with (home.data / "migration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if database.execute_sql("PRAGMA user_version").fetchone()[0] < SCHEMA_VERSION:
            # It stays in the file. Set here, where nobody else has the books open to write: SQLite
            # does not wait for others when it changes the mode.
            database.execute_sql("PRAGMA journal_mode=wal")
            Runner(database, str(MIGRATIONS)).up()
            database.execute_sql(f"PRAGMA application_id={APPLICATION_ID}")
            database.execute_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
            home.database.chmod(0o600)


def copy_books(home: Home) -> None:
    """Copy the open books, as they are at this moment, into another folder. By SQLite's backup:
    a copy of the file would drop this process's locks."""
    with explained(home):
        copy = pw.SqliteDatabase(str(home.database))
        copy.connect()
        try:
            database.connection().backup(copy.connection())
        finally:
            copy.close()
    home.database.chmod(0o600)


@contextmanager
def explained(home: Home | None = None) -> Iterator[None]:
    """Database errors as one sentence for a person.

    A full disk hides behind another error: SQLite rolls back by itself, Peewee's own rollback
    then fails, and the true cause is only in the context of what it raises.
    """
    try:
        yield
    except (pw.PeeweeException, sqlite3.Error) as error:
        raise _explain(error, home) from error
    except pw.DoesNotExist as error:
        table = type(error).__name__.removesuffix("DoesNotExist").lower()
        raise Conflict(
            f"this {table} was removed by somebody else meanwhile: look again"
        ) from error


def _explain(error: BaseException, home: Home | None) -> Exception:
    where = str(home.database) if home else "the books"
    seen: BaseException | None = error
    while seen is not None:
        text = str(seen).lower()
        if isinstance(seen, sqlite3.IntegrityError) and "no such move" in text:
            break  # a trigger of ours; its text is the sentence
        if "disk is full" in text or "no space left" in text:
            return StoreFull("the disk is full: nothing was changed; make room and try again")
        if "disk i/o error" in text:
            return StoreFull(
                f"{where} cannot be written (disk full or failing): nothing was changed"
            )
        if "database is locked" in text:
            return Locked(f"{where} stayed locked for {BUSY_SECONDS} s: try again")
        if "malformed" in text or "not a database" in text:
            return Refused(f"{where} is damaged: restore a backup, nothing was changed")
        if "readonly" in text or "unable to open" in text:
            return Refused(f"{where} cannot be opened for writing: check its folder's permissions")
        seen = seen.__context__ or seen.__cause__
    plain = seen is None and isinstance(error, Exception)
    return error if plain else Refused(str(seen or error))  # type: ignore[return-value]
