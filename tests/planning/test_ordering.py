import logging
import math
import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_drawings import DRAWINGS, any_strokes, circle, layer, plan

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.presets import BUILT_IN, Preset
from plotty_tui.domain.strokes import Strokes
from plotty_tui.planning.ordering import order_layer, read_pipeline

PLAIN = Preset("own", "", "linemerge --tolerance 0.1mm linesort")
TWO_OPT = Preset(
    "own", "", "linesimplify -t 0.01mm linemerge -t 0.1mm reloop -t 0.1mm linesort --two-opt"
)


def segments(strokes):
    """Every segment with a length, without direction, as often as it is drawn."""
    return Counter(
        tuple(sorted(ends)) for line in strokes for ends in pairwise(line) if ends[0] != ends[1]
    )


def dots(strokes):
    return Counter(line[0] for line in strokes if len(set(line)) == 1)


def travel_mm(strokes):
    return sum(math.dist(a[-1], b[0]) for a, b in pairwise(strokes))


@given(drawn=any_strokes, preset=st.sampled_from(sorted(BUILT_IN)))
@settings(max_examples=150, deadline=None)
def test_every_built_in_preset_draws_the_ink_of_the_design(drawn, preset):
    # plan_design refuses a plan whose ink differs.
    planned = plan(layer(drawn), preset=preset)

    assert sum(dots(one.strokes).total() for one in planned.layers) == dots(drawn).total()


@given(drawn=any_strokes, preset=st.sampled_from([PLAIN, TWO_OPT]))
@settings(max_examples=60, deadline=None)
def test_pipelines_draw_the_ink_of_the_design(drawn, preset):
    planned = plan(layer(drawn), preset=preset)

    assert sum(dots(one.strokes).total() for one in planned.layers) == dots(drawn).total()


@given(drawn=any_strokes)
@settings(max_examples=60, deadline=None)
def test_sorting_draws_each_segment_as_often_as_the_design(drawn):
    drawn = Strokes(drawn)

    ordered = order_layer(drawn, Preset("own", "", "linesort --two-opt"))

    assert segments(ordered) == segments(drawn)
    assert dots(ordered) == dots(drawn)
    assert len(ordered) == len(drawn)


@given(drawn=any_strokes)
@settings(max_examples=60, deadline=None)
def test_without_a_pipeline_strokes_are_as_drawn(drawn):
    drawn = Strokes(drawn)

    assert order_layer(drawn, BUILT_IN["none"]) == drawn


@pytest.mark.parametrize("drawing", DRAWINGS)
@pytest.mark.parametrize("preset", ["fast", "default", "hq", "safe"])
def test_sorting_presets_shorten_the_travel(drawing, preset):
    drawn = DRAWINGS[drawing]()

    (ordered,) = (one.strokes for one in plan(layer(drawn), preset=preset).layers)

    assert travel_mm(ordered) < 0.7 * travel_mm(drawn)
    assert len(ordered) <= len(drawn)


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_preview_joins_and_travels_no_farther(drawing):
    drawn = DRAWINGS[drawing]()

    ordered = order_layer(drawn, BUILT_IN["preview"])

    assert travel_mm(ordered) <= travel_mm(drawn) * 1.000001
    assert len(ordered) <= len(drawn)


def test_strokes_that_touch_become_one():
    drawn = Strokes([[(0, 0), (10, 0)], [(50, 50), (60, 60)], [(20, 0), (10, 0.05)]])

    ordered = order_layer(drawn, PLAIN)

    assert sorted(len(line) for line in ordered) == [2, 4]


def test_sixty_copies_of_a_line_stay_sixty_lines_of_ink():
    drawn = Strokes([[(0, 0), (10, 0)]] * 60)

    ordered = order_layer(drawn, PLAIN)

    assert segments(ordered) == segments(drawn)


def test_dots_are_drawn_on_the_way_not_joined_to_lines():
    row = [[(float(x), 5.0)] for x in range(40)]
    random.Random(5).shuffle(row)
    drawn = Strokes([[(0, 5), (39, 5)], *row, [(7, 5)]])

    ordered = order_layer(drawn, PLAIN)

    assert dots(ordered) == dots(drawn)
    assert dots(ordered)[(7.0, 5.0)] == 2
    assert travel_mm(ordered) < 90


@pytest.mark.parametrize("command", ["linesimplify --tolerance 0.1mm", "reloop -t 0.2mm"])
def test_a_stroke_that_would_vanish_is_kept(command):
    folded = [(0.0, 0.0), (6.0, 0.0), (4.0, 0.0), (10.0, 0.0)]
    tiny = circle(50, 50, 0.03)
    dash = [(20.0, 20.0), (20.05, 20.0), (20.1, 20.0)]

    ordered = order_layer(Strokes([folded, tiny, dash]), Preset("own", "", command))

    lengths = Strokes([folded, tiny, dash]).lengths_mm()
    assert ordered.lengths_mm() == pytest.approx(lengths, rel=0.03)


def test_the_same_plan_each_time_and_random_numbers_left_alone():
    drawn = DRAWINGS["circles"]()
    random.seed(11)
    expected = random.random()
    handlers = list(logging.getLogger().handlers)

    random.seed(11)
    once = order_layer(drawn, TWO_OPT)

    assert random.random() == expected
    assert once == order_layer(drawn, TWO_OPT)
    assert logging.getLogger().handlers == handlers


@pytest.mark.parametrize(
    ("pipeline", "word"),
    [
        ("read secret.svg", "read"),
        ("linesort write out.svg", "write"),
        ("script run.py", "script"),
        ("-I commands.vpy", "-I"),
        ("forfile '*.svg' read x end", "forfile"),
        ("eval 'x=1'", "eval"),
        ("multipass --count 2", "multipass"),
        ("filter --min-length 1mm", "filter"),
        ("penwidth 1mm", "penwidth"),
        ("linemerge --tolerance %glob('*')%", "expressions"),
        ("linemerge --tolerance {x}", "expressions"),
        ("linesort --layer 2", "--layer"),
        ("linesort -fl2", "--layer"),
        ("linesort --help", "--help"),
        ("linemerge --tolerance", "requires an argument"),
        ("linemerge --tolerance wide", "wide"),
        ("linemerge --tolerance 50mm", "10 mm"),
        ("linemerge --tolerance=-1mm", "10 mm"),
        ("linesort --passes many", "many"),
        ("linesort --passes 0", "0"),
        ("linesort --quick", "--quick"),
        ("linesort 3", "3"),
        ("linesort 'unclosed", "closing quotation"),
    ],
)
def test_a_bad_pipeline_is_refused_in_one_sentence(pipeline, word, capsys):
    with pytest.raises(Refused) as refused:
        read_pipeline(pipeline)

    assert word.casefold() in str(refused.value).casefold()
    assert "\n" not in str(refused.value)
    assert capsys.readouterr() == ("", "")


def test_every_built_in_pipeline_can_be_read():
    for preset in BUILT_IN.values():
        read_pipeline(preset.pipeline)
