"""Drawing again what failed: which sheets, and whether at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.runs import run_name
from plotty_tui.domain.values import clock, metres, plural
from plotty_tui.studio.opening import Store
from plotty_tui.studio.production import run_replots
from plotty_tui.studio.production.run_detail import RunDetail
from plotty_tui.studio.production.run_replots import Replot
from plotty_tui.tui.rows import Column, ColumnRows, RowList
from plotty_tui.tui.text import plain

from .fields import TextLine
from .frame import Dialog, LineScroll, off_loop

COLUMNS = (
    Column("sheet", 5, "right", style="hint"),
    Column("design", 14, flex=1),
    Column("copy", 5, "right"),
    Column("next", 6, style="hint"),
    Column("pieces", 10, drop=2),
    Column("why it failed", 16, drop=1, style="hint"),
)
MOST_ROWS = 14


class ReplotRun(Dialog[RunDetail]):
    """The failed sheets of a run that nothing has replaced yet; all are marked. Dismissed with the
    run that draws them again, or None."""

    DEFAULT_CSS = """
    ReplotRun {
        & > #box { max-width: 84; }
        & TextLine { display: none; margin-top: 1; }
        & TextLine.-shown { display: block; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "make(False)", "Make it", show=False),
        Binding("s", "make(True)", "Make and start it", show=False),
    ]
    CHROME = 8

    def __init__(self, store: Store, number: int) -> None:
        super().__init__(f"Replot of {run_name(number)}")
        self._store, self._number = store, number
        self._proposal: Replot | None = None
        self._saving = False
        self._start = False
        self._keys = [
            ("enter", "make the run"), ("s", "make and start it"), ("space", "mark"),
            ("*", "all"), ("esc", "not now"),
        ]  # fmt: skip

    def body(self) -> Iterable[Widget]:
        try:
            self._proposal = run_replots.replot_proposal(self._store, self._number)
        except PlottyError as error:
            yield LineScroll([str(error)], classes="body")
            return
        if not self._proposal:
            yield LineScroll(["Nothing of this run is left to be drawn again."], classes="body")
            self._proposal = None
            return
        lines = self._proposal.lines
        keys = [line.sheet for line in lines]
        rows = RowList(ColumnRows(keys, self._cells, COLUMNS), classes="body")
        rows.styles.height = min(MOST_ROWS, len(lines) + 1)
        yield rows
        yield TextLine(placeholder="why it is made all the same", id="accepted")

    def on_mount(self) -> None:
        if self._proposal is None:
            self._keys = [("esc", "close")]
            self.tell_keys(self._keys)
            self.query_one(LineScroll).focus()
            return
        rows = self.query_one(RowList)
        rows.focus()
        rows.set_marks(line.sheet for line in self._proposal.lines)
        found = self._proposal
        self.say(
            f"in all {clock(found.seconds)} at the machine, {metres(found.pen_down_mm)} of ink; "
            "same copies, next attempt"
        )

    def _cells(self, i: int) -> list[Any]:
        assert self._proposal is not None
        line = self._proposal.lines[i]
        return [
            str(line.sheet), plain(line.design), str(line.copy), f"#{line.attempt}",
            ", ".join(str(one) for one in line.positions) or "all",
            plain(line.reason.replace("_", " ")),
        ]  # fmt: skip

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        event.stop()
        self.action_make(False)

    def on_input_submitted(self) -> None:
        self.action_make(self._start)

    def action_make(self, start: bool) -> None:
        if self._proposal is None or self._saving:
            return
        wanted = self.query_one(RowList).marked_rows
        if not wanted:
            self.say("Mark the sheets to draw again with space.")
            return
        self._saving, self._start = True, start
        self.say(f"making a run of {plural(len(wanted), 'sheet')} …")
        self._make(wanted, start, self.query_one("#accepted", TextLine).value.strip())

    def _refused(self, why: str) -> None:
        """Say why; a shortage may be accepted with a reason."""
        self.fail(why)
        typed = self.query_one("#accepted", TextLine)
        typed.add_class("-shown")
        typed.focus()
        how = "make and start it all the same" if self._start else "make it all the same"
        self.tell_keys([("enter", how), ("tab", "to the list"), ("esc", "not now")])

    @work
    async def _make(self, wanted: list[int], start: bool, accepted: str) -> None:
        try:
            made = await off_loop(
                self._store,
                lambda: run_replots.replot_run(
                    self._store, self._number, wanted, start, accepted=accepted
                ),
            )
        except PlottyError as error:
            self._refused(str(error))
            return
        finally:
            self._saving = False
        self.dismiss(made)
