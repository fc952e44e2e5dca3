"""Room on the disk that is kept for the worst moment."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

SIZE = 4_000_000


class Reserve:
    """A file that stands for free room: given away when the disk is full, so that what is being
    drawn can be finished and booked, and taken again when there is room."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = path.exists()

    def keep(self) -> None:
        """Take the room, if the disk has plenty."""
        if self._kept:
            return
        with contextlib.suppress(OSError):
            if shutil.disk_usage(self._path.parent).free > 5 * SIZE:
                with self._path.open("wb") as out:
                    os.posix_fallocate(out.fileno(), 0, SIZE)
                self._kept = True

    def give(self) -> None:
        """Give the room away."""
        self._path.unlink(missing_ok=True)
        self._kept = False
