"""Arranging the queue: hold and release, priority, order. Each change can be undone."""

from __future__ import annotations

from collections.abc import Sequence

from plotty_tui.domain import jobs
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.values import plural
from plotty_tui.store import events
from plotty_tui.store.database import Store
from plotty_tui.store.jobs import queue
from plotty_tui.store.jobs.undo import undoable
from plotty_tui.store.tables import Job

from ..opening import actor

NO_REASON = "held by hand"


def hold_jobs(store: Store, found: Sequence[Job], reason: str = "") -> list[str]:
    """Keep these jobs from being drawn until they are released, their open sheets too; the names
    of those that were not held with this reason before."""
    why = " ".join(reason.split()) or NO_REASON
    wanted = [job for job in found if job.held != why]
    _set_held(store, wanted, why, f"{_named(wanted)} {'is' if len(wanted) == 1 else 'are'} held")
    return [job.name for job in wanted]


def release_jobs(store: Store, found: Sequence[Job]) -> list[str]:
    """Let these jobs be drawn again; the names of those that were held. Refused when none was."""
    wanted = [job for job in found if job.held]
    if found and not wanted:
        raise Refused(f"{_named(found)} {'is' if len(found) == 1 else 'are'} not held")
    _set_held(store, wanted, "", f"{_named(wanted)} released")
    return [job.name for job in wanted]


def _set_held(store: Store, wanted: Sequence[Job], why: str, text: str) -> None:
    if not wanted:
        return
    with undoable(store, [job.id for job in wanted], text, actor()):
        for job in wanted:
            queue.change_job(store, job.id, held=why)
            said = f"{job.name} is held: {why}" if why else f"{job.name} released"
            events.note(store, "job", said, job=job.id)


def set_priority(store: Store, found: Sequence[Job], priority: int) -> list[str]:
    """High, normal or low (1 to 3); the names of those that had another."""
    wanted = [job for job in found if job.priority != priority]
    if wanted:
        text = f"{_named(wanted)}: {jobs.PRIORITY_WORDS[priority]} priority"
        with undoable(store, [job.id for job in wanted], text, actor()):
            for job in wanted:
                queue.change_job(store, job.id, priority=priority)
    return [job.name for job in wanted]


def move_jobs(store: Store, found: Sequence[Job], by: int) -> list[str]:
    """Up (-1) or down (+1) by one place among the jobs of their priority, together; the names of
    those that moved: one that stands at the end of it stays, and those that stand against it."""
    order = sorted(found, key=lambda job: (job.priority, job.position, job.id), reverse=by > 0)
    beside = [near for job in order if (near := queue.neighbour(store, job, by)) is not None]
    touched = {job.id for job in order} | {near.id for near in beside}
    stuck: set[int] = set()
    moved: list[str] = []

    def text() -> str:
        return f"{_counted(moved)} moved {'up' if by < 0 else 'down'}"

    with undoable(store, list(touched), text, actor()):
        for job in order:
            near = queue.neighbour(store, Job.get_by_id(job.id), by)
            if near is None or near.id in stuck:
                stuck.add(job.id)
            elif queue.move_job(store, job.id, by):
                moved.append(job.name)
    return moved


def _named(found: Sequence[Job]) -> str:
    return _counted([job.name for job in found])


def _counted(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else plural(len(names), "job")
