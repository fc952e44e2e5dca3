"""The boards that are plugged in: which plotter each is, and enter sets up one that is none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from plotty_tui.domain.errors import PlottyError
from plotty_tui.studio.machines.setup_devices import FoundBoard, scan_boards
from plotty_tui.studio.opening import Store
from plotty_tui.tui.rows import Column, ColumnRows, RowList

from .frame import Dialog, off_loop

COLUMNS = (
    Column("nickname", 12),
    Column("plotter", 12),
    Column("port", 14, flex=1),
    Column("firmware", 8, drop=1, style="hint"),
)
NOBODY = "no board is plugged in, or none has power: g looks again"


class BoardsDialog(Dialog[FoundBoard]):
    """Looks for boards. The board that was chosen; a plotter of the studio when it is one."""

    DEFAULT_CSS = """
    BoardsDialog > #box { max-width: 72; }
    BoardsDialog RowList { height: 8; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "look", "Look again", show=False, id="boards.look"),
    ]

    def __init__(self, store: Store) -> None:
        super().__init__("Boards")
        self._store = store
        self._boards: dict[str, FoundBoard] = {}
        self._keys = [("enter", "set it up"), ("g", "look again"), ("esc", "close")]

    def body(self) -> Iterable[Widget]:
        yield RowList(ColumnRows([], self._cells, COLUMNS), classes="body")

    def on_mount(self) -> None:
        self.query_one(RowList).focus()
        self.action_look()

    def _cells(self, i: int) -> list[Any]:
        board = list(self._boards.values())[i]
        return [board.nickname or "-", (board.device or "-", "bold"), board.port, board.firmware]

    @work(exclusive=True)
    async def action_look(self) -> None:
        self.unsay()
        self.say("looking …")
        try:
            found = await off_loop(self._store, lambda: scan_boards(self._store))
        except PlottyError as refusal:
            self.fail(str(refusal))
            return
        self._boards = {board.port: board for board in found}
        rows = self.query_one(RowList)
        rows.set_rows(ColumnRows(list(self._boards), self._cells, COLUMNS))
        rows.set_empty(NOBODY)
        self.say("")

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        board = self._boards.get(event.key)
        if board is not None:
            self.say(board.note)

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        event.stop()
        board = self._boards[event.key]
        if board.note and not board.device:
            self.fail(board.note)
        else:
            self.dismiss(board)
