import pytest
from plan_drawings import circle, circles

from plotty_tui.domain.presets import BUILT_IN
from plotty_tui.domain.strokes import Strokes
from plotty_tui.planning.ink import (
    allowance,
    find_dropped_ink,
    find_ink_difference,
    joining_allowance,
)
from plotty_tui.planning.ordering import read_pipeline

PIPELINE = "linesimplify -t 0.01mm linemerge -t 0.1mm reloop -t 0.1mm linesort"
DEFAULT = allowance(read_pipeline(PIPELINE))
OWN = joining_allowance(BUILT_IN["default"].order)
EXACT = allowance([])

LINE = [(0.0, 0.0), (40.0, 0.0)]
OTHER = [(0.0, 10.0), (40.0, 10.0)]


def differs(before, after, allowed=DEFAULT):
    return find_ink_difference(Strokes(before), Strokes(after), allowed)


@pytest.mark.parametrize("allowed", [EXACT, DEFAULT, OWN])
def test_order_and_direction_do_not_count(allowed):
    assert differs([LINE, OTHER, [(5, 5)]], [[(5, 5), (5, 5)], OTHER[::-1], LINE], allowed) is None


def test_the_default_preset_allows_a_tenth_of_a_millimetre():
    assert OWN.moved_mm <= 0.11


@pytest.mark.parametrize("allowed", [EXACT, DEFAULT, OWN])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([LINE, OTHER], [LINE]),
        ([LINE], [LINE, OTHER]),
        ([LINE, LINE], [LINE]),
        ([LINE], [LINE, LINE]),
        ([LINE, LINE, LINE], [LINE, LINE]),
        ([LINE], []),
        ([], [LINE]),
        ([LINE], [[(0.0, 0.3), (40.0, 0.3)]]),
        ([LINE], [[(0.0, 0.0), (39.0, 0.0)]]),
        ([LINE, OTHER], [LINE + OTHER[::-1]]),
        ([LINE, [(5, 5)]], [LINE]),
        ([LINE, [(5, 5)], [(5, 5)]], [LINE, [(5, 5)]]),
        ([LINE, [(5, 5)]], [LINE, [(5, 6)]]),
    ],
)
def test_missing_added_and_moved_ink_is_found(before, after, allowed):
    assert differs(before, after, allowed)


def test_a_short_stroke_drawn_once_instead_of_twice_is_found_among_many():
    drawn = [*circles(count=300), *[[(100.0, 100.0), (102.0, 100.0)]] * 2]
    thinned = [line[::2] if len(line) > 2 else line for line in drawn[:-1]]
    loose = allowance(read_pipeline("linesimplify --tolerance 0.2mm"))

    assert differs([*drawn[:-1]], thinned, loose) is None
    assert "missing" in differs(drawn, thinned, loose)


def test_a_thinned_curve_and_a_joined_gap_are_the_same_ink():
    fine = circle(50, 50, 5, corners=400)
    gap = [(0.0, 0.0), (10.0, 0.0)], [(10.08, 0.0), (20.0, 0.0)]

    assert differs([fine, *gap], [fine[::4], [*gap[0], *gap[1]]]) is None
    assert differs([fine], [fine[::40]])
    assert differs([*gap], [[*gap[0], *gap[1]]], EXACT)


@pytest.mark.parametrize("tip_mm", [0.1, 0.3, 0.5, 0.8])
def test_a_declared_tip_allows_its_half_and_three_hundredths_and_no_more(tip_mm):
    allowed = joining_allowance(BUILT_IN["default"].order, tip_mm)
    beyond = tip_mm / 2 + 0.03

    assert differs([LINE], [[(x, beyond - 0.001) for x, _ in LINE]], allowed) is None
    assert differs([LINE], [[(x, beyond + 0.001) for x, _ in LINE]], allowed)


def test_a_line_across_a_gap_is_measured_along_its_way():
    allowed = joining_allowance(BUILT_IN["default"].order, 0.3)
    apart = [[(0.0, 0.0), (10.0, 0.0)], [(10.0, 0.45), (20.0, 0.45)]]

    assert "added" in differs(apart, [apart[0] + apart[1]], allowed)


def test_second_passes_are_said_and_lie_on_the_ink():
    first, twice, part = Strokes([LINE]), Strokes([LINE, LINE]), [(10.0, 0.0), (20.0, 0.0)]

    assert find_ink_difference(first, twice, OWN)
    assert find_ink_difference(first, twice, OWN, first) is None
    assert find_ink_difference(first, Strokes([LINE, part]), OWN, Strokes([part])) is None
    assert "missing" in find_ink_difference(first, first, OWN, first)
    assert "second pass" in find_ink_difference(
        first, Strokes([LINE, OTHER]), OWN, Strokes([OTHER])
    )
    assert find_ink_difference(first, Strokes([LINE] * 3), OWN, first)


def test_a_stroke_that_is_no_duplicate_cannot_be_dropped():
    drawn = Strokes([LINE, LINE[::-1], OTHER, [(5, 5)], [(5, 5)]])

    assert find_dropped_ink(drawn, Strokes([LINE, OTHER, [(5, 5)]])) is None
    assert "no duplicate" in find_dropped_ink(drawn, Strokes([LINE, [(5, 5)]]))
    assert "dot" in find_dropped_ink(drawn, Strokes([LINE, OTHER]))
