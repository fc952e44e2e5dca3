"""What runs used, read from the books for their costs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from plotty_tui.domain.costs import InkUse, PaperUse, Work

from ..database import Row, Store
from ..periods import within

BY = ("run", "client", "design")

# What a group is called, and the rows of a run that belong to it.
_NAME = {
    "run": "r.number",
    "client": "coalesce(c.name, '')",
    "design": "d.filename",
}
_FROM = """
    FROM sheet s JOIN item i ON i.id = s.item_id JOIN run r ON r.id = s.run_id
    JOIN plan p ON p.id = i.plan_id JOIN design d ON d.id = p.design_id
    LEFT JOIN client c ON c.id = r.client_id
"""
_NOT_STOCK = "('receive', 'reserve', 'release', 'retire')"


def works_by(
    store: Store,
    by: str,
    lives: Mapping[str, float] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    runs: Sequence[int] | None = None,
) -> dict[Any, Work]:
    """Run number, client or design -> what it used in all. `lives` gives a pen's life by its code
    where the pen itself has none. What was settled for a run as a whole (typed metres, counted
    paper) is shared among its designs as their sheets were begun."""
    where, values = _where(since, until, runs)
    with store.read():
        pieces = _pieces(store, by, where, values)
        shares, works = _sheets(store, by, where, values, pieces)
        for row in store.rows(_ink_sql(where), *values, *values):
            life = row.life_mm or (lives or {}).get(row.code)
            for name, part in _groups(by, row, shares, pieces):
                works[name].inks.append(InkUse(row.code or "", row.mm * part, row.price, life))
        for row in store.rows(_paper_sql(where), *values):
            for name, part in _groups(by, row, shares, pieces):
                works[name].papers.append(PaperUse(row.paper, row.sheets * part, row.price))
    return works


def whole_work(
    store: Store,
    lives: Mapping[str, float] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    runs: Sequence[int] | None = None,
    client: str = "",
) -> Work:
    """What all these runs (of one client, if named) used together: the sum of `works_by` run, added
    up by the database."""
    where, values = _where(since, until, runs)
    if client:
        where += " AND c.name = ? COLLATE NOCASE"
        values.append(client)
    # Runs without a sheet cost nothing yet.
    where += " AND EXISTS (SELECT 1 FROM sheet z WHERE z.run_id = r.id)"
    with store.read():
        work = _whole_sheets(store, where, values)
        for row in store.rows(_WHOLE_LEDGER.format(where=where), *values):
            if row.paper is None:
                life = row.life_mm or (lives or {}).get(row.code)
                work.inks.append(InkUse(row.code, row.mm, row.ink_price, life))
            else:
                work.papers.append(PaperUse(row.paper, row.sheets, row.price))
        for row in store.rows(_WHOLE_LOOSE_INK.format(where=where), *values):
            work.inks.append(InkUse("", row.mm))
    return work


def _whole_sheets(store: Store, where: str, values: list[Any]) -> Work:
    row = store.row(
        "SELECT sum(coalesce(settled, seconds)) AS seconds, "
        "sum(coalesce(by_hand, human)) AS human, sum(begun) AS begun, sum(good) AS good, "
        "sum(unjudged) AS unjudged FROM (SELECT "
        "r.seconds AS settled, r.human_seconds AS by_hand, sum(s.seconds) AS seconds, "
        "sum(s.human_seconds) AS human, sum(s.started_at IS NOT NULL) AS begun, "
        "sum(s.state = 'good') AS good, sum(s.state = 'drawn') AS unjudged FROM run r "
        "JOIN sheet s ON s.run_id = r.id LEFT JOIN client c ON c.id = r.client_id "
        f"WHERE {where} GROUP BY r.id)",
        *values,
    )
    papers = store.rows(
        "SELECT DISTINCT i.paper FROM item i JOIN run r ON r.id = i.run_id LEFT JOIN client c "
        f"ON c.id = r.client_id WHERE i.stock_id IS NULL AND {where} AND EXISTS (SELECT 1 "
        "FROM sheet s WHERE s.item_id = i.id AND s.started_at IS NOT NULL)",
        *values,
    )
    assert row is not None, "a sum has a row"
    return Work(
        machine_seconds=row.seconds or 0.0, human_seconds=row.human or 0.0, sheets=row.begun or 0,
        good=row.good or 0, unjudged=row.unjudged or 0,
        uncounted_paper=tuple(one.paper for one in papers if one.paper),
    )  # fmt: skip


# From the runs to their ledger: those of a month are few among years of bookings. Pens and papers
# in one pass.
_WHOLE_LEDGER = f"""
    SELECT u.mm, u.sheets, n.code, n.price AS ink_price, n.life_mm, a.name AS paper, a.price FROM (
      SELECT l.pen_id, l.paper_id, -sum(l.mm) AS mm,
        -sum(CASE WHEN l.reason != 'more paper than counted' THEN l.sheets ELSE 0 END) AS sheets
      FROM run r CROSS JOIN ledger l ON l.run_id = r.id LEFT JOIN client c ON c.id = r.client_id
      WHERE l.kind NOT IN {_NOT_STOCK} AND {{where}} GROUP BY l.pen_id, l.paper_id
    ) u LEFT JOIN pen n ON n.id = u.pen_id LEFT JOIN paper a ON a.id = u.paper_id
"""
_WHOLE_LOOSE_INK = """
    SELECT sum(x.ink_mm) AS mm FROM sheet_layer x JOIN sheet s ON s.id = x.sheet_id
    JOIN run r ON r.id = s.run_id LEFT JOIN client c ON c.id = r.client_id
    WHERE x.pen_id IS NULL AND x.ink_mm > 0 AND {where} HAVING count(*)
"""


def _where(
    since: datetime | None, until: datetime | None, runs: Sequence[int] | None
) -> tuple[str, list[Any]]:
    tests, values = within("coalesce(r.started_at, r.created_at)", since, until)
    tests.append("r.state != 'pending'")
    if runs is not None:
        tests.append(f"r.number IN ({','.join('?' * len(runs))})")
        values += list(runs)
    return " AND ".join(tests), values


# (run, imposed design) -> the designs of its pieces, each with its share.
Pieces = dict[tuple[int, str], list[Row]]


def _pieces(store: Store, by: str, where: str, values: list[Any]) -> Pieces:
    """What lies on imposed sheets: name, `part` of a sheet's use, pieces begun, good, unjudged."""
    if by != "design":
        return {}
    rows = store.rows(
        "SELECT r.number AS run, d.filename AS sheet, e.filename AS name, "
        "sum(s.started_at IS NOT NULL) AS begun, sum(x.state = 'good') AS good, "
        "sum(s.state = 'drawn') AS unjudged, count(*) AS number "
        f"{_FROM} JOIN piece x ON x.sheet_id = s.id JOIN design e ON e.id = x.design_id "
        f"WHERE {where} GROUP BY 1, 2, 3",
        *values,
    )
    found: Pieces = {}
    for row in rows:
        found.setdefault((row.run, row.sheet), []).append(row)
    for mine in found.values():
        whole = sum(row.number for row in mine)
        for row in mine:
            row["part"] = row.number / whole
    return found


def _sheets(
    store: Store, by: str, where: str, values: list[Any], pieces: Pieces
) -> tuple[dict[int, dict[Any, float]], dict[Any, Work]]:
    """Run number -> group -> its share of the run; and each group's work without its materials. A
    settled duration of a run is shared like its sheets."""
    rows = store.rows(
        f"SELECT r.number AS run, {_NAME[by]} AS name, r.seconds AS settled, "
        "r.human_seconds AS settled_human, sum(s.started_at IS NOT NULL) AS begun, "
        "sum(s.state = 'good') AS good, sum(s.state = 'drawn') AS unjudged, "
        "sum(s.seconds) AS seconds, sum(s.human_seconds) AS human, "
        "json_group_array(DISTINCT CASE WHEN i.stock_id IS NULL AND s.started_at IS NOT NULL "
        f"THEN i.paper END) AS uncounted {_FROM} WHERE {where} GROUP BY r.id, 2",
        *values,
    )
    begun: dict[int, int] = {}
    groups: dict[int, int] = {}
    for row in rows:
        begun[row.run] = begun.get(row.run, 0) + row.begun
        groups[row.run] = groups.get(row.run, 0) + 1
    shares: dict[int, dict[Any, float]] = {}
    works: dict[Any, Work] = {}
    for row in rows:
        whole = row.begun / begun[row.run] if begun[row.run] else 1 / groups[row.run]
        for one, part in _parts(row, pieces):
            name = one.name or "no client"
            mine = shares.setdefault(row.run, {})
            mine[name] = mine.get(name, 0.0) + whole * part
            _add(works.setdefault(name, Work()), row, one, whole * part, part)
    return shares, works


def _parts(row: Row, pieces: Pieces) -> list[tuple[Row, float]]:
    """The row itself, or what lies on it."""
    found = pieces.get((row.run, row.name))
    return [(one, one.part) for one in found] if found else [(row, 1.0)]


def _add(work: Work, row: Row, one: Row, of_run: float, of_row: float) -> None:
    settled, human = row.settled, row.settled_human
    work.machine_seconds += row.seconds * of_row if settled is None else settled * of_run
    work.human_seconds += row.human * of_row if human is None else human * of_run
    work.sheets += one.begun
    work.good += one.good
    work.unjudged += one.unjudged
    papers = tuple(paper for paper in json.loads(row.uncounted) if paper)
    work.uncounted_paper = tuple(dict.fromkeys((*work.uncounted_paper, *papers)))


def _ink_sql(where: str) -> str:
    return f"""
        SELECT r.number AS run, coalesce(c.name, '') AS client, d.filename AS design,
          n.code, n.price, n.life_mm, -sum(l.mm) AS mm
        FROM ledger l JOIN run r ON r.id = l.run_id JOIN pen n ON n.id = l.pen_id
        LEFT JOIN sheet s ON s.id = l.sheet_id LEFT JOIN item i ON i.id = s.item_id
        LEFT JOIN plan p ON p.id = i.plan_id LEFT JOIN design d ON d.id = p.design_id
        LEFT JOIN client c ON c.id = r.client_id
        WHERE l.kind NOT IN {_NOT_STOCK} AND {where} GROUP BY r.id, d.filename, n.id
        UNION ALL
        SELECT r.number, coalesce(c.name, ''), d.filename, NULL, NULL, NULL, sum(x.ink_mm)
        FROM sheet_layer x JOIN sheet s ON s.id = x.sheet_id JOIN item i ON i.id = s.item_id
        JOIN run r ON r.id = s.run_id JOIN plan p ON p.id = i.plan_id
        JOIN design d ON d.id = p.design_id LEFT JOIN client c ON c.id = r.client_id
        WHERE x.pen_id IS NULL AND x.ink_mm > 0 AND {where} GROUP BY r.id, d.filename
    """


def _paper_sql(where: str) -> str:
    return f"""
        SELECT r.number AS run, coalesce(c.name, '') AS client, d.filename AS design,
          a.name AS paper, a.price, -sum(l.sheets) AS sheets
        FROM ledger l JOIN run r ON r.id = l.run_id JOIN paper a ON a.id = l.paper_id
        LEFT JOIN sheet s ON s.id = l.sheet_id LEFT JOIN item i ON i.id = s.item_id
        LEFT JOIN plan p ON p.id = i.plan_id LEFT JOIN design d ON d.id = p.design_id
        LEFT JOIN client c ON c.id = r.client_id
        WHERE l.kind NOT IN {_NOT_STOCK} AND l.reason != 'more paper than counted' AND {where}
        GROUP BY r.id, d.filename, a.id
    """


def _groups(
    by: str, row: Row, shares: dict[int, dict[Any, float]], pieces: Pieces
) -> list[tuple[Any, float]]:
    """(group, its part) of one ledger sum."""
    if row.run not in shares:
        return []
    if by == "run":
        return [(row.run, 1.0)]
    if by == "client":
        return [(row.client or "no client", 1.0)]
    if found := pieces.get((row.run, row.design)):
        return [(one.name, one.part) for one in found]
    if row.design is not None:
        return [(row.design, 1.0)]
    return list(shares[row.run].items())
