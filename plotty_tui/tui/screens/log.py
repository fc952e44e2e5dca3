"""The Log screen: all that happened, the newest last, read twice a second at most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget

from plotty_tui.studio.actions import LOG as LOG_SCREEN

from ..feed import EVENTS
from ..panels.bars import HandBar
from ..panels.log import LogList
from ..rows import RowList
from .base import FollowingScreen, bindings_of
from .log_doing import LogDoings

if TYPE_CHECKING:
    from textual.widgets import Input

    from ..panels.filter_line import FilterLine
    from .studio import StudioScreen

READ_SECONDS = 0.5
FOOTER = (
    "find.keys", "open", "find.filter", "find.next", "find.before", "screen.studio", "find.command",
    "find.palette", "app.quit", "safety.stop",
)  # fmt: skip


class LogScreen(FollowingScreen):
    """The events of the studio. With the cursor on the last line it stays with the newest."""

    kind = LOG_SCREEN
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(LOG_SCREEN)
    AUTO_FOCUS = "#log"

    def __init__(self, studio: StudioScreen) -> None:
        super().__init__(studio)
        self.doings: LogDoings = LogDoings(self)
        self.log_list = LogList(id="log")
        self._box = Vertical(self.log_list, id="log-box")
        self._filter_line: FilterLine | None = None
        self._due = False

    def body(self) -> ComposeResult:
        yield self._box

    def on_mount(self) -> None:
        self.set_interval(READ_SECONDS, self._look, name="log clock")

    def on_screen_resume(self) -> None:
        self._due = True
        self._look()

    def paint_body(self, changed: frozenset[str]) -> None:
        if EVENTS in changed:
            self._due = True
            self.paint_keys()

    def _look(self) -> None:
        if self._due and self.app.shown_place is self:  # type: ignore[attr-defined]
            self._due = False
            self.log_list.read_on(self.store)

    # What the keys mean

    @property
    def panels(self) -> list[Widget]:
        stops: list[Widget] = [self.hand_bar] if self.feed.shot.hands else []
        return [*stops, self.log_list]

    def step_back(self) -> None:
        """To the list; then the filter goes, then to the Studio screen."""
        if self.focused is not self.log_list:
            self.log_list.focus()
        elif self.log_list.filter:
            self.action_end_filter(False)
        else:
            self.doings.do("screen.studio")

    def answers_hand(self) -> bool:
        return isinstance(self.focused, HandBar)

    def keys_wanted(self) -> Sequence[str]:
        return FOOTER

    def on_row_list_selected(self, message: RowList.Selected) -> None:
        self.doings.do("open")

    # The filter

    def open_filter(self) -> None:
        """Type the filter."""
        if self._filter_line is None:
            from ..panels.filter_line import FilterLine

            self._filter_line = FilterLine("words, kind:run, device:left, !plan")
            self._box.mount(self._filter_line)
        self._filter_line.display = True
        self._filter_line.focus()

    def action_end_filter(self, keep: bool) -> None:
        """The filter is typed; or all is wanted again."""
        line = self._filter_line
        if line is not None:
            if not keep:
                line.value = ""
                self.log_list.use_filter("")
            line.display = bool(line.value)
        self.log_list.focus()

    def on_input_changed(self, message: Input.Changed) -> None:
        self.log_list.use_filter(message.value)

    def row_under_cursor(self) -> Any:
        """The event under the cursor, or None."""
        return self.log_list.event(self.log_list.cursor_key)
