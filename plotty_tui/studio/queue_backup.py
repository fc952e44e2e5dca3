"""The queue in one file, and back: what is missing is brought back, nothing stands twice, and what
was drawn since is not drawn again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from plotty_tui import __version__
from plotty_tui.domain import queue_file
from plotty_tui.domain.errors import PlottyError, Refused
from plotty_tui.domain.values import plural
from plotty_tui.store import events, plan_sets, queue, queue_order
from plotty_tui.store import queue_backup as books
from plotty_tui.store.database import Row, Store
from plotty_tui.store.home import write_file
from plotty_tui.store.tables import moment
from plotty_tui.store.undo import undoable

from .opening import actor

# What a person arranges at a job: where book and backup differ in it, somebody has to choose.
ARRANGED = ("priority", "tags", "held", "group")
TOLD = (*ARRANGED, "copies", "paper")
HERE, BACKUP = "here", "backup"
SAFETY_COPIES = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that was written; sheets that were put together from pieces are not in it."""

    path: Path
    jobs: int
    imposed: int
    plans: int
    designs: int
    size_bytes: int


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


# Keeping ------------------------------------------------------------------------------------------


def keep_queue(store: Store, path: Path, drawings: bool = True) -> Kept:
    """Write the queue into a file: jobs in order, plans, groups, batches, and with `drawings` the
    files themselves. Refused when it cannot be written."""
    jobs, plans, designs = books.queue_to_keep(store)
    imposed = [row.id for row in jobs if '"layout"' in row.settings]
    data = queue_file.write_queue(
        store.clock.now().isoformat(timespec="seconds"),
        __version__,
        [_job(row) for row in jobs if row.id not in imposed],
        {row.key: _plan(row) for row in plans},
        {row.sha256: _design(store, row, drawings) for row in designs},
    )
    try:
        write_file(path, data)
    except Refused as error:
        raise Refused(f"{path} was not written: {error}") from error
    return Kept(path, len(jobs) - len(imposed), len(imposed), len(plans), len(designs), len(data))


def _job(row: Row) -> dict[str, Any]:
    settings = json.loads(row.settings)
    return {
        "name": row.name,
        "design": row.sha256,
        "paper": row.paper,
        "client": row.client,
        "category": row.category,
        "tags": json.loads(row.tags),
        "priority": row.priority,
        "copies": row.copies,
        "due_at": _iso(row.due_at),
        "state": row.state,
        "held": row.held,
        "template": row.template,
        "tier": row.tier,
        "group": row.group,
        "batch": row.batch,
        "settings": {key: settings[key] for key in queue_file.SETTINGS if key in settings},
        "plan": row.plan,
        "added_at": _iso(row.added_at),
    }


def _iso(milliseconds: int | None) -> str | None:
    at = moment(milliseconds)
    return None if at is None else at.isoformat(timespec="milliseconds")


def _plan(row: Row) -> dict[str, Any]:
    pens = [(layer["pen"] or {}).get("code") or layer["color"] for layer in _layers(row)]
    return {
        "design": row.sha256,
        "preset": row.preset,
        "est_seconds": round(row.seconds, 1),
        "pen_down_mm": round(row.pen_down_mm, 1),
        "pen_changes": row.pen_changes,
        "lifts": row.lifts,
        "pens": pens,
    }


def _layers(row: Row) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(row.body)["layers"]
    return found


def _design(store: Store, row: Row, drawings: bool) -> dict[str, Any]:
    svg = None
    if drawings:
        try:
            svg = queue_file.pack_svg(store.home.design_file(row.sha256).read_bytes())
        except OSError:
            svg = None  # it is gone here too: the books still say what it was
    return {
        "filename": row.filename,
        "size_bytes": row.size_bytes,
        "width_mm": row.width_mm,
        "height_mm": row.height_mm,
        "svg": svg,
    }


# Bringing back ------------------------------------------------------------------------------------


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
    if not same and all(job["design"] in wrong for job in missing):
        seen.conflicts += [(job["name"], wrong[job["design"]]) for job in missing]
        return seen
    made = Restored(safety=_safety_copy(store))
    with store.write():
        # Once more, now that nobody else can write: of two that restore at once one adds.
        missing, same = _compare(store, jobs, made, prefer)
        made.conflicts += [
            (job["name"], wrong[job["design"]]) for job in missing if job["design"] in wrong
        ]
        good = [job for job in missing if job["design"] not in wrong]
        _bring_back(store, path, good, same, made)
    return made


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
    for job in jobs:
        here = _its_row(known[(job["name"].casefold(), job["design"])], job)
        if here is None:
            if job["name"].casefold() in taken:
                why = "another drawing has this name here: remove it, then restore again"
                made.conflicts.append((job["name"], why))
            else:
                taken.add(job["name"].casefold())
                missing.append(job)
        elif not here.open:
            made.over.append(job["name"])
        else:
            same.append(_same(here, job, made, prefer))
    return missing, same


def _its_row(rows: Iterable[Row], job: dict[str, Any]) -> Row | None:
    """The job of the books that this one is: added at the same moment; else one that is open, or
    was added later and is over by now."""
    at = round(datetime.fromisoformat(job["added_at"]).timestamp() * 1000)
    found = [row for row in rows if row.added_at >= at or row.open]
    return min(found, key=lambda row: (row.added_at != at, not row.open), default=None)


def _same(row: Row, job: dict[str, Any], made: Restored, prefer: str) -> _Same:
    here = {**{key: row[key] for key in TOLD}, "tags": json.loads(row.tags)}
    different = [key for key in TOLD if here[key] != job[key]]
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
        for key in dict.fromkeys(job["design"] for job in missing):
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


def _safety_copy(store: Store) -> Path:
    """The queue as it is now; the oldest copies go."""
    folder = store.home.data / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    stamp = store.clock.now().astimezone().strftime("%Y%m%d-%H%M%S")
    path = folder / f"queue-{stamp}.json"
    number = 1
    while path.exists():
        number += 1
        path = folder / f"queue-{stamp}-{number}.json"
    keep_queue(store, path, drawings=False)
    copies = sorted(folder.glob("queue-*.json"), key=lambda one: one.stat().st_mtime_ns)
    for old in copies[:-SAFETY_COPIES]:
        old.unlink(missing_ok=True)
    return path


def _bring_back(
    store: Store,
    path: Path,
    missing: Sequence[dict[str, Any]],
    same: Sequence[_Same],
    made: Restored,
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
