"""The wizard's last step: all of it once more, and what is made of it."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from plotty_tui.domain.values import clock, metres, plural
from plotty_tui.studio.opening import Store
from plotty_tui.studio.production.run_drafts import RunDraft
from plotty_tui.studio.production.run_proposals import RunProposal
from plotty_tui.tui.bar import Line
from plotty_tui.tui.panels.run_page import heading, said
from plotty_tui.tui.panels.tables import table_lines
from plotty_tui.tui.text import symbols

from .frame import LineScroll
from .wizard_steps import Step


class ReviewLines(LineScroll):
    """The run in words; a key makes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose('queue')", "Make the run", show=False),
        Binding("s", "choose('start')", "Make and start it", show=False),
        Binding("d", "choose('draft')", "Keep as a draft", show=False),
        Binding("p", "turn", "Pen by pen or sheet by sheet", show=False),
    ]

    def action_choose(self, what: str) -> None:
        self.post_message(ReviewStep.Chosen(what))

    def action_turn(self) -> None:
        self.post_message(ReviewStep.Turned())


class ReviewStep(Step):
    """Plotters, designs, time, pens, paper, cost, stock afterwards, warnings."""

    keys = (
        ("enter", "make the run: pending"), ("s", "make and start"), ("d", "keep as draft"),
        ("p", "pen by pen or not"), ("ctrl+o", "back"),
    )  # fmt: skip

    DEFAULT_CSS = """
    ReviewStep ReviewLines { height: 1fr; }
    """

    class Chosen(Message):
        """What is made of the draft: queue, start or draft."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    class Turned(Message):
        """Pen by pen instead of sheet by sheet, or the other way."""

    def __init__(self, store: Store, draft: RunDraft) -> None:
        super().__init__(store, draft)
        self._found = RunProposal()

    def compose(self) -> ComposeResult:
        self._lines = ReviewLines()
        yield self._lines

    def begin(self) -> None:
        self._lines.focus()

    def show(self, proposal: RunProposal) -> None:
        self._found = proposal
        self._tell()

    def on_resize(self) -> None:
        self._tell()

    def on_review_step_turned(self, event: Turned) -> None:
        event.stop()
        self.draft.pen_by_pen = not self.draft.pen_by_pen
        self.post_message(self.Changed())

    def _tell(self) -> None:
        width = self._lines.scrollable_content_region.width or 70
        self._lines.tell(review_lines(self.draft, self._found, width))


def review_lines(draft: RunDraft, found: RunProposal, width: int) -> list[Line | str]:
    """The whole run in words; what is missing first."""
    lines: list[Line | str] = []
    for text in found.missing:
        lines += said("missing", text, width, "state-fault")
    for one in found.open_warnings:
        lines += said("warning", one.text, width, "state-hand")
    if lines:
        hint = "F1 to F4 go to a step; a warning is accepted in step 3 with a reason"
        lines += [*said("", hint, width, "hint"), ()]
    lines += said("name", draft.name, width)
    lines += said("plotters", ", ".join(draft.devices), width)
    lines += said("preset", draft.preset or "as planned", width)
    lines += said("client", draft.client, width)
    lines += said("notes", draft.notes, width)
    likely = f", likely {found.band.words()}" if found.band else ""
    lines += [*said("machine", clock(draft.seconds or found.machine_seconds) + likely, width)]
    lines += _ways(found, width)
    if found.designs:
        lines += _designs(found, width) + _pens(found, width) + _papers(found, width)
        lines += _cost(found, width)
    for one in found.warnings:
        if one.accepted:
            text = f"{symbols().mark} {one.text} ({one.accepted})"
            lines += said("accepted", text, width, "hint")
    return lines


def _ways(found: RunProposal, width: int) -> list[Line | str]:
    """What is chosen of sheet by sheet and pen by pen, and what the other would take."""
    chosen = found.pen_by_pen
    names = {True: "pen by pen", False: "sheet by sheet"}
    other = f"p: {names[not chosen]}, {found.prices.words(not chosen)}"
    return [
        *said("order", f"{names[chosen]}, {found.prices.words(chosen)}", width),
        *said("", other, width, "hint"),
    ]


def _designs(found: RunProposal, width: int) -> list[Line | str]:
    rows: list[list[Any]] = [
        [one.name, str(one.quantity), str(one.sheets), one.paper, clock(one.seconds),
         metres(one.pen_down_mm)]
        for one in found.designs
    ]  # fmt: skip
    titles = ("design", "pieces", "sheets", "paper", "time", "ink")
    return [(), heading("Designs"), *table_lines(titles, rows, width, (1, 2, 4, 5))]


def _pens(found: RunProposal, width: int) -> list[Line | str]:
    rows: list[list[Any]] = [
        [f"{one.pen} {one.name}".strip() or "any pen", one.label, metres(one.total_mm),
         metres(one.left_mm), metres(one.after_mm)]
        for one in found.pens
    ]  # fmt: skip
    titles = ("pen", "for", "takes", "left", "after it")
    return [(), heading("Pens"), *table_lines(titles, rows, width, (2, 3, 4))]


def _papers(found: RunProposal, width: int) -> list[Line | str]:
    rows: list[list[Any]] = [
        [one.name, str(one.sheets), str(one.spare),
         str(one.stock) if one.counted else "not counted",
         "–" if one.after is None else str(one.after)]
        for one in found.papers
    ]  # fmt: skip
    titles = ("paper", "sheets", "spare", "stock", "after it")
    return [(), heading("Paper"), *table_lines(titles, rows, width, (1, 2, 3, 4))]


def _cost(found: RunProposal, width: int) -> list[Line | str]:
    lines: list[Line | str] = [(), heading("Cost")]
    if found.cost is None:
        lines += said("", "nothing has a price yet", width, "hint")
    else:
        each = f", {found.cost / found.pieces:.2f} a piece" if found.pieces else ""
        whole = f"{found.cost:.2f} {found.currency}".rstrip()
        lines += said("in all", whole + each, width)
    if found.not_counted:
        names = ", ".join(found.not_counted)
        counted = plural(len(found.not_counted), "thing has", "things have")
        lines += said("", f"not counted, {counted} no price: {names}", width, "hint")
    return lines
