"""The ledger read: its rows by filter, and what its weighings say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from plotty_tui.domain import ledger, pens
from plotty_tui.domain.forecast import PACE_DAYS, PenLife, WeighedLine, pen_type

from ..database import Row, Store
from ..periods import within
from ..words import says

_ROWS = """
    SELECT l.id, l.at, l.kind, l.mm, l.mass_g, l.sheets, l.reason, l.note, l.actor, l.key,
      p.code AS pen, p.name AS pen_name, a.name AS paper, r.number AS run, i.name AS design,
      s.copy, s.attempt
    FROM ledger l LEFT JOIN pen p ON p.id = l.pen_id LEFT JOIN paper a ON a.id = l.paper_id
    LEFT JOIN run r ON r.id = l.run_id LEFT JOIN sheet s ON s.id = l.sheet_id
    LEFT JOIN item i ON i.id = s.item_id
    {where} ORDER BY l.id DESC {limit}
"""


_TEXTS = (
    "l.reason || ' ' || l.note || ' ' || l.actor || ' ' || coalesce(p.code, '') || ' ' || "
    "coalesce(p.name, '') || ' ' || coalesce(a.name, '') || ' ' || coalesce(i.name, '')"
)


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What is wanted of the ledger; every field that is given must fit. `pen` and `paper` are ids,
    `run` a run's number, `until` is exclusive, `text` is looked for in reason, note, actor and the
    names."""

    pen: int | None = None
    paper: int | None = None
    kind: str = ""
    run: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


def ledger_rows(
    store: Store, wanted: LedgerFilter | None = None, limit: int | None = None
) -> list[Row]:
    """Ledger rows that fit, newest first: at, kind, mm, mass_g, sheets, reason, note, actor, pen,
    pen_name, paper, run, design, copy, attempt."""
    wanted = wanted or LedgerFilter()
    tests, values = within("l.at", wanted.since, wanted.until)

    def test(sql: str, *given: Any) -> None:
        tests.append(sql)
        values.extend(given)

    if wanted.pen is not None:
        test("l.pen_id = ?", wanted.pen)
    if wanted.paper is not None:
        test("l.paper_id = ?", wanted.paper)
    if wanted.kind:
        test("l.kind = ?", wanted.kind)
    if wanted.run is not None:
        test("r.number = ?", wanted.run)
    for word in wanted.text.casefold().split():
        test(says(_TEXTS), word)
    where = f"WHERE {' AND '.join(tests)}" if tests else ""
    bound = f"LIMIT {int(limit)}" if limit is not None else ""
    return store.rows(_ROWS.format(where=where, limit=bound), *values)


def pen_lives(rows: list[Row]) -> list[PenLife]:
    """The lives of pens, from the rows of a pen list."""
    return [
        PenLife(
            row.code,
            type_of(row),
            row.used_mm,
            row.life_mm,
            row.state in (pens.DRY, pens.EMPTY),
        )
        for row in rows
    ]


def type_of(row: Row) -> str:
    """The type of a pen of a pen list."""
    return pen_type(row.name, row.brand, row.kind, row.tip_mm)


def pace_per_day(store: Store) -> tuple[dict[int, float], dict[int, float]]:
    """What was used a day over the last 30 days: mm by pen id, sheets by paper id. Those that have
    not been used are not in it."""
    since = round((store.clock.now() - timedelta(days=PACE_DAYS)).timestamp() * 1000)
    kinds = "('receive', 'reserve', 'release', 'retire', 'adjust')"
    found: list[dict[int, float]] = []
    for subject, amount in (("pen", "mm"), ("paper", "sheets")):
        rows = store.rows(
            f"SELECT {subject}_id AS id, -sum({amount}) AS used FROM ledger "
            f"WHERE at >= ? AND {subject}_id IS NOT NULL AND kind NOT IN {kinds} "
            f"GROUP BY {subject}_id HAVING used > 0",
            since,
        )
        found.append({row.id: row.used / PACE_DAYS for row in rows})
    return found[0], found[1]


# Weighings ---------------------------------------------------------------------------------------

_WEIGHED = """
    SELECT l.pen_id, l.kind, l.mm, l.mass_g, l.key, l.run_id, i.paper, p.name, p.brand,
      p.kind AS pen_kind, p.tip_mm
    FROM ledger l JOIN pen p ON p.id = l.pen_id LEFT JOIN sheet s ON s.id = l.sheet_id
    LEFT JOIN item i ON i.id = s.item_id
    WHERE l.pen_id IN
      (SELECT pen_id FROM ledger WHERE key >= 'weigh:' AND key < 'weigh;' AND mass_g < 0)
      AND l.kind NOT IN ('receive', 'reserve', 'release', 'retire') ORDER BY l.pen_id, l.id
"""


def weighed_lines(store: Store) -> list[WeighedLine]:
    """What went out of pens between weighings, with the line that was drawn meanwhile. A weighing
    above the last one starts anew: what was put in is not known to the gram."""
    lines: list[WeighedLine] = []
    pen: int | None = None
    mm, papers = 0.0, set[str]()
    for row in store.rows(_WEIGHED):
        if row.pen_id != pen:
            pen, mm, papers = row.pen_id, 0.0, set()
        if row.mass_g == 0 and not row.key.startswith("weigh:"):
            mm -= row.mm
            if row.paper and row.kind in (ledger.USE, ledger.WASTE):
                papers.add(row.paper)
            continue
        if row.mass_g < 0:
            type_ = pen_type(row.name, row.brand, row.pen_kind, row.tip_mm)
            paper = papers.copy().pop() if len(papers) == 1 else ""
            lines.append(WeighedLine(type_, -row.mass_g, mm, paper))
        mm, papers = 0.0, set()
    return lines
