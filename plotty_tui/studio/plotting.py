"""Plotting: runs are opened, plotters get orders, hands are answered."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plotty_tui.domain import jobs, orders, papers, runs, sheets
from plotty_tui.domain.errors import Locked, NotFound, Refused, StoreFull
from plotty_tui.domain.places import GoOn
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.plot_orders import ORDERS, PlotOrders
from plotty_tui.domain.runs import Verdict
from plotty_tui.domain.sharing import planned_ends
from plotty_tui.store import devices, drawing, materials, queue
from plotty_tui.store import runs as run_books
from plotty_tui.store.database import Row, Store
from plotty_tui.store.opening_hours import closed_words
from plotty_tui.store.run_moves import judge_sheet
from plotty_tui.store.service import service_block
from plotty_tui.store.tables import Batch, Device, Job, Run

from .engine_process import (
    STALE_SECONDS,
    Unanswered,
    engine_runs,
    engine_status,
    ensure_engine,
    order,
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
from .setup_devices import add_simulator, why_not_driven
from .swap_list import seconds_as_told, share_out


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


def choose_devices(store: Store, names: Sequence[str] = ()) -> tuple[list[Device], list[str]]:
    """The plotters that a run may use, and remarks for the person.

    Named ones, or `all`; otherwise every real one that is enabled, and simulators only where there
    is no real one. With none at all a simulator is set up, and said so.
    """
    closed = [f"the studio {why}" for why in [closed_words(store)] if why]
    if names and list(names) != ["all"]:
        chosen = [devices.find_device(name) for name in names]
        off = [device.name for device in chosen if not device.enabled]
        if off:
            raise Refused(f"{', '.join(off)} is switched off: plotty device list")
        for why in filter(None, map(service_block, chosen)):
            raise Refused(why)
        return chosen, closed
    enabled = devices.enabled_devices()
    if not enabled:
        return [add_simulator(store, "sim")], [
            "no plotter is set up: drawing on a simulated one, 'sim' (plotty device add sets up "
            "yours)"
        ]
    real = [device for device in enabled if device.driver != "simulator"]
    wanted = enabled if names else real or enabled
    due = [why for why in map(service_block, wanted) if why]
    if len(due) == len(wanted):
        raise Refused(due[0])
    return [device for device in wanted if not service_block(device)], due + closed


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
    meant = _without_hindrance(wanted, not_wanted(store, wish), skipped, False)
    ready_now = _without_hindrance(meant, _not_now, left_out, strict)
    ready_now = _without_hindrance(ready_now, gate_broken(store, wish), left_out, strict)
    chosen, notes = choose_devices(store, device_names)
    chosen = _driven(chosen, device_names, notes)
    fitting = _without_hindrance(ready_now, lambda job: _too_large(job, chosen), left_out, strict)
    orders, remarks = orders_for(store, wish, fitting, chosen)
    take = [(job, copies or _copies_left(store, job)) for job in in_order(wish, fitting)]
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
        _seconds(run, take, chosen, orders),
        left_out,
        notes + remarks,
        skipped,
        orders,
        batch.name if batch else "",
        _blocks(take),
        shares.ends if shares else _planned_ends(take, chosen, orders),
        shares.bound if shares else None,
    )


def _driven(chosen: list[Device], names: Sequence[str], notes: list[str]) -> list[Device]:
    """The plotters that this computer can drive; of the others a note. Refused when one of those
    was named, or there is no other: a plot that is meant for a real plotter goes to no simulator
    unless that is asked for."""
    whys = {device.name: why_not_driven(device) for device in chosen}
    left = [device for device in chosen if not whys[device.name]]
    found = [why for why in whys.values() if why]
    if found and (not left or (names and list(names) != ["all"])):
        raise Refused(f"{found[0]}; or plot on another one: --devices NAME")
    notes += found
    return left


def _blocks(take: Sequence[tuple[Job, int]]) -> list[tuple[str, int]]:
    counts: dict[int, int] = {}
    for job, copies in take:
        counts[job.priority] = counts.get(job.priority, 0) + copies
    return [(jobs.PRIORITY_WORDS.get(one, str(one)), counts[one]) for one in sorted(counts)]


def _seconds(
    run: Run, take: Sequence[tuple[Job, int]], chosen: Sequence[Device], told: PlotOrders
) -> float:
    """What the run takes at the machine, as it is told to draw."""
    if not told.motions:
        return float(run.estimated_seconds)
    plans = [(Plan.from_json(job.plan.body), copies) for job, copies in take]
    planned = sum(plan.seconds * copies for plan, copies in plans)
    as_told = sum(
        copies * sum(seconds_as_told(plan, device, told) for device in chosen) / len(chosen)
        for plan, copies in plans
    )
    return float(run.estimated_seconds) * as_told / planned if planned else 0.0


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


def _copies_left(store: Store, job: Job) -> int:
    """Copies that no accepted sheet exists for yet; a job that is done starts over."""
    row = queue.job_rows(store, "j.id = ?", [job.id])[0]
    fine = sum(number for state, _, _, number in row.sheets if state in ("drawn", "good", "second"))
    left = job.copies - fine
    return left if left > 0 else job.copies


def _without_hindrance(
    wanted: Sequence[Job],
    why_not: Callable[[Job], str],
    left_out: list[tuple[str, str]],
    strict: bool,
) -> list[Job]:
    """The jobs that nothing speaks against; the others go to `left_out` with the reason. Refused
    when none is left, or with `strict` at the first one."""
    kept = []
    for job in wanted:
        why = why_not(job)
        if not why:
            kept.append(job)
        elif strict:
            raise Refused(f"{job.name} cannot be plotted: {why}")
        else:
            left_out.append((job.name, why))
    if not kept:
        raise Refused(_nothing(left_out))
    return kept


def _not_now(job: Job) -> str:
    if job.state == jobs.ACTIVE:
        return "it is in an open run already"
    if job.held:
        return f"held: {job.held}"
    if job.plan_id is None:
        return job.refusal or f"it has no plan: plotty plan {job.name!r}"
    return ""


def _too_large(job: Job, chosen: Sequence[Device]) -> str:
    plan = Plan.from_json(job.plan.body)
    sheet = (plan.sheet_width, plan.sheet_height)
    travels = [(device.travel_x_mm, device.travel_y_mm) for device in chosen]
    if not any(papers.turn_for_device(sheet, travel) for travel in travels):
        reach = max(travels, key=lambda one: one[0] * one[1])
        return (
            f"its sheet of {sheet[0]:g} x {sheet[1]:g} mm is larger than the plotter reaches "
            f"({reach[0]:g} x {reach[1]:g} mm)"
        )
    return ""


def _nothing(left_out: Sequence[tuple[str, str]]) -> str:
    if not left_out:
        return "nothing to plot: the queue is empty (plotty add FILE.svg, plotty plan-all)"
    if len(left_out) == 1:
        return f"{left_out[0][0]} cannot be plotted: {left_out[0][1]}"
    return f"nothing to plot: {left_out[0][0]}: {left_out[0][1]} (and {len(left_out) - 1} more)"


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
    if target and not _is_device(target):
        return _cancel_job(store, target)
    ensure_engine(store)
    return _order(store, orders.CANCEL, target)


def _cancel_job(store: Store, word: str) -> str:
    found = _find_jobs(store, word)
    answers = []
    for job in found:
        on_device = drawing.cancel_job(store, job.id)
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
    sheet = judge_sheet(store, asked[0].sheet, Verdict(fate, reason, notes))
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


def _find_jobs(store: Store, word: str) -> list[Job]:
    """The jobs of a word that may be a plotter's name too."""
    try:
        return queue.find_jobs(store, [word])
    except NotFound:
        known = [device.name for device in Device.select()] + queue.job_names(store)
        raise NotFound.named("plotter or job", word, known) from None


def _is_device(word: str) -> bool:
    return any(device.name.casefold() == word.casefold() for device in Device.select())


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
        if _is_device(target):
            return devices.find_device(target).name
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
