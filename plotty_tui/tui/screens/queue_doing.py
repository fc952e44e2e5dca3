"""What the keys of the Queue screen do beside those about jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .jobs_doing import JobDoings

if TYPE_CHECKING:
    from .queue import QueueScreen


class QueueDoings(JobDoings):
    """The actions of the Queue screen."""

    screen: QueueScreen

    def do_open(self) -> None:
        self.do("hand.ready" if self.screen.answers_hand() else "job.preview")

    def why_not_find_next(self) -> str:
        return "" if self.screen.queue.last_filter else "nothing was looked for yet: / does"

    def why_not_find_before(self) -> str:
        return self.why_not_find_next()

    def do_find_next(self) -> None:
        self._find(1)

    def do_find_before(self) -> None:
        self._find(-1)

    def _find(self, step: int) -> None:
        queue = self.screen.queue
        if queue.find(step):
            self.screen.tell(f"/{queue.last_filter}", "hint", seconds=2.0)
        else:
            self.screen.tell(f"no job fits {queue.last_filter!r}", "hint")
