"""Layer names as the AxiDraw's own software reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plotty_tui.domain.layer_codes import LayerCodes, layer_motion, read_codes
from plotty_tui.domain.presets import MotionSettings


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("", LayerCodes()),
        ("red", LayerCodes()),
        ("3 red", LayerCodes(3)),
        ("3+S30+H40+D500 red", LayerCodes(3, 30, 40, 500)),
        ("+s30red", LayerCodes(speed=30)),
        ("!2+h0", LayerCodes(2, height=0, pause=True)),
        ("  !", LayerCodes(pause=True)),
        ("%3+S30", LayerCodes(skipped=True)),
        ("12+S10+S20", LayerCodes(12, 20)),
        ("1+S+H40", LayerCodes(1, height=40)),
        ("1+S0", LayerCodes(1)),
        ("1+S110", LayerCodes(1, 110)),
        ("1+S111+D0+H101", LayerCodes(1)),
        ("1+S30+S999", LayerCodes(1, 30)),
        ("1+S30.5", LayerCodes(1, 30)),
        ("1+S-30", LayerCodes(1)),
        ("1 +S30", LayerCodes(1)),
        ("1red+S30", LayerCodes(1)),
        ("C++H20", LayerCodes()),
        ("1+S²", LayerCodes(1)),
        ("1+S" + "9" * 5000, LayerCodes(1)),
        ("9" * 5000, LayerCodes()),
        ("!%1", LayerCodes(pause=True)),
    ],
)
def test_names(name: str, codes: LayerCodes) -> None:
    assert read_codes(name) == codes


def test_a_layers_codes_rule_over_the_preset() -> None:
    plain = MotionSettings()
    moved = layer_motion(plain, "1+S30+H40+D500")
    assert (moved.speed_pendown, moved.pen_pos_down) == (30.0, 40.0)
    assert (moved.speed_penup, moved.pen_delay_down) == (plain.speed_penup, plain.pen_delay_down)
    assert layer_motion(plain, "black") == plain


def test_words() -> None:
    assert str(read_codes("!1+S30+H40+D500")) == (
        "stops for a person first, waits 500 ms first, speed 30, pen-down height 40"
    )
    assert str(read_codes("%notes")) == "never plotted"
    assert str(read_codes("4 black")) == ""


@given(st.text())
def test_any_name_is_read_and_orders_only_what_a_plotter_can(name: str) -> None:
    codes = read_codes(name)
    assert codes.speed is None or 1 <= codes.speed <= 110
    assert codes.height is None or 0 <= codes.height <= 100
    assert codes.delay_ms is None or codes.delay_ms >= 1


@given(
    st.booleans(),
    st.none() | st.integers(0, 10**8),
    st.none() | st.integers(1, 110),
    st.none() | st.integers(0, 100),
    st.none() | st.integers(1, 10**6),
    st.sampled_from(["", " red", "red", "- +S99", "-"]),
)
def test_what_is_written_is_read(
    pause: bool, number: int | None, speed: int | None, height: int | None, delay: int | None,
    text: str,
) -> None:  # fmt: skip
    name = "!" * pause + ("" if number is None else str(number))
    for letter, value in (("D", delay), ("h", height), ("S", speed)):
        name += "" if value is None else f"+{letter}{value}"
    assert read_codes(name + text) == LayerCodes(number, speed, height, delay, pause)
