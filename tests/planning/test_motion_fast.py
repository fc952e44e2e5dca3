import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_drawings import DRAWINGS, any_strokes

from plotty_tui.domain.motion import estimate_strokes
from plotty_tui.domain.presets import BUILT_IN, MotionSettings
from plotty_tui.domain.strokes import Strokes
from plotty_tui.planning.motion_fast import estimate_layer
from plotty_tui.planning.order import compiled

settings_of_a_device = st.builds(
    MotionSettings,
    speed_pendown=st.floats(1, 120),
    speed_penup=st.floats(1, 220),
    accel=st.floats(1, 120),
    pen_pos_up=st.floats(0, 100),
    pen_delay_down=st.floats(-200, 500),
)
start = st.tuples(st.floats(0, 200), st.floats(0, 200))


def check(strokes, motion, start=(0.0, 0.0)):
    model, fast = estimate_strokes(strokes, motion, start), estimate_layer(strokes, motion, start)
    assert fast.hop_s == pytest.approx(model.hop_s, abs=1e-6)
    assert fast.draw_s == pytest.approx(model.draw_s, abs=1e-6)
    assert math.isclose(fast.total_s, model.total_s, abs_tol=1e-6, rel_tol=1e-12)
    assert fast.pen_up_mm == pytest.approx(model.pen_up_mm)
    assert fast.pen_down_mm == pytest.approx(model.pen_down_mm)
    assert (fast.lifts, fast.end) == (model.lifts, model.end)


@given(drawn=any_strokes, motion=settings_of_a_device, start=start)
@settings(max_examples=100, deadline=None)
def test_the_compiled_model_is_the_model(drawn, motion, start):
    check(Strokes(drawn), motion, start)


@pytest.mark.parametrize("preset", BUILT_IN)
@pytest.mark.parametrize("drawing", DRAWINGS)
def test_the_times_of_drawings_are_those_of_the_model(drawing, preset):
    check(DRAWINGS[drawing](), BUILT_IN[preset].motion)


def test_while_nothing_is_compiled_the_model_itself_serves(tmp_path, monkeypatch):
    monkeypatch.setenv("PLOTTY_KERNELS", str(tmp_path))

    check(DRAWINGS["circles"](), BUILT_IN["fast"].motion)
    assert not compiled.ready()
