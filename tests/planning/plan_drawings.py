"""Drawings and stock for the planning tests."""

import math
import random

from hypothesis import strategies as st

from plotty_tui.domain.pen_choice import StockPen
from plotty_tui.domain.presets import BUILT_IN
from plotty_tui.domain.strokes import LayerStrokes, Strokes
from plotty_tui.planning.planner import PlannedDesign, plan_design

A4 = (210.0, 297.0)
SHA = "0" * 64

STOCK = [
    StockPen(1, "K-03", "Black", "#101010", 0.3, slot=1),
    StockPen(2, "K-05", "Black", "#101010", 0.5, slot=2),
    StockPen(3, "R-05", "Carmine", "#c8102e", 0.5, slot=3),
    StockPen(4, "B-05", "Blue", "#1040c0", 0.5),
    StockPen(5, "G-05", "Green", "#108030", 0.5, state="dry"),
]


def circle(x, y, radius, corners=32):
    around = [
        (
            x + radius * math.cos(math.tau * k / corners),
            y + radius * math.sin(math.tau * k / corners),
        )
        for k in range(corners)
    ]
    return [*around, around[0]]


def circles(seed=1, count=60):
    rnd = random.Random(seed)
    return Strokes(
        circle(rnd.uniform(20, 180), rnd.uniform(20, 270), rnd.uniform(0.5, 8))
        for _ in range(count)
    )


def stipple(seed=2, count=150):
    rnd = random.Random(seed)
    return Strokes([(rnd.uniform(5, 200), rnd.uniform(5, 290))] for _ in range(count))


def hatching(seed=3, count=80):
    """Parallel lines, in no order."""
    lines = [[(10.0, 10 + 2.0 * k), (190.0, 12 + 2.0 * k)] for k in range(count)]
    random.Random(seed).shuffle(lines)
    return Strokes(lines)


def grid_edges(seed=4, side=9):
    """The edges of a grid, one by one, that can be joined to long lines."""
    edges = []
    for x in range(side):
        for y in range(side):
            edges.append([(20 + 9 * x, 20 + 9 * y), (29 + 9 * x, 20 + 9 * y)])
            edges.append([(20 + 9 * x, 20 + 9 * y), (20 + 9 * x, 29 + 9 * y)])
    random.Random(seed).shuffle(edges)
    return Strokes(edges)


DRAWINGS = {
    "circles": circles,
    "stipple": stipple,
    "hatching": hatching,
    "grid": grid_edges,
}


def plan(*layers, preset="fast", pens=(), paper="a4", size=A4, page=A4, turned=()) -> PlannedDesign:
    chosen = BUILT_IN[preset] if isinstance(preset, str) else preset
    return plan_design(list(layers), SHA, chosen, paper, size, page, pens, turned=turned)


def layer(strokes, name="ink", color="#101010"):
    return LayerStrokes(name, color, strokes if isinstance(strokes, Strokes) else Strokes(strokes))


# Few places on a coarse grid, so that strokes touch, repeat, retrace and close; and any place.
on_grid = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda p: (p[0] * 0.7, p[1] * 9.0))
anywhere = st.tuples(
    st.floats(0, 190, allow_nan=False, width=32), st.floats(0, 280, allow_nan=False, width=32)
)
# Within the tolerances of the presets: tiny loops, dashes, gaps that are joined or closed.
close_by = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(
    lambda p: (50 + p[0] * 0.02, 50 + p[1] * 0.02)
)
lines = st.one_of(
    *(st.lists(place, min_size=1, max_size=7) for place in (on_grid, anywhere, close_by))
)
closed_lines = lines.map(lambda line: [*line, line[0]])
any_strokes = st.lists(lines | closed_lines, max_size=14).flatmap(
    lambda some: (
        st.lists(st.sampled_from(some), max_size=4).map(lambda again: some + again)
        if some
        else st.just(some)
    )
)
