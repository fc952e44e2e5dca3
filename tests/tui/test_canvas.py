"""The canvas: marking strokes step by step shows what drawing them at once shows, and sends
only what changed."""

import asyncio
from array import array

from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App

from plotty_tui.domain.raster import InkCells, Raster
from plotty_tui.tui.canvas import PlotCanvas
from plotty_tui.tui.text import ASCII_SYMBOLS, UNICODE_SYMBOLS, use_symbols
from plotty_tui.tui.themes import load_theme, variable_defaults, visible_ink

WIDE, HIGH = 40, 32  # dots of a canvas of 20 x 8 cells


class Studio(App):
    """A tiny dashboard that paints as on a terminal."""

    CSS = "Screen { align: left top; } PlotCanvas { width: 20; height: 8; }"
    is_headless = False

    def __init__(self):
        super().__init__()
        self.sizes = []
        for name in ("studio-dark", "studio-light", "mono"):
            self.register_theme(load_theme(name))
        self.theme = "studio-dark"

    def get_theme_variable_defaults(self):
        return variable_defaults(self.current_theme)

    def compose(self):
        yield PlotCanvas()

    def on_plot_canvas_size_changed(self, message):
        self.sizes.append((message.dots_wide, message.dots_high))

    @property
    def canvas(self):
        return self.query_one(PlotCanvas)


async def painted(pilot):
    await pilot.pause()
    for _ in range(3):
        done = asyncio.Event()
        pilot.app.screen.call_after_refresh(done.set)
        await asyncio.wait_for(done.wait(), 10)


def spy(canvas):
    """The regions sent from now on."""
    sent, refresh = [], canvas.refresh

    def refreshed(*regions, **kind):
        sent.extend(regions or ["all"])
        return refresh(*regions, **kind)

    canvas.refresh = refreshed
    return sent


def raster(*strokes, layers=((0, "#ff0000"),), wide=WIDE, high=HIGH):
    made = Raster(wide, high)
    for stroke in strokes:
        made.dots.extend(array("I", [y * wide + x for x, y in stroke]))
        made.starts.append(len(made.dots))
    made.layer_starts = [first for first, _ in layers]
    made.colors = [color for _, color in layers]
    return made


def row(y, x0=0, x1=WIDE):
    return [(x, y) for x in range(x0, x1)]


def texts(canvas):
    return [canvas.render_line(y).text for y in range(canvas.size.height)]


def looks(canvas):
    """Every cell with its colour."""
    return [
        [(sign, segment.style.color) for segment in canvas.render_line(y) for sign in segment.text]
        for y in range(canvas.size.height)
    ]


async def test_it_tells_its_size_and_draws_dots():
    async with Studio().run_test(size=(60, 20)) as pilot:
        canvas = pilot.app.canvas
        await painted(pilot)
        assert pilot.app.sizes == [(WIDE, HIGH)] == [canvas.dots]
        assert canvas.show(raster(row(0), [(0, 4), (1, 5), (0, 7)]))
        assert texts(canvas)[0] == "⠉" * 20
        assert texts(canvas)[1] == chr(0x2800 + 0x01 + 0x10 + 0x40) + " " * 19
        assert texts(canvas)[2] == " " * 20


async def test_a_raster_for_another_size_is_not_shown():
    async with Studio().run_test(size=(60, 20)) as pilot:
        await painted(pilot)
        assert not pilot.app.canvas.show(raster([(0, 0)], wide=10, high=8))


async def test_a_stroke_sends_its_own_cells_and_nothing_twice():
    async with Studio().run_test(size=(60, 20)) as pilot:
        canvas = pilot.app.canvas
        await painted(pilot)
        canvas.show(raster(row(0), row(9, 10, 20), row(30)))
        await painted(pilot)
        sent = spy(canvas)
        canvas.mark(1)
        assert sent == [(0, 0, 20, 1)]
        sent.clear()
        assert canvas.mark(2) == 5
        assert sent == [(5, 2, 5, 1)]
        sent.clear()
        assert canvas.mark(2) == 0
        assert sent == []


async def test_only_changed_lines_are_drawn_again():
    async with Studio().run_test(size=(60, 20)) as pilot:
        canvas = pilot.app.canvas
        await painted(pilot)
        canvas.show(raster(row(0), row(9), row(30)))
        await painted(pilot)
        drawn, draw = [], canvas._draw_line
        canvas._draw_line = lambda y: drawn.append(y) or draw(y)
        canvas.mark(2)
        await painted(pilot)
        assert sorted(drawn) == [0, 2]
        canvas.mark(2)
        await painted(pilot)
        assert sorted(drawn) == [0, 2]


async def test_the_pens_place_moves_by_two_cells():
    async with Studio().run_test(size=(60, 20)) as pilot:
        canvas = pilot.app.canvas
        await painted(pilot)
        canvas.show(raster(row(0)))
        canvas.mark(0, (3.5, 2.0))
        assert texts(canvas)[0][1] == "◆"
        await painted(pilot)
        sent = spy(canvas)
        canvas.mark(0, (2.1, 1.0))
        assert sent == []
        canvas.mark(0, (6, 9))
        assert sorted(sent) == [(1, 0, 1, 1), (3, 2, 1, 1)]
        assert (texts(canvas)[0][1], texts(canvas)[2][3]) == ("⠉", "◆")
        canvas.mark(0, None)
        assert "◆" not in "".join(texts(canvas))
        assert canvas.mark(0, (-3, 700)) == 0


async def test_drawn_strokes_have_the_pens_colour_and_those_to_come_are_dim():
    async with Studio().run_test(size=(60, 20)) as pilot:
        canvas = pilot.app.canvas
        await painted(pilot)
        canvas.show(raster(row(0), row(9), layers=((0, "#ff0000"), (1, "#000000"))))
        canvas.mark(1)
        ground = canvas.background_colors[1]
        to_come = canvas.get_component_rich_style("plot-canvas--to-come").color
        assert looks(canvas)[0][0][1] == visible_ink("#ff0000", ground).rich_color
        assert looks(canvas)[2][0][1] == to_come
        canvas.mark(2)
        assert looks(canvas)[2][0][1] == visible_ink("#000000", ground).rich_color


async def test_another_theme_draws_with_its_colours():
    async with Studio().run_test(size=(60, 20)) as pilot:
        canvas = pilot.app.canvas
        await painted(pilot)
        canvas.show(raster(row(0), layers=((0, "#000000"),)))
        canvas.mark(1)
        on_dark = looks(canvas)[0][0][1]
        pilot.app.theme = "studio-light"
        await painted(pilot)
        assert looks(canvas)[0][0][1] != on_dark
        assert looks(canvas)[0][0][1].name == "#000000"
        pilot.app.theme = "mono"
        await painted(pilot)
        assert looks(canvas)[0][0][1].name == "#f2f2f2"


async def test_a_new_size_empties_the_canvas_and_asks_for_a_raster():
    async with Studio().run_test(size=(60, 20)) as pilot:
        canvas = pilot.app.canvas
        await painted(pilot)
        canvas.show(raster(row(0)))
        canvas.styles.width = 30
        await painted(pilot)
        assert pilot.app.sizes == [(40, 32), (60, 32)]
        assert texts(canvas) == [" " * 30] * 8
        assert canvas.mark(1) == 0
        assert canvas.show(raster(row(0, 0, 60), wide=60))
        assert texts(canvas)[0] == "⠉" * 30


async def test_another_drawing_sends_only_lines_that_differ():
    async with Studio().run_test(size=(60, 20)) as pilot:
        canvas = pilot.app.canvas
        await painted(pilot)
        canvas.show(raster(row(0), row(9)))
        await painted(pilot)
        sent = spy(canvas)
        canvas.show(raster(row(0), row(13)))
        assert [region.y for region in sent] == [2, 3]
        sent.clear()
        canvas.clear()
        assert [region.y for region in sent] == [0, 3]
        canvas.clear()
        assert len(sent) == 2


async def test_without_braille_dots_are_darkness():
    use_symbols(ASCII_SYMBOLS)
    try:
        async with Studio().run_test(size=(60, 20)) as pilot:
            canvas = pilot.app.canvas
            await painted(pilot)
            canvas.show(raster(row(0), row(1)))
            canvas.mark(1, (20, 20))
            assert all(text.isascii() for text in texts(canvas))
            assert texts(canvas)[0].strip()
            assert "@" in texts(canvas)[5]
    finally:
        use_symbols(UNICODE_SYMBOLS)


STROKES = st.lists(
    st.lists(st.tuples(st.integers(0, WIDE - 1), st.integers(0, HIGH - 1)), max_size=12),
    max_size=12,
)


@given(STROKES, st.lists(st.integers(-1, 14), max_size=8), st.integers(0, 12))
@settings(deadline=None)
def test_marking_in_steps_equals_drawing_at_once(strokes, steps, second_layer):
    cut = min(second_layer, len(strokes))
    drawing = raster(*strokes, layers=((0, "#ff0000"), (cut, "#0000ff")))
    stepwise = InkCells(drawing)
    for step in steps:
        before = bytes(stepwise.inks)
        spans = stepwise.draw_to(step)
        at_once = InkCells(drawing, step)
        assert (stepwise.inks, stepwise.done) == (at_once.inks, at_once.done)
        changed = {i for i, ink in enumerate(stepwise.inks) if ink != before[i]}
        sent = {y * stepwise.wide + x for y, (x0, x1) in spans.items() for x in range(x0, x1)}
        assert changed <= sent
    drawn = {dot for stroke in strokes[: stepwise.done] for dot in stroke}
    for cell, ink in enumerate(stepwise.inks):
        y, x = divmod(cell, stepwise.wide)
        inside = {(x * 2 + i, y * 4 + j) for i in range(2) for j in range(4)}
        assert bool(ink) == bool(inside & drawn)


def test_layers_without_strokes_and_a_closing_entry_are_understood():
    drawing = raster([(0, 0)], [(2, 0)], layers=((0, "#111111"), (1, "#222222"), (1, "#333333")))
    assert [drawing.layer_of(i) for i in (0, 1)] == [0, 2]
    drawing.layer_starts.append(2)
    assert bytes(InkCells(drawing, 2).inks[:2]) == bytes([1, 3])
    empty = InkCells(Raster(5, 3))
    assert (empty.wide, empty.high, empty.draw_to(9)) == (3, 1, {})
