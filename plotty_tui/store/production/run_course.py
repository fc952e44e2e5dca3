"""The course of a run that was told to see to things itself: spoiled copies are drawn again, gates
hold what they judge, a limit on the clock ends it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from plotty_tui.domain import jobs, notices, runs, sheets, values
from plotty_tui.domain.gates import BREACH
from plotty_tui.domain.plot_orders import PlotOrders, orders_of
from plotty_tui.domain.runs import Verdict

from ..database import Row, Store
from ..events import note
from ..inventory.reservations import release_sheets
from ..plots.sheet_ends import settle_job_state
from ..run_orders import BREACHES, STOPPED, keep_in_run, note_through, tell_fault
from ..tables import Item, Job, Piece, Run, Sheet
from .replots import Part, draw_again, draw_part_again
from .run_gates import gates_of_run


def after_verdicts(
    store: Store, run: Run, fates: Mapping[int, Verdict], parts: Mapping[int, Part]
) -> None:
    """What follows from verdicts by what the run was told; `parts` are the pieces that failed, by
    their sheet. Call it in their transaction."""
    told = orders_of(run.settings)
    if told == PlotOrders():
        return
    if told.max_replots:
        for sheet_id, verdict in fates.items():
            if verdict.fate == sheets.SPOILED:
                draw_again(store, Sheet.get_by_id(sheet_id), told.max_replots)
        for sheet_id, part in parts.items():
            draw_part_again(store, Sheet.get_by_id(sheet_id), part, told.max_replots)
    if told.gates:
        heed_gates(store, run, told.hold)
    note_through(store, run.id)


# Gates --------------------------------------------------------------------------------------------


def heed_gates(store: Store, run: Run, hold: bool) -> None:
    """Act on gates that have just been broken: the jobs they judge are held, or without `hold` what
    is not begun of them stays undrawn in this run. A gate acts once a run: what a person releases
    goes on. Call it in a transaction."""
    known = dict(Run.get_by_id(run.id).settings.get(BREACHES, {}))
    for one in gates_of_run(store, run):
        if one.gate.state != BREACH or one.key in known:
            continue
        text = f"quality gate: {one.gate}"
        known[one.key] = text
        if hold:
            Job.update(held=text, revision=Job.revision + 1).where(
                Job.id.in_(one.jobs), Job.held == "", Job.state == jobs.ACTIVE
            ).execute()
        else:
            cancel_planned(store, run, one.jobs)
        note(store, "gate", text, run=run)
        tell_fault(store, run, f"gate:{run.number}:{one.key}", text)
    keep_in_run(run.id, **{BREACHES: known})


# The clock ----------------------------------------------------------------------------------------


def limited_runs(store: Store) -> list[Row]:
    """Runs in progress with a limit on the clock and sheets that nobody has taken: id, number,
    started_at (ms), limit_seconds, pause."""
    return store.rows(
        "SELECT r.id, r.number, r.started_at, "
        "json_extract(r.settings, '$.orders.max_seconds') AS limit_seconds, "
        "coalesce(json_extract(r.settings, '$.orders.pause_at_limit'), 0) AS pause "
        "FROM run r WHERE r.state = 'in_progress' "
        "AND json_extract(r.settings, '$.orders.max_seconds') IS NOT NULL "
        "AND EXISTS (SELECT 1 FROM sheet s WHERE s.run_id = r.id AND s.state IN "
        "('planned', 'loaded', 'drawing', 'waiting', 'interrupted'))"
    )


def stop_run(store: Store, number: int, why: str, seconds: float) -> None:
    """No sheet of a run is taken any more: those that are not begun are not drawn in it, and their
    jobs are planned again. Telling it again ends what came back since."""
    with store.write():
        run = Run.get(Run.number == number)
        if STOPPED not in run.settings:
            keep_in_run(run.id, **{STOPPED: {"why": why, "after_seconds": round(seconds, 1)}})
            text = f"{runs.run_name(number)} {why} after {values.rough(seconds)}"
            note(store, "run", text, run=run)
            told = orders_of(run.settings)
            if notices.COMPLETE in told.notify or notices.ERROR in told.notify:
                from ..notices import post_to_studio

                post_to_studio(
                    store, f"run:{number}:stopped", text, text,
                    payload={"kind": notices.COMPLETE, "run": runs.run_name(number)},
                )  # fmt: skip
        cancel_planned(store, run)
        note_through(store, run.id)


def cancel_planned(store: Store, run: Run, of_jobs: Iterable[int] | None = None) -> int:
    """End the sheets of a run (of these jobs) that no plotter has taken; how many. Their jobs are
    planned again when nothing else of them is open. Call it in a transaction."""
    now = store.clock.now()
    query = Sheet.select().where(
        Sheet.run == run, Sheet.state == sheets.PLANNED, Sheet.device.is_null()
    )
    if of_jobs is not None:
        query = query.where(
            Sheet.item.in_(Item.select(Item.id).where(Item.run == run, Item.job.in_(list(of_jobs))))
        )
    ended = list(query)
    if not ended:
        return 0
    ids = [sheet.id for sheet in ended]
    Piece.update(state=sheets.CANCELLED).where(Piece.sheet.in_(ids)).execute()
    Sheet.update(state=sheets.CANCELLED, ended_at=now).where(Sheet.id.in_(ids)).execute()
    release_sheets(store, ended)
    left = Sheet.select().where(Sheet.run == run, Sheet.state.in_(sheets.OPEN))
    if not left.exists():
        from ..inventory.reservations import release_run

        Run.update(ended_at=now).where(Run.id == run.id).execute()
        release_run(store, run)
        note(store, "run", f"{runs.run_name(run.number)} awaits results", run=run.id)
    concerned: dict[Any, None] = dict.fromkeys(
        job for sheet in ended for job in _jobs_of(sheet.item)
    )
    for job in concerned:
        settle_job_state(store, job)
    return len(ended)


def _jobs_of(item: Item) -> list[int]:
    found = [item.job_id, *(piece.get("job") for piece in item.layout)]
    return [job for job in found if job is not None]
