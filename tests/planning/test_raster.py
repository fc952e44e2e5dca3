import math
import sys
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_drawings import any_strokes, circles, layer, stipple

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.strokes import encode_layers
from plotty_tui.planning.raster import raster_strokes
from plotty_tui.planning.raster_beside import raster_file

PAGE = (210.0, 297.0)


def dots_of(raster, stroke):
    return raster.dots[raster.starts[stroke] : raster.starts[stroke + 1]]


@given(
    drawn=st.lists(any_strokes, max_size=3),
    size=st.tuples(st.integers(1, 120), st.integers(1, 120)),
)
@settings(max_examples=80, deadline=None)
def test_dots_of_a_stroke_are_on_the_grid_once_and_touch(drawn, size):
    wide, high = size
    layers = [layer(strokes) for strokes in drawn]

    raster = raster_strokes(layers, PAGE, wide, high)

    counts = [len(one.strokes) for one in layers]
    assert list(raster.layer_starts) == [sum(counts[:k]) for k in range(len(counts) + 1)]
    assert len(raster.starts) == sum(counts) + 1
    assert list(raster.starts) == sorted(raster.starts)
    assert raster.starts[-1] == len(raster.dots)
    for stroke in range(sum(counts)):
        dots = dots_of(raster, stroke)
        assert len(dots) == len(set(dots)) > 0
        seen = {divmod(dot, wide)[::-1] for dot in dots}
        assert all(0 <= column < wide and 0 <= row < high for column, row in seen)
        reached, edge = set(), {next(iter(seen))}
        while edge:
            reached |= edge
            edge = {(c + i, r + j) for c, r in edge for i in (-1, 0, 1) for j in (-1, 0, 1)}
            edge = (edge & seen) - reached
        assert reached == seen


def test_dots_come_in_drawing_order():
    raster = raster_strokes([layer([[(9.5, 0.5), (0.5, 0.5)], [(0.5, 0.5)]])], (10, 10), 10, 10)

    assert list(dots_of(raster, 0)) == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert list(dots_of(raster, 1)) == [0]
    assert isinstance(raster.dots, array)


def test_the_page_is_centred_and_keeps_its_shape():
    corners = layer([[(0, 0)], [(100, 0)], [(100, 50)], [(0, 50)]])

    raster = raster_strokes([corners], (100, 50), 40, 60)

    assert [divmod(dot, 40) for dot in raster.dots] == [(20, 0), (20, 39), (40, 39), (40, 0)]


def test_ink_off_the_page_is_left_out():
    drawn = layer([[(-5, 5), (-1, 5)], [(-5, 5), (5, 5)], [(30, 30)]])

    raster = raster_strokes([drawn], (10, 10), 10, 10)

    assert [len(dots_of(raster, stroke)) for stroke in range(3)] == [0, 6, 0]


def test_layers_are_numbered_apart():
    raster = raster_strokes([layer(circles(count=4)), layer([]), layer(stipple())], PAGE, 80, 100)

    assert list(raster.layer_starts) == [0, 4, 4, 154]
    alone = raster_strokes([layer(stipple())], PAGE, 80, 100)
    assert raster.dots[raster.starts[4] :] == alone.dots


@pytest.mark.parametrize("turns", [1, 7])
def test_a_circle_has_about_as_many_dots_as_its_way_is_long(turns):
    ring = [(50 + 40 * math.cos(k / 9), 50 + 40 * math.sin(k / 9)) for k in range(57 * turns)]

    raster = raster_strokes([layer([ring])], (100, 100), 100, 100)

    assert 220 < len(raster.dots) < 360


def test_a_process_that_ends_makes_the_same_dots(tmp_path, monkeypatch):
    file = tmp_path / "card.strokes"
    file.write_bytes(encode_layers([layer(circles(count=4)), layer([]), layer(stipple())]))
    here = raster_file(file, PAGE, 80, 100)
    monkeypatch.delitem(sys.modules, "numpy")  # as in a program that has none
    beside = raster_file(file, PAGE, 80, 100)
    assert beside == here and len(beside.dots) > 100
    file.write_bytes(b"no strokes")
    with pytest.raises(Refused, match="cannot be shown"):
        raster_file(file, PAGE, 80, 100)
    with pytest.raises(Refused, match="are gone"):
        raster_file(tmp_path / "gone", PAGE, 80, 100)
