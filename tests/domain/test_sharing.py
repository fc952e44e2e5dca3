"""Longest sheets first, each to the plotter that is free first and can take it."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from plotty_tui.domain.sharing import Work, planned_ends, share_work

BOTH = ["left", "right"]


def on(seconds: float) -> dict[str, float]:
    """A sheet that takes so long on both."""
    return dict.fromkeys(BOTH, seconds)


def test_examples() -> None:
    assert planned_ends([], BOTH) == {"left": 0, "right": 0}
    assert planned_ends([on(10), on(20), on(30)], BOTH) == {"left": 30, "right": 30}
    assert planned_ends([on(10), {"right": 30}], BOTH) == {"left": 10, "right": 30}
    assert planned_ends([{"left": 10}] * 3, BOTH) == {"left": 30, "right": 0}


@given(st.lists(st.floats(0, 1e5)))
def test_nobody_is_later_than_the_rest_by_more_than_a_sheet(seconds: list[float]) -> None:
    ends = planned_ends([on(one) for one in seconds], BOTH)
    assert abs(sum(ends.values()) - sum(seconds)) < 1e-3
    assert max(ends.values()) - min(ends.values()) <= max(seconds, default=0) + 1e-3


def test_a_sheet_is_exchanged_where_longest_first_is_not_the_best() -> None:
    work = [Work(dict.fromkeys(BOTH, seconds)) for seconds in (3, 3, 2, 2, 2)]

    shares = share_work(work, BOTH)

    assert shares.ends == {"left": 6, "right": 6}
    assert shares.bound == 6
    assert shares.gap == 0


def test_a_quick_plotter_gets_more_and_a_small_one_only_what_it_fits() -> None:
    work = [Work({"left": 10.0, "right": 20.0}) for _ in range(6)] + [Work({"right": 5.0})]

    shares = share_work(work, BOTH)

    assert len(shares.turns["left"]) == 4
    assert 6 in [turn.number for turn in shares.turns["right"]]
    assert shares.seconds == 45
    assert share_work([Work({"elsewhere": 1.0})], BOTH).unfit == [0]


def test_each_plotter_takes_its_share_with_few_changes_the_urgent_first() -> None:
    def sheet(pen: str, priority: int = 2) -> Work:
        return Work({"left": 100.0}, (pen,), priority)

    work = [sheet("b"), sheet("a"), sheet("b"), sheet("a"), sheet("c", 1)]

    turns = share_work(work, ["left"], 60, {"left": "a"}).turns["left"]

    assert turns[0].number == 4
    pens = [work[turn.number].pens[0] for turn in turns]
    assert sum(turn.changes for turn in turns) == 3, pens
    assert turns[-1].end == 5 * 100 + 3 * 60
    assert turns[0].begin == 0


def test_what_is_due_comes_in_time_where_it_can() -> None:
    work = [Work(dict.fromkeys(BOTH, 100.0)) for _ in range(4)]
    work += [Work(dict.fromkeys(BOTH, 90.0), due=95.0), Work(dict.fromkeys(BOTH, 80.0), due=85.0)]

    shares = share_work(work, BOTH)

    assert shares.late == []
    late = share_work([Work({"left": 100.0}, due=50.0)], ["left"])
    assert late.late == [0]


def test_a_plotter_that_is_at_work_gets_less() -> None:
    work = [Work(dict.fromkeys(BOTH, 10.0)) for _ in range(4)]

    shares = share_work(work, BOTH, busy={"left": 20.0})

    assert shares.seconds == shares.bound == 30
    assert shares.turns["left"][0].begin == 20


@given(st.lists(st.dictionaries(st.sampled_from(BOTH), st.floats(1, 1e4), min_size=1), max_size=12))
def test_no_sheet_is_lost_and_nothing_ends_below_the_bound(seconds: list[dict]) -> None:
    shares = share_work([Work(one) for one in seconds], BOTH)

    turns = [turn for mine in shares.turns.values() for turn in mine]
    assert sorted(turn.number for turn in turns) == list(range(len(seconds)))
    for name, mine in shares.turns.items():
        assert all(name in seconds[turn.number] for turn in mine)
    assert shares.seconds >= shares.bound * (1 - 1e-9)


def test_two_hundred_sheets_on_eight_plotters_end_together() -> None:
    chance = random.Random(3)
    names = [f"plotter {k}" for k in range(8)]
    work = [Work(dict.fromkeys(names, chance.lognormvariate(6.5, 0.8))) for _ in range(200)]

    assert share_work(work, names).gap < 0.005
