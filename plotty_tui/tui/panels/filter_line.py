"""Where a list's filter is typed. Loaded when it is first wanted."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input


class FilterLine(Input):
    """One line below a list: its filter, used as it is typed."""

    # As wide as its place: what is typed asks for no layout of the screen.
    virtual_size = Reactive(Size(0, 0), layout=False)

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.end_filter(False)", "All jobs", show=False),
        Binding("enter,down", "screen.end_filter(True)", "To the queue", show=False),
    ]

    def __init__(self, hint: str = "words, state:held, pen:K-05, !client:acme") -> None:
        super().__init__(
            placeholder=hint,
            compact=True,
            select_on_focus=False,
            id="filter",
        )
