"""Jobs that want the same pen, paper, plotter or hour, more than there is of it."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from plotty_tui.domain import orders, papers, values
from plotty_tui.domain.pen_choice import VISIBLE_DISTANCE, color_distance
from plotty_tui.domain.pens import USABLE
from plotty_tui.store.database import Row, Store
from plotty_tui.store.inventory import materials, reservations
from plotty_tui.store.machines import devices
from plotty_tui.store.tables import Job

from ..planning.limits import working_hours
from ..planning.plan_selection import todays_work
from .diagnosis import Alternative, Conflict, open_jobs

# Two tips nearer than this draw the same line.
SAME_TIP_MM = 0.05


def resource_conflicts(store: Store) -> list[Conflict]:
    """Every resource of which the open jobs and runs want more than there is, with substitutes."""
    with store.read():
        wanted = [job for job in open_jobs() if job.plan_id is not None and not job.held]
        return [
            *_pens(store, wanted), *_papers(store, wanted), *_plotters(store, wanted),
            *_hours(store, wanted),
        ]  # fmt: skip


# Pens ---------------------------------------------------------------------------------------------


def _pens(store: Store, wanted: Sequence[Job]) -> Iterable[Conflict]:
    rows = {row.id: row for row in materials.pen_rows(store)}
    need: dict[int, float] = defaultdict(float)
    users: dict[int, list[Job]] = defaultdict(list)
    for job in wanted:
        for layer in job.plan.body["layers"]:
            number = (layer["pen"] or {}).get("pen_id", 0)
            if number in rows:
                need[number] += layer["pen_down_mm"] * job.copies
                if job not in users[number]:
                    users[number].append(job)
    held = reservations.holders(store, reservations.PEN)
    for number, mm in need.items():
        row = rows[number]
        if row.left_mm is None:
            continue
        others = sum(one.amount for one in held.get(number, []))
        if mm + others <= row.left_mm + 0.5:
            continue
        runs = f", {values.metres(others)} of it held by open runs" if others else ""
        text = (
            f"pen {row.code}: {values.metres(mm + others)} wanted, "
            f"{values.metres(max(0.0, row.left_mm))} there{runs}"
        )
        free = {
            one.id: one.left_mm
            - sum(h.amount for h in held.get(one.id, []))
            - need.get(one.id, 0.0)
            for one in rows.values()
            if one.left_mm is not None
        }
        names = tuple(job.name for job in users[number])
        yield Conflict(
            "pen", text, names, f"plotty pen add --name {shlex.quote(row.name)} "
            f"--color '{row.color}'",
            tuple(_other_pens(row, rows.values(), free, users[number])),
        )  # fmt: skip


def _other_pens(
    short: Row, rows: Iterable[Row], free: dict[int, float], users: Sequence[Job]
) -> Iterable[Alternative]:
    near = []
    for row in rows:
        far = color_distance(short.color, row.color)
        if row.id == short.id or row.state not in USABLE or far > VISIBLE_DISTANCE:
            continue
        left = free.get(row.id)
        if left is not None and left <= 0:
            continue
        tips = abs((row.tip_mm or 0.0) - (short.tip_mm or 0.0))
        near.append((tips > SAME_TIP_MM, far, row.code, row, left))
    for other_tip, far, code, row, left in sorted(near, key=lambda one: one[:3])[:3]:
        said = ["the same colour" if far < 0.02 else f"a colour close to it ({row.color})"]
        if row.tip_mm is not None and short.tip_mm is not None:
            said.append(
                f"{row.tip_mm:g} instead of {short.tip_mm:g} mm" if other_tip else "the same tip"
            )
        said.append("as much as it takes" if left is None else f"{values.metres(left)} free")
        command = _swap_command(users[-1], short.id, code) if users else ""
        yield Alternative(f"{code} {row.name}: {', '.join(said)}", command)


def _swap_command(job: Job, short: int, code: str) -> str:
    """Plan the last job that wants a pen with another one in its place."""
    layers: list[dict[str, Any]] = job.plan.body["layers"]
    pens = [code if (one["pen"] or {}).get("pen_id") == short else (one["pen"] or {}).get("code")
            for one in layers]  # fmt: skip
    if not all(pens) or len(set(pens)) < len(pens):
        return ""
    return shlex.join(["plotty", "plan", job.name, "--pen-mapping", ",".join(map(str, pens))])


# Paper --------------------------------------------------------------------------------------------


def _papers(store: Store, wanted: Sequence[Job]) -> Iterable[Conflict]:
    rows = {row.name.casefold(): row for row in materials.paper_rows(store)}
    held = reservations.holders(store, reservations.PAPER)
    need: dict[str, int] = defaultdict(int)
    users: dict[str, list[str]] = defaultdict(list)
    for job in wanted:
        need[job.paper.casefold()] += job.copies
        users[job.paper.casefold()].append(job.name)
    for name, sheets in need.items():
        row = rows.get(name)
        if row is None or not row.rows_in_ledger:
            continue
        others = round(sum(one.amount for one in held.get(row.id, [])))
        if sheets + others <= row.stock:
            continue
        runs = f", {others} of it held by open runs" if others else ""
        text = f"paper {row.name}: {sheets + others} sheets wanted, {row.stock} there{runs}"
        cure = shlex.join(
            ["plotty", "paper", "receive", row.name, str(sheets + others - row.stock)]
        )
        alternatives = tuple(_other_papers(row, rows.values(), need, held))
        yield Conflict("paper", text, tuple(users[name]), cure, alternatives)


def _other_papers(
    short: Row, rows: Iterable[Row], need: dict[str, int], held: dict[int, Any]
) -> Iterable[Alternative]:
    for row in rows:
        free = row.stock - need.get(row.name.casefold(), 0)
        free -= round(sum(one.amount for one in held.get(row.id, [])))
        fits = row.width_mm >= short.width_mm and row.height_mm >= short.height_mm
        if row.id == short.id or free <= 0 or not fits:
            continue
        said = []
        if (row.width_mm, row.height_mm) != (short.width_mm, short.height_mm):
            said.append(f"{row.width_mm:g} x {row.height_mm:g} mm, to be cut")
        if row.gsm and short.gsm and row.gsm != short.gsm:
            said.append(f"{row.gsm:g} instead of {short.gsm:g} g/m²")
        said.append(f"{values.plural(free, 'sheet')} free")
        yield Alternative(f"{row.name}: {', '.join(said)}")


# Plotters and hours -------------------------------------------------------------------------------


def _plotters(store: Store, wanted: Sequence[Job]) -> Iterable[Conflict]:
    """Jobs that only a plotter can take which cannot draw now."""
    found = devices.enabled_devices()
    stuck = {one.name for one in found if one.state in (orders.INTERRUPTED, orders.FAULT)}
    waiting: dict[str, list[str]] = defaultdict(list)
    for job in wanted:
        size = (job.plan.body["sheet_width"], job.plan.body["sheet_height"])
        fitting = [one.name for one in found
                   if papers.turn_for_device(size, (one.travel_x_mm, one.travel_y_mm))]  # fmt: skip
        pinned = job.settings.get("device")
        fitting = [name for name in fitting if name == pinned] if pinned else fitting
        if fitting and all(name in stuck for name in fitting):
            waiting[fitting[0]].append(job.name)
    for name, names in waiting.items():
        text = f"plotter {name}: {values.plural(len(names), 'job')} for it alone, and it stands"
        others = tuple(
            Alternative(f"{one.name} is free, for what it reaches",
                        f"plotty device edit {one.name} --enable")
            for one in devices.device_rows(store) if not one.enabled
        )  # fmt: skip
        yield Conflict("plotter", text, tuple(names), f"plotty resume {name}", others)


def _hours(store: Store, wanted: Sequence[Job]) -> Iterable[Conflict]:
    """Jobs that cannot all be drawn by the time they are due, the most urgent first."""
    plotters = max(1, len(devices.enabled_devices()))
    day = todays_work(store, wanted, plotters, {})
    begin, end = working_hours(store)
    daily = _span(begin, end) * plotters
    due = sorted((job for job in wanted if job.due_at), key=lambda job: job.due_at)
    spent, names = 0.0, []
    for job in due:
        spent += job.plan.seconds * job.copies
        names.append(job.name)
        days = max(0, (job.due_at.astimezone().date() - day.now.date()).days)
        there = day.seconds + days * daily
        if spent > there:
            text = (
                f"hours: {values.rough(spent)} wanted until {values.local_time(job.due_at)}, "
                f"{values.rough(there)} there on {values.plural(plotters, 'plotter')}"
            )
            yield Conflict(
                "hour", text, tuple(names),
                shlex.join(["plotty", "plan", *names, "--preset", "fast"]),
                (Alternative("a faster preset saves machine time",
                             shlex.join(["plotty", "plan", *names, "--preset", "draft"])),),
            )  # fmt: skip
            return


def _span(begin: str, end: str) -> float:
    """Seconds of a working day."""
    if not end:
        return 86_400.0
    hours = [float(part.split(":")[0]) + float(part.split(":")[1]) / 60 for part in (begin, end)]
    return (hours[1] - hours[0]) * 3600
