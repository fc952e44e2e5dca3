#!/usr/bin/env python3
"""Batches of a day's length from everything that waits: planned, and drawn one after the other.

Usage: batch_scheduler.py [--dry-run]

Jobs are taken by priority, then by their pen changes and minutes, into batches that keep to the
limits of a day (`plotty config production`, else 8 hours and 100 changes). A job longer than a day
forms a batch of its own, and is told. Exit status: 0 done, 1 something failed, 3 a person is
wanted (as `plotty plot-all` says).
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

NEEDS_PERSON = 3
DAY_MINUTES = 8 * 60
DAY_CHANGES = 100

Job = dict[str, Any]


def ask(*words: str) -> Any:
    """What plotty answers in JSON. Ends the program with plotty's own words when it fails."""
    said = subprocess.run(["plotty", *words, "--json"], capture_output=True, text=True, check=False)
    if said.returncode not in (0, NEEDS_PERSON):
        sys.exit(said.stderr.strip() or f"plotty {words[0]} failed")
    return json.loads(said.stdout)


class BatchScheduler:
    """What waits, and what a day may take."""

    def __init__(self) -> None:
        self.load_production_constraints()
        self.analyze_pending_jobs()

    def load_production_constraints(self) -> None:
        """Limits of a day, and what is in stock."""
        limits = ask("config", "production")
        seconds, changes = limits["max_daily_seconds"], limits["max_pen_changes"]
        self.constraints = {
            "max_daily_time": DAY_MINUTES if seconds is None else seconds / 60,
            "max_pen_changes": DAY_CHANGES if changes is None else changes,
            "available_pens": self.get_available_pens(),
            "paper_inventory": self.get_paper_inventory(),
        }

    def get_available_pens(self) -> list[str]:
        """Stickers of the pens that write."""
        return [pen["code"] for pen in ask("pen", "list") if pen["state"] in ("sealed", "in_use")]

    def get_paper_inventory(self) -> dict[str, int]:
        """Sheets in stock by paper."""
        return {paper["name"]: paper["stock"] for paper in ask("paper", "list")}

    def analyze_pending_jobs(self) -> None:
        """Every job gets a plan first: without one nothing is known of its time and pens."""
        subprocess.run(["plotty", "plan-all"], stdout=subprocess.DEVNULL, check=False)
        self.jobs = self.get_pending_jobs()

    def get_pending_jobs(self) -> list[Job]:
        """The planned jobs that nobody draws yet: name, priority (1 is the highest), pen changes
        and minutes of all their copies."""
        return [
            {
                "id": job["id"],
                "name": job["name"],
                "priority": job["priority_number"],
                "pen_changes": job["pen_changes"] * job["copies"],
                "estimated_time": job["est_seconds"] * job["copies"] / 60,
            }
            for job in ask("list", "queue", "--all")["jobs"]
            if job["state"] == "planned" and not job["held"]
        ]

    def optimize_production_schedule(self, dry_run: bool = False) -> int:
        """Make the batches and draw them; the exit status."""
        jobs = sorted(
            self.jobs, key=lambda job: (job["priority"], job["pen_changes"], job["estimated_time"])
        )
        if not jobs:
            print("Nothing waits to be drawn")
            return 0
        return self.execute_schedule(self.create_schedule_batches(jobs), dry_run)

    def create_schedule_batches(self, jobs: list[Job]) -> list[list[Job]]:
        """Fill one batch after the other up to the limits of a day."""
        batches: list[list[Job]] = [[]]
        minutes, changes = 0.0, 0
        for job in jobs:
            if self.is_too_long(job):
                print(f"{job['name']} takes longer than a day's limits: a batch of its own")
            fits = (
                minutes + job["estimated_time"] <= self.constraints["max_daily_time"]
                and changes + job["pen_changes"] <= self.constraints["max_pen_changes"]
            )
            if not fits and batches[-1]:
                batches.append([])
                minutes, changes = 0.0, 0
            batches[-1].append(job)
            minutes += job["estimated_time"]
            changes += job["pen_changes"]
        return batches

    def is_too_long(self, job: Job) -> bool:
        """Whether a job alone goes beyond a day's limits."""
        return (
            job["estimated_time"] > self.constraints["max_daily_time"]
            or job["pen_changes"] > self.constraints["max_pen_changes"]
        )

    def calculate_optimal_pen_order(self, batch: list[Job]) -> str:
        """The order of pens with the fewest changes over a batch, as plotty tries it out; empty
        when a layer has no pen of the stock."""
        tried = ask("plan", *(str(job["id"]) for job in batch), "--global-pen-order", "--dry-run")
        pens: list[str] = []
        for job in tried["jobs"]:
            for layer in job.get("layers", []):
                if layer["pen"] and layer["pen"] not in pens:
                    pens.append(layer["pen"])
        return ",".join(pens)

    def execute_schedule(self, schedule: list[list[Job]], dry_run: bool = False) -> int:
        """Plan each batch as one, and draw it; the worst exit status."""
        worst = 0
        for number, batch in enumerate(schedule, 1):
            minutes = sum(job["estimated_time"] for job in batch)
            print(
                f"Batch {number}/{len(schedule)}: {len(batch)} jobs, {minutes:.0f} min", flush=True
            )
            if dry_run:
                continue
            order = self.calculate_optimal_pen_order(batch)
            words = [str(job["id"]) for job in batch]
            planned = ask(
                "plan", *words, "--optimize-batch", *(["--pen-order", order] if order else [])
            )
            status = subprocess.run(
                ["plotty", "plot-all", "--monitor", "--batch-id", str(planned["batch_id"])],
                check=False,
            ).returncode
            worst = 1 if status not in (0, NEEDS_PERSON) else max(worst, status)
            if worst == 1:
                break
        return worst


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--dry-run"]):
        sys.exit("Usage: batch_scheduler.py [--dry-run]")
    sys.exit(BatchScheduler().optimize_production_schedule("--dry-run" in sys.argv))
