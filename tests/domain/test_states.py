"""The pictures of states are the promise: each arrow of them can be gone, nothing else."""

import itertools

import pytest

from plotty_tui.domain import runs, sheets
from plotty_tui.domain.errors import NotFound, Refused

SHEET_ARROWS = {
    ("planned", "loaded"),
    ("planned", "cancelled"),
    ("loaded", "planned"),
    ("loaded", "drawing"),
    ("loaded", "cancelled"),
    ("drawing", "waiting"),
    ("drawing", "drawn"),
    ("drawing", "interrupted"),
    ("drawing", "spoiled"),
    ("waiting", "drawing"),
    ("waiting", "interrupted"),
    ("waiting", "spoiled"),
    ("interrupted", "drawing"),
    ("interrupted", "waiting"),
    ("interrupted", "drawn"),
    ("interrupted", "spoiled"),
    ("drawn", "good"),
    ("drawn", "second"),
    ("drawn", "spoiled"),
    ("drawn", "proof"),
}
RUN_ARROWS = {
    ("pending", "in_progress"),
    ("pending", "cancelled"),
    ("in_progress", "completed"),
    ("in_progress", "failed"),
}


@pytest.mark.parametrize(("old", "new"), itertools.product(sheets.MOVES, repeat=2))
def test_a_sheet_moves_along_the_arrows_only(old, new):
    if (old, new) in SHEET_ARROWS:
        sheets.check_move(old, new)
        return
    with pytest.raises(Refused) as refused:
        sheets.check_move(old, new)
    assert str(refused.value).startswith(f"a sheet that is {old} cannot become {new}: ")


@pytest.mark.parametrize(("old", "new"), itertools.product(runs.STATES, repeat=2))
def test_a_run_moves_along_the_arrows_only(old, new):
    if (old, new) in RUN_ARROWS:
        runs.check_move(42, old, new)
        return
    with pytest.raises(Refused, match="RUN-042 is "):
        runs.check_move(42, old, new)


def test_a_sheet_with_a_verdict_keeps_it():
    for fate in (*sheets.VERDICTS, sheets.CANCELLED):
        assert not sheets.MOVES[fate]


def test_a_sheet_is_open_until_it_is_drawn_or_given_up():
    assert set(sheets.MOVES) - set(sheets.OPEN) == {sheets.DRAWN, *sheets.VERDICTS, "cancelled"}
    assert set(sheets.ON_DEVICE) < set(sheets.OPEN)


def test_a_closed_run_says_that_its_results_are_told_once():
    for old, new in itertools.product(("completed", "failed"), repeat=2):
        with pytest.raises(Refused, match="its results are told once"):
            runs.check_move(7, old, new)


def test_a_cancelled_run_names_what_it_is():
    with pytest.raises(Refused) as refused:
        runs.check_move(7, "cancelled", "completed")
    assert str(refused.value) == (
        "RUN-007 is cancelled and cannot be completed: nothing can follow"
    )


@pytest.mark.parametrize("reason", [one for one in sheets.REASONS if one != "other"])
def test_a_reason_needs_no_words_and_has_a_cause(reason):
    assert sheets.check_reason(reason) == reason
    assert sheets.REASONS[reason] in {"pen", "paper", "device", "file", "operator", "computer"}


def test_the_reason_other_needs_words():
    with pytest.raises(Refused, match="needs a text"):
        sheets.check_reason("other", "  ")
    assert sheets.check_reason("other", "the cat") == "other"
    with pytest.raises(Refused, match="no reason 'cat': pen_dry, "):
        sheets.check_reason("cat")


@pytest.mark.parametrize("text", ["RUN-042", "run 42", "#42", "42", " Run-42 ", "run#042"])
def test_a_run_is_named_in_any_of_the_usual_ways(text):
    assert runs.parse_run(text) == 42
    assert runs.run_name(42) == "RUN-042"


@pytest.mark.parametrize("text", ["", "run", "forty", "42a", "²", "4.2", "9" * 5000])
def test_what_names_no_run_says_how_one_is_named(text):
    with pytest.raises(NotFound, match="write RUN-042 or 42"):
        runs.parse_run(text)


def test_stars_are_five():
    assert [runs.stars(one) for one in (None, 1, 4, 4.6, 5)] == [
        "–", "★☆☆☆☆", "★★★★☆", "★★★★★", "★★★★★",
    ]  # fmt: skip
