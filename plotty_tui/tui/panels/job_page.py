"""The page of one job: why it waits, its plan and its drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content

from plotty_tui.studio.jobs import looking
from plotty_tui.studio.jobs.reasons import Why

from ..dialogs.drawing import StillDrawing
from ..dialogs.frame import LineScroll
from ..dialogs.show import job_lines
from ..lines import Line
from ..text import plain


class JobPage(Container):
    """The job under the cursor: its drawing above, what is known of it below. `show_job` with its
    detail, None for none; a job that is shown already keeps its drawing."""

    def __init__(self, store: Any, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._store = store
        self._drawn: tuple[Any, ...] = ()
        self._title = ""
        self.drawing = StillDrawing(store)
        self.words = LineScroll(id="job-words")

    def compose(self) -> ComposeResult:
        yield self.drawing
        yield self.words

    def show_job(self, job: Any, why: Why | None) -> None:
        """Show this job, and why it is not being drawn."""
        self._retitle(plain(job.name) if job is not None else "Job")
        if job is None:
            self._drawn = ()
            self.drawing.draw(None)
            self.words.tell([])
            return
        lines = [*job_lines(job), *_why_lines(why)]
        self.words.tell(lines)
        drawn = (job.id, job.sha256, job.plan)
        if drawn != self._drawn:
            self._drawn = drawn
            store = self._store
            self.drawing.draw(lambda wide, high: looking.job_raster(store, job, wide, high))

    def _retitle(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self.border_title = Content(title)  # type: ignore[assignment]


def _why_lines(why: Why | None) -> Sequence[Line | str]:
    """Why it is not being drawn, each with its cure."""
    if why is None or why.drawing:
        return []
    lines: list[Line | str] = ["", (("Why it waits", "accent bold"), ("", ""))]
    if not why.reasons:
        return [*lines, "nothing keeps it: the next free plotter takes it"]
    for one in why.reasons:
        lines.append(one.text)
        if one.cure:
            lines.append(((f"  {one.cure}", "hint"),))
    return lines
