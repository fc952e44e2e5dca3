"""Moving the carriage a little, by arrow keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from plotty_tui.studio.machines import plotters
from plotty_tui.studio.opening import Store
from plotty_tui.tui.lines import Line, LinePanel
from plotty_tui.tui.text import symbols

from .moves import MovesDialog

STEPS = (0.5, 1.0, 5.0, 10.0, 25.0, 50.0, 100.0)
FIRST_STEP = 10.0


class JogDialog(MovesDialog):
    """Arrow keys move the carriage by the step, plus and minus change it."""

    DEFAULT_CSS = """
    JogDialog > #box { max-width: 72; }
    JogDialog #jog { height: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "jog(-1, 0)", "Towards home", show=False),
        Binding("right", "jog(1, 0)", "Away from home", show=False),
        Binding("up", "jog(0, -1)", "Towards home", show=False),
        Binding("down", "jog(0, 1)", "Away from home", show=False),
        Binding("plus,equals_sign", "step(1)", "Longer steps", show=False),
        Binding("minus", "step(-1)", "Shorter steps", show=False),
        Binding("u", "pen(False)", "Pen up", show=False),
        Binding("U", "pen(True)", "Pen down", show=False),
        Binding("h", "home", "Home", show=False),
        Binding("enter,q", "leave", "Close", show=False),
    ]

    def __init__(self, store: Store, device: str) -> None:
        super().__init__(f"Jog {device}", store, device)
        self.step = FIRST_STEP
        self._keys = [
            ("arrows", "move"), ("- +", "step"), ("u U", "pen up, down"), ("h", "home"),
            ("esc", "close"),
        ]  # fmt: skip

    def body(self) -> Iterable[Widget]:
        yield LinePanel(self._lines(), id="jog", can_focus=False)

    def _lines(self) -> list[Line]:
        left, right, up, down = "<>^v" if symbols().ascii else "←→↑↓"
        return [
            (("        ", ""), (f"  {up}  ", "accent bold"), ("     y towards home", "hint")),
            (
                ("      ", ""), (f"{left} ", "accent bold"), (f"{self.step:^5g}", "bold"),
                (f"{right}", "accent bold"), ("  mm a step", "hint"),
            ),
            (("        ", ""), (f"  {down}  ", "accent bold"), ("     y away from home", "hint")),
            (),
            (("The pen stays as it is: lowered, it draws.", "hint"),),
        ]  # fmt: skip

    def action_jog(self, x: int, y: int) -> None:
        self.move(plotters.jog, x * self.step, y * self.step)

    def action_step(self, by: int) -> None:
        at = STEPS.index(self.step) + by
        self.step = STEPS[max(0, min(at, len(STEPS) - 1))]
        self.query_one("#jog", LinePanel).show(self._lines())
