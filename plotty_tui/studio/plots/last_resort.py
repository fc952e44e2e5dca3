"""An emergency stop without the engine: it hangs, or cannot be told.

The engine's process is ended, whatever it does. Its workers notice that, stop, raise their pens and
end; one that does not is ended too. Then the pen of every real plotter is raised once more, through
a worker of our own: a pen that is up stays up.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from plotty_tui.domain import values
from plotty_tui.store.database import Store
from plotty_tui.store.home import engine_runs
from plotty_tui.store.machines import devices

LEAVE_SECONDS = 2.0
RAISE_SECONDS = 2.0
LOOK_SECONDS = 0.01
_WORKER = "plotty_tui.devices.worker"


def stop_without_engine(store: Store) -> str:
    """End the engine and raise every pen; what was done, as a sentence."""
    pid = _engine_pid(store)
    workers = _workers_of(pid) if pid else []
    if pid:
        _kill(pid)
    done = [f"the engine hung and was ended (process {pid})"]
    stubborn = _wait_for(workers)
    left = len(workers) - len(stubborn)
    if left:
        done.append(
            f"{values.plural(left, 'plotter process', 'plotter processes')} stopped, pen up"
        )
    for worker in stubborn:
        _kill(worker)
        done.append(f"plotter process {worker} hung and was ended")
    deadline = time.monotonic() + LEAVE_SECONDS
    while engine_runs(store.home) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    done += _raise_pens()
    return "; ".join(done)


def _engine_pid(store: Store) -> int | None:
    """The process that holds the lock, as it wrote there."""
    match = re.fullmatch(r"process (\d+)", store.home.engine_lock.read_text().strip())
    return int(match[1]) if match else None


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _workers_of(engine: int) -> list[int]:
    """The processes that drive plotters for this engine."""
    if Path("/proc/self/stat").exists():
        found = [(int(one.name), *_of_proc(one)) for one in Path("/proc").glob("[0-9]*")]
    else:
        listed = subprocess.run(
            ["ps", "-axo", "pid=,ppid=,command="], capture_output=True, text=True, check=False
        ).stdout
        rows = [line.split(None, 2) for line in listed.splitlines()]
        found = [(int(row[0]), int(row[1]), row[2]) for row in rows if len(row) == 3]
    return [pid for pid, parent, words in found if parent == engine and _WORKER in words]


def _of_proc(folder: Path) -> tuple[int, str]:
    """Parent and command line; 0 and nothing for a process that is gone meanwhile."""
    try:
        parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        return parent, (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (OSError, ValueError):
        return 0, ""


def _wait_for(workers: list[int]) -> list[int]:
    """Those that have not ended in time."""
    deadline = time.monotonic() + LEAVE_SECONDS
    alive = workers
    while alive and time.monotonic() < deadline:
        alive = [pid for pid in alive if _lives(pid)]
        time.sleep(LOOK_SECONDS)
    return alive


def _lives(pid: int) -> bool:
    with contextlib.suppress(OSError, IndexError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in ("Z", "X")
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _raise_pens() -> list[str]:
    """Raise the pen of every real plotter, all at once, in bounded time."""
    real = [one for one in devices.enabled_devices() if one.driver != "simulator"]
    begun = [
        (
            one.name,
            begin_raising(one.driver, {"model": one.model, "name": one.name, **one.settings}),
        )
        for one in real
    ]
    deadline = time.monotonic() + RAISE_SECONDS
    told = []
    for name, process in begun:
        raised = pen_raised(process, deadline)
        told.append(
            f"{name}: pen up" if raised else f"{name} does not answer: lift its pen by hand"
        )
    return told


def begin_raising(driver: str, settings: dict[str, Any]) -> subprocess.Popen[str]:
    """A worker that opens one plotter, raises its pen and ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", _WORKER],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        for command in (
            {"do": "open", "driver": driver, "settings": settings},
            {"do": "pen_up"},
        ):
            process.stdin.write(json.dumps(command) + "\n")
        process.stdin.flush()
    return process


def pen_raised(process: subprocess.Popen[str], deadline: float) -> bool:
    """Whether the worker said in time that the pen is up; it is ended in any case."""
    import threading

    assert process.stdout is not None
    said: list[dict[str, Any]] = []
    lines = process.stdout

    def listen() -> None:
        for line in lines:
            message = json.loads(line)
            if message.get("say") in ("fault", "refused") or message.get("of") == "pen_up":
                said.append(message)
                return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    listener.join(max(0.0, deadline - time.monotonic()))
    _kill(process.pid)
    process.wait()
    return bool(said) and said[0]["say"] == "ok"
