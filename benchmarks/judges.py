"""Peers that plan, and judges that say how long a plan takes: for planner.py.

Peers: vpype's commands, saxi (where Node is and SAXI_MODULES names the `node_modules` in which it
was installed), the AxiDraw's own reordering. Judges: plotty's motion model, pyaxidraw's preview
(where pyaxidraw is installed), and the times that curvature allows, wherever vertices stand.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from plotty_tui.domain.motion import hop_seconds, lower_seconds, raise_seconds
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.strokes import Strokes
from plotty_tui.planning.motion_fast import estimate_layer
from plotty_tui.planning.order.arrays import of_strokes
from plotty_tui.planning.order.compiled import kernel
from plotty_tui.planning.order.physics import physical_seconds

MOTION = MotionSettings()
SAXI_MODULES = os.environ.get("SAXI_MODULES", "")
# The vendor's reader is quadratic in the points of a line, and slow anyway.
MOST_PREVIEWED = 40_000


def has_preview() -> bool:
    return find_spec("pyaxidraw") is not None


def has_saxi() -> bool:
    planner = Path(SAXI_MODULES) / "optimize-paths"
    return bool(SAXI_MODULES) and planner.exists() and shutil.which("node") is not None


def plan_by_saxi(strokes: Strokes, radius_mm: float) -> tuple[Strokes, float]:
    """(strokes as saxi orders and joins them, CPU seconds)."""
    asked = {"radius": radius_mm, "lines": [list(map(list, line)) for line in strokes]}
    done = subprocess.run(
        ["node", "--stack-size=8000", str(Path(__file__).with_name("saxi_join.js"))],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NODE_PATH": SAXI_MODULES},
    )
    made = json.loads(done.stdout)
    return Strokes([[tuple(p) for p in line] for line in made["lines"]]), made["seconds"]


def preview(strokes: Strokes, reordering: int = 4) -> tuple[float, float]:
    """(seconds, mm of pen-up travel) by pyaxidraw's own preview, at the machine's defaults; 4
    plots in the order given, 2 is the vendor's best order."""
    from pyaxidraw import axidraw

    paths = "".join(
        '<path fill="none" stroke="black" d="M ' + " L ".join(f"{x} {y}" for x, y in line) + '"/>'
        for line in strokes
    )
    ad = axidraw.AxiDraw(default_logging=False, user_message_fun=lambda text: None)
    ad.plot_setup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="430mm" height="297mm" '
        f'viewBox="0 0 430 297">{paths}</svg>'
    )
    ad.options.preview, ad.options.reordering, ad.options.model = True, reordering, 2
    ad.params.check_updates = False
    ad.plot_run()
    travel_m = ad.distance_total - ad.distance_pendown
    return float(ad.time_estimate), 1000 * float(travel_m)


def can_preview(strokes: Strokes) -> bool:
    """Whether the drawing is small enough, and fits on the machine's table."""
    x0, y0, x1, y1 = strokes.bounds() or (0, 0, 0, 0)
    return len(strokes.points) // 2 <= MOST_PREVIEWED and x1 - x0 <= 425 and y1 - y0 <= 295


def on_table(strokes: Strokes) -> Strokes:
    """The drawing moved to where the machine reaches all of it, if it is not there."""
    x0, y0, x1, y1 = strokes.bounds() or (0, 0, 0, 0)
    dx = 1 - x0 if x0 < 0 or x1 > 430 else 0.0
    dy = 1 - y0 if y0 < 0 or y1 > 297 else 0.0
    if not dx and not dy:
        return strokes
    return Strokes([[(x + dx, y + dy) for x, y in line] for line in strokes])


def hops(strokes: Strokes) -> float:
    """Seconds of all hops from rest to rest, from home and home again: speeding up, cruising and
    braking, as the search prices them (the machine counts in slices of 25 ms)."""
    ends = [(0.0, 0.0), *(end for line in strokes for end in (line[0], line[-1])), (0.0, 0.0)]
    pairs = zip(ends[::2], ends[1::2], strict=True)
    return math.fsum(hop_seconds(math.dist(a, b), MOTION) for a, b in pairs)


def priced(strokes: Strokes) -> float:
    """Plot time with hops as the search prices them."""
    return math.fsum(estimate_layer(strokes, MOTION).draw_s) + hops(strokes)


def physical(strokes: Strokes) -> float:
    """Seconds of a plot in which curvature limits the speed: hops, lifts and the way home too."""
    lift = lower_seconds(MOTION) + raise_seconds(MOTION)
    drawing = float(physical_seconds(*of_strokes(strokes), MOTION).sum())
    return hops(strokes) + drawing + lift * len(strokes)


# The least that the hops of a plan can take ------------------------------------------------------


def floor_seconds(strokes: Strokes, rounds: int = 150) -> float:
    """A proved floor of the plot time of these strokes in any order and direction (open ones: a
    closed stroke is held to begin where it does): drawing, lifts, and the bound of Held and Karp
    for the hops. A plan is a path over all ends from home to home in which every stroke's ends
    are neighbours, so no cheaper than a spanning tree; what each end may be charged for having
    too many neighbours makes the tree dearer, round by round."""
    times = estimate_layer(strokes, MOTION)
    ends = np.array([end for line in strokes for end in (line[0], line[-1])] + [(0.0, 0.0)] * 2)
    charge = np.zeros(len(ends))
    wanted = np.full(len(ends), 2)
    wanted[-2:] = 1
    hop = _hop_limits()
    best, reach = 0.0, 1.0
    goal = hops(strokes)
    for _ in range(rounds):
        price, degree = spanning_tree(ends, charge, *hop)
        bound = price - float((charge * wanted).sum())
        best, reach = (bound, reach) if bound > best else (best, reach * 0.97)
        off = degree - wanted
        size = float((off * off).sum())
        if not size:
            break
        charge += reach * max(goal - bound, 1e-3 * goal) / size * off
    return math.fsum(times.draw_s) + best


def _hop_limits() -> tuple[float, float]:
    from plotty_tui.domain.motion import accel_up_mm_s2, speed_up_mm_s

    return speed_up_mm_s(MOTION), accel_up_mm_s2(MOTION)


@kernel
def spanning_tree(ends, charge, top, accel):  # type: ignore[no-untyped-def]
    """(seconds, neighbours of each end) of the cheapest tree over the ends, with their charges;
    ends 2i and 2i + 1 are neighbours for nothing, but for the last two."""
    n = len(ends)
    near, via = np.full(n, np.inf), np.zeros(n, np.int64)
    done = np.zeros(n, np.bool_)
    degree = np.zeros(n, np.int64)
    total = 0.0
    here = 0
    for _ in range(n - 1):
        done[here] = True
        next_, least = -1, np.inf
        for k in range(n):
            if done[k]:
                continue
            if k // 2 == here // 2 and k < n - 2:
                price = -1e6
            else:
                distance = np.sqrt(
                    (ends[k, 0] - ends[here, 0]) ** 2 + (ends[k, 1] - ends[here, 1]) ** 2
                )
                if distance < top * top / accel:
                    price = 2 * np.sqrt(distance / accel)
                else:
                    price = distance / top + top / accel
                price += charge[k] + charge[here]
            if price < near[k]:
                near[k], via[k] = price, here
            if near[k] < least:
                least, next_ = near[k], k
        if least > -1e5:
            total += least
        else:
            total += charge[next_] + charge[via[next_]]
        degree[next_] += 1
        degree[via[next_]] += 1
        here = next_
    return total, degree
