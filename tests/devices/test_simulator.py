"""The simulator: takes the estimate's time to the microsecond and draws what it was given."""

from __future__ import annotations

import json
import math
import random
import threading
import time
from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plotty_tui.devices.clocks import InstantClock
from plotty_tui.devices.driver import Cancelled, Driver
from plotty_tui.devices.ink import read_ink
from plotty_tui.devices.registry import make_driver
from plotty_tui.devices.simulator import Simulator
from plotty_tui.domain.errors import DeviceFault, NotFound, Refused
from plotty_tui.domain.motion import estimate_strokes, home_seconds
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.strokes import Strokes

MOTION = MotionSettings()
GRID_MM = 0.02

coordinate = st.floats(0, 200, width=32)
line = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=8)
drawings = st.lists(line, min_size=1, max_size=6)


def scribbles(count: int, seed: int = 1, vertices: int = 12) -> Strokes:
    """Wandering lines within 200 x 150 mm."""
    dice = random.Random(seed)
    strokes = Strokes()
    for _ in range(count):
        x, y, heading, points = dice.uniform(10, 190), dice.uniform(10, 140), 0.0, []
        for _ in range(vertices):
            points.append((x, y))
            heading += dice.gauss(0, 0.6)
            x = min(max(x + 4 * math.cos(heading), 0), 200)
            y = min(max(y + 4 * math.sin(heading), 0), 150)
        strokes.append(points)
    return strokes


def length(points) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(points))


def gap(point, points) -> float:
    """Distance of a point from a polyline."""
    if len(points) == 1:
        return math.dist(point, points[0])
    best = math.inf
    for (ax, ay), (bx, by) in pairwise(points):
        dx, dy = bx - ax, by - ay
        span = dx * dx + dy * dy
        t = ((point[0] - ax) * dx + (point[1] - ay) * dy) / span if span else 0.0
        t = min(max(t, 0.0), 1.0)
        best = min(best, math.dist(point, (ax + t * dx, ay + t * dy)))
    return best


def assert_ink_is(records, strokes: Strokes, first: int = 0) -> None:
    """Each stroke's pieces, one after the other, are the stroke: nothing missing, none twice."""
    pieces = defaultdict(list)
    for record in records:
        pieces[record["stroke"]].append([tuple(p) for p in record["line"]])
    assert sorted(pieces) == list(range(first, len(strokes)))
    for number, drawn in pieces.items():
        stroke = strokes[number]
        for before, after in pairwise(drawn):
            assert math.dist(before[-1], after[0]) <= GRID_MM
        joined = [point for piece in drawn for point in piece]
        assert math.dist(joined[0], stroke[0]) <= GRID_MM
        assert math.dist(joined[-1], stroke[-1]) <= GRID_MM
        assert max(gap(p, stroke) for p in joined) <= GRID_MM
        assert max(gap(p, joined) for p in stroke) <= GRID_MM
        # the grid may lengthen or shorten a line by a little for each of its points
        assert abs(length(joined) - length(stroke)) <= GRID_MM * (len(joined) + 2)


def instant(path=None, clock=None, **more) -> Simulator:
    simulator = Simulator({"ink": path, **more}, clock or InstantClock())
    simulator.open()
    return simulator


def collect(reports, into) -> None:
    """Keeps what came before an exception."""
    for report in reports:
        into.append(report)


class Interruptions(InstantClock):
    """Calls `order` at the given moments of wall time."""

    def __init__(self, moments, order=lambda: None):
        super().__init__()
        self.moments, self.order = sorted(moments), order

    def wait(self, orders, seconds):
        if self.moments and self.moments[0] <= self.seconds + seconds:
            self.seconds = max(self.seconds, self.moments.pop(0))
            self.order()
        else:
            super().wait(orders, seconds)


def drawn_with_pauses(strokes, moments, path=None):
    """Draw, pausing at each of the moments and resuming; the reports."""
    clock = Interruptions(moments)
    simulator = instant(path, clock)
    clock.order = simulator.pause
    reports = []
    for report in simulator.draw(strokes, MOTION):
        reports.append(report)
        if report.paused:
            assert not report.pen_down
            simulator.resume()
    simulator.close()
    return reports


def test_a_quiet_simulation_takes_the_estimate(tmp_path):
    strokes = scribbles(60)
    simulator = instant(tmp_path / "ink.jsonl")
    reports = list(simulator.draw(strokes, MOTION))
    times = estimate_strokes(strokes, MOTION)
    assert reports[-1].seconds == pytest.approx(times.total_s, abs=1e-6)
    assert reports[-1].ink_mm == pytest.approx(times.pen_down_mm, abs=1e-6)
    assert (reports[-1].x, reports[-1].y) == times.end
    ended = [r for r in reports if r.ended]
    assert [r.stroke for r in ended] == list(range(60))
    assert not any(r.pen_down for r in ended)
    elapsed = 0.0
    for report, hop, draw in zip(ended, times.hop_s, times.draw_s, strict=True):
        elapsed += hop + draw
        assert report.seconds == pytest.approx(elapsed, abs=1e-6)
    assert simulator.home(MOTION) == pytest.approx(home_seconds(times.end, MOTION))
    assert_ink_is(read_ink(tmp_path / "ink.jsonl"), strokes)


@given(drawings)
@settings(max_examples=40, deadline=None)
def test_any_drawing_takes_the_estimate(lines):
    strokes = Strokes(lines)
    last = list(instant().draw(strokes, MOTION))[-1]
    times = estimate_strokes(strokes, MOTION)
    assert last.seconds == pytest.approx(times.total_s, abs=1e-6)
    assert (last.x, last.y) == times.end


def test_the_second_drawing_starts_where_the_first_ended():
    simulator, strokes = instant(), scribbles(5)
    end = list(simulator.draw(strokes, MOTION))[-1]
    again = list(simulator.draw(strokes, MOTION, first=2))
    expected = estimate_strokes(list(strokes)[2:], MOTION, start=(end.x, end.y))
    assert again[-1].seconds == pytest.approx(expected.total_s, abs=1e-6)
    assert [r.stroke for r in again if r.ended] == [2, 3, 4]


def test_reports_are_true_and_frequent():
    strokes = scribbles(20)
    clock = InstantClock()
    moments = []
    for report in instant(clock=clock).draw(strokes, MOTION):
        if not (report.ready or report.ended):
            moments.append(clock.seconds)
        if report.pen_down:
            assert gap((report.x, report.y), strokes[report.stroke]) < 1e-4
    rate = len(moments) / (moments[-1] - moments[0])
    assert 10 <= rate <= 20
    assert max(b - a for a, b in pairwise(moments)) <= 0.1


def test_before_each_lowering_it_is_ready():
    reports = list(instant().draw(scribbles(10), MOTION))
    assert not any(r.pen_down or r.begun for r in reports if r.ready)
    states = ["ready" if r.ready else "ended" for r in reports if r.ready or r.ended]
    assert states == ["ready", "ended"] * 10


@given(drawings, st.lists(st.floats(0, 30), max_size=12))
@settings(max_examples=60, deadline=None)
def test_pauses_anywhere_leave_the_same_ink(tmp_path_factory, lines, moments):
    path = tmp_path_factory.mktemp("ink") / "ink.jsonl"
    strokes = Strokes(lines)
    reports = drawn_with_pauses(strokes, moments, path)
    assert_ink_is(read_ink(path), strokes)
    assert [r.stroke for r in reports if r.ended] == list(range(len(strokes)))
    assert reports[-1].ink_mm == pytest.approx(strokes.length_mm(), abs=1e-3)
    assert reports[-1].seconds >= estimate_strokes(strokes, MOTION).total_s - 1e-6


def test_many_pauses_in_one_drawing(tmp_path):
    strokes = scribbles(30)
    total = estimate_strokes(strokes, MOTION).total_s
    dice = random.Random(5)
    moments = [dice.uniform(0, total) for _ in range(150)]
    reports = drawn_with_pauses(strokes, moments, tmp_path / "ink")
    assert sum(r.paused for r in reports) > 80
    assert_ink_is(read_ink(tmp_path / "ink"), strokes)


def test_a_moment_before_a_report_is_not_waited_for_in_circles():
    moment = 1 / 15 - 0.5e-9  # closer to the report than the clock is told to wait
    reports = drawn_with_pauses(Strokes([[(50, 50), (90, 90)]]), [moment])
    assert reports[-1].ended


def test_a_pause_lifts_the_pen_within_half_a_second():
    clock = Interruptions([1.5])
    simulator = instant(clock=clock)
    clock.order = simulator.pause
    for report in simulator.draw(Strokes([[(0, 0), (200, 0)]]), MOTION):
        if report.paused:
            break
    assert clock.seconds - 1.5 <= 0.5
    assert report.begun and not report.pen_down and 0 < report.x < 200


def test_resume_before_the_pause_is_seen_changes_nothing():
    simulator, strokes = instant(), scribbles(3)
    reports = simulator.draw(strokes, MOTION)
    next(reports)
    simulator.pause()
    simulator.resume()
    assert not any(r.paused for r in reports)


def test_pause_right_after_resume_is_a_second_pause():
    simulator = instant()
    reports = simulator.draw(scribbles(2), MOTION)
    simulator.pause()
    next(r for r in reports if r.paused)
    simulator.resume()
    simulator.pause()
    assert next(reports).paused
    simulator.resume()
    assert not any(r.paused for r in reports)


def test_paused_it_blocks_until_resume():
    simulator = instant()
    reports = simulator.draw(scribbles(2), MOTION)
    simulator.pause()
    assert next(r for r in reports if r.paused)
    rest = []
    thread = threading.Thread(target=lambda: rest.extend(reports))
    thread.start()
    assert not rest
    simulator.resume()
    thread.join(10)
    assert [r.stroke for r in rest if r.ended] == [0, 1]


@given(st.floats(0, 8))
@settings(max_examples=40, deadline=None)
def test_cancel_anywhere_parks(tmp_path_factory, moment):
    path = tmp_path_factory.mktemp("ink") / "ink.jsonl"
    strokes = scribbles(8)
    clock = Interruptions([moment])
    simulator = instant(path, clock)
    clock.order = simulator.cancel
    reports = []
    with pytest.raises(Cancelled):
        collect(simulator.draw(strokes, MOTION), reports)
    assert (reports[-1].x, reports[-1].y) == pytest.approx((0, 0), abs=1e-9)
    assert not reports[-1].pen_down
    drawn = [r["line"] for r in read_ink(path)]
    assert sum(map(length, drawn)) == pytest.approx(reports[-1].ink_mm, abs=0.5)
    for number, piece in enumerate(drawn):
        assert max(gap(p, strokes[number]) for p in piece) <= GRID_MM


def test_stop_stays_where_it_is(tmp_path):
    clock = Interruptions([2.0])
    simulator = instant(tmp_path / "ink", clock)
    clock.order = simulator.stop
    reports = []
    with pytest.raises(Cancelled):
        collect(simulator.draw(Strokes([[(10, 10), (200, 10)]]), MOTION), reports)
    last = reports[-1]
    assert not last.pen_down and 10 < last.x < 200 and last.y == 10
    (record,) = read_ink(tmp_path / "ink")
    assert record["line"][-1] == pytest.approx([last.x, last.y], abs=GRID_MM)


def test_stop_ends_a_cancel_on_its_way_home():
    clock = Interruptions([2.0])
    simulator = instant(clock=clock)
    clock.order = simulator.cancel
    reports = []
    with pytest.raises(Cancelled):
        for report in simulator.draw(Strokes([[(190, 140), (20, 140)]]), MOTION):
            reports.append(report)
            if clock.seconds > 2.3:
                simulator.stop()
    assert reports[-1].x > 1 and not reports[-1].pen_down


def test_cancel_while_paused_parks():
    simulator = instant()
    reports = simulator.draw(scribbles(3), MOTION)
    next(r for r in reports if r.pen_down)
    simulator.pause()
    next(r for r in reports if r.paused)
    simulator.cancel()
    with pytest.raises(Cancelled):
        list(reports)


def test_orders_before_a_drawing_are_forgotten():
    simulator = instant()
    simulator.stop()
    assert list(simulator.draw(scribbles(1), MOTION))[-1].ended


@pytest.mark.parametrize("point", [(300.6, 10), (10, 218.5), (-0.6, 0), (0, -1)])
def test_outside_of_the_travel_nothing_moves(tmp_path, point):
    simulator = instant(tmp_path / "ink")
    with pytest.raises(DeviceFault, match=r"outside of the travel of 300 x 217\.9 mm") as fault:
        simulator.draw(Strokes([[(1, 1), (2, 2)], [(5, 5), point]]), MOTION)
    assert fault.value.code == "travel"
    assert read_ink(tmp_path / "ink") == []


def test_the_slack_of_the_travel_is_allowed():
    assert list(instant().draw(Strokes([[(-0.4, 0), (300.4, 218.3)]]), MOTION))[-1].ended


def test_a_number_that_is_no_place_is_a_fault():
    with pytest.raises(DeviceFault, match="no place"):
        instant().draw(Strokes([[(0, 0), (math.nan, 3)]]), MOTION)


def test_jog_home_and_pen_by_hand(tmp_path):
    simulator = instant(tmp_path / "ink")
    simulator.jog(30, 40)
    simulator.pen_down()
    simulator.jog(10, 0)
    simulator.pen_up()
    simulator.pen_up()
    assert simulator.home(MOTION) == pytest.approx(home_seconds((40, 40), MOTION))
    (record,) = read_ink(tmp_path / "ink")
    assert record["line"][0] == pytest.approx([30, 40], abs=GRID_MM)
    assert record["line"][-1] == pytest.approx([40, 40], abs=GRID_MM)
    with pytest.raises(DeviceFault, match="leaves the travel"):
        simulator.jog(400, 0)


def test_the_record_carries_the_tag_and_survives_a_kill(tmp_path):
    path = tmp_path / "ink"
    simulator = instant(path)
    reports = simulator.draw(Strokes([[(0, 0), (100, 0)]]), MOTION, tag={"run": 7})
    drawing = next(r for r in reports if r.begun and r.ink_mm > 5)
    (record,) = read_ink(path)  # nothing was closed, as after kill -9
    assert record["tag"] == {"run": 7} and record["stroke"] == 0
    assert record["line"][-1] == pytest.approx([drawing.x, 0], abs=GRID_MM)
    instant(path).close()
    assert path.read_text().endswith("]]}\n")
    assert [json.loads(text) for text in path.read_text().splitlines()] == [record]


def test_a_killed_one_stands_where_its_ink_ends_pen_down(tmp_path):
    path = tmp_path / "ink.jsonl"
    killed = Simulator({"ink": path}, InstantClock())
    killed.open()
    for report in killed.draw(Strokes([[(10, 10), (150, 60)]]), MOTION):
        if report.ink_mm > 50:
            break
    (row,) = read_ink(path)

    again = Simulator({"ink": path}, InstantClock())
    assert again.open().position_known
    first = next(iter(again.draw(Strokes([[(10, 10), (150, 60)]]), MOTION)))
    assert math.dist((first.x, first.y), row["line"][-1]) < GRID_MM
    assert not first.pen_down, "the pen is raised before anything moves"
    again.home(MOTION)
    again.close()
    third = Simulator({"ink": path}, InstantClock())
    third.open()
    assert third.home(MOTION) == 0


def test_speed_factor_on_the_wall():
    strokes = scribbles(12)
    estimate = estimate_strokes(strokes, MOTION).total_s
    simulator = Simulator({"speed": 40})
    simulator.open()
    began = time.monotonic()
    last = list(simulator.draw(strokes, MOTION))[-1]
    took = time.monotonic() - began
    assert last.seconds == pytest.approx(estimate, abs=1e-6)
    assert estimate / 40 - 0.02 <= took  # never faster; slower only on a busy machine
    assert took <= 3 * estimate / 40 + 1


def test_a_pace_stretches_time_and_nothing_else(tmp_path):
    strokes = scribbles(12)
    taken = []
    for name, pace in (("planned", 1.0), ("slow", 1.06)):
        clock = InstantClock()
        simulator = instant(tmp_path / name, clock, pace=pace, speed=10)
        began = clock.now()
        last = list(simulator.draw(strokes, MOTION))[-1]
        taken.append((last.seconds, clock.now() - began, last.ink_mm))
        simulator.close()
    (planned, wall, mm), (slow, slow_wall, slow_mm) = taken
    assert slow == pytest.approx(planned * 1.06)
    assert slow_wall == pytest.approx(wall * 1.06)
    assert slow_mm == pytest.approx(mm)


def test_facts_and_settings():
    driver: Driver = make_driver("simulator", {"model": "se/a3", "name": "left"})
    facts = driver.open()
    assert (facts.driver, facts.model, facts.name) == ("simulator", "AxiDraw SE/A3", "left")
    assert (facts.travel_x_mm, facts.travel_y_mm) == (430.0, 296.9)
    with pytest.raises(NotFound, match="did you mean v3"):
        make_driver("simulator", {"model": "v33"})
    with pytest.raises(NotFound, match="did you mean simulator"):
        make_driver("simulater", {})
    for speed in (0, -1, "fast", math.inf, None):
        with pytest.raises(Refused, match="above 0"):
            make_driver("simulator", {"speed": speed})


def test_closed_it_refuses():
    simulator = instant()
    simulator.close()
    simulator.close()
    with pytest.raises(DeviceFault, match="not open"):
        simulator.pen_up()
