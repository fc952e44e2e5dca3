"""Events (what happened, for people), settings, numbers that are never reused."""

from __future__ import annotations

from typing import Any

from .database import Row, Store
from .tables import Event, Sequence, Setting


def note(store: Store, kind: str, text: str, **about: Any) -> int:
    """Write an event; `about` may name device, job, run, sheet (rows or ids). Its number."""
    return Event.create(at=store.clock.now(), kind=kind, text=text, **about).id


def recent_events(store: Store, limit: int = 5) -> list[Row]:
    """The newest events, newest first: at, kind, text, device."""
    return store.rows(
        "SELECT e.at, e.kind, e.text, d.name AS device FROM event e "
        "LEFT JOIN device d ON d.id = e.device_id ORDER BY e.id DESC LIMIT ?",
        limit,
    )


def events_after(store: Store, last: int, limit: int) -> list[Row]:
    """The newest events with a higher number than `last`, oldest first, so many at most: id, at
    (milliseconds), kind, text, device."""
    found = store.rows(
        "SELECT e.id, e.at, e.kind, e.text, d.name AS device FROM event e "
        "LEFT JOIN device d ON d.id = e.device_id WHERE e.id > ? ORDER BY e.id DESC LIMIT ?",
        last,
        limit,
    )
    return found[::-1]


def next_number(name: str) -> int:
    """The next number of a sequence; call it inside a transaction."""
    row, _ = Sequence.get_or_create(name=name, defaults={"last": 0})
    row.last += 1
    row.save()
    return row.last


def get_setting(store: Store, key: str, default: Any = None) -> Any:
    """A stored setting, or the default."""
    row = Setting.get_or_none(Setting.key == key)
    return default if row is None else row.value


def put_setting(store: Store, key: str, value: Any) -> None:
    """Store a setting, replacing the old value."""
    with store.write():
        Setting.insert(key=key, value=value).on_conflict_replace().execute()
