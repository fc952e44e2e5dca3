import json
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_drawings import A4, SHA, STOCK, any_strokes, circles, hatching, layer, plan, stipple

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.motion import estimate_strokes, home_seconds
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.presets import BUILT_IN, Preset
from plotty_tui.planning import planner


@given(
    drawn=st.lists(
        st.tuples(any_strokes, st.text(max_size=8), st.sampled_from(["#000", "#c8102e", ""])),
        max_size=3,
    ),
    preset=st.sampled_from(["none", "fast"]),
)
@settings(max_examples=40, deadline=None)
def test_a_plan_survives_json_exactly(drawn, preset):
    layers = [layer(strokes, name, color) for strokes, name, color in drawn]
    made = plan(*layers, preset=preset, pens=STOCK).plan

    assert Plan.from_json(json.loads(json.dumps(made.to_json()))) == made


def test_strokes_lie_on_the_sheet_where_the_page_lies():
    planned = plan(layer([[(0, 0), (100, 50)]]), page=(100, 50), preset="none")

    assert (planned.plan.sheet_width, planned.plan.sheet_height) == (297, 210)
    assert planned.layers[0].strokes[0] == [(98.5, 80), (198.5, 130)]


def test_a_drawing_too_large_for_its_paper_names_one_that_is_not():
    drawn = layer([[(0, 0), (396, 280)]])

    with pytest.raises(Refused) as refused:
        plan(drawn, page=(400, 290))

    assert str(refused.value) == (
        "drawing of 396 x 280 mm does not fit a4 (210 x 297 mm): use --paper a3"
    )
    assert plan(drawn, page=(400, 290), paper="a3", size=(297, 420)).plan.sheet_width == 420


def test_a_drawing_larger_than_any_paper():
    with pytest.raises(Refused, match=r"does not fit a4 .*: scale it down"):
        plan(layer([[(0, 0), (3000, 280)]]), page=(3000, 290))


def test_layers_keep_their_order_and_empty_ones_are_dropped():
    planned = plan(
        layer(circles(), "first"), layer([], "empty"), layer(stipple(), "second"), preset="default"
    )

    assert [(one.index, one.name) for one in planned.plan.layers] == [(0, "first"), (1, "second")]
    assert [one.name for one in planned.layers] == ["first", "second"]


@pytest.mark.parametrize("drawn", [[], [layer([])]])
def test_an_empty_drawing_takes_no_time(drawn):
    made = plan(*drawn).plan

    assert (made.seconds, made.lifts, made.pen_changes, made.layers) == (0, 0, 0, [])


def test_a_dot_of_one_point_gets_two():
    planned = plan(layer([[(5, 5)], [(1, 1), (2, 2)]]), preset="none")

    assert list(planned.layers[0].strokes) == [[(5, 5), (5, 5)], [(1, 1), (2, 2)]]


def test_the_way_goes_home_for_a_pen_change_and_at_the_end():
    motion = BUILT_IN["fast"].motion
    planned = plan(
        layer([[(10, 0), (30, 40)]], "K-05"),
        layer([[(30, 40), (60, 80)]], "slot 2"),
        layer([[(30, 40), (0, 5)]], "R-05"),
        pens=STOCK,
    )
    black, same, red = planned.plan.layers
    strokes = [one.strokes for one in planned.layers]

    assert planned.plan.pen_changes == 1
    assert same.pen_up_mm == 0
    assert red.seconds == estimate_strokes(strokes[2], motion).total_s
    assert planned.plan.pen_up_mm == pytest.approx(10 + 0 + 100 + 50 + 5)
    assert planned.plan.seconds == pytest.approx(
        black.seconds
        + same.seconds
        + red.seconds
        + home_seconds((60, 80), motion)
        + home_seconds((0, 5), motion)
    )
    assert planned.plan.lifts == 3
    assert planned.plan.pen_down_mm == pytest.approx(
        2 * math.hypot(30, 40) - 0 + math.hypot(30, 35) - math.hypot(30, 40) + math.hypot(20, 40)
    )


@pytest.mark.parametrize("preset", ["none", "fast", "default"])
def test_on_a_turned_sheet_home_is_its_top_right_corner(preset):
    drawn = [layer([[(200, 10), (180, 40)]], "K-05"), layer([[(10, 20), (30, 60)]], "R-05")]
    motion = BUILT_IN[preset].motion

    upright = plan(*drawn, preset=preset, pens=STOCK).plan
    turned = plan(*drawn, preset=preset, pens=STOCK, turned=[A4, (100.0, 150.0)]).plan
    # What the plotter sees: x is how far down the sheet, y how far from its right edge.
    seen = [[(y, 210 - x) for x, y in one.strokes[0]] for one in drawn]
    as_drawn = [estimate_strokes([line], motion) for line in seen]

    assert turned.settings_hash != upright.settings_hash
    if preset == "none":
        assert turned.seconds == pytest.approx(
            sum(one.total_s + home_seconds(one.end, motion) for one in as_drawn)
        )
        assert turned.pen_up_mm == pytest.approx(
            sum(one.pen_up_mm + math.hypot(*one.end) for one in as_drawn)
        )
    assert turned.layers[0].pen_up_mm == pytest.approx(math.hypot(10, 10))
    assert turned.layers[0].steps[-1].pen_up_mm == pytest.approx(
        math.hypot(10, 10) + math.hypot(30, 40)
    )


@pytest.mark.parametrize("preset", ["none", "fast", "default"])
def test_codes_in_layer_names_count_in_steps_and_estimates(preset):
    drawn = circles(count=20)
    plain = plan(layer(drawn, "1 ink"), preset=preset).plan.layers[0]

    slow = plan(layer(drawn, "1+S10 ink"), preset=preset).plan.layers[0]
    deep = plan(layer(drawn, "1+H0 ink"), preset=preset).plan.layers[0]
    late = plan(layer(drawn, "1+D2500 ink"), preset=preset).plan

    assert slow.seconds > 1.2 * plain.seconds
    for coded in (slow, deep):
        home = coded.steps[-1].seconds - coded.seconds
        assert coded.seconds > plain.seconds
        assert 0 < home < 5
        assert coded.steps[0].seconds > plain.steps[0].seconds
    assert late.layers[0].seconds == pytest.approx(plain.seconds + 2.5)
    assert late.seconds > late.layers[0].seconds


def test_layers_without_a_pen_are_told_apart_by_colour():
    red, blue = "#ff0000", "#0000ff"
    drawn = [
        layer(circles(count=2), name, color)
        for name, color in (("a", red), ("b", red), ("c", blue))
    ]

    assert plan(*drawn).plan.pen_changes == 1


def test_a_preset_that_changes_the_ink_is_refused(monkeypatch):
    monkeypatch.setattr(planner, "order_layer", lambda strokes, preset: circles(count=1))

    with pytest.raises(Refused, match="preset preview would change the ink of layer 'ink'"):
        plan(layer(hatching()), preset="preview")


def test_a_bad_pipeline_is_refused_even_for_a_drawing_of_none():
    with pytest.raises(Refused, match="'read'"):
        plan(layer(circles()), preset=Preset("own", "", "read x.svg"))


def test_the_hash_changes_with_what_decides_the_result_only():
    drawn = layer(circles(count=3), "K-05")
    same = plan(drawn).plan.settings_hash
    fast = BUILT_IN["fast"]

    assert plan(drawn, preset=replace(fast, note="other words")).plan.settings_hash == same
    slower = replace(fast, motion=replace(fast.motion, speed_pendown=10))
    as_float = replace(fast, motion=replace(fast.motion, speed_pendown=35.0))
    assert plan(drawn, preset=as_float).plan.settings_hash == same
    others = [
        plan(drawn, preset=slower),
        plan(drawn, preset="none"),
        plan(drawn, pens=STOCK),
        plan(drawn, page=(200, 280)),
        plan(drawn, size=(297, 420)),
        planner.plan_design([drawn], "1" * 64, fast, "a4", A4, A4),
    ]
    hashes = {one.plan.settings_hash for one in others}
    assert len(hashes) == len(others)
    assert same not in hashes
    assert planner.plan_design([drawn], SHA, fast, "a4", A4, A4).plan.settings_hash == same
