"""A command line of the dashboard: what was typed becomes a `plotty` of its own."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from plotty_tui.domain import runs
from plotty_tui.domain.errors import Refused
from plotty_tui.store.database import Store
from plotty_tui.store.home import Home
from plotty_tui.store.jobs import queue

from .planning.presets import presets
from .upkeep.themes import theme_folders, theme_names

_PLOTTY = "plotty_tui"
# What needs the terminal that the dashboard has.
_NEED_A_TERMINAL = {
    "demo": "it opens a dashboard of its own",
    "setup": "it asks at a terminal",
    "serve": "it runs until somebody ends it",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A command that the palette offers: one that only looks is run at once, the others stand in
    the `:` line for a person to finish."""

    title: str
    line: str
    help: str
    at_once: bool = False


QUEUE_BACKUP = "queue backup --file queue-%Y%m%d.json"
DIAGNOSE = "diagnose batch-planning --show-conflicts --suggest-fixes"
RECOVER = "recovery list"
OFFERS = (
    Offer("Back up the queue", QUEUE_BACKUP, "Jobs, plans, groups and drawings in one file"),
    Offer("Restore the queue", "queue restore --file", "What is missing comes back; nothing twice"),
    Offer("Back up the studio", "backup create", "All books and files, with their sums", True),
    Offer("Check ready", "check ready --detailed", "May production begin?", True),
    Offer("Check the books", "check database", "Balances against the ledger", True),
    Offer("Diagnose planning", DIAGNOSE, "Conflicts of plans, each with its cure", True),
    Offer("Diagnose the order", "diagnose queue-optimization --identify-bottlenecks",
          "Why the order cannot be better", True),
    Offer("Diagnose resources", "diagnose resource-conflicts --suggest-alternatives",
          "Pens, papers and hours that two jobs want", True),
    Offer("Recovery", RECOVER, "What lies interrupted, and the ways on with their price", True),
    Offer("Recover a batch", "recovery batch --batch-id", "Go on where a batch broke"),
    Offer("Finish a batch", "recovery partial-batch --complete-remaining --preserve-completed",
          "What has no good sheet yet is queued"),
    Offer("Replot what failed", "recovery quality --replot-failed --adjust-parameters",
          "Spoiled sheets again, settings changed for the reason"),
    Offer("Show the schedule", "schedule show", "The day's order, times and plotters", True),
    Offer("Load a schedule", "load schedule --file", "All of it or nothing"),
    Offer("Rehearse the day", "plot-all --rehearse", "When who is wanted, what runs out", True),
    Offer("Swap list", "next --list", "Who changes which pen when", True),
)  # fmt: skip


def today_line(line: str) -> str:
    """The line of an offer with today's date in the place of `%Y%m%d`."""
    return date.today().strftime(line) if "%" in line else line


def split_command(text: str) -> list[str]:
    """The words of a typed command line; a `plotty` in front may be left out. Refused for one that
    cannot run inside the dashboard, or whose quotes are not closed."""
    try:
        words = shlex.split(text)
    except ValueError:
        raise Refused(f"a quote is not closed: {text.strip()}") from None
    if words[:1] == ["plotty"]:
        words = words[1:]
    if not words:
        raise Refused("plotty alone opens the dashboard: this is it")
    why = _NEED_A_TERMINAL.get(words[0])
    if why:
        raise Refused(f"plotty {words[0]} cannot run in here: {why}; use another terminal")
    return words


def command_process(words: list[str]) -> list[str]:
    """The program that runs these words."""
    return [sys.executable, "-m", _PLOTTY, *words]


def words_process() -> list[str]:
    """The program that prints every word of the command line as JSON."""
    return [sys.executable, "-m", f"{_PLOTTY}.cli.words"]


def command_environment(store: Store, width: int) -> Mapping[str, str]:
    """The environment for both: this studio, plain text of so many cells."""
    environment = {**os.environ, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": str(width)}
    if store.home == Home.at(store.home.data):
        environment["PLOTTY_HOME"] = str(store.home.data)
    return environment


MOST_NAMES = 20_000


def known_names(store: Store) -> dict[str, list[str]]:
    """The names there are, by what takes them: an argument as help calls it (`JOB`; with its group
    where that decides, `device NAME`), or an option (`--preset`)."""
    jobs = queue.job_names(store)[:MOST_NAMES]
    devices = _column(store, "SELECT name FROM device WHERE archived_at IS NULL ORDER BY id")
    pens = _column(store, "SELECT code AS name FROM pen WHERE state != 'retired' ORDER BY id")
    papers = _column(store, "SELECT name FROM paper WHERE retired_at IS NULL ORDER BY name")
    clients = _column(store, "SELECT name FROM client ORDER BY name")
    numbers = _column(store, "SELECT number AS name FROM run ORDER BY number DESC")
    named = {
        "JOB": jobs,
        "DEVICE": devices,
        "DEVICE|JOB": [*devices, *jobs],
        "RUN": [runs.run_name(number) for number in numbers],
        "PEN": pens,
        "PAPER": papers,
        "CLIENT": clients,
        "PRESET": [preset.name for preset in presets(store)],
        "THEME": theme_names(theme_folders(store.home.user_themes)),
    }
    for group in ("device", "paper", "client", "preset", "theme"):
        named[f"{group} NAME"] = named[group.upper()]
    for option, kind in (
        ("--preset", "PRESET"), ("--paper", "PAPER"), ("--client", "CLIENT"), ("--pen", "PEN"),
        ("--device", "DEVICE"), ("--devices", "DEVICE"), ("--on", "DEVICE"), ("--run", "RUN"),
        ("--from", "PRESET"),
    ):  # fmt: skip
        named[option] = named[kind]
    return named


def _column(store: Store, sql: str) -> list[Any]:
    return [row.name for row in store.rows(sql)]
