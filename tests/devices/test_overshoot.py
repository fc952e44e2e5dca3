"""No stroke runs past its corners, as those of pyaxidraw do by itself."""

from __future__ import annotations

import math

import pytest

from plotty_tui.devices.board import BoardServer
from plotty_tui.devices.overshoot import without_overshoot

# A letter's stroke: its last line is entered at speed, and is too short for full speed.
LETTER = [(42.37, 12.7), (43.66, 15.51), (44.96, 12.7), (45.33, 16.4)]


def sm(steps1, steps2, ms, x, y):
    return ["SM", (steps2, steps1, ms), [x, y, False, math.hypot(steps1, steps2) / 2874]]


def test_a_move_that_comes_back_where_no_corner_is_becomes_one_with_the_move_before():
    moves = [["lower", None], sm(200, 200, 50, 0.1, 0), sm(40, 40, 25, 0.12, 0),
             sm(-8, -8, 25, 0.116, 0), ["raise", None]]  # fmt: skip
    kept = without_overshoot(moves, [(0, 0), (0.116, 0)])
    assert kept[:2] + kept[3:] == moves[:2] + moves[4:]
    assert kept[2][1] == (32, 32, 50)
    assert kept[2][2] == pytest.approx([0.116, 0, False, math.hypot(32, 32) / 2874])


def test_a_line_that_is_drawn_back_is_left_alone():
    moves = [["lower", None], sm(200, 200, 50, 0.1, 0), sm(-200, -200, 50, 0, 0), ["raise", None]]
    assert without_overshoot(moves, [(0, 0), (0.1, 0), (0, 0)]) == moves


def test_a_letter_ends_at_its_corners():
    pytest.importorskip("pyaxidraw")
    shapely = pytest.importorskip("shapely")
    from plotty_tui.devices.axidraw import AxiDraw
    from plotty_tui.domain.presets import MotionSettings
    from plotty_tui.domain.strokes import Strokes

    with BoardServer(speed=0) as server:
        driver = AxiDraw({"port": server.port, "speed": 5000.0})
        driver.open()
        list(driver.draw(Strokes([LETTER]), MotionSettings()))
        driver.close()
        (line,) = server.board.ink()
    off = shapely.hausdorff_distance(
        shapely.LineString(line), shapely.LineString(LETTER), densify=0.01
    )
    assert off < 0.03
