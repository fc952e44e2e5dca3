"""Batches: the queue in portions that are planned and drawn as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from plotty_tui.domain.errors import Refused, WrongUsage
from plotty_tui.domain.names import plain_name
from plotty_tui.domain.values import plural
from plotty_tui.store.database import Row, Store
from plotty_tui.store.jobs import batches, plan_sets, queue_order
from plotty_tui.store.jobs.undo import undoable
from plotty_tui.store.tables import moment

from ..opening import actor

NUMBER = "{n}"


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch: `jobs` of it in the books, `open` ones still in the queue, of which `unplanned` have
    no plan; machine seconds and pen changes of the open ones, every copy."""

    id: int
    name: str
    created_at: datetime | None
    jobs: int
    open: int
    unplanned: int
    seconds: float
    pen_changes: int


def split_queue(store: Store, size: int, pattern: str, again: bool = False) -> list[BatchView]:
    """Put the open jobs, in queue order, into batches of this size, named by the pattern with
    `{n}` counted up past names that are taken. Jobs that are in a batch stay in it, unless
    `again`. The new batches. Refused when there is no job for them."""
    if size < 1:
        raise WrongUsage(f"--batch-size {size}: give 1 or more")
    if NUMBER not in pattern:
        raise WrongUsage(f"--name-suffix {pattern!r} needs {NUMBER}: batch_{NUMBER}")
    plain_name("batch", pattern.replace(NUMBER, "1"))
    with store.write():
        rows = queue_order.open_rows(store)
        wanted = [row for row in rows if again or row.batch_id is None]
        if not wanted:
            why = "the queue is empty" if not rows else "every job is in a batch: --again splits"
            raise Refused(f"nothing to split: {why}")
        portions = [wanted[k : k + size] for k in range(0, len(wanted), size)]
        text = f"queue split into {plural(len(portions), 'batch', 'batches')}"
        with undoable(store, [row.id for row in wanted], text, actor()):
            names = _names(store, pattern, len(portions))
            made = [
                plan_sets.make_batch(store, [row.id for row in portion], name, ()).id
                for name, portion in zip(names, portions, strict=True)
            ]
    found = {one.id: one for one in list_batches(store)}
    return [found[number] for number in made]


def _names(store: Store, pattern: str, count: int) -> list[str]:
    taken = {row.name.casefold() for row in batches.batch_rows(store, everything=True)}
    names: list[str] = []
    number = 0
    while len(names) < count:
        number += 1
        name = pattern.replace(NUMBER, str(number))
        if name.casefold() not in taken:
            names.append(name)
    return names


def jobs_in_batches(store: Store) -> int:
    """How many open jobs are in a batch."""
    return sum(row.batch_id is not None for row in queue_order.open_rows(store))


def list_batches(store: Store, everything: bool = False) -> list[BatchView]:
    """The batches with open jobs, oldest first; all there were with `everything`."""
    return [_view(row) for row in batches.batch_rows(store, everything)]


def _view(row: Row) -> BatchView:
    return BatchView(
        row.id, row.name, moment(row.created_at), row.jobs, row.open, row.unplanned, row.seconds,
        row.pen_changes,
    )  # fmt: skip


def batch_words(found: Sequence[BatchView]) -> str:
    """`1 batch_1, 2 batch_2`: for a sentence that names them."""
    return ", ".join(f"{one.id} {one.name}" for one in found)
