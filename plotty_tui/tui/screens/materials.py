"""The Materials screen: pens, paper, the ledger, what to buy; a page for the chosen one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget

from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.shopping import PEN, Outlook
from plotty_tui.studio.actions import MATERIALS as MATERIALS_SCREEN
from plotty_tui.studio.inventory import shopping, stock
from plotty_tui.studio.inventory.shopping import Shopping

from ..bar import Line
from ..dialogs.frame import LineScroll
from ..feed import beside
from ..lines import LinePanel
from ..panels import stock_lists, stock_page
from ..panels.bars import KeyHint
from ..panels.stock_filter import StockFilter, parse_stock_filter
from ..panels.stock_lists import StockList
from ..panels.told import dot
from ..rows import Cell, Column, RowList
from ..text import plain
from .base import bindings_of
from .list_page import ListPageScreen
from .materials_doing import MaterialsDoings

if TYPE_CHECKING:
    from .studio import StudioScreen

PENS, PAPER, LEDGER, BUY = "pens", "paper", "ledger", "buy"
TABS = {PENS: "Pens", PAPER: "Paper", LEDGER: "Ledger", BUY: "Shopping list"}
TOPICS = ("materials", "runs", "queue", "devices", "settings")
# Holding an arrow key passes over rows: the page is read for the one on which the cursor rests.
REST_SECONDS = 0.06
# So many rows of the ledger are read at first; more as the cursor comes near their end.
FIRST_ROWS = 400
# From here on the page stands beside the list, or below it.
BESIDE, BELOW = 150, 32

PAGE_KEYS = {
    PENS: ("stock.add", "stock.edit", "stock.weigh", "stock.prime", "stock.load", "stock.dry",
           "stock.retire"),
    PAPER: ("stock.add", "stock.edit", "stock.receive", "stock.count", "stock.retire"),
    LEDGER: ("find.filter",),
    BUY: ("stock.receive",),
}  # fmt: skip
# How each list looks.
LOOKS: dict[str, tuple[Callable[[Any], list[Cell]], Sequence[Column]]] = {
    PENS: (stock_lists.pen_cells, stock_lists.PEN_COLUMNS),
    PAPER: (stock_lists.paper_cells, stock_lists.PAPER_COLUMNS),
    LEDGER: (stock_lists.ledger_cells, stock_lists.LEDGER_COLUMNS),
    BUY: (stock_lists.buy_cells, stock_lists.BUY_COLUMNS),
}
FOOTER_END = ("find.next_tab", "screen.studio", "find.palette", "app.quit", "safety.stop")
FOOTER_WATCHING = ("find.keys", "open", "find.filter", "find.next_tab", "screen.studio", "app.quit")


@dataclass(slots=True)
class Stock:
    """What was read of the studio's pens and papers."""

    pens: list[Any] = field(default_factory=list)
    papers: list[Any] = field(default_factory=list)
    ledger: list[Any] = field(default_factory=list)
    shopping: Shopping = field(default_factory=lambda: Shopping([], 0))


class MaterialsScreen(ListPageScreen):
    """Pens, paper, ledger, shopping list, and the page of what is under the cursor."""

    kind = MATERIALS_SCREEN
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(MATERIALS_SCREEN)
    AUTO_FOCUS = "#stock-list"
    FILTER_BOX = "#stock-box"

    DEFAULT_CSS = """
    MaterialsScreen {
        & #stock-middle { layout: horizontal; width: 100%; height: 100%; }
        & #stock-box { width: 1fr; height: 100%; }
        & #stock-tabs { height: 1; padding: 0 1; }
        & #stock-list, & #stock-page {
            border: round $border-blurred; border-title-color: $hint; height: 1fr;
        }
        & #stock-list:focus, & #stock-page:focus-within {
            border: round $border; border-title-color: $border; border-title-style: bold;
        }
        & #stock-page { layout: vertical; padding: 0 1; width: 1fr; height: 100%; display: none; }
        & #stock-words { height: 1fr; scrollbar-size-vertical: 1; }
        & #page-keys { height: 0; }
        &.-beside #stock-page { display: block; width: 62; }
        &.-below #stock-middle { layout: vertical; }
        &.-below #stock-box { width: 100%; height: 1fr; }
        &.-below #stock-page { display: block; width: 100%; height: 45%; }
        &.-page #stock-page { display: block; }
        & #stock-page.-empty { display: none; }
        &.-alone.-page #stock-box { display: none; }
        &.-ascii #stock-list, &.-ascii #stock-page { border: ascii $border-blurred; }
        &.-ascii #stock-list:focus, &.-ascii #stock-page:focus-within { border: ascii $border; }
        &.-too-small #header, &.-too-small #hand-bar, &.-too-small #middle,
        &.-too-small #footer { display: none; }
        &.-too-small #too-small { display: block; }
    }
    """

    def __init__(self, studio: StudioScreen) -> None:
        super().__init__(studio)
        self.doings: MaterialsDoings = MaterialsDoings(self)
        self.stock = Stock()
        self.tab = PENS
        self.filters: dict[str, StockFilter] = {tab: parse_stock_filter("") for tab in TABS}
        self._shown: list[Any] = []
        self._read_at: tuple[Any, ...] = ()
        self._reading = 0
        self._paging = 0
        self._most_rows = FIRST_ROWS
        self.tabs = LinePanel(id="stock-tabs", can_focus=False)
        self.list = StockList(id="stock-list")
        self.words = LineScroll(id="stock-words")
        self.page = Container(id="stock-page")

    def body(self) -> ComposeResult:
        with Container(id="stock-middle"):
            with Vertical(id="stock-box"):
                yield self.tabs
                yield self.list
            with self.page:
                yield self.words
                yield self.keys

    # Reading

    def paint_body(self, changed: frozenset[str]) -> None:
        versions = self.feed.versions(*TOPICS)
        if versions != self._read_at:
            self._read_at = versions
            self.read_stock()

    def read_stock(self) -> None:
        """Read the stock again, beside the keys."""
        self._reading += 1
        self.doings.begin(self._read(self._reading))

    async def _read(self, reading: int) -> None:
        wanted, most = dict(self.filters[LEDGER].ledger), self._most_rows

        def read(store: Any) -> Stock:
            return Stock(
                stock.list_pens(store),
                stock.list_papers(store),
                stock.list_ledger(store, **wanted, limit=most),
                shopping.shopping_list(store),
            )

        try:
            found = await beside(self.store, read, self.store)
        except PlottyError as error:
            self.tell(str(error), "state-hand")
            return
        if reading == self._reading and self.is_mounted:
            self.stock = found
            self._show_list()

    def _show_list(self) -> None:
        filter_ = self.filters[self.tab]
        keys: list[Any]
        if self.tab == PENS:
            self._shown = [row for row in self.stock.pens if filter_.lets(row)]
            keys = [("pen", row.code) for row in self._shown]
        elif self.tab == PAPER:
            self._shown = [row for row in self.stock.papers if filter_.lets(row)]
            keys = [("paper", row.name) for row in self._shown]
        elif self.tab == LEDGER:
            self._shown = self.stock.ledger
            keys = [("row", row.id) for row in self._shown]
        else:
            self._shown = [one for one in self.stock.shopping.articles if filter_.lets_article(one)]
            keys = [("buy", one.article.subject, one.article.ids) for one in self._shown]
        cells, columns = LOOKS[self.tab]
        shown = self._shown
        self._say_empty()
        self.list.fill(keys, lambda i: cells(shown[i]), columns)
        self._paint_title()
        self.read_page()

    def _say_empty(self) -> None:
        text = self.filters[self.tab].text
        empty = {
            PENS: "no pens yet: a adds one", PAPER: "no paper yet: a adds one",
            LEDGER: "nothing is in the ledger yet", BUY: "no pens and no paper yet",
        }  # fmt: skip
        self.list.set_empty(f"nothing fits {text!r}: esc shows all" if text else empty[self.tab])

    def _paint_title(self) -> None:
        found, tab, shown = self.stock, self.tab, len(self._shown)
        low = sum(1 for row in (*found.pens, *found.papers) if row.low)
        spans: list[tuple[str, str]] = []
        for name, title in TABS.items():
            text = title
            if name == BUY and found.shopping.to_buy:
                text += f" {len(found.shopping.to_buy)}"
            style = "accent bold reverse" if name == tab else "hint"
            spans += [(f" {text} ", style), (" ", "")]
        if low:
            spans.append((f" {low} low ", "state-hand"))
        self.tabs.show([(*spans, ("  [ ]", "accent bold"), (" turn", "hint"))])
        title = TABS[tab]
        if tab == BUY:
            title += f"{dot()}{stock_lists.buy_title(found.shopping)}"
        elif tab == LEDGER:
            more = "newest " if shown >= self._most_rows else ""
            title += f"{dot()}{more}{shown:,} rows"
        else:
            total = len(found.pens if tab == PENS else found.papers)
            title += f"{dot()}{total}" if shown == total else f"{dot()}{shown} of {total}"
        text = self.filters[tab].text
        self.list.set_title(f"{title}{dot()}{text}" if text else title)

    # The page

    @property
    def chosen(self) -> Any:
        """What is under the cursor: a row of pens, papers or ledger, or an article."""
        return self._shown[self.list.cursor] if self.list.cursor < len(self._shown) else None

    @property
    def pen_meant(self) -> str:
        """The sticker of the pen under the cursor; empty without one."""
        chosen = self.chosen
        if chosen is None:
            return ""
        if self.tab == PENS:
            return str(chosen.code)
        if self.tab == BUY and chosen.article.subject == PEN and chosen.article.codes:
            return str(chosen.article.codes[0])
        return ""

    @property
    def paper_meant(self) -> str:
        """The name of the paper under the cursor; empty without one."""
        chosen = self.chosen
        if chosen is None:
            return ""
        if self.tab == PAPER:
            return str(chosen.name)
        return str(chosen.article.name) if self.tab == BUY and chosen.article.subject != PEN else ""

    @property
    def _page_shown(self) -> bool:
        return any(self.has_class(name) for name in ("-beside", "-below", "-page"))

    def read_page(self) -> None:
        """Read what is under the cursor, beside the keys, and show it."""
        self._paging += 1
        self.paint_keys()
        if not self._page_shown:
            return
        chosen, tab = self.chosen, self.tab
        self.page.set_class(chosen is None, "-empty")
        if chosen is None:
            self._show_page("", [])
        elif tab == LEDGER:
            self._show_page("Ledger row", stock_page.ledger_lines(chosen, self._width))
        elif tab == BUY:
            name = plain(chosen.article.name)
            self._show_page(name, stock_page.outlook_lines(chosen, self._width))
        else:
            self.doings.begin(self._read_page(tab, chosen, self._paging))

    async def _read_page(self, tab: str, row: Any, paging: int) -> None:
        await asyncio.sleep(REST_SECONDS)
        if paging != self._paging:
            return
        try:
            if tab == PENS:
                pen = await beside(self.store, stock.pen_detail, self.store, row.code)
                lines = stock_page.pen_lines(pen, self._outlook(row.id, True), self._width)
                title = f"{row.code} {row.name}"
            else:
                paper = await beside(self.store, stock.paper_detail, self.store, row.name)
                lines = stock_page.paper_lines(paper, self._outlook(row.id, False), self._width)
                title = row.name
        except PlottyError:
            return  # it was retired a moment ago
        if paging == self._paging and self.is_mounted:
            self._show_page(title, lines)

    def _outlook(self, subject_id: int, pen: bool) -> Outlook | None:
        for one in self.stock.shopping.articles:
            if (one.article.subject == PEN) == pen and subject_id in one.article.ids:
                return one
        return None

    def _show_page(self, title: str, lines: list[Line]) -> None:
        self.page.border_title = Content(plain(title))  # type: ignore[assignment]
        self.words.tell(lines)

    @property
    def _width(self) -> int:
        return self.words.scrollable_content_region.width or max(20, self.page.size.width - 4)

    # Room

    def fit_body(self, width: int, height: int) -> None:
        beside_ = width >= BESIDE
        self.set_class(beside_, "-beside")
        self.set_class(not beside_ and height >= BELOW, "-below")
        self.set_class(not beside_ and height < BELOW, "-alone")
        self.call_after_refresh(self._refit)

    def _refit(self) -> None:
        if self.is_mounted:
            self._paint_title()
            self.read_page()

    # Where one is

    def turn(self, by: int) -> None:
        """The next list."""
        names = list(TABS)
        self.show_tab(names[(names.index(self.tab) + by) % len(names)])

    def show_tab(self, tab: str) -> None:
        """Show this list."""
        self.tab = tab
        self.set_class(False, "-page")
        self.show_filter()
        self.list.focus()
        self._show_list()
        self.list.move_to(0)

    @property
    def on_page(self) -> bool:
        """Whether the focus is in the page."""
        return self.focused is self.words

    def open_page(self) -> None:
        """The page has the focus; where it does not stand beside the list, it takes its place."""
        self.set_class(True, "-page")
        self.read_page()
        self.words.focus()

    @property
    def panels(self) -> list[Widget]:
        stops: list[Widget] = [self.hand_bar] if self.feed.shot.hands else []
        if not (self.has_class("-alone") and self.has_class("-page")):
            stops.append(self.list)
        return [*stops, self.words] if self._page_shown else stops

    def step_back(self) -> None:
        """From the page to the list; then the filter goes; then to the Studio screen."""
        if self.on_page:
            self.set_class(False, "-page")
            self.list.focus()
        elif self.filters[self.tab].text:
            self.action_end_filter(False)
        elif self.focused is self.list:
            self.doings.do("screen.studio")
        else:
            self.list.focus()

    def on_row_list_highlighted(self, message: RowList.Highlighted) -> None:
        near_end = self.list.cursor >= self._most_rows - 50
        if self.tab == LEDGER and near_end and len(self._shown) >= self._most_rows:
            self._most_rows *= 2
            self.read_stock()
        self.read_page()

    # The filter

    @property
    def filter_text(self) -> str:
        return self.filters[self.tab].text

    @property
    def filter_hint(self) -> str:
        ledger = "words, kind:waste, pen:K-01, paper:a4, run:12, since:7d"
        return ledger if self.tab == LEDGER else "words: red 0.5, low, dry"

    def use_filter(self, text: str) -> None:
        """Show only what this lets through."""
        self.filters[self.tab] = parse_stock_filter(text)
        if self.tab == LEDGER:
            self._most_rows = FIRST_ROWS
            self.read_stock()
        else:
            self._show_list()

    # Keys

    def keys_wanted(self) -> Sequence[str]:
        if self.read_only:
            return FOOTER_WATCHING
        middle = [name for name in PAGE_KEYS[self.tab] if name != "find.filter"]
        return ("find.keys", "open", *middle, "find.filter", *FOOTER_END)

    def page_hints(self) -> Sequence[KeyHint]:
        """What can be done to what the page shows."""
        shown = self.chosen is not None and self.on_page
        return self.hints_of(PAGE_KEYS[self.tab]) if shown else ()
