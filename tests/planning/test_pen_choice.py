import pytest
from plan_drawings import STOCK

from plotty_tui.domain.pen_choice import StockPen, assign_pens, color_distance
from plotty_tui.domain.strokes import LayerStrokes


def choose(name, color="#777777", pens=STOCK):
    return assign_pens([LayerStrokes(name, color)], pens)[0]


@pytest.mark.parametrize(
    ("name", "color", "code", "why"),
    [
        ("K-05", "#777777", "K-05", "the layer names K-05"),
        ("2 - k-05 outline", "#c8102e", "K-05", "the layer names K-05"),
        ("K-051", "#777777", "", "no pen in stock is near #777777"),
        ("pen 2", "#777777", "K-05", "the layer names slot 2"),
        ("Slot #3 shade", "#777777", "R-05", "the layer names slot 3"),
        ("pen 0.3", "#000000", "K-03", "#101010 is the nearest to #000000"),
        ("pen 9", "#1040c0", "B-05", "#1040c0 is the nearest to #1040c0"),
        ("CARMINE sky", "#000000", "R-05", "the layer names Carmine"),
        ("Carmines", "#777777", "", "no pen in stock is near #777777"),
        ("black 0.5", "#777777", "K-05", "the layer names Black"),
        ("black", "#777777", "K-03", "the layer names Black"),
        ("lines", "#000", "K-03", "#101010 is the nearest to #000"),
        ("lines 0,5", "#000", "K-05", "#101010 is the nearest to #000"),
        ("lines", "#d01030", "R-05", "#c8102e is the nearest to #d01030"),
        ("lines", "#108030", "", "no pen in stock is near #108030"),
        ("G-05", "#c8102e", "", "G-05 is named, but it is dry"),
        ("lines", "", "", "the layer has no colour to go by (none)"),
        ("lines", "currentColor", "", "the layer has no colour to go by (currentColor)"),
    ],
)
def test_choice_by_example(name, color, code, why):
    choice = choose(name, color)

    assert (choice.code, choice.why) == (code, why)
    assert choice.pen_id == {pen.code: pen.id for pen in STOCK}.get(code)


@pytest.mark.parametrize("state", ["retired", "empty", "dry"])
def test_a_spent_pen_is_never_chosen(state):
    spent = [StockPen(1, "K", "Black", "#000000", 0.3, 1, state)]

    assert {choose(name, "#000000", spent).pen_id for name in ("K", "slot 1", "black", "")} == {
        None
    }


def test_ties_go_to_the_lower_slot_then_to_the_code():
    pens = [
        StockPen(1, "A", "Ink", "#000000"),
        StockPen(2, "D", "Ink", "#000000", slot=4),
        StockPen(3, "C", "Ink", "#000000", slot=2),
        StockPen(4, "B", "Ink", "#000000", slot=2),
    ]

    assert choose("", "#000000", pens).code == "B"
    assert choose("", "#000000", pens[:1] + pens[1:2]).code == "D"


def test_the_longest_name_is_meant():
    pens = [
        StockPen(1, "A", "Red", "#ff0000", slot=1),
        StockPen(2, "B", "Dark red", "#800000", slot=2),
    ]

    assert choose("dark red leaves", pens=pens).code == "B"


def test_without_stock_there_is_no_pen():
    assert choose("lines", "#000000", []).why == "no pen in stock can be used"


def test_distances_look_right():
    assert color_distance("#000", "#ffffff") == pytest.approx(1, abs=1e-3)
    assert color_distance("#123456", "#123456") == 0
    assert color_distance("#ff0000", "#d32f2f") < color_distance("#ff0000", "#ff8000")
    assert color_distance("#ff0000", "red") == float("inf")
