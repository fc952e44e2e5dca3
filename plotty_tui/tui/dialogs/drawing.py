"""A drawing that stands still: a canvas that asks for its dots when it has a size."""

from __future__ import annotations

from collections.abc import Callable

from textual import work

from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.raster import InkCells, Raster
from plotty_tui.studio.opening import Store
from plotty_tui.tui.canvas import PlotCanvas

from .frame import off_loop

Dots = Callable[[int, int], Raster]


class StillDrawing(PlotCanvas):
    """Shows all strokes as drawn. `draw` takes what makes the dots for a size; it runs in a
    thread, anew for each new size, and what comes late is not shown."""

    ALLOW_SELECT = False

    def __init__(self, store: Store | None = None, dots: Dots | None = None) -> None:
        super().__init__()
        self._store, self._make = store, dots

    def draw(self, dots: Dots | None) -> None:
        """Show another drawing, or none."""
        self._make = dots
        self.clear()
        self._begin()

    def on_plot_canvas_size_changed(self, event: PlotCanvas.SizeChanged) -> None:
        event.stop()
        self.refresh()  # a picture of the size before may have been painted meanwhile
        self._begin()

    def _begin(self) -> None:
        wide, high = self.dots
        if self._make is not None and wide and high:
            self._raster(self._make, wide, high)

    @work(exclusive=True)
    async def _raster(self, make: Dots, wide: int, high: int) -> None:
        def ink() -> InkCells:
            raster = make(wide, high)
            return InkCells(raster, raster.strokes)

        try:
            drawn = await off_loop(self._store, ink)
        except PlottyError:
            return  # the text beside it says what is known of the file
        if make is self._make:
            self.show(drawn)
