"""Engines for the tests, forked from a process that has loaded the program.

An engine that a test process needs is a process of its own, as always, and runs the same `main`;
only Python and its modules are not loaded anew for each. Commands that tests run as processes start
their engines as they always do, and so does `--keep` and `--tied` here.

Run as a program, this is the process that forks: a JSON line in for each engine that is wanted, its
process id out.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from plotty_tui.store.home import Home
from plotty_tui.studio import engine_process


class Nursery:
    """Starts engines as `engine_process` does, sooner."""

    def __init__(self) -> None:
        self._spawn: Callable[..., Any] = engine_process._spawn
        self._process: subprocess.Popen[str] | None = None

    def spawn(self, home: Home, keep: bool, tied: bool) -> Any:
        """In the place of `engine_process._spawn`."""
        if keep or tied:
            return self._spawn(home, keep, tied)
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, str(Path(__file__))],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
            )  # fmt: skip
        assert self._process.stdin is not None and self._process.stdout is not None
        wanted = {"log": str(home.engine_log), "env": engine_process._environment(home)}
        print(json.dumps(wanted), file=self._process.stdin, flush=True)
        return Forked(int(self._process.stdout.readline()))

    def close(self) -> None:
        """Fork no more. Engines that run go on."""
        if self._process is not None:
            self._process.communicate()


class Forked:
    """An engine's process as far as its starter asks: whether it has ended."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None


def main() -> None:
    from plotty_tui.engine import __main__ as engine

    assert engine
    signal.signal(signal.SIGCHLD, _bury)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        wanted = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _be_engine(wanted["log"], wanted["env"])
        print(pid, flush=True)


def _bury(*_: object) -> None:
    """Engines that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _be_engine(log: str, environment: dict[str, str]) -> NoReturn:
    code = 1
    try:
        for one in (signal.SIGCHLD, signal.SIGINT):
            signal.signal(one, signal.SIG_DFL)
        os.setsid()
        os.chdir("/")
        out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        for number, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, out), (2, out)):
            os.dup2(source, number)
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        sys.argv = ["plotty engine"]
        from plotty_tui.engine.__main__ import main as run_engine

        code = run_engine()
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
