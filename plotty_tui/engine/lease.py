"""One engine per studio: a lock on a file in the data folder, held for life.

The lock dies with the process, however it dies; a worker process cannot inherit it (Python's
descriptors are close-on-exec).
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from plotty_tui.domain.errors import Conflict

LOOKS_SECONDS = 0.3


class Lease:
    """The right to drive this studio's plotters."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def take(self) -> None:
        """Take the lock, or raise Conflict naming who holds it."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _locked(handle):
            holder = os.read(handle, 200).decode(errors="replace").strip() or "another process"
            os.close(handle)
            raise Conflict(f"an engine drives this studio already: {holder}")
        os.ftruncate(handle, 0)
        os.write(handle, f"process {os.getpid()}".encode())
        self._handle = handle

    def give_back(self) -> None:
        """Let the next engine have it."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _locked(handle: int) -> bool:
    """Take the lock. Whoever only looks whether an engine runs holds it for an instant: such a
    look is waited out, an engine is not."""
    deadline = time.monotonic() + LOOKS_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.005)
