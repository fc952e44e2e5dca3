"""Panels drawn line by line.

A line is a tuple of spans (text, style name). What is shown is kept, so that a panel told the
same again sends nothing, and one told something new sends the cells that differ and no more.

Style names, several with spaces between them:
    state-drawing, hint, accent ...   a theme variable, as the colour of the text
    #ff0000                           a pen's colour, moved so that it can be seen
    bold dim italic underline reverse strike
    line-panel--title ...             a component class of the widget, with its background
    ""                                the widget's own style
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color, ColorParseError
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from .bar import Line, Span
from .text import cut, plain, single_cells
from .themes import contrast, visible_ink

__all__ = ["FILL", "DrawnWidget", "Line", "LinePanel", "Span", "fit_line", "line_of"]

# Takes the cells that are left over: what stands behind it is flush right, and when there is
# too little room what stands before it is cut.
FILL: Span = ("", "fill")

_TEXT_STYLES = frozenset(("bold", "dim", "italic", "underline", "reverse", "strike"))


def line_of(text: str | Line, style: str = "") -> Line:
    """A line of one span, or the line itself."""
    return ((text, style),) if isinstance(text, str) else text


def line_cells(line: Iterable[Span]) -> int:
    """How many cells a line takes."""
    return sum(cell_len(plain(text)) for text, _ in line)


def fit_line(line: Line, width: int) -> Line:
    """The line, its texts made plain, in exactly so many cells: cut with an ellipsis, or filled
    up at FILL or at its end."""
    if FILL not in line:
        return _filled(_cut_spans(line, width), width)
    at = line.index(FILL)
    right = _cut_spans(line[at + 1 :], width)
    room = width - line_cells(right)
    return _joined((*_filled(_cut_spans(line[:at], room), room), *right))


def _cut_spans(line: Line, width: int) -> Line:
    fitted: list[Span] = []
    left = width
    for said, style in line:
        if left <= 0:
            break
        text = cut(plain(said), left)
        if text:
            fitted.append((text, style))
            left -= cell_len(text)
    return tuple(fitted)


def _filled(line: Line, width: int) -> Line:
    room = width - sum(cell_len(text) for text, _ in line)
    return _joined((*line, (" " * room, ""))) if room > 0 else _joined(line)


def _joined(line: Line) -> Line:
    """The line with neighbours of one style made one: fewer colour changes, fewer bytes."""
    joined: list[Span] = []
    for text, style in line:
        if joined and joined[-1][1] == style:
            joined[-1] = (joined[-1][0] + text, style)
        elif text:
            joined.append((text, style))
    return tuple(joined)


def changed_cells(old: Line, new: Line, width: int) -> tuple[int, int] | None:
    """First and after-last cell in which two fitted lines differ; None when they do not."""
    if old == new:
        return None
    if not all(single_cells(text) for text, _ in (*old, *new)):
        return 0, width
    before = [(sign, style) for text, style in old for sign in text]
    after = [(sign, style) for text, style in new for sign in text]
    differ = [x for x, (a, b) in enumerate(zip(before, after, strict=False)) if a != b]
    if len(before) != len(after):
        return (differ or [min(len(before), len(after))])[0], width
    return (differ[0], differ[-1] + 1) if differ else None


class DrawnWidget(Widget):
    """A widget that draws its lines: makes Rich styles of style names, once per theme and state
    of the widget, and changes its title without painting the rest. `drop_styles` is where it
    clears strips, `drop_lines` where it forgets all that was made for another size."""

    ALLOW_SELECT = False

    _span_styles: dict[str, Style]
    _drawn_theme = ""
    _title_text: str | None = None
    _subtitle_text: str = ""
    _drawn_size = Size(0, 0)

    def set_title(self, text: str) -> None:
        """Set the border's title, whatever is in the text. Sends the border's top line only, and
        nothing if the title is the same; setting `border_title` would paint the whole widget."""
        shown = plain(text)
        if shown == self._title_text:
            return
        self._title_text = shown
        self._border_title = Content(shown)
        left, top = self.content_offset
        self.refresh(Region(-left, -top, self.outer_size.width, 1))

    def set_subtitle(self, text: str) -> None:
        """The same in the lower border."""
        shown = plain(text)
        if shown == self._subtitle_text:
            return
        self._subtitle_text = shown
        self._border_subtitle = Content(shown) if shown else None
        left, top = self.content_offset
        outer = self.outer_size
        self.refresh(Region(-left, outer.height - top - 1, outer.width, 1))

    def drop_styles(self) -> None:
        """Called when colours may have changed: forget strips."""

    def drop_lines(self) -> None:
        """Called when the size has changed: forget strips and what is on screen."""

    def check_size(self) -> None:
        """Before drawing or comparing: a new size may be painted before its event arrives."""
        size = self.line_room
        if size != self._drawn_size:
            self._drawn_size = size
            self.drop_lines()

    @property
    def line_room(self) -> Size:
        """The cells that lines may fill."""
        return self.size

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._span_styles = {}
        self.drop_styles()
        if self.is_attached and self._drawn_theme != self.app.theme:
            # Names that no rule uses may have changed with the theme: nobody else repaints then.
            self._drawn_theme = self.app.theme
            self.refresh()

    def span_style(self, name: str) -> Style:
        """The Rich style of a style name."""
        styles = self.__dict__.setdefault("_span_styles", {})
        style = styles.get(name)
        if style is None:
            style = styles[name] = self._resolve(name)
        return style

    def strip_of(self, line: Line, width: int, style: Style | None = None) -> Strip:
        """A fitted line as a strip; with a style, on its background (the cursor row)."""
        segments = [Segment(text, self._on(self.span_style(name), style)) for text, name in line]
        return Strip(segments, width)

    def _on(self, span: Style, row: Style | None) -> Style:
        """The span's style on a row's background. Where its colour would not be legible there,
        the row's own text colour is used."""
        if row is None:
            return span
        if row.reverse or span.color is None or row.bgcolor is None:
            return row
        if span.color.is_default or row.bgcolor.is_default:
            return row
        ground, ink = Color.from_rich_color(row.bgcolor), Color.from_rich_color(span.color)
        if ground.ansi is not None or contrast(ink, ground) < 3.0:
            return row
        return row + Style(color=span.color, bold=span.bold, underline=span.underline)

    def _resolve(self, name: str) -> Style:
        style = self.rich_style
        background = self.background_colors[1]
        for word in name.split():
            if word in _TEXT_STYLES:
                style += Style.parse(word)
            elif word.startswith("#"):
                style += Style(color=self._pen_ink(word, background).rich_color)
            elif word in self._get_component_classes():
                style += self.get_component_rich_style(word)
            else:
                color = self._variable(word, background)
                style += Style(color=color.rich_color) if color else Style()
        return style

    def _pen_ink(self, color: str, background: Color) -> Color:
        one_for_all = self._variable("pen-ink", background)
        return one_for_all or visible_ink(color, background)

    def _variable(self, name: str, background: Color) -> Color | None:
        """The colour of a theme variable on this background: `#rrggbb`, `ansi_red`, `auto 60%`."""
        value, _, share = self.app.theme_variables.get(name, "").partition(" ")
        if not value:
            return None
        if value == "auto":
            color = background.get_contrast_text(1.0)
        else:
            try:
                color = Color.parse(value)
            except ColorParseError:
                return None
        if share.endswith("%") and color.ansi is None:
            color = color.multiply_alpha(float(share[:-1]) / 100)
        return background + color


class LinePanel(DrawnWidget, can_focus=True):
    """A panel of lines. `show` what it should say, as often as you like; give it a border and a
    title. Lines beyond its height are not drawn."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-panel--title", "line-panel--alert"}

    DEFAULT_CSS = """
    LinePanel {
        height: auto;
        & > .line-panel--title { text-style: bold; }
        & > .line-panel--alert { color: $background; background: $state-hand; text-style: bold; }
        &:ansi > .line-panel--alert {
            color: $state-hand; background: ansi_default; text-style: bold reverse;
        }
    }
    """

    class Clicked(Message):
        """A line was clicked: its number, from 0."""

        def __init__(self, panel: LinePanel, line: int) -> None:
            super().__init__()
            self.panel, self.line = panel, line

        @property
        def control(self) -> LinePanel:
            return self.panel

    def __init__(
        self,
        lines: Sequence[Line | str] = (),
        *,
        title: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        can_focus: bool | None = None,
    ) -> None:
        self._lines: list[Line] = [line_of(line) for line in lines]
        self._asked_height = -1
        self._fitted: dict[int, Line] = {}
        self._strips: dict[int, Strip] = {}
        super().__init__(id=id, classes=classes)
        if title is not None:
            self.set_title(title)
        if can_focus is not None:
            self.can_focus = can_focus

    @property
    def lines(self) -> tuple[Line, ...]:
        """What the panel says now."""
        return tuple(self._lines)

    @property
    def line_width(self) -> int:
        """How many cells a line has; 0 before the first layout."""
        return self.size.width

    def show(self, lines: Sequence[Line | str]) -> int:
        """Say this from now on. Returns how many lines changed on screen; only the cells that
        differ are sent."""
        self.check_size()
        told = [line_of(line) for line in lines]
        before, self._lines = self._lines, told
        # Not against what was said before: a layout that is asked for while a screen comes up may
        # be passed over.
        if len(told) != self._asked_height and self.is_attached and self._grows():
            self.refresh(layout=True)
        changed = 0
        for y in range(min(max(len(before), len(told)), self.size.height)):
            if y >= len(before) or y >= len(told) or before[y] != told[y]:
                changed += self._show_line(y)
        return changed

    def show_line(self, y: int, line: Line | str) -> int:
        """Say this in one line; the others stay."""
        while len(self._lines) <= y:
            self._lines.append(())
        lines = list(self._lines)
        lines[y] = line_of(line)
        return self.show(lines)

    def render_line(self, y: int) -> Strip:
        self.check_size()
        strip = self._strips.get(y)
        if strip is None:
            width = self.size.width
            fitted = self._fitted[y] = self._fit(y)
            strip = self._strips[y] = self.strip_of(fitted, width)
        return strip

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return max((line_cells(line) for line in self._lines), default=0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        self._asked_height = len(self._lines)
        return self._asked_height

    def drop_styles(self) -> None:
        self._strips.clear()

    def drop_lines(self) -> None:
        self._fitted.clear()
        self._strips.clear()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and offset.y < len(self._lines):
            self.post_message(self.Clicked(self, offset.y))

    def _fit(self, y: int) -> Line:
        line = self._lines[y] if y < len(self._lines) else ()
        return fit_line(line, self.size.width)

    def _show_line(self, y: int) -> int:
        width = self.size.width
        old, new = self._fitted.get(y), self._fit(y)
        cells = (0, width) if old is None else changed_cells(old, new, width)
        if cells is None:
            return 0
        self._fitted[y] = new
        self._strips.pop(y, None)
        self.refresh(Region(cells[0], y, cells[1] - cells[0], 1))
        return 1

    def _grows(self) -> bool:
        height = self.styles.height
        return self.display and height is not None and height.is_auto
