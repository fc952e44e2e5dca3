"""A pseudo-terminal under a steady name: the board's end of the cable."""

from __future__ import annotations

import os
import select
import threading
import tty
from pathlib import Path


class Port:
    """Serves `link`, a symbolic link to the terminal that a host opens, from `plug_in` to
    `unplug`; each time it is a new terminal, as a plugged-in board is a new device."""

    def __init__(self, link: str | os.PathLike[str]) -> None:
        self.link = Path(link)
        self._lock = threading.Lock()
        self._master = self._slave = -1
        self._wake, self._woken = os.pipe()
        os.set_blocking(self._wake, False)

    @property
    def plugged(self) -> bool:
        return self._master >= 0

    def plug_in(self) -> None:
        with self._lock:
            if self.plugged:
                return
            master, slave = os.openpty()
            tty.setraw(slave)
            os.set_blocking(master, False)
            self.link.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.link.with_name(self.link.name + ".new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(os.ttyname(slave))
            fresh.replace(self.link)
            # The slave is kept open: without it, reading fails between two hosts.
            self._master, self._slave = master, slave
        self.wake()

    def unplug(self) -> None:
        """Whoever has it open gets an error at the next read or write."""
        with self._lock:
            if not self.plugged:
                return
            self.link.unlink(missing_ok=True)
            master, slave, self._master, self._slave = self._master, self._slave, -1, -1
            os.close(slave)
            os.close(master)
        self.wake()

    def wake(self) -> None:
        """Let `read` return."""
        os.write(self._woken, b"!")

    def read(self) -> bytes:
        """What the host has sent, waiting for it; nothing when woken or unplugged."""
        master = self._master
        try:
            ready, _, _ = select.select([self._wake, *([master] if master >= 0 else [])], [], [])
        except OSError:
            ready = []  # unplugged just now
        with self._lock:
            if self._wake in ready:
                os.read(self._wake, 4096)
            if master in ready and master == self._master:
                try:
                    return os.read(master, 4096)
                except OSError:
                    return b""
        return b""

    def write(self, data: bytes) -> None:
        """Send an answer. One that nobody fetches is dropped when the buffer is full."""
        with self._lock:
            if self.plugged and data:
                try:
                    os.write(self._master, data)
                except OSError:
                    return

    def close(self) -> None:
        self.unplug()
        os.close(self._wake)
        os.close(self._woken)
