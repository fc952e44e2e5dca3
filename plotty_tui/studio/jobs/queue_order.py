"""The order of the queue: jobs moved, brought together, and laid so that pens are changed least.

Priority comes first in all of it: a job changes places among those of its own.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from plotty_tui.domain import jobs
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.pen_order import PenJob, count_changes, order_pens
from plotty_tui.domain.values import plural
from plotty_tui.store import events
from plotty_tui.store.database import Row, Store
from plotty_tui.store.jobs import queue, queue_order
from plotty_tui.store.jobs.undo import undoable
from plotty_tui.store.tables import Job

from ..opening import actor
from ..planning.pen_plans import Key, loaded_pen

FIRST, LAST = "first", "last"


@dataclass(frozen=True, slots=True)
class Moved:
    """A job's number in the queue, from 1 on, before and after."""

    job_id: int
    name: str
    before: int
    after: int


@dataclass(slots=True)
class Ordered:
    """What a new order came to: how many `jobs` were free to move, the pen changes of drawing
    them before and after, the number that no order goes below (None: not known), the jobs whose
    number changed, and those that keep their place with the reason."""

    jobs: int = 0
    before: int = 0
    after: int = 0
    bound: int | None = None
    moved: list[Moved] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)


def put_in_order(store: Store, order: Sequence[int], text: str) -> list[Moved]:
    """Give these jobs (by id) this order in the places they hold; those whose number changed."""
    with undoable(store, order, text, actor()):
        before = queue_order.numbers(store)
        queue_order.place_jobs(store, order)
        moved = _differences(store, before)
        if moved:
            events.note(store, "job", text)
    return moved


def _differences(store: Store, before: dict[int, int]) -> list[Moved]:
    after = queue_order.numbers(store)
    changed = [job for job, number in after.items() if before.get(job, number) != number]
    names = queue.names_of_jobs(store, changed) if changed else {}
    return [Moved(job, names[job], before[job], after[job]) for job in changed]


# Moving -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where jobs go: to the number `to`, `before` or `after` a job (its words), or to an `end` of
    their priority; the priority itself may change on the way."""

    to: int | None = None
    before: str = ""
    after: str = ""
    end: str = ""
    priority: int | None = None


def move_to(store: Store, found: Sequence[Job], place: Place) -> list[Moved]:
    """Move jobs together, in the order in which they stand; of several those that are drawn are
    passed over. Refused for a job that is drawn, for a place among jobs of another priority, and
    for jobs of several priorities unless they get one."""
    drawn = [job.name for job in found if job.state == jobs.DONE]
    if len(drawn) == len(found):
        raise Refused(f"{drawn[0]} is drawn: it has no place in the queue")
    found = [job for job in found if job.state != jobs.DONE]
    wanted = [job.id for job in found]
    named = found[0].name if len(found) == 1 else plural(len(found), "job")
    with store.write():
        everyone = list(queue_order.numbers(store))
        with undoable(store, everyone, f"{named} moved", actor()):
            before = queue_order.numbers(store)
            priority = _one_priority(store, found, place)
            rows = queue_order.open_rows(store)
            block = [row for row in rows if row.priority == priority]
            ahead = sum(row.priority < priority for row in rows)
            rest = [row for row in block if row.id not in wanted]
            at = _index(store, place, block, rest, ahead, wanted)
            ids = [row.id for row in rest]
            queue_order.place_jobs(store, [*ids[:at], *wanted, *ids[at:]])
            moved = _differences(store, before)
    return moved


def _one_priority(store: Store, found: Sequence[Job], place: Place) -> int:
    """The priority of all of them, set when it is to change."""
    if place.priority is not None:
        for job in found:
            if job.priority != place.priority:
                queue.change_job(store, job.id, priority=place.priority)
        return place.priority
    several = sorted({job.priority for job in found})
    if len(several) > 1:
        words = " and ".join(jobs.PRIORITY_WORDS[one] for one in several)
        raise Refused(f"these jobs are of {words} priority: --priority gives them one")
    return several[0]


def _index(
    store: Store,
    place: Place,
    block: Sequence[Row],
    rest: Sequence[Row],
    ahead: int,
    wanted: Sequence[int],
) -> int:
    """The index in `rest` before which the moved jobs go."""
    word = jobs.PRIORITY_WORDS[block[0].priority]
    if place.to is not None:
        last = ahead + len(block)
        if not ahead < place.to <= last:
            raise Refused(
                f"place {place.to} is not among the jobs of {word} priority, which are "
                f"{ahead + 1} to {last}: --priority moves it to others"
            )
        return min(place.to - ahead - 1, len(rest))
    if place.end:
        return 0 if place.end == FIRST else len(rest)
    if not (place.before or place.after):
        # Only its priority changes: to the end of those, as if it had been added with it.
        return len(rest)
    other = _other(store, place.before or place.after, wanted)
    if other.priority != block[0].priority:
        theirs = jobs.PRIORITY_WORDS[other.priority]
        raise Refused(
            f"{other.name} is of {theirs} priority, not {word}: --priority {theirs} moves it there"
        )
    at = next(k for k, row in enumerate(rest) if row.id == other.id)
    return at if place.before else at + 1


def _other(store: Store, word: str, wanted: Sequence[int]) -> Job:
    found = queue.find_jobs(store, [word], open_only=True)
    if len(found) > 1:
        raise Refused(f"{word!r} is {len(found)} jobs: name one")
    if found[0].id in wanted:
        raise Refused(f"{found[0].name} cannot be moved beside itself")
    return found[0]


# Groups -------------------------------------------------------------------------------------------


def group_client(store: Store, client: str, dissolve: bool = False) -> tuple[str, list[Moved]]:
    """Bring a client's open jobs together where the first of them stands, in each priority; they
    stay together when the queue is ordered. With `dissolve` they no longer do. The client's name,
    and the jobs whose number changed. NotFound for a client of no job."""
    with store.write():
        rows = queue_order.open_rows(store)
        name, mine = _jobs_of_client(rows, client)
        text = f"group {name} {'dissolved' if dissolve else 'made'}"
        with undoable(store, [row.id for row in rows], text, actor()):
            before = queue_order.numbers(store)
            queue_order.set_group(store, mine, "" if dissolve else name)
            if not dissolve:
                queue_order.place_jobs(store, _gathered(rows, set(mine)))
            moved = _differences(store, before)
            events.note(store, "job", f"{text}: {plural(len(mine), 'job')}")
    return name, moved


def group_numbers(store: Store, name: str) -> list[tuple[int, str]]:
    """(Number in the queue, name) of the jobs of a group."""
    rows = queue_order.open_rows(store)
    return [(k, row.name) for k, row in enumerate(rows, 1) if row.group == name]


def _jobs_of_client(rows: Sequence[Row], client: str) -> tuple[str, list[int]]:
    wanted = " ".join(client.split()).casefold()
    owner = {row.id: row.client or jobs.client_of(row.name) for row in rows}
    mine = [job for job, name in owner.items() if name and name.casefold() == wanted]
    if not mine:
        known = sorted({name for name in owner.values() if name})
        raise NotFound.named("client with a job in the queue", client, known)
    return str(owner[mine[0]]), mine


def _gathered(rows: Sequence[Row], mine: set[int]) -> list[int]:
    """All jobs, those of the group behind the first of them of their priority."""
    order: list[int] = []
    begun: set[int] = set()
    for row in rows:
        if row.id not in mine:
            order.append(row.id)
        elif row.priority not in begun:
            begun.add(row.priority)
            order += [one.id for one in rows if one.id in mine and one.priority == row.priority]
    return order


# Pens ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drawable:
    """A job that can be drawn as it is: `keys` are the pens of its layers as its plan has them (a
    colour where the stock has none), `layers` those layers."""

    row: Row
    keys: tuple[Key, ...]
    layers: tuple[dict[str, Any], ...] = ()


def reorder_by_pens(store: Store) -> Ordered:
    """Order the queue for the fewest pen changes, each plan as it stands: within each priority,
    groups together. Jobs without a plan, and held ones, keep their places."""
    found, made = drawable_jobs(store)
    loaded = loaded_pen()
    pens = [PenJob(one.keys, fixed=True, priority=one.row.priority) for one in found]
    made.before = swaps_of(found, range(len(found)), [one.keys for one in found], loaded)
    order, bound = order_in_groups(pens, [one.row.group for one in found], loaded)
    made.after = swaps_of(found, [k for k, _ in order], [keys for _, keys in order], loaded)
    fixed = made.before - count_changes([one.keys for one in found], loaded)
    made.bound = None if bound is None else bound + fixed
    if made.after >= made.before:
        made.after = made.before
        return made
    text = f"queue reordered: {made.before} -> {made.after} swaps"
    made.moved = put_in_order(store, [found[k].row.id for k, _ in order], text)
    return made


def drawable_jobs(store: Store) -> tuple[list[Drawable], Ordered]:
    """The jobs that can be drawn, in queue order, and the others with the reason. Refused when
    there is none."""
    rows = queue_order.open_rows(store, plans=True)
    made = Ordered()
    found = []
    for row in rows:
        if row.plan is None:
            made.kept.append((row.name, "it has no plan"))
        elif row.held:
            made.kept.append((row.name, f"it is held: {row.held}"))
        elif not row.left:
            made.kept.append((row.name, "every copy is drawn"))
        else:
            layers = json.loads(row.plan)["layers"]
            found.append(Drawable(row, tuple(map(pen_key, layers)), tuple(layers)))
    made.jobs = len(found)
    if not found:
        raise Refused(
            "no job of the queue is planned: plotty plan-all"
            if rows
            else "the queue is empty: plotty add FILE.svg"
        )
    return found, made


def pen_key(layer: dict[str, Any]) -> Key:
    """The pen of a plan's layer; without one of the stock, its colour."""
    pen = layer["pen"]
    if pen and pen["pen_id"] is not None:
        return int(pen["pen_id"])
    return str(layer["color"]).casefold()


def swaps_of(
    found: Sequence[Drawable],
    order: Sequence[int],
    pens: Sequence[Sequence[Key]],
    loaded: Key | None,
) -> int:
    """Pen changes of drawing these jobs, all their copies that are left, in this order with these
    pens."""
    sheets = [keys for k, keys in zip(order, pens, strict=True) for _ in range(found[k].row.left)]
    return count_changes(sheets, loaded)


def paper_changes(found: Sequence[Drawable], order: Sequence[int]) -> int:
    """How often another paper is wanted than for the job before."""
    papers = [found[k].row.paper.casefold() for k in order]
    return sum(a != b for a, b in pairwise(papers))


def order_in_groups(
    pens: Sequence[PenJob], groups: Sequence[str], loaded: Key | None
) -> tuple[list[tuple[int, tuple[Key, ...]]], int | None]:
    """The order with the fewest changes in which groups stay together: (number of the job, its
    pens in their order), and the changes that no order goes below (None with groups)."""
    together: dict[tuple[int, str], list[int]] = defaultdict(list)
    for k, name in enumerate(groups):
        together[(pens[k].priority, name or f"\0{k}")].append(k)
    units: list[PenJob] = []
    inner: list[list[tuple[int, tuple[Any, ...]]]] = []
    for members in together.values():
        if len(members) == 1:
            units.append(pens[members[0]])
            inner.append([(members[0], ())])
            continue
        found = order_pens([pens[k] for k in members])
        inner.append([(members[k], keys) for k, keys in found.sequence])
        joined = tuple(key for _, keys in found.sequence for key in keys)
        units.append(PenJob(joined, fixed=True, priority=pens[members[0]].priority))
    order = order_pens(units, loaded)
    sequence: list[tuple[int, tuple[Any, ...]]] = [
        (k, keys if len(inner[unit]) == 1 else mine)
        for unit, keys in order.sequence
        for k, mine in inner[unit]
    ]
    return sequence, order.bound if len(units) == len(pens) else None
