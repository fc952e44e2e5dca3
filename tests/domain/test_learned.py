"""Estimates learn from what plotters, pens and papers really took."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plotty_tui.domain.learned import FEW, Band, Drawn, backtest, learn


def layers(device, pen, paper, factor, count=50, noise=0.0, seed=1):
    """So many layers of different lengths that took `factor` times as long as planned."""
    dice = random.Random(seed)
    planned = [dice.uniform(20, 400) for _ in range(count)]
    actual = [one * factor * dice.gauss(1, noise) for one in planned]
    return Drawn(
        device, pen, paper, count, sum(planned), sum(actual),
        sum(a * a / p for a, p in zip(actual, planned, strict=True)),
    )  # fmt: skip


def test_nothing_drawn_is_no_band_and_no_correction():
    assert learn([]).band([(1, 100.0)]) is None
    assert learn([]).factor(1, 2, "a4") == 1.0
    assert learn([layers(1, 1, "a4", 1.2, count=FEW - 1)]).band([(1, 100.0)]) is None


def test_a_plotter_that_takes_longer_is_told_from_one_that_does_not():
    learned = learn([layers(1, 1, "a4", 1.2, 200), layers(2, 1, "a4", 1.0, 200)])
    assert learned.factor(1, 1, "a4") == pytest.approx(1.2, rel=0.02)
    assert learned.factor(2, 1, "a4") == pytest.approx(1.0, rel=0.02)
    # What nobody knows counts as usual: between the two.
    assert 1.05 < learned.factor(3, 1, "a4") < 1.15


def test_a_slow_pen_is_slow_on_every_plotter():
    drawn = [
        layers(device, pen, "a4", 1.3 if pen == 9 else 1.0, 200, seed=10 * device + pen)
        for device in (1, 2)
        for pen in (7, 8, 9)
    ]
    learned = learn(drawn)
    for device in (1, 2):
        assert learned.factor(device, 9, "a4") / learned.factor(device, 7, "a4") > 1.25


def test_few_layers_are_believed_little():
    few, many = learn([layers(1, 1, "a4", 2.0, 2)]), learn([layers(1, 1, "a4", 2.0, 500)])
    assert 1.0 < few.factor(1, 1, "a4") < 1.75
    assert many.factor(1, 1, "a4") == pytest.approx(2.0, rel=0.02)


def test_four_of_five_sheets_end_in_the_band():
    dice = random.Random(5)
    rows = [
        (sheet, 1, 1, "a4", planned, planned * 1.1 * dice.gauss(1, 0.05))
        for sheet in range(400)
        for planned in [dice.uniform(60, 600)]
    ]
    found = backtest(rows)
    assert found is not None
    assert found.planned_off > 9
    assert found.learned_off < 5
    assert found.in_band / found.sheets == pytest.approx(0.8, abs=0.08)


def test_too_little_to_try_it_on_says_so():
    assert backtest([(k, 1, 1, "a4", 60.0, 66.0) for k in range(FEW)]) is None


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(1, 4), st.sampled_from(["a4", "a3"]),
                  st.floats(0.5, 2.0), st.integers(1, 60)),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_what_is_learned_lies_within_what_happened(cells):
    learned = learn([layers(*cell) for cell in cells])
    factors = [1.0, *(cell[3] for cell in cells)]
    for device, pen, paper, *_ in cells:
        # Three groups, each drawn towards the others: no correction goes beyond all of them twice.
        factor = learned.factor(device, pen, paper)
        assert min(factors) ** 3 / 8 <= factor <= max(factors) ** 3 * 8
    assert min(factors) - 1e-9 <= learned.whole <= max(factors) + 1e-9
    band = learned.band([(1, 100.0)])
    assert band is None or 0 <= band.low <= band.likely <= band.high


def test_a_band_is_told_as_people_do():
    assert Band(41 * 60, 43 * 60, 46 * 60, 100).words() == "41–46 min"
    assert Band(40, 42, 44, 100).words() == "40–44 s"
    assert Band(60 * 60 * 3, 3 * 3600 + 300, 3 * 3600 + 600, 9).words() == "3 h 00–3 h 10"
    assert Band(80, 100, 120, 9).words() == "80 s–2 min"
    assert Band(2520, 2520, 2521, 9).words() == "42 min"
