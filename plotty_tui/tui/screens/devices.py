"""The Devices screen: the plotters, and a page for the chosen one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from plotty_tui.domain.errors import PlottyError
from plotty_tui.studio.actions import BY_ID
from plotty_tui.studio.actions import DEVICES as DEVICES_SCREEN
from plotty_tui.studio.machines.plotters import PlotterDetail, plotter_detail
from plotty_tui.studio.watching import DeviceView, HandView

from ..bar import Line
from ..feed import DEVICES, EVENTS, HANDS
from ..lines import LinePanel
from ..panels.bars import HandBar, KeyHint
from ..panels.plotter_page import (
    books_lines,
    facts_lines,
    keys_lines,
    odometer_lines,
    page_title,
)
from ..panels.plotters import PlotterList
from ..panels.told import hand_of
from ..rows import RowList
from .base import KEY_SIGNS, FollowingScreen, bindings_of
from .devices_doing import DevicesDoings

if TYPE_CHECKING:
    from .studio import StudioScreen

# From here on the books stand beside the facts.
TWO_COLUMNS = 100
# What the page is read from.
TOPICS = ("devices", "materials", "runs")

PAGE_KEYS = (
    "device.edit", "device.test", "device.home", "device.jog", "device.heights", "device.pen_up",
    "device.pen_down", "device.service", "device.switch", "device.home_here", "device.nickname",
    "device.remove",
)  # fmt: skip
FOOTER = (
    "find.keys", "open", "device.add", "device.scan", "device.pause", "device.cancel", "hand.show",
    "screen.studio", "find.palette", "app.quit", "safety.stop",
)  # fmt: skip
FOOTER_WATCHING = ("find.keys", "screen.studio", "view.theme", "app.quit")


class DevicesScreen(FollowingScreen):
    """The plotters and the page of the one under the cursor, painted from the Studio's feed."""

    kind = DEVICES_SCREEN
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(DEVICES_SCREEN)
    AUTO_FOCUS = "#plotters"

    def __init__(self, studio: StudioScreen) -> None:
        super().__init__(studio)
        self.doings: DevicesDoings = DevicesDoings(self)
        self.detail: PlotterDetail | None = None
        self._read: tuple[Any, ...] = ()
        self._title = ""
        self._wanted = ""
        self.plotters = PlotterList(id="plotters")
        self.facts = LinePanel(id="facts", can_focus=False)
        self.odometer = LinePanel(id="odometer", can_focus=False)
        self.books = LinePanel(id="books", can_focus=False)
        self.words = VerticalScroll(id="words")
        self.keys = LinePanel(id="page-keys", can_focus=False)
        self.page = Container(id="page")

    def body(self) -> ComposeResult:
        yield self.plotters
        with self.page:
            with self.words, Container(id="columns"):
                with Container(id="left-column"):
                    yield self.facts
                    yield self.odometer
                yield self.books
            yield self.keys

    # Painting

    def paint_body(self, changed: frozenset[str]) -> None:
        if changed & {DEVICES, HANDS, EVENTS}:
            shot = self.feed.shot
            self.plotters.show_plotters(shot.devices, shot.hands)
            if self._wanted and self.plotters.move_to_key(self._wanted):
                self._wanted = ""
            self._paint_page()

    def _paint_page(self) -> None:
        view = self.chosen
        self._read_detail(view)
        self.page.set_class(view is None, "-empty")
        if view is None or self.detail is None:
            self._title_page("Plotter")
            self.facts.show(_no_plotter())
            self.odometer.show([])
            self.books.show([])
            self.paint_keys()
            return
        self._title_page(page_title(view))
        hand = hand_of(self.feed.shot.hands, view.name)
        width = self.facts.size.width
        self.facts.show([*facts_lines(view, self.detail, hand, width), ()])
        self.odometer.show([*odometer_lines(self.detail, width), ()])
        self.books.show(books_lines(self.detail, self.books.size.width))
        self.paint_keys()

    def _read_detail(self, view: DeviceView | None) -> None:
        """Read the page's books again when they, or the choice, have changed."""
        if view is None:
            self.detail, self._read = None, ()
            return
        wanted = (view.name, *self.feed.versions(*TOPICS))
        if wanted == self._read:
            return
        try:
            self.detail = plotter_detail(self.store, view.name)
        except PlottyError:
            self.detail = None  # it was removed a moment ago
        self._read = wanted

    def _title_page(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self.page.border_title = Content(title)  # type: ignore[assignment]

    # Room

    @property
    def _wide(self) -> bool:
        return self.page.size.width >= TWO_COLUMNS

    def fit_body(self, width: int, height: int) -> None:
        wide = max(28, min(48, width // 4 + 4))
        self.plotters.styles.width = "100%" if self.has_class("-stacked") else wide
        self.call_after_refresh(self._arrange_page)

    def _arrange_page(self) -> None:
        self.page.set_class(self._wide, "-wide")
        self.call_after_refresh(self._paint_page)

    # What the keys mean

    @property
    def chosen(self) -> DeviceView | None:
        """The plotter under the cursor."""
        key = self.plotters.cursor_key
        return next((view for view in self.feed.shot.devices if view.name == key), None)

    def choose(self, name: str) -> None:
        """Put the cursor on this plotter, as soon as it is in the list."""
        self._wanted = name
        if self.is_mounted and self.plotters.move_to_key(name):
            self._wanted = ""

    @property
    def panels(self) -> list[Widget]:
        stops: list[Widget] = [self.hand_bar] if self.feed.shot.hands else []
        stops.append(self.plotters)
        return [*stops, self.words] if self.chosen is not None else stops

    def step_back(self) -> None:
        """To the list, else to the Studio screen."""
        if self.focused is self.plotters:
            self.doings.do("screen.studio")
        else:
            self.plotters.focus()

    def device_meant(self, states: Sequence[str]) -> DeviceView | None:
        return self.chosen

    def hand_meant(self) -> HandView | None:
        hands = self.feed.shot.hands
        if isinstance(self.focused, HandBar) or self.chosen is None:
            return hands[0] if hands else None
        return hand_of(hands, self.chosen.name) or (hands[0] if hands else None)

    def job_meant(self) -> str:
        return self.chosen.job if self.chosen is not None else ""

    def answers_hand(self) -> bool:
        if isinstance(self.focused, HandBar):
            return True
        chosen = self.chosen
        return chosen is not None and hand_of(self.feed.shot.hands, chosen.name) is not None

    def key_title(self, action: str) -> str:
        if action == "open" and not self.answers_hand():
            return "edit"
        return super().key_title(action)

    def on_row_list_selected(self, message: RowList.Selected) -> None:
        self.doings.do("open")

    def on_row_list_highlighted(self, message: RowList.Highlighted) -> None:
        self._paint_page()

    def keys_wanted(self) -> Sequence[str]:
        return FOOTER_WATCHING if self.read_only else FOOTER

    def paint_keys(self) -> None:
        super().paint_keys()
        self.keys.show(self._key_lines())

    def _key_lines(self) -> list[Line]:
        """The keys of the page, and why the grey ones do nothing."""
        if self.read_only or self.chosen is None:
            return []
        hints, reasons = [], []
        for name in PAGE_KEYS:
            action = BY_ID[name]
            why = self.doings.why_not(name)
            key = action.keys.split(",")[0]
            title = self.doings.switch_word() if name == "device.switch" else action.title.lower()
            hints.append(KeyHint(name, KEY_SIGNS.get(key, key), title, not why))
            if why and why not in reasons:
                reasons.append(why)
        lines = keys_lines(hints, self.keys.size.width or 60)
        return [*lines, ((reasons[0] if reasons else "", "hint"),)]


def _no_plotter() -> list[Line]:
    return [
        (("No plotter is set up.", "bold"),),
        (),
        ((" a ", "accent bold"), ("set one up: a real one, or a simulated one to try", "")),
        ((" 1 ", "accent bold"), ("back to the Studio", "")),
    ]
