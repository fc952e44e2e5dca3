"""Which plotters and jobs a run takes, and why the others are left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from plotty_tui.domain import jobs, papers
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.plan import Plan
from plotty_tui.store.database import Store
from plotty_tui.store.machines import devices
from plotty_tui.store.machines.service import service_block
from plotty_tui.store.plots.opening_hours import closed_words
from plotty_tui.store.tables import Device, Job

from ..machines.setup_devices import add_simulator, why_not_driven


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


def drivable(chosen: list[Device], names: Sequence[str], notes: list[str]) -> list[Device]:
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


def without_hindrance(
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


def why_not_now(job: Job) -> str:
    """Why a job cannot be drawn now; empty: it can."""
    if job.state == jobs.ACTIVE:
        return "it is in an open run already"
    if job.held:
        return f"held: {job.held}"
    if job.plan_id is None:
        return job.refusal or f"it has no plan: plotty plan {job.name!r}"
    return ""


def why_too_large(job: Job, chosen: Sequence[Device]) -> str:
    """Why a job fits none of these plotters; empty: it fits one."""
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
