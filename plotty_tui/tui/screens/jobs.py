"""What the screens that show the queue have in common: the queue and its filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.containers import Vertical

from ..panels.queue import QueuePanel
from .base import BaseScreen

if TYPE_CHECKING:
    from textual.widgets import Input

    from ..panels.filter_line import FilterLine


class JobsScreen(BaseScreen):
    """A screen with the queue in `queue`, in a box of its own with the filter's line."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.queue = QueuePanel(id="queue")
        self.queue_box = Vertical(self.queue, id="queue-box")
        self._filter_line: FilterLine | None = None

    def paint_planning(self) -> None:
        super().paint_planning()
        self.queue.show_planning(self.app.planning.words)  # type: ignore[attr-defined]
        self.paint_keys()

    def with_planning(self, keys: Sequence[str]) -> Sequence[str]:
        """The footer's keys, while planning goes on with the one that stops it."""
        under_way = self.app.planning.is_under_way  # type: ignore[attr-defined]
        return ("job.plan_stop", *keys) if under_way else keys

    def job_meant(self) -> str:
        chosen = self.queue.chosen_jobs
        return str(chosen[0].name) if chosen else ""

    def go_to_job(self, job_id: Any) -> None:
        """Put the cursor on this job, without the filter if that hides it."""
        shot = self.feed.shot
        self.queue.show_queue(shot.queue, shot.counts.get("all", 0))
        if not self.queue.move_to_key(job_id):
            self.action_end_filter(False)
            self.queue.move_to_key(job_id)
        self.queue.focus()

    def open_filter(self) -> None:
        """Type the queue's filter."""
        if self._filter_line is None:
            from ..panels.filter_line import FilterLine

            self._filter_line = FilterLine()
            self.queue_box.mount(self._filter_line)
        self.queue.make_ready()
        self._filter_line.display = True
        self._filter_line.focus()

    def action_end_filter(self, keep: bool) -> None:
        """The filter is typed; or all jobs are wanted again."""
        line = self._filter_line
        if line is not None:
            if not keep:
                line.value = ""
                self.queue.use_filter("")
            line.display = bool(line.value)
        self.queue.focus()

    def on_input_changed(self, message: Input.Changed) -> None:
        self.queue.use_filter(message.value)
