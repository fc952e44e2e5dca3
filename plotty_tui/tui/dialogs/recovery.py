"""What is to become of a sheet that was cut off: the choices with their prices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from plotty_tui.domain import orders, recovery
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.recovery import Option
from plotty_tui.domain.values import metres, plural, rough
from plotty_tui.studio.forms import Field, length_mm, parse_form
from plotty_tui.studio.opening import Store
from plotty_tui.studio.plots.recovery import Interrupted, interrupted_sheet
from plotty_tui.tui.lines import Line
from plotty_tui.tui.rows import Column, ColumnRows, RowList

from .confirm import Confirm
from .form import FormDialog
from .frame import Dialog, LineScroll

COLUMNS = (
    Column("choice", 22, flex=1),
    Column("time", 9, "right"),
    Column("ink", 9, "right"),
    Column("paper", 11, drop=1, style="hint"),
)
# Choices for which the plotter has to know where its carriage stands.
ON_THE_SPOT = (recovery.CONTINUE, recovery.BACK, recovery.REDO)
BACK_HELP = "of ink, like 35mm or 12cm: as much as the pen did not write"
FIRST_HOME = "Its place is lost: push the carriage home, then press h."


def _back_mm(text: str) -> float:
    mm = length_mm(text)
    if mm <= 0:
        raise Refused(f"{text} back: give a length above 0, like 35mm")
    return mm


class RecoveryDialog(Dialog[Option | str]):
    """The choices for an interrupted sheet: the one chosen; `home_here` when the carriage was
    pushed home, `skip_layer` when the layer is to be left out; None for later."""

    DEFAULT_CSS = """
    RecoveryDialog > #box { max-width: 74; }
    RecoveryDialog #cut { height: auto; max-height: 6; margin-bottom: 1; }
    RecoveryDialog RowList { height: 8; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "choose('continue')", "Go on", show=False, id="recovery.continue"),
        Binding("x", "choose('give_up')", "Give the sheet up", show=False, id="recovery.give_up"),
        Binding("b", "back", "So many mm back", show=False, id="recovery.back"),
        Binding("s", "skip_layer", "Leave the layer out", show=False, id="recovery.skip_layer"),
        Binding("h", "home_here", "It is home", show=False, id="recovery.home"),
    ]
    CHROME = 12

    def __init__(self, sheet: Interrupted, store: Store) -> None:
        super().__init__(f"{sheet.device} was interrupted")
        self._store = store
        self._take(sheet)
        home = [] if sheet.position_known else [("h", "it is home")]
        self._keys = [
            ("enter", "this"), *home, ("b", "mm back"), ("r", "go on"), ("s", "skip layer"),
            ("x", "give up"), ("esc", "later"),
        ]  # fmt: skip

    def _take(self, sheet: Interrupted) -> None:
        self.sheet = sheet
        self._options = {self._row_key(option): option for option in sheet.options}

    @staticmethod
    def _row_key(option: Option) -> str:
        elsewhere = option.key == recovery.ELSEWHERE
        return f"{option.key} {option.text}" if elsewhere else option.key

    def body(self) -> Iterable[Widget]:
        cut = LineScroll(self._cut(), id="cut")
        cut.can_focus = False
        yield cut
        yield RowList(ColumnRows(list(self._options), self._cells, COLUMNS), classes="body")

    def on_mount(self) -> None:
        rows = self.query_one(RowList)
        rows.styles.height = len(self._options) + 1
        rows.set_empty("its plan cannot be read: x gives it up")
        rows.focus()

    def _cut(self) -> list[Line | str]:
        sheet = self.sheet
        layer = f"layer {sheet.layer_name or sheet.layer + 1}"
        lines: list[Line | str] = [
            ((f"{sheet.job}, sheet {sheet.copy} of {sheet.copies}", "bold"),),
            ((f"{layer}: {sheet.stroke} of {plural(sheet.strokes, 'stroke')} drawn", "hint"),),
        ]
        if sheet.reason:
            lines.append(((sheet.reason, "state-fault"),))
        if not sheet.position_known:
            lines.append(((FIRST_HOME, "state-hand bold"),))
        return lines

    def _cells(self, i: int) -> list[Any]:
        option = list(self._options.values())[i]
        paper = "a new sheet" if option.sheets else ""
        return [option.text, (rough(option.seconds), "bold"), metres(option.ink_mm), paper]

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        event.stop()
        self.action_choose(event.key)

    def action_choose(self, key: str) -> None:
        option = self._options.get(key)
        if option is None or option.key == recovery.GIVE_UP:
            self._ask_give_up()
        elif option.key in ON_THE_SPOT and not self.sheet.position_known:
            self.fail(FIRST_HOME)
        else:
            self.dismiss(option)

    def _ask_give_up(self) -> None:
        give_up = self._options.get(recovery.GIVE_UP) or Option(
            recovery.GIVE_UP, "give the sheet up", 0.0, 0.0, 1, ""
        )
        price = f"Another one takes {rough(give_up.seconds)}, {metres(give_up.ink_mm)} of ink"
        effect = f"{price} and a new sheet." if give_up.seconds else "It is counted as spoiled."

        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(give_up)

        question = f"Give up {self.sheet.job}, sheet {self.sheet.copy} of {self.sheet.copies}?"
        self.app.push_screen(Confirm(question, effect), answered)

    def action_back(self) -> None:
        """How far back is typed; the choice then says its price."""
        option = self._options.get(recovery.BACK)
        if option is None:
            self.fail("nothing of this layer is drawn: there is no way back in it")
            return
        device, store = self.sheet.device, self._store
        field = Field("back", "Go back", _back_mm, f"{option.back_mm:g}mm", BACK_HELP, True)

        def price(typed: dict[str, str]) -> Interrupted:
            back_mm = parse_form([field], typed)["back"]
            return interrupted_sheet(store, device, back_mm)

        form = FormDialog("How far back?", [field], price, store=store)
        self.app.push_screen(form, self._show_again)

    def _show_again(self, sheet: Interrupted | None) -> None:
        if sheet is not None:
            self._take(sheet)
            rows = self.query_one(RowList)
            rows.set_rows(ColumnRows(list(self._options), self._cells, COLUMNS))
            rows.move_to_key(recovery.BACK)

    def action_skip_layer(self) -> None:
        if self.sheet.position_known:
            self.dismiss(orders.SKIP_LAYER)
        else:
            self.fail(FIRST_HOME)

    def action_home_here(self) -> None:
        if not self.sheet.position_known:
            self.dismiss(orders.HOME_HERE)
