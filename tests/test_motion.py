"""The motion model: known values, and what must hold for any stroke."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plotty_tui.domain.machine_time import CORNER_MM
from plotty_tui.domain.motion import (
    StrokeMotion,
    accel_down_mm_s2,
    estimate_strokes,
    home_seconds,
    hop_seconds,
    lower_seconds,
    plan_hop,
    plan_stroke,
    raise_seconds,
    speed_down_mm_s,
    stroke_seconds,
)
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.strokes import Strokes

DEFAULT = MotionSettings()
coordinate = st.floats(0, 280, width=32)
points = st.tuples(coordinate, coordinate)
lines = st.lists(points, min_size=1, max_size=30)
motions = st.builds(
    MotionSettings,
    speed_pendown=st.floats(1, 110),
    speed_penup=st.floats(1, 200),
    accel=st.floats(1, 110),
)


def lift_seconds(motion):
    return lower_seconds(motion) + raise_seconds(motion)


def test_lifts_at_the_defaults():
    assert raise_seconds(DEFAULT) == 0.130
    assert lower_seconds(DEFAULT) == 0.146


def test_delays_are_added_and_never_make_time_negative():
    slow = replace(DEFAULT, pen_delay_up=20, pen_delay_down=-5000)
    assert raise_seconds(slow) == 0.150
    assert lower_seconds(slow) == 0.0


def test_speed_25_is_50_mm_s():
    assert speed_down_mm_s(DEFAULT) == pytest.approx(50.2, abs=0.05)
    assert accel_down_mm_s2(DEFAULT) == pytest.approx(762)


@pytest.mark.parametrize(("distance", "ms"), [(0, 0), (1, 59), (10, 187), (20, 264.6)])
def test_hops_by_physics(distance, ms):
    assert hop_seconds(distance, DEFAULT) * 1000 == pytest.approx(ms, abs=0.2)


# Milliseconds that pyaxidraw 3.9.6 previewed for a hop and back, halved.
PREVIEWED_HOPS = [(0, 0), (0.1, 9), (0.18, 12), (0.25, 59), (1, 118), (6, 290), (6.5, 126),
                  (10, 156), (16, 207), (18, 227), (20, 252)]  # fmt: skip


@pytest.mark.parametrize(("distance", "ms"), PREVIEWED_HOPS)
def test_hops_by_the_machine(distance, ms):
    assert home_seconds((distance, 0), DEFAULT) * 1000 == pytest.approx(ms, abs=1)
    assert plan_hop((0, 0), (0, distance), DEFAULT).seconds == home_seconds((distance, 0), DEFAULT)


# Seconds that it previewed for a whole plot of one stroke, the ways from and to home included.
PREVIEWED = {
    "bend": ([(0, 0), (3, 0), (6, 1)], 0.776),
    "short bends": ([(0, 0), (1, 0), (2, 0.2), (3, 0.8), (3.2, 1.5)], 0.626),
    "long and short": ([(0, 0), (20, 0), (21, 0.5), (30, 6)], 1.293),
    "zigzag": ([(0, 0), (5, 5), (0, 5), (5, 0)], 1.133),
    "arc": ([(20 + 10 * math.cos(k / 20), 20 + 10 * math.sin(k / 20)) for k in range(120)], 2.217),
    "cruise": ([(0, 0), (100, 0)], 3.130),
}


@pytest.mark.parametrize("name", PREVIEWED)
def test_plots_by_the_machine(name):
    line, seconds = PREVIEWED[name]
    times = estimate_strokes([line], DEFAULT)
    assert times.total_s + home_seconds(times.end, DEFAULT) == pytest.approx(seconds, abs=0.003)


def test_a_straight_line_cruises():
    speed, accel = speed_down_mm_s(DEFAULT), accel_down_mm_s2(DEFAULT)
    assert stroke_seconds([(0, 0), (100, 0)], DEFAULT) == pytest.approx(100 / speed + speed / accel)


def test_a_reversal_stops():
    there = stroke_seconds([(0, 0), (10, 0)], DEFAULT)
    assert stroke_seconds([(0, 0), (10, 0), (0, 0)], DEFAULT) == pytest.approx(2 * there)


def test_a_square_corner_is_passed_at_the_junction_speed():
    stroke = plan_stroke([(0, 0), (50, 0), (50, 50)], DEFAULT)
    c = math.cos(math.pi / 4)
    expected = math.sqrt(accel_down_mm_s2(DEFAULT) * CORNER_MM * c / (1 - c))
    step = 1e-5
    middle = stroke.seconds / 2
    mm = stroke.at(middle)[2] - stroke.at(middle - step)[2]
    assert mm / step == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("dot", [[(3, 4)], [(3, 4), (3, 4)], [(3, 4)] * 5])
def test_a_dot_takes_its_lift_only(dot):
    stroke = plan_stroke(dot, DEFAULT)
    assert (stroke.seconds, stroke.length_mm, stroke.at(0)) == (0, 0, (3, 4, 0))
    times = estimate_strokes(Strokes([dot]), DEFAULT)
    assert times.draw_s == [pytest.approx(0.276)]
    assert times.total_s == pytest.approx(0.276 + home_seconds((3, 4), DEFAULT))


@given(lines, motions)
@example([(0, 0), (0, 2**-7)], MotionSettings(speed_pendown=1, speed_penup=1, accel=1))
def test_profile(line, motion):
    stroke = plan_stroke(line, motion)
    drawn = estimate_strokes([line], motion).draw_s[0]
    assert drawn == stroke.seconds + lift_seconds(motion)
    assert stroke.length_mm == pytest.approx(
        sum(math.dist(a, b) for a, b in pairwise(line)), abs=1e-3
    )
    # A stroke below the machine's step takes no time: it ends where it begins.
    start = line[0] if stroke.seconds else line[-1]
    assert stroke.at(0)[:2] == pytest.approx(start, abs=1e-4)
    assert stroke.at(stroke.seconds) == (*stroke.points[-1], stroke.length_mm)
    assert stroke.points[-1] == pytest.approx(line[-1], abs=1e-4)


@given(lines, motions)
def test_speed_and_acceleration_are_kept_by_physics(line, motion):
    stroke = StrokeMotion(line, speed_down_mm_s(motion), accel_down_mm_s2(motion))
    assert stroke.seconds == stroke_seconds(line, motion)
    assert stroke.seconds >= stroke.length_mm / speed_down_mm_s(motion) - 1e-9
    steps = 200
    dt = stroke.seconds / steps
    mm = [stroke.at(k * dt)[2] for k in range(steps + 1)]
    if not dt:
        return
    speeds = [(b - a) / dt for a, b in pairwise(mm)]
    slack = 1e-6 / dt
    assert min(speeds) >= -slack
    assert max(speeds) <= speed_down_mm_s(motion) + slack
    limit = accel_down_mm_s2(motion) * dt + 2 * slack
    assert all(abs(b - a) <= limit for a, b in pairwise(speeds))
    assert speeds[0] <= limit and speeds[-1] <= limit


@given(lines, st.floats(0, 1))
def test_the_pen_is_on_the_line_and_the_rest_starts_there(line, part):
    stroke = plan_stroke(line, DEFAULT)
    x, y, mm = stroke.at(part * stroke.seconds)
    rest = stroke.rest_from(mm)
    assert rest[0] == pytest.approx((x, y), abs=1e-3)
    left = sum(math.dist(a, b) for a, b in pairwise(rest))
    assert left + mm == pytest.approx(stroke.length_mm, abs=1e-3)


@given(lines, motions, st.floats(1, 2))
def test_faster_settings_take_no_longer(line, motion, factor):
    faster = replace(motion, speed_pendown=min(motion.speed_pendown * factor, 110))
    assert stroke_seconds(line, faster) <= stroke_seconds(line, motion) + 1e-9
    harder = replace(motion, accel=min(motion.accel * factor, 110))
    assert stroke_seconds(line, harder) <= stroke_seconds(line, motion) + 1e-9


@given(points, points, st.integers(2, 20))
def test_vertices_on_a_straight_line_change_nothing(a, b, parts):
    split = [
        (a[0] + (b[0] - a[0]) * k / parts, a[1] + (b[1] - a[1]) * k / parts)
        for k in range(parts + 1)
    ]
    assert stroke_seconds(split, DEFAULT) == pytest.approx(
        stroke_seconds([a, b], DEFAULT), abs=1e-4
    )


@given(lines.filter(lambda line: len(line) > 2), st.data())
def test_lifting_on_the_way_gains_nothing(line, data):
    k = data.draw(st.integers(1, len(line) - 2))
    whole = stroke_seconds(line, DEFAULT)
    split = stroke_seconds(line[: k + 1], DEFAULT) + stroke_seconds(line[k:], DEFAULT)
    assert split >= whole - 1e-9


@given(st.lists(lines, max_size=6), motions, points)
def test_the_estimate_is_the_sum_of_its_parts(all_lines, motion, start):
    strokes = Strokes(all_lines)
    times = estimate_strokes(strokes, motion, start)
    assert times.lifts == len(strokes) == len(times.hop_s) == len(times.draw_s)
    at, hops = start, 0.0
    for line, hop_s, draw_s in zip(strokes, times.hop_s, times.draw_s, strict=True):
        assert hop_s == plan_hop(at, line[0], motion).seconds
        assert draw_s == plan_stroke(line, motion).seconds + lift_seconds(motion)
        hops += hop_seconds(math.dist(at, line[0]), motion)
        at = line[-1]
    assert times.hops_physical_s == pytest.approx(hops)
    assert times.end == at
    assert times.total_s == pytest.approx(sum(times.hop_s) + sum(times.draw_s))
    assert times.pen_down_mm == pytest.approx(strokes.length_mm(), abs=1e-2)
