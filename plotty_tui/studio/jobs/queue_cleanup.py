"""Cleaning the queue up: jobs that are over leave the lists; history and ledger stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from plotty_tui.domain.errors import WrongUsage
from plotty_tui.domain.values import plural
from plotty_tui.store import events
from plotty_tui.store.database import Store
from plotty_tui.store.jobs import queue_cleanup as books
from plotty_tui.store.jobs.undo import undoable

from ..opening import actor

STATES = COMPLETED, HELD, REFUSED, UNPLANNED = "completed", "held", "refused", "unplanned"


@dataclass(slots=True)
class CleanedUp:
    """Names of the jobs that were archived, of those that were deleted because nothing of them was
    ever drawn, and of those that stay with the reason."""

    archived: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    stay: list[tuple[str, str]] = field(default_factory=list)


def clean_up(
    store: Store, states: Sequence[str], older_seconds: float = 0.0, archive: bool = False
) -> CleanedUp:
    """Take jobs in these states out of the lists whose end (or, where they have none, whose adding)
    is longer ago. What was drawn is archived; the rest too with `archive`, else it is deleted.
    Jobs of a run that is open stay. Refused without a state."""
    if not states:
        raise WrongUsage("say which jobs: --completed, --held, --refused or --unplanned")
    before = store.clock.now() - timedelta(seconds=older_seconds)
    made = CleanedUp()
    with store.write():
        found = books.over_rows(store, states, before)
        for row in found:
            if row.busy:
                made.stay.append((row.name, "its run is not settled"))
            elif archive or row.drawn:
                made.archived.append(row.name)
            else:
                made.deleted.append(row.name)
        going = [row for row in found if not row.busy]
        text = f"{plural(len(going), 'job')} cleaned up"
        with undoable(store, [row.id for row in going], text, actor()):
            books.archive_jobs(store, [row.id for row in going if archive or row.drawn])
            books.delete_jobs(store, [row.id for row in going if not (archive or row.drawn)])
            if going:
                events.note(store, "job", text)
    return made
