"""Where the queue's filter is typed. Loaded when it is first wanted."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input


class FilterLine(Input):
    """One line below the queue: the filter, used as it is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.end_filter(False)", "All jobs", show=False),
        Binding("enter,down", "screen.end_filter(True)", "To the queue", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(
            placeholder="words, state:held, pen:K-05, !client:acme",
            compact=True,
            select_on_focus=False,
            id="filter",
        )
