"""Pens over a batch: what is proposed can be drawn, and no order has fewer changes."""

from __future__ import annotations

import random
from itertools import pairwise, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from plotty_tui.domain.edition import order_edition
from plotty_tui.domain.pen_order import PenJob, count_changes, has_circle, order_alike, order_pens

PENS = "abcde"


def ways_of(job: PenJob) -> list[tuple]:
    if job.fixed:
        return [job.pens]
    return [
        way
        for way in permutations(dict.fromkeys(job.pens))
        if all(way.index(a) < way.index(b) for a, b in job.before if a in way and b in way)
    ]


def least_changes(jobs: list[PenJob], loaded: str | None) -> int:
    """By trying everything."""
    best = 10**6
    for order in permutations(jobs):
        if any(a.priority > b.priority for a, b in pairwise(order)):
            continue
        reached = {loaded: 0}
        for job in order:
            after: dict = {}
            for pen, changes in reached.items():
                for way in ways_of(job):
                    now = changes + count_changes([way], pen)
                    after[way[-1]] = min(after.get(way[-1], now), now)
            reached = after
        best = min(best, *reached.values())
    return best


@st.composite
def any_job(draw: st.DrawFn) -> PenJob:
    pens = tuple(draw(st.lists(st.sampled_from(PENS), min_size=1, max_size=4, unique=True)))
    pairs = [(a, b) for a in pens for b in pens if a < b]
    before = draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    kind = draw(st.sampled_from(("free", "free", "fixed", "pairs")))
    return PenJob(
        pens,
        frozenset(before if kind == "pairs" else ()),
        kind == "fixed",
        draw(st.sampled_from((1, 1, 2))),
    )


@given(jobs=st.lists(any_job(), min_size=1, max_size=4), loaded=st.sampled_from([None, *PENS, "z"]))
@settings(max_examples=60, deadline=None)
def test_no_order_has_fewer_changes(jobs: list[PenJob], loaded: str | None) -> None:
    order = order_pens(jobs, loaded)

    assert sorted(number for number, _ in order.sequence) == list(range(len(jobs)))
    for number, pens in order.sequence:
        assert pens in ways_of(jobs[number])
    priorities = [jobs[number].priority for number, _ in order.sequence]
    assert priorities == sorted(priorities)
    assert order.changes == count_changes([pens for _, pens in order.sequence], loaded)
    assert order.bound <= order.changes == least_changes(jobs, loaded)
    assert order.proved or len(set(priorities)) > 1


def test_a_job_begins_with_the_pen_that_the_one_before_ended_with() -> None:
    jobs = [PenJob(("red", "black")), PenJob(("blue", "black")), PenJob(("blue", "red"))]

    order = order_pens(jobs, "red")

    assert order.changes == 3
    assert order.sequence[0][1][0] == "red"
    assert all(a[1][-1] == b[1][0] for a, b in pairwise(order.sequence))


def test_jobs_without_pens_come_last_in_their_priority() -> None:
    order = order_pens([PenJob((), priority=1), PenJob(("a",), priority=1), PenJob(("b",))])

    assert [number for number, _ in order.sequence] == [2, 1, 0]
    assert order_pens([]).changes == 0


def test_a_pen_that_is_needed_twice_keeps_its_place() -> None:
    order = order_pens([PenJob(("a", "b", "a"), fixed=True), PenJob(("a", "b"))], "b")

    assert order.sequence == [(1, ("b", "a")), (0, ("a", "b", "a"))]
    assert order.changes == 3


def test_one_order_for_all_is_kept_to_and_the_best() -> None:
    jobs = [PenJob(("b", "a")), PenJob(("c", "a")), PenJob(("b", "c")), PenJob(("d", "b", "a"))]

    order, pens = order_alike(jobs)

    for _, mine in order.sequence:
        assert list(mine) == sorted(mine, key=pens.index)
    fixed = [
        order_pens([PenJob(tuple(sorted(j.pens, key=p.index)), fixed=True) for j in jobs]).changes
        for p in permutations("abcd")
    ]
    assert order.changes == min(fixed)


def test_a_given_order_is_kept_and_what_it_does_not_name_comes_after() -> None:
    order, pens = order_alike([PenJob(("a", "x", "b")), PenJob(("b", "a"))], order=("b", "a"))

    assert pens == ("b", "a", "x")
    assert dict(order.sequence) == {0: ("b", "a", "x"), 1: ("b", "a")}


def test_a_job_whose_layers_speak_against_the_order_keeps_its_own() -> None:
    numbered = PenJob(("a", "b"), frozenset({("a", "b")}))

    order, _ = order_alike([numbered, PenJob(("a", "b"))], order=("b", "a"))

    assert dict(order.sequence) == {0: ("a", "b"), 1: ("b", "a")}


def test_wishes_that_go_in_a_circle_are_seen() -> None:
    assert has_circle([("a", "b"), ("b", "c"), ("c", "a")])
    assert not has_circle([("a", "b"), ("b", "c"), ("a", "c"), ("a", "a")])


def test_two_hundred_jobs_with_twelve_pens_are_proved() -> None:
    chance = random.Random(7)
    jobs = [PenJob(tuple(chance.sample(range(12), chance.randint(1, 4)))) for _ in range(200)]

    order = order_pens(jobs, 3)

    assert order.proved
    assert order.changes < 0.7 * count_changes([job.pens for job in jobs], 3)


# Pen by pen over an edition ----------------------------------------------------------------------


def least_seconds(sheets: list[tuple], pen_s: float, sheet_s: float) -> float:
    steps = [(k, pen) for k, pens in enumerate(sheets) for pen in pens]

    def cost(order: tuple) -> float:
        return sum((a[1] != b[1]) * pen_s + (a[0] != b[0]) * sheet_s for a, b in pairwise(order))

    return min(map(cost, permutations(steps)))


@given(
    sheets=st.lists(
        st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True).map(tuple),
        min_size=1, max_size=3,
    ),
    pen_s=st.sampled_from((20, 60, 90)),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_no_order_of_an_edition_takes_less(sheets: list[tuple], pen_s: float) -> None:
    order = order_edition(sheets, pen_s, 60)

    assert sorted(order.steps) == sorted((k, pen) for k, pens in enumerate(sheets) for pen in pens)
    assert order.seconds == least_seconds(sheets, pen_s, 60)
    assert order.proved


def test_an_edition_goes_pen_by_pen_where_a_sheet_is_quickly_put_on() -> None:
    edition = [("red", "black")] * 6

    assert order_edition(edition, 60, 10).pen_changes == 1
    assert order_edition(edition, 10, 60).sheet_changes == 5
    assert order_edition([], 60, 10).seconds == 0
