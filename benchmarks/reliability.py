"""Campaigns against the real engine: pauses, kills, unplugs, buttons, power, boards that hang.

    python benchmarks/reliability.py                      every campaign with its full number
    python benchmarks/reliability.py pauses=20 unplugs=5  these only
    python benchmarks/reliability.py --seed 3 --speed 8

Each campaign is a studio of its own in a temporary folder: the engine's process, the worker with
the real pyaxidraw, a board simulator. Drawings are made from the seed, each sheet has two layers.
At random moments something happens; then the sheet goes on by `resume`, hands are answered, and in
the end the ink is compared with the plan. Where a bound is felt by a person the board runs at life
speed; kills and unplugs run `--speed` times as fast. Without pyaxidraw the simulator driver is
taken, for what it has. Ends with status 1 when a promise is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import math
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil  # type: ignore[import-untyped]
import shapely  # type: ignore[import-untyped]
from shapely import LineString, MultiLineString, Point

from plotty_tui.devices import vendor
from plotty_tui.devices.board import BoardServer
from plotty_tui.devices.ink import read_ink
from plotty_tui.domain import orders
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.models import MODELS
from plotty_tui.domain.papers import turn_for_device
from plotty_tui.domain.strokes import decode_layers
from plotty_tui.store.machines import devices
from plotty_tui.store.production.runs import check_books
from plotty_tui.studio import engine_process
from plotty_tui.studio.inventory import stock
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.machines import plotters
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import plans
from plotty_tui.studio.plots import plotting
from plotty_tui.studio.production import run_detail
from plotty_tui.studio.watching import DeviceView, device_views, hand_views

Line = list[tuple[float, float]]

PLOTTER = "plotter"
SHEET = (148.0, 210.0)
COLORS = ("#000000", "#c8283c")
LONGEST_WAIT = 60.0

# What is promised.
STANDS_SECONDS = 0.5
POWER_SECONDS = 1.0
HUNG_SECONDS = 5.0
LAG_SECONDS = 0.05
SEAM_MM = 0.05
HAUSDORFF_MM = 0.1
# A piece shorter than a pen is wide is a blot: it has to lie on the drawing, and that is all.
BLOT_MM = 0.1


# Drawings ----------------------------------------------------------------------------------------


def shapes(dice: random.Random, count: int) -> list[Line]:
    """Long lines, waves, stars that cross themselves, spirals and short hatches, on an A5."""
    width, height = SHEET
    kinds = (_long_line, _wave, _star, _spiral, _hatch, _hatch)
    lines: list[Line] = []
    while len(lines) < count:
        lines += dice.choice(kinds)(dice, width, height)
    return [
        [(min(max(x, 5.0), width - 5), min(max(y, 5.0), height - 5)) for x, y in line]
        for line in lines[:count]
    ]


def _long_line(dice: random.Random, width: float, height: float) -> list[Line]:
    y = dice.uniform(10, height - 10)
    return [[(8.0, y), (width - 8, min(max(y + dice.gauss(0, 30), 10), height - 10))]]


def _wave(dice: random.Random, width: float, height: float) -> list[Line]:
    y, tall, turns = dice.uniform(30, height - 30), dice.uniform(2, 15), dice.uniform(1, 5)
    return [
        [
            (10 + (width - 20) * k / 90, y + tall * math.sin(turns * math.tau * k / 90))
            for k in range(91)
        ]
    ]


def _star(dice: random.Random, width: float, height: float) -> list[Line]:
    x, y = dice.uniform(45, width - 45), dice.uniform(45, height - 45)
    size, turn = dice.uniform(15, 38), dice.uniform(0, math.tau)
    corners = (turn + 2 * math.tau / 5 * k for k in range(6))
    star = [(x + size * math.cos(a), y + size * math.sin(a)) for a in corners]
    return [[*star[:5], ((star[4][0] + 3 * star[5][0]) / 4, (star[4][1] + 3 * star[5][1]) / 4)]]


def _spiral(dice: random.Random, width: float, height: float) -> list[Line]:
    x, y = dice.uniform(30, width - 30), dice.uniform(30, height - 30)
    return [
        [
            (x + (2 + k / 8) * math.cos(k / 8), y + (2 + k / 8) * math.sin(k / 8))
            for k in range(dice.randrange(60, 150))
        ]
    ]


def _hatch(dice: random.Random, width: float, height: float) -> list[Line]:
    x, y = dice.uniform(10, width - 30), dice.uniform(10, height - 30)
    return [[(x + 2 * k, y), (x + 2 * k, y + dice.uniform(2, 16))] for k in range(6)]


# The paper ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class Verdict:
    """The ink of a sheet against its plan. `redrawn` counts strokes that were begun once more,
    `seam_mm` is the worst distance of a piece's start from where it had to go on."""

    hausdorff_mm: float
    missing: list[int]
    doubled: list[int]
    redrawn: int
    stray: int
    seam_mm: float


def _length(line: Sequence[tuple[float, float]]) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(line))


def hausdorff_mm(one: Sequence[Line], other: Sequence[Line]) -> float:
    """Both ways, looked at every half a millimetre."""

    def one_way(from_: Sequence[Line], to: Sequence[Line]) -> float:
        parts = [LineString(pair) for line in to for pair in pairwise(line) if pair[0] != pair[1]]
        tree = shapely.STRtree(parts)
        points = shapely.get_coordinates(MultiLineString([*from_]).segmentize(0.5))
        _, distances = tree.query_nearest(
            shapely.points(points), return_distance=True, all_matches=False
        )
        return float(distances.max())

    return max(one_way(one, other), one_way(other, one))


def judge(ink: Sequence[Line], strokes: Sequence[Line]) -> Verdict:
    """Give every piece of ink to the stroke that it lies on, and see what each stroke got."""
    plan = np.array([LineString(line) for line in strokes])
    pieces = [line for line in ink if len(line) > 1 and _length(line) > BLOT_MM]
    whole = MultiLineString([*strokes])
    stray = sum(whole.distance(Point(line[0])) > BLOT_MM for line in ink)
    got: list[list[Line]] = [[] for _ in strokes]
    last = 0
    for piece in pieces:
        points = shapely.points(shapely.get_coordinates(LineString(piece).segmentize(2.0)))
        aside = shapely.distance(points[:, None], plan[None, :]).max(axis=0)
        if aside.min() > BLOT_MM:
            stray += 1
            continue
        fitting = np.flatnonzero(aside < max(aside.min() + 0.03, SEAM_MM))
        last = int(fitting[np.abs(fitting - last).argmin()])
        got[last].append(piece)
    verdict = Verdict(hausdorff_mm(pieces, strokes) if pieces else math.inf, [], [], 0, stray, 0.0)
    for number, stroke in enumerate(strokes):
        _judge_stroke(verdict, number, stroke, got[number])
    return verdict


def _judge_stroke(verdict: Verdict, number: int, stroke: Line, pieces: list[Line]) -> None:
    if not pieces:
        verdict.missing.append(number)
        return
    drawn = MultiLineString(pieces)
    points = shapely.points(shapely.get_coordinates(LineString(stroke).segmentize(0.1)))
    if (shapely.distance(points, drawn) > BLOT_MM).sum() > 2:
        verdict.missing.append(number)
    again = 0
    verdict.seam_mm = max(verdict.seam_mm, math.dist(pieces[0][0], stroke[0]))
    for k, piece in enumerate(pieces[1:], 1):
        at_start = math.dist(piece[0], stroke[0])
        goes_on = min(math.dist(piece[0], before[-1]) for before in pieces[:k])
        again += at_start < goes_on
        verdict.seam_mm = max(verdict.seam_mm, min(at_start, goes_on))
    verdict.redrawn += again
    # the board moves in steps: a slanted line is a little longer in them
    length = _length(stroke)
    if not again and sum(map(_length, pieces)) > length * 1.01 + 2 * BLOT_MM:
        verdict.doubled.append(number)


# A studio ----------------------------------------------------------------------------------------


def until(what: Callable[[], object], seconds: float = LONGEST_WAIT) -> None:
    """Wait for it. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not happen in time")
        time.sleep(0.005)


class Sheet:
    """A sheet that is being drawn: its run, its plan, and where its ink begins."""

    def __init__(self, number: int, strokes: list[Line], first_line: int) -> None:
        self.number = number
        self.strokes = strokes
        self.first_line = first_line


class Studio:
    """A studio with one plotter: a board behind the real pyaxidraw, or a simulator."""

    def __init__(
        self, folder: Path, dice: random.Random, speed: float, real: bool, lags: Path | None = None
    ) -> None:
        os.environ["PLOTTY_HOME"] = str(folder)
        os.environ["PLOTTY_ENGINE_IDLE"] = "600"
        self.dice = dice
        self.speed = speed
        self.folder = folder
        self.store = open_studio()
        self.server = BoardServer(speed=speed).start() if real else None
        settings: dict[str, object] = {"speed": speed}
        if self.server:
            settings["port"] = self.server.port
        model = MODELS["v3"]
        devices.add_device(
            self.store,
            PLOTTER,
            "axidraw" if real else "simulator",
            "v3",
            travel_x_mm=model.travel_x_mm,
            travel_y_mm=model.travel_y_mm,
            settings=settings,
        )
        for color in COLORS:
            stock.add_pen(self.store, {"name": color, "color": color, "life_mm": 1e7})
        self.probes = [_probe(lags)] if lags else []
        if lags:
            engine = [sys.executable, __file__, "--engine", str(lags)]
            self.probes.append(subprocess.Popen(engine, start_new_session=True))
            # Else the first command starts one that measures nothing.
            until(lambda: engine_process.engine_runs(self.store.home))
        self._sheets = 0

    @property
    def board(self) -> BoardServer:
        assert self.server
        return self.server

    def close(self) -> None:
        if engine_process.engine_runs(self.store.home):
            engine_process.stop_engine(self.store, force=True)
        for probe in self.probes:
            probe.terminate()
            probe.wait(10)
        self.store.close()
        if self.server:
            self.server.close()

    def begin_sheet(self, strokes: int) -> Sheet:
        """A drawing of its own, on paper at once."""
        self._sheets += 1
        name = f"drawing-{self._sheets}"
        paths = "".join(
            f'<path stroke="{COLORS[k * 2 // strokes]}" d="M '
            + " L ".join(f"{x:.4f} {y:.4f}" for x, y in line)
            + '"/>'
            for k, line in enumerate(shapes(self.dice, strokes))
        )
        file = self.folder / f"{name}.svg"
        file.write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{SHEET[0]}mm" height="{SHEET[1]}mm" '
            f'viewBox="0 0 {SHEET[0]} {SHEET[1]}" fill="none">{paths}</svg>'
        )
        (added,) = intake.add_designs(self.store, [str(file)], intake.Wish(name=name, paper="a5"))
        assert not added.error, added.error
        jobs = intake.open_jobs(self.store, [name])
        (planned,) = plans.plan_jobs(self.store, jobs, "none")
        assert not planned.error, planned.error
        (job,) = intake.open_jobs(self.store, [name])
        model = MODELS["v3"]
        turn = turn_for_device(SHEET, (model.travel_x_mm, model.travel_y_mm))
        assert turn
        layers = decode_layers(self.store.home.plan_file(job.plan.key).read_bytes())
        lines = [[turn.apply(x, y) for x, y in line] for one in layers for line in one.strokes]
        first = len(self.ink())
        sheet = Sheet(plotting.start_plot(self.store, [job]).number, lines, first)
        self.go_on(sheet)
        return sheet

    def ink(self) -> list[Line]:
        """All lines on the paper, in mm."""
        if self.server:
            return self.server.board.ink()
        file = self.store.home.ink_file(PLOTTER)
        return [row["line"] for row in read_ink(file)] if file.exists() else []

    def over(self, sheet: Sheet) -> bool:
        return bool(run_detail.run_detail(self.store, sheet.number).awaiting)

    def view(self) -> DeviceView:
        return next(iter(device_views(self.store)))

    def state(self) -> str:
        return self.view().state

    def answer_hands(self) -> None:
        """Paper, pens, the carriage pushed home: whatever is asked for is done."""
        for hand in hand_views(self.store):
            if hand.kind in orders.ANSWERED_BY_READY:
                with contextlib.suppress(Refused):
                    plotting.ready(self.store, PLOTTER)

    def go_on(self, sheet: Sheet) -> None:
        """Answer and resume until it draws, or the sheet is drawn."""
        deadline = time.monotonic() + LONGEST_WAIT
        why = ""
        while (state := self.state()) != orders.DRAWING and not self.over(sheet):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the sheet does not go on: {state} {self.view().message} {why}")
            self.answer_hands()
            if state in (orders.PAUSED, orders.INTERRUPTED, orders.FAULT):
                try:
                    plotting.resume(self.store, PLOTTER)
                    self._leave(state)
                except (Refused, TimeoutError) as error:
                    why = str(error)
            time.sleep(0.01)

    def _leave(self, state: str) -> None:
        """Until the plotter is in another state than this. Raises TimeoutError."""
        until(lambda: self.state() != state, 5.0)

    def until_it_draws(self, sheet: Sheet) -> None:
        """Until the pen is on the paper, so that what happens next happens at a random place of the
        drawing and not while a worker starts."""
        if self.server:
            board = self.server.board
            until(lambda: board.pen_touches() or self.state() != orders.DRAWING)
            self.go_on(sheet)

    def engine_pid(self) -> int:
        pid = engine_process.engine_status(self.store).pid
        assert pid is not None
        return pid

    def worker_pid(self) -> int:
        (pid,) = (
            child.pid
            for child in psutil.Process(self.engine_pid()).children()
            if "plotty_tui.devices.worker" in " ".join(child.cmdline())
        )
        return pid

    def stands(self) -> bool:
        """The board does nothing and its pen is up."""
        board = self.board.board
        return board.idle and not board.pen_touches()


# What happens ------------------------------------------------------------------------------------


class Broken(Exception):
    """A promise was not kept."""


def _stood_after(studio: Studio, begun: float) -> float:
    """Machine seconds from `begun` to the end of the last thing that the board did."""
    with studio.board.board.changed:
        stands, ended = studio.stands(), studio.board.board.record.ended or 0.0
    if not stands:
        raise Broken("paused, and it does not stand with its pen up")
    return max(ended - begun, 0.0)


def pause(studio: Studio) -> float | None:
    """A person's pause: until the board stands, its pen up."""
    begun = studio.board.board.seconds() if studio.server else time.monotonic()
    said = plotting.pause(studio.store, PLOTTER)
    if "paused" not in said:
        return None
    return _stood_after(studio, begun) if studio.server else time.monotonic() - begun


def press_button(studio: Studio) -> float | None:
    """The board's own button: until it stands, its pen up."""
    begun = studio.board.board.seconds()
    studio.board.press_button()
    until(lambda: studio.state() != orders.DRAWING, 20.0)
    if studio.state() != orders.PAUSED:
        return None
    return _stood_after(studio, begun)


def _until_interrupted(studio: Studio) -> float | None:
    begun = time.monotonic()
    until(lambda: studio.state() != orders.DRAWING)
    took = time.monotonic() - begun
    return took if studio.state() == orders.INTERRUPTED else None


def kill_worker(studio: Studio) -> float | None:
    """kill -9 of the plotter's process: until the engine says that the sheet is interrupted."""
    os.kill(studio.worker_pid(), signal.SIGKILL)
    return _until_interrupted(studio)


def kill_engine(studio: Studio) -> float | None:
    """kill -9 of the engine: until the plotter stands with its pen up, with nobody's help."""
    begun = time.monotonic()
    os.kill(studio.engine_pid(), signal.SIGKILL)
    until(lambda: not engine_process.engine_runs(studio.store.home))
    if studio.server:
        until(studio.stands, 20.0)
    took = time.monotonic() - begun
    engine_process.ensure_engine(studio.store)
    return took


def unplug(studio: Studio) -> float | None:
    """The USB cable is pulled: until the engine says so. Put in again a little later."""
    studio.board.unplug()
    took = _until_interrupted(studio)
    time.sleep(studio.dice.uniform(0.0, 0.3))
    studio.board.plug_in()
    return took


def drop_voltage(studio: Studio) -> float | None:
    """The motors' power is pulled: until the driver stops the board. Then the power comes back, a
    person pushes the carriage to its home corner and says so."""
    board = studio.board.board
    begun, known = board.seconds(), len(board.record.heard)
    studio.board.drop_voltage()
    took = _until_interrupted(studio)
    until(lambda: board.idle)
    with board.changed:
        stops = [one.at for one in board.record.heard[known:] if one.text == "ES"]
    studio.board.restore_voltage()
    with board.changed:
        board.advance()
        board._place((0.0, 0.0))
    if not plotters.plotter_detail(studio.store, PLOTTER).position_known:
        plotters.home_here(studio.store, PLOTTER)
    return stops[0] - begun if took is not None and stops else None


def hang(studio: Studio) -> float | None:
    """The board answers no more: until the engine says so. Then it is switched off and on, but
    keeps its place as a board does whose cable alone is pulled."""
    studio.board.hang()
    took = _until_interrupted(studio)
    studio.board.wake()
    studio.board.unplug()
    time.sleep(0.2)
    studio.board.plug_in()
    return took


def lose_reply(studio: Studio) -> float | None:
    """One answer is lost: until the driver asks the board whether it is there. The drawing goes on
    by itself."""
    board, word = studio.board.board, studio.dice.choice(("SM", "SP", "QB"))
    known = len(board.record.heard)
    studio.board.lose_reply(word)
    asked: list[float] = []

    def noticed() -> bool:
        with board.changed:
            heard = list(board.record.heard)
        probe = next((one for one in heard[known:] if one.text == "V"), None)
        if probe:  # the answer may have been that to a command that had just been heard
            lost = [one.at for one in heard if one.at < probe.at and one.text.startswith(word)]
            asked.append((probe.at - lost[-1]) / studio.speed)
        return bool(probe) or studio.state() != orders.DRAWING

    try:
        until(noticed, 20.0)
    finally:
        studio.board.clear_faults()
    return asked[0] if asked else None


# Campaigns ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Campaign:
    """What happens how often, what of it is timed, and the promised bound (seconds)."""

    do: Callable[[Studio], float | None]
    n: int
    timed: str
    bound: float = math.inf
    life_speed: bool = True
    redraws: int = 0  # strokes that may be begun once more each time
    simulator: bool = False
    lag: bool = False


CAMPAIGNS = {
    "pauses": Campaign(pause, 100, "stands, pen up", STANDS_SECONDS, simulator=True),
    "worker-kills": Campaign(
        kill_worker, 100, "interrupted", life_speed=False, redraws=1, simulator=True
    ),
    "engine-kills": Campaign(
        kill_engine, 50, "stands, pen up", life_speed=False, redraws=1, simulator=True
    ),
    "unplugs": Campaign(unplug, 50, "interrupted", life_speed=False, redraws=1),
    "buttons": Campaign(press_button, 20, "stands, pen up", STANDS_SECONDS),
    "voltage-drops": Campaign(drop_voltage, 20, "stopped", POWER_SECONDS, redraws=1),
    "hung-boards": Campaign(hang, 10, "interrupted", HUNG_SECONDS, redraws=1, lag=True),
    "lost-replies": Campaign(lose_reply, 10, "noticed", HUNG_SECONDS, lag=True),
}


@dataclass(slots=True)
class Outcome:
    """The figures of a campaign."""

    n: int = 0
    bad: list[str] = field(default_factory=list)
    redrawn: int = 0
    seconds: list[float] = field(default_factory=list)
    hausdorff_mm: float = 0.0
    seam_mm: float = 0.0
    sheets: int = 0
    windows: list[tuple[float, float]] = field(default_factory=list)
    lag: float | None = None
    control_lag: float | None = None


def run_campaign(
    campaign: Campaign,
    n: int,
    folder: Path,
    *,
    seed: int = 1,
    speed: float = 8.0,
    real: bool = True,
    strokes: int = 60,
) -> Outcome:
    """So many times, on as many sheets as it takes."""
    dice = random.Random(seed)
    lags = folder / "lags" if campaign.lag else None
    pace = 1.0 if campaign.life_speed else speed
    studio, outcome = Studio(folder, dice, pace, real, lags), Outcome()
    try:
        while outcome.n < n:
            sheet = studio.begin_sheet(strokes)
            try:
                times = _disturb(studio, sheet, campaign, n, outcome)
            except TimeoutError as error:
                outcome.bad.append(f"gave up: {error}")
                return outcome
            _look_at(studio, sheet, campaign, times, outcome)
        outcome.bad += check_books(studio.store)
    finally:
        studio.close()
        if lags and not lags.exists():
            outcome.bad.append("the lag of the engine's loop was not measured")
        elif lags:
            outcome.lag = _worst_lag(lags, outcome.windows)
            outcome.control_lag = _worst_lag(_control_file(lags), outcome.windows)
            # A loop that does nothing lags too when the machine is busy with other things.
            if outcome.lag > LAG_SECONDS > outcome.control_lag:
                outcome.bad.append(f"the engine's loop lagged {outcome.lag * 1000:.0f} ms")
    return outcome


def _disturb(studio: Studio, sheet: Sheet, campaign: Campaign, n: int, outcome: Outcome) -> int:
    """Draw the sheet to its end; how often something happened to it."""
    times = 0
    while not studio.over(sheet):
        if outcome.n >= n:
            studio.go_on(sheet)
            time.sleep(0.05)
            continue
        studio.until_it_draws(sheet)
        longest = 2.5 if campaign.life_speed else 8.0
        time.sleep(studio.dice.uniform(0.0, longest) / studio.speed)
        studio.go_on(sheet)
        if studio.over(sheet):
            break
        begun = time.monotonic()
        try:
            took = campaign.do(studio)
        except Broken as broken:
            outcome.bad.append(str(broken))
            took = None
        outcome.windows.append((begun, time.monotonic()))
        times += 1  # something may have been begun again even when it came too late to count
        if took is not None:
            outcome.n += 1
            outcome.seconds.append(took)
            if took > campaign.bound:
                outcome.bad.append(f"{took:.3f} s, promised {campaign.bound:g}")
        studio.go_on(sheet)
    return times


def _look_at(
    studio: Studio, sheet: Sheet, campaign: Campaign, times: int, outcome: Outcome
) -> None:
    """The paper, in the end."""
    if studio.server:
        until(lambda: studio.board.board.idle)
    verdict = judge(studio.ink()[sheet.first_line :], sheet.strokes)
    outcome.sheets += 1
    outcome.redrawn += verdict.redrawn
    outcome.hausdorff_mm = max(outcome.hausdorff_mm, verdict.hausdorff_mm)
    outcome.seam_mm = max(outcome.seam_mm, verdict.seam_mm)
    where = f"sheet {outcome.sheets}"
    if verdict.missing:
        outcome.bad.append(f"{where}: strokes {verdict.missing} are not whole")
    if verdict.doubled:
        outcome.bad.append(f"{where}: strokes {verdict.doubled} are drawn twice in part")
    if verdict.redrawn > times * campaign.redraws:
        outcome.bad.append(f"{where}: {verdict.redrawn} strokes begun again in {times} times")
    if verdict.stray:
        outcome.bad.append(f"{where}: {verdict.stray} pieces of ink beside the drawing")
    if verdict.hausdorff_mm > HAUSDORFF_MM:
        outcome.bad.append(f"{where}: ink {verdict.hausdorff_mm:.3f} mm from the plan")
    if verdict.seam_mm > SEAM_MM:
        outcome.bad.append(f"{where}: goes on {verdict.seam_mm:.3f} mm beside its place")


# The engine's loop -------------------------------------------------------------------------------


def _control_file(lags: Path) -> Path:
    return lags.with_name("control")


def _probe(lags: Path) -> subprocess.Popen[bytes]:
    """A process with a loop that does nothing: what the machine itself costs."""
    return subprocess.Popen([sys.executable, __file__, "--control", str(_control_file(lags))])


async def _sample(into: list[tuple[float, float]]) -> None:
    while True:
        begun = time.monotonic()
        await asyncio.sleep(0.005)
        now = time.monotonic()
        if now - begun > 0.01:
            into.append((now, now - begun - 0.005))


def _worst_lag(file: Path, windows: list[tuple[float, float]]) -> float:
    found = json.loads(file.read_text()) if file.exists() else []
    during = (lag for at, lag in found if any(a <= at <= b for a, b in windows))
    return max(during, default=0.005)


def run_engine(lags: Path) -> int:
    """The engine as `plotty` starts it, with a task in its loop that measures the lag."""
    from plotty_tui.engine import __main__ as program
    from plotty_tui.engine.engine import Engine

    seen: list[tuple[float, float]] = []

    class Measured(Engine):
        async def run(self) -> None:
            sampling = asyncio.create_task(_sample(seen))
            try:
                await super().run()
            finally:
                sampling.cancel()

    program.Engine = Measured  # type: ignore[misc]
    sys.argv[1:] = []
    code = program.main()
    lags.write_text(json.dumps(seen))
    return code


def run_control(file: Path) -> int:
    """Until SIGTERM."""
    seen: list[tuple[float, float]] = []

    async def sample() -> None:
        task = asyncio.create_task(_sample(seen))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(sample())
    file.write_text(json.dumps(seen))
    return 0


# Words -------------------------------------------------------------------------------------------


def _wanted(words: list[str]) -> Iterator[tuple[str, int]]:
    """`pauses=20` or `pauses`; nothing: all of them."""
    for word in words or CAMPAIGNS:
        name, _, number = word.partition("=")
        if name not in CAMPAIGNS:
            raise SystemExit(f"no campaign {name!r}: there are {', '.join(CAMPAIGNS)}")
        yield name, int(number) if number else CAMPAIGNS[name].n


def main() -> int:
    """Run campaigns and print the table; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("campaigns", nargs="*", help=f"of {', '.join(CAMPAIGNS)}, with =NUMBER")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", type=float, default=8.0, help="of kills and unplugs; below 10")
    parser.add_argument("--strokes", type=int, default=60, help="of each drawing")
    parser.add_argument("--engine", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--control", type=Path, help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.engine:
        return run_engine(words.engine)
    if words.control:
        return run_control(words.control)
    real = vendor.is_installed()
    if not real:
        print("pyaxidraw is not installed: what follows is the simulator driver alone.")
    print(
        f"{'campaign':14} {'n':>4} {'bad':>4} {'redrawn':>8} {'sheets':>7} {'off mm':>7} "
        f"{'seam mm':>8} {'median s':>9} {'worst s':>8}  timed until; load average"
    )
    broken = False
    for name, n in _wanted(words.campaigns):
        campaign = CAMPAIGNS[name]
        if not (real or campaign.simulator):
            print(f"{name:14} skipped: it needs pyaxidraw")
            continue
        with tempfile.TemporaryDirectory(prefix="plotty-campaign-") as folder:
            outcome = run_campaign(
                campaign, n, Path(folder), seed=words.seed, speed=words.speed, real=real,
                strokes=words.strokes,
            )  # fmt: skip
        _print(name, campaign, outcome, words.speed)
        broken = broken or bool(outcome.bad)
    return int(broken)


def _print(name: str, campaign: Campaign, outcome: Outcome, speed: float) -> None:
    times = outcome.seconds or [math.nan]
    pace = "" if campaign.life_speed else f", board {speed:g} times as fast"
    print(
        f"{name:14} {outcome.n:4} {len(outcome.bad):4} {outcome.redrawn:8} {outcome.sheets:7} "
        f"{outcome.hausdorff_mm:7.3f} {outcome.seam_mm:8.3f} {statistics.median(times):9.3f} "
        f"{max(times):8.3f}  {campaign.timed}{pace}; {os.getloadavg()[0]:.1f}"
    )
    if outcome.lag is not None and outcome.control_lag is not None:
        print(
            f"{'':14} loop lag of the engine at most {outcome.lag * 1000:.0f} ms, of a loop that "
            f"does nothing {outcome.control_lag * 1000:.0f} ms (coarse below 10)"
        )
    for bad in outcome.bad:
        print(f"{'':14} {bad}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
