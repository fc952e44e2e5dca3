"""What `undo` takes back: changes of the queue that no pen has drawn yet.

A use case wraps its change in `undoable`; what differs afterwards in the jobs it names is kept,
before and after, in one row. Undoing puts the columns back, if nobody changed them since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import peewee as pw

from plotty_tui.domain.errors import Conflict, Refused

from ..database import Row, Store
from ..events import note
from ..tables import Change, database

# Columns of a job that a person arranges. What the planner and the engine write is not undone.
ARRANGED = ("priority", "position", "tags", "held", "group", "batch_id", "archived_at")
KEPT = 200
PORTION = 500


@contextmanager
def undoable(
    store: Store, jobs: Sequence[int], text: str | Callable[[], str], actor: str = ""
) -> Iterator[list[int]]:
    """One transaction whose changes to these jobs (by id) `undo` can take back, also that a job was
    deleted, or made: the ids of those go into the list that is given. `text` says what was done, as
    in `Acme: Card is held`. Nothing is kept when nothing changed."""
    with store.write():
        before = _rows_of(store, jobs)
        made: list[int] = []
        yield made
        after = _rows_of(store, jobs)
        changed = [one for job in before if (one := _difference(job, before[job], after.get(job)))]
        changed += [_made(job, row) for job, row in _rows_of(store, made).items()]
        if changed:
            said = text if isinstance(text, str) else text()
            kept = Change.create(at=store.clock.now(), actor=actor, text=said, rows=changed)
            Change.delete().where(Change.id <= kept.id - KEPT).execute()


def last_change(store: Store) -> Change | None:
    """The newest change that was not taken back."""
    return Change.select().where(Change.undone_at.is_null()).order_by(Change.id.desc()).first()


def take_back(store: Store, change: Change) -> None:
    """Put back what this change found. Conflict when one of its jobs was changed since, Refused
    when a deleted one cannot come back; then nothing is put back."""
    with store.write():
        fresh = Change.get_by_id(change.id)
        if fresh.undone_at is not None:
            raise Conflict(f"{fresh.text}: somebody took that back a moment ago")
        now = _rows_of(store, [one["id"] for one in fresh.rows])
        for one in fresh.rows:
            _put_back(one, now.get(one["id"]), fresh.text)
        Change.update(undone_at=store.clock.now()).where(Change.id == fresh.id).execute()
        note(store, "job", f"taken back: {fresh.text}")


def _put_back(one: dict[str, Any], now: Row | None, text: str) -> None:
    before, after = one["before"], one["after"]
    if before is None:
        _take_out(one, now, text)
        return
    if after is None:
        _insert(before, now is not None, text)
        return
    if now is None:
        raise Conflict(f"{text}: {one['name']} is no longer in the books")
    if any(now[column] != value for column, value in after.items()):
        raise Conflict(f"{text}: {one['name']} was changed since by somebody else: it stays")
    columns = ", ".join(f'"{column}" = ?' for column in before)
    sql = f"UPDATE job SET {columns}, revision = revision + 1 WHERE id = ?"
    database.execute_sql(sql, (*before.values(), one["id"]))


def _take_out(one: dict[str, Any], now: Row | None, text: str) -> None:
    """A job that was made goes again, unless it was worked on since."""
    if now is None:
        return
    drawn = database.execute_sql("SELECT 1 FROM item WHERE job_id = ? LIMIT 1", (one["id"],))
    if drawn.fetchone() or now.archived_at is not None:
        raise Conflict(f"{text}: {one['name']} was drawn since: it stays")
    database.execute_sql("DELETE FROM job WHERE id = ?", (one["id"],))


def _insert(row: dict[str, Any], taken: bool, text: str) -> None:
    if taken:
        raise Conflict(f"{text}: its number was given to another job")
    columns = ", ".join(f'"{column}"' for column in row)
    marks = ", ".join("?" * len(row))
    try:
        database.execute_sql(f"INSERT INTO job ({columns}) VALUES ({marks})", tuple(row.values()))
    except pw.IntegrityError as error:
        raise Refused(f"{text}: its design was cleaned up since: add the file again") from error


def _rows_of(store: Store, jobs: Sequence[int]) -> dict[int, Row]:
    """The rows of these jobs as the file holds them."""
    found: dict[int, Row] = {}
    for start in range(0, len(jobs), PORTION):
        some = jobs[start : start + PORTION]
        marks = ",".join("?" * len(some))
        for row in store.rows(f"SELECT * FROM job WHERE id IN ({marks})", *some):
            found[row.id] = row
    return found


def _made(job: int, row: Row) -> dict[str, Any]:
    return {"id": job, "name": row.name, "before": None, "after": {}}


def _difference(job: int, before: Row, after: Row | None) -> dict[str, Any] | None:
    if after is None:
        return {"id": job, "name": before.name, "before": dict(before), "after": None}
    columns = [column for column in ARRANGED if before[column] != after[column]]
    if not columns:
        return None
    return {
        "id": job,
        "name": before.name,
        "before": {column: before[column] for column in columns},
        "after": {column: after[column] for column in columns},
    }
