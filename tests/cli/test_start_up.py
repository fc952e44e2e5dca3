"""Light commands load nothing heavy: scripts call them hundreds of times."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from studio_desk import Desk

HEAVY = {"textual", "vpype", "numpy", "numba", "scipy", "matplotlib"}
# Runs command lines one after the other in one process, and says after each what it came to and
# which modules are loaded.
TELLING = """
import contextlib, io, json, sys
from plotty_tui.cli.main import guarded
for words in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        status = guarded(words)
    print(json.dumps([words, status, sorted(m.partition(".")[0] for m in sys.modules)]))
"""
LIGHT = [
    ["--help"], ["--version"], ["add", "--help"], ["list", "queue", "--json"],
    ["list", "queue"], ["add", "design.svg", "--paper", "a4"], ["remove", "Backlog 4"],
    ["pen", "list"], ["run", "list", "--json"], ["list", "devices"], ["info", "job", "1"],
    ["engine", "status"], ["next"], ["monitor", "--json"],
    ["queue", "move", "Poster", "--first"], ["queue", "reorder", "--by-pen-efficiency"],
    ["queue", "optimize"], ["queue", "split", "--batch-size", "4"], ["client", "list"],
    ["queue", "backup", "--file", "q.json"], ["list", "queue", "--show-pen-changes"],
]  # fmt: skip


def loaded(
    desk: Desk, *lines: list[str], cwd: Path | None = None
) -> Iterator[tuple[str, set[str]]]:
    """Each command line with the modules that are loaded after it and those before it."""
    done = subprocess.run(
        [sys.executable, "-c", TELLING, json.dumps(lines)],
        env=desk.environment, cwd=cwd, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert len(said) == len(lines)
    for line in said:
        words, status, modules = json.loads(line)
        assert status == 0, words
        assert "plotty_tui" in modules
        yield " ".join(words), set(modules)


def test_light(prepared: Desk, design: Path) -> None:
    for words, modules in loaded(prepared, *LIGHT, cwd=design.parent):
        assert not modules & HEAVY, words
        assert "rich" not in modules, words


def test_help_opens_no_books(prepared: Desk) -> None:
    ((_, modules),) = loaded(prepared, ["--help"])
    assert not modules & {"peewee", "sqlite3", "lxml"}


def test_the_test_would_see_something_heavy(prepared: Desk) -> None:
    ((_, modules),) = loaded(prepared, ["estimate", "1", "--preset", "fast"])
    assert {"numba", "numpy"} <= modules
