"""Books of 10,000 runs with 100,000 sheets: how long lists, filters, a run's page and statistics
take.

    python benchmarks/runs.py [--runs 10000] [--sheets 10] [--keep FOLDER]

The rows are inserted directly; what is measured is what the commands and the dashboard call. Each
figure is the fastest (and the median) of 15 calls, in milliseconds of CPU time: other work on the
machine counts little. A folder that is kept is used again.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from plotty_tui.domain.pen_choice import PenChoice
from plotty_tui.domain.plan import Plan, PlanLayer
from plotty_tui.domain.presets import BUILT_IN
from plotty_tui.store import tables
from plotty_tui.store.database import Store
from plotty_tui.store.inventory import materials
from plotty_tui.store.machines import devices
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.production import run_detail, run_lists, run_stats

CLIENTS, DESIGNS, PLOTTERS, PENS = 40, 300, 4, 12
CALLS = 15


def make_books(folder: Path, runs: int, sheets: int) -> Store:
    """A studio with so many runs of so many sheets each, over three years; 2 of 100 are open."""
    store = open_studio(folder)
    chance = random.Random(7)
    with store.write():
        pens = [materials.add_pen(store, name=f"pen {n}", life_mm=9e9).id for n in range(PENS)]
        paper = materials.add_paper(store, "a4", (210.0, 297.0)).id
    for n in range(PLOTTERS):
        devices.add_device(
            store, f"plotter {n}", "simulator", "v3", travel_x_mm=300.0, travel_y_mm=218.0
        )
    now = store.clock.now()
    ms = round(now.timestamp() * 1000)
    with store.write():
        put(tables.Client, [{"name": f"Client {n}"} for n in range(CLIENTS)])
        put(
            tables.Design,
            [
                {"sha256": f"{n:064}", "filename": f"design {n}.svg", "size_bytes": 1,
                 "width_mm": 210.0, "height_mm": 297.0, "ink_mm": 9000.0, "added_at": ms}
                for n in range(DESIGNS)
            ],
        )  # fmt: skip
        put(tables.Plan, [plan_row(n, pens, ms) for n in range(DESIGNS)])
        put_runs(chance, runs, sheets, pens, paper, ms)
    return store


def plan_row(number: int, pens: list[int], ms: int) -> dict[str, Any]:
    """A plan of two layers."""
    layers = [
        PlanLayer(k, name, "#000000", PenChoice(pens[(number + k) % PENS], f"K-{k}", ""), 40,
                  4500.0, 900.0, 40, 60.0)
        for k, name in enumerate(("black", "red"))
    ]  # fmt: skip
    body = Plan(f"{number:064}", BUILT_IN["fast"], "a4", 210.0, 297.0, 120.0, 9000.0, 1800.0, 80,
                1, str(number), layers)  # fmt: skip
    return {"key": f"plan {number}", "design": number + 1, "preset": "fast", "seconds": 120.0,
            "pen_down_mm": 9000.0, "pen_up_mm": 1800.0, "lifts": 80, "pen_changes": 1,
            "body": body.to_json(), "made_at": ms}  # fmt: skip


def put(model: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows in blocks that SQLite takes."""
    block = max(1, 30_000 // max(1, len(rows[0])))
    for start in range(0, len(rows), block):
        model.insert_many(rows[start : start + block]).execute()


def put_runs(
    chance: random.Random, count: int, sheets: int, pens: list[int], paper: int, ms: int
) -> None:
    """The runs with their items, sheets, materials and ledger."""
    runs, items, drawn, wanted, ledger = [], [], [], [], []
    day = 86_400_000
    for n in range(1, count + 1):
        design = chance.randrange(DESIGNS)
        state = "completed" if n % 25 else "failed"
        if n > count - count // 50:
            state = "in_progress" if n % 2 else "pending"
        settled = state in ("completed", "failed")
        began = ms - 3 * 365 * day + n * 3 * 365 * day // count
        grow = chance.uniform(0.92, 1.15)
        runs.append({
            "number": n, "state": state, "client": chance.randrange(CLIENTS) + 1,
            "devices": [f"plotter {n % PLOTTERS}"], "preset": "fast",
            "estimated_seconds": 120.0 * sheets, "estimated_mm": 9000.0 * sheets,
            "seconds": 120.0 * sheets * grow if settled else None,
            "ink_mm": 9000.0 * sheets * grow if settled else None,
            "quality": chance.randint(3, 5) if settled else None, "notes": f"note {n}",
            "created_at": began, "started_at": None if state == "pending" else began,
            "ended_at": began + 3_600_000 if settled else None,
            "settled_at": began + 3_700_000 if settled else None,
        })  # fmt: skip
        items.append({"run": n, "position": 0, "plan": design + 1, "name": f"Design {design}",
                      "paper": "a4", "stock": paper, "copies": sheets, "sheet_mm": 9000.0,
                      "sheet_seconds": 120.0})  # fmt: skip
        for pen in (design % PENS, (design + 1) % PENS):
            wanted.append({"run": n, "position": 0, "label": "layer", "pen": pens[pen],
                           "drawn_mm": 4500.0 * sheets,
                           "used_mm": 4500.0 * sheets * grow if settled else None})  # fmt: skip
        for copy in range(1, sheets + 1):
            fate = "good" if chance.random() < 0.94 else "spoiled"
            fate = fate if settled else ("planned" if state == "pending" else "drawn")
            drawn.append({
                "run": n, "item": n, "copy": copy, "attempt": 1 + (chance.random() < 0.03),
                "state": fate, "device": None if state == "pending" else n % PLOTTERS + 1,
                "ink_mm": 9000.0 * grow, "seconds": 120.0 * grow, "layer": 2,
                "reason": "smear" if fate == "spoiled" else "",
                "started_at": None if state == "pending" else began,
            })  # fmt: skip
            sheet = len(drawn)
            if state != "pending":
                for layer in range(2):
                    ledger.append({"at": began, "kind": "use", "pen": pens[(design + layer) % PENS],
                                   "paper": None, "mm": -4500.0 * grow, "sheets": 0, "run": n,
                                   "sheet": sheet, "key": f"ink:{sheet}:{layer}:0"})  # fmt: skip
                ledger.append(
                    {
                        "at": began,
                        "kind": "use",
                        "pen": None,
                        "paper": paper,
                        "mm": 0.0,
                        "sheets": -1,
                        "run": n,
                        "sheet": sheet,
                        "key": f"paper:{sheet}",
                    }
                )
    for model, rows in (
        (tables.Run, runs), (tables.Item, items), (tables.RunMaterial, wanted),
        (tables.Sheet, drawn), (tables.Ledger, ledger),
    ):  # fmt: skip
        put(model, rows)
    tables.Sequence.create(name="run", last=count)


def measure(store: Store, runs: int) -> dict[str, tuple[float, float]]:
    """What is asked -> (fastest, median) milliseconds."""
    now = store.clock.now()
    newest = run_lists.find_runs(store)[:60]
    asked: dict[str, Callable[[], Any]] = {
        "list, first 50": lambda: run_lists.run_list(store, limit=50),
        "list, 50 in the middle": lambda: run_lists.run_list(store, limit=50, offset=runs // 2),
        "numbers of all runs": lambda: run_lists.find_runs(store),
        "a page of the dashboard (60)": lambda: run_lists.run_page(store, newest),
        "counts by status": lambda: run_lists.count_by_status(store),
        "filter: completed": lambda: run_lists.find_runs(store, states=["completed"]),
        "filter: awaiting": lambda: run_lists.find_runs(store, states=["awaiting"]),
        "filter: plotter": lambda: run_lists.find_runs(store, device="plotter 2"),
        "filter: client": lambda: run_lists.find_runs(store, client="Client 7"),
        "filter: last 30 days": lambda: run_lists.find_runs(store, since=now - timedelta(days=30)),
        "filter: text, many": lambda: run_lists.find_runs(store, text="design 12"),
        "filter: text, none": lambda: run_lists.find_runs(store, text="nothing says this"),
        "a run in full": lambda: run_detail.run_detail(store, runs // 2),
        "statistics, all": lambda: run_stats.run_stats(store),
        "statistics, a year by week": lambda: run_stats.run_stats(
            store, since=now - timedelta(days=365), by="week"
        ),
        "statistics, one plotter": lambda: run_stats.run_stats(store, device="plotter 2"),
    }
    found = {}
    for name, call in asked.items():
        call()
        took = []
        for _ in range(CALLS):
            begun = time.process_time()
            call()
            took.append((time.process_time() - begun) * 1000)
        found[name] = (min(took), statistics.median(took))
    return found


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--runs", type=int, default=10_000)
    words.add_argument("--sheets", type=int, default=10)
    words.add_argument("--keep", type=Path)
    words.add_argument("--json", action="store_true")
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch)
        begun = time.perf_counter()
        if (folder / "plotty.db").exists():
            store = open_studio(folder)
        else:
            store = make_books(folder, given.runs, given.sheets)
        made = time.perf_counter() - begun
        found = measure(store, given.runs)
        store.close()
    if given.json:
        print(json.dumps({name: list(pair) for name, pair in found.items()}, indent=2))
        return
    total = given.runs * given.sheets
    print(f"{given.runs:,} runs, {total:,} sheets (made in {made:.1f} s); ms, fastest (median)")
    for name, (fastest, median) in found.items():
        print(f"  {name:32} {fastest:8.1f}  ({median:.1f})")


if __name__ == "__main__":
    main()
