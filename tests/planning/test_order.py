import math
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_drawings import any_strokes, circle, circles, hatching, layer, plan, stipple

from plotty_tui.domain.motion import (
    estimate_strokes,
    home_seconds,
    lower_seconds,
    raise_seconds,
)
from plotty_tui.domain.plan import STEPS
from plotty_tui.domain.presets import BUILT_IN, OrderSettings, Preset
from plotty_tui.domain.strokes import Strokes
from plotty_tui.planning.ink import find_ink_difference, joining_allowance
from plotty_tui.planning.order import compiled
from plotty_tui.planning.ordering import order_layer

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from corpus import KINDS

pytestmark = pytest.mark.skipif(not compiled.available(), reason="numba is not installed")

MOTION = BUILT_IN["default"].motion
DEFAULT = BUILT_IN["default"].order
VPYPE = Preset("peer", "", "linemerge --tolerance 0.1mm linesort")


def ordered(drawn, order=DEFAULT, start=(0.0, 0.0), **watched):
    from plotty_tui.planning.order.layer import order_strokes

    strokes = drawn if isinstance(drawn, Strokes) else Strokes(drawn)
    return order_strokes(strokes, order, MOTION, start, **watched)


def pen_up_seconds(strokes, start=(0.0, 0.0)):
    times = estimate_strokes(strokes, MOTION, start)
    lift = lower_seconds(MOTION) + raise_seconds(MOTION)
    return sum(times.hop_s) + times.lifts * lift + home_seconds(times.end, MOTION)


def dots(strokes):
    return Counter(line[0] for line in strokes if len(set(line)) == 1)


orders = st.builds(
    OrderSettings,
    sort=st.just(True),
    join_mm=st.sampled_from([0.0, 0.05, 0.15, 0.5]),
    splice=st.booleans(),
    starts=st.booleans(),
    kicks=st.sampled_from([0.0, 1.0, 20.0]),
)


@given(drawn=any_strokes, order=orders, start=st.sampled_from([(0.0, 0.0), (150.0, 20.0)]))
@settings(max_examples=200, deadline=None)
def test_any_strokes_keep_their_ink_and_never_cost_more_pen_up_time(drawn, order, start):
    drawn = Strokes(drawn)

    made = ordered(drawn, order, start)

    assert find_ink_difference(drawn, made.strokes, joining_allowance(order)) is None
    assert dots(made.strokes) == dots(drawn)
    assert pen_up_seconds(made.strokes, start) <= pen_up_seconds(drawn, start) + 1e-6


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_drawing_is_drawn_sooner_than_by_vpype(kind):
    drawn = Strokes(KINDS[kind](400, 11))
    peer = estimate_strokes(order_layer(drawn, VPYPE), MOTION)

    made = ordered(drawn)

    assert find_ink_difference(drawn, made.strokes, joining_allowance(DEFAULT)) is None
    ours = estimate_strokes(made.strokes, MOTION)
    assert ours.total_s < 1.001 * peer.total_s
    assert ours.lifts <= peer.lifts


def test_the_same_strokes_give_the_same_order():
    drawn = Strokes(KINDS["flow"](500, 3))

    assert ordered(drawn).strokes == ordered(drawn).strokes


def test_a_longer_search_finds_a_shorter_way():
    drawn = Strokes(KINDS["flow"](800, 3))

    seconds = [
        ordered(drawn, replace(DEFAULT, kicks=kicks)).steps[-1].seconds for kicks in (0, 20, 200)
    ]

    assert seconds == sorted(seconds, reverse=True)
    assert seconds[2] < seconds[0] - 1


def test_a_search_can_be_watched_and_ended():
    drawn = Strokes(KINDS["flow"](1000, 3))
    order = replace(DEFAULT, kicks=200.0)
    told = []

    ordered(drawn, order, watch=lambda part: told.append(part) or True)
    assert told == sorted(told)
    assert told[-1] == 1

    calls = []
    made = ordered(drawn, order, watch=lambda part: calls.append(part) or len(calls) < 4)
    assert len(calls) == 4
    assert find_ink_difference(drawn, made.strokes, joining_allowance(order)) is None


def test_a_search_ends_when_its_time_is_over():
    drawn = Strokes(KINDS["flow"](1000, 3))
    told = []

    ordered(
        drawn,
        replace(DEFAULT, kicks=1e9, search_s=0.2),
        watch=lambda part: told.append(part) or True,
    )

    assert told[-1] < 1


def test_strokes_are_joined_by_eulers_rule():
    """A grid of 8 x 8 squares has 28 nodes of three edges: 14 trails, and no fewer."""
    side = range(9)
    edges = [[(x, y), (x + 1, y)] for x in range(8) for y in side]
    edges += [[(x, y), (x, y + 1)] for x in side for y in range(8)]

    made = ordered([[(10 * x, 10 * y) for x, y in edge] for edge in edges])

    assert made.steps[-1].lifts == 14


def test_a_trail_goes_straight_on_where_it_can():
    cross = [[(0, 50), (50, 50)], [(50, 0), (50, 50)], [(100, 50), (50, 50)], [(50, 99), (50, 50)]]

    made = ordered(cross)

    ends = {frozenset((line[0], line[-1])) for line in made.strokes}
    assert ends == {frozenset({(0, 50), (100, 50)}), frozenset({(50, 0), (50, 99)})}


def test_a_star_of_many_strokes_is_half_as_many_trails():
    star = [
        [(50, 50), (50 + 40 * math.cos(math.tau * k / 31), 50 + 40 * math.sin(math.tau * k / 31))]
        for k in range(31)
    ]

    assert ordered(star).steps[-1].lifts == 16


@pytest.mark.parametrize("gap", [0.0, 0.1])
def test_loops_in_a_row_are_one_stroke(gap):
    row = [circle(20 + k * (10 + gap), 50, 5, 48) for k in range(12)]

    made = ordered(row)

    assert len(made.strokes) == 1
    assert made.spliced == 11
    assert find_ink_difference(Strokes(row), made.strokes, joining_allowance(DEFAULT)) is None


def test_loops_that_cross_a_line_are_drawn_on_its_way():
    line = [(0.0, 50.0), (200.0, 50.0)]
    drawn = [line, *(circle(20 + 20 * k, 51, 4) for k in range(9))]

    made = ordered(drawn)

    assert len(made.strokes) == 1
    assert {made.strokes[0][0], made.strokes[0][-1]} == set(line)
    assert made.strokes.length_mm() == pytest.approx(Strokes(drawn).length_mm(), abs=0.01)


def test_loops_farther_apart_than_the_join_radius_stay_apart():
    row = [circle(20 + k * 10.2, 50, 5, 48) for k in range(5)]

    assert len(ordered(row).strokes) == 5
    assert len(ordered(row, replace(DEFAULT, join_mm=0.3)).strokes) == 1


def test_loops_begin_where_the_pen_comes_by():
    row = [circle(20 + k * 20, 50, 5) for k in range(8)]

    apart = ordered(row, replace(DEFAULT, starts=False)).steps[-1]
    near = ordered(row).steps[-1]

    assert near.seconds < apart.seconds - 0.1


def test_strokes_drawn_twice_stay_drawn_twice_unless_the_preset_says_otherwise():
    twice = [[(10, 10), (50, 10)], [(50, 10), (10, 10)], [(80, 80)], [(80, 80)]]

    assert ordered(twice).strokes.length_mm() == pytest.approx(80)
    once = ordered(twice, replace(DEFAULT, duplicates=False))
    assert once.strokes.length_mm() == pytest.approx(40)
    assert len(once.strokes) == 2
    assert [step.name for step in once.steps][:2] == ["drawn", "deduplicated"]


def test_a_plan_tells_what_each_step_saved():
    made = plan(layer([*circles(), *hatching()]), layer(stipple(), "dots"), preset="default").plan

    steps = made.steps()

    assert [step.name for step in steps] == [name for name in STEPS if name != "deduplicated"]
    assert steps[0].lifts == len(circles()) + len(hatching()) + len(stipple())
    assert steps[-1].lifts == made.lifts
    assert [step.lifts for step in steps] == sorted((step.lifts for step in steps), reverse=True)
    assert steps[-1].seconds < steps[0].seconds
    assert any("closed strokes drawn on the way" in note for note in made.notes)


def test_the_next_layer_begins_where_the_one_before_ended():
    drawn = [[(10, 10), (190, 10)]]
    planned = plan(layer(drawn, "a"), layer(drawn, "b"), preset="fast")

    first, second = (one.strokes for one in planned.layers)

    assert second[0][0] == first[0][-1]


def test_a_preset_survives_json_with_its_order():
    for preset in BUILT_IN.values():
        assert Preset.from_json(preset.to_json()) == preset
    assert BUILT_IN["default"].describe_order() == "join 0.15 mm, splice, sort, starts, search 1"
    assert BUILT_IN["none"].describe_order() == "as drawn"


def test_an_old_preset_without_an_order_is_read_as_it_was():
    assert Preset.from_json({"name": "own", "pipeline": "linesort"}).order == OrderSettings()


def test_thousands_of_equal_strokes_are_no_harder_than_others():
    dot, line = [(5.0, 5.0)], [(20.0, 20.0), (60.0, 60.0)]

    made = ordered([dot] * 5000 + [line] * 5000)

    assert dots(made.strokes) == {(5.0, 5.0): 5000}
    assert len(made.strokes) == 5001
    assert made.strokes.length_mm() == pytest.approx(5000 * math.hypot(40, 40))


def test_corpus_drawings_are_the_same_each_time():
    for kind, make in KINDS.items():
        assert make(150, 1) == make(150, 1), kind
        assert 90 <= len(make(150, 1)) <= 400, kind
