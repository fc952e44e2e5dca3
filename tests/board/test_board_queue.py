"""The queue: one command is carried out, one waits, a third is kept until there is room."""

from __future__ import annotations

import math
import threading

import pytest

from plotty_tui.devices.board import Board, WallClock
from plotty_tui.devices.board.board import Interrupted
from plotty_tui.devices.board.commands import execute

OK = "OK\r\n"


def test_commands_fill_the_queue_and_run_without_a_gap(bench):
    bench.do("SM,1000,800,0", "SM,1000,800,800")
    bench.clock.advance(0.5)
    assert bench.do("QM") == "QM,1,1,0,1\n\r"
    assert bench.do("QG") == "DD\r\n"
    bench.clock.advance(1)
    assert bench.do("QM") == "QM,1,1,1,0\n\r"
    bench.clock.advance(1)
    assert bench.do("QM") == "QM,0,0,0,0\n\r"
    assert bench.do("QS") == "1600,800\n\r" + OK
    assert bench.board.record.gaps == []


def test_third_command_is_answered_when_there_is_room(bench):
    bench.do("SM,1000,800,0", "SM,500,800,800")
    assert bench.clock.ticks() == 0
    bench.do("SM,100,-800,0")
    assert bench.clock.ticks() / 25 == pytest.approx(1000, abs=0.1)
    bench.do("SP,0,200")
    assert bench.clock.ticks() / 25 == pytest.approx(1500, abs=0.2)


def test_question_behind_a_kept_command_is_answered_late(bench):
    """Once three motion commands are there, nothing is processed until the first has ended."""
    bench.do("SM,1000,800,0", "SM,1000,800,0", "SM,1000,800,0")
    assert bench.do("QS") == "800,0\n\r" + OK


def test_waiting_in_scaled_time_lasts_as_long_as_the_move():
    board = Board(WallClock(100))
    for _ in range(3):
        execute(board, "SM,1000,0,0")
    assert 1 <= board.seconds() < 1.5
    board.wait_idle()
    assert 3 <= board.seconds() < 3.5


def test_dry_queue_is_noted_with_the_speed_at_which_it_ran_dry(bench):
    bench.do("SM,1000,8000,8000")
    bench.clock.advance(1.2)
    bench.do("SM,1000,8000,8000")
    (gap,) = bench.board.record.gaps
    assert gap.at == pytest.approx(1, abs=0.001)
    assert gap.seconds == pytest.approx(0.2, abs=0.001)
    assert gap.speed_mm_s == pytest.approx(100, abs=0.1)


def test_largest_change_of_speed_is_noted(bench):
    """x is the mean of both motors: 8000 steps of 1/80 mm each second are 100 mm/s."""
    bench.do("SM,1000,4000,4000", "SM,1000,8000,8000", "SM,1000,-2000,-2000", "SM,10,0,0")
    bench.board.wait_idle()
    assert bench.board.record.jerk.mm_s == pytest.approx(125, abs=0.1)
    assert bench.board.record.jerk.at == pytest.approx(2, abs=0.001)


def test_motor_that_ends_a_tick_earlier_is_still_at_speed(bench):
    """Both motors go on at 13 740 and 1963 steps a second, in moves that do not end with the same
    tick on both: the largest change is that from rest, half a diagonal of steps a second."""
    bench.do(*["SM,27,371,53", "SM,200,2748,393"] * 5)
    bench.board.wait_idle()
    jerk = bench.board.record.jerk
    assert jerk.mm_s == pytest.approx(math.hypot(13740, 1963) / math.sqrt(2) / 80, rel=0.01)


def test_stop_returns_the_steps_that_are_not_made(bench):
    """Reference, "ES": interrupted, the queued move's steps, the steps left of the current one."""
    bench.do("SM,1000,20000,-10000", "SM,1000,50,-1200")
    bench.clock.advance(0.25)
    first, second = bench.board.counters()
    assert (first, second) == pytest.approx((5000, -2500), abs=2)
    answer = bench.do("ES")
    assert answer == f"1,50,1200,{20000 - first},{10000 + second}\n\r" + OK
    assert bench.do("QM") == "QM,0,0,0,0\n\r"
    bench.clock.advance(5)
    assert bench.do("QS") == f"{first},{second}\n\r" + OK
    assert bench.do("ES") == "0,0,0,0,0\n\r" + OK


def test_stop_leaves_the_pen_and_pauses_to_their_course(bench):
    bench.do("SM,1000,8000,0", "SP,0,100")
    bench.clock.advance(0.5)
    assert bench.do("ES").startswith("1,0,0,")
    assert bench.do("QM") == "QM,1,0,0,0\n\r"
    assert bench.do("QP") == "0\n\r" + OK
    bench.do("SM,500,0,0")
    assert bench.do("ES") == "0,0,0,0,0\n\r" + OK
    assert bench.do("QM") == "QM,1,0,0,1\n\r"


def test_move_after_a_stop_begins_where_the_carriage_stands(bench):
    bench.do("SM,1000,8000,8000")
    bench.clock.advance(0.5)
    bench.do("ES")
    here = bench.board.counters()
    bench.do(f"SM,1000,{-here[0]},{-here[1]}")
    bench.board.wait_idle()
    assert bench.board.counters() == (0, 0)
    assert bench.board.record.gaps == []  # a stop is not a queue run dry


def test_home_waits_and_comes_to_the_origin(bench):
    bench.do("SM,100,1000,-300", "SM,100,500,40")
    # Behind the moves: 1500 steps at 3000 a second.
    assert bench.do("HM,3000") == OK
    assert bench.clock.ticks() / 25 == pytest.approx(200, abs=0.2)
    bench.board.wait_idle()
    assert bench.board.counters() == (0, 0)
    assert bench.clock.ticks() / 25 == pytest.approx(700, abs=0.5)


def test_home_to_a_place_goes_in_two_legs_when_one_axis_would_be_too_slow(bench):
    bench.draw("HM,1000,10000,3")
    assert bench.board.counters() == (10000, 3)
    bench.draw("HM,20000,-400,-400")
    assert bench.board.counters() == (-400, -400)
    assert bench.do("HM,1000,4294968,0").startswith("!0 Err: ")
    assert bench.do("HM,26000,0,0") == "!0 Err: HM <axis2> step rate > 25K steps/second.\n\r"


def test_enabling_zeroes_the_counters_in_its_turn(bench):
    """Since 2.8.0 EM waits in the queue, since 2.6.2 it zeroes the counters."""
    bench.do("SM,1000,800,0", "EM,1,1")
    assert bench.do("QE") == "16,16\n\r" + OK
    bench.clock.advance(0.5)
    assert bench.board.counters()[0] == pytest.approx(400, abs=1)
    bench.clock.advance(0.6)
    assert bench.board.counters() == (0, 0)
    assert bench.board.position_mm() == pytest.approx((5, 5))


def test_counters_can_be_cleared_on_the_way(bench):
    bench.do("SM,1000,800,0")
    bench.clock.advance(0.5)
    bench.do("CS")
    assert bench.board.counters() == (0, 0)
    bench.board.wait_idle()
    assert bench.board.counters()[0] == pytest.approx(400, abs=1)
    assert bench.board.position_mm() == pytest.approx((5, 5))


def test_xm_mixes_the_axes(bench):
    bench.draw("XM,1000,550,-1234")
    assert bench.board.counters() == (550 - 1234, 550 + 1234)


def test_reset_releases_whoever_waits():
    board = Board(WallClock())
    execute(board, "SM,60000,0,0")
    execute(board, "SM,60000,0,0")
    failed: list[Exception] = []

    def wait() -> None:
        try:
            execute(board, "SM,60000,0,0")
        except Interrupted as error:
            failed.append(error)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    while thread.is_alive():
        board.reset()
        thread.join(0.01)
    assert failed
    assert board.idle
