"""Why an action cannot be done just now: what a grey key says when it is pressed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from plotty_tui.domain import orders
from plotty_tui.studio.actions import BY_ID

if TYPE_CHECKING:
    from .base import BaseScreen

PAUSABLE = (orders.DRAWING, orders.WAITING, orders.IDLE)
RESUMABLE = (orders.PAUSED, orders.INTERRUPTED, orders.FAULT)
HOLDING = (orders.DRAWING, orders.WAITING, orders.PAUSED, orders.INTERRUPTED, orders.FAULT)

# What may be done on a screen that only watches.
WATCHING = frozenset(
    ("view.zoom", "view.theme", "view.slower", "view.faster", "view.mute", "find.filter",
     "find.keys", "find.next_panel", "find.last_panel", "find.next_tab", "find.last_tab",
     "figures.period", "job.copy", "app.back", "app.quit")
)  # fmt: skip


class Reasons:
    """`why_not` of each action that every screen has."""

    def __init__(self, screen: BaseScreen) -> None:
        self.screen: Any = screen

    def why_not(self, action: str) -> str:
        """Why this cannot be done now, as a sentence; empty when it can."""
        screens = BY_ID[action].screens
        if screens and self.screen.kind not in screens:
            place = BY_ID[f"screen.{screens[0]}"]
            return f"not on this screen: {place.keys} opens {place.title}"
        watching = action in WATCHING or action.startswith("screen.")
        if self.screen.read_only and not watching:
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
