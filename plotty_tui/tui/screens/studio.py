"""The Studio screen: queue, plotters with their drawings, runs, today; everything at a glance."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import islice
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.timer import Timer
from textual.widget import Widget

from plotty_tui.domain import jobs
from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.raster import InkCells, Raster
from plotty_tui.domain.runs import run_name
from plotty_tui.domain.values import plural
from plotty_tui.studio import watching
from plotty_tui.studio.actions import STUDIO
from plotty_tui.studio.watching import DeviceView, HandView

from ..bar import Span
from ..feed import (
    CLOCK,
    DEVICES,
    EVENTS,
    EVERYTHING,
    HANDS,
    QUEUE,
    RUNS,
    SETTINGS,
    TODAY,
    beside,
    usual_rate,
)
from ..lines import LinePanel
from ..panels.bars import HandBar, TodayPanel, welcome_lines
from ..panels.device import FULL, DevicePanel, NextJob
from ..panels.runs import RunsPanel
from ..panels.told import hand_of
from ..rows import RowList
from ..text import symbols
from .base import BaseScreen, bindings_of, too_small_lines
from .jobs import JobsScreen
from .layout import Layout, arrange
from .studio_doing import StudioDoings

MOST_RASTERS = 8

# Keys of the footer, the most wanted first, by what has the focus.
FOOTER_KEYS = {
    "queue": (
        "find.keys", "open", "job.add", "job.plan", "job.start", "device.pause", "device.cancel",
        "find.filter", "view.zoom", "run.complete", "run.new", "find.palette", "app.quit",
        "job.priority", "job.down", "job.up", "job.hold", "job.remove", "job.undo",
        "find.command", "safety.stop",
    ),
    "device": (
        "find.keys", "open", "device.pause", "device.cancel", "view.zoom", "hand.show",
        "job.start", "run.complete", "job.add", "find.palette", "app.quit", "safety.stop",
    ),
    "runs": (
        "find.keys", "open", "run.complete", "run.new", "job.start", "job.add", "device.pause",
        "find.palette", "app.quit", "safety.stop",
    ),
}  # fmt: skip
FOOTER_WATCHING = ("find.keys", "view.zoom", "view.theme", "find.filter", "app.quit")


class StudioScreen(JobsScreen):
    """The studio at a glance, painted from the feed. `read_only` only watches."""

    kind = STUDIO
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(STUDIO)
    AUTO_FOCUS = "#queue"

    def __init__(self, store: Any, read_only: bool = False) -> None:
        super().__init__(store, None, read_only)
        self.muted = False
        self.doings: StudioDoings = StudioDoings(self)
        self._missed: frozenset[str] = frozenset()
        self.device_panels: list[DevicePanel] = []
        self._busy = False  # whether a plotter has a sheet
        self._rate = usual_rate()
        self._clock: Timer | None = None
        self._planning_shown = False
        self._rung: set[int] = set()
        self._drawn_runs: set[int] = set()  # called out already, or drawn before this began
        self._rasters: dict[tuple[str, int, int], Raster] = {}
        self._making = threading.Lock()
        self._layout: Layout | None = None
        self._zoomed = ""
        self.runs_panel = RunsPanel(id="runs")
        self.welcome = LinePanel(title="Welcome", id="welcome", can_focus=False)
        self.today = TodayPanel(title="Today", id="today", can_focus=False)
        self.too_small = LinePanel(id="too-small", can_focus=False)
        self.devices = Container(id="devices")

    def compose(self) -> ComposeResult:
        # Read before the first layout: what is mounted later is laid out a second time.
        self.feed.open()
        self._make_panels(self.feed.shot.devices)
        yield self.header
        yield self.hand_bar
        with Container(id="middle"):
            yield self.queue_box
            yield self.welcome
            with self.devices:
                yield from self.device_panels
        with Horizontal(id="bottom"):
            yield self.runs_panel
            yield self.today
        yield self.too_small
        yield self.footer

    # The paint clock

    def on_mount(self) -> None:
        self.set_class(symbols().ascii, "-ascii")
        self._rung = {hand.id for hand in self.feed.shot.hands}
        self._drawn_runs = {run.number for run in self.feed.shot.runs if run.awaiting}
        self._arrange()
        self._paint(EVERYTHING)
        self.rate = self._rate

    @property
    def rate(self) -> float:
        """Paintings a second."""
        return self._rate

    @rate.setter
    def rate(self, rate: float) -> None:
        self._rate = rate
        if self._clock is not None:
            self._clock.stop()
        self._clock = self.set_interval(1 / rate, self._beat, name="paint clock")

    def _beat(self) -> None:
        try:
            self.feed.look()
        except PlottyError as error:
            self.tell(str(error), "state-fault")
        if self._planning_shown or self.app.planning.is_under_way:  # type: ignore[attr-defined]
            self._planning_shown = self.app.planning.is_under_way  # type: ignore[attr-defined]
            self._shown.paint_planning()
        self._shown.footer.tick()

    @property
    def _shown(self) -> BaseScreen:
        """The screen that is shown, maybe below dialogs."""
        return self.app.shown_place  # type: ignore[attr-defined,no-any-return]

    def paint(self, changed: frozenset[str]) -> None:
        """Show what has changed, here or on the screen that is shown instead; what this one
        misses meanwhile it shows when it comes back."""
        if SETTINGS in changed:
            self.app.use_chosen_theme()  # type: ignore[attr-defined]
        if changed & {HANDS, CLOCK}:
            self._call_person(self.feed.shot.hands)
        if RUNS in changed:
            self._call_drawn_runs()
        if self._shown is self:
            self._paint(changed)
        else:
            self._missed |= changed
            self._shown.paint(changed)

    def on_screen_resume(self) -> None:
        missed, self._missed = self._missed, frozenset()
        if missed:
            self._paint(missed)
        self.paint_planning()

    def _paint(self, changed: frozenset[str]) -> None:
        shot = self.feed.shot
        if changed & {DEVICES, HANDS, CLOCK, QUEUE}:
            self._paint_devices()
        if QUEUE in changed:
            self.queue.show_queue(shot.queue, shot.counts.get("all", 0))
        if RUNS in changed:
            self.runs_panel.show_runs(shot.runs)
        if changed & {TODAY, EVENTS}:
            self.today.show_today(shot)
        self.paint_bars(changed, self.marks())
        if changed & {DEVICES, HANDS, QUEUE, RUNS}:
            self._paint_presence()
            self.paint_keys()

    def _paint_devices(self) -> None:
        shot = self.feed.shot
        if [panel.device for panel in self.device_panels] != [view.name for view in shot.devices]:
            for panel in self.device_panels:
                panel.remove()
            self._make_panels(shot.devices)
            self.devices.mount(*self.device_panels)
            self._arrange()
        if self._busy != any(view.job for view in shot.devices):
            self._arrange()
        ahead = self._jobs_ahead()
        for panel, view in zip(self.device_panels, shot.devices, strict=True):
            panel.show_view(view, hand_of(shot.hands, view.name), ahead.get(view.name))

    def _jobs_ahead(self) -> dict[str, NextJob]:
        """What the plotters that have nothing to do would draw next, by their names."""
        shot = self.feed.shot
        idle = [view.name for view in shot.devices if view.enabled and not view.job]
        ready = (row for row in shot.queue if row.state == jobs.PLANNED and not row.held)
        return {
            name: NextJob(row.name, row.plan_key)
            for name, row in zip(idle, islice(ready, len(idle)), strict=False)
        }

    def _make_panels(self, views: Sequence[DeviceView]) -> None:
        self.device_panels = [DevicePanel(view, self.ask_raster) for view in views]

    def _paint_presence(self) -> None:
        """Panels that would be empty are not there."""
        shot = self.feed.shot
        empty = not shot.queue and not shot.runs
        none_drawn = not shot.runs and not shot.today.drawn
        self.update_classes(
            {"-empty": empty, "-no-devices": not shot.devices, "-no-runs": none_drawn}
        )
        if empty:
            self.welcome.show(welcome_lines(len(shot.devices)))
        if empty and self.focused is self.queue:
            self.set_focus(None)

    def marks(self) -> list[Span]:
        """Words of the dashboard itself, for the header."""
        words = ["only watching"] if self.read_only else ["muted"] if self.muted else []
        words += filter(None, [self.app.planning.mark])  # type: ignore[attr-defined]
        return [(f"{word}   ", "hint") for word in words]

    def _call_person(self, hands: Sequence[HandView]) -> None:
        """Ring once for each new hand."""
        fresh = [hand for hand in hands if hand.id not in self._rung]
        self._rung |= {hand.id for hand in fresh}
        if fresh:
            self._ring(fresh[0].text)

    def _call_drawn_runs(self) -> None:
        """Ring once for each run whose last sheet is drawn."""
        drawn = {run.number: run for run in self.feed.shot.runs if run.awaiting}
        fresh = [run for number, run in drawn.items() if number not in self._drawn_runs]
        # One that gets more sheets is drawn once more.
        self._drawn_runs = set(drawn)
        if fresh:
            run = fresh[0]
            self._ring(f"{run_name(run.number)} is drawn: {plural(run.drawn, 'sheet')}")

    def _ring(self, text: str) -> None:
        """Bell and notice of the desktop; a toast where a dialog covers the hand bar."""
        if self.muted or self.read_only:
            return
        self.app.bell()
        self.app.call_out(text)  # type: ignore[attr-defined]
        if not isinstance(self.app.screen, BaseScreen):
            self.app.notify(text, severity="warning", markup=False)

    # Drawings

    def ask_raster(self, panel: DevicePanel, key: str, wide: int, high: int) -> None:
        """The drawing of this plan, for this panel, as soon as it is made."""
        self.doings.begin(self._raster(panel, key, wide, high))

    async def _raster(self, panel: DevicePanel, key: str, wide: int, high: int) -> None:
        known = self._rasters.get((key, wide, high))
        done = panel.view.strokes_done

        def make() -> InkCells | None:
            # One after the other: while the terminal is resized, most are wanted no more.
            with self._making:
                if not panel.wants(key, wide, high):
                    return None
                raster = known or watching.plan_raster(self.store, key, wide, high)
                return InkCells(raster, done)

        try:
            ink = await beside(self.store, make)
        except PlottyError as error:
            if key == panel.view.plan_key:  # of what may come next nobody is told
                self.tell(str(error), "state-fault")
            return
        if ink is None:
            return
        self._rasters[key, wide, high] = ink.raster
        while len(self._rasters) > MOST_RASTERS:
            del self._rasters[next(iter(self._rasters))]
        if panel.is_mounted:
            panel.show_drawing(key, ink)

    # Room

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()
        self.paint_bars(frozenset(), self.marks())

    def _arrange(self) -> None:
        width, height = self.size
        if not width:
            return
        self._busy = any(view.job for view in self.feed.shot.devices)
        layout = self._layout = arrange(width, height, len(self.device_panels), busy=self._busy)
        names = ("too_small", "tiny", "stacked", "short")
        # All at once: each change looks up the styles of every widget.
        self.update_classes({f"-{name.replace('_', '-')}": getattr(layout, name) for name in names})
        if layout.too_small:
            self.too_small.show(too_small_lines(width, height))
            return
        self._arrange_devices(layout)

    def _arrange_devices(self, layout: Layout) -> None:
        lines = layout.look != FULL and not self._zoomed
        self.devices.set_class(lines, "-lines")
        styles = self.devices.styles
        styles.grid_size_columns = 1 if self._zoomed else layout.columns
        styles.width = "100%" if self._zoomed or not layout.devices_wide else layout.devices_wide
        styles.height = "100%" if self._zoomed or not layout.devices_high else layout.devices_high
        for panel in self.device_panels:
            panel.set_class(panel.device == self._zoomed, "-zoomed")
            panel.use_look(FULL if self._zoomed else layout.look)
        self.set_class(bool(self._zoomed), "-zoom")

    def zoom(self) -> None:
        """One plotter's drawing on all of the screen; again: back."""
        if self._zoomed:
            self._zoomed = ""
        else:
            view = self.device_meant(("drawing", "waiting", "paused", "interrupted"))
            view = view or next(
                (panel.view for panel in self.device_panels if panel.view.job),
                self.device_panels[0].view,
            )
            self._zoomed = view.name
            panel = next(one for one in self.device_panels if one.device == view.name)
            self.call_after_refresh(panel.focus)
        self._arrange()

    def step_back(self) -> None:
        """Out of the zoom, else the filter goes, else the focus goes to the queue."""
        if self._zoomed:
            self.zoom()
        elif self.queue.filter.text:
            self.action_end_filter(False)
        elif self.queue.marks:
            self.queue.set_marks(())
        elif not self.has_class("-empty"):
            self.queue.focus()

    # What the keys mean

    @property
    def panels(self) -> list[Widget]:
        """What tab goes through."""
        zoomed = bool(self._zoomed)
        stops: list[Widget] = [self.hand_bar] if self.feed.shot.hands else []
        if not zoomed and not self.has_class("-empty"):
            stops.append(self.queue)
        stops += [one for one in self.device_panels if not zoomed or one.device == self._zoomed]
        if not zoomed and self.runs_panel.row_count and not self.has_class("-short"):
            stops.append(self.runs_panel)
        return stops

    def device_meant(self, states: Sequence[str]) -> DeviceView | None:
        """The plotter that a key means: the one with the focus or the zoom, the one that holds
        the job under the cursor, or the only one in one of these states."""
        views = self.feed.shot.devices
        if isinstance(self.focused, DevicePanel):
            return self.focused.view
        if self._zoomed:
            return next((view for view in views if view.name == self._zoomed), None)
        fitting = [view for view in views if view.state in states and view.enabled]
        row = self.queue.job(self.queue.cursor_key)
        if row is not None and self.focused is self.queue:
            mine = [view for view in fitting if view.job == row.name]
            if len(mine) == 1:
                return mine[0]
        return fitting[0] if len(fitting) == 1 else None

    def hand_meant(self) -> HandView | None:
        """The hand of the plotter with the focus, else the one that waits longest."""
        hands = self.feed.shot.hands
        if isinstance(self.focused, DevicePanel):
            return self.focused.hand
        return hands[0] if hands else None

    def on_row_list_selected(self, message: RowList.Selected) -> None:
        self.doings.do("open")

    def on_row_list_highlighted(self, message: RowList.Highlighted) -> None:
        self.paint_keys()

    def job_meant(self) -> str:
        if isinstance(self.focused, DevicePanel):
            return self.focused.view.job
        return super().job_meant()

    def answers_hand(self) -> bool:
        return isinstance(self.focused, DevicePanel | HandBar)

    def keys_wanted(self) -> Sequence[str]:
        if self.read_only:
            return FOOTER_WATCHING
        if self.answers_hand():
            return FOOTER_KEYS["device"]
        return self.with_planning(
            FOOTER_KEYS["runs" if self.focused is self.runs_panel else "queue"]
        )
