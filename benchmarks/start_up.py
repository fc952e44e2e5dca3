"""How soon a command answers, against the bare import of textual in the same interpreter.

    python benchmarks/start_up.py [--jobs 10000] [--rounds 15]

The commands take turns, so that other work on the machine falls on all of them alike; the ratio is
that of the quickest rounds, which such work disturbs least. Exit 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from plotty_tui.studio.jobs import intake
from plotty_tui.studio.opening import open_studio

MEASURE = [sys.executable, "-c", "import textual"]
PLOTTY = str(Path(sys.executable).with_name("plotty"))
# Command -> how many times the measure it may take.
GOALS = {"--help": 0.5, "list queue --json": 0.8, "list queue --json --all": None}

DESIGN = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90mm" height="50mm" viewBox="0 0 90 50">'
    '<path d="M10 10 L80 40" stroke="black" fill="none"/></svg>'
)


def fill(home: Path, jobs: int) -> None:
    """A studio with so many jobs in its queue."""
    store = open_studio(home)
    path = home / "design.svg"
    path.write_text(DESIGN)
    intake.add_designs(store, [str(path)], intake.Wish(name="Job 1", paper="a5"))
    (job,) = intake.open_jobs(store)
    from plotty_tui.store.jobs import queue

    with store.write():
        for number in range(2, jobs + 1):
            queue.add_job(store, job.design, f"Job {number}", "a5")
    store.close()


def seconds_of(command: list[str]) -> float:
    """Wall time of one process, from start to end."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PLOTTY_HOME"] = folder
        # As installed: with compiled modules, which this variable would keep from being written.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        fill(Path(folder), chosen.jobs)
        commands = {"import textual": MEASURE}
        commands |= {f"plotty {words}": [PLOTTY, *words.split()] for words in GOALS}
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(chosen.rounds):
            for name, command in commands.items():
                times[name].append(seconds_of(command))
    best = {name: min(mine) for name, mine in times.items()}
    measure = best["import textual"]
    print(f"{chosen.jobs:,} jobs in the queue, {chosen.rounds} rounds; times in ms")
    print(f"{'command':32} {'least':>7} {'median':>7} {'ratio':>6} {'goal':>6}")
    missed = False
    for name, mine in times.items():
        goal = GOALS.get(name.removeprefix("plotty "))
        ratio = best[name] / measure
        missed |= goal is not None and ratio > goal
        print(
            f"{name:32} {best[name] * 1000:7.0f} {statistics.median(mine) * 1000:7.0f} "
            f"{ratio:6.2f} {'' if goal is None else f'{goal:.1f}':>6}"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
