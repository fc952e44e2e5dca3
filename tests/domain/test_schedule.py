"""A schedule: read from JSON whole or not at all, and the order in which its jobs can be begun."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.schedule import Entry, Turn, in_turn, parse_schedule

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC).astimezone()


def test_a_list_of_names_is_a_schedule() -> None:
    assert parse_schedule(["Acme: Card", 7], NOON) == [Entry("Acme: Card"), Entry("7")]


def test_everything_that_an_entry_says_is_read() -> None:
    (entry,) = parse_schedule(
        {"date": "2026-11-23", "entries": [{"job": "Card", "copies": 20, "device": "left",
                                            "not_before": "09:30", "due": "2026-11-24 16:00"}]},
        NOON,
    )  # fmt: skip

    assert (entry.job, entry.copies, entry.device) == ("Card", 20, "left")
    assert entry.not_before and entry.not_before.strftime("%Y-%m-%d %H:%M") == "2026-11-23 09:30"
    assert entry.due and entry.due.strftime("%d %H:%M") == "24 16:00"
    assert parse_schedule([entry.to_json()], NOON) == [entry]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "names no job"),
        ({}, "a list of jobs"),
        ("Card", "a list of jobs"),
        ({"entries": [], "dats": "x"}, "did you mean date"),
        ([{"job": "Card", "copis": 2}], "did you mean copies"),
        ([{"copies": 2}], "names no job"),
        ([{"job": "Card", "copies": 0}], "copies 0"),
        ([{"job": "Card", "copies": True}], "copies True"),
        ([{"job": "Card", "due": "soon"}], "due 'soon'"),
        ([{"job": "Card", "due": "10:00", "not_before": "11:00"}], "before it may begin"),
        ([[1]], "no job"),
        ([None, {"job": ""}], "entry 1"),
    ],
)
def test_what_is_wrong_is_said(data: object, said: str) -> None:
    with pytest.raises(Refused, match=said):
        parse_schedule(data, NOON)


def test_a_job_whose_time_has_not_come_lets_others_go_first() -> None:
    later = NOON + timedelta(minutes=30)
    turns = [Turn(1, 600, later), Turn(2, 1200), Turn(3, 1200), Turn(4, 600)]

    assert in_turn(turns, NOON, NOON + timedelta(hours=6), 1) == [2, 3, 1, 4]
    assert in_turn(turns, NOON, NOON + timedelta(hours=6), 2) == [2, 3, 4, 1]


@given(
    st.lists(
        st.tuples(st.floats(1, 10_000), st.none() | st.integers(-60, 600)), min_size=1, max_size=12
    ),
    st.integers(1, 3),
)
def test_no_job_is_lost_and_without_times_the_order_stays(
    wanted: list[tuple[float, int | None]], plotters: int
) -> None:
    turns = [
        Turn(k, seconds, None if at is None else NOON + timedelta(minutes=at))
        for k, (seconds, at) in enumerate(wanted)
    ]
    order = in_turn(turns, NOON, NOON + timedelta(hours=6), plotters)

    assert sorted(order) == list(range(len(wanted)))
    free = [turn.job for turn in turns if turn.not_before is None]
    assert [job for job in order if job in free] == free
