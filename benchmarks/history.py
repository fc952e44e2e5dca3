"""A studio with a history: days of production drawn by the real engine on simulated plotters, in
time that runs a thousand times faster.

    python benchmarks/history.py FOLDER --days 90

The same seed gives the same jobs, faults and verdicts; moments differ by the computer's load. Look
at it with `PLOTTY_HOME=FOLDER plotty kpi dashboard`, or any report.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from plotty_tui.domain import orders
from plotty_tui.domain.errors import Refused
from plotty_tui.engine import engine as engine_module
from plotty_tui.engine.lease import Lease
from plotty_tui.store.database import Store, open_store
from plotty_tui.store.home import Home
from plotty_tui.store.jobs import plan_sets
from plotty_tui.store.tables import Batch
from plotty_tui.studio import watching
from plotty_tui.studio.inventory import prices, stock
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.machines import plotters
from plotty_tui.studio.machines.setup_devices import add_plotter
from plotty_tui.studio.planning import plans
from plotty_tui.studio.plots import plotting
from plotty_tui.studio.production import completion, run_detail, run_lists, run_moves, run_replots

END_SECONDS = 30.0  # an engine that does not end by then hangs
RATE = 1000.0
SPEED = 1000.0
MORNING = 9
# Name, client, category, copies at most, paper, colours, strokes, millimetres of a stroke.
CATALOGUE = (
    ("Acme: Logo", "logo", 4, "a4", ("#1b1b1b",), 40, 60),
    ("Acme: Business card", "card", 6, "card", ("#1b1b1b", "#c8283c"), 25, 30),
    ("Acme: Letterhead", "letterhead", 5, "a4", ("#1b1b1b", "#2364aa"), 30, 90),
    ("Verlag Halm: Botanical", "edition", 3, "a4", ("#2e7d46", "#1b1b1b"), 220, 70),
    ("Verlag Halm: Pear", "edition", 2, "a5", ("#9a6233",), 300, 25),
    ("Studio: Mandala", "art", 2, "a4", ("#2364aa", "#c8283c", "#1b1b1b"), 150, 80),
    ("Studio: Proof", "proof", 1, "a4", ("#1b1b1b",), 10, 40),
)
# Name, model, how much longer than planned it takes, service limits.
PLOTTERS = (("left", "v3", 1.06, "60m, 40h"), ("right", "v3/a3", 1.02, "none"))
FAULT_A_DAY = 0.3
FAULTS = ("usb_lost", "usb_lost", "brown_out")
NOTES = ("", "", "", "humid day", "new batch of paper", "pen slow to start", "client looked on")
WEIGHED_EVERY = 5  # days
# Grams of a full pen: the empty one, and its ink.
TARE_G, INK_G = 9.0, 2.4
PENS = (
    ("Pigma black", "fineliner", "#1b1b1b", 0.35, 900_000.0, 3.20),
    ("Pigma black", "fineliner", "#1b1b1b", 0.35, 900_000.0, 3.20),
    ("Stabilo carmine", "fineliner", "#c8283c", 0.4, 250_000.0, 1.10),
    ("Stabilo blue", "fineliner", "#2364aa", 0.4, 400_000.0, 1.10),
    ("Stabilo green", "fineliner", "#2e7d46", 0.4, 400_000.0, 1.10),
    ("Pigma sepia", "fineliner", "#9a6233", 0.35, 300_000.0, None),
)
PAPERS = (("a4", 4000, 0.09), ("a5", 1000, 0.07), ("card", 2000, 0.12))
REASONS = ("pen_dry", "ink_skip", "smear", "paper_slip", "registration", "operator_stop")


class FastClock:
    """Wall time that runs `RATE` times as fast, and can be set to another moment."""

    def __init__(self, moment: datetime) -> None:
        self.set(moment)

    def set(self, moment: datetime) -> None:
        self._moment, self._begun = moment, time.monotonic()

    def now(self) -> datetime:
        return self._moment + timedelta(seconds=(time.monotonic() - self._begun) * RATE)

    def monotonic(self) -> float:
        return time.monotonic() * RATE


@dataclass
class History:
    """Days to be lived through."""

    store: Store
    clock: FastClock
    dice: random.Random
    say: Callable[[str], None] = print
    share: float = 1.0  # of a busy studio's orders
    most_copies: int = 99

    def furnish(self) -> None:
        """Plotters, pens, papers, prices."""
        for plotter, model, pace, limits in PLOTTERS:
            add_plotter(self.store, plotter, "simulator", model, SPEED, {"pace": pace})
            if limits != "none":
                plotters.edit_plotter(self.store, plotter, {"service": limits})
        for name, kind, color, tip, life, price in PENS:
            self._buy_pen(name, kind, color, tip, life, price)
        for name, sheets, price in PAPERS:
            stock.add_paper(self.store, {"name": name, "sheets": sheets, "price": price})
        prices.set_prices(self.store, currency="EUR", machine_hour=6.0, operator_minute=0.6)
        prices.set_stock(self.store, scale_step_g=0.001)

    def _buy_pen(
        self, name: str, kind: str, color: str, tip: float, life: float, price: float | None
    ) -> None:
        pen = {
            "name": name, "kind": kind, "color": color, "tip_mm": tip, "life_mm": life,
            "tare_g": TARE_G, "net_g": INK_G, "weight_g": TARE_G + INK_G,
        }  # fmt: skip
        stock.add_pen(self.store, pen | ({} if price is None else {"price": price}))

    def live(self, first: datetime, days: int) -> None:
        """One day after the other; Sundays are free."""
        for number in range(days):
            morning = first + timedelta(days=number)
            if morning.astimezone().weekday() == 6:
                continue
            self.clock.set(morning)
            self._day(number, days)
            if number % 10 == 9:
                self.say(f"{number + 1} of {days} days")

    def _day(self, number: int, days: int) -> None:
        self._replace_pens()
        self._weigh_pens(number)
        self._service_plotters()
        names = self._take_orders(number)
        if names:
            self._dial_fault()
        planned = plans.plan_jobs(self.store, intake.open_jobs(self.store, names), "fast")
        bad = [one for one in planned if one.error]
        if bad:
            raise Refused(f"{bad[0].name}: {bad[0].error}")
        half = len(names) // 2 or 1
        for part in (names[:half], names[half:]):
            if part:
                self._run(part, number / days)

    def _take_orders(self, day: int) -> list[str]:
        names = []
        for which, (title, category, most, paper, colors, strokes, mm) in enumerate(CATALOGUE):
            if self.dice.random() < self.share * (0.5 if category != "proof" else 0.25):
                name = f"{title} {day + 1:03}"
                file = self.store.home.data / "files" / f"{name.replace(': ', '-')}.svg"
                file.parent.mkdir(exist_ok=True)
                file.write_text(drawing(which, colors, strokes, mm))
                wish = intake.Wish(
                    name=name, paper=paper, category=category,
                    copies=self.dice.randint(1, min(most, self.most_copies)),
                    due_at=self.clock.now() + timedelta(hours=self.dice.choice((3, 8, 30))),
                )  # fmt: skip
                intake.add_designs(self.store, [str(file)], wish)
                names.append(name)
        return names

    def _run(self, names: list[str], progress: float) -> None:
        jobs = intake.open_jobs(self.store, names)
        started = plotting.start_plot(self.store, jobs, ["all"], batch=self._batch_of_week(jobs))
        if self._settle(started.number, progress) and self.dice.random() < 0.7:
            again = run_replots.replot_run(self.store, started.number, start=True)
            self._settle(again.number, progress)

    def _batch_of_week(self, jobs: list[Any]) -> Batch:
        """`Week 47`, made with the first jobs of that week."""
        name = f"Week {self.clock.now().astimezone().isocalendar().week}"
        known: Batch | None = Batch.get_or_none(Batch.name == name)
        return known or plan_sets.make_batch(self.store, [job.id for job in jobs], name, ())

    def _settle(self, number: int, progress: float) -> int:
        """Draw a run and tell its results; how many sheets of it are spoiled."""
        self._stand_by(number)
        detail = run_detail.run_detail(self.store, number)
        spoiled = {}
        for place, sheet in enumerate(detail.sheets, 1):
            # The studio learns: fewer sheets are spoiled as the days go on.
            if self.dice.random() < 0.09 - 0.06 * progress:
                spoiled[place] = self.dice.choice(REASONS)
            elif "Proof" in sheet.name:
                run_moves.judge_sheets(self.store, number, [place], "proof")
        for place, reason in spoiled.items():
            run_moves.judge_sheets(self.store, number, [place], "spoiled", reason)
        stars = self.dice.choice("5554443" if not spoiled else "4443332")
        results = completion.results_of_form(
            run_detail.run_detail(self.store, number),
            {"quality": stars, "notes": self.dice.choice(NOTES), "reason": "other"},
        )
        completion.complete_run(self.store, number, results)
        if self.dice.random() < 0.4:
            rating = self.dice.choice((3.5, 4.0, 4.5, 5.0, 5.0))
            run_moves.rate_run(self.store, number, client_rating=rating)
        return len(spoiled)

    def _stand_by(self, run: int) -> None:
        """Put in what is asked for until all is drawn, as a person would who is never away."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            newest = run_lists.run_list(self.store, limit=1)
            at_rest = all(view.state == orders.IDLE for view in watching.device_views(self.store))
            if newest[0].number == run and newest[0].awaiting and at_rest:
                return
            for hand in watching.hand_views(self.store):
                if hand.answerable:
                    try:
                        plotting.ready(self.store, hand.device)
                    except Refused:
                        continue  # the other plotter has the pen for now
            for view in watching.device_views(self.store):
                if view.state == orders.INTERRUPTED:
                    self._go_on(view.name)
            time.sleep(0.002)
        raise Refused(f"RUN-{run:03} is not drawn after two minutes")

    def _go_on(self, device: str) -> None:
        """Plug it in again, push the carriage home where it has to be, go on at the place."""
        try:
            if not plotters.plotter_detail(self.store, device).position_known:
                plotters.home_here(self.store, device)
            plotting.resume(self.store, device)
        except Refused:
            return  # it is just being opened again

    def _dial_fault(self) -> None:
        """On some days a plotter's cable is pulled, or its motors lose their power."""
        device = self.dice.choice(PLOTTERS)[0]
        fault = f"{self.dice.choice(FAULTS)}@stroke={self.dice.randint(3, 60)}"
        if self.dice.random() < FAULT_A_DAY:
            known = plotters.plotter_detail(self.store, device).settings.get("faults")
            if fault != known:
                plotters.edit_plotter(self.store, device, {"faults": fault})

    def _service_plotters(self) -> None:
        """What is due for service gets it in the morning."""
        for name, *_ in PLOTTERS:
            if plotters.plotter_detail(self.store, name).due:
                plotters.log_service(self.store, name, "belts tightened, rails oiled")

    def _weigh_pens(self, day: int) -> None:
        """Every few days the pens that drew are weighed."""
        if day % WEIGHED_EVERY != WEIGHED_EVERY - 1:
            return
        for pen in stock.list_pens(self.store):
            if pen.state == "in_use" and pen.used_mm < pen.life_mm:
                inked = INK_G * (1 - pen.used_mm / pen.life_mm)
                if round(TARE_G + inked, 3) < pen.weight_g:
                    stock.weigh_pen(self.store, pen.code, round(TARE_G + inked, 3))

    def _replace_pens(self) -> None:
        """Yesterday's empty pens are replaced."""
        for pen in stock.list_pens(self.store):
            left = pen.left_mm
            if pen.state in ("sealed", "in_use") and left is not None and left < 15_000:
                stock.mark_dry(self.store, pen.code)
                self._buy_pen(pen.name, pen.kind, pen.color, pen.tip_mm, pen.life_mm, pen.price)


def drawing(seed: int, colors: tuple[str, ...], strokes: int, mm: int) -> str:
    """A small design: one layer a colour, hatches in all directions."""
    dice = random.Random(seed)
    layers = []
    for number, color in enumerate(colors, 1):
        lines = []
        for _ in range(strokes // len(colors)):
            x, y = dice.uniform(5, 75), dice.uniform(5, 45)
            dx, dy = dice.uniform(-1, 1) * mm / 4, dice.uniform(-1, 1) * mm / 4
            lines.append(f"M{x:.2f} {y:.2f}l{dx:.2f} {dy:.2f}l{dy:.2f} {-dx:.2f}")
        layers.append(
            f'<g inkscape:groupmode="layer" inkscape:label="{number} ink" fill="none" '
            f'stroke="{color}"><path d="{"".join(lines)}"/></g>'
        )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        f'width="85mm" height="55mm" viewBox="0 0 85 55">{"".join(layers)}</svg>'
    )


def make_history(
    folder: Path,
    days: int = 90,
    seed: int = 1,
    last: datetime | None = None,
    say: Callable[[str], None] = print,
    share: float = 1.0,
    most_copies: int = 99,
) -> None:
    """Fill a new studio in `folder` with so many days that end at `last` (today); with a share of a
    busy studio's orders, of so many copies at most."""
    end = (last or datetime.now(UTC)).astimezone()
    first = (end - timedelta(days=days - 1)).replace(
        hour=MORNING, minute=0, second=0, microsecond=0
    )
    clock = FastClock(first)
    store = open_store(Home.at(folder), clock)
    store.home.prepare()
    engine_module.BEAT_SECONDS = 0.01  # a sign of life every ten seconds of the fast time
    history = History(store, clock, random.Random(seed), say, share, most_copies)
    history.furnish()
    lease = Lease(store.home.engine_lock)
    lease.take()
    try:
        asyncio.run(_with_engine(history, first, days))
    finally:
        lease.give_back()
        store.close()


async def _with_engine(history: History, first: datetime, days: int) -> None:
    engine = engine_module.Engine(history.store, idle_seconds=None)
    running = asyncio.create_task(engine.run())

    def live() -> None:
        try:
            history.live(first, days)
        finally:
            history.store.close()  # this thread's connection

    try:
        await asyncio.to_thread(live)
    finally:
        engine._end.set()
        await asyncio.wait_for(running, END_SECONDS)


def main(arguments: Any = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="of a busy studio's orders")
    parser.add_argument("--copies", type=int, default=99, help="of an order, at most")
    parser.add_argument("--last", type=datetime.fromisoformat, help="the last day; today")
    given = parser.parse_args(arguments)
    if given.folder.exists():
        parser.error(f"{given.folder} exists already: name a new folder")
    logging.basicConfig(level=logging.WARNING)
    begun = time.monotonic()
    make_history(
        given.folder, given.days, given.seed, given.last, share=given.share,
        most_copies=given.copies,
    )  # fmt: skip
    print(f"{given.days} days in {time.monotonic() - begun:.0f} s: {given.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
