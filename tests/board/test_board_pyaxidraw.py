"""The vendor's own library draws through the board: what it believes must be what comes out.

Needs pyaxidraw (docs/devices.md says how to install it); without it these tests are skipped.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterator
from typing import Any

import pytest

from plotty_tui.devices.board import BoardServer
from plotty_tui.devices.board.motion import begin, lm_move, lt_move

axidraw = pytest.importorskip("pyaxidraw.axidraw")
serial = pytest.importorskip("serial")

SPEED = 20
PAGE = """<svg xmlns="http://www.w3.org/2000/svg" width="150mm" height="100mm"
 viewBox="0 0 150 100"><g fill="none" stroke="black">{}</g></svg>"""
FRAME = [(10, 10), (140, 10), (140, 90), (10, 90), (10, 10)]
CIRCLES = [(40, 50, 25), (40, 50, 10), (100, 45, 30), (70, 70, 4)]
ZIGZAG = [(20 + 4 * n, 15 + 8 * (n % 2)) for n in range(25)]


def page() -> str:
    path = "<path d='M{}'/>"
    marks = [path.format(" L".join(f"{x} {y}" for x, y in line)) for line in (FRAME, ZIGZAG)]
    marks += [f"<circle cx='{x}' cy='{y}' r='{r}'/>" for x, y, r in CIRCLES]
    return PAGE.format("".join(marks))


def distance_to_design(point: tuple[float, float]) -> float:
    """To the nearest line of the drawing, mm."""
    circles = [abs(math.hypot(point[0] - x, point[1] - y) - r) for x, y, r in CIRCLES]
    return min(*circles, distance(point, FRAME), distance(point, ZIGZAG))


def distance(point: tuple[float, float], line: list[Any]) -> float:
    """From a point to a polyline."""
    return min(_to_side(point, *side) for side in itertools.pairwise(line))


def _to_side(point: Any, start: Any, end: Any) -> float:
    way = (end[0] - start[0], end[1] - start[1])
    along = (point[0] - start[0]) * way[0] + (point[1] - start[1]) * way[1]
    share = min(1.0, max(0.0, along / ((way[0] ** 2 + way[1] ** 2) or 1)))
    return math.dist(point, (start[0] + share * way[0], start[1] + share * way[1]))


def design_points() -> list[tuple[float, float]]:
    """Points of the drawing, about 1 mm apart."""
    points: list[tuple[float, float]] = []
    for line in (FRAME, ZIGZAG):
        for start, end in itertools.pairwise(line):
            parts = range(int(math.dist(start, end)))
            points += [
                (
                    start[0] + (end[0] - start[0]) * part / len(parts),
                    start[1] + (end[1] - start[1]) * part / len(parts),
                )
                for part in parts
            ]
    for x, y, r in CIRCLES:
        turns = [math.tau * n / 60 for n in range(60)]
        points += [(x + r * math.cos(turn), y + r * math.sin(turn)) for turn in turns]
    return points


class FastTime:
    """The time module for a host whose clock runs as fast as the board's; 0: no sleeping."""

    def __init__(self, speed: float) -> None:
        self._speed = speed

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def sleep(self, seconds: float) -> None:
        if self._speed:
            time.sleep(seconds / self._speed)


@pytest.fixture(params=[0, SPEED], ids=["instant", "scaled"])
def board(request, monkeypatch) -> Iterator[BoardServer]:
    for module in ("dripfeed", "pen_handling", "serial_utils"):
        monkeypatch.setattr(f"axidrawinternal.{module}.time", FastTime(request.param))
    with BoardServer(speed=request.param) as server:
        yield server


@pytest.fixture
def port(board) -> Iterator[Any]:
    with serial.Serial(board.port, timeout=1.0) as opened:
        yield opened


def new_axidraw(port: Any = None) -> Any:
    """A library object that prints nothing and uses this port."""
    machine = axidraw.AxiDraw(default_logging=False, user_message_fun=lambda text: None)
    machine.plot_setup(page()) if port is None else machine.interactive()
    machine.options.port = port
    machine.options.model = 2
    return machine


def assert_ink_is_the_drawing(ink: list[list[tuple[float, float]]]) -> None:
    assert len(ink) == 2 + len(CIRCLES)
    assert max(distance_to_design(point) for line in ink for point in line) < 0.05
    for point in design_points():
        assert min(distance(point, line) for line in ink if len(line) > 1) < 0.05


def test_plot_run_lasts_as_long_as_the_preview_says_and_draws_the_page(board, port):
    machine = new_axidraw()
    machine.options.port = port
    machine.plot_run()
    assert machine.errors.code == 0
    board.wait_idle()
    assert_ink_is_the_drawing(board.board.ink())
    preview = new_axidraw()
    preview.options.preview = True
    preview.plot_run()
    # The preview leaves out the first raising of the pen and knows no late host.
    record = board.board.record
    worked = record.worked_seconds() - sum(gap.seconds for gap in record.gaps)
    assert worked == pytest.approx(preview.time_estimate, rel=0.01)
    assert board.state()["x"] == board.state()["y"] == 0


def test_strokes_drawn_one_by_one(board, port):
    machine = new_axidraw(port)
    machine.options.units = 2
    assert machine.connect()
    circles = [
        [[x + r * math.cos(turn), y + r * math.sin(turn)] for turn in _turns(90)]
        for x, y, r in CIRCLES
    ]
    for line in ([list(place) for place in FRAME], [list(place) for place in ZIGZAG], *circles):
        machine.draw_path(line)
    machine.moveto(0, 0)
    machine.block()
    machine.disconnect()
    board.wait_idle()
    assert_ink_is_the_drawing(board.board.ink())
    assert board.board.counters() == (0, 0)


def _turns(count: int) -> list[float]:
    return [math.tau * n / count for n in range(count + 1)]


def test_library_reads_the_state_of_the_board(board, port):
    ebb_motion = pytest.importorskip("plotink.ebb_motion")
    ebb_serial = pytest.importorskip("plotink.ebb_serial")
    machine = new_axidraw(port)
    assert machine.connect()
    assert machine.plot_status.fw_version == "2.8.1"
    machine.block()  # enabling waits in the queue behind the first raising of the pen
    assert ebb_motion.query_enable_motors(port) == (1, 1)
    assert ebb_motion.queryVoltage(port)
    board.drop_voltage()
    assert not ebb_motion.queryVoltage(port)
    assert ebb_motion.query_steps(port) == (0, 0)
    assert ebb_serial.write_nickname(port, "left one")
    assert ebb_serial.query_nickname(port, verbose=False) == "left one"
    machine.disconnect()


def test_library_agrees_on_lm_and_lt_arithmetic():
    """Its planner has the same formulas in code of its own."""
    ebb_calc = pytest.importorskip("plotink.ebb_calc")
    for rate, steps, accel in ((42950000, 50, 13400), (3865471, 60, 1732), (17179000, 75, -687)):
        for before in (0, 1073741823):
            motion = begin(lm_move((rate, steps, accel, 0, 0, 0)), (before, 0))
            left = motion.accumulators_at(int(motion.ticks))[0]
            assert ebb_calc.calculate_lm(steps, rate, accel, before) == (motion.ticks, steps, left)
            motion = begin(lt_move(5000, (rate, accel, 0, 0)), (before, 0))
            moved, left = motion.steps_at(5000)[0], motion.accumulators_at(5000)[0]
            assert tuple(ebb_calc.move_dist_lt(rate, accel, 5000, before)) == (moved, left)
