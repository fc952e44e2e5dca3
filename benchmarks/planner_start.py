"""How long the planner takes to begin: warm, and on the day it is installed.

    python benchmarks/planner_start.py

CPU seconds of processes that plan one drawing of 50 strokes from nothing and end as a command does,
the least of seven each, in turn. Cold, there is no compiled code: the plan is vpype's, and
compiling goes on in a process of its own (which does not begin here). Beside them vpype's own
start, and all the compiling. Ends with status 1 when a goal is missed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

PLAN = """
import gc
import random
from plotty_tui.domain.presets import BUILT_IN
from plotty_tui.domain.strokes import LayerStrokes, Strokes
from plotty_tui.planning.planner import plan_design
rnd = random.Random(1)
lines = [[(rnd.uniform(9, 200), rnd.uniform(9, 280)) for _ in range(4)] for _ in range(50)]
page = (210.0, 297.0)
made = plan_design([LayerStrokes("ink", "#000", Strokes(lines))], "0", BUILT_IN["default"], "a4",
                   page, page)
assert made.plan.provisional == {cold}, "compiled or not"
gc.freeze()
"""
COMPILE = "from plotty_tui.planning.order.warm import compile_kernels; compile_kernels()"
ROUNDS = 7
WARM_S, COLD_SHARE, COMPILE_S = 0.5, 2.0, 20.0


def spent(words: str, kernels: str) -> float:
    """CPU seconds of a Python process, without its children's."""
    environment = {**os.environ, "PLOTTY_KERNELS": kernels}
    process = subprocess.Popen([sys.executable, "-c", words], env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed: {words[:60]}")
    return usage.ru_utime + usage.ru_stime


def cold_plan() -> float:
    """A plan where nothing is compiled; nobody else is let in to compile meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        name = subprocess.run(
            [sys.executable, "-c", "from plotty_tui.planning.order import compiled as c; "
             "c.folder().joinpath('compiling').touch(); print(c.folder())"],
            env={**os.environ, "PLOTTY_KERNELS": folder}, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        assert Path(name.stdout.strip()).parent == Path(folder)
        return spent(PLAN.format(cold=True), folder)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        compiling = spent(COMPILE, folder)
        figures: list[list[float]] = [[], [], []]
        for _ in range(ROUNDS):
            figures[0].append(spent(PLAN.format(cold=False), folder))
            figures[1].append(cold_plan())
            figures[2].append(spent("import gc, vpype_cli; gc.freeze()", folder))
    warm, cold, vpype = (min(one) for one in figures)
    print(f"warm start: {warm:.2f} s (goal {WARM_S})")
    print(f"first plan: {cold:.2f} s, vpype's start {vpype:.2f} s: {cold / vpype:.2f} (goal 2)")
    print(f"compiling, once: {compiling:.1f} s (goal {COMPILE_S:.0f})")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    return int(warm > WARM_S or cold > COLD_SHARE * vpype or compiling > COMPILE_S)


if __name__ == "__main__":
    sys.exit(main())
