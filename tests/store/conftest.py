"""A small studio for the tests of the books: real SQLite files, plans without geometry.

`studio` is a fresh one (`small_books`). `in_python` runs a script in a process of its own, with
`Studio` and the store at hand.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from small_books import Studio

from plotty_tui.studio.opening import open_studio


@pytest.fixture(scope="session")
def empty_studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a studio with empty books, closed."""
    folder = tmp_path_factory.mktemp("studios") / "empty"
    open_studio(folder).close()
    return folder


@pytest.fixture
def new_studio(empty_studio: Path, memory: Path) -> Iterator[Callable[[str], Studio]]:
    """Makes a studio by name; the one that is open before is closed."""
    opened: list[Studio] = []

    def make(name: str) -> Studio:
        if opened:
            opened.pop().close()
        shutil.copytree(empty_studio, memory / name)
        opened.append(Studio(memory / name))
        return opened[0]

    yield make
    for studio in opened:
        studio.close()


@pytest.fixture
def studio(new_studio: Callable[[str], Studio]) -> Studio:
    """A studio with empty books."""
    return new_studio("studio")


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one, for tests that write hundreds of times: kill -9 asks
    nothing of the disk."""
    place = Path("/dev/shm")
    if not os.access(place, os.W_OK):
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(dir=place))
    yield folder
    shutil.rmtree(folder)


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a script in a process of its own; what is still running at the end is killed."""
    running: list[subprocess.Popen[str]] = []

    def run(script: str, *arguments: object) -> subprocess.Popen[str]:
        head = (
            f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
            "from pathlib import Path\nfrom small_books import *\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", head + textwrap.dedent(script), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def in_python(start: Start) -> Callable[..., str]:
    """Runs a script in a process of its own to its end; what it printed."""

    def run(script: str, *arguments: object) -> str:
        process = start(script, *arguments)
        out, problems = process.communicate(timeout=100)
        assert process.returncode == 0, problems
        return out

    return run
