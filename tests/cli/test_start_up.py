"""Light commands load nothing heavy: scripts call them hundreds of times."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from studio_desk import Desk

HEAVY = {"textual", "vpype", "numpy", "numba", "scipy", "matplotlib"}
# Says at its end, on the last line of standard error, which modules it has loaded.
TELLING = (
    "import atexit, sys; "
    "atexit.register(lambda: print(*{m.partition('.')[0] for m in sys.modules}, file=sys.stderr)); "
    "from plotty_tui.cli.main import run; run()"
)


def loaded(desk: Desk, *words: str, cwd: Path | None = None) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", TELLING, *words],
        env=desk.environment, cwd=cwd, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    modules = set(done.stderr.splitlines()[-1].split())
    assert "plotty_tui" in modules
    return modules


@pytest.mark.parametrize(
    "words",
    [
        ["--help"], ["--version"], ["add", "--help"], ["list", "queue", "--json"],
        ["list", "queue"], ["add", "design.svg", "--paper", "a4"], ["remove", "Backlog 4"],
        ["pen", "list"], ["run", "list", "--json"], ["list", "devices"], ["info", "job", "1"],
        ["engine", "status"], ["next"], ["monitor", "--json"],
        ["queue", "move", "Poster", "--first"], ["queue", "reorder", "--by-pen-efficiency"],
        ["queue", "optimize"], ["queue", "split", "--batch-size", "4"], ["client", "list"],
        ["queue", "backup", "--file", "q.json"], ["list", "queue", "--show-pen-changes"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_light(words: list[str], prepared: Desk, design: Path) -> None:
    modules = loaded(prepared, *words, cwd=design.parent)

    assert not modules & HEAVY
    assert "rich" not in modules


def test_help_opens_no_books(prepared: Desk) -> None:
    assert not loaded(prepared, "--help") & {"peewee", "sqlite3", "lxml"}


def test_the_test_would_see_something_heavy(prepared: Desk) -> None:
    assert {"numba", "numpy"} <= loaded(prepared, "estimate", "1", "--preset", "fast")
