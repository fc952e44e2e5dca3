"""The Runs screen: production runs, found by a filter, and the page of the chosen one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget

from plotty_tui.domain.errors import PlottyError
from plotty_tui.studio.actions import RUNS as RUNS_SCREEN
from plotty_tui.studio.production import run_detail, run_lists
from plotty_tui.studio.production.run_detail import RunDetail

from ..dialogs.frame import LineScroll
from ..feed import beside
from ..lines import LinePanel
from ..panels.bars import KeyHint
from ..panels.run_filter import CHIPS, RunFilter, chip_line, parse_run_filter, with_chip
from ..panels.run_list import RunList, RunPages
from ..panels.run_page import SheetList, run_lines, run_state_word
from ..panels.told import dot
from ..rows import RowList
from ..text import state_text
from .base import bindings_of
from .list_page import ListPageScreen
from .runs_doing import RunsDoings

if TYPE_CHECKING:
    from ..panels.run_figures import RunFigures
    from .studio import StudioScreen

# From here on the page stands beside the list.
BESIDE = 130
# From here on it stands below the list.
BELOW = 34
# Holding an arrow key passes over runs: the page is read for the one on which the cursor rests.
REST_SECONDS = 0.06
TOPICS = ("runs", "materials")

PAGE_KEYS = (
    "run.start", "run.complete", "run.failed", "run.replot", "run.edit", "run.cancel",
    "run.correct", "run.report", "run.link",
)  # fmt: skip
FOOTER = (
    "find.keys", "open", "run.new", "find.filter", "run.complete", "run.start", "run.failed",
    "run.replot", "run.figures", "run.report", "run.edit", "run.cancel", "run.correct",
    "screen.studio",
    "find.palette", "app.quit", "safety.stop",
)  # fmt: skip
FOOTER_WATCHING = ("find.keys", "open", "find.filter", "run.figures", "screen.studio", "app.quit")
WORDS, SHEETS = "words", "sheets"


class RunsScreen(ListPageScreen):
    """The runs and the page of the one under the cursor."""

    kind = RUNS_SCREEN
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(RUNS_SCREEN)
    AUTO_FOCUS = "#run-list"
    FILTER_BOX = "#run-box"

    DEFAULT_CSS = """
    RunsScreen {
        & #runs-middle { layout: horizontal; width: 100%; height: 100%; }
        & #run-box { width: 1fr; height: 100%; }
        & #run-chips, & #run-tabs { height: 1; padding: 0 1; }
        & #run-list, & #run-page, & #run-figures {
            border: round $border-blurred;
            border-title-color: $hint;
            height: 1fr;
        }
        & #run-list:focus, & #run-page:focus-within, & #run-figures:focus {
            border: round $border; border-title-color: $border; border-title-style: bold;
        }
        & #run-page, & #run-figures { width: 1fr; height: 100%; }
        & #run-page { layout: vertical; padding: 0 1; }
        & #run-page #run-tabs { padding: 0; margin-bottom: 1; }
        & #run-words { height: 1fr; scrollbar-size-vertical: 1; }
        & #run-sheets { height: 1fr; }
        & #page-keys { height: 0; }
        & #run-figures { display: none; }
        &.-figures #run-figures { display: block; }
        &.-figures #run-page { display: none; }
        &.-below #runs-middle { layout: vertical; }
        &.-below #run-box { width: 100%; height: 1fr; }
        &.-below #run-page { width: 100%; height: 58%; }
        &.-below.-figures #run-box { display: none; }
        &.-list-only #run-page { display: none; }
        &.-list-only.-page #run-page { display: block; }
        &.-list-only.-page #run-box { display: none; }
        &.-list-only.-figures #run-box, &.-list-only.-figures #run-page { display: none; }
        & #run-page.-empty { display: none; }
        &.-ascii #run-list, &.-ascii #run-page, &.-ascii #run-figures {
            border: ascii $border-blurred;
        }
        &.-ascii #run-list:focus, &.-ascii #run-page:focus-within { border: ascii $border; }
        &.-too-small #header, &.-too-small #hand-bar, &.-too-small #middle,
        &.-too-small #footer { display: none; }
        &.-too-small #too-small { display: block; }
    }
    """

    def __init__(self, studio: StudioScreen) -> None:
        super().__init__(studio)
        self.doings: RunsDoings = RunsDoings(self)
        self.detail: RunDetail | None = None
        self.filter: RunFilter = parse_run_filter("")
        self._counts: dict[str, int] = {}
        self._read_at: tuple[Any, ...] = ()
        self._reading = 0
        self._wanted: int | None = None
        self._opening = False
        self._tab = WORDS
        self.figures: RunFigures | None = None
        self.chips = LinePanel(id="run-chips", can_focus=False)
        self.list = RunList(id="run-list")
        self.tabs = LinePanel(id="run-tabs", can_focus=False)
        self.words = LineScroll(id="run-words")
        self.sheets = SheetList(id="run-sheets")
        self.page = Container(id="run-page")
        self.page.can_focus = False

    def body(self) -> ComposeResult:
        with Container(id="runs-middle"):
            with Vertical(id="run-box"):
                yield self.chips
                yield self.list
            with self.page:
                yield self.tabs
                yield self.words
                yield self.sheets
                yield self.keys

    # Painting

    def paint_body(self, changed: frozenset[str]) -> None:
        before, versions = self._read_at, self.feed.versions(*TOPICS)
        self._read_at = versions
        if versions[:1] != before[:1]:
            self.read_list(counts=True)
        elif versions != before:
            self.read_page()
        if self.figures is not None and self.has_class("-figures"):
            self.figures.look_again(versions)

    def read_list(self, counts: bool = False) -> None:
        """Read again which runs there are (and how many of each status), and the page of the
        chosen one."""
        try:
            found = run_lists.find_runs(self.store, **self.filter.wanted)
            if counts:
                self._counts = run_lists.count_by_status(self.store)
        except PlottyError as error:
            self.tell(str(error), "state-fault")
            return
        self.list.show_runs(RunPages(found, self._read_page))
        if self._wanted is not None and self.list.move_to_key(self._wanted):
            self._wanted = None
            self.call_after_refresh(self.open_page)
        self._title_list()
        self.read_page()

    def _read_page(self, numbers: Sequence[int]) -> Sequence[Any]:
        return run_lists.run_page(self.store, numbers)

    def _title_list(self) -> None:
        total, shown = self._counts.get("all", 0), self.list.row_count
        text = f"Runs{dot()}{total:,}"
        if self.filter.text:
            text = f"Runs{dot()}{shown:,} of {total:,}{dot()}{self.filter.text}"
            self.list.set_empty(f"no run fits {self.filter.text!r}: esc shows all")
        else:
            self.list.set_empty("no runs yet: n makes one")
        self.list.set_title(text)
        self.chips.show([chip_line(self.filter, self._counts, self.chips.size.width or 80)])

    def read_page(self) -> None:
        """Read the run under the cursor, beside the keys, and show it."""
        self._reading += 1
        number = self.list.cursor_key
        if number is None or not self._page_shown:
            self.detail = None if number is None else self.detail
            self._paint_page()
            return
        self.doings.begin(self._read_detail(number, self._reading))

    async def _read_detail(self, number: int, reading: int) -> None:
        if self.detail is not None and self.detail.number != number:
            await asyncio.sleep(REST_SECONDS)
        if reading != self._reading:
            return
        try:
            detail = await beside(self.store, run_detail.run_detail, self.store, number)
        except PlottyError:
            detail = None  # it was archived a moment ago
        if reading == self._reading and self.is_mounted:
            self.detail = detail
            self._paint_page()

    @property
    def _page_shown(self) -> bool:
        return not self.has_class("-list-only") or self.has_class("-page")

    def _paint_page(self) -> None:
        detail = self.detail
        self.page.set_class(detail is None, "-empty")
        if detail is None:
            self.page.border_title = Content("Run")  # type: ignore[assignment]
            self.words.tell([])
            self.sheets.show_sheets(None)
        else:
            title = f"{detail.name}{dot()}{state_text(run_state_word(detail))}"
            self.page.border_title = Content(title)  # type: ignore[assignment]
            self.words.tell(run_lines(detail, self._words_width()))
            self.sheets.show_sheets(detail)
        self._paint_tabs()
        self.paint_keys()
        if self._opening:
            self.call_after_refresh(self._focus_page)

    def _words_width(self) -> int:
        return self.words.scrollable_content_region.width or max(20, self.page.size.width - 4)

    def _paint_tabs(self) -> None:
        count = len(self.detail.sheets) if self.detail else 0
        spans: list[tuple[str, str]] = []
        for tab, title in ((WORDS, "Run"), (SHEETS, f"Sheets {count}")):
            style = "accent bold reverse" if tab == self._tab else "hint"
            spans += [(f" {title} ", style), (" ", "")]
        self.tabs.show([(*spans, ("  [ ]", "accent bold"), (" turn the page", "hint"))])
        self.words.display = self._tab == WORDS
        self.sheets.display = self._tab == SHEETS

    # Room

    def fit_body(self, width: int, height: int) -> None:
        below = width < BESIDE and height >= BELOW
        narrow = width < BESIDE and not below
        self.set_class(below, "-below")
        was = self.has_class("-list-only")
        self.set_class(narrow, "-list-only")
        if was != narrow:
            self.call_after_refresh(self.read_page)
        self.call_after_refresh(self._refit)

    def _refit(self) -> None:
        if self.is_mounted:
            self._title_list()
            self._paint_page()

    # Where one is

    def choose(self, number: int) -> None:
        """Open the page of this run; a filter that hides it goes."""
        self.set_class(True, "-page")
        self._wanted = number
        if not self.is_mounted:
            return
        if not self.list.move_to_key(number):
            self.use_filter("")
        self._wanted = None if self.list.move_to_key(number) else number
        self.read_page()
        self.call_after_refresh(self.open_page)

    def open_page(self) -> None:
        """The page has the focus; where it does not stand beside the list, it takes its place."""
        self.hide_figures()
        self.set_class(True, "-page")
        self._opening = True
        self.read_page()
        self._focus_page()

    def _focus_page(self) -> None:
        """Once it is there: it is read beside the keys."""
        if self._opening and self.detail is not None:
            self._opening = False
            (self.words if self._tab == WORDS else self.sheets).focus()

    def close_page(self) -> None:
        """Back to the list."""
        self._opening = False
        self.set_class(False, "-page")
        self.list.focus()

    @property
    def on_page(self) -> bool:
        """Whether the focus is in the page."""
        return self.focused is self.words or self.focused is self.sheets

    def turn(self, by: int) -> None:
        """The next tab of the page, span of the statistics, or status of the list."""
        if self.figures is not None and self.has_class("-figures"):
            self.figures.turn(by)
            return
        if self.on_page:
            self._tab = SHEETS if self._tab == WORDS else WORDS
            self._paint_tabs()
            (self.words if self._tab == WORDS else self.sheets).focus()
            self.paint_keys()
            return
        names = list(CHIPS)
        at = names.index(self.filter.chip) if self.filter.chip in names else 0
        self.use_filter(with_chip(self.filter.text, names[(at + by) % len(names)]))

    @property
    def panels(self) -> list[Widget]:
        stops: list[Widget] = [self.hand_bar] if self.feed.shot.hands else []
        if self.figures is not None and self.has_class("-figures"):
            beside_ = not self.has_class("-below") and not self.has_class("-list-only")
            return [*stops, *([self.list] if beside_ else []), self.figures]
        if not (self.has_class("-list-only") and self.has_class("-page")):
            stops.append(self.list)
        if self._page_shown and self.list.row_count and not self.has_class("-figures"):
            stops.append(self.words if self._tab == WORDS else self.sheets)
        return stops

    def step_back(self) -> None:
        """Out of the figures, the page, the filter; else to the Studio screen."""
        if self.has_class("-figures"):
            self.hide_figures()
        elif self.on_page:
            self.close_page()
        elif self.filter.text:
            self.action_end_filter(False)
        elif self.focused is self.list:
            self.doings.do("screen.studio")
        else:
            self.list.focus()

    @property
    def chosen(self) -> Any:
        """The run under the cursor, as the list has it."""
        return self.list.chosen

    def action_judge(self, fate: str) -> None:
        """What became of the sheets under the cursor."""
        self.doings.judge(fate)

    def on_row_list_highlighted(self, message: RowList.Highlighted) -> None:
        if message.rows is self.list:
            self.read_page()
        self.paint_keys()

    # The filter

    def use_filter(self, text: str) -> None:
        """Show only the runs that this lets through."""
        self.filter = parse_run_filter(text)
        if self.filter_line is not None and self.filter_line.value != text:
            self.filter_line.value = text
        self.read_list()
        if self.filter.wrong:
            self.tell(self.filter.wrong, "state-hand")

    @property
    def filter_text(self) -> str:
        return self.filter.text

    @property
    def filter_hint(self) -> str:
        return "words, status:failed, device:left, client:acme, since:2026-11-01, until:…"

    # Figures

    def show_figures(self) -> None:
        """The statistics take the place of the page."""
        if self.figures is None:
            from ..panels.run_figures import RunFigures

            self.figures = RunFigures(self.store)
            self.query_one("#runs-middle").mount(self.figures)
        self.set_class(True, "-figures")
        self.figures.look_again(self.feed.versions(*TOPICS))
        self.call_after_refresh(self.figures.focus)
        self.paint_keys()

    def hide_figures(self) -> None:
        """The page is shown again."""
        self.set_class(False, "-figures")
        if self.focused is self.figures:
            self.list.focus()
        self.paint_keys()

    # Keys

    def keys_wanted(self) -> Sequence[str]:
        return FOOTER_WATCHING if self.read_only else FOOTER

    def key_title(self, action: str) -> str:
        if action == "open" and not self.answers_hand():
            return "fate" if self.focused is self.sheets else "open"
        return super().key_title(action)

    def page_hints(self) -> Sequence[KeyHint]:
        """What can be done to the run of the page now."""
        if self.detail is None:
            return ()
        fates = self.doings.fate_hints() if self._tab == SHEETS else []
        return [*self.hints_of(PAGE_KEYS), *fates]
