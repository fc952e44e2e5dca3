"""A question that is answered by one key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from .frame import Dialog, LineScroll


class Confirm(Dialog[bool]):
    """A yes-or-no question with its effect in numbers. Only `y` is yes: enter and esc are no."""

    DEFAULT_CSS = """
    Confirm > #box { max-width: 62; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False, id="confirm.yes"),
        Binding("n,enter,escape", "answer(False)", "No", show=False, id="confirm.no"),
    ]

    def __init__(self, question: str, effect: str = "") -> None:
        super().__init__("Please confirm")
        self.question, self.effect = question, effect
        self._keys = [("y", "yes"), ("n enter", "no")]

    def body(self) -> Iterable[Widget]:
        lines = [((self.question, "bold"),)]
        yield LineScroll([*lines, self.effect] if self.effect else lines, classes="body")

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)
