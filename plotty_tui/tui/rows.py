"""A list of up to tens of thousands of rows, drawn line by line.

Only rows in view are ever asked for; a change sends the cells that differ. Cursor and marks
belong to the keys of rows: they stay with their job when rows come, go or change places.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from .lines import DrawnWidget, Line, changed_cells, fit_line, line_cells, line_of
from .text import pad, plain, symbols

Key = Hashable
Cell = str | tuple[str, str] | Sequence[tuple[str, str]]

NO_LINE: Line = ()
MOST_STRIPS = 2048


class RowSource(Protocol):
    """What a RowList shows. `keys` are in the order of the rows, each once."""

    @property
    def keys(self) -> Sequence[Any]: ...

    def row(self, i: int, width: int) -> Line:
        """The line of row i for this width."""

    def header(self, width: int) -> Line | None:
        """The line above the rows, which does not scroll; None for none."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A source of ready lines."""

    keys: Sequence[Any]
    line: Callable[[int], Line | str]

    def row(self, i: int, width: int) -> Line:
        return line_of(self.line(i))

    def header(self, width: int) -> Line | None:
        return None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: at least `width` cells, and its share `flex` of those left over. When there is
    too little room the columns with the highest `drop` go first; 0 stays."""

    title: str
    width: int
    align: str = "left"
    flex: int = 0
    drop: int = 0
    style: str = ""


def fit_columns(columns: Sequence[Column], width: int, gap: int = 1) -> list[tuple[int, int]]:
    """(number, cells) of the columns shown in this width, in order."""
    shown = list(range(len(columns)))

    def needed() -> int:
        return sum(columns[i].width for i in shown) + gap * max(0, len(shown) - 1)

    while needed() > width and any(columns[i].drop for i in shown):
        # Of equals the last goes first.
        shown.remove(max(shown, key=lambda i: (columns[i].drop, i)))
    room = max(0, width - needed())
    cells = {i: columns[i].width for i in shown}
    flexible = [i for i in shown if columns[i].flex]
    parts = sum(columns[i].flex for i in flexible)
    for i in flexible:
        share = room * columns[i].flex // parts
        cells[i] += share
        room, parts = room - share, parts - columns[i].flex
    return [(i, cells[i]) for i in shown]


class ColumnRows:
    """A source of cells in columns. `cells(i)` gives one cell a column: a text, a span
    (text, style), or a line of spans."""

    def __init__(
        self,
        keys: Sequence[Any],
        cells: Callable[[int], Sequence[Cell]],
        columns: Sequence[Column],
        *,
        titles: bool = True,
        layout: Callable[[int], Sequence[tuple[int, int]]] | None = None,
    ) -> None:
        self.keys = keys
        self._cells = cells
        self._columns = columns
        self._titles = titles
        self._layout = layout or (lambda width: fit_columns(columns, width))
        self._fitted: tuple[int, Sequence[tuple[int, int]]] = (-1, ())

    def row(self, i: int, width: int) -> Line:
        cells = self._cells(i)
        spans: list[tuple[str, str]] = []
        for number, room in self._fit(width):
            if spans:
                spans.append((" ", ""))
            spans.extend(_cell_spans(cells[number], self._columns[number], room))
        return tuple(spans)

    def header(self, width: int) -> Line | None:
        if not self._titles:
            return None
        titles = [
            pad(self._columns[number].title, room, self._columns[number].align)
            for number, room in self._fit(width)
        ]
        return ((" ".join(titles), "row-list--header"),)

    def _fit(self, width: int) -> Sequence[tuple[int, int]]:
        if self._fitted[0] != width:
            self._fitted = (width, self._layout(width))
        return self._fitted[1]


def _cell_spans(cell: Cell, column: Column, room: int) -> Sequence[tuple[str, str]]:
    if isinstance(cell, str):
        return ((pad(plain(cell), room, column.align), column.style),)
    if len(cell) == 2 and isinstance(cell[0], str) and isinstance(cell[1], str):
        return ((pad(plain(cell[0]), room, column.align), cell[1]),)
    line: Line = tuple(cell)  # type: ignore[arg-type]
    space = room - line_cells(line)
    if column.align == "right" and space > 0:
        return ((" " * space, ""), *line)
    return fit_line(line, room)


class RowList(DrawnWidget, ScrollView, can_focus=True):
    """A list with a cursor and marks.

    Messages: Highlighted (the cursor is on another row), Selected (enter, or a double click),
    Marked (the marks changed).
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-list--cursor",
        "row-list--cursor-blurred",
        "row-list--mark",
        "row-list--header",
        "row-list--empty",
    }

    DEFAULT_CSS = """
    RowList {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .row-list--cursor {
            color: $row-cursor-text;
            background: $row-cursor;
            text-style: $row-cursor-style;
        }
        & > .row-list--cursor-blurred { background: $row-cursor-blurred; }
        &:ansi > .row-list--cursor-blurred { text-style: bold; }
        & > .row-list--mark { color: $row-mark; text-style: bold; }
        & > .row-list--header { color: $hint; }
        & > .row-list--empty { color: $hint; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="rows.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="rows.down"),
        Binding("ctrl+u", "page(-0.5)", "Half page up", show=False, id="rows.half_up"),
        Binding("ctrl+d", "page(0.5)", "Half page down", show=False, id="rows.half_down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="rows.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="rows.page_down"),
        Binding("home,g", "first", "First", show=False, id="rows.first"),
        Binding("end,G", "last", "Last", show=False, id="rows.last"),
        Binding("enter", "select", "Open", show=False, id="rows.select"),
        Binding("space", "mark", "Mark", show=False, id="rows.mark"),
        Binding("v", "range", "Mark a range", show=False, id="rows.range"),
        Binding("*", "mark_all", "Mark all", show=False, id="rows.mark_all"),
        Binding("escape", "end_range", "Leave the range", show=False, id="rows.end_range"),
    ]

    class Highlighted(Message):
        """The cursor is on another row; `key` is None in an empty list."""

        def __init__(self, rows: RowList, key: Any) -> None:
            super().__init__()
            self.rows, self.key = rows, key

        @property
        def control(self) -> RowList:
            return self.rows

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, RowList.Highlighted) and message.rows is self.rows

    class Selected(Message):
        """The row under the cursor is chosen."""

        def __init__(self, rows: RowList, key: Any) -> None:
            super().__init__()
            self.rows, self.key = rows, key

        @property
        def control(self) -> RowList:
            return self.rows

    class Marked(Message):
        """The marks changed; `keys` are all of them, also of rows now hidden by a filter."""

        def __init__(self, rows: RowList, keys: frozenset[Any]) -> None:
            super().__init__()
            self.rows, self.keys = rows, keys

        @property
        def control(self) -> RowList:
            return self.rows

    def __init__(
        self,
        source: RowSource | None = None,
        *,
        empty: Line | str = "",
        title: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        self._source: RowSource = source or Rows((), lambda i: NO_LINE)
        self._keys: Sequence[Any] = self._source.keys
        self._places: dict[Any, int] | None = None
        self._cursor = 0
        # Where the person put the cursor: after a filter that hid the row it goes back there.
        self._wanted: Any = self._keys[0] if self._keys else None
        self._marks: set[Any] = set()
        self._anchor: Any = None
        self._empty = line_of(empty, "row-list--empty")
        self._rows: dict[Any, Line] = {}
        self._strips: dict[tuple[Line, int], Strip] = {}
        self._painted: dict[int, tuple[Line, int]] = {}
        self._top = 1 if self._source.header(80) is not None else 0
        super().__init__(id=id, classes=classes)
        if title is not None:
            self.set_title(title)

    # What it shows

    def set_rows(self, source: RowSource) -> None:
        """Show these rows. The cursor stays on its row; if that is gone it goes to the next one
        that was below it. Only rows that look different are sent."""
        old_keys, was = self._keys, self.cursor_key
        self._source, self._keys = source, source.keys
        self._places = None
        self._rows.clear()
        self._top = 1 if source.header(max(1, self.row_width)) is not None else 0
        self._cursor = self._find_cursor(old_keys, was)
        if self._anchor is not None and self.index_of(self._anchor) is None:
            self._anchor = None
        self._fit_virtual_size()
        self._keep_cursor_in_view()
        self._refresh_changed()
        if self.cursor_key != was:
            self.post_message(self.Highlighted(self, self.cursor_key))

    def refresh_row(self, key: Any) -> None:
        """The row of this key says something else now. Costs nothing when it is out of view."""
        self._rows.pop(key, None)
        i = self.index_of(key)
        if i is not None:
            self._refresh_if_changed(self._y_of(i))

    def refresh_rows(self) -> None:
        """Any row may say something else now: those in view are asked again."""
        self._rows.clear()
        self._refresh_changed()

    def set_empty(self, line: Line | str) -> None:
        """What stands in an empty list."""
        self._empty = line_of(line, "row-list--empty")
        self._refresh_if_changed(self._top)

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._keys)

    @property
    def row_width(self) -> int:
        """Cells of a row as sources get it: the first cell of a line is for marks."""
        return max(0, self.line_room.width - 1)

    @property
    def line_room(self) -> Size:
        """The cells that lines may fill: not those of a scroll bar."""
        width, height = self.size
        bar = self.scrollbar_size_vertical if self.show_vertical_scrollbar else 0
        return Size(max(0, width - bar), height)

    def index_of(self, key: Any) -> int | None:
        """The number of the row with this key; None when it is not shown."""
        keys, near = self._keys, self._cursor
        if near < len(keys) and keys[near] == key:
            return near
        if self._places is None:
            self._places = {one: i for i, one in enumerate(keys)}
        return self._places.get(key)

    # Cursor

    @property
    def cursor(self) -> int:
        """The number of the row under the cursor."""
        return self._cursor

    @property
    def cursor_key(self) -> Any:
        """The key of the row under the cursor; None in an empty list."""
        return self._keys[self._cursor] if self._cursor < len(self._keys) else None

    def move_to(self, i: int) -> None:
        """Put the cursor on row i (the nearest there is) and show it."""
        if not self._keys:
            return
        old, self._cursor = self._cursor, max(0, min(i, len(self._keys) - 1))
        self._wanted = self.cursor_key
        if old == self._cursor:
            self._keep_cursor_in_view()
            return
        self._keep_cursor_in_view()
        if self._anchor is None:
            self._refresh_if_changed(self._y_of(old))
            self._refresh_if_changed(self._y_of(self._cursor))
        else:
            self._refresh_changed()
        self.post_message(self.Highlighted(self, self.cursor_key))

    def move_to_key(self, key: Any) -> bool:
        """Put the cursor on the row with this key; False when it is not shown."""
        i = self.index_of(key)
        if i is None:
            return False
        self.move_to(i)
        return True

    # Marks

    @property
    def marks(self) -> frozenset[Any]:
        """The keys that are marked, also those of rows hidden by a filter, and the range."""
        return frozenset(self._marks).union(self._range_keys())

    @property
    def marked_rows(self) -> list[Any]:
        """The marked keys among the rows shown, in their order."""
        marks = self.marks
        return [key for key in self._keys if key in marks] if marks else []

    def set_marks(self, keys: Iterable[Any]) -> None:
        """Mark these and no others."""
        before, self._marks, self._anchor = self.marks, set(keys), None
        self._marks_changed(before)

    # Keys

    def action_move(self, by: int) -> None:
        self.move_to(self._cursor + by)

    def action_page(self, pages: float) -> None:
        rows = max(1, int(self._page() * abs(pages)))
        self.move_to(self._cursor + (rows if pages > 0 else -rows))

    def action_first(self) -> None:
        self.move_to(0)

    def action_last(self) -> None:
        self.move_to(len(self._keys) - 1)

    def action_select(self) -> None:
        if self._keys:
            self.post_message(self.Selected(self, self.cursor_key))

    def action_mark(self) -> None:
        """Mark the row, or take its mark away, and go on; with a range, mark the range."""
        if self._anchor is not None:
            self.set_marks(self.marks)
        elif self._keys:
            self.set_marks(self._marks ^ {self.cursor_key})
            self.move_to(self._cursor + 1)

    def action_range(self) -> None:
        """Begin a range at the cursor; again: mark it."""
        if self._anchor is not None:
            self.set_marks(self.marks)
        elif self._keys:
            before, self._anchor = self.marks, self.cursor_key
            self._marks_changed(before)

    def action_end_range(self) -> None:
        self.set_marks(self._marks)

    def action_mark_all(self) -> None:
        """Mark all rows shown; when all are, take their marks away."""
        shown = set(self._keys)
        self.set_marks(self._marks - shown if shown <= self.marks else self._marks | shown)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "end_range":
            return self._anchor is not None
        return super().check_action(action, parameters)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or offset.y < self._top:
            return
        i = offset.y - self._top + self.scroll_offset.y
        if i >= len(self._keys):
            return
        self.move_to(i)
        if event.chain > 1:
            self.action_select()

    def on_focus(self) -> None:
        self._refresh_if_changed(self._y_of(self._cursor))

    def on_blur(self) -> None:
        self._refresh_if_changed(self._y_of(self._cursor))

    def on_mount(self) -> None:
        self._fit_virtual_size()

    def on_resize(self) -> None:
        self._keep_cursor_in_view()

    # Drawing

    def render_line(self, y: int) -> Strip:
        self.check_size()
        line, look = self._painted[y] = self._wanted_line(y)
        strip = self._strips.get((line, look))
        if strip is None:
            if len(self._strips) >= MOST_STRIPS:
                self._strips.clear()
            strip = self.strip_of(line, self._drawn_size.width, self._row_style(look))
            self._strips[line, look] = strip
        return strip

    def drop_styles(self) -> None:
        self._strips.clear()

    def drop_lines(self) -> None:
        self._rows.clear()
        self._strips.clear()
        self._painted.clear()

    def _wanted_line(self, y: int) -> tuple[Line, int]:
        """The fitted line of a screen line and how it is shown: 0 plain, 1 cursor, 2 cursor of a
        list without the focus."""
        width = self._drawn_size.width
        if y < self._top:
            return fit_line(((" ", ""), *(self._source.header(width - 1) or ())), width), 0
        i = y - self._top + self.scroll_offset.y
        if i >= len(self._keys):
            empty = ((" ", ""), *self._empty) if not self._keys and i == 0 else NO_LINE
            return fit_line(empty, width), 0
        key = self._keys[i]
        row = self._rows.get(key)
        if row is None:
            if len(self._rows) >= MOST_STRIPS:
                self._rows.clear()
            row = self._rows[key] = fit_line(self._source.row(i, width - 1), width - 1)
        look = 0 if i != self._cursor else 1 if self.has_focus else 2
        return (self._sign(i, key, look), *row), look

    def _sign(self, i: int, key: Any, look: int) -> tuple[str, str]:
        if key in self._marks or self._in_range(i):
            return symbols().mark, "row-list--mark"
        return (symbols().cursor if look == 1 else " "), "row-list--mark"

    def _row_style(self, look: int) -> Style | None:
        names = (None, "row-list--cursor", "row-list--cursor-blurred")
        name = names[look]
        return self.span_style(name) if name else None

    def _y_of(self, i: int) -> int:
        return i - self.scroll_offset.y + self._top

    def _refresh_changed(self) -> None:
        for y in range(self.size.height):
            self._refresh_if_changed(y)

    def _refresh_if_changed(self, y: int) -> None:
        """Send the cells of a screen line that differ from what was painted there."""
        self.check_size()
        width, height = self._drawn_size
        if not 0 <= y < height:
            return
        painted = self._painted.get(y)
        cells: tuple[int, int] | None = (0, width)
        if painted is not None:
            line, look = self._wanted_line(y)
            if look == painted[1]:
                cells = changed_cells(painted[0], line, width)
        if cells:
            self.refresh(Region(cells[0], y, cells[1] - cells[0], 1))

    # Places

    def _page(self) -> int:
        return max(1, self.size.height - self._top)

    def _fit_virtual_size(self) -> None:
        size = Size(1, len(self._keys) + self._top)
        if self.virtual_size == size:
            return
        styled, high = self.styles.height, self.size.height
        as_high = high and styled is not None and not styled.is_auto
        if as_high and (size.height > high) == self.show_vertical_scrollbar:
            # Nothing moves but the scroll bar: no layout of the whole screen for it.
            self.set_reactive(RowList.virtual_size, size)
            self._scroll_update(size)
        else:
            self.virtual_size = size

    def _keep_cursor_in_view(self) -> None:
        height = self.size.height
        if not height:
            return
        page, first = self._page(), self.scroll_offset.y
        if self._cursor < first:
            first = self._cursor
        elif self._cursor >= first + page:
            first = self._cursor - page + 1
        first = max(0, min(first, len(self._keys) - page))
        if first != self.scroll_offset.y:
            self.scroll_to(y=first, animate=False, force=True)

    def _find_cursor(self, old_keys: Sequence[Any], was: Any) -> int:
        if not self._keys:
            return 0
        for key in (self._wanted, was):
            if key is not None and (i := self.index_of(key)) is not None:
                return i
        after = old_keys[self._cursor + 1 :]
        before = reversed(old_keys[: self._cursor])
        for key in (*after, *before):
            if (i := self.index_of(key)) is not None:
                return i
        return min(self._cursor, len(self._keys) - 1)

    def _in_range(self, i: int) -> bool:
        if self._anchor is None:
            return False
        anchor = self.index_of(self._anchor)
        return anchor is not None and min(anchor, self._cursor) <= i <= max(anchor, self._cursor)

    def _range_keys(self) -> Sequence[Any]:
        if self._anchor is None or (anchor := self.index_of(self._anchor)) is None:
            return ()
        return self._keys[min(anchor, self._cursor) : max(anchor, self._cursor) + 1]

    def _marks_changed(self, before: frozenset[Any]) -> None:
        self._refresh_changed()
        now = self.marks
        if now != before:
            self.post_message(self.Marked(self, now))


def list_bindings() -> list[Binding]:
    """The keys that every list has, each with its id."""
    return [one for one in RowList.BINDINGS if isinstance(one, Binding) and one.id]
