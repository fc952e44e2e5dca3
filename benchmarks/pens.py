"""Pen changes over a batch and work over plotters: how good, how quick.

    python benchmarks/pens.py [--rounds 5]

Random batches, the same each time. A batch has 200 jobs with 1 to 4 of 12 pens; its changes are
the fewest when they are what no order goes below. Work is 200 sheets of very different length on
8 plotters, set against the time that no sharing goes below. Times are the quickest of the rounds,
in CPU seconds. Exit 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from typing import Any

from plotty_tui.domain.edition import order_edition
from plotty_tui.domain.pen_order import PenJob, count_changes, order_alike, order_pens
from plotty_tui.domain.sharing import Work, share_work

SEEDS = range(10)
PLOTTERS = [f"plotter {k}" for k in range(1, 9)]


def batch(seed: int, blocks: int = 1) -> list[PenJob]:
    """200 jobs with 1 to 4 of 12 pens."""
    chance = random.Random(seed)
    return [
        PenJob(tuple(chance.sample(range(12), chance.randint(1, 4))), priority=k % blocks)
        for k in range(200)
    ]


def sheets(seed: int, unequal: bool = False) -> list[Work]:
    """200 sheets of 1 to 60 minutes; on unequal plotters some draw slower, and a third of the
    sheets is too large for four of them."""
    chance = random.Random(seed)
    slow = {name: chance.choice((1, 1, 1.5, 2)) for name in PLOTTERS}
    work = []
    for _ in range(200):
        seconds = chance.lognormvariate(6.5, 0.8)
        fitting = PLOTTERS[:4] if unequal and chance.random() < 0.3 else PLOTTERS
        work.append(Work({name: seconds * (slow[name] if unequal else 1) for name in fitting}))
    return work


def measured(call: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """(Least CPU seconds, the answer)."""
    best, answer = float("inf"), None
    for _ in range(rounds):
        begun = time.process_time()
        answer = call()
        best = min(best, time.process_time() - begun)
    return best, answer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"{'':44} {'before':>8} {'after':>8} {'bound':>8} {'worst ms':>9}")
    slowest, proved = _pens("200 jobs x 12 pens, any order of pens", 1, rounds)
    _pens("the same in three priorities", 3, 1)
    _alike()
    _editions()
    gap, seconds = _work("200 sheets on 8 equal plotters", False, rounds)
    _work("on 8 unequal ones, a third fits four", True, rounds)
    good = proved and slowest <= 0.050 and gap <= 0.005 and seconds <= 0.5
    print("goals: every batch proved, 50 ms; gap 0.5 %, 500 ms:", "met" if good else "MISSED")
    return 0 if good else 1


def _pens(what: str, blocks: int, rounds: int) -> tuple[float, bool]:
    before = after = bound = 0
    slowest = 0.0
    for seed in SEEDS:
        jobs = batch(seed, blocks)
        seconds, order = measured(lambda jobs=jobs: order_pens(jobs, 3), rounds)
        slowest = max(slowest, seconds)
        before += count_changes([job.pens for job in jobs], 3)
        after += order.changes
        bound += order.bound
    count = len(SEEDS)
    print(
        f"{what:44} {before / count:8.1f} {after / count:8.1f} {bound / count:8.1f} "
        f"{slowest * 1000:9.1f}"
    )
    return slowest, after == bound


def _alike() -> None:
    jobs = batch(0)
    seconds, (order, _) = measured(lambda: order_alike(jobs, 3), 1)
    before = count_changes([job.pens for job in jobs], 3)
    print(
        f"{'one order of pens for all':44} {before:8} {order.changes:8} {order.bound:8} "
        f"{seconds * 1000:9.1f}"
    )


def _editions() -> None:
    chance = random.Random(5)
    proved = slowest = 0
    for _ in range(50):
        edition = [tuple(chance.sample(range(6), chance.randint(1, 4))) for _ in range(14)]
        seconds, order = measured(lambda edition=edition: order_edition(edition, 60, 30), 1)
        proved += order.proved
        slowest = max(slowest, seconds)
    print(f"{'50 editions pen by pen, about 35 operations':44} {proved} proved {'':>17} "
          f"{slowest * 1000:9.1f}")  # fmt: skip


def _work(what: str, unequal: bool, rounds: int) -> tuple[float, float]:
    gap = slowest = 0.0
    for seed in SEEDS:
        work = sheets(seed, unequal)
        seconds, shares = measured(lambda work=work: share_work(work, PLOTTERS), rounds)
        gap, slowest = max(gap, shares.gap), max(slowest, seconds)
    print(f"{what:44} worst gap {100 * gap:.3f} % {'':>10} {slowest * 1000:9.1f}")
    return gap, slowest


if __name__ == "__main__":
    sys.exit(main())
