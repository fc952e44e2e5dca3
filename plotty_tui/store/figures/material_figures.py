"""What pens and papers gave in a period, as the ledger says: by day, by job, what was wasted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..database import Row, Store
from ..periods import OF_BATCH, within
from .sheet_figures import OF_SHEET, Wanted

# What leaves the shelf by drawing: spoiled sheets are booked back from `use` and out as `waste`.
_DRAWN = "('use', 'waste', 'prime', 'correct')"
_SHEETS = "('use', 'waste', 'adjust', 'correct')"


def _booked(since: datetime | None, until: datetime | None) -> tuple[str, list[Any]]:
    tests, values = within("l.at", since, until)
    return " AND ".join(tests) or "1", values


def pen_days(store: Store, since: datetime | None, until: datetime | None) -> list[Row]:
    """By pen id and local day: `mm` drawn, of them `primed`."""
    where, values = _booked(since, until)
    return store.rows(
        "SELECT l.pen_id AS id, date(l.at / 1000, 'unixepoch', 'localtime') AS day, "
        "-sum(l.mm) AS mm, -coalesce(sum(CASE WHEN l.kind = 'prime' THEN l.mm END), 0) AS primed "
        f"FROM ledger l WHERE l.pen_id IS NOT NULL AND l.kind IN {_DRAWN} AND {where} "
        "GROUP BY 1, 2 HAVING abs(sum(l.mm)) > 0.0005 ORDER BY 1, 2",
        *values,
    )


def pen_jobs(store: Store, since: datetime | None, until: datetime | None) -> list[Row]:
    """By pen id and job: `mm` on its sheets and how many these are, the most first."""
    where, values = _booked(since, until)
    return store.rows(
        "SELECT l.pen_id AS id, i.name AS job, -sum(l.mm) AS mm, "
        "count(DISTINCT l.sheet_id) AS sheets FROM ledger l JOIN sheet s ON s.id = l.sheet_id "
        f"JOIN item i ON i.id = s.item_id WHERE l.pen_id IS NOT NULL AND l.kind IN {_DRAWN} "
        f"AND {where} GROUP BY 1, 2 HAVING sum(l.mm) < -0.0005 ORDER BY 3 DESC, 2",
        *values,
    )


def paper_jobs(store: Store, since: datetime | None, until: datetime | None) -> list[Row]:
    """By paper of the stock and job, what the ledger says was taken for runs: paper, price, job
    (empty: told for a run as a whole), `used` sheets and of them `wasted`; the most first."""
    where, values = _booked(since, until)
    return store.rows(
        "SELECT a.name AS paper, a.price, coalesce(i.name, '') AS job, -sum(l.sheets) AS used, "
        "-coalesce(sum(CASE WHEN l.kind = 'waste' THEN l.sheets END), 0) AS wasted "
        "FROM ledger l JOIN paper a ON a.id = l.paper_id LEFT JOIN sheet s ON s.id = l.sheet_id "
        "LEFT JOIN item i ON i.id = s.item_id WHERE l.run_id IS NOT NULL "
        f"AND l.kind IN {_SHEETS} AND {where} GROUP BY a.id, 3 HAVING used != 0 "
        "ORDER BY used DESC, job",
        *values,
    )


def paper_fates(store: Store, wanted: Wanted) -> list[Row]:
    """By paper and job, the sheets that ended: good, second, spoiled, proof."""
    where, values = wanted.sql()
    return store.rows(
        "SELECT coalesce(a.name, i.paper) AS paper, i.name AS job, sum(s.state = 'good') AS good, "
        "sum(s.state = 'second') AS second, sum(s.state = 'spoiled') AS spoiled, "
        f"sum(s.state = 'proof') AS proof FROM sheet s {OF_SHEET} "
        f"LEFT JOIN paper a ON a.id = i.stock_id WHERE {where} GROUP BY 1, 2",
        *values,
    )


def paper_reasons(store: Store, wanted: Wanted) -> list[Row]:
    """By paper and reason, the sheets that were spoiled: how many, mm of ink and machine seconds on
    them; the most first."""
    where, values = wanted.sql()
    return store.rows(
        "SELECT coalesce(a.name, i.paper) AS paper, a.price, s.reason, count(*) AS sheets, "
        "sum(s.ink_mm) AS mm, sum(s.seconds) AS seconds "
        f"FROM sheet s {OF_SHEET} LEFT JOIN paper a ON a.id = i.stock_id "
        f"WHERE {where} AND s.state = 'spoiled' GROUP BY 1, 3 ORDER BY 4 DESC, 1, 3",
        *values,
    )


def counted_away(store: Store, since: datetime | None, until: datetime | None) -> dict[str, int]:
    """Paper -> sheets that a count of the shelf found missing (below zero: found)."""
    where, values = _booked(since, until)
    rows = store.rows(
        "SELECT a.name AS paper, -sum(l.sheets) AS sheets FROM ledger l "
        "JOIN paper a ON a.id = l.paper_id WHERE l.run_id IS NULL AND l.kind = 'adjust' "
        f"AND {where} GROUP BY a.id HAVING sheets != 0 ORDER BY a.name",
        *values,
    )
    return {row.paper: row.sheets for row in rows}


# Of runs -----------------------------------------------------------------------------------------

_OF_CLIENT = (
    " LEFT JOIN sheet s ON s.id = l.sheet_id LEFT JOIN item i ON i.id = s.item_id "
    "LEFT JOIN job j ON j.id = i.job_id LEFT JOIN client c ON c.id = coalesce(j.client_id, "
    "r.client_id)"
)


def _of_runs(wanted: Wanted) -> tuple[str, str, list[Any]]:
    """Ledger l of the runs r in the period: joins, tests and their values."""
    tests, values = within("l.at", wanted.since, wanted.until)
    joins = "JOIN run r ON r.id = l.run_id"
    if wanted.client:
        joins += _OF_CLIENT
        tests.append("c.name = ? COLLATE NOCASE")
        values.append(wanted.client)
    if wanted.batch:
        tests.append(OF_BATCH)
        values += [wanted.batch] * 3
    return joins, " AND ".join(tests) or "1", values


def paper_groups(store: Store, wanted: Wanted) -> list[Row]:
    """By paper of the stock, what the ledger says was taken for runs in the period: name, price,
    `used` sheets and of them `wasted`."""
    joins, where, values = _of_runs(wanted)
    return store.rows(
        "SELECT a.id, a.name, a.price, u.used, u.wasted FROM (SELECT l.paper_id, "
        "-sum(l.sheets) AS used, "
        "-coalesce(sum(CASE WHEN l.kind = 'waste' THEN l.sheets END), 0) AS wasted "
        f"FROM ledger l {joins} WHERE {where} AND l.kind IN {_SHEETS} AND l.paper_id IS NOT NULL "
        "GROUP BY l.paper_id HAVING used != 0) u JOIN paper a ON a.id = u.paper_id "
        "ORDER BY u.used DESC, a.name",
        *values,
    )


def primed_mm(store: Store, wanted: Wanted) -> float:
    """Ink of priming and tests that was booked for runs in the period, in mm."""
    joins, where, values = _of_runs(wanted)
    row = store.row(
        f"SELECT -sum(l.mm) AS mm FROM ledger l {joins} WHERE {where} AND l.kind = 'prime'", *values
    )
    return (row.mm if row else None) or 0.0
