"""What dialogs that move a plotter share: one order at a time, its answer above the keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from textual import work

from plotty_tui.domain.errors import PlottyError
from plotty_tui.studio.machines import plotters
from plotty_tui.studio.opening import Store

from .frame import Dialog, off_loop

Move = tuple[Callable[..., str], tuple[Any, ...]]


class MovesDialog(Dialog[str]):
    """A dialog whose keys move a plotter. While it moves, the newest of further keys waits, and the
    others are forgotten: a held key does not go on after it is let go."""

    def __init__(self, title: str, store: Store, device: str) -> None:
        super().__init__(title)
        self._store, self.device = store, device
        self._moving = False
        self._next: Move | None = None

    def move(self, call: Callable[..., str], *args: Any) -> None:
        """Order this of the plotter: `call(store, device, *args)`."""
        if self._moving:
            self._next = (call, args)
            return
        self._moving = True
        self._order(call, args)

    @work
    async def _order(self, call: Callable[..., str], args: tuple[Any, ...]) -> None:
        wanted: Move | None = (call, args)
        try:
            while wanted is not None:
                self._next = None
                call, args = wanted
                self.unsay()
                self.say("…")
                work = partial(call, self._store, self.device, *args)
                self.say(await off_loop(self._store, work), "state-done")
                wanted = self._next
        except PlottyError as refusal:
            self._next = None
            self.fail(str(refusal))
        finally:
            self._moving = False

    def action_pen(self, down: bool) -> None:
        self.move(plotters.move_pen, down)

    def action_home(self) -> None:
        self.move(plotters.home)
