"""Planning over many jobs: who is planned with which preset and pens, what fits the limits, in
which order pens and jobs go; kept, tried out, or made a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from plotty_tui.domain import values
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.limits import Production
from plotty_tui.domain.presets import Preset
from plotty_tui.domain.schedule import Entry, Turn, in_turn
from plotty_tui.store.database import Store
from plotty_tui.store.inventory import materials
from plotty_tui.store.jobs import plan_sets, queue_order
from plotty_tui.store.jobs.undo import undoable
from plotty_tui.store.machines import devices
from plotty_tui.store.presets import find_preset
from plotty_tui.store.tables import Job

from ..opening import actor
from ..watching import today
from . import limits as limit_books
from .edition_prices import WALK_SECONDS
from .pen_plans import JobPens, PensLaid, lay_pens
from .plan_equipment import equip_jobs
from .plan_selection import (
    Budget,
    Candidate,
    Day,
    Taken,
    choose_jobs,
    fit_budget,
    stock_left,
    todays_work,
)
from .plan_wishes import BatchPlan, Use, Wanted, Wish
from .plans import NOBODY, Listeners, Task, note_planned, plan_tasks
from .schedules import apply_schedule, settings_of


def plan_batch(store: Store, wish: Wish, listeners: Listeners = NOBODY) -> BatchPlan:
    """Plan as wished.

    With `dry_run` no job changes. Refused for names, presets, pens and templates that are not
    there, and for limits that nobody has set.
    """
    production = _production(store, wish)
    found = _concerned(store, wish)
    made = BatchPlan()
    if not found:
        return made
    entries = apply_schedule(store, found) if wish.today else {}
    wanted = equip_jobs(store, wish, found, made)
    day = _day(store, wish, [one.job for one in wanted], entries, made)
    if day is not None:
        wanted = _in_time(wanted, day, made)
    budget = _budget(store, wish, production, day)
    if budget.is_set:
        wanted = _within(store, wish, wanted, budget, day, made, listeners)
        _tell_use(made, production, wish)
    laid = lay_pens(
        [JobPens(one.job, one.layers, one.choices) for one in wanted],
        wish.pens,
        materials.stock_pens(store),
        store,
    )
    _make(store, wish, wanted, laid, made, listeners)
    _finish(store, wish, wanted, laid, day, made)
    return made


def _concerned(store: Store, wish: Wish) -> list[Job]:
    found = choose_jobs(store, wish.choice)
    if wish.over_all:
        return found
    return [job for job in found if job.plan_id is None or _differs(store, job, wish.preset)]


def _differs(store: Store, job: Job, preset: str) -> bool:
    """Whether a job's plan was made with other settings than this preset has now."""
    if not preset:
        return False
    return Preset.from_json(job.plan.body["preset"]) != find_preset(store, preset)


# Limits ---------------------------------------------------------------------------------------


def _production(store: Store, wish: Wish) -> Production:
    production = limit_books.production_limits(store)
    if wish.production and not production.is_set:
        raise Refused(
            "no limits are set: plotty config production --max-daily-time 6h --max-pen-changes 80"
        )
    if wish.fill and not wish.production and not production.is_set:
        raise Refused("no limits to fill: plotty config production sets them")
    return production


def _day(
    store: Store, wish: Wish, found: Sequence[Job], entries: dict[int, Entry], made: BatchPlan
) -> Day | None:
    if not wish.today:
        return None
    day = todays_work(store, found, max(1, len(devices.enabled_devices())), entries)
    made.notes += day.notes
    return day


def _in_time(wanted: Sequence[Wanted], day: Day, made: BatchPlan) -> list[Wanted]:
    """The jobs that may begin today, each with what the schedule says of it."""
    kept = []
    for one in wanted:
        entry = day.scheduled.get(one.job.id)
        one.settings |= settings_of(one.job, entry)
        if entry and entry.not_before and entry.not_before >= day.ends_at:
            one.shown.out = (
                f"schedule: not before {entry.not_before:%H:%M}, work ends {day.ends_at:%H:%M}"
            )
            made.jobs.append(one.shown)
        else:
            kept.append(one)
    return kept


def _budget(store: Store, wish: Wish, production: Production, day: Day | None) -> Budget:
    obeyed = production if wish.production or wish.fill or wish.today else Production()
    if day is not None and obeyed.max_daily_seconds is not None:
        drawn = min(obeyed.max_daily_seconds, today(store).seconds)
        obeyed = replace(obeyed, max_daily_seconds=obeyed.max_daily_seconds - drawn)
    seconds = [wish.total_seconds, obeyed.max_daily_seconds, day.seconds if day else None]
    changes = [wish.changes, obeyed.max_pen_changes]
    pens, sheets = stock_left(store) if wish.stock else (None, None)
    return Budget(
        wish.job_seconds,
        min((one for one in seconds if one is not None), default=None),
        min((one for one in changes if one is not None), default=None),
        obeyed.paper_budget_sheets,
        pens,
        sheets,
        wish.fill,
    )


def _within(
    store: Store,
    wish: Wish,
    wanted: list[Wanted],
    budget: Budget,
    day: Day | None,
    made: BatchPlan,
    listeners: Listeners,
) -> list[Wanted]:
    """The jobs that fit the budget; the others stay as they are, with the reason."""
    done = plan_tasks(
        store, [Task(one.job, one.preset, one.choices) for one in wanted], listeners, give=False
    )
    by_job = {one.job.id: one for one in wanted}
    found = []
    for planned in done:
        shown = by_job[planned.job_id].shown
        if planned.plan is None:
            shown.error = planned.error
            made.jobs.append(shown)
        else:
            found.append(Candidate(by_job[planned.job_id].job, planned.plan))
    found = _in_turn(found, wish, day)
    stock = materials.stock_pens(store)

    def count(some: Sequence[Job]) -> int:
        pens = [by_job[job.id] for job in some]
        return lay_pens(
            [JobPens(one.job, one.layers, one.choices) for one in pens], wish.pens, stock
        ).after

    taken = fit_budget(found, budget, count, WALK_SECONDS)
    for candidate, why in taken.out:
        shown = by_job[candidate.job.id].shown
        shown.out, shown.plan = why, candidate.plan
        made.jobs.append(shown)
    _note_uses(made, taken, budget)
    return [by_job[one.job.id] for one in taken.jobs]


def _in_turn(found: list[Candidate], wish: Wish, day: Day | None) -> list[Candidate]:
    if day is not None:
        seconds = {one.job.id: one.seconds for one in found}
        wanted = [Turn(job, seconds[job], _begins(day, job)) for job in day.order if job in seconds]
        order = in_turn(wanted, day.now, day.ends_at, day.plotters)
        place = {job: k for k, job in enumerate(order)}
        return sorted(found, key=lambda one: place[one.job.id])
    if wish.by_priority:
        far = max((one.job.due_at for one in found if one.job.due_at), default=None)
        return sorted(
            found,
            key=lambda one: (
                (one.job.priority, one.job.due_at or far, one.job.position)
                if far
                else (one.job.priority, one.job.position)
            ),
        )
    return found


def _begins(day: Day, job: int) -> datetime | None:
    entry = day.scheduled.get(job)
    return entry.not_before if entry else None


def _note_uses(made: BatchPlan, taken: Taken, budget: Budget) -> None:
    for name, used, limit in (
        ("time", taken.seconds, budget.seconds),
        ("swaps", taken.changes, budget.changes),
        ("paper", taken.sheets, budget.total_sheets),
    ):
        if limit is not None:
            made.uses.append(Use(name, used, limit))


def _tell_use(made: BatchPlan, production: Production, wish: Wish) -> None:
    if wish.production and production.quality_threshold is not None:
        made.notes.append(f"warned below {production.quality_threshold:g} % good sheets")


# Making ---------------------------------------------------------------------------------------


def _make(
    store: Store,
    wish: Wish,
    wanted: Sequence[Wanted],
    laid: PensLaid,
    made: BatchPlan,
    listeners: Listeners,
) -> None:
    """The plans in the order that was laid, and who has them."""
    by_job = {one.job.id: one for one in wanted}
    inside = [by_job[job] for job in laid.jobs]
    tasks = [
        Task(one.job, one.preset, one.choices, laid.sequences.get(one.job.id, ()), _chosen(one))
        for one in inside
    ]
    done = plan_tasks(store, tasks, listeners, give=not wish.dry_run)
    shown = []
    for one, planned in zip(inside, done, strict=True):
        one.shown.plan, one.shown.kept = planned.plan, planned.kept
        one.shown.error = planned.error
        shown.append(one.shown)
    made.jobs = [*shown, *made.jobs]
    made.before, made.after, made.bound = laid.before, laid.after, laid.bound
    made.ordered = wish.pens.asked
    made.notes += laid.notes
    if wish.least_travel:
        _tell_travel(made)
    if not wish.dry_run:
        names = {one.preset.name for one in inside}
        note_planned(store, done, names.pop() if len(names) == 1 else "of each")


def _chosen(one: Wanted) -> dict[str, Any]:
    """What the job keeps of template, standards and tier when it gets its plan."""
    chosen: dict[str, Any] = {}
    fresh = Job.get_by_id(one.job.id)
    if one.settings:
        chosen["settings"] = {**fresh.settings, **one.settings}
    if one.template:
        chosen["template"] = one.template.name
    if one.shown.tier:
        chosen["tier"] = one.shown.tier
    chosen |= {"paper": one.job.paper, "copies": one.job.copies, "due_at": one.job.due_at}
    return {key: value for key, value in chosen.items() if getattr(fresh, key) != value}


def _tell_travel(made: BatchPlan) -> None:
    """Travel as the files have it, and as planned."""
    drawn = planned = 0.0
    for one in made.planned:
        steps = one.plan.steps() if one.plan else []
        if steps:
            drawn += steps[0].pen_up_mm * one.copies
            planned += steps[-1].pen_up_mm * one.copies
    if drawn:
        made.notes.append(f"travel {values.metres(drawn)} -> {values.metres(planned)}")


def _finish(
    store: Store,
    wish: Wish,
    wanted: Sequence[Wanted],
    laid: PensLaid,
    day: Day | None,
    made: BatchPlan,
) -> None:
    order = [one.job_id for one in made.planned]
    if (wish.pens.asked or wish.batch or day) and not wish.dry_run and order:
        text = f"queue ordered by planning: {made.before} -> {made.after} swaps"
        with undoable(store, order, text, actor()):
            queue_order.place_jobs(store, order)
    if wish.batch:
        if wish.dry_run:
            made.notes.append("no batch is made by a dry run")
        elif order:
            batch = plan_sets.make_batch(store, order, wish.batch_name, wish.pens.order)
            made.batch_id, made.batch_name = batch.id, batch.name
    save_as = wish.save_as
    if not save_as and day is not None and not wish.dry_run and order:
        save_as = f"today {store.clock.now().astimezone():%Y-%m-%d}"
    if save_as and order:
        by_job = {one.job.id: one.job for one in wanted}
        entries = [(by_job[one.job_id], one.plan.settings_hash) for one in made.planned if one.plan]
        plan_sets.keep_plan_set(
            store, save_as, entries, _options(wish), _figures(made),
            wish.replace_set or day is not None,
        )  # fmt: skip
        made.saved_as = save_as


def _options(wish: Wish) -> dict[str, Any]:
    """What the set was made with, without what was not said."""
    return {
        "preset": wish.preset,
        "pens": {key: value for key, value in asdict(wish.pens).items() if value},
        "template": wish.template,
        "least_travel": wish.least_travel,
    }


def _figures(made: BatchPlan) -> dict[str, Any]:
    return {
        "jobs": len(made.planned),
        "est_seconds": round(made.seconds, 1),
        "pen_changes": made.after,
        "pen_changes_before": made.before,
    }
