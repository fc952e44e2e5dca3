"""The pen: pulses every 24 ms that creep to their target, delays, and when the tip touches."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from plotty_tui.devices.board.servo import Servo

PULSE = 600  # ticks of 40 µs in the 24 ms between two pulses


def test_slow_sweep_takes_the_time_of_the_reference(bench):
    """FAQ of the reference: from 10000 to 15000 at rate 100 in ((15000 - 10000) · 0.024) / 100 =
    1.2 s."""
    bench.do("SC,4,10000", "SC,5,15000", "SC,10,100", "SC,11,0", "SP,1,100")
    bench.board.wait_idle()
    assert bench.board.servo.width(bench.board.now) == 10000
    start = bench.board.now
    bench.do("SP,0")
    widths = [bench.board.servo.width(start + PULSE * pulse) for pulse in range(55)]
    reached = widths.index(15000) * 0.024
    assert reached == pytest.approx(1.2, abs=0.024)
    steps = {after - before for before, after in itertools.pairwise(widths)}
    assert steps == {0, 100}


def test_rate_zero_moves_at_the_next_pulse(bench):
    bench.do("SC,10,0", "SP,0")
    servo = bench.board.servo
    start = bench.board.now + 1
    assert servo.width(start) == servo.up
    assert servo.width((start // PULSE + 1) * PULSE) == servo.down


def test_delay_is_the_duration_and_no_more(bench):
    """SP lasts its duration argument, however fast the pen is; without one the next command
    begins at once (one beat)."""
    assert bench.seconds("SP,0,130") == pytest.approx(0.13)
    assert bench.seconds("SP,1") == pytest.approx(0.00004)
    assert bench.seconds("TP,50", "TP,50") == pytest.approx(0.1)
    assert bench.seconds("S2,20000,4,10,75") == pytest.approx(0.075)
    assert bench.seconds("S2,20000,9,10,75") == pytest.approx(0.075)
    assert bench.seconds("SM,250,0,0") == pytest.approx(0.25)


def test_pen_state_changes_when_its_turn_comes(bench):
    """Reference, "QP": the new state is reported after the pen move has been started."""
    bench.do("SM,100,0,0", "SP,0,100")
    assert bench.do("QP") == "1\n\rOK\r\n"
    bench.clock.advance(0.11)
    assert bench.do("QP") == "0\n\rOK\r\n"
    assert bench.do("QG") == "C8\r\n"


def test_toggle_and_s2_on_the_pen_pin(bench):
    bench.draw("TP,10")
    assert bench.do("QP") == "0\n\rOK\r\n"
    bench.draw("TP,10")
    assert bench.do("QP") == "1\n\rOK\r\n"
    bench.draw("S2,16000,4,0,100")
    assert bench.do("QP") == "0\n\rOK\r\n"
    assert bench.board.pen_touches()


def test_height_goes_from_one_to_zero(bench):
    servo = bench.board.servo
    assert servo.height(0) == 1
    bench.draw("SC,12,1000", "SP,0,400")
    assert servo.height(bench.board.now) == 0
    half = [servo.height(tick) for tick in range(0, 6 * PULSE, PULSE)]
    assert half == sorted(half, reverse=True)


def test_motion_in_a_delay_that_is_too_short_leaves_a_gap_in_the_ink(bench):
    """The tip comes down at half the way: 7263 units at 1000 a pulse, so with the fourth pulse,
    96 ms after power-on. A move that begins at once has gone 9.6 mm by then."""
    ink = bench.draw("SC,12,1000", "SP,0", "SM,1000,8000,8000")
    assert ink[0][0] == pytest.approx((9.6, 0), abs=0.03)
    assert ink[0][-1] == pytest.approx((100, 0))


def test_servo_power_follows_the_pen(bench):
    bench.do("SP,0")
    assert bench.do("QR") == "1\r\nOK\r\n"
    bench.do("SR,1000,0")
    assert bench.do("QR") == "0\r\nOK\r\n"


def test_another_pin_takes_over_at_once(bench):
    bench.draw("SP,0,10,2")
    assert bench.board.pen_touches()


def test_next_change_is_the_first_pulse_that_changes_the_touch():
    chance = random.Random(1)
    for _ in range(500):
        servo = Servo(chance.choice([0.0, 0.3, 0.5, 1.0]))
        servo.up, servo.down = chance.randrange(8000, 30000), chance.randrange(8000, 30000)
        servo.jump(0, servo.up)
        turn = chance.randrange(3000)
        servo.move(turn, servo.down, chance.choice([0, 400, 1079]))
        if chance.random() < 0.5:
            turn += chance.randrange(3000)
            servo.move(turn, servo.up, chance.choice([0, 400, 1618]))
        now = turn + chance.randrange(2000)
        pulses = range(now // PULSE * PULSE + PULSE, now + 100 * PULSE, PULSE)
        touch = servo.touches(now)
        expected = next((tick for tick in pulses if servo.touches(tick) != touch), math.inf)
        assert servo.next_change(now) == expected


def test_more_channels_make_the_sweep_slower(bench):
    """SC,8 and SC,9: the time between pulses is channels times slot."""
    bench.do("SC,8,16", "SC,9,6")
    assert bench.board.servo.period == 16 * 6 * 25
    bench.do("SC,10,1000", "SP,0")
    assert bench.board.servo.next_change(bench.board.now) == 4 * 16 * 6 * 25
