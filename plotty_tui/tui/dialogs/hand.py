"""A hand is wanted: what to do, in words that can be read from where the plotter stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from plotty_tui.domain import orders, sheets
from plotty_tui.studio.watching import HandView
from plotty_tui.tui.lines import Line, LinePanel
from plotty_tui.tui.rows import Column, ColumnRows, RowList
from plotty_tui.tui.text import plain, symbols

from .confirm import Confirm
from .frame import Dialog

TITLES = {
    orders.HAND_PAPER: "wants paper",
    orders.HAND_PEN: "wants a pen",
    orders.HAND_STOP: "wants a look",
    orders.HAND_HOME: "has to be pushed home",
    orders.HAND_INTERRUPTED: "was interrupted",
    orders.HAND_FAULT: "has a fault",
    orders.HAND_VERDICT: "has drawn a sheet",
}
PEN_COLUMNS = (
    Column("", 1),
    Column("pen", 6),
    Column("name", 16, flex=1),
    Column("slot", 4, "right"),
    Column("on", 8, drop=1),
)
REASON_COLUMNS = (Column("why it is spoiled", 20, flex=1), Column("", 10))
WORDS_WIDE = 60
SWATCH = 5


class HandDialog(Dialog[dict[str, Any]]):
    """What a plotter wants, and the answer: `{"do": "ready"}`, with `"pen": CODE` when another
    pen went in; `{"do": "skip_layer"}`; `{"do": "resume"}`; `{"do": "cancel"}`;
    `{"do": "verdict", "fate": …, "reason": …}` of a drawn sheet; None for later."""

    DEFAULT_CSS = """
    HandDialog {
        & > #box { max-width: 70; }
        & #wanted { height: auto; margin-bottom: 1; }
        & RowList { height: auto; max-height: 10; display: none; }
        & RowList.-shown { display: block; height: 10; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", "It is in", show=False, id="hand.ready"),
        Binding("r", "resume", "Resume", show=False, id="hand.resume"),
        Binding("p", "pens", "Another pen", show=False, id="hand.pen"),
        Binding("k", "skip_layer", "Skip the layer", show=False, id="hand.skip_layer"),
        Binding("x", "give_up", "Give the sheet up", show=False, id="hand.cancel"),
        Binding("g", "judge('good')", "Good", show=False, id="hand.good"),
        Binding("s", "judge('second')", "Second", show=False, id="hand.second"),
    ]

    AUTO_FOCUS = ""  # the list of pens has keys of its own, and is not shown yet

    def __init__(self, hand: HandView, pens: Sequence[Any] = ()) -> None:
        super().__init__(f"{hand.device} {TITLES.get(hand.kind, 'needs a hand')}")
        self.hand = hand
        self._judging = hand.kind == orders.HAND_VERDICT
        # What `other` means has to be told in words: plotty ready DEVICE --verdict spoiled.
        self._reasons = [reason for reason in sheets.REASONS if reason != "other"]
        self._pens = [pen for pen in pens if pen.state not in ("retired", "empty", "dry")]

    def body(self) -> Iterable[Widget]:
        yield LinePanel(self._wanted(), id="wanted", can_focus=False)
        if self._judging:
            yield RowList(ColumnRows(self._reasons, self._reason_cells, REASON_COLUMNS))
        else:
            keys = [pen.code for pen in self._pens]
            yield RowList(ColumnRows(keys, self._pen_cells, PEN_COLUMNS))

    def on_mount(self) -> None:
        self.query_one(RowList).can_focus = False
        self._choosing = False
        self._tell()

    def _tell(self) -> None:
        if self._judging:
            self._tell_verdicts()
        elif self._choosing:
            self.say("Which pen did you put in?")
            self.tell_keys([("enter", "this one is in"), ("j k", "choose"), ("esc", "back")])
        elif self.hand.answerable:
            self.unsay()
            other = [("p", "another pen")] if self._pens and self.hand.color else []
            skip = [("k", "skip layer")] if self._may_skip else []
            word = "it is home" if self.hand.kind == orders.HAND_HOME else "it is in"
            self.tell_keys([("enter", word), *other, *skip, ("x", "give up"), ("esc", "later")])
        else:
            self.unsay()
            self.tell_keys([("enter r", "go on at the stroke"), ("x", "give up"), ("esc", "later")])

    def _tell_verdicts(self) -> None:
        if self._choosing:
            self.say("Why is it spoiled?")
            self.tell_keys([("enter", "spoiled for this"), ("j k", "choose"), ("esc", "back")])
        else:
            self.unsay()
            self.tell_keys(
                [("enter g", "good"), ("s", "second"), ("x", "spoiled"), ("esc", "later")]
            )

    def _wanted(self) -> list[Line | str]:
        hand = self.hand
        lines: list[Line | str] = []
        if hand.answerable and hand.paper:
            lines += ["", (("  put in   ", "hint"), (f"a sheet of {hand.paper}", "bold"))]
        if hand.answerable and (hand.pen or hand.color):
            swatch = (symbols().eighths[-1] * SWATCH, hand.color or "hint")
            pen = hand.pen or f"a pen like {hand.color}"
            lines += [
                "",
                (("           ", ""), swatch),
                (("  put in   ", "hint"), swatch, (f"  {pen}", "bold")),
                (("           ", ""), swatch),
            ]
        mark = "state-fault" if hand.kind == orders.HAND_FAULT else "state-hand"
        style = "hint" if lines else f"{mark} bold"
        if hand.text:
            lines.append("")
            lines += [((f"  {text}", style),) for text in wrap(plain(hand.text), WORDS_WIDE)]
        return lines

    def _pen_cells(self, i: int) -> list[Any]:
        pen = self._pens[i]
        dot = (symbols().pen, pen.color)
        slot = "" if pen.slot is None else str(pen.slot)
        return [dot, (pen.code, "bold"), pen.name, slot, (pen.device or "", "hint")]

    def _reason_cells(self, i: int) -> list[Any]:
        reason = self._reasons[i]
        return [reason.replace("_", " "), (sheets.REASONS[reason], "hint")]

    def action_judge(self, fate: str, reason: str = "") -> None:
        if self._judging:
            self.dismiss({"do": "verdict", "fate": fate, "reason": reason})

    def action_answer(self) -> None:
        if self._judging:
            spoiled = (sheets.SPOILED, str(self.query_one(RowList).cursor_key))
            self.action_judge(*(spoiled if self._choosing else (sheets.GOOD, "")))
        elif self._choosing:
            self.dismiss({"do": "ready", "pen": self.query_one(RowList).cursor_key})
        elif self.hand.answerable:
            self.dismiss({"do": "ready"})
        else:
            self.dismiss({"do": "resume"})

    def action_resume(self) -> None:
        if not self.hand.answerable and not self._judging:
            self.dismiss({"do": "resume"})

    def action_pens(self) -> None:
        if self.hand.answerable and self._pens:
            self._choose(True)

    @property
    def _may_skip(self) -> bool:
        """Whether it waits for the pen of a layer, which can be left out."""
        wants_pen = bool(self.hand.pen or self.hand.color)
        return wants_pen and self.hand.kind in (orders.HAND_PEN, orders.HAND_PAPER)

    def action_skip_layer(self) -> None:
        if self._may_skip and not self._choosing:
            self.dismiss({"do": "skip_layer"})

    def action_give_up(self) -> None:
        if self._judging:
            self._choose(True)
        elif not self._choosing:
            question = Confirm(
                "Give this sheet up?",
                "Touched by the pen it counts as spoiled, untouched it is cancelled.",
            )
            self.app.push_screen(question, self._given_up)

    def _given_up(self, yes: bool | None) -> None:
        if yes:
            self.dismiss({"do": "cancel"})

    def action_leave(self) -> None:
        if self._choosing:
            self._choose(False)
        else:
            self.dismiss(None)

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        event.stop()
        self.action_answer()

    def _choose(self, choosing: bool) -> None:
        self._choosing = choosing
        pens = self.query_one(RowList)
        pens.set_class(choosing, "-shown")
        rows = len(self._reasons if self._judging else self._pens)
        pens.styles.height = min(10, rows + 1) if choosing else "auto"
        pens.can_focus = choosing
        if choosing:
            pens.focus()
        self._tell()
