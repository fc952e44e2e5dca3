"""Two boards at once, through the engine and its workers, beside one board alone.

Each board is a process of its own that runs at life speed. Counted are the moments between the
first touch of the pen and the last at which a board had nothing in its queue: in strokes (the pen
stands on the paper meanwhile) and between them (the books are written, the next stroke is allowed).
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from reliability import SHEET, shapes

from plotty_tui.devices.board.remote import RemoteBoard, launch
from plotty_tui.domain import orders
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.models import MODELS
from plotty_tui.store.database import Store
from plotty_tui.store.machines import devices
from plotty_tui.studio import engine_process
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import plans
from plotty_tui.studio.plots import plotting
from plotty_tui.studio.production import run_detail
from plotty_tui.studio.watching import hand_views

NAMES = ("left", "right")
DRY_SECONDS = 0.05
LONGEST_SHEET_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Dry:
    """How often a board's queue was dry for longer than promised, and the longest time, in strokes
    and between them."""

    often: int
    in_stroke: float
    between: float


@contextmanager
def _studio(folder: Path) -> Iterator[tuple[Store, list[RemoteBoard]]]:
    os.environ["PLOTTY_HOME"] = str(folder)
    os.environ["PLOTTY_ENGINE_IDLE"] = "600"
    store = open_studio()
    model = MODELS["v3"]
    with ExitStack() as stack:
        boards = [stack.enter_context(launch(folder / f"{name}.tty")) for name in NAMES]
        for name, board in zip(NAMES, boards, strict=True):
            devices.add_device(
                store, name, "axidraw", "v3", travel_x_mm=model.travel_x_mm,
                travel_y_mm=model.travel_y_mm, settings={"port": board.port},
            )  # fmt: skip
        try:
            yield store, boards
        finally:
            if engine_process.engine_runs(store.home):
                engine_process.stop_engine(store, force=True)
            store.close()


def _prepare(store: Store, folder: Path, strokes: int, seed: int) -> str:
    name = f"drawing-{seed}"
    paths = "".join(
        '<path d="M ' + " L ".join(f"{x:.4f} {y:.4f}" for x, y in line) + '"/>'
        for line in shapes(random.Random(seed), strokes)
    )
    file = folder / f"{name}.svg"
    file.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SHEET[0]}mm" height="{SHEET[1]}mm" '
        f'viewBox="0 0 {SHEET[0]} {SHEET[1]}" fill="none" stroke="#000000">{paths}</svg>'
    )
    (added,) = intake.add_designs(store, [str(file)], intake.Wish(name=name, paper="a5"))
    assert not added.error, added.error
    (planned,) = plans.plan_jobs(store, intake.open_jobs(store, [name]), "none")
    assert not planned.error, planned.error
    return name


def _draw(store: Store, name: str, on: tuple[str, ...]) -> None:
    """One copy on each of these plotters at once, to the end. Paper, a pen, and the carriage at
    home (a fresh board does not know where it stands): whatever is asked for is done."""
    jobs = intake.open_jobs(store, [name])
    number = plotting.start_plot(store, jobs, on, len(on)).number
    begun = time.monotonic()
    while not run_detail.run_detail(store, number).awaiting:
        for hand in hand_views(store):
            if hand.kind not in orders.ANSWERED_BY_READY:
                raise RuntimeError(f"{hand.device}: {hand.text}")
            try:
                plotting.ready(store, hand.device)
            except Refused:
                continue  # it was answered a moment ago
        if time.monotonic() - begun > LONGEST_SHEET_SECONDS:
            raise TimeoutError(f"{name} is not drawn after {LONGEST_SHEET_SECONDS:g} s")
        time.sleep(0.2)


def _dry(board: RemoteBoard) -> Dry:
    record = board.record()
    lines = record["lines"]
    begin, end = lines[0]["points"][0][2], lines[-1]["lifted"] or float("inf")
    gaps = [gap for gap in record["gaps"] if begin <= gap["at"] < end]
    touching = [(line["points"][0][2], line["lifted"] or end) for line in lines]

    def in_stroke(at: float) -> bool:
        return any(first <= at < last for first, last in touching)

    def longest(drawing: bool) -> float:
        found = (gap["seconds"] for gap in gaps if in_stroke(gap["at"]) == drawing)
        return max(found, default=0.0)

    often = sum(gap["seconds"] > DRY_SECONDS for gap in gaps)
    return Dry(often, longest(True), longest(False))


def _measure(on: tuple[str, ...], strokes: int, seed: int) -> list[Dry]:
    with tempfile.TemporaryDirectory(prefix="plotty-two-") as name:
        folder = Path(name)
        with _studio(folder / "studio") as (store, boards):
            _draw(store, _prepare(store, folder, strokes, seed), on)
            return [_dry(board) for board in boards[: len(on)]]


def compare(times: int, strokes: int) -> bool:
    """Print one row for each time that one board was alone and that two drew at once; whether the
    best time of two kept the promise."""
    print(f"{'boards':8} {'over 50 ms':>10} {'in strokes ms':>14} {'between ms':>11}  load average")
    best = float("inf")
    for seed in range(1, times + 1):
        for on in (NAMES[:1], NAMES):
            found = _measure(on, strokes, seed)
            worst = max(max(dry.in_stroke, dry.between) for dry in found)
            print(
                f"{len(on):<8} {sum(dry.often for dry in found):10} "
                f"{max(dry.in_stroke for dry in found) * 1000:14.1f} "
                f"{max(dry.between for dry in found) * 1000:11.1f}  {os.getloadavg()[0]:.1f}",
                flush=True,
            )
            if len(on) > 1:
                best = min(best, worst)
    return best <= DRY_SECONDS
