"""The ink: drawings sent by hand must lie on the paper as they were designed."""

from __future__ import annotations

import itertools
import json
import math

import pytest

from plotty_tui.devices.board import Board, BoardServer, HeldClock, read_ink
from plotty_tui.devices.board.commands import execute

STEP_MM = 25.4 / 2032


def motors(x_mm: float, y_mm: float) -> tuple[int, int]:
    """The steps of both motors for a way: a = x + y, b = x - y, in steps of 1/80 mm."""
    x, y = round(x_mm / STEP_MM), round(y_mm / STEP_MM)
    return x + y, x - y


def move(ms: int, x_mm: float, y_mm: float) -> str:
    a, b = motors(x_mm, y_mm)
    return f"SM,{ms},{a},{b}"


def test_square(bench):
    sides = [move(400, *side) for side in ((10, 0), (0, 10), (-10, 0), (0, -10))]
    ink = bench.draw(move(500, 20, 5), "SP,0,300", *sides, "SP,1,300", move(500, -20, -5))
    (line,) = ink
    assert line[0] == line[-1] == (20, 5)
    for corner in ((30, 5), (30, 15), (20, 15)):
        assert corner in line
    for x, y in line:
        assert min(abs(x - 20), abs(x - 30), abs(y - 5), abs(y - 15)) <= STEP_MM
    assert bench.board.record.lines[0].length_mm() == pytest.approx(40, abs=0.05)
    assert bench.board.position_mm() == (0, 0)


def test_circle_of_short_moves(bench):
    radius, count = 12.0, 180
    places = [
        (radius * math.cos(angle), radius * math.sin(angle))
        for angle in (2 * math.pi * n / count for n in range(count + 1))
    ]
    steps = [motors(*place) for place in places]
    moves = [
        f"SM,{20},{a - a0},{b - b0}"
        for (a0, b0), (a, b) in itertools.pairwise(steps)
        if (a, b) != (a0, b0)
    ]
    (line,) = bench.draw(f"SM,500,{steps[0][0]},{steps[0][1]}", "SP,0,300", *moves, "SP,1,300")
    assert line[0] == line[-1] == pytest.approx((radius, 0), abs=STEP_MM)
    sagitta = radius * (1 - math.cos(math.pi / count))
    assert max(abs(math.hypot(*p) - radius) for p in line) <= sagitta + 1.5 * STEP_MM
    assert len(line) > count


def test_accelerated_move_is_a_straight_line_with_its_times(bench):
    """LM from rest on both motors alike: x grows with the square of the time."""
    (line,) = bench.draw("SP,0,300", "LM,0,800,40000,0,800,40000,3", "SP,1,300")
    assert line[-1] == (10, 0)
    points = bench.board.record.lines[0].points
    moving = [(x, at) for x, _, at in points if 0 < x < 10]
    start = 0.3 + 2 / 25000
    for x, at in moving:
        ticks = (at - start) * 25000
        assert x == pytest.approx(40000 * ticks**2 / 2 / 2**31 * STEP_MM, abs=3 * STEP_MM)
    assert len(moving) > 10


def test_axes_that_end_apart_make_a_bent_line(bench):
    """Example 4 of "LM": a diagonal of both motors, then one alone."""
    (line,) = bench.draw("SP,0,300", "LM,85899346,500,0,85899346,250,0,3", "SP,1,300")
    assert line == [(0, 0), (250 / 80, 0), (375 / 80, 125 / 80)]


def test_lines_are_apart_where_the_pen_was_up(bench):
    ink = bench.draw(
        *("SP,0,300", move(200, 5, 0), "SP,1,300", move(200, 0, 5)),
        *("SP,0,300", "SP,1,300", "SP,0,300", move(200, -5, 0), "SP,1,300"),
    )
    assert [line[0] for line in ink] == [(0, 0), (5, 5), (5, 5)]
    assert ink[1] == [(5, 5)]  # a dot
    assert bench.board.record.lines[2].lifted is not None


@pytest.mark.parametrize(("mode", "fineness"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16)])
def test_coarser_microsteps_go_further(bench, mode, fineness):
    bench.draw(f"EM,{mode},{mode}", "SM,1000,80,80", "EM,1,1", "SM,1000,80,-80")
    assert bench.board.position_mm() == pytest.approx((fineness, 1))


def test_ink_is_where_the_pen_is_not_where_the_counters_say(bench):
    """A new program that enables the motors starts counting at zero, away from home."""
    bench.draw(move(500, 30, 10), "EM,1,1", "SP,0,300", move(500, 5, 0))
    bench.draw("CS", move(500, 5, 0))
    assert bench.board.counters() == (400, 400)
    assert bench.board.ink() == [[(30, 10), (35, 10), (40, 10)]]


def test_ink_can_be_read_while_it_flows(bench):
    bench.do("SP,0,300", move(1000, 10, 0))
    bench.clock.advance(0.8)
    (line,) = bench.board.ink()
    assert line[-1][0] == pytest.approx(5, abs=0.05)
    assert bench.board.position_mm() == pytest.approx((5, 0), abs=0.05)
    # Having looked leaves no trace.
    bench.board.wait_idle()
    assert bench.board.ink() == [[(0, 0), (10, 0)]]


def test_stop_ends_the_ink_where_the_carriage_stands(bench):
    bench.do("SP,0,300", move(1000, 10, 0))
    bench.clock.advance(0.55)
    bench.do("ES")
    (line,) = bench.draw("SP,1,300")
    assert line[-1] == bench.board.position_mm()
    assert line[-1][0] == pytest.approx(2.5, abs=0.05)
    assert bench.board.record.jerk.mm_s == pytest.approx(10, abs=0.1)


def test_without_voltage_the_counters_go_on_and_the_carriage_stands(bench):
    bench.do("SP,0,300", move(1000, 10, 0), "QS")
    bench.clock.advance(0.8)
    bench.board.set_voltage(7)
    assert bench.do("QC") == "0394,0007\r\nOK\r\n"
    lost = bench.board.position_mm()
    bench.board.wait_idle()
    assert bench.board.counters() == motors(10, 0)
    assert bench.board.position_mm() == lost == pytest.approx((5, 0), abs=0.05)
    bench.board.set_voltage(300)
    bench.draw(move(1000, 0, 5))
    assert bench.board.position_mm() == pytest.approx((lost[0], 5), abs=1e-9)


def test_file_holds_the_ink(tmp_path, connect):
    path = tmp_path / "ink.jsonl"
    with BoardServer(speed=0, ink=path) as server:
        host = connect(server.port)
        for command in ("SP,0,300", move(200, 5, 0), "SP,1,300", move(200, 0, 5), "TP,300"):
            host.ask(command, "OK\r\n")
        server.wait_idle()
        expected = [line.points for line in server.board.record.lines]
    lines = read_ink(path)
    assert [line[:-1] for line in lines[:1]] == [
        [pytest.approx(point, abs=1e-4) for point in expected[0]][:-1]
    ]
    assert lines[0][-1] == pytest.approx(expected[0][-1], abs=1e-4)
    assert len(lines) <= 2
    # A row that was cut short by a crash is left out.
    with path.open("a") as file:
        file.write('{"line": 0, "poi')
    assert read_ink(path) == lines
    assert read_ink(tmp_path / "none") == []


def test_record_is_plain_data():
    board = Board(HeldClock())
    for command in ("SP,0,300", "SM,100,80,80", "SP,1,300"):
        execute(board, command)
    board.wait_idle()
    record = json.loads(json.dumps(board.record.to_json()))
    assert record["worked"] == pytest.approx(0.7, abs=0.001)
    assert record["lines"][0]["points"][0] == [0, 0, pytest.approx(0.24, abs=0.03)]
    board.record.clear()
    assert board.record.to_json()["lines"] == []
