import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plotty_tui.planning.order import compiled

pytestmark = pytest.mark.skipif(not compiled.available(), reason="numba is not installed")

# Few places and many equal ones, so that gaps tie.
coarse = st.integers(-4, 4).map(float)
fine = st.floats(-300, 300, width=32)
places = st.lists(st.tuples(coarse, coarse) | st.tuples(fine, fine), max_size=60)


def by_measuring_all(points, count, group, reach):
    """The gaps of each place's nearest places, by looking at every pair."""
    number = np.arange(len(points))
    gaps = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    gaps[(number[:, None] // group == number // group) | (gaps >= reach)] = np.inf
    padded = np.column_stack((gaps, np.full((len(points), count), np.inf)))
    return gaps, np.sort(padded, axis=1)[:, :count]


@given(places, st.integers(1, 12), st.sampled_from([1, 2]), st.sampled_from([np.inf, 0.5, 3.0]))
@example([(1.0, 1.0)] * 50, 8, 2, np.inf)
@example([], 8, 2, np.inf)
def test_the_nearest_are_those_that_measuring_all_pairs_finds(drawn, count, group, reach):
    from plotty_tui.planning.order.nearest import find_nearest

    points = np.array(drawn, dtype=float).reshape(-1, 2)
    found, gaps = find_nearest(*points.T.copy(), count, group, reach)

    every, expected = by_measuring_all(points, count, group, reach)
    np.testing.assert_allclose(gaps, expected, atol=1e-9)
    for row, one in enumerate(found):
        told = one[one >= 0]
        assert len(set(told)) == len(told) == np.isfinite(gaps[row]).sum()
        np.testing.assert_allclose(every[row, told], gaps[row, : len(told)], atol=1e-9)


def test_a_hundred_thousand_places_in_one_are_no_harder_than_others():
    from plotty_tui.planning.order.nearest import find_nearest

    same = np.full(100_000, 7.0)

    _, gaps = find_nearest(same, same, 8, 2, np.inf)

    assert (gaps == 0).all()
