"""Designs, jobs and their plans: what is wanted, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from plotty_tui.domain import jobs
from plotty_tui.domain.errors import Conflict, NotFound, Refused

from ..database import Row, Store
from ..events import note
from ..tables import Client, Design, Item, Job, Plan, Run

if TYPE_CHECKING:
    from plotty_tui.domain.design import ReadDesign
    from plotty_tui.domain.plan import Plan as FrozenPlan

QUEUE_ORDER = "j.priority, j.position, j.id"

# What a list of jobs shows. Progress of a job's copies is summed only for the rows that are
# shown, so that a queue of 10,000 lists its first page at once.
_JOB_COLUMNS = f"""
    j.id, j.name, j.priority, j.position, j.state, j.held, j.refusal, j.paper, j.copies, j.tags,
    j.category, j.added_at, j.due_at, j.done_at, j.revision, j.batch_id, j."group",
    b.name AS batch, c.name AS client,
    d.sha256, d.filename, d.width_mm, d.height_mm, d.ink_mm, d.layers,
    p.preset, p.seconds, p.pen_changes, p.lifts, p.pen_down_mm, p.body AS plan,
    p.key AS plan_key
    FROM ({{page}}) j
    JOIN design d ON d.id = j.design_id
    LEFT JOIN client c ON c.id = j.client_id
    LEFT JOIN batch b ON b.id = j.batch_id
    LEFT JOIN plan p ON p.id = j.plan_id
    ORDER BY {QUEUE_ORDER}
"""
_SHEETS_OF_JOBS = """
    SELECT i.job_id AS job, s.state, s.waiting_for, v.name AS device, count(*) AS number
    FROM sheet s JOIN item i ON i.id = s.item_id JOIN run r ON r.id = s.run_id
    LEFT JOIN device v ON v.id = s.device_id
    WHERE i.job_id IN ({ids}) GROUP BY 1, 2, 3, 4
"""


def keep_design(
    store: Store, read: ReadDesign, source: str = "", replaces: int | None = None
) -> tuple[Design, bool]:
    """The design's row, made if its content is new; and whether it was. A new one keeps the path
    it came from and the design (id) of which it is a revision."""
    values = {
        "source": source,
        "replaces": replaces,
        "filename": read.filename,
        "size_bytes": read.size_bytes,
        "width_mm": read.width_mm,
        "height_mm": read.height_mm,
        "ink_mm": read.length_mm,
        "layers": [asdict(layer) for layer in read.layers],
        "findings": [asdict(finding) for finding in read.findings],
        "added_at": store.clock.now(),
    }
    return Design.get_or_create(sha256=read.sha256, defaults=values)


def keep_client(name: str | None) -> Client | None:
    """The client's row by name, made if new; None for no name."""
    if not name:
        return None
    folded = name.casefold()
    known = next((one for one in Client.select() if one.name.casefold() == folded), None)
    return known or Client.create(name=name)


def add_job(store: Store, design: Design, name: str, paper: str, **more: Any) -> Job:
    """Put a job at the end of its priority. `more`: client (name), priority, tags, category,
    copies, due_at. Call it inside a transaction."""
    client = keep_client(more.pop("client", None))
    last = store.row("SELECT max(position) AS last FROM job") or {"last": None}
    job = Job.create(
        design=design,
        name=name,
        paper=paper,
        client=client,
        position=(last["last"] or 0) + 1,
        added_at=store.clock.now(),
        **more,
    )
    return job


def job_rows(
    store: Store,
    where: str = "j.archived_at IS NULL AND j.state != 'done'",
    values: Sequence[Any] = (),
    limit: int | None = None,
) -> list[Row]:
    """Jobs in queue order with what lists show: plan figures and `sheets`, a list of
    (state, waiting_for, device, number)."""
    page = f"SELECT * FROM job j WHERE {where} ORDER BY {QUEUE_ORDER}"
    if limit is not None:
        page += f" LIMIT {int(limit)}"
    found = store.rows(f"SELECT {_JOB_COLUMNS.format(page=page)}", *values)
    _attach_sheets(store, found)
    return found


def _attach_sheets(store: Store, found: list[Row]) -> None:
    by_id = {}
    for row in found:
        row["sheets"] = []
        by_id[row.id] = row
    if len(by_id) > 500:
        ids, values = "SELECT id FROM job", ()
    else:
        ids, values = ",".join("?" * len(by_id)), tuple(by_id)
    for row in store.rows(_SHEETS_OF_JOBS.format(ids=ids), *values):
        if row.job in by_id:
            by_id[row.job]["sheets"].append((row.state, row.waiting_for, row.device, row.number))


def count_jobs(store: Store) -> dict[str, int]:
    """Jobs in the queue by state, with `held`, `refused` and `all`."""
    found = store.rows(
        "SELECT state, count(*) AS number, sum(held != '') AS held, "
        "sum(refusal != '' AND plan_id IS NULL) AS refused "
        "FROM job WHERE archived_at IS NULL AND state != 'done' GROUP BY state"
    )
    counts = {row.state: row.number for row in found}
    counts["held"] = sum(row.held for row in found)
    counts["refused"] = sum(row.refused for row in found)
    counts["all"] = sum(row.number for row in found)
    return counts


def job_names(store: Store) -> list[str]:
    """Names of all jobs that are not archived, in queue order."""
    sql = f"SELECT j.name FROM job j WHERE j.archived_at IS NULL ORDER BY {QUEUE_ORDER}"
    return [row.name for row in store.rows(sql)]


# Before a word that names jobs: `id:5` (or `#5`) is the job with that number, `job:5` the one of
# that name.
ID, JOB, NUMBER = "id", "job", "#"


def find_jobs(
    store: Store, words: Iterable[str], open_only: bool = False, sure: bool = False
) -> list[Job]:
    """Jobs by id, exact name or quoted pattern (`"Client: Logo*"`), in queue order, each once; a
    name goes before a number, `#5` or `id:5` is the number, `job:5` the name. NotFound for a word
    that matches nothing; with `sure` Refused for one that is the name of a job and the number of
    another."""
    wanted: dict[int, Job] = {}
    pool = Job.select().where(Job.archived_at.is_null())
    if open_only:
        pool = pool.where(Job.state != jobs.DONE)
    for word in words:
        found = _match(pool, word)
        if not found:
            raise NotFound.named("job", word, job_names(store))
        if sure:
            _check_sure(pool, word, found)
        wanted.update({job.id: job for job in found})
    return sorted(wanted.values(), key=lambda job: (job.priority, job.position, job.id))


def _match(pool: Any, word: str) -> list[Job]:
    exact = list(pool.where(Job.name == word))
    if exact:
        return exact
    kind, colon, rest = word.partition(":")
    if word.startswith(NUMBER):
        return _by_number(pool, word.removeprefix(NUMBER))
    if colon and kind.casefold() == ID:
        return _by_number(pool, rest)
    if colon and kind.casefold() == JOB:
        return _by_name(pool, rest.strip())
    return _by_number(pool, word) or _by_name(pool, word)


def _by_number(pool: Any, word: str) -> list[Job]:
    if not word.strip().isdecimal() or len(word) >= 19:
        return []
    return list(pool.where(Job.id == int(word)))


def _by_name(pool: Any, word: str) -> list[Job]:
    if any(sign in word for sign in "*?["):
        from fnmatch import fnmatchcase

        pattern = word.casefold()
        return [job for job in pool if fnmatchcase(job.name.casefold(), pattern)]
    return [job for job in pool if job.name.casefold() == word.casefold()]


def _check_sure(pool: Any, word: str, found: Sequence[Job]) -> None:
    other = [job for job in _by_number(pool, word) if job.id != found[0].id]
    if other:
        raise Refused(
            f"{word} is the name of job {found[0].id} and the number of {other[0].name!r}: write "
            f"{JOB}:{word} or {ID}:{word}"
        )


def same_design(store: Store, sha256: str) -> list[str]:
    """Names of the jobs in the queue that have this very content."""
    found = store.rows(
        "SELECT j.name FROM job j JOIN design d ON d.id = j.design_id "
        "WHERE d.sha256 = ? AND j.archived_at IS NULL AND j.state != 'done' ORDER BY j.id",
        sha256,
    )
    return [row.name for row in found]


def earlier_revision(store: Store, sha256: str, source: str, name: str) -> Row | None:
    """The design that a file takes the place of: the newest one that was added from the same path,
    or that the newest job of the same name draws; None when it is the same or there is none. Row:
    id, sha256, added_at, job (the name of an open job that draws it, or None)."""
    found = store.row(
        "SELECT d.id, d.sha256, d.added_at FROM design d WHERE d.source = ? AND d.source != '' "
        "ORDER BY d.id DESC LIMIT 1",
        source,
    ) or store.row(
        "SELECT d.id, d.sha256, d.added_at FROM job j JOIN design d ON d.id = j.design_id "
        "WHERE j.name = ? ORDER BY j.id DESC LIMIT 1",
        name,
    )
    if found is None or found.sha256 == sha256:
        return None
    job = store.row(
        "SELECT name FROM job WHERE design_id = ? AND archived_at IS NULL AND state != 'done' "
        "ORDER BY id DESC LIMIT 1",
        found.id,
    )
    found["job"] = job.name if job else None
    return found


def revisions(store: Store, design: int) -> list[Row]:
    """A design and those that it came from, newest first: id, sha256, filename, source,
    added_at."""
    return store.rows(
        "WITH RECURSIVE line(id, depth) AS (SELECT ?, 0 UNION ALL "
        "SELECT d.replaces_id, line.depth + 1 FROM line JOIN design d ON d.id = line.id "
        "WHERE d.replaces_id IS NOT NULL AND line.depth < 1000) "
        "SELECT d.id, d.sha256, d.filename, d.source, d.added_at FROM line "
        "JOIN design d ON d.id = line.id ORDER BY line.depth",
        design,
    )


def newer_revision(store: Store, design: int) -> Row | None:
    """The newest design that takes the place of this one: sha256, added_at; None without one."""
    return store.row(
        "SELECT sha256, added_at FROM design WHERE replaces_id = ? ORDER BY id DESC LIMIT 1",
        design,
    )


def place_at_end(store: Store, priority: int) -> int:
    """The number in the queue of the last job of a priority."""
    found = store.row(
        "SELECT count(*) AS number FROM job WHERE archived_at IS NULL AND state != 'done' "
        "AND priority <= ?",
        priority,
    )
    return found.number if found else 0


def set_plan(
    store: Store, job_id: int, plan: FrozenPlan, key: str, revision: int, **values: Any
) -> None:
    """Give a job its plan, and these columns that it was planned with. Conflict when the job was
    changed while it was being planned."""
    with store.write():
        job = Job.get_by_id(job_id)
        if job.revision != revision or job.design.sha256 != plan.design_sha256:
            raise Conflict(f"{job.name} was changed while it was being planned: plan it again")
        if job.state == jobs.ACTIVE:
            raise Refused(f"{job.name} is being drawn: its plan stays as it is")
        row = keep_plan(store, job.design_id, plan, key)
        state = jobs.DONE if job.state == jobs.DONE else jobs.PLANNED
        _change(job, revision, plan=row, state=state, refusal="", **values)


def keep_plan(store: Store, design: int, plan: FrozenPlan, key: str) -> Plan:
    """The row of a plan, made if it is new. Call it inside a transaction."""
    row, _ = Plan.get_or_create(
        key=key,
        defaults={
            "design": design,
            "preset": plan.preset.name,
            "seconds": plan.seconds,
            "pen_down_mm": plan.pen_down_mm,
            "pen_up_mm": plan.pen_up_mm,
            "lifts": plan.lifts,
            "pen_changes": plan.pen_changes,
            "body": plan.to_json(),
            "made_at": store.clock.now(),
        },
    )
    return row


def refuse_plan(store: Store, job_id: int, why: str, **values: Any) -> None:
    """The planner said no: the job keeps the reason, the columns with which it was to be planned,
    and no plan that does not fit it."""
    with store.write():
        job = Job.get_by_id(job_id)
        if job.state in (jobs.NEW, jobs.PLANNED):
            _change(job, job.revision, plan=None, state=jobs.NEW, refusal=why, **values)


def _change(job: Job, revision: int, **values: Any) -> None:
    changed = (
        Job.update(revision=Job.revision + 1, **values)
        .where(Job.id == job.id, Job.revision == revision)
        .execute()
    )
    if not changed:
        raise Conflict(f"{job.name} was changed by somebody else meanwhile: look again")


def change_job(store: Store, job_id: int, **values: Any) -> None:
    """Change some columns of a job; the others stay as somebody else may just have set them."""
    with store.write():
        job = Job.get_by_id(job_id)
        _change(job, job.revision, **values)


def neighbour(store: Store, job: Job, by: int) -> Row | None:
    """The job before (-1) or after (+1) this one among those of its priority: id, position; None
    at the end."""
    sign, way = ("<", "DESC") if by < 0 else (">", "ASC")
    return store.row(
        "SELECT id, position FROM job WHERE archived_at IS NULL AND state != 'done' "
        f"AND priority = ? AND (position, id) {sign} (?, ?) "
        f"ORDER BY position {way}, id {way} LIMIT 1",
        job.priority,
        job.position,
        job.id,
    )


def move_job(store: Store, job_id: int, by: int) -> bool:
    """Move a job up (-1) or down (+1) among the jobs of its priority; False at the end."""
    with store.write():
        job = Job.get_by_id(job_id)
        other = neighbour(store, job, by)
        if other is None:
            return False
        for one, place in ((job.id, other.position), (other.id, job.position)):
            Job.update(position=place, revision=Job.revision + 1).where(Job.id == one).execute()
        return True


def remove_job(store: Store, job: Job) -> str:
    """Take a job out of the queue. What was drawn stays in the books: such a job is archived
    (`archived`), one that never ran is deleted (`deleted`). Refused while it is being drawn."""
    from plotty_tui.domain import runs

    with store.write():
        busy = (
            Item.select()
            .join(Run)
            .where(Item.job == job.id, Run.state.in_([runs.PENDING, runs.IN_PROGRESS]))
            .first()
        )
        if busy is not None:
            name = runs.run_name(busy.run.number)
            raise Refused(f"{job.name} is part of {name}: cancel it first, or settle the run")
        if Item.select().where(Item.job == job.id).exists():
            Job.update(archived_at=store.clock.now()).where(Job.id == job.id).execute()
            note(store, "job", f"{job.name} archived", job=job.id)
            return "archived"
        Job.update(held="", revision=Job.revision + 1).where(
            Job.held == jobs.on_sheet_words(job.name)
        ).execute()
        Job.delete().where(Job.id == job.id).execute()
        note(store, "job", f"{job.name} removed from the queue")
        return "deleted"


def names_of_jobs(store: Store, ids: Sequence[int]) -> dict[int, str]:
    """Job id -> name, of those that are still there."""
    marks = ",".join("?" * len(ids))
    found = store.rows(f"SELECT id, name FROM job WHERE id IN ({marks})", *ids)
    return {row.id: row.name for row in found}
