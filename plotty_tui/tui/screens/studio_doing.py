"""What the keys of the Studio screen do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plotty_tui.domain import runs
from plotty_tui.domain.values import plural
from plotty_tui.studio.watching import DeviceView

from ..panels.device import DevicePanel
from ..panels.runs import open_first
from .jobs_doing import JobDoings, JobReasons
from .run_making import RunMaking

if TYPE_CHECKING:
    from .studio import StudioScreen


class StudioReasons(JobReasons):
    """`why_not` of each action on the Studio screen."""

    screen: StudioScreen

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


class StudioDoings(StudioReasons, JobDoings, RunMaking):
    """The actions of the Studio screen."""

    screen: StudioScreen

    def do_open(self) -> None:
        focused = self.screen.focused
        if focused is self.screen.hand_bar or (
            isinstance(focused, DevicePanel) and focused.hand is not None
        ):
            self.do("hand.ready")
        elif isinstance(focused, DevicePanel):
            self._open_job_of(focused.view)
        elif focused is self.screen.runs_panel:
            if (row := self.screen.runs_panel.chosen_run) is not None:
                self.show_run(row.number)
        else:
            self.do("job.preview")

    def _open_job_of(self, view: DeviceView) -> None:
        found = [row for row in self.screen.feed.shot.queue if row.name == view.job]
        if found:
            self.open_job(found[0].id)
        else:
            self.screen.tell(f"{view.name} holds no sheet", "hint")

    # Runs

    def do_run_complete(self) -> None:
        chosen = self.screen.runs_panel.chosen_run
        if chosen is None or not chosen.awaiting:
            chosen = open_first(self.screen.feed.shot.runs)[0]
        self.complete(chosen.number)

    # View

    def do_view_zoom(self) -> None:
        self.screen.zoom()
