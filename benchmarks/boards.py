"""Whole drawings through the board simulator, with the real pyaxidraw.

    python benchmarks/boards.py [--only stipple,spiral]
    python benchmarks/boards.py --two 5     two boards at once, five times, beside one alone

The sample designs, and ten drawings made from a seed, are planned as `plotty plan` does it and
drawn layer by layer by the axidraw driver on a board whose time passes only while somebody waits
for it. Printed are the distance of the ink from the plan (Hausdorff), and the board's own time
against the preview of pyaxidraw's `plot_run`. Ends with status 1 when a promise is broken.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import sys
import tempfile
import time
import types
from collections.abc import Iterator
from pathlib import Path

import two_boards
from reliability import HAUSDORFF_MM, Line, hausdorff_mm, shapes

from plotty_tui.devices import vendor
from plotty_tui.devices.axidraw import AxiDraw
from plotty_tui.devices.board import BoardServer
from plotty_tui.domain.models import MODELS, Model
from plotty_tui.domain.papers import turn_for_device
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.strokes import LayerStrokes, Strokes, decode_layers
from plotty_tui.store.database import Store
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import plans

SAMPLES = Path(__file__).parents[1] / "sample_designs"
MOTION = MotionSettings()
# The driver beside a board without a clock of its own.
QUICK = 5000.0
TIME_PART = 0.01


# Drawings ----------------------------------------------------------------------------------------


def made_drawings(seed: int = 1) -> Iterator[tuple[str, list[Line]]]:
    """Ten drawings of different kinds, on an A5 upright."""
    dice = random.Random(seed)
    yield "spiral", [[_polar(74, 105, 1 + k / 40, k / 12) for k in range(2600)]]
    yield (
        "lissajous",
        [
            [
                (74 + 60 * math.sin(3 * t + part), 105 + 90 * math.sin(4 * t))
                for t in (k * math.tau / 900 for k in range(901))
            ]
            for part in (0.2, 0.9, 1.5)
        ],
    )
    yield (
        "hatches",
        [
            [(10 + 1.6 * k, 12 + dice.uniform(0, 40)), (10 + 1.6 * k, 196 - dice.uniform(0, 40))]
            for k in range(80)
        ],
    )
    yield (
        "circles",
        [
            [_polar(x, y, r, k * math.tau / 60) for k in range(61)]
            for x, y, r in (
                (dice.uniform(25, 120), dice.uniform(25, 185), dice.uniform(1, 18))
                for _ in range(70)
            )
        ],
    )
    yield (
        "squares",
        [
            [(x, y), (x + s, y), (x + s, y + s), (x, y + s), (x, y)]
            for x in range(12, 130, 12)
            for y in range(12, 190, 12)
            for s in (3.0, 8.0)
        ],
    )
    yield "walks", [_walk(dice, 250) for _ in range(25)]
    yield "rose", [[_polar(74, 105, 62 * math.cos(7 / 3 * t / 60), t / 60) for t in range(1140)]]
    yield (
        "contours",
        [
            [
                (x / 2, y + 4 * math.sin(x / 23 + y / 9) + 3 * math.sin(x / 41 - y / 13))
                for x in range(20, 276)
            ]
            for y in range(16, 196, 4)
        ],
    )
    yield (
        "ticks",
        [
            [(x, y), _polar(x, y, dice.uniform(0.4, 2.5), dice.uniform(0, math.tau))]
            for x, y in ((dice.uniform(10, 138), dice.uniform(10, 200)) for _ in range(600))
        ],
    )
    yield "mixture", shapes(dice, 120)


def _polar(x: float, y: float, radius: float, angle: float) -> tuple[float, float]:
    return x + radius * math.cos(angle), y + radius * math.sin(angle)


def _walk(dice: random.Random, steps: int) -> Line:
    x, y, heading = dice.uniform(20, 128), dice.uniform(20, 190), dice.uniform(0, math.tau)
    line: Line = []
    for _ in range(steps):
        line.append((x, y))
        heading += dice.gauss(0, 0.35)
        x = min(max(x + math.cos(heading), 6), 142)
        y = min(max(y + math.sin(heading), 6), 204)
    return line


def _write(folder: Path, name: str, lines: list[Line]) -> Path:
    paths = "".join(
        '<path d="M ' + " L ".join(f"{x:.4f} {y:.4f}" for x, y in line) + '"/>' for line in lines
    )
    file = folder / f"{name}.svg"
    file.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="148mm" height="210mm" '
        f'viewBox="0 0 148 210" fill="none" stroke="black">{paths}</svg>'
    )
    return file


def planned(store: Store, file: Path) -> tuple[Model, list[LayerStrokes]]:
    """A design, planned with the preset that draws it as it is; on a plotter that is large
    enough."""
    (added,) = intake.add_designs(store, [str(file)], intake.Wish(name=file.stem))
    assert not added.error, added.error
    (answer,) = plans.plan_jobs(store, intake.open_jobs(store, [file.stem]), "none")
    assert not answer.error, answer.error
    (job,) = intake.open_jobs(store, [file.stem])
    layers = decode_layers(store.home.plan_file(job.plan.key).read_bytes())
    plan = job.plan.body if isinstance(job.plan.body, dict) else json.loads(job.plan.body)
    size = plan["sheet_width"], plan["sheet_height"]
    for name in ("v3", "v3/a3", "se/a1"):
        model = MODELS[name]
        if turn := turn_for_device(size, (model.travel_x_mm, model.travel_y_mm)):
            break
    assert turn
    return model, [
        LayerStrokes(
            one.name,
            one.color,
            Strokes([turn.apply(x, y) for x, y in line] for line in one.strokes),
        )
        for one in layers
    ]


# One board ---------------------------------------------------------------------------------------


def previewed_seconds(strokes: Strokes, model: Model) -> float:
    """Machine time in pyaxidraw's own preview of these very vertices, way home included. By itself
    `plot_run` leaves out vertices that hardly matter before it plans, `draw_path` does not."""
    from axidrawinternal import axidraw_conf
    from pyaxidraw import axidraw as vendors

    params = {key: value for key, value in vars(axidraw_conf).items() if not key.startswith("_")}
    params |= {"segment_supersample_tolerance": 0.0, "check_updates": False}

    width, height = model.travel_x_mm, model.travel_y_mm
    paths = "".join(
        '<path fill="none" stroke="black" d="M ' + " L ".join(f"{x} {y}" for x, y in line) + '"/>'
        for line in strokes
    )
    ad = vendors.AxiDraw(
        default_logging=False,
        user_message_fun=lambda text: None,
        params=types.SimpleNamespace(**params),
    )
    ad.plot_setup(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}">{paths}</svg>'
    )
    ad.options.preview, ad.options.reordering, ad.options.model = True, 4, model.number
    ad.options.speed_pendown, ad.options.speed_penup = MOTION.speed_pendown, MOTION.speed_penup
    ad.options.accel = MOTION.accel
    ad.options.pen_pos_up, ad.options.pen_pos_down = MOTION.pen_pos_up, MOTION.pen_pos_down
    ad.plot_run()
    return float(ad.time_estimate)


def draw_layer(strokes: Strokes, model: str) -> tuple[list[Line], float]:
    """The ink, and the board's time without the moments in which nothing was asked of it."""
    with BoardServer(speed=0) as server:
        driver = AxiDraw({"port": server.port, "speed": QUICK, "model": model})
        driver.open()
        record = server.board.record
        record.clear()  # a plotter is opened once a day
        try:
            for _ in driver.draw(strokes, MOTION, tag={"sheet": 1}):
                pass
            driver.home(MOTION)
            server.wait_idle()
            seconds = record.worked_seconds() - sum(gap.seconds for gap in record.gaps)
        finally:
            driver.close()
        return server.board.ink(), seconds


def measure(name: str, model: Model, layers: list[LayerStrokes]) -> bool:
    """Print one drawing's row; whether it is as promised."""
    off = board_s = preview_s = 0.0
    begun = time.monotonic()
    word = next(key for key, value in MODELS.items() if value == model)
    for layer in layers:
        ink, seconds = draw_layer(layer.strokes, word)
        whole = [line if len(line) > 1 else [line[0], line[0]] for line in ink]
        plan = [line if len(line) > 1 else [line[0], line[0]] for line in layer.strokes]
        off = max(off, hausdorff_mm(whole, plan))
        board_s += seconds
        preview_s += previewed_seconds(layer.strokes, model)
    part = board_s / preview_s - 1
    fine = off < HAUSDORFF_MM and abs(part) < TIME_PART
    strokes = sum(len(layer.strokes) for layer in layers)
    print(
        f"{name:16} {len(layers):6} {strokes:7} {off:8.3f} {board_s:9.1f} {preview_s:9.1f} "
        f"{part * 100:+7.2f}% {time.monotonic() - begun:7.1f}{'' if fine else '  BROKEN'}",
        flush=True,
    )
    return fine


def main() -> int:
    """Draw everything and print the tables; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="", help="names of drawings, with commas")
    parser.add_argument("--two", type=int, default=0, metavar="N", help="two boards, so many times")
    parser.add_argument("--strokes", type=int, default=20, help="of the drawings for two boards")
    words = parser.parse_args()
    if not vendor.is_installed():
        print("pyaxidraw is not installed: nothing to compare with (docs/devices.md)")
        return 0
    if words.two:
        return int(not two_boards.compare(words.two, words.strokes))
    only = set(filter(None, words.only.split(",")))
    fine = True
    with tempfile.TemporaryDirectory(prefix="plotty-boards-") as name:
        folder = Path(name)
        os.environ["PLOTTY_HOME"] = str(folder / "studio")
        store = open_studio()
        files = sorted(SAMPLES.glob("*.svg"))
        files += [_write(folder, name, lines) for name, lines in made_drawings()]
        print(
            f"{'drawing':16} {'layers':>6} {'strokes':>7} {'off mm':>8} {'board s':>9} "
            f"{'preview s':>9} {'differs':>8} {'took s':>7}"
        )
        for file in files:
            if not only or file.stem in only:
                fine = measure(file.stem, *planned(store, file)) and fine
        store.close()
    return int(not fine)


if __name__ == "__main__":
    sys.exit(main())
