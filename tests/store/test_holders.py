"""What is in the pen holders, and who gets which pen."""

import pytest

from plotty_tui.domain import orders, sheets
from plotty_tui.domain.errors import Refused
from plotty_tui.store.inventory import holders
from plotty_tui.store.machines import devices
from plotty_tui.store.plots import claims, drawing

BLACK = "#000000"


@pytest.fixture
def two(studio):
    """Two plotters that have each claimed a sheet of one black pen, K-01."""
    black = studio.pen("black")
    studio.paper(sheets=2)
    studio.run(studio.job(copies=2, layers=((black.id, 4, 1000.0),)))
    left, right = studio.device("left"), studio.device("right")
    for device in (left, right):
        assert claims.claim_sheet(studio.store, device.id)
    return left, right, black


def ask(studio, device, pen):
    wanted, _ = holders.ask_with_pen(
        studio.store, device.id, orders.HAND_PAPER, lambda one: f"put {one and one.code} in",
        pen.id, BLACK,
    )  # fmt: skip
    devices.set_device_state(studio.store, device.id, orders.WAITING)
    return wanted and wanted.code


def test_a_pen_is_asked_for_at_one_plotter_and_its_twin_at_the_other(studio, two):
    left, right, black = two
    studio.pen("spare")
    assert [ask(studio, left, black), ask(studio, right, black)] == ["K-01", "K-02"]
    assert [hand.text for hand in devices.open_hands(studio.store)] == [
        "put K-01 in", "put K-02 in",
    ]  # fmt: skip


def test_of_two_that_ask_for_the_only_pen_one_gets_it_and_the_other_goes_on_waiting(studio, two):
    left, right, black = two
    assert [ask(studio, left, black), ask(studio, right, black)] == ["K-01", "K-01"]
    holders.put_in(studio.store, left.id, None)
    with pytest.raises(Refused, match="left is drawing with pen K-01"):
        holders.put_in(studio.store, right.id, None)
    assert [hand.device for hand in devices.open_hands(studio.store)] == ["right"]
    assert holders.holder(studio.store, left.id).pen == black.id

    other = studio.pen("another")
    holders.put_in(studio.store, right.id, other.id)
    assert holders.holder(studio.store, right.id).pen == other.id
    assert devices.open_hands(studio.store) == []


def test_an_answer_that_comes_twice_is_refused_the_second_time(studio, two):
    left, _, black = two
    ask(studio, left, black)
    holders.put_in(studio.store, left.id, None)
    with pytest.raises(Refused, match="left waits for nothing"):
        holders.put_in(studio.store, left.id, None)


def test_a_pen_that_waits_to_be_taken_out_may_be_put_in_elsewhere(studio, two):
    left, right, black = two
    red = studio.pen("red", color="#ff0000")
    holders.load_pen(studio.store, left.id, black.id)
    assert ask(studio, left, red) == red.code
    assert ask(studio, right, black) == black.code
    holders.put_in(studio.store, right.id, None)
    assert holders.holder(studio.store, left.id).pen is None


def test_a_pen_of_a_drawing_plotter_is_in_no_other_holder(studio, two):
    left, right, black = two
    holders.load_pen(studio.store, left.id, black.id)
    claim = claims.claim_sheet(studio.store, left.id)
    drawing.move_sheet(studio.store, claim.sheet, sheets.LOADED)
    devices.set_device_state(studio.store, left.id, orders.DRAWING)
    with pytest.raises(Refused, match=r"put in another one and say which \(plotty ready right"):
        holders.load_pen(studio.store, right.id, black.id)
