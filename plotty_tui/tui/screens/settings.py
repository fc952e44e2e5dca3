"""The Settings screen: limits, gates, notices, presets, templates, themes, keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from plotty_tui.studio.actions import SETTINGS as SETTINGS_SCREEN
from plotty_tui.studio.upkeep import setting_pages
from plotty_tui.studio.upkeep.setting_pages import Page
from plotty_tui.studio.upkeep.settings import chosen_theme

from ..dialogs.frame import LineScroll
from ..panels.bars import HandBar
from ..panels.settings import SettingsList, page_lines
from ..rows import RowList
from ..text import plain
from .base import FollowingScreen, bindings_of
from .settings_doing import SettingsDoings

if TYPE_CHECKING:
    from .studio import StudioScreen

# From here on the page stands beside the list.
BESIDE = 96
# A theme is put on for a look when the cursor rests on it.
REST_SECONDS = 0.15
TOPICS = ("settings",)
FOOTER = (
    "find.keys", "open", "settings.edit", "settings.copy", "settings.remove", "settings.use",
    "screen.studio", "find.command", "find.palette", "app.quit", "safety.stop",
)  # fmt: skip
FOOTER_WATCHING = ("find.keys", "screen.studio", "app.quit")


class SettingsScreen(FollowingScreen):
    """Everything that can be set, and the page of the one under the cursor. A theme under the
    cursor is shown at once; it is kept when it is chosen."""

    kind = SETTINGS_SCREEN
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(SETTINGS_SCREEN)
    AUTO_FOCUS = "#settings"

    def __init__(self, studio: StudioScreen) -> None:
        super().__init__(studio)
        self.doings: SettingsDoings = SettingsDoings(self)
        self.list = SettingsList(id="settings")
        self.words = LineScroll(id="setting-words")
        self.page = Container(self.words, id="setting-page")
        self._read_at: tuple[Any, ...] = ()
        self._rest: Timer | None = None

    def body(self) -> ComposeResult:
        yield self.list
        yield self.page

    # Painting

    def paint_body(self, changed: frozenset[str]) -> None:
        versions = (self.size.width, *self.feed.versions(*TOPICS))
        if versions != self._read_at:
            self._read_at = versions
            self.read()

    def read(self) -> None:
        """Read every setting again."""
        chosen = chosen_theme(self.store)
        self.list.show_pages(setting_pages.setting_pages(self.store), chosen)
        self.paint_page()

    def paint_page(self) -> None:
        """Show the page under the cursor."""
        page = self.chosen
        title = plain(page.name) if page is not None else "Setting"
        self.page.border_title = Content(title)  # type: ignore[assignment]
        self.words.tell(page_lines(page) if page is not None else [])
        self.paint_keys()

    def on_screen_suspend(self) -> None:
        self.end_preview()

    def _preview(self) -> None:
        """Put the theme under the cursor on; none under it: the chosen one again."""
        page = self.chosen
        if page is not None and page.kind == setting_pages.THEME and self.app.screen is self:
            self.app.preview_theme(page.name)  # type: ignore[attr-defined]
        else:
            self.end_preview()

    def end_preview(self) -> None:
        """The chosen theme again."""
        if self._rest is not None:
            self._rest.stop()
        self.app.use_chosen_theme()  # type: ignore[attr-defined]

    def fit_body(self, width: int, height: int) -> None:
        self.set_class(width < BESIDE, "-beside-not")

    # What the keys mean

    @property
    def chosen(self) -> Page | None:
        """The page under the cursor."""
        return self.list.page(self.list.cursor_key)

    @property
    def panels(self) -> list[Widget]:
        stops: list[Widget] = [self.hand_bar] if self.feed.shot.hands else []
        return [*stops, self.list, self.words]

    def step_back(self) -> None:
        """To the list, else to the Studio screen."""
        if self.focused is not self.list:
            self.list.focus()
        else:
            self.doings.do("screen.studio")

    def answers_hand(self) -> bool:
        return isinstance(self.focused, HandBar)

    def key_title(self, action: str) -> str:
        if action == "open" and not self.answers_hand():
            return self.doings.open_word()
        return super().key_title(action)

    def keys_wanted(self) -> Sequence[str]:
        return FOOTER_WATCHING if self.read_only else FOOTER

    def on_row_list_selected(self, message: RowList.Selected) -> None:
        self.doings.do("open")

    def on_row_list_highlighted(self, message: RowList.Highlighted) -> None:
        self.paint_page()
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST_SECONDS, self._preview)
