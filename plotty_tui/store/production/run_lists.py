"""Runs in lists, by filter: which there are, and their rows page by page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plotty_tui.domain import runs

from ..database import Row, Store
from ..periods import within
from ..words import one_says, says

# Figures of the sheets are summed only for the runs that are shown, so that 10,000 runs list their
# first page at once.
_RUNS = """
    WITH page AS (SELECT r.*, c.name AS client_name FROM run r
      LEFT JOIN client c ON c.id = r.client_id {where} ORDER BY r.number DESC {limit})
    SELECT p.*, o.number AS replot_of_number,
      (SELECT group_concat(i.name || ' ×' || i.copies, ', ') FROM item i WHERE i.run_id = p.id
        AND i.copies > 0) AS items,
      (SELECT sum(i.copies) FROM item i WHERE i.run_id = p.id) AS copies,
      coalesce(s.sheets, 0) AS sheets, coalesce(s.open, 0) AS open, coalesce(s.drawn, 0) AS drawn,
      coalesce(s.good, 0) AS good, coalesce(s.spoiled, 0) AS spoiled,
      coalesce(s.machine_seconds, 0) AS machine_seconds, coalesce(s.sheet_mm, 0) AS sheet_mm
    FROM page p LEFT JOIN run o ON o.id = p.replot_of_id LEFT JOIN (
      SELECT run_id, count(*) AS sheets, sum(seconds) AS machine_seconds, sum(ink_mm) AS sheet_mm,
        sum(state IN ('planned', 'loaded', 'drawing', 'waiting', 'interrupted')) AS open,
        sum(state IN ('drawn', 'good', 'second', 'proof')) AS drawn, sum(state = 'good') AS good,
        sum(state = 'spoiled') AS spoiled
      FROM sheet WHERE run_id IN (SELECT id FROM page) GROUP BY run_id) s ON s.run_id = p.id
    ORDER BY p.number DESC
"""
_AWAITING = (
    "r.state = 'in_progress' AND NOT EXISTS (SELECT 1 FROM sheet s WHERE s.run_id = r.id AND "
    "s.state IN ('planned', 'loaded', 'drawing', 'waiting', 'interrupted'))"
)


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs are listed: every test that is given has to hold. `states` may hold `awaiting`
    (all drawn, results not told); `device` is a part of the name of a plotter that the run may use
    or was drawn on, `client` one of its client's; `text` is looked for in number, name, designs,
    client and notes. Capitals or not is all one."""

    states: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    device: str = ""
    client: str = ""
    text: str = ""
    numbers: Sequence[int] = ()
    archived: bool = False

    def tests(self) -> tuple[str, list[Any]]:
        """A WHERE clause over `run r` with `client c`, and its values."""
        tests: list[tuple[str, list[Any]]] = []
        if self.numbers:
            tests.append((f"r.number IN ({','.join('?' * len(self.numbers))})", [*self.numbers]))
        elif not self.archived:
            tests.append(("r.archived_at IS NULL", []))
        if self.states:
            plain = [state for state in self.states if state != "awaiting"]
            either = [f"r.state IN ({','.join('?' * len(plain))})"] if plain else []
            either += [_AWAITING] if "awaiting" in self.states else []
            tests.append((f"({' OR '.join(either)})", plain))
        began, moments = within("coalesce(r.started_at, r.created_at)", self.since, self.until)
        tests += [(test, [moment]) for test, moment in zip(began, moments, strict=True)]
        if self.device:
            tests.append((_ON_DEVICE, [self.device.casefold()] * 2))
        if self.client:
            tests.append((_OF_CLIENT, [self.client.casefold()]))
        if self.text:
            tests.append((_SAYS, [self.text.casefold()] * 2))
        where = " AND ".join(test for test, _ in tests)
        return f"WHERE {where}" if where else "", [one for _, given in tests for one in given]


# Of many runs there are few lists of plotters and few clients: each is looked at once.
_ON_DEVICE = (
    "(r.devices IN (WITH several AS MATERIALIZED (SELECT DISTINCT devices FROM run) "
    f"SELECT devices FROM several WHERE {one_says('devices')}) OR r.devices = '[]' AND EXISTS "
    "(SELECT 1 FROM sheet s WHERE s.run_id = r.id AND s.device_id IN "
    f"(SELECT id FROM device WHERE {says('name')})))"
)
_OF_CLIENT = f"r.client_id IN (SELECT id FROM client WHERE {says('name')})"
_TEXTS = " || char(10) || ".join(
    ("printf('RUN-%03d', r.number)", "r.name", "r.notes", "coalesce(c.name, '')")
)
_SAYS = (
    f"({says(_TEXTS)} OR EXISTS (SELECT 1 FROM item i WHERE i.run_id = r.id AND {says('i.name')}))"
)


def run_rows(
    store: Store,
    states: Sequence[str] = (),
    limit: int | None = None,
    numbers: Sequence[int] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Row]:
    """Runs, newest first: see `filtered_runs`."""
    return filtered_runs(store, RunFilter(states, since, until, numbers=numbers), limit)


def filtered_runs(
    store: Store, wanted: RunFilter, limit: int | None = None, offset: int = 0
) -> list[Row]:
    """Runs, newest first: numbers of sheets (`sheets`, `open`, `drawn`, `good`, `spoiled`), sums of
    their seconds and ink, and `awaiting`: all drawn, results not told."""
    where, values = wanted.tests()
    bound = f"LIMIT {int(limit)} OFFSET {int(offset)}" if limit is not None else ""
    found = store.rows(_RUNS.format(where=where, limit=bound), *values)
    for row in found:
        row["awaiting"] = row.state == runs.IN_PROGRESS and row.open == 0
    return found


def run_numbers(store: Store, wanted: RunFilter) -> list[int]:
    """The numbers of the runs that the filter lets through, newest first: for lists that read
    their rows page by page."""
    where, values = wanted.tests()
    # One row of JSON: ten thousand rows would take longer to carry than to find.
    row = store.row(
        "SELECT json_group_array(number) AS numbers FROM (SELECT r.number FROM run r "
        f"LEFT JOIN client c ON c.id = r.client_id {where} ORDER BY r.number DESC)",
        *values,
    )
    return json.loads(row.numbers) if row else []


def open_item_rows(store: Store, numbers: Sequence[int]) -> list[Row]:
    """The items of these runs, of those that have sheets to draw and whose estimate nobody has
    typed: number, devices, paper, copies, sheet_seconds, and of the plan its body and seconds."""
    marks = ",".join("?" * len(numbers))
    return store.rows(
        "SELECT r.number, r.devices, i.paper, i.copies, p.body, p.seconds, "
        "coalesce(i.sheet_seconds, p.seconds) AS sheet_seconds "
        "FROM run r JOIN item i ON i.run_id = r.id JOIN plan p ON p.id = i.plan_id "
        f"WHERE r.state IN ('pending', 'in_progress') AND NOT {_AWAITING} "
        f"AND r.number IN ({marks}) "
        "AND abs(r.estimated_seconds - (SELECT sum(coalesce(x.sheet_seconds, 0) * x.copies) "
        "FROM item x WHERE x.run_id = r.id)) < 1 ORDER BY r.number, i.position",
        *numbers,
    )


def count_by_state(store: Store) -> dict[str, int]:
    """How many runs that are not archived there are in each state, `awaiting` results among those
    in progress, and `all`."""
    rows = store.rows(
        "SELECT r.state, count(*) AS number FROM run r WHERE r.archived_at IS NULL GROUP BY r.state"
    )
    counts = {row.state: row.number for row in rows}
    counts["all"] = sum(counts.values())
    counts["awaiting"] = len(run_numbers(store, RunFilter(states=["awaiting"])))
    return counts
