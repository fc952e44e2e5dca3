"""The demo: a throw-away studio with sample designs, pens, paper and two simulated plotters. The
same engine, the same books."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from plotty_tui.domain import orders
from plotty_tui.domain.errors import Refused
from plotty_tui.store.database import Store

from .. import watching
from ..engine_process import engine_runs, stop_engine
from ..inventory.stock import add_paper, add_pen
from ..jobs import intake, queue_lists
from ..machines import plotters
from ..machines.setup_devices import add_plotter, add_simulator, check_simulated
from ..opening import open_studio
from ..places import sample_folder
from ..planning import plans
from ..plots import plotting
from ..production import completion, run_detail, run_lists

# A person needs this long to change a pen or a sheet, in the demo's own (faster) time.
HAND_SECONDS = 45.0
LOOK_SECONDS = 0.05

# Two of each: every plotter has its own. Name, colour, tip mm, life mm, price.
PENS = (
    ("Pigma Micron 03 black", "#1b1b1b", 0.35, 900_000, 3.20),
    ("Stabilo 88 green", "#2e7d46", 0.4, 700_000, 1.10),
    ("Stabilo 88 carmine", "#c8283c", 0.4, 700_000, 1.10),
    ("Stabilo 88 blue", "#2364aa", 0.4, 700_000, 1.10),
    ("Pigma Micron 03 sepia", "#9a6233", 0.35, 900_000, 3.20),
    ("Stabilo 88 turquoise", "#0b7a75", 0.4, 700_000, 1.10),
    ("Stabilo 88 indigo", "#27306b", 0.4, 700_000, 1.10),
    ("Gelly Roll coral", "#e4572e", 0.4, 500_000, 1.90),
    ("Stabilo 88 magenta", "#b0236f", 0.4, 700_000, 1.10),
)
PAPERS = (
    ("a4", 40, 120, 0.09),
    ("a5", 40, 160, 0.07),
    ("a3", 20, 160, 0.32),
    ("card", 30, 300, 0.12),
)
# Sample designs in the order of the demo's day, with copies and the paper they want.
DAY = (
    ("botanical.svg", "Verlag Halm: Botanical", 1, "a4"),
    ("flow-field.svg", "Studio: Flow field", 1, "a4"),
    ("business-card.svg", "Acme: Business card", 3, "card"),
    ("map-a3.svg", "Verein: Hill map", 1, "a3"),
    ("mandala.svg", "Studio: Mandala", 1, "a4"),
    ("letterhead.svg", "Acme: Letterhead", 3, "a4"),
    ("stipple.svg", "Verlag Halm: Pear", 1, "a5"),
    ("greeting-card.svg", "Acme: Greeting card", 1, "a5"),
    ("spirograph.svg", "Studio: Spirograph", 2, "a5"),
    ("hatch-city.svg", "Studio: Hatch city", 1, "a5"),
)

Say = Callable[[str], None]


def make_demo(folder: Path, speed: float, say: Say = lambda line: None, faults: str = "") -> Store:
    """A new studio in `folder`: designs queued and planned, pens and paper in stock, two
    simulated plotters `left` and `right` at `speed` times the real speed, `left` with these
    faults."""
    store = open_studio(folder)
    settings = {"faults": faults} if faults else {}
    add_plotter(store, "left", "simulator", "v3/a3", speed, settings)
    add_simulator(store, "right", "v3", speed)
    for slot, (name, color, tip, life, price) in enumerate(PENS * 2, 1):
        values = {"name": name, "color": color, "tip_mm": tip, "life_mm": life, "price": price}
        add_pen(store, {**values, "slot": slot})
    for name, sheets, gsm, price in PAPERS:
        add_paper(store, {"name": name, "sheets": sheets, "gsm": gsm, "price": price})
    say(f"studio in {folder}: 2 simulated plotters, {2 * len(PENS)} pens, {len(PAPERS)} papers")
    for file, name, copies, paper in DAY:
        wish = intake.Wish(name=name, copies=copies, paper=paper)
        for added in intake.add_designs(store, [str(sample_folder() / file)], wish):
            if added.error:
                raise Refused(added.error)
            say(f"added {added.name} ({added.ink_mm / 1000:.1f} m)")
    for planned in plans.plan_jobs(store, intake.open_jobs(store), "fast"):
        if planned.error or planned.plan is None:
            raise Refused(f"{planned.name}: {planned.error}")
    total = sum(row.seconds * row.copies for row in queue_lists.queue_rows(store))
    say(f"planned {len(DAY)} jobs, {total / 3600:.1f} h at the machine")
    return store


def check_faults(faults: str) -> None:
    """Refused for faults that no simulator has."""
    check_simulated("simulator", None, faults)


def plot_day(store: Store, speed: float, say: Say = lambda line: None) -> int:
    """Plot everything on both plotters, answering hands as a person would; the run's number once
    all its sheets are drawn. Refused when a plotter fails."""
    started = plotting.start_plot(store, intake.open_jobs(store), ["left", "right"])
    say(f"{started.name}: {started.sheets} sheets on {' and '.join(started.devices)}")
    while True:
        row = next(one for one in run_lists.run_list(store) if one.number == started.number)
        if row.awaiting:
            return started.number
        _answer_hands(store, speed, say)
        if not engine_runs(store.home):
            raise Refused("the engine ended before the day did: plotty engine logs")
        time.sleep(LOOK_SECONDS)


def start_day(store: Store) -> None:
    """Begin the day as a person would who stands by the machines: everything started, the first
    sheets in. Further hands are the user's."""
    plotting.start_plot(store, intake.open_jobs(store), ["left", "right"])
    deadline = time.monotonic() + 10
    answered: set[str] = set()
    while len(answered) < 2 and time.monotonic() < deadline:
        for hand in watching.hand_views(store):
            if hand.answerable and hand.device not in answered:
                plotting.ready(store, hand.device)
                answered.add(hand.device)
        time.sleep(LOOK_SECONDS)


def _answer_hands(store: Store, speed: float, say: Say) -> None:
    now = store.clock.now()
    for hand in watching.hand_views(store):
        if hand.kind == orders.HAND_INTERRUPTED:
            _mend(store, hand, say)
            continue
        if not hand.answerable:
            raise Refused(hand.text)
        waited = (now - hand.since).total_seconds() if hand.since else 0.0
        if waited < HAND_SECONDS / speed:
            continue
        try:
            plotting.ready(store, hand.device)
        except Refused:
            continue  # the pen still draws in the other plotter: a person waits for it
        say(hand.text)


def _mend(store: Store, hand: watching.HandView, say: Say) -> None:
    """What a person does about a plotter that failed: home it by hand if it is lost, and go on."""
    say(hand.text)
    try:
        if not plotters.plotter_detail(store, hand.device).position_known:
            say(plotters.home_here(store, hand.device))
        say(plotting.resume(store, plotting.plotter_word(hand.device)))
    except Refused as refusal:
        # Somebody else may have done it; a plotter that cannot go on asks again.
        say(str(refusal))


def settle_day(store: Store, number: int) -> run_detail.RunDetail:
    """Tell the day's results as the form is pre-filled: all good."""
    detail = run_detail.run_detail(store, number)
    results = completion.results_of_form(detail, {"quality": "5", "notes": "demo day"})
    return completion.complete_run(store, number, results)


def end_demo(store: Store) -> None:
    """Stop the demo's engine; its folder can go."""
    if engine_runs(store.home):
        stop_engine(store, force=True)
    store.close()
