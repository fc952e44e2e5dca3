"""The Queue screen: every job, found by a filter, put in order, planned and plotted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.values import plural, rough
from plotty_tui.studio.actions import QUEUE as QUEUE_SCREEN
from plotty_tui.studio.jobs import looking
from plotty_tui.studio.jobs.reasons import Why, why_job

from ..feed import DEVICES, HANDS, QUEUE, RUNS, beside
from ..panels.bars import HandBar
from ..panels.queue import seconds_left
from ..panels.told import dot
from ..rows import RowList
from .base import FollowingScreen, bindings_of
from .jobs import JobsScreen
from .queue_doing import QueueDoings

if TYPE_CHECKING:
    from ..panels.job_page import JobPage
    from .studio import StudioScreen

# From here on the page of the job stands beside the queue.
BESIDE = 124
PAGE_LEAST, PAGE_MOST = 44, 76
# Holding an arrow key passes over jobs: the page is read for the one on which the cursor rests.
REST_SECONDS = 0.08
TOPICS = ("queue", "runs", "devices")

FOOTER = (
    "find.keys", "open", "find.filter", "job.plan", "job.start", "job.hold", "job.priority",
    "job.down", "job.up", "job.remove", "job.undo", "job.why", "job.add", "screen.studio",
    "find.command", "find.palette", "app.quit", "safety.stop",
)  # fmt: skip
FOOTER_WATCHING = ("find.keys", "open", "find.filter", "screen.studio", "view.theme", "app.quit")


class QueueScreen(JobsScreen, FollowingScreen):
    """All jobs in their order, and the page of the one under the cursor where there is room."""

    kind = QUEUE_SCREEN
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(QUEUE_SCREEN)
    AUTO_FOCUS = "#queue"

    def __init__(self, studio: StudioScreen) -> None:
        super().__init__(studio)
        self.doings: QueueDoings = QueueDoings(self)
        self.page: JobPage | None = None
        self._read: tuple[Any, ...] = ()

    def body(self) -> ComposeResult:
        yield self.queue_box

    # Painting

    def paint_body(self, changed: frozenset[str]) -> None:
        if QUEUE in changed:
            shot = self.feed.shot
            self.queue.show_queue(shot.queue, shot.counts.get("all", 0))
        if changed & {QUEUE, RUNS, DEVICES, HANDS}:
            self.read_page()
            self.paint_keys()

    def read_page(self) -> None:
        """Read the page of the job under the cursor, when it or the job is another."""
        if self.page is None or not self.page.display:
            return
        wanted = (self.queue.cursor_key, *self.feed.versions(*TOPICS))
        if wanted != self._read:
            again = self._read[:1] == wanted[:1]
            self._read = wanted
            self.doings.begin(self._read_job(wanted, 0 if again else REST_SECONDS))

    async def _read_job(self, wanted: tuple[Any, ...], rest: float) -> None:
        await asyncio.sleep(rest)
        if wanted != self._read or self.page is None:
            return
        if wanted[0] is None:
            self.page.show_job(None, None)
            return
        try:
            found, why = await beside(self.store, _look_at_job, self.store, wanted[0])
        except PlottyError:
            return  # it was removed a moment ago
        if wanted == self._read and self.is_mounted:
            self.page.show_job(found, why)

    # Room

    def fit_body(self, width: int, height: int) -> None:
        beside_it = width >= BESIDE
        if beside_it and self.page is None:
            from ..panels.job_page import JobPage

            self.page = JobPage(self.store, id="job-page")
            self.query_one("#middle").mount(self.page)
        if self.page is not None:
            self.page.display = beside_it
            self.page.styles.width = max(PAGE_LEAST, min(PAGE_MOST, width * 36 // 100))
            self.read_page()

    # What the keys mean

    @property
    def panels(self) -> list[Widget]:
        stops: list[Widget] = [self.hand_bar] if self.feed.shot.hands else []
        stops.append(self.queue)
        if self.page is not None and self.page.display:
            stops.append(self.page.words)
        return stops

    def step_back(self) -> None:
        """To the queue; then the filter goes, then the marks, then to the Studio screen."""
        if self.focused is not self.queue:
            self.queue.focus()
        elif self.queue.filter.text:
            self.action_end_filter(False)
        elif self.queue.marks:
            self.queue.set_marks(())
        else:
            self.doings.do("screen.studio")

    def answers_hand(self) -> bool:
        return isinstance(self.focused, HandBar)

    def keys_wanted(self) -> Sequence[str]:
        return FOOTER_WATCHING if self.read_only else self.with_planning(FOOTER)

    def on_row_list_selected(self, message: RowList.Selected) -> None:
        self.doings.do("open")

    def on_row_list_highlighted(self, message: RowList.Highlighted) -> None:
        self.read_page()
        self.paint_keys()

    def on_row_list_marked(self, message: RowList.Marked) -> None:
        """Say how much is marked, in the queue's lower border."""
        chosen = self.queue.chosen_jobs if message.keys else []
        seconds = sum(seconds_left(row) or 0.0 for row in chosen)
        time = f"{dot()}{rough(seconds)}" if seconds else ""
        self.queue.set_subtitle(f"{plural(len(chosen), 'job')} marked{time}" if chosen else "")


def _look_at_job(store: Any, job_id: int) -> tuple[Any, Why]:
    return looking.job_detail(store, job_id), why_job(store, job_id)
