import pytest
from hypothesis import given
from hypothesis import strategies as st

from plotty_tui.domain import figures, values

amounts = st.floats(0.01, 1e6)


def test_the_reference_example():
    estimated = 3 * 45 + 10 * 5
    actual = 192

    assert estimated == 185
    assert figures.variance(actual, estimated) == 7
    assert values.percent(figures.variance_percent(actual, estimated), sign=True) == "+3.8 %"


def test_ink_and_purge_are_one_amount():
    assert figures.variance(53 + 17, 70) == 0
    assert values.percent(figures.variance_percent(53 + 17, 70), sign=True) == "0.0 %"


@pytest.mark.parametrize("estimated", [None, 0, 0.0])
def test_without_an_estimate_there_is_no_percent(estimated):
    assert figures.variance_percent(192, estimated) is None
    assert figures.band(figures.variance_percent(192, estimated)) is None


def test_without_an_actual_there_is_no_variance():
    assert figures.variance(None, 185) is None
    assert figures.variance(192, None) is None
    assert figures.variance_percent(None, 185) is None


def test_many_runs_are_a_ratio_of_sums_and_not_a_mean_of_ratios():
    # +100 % of a small one and -10 % of a large one: the sums say -9 %.
    percent, count = figures.ratio_of_sums([(2, 1), (90, 100)])

    assert percent == pytest.approx((92 - 101) / 101 * 100)
    assert count == 2


def test_runs_without_figures_are_left_out_of_the_sum_and_of_the_count():
    pairs = [(110, 100), (None, 100), (50, None), (50, 0)]

    assert figures.ratio_of_sums(pairs) == (pytest.approx(10), 1)
    assert figures.ratio_of_sums([]) == (None, 0)
    assert figures.ratio_of_sums([(None, None)]) == (None, 0)


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=1500))
def test_an_aggregate_uses_every_run_and_lies_between_them(pairs):
    percent, count = figures.ratio_of_sums(pairs)
    each = [figures.variance_percent(*pair) for pair in pairs]

    assert count == len(pairs)
    slack = 1e-6 * (1 + max(map(abs, each)))
    assert min(each) - slack <= percent <= max(each) + slack


@pytest.mark.parametrize(
    ("percent", "band"),
    [
        (0, "fine"),
        (5, "fine"),
        (-5.04, "fine"),
        (5.06, "notice"),
        (-10, "notice"),
        (10.04, "notice"),
        (10.06, "flagged"),
        (-60, "flagged"),
        (None, None),
    ],
)
def test_bands_go_by_the_figure_that_is_shown(percent, band):
    assert figures.band(percent) == band


def test_success_is_good_of_attempted():
    assert figures.success_percent(3, 3) == 100
    assert figures.success_percent(9, 10) == 90
    assert figures.success_percent(0, 4) == 0
    assert figures.success_percent(0, 0) is None
