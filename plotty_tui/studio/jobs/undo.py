"""Taking back the last change of the queue: order, priority, tags, hold, group, removal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plotty_tui.domain.errors import Refused
from plotty_tui.store.database import Store
from plotty_tui.store.jobs import undo


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, who had done it when, in how many jobs."""

    text: str
    actor: str
    at: datetime
    jobs: int


def undo_last(store: Store) -> Undone:
    """Take back the last change of the queue that was not taken back yet. Refused without one;
    Conflict when somebody else has changed the same jobs since: then nothing changes. What a pen
    drew is never undone."""
    change = undo.last_change(store)
    if change is None:
        raise Refused("there is nothing to take back in the queue")
    undo.take_back(store, change)
    return Undone(change.text, change.actor, change.at, len(change.rows))


def undo_words(store: Store) -> str:
    """What `undo_last` would take back now; empty when there is nothing."""
    change = undo.last_change(store)
    return "" if change is None else change.text
