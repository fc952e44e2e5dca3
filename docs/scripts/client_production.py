#!/usr/bin/env python3
"""A client's project from its configuration to its report: designs in, planned, drawn, told.

Usage: client_production.py CLIENT

The configuration is `clients/CLIENT/config.json`:

    {"designs": [{"file": "card.svg", "name": "Card", "paper": "a4", "priority": "high",
                  "type": "card"}],
     "pen_mapping": "auto", "quality_preset": "hq", "notify_email": "client@example.org"}

Only `designs` is needed. The report is written to `reports/CLIENT_YYYYMMDD.json`. Exit status: 0
done, 1 something failed, 3 done and a person is wanted (as `plotty plot-all` says).
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

NEEDS_PERSON = 3


def plotty(*words: str) -> int:
    """Run plotty with its output on this terminal; its exit status."""
    return subprocess.run(["plotty", *words], check=False).returncode


def ask(*words: str) -> Any:
    """What plotty answers in JSON. Ends the program with plotty's own words when it fails."""
    said = subprocess.run(["plotty", *words, "--json"], capture_output=True, text=True, check=False)
    if said.returncode not in (0, NEEDS_PERSON):
        sys.exit(said.stderr.strip() or f"plotty {words[0]} failed")
    return json.loads(said.stdout)


class ClientProduction:
    """One client's project."""

    def __init__(self, client_name: str) -> None:
        self.client_name = client_name
        self.worst = 0
        self.load_client_config()

    def load_client_config(self) -> None:
        """The client's own configuration."""
        self.folder = Path("clients") / self.client_name
        try:
            self.config = json.loads((self.folder / "config.json").read_text("utf-8"))
        except (OSError, ValueError) as error:
            sys.exit(f"{self.folder / 'config.json'}: {error}")

    def process_project(self) -> int:
        """The whole project; the exit status."""
        print(f"Project of {self.client_name}")
        self.import_designs()
        self.plan_production()
        self.execute_production()
        self.generate_client_report()
        return self.worst

    def run(self, *words: str) -> None:
        """Run plotty and remember the worst that it came to: a failure before a wanted person."""
        status = plotty(*words)
        if status == NEEDS_PERSON:
            self.worst = self.worst or NEEDS_PERSON
        elif status:
            self.worst = 1

    def import_designs(self) -> None:
        """Every approved design becomes a job; those that are there already stay as they are."""
        for design in self.config.get("designs", []):
            file = Path(design["file"])
            beside = self.folder / file
            self.run(
                "add", str(beside if beside.exists() else file),
                "--name", f"{self.client_name}: {design['name']}",
                "--paper", design.get("paper", "a4"),
                "--priority", str(design.get("priority", "normal")),
                "--tags", f"client,{self.client_name},{design.get('type', 'general')}",
                "--category", design.get("type", ""),
            )  # fmt: skip

    def plan_production(self) -> None:
        """Plan with the client's pens, preset and standards."""
        self.run(
            "plan-all",
            "--pen-mapping", self.config.get("pen_mapping", "auto"),
            "--preset", self.config.get("quality_preset", "hq"),
            "--client-standards", self.client_name,
        )  # fmt: skip

    def execute_production(self) -> None:
        """Draw, with a verdict on each sheet and a dossier; tell a client that has an address."""
        address = self.config.get("notify_email")
        self.run(
            "plot-all", "--monitor", "--quality-checks", "--document-for-client",
            *(["--notify-client", address] if address else []),
        )  # fmt: skip

    def generate_client_report(self) -> None:
        """What was made for the client, in one file."""
        report = {
            "client": self.client_name,
            "date": datetime.now().astimezone().isoformat(timespec="seconds"),
            "jobs_completed": self.get_completed_jobs(),
            "production_time": self.get_production_time(),
            "quality_metrics": self.get_quality_metrics(),
            "resource_usage": self.get_resource_usage(),
        }
        folder = Path("reports")
        folder.mkdir(exist_ok=True)
        name = "".join(c if c.isalnum() or c in " -_." else "_" for c in self.client_name)
        path = folder / f"{name}_{datetime.now():%Y%m%d}.json"
        path.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", "utf-8")
        print(f"Report: {path}")

    def get_completed_jobs(self) -> list[dict[str, Any]]:
        """The client's jobs of which every copy is drawn."""
        return [
            {"id": job["id"], "name": job["name"], "copies": job["copies"], "at": job["done_at"]}
            for job in ask("list", "jobs", "--all")["jobs"]
            if job["client"] == self.client_name and job["state"] == "done"
        ]

    def get_production_time(self) -> dict[str, float | None]:
        """Seconds at the machine and of the operator."""
        summary = self._figures("Summary")
        return {
            "machine_seconds": summary["machine"]["value"],
            "operator_seconds": summary["human"]["value"],
        }

    def get_quality_metrics(self) -> dict[str, float | None]:
        """Good and spoiled sheets, success and first-pass yield in percent."""
        summary = self._figures("Summary")
        names = {"good": "good_sheets", "spoiled": "spoiled_sheets", "success": "success_percent",
                 "first_pass": "first_pass_percent", "quality": "quality"}  # fmt: skip
        return {name: summary[key]["value"] for key, name in names.items()}

    def get_resource_usage(self) -> dict[str, Any]:
        """Metres drawn, and what the ledger says of the pens and papers of the client's jobs."""
        parts = {part["title"]: part for part in self._report()}
        return {
            "ink_m": self._figures("Summary")["ink"]["value"],
            "pens": parts.get("Pens", {}).get("rows", []),
            "papers": parts.get("Paper", {}).get("rows", []),
        }

    def _figures(self, title: str) -> dict[str, Any]:
        return next(part["figures"] for part in self._report() if part["title"] == title)

    def _report(self) -> list[dict[str, Any]]:
        if not hasattr(self, "_parts"):
            self._parts = ask(
                "report", "client", "--name", self.client_name, "--include-time-analysis",
                "--include-resource-usage", "--include-quality-metrics",
            )["parts"]  # fmt: skip
        return self._parts


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: client_production.py CLIENT")
    sys.exit(ClientProduction(sys.argv[1]).process_project())
