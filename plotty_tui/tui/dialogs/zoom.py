"""The live drawing of one plotter at full size."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from plotty_tui.domain import values
from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.raster import InkCells
from plotty_tui.studio import watching
from plotty_tui.studio.opening import Store
from plotty_tui.studio.watching import DeviceView
from plotty_tui.tui.bar import progress_bar
from plotty_tui.tui.canvas import PlotCanvas
from plotty_tui.tui.lines import FILL, Line, LinePanel
from plotty_tui.tui.text import state_span, symbols

from .frame import Dialog, off_loop


class Zoom(Dialog[None]):
    """One plotter's sheet as large as the terminal. The app tells it `show_view` on its paint
    clock; esc and z close it."""

    DEFAULT_CSS = """
    Zoom {
        background: $background;
        & > #box { max-width: 100%; height: 100%; padding: 0 1; }
        & #progress { height: 1; }
        & #said { display: none; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,z,enter,q", "leave", "Close", show=False, id="zoom.close"),
    ]

    def __init__(self, store: Store, device_name: str) -> None:
        super().__init__(device_name)
        self.device_name = device_name
        self._store = store
        self._view: DeviceView | None = None
        self._shown: tuple[str, tuple[int, int]] = ("", (0, 0))
        self._keys = [("esc z", "close")]

    def body(self) -> Iterable[Widget]:
        yield PlotCanvas()
        yield LinePanel([""], id="progress", can_focus=False)

    def on_mount(self) -> None:
        found = [one for one in watching.device_views(self._store) if one.name == self.device_name]
        if found:
            self.show_view(found[0])

    def show_view(self, view: DeviceView) -> None:
        """The plotter as it is now."""
        self._view = view
        if not self.query(PlotCanvas):
            return
        self.query_one("#progress", LinePanel).show([progress_line(view)])
        canvas = self.query_one(PlotCanvas)
        wanted = (view.plan_key, canvas.dots)
        if wanted != self._shown:
            self._shown = wanted
            canvas.clear()
            self._draw()
        else:
            self._mark()

    def on_plot_canvas_size_changed(self, event: PlotCanvas.SizeChanged) -> None:
        event.stop()
        event.canvas.refresh()  # the picture of the size before may have been painted meanwhile
        if self._view is not None:
            self.show_view(self._view)

    def _draw(self) -> None:
        key, (wide, high) = self._shown
        if key and wide and high:
            self._raster(key, wide, high)

    @work(exclusive=True)
    async def _raster(self, key: str, wide: int, high: int) -> None:
        view = self._view
        done = view.strokes_done if view else 0

        def ink() -> InkCells:
            return InkCells(watching.plan_raster(self._store, key, wide, high), done)

        try:
            drawn = await off_loop(self._store, ink)
        except PlottyError as error:
            self.query_one("#progress", LinePanel).show([((str(error), "error"),)])
            return
        if self._shown == (key, (wide, high)) and self.query_one(PlotCanvas).show(drawn):
            self._mark()

    def _mark(self) -> None:
        if self._view is not None:
            canvas = self.query_one(PlotCanvas)
            canvas.mark(self._view.strokes_done, pen_place(self._view, canvas.dots))


def pen_place(view: DeviceView, dots: tuple[int, int]) -> tuple[float, float] | None:
    """The pen's place on a canvas of so many dots; None when it is not over a sheet."""
    plan = view.plan
    if plan is None or not plan.sheet_width or not plan.sheet_height:
        return None
    wide, high = dots
    scale = min(wide / plan.sheet_width, high / plan.sheet_height)
    left = (wide - plan.sheet_width * scale) / 2
    top = (high - plan.sheet_height * scale) / 2
    return left + view.x_mm * scale, top + view.y_mm * scale


def progress_line(view: DeviceView) -> Line:
    """State, job and layer; a bar; percent and time left."""
    if view.plan is None:
        return (state_span(view.state), (f"  {view.message}", "hint"))
    layer = f"layer {min(view.layer + 1, len(view.plan.layers))}/{len(view.plan.layers)}"
    left = None if view.left_seconds is None else view.left_seconds / view.speed
    pen = ((f" {symbols().pen} ", view.pen_color), (view.pen, "")) if view.pen_color else ()
    return (
        state_span(view.state),
        (f"  {view.job}", "bold"),
        (f"  {view.copy}/{view.copies}  {layer}", "hint"),
        *pen,
        FILL,
        ("  ", ""),
        *progress_bar(view.fraction, 20),
        (f" {view.fraction:4.0%}".replace("%", " %"), ""),
        (f"  {values.clock(left)}", "hint"),
    )
