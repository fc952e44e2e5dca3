"""The order of a drawing, played: strokes as they will be drawn, with the way between them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import ClassVar

from rich.cells import cell_len
from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from plotty_tui.domain import values
from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.raster import InkCells
from plotty_tui.domain.travel import Travel
from plotty_tui.studio.jobs import looking
from plotty_tui.studio.opening import Store
from plotty_tui.tui.canvas import PlotCanvas

from .frame import Dialog, off_loop

FRAMES_A_SECOND = 12
# How long a drawing plays at first, and how fast at most and at least, times the real speed.
PLAY_SECONDS = 25.0
FASTEST, SLOWEST = 4096.0, 0.125

# Which travel is shown: of the hop at hand, of all hops so far, none.
HOP, ALL, NONE = "hop", "all", "none"
TRAVELS = (HOP, ALL, NONE)


class OrderPreview(Dialog[None]):
    """Plays a job's plan, or its file's own order, stroke by stroke."""

    DEFAULT_CSS = """
    OrderPreview {
        & > #box { max-width: 100%; height: 100%; padding: 0 1; }
        & PlotCanvas { height: 1fr; }
        & #said { margin-top: 0; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "Pause", show=False, id="order.pause"),
        Binding("plus,equals_sign", "speed(2)", "Faster", show=False, id="order.faster"),
        Binding("minus", "speed(0.5)", "Slower", show=False, id="order.slower"),
        Binding("right,l", "step(1)", "Next stroke", show=False, id="order.next"),
        Binding("left,h", "step(-1)", "Stroke before", show=False, id="order.before"),
        Binding("home,0", "again", "From the start", show=False, id="order.again"),
        Binding("end", "finish", "To the end", show=False, id="order.end"),
        Binding("t", "travel", "Travel", show=False, id="order.travel"),
        Binding("enter,escape,q,o", "leave", "Close", show=False, id="order.close"),
    ]

    def __init__(self, store: Store, job_id: int) -> None:
        super().__init__("Order")
        self._store, self._job_id = store, job_id
        self._keys = [
            ("space", "pause"), ("+ -", "speed"), ("← →", "stroke"), ("t", "travel"),
            ("home", "again"), ("esc", "close"),
        ]  # fmt: skip
        self._travel = Travel()
        self._layers: list[tuple[int, str]] = []  # first stroke of each layer, its name
        self._at = 0.0
        self._speed = 1.0
        self._playing = True
        self._shown_travel = HOP
        self._over: set[int] = set()
        self._over_done = 0
        self._beat_at = time.monotonic()
        self._from_plan = True

    def body(self) -> Iterable[Widget]:
        yield PlotCanvas()

    def on_mount(self) -> None:
        self._clock = self.set_interval(1 / FRAMES_A_SECOND, self._beat, name="order clock")

    def on_plot_canvas_size_changed(self, event: PlotCanvas.SizeChanged) -> None:
        event.stop()
        self._look(event.dots_wide, event.dots_high)

    @work(exclusive=True)
    async def _look(self, wide: int, high: int) -> None:
        def look() -> tuple[looking.OrderLook, InkCells]:
            found = looking.order_look(self._store, self._job_id, wide, high)
            return found, InkCells(found.raster)

        try:
            found, ink = await off_loop(self._store, look)
        except PlottyError as error:
            self.fail(str(error))
            return
        first = not self._travel.strokes
        self._travel, self._from_plan = found.travel, found.planned
        self._layers = list(zip(ink.raster.layer_starts, found.layers, strict=False))
        self._over, self._over_done = set(), 0
        self.retitle(found.name if found.planned else f"{found.name}: as in the file, not planned")
        if first:
            wanted = max(1.0, self._travel.seconds / PLAY_SECONDS)
            while self._speed < wanted and self._speed < FASTEST:
                self._speed *= 2
            self._beat_at = time.monotonic()
        self.query_one(PlotCanvas).show(ink)
        self._paint()

    # Playing

    @property
    def strokes_done(self) -> int:
        """How many strokes are shown as drawn."""
        return self._travel.done_at(self._at)

    def _beat(self) -> None:
        now = time.monotonic()
        passed, self._beat_at = now - self._beat_at, now
        if not (self._playing and self._travel.strokes):
            return
        self._at = min(self._travel.seconds, self._at + passed * self._speed)
        if self._at >= self._travel.seconds:
            self._playing = False
        self._paint()

    def _paint(self) -> None:
        travel, canvas = self._travel, self.query_one(PlotCanvas)
        done = self.strokes_done
        canvas.mark(done, travel.pen_at(self._at))
        canvas.show_travel(self._travel_cells(done, canvas))
        self.say(self._words(done))

    def _travel_cells(self, done: int, canvas: PlotCanvas) -> set[int]:
        wide, high = canvas.size
        if self._shown_travel == NONE:
            return set()
        if self._shown_travel == HOP:
            return self._travel.hop_cells(done, wide, high)
        if done < self._over_done:
            self._over, self._over_done = set(), 0
        for stroke in range(self._over_done, min(done + 1, self._travel.strokes)):
            self._over |= self._travel.hop_cells(stroke, wide, high)
        self._over_done = done
        return self._over

    def _words(self, done: int) -> str:
        travel = self._travel
        if not travel.strokes:
            return "nothing to draw"
        layer = next((name for first, name in reversed(self._layers) if first <= done), "")
        flown = sum(travel.hops_mm[: min(done + 1, travel.strokes)])
        state = "" if self._playing else "paused" if done < travel.strokes else "done"
        speed = f"{self._speed:g}" if self._speed >= 1 else f"1/{1 / self._speed:g}"
        travelled = f"travel {values.metres(flown)} of {values.metres(sum(travel.hops_mm))}"
        parts = [
            state, f"stroke {done} of {travel.strokes}", layer, f"x{speed}", travelled,
            f"shown: {self._shown_travel}",
        ]  # fmt: skip
        for left_out in ((), (travelled,), (travelled, layer)):
            line = "   ".join(part for part in parts if part and part not in left_out)
            if cell_len(line) <= self.size.width - 6:
                break
        return line

    # Keys

    def action_pause(self) -> None:
        if self._at >= self._travel.seconds:
            self._at = 0.0
            self._playing = True
        else:
            self._playing = not self._playing
        self._beat_at = time.monotonic()
        self._paint()

    def action_speed(self, times: float) -> None:
        self._speed = min(FASTEST, max(SLOWEST, self._speed * times))
        self._paint()

    def action_step(self, by: int) -> None:
        """Stop, and go one stroke on or back."""
        self._playing = False
        done = max(0, min(self._travel.strokes, self.strokes_done + by))
        self._at = self._travel.ends[done - 1] if done else 0.0
        self._paint()

    def action_again(self) -> None:
        self._at, self._playing = 0.0, True
        self._beat_at = time.monotonic()
        self._paint()

    def action_finish(self) -> None:
        self._at, self._playing = self._travel.seconds, False
        self._paint()

    def action_travel(self) -> None:
        place = TRAVELS.index(self._shown_travel)
        self._shown_travel = TRAVELS[(place + 1) % len(TRAVELS)]
        self._paint()
