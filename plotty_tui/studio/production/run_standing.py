"""How a run stands for whoever follows it: what is drawn and left, whether it goes on by itself,
and what a person has to see to."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from plotty_tui.domain import orders, runs, sheets, values
from plotty_tui.domain.gates import Gate
from plotty_tui.domain.plot_orders import PlotOrders, orders_of
from plotty_tui.store import run_orders
from plotty_tui.store.database import Row, Store
from plotty_tui.store.plots import attempts
from plotty_tui.store.production import dossier_rows, run_gates
from plotty_tui.store.production.runs import find_run
from plotty_tui.store.tables import Item, Run

from ..watching import DeviceView, device_views

LOOK_SECONDS = 0.1
# Longer than a mail server may take to say no.
NOTICE_SECONDS = 40.0
# Kinds of events that a person who follows a run wants to read.
_TOLD = ("attempt", "replot", "held", "gate", "fault", "interrupted", "skipped", "moved")


@dataclass(slots=True)
class Standing:
    """A run at one moment. `stopped` are the words of a limit that ended it, `held` the jobs that
    are held with their reasons, `broken` the sentences of broken gates."""

    number: int
    orders: PlotOrders
    drawn: int = 0
    spoiled: int = 0
    open: int = 0
    not_drawn: int = 0  # ended by a limit or a gate: their jobs are planned again
    unjudged: int = 0
    goes_on: bool = False
    stopped: str = ""
    elapsed_seconds: float = 0.0
    held: list[tuple[str, str]] = field(default_factory=list)
    interrupted: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    attempts: int = 0
    replots: int = 0
    dossier: Any = None  # WANTED, FAILED, or the folders
    awaiting: bool = False

    @property
    def left(self) -> int:
        """Sheets that this run did not draw."""
        return self.open + self.not_drawn


def standing(store: Store, number: int) -> Standing:
    """How a run stands now."""
    with store.read():
        run = find_run(number)
        found = Standing(number, orders_of(run.settings))
        rows = _sheets(store, run)
        _count(found, rows)
        found.unjudged = len(run_orders.unjudged_of(store, run.id))
        found.elapsed_seconds = _elapsed(store, run)
        ended = run.settings.get(run_orders.STOPPED)
        if ended and found.left:
            found.stopped = f"{ended['why']} after {values.rough(found.elapsed_seconds)}"
        found.broken = list(run.settings.get(run_orders.BREACHES, {}).values())
        found.not_drawn *= bool(ended or found.broken)
        found.dossier = run.settings.get(run_orders.DOSSIER)
        items = [item.id for item in Item.select(Item.id).where(Item.run == run)]
        found.attempts = sum(map(attempts.attempts_of_item, items))
        found.awaiting = run.state == runs.IN_PROGRESS and not found.open
        if found.orders.gates:
            found.gates = [one.gate for one in run_gates.gates_of_run(store, run)]
        # Plotters of another moment may not have what the sheets say that they hold.
        _see_plotters(found, run, rows, device_views(store), bool(ended))
    return found


def _sheets(store: Store, run: Run) -> list[Row]:
    return store.rows(
        "SELECT s.state, s.device_id, a.name AS aside, s.replaces_id, s.run_id, i.name, "
        "coalesce(j.held, '') AS held, "
        "(SELECT o.run_id FROM sheet o WHERE o.id = s.replaces_id) AS first_run "
        "FROM sheet s JOIN item i ON i.id = s.item_id LEFT JOIN job j ON j.id = i.job_id "
        "LEFT JOIN device a ON a.id = s.aside_id WHERE s.run_id = ?",
        run.id,
    )


def _count(found: Standing, rows: Sequence[Row]) -> None:
    held: dict[str, str] = {}
    for row in rows:
        found.drawn += row.state in sheets.FINE
        found.spoiled += row.state == sheets.SPOILED
        found.open += row.state in sheets.OPEN
        found.not_drawn += row.state == sheets.CANCELLED
        found.replots += row.first_run == row.run_id
        if row.held and row.state in sheets.OPEN:
            held[row.name] = row.held
    found.held = list(held.items())


def _elapsed(store: Store, run: Run) -> float:
    began = run.started_at
    until = run.ended_at or store.clock.now()
    return max(0.0, (until - began).total_seconds()) if began else 0.0


def _see_plotters(
    found: Standing, run: Run, rows: Sequence[Row], views: Sequence[DeviceView], ended: bool
) -> None:
    mine = [view for view in views if view.run == run.number]
    of_run = [view for view in views if not run.devices or view.name in run.devices]
    able = [
        view for view in of_run
        if view.enabled and view.state != orders.FAULT and not _holds_cut_off(view)
    ]  # fmt: skip
    found.interrupted = [view.name for view in mine if view.state == orders.INTERRUPTED]
    found.faults = [(view.name, view.message) for view in of_run if view.state == orders.FAULT]
    takeable = not ended and any(
        row.state == sheets.PLANNED and row.device_id is None and not row.held for row in rows
    )
    paused = ended and found.orders.pause_at_limit
    if not paused:  # begun sheets are drawn to their end, whatever the clock says
        names = {view.name for view in able}
        takeable |= any(
            row.aside in names and not row.held and row.state in sheets.OPEN for row in rows
        )
    found.goes_on = (
        any(_is_busy(view, paused) for view in mine)
        or (takeable and bool(able))
        or bool(found.unjudged)
        or (found.dossier == run_orders.WANTED and not found.open)
    )


def _holds_cut_off(view: DeviceView) -> bool:
    """Whether a sheet lies interrupted there: nothing else can be drawn until that is decided."""
    return view.state == orders.INTERRUPTED and view.sheet is not None


def _is_busy(view: DeviceView, paused: bool) -> bool:
    """Whether a plotter that holds a sheet of the run goes on, or waits for a hand; of a run that
    was `paused` by its limit, whether it still has to come to a stand."""
    if paused and view.state in (orders.PAUSED, orders.WAITING):
        return view.sheet_state in (sheets.PLANNED, sheets.LOADED)  # goes back at once
    return view.state not in (orders.INTERRUPTED, orders.FAULT)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a design of a run took: sheets of its paper, and mm of each pen (its sticker, or a dash
    where it is none of the stock)."""

    name: str
    paper: str
    sheets: int
    pens: list[tuple[str, float]]


def usage(store: Store, number: int) -> list[Usage]:
    """What each design of a run has taken so far, spoiled sheets with it."""
    with store.read():
        run = find_run(number)
        begun = dossier_rows.dossier_sheets(store, run.id)
        pens = dossier_rows.dossier_pens(store, run.id)
        return [
            Usage(
                item.name,
                item.paper,
                sum(row.item_id == item.id and row.started_at is not None for row in begun),
                [(row.code or "–", row.mm) for row in pens if row.item_id == item.id],
            )
            for item in dossier_rows.dossier_items(store, run.id)
        ]


def run_events(store: Store, number: int, after: int) -> list[Row]:
    """What happened to a run after event number `after`, as far as a person who follows it wants to
    read it: id, kind, text."""
    marks = ",".join("?" * len(_TOLD))
    return store.rows(
        "SELECT e.id, e.kind, e.text FROM event e LEFT JOIN sheet s ON s.id = e.sheet_id "
        "JOIN run r ON r.id = coalesce(e.run_id, s.run_id) "
        f"WHERE r.number = ? AND e.id > ? AND e.kind IN ({marks}) ORDER BY e.id",
        number, after, *_TOLD,
    )  # fmt: skip


def last_event(store: Store) -> int:
    """The number of the newest event."""
    row = store.row("SELECT coalesce(max(id), 0) AS last FROM event")
    return int(row.last) if row else 0


def kept_notices(store: Store, number: int) -> list[str]:
    """Send the notices of a run that are due; of those that could not be sent, why. What the engine
    is just sending is waited for."""
    if not run_orders.unsent_of(store, number):
        return []
    from plotty_tui.outbox.sending import send_due

    send_due(store)
    deadline = time.monotonic() + NOTICE_SECONDS
    while time.monotonic() < deadline:
        waiting = run_orders.unsent_of(store, number)
        if all(row.attempts for row in waiting):
            return [f"{row.subject}: {row.error}" for row in waiting]
        time.sleep(LOOK_SECONDS)
    return [f"{row.subject}: {row.error}" for row in run_orders.unsent_of(store, number)]
