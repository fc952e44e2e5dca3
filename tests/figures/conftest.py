"""A quiet studio with 90 days behind it, drawn by the real engine; made once for all tests here."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

from plotty_tui.cli.main import guarded

HISTORY = Path(__file__).parents[2] / "benchmarks" / "history.py"
DAYS = 90
WORDS = ["--days", str(DAYS), "--seed", "1", "--share", "0.09", "--copies", "2"]
SATURDAY = 5


def told_by(home: Path, *words: str) -> dict[str, Any]:
    """The JSON that a command prints of the studio in `home`."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, {"PLOTTY_HOME": str(home)}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        status = guarded([*words, "--json"])
    assert status == 0, err.getvalue()
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


# How a command is told its period.
WITH_PERIOD = {
    ("report", "production"): "--date", ("report", "client"): "--date-range",
    **{("analyze", name): "--period" for name in (
        "planning", "pens", "paper", "devices", "quality", "errors", "satisfaction", "efficiency")},
    ("kpi", "dashboard"): "--period", ("kpi", "resources"): "--period",
    ("benchmark", "production"): "--period",
}  # fmt: skip


class Books:
    """Every row of the books as plain Python, read past the program; and what the program says."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with contextlib.closing(sqlite3.connect(home / "plotty.db")) as books:
            books.row_factory = sqlite3.Row
            names = [row[0] for row in books.execute("SELECT name FROM sqlite_master "
                                                     "WHERE type = 'table'")]  # fmt: skip
            self.rows = {
                name: [
                    SimpleNamespace(**{key: row[key] for key in row.keys()})  # noqa: SIM118
                    for row in books.execute(f'SELECT * FROM "{name}"')
                ]
                for name in names
            }
        self.by_id: dict[str, dict[int, Any]] = {
            name: {row.id: row for row in rows}
            for name, rows in self.rows.items()
            if rows and hasattr(rows[0], "id")
        }

    def __getattr__(self, name: str) -> list[Any]:
        return self.rows[name]

    def of(self, row: Any, table: str) -> Any:
        """The row of another table that a row points at; None when at none."""
        key = getattr(row, f"{table}_id")
        return None if key is None else self.by_id[table][key]

    def told(self, *words: str) -> dict[str, Any]:
        """The JSON that a command prints, of the whole history where it takes a period."""
        of_all = WITH_PERIOD.get(words[:2])
        given = [of_all, PERIOD] if of_all and of_all not in words else []
        return told_by(self.home, *words, *given)

    def table(self, title: str, *words: str) -> list[dict[str, Any]]:
        """The rows of one table of a command's document."""
        rows: list[dict[str, Any]] = self.part(title, *words)["rows"]
        return rows

    def part(self, title: str, *words: str) -> dict[str, Any]:
        parts = {part["title"]: part for part in self.told(*words)["parts"]}
        assert title in parts, list(parts)
        part: dict[str, Any] = parts[title]
        return part


def local(milliseconds: int) -> datetime:
    """The local time of a moment in the books."""
    return datetime.fromtimestamp(milliseconds / 1000).astimezone()


def grouped(rows: Any, key: Any) -> dict[Any, list[Any]]:
    """The rows by a key."""
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return dict(found)


def last_day() -> date:
    """The last Saturday that is over: the same Sundays are free, so the same days' work always."""
    day = date.today() - timedelta(days=1)
    while day.weekday() != SATURDAY:
        day -= timedelta(days=1)
    return day


FIRST_DAY = last_day() - timedelta(days=DAYS - 1)
PERIOD = f"{FIRST_DAY}:today"


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """Made by one of the test processes while the others wait."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    home = shared / "history"
    with (shared / "history.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            words = [sys.executable, str(HISTORY), str(home), *WORDS, "--last", str(last_day())]
            made = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
            assert made.returncode == 0, made.stderr
    return Books(home)
