"""The schedule in force: loaded from a file, shown, saved, cleared, and what it asks of a
planning for today."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from plotty_tui.domain import jobs, values
from plotty_tui.domain.errors import NotFound, PlottyError, Refused
from plotty_tui.domain.schedule import Entry, parse_schedule
from plotty_tui.store import events
from plotty_tui.store.database import Store
from plotty_tui.store.home import write_file
from plotty_tui.store.jobs import queue
from plotty_tui.store.machines import devices
from plotty_tui.store.tables import Job

SCHEDULE = "schedule"
MOST_BYTES = 4_000_000
# What a schedule gives a job, in its settings: the engine goes by them.
DEVICE, NOT_BEFORE = "device", "not_before"


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One job of the schedule in force: `changes` says what is special about it, `gone` why it
    will not be drawn by it any more (empty: it will)."""

    job_id: int
    name: str
    entry: Entry
    changes: str
    gone: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The schedule in force; `loaded_at` is None when there is none."""

    jobs: list[Scheduled]
    loaded_at: datetime | None = None
    source: str = ""


def load_schedule(store: Store, path: Path) -> Schedule:
    """Put the schedule of a file in force, instead of the one before: all of it or nothing.
    Refused, with every entry that is wrong, when a job or plotter is not there."""
    entries = parse_schedule(_read(path), store.clock.now().astimezone())
    with store.write():
        rows, wrong = [], []
        seen: dict[int, str] = {}
        for entry in entries:
            try:
                rows += _rows_of(store, entry, seen)
            except PlottyError as error:
                wrong.append(str(error))
        if wrong:
            more = f" (and {len(wrong) - 5} more)" if len(wrong) > 5 else ""
            raise Refused(f"{path}: {'; '.join(wrong[:5])}{more}; nothing was loaded")
        kept = {
            "loaded_at": values.iso(store.clock.now()),
            "source": str(path),
            "entries": rows,
        }
        events.put_setting(store, SCHEDULE, kept)
        events.note(store, "plan", f"schedule loaded: {values.plural(len(rows), 'job')}")
    return shown_schedule(store)


def _read(path: Path) -> Any:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refused(f"{path} is larger than {MOST_BYTES // 1_000_000} MB: no schedule")
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise Refused(f"{path} is no JSON: {str(error)[:80]}") from None


def _rows_of(store: Store, entry: Entry, seen: dict[int, str]) -> list[dict[str, Any]]:
    """What is kept of an entry: a row for each job that it names."""
    try:
        found = queue.find_jobs(store, [entry.job], open_only=True)
    except NotFound:
        if any(job.state == jobs.DONE for job in _any(store, entry.job)):
            raise Refused(f"{entry.job} is drawn already") from None
        raise
    if entry.device:
        entry = replace(entry, device=devices.find_device(entry.device).name)
    rows = []
    for job in found:
        if job.id in seen:
            raise Refused(f"{job.name} is named twice ({seen[job.id]} and {entry.job})")
        seen[job.id] = entry.job
        rows.append({**entry.to_json(), "job": job.id, "name": job.name})
    return rows


def _any(store: Store, word: str) -> list[Job]:
    try:
        return queue.find_jobs(store, [word])
    except NotFound:
        return []


def shown_schedule(store: Store) -> Schedule:
    """The schedule in force, with what became of its jobs."""
    kept = _kept(store)
    found = []
    for row in kept.get("entries", []):
        entry = _entry(row)
        job = Job.get_or_none(Job.id == row["job"])
        gone = ""
        if job is None or job.archived_at is not None:
            gone = "taken out of the queue"
        elif job.state in (jobs.DONE, jobs.ACTIVE):
            gone = "drawn" if job.state == jobs.DONE else "being drawn"
        found.append(Scheduled(row["job"], row["name"], entry, _changes(entry, job), gone))
    at = kept.get("loaded_at")
    return Schedule(found, values.parse_moment(at) if at else None, kept.get("source", ""))


def _kept(store: Store) -> dict[str, Any]:
    kept = events.get_setting(store, SCHEDULE, {})
    return kept if isinstance(kept, dict) else {}


def _entry(row: dict[str, Any]) -> Entry:
    begins, due = (values.parse_moment(row[key]) if row.get(key) else None
                   for key in ("not_before", "due"))  # fmt: skip
    return Entry(row["name"], row.get("copies"), row.get("device", ""), begins, due)


def _changes(entry: Entry, job: Job | None) -> str:
    words = []
    if entry.copies and (job is None or entry.copies != job.copies):
        before = f" instead of {job.copies}" if job is not None else ""
        words.append(f"{values.plural(entry.copies, 'copy', 'copies')}{before}")
    if entry.device:
        words.append(f"on {entry.device}")
    if entry.not_before:
        words.append(f"not before {_short(entry.not_before)}")
    if entry.due:
        words.append(f"due {_short(entry.due)}")
    return ", ".join(words)


def _short(moment: datetime) -> str:
    local = moment.astimezone()
    today = local.date() == datetime.now().date()
    return local.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")


def save_schedule(store: Store, path: Path, from_queue: bool = False) -> int:
    """Write the schedule in force to a file, or the planned jobs of the queue in their order; how
    many jobs. Refused when there is none."""
    if from_queue:
        rows: list[dict[str, Any]] = [
            {"job": row.name, "copies": row.copies}
            | ({"due": values.iso(row.due_at)} if row.due_at else {})
            for row in Job.select()
            .where(Job.archived_at.is_null(), Job.state == jobs.PLANNED, Job.held == "")
            .order_by(Job.priority, Job.position, Job.id)
        ]
        if not rows:
            raise Refused("no job of the queue is planned: plotty plan-all")
    else:
        rows = [one.entry.to_json() for one in shown_schedule(store).jobs if not one.gone]
        if not rows:
            raise Refused("no schedule is in force: --from-queue writes the queue's planned jobs")
    text = json.dumps({"entries": rows}, ensure_ascii=False, indent=2) + "\n"
    write_file(path.absolute(), text.encode())
    return len(rows)


def clear_schedule(store: Store) -> int:
    """Take the schedule out of force; how many jobs it named. They may then begin at any time and
    on any plotter; copies and due times stay."""
    with store.write():
        named = [one.job_id for one in shown_schedule(store).jobs]
        for job in Job.select().where(Job.id.in_(named)):
            left = {
                key: one for key, one in job.settings.items() if key not in (DEVICE, NOT_BEFORE)
            }
            if left != job.settings:
                queue.change_job(store, job.id, settings=left)
        events.put_setting(store, SCHEDULE, {})
    return len(named)


# Planning for today ------------------------------------------------------------------------------


def apply_schedule(store: Store, found: Sequence[Job]) -> dict[int, Entry]:
    """The jobs among these that the schedule names, in its order, each with its entry; copies and
    due times of the jobs at hand become those of the schedule."""
    by_id = {job.id: job for job in found}
    entries = {one.job_id: one.entry for one in shown_schedule(store).jobs if one.job_id in by_id}
    for job_id, entry in entries.items():
        job = by_id[job_id]
        job.copies = entry.copies or job.copies
        job.due_at = entry.due or job.due_at  # type: ignore[assignment]
    return entries


def settings_of(job: Job, entry: Entry | None) -> dict[str, Any]:
    """What a job keeps of its entry: its plotter, and when it may begin; empty where an earlier
    schedule said something and this one does not."""
    begins = values.iso(entry.not_before) if entry and entry.not_before else ""
    said = {DEVICE: entry.device if entry else "", NOT_BEFORE: begins}
    return {key: value for key, value in said.items() if value or job.settings.get(key)}
