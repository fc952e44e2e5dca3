"""Finding a pen's heights by trying them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from plotty_tui.domain.errors import PlottyError
from plotty_tui.studio.machines import plotters
from plotty_tui.studio.opening import Store
from plotty_tui.tui.bar import progress_bar
from plotty_tui.tui.lines import Line, LinePanel
from plotty_tui.tui.text import symbols

from .frame import off_loop
from .moves import MovesDialog

DOWN, UP = True, False
BAR = 30


class HeightsDialog(MovesDialog):
    """Minus and plus move the pen, enter keeps what was tried; the sentence of it, or None."""

    DEFAULT_CSS = """
    HeightsDialog > #box { max-width: 66; }
    HeightsDialog #heights { height: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign", "change(1)", "Higher", show=False),
        Binding("minus", "change(-1)", "Lower", show=False),
        Binding("pageup,K", "change(5)", "Five higher", show=False),
        Binding("pagedown,J", "change(-5)", "Five lower", show=False),
        Binding("tab,up,down,j,k", "other", "The other height", show=False),
        Binding("enter", "keep", "Keep", show=False),
    ]

    def __init__(self, store: Store, device: str, down: float, up: float) -> None:
        super().__init__(f"Pen heights of {device}", store, device)
        self.heights = {DOWN: down, UP: up}
        self._own = dict(self.heights)
        self.trying = DOWN
        self._tried = False
        self._keys = [("- +", "try"), ("tab", "the other"), ("enter", "keep"), ("esc", "as it was")]

    def body(self) -> Iterable[Widget]:
        yield LinePanel(self._lines(), id="heights", can_focus=False)

    def _lines(self) -> list[Line]:
        return [
            self._line(UP),
            self._line(DOWN),
            (),
            (("0 is the lowest, 100 the highest. Lay paper under the pen:", "hint"),),
            (("down is right where it just touches; each step moves it.", "hint"),),
        ]

    def _line(self, down: bool) -> Line:
        here = down == self.trying
        height, own = self.heights[down], self._own[down]
        was = f"  was {own:g}" if height != own else ""
        return (
            (symbols().cursor if here else " ", "accent"),
            (f" pen {'down' if down else 'up':<5}", "accent bold" if here else "hint"),
            (f"{height:>4g}  ", "bold"), *progress_bar(height / 100, BAR), (was, "hint"),
        )  # fmt: skip

    def action_change(self, by: int) -> None:
        height = max(0.0, min(100.0, self.heights[self.trying] + by))
        self.heights[self.trying] = height
        self._tried = True
        self._show()
        self.move(plotters.move_pen, self.trying, height)

    def action_other(self) -> None:
        self.trying = not self.trying
        self._show()

    def _show(self) -> None:
        self.query_one("#heights", LinePanel).show(self._lines())

    def action_keep(self) -> None:
        changed = [down for down in (DOWN, UP) if self.heights[down] != self._own[down]]
        if self._moving:
            self.say("the pen is moving: a moment …")
        elif changed:
            self._keep(changed)
        else:
            self.action_leave()

    @work
    async def _keep(self, changed: list[bool]) -> None:
        """Keep these as the plotter's own; the pen is up afterwards."""

        def keep() -> str:
            for down in changed:
                plotters.move_pen(self._store, self.device, down, self.heights[down], keep=True)
            if UP not in changed:
                plotters.move_pen(self._store, self.device, down=UP)
            kept = " and ".join(
                f"{'down' if down else 'up'} {self.heights[down]:g}" for down in changed
            )
            return f"pen heights of {self.device}: {kept}, kept"

        self._moving = True
        try:
            self.dismiss(await off_loop(self._store, keep))
        except PlottyError as refusal:
            self.fail(str(refusal))
        finally:
            self._moving = False

    def action_leave(self) -> None:
        if self._moving:
            self.say("the pen is moving: a moment …")
        elif self._tried:
            self._raise()
        else:
            self.dismiss(None)

    @work
    async def _raise(self) -> None:
        """Nothing is kept: the pen goes up to its own height."""
        with contextlib.suppress(PlottyError):  # it was said when it was tried
            await off_loop(
                self._store, lambda: plotters.move_pen(self._store, self.device, down=UP)
            )
        self.dismiss(None)
