"""What screens share that show a list, found by a filter, and the page of what is chosen in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.widgets import Input

from plotty_tui.studio.actions import BY_ID

from ..bar import Line
from ..lines import LinePanel
from ..panels.bars import KeyHint
from ..panels.plotter_page import keys_lines
from ..rows import RowList
from .base import KEY_SIGNS, FollowingScreen

if TYPE_CHECKING:
    from ..panels.filter_line import FilterLine
    from .studio import StudioScreen


class ListPageScreen(FollowingScreen):
    """A list with its filter below it, and a page that names its own keys."""

    # The list, and the box in which its filter is typed.
    AUTO_FOCUS = ""
    FILTER_BOX = ""

    def __init__(self, studio: StudioScreen) -> None:
        super().__init__(studio)
        self.filter_line: FilterLine | None = None
        self.keys = LinePanel(id="page-keys", can_focus=False)

    def on_row_list_selected(self, message: RowList.Selected) -> None:
        self.doings.do("open")

    # The filter

    @property
    def filter_text(self) -> str:
        """The filter as it was typed."""
        raise NotImplementedError

    @property
    def filter_hint(self) -> str:
        """What a filter may look like."""
        raise NotImplementedError

    def use_filter(self, text: str) -> None:
        """Show only what this lets through."""
        raise NotImplementedError

    def open_filter(self) -> None:
        """Type the list's filter."""
        if self.filter_line is None:
            from ..panels.filter_line import FilterLine

            self.filter_line = FilterLine()
            self.query_one(self.FILTER_BOX).mount(self.filter_line)
        self.filter_line.placeholder = self.filter_hint
        self.filter_line.value = self.filter_text
        self.filter_line.display = True
        self.filter_line.focus()

    def show_filter(self) -> None:
        """The line has the filter that is used, and is there while there is one."""
        if self.filter_line is not None:
            self.filter_line.value = self.filter_text
            self.filter_line.display = bool(self.filter_text)

    def action_end_filter(self, keep: bool) -> None:
        """The filter is typed; or all is wanted again."""
        if not keep:
            self.use_filter("")
        self.show_filter()
        self.query_one(self.AUTO_FOCUS).focus()

    def on_input_changed(self, message: Input.Changed) -> None:
        if message.value.strip() != self.filter_text:
            self.use_filter(message.value)

    # Keys of the page

    def page_hints(self) -> Sequence[KeyHint]:
        """What can be done now to what the page shows."""
        return ()

    def hints_of(self, names: Sequence[str]) -> list[KeyHint]:
        """Those of these actions that can be done now."""
        found = []
        for name in names:
            if not self.doings.why_not(name):
                action = BY_ID[name]
                key = action.keys.split(",")[0]
                found.append(KeyHint(name, KEY_SIGNS.get(key, key), action.title.lower(), True))
        return found

    def paint_keys(self) -> None:
        super().paint_keys()
        hints = [] if self.read_only else self.page_hints()
        lines: list[Line] = list(keys_lines(hints, self.keys.size.width or 60)) if hints else []
        if len(lines) != len(self.keys.lines):
            self.keys.styles.height = len(lines)
        self.keys.show(lines)
