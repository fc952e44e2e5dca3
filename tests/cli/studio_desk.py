"""A studio with a terminal: command lines run as a person runs them, within this process or, where
the promise is about processes, in one of their own; and looks into the books to wait for things
without sleeping."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest.mock import patch

from plotty_tui.cli.main import guarded
from plotty_tui.domain.errors import PlottyError
from plotty_tui.store.database import leave_checkpoints_to_engine
from plotty_tui.store.tables import Device
from plotty_tui.studio import engine_process, watching
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.plots import plotting

PLOTTY = [sys.executable, "-m", "plotty_tui"]
SOON = 30.0
# What would change how output looks, whoever runs the tests.
LOOKS = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")
LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Said:
    """What a command line came to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output, which is one JSON document."""
        return json.loads(self.out)


class Desk:
    """One studio. Called with the words after `plotty`, it runs them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            **{key: text for key, text in os.environ.items() if key not in LOOKS},
            "PLOTTY_HOME": str(home),
            "PLOTTY_ENGINE_IDLE": "60",
            "PYTHONUTF8": "1",
            "TERM": "xterm-256color",
        }

    def __call__(self, *words: object, cwd: Path | None = None) -> Said:
        """A command line within this process: no second to start Python, so every example and
        every document can be tried."""
        out, err = _pipe("surrogateescape"), _pipe("backslashreplace")
        with (
            patch.dict(os.environ, self.environment, clear=True),
            patch.object(sys, "stdin", io.StringIO()),
            contextlib.chdir(cwd or Path.cwd()),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                status = guarded(list(map(str, words)))
            except SystemExit as leaving:
                status = int(leaving.code or 0)
        return Said(
            status, *(pipe.buffer.getvalue().decode(errors="replace") for pipe in (out, err))
        )

    here = __call__

    def good(self, *words: object, cwd: Path | None = None) -> Said:
        """The same for a command that must succeed."""
        said = self(*words, cwd=cwd)
        assert said.status == 0, said
        return said

    def helped(self, *words: object, cwd: Path | None = None) -> Said:
        """The same for a command that waits for pens and paper, which somebody puts in."""
        with self.standing_by():
            return self(*words, cwd=cwd)

    def apart(self, *words: object, cwd: Path | None = None) -> Said:
        """The command line in a process of its own, as a shell starts it."""
        done = subprocess.run(
            [*PLOTTY, *map(str, words)],
            env=self.environment, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=90, check=False,
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr)

    def begin(self, *words: str, cwd: Path | None = None) -> subprocess.Popen[str]:
        """A command that goes on while others run; it is waited for with `finish`."""
        return subprocess.Popen(
            [*PLOTTY, *words],
            env=self.environment, cwd=cwd, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def finish(self, process: subprocess.Popen[str]) -> Said:
        """Wait for a command's end, and put in the pens and paper that are asked for."""
        self.until(lambda: process.poll() is not None, 90, self.put_in)
        out, err = process.communicate()
        return Said(process.returncode, out, err)

    # The books

    @cached_property
    def store(self) -> Any:
        """The books, opened in this process too."""
        return open_studio(self.home)

    def device(self, name: str = "left") -> watching.DeviceView:
        """One plotter now."""
        return next(one for one in watching.device_views(self.store) if one.name == name)

    def put_in(self) -> None:
        """Put in what every waiting plotter asks for, as a person would who stands by."""
        for hand in watching.hand_views(self.store):
            if hand.answerable:
                # The plotter may have been told otherwise in the meantime.
                with contextlib.suppress(PlottyError):
                    plotting.ready(self.store, hand.device)

    @contextlib.contextmanager
    def standing_by(self) -> Iterator[None]:
        """Somebody puts in what is asked for, in a thread of this process."""
        assert self.store
        there, gone = threading.Event(), threading.Event()

        def stand_by() -> None:
            leave_checkpoints_to_engine()
            try:
                while not gone.wait(LOOK_SECONDS):
                    self.put_in()
                    there.set()
            finally:
                there.set()
                self.store.close()  # this thread's connection

        person = threading.Thread(target=stand_by)
        person.start()
        there.wait(SOON)
        try:
            yield
        finally:
            gone.set()
            person.join()

    def until(
        self, true: Callable[[], Any], seconds: float = SOON, between: Callable[[], None] = list
    ) -> Any:
        """Wait until something is true; its value."""
        deadline = time.monotonic() + seconds
        while not (value := true()):
            assert time.monotonic() < deadline, f"not within {seconds:g} s\n{self._standing()}"
            between()
            time.sleep(LOOK_SECONDS)
        return value

    def _standing(self) -> str:
        """How the studio stands, for somebody who reads of a failure."""
        if not self.home.exists():
            return "no studio"
        return "\n".join(
            self(*words).out for words in (("monitor",), ("next",), ("engine", "logs"))
        )

    def until_drawing(self, name: str = "left", strokes: int = 1) -> watching.DeviceView:
        """Wait until this plotter has drawn so many strokes of its sheet."""

        def drawn() -> watching.DeviceView | None:
            view = self.device(name)
            return view if view.state == "drawing" and view.strokes_done >= strokes else None

        return self.until(drawn, between=self.put_in)

    def set_speed(self, speed: float) -> None:
        """Let the simulated plotters of this studio draw at so many times the real speed."""
        with self.store.write():
            for device in Device.select():
                settings = {**device.settings, "speed": speed}
                Device.update(settings=settings).where(Device.id == device.id).execute()

    def queue(self) -> str:
        """The queue as a script sees it."""
        return self.good("list", "queue", "--json", "--all").out

    def jobs(self) -> list[dict[str, Any]]:
        """The jobs as they stand in the books."""
        return [vars(row) for row in self.store.rows("SELECT * FROM job ORDER BY id")]

    def engine_pid(self) -> int:
        """The process that drives."""
        return engine_process.engine_status(self.store).pid

    def kill_engine(self) -> None:
        """kill -9, and wait until it is gone."""
        os.kill(self.engine_pid(), signal.SIGKILL)
        self.until(lambda: not engine_process.engine_runs(self.store.home))

    def close(self) -> None:
        """End the engine of this studio, however it stands."""
        if "store" not in self.__dict__ and not (self.home / "engine.lock").exists():
            return
        # The test may have opened other books since.
        store = open_studio(self.home)
        if engine_process.engine_runs(store.home):
            with contextlib.suppress(PlottyError):
                engine_process.stop_engine(store, force=True)
        if engine_process.engine_runs(store.home):
            os.kill(engine_process.engine_status(store).pid, signal.SIGKILL)
        store.close()


def _pipe(errors: str) -> Any:
    """What a command writes to when no terminal is there."""
    return io.TextIOWrapper(io.BytesIO(), "utf-8", errors, write_through=True)


class Terminal:
    """A command in a terminal of its own, which can be closed under it."""

    def __init__(self, desk: Desk, *words: str, size: tuple[int, int] = (24, 100)) -> None:
        self._mine, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, size)
        self.process = subprocess.Popen(
            [*PLOTTY, *words],
            env=desk.environment, stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
        )  # fmt: skip
        os.close(theirs)
        self.seen = ""

    def look(self) -> str:
        """All that it has shown so far."""
        while select.select([self._mine], [], [], 0)[0]:
            try:
                data = os.read(self._mine, 65536)
            except OSError:
                break
            if not data:
                break
            self.seen += data.decode(errors="replace")
        return self.seen

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._mine, keys.encode())

    def wait(self, seconds: float = SOON) -> int:
        """Its exit status."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, self.look()[-2000:]
            self.look()
            time.sleep(LOOK_SECONDS)
        self.look()
        return self.process.returncode

    def close(self) -> None:
        """The window is closed: the terminal is gone for everything that runs in it."""
        if self._mine >= 0:
            os.close(self._mine)
            self._mine = -1


# Designs ----------------------------------------------------------------------------------------


def svg(
    layers: Iterable[tuple[str, str, Iterable[str]]], width: float = 100, height: float = 100
) -> str:
    """A drawing of named layers: (name, colour, path data)."""
    inside = "".join(
        f'<g inkscape:groupmode="layer" inkscape:label="{name}" fill="none" stroke="{color}">'
        + "".join(f'<path d="{path}"/>' for path in paths)
        + "</g>"
        for name, color, paths in layers
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        f'width="{width:g}mm" height="{height:g}mm" viewBox="0 0 {width:g} {height:g}">'
        f"{inside}</svg>"
    )


def rows(count: int, color: str = "#000000", name: str = "", seed: int = 0) -> str:
    """A layer of `count` parallel lines with a corner, apart from each other."""
    return svg([layer_of_rows(count, color, name, seed)])


def layer_of_rows(
    count: int, color: str, name: str = "", seed: int = 0
) -> tuple[str, str, list[str]]:
    """The layer that `rows` draws."""
    step = 80 / max(1, count)
    paths = [
        f"M{10 + seed} {10 + k * step:.3f} L{50 + seed} {10.4 + k * step:.3f} "
        f"L{80 + seed} {10 + k * step:.3f}"
        for k in range(count)
    ]
    return name or color, color, paths
