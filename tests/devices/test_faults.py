"""Dialled faults: how they are written, when they strike, and what a board remembers of them."""

from __future__ import annotations

import itertools

import pytest

from plotty_tui.devices.clocks import InstantClock
from plotty_tui.devices.faults import Fault, parse_faults
from plotty_tui.devices.ink import read_ink
from plotty_tui.devices.simulator import Simulator
from plotty_tui.domain.errors import DeviceFault, PlottyError
from plotty_tui.domain.motion import estimate_strokes
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.strokes import Strokes

MOTION = MotionSettings()
ROWS = Strokes([[(10.0, 10.0 + 5 * k), (50.0, 10.0 + 5 * k)] for k in range(6)])


def test_faults_are_read_as_they_are_written() -> None:
    assert parse_faults("") == ()
    assert parse_faults("pen_dry=40m, usb_lost=11:00,stall@stroke=120") == (
        Fault("pen_dry", "ink", 40_000.0, "pen_dry=40m"),
        Fault("usb_lost", "time", 660.0, "usb_lost=11:00"),
        Fault("stall", "stroke", 120.0, "stall@stroke=120"),
    )
    ((time,), (ink,)) = parse_faults("slip@time=40m"), parse_faults("brown_out@ink=250mm")
    assert (time.unit, time.at, ink.unit, ink.at) == ("time", 2400.0, "ink", 250.0)
    assert parse_faults("usb_lost=90s")[0].at == 90
    assert parse_faults("usb_lost=5min")[0].at == 300


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pen_dry", "no fault 'pen_dry': write it like pen_dry=40m"),
        ("pen_dri=4m", "no fault 'pen_dri': did you mean pen_dry"),
        ("stall@strokes=3", "after @ give ink, time or stroke, not 'strokes'"),
        ("stall@stroke=3.5", "'3.5' is no number of a stroke"),
        ("pen_dry=40", "'40' is no length of ink with its unit"),
        ("usb_lost=1:xx", "'1:xx' is no machine time"),
        ("slip=0mm", "'0mm' is not above zero"),
    ],
)
def test_what_is_no_fault_is_refused_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(PlottyError) as refused:
        Simulator({"faults": text})
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def simulator(tmp_path, faults: str, dialled: str = "") -> Simulator:
    settings = {"ink": str(tmp_path / "ink"), "faults": faults, "faults_dialled": dialled}
    one = Simulator(settings, InstantClock())
    one.open()
    return one


def length(tmp_path) -> float:
    lines = [row["line"] for row in read_ink(tmp_path / "ink")]
    return sum(abs(b[0] - a[0]) for line in lines for a, b in itertools.pairwise(line))


def test_a_fault_without_a_cure_strikes_at_its_moment_to_the_step(tmp_path) -> None:
    cases = {"pen_dry=100mm": 100, "pen_dry@stroke=3": 100, "pen_dry@ink=40mm": 40}
    for number, (text, ink) in enumerate(cases.items()):
        folder = tmp_path / str(number)
        one = simulator(folder, text)
        last = list(one.draw(ROWS, MOTION))[-1]
        one.close()
        assert last.ink_mm == pytest.approx(240, abs=0.01), "the driver notices nothing"
        assert length(folder) == pytest.approx(ink, abs=0.05)


def test_time_strikes_in_whatever_is_done_then(tmp_path) -> None:
    times = estimate_strokes(ROWS, MOTION)
    at = times.hop_s[0] + times.draw_s[0] + times.hop_s[1] / 2
    one = simulator(tmp_path, f"usb_lost={at:.4f}s")
    with pytest.raises(DeviceFault, match="USB connection was lost") as lost:
        list(one.draw(ROWS, MOTION))
    assert lost.value.code == "usb_lost"
    assert len(read_ink(tmp_path / "ink")) == 1
    for call in (one.pen_up, one.home_here, lambda: one.home(MOTION)):
        with pytest.raises(DeviceFault, match="USB connection was lost"):
            call()
    one.close()


def test_a_pulled_cable_leaves_carriage_and_pen_as_they_were_and_strikes_once(tmp_path) -> None:
    one = simulator(tmp_path, "usb_lost=60mm")
    seen = []
    with pytest.raises(DeviceFault):
        seen.extend(one.draw(ROWS, MOTION))
    one.close()
    two = simulator(tmp_path, "usb_lost=60mm")
    first, *_, last = two.draw(ROWS, MOTION, 1)
    assert first.stroke in (0, 1)
    assert last.ended
    assert last.stroke == 5
    two.close()
    assert [len(row["line"]) > 1 for row in read_ink(tmp_path / "ink")] == [True] * 7
    # Dialled anew it strikes anew, the same one too.
    for faults, dialled in (("usb_lost=61mm", ""), ("usb_lost=61mm", "later")):
        three = simulator(tmp_path, faults, dialled)
        with pytest.raises(DeviceFault):
            list(three.draw(ROWS, MOTION))
        three.close()


def test_a_brown_out_loses_the_position_until_it_is_homed_by_hand(tmp_path) -> None:
    one = simulator(tmp_path, "brown_out@stroke=2")
    with pytest.raises(DeviceFault) as fault:
        list(one.draw(ROWS, MOTION))
    assert fault.value.code == "brown_out"
    one.pen_up()
    one.close()
    again = Simulator({"ink": str(tmp_path / "ink"), "faults": "brown_out@stroke=2"})
    assert not again.open().position_known
    again.home_here()
    again.close()
    assert Simulator({"ink": str(tmp_path / "ink")}).open().position_known


def test_another_pen_writes_where_the_dry_one_did_not(tmp_path) -> None:
    one = simulator(tmp_path, "pen_dry=50mm")
    list(one.draw(ROWS, MOTION, tag={"pen": 1}))
    assert length(tmp_path) == pytest.approx(50, abs=0.05)
    list(one.draw(ROWS, MOTION, tag={"pen": 1}))
    assert length(tmp_path) == pytest.approx(50, abs=0.05)
    list(one.draw(ROWS, MOTION, tag={"pen": 2}))
    assert length(tmp_path) == pytest.approx(50 + 240, abs=0.1)
    one.close()
