"""Whether the books are whole: the file, the balances, and the files that belong to them."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

from plotty_tui.domain import values
from plotty_tui.domain.strokes import decode_layers
from plotty_tui.store import health
from plotty_tui.store.database import Store
from plotty_tui.store.production.runs import check_books

from .backups import newest_backup
from .checks import FAIL, OK, WARN, Check

RESTORE = "plotty backup restore FILE"


def check_books_in_full(store: Store, quick: bool = False) -> list[Check]:
    """Every check of the books; `quick` leaves out the sums over designs and plans."""
    return [
        _check_file(store, quick),
        _check_balances(store),
        _check_sqlite(),
        _check_designs(store, quick),
        _check_plans(store, quick),
        _check_backup(store),
    ]


def _check_file(store: Store, quick: bool) -> Check:
    wrong = health.integrity_problems(store, quick)
    if wrong:
        return Check("database", FAIL, "; ".join(wrong[:3]), RESTORE)
    size = values.plural(round(store.home.database.stat().st_size / 1000), "kB", "kB")
    return Check("database", OK, f"whole, books {health.schema_version()}, {size}")


def _check_balances(store: Store) -> Check:
    wrong = check_books(store)
    if wrong:
        more = f" (and {len(wrong) - 3} more)" if len(wrong) > 3 else ""
        cure = f"plotty ledger list; {RESTORE}"
        return Check("balances", FAIL, "; ".join(wrong[:3]) + more, cure)
    return Check("balances", OK, "ink, paper and runs agree with the ledger")


def _check_sqlite() -> Check:
    text = f"SQLite {sqlite3.sqlite_version}"
    if health.sqlite_is_affected():
        text += (
            " has the WAL-reset fault (fixed in 3.51.3): two writers may damage the books; "
            "plotty lets only the engine move the log"
        )
        return Check("sqlite", WARN, text, "plotty backup create, every day")
    return Check("sqlite", OK, text)


def _check_designs(store: Store, quick: bool) -> Check:
    missing, wrong = [], []
    sums = health.design_sums(store)
    for sha256 in sums:
        path = store.home.design_file(sha256)
        if not path.is_file():
            missing.append(sha256[:12])
        elif not quick and _sum(path) != sha256:
            wrong.append(sha256[:12])
    return _of_files("designs", "design", len(sums), missing, wrong, "plotty add FILE again")


def _check_plans(store: Store, quick: bool) -> Check:
    missing, wrong = [], []
    keys = health.plan_keys_needed(store)
    for key in keys:
        path = store.home.plan_file(key)
        if not path.is_file():
            missing.append(key[:12])
        elif not quick and not _reads(path):
            wrong.append(key[:12])
    return _of_files("plans", "plan", len(keys), missing, wrong, "plotty plan-all --again")


def _of_files(
    name: str, word: str, count: int, missing: list[str], wrong: list[str], cure: str
) -> Check:
    said = []
    if missing:
        said.append(f"{values.plural(len(missing), word)} without a file ({missing[0]} …)")
    if wrong:
        said.append(f"{values.plural(len(wrong), word)} changed on the disk ({wrong[0]} …)")
    if said:
        return Check(name, FAIL, "; ".join(said), f"{RESTORE}, or {cure}")
    return Check(name, OK, f"{values.plural(count, word)}, every file as it was kept")


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reads(path: Path) -> bool:
    try:
        decode_layers(path.read_bytes())
    except (OSError, ValueError):
        return False
    return True


def _check_backup(store: Store) -> Check:
    newest = newest_backup(store)
    if newest is None:
        return Check("backup", WARN, "there is none", "plotty backup create")
    age = store.clock.now().timestamp() - newest.stat().st_mtime
    text = f"{newest.name}, {values.rough(age)} old"
    if age > 7 * 86400:
        return Check("backup", WARN, text, "plotty backup create")
    return Check("backup", OK, text)
