"""Periods, local days and batches in SQL."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from .tables import database

# Of run r: of the batch with this name, or the run itself; three times the word.
OF_BATCH = (
    "(r.name = ? COLLATE NOCASE OR printf('RUN-%03d', r.number) = ? COLLATE NOCASE "
    "OR r.batch_id IN (SELECT id FROM batch WHERE name = ? COLLATE NOCASE))"
)


def local_day(moment: str) -> str:
    """The local day of a moment of the books in SQL, `2025-11-21`. SQLite's own `localtime` takes
    five times as long."""
    return f"local_day({moment})"


def local_hour(moment: str) -> str:
    """The local hour of a moment of the books in SQL, `09`."""
    return f"local_hour({moment})"


@database.func("local_day", num_params=1, deterministic=True)
def _local_day(milliseconds: int | None) -> str | None:
    return _told(milliseconds, "%Y-%m-%d")


@database.func("local_hour", num_params=1, deterministic=True)
def _local_hour(milliseconds: int | None) -> str | None:
    return _told(milliseconds, "%H")


def _told(milliseconds: int | None, how: str) -> str | None:
    if milliseconds is None:
        return None
    return time.strftime(how, time.localtime(milliseconds // 1000))


def within(
    moment: str, since: datetime | None, until: datetime | None
) -> tuple[list[str], list[Any]]:
    """Tests that a moment of the books lies from `since` up to `until` (None: open), and their
    values."""
    bounds = ((">=", since), ("<", until))
    tests = [f"{moment} {sign} ?" for sign, when in bounds if when is not None]
    return tests, [round(when.timestamp() * 1000) for _, when in bounds if when is not None]
