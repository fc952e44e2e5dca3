import math
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_drawings import STOCK, any_strokes, circle, circles, hatching, layer, plan, stipple

from plotty_tui.domain.motion import (
    estimate_strokes,
    hop_seconds,
    lower_seconds,
    raise_seconds,
)
from plotty_tui.domain.plan import STEPS
from plotty_tui.domain.presets import BUILT_IN, OrderSettings, Preset
from plotty_tui.domain.strokes import Strokes
from plotty_tui.planning.ink import find_dropped_ink, find_ink_difference, joining_allowance
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
    home = hop_seconds(math.hypot(*times.end), MOTION)
    return times.hops_physical_s + times.lifts * lift + home


def dots(strokes):
    return Counter(line[0] for line in strokes if len(set(line)) == 1)


orders = st.builds(
    OrderSettings,
    sort=st.just(True),
    join_mm=st.sampled_from([0.0, 0.05, 0.15, 0.5]),
    splice=st.booleans(),
    starts=st.booleans(),
    kicks=st.sampled_from([0.0, 1.0, 20.0]),
    join_tip=st.sampled_from([0.0, 0.5, 1.0]),
    covered=st.booleans(),
    duplicates=st.booleans(),
    smooth_mm=st.sampled_from([0.0, 0.05]),
)


@given(
    drawn=any_strokes,
    order=orders,
    start=st.sampled_from([(0.0, 0.0), (150.0, 20.0)]),
    tip_mm=st.sampled_from([None, 0.1, 0.3, 0.5, 3.0]),
)
@settings(max_examples=150, deadline=None)
def test_any_strokes_keep_their_ink_and_never_cost_more_pen_up_time(drawn, order, start, tip_mm):
    drawn = Strokes(drawn)

    made = ordered(drawn, order, start, tip_mm=tip_mm)

    allowed = joining_allowance(order, tip_mm)
    assert find_ink_difference(made.drawn, made.strokes, allowed, made.passes) is None
    assert dots(made.strokes) == dots(made.drawn)
    assert pen_up_seconds(made.strokes, start) <= pen_up_seconds(drawn, start) + 1e-6
    if order.duplicates:
        assert made.drawn == drawn
    else:
        assert find_dropped_ink(drawn, made.drawn) is None
    if not order.covered:
        assert not made.passes


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

    ordered(drawn, order, watch=lambda step, part: told.append((step, part)) or True)
    assert list(dict.fromkeys(step for step, _ in told)) == [
        "joined",
        "spliced",
        "ordered",
        "searched",
    ]
    parts = [part for step, part in told if step == "searched"]
    assert parts == sorted(parts)
    assert parts[-1] == 1

    calls = []
    made = ordered(drawn, order, watch=lambda step, part: part < 0.2 and not calls.append(part))
    assert 0 < max(calls) < 0.2
    assert find_ink_difference(drawn, made.strokes, joining_allowance(order)) is None


def test_a_search_ends_when_its_time_is_over():
    drawn = Strokes(KINDS["flow"](1000, 3))
    order = replace(DEFAULT, kicks=1e9, search_s=0.2)
    kicked = []

    ordered(drawn, order, watch=lambda step, part: kicked.append(part) or True)

    assert kicked == sorted(kicked)
    assert kicked[-1] == 1


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

    names = [step.name for step in steps]
    assert names == ["drawn", "joined", "spliced", "ordered", "begun", "searched"]
    assert names == [name for name in STEPS if name in names]
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
    assert BUILT_IN["default"].describe_order() == (
        "join 0.15 mm or 1 x tip, splice, sort, starts, search 1"
    )
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


def test_ends_within_the_tip_of_the_pen_are_joined_and_counted():
    drawn = [[(10, 10), (50, 10)], [(50.25, 10), (90, 10)], [(90, 12), (120, 12)]]

    thin, wide = ordered(drawn), ordered(drawn, tip_mm=0.3)

    assert (len(thin.strokes), thin.gaps) == (3, 0)
    assert (len(wide.strokes), wide.gaps) == (2, 1)
    assert wide.gaps_mm == pytest.approx(0.25, abs=1e-3)
    assert "widened" in [step.name for step in wide.steps]


def test_a_finer_tip_joins_less_than_no_tip_does():
    drawn = [[(10, 10), (50, 10)], [(50.12, 10), (90, 10)]]

    assert len(ordered(drawn).strokes) == 1
    assert len(ordered(drawn, tip_mm=0.1).strokes) == 2


def test_a_longer_line_is_hidden_where_it_runs_over_ink():
    rule = [(0, 50), (100, 50)]
    hatches = [[(50, 10), (50, 49.8)], [(50, 50.2), (50, 90)]]

    assert len(ordered(hatches, tip_mm=0.3).strokes) == 2
    over = ordered([rule, *hatches], tip_mm=0.3)
    assert len(over.strokes) == 2
    assert over.gaps_mm == pytest.approx(0.4, abs=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_going_back_over_ink_is_never_slower_and_says_what_it_drew_again(kind):
    drawn = Strokes(KINDS[kind](300, 12))

    plain, back = ordered(drawn), ordered(drawn, replace(DEFAULT, covered=True))

    allowed = joining_allowance(DEFAULT)
    assert find_ink_difference(drawn, back.strokes, allowed, back.passes) is None
    assert back.steps[-1].lifts <= plain.steps[-1].lifts
    assert back.steps[-1].seconds <= plain.steps[-1].seconds
    again = back.strokes.length_mm() - drawn.length_mm() - back.gaps_mm
    assert back.passes.length_mm() == pytest.approx(again, abs=0.5)


@pytest.mark.parametrize("kind", ["maze", "grid"])
def test_going_back_over_ink_saves_most_lifts_of_a_network(kind):
    drawn = Strokes(KINDS[kind](400, 7))

    plain, back = ordered(drawn), ordered(drawn, replace(DEFAULT, covered=True))

    assert len(back.strokes) <= 0.6 * len(plain.strokes)


def test_a_way_back_leads_over_parts_of_strokes():
    """A comb: the pen goes down each tooth and back, and on along the spine."""
    spine = [(10.0, 10.0), (30.0, 10.0)]
    teeth = [[(12.0 + 2 * k, 10.0), (12.0 + 2 * k, 12.0)] for k in range(8)]

    back = ordered([spine, *teeth], replace(DEFAULT, covered=True))

    assert len(back.strokes) == 1
    assert back.passes.length_mm() <= 8 * 2 + 0.1


def test_rounded_corners_stay_within_their_tolerance_and_are_faster():
    drawn = Strokes([_star(20 + 12 * k, 50, 5, 9) for k in range(5)])
    order = replace(DEFAULT, smooth_mm=0.05)

    sharp, eased = ordered(drawn), ordered(drawn, order)

    assert find_ink_difference(drawn, eased.strokes, joining_allowance(order)) is None
    assert eased.steps[-1].name == "smoothed"
    assert eased.eased_physical_s > 0
    assert eased.steps[-1].seconds < sharp.steps[-1].seconds
    assert eased.steps[-1].lifts == sharp.steps[-1].lifts


def _star(x, y, radius, corners):
    around = [
        (x + r * math.cos(math.pi * k / corners), y + r * math.sin(math.pi * k / corners))
        for k in range(2 * corners)
        for r in (radius * (1 - 0.15 * (k % 2)),)
    ]
    return [*around, around[0]]


def test_corners_are_not_rounded_for_the_figures_alone():
    """Long sides and few corners: the pen has to turn as sharply in the end."""
    walls = Strokes(KINDS["maze"](200, 2))

    made = ordered(walls, replace(DEFAULT, smooth_mm=0.05))

    assert "smoothed" not in [step.name for step in made.steps]


def test_physical_time_does_not_depend_on_where_vertices_stand():
    from plotty_tui.planning.order.arrays import of_strokes
    from plotty_tui.planning.order.physics import physical_seconds

    corner = [(0.0, 0.0), (20.0, 0.0), (20.0, 20.0)]
    more = [(0.0, 0.0), (19.9, 0.0), (19.999, 0.0), (20.0, 0.001), (20.0, 0.1), (20.0, 20.0)]

    seconds = [float(physical_seconds(*of_strokes(Strokes([line])), MOTION)[0])
               for line in (corner, more)]  # fmt: skip

    assert seconds[0] == pytest.approx(seconds[1], rel=0.01)


def test_loops_are_duplicates_wherever_they_begin():
    ring = circle(50, 50, 10)
    turned = [*ring[5:-1], *ring[:6]]

    once = ordered([ring, turned, turned[::-1]], replace(DEFAULT, duplicates=False))

    assert len(once.strokes) == 1


def test_a_plan_says_what_was_not_in_the_design():
    gap = Strokes([[(10, 10), (50, 10)], [(50.25, 10), (90, 10)]])
    made = plan(layer(gap, "K-03"), preset="default", pens=STOCK).plan

    assert (made.layers[0].gaps, made.layers[0].lifts) == (1, 1)
    assert made.layers[0].gaps_mm == pytest.approx(0.25, abs=1e-3)
    assert any("0.2 mm of line that was not in the design" in note for note in made.notes)


def test_after_a_pen_change_the_order_begins_at_home():
    far = [[(150, 250), (190, 250)]]
    row = [[(20, 20 + 30 * k), (40, 20 + 30 * k)] for k in range(8)]

    second = plan(layer(far, "K-03"), layer(row, "R-05"), preset="fast", pens=STOCK).layers[1]

    assert second.strokes[0][0][1] == 20
