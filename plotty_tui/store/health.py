"""Whether the database is whole, and which files belong to it."""

from __future__ import annotations

import sqlite3

from .database import Store
from .tables import database

# SQLite before this may damage a WAL database in a rare race of two writers that checkpoint.
FIXED_SQLITE = (3, 51, 3)


def sqlite_is_affected() -> bool:
    """Whether this SQLite has the fault of WAL resets."""
    return tuple(int(part) for part in sqlite3.sqlite_version.split(".")) < FIXED_SQLITE


def integrity_problems(store: Store, quick: bool = False) -> list[str]:
    """What SQLite itself finds wrong with the file, row by row, and references that lead nowhere;
    empty when it is whole."""
    check = "quick_check" if quick else "integrity_check"
    with store.read():
        said = [str(row[0]) for row in database.execute_sql(f"PRAGMA {check}(20)").fetchall()]
        loose = database.execute_sql("PRAGMA foreign_key_check").fetchall()
    wrong = [line for line in said if line != "ok"]
    return wrong + [f"a row of {row[0]} names a {row[2]} that is not there" for row in loose[:20]]


def schema_version() -> int:
    """The version that the books carry."""
    return int(database.execute_sql("PRAGMA user_version").fetchone()[0])


def design_sums(store: Store) -> list[str]:
    """The SHA-256 of every design."""
    return [row.sha256 for row in store.rows("SELECT sha256 FROM design ORDER BY id")]


def plan_keys_needed(store: Store) -> list[str]:
    """The keys of the plans that something may still draw: of jobs, open runs and kept sets."""
    return [
        row.key
        for row in store.rows(
            "SELECT key FROM plan WHERE id IN (SELECT plan_id FROM job WHERE archived_at IS NULL) "
            "OR id IN (SELECT i.plan_id FROM item i JOIN run r ON r.id = i.run_id "
            "WHERE r.state IN ('pending', 'in_progress')) "
            "OR id IN (SELECT plan_id FROM plan_set_entry) ORDER BY id"
        )
    ]
