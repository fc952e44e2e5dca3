"""The frame that all dialogs share: a box with a title, a body that scrolls when it must, a line
that says what is wrong or being done, and the keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, TypeVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, ScreenResultType
from textual.widget import Widget

from plotty_tui.studio.opening import Store
from plotty_tui.tui.lines import Line, LinePanel, line_cells, line_of
from plotty_tui.tui.text import plain

Done = TypeVar("Done")
Keys = Sequence[tuple[str, str]]


def keys_line(keys: Iterable[tuple[str, str]]) -> Line:
    """`ctrl+s save  esc leave`: keys in the accent colour, what they do beside them."""
    spans: list[tuple[str, str]] = []
    for key, does in keys:
        if spans:
            spans.append(("   ", ""))
        spans += [(key, "accent bold"), (f" {does}", "hint")]
    return tuple(spans)


def fitting_keys(keys: Keys, width: int) -> list[tuple[str, str]]:
    """As many of these keys as the width has room for; those named first matter most, the last
    one (how to leave) always stays."""
    kept = list(keys)
    while len(kept) > 1 and line_cells(keys_line(kept)) > width:
        kept.pop(-2)
    return kept


def wrap_text(text: str, width: int) -> list[str]:
    """The text in lines of at most so many cells, broken between words; further lines are
    indented as the first is, and two more."""
    text = plain(text)
    if width <= 4 or cell_len(text) <= width:
        return [text]
    indent = " " * min(len(text) - len(text.lstrip(" ")), width // 2)
    lines, line = [], indent
    for word in text.split():
        parts = _parts(word, width - len(indent) - 2)
        for part in parts:
            gap = " " if line.strip() else ""
            if line.strip() and cell_len(line) + len(gap) + cell_len(part) > width:
                lines.append(line)
                line, gap = indent + "  ", ""
            line += gap + part
    return [*lines, line]


def _parts(word: str, width: int) -> list[str]:
    """A word that is wider than a line, in pieces that are not."""
    parts, piece, cells = [], "", 0
    for sign in word:
        size = cell_len(sign)
        if cells + size > width:
            parts.append(piece)
            piece, cells = "", 0
        piece, cells = piece + sign, cells + size
    return [*parts, piece]


async def off_loop(store: Store | None, work: Callable[[], Done]) -> Done:
    """What `work` returns, done in a thread; the thread's connection to the books is closed."""

    def work_and_close() -> Done:
        try:
            return work()
        finally:
            if store is not None:
                store.close()

    return await asyncio.to_thread(work_and_close)


class LineScroll(VerticalScroll, can_focus=True):
    """Lines to read: long plain ones are wrapped, and all can be scrolled by keyboard."""

    DEFAULT_CSS = """
    LineScroll { height: auto; scrollbar-size-vertical: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("g", "scroll_home", "Top", show=False),
        Binding("G", "scroll_end", "End", show=False),
        Binding("space,ctrl+d", "page_down", "Page down", show=False),
        Binding("ctrl+u", "page_up", "Page up", show=False),
    ]

    def __init__(
        self, lines: Sequence[Line | str] = (), *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._told = list(lines)
        self._panel = LinePanel(can_focus=False)

    def compose(self) -> ComposeResult:
        self._panel.show([*self._told])
        yield self._panel

    @property
    def text(self) -> str:
        """What it says, as it was told."""
        return "\n".join("".join(part for part, _ in line_of(line)) for line in self._told)

    def tell(self, lines: Sequence[Line | str]) -> None:
        """Say this from now on."""
        self._told = list(lines)
        self._wrap()

    def on_resize(self) -> None:
        self._wrap()

    def _wrap(self) -> None:
        width = self.scrollable_content_region.width
        if not width:
            self._panel.show(self._told)
            return
        shown: list[Line] = []
        for told in self._told:
            line = line_of(told)
            if len(line) == 1:
                text, style = line[0]
                shown += [((part, style),) for part in wrap_text(text, width)]
            else:
                shown.append(line)
        self._panel.show(shown)


class Dialog(ModalScreen[ScreenResultType]):
    """A box over the dashboard. Subclasses give the body; `say` fills the line below it."""

    TITLE_TEXT: ClassVar[str] = ""

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 55%;
        & > #box {
            width: 100%;
            max-width: 78;
            height: auto;
            max-height: 100%;
            border: round $border;
            border-title-color: $accent;
            border-title-style: bold;
            background: $surface;
            padding: 1 2 0 2;
        }
        & .body { height: auto; scrollbar-size-vertical: 1; }
        & LineScroll, & VerticalScroll, & RowList {
            scrollbar-background: $surface;
            scrollbar-background-hover: $surface;
            scrollbar-background-active: $surface;
            scrollbar-color: $bar-rest;
            scrollbar-color-hover: $hint;
            scrollbar-color-active: $accent;
        }
        & #said { height: 1; margin-top: 1; }
        & #keys { height: 1; }
        &:ansi { background: transparent; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False, id="dialog.leave"),
    ]

    # Lines of the box that are not the body: border, padding, what is said, keys.
    CHROME: ClassVar[int] = 6

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._keys: list[tuple[str, str]] = [("esc", "leave")]
        self._said: Line = ()

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = Content(plain(self._title))  # type: ignore[assignment]
            yield from self.body()
            yield LinePanel([self._said], id="said", can_focus=False)
            yield LinePanel([keys_line(self._keys)], id="keys", can_focus=False)

    def body(self) -> Iterable[Widget]:
        """The widgets between title and keys; one with the class `body` scrolls when the
        terminal is too small for it."""
        return ()

    def retitle(self, title: str) -> None:
        """Another title."""
        self._title = title
        for box in self.query("#box"):
            box.border_title = Content(plain(title))  # type: ignore[assignment]

    def say(self, text: str, style: str = "hint") -> None:
        """Say one line above the keys."""
        self._said = ((text, style),)
        for panel in self.query("#said").results(LinePanel):
            panel.show([self._said])

    def fail(self, text: str) -> None:
        """Say what went wrong; wrapped over as many lines as it needs."""
        self._said = ((text, "error bold"),)
        for panel in self.query("#said").results(LinePanel):
            lines = wrap_text(text, max(10, panel.size.width or 70))
            panel.styles.height = len(lines)
            panel.show([((line, "error bold"),) for line in lines])
            self._fit(extra=len(lines) - 1)

    def unsay(self) -> None:
        """Nothing to say."""
        self.say("")
        for panel in self.query("#said").results(LinePanel):
            panel.styles.height = 1
        self._fit()

    @property
    def said(self) -> str:
        """What is said above the keys."""
        lines = self.query_one("#said", LinePanel).lines
        return " ".join("".join(text for text, _ in line).strip() for line in lines)

    def tell_keys(self, keys: Keys) -> None:
        """The keys of this moment, the most wanted first, the last how to leave."""
        self._keys = list(keys)
        for panel in self.query("#keys").results(LinePanel):
            width = panel.size.width or 72
            panel.show([keys_line(fitting_keys(self._keys, width))])

    def action_leave(self) -> None:
        self.dismiss(None)

    def on_resize(self, event: events.Resize) -> None:
        self._fit()
        self.call_after_refresh(lambda: self.tell_keys(self._keys))

    def _fit(self, extra: int = 0) -> None:
        """Bodies are as high as their content and at most as the terminal leaves room for."""
        for body in self.query(".body"):
            body.styles.max_height = max(3, self.size.height - self.CHROME - extra)
