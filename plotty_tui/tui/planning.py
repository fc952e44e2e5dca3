"""The planning that a dashboard does beside its screens: how far it is, and how it ends."""

from __future__ import annotations

import threading

from plotty_tui.studio.planning.plan_progress import Progress

from .panels.told import dot


class Planning:
    """One planning at a time, whichever screen began it."""

    def __init__(self) -> None:
        self.progress: Progress | None = None
        self._ending: threading.Event | None = None
        self.left = threading.Event()

    @property
    def is_under_way(self) -> bool:
        """Whether jobs are being planned."""
        return self._ending is not None

    def begin(self) -> threading.Event:
        """Planning begins; it has to end when the event is set."""
        self.progress, self._ending = None, threading.Event()
        return self._ending

    def end(self) -> None:
        """It has ended, or nobody waits for it any more."""
        self.stop()
        self.progress = self._ending = None

    def stop(self) -> None:
        """It is to end now."""
        if self._ending is not None:
            self._ending.set()

    def leave(self) -> None:
        """The dashboard is left: nothing goes on."""
        self.left.set()
        self.stop()

    def watch(self, progress: Progress) -> None:
        """It is so far. Called in any thread; the paint clock shows it."""
        self.progress = progress

    @property
    def mark(self) -> str:
        """In a word or two, for the header; empty when nothing is planned."""
        if not self.is_under_way:
            return ""
        return f"planning {self.progress.part:.0%}" if self.progress else "planning …"

    @property
    def words(self) -> str:
        """How far, how long, and what is done to which job."""
        if not self.is_under_way:
            return ""
        if self.progress is None:
            return "planning …"
        here = self.progress
        told = (f"planning {here.part:.0%}", here.left, here.under_way, here.count)
        return dot().join(filter(None, told))
