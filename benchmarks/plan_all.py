"""Planning many jobs on two processes against one, in one run.

    python benchmarks/plan_all.py [--jobs 200]

Jobs are drawings of corpus.py of 100 to 2,000 strokes with the default preset. One core plans in
this process, with everything loaded; two start their processes first, which counts. On a machine
that does other work, the clock says little (the processes step back); then the CPU seconds say what
two free cores would take. Ends with status 1 if both are below 1.7.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import time

from corpus import KINDS

from plotty_tui.domain.presets import BUILT_IN
from plotty_tui.domain.strokes import LayerStrokes, Strokes
from plotty_tui.planning.order.warm import compile_kernels
from plotty_tui.planning.pool import PlanFailure, PlanRequest, plan_many

GOAL = 1.7


def requests(count: int) -> list[PlanRequest]:
    rnd, kinds = random.Random(1), list(KINDS.values())
    made = []
    for number in range(count):
        strokes = Strokes(kinds[number % len(kinds)](rnd.choice((100, 300, 1000, 2000)), number))
        x0, y0, _, _ = strokes.bounds() or (0.0, 0.0, 0.0, 0.0)
        moved = Strokes([(x - min(x0, 0), y - min(y0, 0)) for x, y in line] for line in strokes)
        drawing = [LayerStrokes("ink", "#000000", moved)]
        preset = BUILT_IN["default"]
        made.append(PlanRequest(drawing, str(number), preset, "a2", (420, 594), (420, 594)))
    return made


def spent(wanted: list[PlanRequest], workers: int) -> tuple[float, float, float]:
    """(seconds, CPU seconds here, CPU seconds of the processes)."""
    begun, here = time.perf_counter(), time.process_time()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    outcomes = plan_many(wanted, workers)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert not any(isinstance(outcome, PlanFailure) for outcome in outcomes)
    theirs = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, time.process_time() - here, theirs


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--jobs", type=int, default=200)
    wanted = requests(parser.parse_args().jobs)
    compile_kernels()
    one, one_cpu, _ = spent(wanted, 1)
    two, here, theirs = spent(wanted, 2)
    free = one_cpu / (here + theirs / 2)
    print(f"{len(wanted)} jobs: {one:.1f} s on one core, {two:.1f} s on two: {one / two:.2f} times")
    print(f"CPU: {one_cpu:.1f} s, and {here:.1f} + {theirs:.1f} s: {free:.2f} times on free cores")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    return int(max(one / two, free) < GOAL)


if __name__ == "__main__":
    sys.exit(main())
