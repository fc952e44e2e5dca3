import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plotty_tui.domain import sheets
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.runs import DrawnSheet, Results, Verdict, check_results, verdicts_of

# Twelve copies of one design and three of another, all drawn.
LOGO, CARD = 1, 2
ITEMS = {LOGO: "Logo", CARD: "Card"}
DRAWN = [DrawnSheet(copy, LOGO, copy, "drawn") for copy in range(1, 13)] + [
    DrawnSheet(20 + copy, CARD, copy, "drawn") for copy in range(1, 4)
]
SPOILED = Verdict(sheets.SPOILED, "smear")


def fates(results):
    counts = dict.fromkeys(sheets.VERDICTS, 0)
    for verdict in verdicts_of(results, DRAWN).values():
        counts[verdict.fate] += 1
    return counts


def test_what_nobody_speaks_of_is_good():
    check_results(Results(), DRAWN, ITEMS)

    assert fates(Results()) == {"good": 15, "second": 0, "spoiled": 0, "proof": 0}


def test_one_failed_of_twelve_leaves_eleven_and_takes_the_last():
    results = Results(failed={LOGO: 1})
    check_results(results, DRAWN, ITEMS)
    verdicts = verdicts_of(results, DRAWN)

    assert fates(results)["good"] == 14
    assert [one for one, verdict in verdicts.items() if verdict.fate == "spoiled"] == [12]
    assert verdicts[12].reason == "other"
    assert verdicts[12].notes


def test_sheets_named_as_spoiled_count_among_the_failed():
    results = Results(verdicts={3: SPOILED}, failed={LOGO: 2, CARD: 0})

    verdicts = verdicts_of(results, DRAWN)

    assert sorted(one for one, told in verdicts.items() if told.fate == "spoiled") == [3, 12]


def test_a_sheet_that_was_named_good_stays_good():
    results = Results(verdicts={12: Verdict(sheets.GOOD)}, failed={LOGO: 1})

    assert verdicts_of(results, DRAWN)[12].fate == "good"
    assert verdicts_of(results, DRAWN)[11].fate == "spoiled"


@given(
    named=st.dictionaries(
        st.sampled_from([sheet.id for sheet in DRAWN]),
        st.sampled_from(sheets.VERDICTS).map(lambda fate: Verdict(fate, "smear")),
    ),
    logos=st.integers(0, 12),
    cards=st.integers(0, 3),
)
def test_every_drawn_sheet_gets_one_verdict_and_the_counts_add_up(named, logos, cards):
    results = Results(verdicts=named, failed={LOGO: logos, CARD: cards})
    check_results(results, DRAWN, ITEMS)
    verdicts = verdicts_of(results, DRAWN)

    assert list(verdicts) == [sheet.id for sheet in DRAWN]
    assert sum(fates(results).values()) == len(DRAWN)
    assert {one: verdicts[one] for one in named} == named
    for item, wanted in results.failed.items():
        mine = [sheet.id for sheet in DRAWN if sheet.item == item]
        told = sum(1 for one in mine if one in named and named[one].fate == "spoiled")
        free = sum(1 for one in mine if one not in named)
        spoiled = sum(1 for one in mine if verdicts[one].fate == "spoiled")
        assert spoiled == told + min(free, max(0, wanted - told))


@pytest.mark.parametrize(
    ("results", "sentence"),
    [
        (Results(failed={LOGO: 13}), "Logo: 13 failed of 12 drawn does not add up: give 0 to 12"),
        (Results(failed={CARD: -1}), "Card: -1 failed of 3 drawn does not add up: give 0 to 3"),
        (Results(failed={9: 1}), "item 9 is not in this run"),
        (Results(verdicts={99: SPOILED}), "sheet 99 is not a drawn sheet of this run"),
        (Results(verdicts={1: Verdict("fine")}), "no verdict 'fine': good, second, spoiled, proof"),
        (Results(verdicts={1: Verdict("spoiled")}), "no reason '': pen_dry"),
        (Results(verdicts={1: Verdict("spoiled", "other")}), "the reason 'other' needs a text"),
        (Results(quality=6), "quality 6: give 1 to 5 stars"),
        (Results(quality=0), "quality 0: give 1 to 5 stars"),
        (Results(seconds=-1), "a duration cannot be negative"),
        (Results(sheets_used=-1), "sheets used cannot be negative"),
        (Results(pens={1: -0.1}), "metres used cannot be negative"),
        (
            Results(weights={1: (44.9, 45.2)}),
            "after 45.2 g is heavier than before 44.9 g: swap them, or weigh again",
        ),
        (Results(weights={1: (44.9, -1)}), "after -1 g"),
    ],
)
def test_results_that_do_not_add_up_are_refused_with_their_numbers(results, sentence):
    with pytest.raises(Refused, match=re.escape(sentence)):
        check_results(results, DRAWN, ITEMS)
