"""Figures of sheets that ended in a period, from the books: by day, hour, plotter, job, client,
category, paper, pen, complexity or reason. Every analysis, report and chart counts here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from plotty_tui.domain import figures

from ..database import Row, Store
from ..periods import OF_BATCH, local_day, local_hour, within
from ..tables import database

# What sheets are grouped by -> how the group is called.
_KEYS = {
    "all": "''",
    "day": local_day("s.ended_at"),
    "hour": local_hour("s.ended_at"),
    "device": "coalesce(v.name, '')",
    "job": "i.name",
    "design": "d.filename",
    "client": "coalesce(c.name, '')",
    "category": "coalesce(j.category, '')",
    "paper": "i.paper",
    "reason": "s.reason",
    "run": "r.number",
    "item": "s.item_id",
}
KEYS = tuple(_KEYS)
# Joins are made only where the key or a filter wants them.
_JOINS = {
    "i.": "JOIN item i ON i.id = s.item_id",
    "r.": "JOIN run r ON r.id = s.run_id",
    "p.": "JOIN plan p ON p.id = i.plan_id",
    "d.": "JOIN design d ON d.id = p.design_id",
    "j.": "LEFT JOIN job j ON j.id = i.job_id",
    "v.": "LEFT JOIN device v ON v.id = s.device_id",
    # A run may hold jobs of several clients.
    "c.": "LEFT JOIN client c ON c.id = coalesce(j.client_id, r.client_id)",
}
# All that `Wanted` may ask of sheet s.
OF_SHEET = " ".join(_JOINS[name] for name in ("i.", "r.", "j.", "c."))
_JUDGED = "s.state IN ('good', 'second', 'spoiled')"
_MADE = "s.state IN ('drawn', 'good', 'second', 'proof')"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sheets are counted: those that ended from `since` up to `until` (None: open), of this
    client or this batch (the name of a batch or a run, or `RUN-042`)."""

    since: datetime | None = None
    until: datetime | None = None
    client: str = ""
    batch: str = ""

    def sql(self) -> tuple[str, list[Any]]:
        """Tests on sheet s, run r and client c, and their values."""
        tests, values = within("s.ended_at", self.since, self.until)
        tests += ["s.ended_at IS NOT NULL", "s.state != 'cancelled'"]
        if self.client:
            tests.append("c.name = ? COLLATE NOCASE")
            values.append(self.client)
        if self.batch:
            tests.append(OF_BATCH)
            values += [self.batch] * 3
        return " AND ".join(tests), values


@dataclass(frozen=True, slots=True)
class SheetGroup:
    """The sheets of one group. `copies` are first attempts that were judged, `first` those of them
    that were good; `made_*` and `est_*` are over the sheets drawn to their end; mm and seconds."""

    name: Any
    sheets: int = 0
    drawn: int = 0  # no verdict yet
    good: int = 0
    second: int = 0
    spoiled: int = 0
    proof: int = 0
    copies: int = 0
    first: int = 0
    ink_mm: float = 0.0
    seconds: float = 0.0
    human_seconds: float = 0.0
    made_mm: float = 0.0
    made_seconds: float = 0.0
    est_mm: float = 0.0
    est_seconds: float = 0.0
    stars: float = 0.0  # the sum of the ratings: a sheet's own, else its run's
    rated: int = 0

    @property
    def quality(self) -> float | None:
        """The mean of the ratings; None where nothing is rated."""
        return self.stars / self.rated if self.rated else None

    @property
    def attempted(self) -> int:
        """Judged sheets; proofs apart."""
        return self.good + self.second + self.spoiled

    @property
    def success_percent(self) -> float | None:
        return figures.success_percent(self.good, self.attempted)

    @property
    def first_pass_percent(self) -> float | None:
        return figures.first_pass_percent(self.first, self.copies)

    @property
    def replot_percent(self) -> float | None:
        return figures.replot_percent(self.attempted, self.copies)

    @property
    def time_percent(self) -> float | None:
        return figures.variance_percent(self.made_seconds, self.est_seconds)

    @property
    def ink_percent(self) -> float | None:
        return figures.variance_percent(self.made_mm, self.est_mm)


_EST_MM, _EST_SECONDS = (
    "coalesce(i.sheet_mm, p.pen_down_mm)", "coalesce(i.sheet_seconds, p.seconds)",
)  # fmt: skip
# The figures of a group in their order, each a sum over its sheets.
_SUMS = {
    "sheets": "count(*)",
    "drawn": "sum(s.state = 'drawn')",
    "good": "sum(s.state = 'good')",
    "second": "sum(s.state = 'second')",
    "spoiled": "sum(s.state = 'spoiled')",
    "proof": "sum(s.state = 'proof')",
    "copies": f"sum(s.attempt = 1 AND {_JUDGED})",
    "first": "sum(s.attempt = 1 AND s.state = 'good')",
    "ink_mm": "sum(s.ink_mm)",
    "seconds": "sum(s.seconds)",
    "human_seconds": "sum(s.human_seconds)",
    "made_mm": f"sum(CASE WHEN {_MADE} THEN s.ink_mm ELSE 0 END)",
    "made_seconds": f"sum(CASE WHEN {_MADE} THEN s.seconds ELSE 0 END)",
    "est_mm": f"sum(CASE WHEN {_MADE} THEN {_EST_MM} ELSE 0 END)",
    "est_seconds": f"sum(CASE WHEN {_MADE} THEN {_EST_SECONDS} ELSE 0 END)",
    "stars": "coalesce(sum(coalesce(s.quality, r.quality)), 0)",
    "rated": "count(coalesce(s.quality, r.quality))",
}


def sheet_groups(store: Store, by: str, wanted: Wanted) -> list[SheetGroup]:
    """The sheets by one of KEYS, in the order of the key."""
    where, values = wanted.sql()
    key = _KEYS[by]
    sql = (
        f"SELECT {key} AS name, {', '.join(_SUMS.values())} "
        f"FROM sheet s {_joins(f'{key} {where} i. p. r.')} WHERE {where} GROUP BY 1 ORDER BY 1"
    )
    with store.read():
        return [SheetGroup(*row) for row in database.execute_sql(sql, values).fetchall()]


# Hours and days begin at one, wherever on earth: cheaper than their names for each sheet.
_QUARTER_MS = 15 * 60 * 1000


def sheet_groups_by(
    store: Store, names: Sequence[str], wanted: Wanted
) -> dict[str, list[SheetGroup]]:
    """The sheets by each of several KEYS, as `sheet_groups` has them: read once, summed by item,
    plotter, reason and quarter of an hour, and these sums by each key."""
    where, values = wanted.sql()
    sums = ", ".join(f"{sql} AS f_{name}" for name, sql in _SUMS.items())
    # Its rows look like sheets, so that the keys are the same.
    fine = (
        "SELECT s.item_id, s.run_id, s.device_id, s.reason, min(s.ended_at) AS ended_at, "
        f"{sums} FROM sheet s {_joins(f'{where} i. p. r.')} WHERE {where} GROUP BY "
        f"s.item_id, s.run_id, s.device_id, s.reason, s.ended_at / {_QUARTER_MS}"
    )
    again = ", ".join(f"sum(s.f_{name})" for name in _SUMS)
    parts = [
        f"SELECT '{by}', {_KEYS[by]} AS name, {again} FROM fine s {_joins(_KEYS[by])} GROUP BY 2"
        for by in names
    ]
    sql = f"WITH fine AS MATERIALIZED ({fine}) {' UNION ALL '.join(parts)} ORDER BY 1, 2"
    found: dict[str, list[SheetGroup]] = {by: [] for by in names}
    with store.read():
        for by, *row in database.execute_sql(sql, values).fetchall():
            found[by].append(SheetGroup(*row))
    return found


def _joins(used: str) -> str:
    wants = {name for name in _JOINS if name in used}
    if "c." in wants:
        wants |= {"i.", "j.", "r."}
    return " ".join(join for name, join in _JOINS.items() if name in wants)


def merged(name: Any, groups: Iterable[SheetGroup]) -> SheetGroup:
    """Several groups as one."""
    parts = list(groups)
    sums = {
        one.name: sum(getattr(part, one.name) for part in parts)
        for one in fields(SheetGroup)
        if one.name != "name"
    }
    return SheetGroup(name, **sums)


def whole(store: Store, wanted: Wanted) -> SheetGroup:
    """All of them as one group."""
    return next(iter(sheet_groups(store, "all", wanted)), SheetGroup(""))


def pen_groups(store: Store, wanted: Wanted) -> list[Row]:
    """By pen, the most used first: code, name, color, mm drawn on these sheets, sheets and how many
    of them are good, second, spoiled; and `faults`: spoiled for a reason of the pen."""
    where, values = wanted.sql()
    return store.rows(
        "SELECT n.id, n.code, n.name, n.color, n.kind, n.tip_mm, u.* FROM (SELECT pen_id, "
        "sum(mm) AS mm, count(*) AS sheets, sum(state = 'good') AS good, "
        "sum(state = 'second') AS second, sum(state = 'spoiled') AS spoiled, "
        "sum(attempt = 1 AND state IN ('good', 'second', 'spoiled')) AS copies, "
        "sum(attempt = 1 AND state = 'good') AS first, "
        "coalesce(sum(stars), 0) AS stars, count(stars) AS rated, "
        "sum(state = 'spoiled' AND reason IN ('pen_dry', 'ink_skip', 'ink_blot')) AS faults "
        "FROM (SELECT x.pen_id, sum(x.ink_mm) AS mm, s.state, s.reason, s.attempt, "
        "coalesce(s.quality, r.quality) AS stars "
        f"FROM {_layers_of_sheets(store, wanted)} {_joins(f'{where} r.')} WHERE {where} "
        "AND x.pen_id IS NOT NULL AND NOT x.skipped GROUP BY x.pen_id, x.sheet_id) "
        "GROUP BY pen_id) u JOIN pen n ON n.id = u.pen_id ORDER BY u.mm DESC, n.code",
        *values,
    )


def _layers_of_sheets(store: Store, wanted: Wanted) -> str:
    """Sheets s and their layers x. Of a few sheets from these to their layers; else pen by pen as
    an index has them, which spares sorting 200,000 of them."""
    ended, values = within("ended_at", wanted.since, wanted.until)
    few = store.row(
        f"SELECT 10 * (SELECT count(*) FROM sheet WHERE {' AND '.join(ended) or '1'}) "
        "< (SELECT count(*) FROM sheet) AS so",
        *values,
    )
    if few and few.so:
        return "sheet s JOIN sheet_layer x ON x.sheet_id = s.id"
    return "sheet_layer x CROSS JOIN sheet s ON s.id = x.sheet_id"


def hand_rows(store: Store, since: datetime | None, until: datetime | None) -> list[Row]:
    """Hands that were raised in a period, by kind and plotter: how many, and the seconds from
    asked to answered."""
    tests, values = within("h.since", since, until)
    tests.append("h.answered_at IS NOT NULL")
    return store.rows(
        "SELECT u.kind, v.name AS device, u.number, u.seconds FROM (SELECT h.kind, h.device_id, "
        "count(*) AS number, sum(max(0, h.answered_at - h.since)) / 1000.0 AS seconds "
        f"FROM hand h WHERE {' AND '.join(tests)} GROUP BY h.kind, h.device_id) u "
        "JOIN device v ON v.id = u.device_id ORDER BY u.kind, v.name",
        *values,
    )


def fault_rows(store: Store, since: datetime | None, until: datetime | None) -> list[Row]:
    """Faults that were written down in a period: at, device, text, the job's category, and the
    `seconds` that the plotter then stood still (None: it still does)."""
    tests, values = within("e.at", since, until)
    tests.append("e.kind = 'interrupted'")
    return store.rows(
        "SELECT e.at, v.name AS device, e.text, coalesce(j.category, '') AS category, "
        "(SELECT (p.until - max(p.since, e.at)) / 1000.0 FROM spell p "
        "WHERE p.device_id = e.device_id AND p.state IN ('fault', 'interrupted') "
        "AND p.until > e.at ORDER BY p.since LIMIT 1) AS seconds "
        "FROM event e LEFT JOIN device v ON v.id = e.device_id LEFT JOIN sheet s "
        "ON s.id = e.sheet_id LEFT JOIN item i ON i.id = s.item_id LEFT JOIN job j "
        f"ON j.id = coalesce(e.job_id, i.job_id) WHERE {' AND '.join(tests)} ORDER BY e.id",
        *values,
    )


def on_time(store: Store, wanted: Wanted) -> tuple[int, int]:
    """Jobs with a due date that were done in the period: (in time, all)."""
    tests, values = within("j.done_at", wanted.since, wanted.until)
    tests += ["j.due_at IS NOT NULL", "j.done_at IS NOT NULL"]
    if wanted.client:
        tests.append("j.client_id IN (SELECT id FROM client WHERE name = ? COLLATE NOCASE)")
        values.append(wanted.client)
    row = store.row(
        "SELECT coalesce(sum(j.done_at <= j.due_at), 0) AS good, count(*) AS number FROM job j "
        f"WHERE {' AND '.join(tests)}",
        *values,
    )
    return (row.good, row.number) if row else (0, 0)


def item_measures(store: Store, item_ids: Sequence[int] | None = None) -> dict[int, Row]:
    """Item -> paths, metres, lifts, layers of its plan: what complexity is judged by."""
    where = ""
    values: list[Any] = []
    if item_ids is not None:
        where, values = f"WHERE i.id IN ({','.join('?' * len(item_ids))})", list(item_ids)
    rows = store.rows(
        "SELECT i.id, p.lifts, p.pen_down_mm / 1000.0 AS metres, "
        "json_array_length(json_extract(p.body, '$.layers')) AS layers, "
        "(SELECT sum(json_extract(one.value, '$.strokes')) FROM json_each(d.layers) one) AS paths "
        f"FROM item i JOIN plan p ON p.id = i.plan_id JOIN design d ON d.id = p.design_id {where}",
        *values,
    )
    return {row.id: row for row in rows}


def run_numbers(store: Store, batch: str) -> list[int]:
    """The runs of a batch, by its name or theirs."""
    rows = store.rows(
        f"SELECT r.number FROM run r WHERE {OF_BATCH} ORDER BY r.number", *[batch] * 3
    )
    return [row.number for row in rows]


def drawn_designs(store: Store, wanted: Wanted) -> list[Row]:
    """The designs of these sheets, the most drawn first: name of the newest job, sha256, size in
    mm, sheets."""
    where, values = wanted.sql()
    return store.rows(
        "SELECT d.sha256, d.width_mm, d.height_mm, max(i.name) AS name, count(*) AS sheets "
        f"FROM sheet s {_joins(f'{where} i. p. d.')} WHERE {where} GROUP BY d.id "
        "ORDER BY sheets DESC, name",
        *values,
    )


def rating_rows(store: Store, wanted: Wanted) -> list[Row]:
    """Runs that a client rated, of which a sheet ended in the period: run, client, category (of its
    first item), the client's rating and the studio's own."""
    where, values = wanted.sql()
    return store.rows(
        "SELECT r.number AS run, coalesce(c.name, '') AS client, coalesce(j.category, '') AS "
        "category, r.client_rating AS rating, r.quality AS own FROM run r "
        "LEFT JOIN client c ON c.id = coalesce(r.client_id, (SELECT x.client_id FROM item y "
        "JOIN job x ON x.id = y.job_id WHERE y.run_id = r.id ORDER BY y.position LIMIT 1)) "
        "LEFT JOIN item i ON i.run_id = r.id AND i.position = 0 LEFT JOIN job j ON j.id = i.job_id "
        "WHERE r.client_rating IS NOT NULL AND EXISTS (SELECT 1 FROM sheet s "
        f"WHERE s.run_id = r.id AND {where}) ORDER BY r.number",
        *values,
    )
