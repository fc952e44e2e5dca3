import pytest
from hypothesis import given
from hypothesis import strategies as st

from plotty_tui.domain.strokes import (
    MAGIC,
    LayerStrokes,
    Strokes,
    decode_layers,
    encode_layers,
)

numbers = st.floats(-1e6, 1e6, width=32)
lines = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6)
layers = st.lists(
    st.builds(
        LayerStrokes,
        st.text(max_size=12),
        st.sampled_from(["#000000", "#c8102e", ""]),
        st.lists(lines, max_size=6).map(Strokes),
    ),
    max_size=4,
)


@given(layers)
def test_layers_survive_their_file_exactly(drawn):
    assert decode_layers(encode_layers(drawn)) == drawn


@given(layers, st.data())
def test_a_file_that_is_cut_short_is_refused(drawn, data):
    whole = encode_layers([*drawn, LayerStrokes("last", "")])
    cut = data.draw(st.integers(0, len(whole) - 1))

    with pytest.raises(ValueError):
        decode_layers(whole[:cut])


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"plotty-strokes-2\n[]\n", MAGIC, MAGIC + b"x\n"])
def test_what_is_no_strokes_file_is_refused(data):
    with pytest.raises(ValueError):
        decode_layers(data)


@given(st.lists(lines, max_size=6))
def test_strokes_give_back_the_lines_that_were_put_in(drawn):
    strokes = Strokes(drawn)

    assert len(strokes) == len(drawn)
    assert list(strokes) == drawn
    assert strokes == Strokes(drawn)


def test_ink_is_the_sum_of_the_strokes():
    strokes = Strokes([[(0, 0), (3, 4), (3, 10)], [(7, 7)], [(0, 0), (0, 2)]])

    assert strokes.lengths_mm() == [11, 0, 2]
    assert strokes.length_mm() == 13
    assert strokes.bounds() == (0, 0, 7, 10)


def test_nothing_has_no_bounds_and_no_length():
    assert Strokes().bounds() is None
    assert Strokes().length_mm() == 0
    assert list(Strokes()) == []
    assert Strokes() != []
