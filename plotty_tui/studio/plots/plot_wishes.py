"""What a person wants of `plot` and `plot-all` beside the jobs: checked before the first stroke,
and turned into the orders that the run keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from plotty_tui.domain import jobs, notices, values
from plotty_tui.domain.errors import NotFound, Refused, WrongUsage
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.plot_orders import (
    DEFAULT_REPLOTS,
    DEFAULT_RETRIES,
    EACH,
    PlotOrders,
)
from plotty_tui.domain.presets import Preset
from plotty_tui.store.database import Store
from plotty_tui.store.jobs import batches
from plotty_tui.store.jobs.queue import change_job
from plotty_tui.store.presets import find_preset
from plotty_tui.store.production import run_gates
from plotty_tui.store.tables import Batch, Device, Job, Paper

from ..planning.templates import FULL, Template, find_template


@dataclass(frozen=True, slots=True)
class PlotWish:
    """The options of `plot` and `plot-all` as a person gives them; see `PlotOrders`."""

    preset: str = ""
    device_presets: Mapping[int, str] = field(default_factory=dict)  # 1: the first plotter named
    template: str = ""
    max_total_seconds: float | None = None
    auto_pause: bool = False
    max_job_seconds: float | None = None
    auto_retry: bool = False
    auto_recovery: bool = False
    max_retries: int | None = None
    quality_checks: bool = False
    auto_replot: bool = False
    max_replots: int | None = None
    enforce_gates: bool = False
    hold_on_failure: bool = False
    priority_order: bool = False
    pen_by_pen: bool = False
    skip_low: bool = False
    pen_tracking: bool = False
    paper_tracking: bool = False
    notify_complete: bool = False
    notify_error: bool = False
    notify_client: str | None = None
    document: bool = False
    unattended: bool = False


NO_WISH = PlotWish()


def check_wish(wish: PlotWish) -> None:
    """Refuse options that mean nothing together, or an address that is none."""
    if wish.auto_pause and wish.max_total_seconds is None:
        raise WrongUsage("--auto-pause pauses at a limit: add --max-total-time 6h")
    for flag, seconds in (
        ("--max-total-time", wish.max_total_seconds), ("--max-job-time", wish.max_job_seconds),
    ):  # fmt: skip
        if seconds is not None and seconds <= 0:
            raise WrongUsage(f"{flag} {seconds:g}: give a time above zero, like 20m or 6h")
    if wish.max_retries is not None and not (wish.auto_retry or wish.auto_recovery):
        raise WrongUsage("--max-retries goes with --auto-retry or --auto-recovery")
    if wish.max_replots is not None and not wish.auto_replot:
        raise WrongUsage("--max-replots goes with --auto-replot-failed")
    if wish.hold_on_failure and not wish.enforce_gates:
        raise WrongUsage("--auto-hold-on-failure goes with --enforce-quality-gates")
    if wish.notify_client is not None and wish.notify_client != EACH:
        notices.check_address(wish.notify_client, "--notify-client")


# Which jobs ---------------------------------------------------------------------------------------


def find_batch(store: Store, word: str) -> Batch:
    """A batch by its id, its name, or `last` (the one made last). NotFound tells the open ones."""
    plain = word.strip()
    rows = list(Batch.select().order_by(Batch.id))
    if plain.casefold() == "last" and rows:
        return rows[-1]
    for row in rows:
        if plain == str(row.id) or plain.casefold() == row.name.casefold():
            return row
    there = ", ".join(f"{row.id} ({row.name})" for row in batches.batch_rows(store))
    hint = f"open are {there}" if there else "there is none: plotty plan NAMES --optimize-batch"
    raise NotFound(f"no batch {word!r}: {hint}")


def jobs_of_batch(store: Store, batch: Batch) -> list[Job]:
    """The open jobs of a batch, in queue order. Refused when it has none."""
    found = list(
        Job.select()
        .where(Job.batch == batch, Job.archived_at.is_null(), Job.state != jobs.DONE)
        .order_by(Job.priority, Job.position, Job.id)
    )
    if not found:
        raise Refused(f"batch {batch.id} ({batch.name}) has nothing left to plot")
    return found


def not_wanted(store: Store, wish: PlotWish) -> Callable[[Job], str]:
    """Why a job is left out on purpose, as told; empty when it is not."""

    def why(job: Job) -> str:
        if wish.skip_low and job.priority >= jobs.LOW:
            return "low priority"
        most = wish.max_job_seconds
        if most is not None and job.plan_id is not None and job.plan.seconds > most:
            return f"it takes {values.rough(job.plan.seconds)}, more than {values.rough(most)}"
        return ""

    return why


def in_order(wish: PlotWish, found: Sequence[Job]) -> list[Job]:
    """By priority, then by due date, where that is wanted; else as they are."""
    if not wish.priority_order:
        return list(found)
    far = max((job.due_at for job in found if job.due_at), default=None)
    return sorted(
        found, key=lambda job: (job.priority, job.due_at is None, job.due_at or far, job.position)
    )


def gate_broken(store: Store, wish: PlotWish) -> Callable[[Job], str]:
    """Why a gate keeps a job from being begun at all; it is held then, where that is wanted."""

    def why(job: Job) -> str:
        broken = run_gates.broken_for(store, job) if wish.enforce_gates else ""
        if broken and wish.hold_on_failure:
            with store.write():
                change_job(store, job.id, held=f"quality gate: {broken}")
        return f"quality gate: {broken}" if broken else ""

    return why


# What the run is told -----------------------------------------------------------------------------


def orders_for(
    store: Store, wish: PlotWish, wanted: Sequence[Job], devices: Sequence[Device]
) -> tuple[PlotOrders, list[str]]:
    """The orders that the run keeps, and remarks for the person. Refused for presets and templates
    that are not there, for a plotter's number above their count, for pens or paper that are not
    assigned where tracking insists, and for gates that nobody has set."""
    template = find_template(store, wish.template) if wish.template else None
    _check_tracking(wish, wanted)
    notes: list[str] = []
    if wish.enforce_gates:
        _check_gates(store, wish, wanted, notes)
    presets, motions = _presets(store, wish, template, devices)
    full = template is not None and template.documentation == FULL
    full = full or any(job.settings.get("documentation") == FULL for job in wanted)
    told = [notices.COMPLETE] * wish.notify_complete + [notices.ERROR] * wish.notify_error
    if told or wish.notify_client:
        notes += _notice_notes(store, wish)
    orders = PlotOrders(
        presets=presets, motions=motions,
        max_seconds=wish.max_total_seconds, pause_at_limit=wish.auto_pause,
        retry=wish.auto_retry, recover=wish.auto_recovery,
        max_retries=DEFAULT_RETRIES if wish.max_retries is None else wish.max_retries,
        quality_checks=wish.quality_checks or bool(template and template.quality_checks),
        max_replots=(wish.max_replots or DEFAULT_REPLOTS) if wish.auto_replot else 0,
        gates=wish.enforce_gates, hold=wish.hold_on_failure, strict_order=wish.priority_order,
        pen_by_pen=wish.pen_by_pen,
        notify=tuple(told), unattended=wish.unattended, notify_client=wish.notify_client or "",
        document=wish.document or full,
    )  # fmt: skip
    if orders.max_replots and not (
        orders.quality_checks or any(job.settings.get("quality_checks") for job in wanted)
    ):
        notes.append(
            "no verdict is asked: only sheets that somebody calls spoiled are drawn again "
            "(--quality-checks asks after each)"
        )
    return orders, notes


def _notice_notes(store: Store, wish: PlotWish) -> list[str]:
    """Where notices will go, and what keeps them here."""
    from ..upkeep.notices import notify_by, notify_settings

    found = [notify_by(store)] * (wish.notify_complete or wish.notify_error)
    if wish.notify_client and not notify_settings(store).mails:
        found.append(
            "no mail server is set, so the client's mail stays in the outbox: plotty config notify "
            "--smtp-host … --studio-email …"
        )
    return found


def _presets(
    store: Store, wish: PlotWish, template: Template | None, devices: Sequence[Device]
) -> tuple[dict[str, str], dict[str, dict[str, float]]]:
    named: dict[str, Preset] = {}
    general = wish.preset or (template.preset if template else "")
    if general:
        named[""] = find_preset(store, general)
    for number, name in sorted(wish.device_presets.items()):
        if not 1 <= number <= len(devices):
            there = ", ".join(f"{k} {one.name}" for k, one in enumerate(devices, 1))
            raise Refused(f"--device-{number}-preset {name}: there is no plotter {number}: {there}")
        named[devices[number - 1].name] = find_preset(store, name)
    presets = {device: preset.name for device, preset in named.items()}
    return presets, {device: preset.motion.to_json() for device, preset in named.items()}


def _check_tracking(wish: PlotWish, wanted: Sequence[Job]) -> None:
    if wish.pen_tracking:
        for job in wanted:
            layers = [
                layer.name for layer in Plan.from_json(job.plan.body).layers
                if layer.pen is None or layer.pen.pen_id is None
            ]  # fmt: skip
            if layers:
                raise Refused(
                    f"--pen-usage-tracking: {job.name} has no pen for layer {', '.join(layers)}: "
                    "plotty pen add, then plan it again"
                )
    if wish.paper_tracking:
        known = {row.name.casefold() for row in Paper.select().where(Paper.retired_at.is_null())}
        for job in wanted:
            if job.paper.casefold() not in known:
                raise Refused(
                    f"--paper-usage-tracking: {job.paper} of {job.name} is no paper of the stock: "
                    f"plotty paper receive {job.paper} 100"
                )


def _check_gates(store: Store, wish: PlotWish, wanted: Sequence[Job], notes: list[str]) -> None:
    own = any(run_gates.client_gates(job) for job in wanted)
    if not own and not run_gates.studio_gates(store).is_set:
        raise Refused(
            "--enforce-quality-gates: no gates are set: plotty config quality-gates "
            "--min-success-rate 98"
        )
    if not wish.quality_checks:
        notes.append(
            "no verdict is asked, so gates judge what is told meanwhile (--quality-checks asks "
            "after each sheet)"
        )
