"""The estimate against pyaxidraw's own preview: the error of each drawing, and the speed.

    PYTHON benchmarks/estimates.py [--sizes 100,1000] [--settings] [FILE ...]

PYTHON is one that has pyaxidraw. Drawings are the sample designs, those of corpus.py and the SVG
files given (any folder is searched for them), each as strokes in inches as the preview is fed
them, unturned. `--settings` adds other speeds, accelerations, heights and resolutions on a few.
Ends with status 1 when an error is above 0.1 % or the estimate less than 200 times faster.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus import corpus

from plotty_tui.domain.errors import BadDesign
from plotty_tui.domain.motion import home_seconds
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.strokes import Strokes
from plotty_tui.planning.motion_fast import estimate_arrays
from plotty_tui.planning.reading import DesignReader

SAMPLES = Path(__file__).parents[1] / "sample_designs"
MOST_ERROR, LEAST_SPEED = 0.001, 200.0
DEFAULT = MotionSettings()
OTHERS: dict[str, MotionSettings] = {
    "slow": replace(DEFAULT, speed_pendown=5, speed_penup=20),
    "fast": replace(DEFAULT, speed_pendown=80, speed_penup=110),
    "soft": replace(DEFAULT, accel=20),
    "hard": replace(DEFAULT, accel=110, speed_pendown=110, speed_penup=110),
    "high": replace(DEFAULT, pen_pos_up=90, pen_pos_down=10, pen_rate_raise=30),
    "delays": replace(DEFAULT, pen_delay_down=120, pen_delay_up=-40),
}


def preview_seconds(
    strokes: Strokes, motion: MotionSettings, **options: Any
) -> tuple[float, float]:
    """(seconds that the vendor's preview says, CPU seconds it took)."""
    from pyaxidraw import axidraw

    lines = []
    for line in strokes:
        drawn = line if len(line) > 1 else line * 2
        lines.append(f'<polyline points="{" ".join(f"{x:.6f},{y:.6f}" for x, y in drawn)}"/>')
    box = strokes.bounds() or (0, 0, 1, 1)
    wide, high = max(box[2], 1) + 1, max(box[3], 1) + 1
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}mm" height="{high}mm" '
        f'viewBox="0 0 {wide} {high}" fill="none" stroke="black">{"".join(lines)}</svg>'
    )
    plotter = axidraw.AxiDraw()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        plotter.plot_setup(text)
        own = plotter.options
        own.preview = own.report_time = True
        own.auto_rotate, own.reordering, own.model = False, 4, 5
        for key, value in motion.to_json().items():
            setattr(own, key, int(value))
        for key, value in options.items():
            setattr(own, key, value)
        begun = time.process_time()
        plotter.plot_run()
        spent = time.process_time() - begun
    return float(plotter.time_estimate), spent


def estimated_seconds(strokes: Strokes, motion: MotionSettings) -> tuple[float, float]:
    import numpy as np

    points = np.frombuffer(strokes.points, dtype=np.float32).astype(np.float64)
    starts = np.frombuffer(strokes.starts, dtype=np.uint32).astype(np.int64)
    least = math.inf
    for _ in range(5):
        begun = time.process_time()
        times = estimate_arrays(points[::2].copy(), points[1::2].copy(), starts, motion)
        least = min(least, time.process_time() - begun)
    return times.total_s + home_seconds(times.end, motion), least


def drawings(sizes: tuple[int, ...], files: list[Path]) -> Iterator[tuple[str, Strokes]]:
    paths = sorted(SAMPLES.glob("*.svg"))
    for one in files:
        paths += sorted(one.rglob("*.svg")) if one.is_dir() else [one]
    with DesignReader() as reader:
        for path in paths:
            try:
                layers = reader.read(path).drawing
            except BadDesign:
                continue
            yield path.stem, on_page(Strokes(line for layer in layers for line in layer.strokes))
    for name, strokes in corpus(sizes, large=False):
        yield name, on_page(strokes)


def on_page(strokes: Strokes) -> Strokes:
    """Moved to where nothing is cut off at the page's corner."""
    x0, y0, _, _ = strokes.bounds() or (0.0, 0.0, 0.0, 0.0)
    dx, dy = max(-x0, 0.0), max(-y0, 0.0)
    return Strokes([(x + dx, y + dy) for x, y in line] for line in strokes) if dx or dy else strokes


def measure(
    name: str, strokes: Strokes, motion: MotionSettings, **options: Any
) -> tuple[float, float]:
    theirs, slow = preview_seconds(strokes, motion, **options)
    ours, quick = estimated_seconds(strokes, motion)
    error = ours / theirs - 1 if theirs else 0.0
    print(f"{name:34}{len(strokes):8}{theirs:10.2f} s{100 * error:9.4f} %{slow / quick:9.0f}")
    sys.stdout.flush()
    return error, slow / quick


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default="100,1000")
    parser.add_argument("--settings", action="store_true")
    parser.add_argument("files", nargs="*", type=Path)
    given = parser.parse_args()
    sizes = tuple(int(size) for size in given.sizes.split(",") if size)
    estimated_seconds(Strokes([[(0, 0), (1, 1)]]), DEFAULT)  # compiled, or loaded
    print(f"{'drawing':34}{'strokes':>8}{'preview':>12}{'error':>11}{'faster':>9}")
    rows = []
    for number, (name, strokes) in enumerate(drawings(sizes, given.files)):
        rows.append((abs((row := measure(name, strokes, DEFAULT))[0]), row[1], name))
        if given.settings and number % 5 == 0:
            for how, motion in OTHERS.items():
                error, speed = measure(f"{name}, {how}", strokes, motion)
                rows.append((abs(error), speed, f"{name}, {how}"))
    worst = max(rows)
    speeds = sorted(row[1] for row in rows)
    print(f"largest error {100 * worst[0]:.4f} % ({worst[2]}), of {len(rows)}")
    print(f"faster: {speeds[0]:.0f} times at least, {speeds[len(speeds) // 2]:.0f} in the middle")
    return int(worst[0] > MOST_ERROR or speeds[0] < LEAST_SPEED)


if __name__ == "__main__":
    sys.exit(main())
