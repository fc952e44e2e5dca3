"""Every command explains itself, and every example of its help runs as printed."""

from __future__ import annotations

import json
import os
import re
import shlex
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
from studio_desk import SOON, Desk, Terminal, rows

from plotty_tui.cli.lazy import LazyGroup
from plotty_tui.cli.main import plotty as root
from plotty_tui.studio.actions import ACTIONS
from plotty_tui.studio.jobs import clients, holding, intake, queue_backup
from plotty_tui.studio.planning import batch_plans, presets, templates
from plotty_tui.studio.planning.plan_selection import Choice
from plotty_tui.studio.planning.plan_wishes import Wish
from plotty_tui.studio.plots import plotting
from plotty_tui.studio.production import completion, run_detail, run_wizard
from plotty_tui.studio.production.run_drafts import RunDraft, Wanted
from plotty_tui.studio.upkeep import backups, notices


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
    for words in (["--help"], ["-h"], ["add", "--help"], ["run", "-h"], ["pen", "add", "-h"]):
        said = plotty.apart(*words)
        assert said.status == 0, words
        assert said.out.startswith("Usage: plotty"), words
        assert said.err == ""
    assert re.fullmatch(r"plotty, version \d+\.\d+\.\d+\n", plotty.apart("--version").out)
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


def held(desk: Desk) -> None:
    """A job that a person has held: there is something to release, and to undo."""
    holding.hold_jobs(desk.store, intake.open_jobs(desk.store, [CARD]))


def noticed(desk: Desk) -> None:
    """A report that no mail server took waits in the outbox."""
    notices.mail_to_studio(desk.store, "report:1", "Report", "As attached.")


def with_usual(desk: Desk) -> None:
    """A preset and a template of one's own."""
    presets.create_preset(desk.store, "usual", "fast", {})
    templates.create_template(desk.store, templates.Template("usual", "fast"))


def with_client(desk: Desk) -> None:
    """A client that nothing was made for yet."""
    clients.add_client(desk.store, "nobody", {})


def backed_up(desk: Desk) -> None:
    """The queue lies in a file beside the designs."""
    file = desk.home.parent / "shop" / "queue_backup_20251107.json"
    queue_backup.keep_queue(desk.store, file)


def with_plan_sets(desk: Desk) -> None:
    for name in ("fast", "hq"):
        wish = Wish(Choice((CARD,)), preset=name, dry_run=True, save_as=f"{name}_plan")
        batch_plans.plan_batch(desk.store, wish)


def kept_whole(desk: Desk) -> None:
    """A backup of the studio."""
    backups.create_backup(desk.store)


def in_a_batch(desk: Desk) -> None:
    """The posters are a batch."""
    wish = Wish(Choice(("Poster",)), batch=True)
    batch_plans.plan_batch(desk.store, wish)


def run_made(desk: Desk) -> None:
    """RUN-002 is pending: two posters."""
    poster = intake.open_jobs(desk.store, ["Poster"])[0]
    draft = RunDraft(devices=["left"], designs=[Wanted(poster.id, 2)])
    run_wizard.create_run(desk.store, draft)


def run_told(desk: Desk) -> None:
    """RUN-001 is completed, its first sheet spoiled."""
    typed = {"failed:1": "0", "quality": "4"}
    detail = run_detail.run_detail(desk.store, 1)
    results = completion.results_of_form(detail, typed)
    results.verdicts |= completion.sheet_verdicts(detail, ["1=spoiled:smear"])
    completion.complete_run(desk.store, 1, results)


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
    "plotty run start": run_made,
    "plotty run cancel": run_made,
    "plotty run edit": run_made,
    "plotty run correct": run_told,
    "plotty run replot": run_told,
    "plotty run archive": run_told,
    "plotty rate": run_told,
    "plotty preset edit": with_usual,
    "plotty preset remove": with_usual,
    "plotty template edit": with_usual,
    "plotty template show": with_usual,
    "plotty template remove": with_usual,
    "plotty compare": with_plan_sets,
    "plotty client remove": with_client,
    "plotty queue restore": backed_up,
    "plotty outbox drop": noticed,
    "plotty backup verify": kept_whole,
    "plotty backup restore": kept_whole,
    "plotty recovery batch": in_a_batch,
    "plotty recovery partial-batch": in_a_batch,
    "plotty recovery quality": run_told,
    "plotty queue release": held,
    "plotty undo": held,
}
# What serves until somebody ends it: test_serving.py tries it.
SERVED = {"plotty serve", "plotty serve --port 8080 --control"}
# What looks for ports, with a library that is not everywhere, and says so where it is not.
PORTS = "plotty device scan"
# What ends only when somebody ends it, or needs a screen.
ENDLESS = {"plotty monitor --plain"}
ON_SCREEN = {"plotty demo"}
# Signs that only a shell understands: with them a line is run by one; all others in this process.
SHELL = set("$|<>;&`")
# Commands that wait for pens and paper to be put in.
WAITED_FOR = ("plotty plot", "plotty demo")
# test_day.py runs it, at twice this speed.
DAY = {"plotty demo --headless --speed 200"}


@pytest.fixture
def shop(prepared: Desk, tmp_path: Path) -> Path:
    """The folder from which the examples are run: the files they name, and `plotty`."""
    folder = tmp_path / "shop"
    (folder / "logos").mkdir(parents=True)
    (folder / "schedule.json").write_text('["Poster", "Backlog 5"]')
    for k, name in enumerate(("design", "card", "logos/one", "logos/two")):
        (folder / f"{name}.svg").write_text(rows(3 + k, seed=5))
    project = folder / "clients" / "acme" / "config.json"
    project.parent.mkdir(parents=True)
    design = {"file": "card.svg", "name": "Card", "priority": "high", "type": "card"}
    project.write_text(json.dumps({"designs": [design], "quality_preset": "hq"}))
    plotty = folder / "bin" / "plotty"
    plotty.parent.mkdir()
    plotty.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m plotty_tui "$@"\n')
    plotty.chmod(0o755)
    prepared.environment["PATH"] = f"{plotty.parent}:{os.environ['PATH']}"
    return folder


def test_every_prepared_example_is_still_in_a_help() -> None:
    assert {*ENDLESS, *ON_SCREEN, *DAY, *SERVED} <= set(EXAMPLES)
    for start in PREPARE:
        assert any(_begins(line, start) for line in EXAMPLES), start


def _begins(line: str, start: str) -> bool:
    return f"{line} ".startswith(f"{start} ")


@pytest.mark.parametrize(
    "line", [x for x in EXAMPLES if x not in ENDLESS | ON_SCREEN | DAY | SERVED]
)
def test_example(line: str, prepared: Desk, shop: Path) -> None:
    for start, prepare in PREPARE.items():
        if _begins(line, start):
            prepare(prepared)

    if SHELL & set(line):
        said = prepared.finish(_in_shell(line, prepared, shop))
    elif line.startswith(WAITED_FOR):
        said = prepared.helped(*shlex.split(line)[1:], cwd=shop)
    else:
        said = prepared(*shlex.split(line)[1:], cwd=shop)

    if _begins(line, PORTS) and find_spec("serial") is None:
        assert said.status == 1
        assert "pip install pyserial" in said.err
        return
    assert said.status == 0, said
    assert said.out.strip()
    assert "Traceback" not in said.err


def _in_shell(line: str, desk: Desk, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["/bin/sh", "-c", line], env=desk.environment, cwd=folder,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("line", sorted(ENDLESS))
def test_endless_example(line: str, prepared: Desk, shop: Path) -> None:
    words = line.split()[1:]
    process = prepared.begin(*words, cwd=shop)
    assert process.stdout is not None
    assert "left" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SOON)
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
        terminal.process.wait(SOON)
