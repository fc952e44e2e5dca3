import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plotty_tui.domain import values
from plotty_tui.domain.errors import NotFound, WrongUsage


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("30m", 1800),
        ("4h", 14400),
        ("1d", 86400),
        ("1h30m", 5400),
        ("1 h 30 m", 5400),
        ("1:30:00", 5400),
        ("4:10", 250),
        ("250", 250),
        (" 1.5 ", 1.5),
        ("1.5H", 5400),
        ("0", 0),
    ],
)
def test_a_duration_is_read_as_people_write_it(text, seconds):
    assert values.parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-5", "5 ms", "1h soon", "1:2:3:4", "h", "1;30"])
def test_what_is_no_duration_is_refused_with_examples(text):
    with pytest.raises(WrongUsage, match="write 90s, 30m, 4h, 1d or 1h30m"):
        values.parse_duration(text)


@given(st.integers(0, 10**7))
def test_a_shown_clock_is_read_back(seconds):
    assert values.parse_duration(values.clock(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "bare", "mm"),
    [
        ("10mm", "mm", 10),
        ("10", "mm", 10),
        ("1.2m", "mm", 1200),
        ("1.2", "m", 1200),
        ("3in", "mm", 76.2),
        ("2 CM", "mm", 20),
        ("1km", "mm", 1e6),
        ("-4", "mm", -4),
    ],
)
def test_a_length_has_its_unit_or_the_one_of_its_field(text, bare, mm):
    assert values.parse_length(text, bare) == pytest.approx(mm)


@pytest.mark.parametrize("text", ["", "far", "1,5m", "nan", "1e3", "5ft", "m"])
def test_what_is_no_length_is_refused_with_examples(text):
    with pytest.raises(WrongUsage, match=r"write 10mm, 1\.2m or 3in"):
        values.parse_length(text)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "–"),
        (0, "0:00"),
        (7.4, "0:07"),
        (59.6, "1:00"),
        (252, "4:12"),
        (3599.6, "1:00:00"),
        (3750, "1:02:30"),
        (-3, "0:00"),
    ],
)
def test_the_clock_carries_seconds_over(seconds, shown):
    assert values.clock(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "–"), (40, "40 s"), (89.4, "89 s"), (90, "2 min"), (360, "6 min"), (3600, "1 h 00"),
     (3599, "1 h 00"), (11400, "3 h 10")],
)  # fmt: skip
def test_a_rough_time_has_one_unit_less(seconds, shown):
    assert values.rough(seconds) == shown


@pytest.mark.parametrize(
    ("mm", "shown"),
    [(None, "–"), (0, "0.00 m"), (350, "0.35 m"), (9994, "9.99 m"), (41234, "41.2 m"),
     (-20000, "-20.0 m")],
)  # fmt: skip
def test_ink_is_told_in_metres(mm, shown):
    assert values.metres(mm) == shown


@pytest.mark.parametrize(
    ("value", "sign", "shown"),
    [
        (None, False, "–"),
        (3.7837, False, "3.8 %"),
        (3.7837, True, "+3.8 %"),
        (-2.25, True, "-2.2 %"),
        (0, True, "0.0 %"),
        (-0.0, True, "0.0 %"),
        (-0.04, False, "0.0 %"),
        (0.04, True, "0.0 %"),
    ],
)
def test_a_percent_is_never_minus_zero(value, sign, shown):
    assert values.percent(value, sign) == shown


@given(st.floats(-1e6, 1e6), st.booleans())
def test_no_percent_at_all_is_minus_zero(value, sign):
    assert not values.percent(value, sign).startswith(("-0.0", "+0.0"))


def test_grams_are_shown_as_the_scale_shows_them():
    assert [values.grams(one) for one in (None, 185, 7.5)] == ["–", "185 g", "7.5 g"]


@pytest.mark.parametrize(
    ("count", "words", "shown"),
    [(0, ("sheet",), "0 sheets"), (1, ("sheet",), "1 sheet"), (2, ("copy", "copies"), "2 copies")],
)
def test_numbers_agree_with_their_words(count, words, shown):
    assert values.plural(count, *words) == shown


def test_a_missing_moment_is_a_dash_or_nothing():
    assert values.iso(None) is None
    assert values.local_time(None) == "–"


def test_a_moment_without_a_zone_is_utc(monkeypatch):
    import time
    from datetime import UTC, datetime

    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        aware = datetime(2026, 7, 1, 12, 0, 5, 999999, UTC)
        assert values.iso(aware) == values.iso(aware.replace(tzinfo=None))
        assert values.iso(aware) == "2026-07-01T14:00:05+02:00"
        assert values.local_time(aware) == "01 Jul 14:00"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_an_unknown_name_is_answered_with_the_nearest():
    assert str(NotFound.named("pen", "k-5", ["K-05", "R-05"])).startswith(
        "no pen 'k-5': did you mean K-05"
    )
    assert str(NotFound.named("pen", "zzz", ["K-05"])) == "no pen 'zzz': there is K-05"
    assert str(NotFound.named("pen", "x", [])) == "no pen 'x': there is no pen yet"
    many = str(NotFound.named("pen", "zzz", [f"K-{n}" for n in range(9)]))
    assert many == "no pen 'zzz': there is K-0, K-1, K-2, K-3, K-4, K-5, …"


def test_lengths_stay_finite():
    assert math.isfinite(values.parse_length("999999999km"))
