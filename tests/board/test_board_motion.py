"""Durations and ends of moves, against the command reference and the firmware's own test values.

"Reference" is the command reference of the EiBotBoard for firmware 1.8-2.8.1. "Regression" are the
expected values that the firmware's authors keep for their LM and LT tests of 2023-05-07: intervals,
steps, accumulator and rate after the move. They belong to firmware 3; rows whose rates stay
positive hold for 2.8.1 too, because only the handling of negative rates was changed.
"""

from __future__ import annotations

import math
import random

import pytest

from plotty_tui.devices.board.motion import (
    FULL,
    Axis,
    begin,
    floor_sum,
    lm_move,
    lt_move,
    sm_move,
    sm_rate,
)

# rate, steps, acceleration, accumulator before -> intervals, accumulator after, rate after
REGRESSION = [
    (268435456, 5, 0, 0, 40, 0, 268435456),
    (268435456, 5, 0, 1, 40, 1, 268435456),
    (268435456, 5, 0, 2147483647, 33, 268435455, 268435456),
    (490123456, 5, 0, 0, 22, 45297792, 490123456),
    (490123456, 5, 0, 1073741823, 20, 138792703, 490123456),
    (1073741824, 1, 0, 0, 2, 0, 1073741824),
    (1833381763, 1733, 0, 1657564855, 2030, 1833381761, 1833381763),
    (1833381763, 1733, 0, 1657564857, 2029, 0, 1833381763),
    (8589934, 29, 17353403, 0, 85, 1142286978, 1474952488),
    (8589934, 29, 17353403, 2047483648, 83, 257219053, 1440245682),
    (1800095000, 29, -26012345, 0, 69, 7141901, 18249367),
    (0, 10, 50353403, 0, 30, 1184194885, 1485425389),
    (1204481500, 4, -77012345, 0, 11, 115030, 395851877),
    (332897914, 854, -30231, 1616956732, 10818, 1825761, 5874071),
    (540353247, 89, -102800, 0, 367, 260582377, 502677047),
    (978847345, 212579, -654, 455082516, 577969, 199874382, 600855946),
    (978847345, 212579, -655, 455082516, 578247, 27378968, 600095887),
    (978847345, 212579, -653, 455082516, 577692, 601512122, 601614795),
    (942132454, 853667, -175, 0, 2549531, 494970505, 495964616),
]


@pytest.mark.parametrize("row", REGRESSION)
def test_lm_ends_where_and_when_the_firmware_tests_say(row):
    rate, steps, accel, before, intervals, after, rate_after = row
    for sign, axis in ((1, 0), (-1, 0), (1, 1)):
        numbers = (rate, sign * steps, accel)
        other = (0, 0, 0)
        move = lm_move(numbers + other if axis == 0 else other + numbers)
        motion = begin(move, (before, before))
        assert motion.ends[axis] == motion.ticks == intervals
        assert motion.steps_at(intervals)[axis] == sign * steps
        assert abs(motion.steps_at(intervals - 1)[axis]) == steps - 1
        assert motion.accumulators_at(intervals)[axis] == after
        assert move.axes[axis].rate_at(intervals) == rate_after


@pytest.mark.parametrize("row", REGRESSION)
def test_lt_makes_the_steps_that_the_firmware_tests_say(row):
    rate, steps, accel, before, intervals, after, _ = row
    motion = begin(lt_move(intervals, (rate, accel, -rate, accel)), (before, before))
    assert motion.ticks == intervals
    # A rate of zero has no sign.
    assert motion.steps_at(intervals) == (steps, -steps if rate else steps)
    assert motion.accumulators_at(intervals) == (after, after)


# "LM" of the reference, examples 3, 5, 6 and 7; "LT", example 3
@pytest.mark.parametrize(
    ("numbers", "ms"),
    [
        ((85899346, 10, 0, 17180814, 2, 0), 10),
        ((17180814, 6, 0, 57266231, 20, 0), 30),
        ((42950000, 50, 13400, 0, 0, 0), 77),
        ((17179000, 75, -687, 8592000, 75, 687), 500),
    ],
)
def test_lm_lasts_as_long_as_the_examples_of_the_reference(numbers, ms):
    motion = begin(lm_move(numbers), (0, 0))
    assert motion.ticks / 25 == pytest.approx(ms, abs=0.1)
    assert motion.steps_at(int(motion.ticks)) == (numbers[1], numbers[4])


def test_lm_first_example_ends_at_the_speed_that_it_names():
    motion = begin(lm_move((3865471, 60, 1732, 0, 0, 0)), (0, 0))
    assert motion.ticks == pytest.approx(10169, abs=2)
    assert motion.speed_at(0)[0] == pytest.approx(45, abs=0.1)
    assert motion.speed_at(int(motion.ticks) - 1)[0] == pytest.approx(250, abs=0.1)


def test_lm_axes_end_at_their_own_times():
    """Example 4 of the reference: 1 ms a step on both axes, 500 and 250 steps."""
    motion = begin(lm_move((85899346, 500, 0, 85899346, -250, 0)), (0, 0))
    assert motion.ends == (12500, 6250)
    assert motion.steps_at(6250) == (250, -250)
    assert motion.moving_at(6250) == (True, False)
    assert motion.steps_at(9375) == (375, -250)


def test_lt_example_covers_75_steps_on_each_axis():
    motion = begin(lt_move(12500, (17179000, -687, 8592000, 687)), (0, 0))
    assert motion.ticks == 12500
    assert motion.steps_at(12500) == (75, 75)


def test_lm_agrees_with_the_quadratic_formula_of_the_reference():
    """Steps = floor((C0 + rate T + accel T² / 2) / 2^31), for an even acceleration exactly."""
    chance = random.Random(3)
    for _ in range(200):
        rate, accel = chance.randrange(FULL // 4), 2 * chance.randrange(-3000, 3000)
        before, ticks = chance.randrange(FULL), chance.randrange(1, 30000)
        if not 0 <= rate + accel * ticks < FULL:
            continue
        motion = begin(lt_move(ticks, (rate, accel, 0, 0)), (before, 0))
        expected = (before + rate * ticks + accel * ticks * ticks // 2) // FULL
        assert motion.steps_at(ticks)[0] == expected


def test_closed_form_agrees_with_the_loop_that_the_reference_describes():
    """Rates that leave their 31 bits roll over, every time."""
    chance = random.Random(1)
    for _ in range(300):
        axis = Axis(True, None, chance.randrange(FULL), chance.randrange(-FULL, FULL))
        accumulator = before = chance.randrange(FULL)
        rate, steps = axis.rate, 0
        for tick in range(1, 40):
            rate = (rate + axis.accel) % FULL
            accumulator += rate
            if accumulator >= FULL:
                accumulator, steps = accumulator - FULL, steps + 1
            assert axis.total(before, tick) == (steps, accumulator)
            assert axis.rate_at(tick) == rate


def test_floor_sum_is_the_sum():
    chance = random.Random(2)
    for _ in range(300):
        count, modulus = chance.randrange(30), chance.randrange(1, 50)
        step, start = chance.randrange(-99, 99), chance.randrange(-99, 99)
        expected = sum((start + step * i) // modulus for i in range(count))
        assert floor_sum(count, modulus, step, start) == expected


def test_accumulator_is_kept_between_moves_and_cleared_on_request():
    rate = FULL // 4 * 3
    first = begin(lt_move(1, (rate, 0, rate, 0)), (0, 0))
    left = first.accumulators_at(1)
    assert left == (rate, rate)
    assert begin(lm_move((rate, 1, 0, 0, 0, 0)), left).ticks == 1
    assert begin(lm_move((rate, 1, 0, 0, 0, 0), clear=1), left).ticks == 2
    assert begin(lm_move((rate, 1, 0, 0, 0, 0), clear=2), left).ticks == 1


@pytest.mark.parametrize(
    ("ms", "steps1", "steps2"),
    [(1000, 250, -766), (1, 25, 0), (27, 300, 17), (28, 1, -2), (30, 750, 749), (500, 7000, -3)],
)
def test_sm_makes_its_steps_in_its_time(ms, steps1, steps2):
    """Reference, "SM": the overall length is right; a move that is not a whole number of ticks per
    step ends with its last step, at most one part in 2^15 of the rate late."""
    motion = begin(sm_move(ms, steps1, steps2), (0, 0))
    assert motion.steps_at(int(motion.ticks)) == (steps1, steps2)
    slowest = min(abs(steps) for steps in (steps1, steps2) if steps)
    late = 1 + 25 * ms / (slowest * 2**15 / (25 * ms)) if ms <= 30 else 1
    assert 25 * ms <= motion.ticks <= 25 * ms + math.ceil(late)


def test_sm_step_rates_in_numbers():
    """250 steps in a second are 250 / 25000 of 2^31; short moves lose the lower 16 bits."""
    assert sm_rate(250, 1000) == 21474836
    assert sm_rate(250, 10) == 0x7FFFFFFF
    assert sm_rate(300, 27) == (300 * 2**15 // 675) << 16
    assert sm_rate(0, 10) == 0


def test_sm_of_a_quarter_million_steps():
    motion = begin(sm_move(20000, 250000, -250000), (0, 0))
    assert motion.steps_at(int(motion.ticks)) == (250000, -250000)
    # From 131071 steps on the firmware counts in whole steps per ms: 12 here, not 12.5.
    assert motion.ticks / 25000 == pytest.approx(250000 / 12 / 1000, rel=1e-4)


def test_move_that_cannot_end_does_not():
    assert begin(lm_move((0, 5, 0, 85899346, 5, 0)), (0, 0)).ticks == math.inf
