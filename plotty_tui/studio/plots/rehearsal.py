"""Rehearsal: a day in fast-forward on the same engine, in a throw-away copy of the studio.

The copy's plotters are simulators, its hands are answered here. Everything that is told is schedule
time: machine seconds as the simulators count them, and a walk of the person for every hand. To
keep the schedule's order whatever the computer is busy with, one plotter goes on at a time: the one
whose next stop comes first.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from plotty_tui.domain import orders, sheets, values
from plotty_tui.domain.errors import Refused, WrongUsage
from plotty_tui.domain.layer_codes import wants_person
from plotty_tui.domain.plan import Plan
from plotty_tui.store.database import Store, open_store
from plotty_tui.store.inventory import materials
from plotty_tui.store.machines import devices
from plotty_tui.store.plots import rehearsal as books

from ..engine_process import engine_runs, ensure_engine, stop_engine
from ..jobs import intake
from ..watching import HandView, device_views, hand_views
from . import plot_choice, plotting
from .plot_wishes import NO_WISH, PlotWish, find_batch, jobs_of_batch

SPEED = 10_000.0
WALK_SECONDS = 60.0
LOOK_SECONDS = 0.005
# A plotter that gives no sign for so long in a rehearsal never will.
SILENCE_SECONDS = 120.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class WantedHand:
    """A person is wanted at a plotter, so many seconds after the begin."""

    seconds: float
    device: str
    kind: str
    text: str


@dataclass(slots=True)
class PenUse:
    """What the day takes of a pen. `before_mm` is None for a pen whose life nobody told."""

    code: str
    name: str
    before_mm: float | None
    used_mm: float = 0.0
    dry_seconds: float | None = None
    dry_device: str = ""

    @property
    def after_mm(self) -> float | None:
        return None if self.before_mm is None else self.before_mm - self.used_mm


@dataclass(slots=True)
class PaperUse:
    """What the day takes of a paper, and when its last sheet is taken."""

    name: str
    before: int
    used: int = 0
    ends_seconds: float | None = None

    @property
    def missing(self) -> int:
        return max(0, self.used - self.before)


@dataclass(slots=True)
class PlotterDay:
    """One plotter's day: what it drew, how long it and the person worked, when it is done."""

    name: str
    sheets: int = 0
    machine_seconds: float = 0.0
    human_seconds: float = 0.0
    hands: int = 0
    end_seconds: float = 0.0


@dataclass(slots=True)
class Rehearsal:
    """What a day will be like. All seconds count from `begun`."""

    begun: datetime
    walk_seconds: float
    sheets: int = 0
    hands: list[WantedHand] = field(default_factory=list)
    pens: list[PenUse] = field(default_factory=list)
    papers: list[PaperUse] = field(default_factory=list)
    plotters: list[PlotterDay] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Until the last sheet is done."""
        return max((one.end_seconds for one in self.plotters), default=0.0)

    def at(self, seconds: float) -> datetime:
        return self.begun + timedelta(seconds=seconds)

    def short(self) -> list[str]:
        """What will be short, a sentence each."""
        found = [
            f"pen {one.code} {one.name} runs dry after {values.clock(one.dry_seconds)} on "
            f"{one.dry_device}: {values.metres(-(one.after_mm or 0.0))} short"
            for one in self.pens
            if one.dry_seconds is not None
        ]
        found += [
            f"paper {one.name} ends after {values.clock(one.ends_seconds)}: "
            f"{values.plural(one.missing, 'sheet')} short"
            for one in self.papers
            if one.missing
        ]
        return found + self.left


def rehearse(
    store: Store,
    names: Sequence[str] = (),
    device_names: Sequence[str] = (),
    copies: int | None = None,
    strict: bool = False,
    walk_seconds: float = WALK_SECONDS,
    balance: bool = False,
    wish: PlotWish = NO_WISH,
    batch_id: str = "",
) -> Rehearsal:
    """Rehearse plotting these jobs (all, or those of a batch, without names), with what is in open
    runs already. Of the `wish` counts what decides which jobs are drawn and how; a limit on the
    clock is refused, nothing goes out. Nothing in the studio changes. Refused as the plot itself
    would be, except for paper."""
    if wish.max_total_seconds is not None:
        raise WrongUsage("--rehearse tells when all is done: leave --max-total-time out")
    quiet = replace(
        wish, notify_complete=False, notify_error=False, notify_client=None, document=False
    )
    folder = Path(tempfile.mkdtemp(prefix="plotty-rehearsal-"))
    try:
        copy = books.copy_studio(store, folder)
        day = _Day(copy, walk_seconds)
        try:
            day.begin(names, device_names, copies, strict, balance, quiet, batch_id)
            return day.run()
        finally:
            if engine_runs(copy.home):
                stop_engine(copy, force=True)
    finally:
        open_store(store.home, store.clock)
        shutil.rmtree(folder, ignore_errors=True)


class _Day:
    """A rehearsal under way."""

    def __init__(self, store: Store, walk_seconds: float) -> None:
        self.store = store
        self.told = Rehearsal(store.clock.now(), walk_seconds)
        self._pens = {
            row.code: PenUse(row.code, row.name, row.left_mm) for row in materials.pen_rows(store)
        }
        self._pen_free: dict[str, float] = {}
        self._was: dict[str, str] = {}
        self._papers: dict[str, PaperUse] = {}
        self._days: dict[str, PlotterDay] = {}
        self._resumed: set[str] = set()
        self._stuck: set[str] = set()

    def begin(
        self,
        names: Sequence[str],
        device_names: Sequence[str],
        copies: int | None,
        strict: bool,
        balance: bool,
        wish: PlotWish,
        batch_id: str,
    ) -> None:
        """Choose as the plot itself would, then make everything simulated and start."""
        batch = find_batch(self.store, batch_id) if batch_id else None
        wanted = jobs_of_batch(self.store, batch) if batch else intake.open_jobs(self.store, names)
        busy = any(row.state in sheets.OPEN for row in books.sheets_of(self.store))
        books.open_always(self.store)
        # As the plot itself would choose them: real plotters before simulated ones.
        chosen, notes = plot_choice.choose_devices(self.store, device_names)
        self._was = books.simulate_devices(self.store, SPEED)
        stock = books.fill_shelves(self.store)
        self._papers = {name: PaperUse(name, number) for name, number in stock.items()}
        self._done_before = self._drawn()
        self.told.notes = notes
        try:
            started = plotting.start_plot(
                self.store, wanted, [device.name for device in chosen], copies, strict,
                tied=True, short=True, balance=balance, wish=wish, batch=batch,
            )  # fmt: skip
            self.told.left_out = started.left_out
            self.told.notes += [f"skipped: {name}: {why}" for name, why in started.skipped]
        except Refused:
            if names or not busy:
                raise
            ensure_engine(self.store, tied=True)  # only what is in open runs already
        self._days = {row.name: PlotterDay(row.name) for row in devices.device_rows(self.store)}

    def run(self) -> Rehearsal:
        """Answer one hand after the other until nothing is asked any more."""
        self._settle()
        while hands := self._open_hands():
            self._go_on(min(hands, key=self._stop_after))
        return self._tell()

    def _go_on(self, hand: HandView) -> None:
        """One plotter goes on, to its next stop."""
        day = self._days[hand.device]
        ledger_id, part_id = books.newest(self.store)
        before = books.machine_seconds(self.store)[hand.device]
        began = self._begin(hand)
        try:
            self._answer(hand)
        except Refused as refusal:
            self._stuck.add(hand.device)
            self.told.left.append(f"{hand.device}: {refusal}")
            return
        walk = self._walk(hand)
        if walk:
            self.told.hands.append(WantedHand(day.end_seconds, hand.device, hand.kind, hand.text))
            day.hands += 1
        self._settle()
        machine = books.machine_seconds(self.store)[hand.device] - before
        day.machine_seconds += machine
        day.human_seconds += walk
        day.end_seconds = began + walk + machine
        self._take_off_shelf(hand.device, began + walk, day.end_seconds, ledger_id, part_id)

    def _walk(self, hand: HandView) -> float:
        """Nobody has to come for what draws when the rehearsal begins."""
        drawing = self._was.get(hand.device) == orders.DRAWING
        if hand.kind == orders.HAND_INTERRUPTED and drawing:
            return 0.0
        return self.told.walk_seconds

    def _begin(self, hand: HandView) -> float:
        """When the person can put in what is asked for: a pen may still draw elsewhere."""
        code = hand.pen.split(" ", 1)[0]
        return max(self._days[hand.device].end_seconds, self._pen_free.get(code, 0.0))

    def _stop_after(self, hand: HandView) -> float:
        """When the plotter would stop next, by its plan."""
        return self._begin(hand) + self._walk(hand) + self._until_stop(hand.device)

    def _until_stop(self, device: str) -> float:
        held = books.held_by(self.store, device)
        if held is None:
            return 0.0
        layers = Plan.from_json(json.loads(held.plan)).layers[held.layer :]
        seconds = layers[0].seconds if layers else 0.0
        for before, after in pairwise(layers):
            if wants_person(before, after):
                break
            seconds += after.seconds
        return seconds

    def _answer(self, hand: HandView) -> None:
        if hand.kind == orders.HAND_INTERRUPTED and hand.device not in self._resumed:
            self._resumed.add(hand.device)
            plotting.resume(self.store, plotting.plotter_word(hand.device))
        elif hand.answerable:
            plotting.ready(self.store, hand.device)
        elif hand.kind == orders.HAND_VERDICT:
            plotting.give_verdict(self.store, hand.device, sheets.GOOD)
        else:
            raise Refused(hand.text)

    def _open_hands(self) -> list[HandView]:
        return [hand for hand in hand_views(self.store) if hand.device not in self._stuck]

    def _settle(self) -> None:
        """Wait until every plotter asks for something or rests."""
        deadline = time.monotonic() + SILENCE_SECONDS
        version = -1
        while True:
            seen = self.store.version()
            if seen != version:
                version, deadline = seen, time.monotonic() + SILENCE_SECONDS
                asking = {hand.device for hand in hand_views(self.store)}
                views = [one for one in device_views(self.store) if one.enabled]
                resting = (orders.IDLE, orders.FAULT)
                if all(one.name in asking or one.state in resting for one in views):
                    return
            if not engine_runs(self.store.home):
                raise Refused(
                    "the engine of the rehearsal ended: " + " ".join(_last_words(self.store))
                )
            if time.monotonic() > deadline:
                raise Refused("the rehearsal came to a stop: nothing moved any more")
            time.sleep(LOOK_SECONDS)

    def _take_off_shelf(
        self, device: str, start: float, end: float, ledger_id: int, part_id: int
    ) -> None:
        """Ink and paper of one stretch of work, with the moments at which something ended."""
        used, parts = books.used_since(self.store, ledger_id, part_id)
        at: dict[str, tuple[float, float]] = {}
        passed = start
        for key, seconds in parts.items():
            at[key] = (passed, seconds)
            passed += seconds
        for row in used:
            begun, lasted = at.get(row.key, (start, 0.0))
            if row.paper is not None:
                self._take_paper(row.paper, -row.sheets, begun)
            elif row.pen is not None:
                self._take_ink(device, self._pens[row.pen], -row.mm, begun, lasted)
                self._pen_free[row.pen] = end

    def _take_paper(self, name: str, number: int, at: float) -> None:
        paper = self._papers[name]
        paper.used += number
        if paper.ends_seconds is None and paper.used >= paper.before:
            paper.ends_seconds = at

    def _take_ink(self, device: str, pen: PenUse, mm: float, at: float, lasted: float) -> None:
        left = pen.after_mm
        pen.used_mm += mm
        if left is not None and pen.dry_seconds is None and mm > left:
            pen.dry_seconds = at + lasted * max(0.0, left) / mm
            pen.dry_device = device

    def _drawn(self) -> dict[str, int]:
        done: dict[str, int] = {}
        for row in books.sheets_of(self.store):
            if row.state == sheets.DRAWN and row.device:
                done[row.device] = done.get(row.device, 0) + row.number
        return done

    def _tell(self) -> Rehearsal:
        told = self.told
        for name, number in self._drawn().items():
            self._days[name].sheets = number - self._done_before.get(name, 0)
        told.plotters = [day for day in self._days.values() if day.hands or day.machine_seconds]
        told.sheets = sum(day.sheets for day in told.plotters)
        told.pens = [pen for pen in self._pens.values() if pen.used_mm]
        told.papers = [paper for paper in self._papers.values() if paper.used]
        told.hands.sort(key=lambda hand: hand.seconds)
        for row in books.sheets_of(self.store):
            if row.state in sheets.OPEN:
                left = values.plural(row.number, "sheet")
                told.left.append(f"{row.job}: {left} not drawn ({self._why_left()})")
        return told

    def _why_left(self) -> str:
        words = [
            f"{view.name}: {view.message}"
            for view in device_views(self.store)
            if view.enabled and view.message
        ]
        return "; ".join(words) or "no plotter takes them"


def _last_words(store: Store) -> list[Any]:
    from ..engine_process import engine_log_lines

    return engine_log_lines(store, 1)
