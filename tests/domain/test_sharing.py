"""Longest sheets first, each to the plotter that is free first and can take it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plotty_tui.domain.sharing import planned_ends

BOTH = ["left", "right"]


def test_examples() -> None:
    assert planned_ends([], BOTH) == {"left": 0, "right": 0}
    assert planned_ends([(10, BOTH), (20, BOTH), (30, BOTH)], BOTH) == {"left": 30, "right": 30}
    assert planned_ends([(10, BOTH), (30, ["right"])], BOTH) == {"left": 10, "right": 30}
    assert planned_ends([(10, ["left"])] * 3, BOTH) == {"left": 30, "right": 0}


@given(st.lists(st.floats(0, 1e5)))
def test_nobody_is_later_than_the_rest_by_more_than_a_sheet(seconds: list[float]) -> None:
    ends = planned_ends([(one, BOTH) for one in seconds], BOTH)
    assert abs(sum(ends.values()) - sum(seconds)) < 1e-3
    assert max(ends.values()) - min(ends.values()) <= max(seconds, default=0) + 1e-3
