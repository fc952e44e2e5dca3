"""The fields of a form, drawn from their definition: a label, a control, a message below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Static

from plotty_tui.studio.forms import Field, FormError, parse_form
from plotty_tui.tui.lines import DrawnWidget, Line, fit_line, line_cells
from plotty_tui.tui.text import cut, plain

MOST_LABEL = 34


def fit_label(label: str, width: int) -> str:
    """A label in at most so many cells. Of `a long name: metres` the name is cut."""
    label = plain(label)
    head, colon, tail = label.rpartition(": ")
    room = width - cell_len(tail) - 2
    if cell_len(label) <= width or not colon or room < 4:
        return cut(label, width)
    return f"{cut(head, room)}: {tail}"


class TextLine(Input):
    """An input of one line; what is pasted into it is made harmless first."""

    DEFAULT_CSS = """
    TextLine {
        width: 1fr;
        background: $panel;
        color: $foreground;
        &.-textual-compact { padding: 0 1; }
        &:focus { background: $row-cursor-blurred; background-tint: $foreground 0%; }
        &.-wrong { color: $error; }
    }
    """

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        known: Sequence[str] = (),
        id: str | None = None,
    ) -> None:
        offered = SuggestFromList([plain(one) for one in known], case_sensitive=False)
        super().__init__(
            plain(value), placeholder=plain(placeholder), compact=True, select_on_focus=False,
            suggester=offered if known else None, id=id,
        )  # fmt: skip

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        lines = event.text.splitlines()
        if lines:
            self.insert_text_at_cursor(plain(lines[0]))


class ChoiceLine(DrawnWidget, can_focus=True):
    """One of several words: left and right go through them, a letter jumps to the next word that
    begins with it. All words are shown where there is room for them, else the chosen one."""

    DEFAULT_CSS = """
    ChoiceLine { width: 1fr; height: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Before", show=False),
        Binding("right,space", "turn(1)", "Next", show=False),
        Binding("home", "end(0)", "First", show=False),
        Binding("end", "end(-1)", "Last", show=False),
        Binding("enter", "submit", "Next field", show=False),
    ]

    class Changed(Message):
        """Another word is chosen."""

        def __init__(self, choice: ChoiceLine) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> ChoiceLine:
            return self.choice

    class Submitted(Message):
        """Enter was pressed on it."""

        def __init__(self, choice: ChoiceLine) -> None:
            super().__init__()
            self.choice = choice

    def __init__(
        self, choices: Sequence[str], value: str, words: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self._choices = tuple(choices)
        self._words = words or {}
        self._value = value if value in self._choices else self._choices[0]

    @property
    def value(self) -> str:
        """The word that is chosen."""
        return self._value

    @value.setter
    def value(self, value: str) -> None:
        if value != self._value and value in self._choices:
            self._value = value
            self.refresh()
            self.post_message(self.Changed(self))

    def action_turn(self, by: int) -> None:
        at = self._choices.index(self._value)
        self.value = self._choices[(at + by) % len(self._choices)]

    def action_end(self, end: int) -> None:
        self.value = self._choices[end]

    def action_submit(self) -> None:
        self.post_message(self.Submitted(self))

    def on_key(self, event: events.Key) -> None:
        if not event.character or not event.character.isalnum():
            return
        at = self._choices.index(self._value)
        after = (*self._choices[at + 1 :], *self._choices[: at + 1])
        for choice in after:
            if choice.casefold().startswith(event.character.casefold()):
                self.value = choice
                event.stop()
                return

    def on_click(self) -> None:
        self.action_turn(1)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        return self.strip_of(fit_line(self._line(width), width), width)

    def _line(self, width: int) -> Line:
        chosen = "accent bold reverse" if self.has_focus else "accent bold"
        spans: list[tuple[str, str]] = []
        for choice in self._choices:
            word = self._words.get(choice, choice.replace("_", " "))
            spans.append((f" {word} ", chosen if choice == self._value else "hint"))
        if line_cells(spans) <= width:
            return tuple(spans)
        word = self._words.get(self._value, self._value.replace("_", " "))
        count = f" {self._choices.index(self._value) + 1} of {len(self._choices)}"
        return (("‹", "hint"), (f" {word} ", chosen), ("›", "hint"), (count, "hint"))


Control = TextLine | ChoiceLine


class FieldForm(Vertical):
    """The fields of a form below each other, grouped under headings."""

    DEFAULT_CSS = """
    FieldForm {
        height: auto;
        & .field { height: 1; }
        & .field > Static { width: 20; color: $hint; margin-right: 2; text-wrap: nowrap; }
        & .field.-current > Static { color: $accent; text-style: bold; }
        & .heading { color: $accent; text-style: bold; margin-top: 1; height: 1; }
        & .heading.-first { margin-top: 0; }
        & .wrong { color: $error; height: auto; display: none; }
        & .wrong.-shown { display: block; }
    }
    """

    class Changed(Message):
        """Something was typed or chosen in this field."""

        def __init__(self, form: FieldForm, key: str) -> None:
            super().__init__()
            self.form, self.key = form, key

    class Submitted(Message):
        """Enter was pressed on the last field."""

        def __init__(self, form: FieldForm) -> None:
            super().__init__()
            self.form = form

    class Reached(Message):
        """This field has the focus."""

        def __init__(self, form: FieldForm, field: Field) -> None:
            super().__init__()
            self.form, self.field = form, field

    def __init__(
        self,
        fields: Sequence[Field],
        *,
        words: Mapping[str, Mapping[str, str]] | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.fields = tuple(fields)
        self._words = words or {}
        self._controls: dict[str, Control] = {}
        self._rows: dict[str, Horizontal] = {}
        self._messages: dict[str, Static] = {}

    def compose(self) -> ComposeResult:
        labels = [plain(field.label) for field in self.fields]
        width = min(MOST_LABEL, max((cell_len(label) for label in labels), default=0) + 1)
        group = ""
        for field in self.fields:
            if field.group and field.group != group:
                heading = Static(plain(field.group), markup=False, classes="heading")
                heading.set_class(field is self.fields[0], "-first")
                yield heading
            group = field.group
            yield from self._field(field, width)

    def _field(self, field: Field, width: int) -> Iterable[Widget]:
        control: Control
        if field.choices:
            control = ChoiceLine(field.choices, field.value, self._words.get(field.key))
        else:
            control = TextLine(field.value, known=field.known)
        label = Static(Content(fit_label(field.label, width)))
        label.styles.width = width
        self._controls[field.key] = control
        row = self._rows[field.key] = Horizontal(label, control, classes="field")
        message = self._messages[field.key] = Static(markup=False, classes="wrong")
        message.styles.margin = (0, 0, 0, width + 3)
        yield row
        yield message

    @property
    def typed(self) -> dict[str, str]:
        """Field key -> text as it stands."""
        return {key: control.value for key, control in self._controls.items()}

    @property
    def touched(self) -> bool:
        """Whether any field differs from what it was filled with."""
        return any(self.typed[field.key] != self._filled(field) for field in self.fields)

    def _filled(self, field: Field) -> str:
        if field.choices and field.value not in field.choices:
            return field.choices[0]
        return field.value if field.choices else plain(field.value)

    def put(self, key: str, text: str) -> None:
        """Fill a field."""
        if self._controls[key].value != text:
            self._controls[key].value = text

    def show_field(self, key: str, shown: bool) -> None:
        """Show a field, or hide it with what was typed in it."""
        self._rows[key].display = shown
        if not shown:
            self.clear_wrong(key)

    def focus_field(self, key: str) -> None:
        """Put the focus on a field."""
        self._controls[key].focus()

    def focus_first(self) -> None:
        """Put the focus on the first field."""
        if self.fields:
            self.focus_field(self.fields[0].key)

    def show_wrong(self, key: str, message: str, focus: bool = True) -> None:
        """Say under a field what is wrong with it."""
        if key not in self._messages:
            key = self.fields[0].key
        self._messages[key].update(Content(plain(message)))
        self._messages[key].add_class("-shown")
        self._controls[key].add_class("-wrong")
        if focus:
            self.show_field(key, True)
            self.focus_field(key)
            self.call_after_refresh(self._messages[key].scroll_visible, animate=False)

    def clear_wrong(self, key: str) -> None:
        """Nothing is wrong with a field."""
        self._messages[key].remove_class("-shown")
        self._controls[key].remove_class("-wrong")

    def wrong(self, key: str) -> str:
        """What is said under a field; empty when nothing is wrong."""
        message = self._messages[key]
        return str(message.content) if message.has_class("-shown") else ""

    def focused_key(self) -> str | None:
        """The field with the focus."""
        return next((key for key, one in self._controls.items() if one.has_focus), None)

    def check(self) -> bool:
        """Whether all fields can be read; if not, the first wrong one has the focus."""
        for key in self._messages:
            self.clear_wrong(key)
        try:
            parse_form(self.fields, self.typed)
        except FormError as error:
            self.show_wrong(error.key, str(error))
            return False
        return True

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        key = self.focused_key()
        for other, row in self._rows.items():
            row.set_class(other == key, "-current")
        if key is not None:
            self.post_message(self.Reached(self, self._field_of(key)))

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        for key, control in self._controls.items():
            if control is not event.widget:
                continue
            self._rows[key].remove_class("-current")
            if control.value.strip():
                try:
                    parse_form([self._field_of(key)], {key: control.value})
                except FormError as error:
                    self.show_wrong(key, str(error), focus=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._changed(event.input)

    def on_choice_line_changed(self, event: ChoiceLine.Changed) -> None:
        event.stop()
        self._changed(event.choice)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._go_on(event.input)

    def on_choice_line_submitted(self, event: ChoiceLine.Submitted) -> None:
        event.stop()
        self._go_on(event.choice)

    def _changed(self, control: Widget) -> None:
        for key, one in self._controls.items():
            if one is control:
                self.clear_wrong(key)
                self.post_message(self.Changed(self, key))

    def _go_on(self, control: Widget) -> None:
        """From a field to the one below it; from the last one on to saving."""
        shown = [one for key, one in self._controls.items() if self._rows[key].display]
        at = next(i for i, one in enumerate(shown) if one is control)
        if at + 1 < len(shown):
            shown[at + 1].focus()
        else:
            self.post_message(self.Submitted(self))

    def _field_of(self, key: str) -> Field:
        return next(field for field in self.fields if field.key == key)
