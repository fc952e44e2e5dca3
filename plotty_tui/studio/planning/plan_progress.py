"""How far planning is: what the command line and the dashboard show meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plotty_tui.domain.plan import DOING
from plotty_tui.domain.values import clock, plural

# Less than this is done of the work: how long the rest takes is anybody's guess.
GUESSED = 0.02
GUESS_AFTER_S = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of planning.

    jobs, planned   plans wanted, and done (also those that were refused)
    part            of all the work, 0 to 1
    left_s          seconds until it is done; None while nobody can tell
    job, doing      a job under way and what is done to it; empty between two
    job_part        how much of it is done
    """

    jobs: int
    planned: int
    part: float
    left_s: float | None = None
    job: str = ""
    doing: str = ""
    job_part: float = 0.0

    @property
    def count(self) -> str:
        """`3 of 12 jobs`; nothing for a single one."""
        return f"{self.planned} of {plural(self.jobs, 'job')}" if self.jobs > 1 else ""

    @property
    def under_way(self) -> str:
        """`Acme: Card, searching 45 %`."""
        return f"{self.job}, {self.doing} {self.job_part:.0%}" if self.job else ""

    @property
    def left(self) -> str:
        """`0:45 left`, once that can be told."""
        return f"{clock(self.left_s)} left" if self.left_s is not None else ""


Watching = Callable[[Progress], None]


class Course:
    """Follows the planning of so many jobs and tells `watch` after each change. `strokes` are those
    of each plan: what it weighs."""

    def __init__(
        self, names: Sequence[str], strokes: Sequence[int], jobs: int, watch: Watching | None
    ) -> None:
        self._names, self._jobs, self._watch = names, jobs, watch
        self._weights = [count + 1 for count in strokes]
        self._all = sum(self._weights) or 1
        self._under_way: dict[int, tuple[str, float]] = {}
        self._done = 0
        self.planned = 0
        self._begun = time.monotonic()

    def step(self, number: int, step: str, part: float) -> None:
        """A plan has come so far."""
        self._under_way[number] = (step, part)
        self._tell()

    def done(self, number: int, jobs: int) -> None:
        """A plan is there, or refused, for so many jobs."""
        self._under_way.pop(number, None)
        self._done += self._weights[number]
        self.planned += jobs
        self._tell()

    def _tell(self) -> None:
        if self._watch is None:
            return
        begun = sum(self._weights[k] * part for k, (_, part) in self._under_way.items())
        part = min(1.0, (self._done + begun) / self._all)
        spent = time.monotonic() - self._begun
        known = part > GUESSED and spent > GUESS_AFTER_S
        left_s = spent * (1 - part) / part if known else None
        job, doing, job_part = "", "", 0.0
        if self._under_way:
            # The one that is under way longest.
            number, (step, job_part) = next(iter(self._under_way.items()))
            job, doing = self._names[number], DOING[step]
        self._watch(Progress(self._jobs, self.planned, part, left_s, job, doing, job_part))
