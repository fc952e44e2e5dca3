"""The planner against vpype, in one run: plot time, travel, lifts and planning time.

    python benchmarks/planner.py [--sizes 100,1000] [--no-large] [--two-opt] [--only flow,grid]

Drawings are those of corpus.py and the repository's sample designs, layer by layer. The peer is
vpype's `linemerge -t 0.1mm linesort`, timed inside this process without its start; `--two-opt`
adds its `--two-opt`, which is given up above 5,000 strokes, and plotty's search of the same
length. All plot times are by the motion model at the machine's default settings, way home
included.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus import SIZES, corpus

from plotty_tui.domain.motion import home_seconds
from plotty_tui.domain.presets import BUILT_IN, MotionSettings, OrderSettings, Preset
from plotty_tui.domain.strokes import Strokes
from plotty_tui.planning.ink import find_ink_difference, joining_allowance
from plotty_tui.planning.motion_fast import estimate_layer
from plotty_tui.planning.order.layer import order_strokes
from plotty_tui.planning.order.warm import compile_kernels
from plotty_tui.planning.ordering import order_layer

MOTION = MotionSettings()
PEER = Preset("peer", "", "linemerge --tolerance 0.1mm linesort")
TWO_OPT = Preset("two-opt", "", "linemerge --tolerance 0.1mm linesort --two-opt --passes 250")
TWO_OPT_STROKES = 5_000
SAMPLES = Path(__file__).parents[1] / "sample_designs"


@dataclass(frozen=True, slots=True)
class Figures:
    """What one planner made of a drawing. CPU seconds of planning: other work counts little."""

    plot_s: float
    travel_mm: float
    lifts: int
    planning_s: float


def samples() -> Iterator[tuple[str, Strokes]]:
    """The layers of the sample designs."""
    import vpype

    for path in sorted(SAMPLES.glob("*.svg")):
        document = vpype.read_multilayer_svg(str(path), quantization=0.05)
        for number, layer in document.layers.items():
            lines = [[(p.real * 25.4 / 96, p.imag * 25.4 / 96) for p in line] for line in layer]
            if len(lines) > 1:
                yield f"{path.stem}/{number}", Strokes(lines)


def measure(strokes: Strokes, plan: Callable[[Strokes], Strokes]) -> tuple[Strokes, Figures]:
    """Plan, and time what was planned."""
    begun = time.process_time()
    planned = plan(strokes)
    spent = time.process_time() - begun
    times = estimate_layer(planned, MOTION)
    return planned, Figures(
        times.total_s + home_seconds(times.end, MOTION),
        times.pen_up_mm + math.hypot(*times.end),
        times.lifts,
        spent,
    )


def euler_floor(strokes: Strokes, join_mm: float) -> int:
    """The fewest lifts that joining ends can reach: half the odd nodes of each connected piece, at
    least one, with ends within the join radius as one node (so no plan may quite get there); and
    one for each dot."""
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    lines = [line for line in strokes if len(set(line)) > 1]
    if not lines:
        return len(strokes)
    ends = np.array([end for line in lines for end in (line[0], line[-1])])
    pairs = cKDTree(ends).query_pairs(join_mm, output_type="ndarray")
    shape, ones = (len(ends), len(ends)), np.ones
    near = coo_matrix((ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape)
    _, node = connected_components(near, directed=False)
    one, other = node[::2], node[1::2]
    size = node.max() + 1
    _, piece = connected_components(
        coo_matrix((ones(len(one)), (one, other)), (size, size)), directed=False
    )
    odd = np.bincount(piece, weights=np.bincount(node) % 2)
    return int(np.maximum(odd / 2, 1).sum()) + len(strokes) - len(lines)


def ours(order: OrderSettings) -> Callable[[Strokes], Strokes]:
    return lambda strokes: order_strokes(strokes, order, MOTION).strokes


def compare(name: str, strokes: Strokes, two_opt: bool) -> dict[str, float]:
    """The ratios of one drawing, printed as a row."""
    order = BUILT_IN["default"].order
    _, peer = measure(strokes, lambda drawn: order_layer(drawn, PEER))
    planned, own = measure(strokes, ours(order))
    begun = time.process_time()
    difference = find_ink_difference(strokes, planned, joining_allowance(order))
    proof_s = time.process_time() - begun
    _, joined = measure(strokes, ours(replace(order, splice=False, kicks=0.0)))
    _, same = measure(strokes, ours(replace(order, kicks=1e9, search_s=peer.planning_s)))
    row = {
        "plot time": own.plot_s / peer.plot_s,
        "travel": own.travel_mm / peer.travel_mm,
        "lifts": own.lifts / peer.lifts,
        "lifts/floor": joined.lifts / euler_floor(strokes, order.join_mm),
        "planning": own.planning_s / peer.planning_s,
        "proof": proof_s / peer.planning_s,
        "travel, same time": same.travel_mm / peer.travel_mm,
    }
    for pen, ratio in ((0.3, "plot, 0.3 mm"), (0.5, "plot, 0.5 mm")):
        wide = measure(strokes, ours(replace(order, join_mm=pen)))[1]
        row[ratio] = wide.plot_s / peer.plot_s
    if two_opt and len(strokes) <= TWO_OPT_STROKES:
        _, second = measure(strokes, lambda drawn: order_layer(drawn, TWO_OPT))
        row["travel/two-opt"] = same.travel_mm / second.travel_mm
        row["plot/two-opt"] = own.plot_s / second.plot_s
    figures = " ".join(f"{value:8.3f}" for value in row.values())
    print(f"{name:22}{len(strokes):8}{peer.planning_s:8.2f} {figures} {difference or ''}")
    sys.stdout.flush()
    return {**row, "strokes": len(strokes), "ink": float(difference is not None)}


def mean(rows: list[dict[str, float]], key: str) -> float:
    """Geometric mean over the rows that have this figure."""
    values = [row[key] for row in rows if key in row]
    return math.exp(math.fsum(map(math.log, values)) / len(values)) if values else math.nan


def report(rows: list[dict[str, float]]) -> None:
    """The means against the goals of the design page."""
    middle = [row for row in rows if 5_000 <= row["strokes"] < 90_000]
    large = [row for row in rows if row["strokes"] >= 90_000]
    table: list[tuple[str, float, Any]] = [
        ("1  drawings with other ink", sum(row["ink"] for row in rows), 0),
        ("2  plot time / vpype", mean(rows, "plot time"), 0.92),
        ("2  worst drawing", max(row["plot time"] for row in rows), 1.005),
        ("3  plot time / vpype, 0.3 mm", mean(rows, "plot, 0.3 mm"), 0.87),
        ("3  plot time / vpype, 0.5 mm", mean(rows, "plot, 0.5 mm"), 0.77),
        ("5  lifts / Euler floor, joined only", mean(rows, "lifts/floor"), 1.01),
        ("6  travel / vpype", mean(rows, "travel"), 0.80),
        ("6  planning / vpype from 5,000", mean(middle, "planning"), 0.1),
        ("6  planning / vpype at 100,000", mean(large, "planning"), 1 / 15),
        ("7  travel / vpype, same time", mean(rows, "travel, same time"), 0.74),
        ("7  travel / --two-opt, same time", mean(rows, "travel/two-opt"), 0.85),
        ("   proof of ink / vpype from 5,000", mean([*middle, *large], "proof"), "-"),
    ]
    print(f"\n{'geometric means':40}{'here':>8}{'goal':>8}")
    for name, here, goal in table:
        print(f"{name:40}{here:8.3f}{goal if isinstance(goal, str) else round(goal, 3):>8}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--no-large", action="store_true")
    parser.add_argument("--two-opt", action="store_true")
    parser.add_argument("--only", default="", help="kinds of drawing, `samples` among them")
    wanted = parser.parse_args()
    only = set(wanted.only.split(",")) - {""}
    print(f"compiled in {compile_kernels():.1f} s")
    sizes = tuple(int(size) for size in wanted.sizes.split(",") if size)
    drawings = [("samples", *one) for one in samples()]
    drawings += [(n.split("-")[0], n, s) for n, s in corpus(sizes, not wanted.no_large)]
    print(f"{'drawing':22}{'strokes':>8}{'vpype s':>8} plot time, travel, lifts, lifts/floor, ...")
    rows = [
        compare(name, strokes, wanted.two_opt)
        for kind, name, strokes in drawings
        if not only or kind in only
    ]
    report(rows)


if __name__ == "__main__":
    main()
