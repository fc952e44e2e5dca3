"""Imposed sheets of a queue that comes back from its file: no piece of them is drawn twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from plotty_tui.domain import jobs
from plotty_tui.store.database import Row, Store
from plotty_tui.store.jobs import imposed, queue
from plotty_tui.store.jobs import queue_backup as books

# How the reason begins for which a job is held whose copies lie on a sheet.
ON_SHEET = jobs.on_sheet_words("")


def sources(job: Mapping[str, Any]) -> set[int]:
    """The numbers in the file of the jobs whose pieces lie on a sheet; none for any other job."""
    return {piece["job"] for piece in job["layout"] if piece["job"] is not None}


def in_the_way(job: Mapping[str, Any], here: Mapping[int, Row], refused: Mapping[int, str]) -> str:
    """Why a sheet is not brought back: a piece of it was drawn since, lies on another sheet by now,
    or is refused itself. `here` are the jobs of the books by their number in the file. Empty: it
    can be brought back."""
    for number in sorted(sources(job)):
        row = here.get(number)
        if number in refused:
            return f"{refused[number]}, which lies on it, is not brought back"
        if row is None:
            continue
        if not row.open:
            return f"{row.name}, which lies on it, was drawn or put away since"
        if row.held.startswith(ON_SHEET) and row.held != jobs.on_sheet_words(job["name"]):
            return f"{row.name}, which lies on it, is {row.held} by now"
    return ""


def lay_again(
    store: Store, added: Sequence[Mapping[str, Any]], ids: Mapping[int, int],
    whole: Sequence[Mapping[str, Any]],
) -> None:  # fmt: skip
    """Give the sheets among the added jobs their pieces, and hold the jobs that lie on them; a job
    whose sheet is not there is held no longer. `ids` are the jobs of the books by their number in
    the file, `whole` all jobs of the file. Call it inside a transaction."""
    designs = books.designs_by_hash(store)
    for job in added:
        if not job["layout"]:
            continue
        layout = [
            {**piece, "job": ids.get(_number(piece)), "design": designs[piece["design"]]}
            for piece in job["layout"]
        ]
        settings = {**job["settings"], imposed.LAYOUT: layout,
                    imposed.OVERHEAD: job["overhead_mm"]}  # fmt: skip
        books.arrange_job(store, ids[job["number"]], settings=settings)
        held = jobs.on_sheet_words(job["name"])
        lying = [ids[number] for number in sources(job) if whole[number]["held"] == held]
        books.hold_free(store, lying, held)
    names = set(queue.job_names(store))
    for job in added:
        if job["held"].startswith(ON_SHEET) and job["held"].removeprefix(ON_SHEET) not in names:
            books.arrange_job(store, ids[job["number"]], held="")


def _number(piece: Mapping[str, Any]) -> int:
    return -1 if piece["job"] is None else int(piece["job"])
