"""Studios for the command-line tests: `plotty` is a new one, `prepared` has jobs, pens, plotters
and a run whose results nobody has told."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from studio_desk import Desk, rows, svg

from plotty_tui.studio.inventory import stock
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.machines.setup_devices import add_simulator
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import plans

FAST = 1000.0
CARD = "Acme: Card"


# A shell that runs the tests in the background lets them ignore ctrl-C, and whatever they start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module", autouse=True)
def read_by_one(read_by_one: None) -> None:
    """Each module here."""


@pytest.fixture
def plotty(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "home")
    yield desk
    desk.close()


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once for all test processes of a session: 12 jobs (four of them planned), 7 pens,
    paper, the plotters left and right, and RUN-001: four drawn copies of a card, results not
    told."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    home = shared / "prepared"
    with (shared / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            fresh = Path(tempfile.mkdtemp(dir=shared))
            _prepare(fresh)
            fresh.rename(home)
    return home


def _prepare(home: Path) -> None:
    files = home / "files"
    files.mkdir()
    desk = Desk(home)
    store = open_studio(home)

    def add(name: str, text: str, **wish: object) -> None:
        path = files / f"{name.replace(': ', '-')}.svg"
        path.write_text(text)
        intake.add_designs(store, [str(path)], intake.Wish(name=name, paper="a4", **wish))

    add(CARD, rows(120), copies=4)
    add("Client: Logo 01", rows(4, seed=1))
    add("Client: Logo 02", rows(4, seed=2))
    for number in range(4, 12):
        add(f"Backlog {number}", rows(2, seed=number))
    add("Poster", svg([("red", "#d81e2c", ["M10 10 L90 90"]), ("black", "#000", ["M90 10 L9 90"])]))
    for number in range(7):
        color = "#d81e2c" if number == 1 else "#000000"
        stock.add_pen(store, {"name": f"Pigma {number + 1}", "color": color, "life_mm": 900_000.0})
    stock.add_paper(store, {"name": "letter", "sheets": 10})
    for name in ("left", "right"):
        add_simulator(store, name, speed=FAST)
    chosen = intake.open_jobs(store, [CARD, "Client: Logo*", "Poster"])
    assert all(one.plan for one in plans.plan_jobs(store, chosen, "fast"))
    done = desk.helped("plot", CARD, "--devices", "left")
    assert done.status == 0, (done, store.home.engine_log.read_text())
    desk.close()
    # What would be copied for every test and says nothing.
    with contextlib.closing(sqlite3.connect(home / "plotty.db")) as books:
        books.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (home / "reserve").unlink()


@pytest.fixture
def prepared(plotty: Desk, prepared_home: Path) -> Desk:
    """A copy of the prepared studio, for this test alone."""
    shutil.copytree(prepared_home, plotty.home)
    return plotty


@pytest.fixture
def design(tmp_path: Path) -> Path:
    """A small design."""
    path = tmp_path / "design.svg"
    path.write_text(rows(3))
    return path
