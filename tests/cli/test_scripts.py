"""The scripts of docs/scripts run as they stand, with nobody at the terminal and somebody at the
plotters."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from conftest import CARD
from studio_desk import Desk, rows

from plotty_tui.studio.upkeep import notices

SCRIPTS = Path(__file__).parents[2] / "docs" / "scripts"


@pytest.fixture
def desk(prepared: Desk, tmp_path: Path) -> Iterator[Desk]:
    """`plotty` on the path, and somebody who puts in what is asked for."""
    program = tmp_path / "bin" / "plotty"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m plotty_tui "$@"\n')
    program.chmod(0o755)
    prepared.environment["PATH"] = f"{program.parent}:{os.environ['PATH']}"
    prepared.environment["PLOTTY_ENGINE_IDLE"] = "30"
    helper = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("standing_by.py")), str(prepared.home),
         str(tmp_path / "verdicts")],
        env=prepared.environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    yield prepared
    helper.kill()
    helper.communicate()


def run(desk: Desk, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A script in a folder, as cron runs it."""
    return subprocess.run(
        [str(SCRIPTS / words[0]), *words[1:]],
        env=desk.environment, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=100, check=False,
    )  # fmt: skip


def states(desk: Desk) -> dict[str, str]:
    return {job["name"]: job["state"] for job in desk.jobs()}


class Letters:
    """A mail server that keeps what arrives."""

    def __init__(self) -> None:
        self.arrived: list[Message] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.arrived.append(message_from_bytes(envelope.content))
        return "250 taken"


@pytest.fixture
def letters(desk: Desk) -> Iterator[Letters]:
    """What is mailed: the studio sends to a server of its own."""
    kept = Letters()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    notices.change_settings(
        desk.store, smtp_host="127.0.0.1", smtp_port=port, smtp_security="none",
        studio_email="studio@example.org",
    )  # fmt: skip
    yield kept
    server.stop()


def test_the_daily_routine(desk: Desk, letters: Letters, tmp_path: Path) -> None:
    (tmp_path / "today").mkdir()
    (tmp_path / "today" / "production_schedule.json").write_text('["Poster", "Client: Logo*"]')

    said = run(desk, tmp_path, "daily_production.sh")

    assert "schedule in force: 3 jobs" in said.stdout
    assert states(desk)["Poster"] == "done"
    assert "complete" in said.stdout.splitlines()[-1]
    (report,) = (desk.home / "reports").iterdir()
    assert "\x1b" not in said.stdout
    (mailed,) = (one for one in letters.arrived if str(one["Subject"]).startswith("Daily report"))
    (attached,) = (part for part in mailed.walk() if part.get_filename())
    assert attached.get_filename() == report.name
    assert attached.get_payload(decode=True) == report.read_bytes()
    assert report.read_bytes().startswith(b"%PDF")


def test_the_daily_routine_stops_when_nothing_is_ready(desk: Desk, tmp_path: Path) -> None:
    for name in ("left", "right"):
        assert desk.here("device", "edit", name, "--disable").status == 0

    said = run(desk, tmp_path, "daily_production.sh")

    assert said.returncode == 1
    assert "Aborting" in said.stdout
    assert "done" not in {states(desk)["Poster"]}


def test_a_clients_project(desk: Desk, tmp_path: Path) -> None:
    desk.here("remove", "Backlog*", "Client: Logo*", "Poster")
    folder = tmp_path / "clients" / "Acme Corp"
    folder.mkdir(parents=True)
    odd = "seal $(date).svg"
    (folder / odd).write_text(rows(3, seed=4))
    shutil.copyfile(folder / odd, tmp_path / "card.svg")
    (tmp_path / "card.svg").write_text(rows(4, seed=5))
    (folder / "config.json").write_text(
        json.dumps(
            {"designs": [{"file": odd, "name": "Seal", "type": "seal", "priority": "high"},
                         {"file": "card.svg", "name": "Card"}],
             "pen_mapping": "auto", "quality_preset": "fast"}
        )
    )  # fmt: skip

    said = run(desk, tmp_path, "client_production.py", "Acme Corp")

    assert said.returncode in (0, 3), said
    drawn = states(desk)
    assert (drawn["Acme Corp: Seal"], drawn["Acme Corp: Card"]) == ("done", "done")
    path = tmp_path / "reports" / f"Acme Corp_{datetime.now():%Y%m%d}.json"
    report = json.loads(path.read_text())
    assert {job["name"] for job in report["jobs_completed"]} == {
        "Acme Corp: Seal", "Acme Corp: Card",
    }  # fmt: skip
    assert report["production_time"]["machine_seconds"] > 0
    assert report["quality_metrics"]["good_sheets"] == 2
    assert report["quality_metrics"]["success_percent"] == 100
    assert report["resource_usage"]["ink_m"] > 0
    assert report["resource_usage"]["pens"]

    assert run(desk, tmp_path, "client_production.py").returncode == 1
    assert "config.json" in run(desk, tmp_path, "client_production.py", "Nobody").stderr


def test_batches_of_a_days_length(desk: Desk, tmp_path: Path) -> None:
    desk.here("config", "production", "--max-daily-time", "1m")
    desk.here("remove", "Backlog ?", "Backlog 10", "Client: Logo*", CARD)
    (tmp_path / "long.svg").write_text(rows(60, seed=2))
    desk.here("add", str(tmp_path / "long.svg"), "--name", "Long", "--priority", "low")

    tried = run(desk, tmp_path, "batch_scheduler.py", "--dry-run")
    assert "Long takes longer than a day's limits: a batch of its own" in tried.stdout
    assert re.search(r"Batch (\d)/\1: 1 jobs", tried.stdout)
    assert not [job for job in desk.jobs() if job["batch_id"]]

    said = run(desk, tmp_path, "batch_scheduler.py")

    assert said.returncode == 0, said
    assert {state for name, state in states(desk).items() if name != CARD} == {"done"}
    batches = {job["name"]: job["batch_id"] for job in desk.jobs()}
    assert batches["Long"] not in (None, batches["Poster"])
    assert "Nothing waits" in run(desk, tmp_path, "batch_scheduler.py").stdout
