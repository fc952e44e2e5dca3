"""Every command explains itself, and every example of its help runs as printed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import click
import pytest
from conftest import CARD
from studio_desk import Desk, Terminal, rows

from plotty_tui.cli.groups import GROUPS
from plotty_tui.cli.lazy import LazyGroup
from plotty_tui.cli.main import COMMANDS
from plotty_tui.cli.main import plotty as root
from plotty_tui.studio import intake, plotting
from plotty_tui.studio.actions import ACTIONS


def all_commands(group: LazyGroup = root, words: tuple[str, ...] = ()) -> dict[str, str]:
    """Command words -> summary of the table, groups included."""
    found = {}
    for name, (_, summary) in group.table.items():
        found[" ".join((*words, name))] = summary
        command = group.get_command(click.Context(group), name)
        if isinstance(command, LazyGroup):
            found |= all_commands(command, (*words, name))
    return found


SUMMARIES = all_commands()


def help_of(words: str) -> str:
    """The help text, made in this process (the texts themselves need no process each)."""
    command: click.Command = root
    for word in words.split():
        assert isinstance(command, LazyGroup)
        command = command.get_command(click.Context(command), word)
    context = click.Context(command, info_name=f"plotty {words}", max_content_width=100)
    return command.get_help(context)


def examples_of(words: str) -> list[str]:
    text = help_of(words)
    part = text.partition("Examples:\n")[2].partition("\n\n")[0]
    return [line.strip() for line in part.splitlines() if line.strip()]


EXAMPLES = sorted({line for words in ["", *SUMMARIES] for line in examples_of(words)})


@pytest.mark.parametrize("words", SUMMARIES)
def test_help_begins_with_the_summary_and_has_an_example(words: str) -> None:
    usage, _, rest = help_of(words).partition("\n\n")

    assert usage.startswith(f"Usage: plotty {words}")
    assert rest.strip().splitlines()[0].strip() == SUMMARIES[words]
    assert examples_of(words), "no example"
    assert all(line.startswith("plotty ") for line in examples_of(words))


def test_help_is_printed_for_every_way_to_ask(plotty: Desk) -> None:
    assert len(GROUPS) == sum("groups:" in place for place, _ in COMMANDS.values())
    for words in (["--help"], ["-h"], ["add", "--help"], ["run", "-h"], ["pen", "add", "-h"]):
        said = plotty.good(*words)
        assert said.out.startswith("Usage: plotty"), words
        assert said.err == ""
    assert re.fullmatch(r"plotty, version \d+\.\d+\.\d+\n", plotty.good("--version").out)
    assert not plotty.home.exists(), "asking for help made a studio"


def test_the_key_of_the_dashboard_is_named() -> None:
    named = [action for action in ACTIONS if action.command in SUMMARIES]
    assert len(named) > 10
    for action in named:
        key = action.keys.split(",")[0]
        keys = [one.keys.split(",")[0] for one in ACTIONS if one.command == action.command]
        assert key in keys
        assert f"In the dashboard: {keys[0]}" in help_of(action.command), action.id


# The examples ------------------------------------------------------------------------------------


def at_work(desk: Desk) -> None:
    """left draws the card, slowly."""
    desk.set_speed(5)
    plotting.start_plot(desk.store, intake.open_jobs(desk.store, [CARD]), ["left"])
    desk.until_drawing()


def paused(desk: Desk) -> None:
    at_work(desk)
    plotting.pause(desk.store, "left")


def waiting(desk: Desk) -> None:
    """left wants a sheet of paper."""
    plotting.start_plot(desk.store, intake.open_jobs(desk.store, ["Poster"]), ["left"])
    desk.until(lambda: desk.device().state == "waiting")


def all_planned(desk: Desk) -> None:
    """Nothing in the queue that cannot be plotted."""
    intake.remove_jobs(desk.store, ["Backlog*"])


def empty(desk: Desk) -> None:
    """Nothing but the folder."""
    shutil.rmtree(desk.home)


# How an example begins -> what has to be so before it is run.
PREPARE: dict[str, Callable[[Desk], None]] = {
    "plotty pause": at_work,
    "plotty resume": paused,
    "plotty skip-layer": paused,
    "plotty cancel": at_work,
    "plotty estop": at_work,
    "plotty ready": waiting,
    "plotty plot-all": all_planned,
    "plotty device add left": empty,
}
# What looks for ports, with a library that is not everywhere, and says so where it is not.
PORTS = "plotty device scan"
# What ends only when somebody ends it, or needs a screen.
ENDLESS = {"plotty monitor --plain"}
ON_SCREEN = {"plotty demo"}
# test_day.py runs it, at twice this speed.
DAY = {"plotty demo --headless --speed 200"}


@pytest.fixture
def shop(prepared: Desk, tmp_path: Path) -> Path:
    """The folder from which the examples are run: the files they name, and `plotty`."""
    folder = tmp_path / "shop"
    (folder / "logos").mkdir(parents=True)
    for k, name in enumerate(("design", "card", "logos/one", "logos/two")):
        (folder / f"{name}.svg").write_text(rows(3 + k, seed=5))
    plotty = folder / "bin" / "plotty"
    plotty.parent.mkdir()
    plotty.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m plotty_tui.cli "$@"\n')
    plotty.chmod(0o755)
    prepared.environment["PATH"] = f"{plotty.parent}:{os.environ['PATH']}"
    return folder


def test_every_prepared_example_is_still_in_a_help() -> None:
    assert {*ENDLESS, *ON_SCREEN, *DAY} <= set(EXAMPLES)
    for start in PREPARE:
        assert any(_begins(line, start) for line in EXAMPLES), start


def _begins(line: str, start: str) -> bool:
    return f"{line} ".startswith(f"{start} ")


@pytest.mark.parametrize("line", [x for x in EXAMPLES if x not in ENDLESS | ON_SCREEN | DAY])
def test_example(line: str, prepared: Desk, shop: Path) -> None:
    for start, prepare in PREPARE.items():
        if _begins(line, start):
            prepare(prepared)

    process = subprocess.Popen(
        ["/bin/sh", "-c", line], env=prepared.environment, cwd=shop,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    said = prepared.finish(process, helping=line.startswith("plotty plot"))

    if _begins(line, PORTS) and find_spec("serial") is None:
        assert said.status == 1
        assert "pip install pyserial" in said.err
        return
    assert said.status == 0, said
    assert said.out.strip()
    assert "Traceback" not in said.err


@pytest.mark.parametrize("line", sorted(ENDLESS))
def test_endless_example(line: str, prepared: Desk, shop: Path) -> None:
    words = line.split()[1:]
    process = prepared.begin(*words, cwd=shop)
    assert process.stdout is not None
    assert "left" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130, (out, err)
    assert err.strip() == "plotty: interrupted"


@pytest.mark.parametrize("line", sorted(ON_SCREEN))
def test_example_on_a_screen(line: str, plotty: Desk) -> None:
    terminal = Terminal(plotty, *line.split()[1:])
    try:
        plotty.until(lambda: "left" in terminal.look() and "right" in terminal.look())
        terminal.type("q")
        assert terminal.wait() == 0
    finally:
        terminal.close()
        terminal.process.wait(20)
