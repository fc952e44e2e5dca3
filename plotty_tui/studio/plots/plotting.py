"""Plotting: runs are opened, plotters get orders, hands are answered."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from plotty_tui.domain import jobs, orders, papers, runs, sheets
from plotty_tui.domain.errors import Locked, NotFound, Refused, StoreFull
from plotty_tui.domain.places import GoOn
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.plot_orders import ORDERS, PlotOrders
from plotty_tui.domain.runs import Verdict
from plotty_tui.domain.sharing import planned_ends
from plotty_tui.store.database import Row, Store
from plotty_tui.store.inventory import materials
from plotty_tui.store.jobs import queue
from plotty_tui.store.jobs.imposed import copies_left
from plotty_tui.store.machines import devices
from plotty_tui.store.plots import sheet_ends
from plotty_tui.store.production import runs as run_books
from plotty_tui.store.production.run_moves import judge_sheet
from plotty_tui.store.tables import Batch, Device, Job

from ..engine_process import (
    STALE_SECONDS,
    Unanswered,
    engine_runs,
    engine_status,
    ensure_engine,
    order,
)
from ..planning.edition_prices import EditionPrices, edition_prices, pen_in, pens_of
from ..production.piece_replots import parts_again
from .plot_choice import (
    choose_devices,
    drivable,
    why_not_now,
    why_too_large,
    without_hindrance,
)
from .plot_wishes import (
    NO_WISH,
    PlotWish,
    check_wish,
    gate_broken,
    in_order,
    not_wanted,
    orders_for,
)
from .swap_list import seconds_as_told, share_out

DEVICE = "device"  # device:NAME is the plotter, where a job has that name too


def plotter_word(name: str) -> str:
    """The word that means this plotter and no job."""
    return f"{DEVICE}:{name}"


def job_word(job_id: int) -> str:
    """The word that means this job and no other, nor a plotter."""
    return f"{queue.ID}:{job_id}"


@dataclass(slots=True)
class Started:
    """An open run, and what was left out of it with the reason."""

    number: int
    name: str
    sheets: int
    devices: list[str]
    seconds: float
    left_out: list[tuple[str, str]]
    notes: list[str]
    skipped: list[tuple[str, str]]  # left out on purpose, as told
    orders: PlotOrders
    batch: str
    blocks: list[tuple[str, int]]  # sheets of each priority, in the order in which they are drawn
    ends: dict[str, float]  # planned end of each plotter, in machine seconds from now
    # With shared-out work the ends hold a person's walks too; nobody could end before the bound.
    bound: float | None = None
    # What sheet by sheet and pen by pen take by hand, where that is told or would save time.
    prices: EditionPrices | None = None


def start_plot(
    store: Store,
    wanted: Sequence[Job],
    device_names: Sequence[str] = (),
    copies: int | None = None,
    strict: bool = False,
    tied: bool = False,
    balance: bool = False,
    short: bool = False,
    wish: PlotWish = NO_WISH,
    batch: Batch | None = None,
) -> Started:
    """Open a run for these jobs (of a batch) and wake the engine. With `balance` each plotter gets
    its share, so that the last is done soonest. `wish` are the options that the run keeps.

    Jobs that cannot be drawn now (no plan, held, being drawn already, larger than every plotter)
    are left out with the reason; `strict` refuses instead. Refused when none is left, or
    when pens or paper do not suffice (`short`: accepted). An engine that is started for it is
    `tied` to this process, or outlives it.
    """
    check_wish(wish)
    left_out: list[tuple[str, str]] = []
    skipped: list[tuple[str, str]] = []
    meant = without_hindrance(wanted, not_wanted(store, wish), skipped, False)
    ready_now = without_hindrance(meant, why_not_now, left_out, strict)
    ready_now = without_hindrance(ready_now, gate_broken(store, wish), left_out, strict)
    chosen, notes = choose_devices(store, device_names)
    chosen = drivable(chosen, device_names, notes)
    fitting = without_hindrance(ready_now, lambda job: why_too_large(job, chosen), left_out, strict)
    orders, remarks = orders_for(store, wish, fitting, chosen)
    take = [(job, copies or copies_left(store, job)) for job in in_order(wish, fitting)]
    kept = orders.to_json()
    run = run_books.open_run(
        store, take, [device.name for device in chosen], short=short,
        settings={ORDERS: kept} if kept else {}, batch_id=batch.id if batch else None,
        preset=orders.presets.get("", ""),
    )  # fmt: skip
    shares = share_out(store, run, chosen) if balance else None
    ensure_engine(store, tied=tied)
    return Started(
        run.number,
        runs.run_name(run.number),
        sum(number for _, number in take),
        [device.name for device in chosen],
        float(run.estimated_seconds),
        left_out,
        notes + remarks,
        skipped,
        orders,
        batch.name if batch else "",
        _blocks(take),
        shares.ends if shares else _planned_ends(take, chosen, orders),
        shares.bound if shares else None,
        _prices(store, take, chosen, orders),
    )


def _prices(
    store: Store, take: Sequence[tuple[Job, int]], chosen: Sequence[Device], told: PlotOrders
) -> EditionPrices | None:
    lines = [(pens_of(Plan.from_json(job.plan.body).layers), copies) for job, copies in take]
    loaded = pen_in(chosen[0]) if len(chosen) == 1 else None
    found = edition_prices(store, lines, len(chosen), loaded)
    return found if told.pen_by_pen or found.saved_seconds > 0 else None


def _blocks(take: Sequence[tuple[Job, int]]) -> list[tuple[str, int]]:
    counts: dict[int, int] = {}
    for job, copies in take:
        counts[job.priority] = counts.get(job.priority, 0) + copies
    return [(jobs.PRIORITY_WORDS.get(one, str(one)), counts[one]) for one in sorted(counts)]


def _planned_ends(
    take: Sequence[tuple[Job, int]], chosen: Sequence[Device], told: PlotOrders
) -> dict[str, float]:
    work = []
    for job, copies in take:
        plan = Plan.from_json(job.plan.body)
        size = (plan.sheet_width, plan.sheet_height)
        fitting = [
            device.name
            for device in chosen
            if papers.turn_for_device(size, (device.travel_x_mm, device.travel_y_mm))
        ]
        takes = {one.name: seconds_as_told(plan, one, told) for one in chosen}
        work += [{name: takes[name] for name in fitting}] * copies
    return planned_ends(work, [device.name for device in chosen])


# Orders -----------------------------------------------------------------------------------------


def pause(store: Store, target: str | None = None) -> str:
    """Pause a plotter (or the one that draws a job): pen up within half a second."""
    return _order(store, orders.PAUSE, target)


def resume(
    store: Store,
    target: str | None = None,
    back_mm: float = 0.0,
    redo_layer: bool = False,
    on: str | None = None,
    pen: str | None = None,
) -> str:
    """Go on after a pause, or with an interrupted sheet: at its stroke, some mm of ink before it,
    at the layer's begin, on another plotter; `pen` names what is in the holder meanwhile."""
    GoOn(back_mm, redo_layer)
    args: dict[str, object] = {"back_mm": back_mm, "redo_layer": redo_layer}
    if on is not None:
        args["on"] = devices.find_device(on).name
    if pen is not None:
        if on is not None:
            raise Refused(f"--pen with --on: {on} asks for its pen itself")
        args["pen"] = materials.find_pen(store, pen).id
    ensure_engine(store)
    return _order(store, orders.RESUME, target, **args)


def skip_layer(store: Store, target: str | None = None) -> str:
    """Leave the layer out for which a plotter waits, or in which it is paused or interrupted."""
    ensure_engine(store)
    return _order(store, orders.SKIP_LAYER, target)


def cancel(store: Store, target: str | None = None) -> str:
    """Give up what a plotter holds; with a job's name, all its open copies."""
    if target and not _device_named(target):
        return _cancel_job(store, target)
    ensure_engine(store)
    return _order(store, orders.CANCEL, target)


def _cancel_job(store: Store, word: str) -> str:
    found = _find_jobs(store, word, sure=True)
    answers = []
    for job in found:
        on_device = sheet_ends.cancel_job(store, job.id)
        answers.append(f"{job.name}: waiting copies cancelled")
        if on_device:
            ensure_engine(store)
        for device, sheet in on_device:
            answers.append(order(store, orders.CANCEL, device, sheet=sheet))
    return "; ".join(answers)


def emergency_stop(store: Store) -> str:
    """Every pen up, everything stopped, at once; without the engine when it hangs."""
    from .last_resort import stop_without_engine

    if not engine_runs(store.home):
        return "no engine runs: nothing moves"
    if not engine_status(store).stale:
        # Books that cannot be written must not keep a plotter going.
        with contextlib.suppress(Unanswered, StoreFull, Locked):
            return order(store, orders.ESTOP, seconds=STALE_SECONDS)
    return stop_without_engine(store)


def ready(store: Store, target: str | None = None, pen: str | None = None) -> str:
    """The pen or the paper is in: the plotter goes on. `pen` names another pen than asked for."""
    if not engine_runs(store.home):
        raise Refused("no engine runs, so no plotter waits: plotty list devices")
    device = devices.find_device(target or _only_waiting(store, orders.ANSWERED_BY_READY))
    if any(hand.device == device.name for hand in _hands(store, (orders.HAND_VERDICT,))):
        raise Refused(
            f"{device.name} asks what became of its sheet: plotty ready {device.name} --verdict "
            "good, second or spoiled"
        )
    args = {"pen": materials.find_pen(store, pen).id} if pen else {}
    return order(store, orders.READY, device.name, **args)


def give_verdict(
    store: Store, target: str | None, fate: str, reason: str = "", notes: str = ""
) -> str:
    """What became of the drawn sheet that a plotter asks about: good, second, proof, or spoiled
    for a reason. The plotter goes on."""
    if fate not in sheets.VERDICTS:
        raise NotFound.named("verdict", fate, sheets.VERDICTS)
    if fate == sheets.SPOILED and not reason:
        raise Refused(f"--reason is needed for a spoiled sheet: {', '.join(sheets.REASONS)}")
    name = devices.find_device(target or _only_waiting(store, (orders.HAND_VERDICT,))).name
    asked = [hand for hand in _hands(store, (orders.HAND_VERDICT,)) if hand.device == name]
    if not asked:
        raise Refused(f"{name} asks for no verdict: plotty sheet list RUN shows what is drawn")
    sheet_id, verdict = asked[0].sheet, Verdict(fate, reason, notes)
    sheet = judge_sheet(store, sheet_id, verdict, parts_again(store, {sheet_id: verdict}, {}))
    return f"{sheet} is {fate}"


def _hands(store: Store, kinds: Sequence[str]) -> list[Row]:
    return [hand for hand in devices.open_hands(store) if hand.kind in kinds]


def _only_waiting(store: Store, kinds: Sequence[str]) -> str:
    waiting = list(dict.fromkeys(hand.device for hand in _hands(store, kinds)))
    if len(waiting) != 1:
        names = ", ".join(waiting)
        raise Refused(
            f"name the plotter: {names} wait" if names else "no plotter waits for a person"
        )
    return str(waiting[0])


def _find_jobs(store: Store, word: str, sure: bool = False) -> list[Job]:
    """The jobs of a word that may be a plotter's name too."""
    try:
        return queue.find_jobs(store, [word], sure=sure)
    except NotFound:
        known = [device.name for device in Device.select()] + queue.job_names(store)
        raise NotFound.named("plotter or job", word, known) from None


def _device_named(word: str) -> str:
    """The plotter of this name, also written device:NAME; empty when it means a job. Refused when
    it is a job's name too."""
    kind, _, name = word.partition(":")
    if kind.casefold() == DEVICE and name:
        return devices.find_device(name).name
    names = [device.name for device in Device.select()]
    found = next((one for one in names if one.casefold() == word.casefold()), "")
    if found and Job.select().where(Job.name == word, Job.archived_at.is_null()).exists():
        raise Refused(f"{word} is a plotter and a job: write {DEVICE}:{word} or {queue.JOB}:{word}")
    return found


def _order(store: Store, kind: str, target: str | None, **args: object) -> str:
    if not engine_runs(store.home):
        raise Refused("no engine runs, so no plotter moves: plotty engine status")
    return order(store, kind, _device_for(store, kind, target), ORDER_SECONDS, **args)


# A plotter may have to be opened, and its sheet's strokes be read.
ORDER_SECONDS = 20.0


_FITTING = {
    orders.PAUSE: (orders.DRAWING, orders.WAITING, orders.IDLE),
    orders.RESUME: (orders.PAUSED, orders.INTERRUPTED, orders.FAULT),
    orders.CANCEL: (orders.DRAWING, orders.WAITING, orders.PAUSED, orders.INTERRUPTED),
    orders.SKIP_LAYER: (orders.WAITING, orders.PAUSED, orders.INTERRUPTED),
}


def _device_for(store: Store, kind: str, target: str | None) -> str:
    """The plotter that is meant: named, or drawing the named job, or the only one it fits."""
    rows = devices.device_rows(store)
    if target:
        if device := _device_named(target):
            return device
        names = {job.name for job in _find_jobs(store, target)}
        holding = [row.name for row in rows if row.job in names]
        if not holding:
            raise Refused(f"{target} is on no plotter")
        return holding[0]
    fitting = [row.name for row in rows if row.enabled and row.state in _FITTING[kind]]
    if kind == orders.PAUSE:
        drawing_now = [row.name for row in rows if row.state == orders.DRAWING]
        fitting = drawing_now or fitting
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise Refused(f"no plotter to {_words(kind)}: plotty list devices")
    raise Refused(f"name the plotter to {_words(kind)}: {', '.join(fitting)}")


def _words(kind: str) -> str:
    return kind.replace("_", " a ")
