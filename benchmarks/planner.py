"""The planner against its peers, in one run: plot time, travel, lifts and planning time.

    python benchmarks/planner.py [--sizes 100,1000] [--no-large] [--two-opt] [--only flow,grid]
    python benchmarks/planner.py --drawings FOLDER --sizes "" --no-large     # SVG files of your own
    python benchmarks/planner.py --tsp mona-lisa100K.tsp --best 5757191

Drawings are those of corpus.py and the repository's sample designs, layer by layer. The peer is
vpype's `linemerge -t 0.1mm linesort`, timed inside this process without its start; `--two-opt`
adds its `--two-opt`, which is given up above 5,000 strokes. saxi takes part where SAXI_MODULES
names the `node_modules` in which it was installed, pyaxidraw's preview and its reordering 2 where
pyaxidraw is: rows of a judge who is absent are left out. Other plot times are by the motion model
at the machine's default settings, way home included. Ends with status 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import judges
from corpus import SIZES, corpus
from judges import MOTION

from plotty_tui.domain.motion import home_seconds
from plotty_tui.domain.presets import BUILT_IN, OrderSettings, Preset
from plotty_tui.domain.strokes import Strokes
from plotty_tui.planning.ink import find_ink_difference, joining_allowance
from plotty_tui.planning.motion_fast import estimate_layer
from plotty_tui.planning.order.arrays import of_strokes
from plotty_tui.planning.order.layer import OrderedLayer, order_strokes
from plotty_tui.planning.order.splicing import closed_trails
from plotty_tui.planning.order.warm import compile_kernels
from plotty_tui.planning.ordering import order_layer

PEER = Preset("peer", "", "linemerge --tolerance 0.1mm linesort")
TWO_OPT = Preset("two-opt", "", "linemerge --tolerance 0.1mm linesort --two-opt --passes 250")
TWO_OPT_STROKES = 5_000
FLOOR_STROKES = 1_500
SAXI_STROKES = 20_000
ORDER = BUILT_IN["default"].order
SAMPLES = Path(__file__).parents[1] / "sample_designs"
NETWORKS = ("maze", "grid")


@dataclass(frozen=True, slots=True)
class Figures:
    """What one planner made of a drawing. CPU seconds of planning: other work counts little."""

    strokes: Strokes
    plot_s: float
    travel_mm: float
    lifts: int
    planning_s: float


def layers_of(folder: Path) -> Iterator[tuple[str, Strokes]]:
    """The layers of the SVG files of a folder."""
    import vpype

    for path in sorted(folder.glob("*.svg")):
        document = vpype.read_multilayer_svg(str(path), quantization=0.05)
        for number, layer in document.layers.items():
            lines = [[(p.real * 25.4 / 96, p.imag * 25.4 / 96) for p in line] for line in layer]
            if len(lines) > 1:
                yield f"{path.stem[-18:]}/{number}", Strokes(lines)


def measure(strokes: Strokes, plan: Callable[[Strokes], Strokes]) -> Figures:
    """Plan, and time what was planned."""
    begun = time.process_time()
    planned = plan(strokes)
    return figures_of(planned, time.process_time() - begun)


def figures_of(planned: Strokes, planning_s: float) -> Figures:
    times = estimate_layer(planned, MOTION)
    return Figures(
        planned,
        times.total_s + home_seconds(times.end, MOTION),
        times.pen_up_mm + math.hypot(*times.end),
        times.lifts,
        planning_s,
    )


def ours(order: OrderSettings, tip_mm: float | None = None) -> Callable[[Strokes], Strokes]:
    return lambda strokes: order_strokes(strokes, order, MOTION, tip_mm=tip_mm).strokes


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


def difference(made: OrderedLayer, tip_mm: float | None = None) -> str | None:
    allowed = joining_allowance(ORDER, tip_mm)
    return find_ink_difference(made.drawn, made.strokes, allowed, made.passes)


Row = dict[str, float]


def compare(kind: str, name: str, strokes: Strokes, two_opt: bool) -> Row:
    """The ratios of one drawing, printed as a row."""
    peer = measure(strokes, lambda drawn: order_layer(drawn, PEER))
    own = measure(strokes, ours(ORDER))
    joined = measure(strokes, ours(replace(ORDER, splice=False, kicks=0.0)))
    same = measure(strokes, ours(replace(ORDER, kicks=1e9, search_s=peer.planning_s)))
    row: Row = {
        "plot": own.plot_s / peer.plot_s,
        "physics": judges.physical(own.strokes) / judges.physical(peer.strokes),
        "travel": own.travel_mm / peer.travel_mm,
        "lifts": own.lifts / peer.lifts,
        "lifts/floor": joined.lifts / euler_floor(strokes, ORDER.join_mm),
        "planning": own.planning_s / peer.planning_s,
        "same time": same.travel_mm / peer.travel_mm,
    }
    row |= wide_rows(strokes, peer) | other_rows(kind, strokes, own)
    begun = time.process_time()
    wrong = difference(order_strokes(strokes, ORDER, MOTION))
    row["proof"] = max(time.process_time() - begun - own.planning_s, 1e-4) / peer.planning_s
    if two_opt and len(strokes) <= TWO_OPT_STROKES:
        second = measure(strokes, lambda drawn: order_layer(drawn, TWO_OPT))
        row["two-opt"] = same.travel_mm / second.travel_mm
    if judges.has_preview() and all(map(judges.can_preview, (strokes, own.strokes, peer.strokes))):
        row |= vendor_rows(strokes, own, peer)
    figures = " ".join(f"{value:7.3f}" for value in row.values())
    print(f"{name:22}{len(strokes):8}{peer.planning_s:8.2f} {figures} {wrong or ''}", flush=True)
    return {**row, "strokes": len(strokes), "ink": float(wrong is not None)}


def wide_rows(strokes: Strokes, peer: Figures) -> Row:
    """With a declared tip, against vpype and saxi."""
    row: Row = {}
    for tip_mm in (0.3, 0.5):
        made = order_strokes(strokes, ORDER, MOTION, tip_mm=tip_mm)
        row[f"tip {tip_mm}"] = figures_of(made.strokes, 0.0).plot_s / peer.plot_s
        row[f"ink {tip_mm}"] = float(difference(made, tip_mm) is not None)
    if judges.has_saxi() and len(strokes) <= SAXI_STROKES:
        saxi = figures_of(*judges.plan_by_saxi(strokes, 0.5))
        row["saxi 0.5"] = row["tip 0.5"] * peer.plot_s / saxi.plot_s
    return row


def other_rows(kind: str, strokes: Strokes, own: Figures) -> Row:
    """Covered joins, and the floor of the plan's trails."""
    row: Row = {}
    if kind in NETWORKS:
        covered = measure(strokes, ours(replace(ORDER, covered=True)))
        row["covered lifts"] = covered.lifts / own.lifts
        row["covered plot"] = covered.plot_s / own.plot_s
    loops = closed_trails(*of_strokes(own.strokes)).any()
    if len(own.strokes) <= FLOOR_STROKES and not loops:
        row["floor"] = judges.priced(own.strokes) / judges.floor_seconds(own.strokes)
    return row


def vendor_rows(strokes: Strokes, own: Figures, peer: Figures) -> Row:
    """Plot times by pyaxidraw's preview, and against its own reordering."""
    times = [judges.preview(judges.on_table(one.strokes))[0] for one in (own, peer)]
    best, travel_mm = judges.preview(judges.on_table(strokes), reordering=2)
    return {
        "preview": times[0] / times[1],
        "reordering 2": times[0] / best,
        "travel/reordering": own.travel_mm / max(travel_mm, 1e-3),
    }


def values(rows: list[Row], key: str) -> list[float]:
    return [row[key] for row in rows if key in row]


def mean(rows: list[Row], key: str) -> float:
    """Geometric mean over the rows that have this figure."""
    found = values(rows, key)
    return math.exp(math.fsum(map(math.log, found)) / len(found)) if found else math.nan


def report(rows: list[Row]) -> bool:
    """The means against the goals of the design page; whether all were met."""
    middle = [row for row in rows if 5_000 <= row["strokes"] < 90_000]
    large = [row for row in rows if row["strokes"] >= 90_000]
    wrong = sum(sum(values(rows, key)) for key in ("ink", "ink 0.3", "ink 0.5"))

    def worst(key: str) -> float:
        return max(values(rows, key), default=math.nan)

    table: list[tuple[str, float, float, float | None]] = [
        ("1  drawings with other ink, also by tip", wrong, math.nan, 0),
        ("2  plot time / vpype", mean(rows, "plot"), worst("plot"), 0.92),
        ("2  worst drawing", worst("plot"), math.nan, 1.005),
        ("2  plot time / vpype, preview", mean(rows, "preview"), worst("preview"), 0.92),
        ("2  plot time / vpype, by curvature", mean(rows, "physics"), worst("physics"), 0.93),
        ("3  plot time / vpype, 0.3 mm pen", mean(rows, "tip 0.3"), worst("tip 0.3"), 0.87),
        ("3  plot time / vpype, 0.5 mm pen", mean(rows, "tip 0.5"), worst("tip 0.5"), 0.77),
        ("3  plot time / saxi, 0.5 mm pen", mean(rows, "saxi 0.5"), worst("saxi 0.5"), 0.85),
        ("4  lifts with covered joins, networks",
         mean(rows, "covered lifts"), worst("covered lifts"), 0.6),
        ("   plot time with covered joins",
         mean(rows, "covered plot"), worst("covered plot"), None),
        ("5  lifts / Euler floor, joined only",
         mean(rows, "lifts/floor"), worst("lifts/floor"), 1.01),
        ("6  travel / vpype", mean(rows, "travel"), worst("travel"), 0.80),
        ("6  planning / vpype from 5,000", mean(middle, "planning"), math.nan, 0.1),
        ("6  planning / vpype at 100,000", mean(large, "planning"), math.nan, 1 / 15),
        ("7  travel / vpype, same time", mean(rows, "same time"), worst("same time"), 0.74),
        ("7  travel / --two-opt, same time", mean(rows, "two-opt"), worst("two-opt"), 0.85),
        ("8  plot time / floor of its trails", mean(rows, "floor"), worst("floor"), 1.01),
        ("   plot time / AxiDraw's reordering 2",
         mean(rows, "reordering 2"), worst("reordering 2"), None),
        ("   proof of ink / vpype from 5,000", mean([*middle, *large], "proof"), math.nan, None),
    ]  # fmt: skip
    print(f"\n{'geometric means':40}{'here':>8}{'worst':>8}{'goal':>8}")
    met = True
    for name, here, most, goal in table:
        if math.isnan(here):
            continue
        missed = goal is not None and here > goal
        met = met and not missed
        told = [f"{value:8.3f}" if not math.isnan(value) else " " * 8 for value in (here, most)]
        print(f"{name:40}{''.join(told)}{'' if goal is None else f'{goal:8.3f}'}"
              f"{'  missed' if missed else ''}")  # fmt: skip
    return met


def tour_cities(path: Path, best: float, seconds: float) -> bool:
    """The search on a travelling salesman's problem in TSPLIB's format: goal 7. The objective is
    made distance by hops that are all cruise; dots stand for the cities."""
    fast = replace(MOTION, speed_penup=1.0, accel=110.0)
    lines = [line.split() for line in path.read_text().splitlines()]
    places = [(float(row[-2]), float(row[-1])) for row in lines if is_place(row)]
    cities = Strokes([[place] for place in places])
    order = replace(ORDER, kicks=1e9, search_s=seconds)
    begun = time.monotonic()
    made = order_strokes(cities, order, fast).strokes
    spent = time.monotonic() - begun
    tour = [line[0] for line in made]
    length = sum(round(math.dist(a, b)) for a, b in zip(tour, [*tour[1:], tour[0]], strict=True))
    print(f"7  {path.stem}: {length / best:.4f} x best known in {spent:.0f} s (goal 1.006)")
    return length <= 1.006 * best


def is_place(row: list[str]) -> bool:
    """Whether a line of the file is a city."""
    try:
        return len(row) in (2, 3) and all(float(word) >= 0 for word in row)
    except ValueError:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--no-large", action="store_true")
    parser.add_argument("--two-opt", action="store_true")
    parser.add_argument("--only", default="", help="kinds of drawing, `samples` among them")
    parser.add_argument("--seed", type=int, default=0, help="drawings that nobody has seen")
    parser.add_argument("--drawings", type=Path, help="a folder of SVG files, in place of samples")
    parser.add_argument("--tsp", type=Path, help="cities, in TSPLIB's format")
    parser.add_argument("--best", type=float, default=math.nan, help="the best tour known")
    parser.add_argument("--tsp-seconds", type=float, default=30.0)
    wanted = parser.parse_args()
    print(f"compiled in {compile_kernels():.1f} s")
    if wanted.tsp:
        sys.exit(not tour_cities(wanted.tsp, wanted.best, wanted.tsp_seconds))
    only = set(wanted.only.split(",")) - {""}
    sizes = tuple(int(size) for size in wanted.sizes.split(",") if size)
    drawings = [("samples", *one) for one in layers_of(wanted.drawings or SAMPLES)]
    made = corpus(sizes, not wanted.no_large, wanted.seed)
    drawings += [(n.split("-")[0], n, s) for n, s in made]
    print(f"{'drawing':22}{'strokes':>8}{'vpype s':>8} plot, physics, travel, lifts, floor, ...")
    rows = [
        compare(kind, name, strokes, wanted.two_opt)
        for kind, name, strokes in drawings
        if not only or kind in only
    ]
    sys.exit(not report(rows))


if __name__ == "__main__":
    main()
