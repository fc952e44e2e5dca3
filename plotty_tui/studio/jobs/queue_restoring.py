"""A queue that was kept in a file comes back: what is missing is added, nothing stands twice, and
what was drawn since is not drawn again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from plotty_tui.domain import queue_file
from plotty_tui.domain.errors import PlottyError, Refused
from plotty_tui.domain.values import plural
from plotty_tui.store import events
from plotty_tui.store.database import Row, Store
from plotty_tui.store.jobs import plan_sets, queue, queue_order
from plotty_tui.store.jobs import queue_backup as books
from plotty_tui.store.jobs.undo import undoable

from ..opening import actor
from .queue_backup import safety_copy
from .queue_sheets import ON_SHEET, in_the_way, lay_again

# What a person arranges at a job: where book and backup differ in it, somebody has to choose.
ARRANGED = ("priority", "tags", "held", "group")
TOLD = (*ARRANGED, "copies", "paper")
HERE, BACKUP = "here", "backup"


@dataclass(slots=True)
class Restored:
    """What a restore came to, by the names of jobs: brought back, there already, over since (drawn
    or put away), and in conflict with the reason; how many of the added ones have no plan here,
    and the safety copy of the queue before it (None: nothing changed)."""

    added: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    conflicts: list[tuple[str, str]] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unplanned: int = 0
    safety: Path | None = None


def restore_queue(store: Store, path: Path, prefer: str = "") -> Restored:
    """Bring a backup's jobs back, in its order. Jobs that are here stay as they are; where the
    backup says otherwise that is a conflict, unless `prefer` takes `here` or `backup`. Before
    anything changes the queue is kept as a safety copy. Refused for a file that is not wholly in
    order: then nothing changes."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror or error}") from None
    document = queue_file.read_queue(data, path.name)
    jobs = [{**job, "number": number} for number, job in enumerate(document["jobs"])]
    seen = Restored()
    missing, same = _compare(store, jobs, seen, prefer)
    wrong = _keep_drawings(store, missing, document["designs"])
    if not same and all(_reason(job, wrong) for job in missing):
        seen.conflicts += [(job["name"], _reason(job, wrong)) for job in missing]
        return seen
    made = Restored(safety=safety_copy(store))
    with store.write():
        # Once more, now that nobody else can write: of two that restore at once one adds.
        missing, same = _compare(store, jobs, made, prefer)
        made.conflicts += [(job["name"], why) for job in missing if (why := _reason(job, wrong))]
        good = [job for job in missing if not _reason(job, wrong)]
        _bring_back(store, path, good, same, made, jobs)
    return made


def _designs(job: dict[str, Any]) -> list[str]:
    """A job's design and those of the pieces that lie on it."""
    return [job["design"], *(piece["design"] for piece in job["layout"])]


def _reason(job: dict[str, Any], wrong: dict[str, str]) -> str:
    """Why a job's drawings cannot be had; empty: they can."""
    return next((wrong[key] for key in _designs(job) if key in wrong), "")


@dataclass(slots=True)
class _Same:
    """A job that is here and in the backup, and what of the backup is to be taken over."""

    job_id: int
    job: dict[str, Any]
    changes: dict[str, Any] = field(default_factory=dict)


def _compare(
    store: Store, jobs: Sequence[dict[str, Any]], made: Restored, prefer: str
) -> tuple[list[dict[str, Any]], list[_Same]]:
    """The jobs of the backup that are missing here, and those that are here."""
    known: dict[tuple[str, str], list[Row]] = defaultdict(list)
    taken: set[str] = set()
    for row in books.known_jobs(store):
        known[(row.name.casefold(), row.sha256)].append(row)
        if row.open:
            taken.add(row.name.casefold())
    missing: list[dict[str, Any]] = []
    same: list[_Same] = []
    found: dict[int, Row] = {}
    refused: dict[int, str] = {}
    for job in jobs:
        here = _its_row(known[(job["name"].casefold(), job["design"])], job)
        if here is None:
            if job["name"].casefold() in taken:
                why = "another drawing has this name here: remove it, then restore again"
                made.conflicts.append((job["name"], why))
                refused[job["number"]] = job["name"]
            else:
                taken.add(job["name"].casefold())
                missing.append(job)
            continue
        found[job["number"]] = here
        if here.open:
            same.append(_same(here, job, made, prefer))
        else:
            made.over.append(job["name"])
    why_not = {job["number"]: in_the_way(job, found, refused) for job in missing}
    made.conflicts += [(job["name"], why) for job in missing if (why := why_not[job["number"]])]
    return [job for job in missing if not why_not[job["number"]]], same


def _its_row(rows: Iterable[Row], job: dict[str, Any]) -> Row | None:
    """The job of the books that this one is: added at the same moment; else one that is open, or
    was added later and is over by now."""
    at = round(datetime.fromisoformat(job["added_at"]).timestamp() * 1000)
    found = [row for row in rows if row.added_at >= at or row.open]
    return min(found, key=lambda row: (row.added_at != at, not row.open), default=None)


def _same(row: Row, job: dict[str, Any], made: Restored, prefer: str) -> _Same:
    here = {**{key: row[key] for key in TOLD}, "tags": json.loads(row.tags)}
    different = [key for key in TOLD if here[key] != job[key]]
    if any(words.startswith(ON_SHEET) for words in (here["held"], job["held"])):
        different = [key for key in different if key != "held"]  # as its sheet goes
    told = [key for key in different if key not in ARRANGED or prefer == ""]
    if told and prefer != HERE:
        words = ", ".join(f"{key} {_word(here[key])}, not {_word(job[key])}" for key in told)
        made.conflicts.append((job["name"], f"it has {words}: it stays as it is here"))
    made.same.append(job["name"])
    changes = {key: job[key] for key in different if key in ARRANGED and prefer == BACKUP}
    if changes:
        made.changed.append(job["name"])
    return _Same(row.id, job, changes)


def _word(value: Any) -> str:
    return ",".join(value) if isinstance(value, list) else str(value) or "none"


def _keep_drawings(
    store: Store, missing: Sequence[dict[str, Any]], designs: dict[str, dict[str, Any]]
) -> dict[str, str]:
    """Read the drawings that the missing jobs want and that are not here, as files that are added;
    design -> why it cannot be had."""
    from plotty_tui.planning.reading import DesignReader

    from .intake import keep_files

    here = books.designs_by_hash(store)
    wrong: dict[str, str] = {}
    with DesignReader() as reader:
        for key in dict.fromkeys(one for job in missing for one in _designs(job)):
            if key in here and store.home.strokes_file(key).exists():
                continue
            try:
                svg = designs[key]["svg"]
                if svg is None:
                    raise Refused("its drawing is neither here nor in the backup: add it")
                data = queue_file.unpack_svg(svg, key)
                read = reader.read_bytes(Path(designs[key]["filename"]).name, data)
                keep_files(store, [(read, data)])
                with store.write():
                    queue.keep_design(store, read)
            except PlottyError as error:
                wrong[key] = str(error)
    return wrong


def _bring_back(
    store: Store,
    path: Path,
    missing: Sequence[dict[str, Any]],
    same: Sequence[_Same],
    made: Restored,
    whole: Sequence[dict[str, Any]],
) -> None:
    text = f"queue restored from {path.name}"
    with undoable(store, [one.job_id for one in same], text, actor()) as fresh:
        added = books.put_jobs(store, _rows(store, missing, made))
        fresh.extend(added)
        _put_into_batches(store, missing, added)
        for one in same:
            if one.changes:
                books.arrange_job(store, one.job_id, **one.changes)
        ids = {job["number"]: new for job, new in zip(missing, added, strict=True)}
        ids |= {one.job["number"]: one.job_id for one in same}
        lay_again(store, missing, ids, whole)
        queue_order.place_jobs(store, [ids[number] for number in sorted(ids)])
        made.added = [job["name"] for job in missing]
        events.note(store, "job", f"{text}: {plural(len(missing), 'job')} brought back")


def _rows(store: Store, missing: Sequence[dict[str, Any]], made: Restored) -> list[dict[str, Any]]:
    designs, plans = books.designs_by_hash(store), books.plans_by_key(store)
    clients = books.client_ids(job["client"] for job in missing if job["client"])
    rows = []
    for job in missing:
        design = designs[job["design"]]
        plan = plans.get(job["plan"] or "")
        ready = plan and plan[1] == design and store.home.plan_file(job["plan"]).exists()
        made.unplanned += not ready
        due = job["due_at"] and datetime.fromisoformat(job["due_at"])
        rows.append(
            {
                **{key: job[key] for key in ("name", "paper", "category", "tags", "priority",
                                             "copies", "held", "template", "tier", "group",
                                             "settings")},
                "design": design,
                "client": clients.get(job["client"] or ""),
                "plan": plan[0] if plan and ready else None,
                "state": "planned" if ready else "new",
                "due_at": due,
                "added_at": datetime.fromisoformat(job["added_at"]).astimezone(UTC),
            }
        )  # fmt: skip
    return rows


def _put_into_batches(
    store: Store, missing: Sequence[dict[str, Any]], added: Sequence[int]
) -> None:
    """Jobs come into the batch of their name that is open, or into a new one."""
    members: dict[str, list[int]] = defaultdict(list)
    for job, number in zip(missing, added, strict=True):
        if job["batch"]:
            members[job["batch"]].append(number)
    known = books.open_batches(store)
    for name, ids in members.items():
        if name.casefold() in known:
            for number in ids:
                books.arrange_job(store, number, batch=known[name.casefold()])
        else:
            plan_sets.make_batch(store, ids, name, ())
