"""Why an action cannot be done just now: what a grey key says when it is pressed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from plotty_tui.domain import jobs, orders, runs
from plotty_tui.domain.values import plural
from plotty_tui.studio.actions import BY_ID

if TYPE_CHECKING:
    from .base import BaseScreen
    from .studio import StudioScreen

PAUSABLE = (orders.DRAWING, orders.WAITING, orders.IDLE)
RESUMABLE = (orders.PAUSED, orders.INTERRUPTED, orders.FAULT)
HOLDING = (orders.DRAWING, orders.WAITING, orders.PAUSED, orders.INTERRUPTED, orders.FAULT)

# Where an action of one screen is found.
KEY_OF_SCREEN = {"studio": "1 opens the Studio", "devices": "6 opens the Devices"}

# What may be done on a screen that only watches.
WATCHING = frozenset(
    ("view.zoom", "view.theme", "view.slower", "view.faster", "view.mute", "find.filter",
     "find.keys", "find.next_panel", "find.last_panel", "screen.studio", "screen.devices",
     "job.copy", "app.back", "app.quit")
)  # fmt: skip


class Reasons:
    """`why_not` of each action that every screen has."""

    def __init__(self, screen: BaseScreen) -> None:
        self.screen: Any = screen

    def why_not(self, action: str) -> str:
        """Why this cannot be done now, as a sentence; empty when it can."""
        if BY_ID[action].screen not in ("", self.screen.kind):
            return f"not on this screen: {KEY_OF_SCREEN[BY_ID[action].screen]}"
        if self.screen.read_only and action not in WATCHING:
            return "this screen only watches: plotty opens the studio"
        asked = getattr(self, f"why_not_{action.replace('.', '_')}", None)
        return asked() if asked is not None else self.why_not_needed(BY_ID[action].needs)

    def why_not_needed(self, needs: str) -> str:
        """Why there is nothing that such an action could be done to."""
        return ""

    def why_not_job_copy(self) -> str:
        return "" if self.screen.job_meant() else "no job is under the cursor"

    def why_not_device_pause(self) -> str:
        view = self.screen.device_meant(PAUSABLE + RESUMABLE)
        if view is None:
            return self._which("pause", PAUSABLE)
        if view.state in PAUSABLE + RESUMABLE:
            return ""
        return f"{view.name} is {view.state}: there is nothing to pause"

    def why_not_device_resume(self) -> str:
        view = self.screen.device_meant(RESUMABLE)
        if view is None:
            return self._which("resume", RESUMABLE)
        if view.state in RESUMABLE:
            return ""
        return f"{view.name} is {view.state}: there is nothing to resume"

    def why_not_device_cancel(self) -> str:
        view = self.screen.device_meant(HOLDING)
        if view is None:
            return self._which("cancel", HOLDING)
        return "" if view.job else f"{view.name} holds no sheet"

    def why_not_hand_ready(self) -> str:
        return "" if self.screen.hand_meant() else "nobody is wanted"

    def why_not_hand_show(self) -> str:
        return self.why_not_hand_ready()

    def _which(self, what: str, states: Sequence[str]) -> str:
        fitting = [view.name for view in self.screen.feed.shot.devices if view.state in states]
        if not fitting:
            return f"no plotter to {what}"
        return f"which one: {', '.join(fitting)}? tab goes to it"


class StudioReasons(Reasons):
    """`why_not` of each action on the Studio screen."""

    screen: StudioScreen

    def why_not_needed(self, needs: str) -> str:
        if needs == "job" and not self.screen.queue.chosen_jobs:
            return "no job is under the cursor: a adds SVG files"
        return ""

    def why_not_job_plan_all(self) -> str:
        return "" if self.screen.feed.shot.queue else "the queue is empty: a adds SVG files"

    def why_not_job_start_all(self) -> str:
        return self.why_not_job_plan_all()

    def why_not_device_cancel(self) -> str:
        return "" if self.job_to_cancel() is not None else super().why_not_device_cancel()

    def why_not_run_complete(self) -> str:
        shot = self.screen.feed.shot
        if not shot.runs:
            return "no runs yet: s starts one"
        if any(row.awaiting for row in shot.runs):
            return ""
        under_way = [row for row in shot.runs if row.state == runs.IN_PROGRESS]
        if under_way:
            row = under_way[0]
            return f"{runs.run_name(row.number)} still has {plural(row.open, 'sheet')} to draw"
        return "no run awaits its results"

    def why_not_view_zoom(self) -> str:
        return "" if self.screen.device_panels else "no plotter is set up: plotty device add"

    def job_to_cancel(self) -> Any:
        """The job under the queue's cursor, when the queue has the focus and it is under way."""
        if self.screen.focused is not self.screen.queue:
            return None
        row = self.screen.queue.job(self.screen.queue.cursor_key)
        return row if row is not None and row.state == jobs.ACTIVE else None
