"""The Figures screen: key figures with trends, success and variance over time, the queue's load,
pens with their forecast, the busiest plotters and hours."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.widget import Widget

from plotty_tui.domain.errors import PlottyError
from plotty_tui.studio.actions import FIGURES as FIGURES_SCREEN

from ..bar import Line
from ..feed import beside
from ..lines import LinePanel
from ..panels import figures as panels
from ..panels.bars import HandBar
from ..panels.figures_reading import PERIODS, FiguresShot, read_figures
from ..panels.run_page import heading
from .base import FollowingScreen, bindings_of
from .figures_doing import FiguresDoings

if TYPE_CHECKING:
    from .studio import StudioScreen

# From so many cells on the panels stand in two, and in three columns.
TWO, THREE = 110, 170
TOPICS = ("runs", "queue", "materials", "settings")
# While plotters draw the books change all the time: the figures are read no more often than this.
READ_SECONDS = 2.0
# Lines that panels with a chart need, and what they grow by at most where there is room.
LEAST = {"success": 8, "variance": 8, "machines": 10}
MOST_MORE = 16
# Cells of a panel's border and padding.
FRAME = 4
# Header, footer, and the line of periods.
BARS = 3

FOOTER = (
    "find.keys", "find.last_tab", "find.next_tab", "figures.period", "figures.report",
    "screen.studio", "find.palette", "app.quit", "safety.stop",
)  # fmt: skip
FOOTER_WATCHING = (
    "find.keys", "find.last_tab", "find.next_tab", "figures.period", "screen.studio", "app.quit",
)  # fmt: skip
# The panels in the order of one and two columns, and of three.
TITLES = {
    "kpis": "Key figures",
    "load": "Queue against capacity",
    "success": "Success",
    "variance": "Time against plan",
    "pens": "Pens",
    "machines": "Plotters and hours",
}
IN_THREE = ("kpis", "load", "pens", "success", "variance", "machines")


class FiguresScroll(VerticalScroll, can_focus=True):
    """All panels, scrolled by keyboard where they have no room."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("g", "scroll_home", "Top", show=False),
        Binding("G", "scroll_end", "End", show=False),
        Binding("space,ctrl+d", "page_down", "Page down", show=False),
        Binding("ctrl+u", "page_up", "Page up", show=False),
    ]


class FiguresScreen(FollowingScreen):
    """The figures of a period; `[` and `]` take a shorter or a longer one."""

    kind = FIGURES_SCREEN
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(FIGURES_SCREEN)
    AUTO_FOCUS = "#figures"

    def __init__(self, studio: StudioScreen) -> None:
        super().__init__(studio)
        self.doings: FiguresDoings = FiguresDoings(self)
        self.period = PERIODS["30 days"]
        self.shot: FiguresShot | None = None
        self._read: tuple[Any, ...] = ()
        self._read_at = -READ_SECONDS
        self._reading = False
        self.line = LinePanel(id="figures-period", can_focus=False)
        self.board = FiguresScroll(id="figures")
        self.columns = Container(id="figures-grid")
        self.parts = {
            name: LinePanel(id=f"figures-{name}", classes="figures-panel", can_focus=False)
            for name in TITLES
        }

    def body(self) -> ComposeResult:
        yield self.line
        with self.board, self.columns:
            for name, panel in self.parts.items():
                panel.set_title(TITLES[name])
                yield panel

    # Reading

    def paint_body(self, changed: frozenset[str]) -> None:
        versions = self.feed.versions(*TOPICS)
        if versions != self._read and time.monotonic() - self._read_at >= READ_SECONDS:
            self._read = versions
            self.read()

    def read(self) -> None:
        """Read the figures again, beside the keys."""
        self._read_at = time.monotonic()
        if not self._reading:
            self._reading = True
            self.doings.begin(self._read_figures())

    async def _read_figures(self) -> None:
        """Until what was read is of the period that is wanted."""
        try:
            period = ""
            while period != self.period:
                period = self.period
                self.shot = await beside(self.store, read_figures, self.store, period)
            self.paint_panels()
        except PlottyError as error:
            self.tell(str(error), "state-fault")
        finally:
            self._reading = False

    def use_period(self, typed: str) -> None:
        """Show another period."""
        self.period = typed
        self.paint_period()
        self.read()

    def turn(self, by: int) -> None:
        """The next longer or shorter period."""
        known = list(PERIODS.values())
        at = known.index(self.period) if self.period in known else known.index("last_30_days")
        self.use_period(known[(at + by) % len(known)])

    # Painting

    def paint_period(self) -> None:
        self.line.show([panels.period_line(self.period, self.shot)])

    def paint_panels(self) -> None:
        """Show what was read."""
        self.paint_period()
        self.paint_keys()
        shot = self.shot
        room = self.board.scrollable_content_region.width // self._columns
        if shot is None or not room:
            return
        width = room - (0 if self.has_class("-stacked") else FRAME)
        told: dict[str, list[Line]] = {
            "kpis": panels.kpi_lines(shot, width),
            "load": panels.load_lines(shot, width),
            "pens": panels.pen_lines(shot, width),
        }
        high = self._arrange({name: len(lines) for name, lines in told.items()})
        told["success"] = panels.success_lines(shot, width, high["success"])
        told["variance"] = panels.variance_lines(shot, width, high["variance"])
        told["machines"] = panels.machine_lines(shot, width, high["machines"])
        for name, lines in told.items():
            # Without a border there is no title on it.
            title: list[Line] = [heading(TITLES[name])] if self.has_class("-stacked") else []
            self.parts[name].show([*title, *lines])
        self.parts["success"].set_title(f"Success by {shot.span}")
        self.parts["variance"].set_title(f"Time against plan by {shot.span}")

    def _arrange(self, natural: dict[str, int]) -> dict[str, int]:
        """Give each row of panels the height that it needs, charts what is left over; the lines
        that each panel has."""
        names, count = self._order, self._columns
        rows = [names[k : k + count] for k in range(0, len(names), count)]
        border = 1 if self.has_class("-stacked") else 2
        wanted = {**LEAST, **natural}
        high = [max(wanted[name] for name in row) + border for row in rows]
        spare = self.size.height - BARS - len(self.feed.shot.hands[:1]) - sum(high)
        growing = [k for k, row in enumerate(rows) if LEAST.keys() & set(row)]
        for number, k in enumerate(growing):
            if spare > 0 and count > 1:
                more = min(MOST_MORE, spare // (len(growing) - number))
                high[k] += more
                spare -= more
        self.columns.styles.grid_rows = " ".join(map(str, high))
        self.columns.styles.height = sum(high)
        return {name: high[k] - border for k, row in enumerate(rows) for name in row}

    @property
    def _order(self) -> list[str]:
        return list(IN_THREE if self._columns == 3 else TITLES)

    @property
    def _columns(self) -> int:
        return 3 if self.size.width >= THREE else 2 if self.size.width >= TWO else 1

    def fit_body(self, width: int, height: int) -> None:
        self.columns.set_class(self._columns == 2, "-two")
        self.columns.set_class(self._columns == 3, "-three")
        order = [f"figures-{name}" for name in self._order]
        self.columns.sort_children(key=lambda part: order.index(part.id or ""))
        self.call_after_refresh(self.paint_panels)

    # What the keys mean

    @property
    def panels(self) -> list[Widget]:
        stops: list[Widget] = [self.hand_bar] if self.feed.shot.hands else []
        return [*stops, self.board]

    def step_back(self) -> None:
        """To the Studio screen."""
        self.doings.do("screen.studio")

    def answers_hand(self) -> bool:
        return isinstance(self.focused, HandBar)

    def keys_wanted(self) -> Sequence[str]:
        return FOOTER_WATCHING if self.read_only else FOOTER

    def key_title(self, action: str) -> str:
        words = {"find.next_tab": "longer", "find.last_tab": "shorter"}
        return words.get(action) or super().key_title(action)
