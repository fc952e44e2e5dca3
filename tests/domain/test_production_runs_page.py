"""Every place that docs/production-runs.md names is there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from plotty_tui.cli.lazy import LazyGroup
from plotty_tui.cli.main import plotty
from plotty_tui.studio.actions import BY_ID

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "production-runs.md").read_text()
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| promise"))
]
TESTS = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(), re.M)
}
COMMAND = re.compile(r"`([a-z][a-z-]*(?: [a-z][a-z-]*)?)((?: --[a-z-]+| [A-Z][\w=:/]*)*)`")


def command_of(words: str) -> click.Command:
    found: click.Command = plotty
    for word in words.split():
        assert isinstance(found, LazyGroup), words
        command = found.get_command(click.Context(found), word)
        assert command is not None, f"no command {words!r}"
        found = command
    return found


@pytest.mark.parametrize(("promise", "where"), ROWS, ids=lambda text: text[:40])
def test_each_promise_names_places_that_are_there(promise: str, where: str) -> None:
    assert promise
    assert where
    for words, more in COMMAND.findall(where):
        if words.startswith("benchmarks"):
            continue
        command = command_of(words)
        known = {option for one in command.params for option in one.opts}
        for option in re.findall(r"--[a-z-]+", more):
            assert option in known, f"{words} has no {option}"
    for name in re.findall(r"\btest_\w+", where):
        assert name in TESTS, f"no test {name}"
    for action in re.findall(r"action ([a-z]+\.[a-z_]+)", where):
        assert action in BY_ID, f"no action {action}"


def test_the_page_has_a_row_for_each_part_of_the_references() -> None:
    assert len(ROWS) > 60
    assert len({promise for promise, _ in ROWS}) == len(ROWS)
