"""Hours needed against hours there, and the hours in which sheets may be begun."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plotty_tui.domain import capacity
from plotty_tui.domain.capacity import DayRoom, Work, clear_day, limiting, loads_of
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.working_hours import WorkingHours, parse_hours

MONDAY = date(2026, 11, 16)


def rooms(days, **there):
    return [DayRoom(MONDAY + timedelta(days=k), there) for k in range(days)]


def test_the_plotter_waits_while_a_person_works():
    needs = Work(3600, 600, 10, 12).needs()
    assert needs == {
        capacity.PLOTTERS: 4200, capacity.PERSON: 600, capacity.DRAWING: 3600,
        capacity.CHANGES: 10, capacity.SHEETS: 12,
    }  # fmt: skip


def test_a_limit_that_nobody_set_is_no_resource():
    loads = loads_of(Work(3600, 600, 10, 12), Work(), rooms(7, plotters=7200.0), 7)
    assert [one.resource for one in loads] == [capacity.PLOTTERS]
    assert loads[0].percent == pytest.approx(4200 / (7 * 7200) * 100)
    assert loads[0].clear == MONDAY


def test_the_limiting_resource_is_the_one_used_most():
    loads = loads_of(Work(3600, 0, 80, 12), Work(), rooms(7, plotters=7200.0, changes=10.0), 7)
    most = limiting(loads)
    assert most is not None
    assert most.resource == capacity.CHANGES
    assert capacity.last_clear(loads) is None  # 80 changes at 10 a day, in 7 days


def test_more_coming_in_than_is_done_is_never_empty():
    days = rooms(400, plotters=3600.0)
    assert clear_day(7200, 0, days, "plotters") == MONDAY + timedelta(days=1)
    assert clear_day(7200, 1800, days, "plotters") == MONDAY + timedelta(days=2)
    assert clear_day(7200, 3700, days, "plotters") is None


@given(st.floats(0, 1e6), st.floats(0, 1e5), st.floats(0, 1e5))
def test_more_work_is_never_done_earlier(backlog, each, more):
    days = rooms(60, plotters=50_000.0)
    first = clear_day(backlog, each, days, "plotters")
    later = clear_day(backlog, each + more, days, "plotters")
    assert later is None or (first is not None and first <= later)


# Hours -------------------------------------------------------------------------------------------

DAY = WorkingHours(time(9), time(18))
NIGHT_QUIET = WorkingHours(quiet_begin=time(22), quiet_end=time(7))


def at(hour, minute=0, day=MONDAY):
    return datetime.combine(day, time(hour, minute)).astimezone()


def test_work_begins_in_the_hours_of_work():
    assert DAY.opens(at(10)) == at(10)
    assert DAY.opens(at(7)) == at(9)
    assert DAY.opens(at(18)) == at(9, day=MONDAY + timedelta(days=1))
    assert DAY.open_seconds(at(0), at(12)) == 3 * 3600


def test_quiet_hours_go_over_midnight():
    assert NIGHT_QUIET.opens(at(23)) == at(7, day=MONDAY + timedelta(days=1))
    assert NIGHT_QUIET.opens(at(6, 59)) == at(7)
    assert NIGHT_QUIET.opens(at(21)) == at(21)
    assert NIGHT_QUIET.open_seconds(at(0), at(0, day=MONDAY + timedelta(days=1))) == 15 * 3600


def test_a_break_at_noon_cuts_the_day_in_two():
    hours = WorkingHours(time(9), time(18), time(12), time(13))
    assert hours.opens(at(12, 30)) == at(13)
    assert hours.after(at(11), 2 * 3600) == at(14)
    assert hours.words() == "work 09:00-18:00, quiet 12:00-13:00"


def test_without_hours_everything_is_open():
    hours = WorkingHours()
    assert not hours.is_set
    assert hours.opens(at(3)) == at(3)
    assert hours.words() == ""


def test_quiet_all_day_never_opens():
    hours = WorkingHours(time(9), time(10), time(9), time(10))
    assert hours.opens(at(8)) is None
    assert hours.after(at(8), 1) is None


@given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 23), st.integers(0, 23),
       st.integers(0, 47))  # fmt: skip
def test_a_sheet_is_never_begun_in_a_quiet_hour(begin, end, quiet, loud, half):
    if begin >= end or quiet == loud:
        return
    hours = WorkingHours(time(begin), time(end), time(quiet), time(loud))
    opens = hours.opens(at(half // 2, half % 2 * 30))
    if opens is not None:
        hour = opens.hour
        assert begin <= hour < end
        asleep = quiet <= hour < loud if quiet < loud else hour >= quiet or hour < loud
        assert not asleep


def test_hours_are_typed_as_people_write_them():
    assert parse_hours("--quiet", "22:00-7:00") == {"from": "22:00", "to": "07:00"}
    assert parse_hours("--quiet", "none") == {}
    for wrong in ("22", "25:00-7:00", "7:00-7:00", "a-b"):
        with pytest.raises(Refused, match=r"--quiet"):
            parse_hours("--quiet", wrong)
