"""The keys, to be searched by typing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from plotty_tui.studio.actions import CHOSEN_KEYS, Action
from plotty_tui.tui.lines import Line
from plotty_tui.tui.rows import list_bindings
from plotty_tui.tui.text import cell_fit

from .fields import TextLine
from .frame import Dialog, LineScroll, wrap_text

MOST_WIDE = 84
BESIDE = 10  # border, padding, scroll bar and the lines' own indent

GROUPS = {
    "do": "Jobs and plotters",
    "plotter": "The plotter",
    "runs": "Production runs",
    "stock": "Pens and paper",
    "figures": "Figures",
    "settings": "Settings",
    "safety": "Safety: at any time, in any dialog, while typing",
    "find": "Finding",
    "view": "View",
    "list": "In lists",
}
SIGNS = {
    "slash": "/",
    "question_mark": "?",
    "plus": "+",
    "minus": "-",
    "ctrl+backslash": "ctrl+\\",
    "colon": ":",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


def key_words(keys: str) -> str:
    """`f8, ctrl+\\` of Textual's key names."""
    return ", ".join(SIGNS.get(key, key) for key in keys.split(","))


def list_actions() -> list[Action]:
    """The keys that every list has."""
    return [
        Action(one.id or "", CHOSEN_KEYS.get(one.id or "", one.key), one.description, "", "list")
        for one in list_bindings()
    ]


class KeysHelp(Dialog[None]):
    """What the keys do; typing keeps those whose key or words match."""

    DEFAULT_CSS = """
    KeysHelp {
        & > #box { max-width: 84; }
        & TextLine { margin-bottom: 1; }
        & .body { height: 40; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "leave", "Close", show=False, priority=True),
        Binding("up", "scroll(-1)", "Up", show=False),
        Binding("down", "scroll(1)", "Down", show=False),
        Binding("pageup", "scroll(-10)", "Page up", show=False),
        Binding("pagedown", "scroll(10)", "Page down", show=False),
    ]
    CHROME = 8

    def __init__(self, actions: Sequence[Action]) -> None:
        super().__init__("Keys")
        self._actions = [*actions, *list_actions()]
        self._keys = [("type", "to search"), ("↑ ↓", "scroll"), ("esc", "close")]

    def body(self) -> Iterable[Widget]:
        yield TextLine(placeholder="search keys: pen, stop, ctrl …")
        scroll = LineScroll(classes="body")
        scroll.can_focus = False
        yield scroll

    def on_mount(self) -> None:
        self.query_one(TextLine).focus()
        self._tell()

    def on_resize(self, event: events.Resize) -> None:
        self._tell()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._tell()
        self.query_one(LineScroll).scroll_home(animate=False)

    def _tell(self) -> None:
        self.query_one(LineScroll).tell(self._lines(self.query_one(TextLine).value))

    def action_scroll(self, lines: int) -> None:
        self.query_one(LineScroll).scroll_relative(y=lines, animate=False)

    def _lines(self, typed: str) -> list[Line | str]:
        words = typed.casefold().split()
        found = [action for action in self._actions if _matches(action, words)]
        if not found:
            return [(("no key does that", "hint"),)]
        width = max(cell_len(key_words(action.keys)) for action in self._actions) + 2
        title = min(18, max(cell_len(action.title) for action in self._actions)) + 2
        room = max(20, min(MOST_WIDE, self.app.size.width) - BESIDE - width - title)
        names = dict.fromkeys([*GROUPS, *(action.group for action in found)])
        lines: list[Line | str] = []
        for group in names:
            mine = [action for action in found if action.group == group]
            if not mine:
                continue
            lines += ([""] if lines else []) + [((GROUPS.get(group, group), "accent bold"),)]
            for action in mine:
                lines += _action_lines(action, width, title, room)
        return lines


def _matches(action: Action, words: Sequence[str]) -> bool:
    said = f"{key_words(action.keys)} {action.title} {action.help} {action.command}".casefold()
    return all(word in said for word in words)


def _action_lines(action: Action, width: int, title: int, room: int) -> list[Line]:
    """Keys, title and help; a long help goes on below."""
    first, *rest = wrap_text(action.help, room)
    keys = cell_fit(key_words(action.keys), width)
    lines: list[Line] = [
        (("  " + keys, "bold"), (cell_fit(action.title, title), ""), (first, "hint"))
    ]
    indent = " " * (2 + width + title - 2)
    return [*lines, *(((indent + one, "hint"), ("", "")) for one in rest)]
