import pytest
from hypothesis import given
from hypothesis import strategies as st

from plotty_tui.domain import jobs, ledger
from plotty_tui.domain.errors import Refused


@pytest.mark.parametrize(
    ("word", "number"),
    [("high", 1), ("Normal", 2), (" LOW ", 3), ("1", 1), ("2", 2), ("3", 3)],
)
def test_a_priority_is_a_word_or_a_number(word, number):
    assert jobs.parse_priority(word) == number
    assert jobs.PRIORITY_WORDS[number] in jobs.PRIORITIES


@pytest.mark.parametrize("word", ["", "0", "4", "-1", "urgent", "²", "1.0", "9" * 5000])
def test_any_other_priority_is_refused_with_the_three(word):
    with pytest.raises(Refused, match="high, normal, low, or 1 to 3"):
        jobs.parse_priority(word)


def test_tags_keep_their_order_without_blanks_and_doubles():
    assert jobs.parse_tags(" client, approved,, client ,Ünï ") == ["client", "approved", "Ünï"]
    assert jobs.parse_tags("") == jobs.parse_tags(" , ,") == []


@given(st.lists(st.text(max_size=5)))
def test_tags_read_twice_stay_the_same(words):
    tags = jobs.parse_tags(",".join(words))

    assert jobs.parse_tags(",".join(tags)) == tags


@pytest.mark.parametrize(
    ("name", "client"),
    [
        ("Acme: Card", "Acme"),
        ("Acme:Card", "Acme"),
        (" Acme : Card: red", "Acme"),
        ("Card", None),
        (": Card", None),
        ("Acme:", None),
        ("Acme: ", None),
        ("", None),
    ],
)
def test_the_client_stands_before_the_colon(name, client):
    assert jobs.client_of(name) == client


def test_several_of_one_name_are_numbered_so_that_they_sort():
    assert jobs.numbered("Logo", 1) == ["Logo"]
    assert jobs.numbered("Logo", 2) == ["Logo 01", "Logo 02"]
    many = jobs.numbered("Logo", 120)
    assert many[0] == "Logo 001"
    assert many == sorted(many)


def test_every_part_of_every_layer_has_a_key_of_its_own():
    keys = {
        ledger.layer_key(sheet, layer, part)
        for sheet in (1, 11, 111)
        for layer in (0, 1, 11)
        for part in (0, 1, 11)
    } | {ledger.paper_key(sheet) for sheet in (1, 11, 111)}

    assert len(keys) == 30
