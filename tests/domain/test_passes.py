"""Pen by pen: which sheet comes next, and what it takes of a person."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from plotty_tui.domain.edition import order_edition
from plotty_tui.domain.hands_ahead import LayerAhead, PlotterAhead, SheetAhead, look_ahead
from plotty_tui.domain.passes import (
    HandsOfRun,
    SheetLeft,
    by_pen,
    by_sheet,
    next_of_edition,
    pass_order,
)

chains = st.lists(st.sampled_from("ABCD"), min_size=1, max_size=4).map(tuple)
lines = st.lists(st.tuples(chains, st.integers(0, 6)), min_size=1, max_size=4)
pens = st.sampled_from([None, "A", "B", "E"])


def test_the_last_sheet_of_a_pass_stays_on_and_the_pile_is_taken_from_its_top() -> None:
    assert pass_order([("A", "B", "C")] * 3) == [
        (0, "A"), (1, "A"), (2, "A"), (2, "B"), (1, "B"), (0, "B"), (0, "C"), (1, "C"), (2, "C"),
    ]  # fmt: skip


def test_the_pen_that_is_in_goes_first_and_other_sheets_before_another_pen() -> None:
    here = SheetLeft(1, ("B",))
    waiting = [SheetLeft(2, ("A", "B")), SheetLeft(3, ("A",))]
    # The one that wants the pen of the next pass too is the last of this one: it stays on.
    assert next_of_edition(waiting, "A", here).id == 3
    assert next_of_edition(waiting[:1], "A", here).id == 2
    assert next_of_edition([], "A", here) is here
    assert next_of_edition([SheetLeft(4, ("B",))], "A", here) is here
    assert next_of_edition([], "A") is None


def test_a_pen_that_would_have_to_come_twice_waits_for_the_one_between() -> None:
    # With C at once there would be four passes: A, C, B, C.
    assert by_pen([(("A", "B", "C"), 2), (("A", "C"), 2)]) == HandsOfRun(2, 8)


@given(st.integers(1, 12), st.integers(1, 4))
def test_of_one_design_no_order_of_the_circuit_takes_less(copies: int, number: int) -> None:
    chain = tuple("ABCD"[:number])
    best = order_edition([chain] * copies, 60.0, 30.0)
    found = by_pen([(chain, copies)])
    assert found.pen_changes == number - 1
    if copies > 1:
        assert found == HandsOfRun(best.pen_changes, best.sheet_changes + 1)


@given(lines, pens)
def test_every_layer_of_every_sheet_is_drawn_once_and_in_its_order(
    some: list[tuple[tuple[str, ...], int]], loaded: str | None
) -> None:
    sheets = [pens for pens, copies in some for _ in range(copies)]
    steps = pass_order(sheets, loaded)
    for number, wanted in enumerate(sheets):
        plain = [pen for pen, before in zip(wanted, (None, *wanted), strict=False) if pen != before]
        assert [pen for sheet, pen in steps if sheet == number] == plain
    changes = sum(a[1] != b[1] for a, b in pairwise(steps))
    changes += bool(steps and loaded is not None and steps[0][1] != loaded)
    turned = sum(a[0] != b[0] for a, b in pairwise(steps)) + bool(steps)
    assert by_pen(some, loaded) == HandsOfRun(changes, turned)


@given(lines, pens)
def test_sheet_by_sheet_is_counted_as_it_goes(
    some: list[tuple[tuple[str, ...], int]], loaded: str | None
) -> None:
    row = [pen for pens, copies in some for _ in range(copies) for pen in pens]
    inside = [loaded, *row] if loaded is not None else row
    changes = sum(a != b for a, b in pairwise(inside))
    assert by_sheet(some, loaded) == HandsOfRun(changes, sum(copies for _, copies in some))


@given(lines, pens)
def test_the_look_ahead_follows_the_same_order(
    some: list[tuple[tuple[str, ...], int]], loaded: str | None
) -> None:
    sheets = [pens for pens, copies in some for _ in range(copies)]
    ahead = [
        SheetAhead(
            number, (2, 1), number, str(number), "a4",
            tuple(LayerAhead(pen, pen, 10.0) for pen in pens), {"left": 1.0}, pen_by_pen=True,
        )
        for number, pens in enumerate(sheets)
    ]  # fmt: skip
    day = look_ahead(ahead, [PlotterAhead("left", loaded)], 60.0, 40)
    hands = HandsOfRun(
        sum(one.kind == "pen" for one in day.hands), sum(one.kind == "paper" for one in day.hands)
    )
    found = by_pen(some, loaded)
    first = bool(sheets) and loaded is None  # the first pen is put in too
    assert hands == HandsOfRun(found.pen_changes + first, found.put_on)
    assert sum(one.kind == "done" for one in day.hands) == len(sheets)
    assert not day.left
