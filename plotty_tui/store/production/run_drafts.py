"""Forms of runs that were left half way, by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..database import Row, Store
from ..events import next_number
from ..tables import Draft

START = "run:"


def keep(store: Store, key: str, body: Mapping[str, Any], actor: str) -> str:
    """Keep a draft of a run, under a new key when `key` is empty; the key."""
    with store.write():
        key = key or f"D-{next_number('draft')}"
        values = {"body": {**body, "key": key}, "actor": actor, "saved_at": store.clock.now()}
        changed = Draft.update(**values).where(Draft.key == START + key).execute()
        if not changed:
            Draft.create(key=START + key, **values)
        return key


def body_of(store: Store, key: str) -> dict[str, Any] | None:
    """What a kept draft says; None when there is none."""
    with store.read():
        row = Draft.get_or_none(Draft.key == START + key)
        return None if row is None else row.body


def kept(store: Store) -> list[Row]:
    """The kept drafts of runs, the newest first: key, body, actor, saved_at."""
    with store.read():
        query = Draft.select().where(Draft.key.startswith(START)).order_by(Draft.saved_at.desc())
        return [
            Row([("key", row.key.removeprefix(START)), ("body", row.body), ("actor", row.actor),
                 ("saved_at", row.saved_at)])
            for row in query
        ]  # fmt: skip


def forget(store: Store, key: str) -> bool:
    """Forget a draft; whether there was one."""
    with store.write():
        return bool(Draft.delete().where(Draft.key == START + key).execute())
