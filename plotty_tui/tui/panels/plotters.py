"""The list of plotters."""

from __future__ import annotations

from collections.abc import Sequence

from plotty_tui.studio.watching import DeviceView, HandView

from ..rows import Cell, Column, ColumnRows, RowList, fit_columns
from ..text import state_look, state_symbol
from .told import device_state, hand_of

COLUMNS = (
    Column("", 1),
    Column("", 6, flex=1),
    Column("", 13, drop=2),
    Column("", 5, "right", drop=3, style="hint"),
)
# The last cell is the scrollbar's.
SCROLLBAR = 1


class PlotterList(RowList):
    """The plotters in the order they were set up. `show_plotters` when they were read again."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, title="Plotters", empty="none yet: a adds one")
        self._views: Sequence[DeviceView] = ()
        self._hands: Sequence[HandView] = ()

    def show_plotters(self, views: Sequence[DeviceView], hands: Sequence[HandView]) -> None:
        """The plotters are like this now."""
        self._views, self._hands = views, hands
        self.set_title("Plotters" if len(views) < 2 else f"Plotters ({len(views)})")

        def layout(width: int) -> list[tuple[int, int]]:
            return fit_columns(COLUMNS, width - SCROLLBAR)

        names = [view.name for view in views]
        self.set_rows(ColumnRows(names, self._cells, COLUMNS, titles=False, layout=layout))

    def _cells(self, i: int) -> list[Cell]:
        view = self._views[i]
        state = device_state(view, hand_of(self._hands, view.name))
        look = state_look(state)
        share = f"{int(view.fraction * 100)} %" if view.job else ""
        return [
            (state_symbol(state), look.color),
            (view.name, "bold" if view.enabled else "hint"),
            (look.word, look.color),
            share,
        ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("mark", "range", "mark_all"):
            return False  # nothing is done to several plotters at once
        return super().check_action(action, parameters)
