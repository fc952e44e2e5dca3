"""What a queue of many jobs costs: listing, ordering, optimising, backing up, restoring.

    python benchmarks/whole_queue.py [--jobs 5000] [--rounds 1]

Each job has a design and a plan of its own, with one to four of twelve pens in its layers, on one
of three papers, in three priorities. Commands run as a person runs them, in processes of their own;
CPU time, which other work on the machine disturbs least. Exit 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from plotty_tui.domain.design import DesignLayer, ReadDesign
from plotty_tui.domain.pen_choice import PenChoice
from plotty_tui.domain.plan import Plan, PlanLayer, count_pen_changes, settings_hash
from plotty_tui.domain.presets import BUILT_IN
from plotty_tui.domain.strokes import LayerStrokes, Strokes, encode_layers
from plotty_tui.studio.inventory.stock import add_pen
from plotty_tui.studio.opening import open_studio

PLOTTY = str(Path(sys.executable).with_name("plotty"))
PENS, PAPERS, PRIORITIES = 12, ("a5", "a4", "a3"), (1, 2, 2, 2, 3)
SIZES = {"a5": (148.0, 210.0), "a4": (210.0, 297.0), "a3": (297.0, 420.0)}
# Command -> the CPU seconds it may take with 5,000 jobs.
GOALS = {
    "list queue": 1.0,
    "list queue --json --all": 3.0,
    "list queue --detailed --show-estimates --show-pen-changes": 3.0,
    "queue move Job-2 --last": 1.5,
    "queue reorder --by-pen-efficiency": 4.0,
    "undo": 2.0,
    "queue optimize --minimize-total-time": 20.0,
    "queue optimize --global-pen-order --minimize-total-time": 20.0,
    "queue split --batch-size 10 --again": 5.0,
    "queue backup --file {folder}/queue.json": 5.0,
    "queue restore --file {folder}/queue.json": 5.0,
    "remove Job-1*": 5.0,
    "queue restore --file {folder}/queue.json --prefer here": 8.0,
}


def fill(home: Path, count: int) -> None:
    """A studio with so many planned jobs in its queue."""
    from plotty_tui.store.jobs import queue
    from plotty_tui.store.tables import Plan as PlanRow

    store = open_studio(home)
    pens = [add_pen(store, {"name": f"pen {k}", "color": f"#{k:02}3050", "life_mm": 9e5})
            for k in range(PENS)]  # fmt: skip
    rnd = random.Random(1)
    with store.write():
        for number in range(1, count + 1):
            layers = [
                LayerStrokes(f"ink {pen.code}", pen.color, Strokes([[(1, 1), (9, number % 90)]]))
                for pen in rnd.sample(pens, rnd.randint(1, 4))
            ]
            choices = [PenChoice(next(p.id for p in pens if p.code == one.name[4:]),
                                 one.name[4:], "by colour") for one in layers]  # fmt: skip
            svg = f'<svg xmlns="http://www.w3.org/2000/svg" id="n{number}"/>'.encode() * 20
            sha256 = hashlib.sha256(svg).hexdigest()
            read = ReadDesign(
                f"{number}.svg", sha256, len(svg), 90, 90,
                [DesignLayer(one.name, one.color, 1, 100.0) for one in layers],
            )  # fmt: skip
            store.home.design_file(sha256).write_bytes(svg)
            store.home.strokes_file(sha256).write_bytes(encode_layers(layers))
            design, _ = queue.keep_design(store, read)
            paper = rnd.choice(PAPERS)
            plan = frozen(sha256, paper, layers, choices)
            store.home.plan_file(plan.settings_hash).write_bytes(encode_layers(layers))
            row: PlanRow = queue.keep_plan(store, design.id, plan, plan.settings_hash)
            queue.add_job(store, design, f"Job-{number}", paper, plan=row, state="planned",
                          priority=rnd.choice(PRIORITIES))  # fmt: skip
    store.close()


def frozen(sha256: str, paper: str, layers: list[LayerStrokes], choices: list[PenChoice]) -> Plan:
    """A plan that says what the planner would: the layers as they are."""
    preset = BUILT_IN["fast"]
    planned = [
        PlanLayer(k, one.name, one.color, choice, 1, 100.0, 50.0, 1, 9.0)
        for k, (one, choice) in enumerate(zip(layers, choices, strict=True))
    ]
    key = settings_hash(sha256, preset, paper, SIZES[paper], (90, 90), layers, choices)
    made = Plan(sha256, preset, paper, *SIZES[paper], 9.0 * len(layers), 100.0 * len(layers),
                50.0, len(layers), 0, key, planned)  # fmt: skip
    return replace(made, pen_changes=count_pen_changes(planned))


def seconds_of(command: str, folder: Path) -> float:
    """CPU time of one command, with its processes."""
    words = [word.replace("{folder}", str(folder)) for word in command.split()]
    begun = _cpu()
    done = subprocess.run([PLOTTY, *words], capture_output=True, text=True, check=False)
    took = _cpu() - begun
    assert done.returncode == 0, (command, done.stderr[-400:])
    return took


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def shuffle(home: Path) -> None:
    """The queue in any order: every round of ordering begins anew."""
    from plotty_tui.store.jobs import queue_order

    store = open_studio(home)
    ids = list(queue_order.numbers(store))
    random.Random(2).shuffle(ids)
    with store.write():
        queue_order.place_jobs(store, ids)
    store.close()


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=1)
    chosen = parser.parse_args()
    times: dict[str, list[float]] = {name: [] for name in GOALS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["PLOTTY_HOME"] = str(folder / "home")
        fill(folder / "home", chosen.jobs)
        for _ in range(chosen.rounds):
            shuffle(folder / "home")
            for command in GOALS:
                times[command].append(seconds_of(command, folder))
        size = (folder / "queue.json").stat().st_size / 1e6
    print(f"{chosen.jobs:,} jobs, backup of {size:.1f} MB; CPU seconds, least of {chosen.rounds}")
    print(json.dumps({name: round(min(mine), 2) for name, mine in times.items()}, indent=1))
    missed = [name for name, mine in times.items() if min(mine) > GOALS[name]]
    print("missed:", missed or "nothing")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
