import pytest
from hypothesis import given
from hypothesis import strategies as st

from plotty_tui.domain import papers
from plotty_tui.domain.errors import Refused

V3 = (300.0, 217.9)
sides = st.floats(10, 2000)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("a4", (210, 297)),
        (" A4 ", (210, 297)),
        ("Letter", (215.9, 279.4)),
        ("card", (55, 85)),
        ("210x297", (210, 297)),
        ("297 × 210 mm", (210, 297)),
        ("30x20cm", (200, 300)),
        ("8.5x11in", (215.9, 279.4)),
    ],
)
def test_a_size_is_portrait_however_it_is_typed(name, size):
    assert papers.paper_size(name) == pytest.approx(size)


@pytest.mark.parametrize("name", ["", "a9", "vellum", "210", "0x0x0", "-5x10", "nanxnan"])
def test_what_is_no_paper_is_answered_with_what_is(name):
    with pytest.raises(Refused, match=r"use a0, a1, a2, .* a size like 210x297"):
        papers.paper_size(name)


@pytest.mark.parametrize("name", ["1x100", "100x6000", "999999999x5"])
def test_a_sheet_has_sides_that_exist(name):
    with pytest.raises(Refused, match="sides from 5 to 5000 mm"):
        papers.paper_size(name)


def test_the_page_lies_in_the_middle_of_its_sheet():
    placed = papers.place_on_sheet((100, 150), (10, 10, 90, 140), (210, 297))

    assert placed == papers.Placement(210, 297, 55, 73.5)


def test_the_sheet_is_turned_to_the_page():
    placed = papers.place_on_sheet((297, 210), (0, 0, 297, 210), (210, 297))

    assert placed == papers.Placement(297, 210, 0, 0)


def test_a_square_page_on_a_long_sheet_is_turned_only_when_it_must_be():
    assert papers.place_on_sheet((200, 200), (0, 0, 200, 200), (210, 297)).sheet_width == 210


def test_ink_decides_whether_it_fits_and_not_the_page():
    page = (300, 300)

    assert papers.place_on_sheet(page, (100, 100, 200, 200), (210, 297)) is not None
    assert papers.place_on_sheet(page, None, (210, 297)) is not None
    assert papers.place_on_sheet(page, (0, 0, 300, 300), (210, 297)) is None


def test_a_hair_over_the_edge_is_no_overhang():
    page = (210, 297)

    assert papers.place_on_sheet(page, (-0.5, 0, 210.5, 297), page) is not None
    assert papers.place_on_sheet(page, (-0.6, 0, 210, 297), page) is None


@given(page=st.tuples(sides, sides), paper=st.tuples(sides, sides))
def test_placed_ink_lies_on_the_sheet(page, paper):
    ink = (0.0, 0.0, *page)
    placed = papers.place_on_sheet(page, ink, paper)
    fits = (
        min(page) <= min(paper) + 2 * papers.SLACK_MM
        and max(page) <= max(paper) + 2 * papers.SLACK_MM
    )

    if placed is None:
        assert not (min(page) <= min(paper) and max(page) <= max(paper))
        return
    assert fits
    assert sorted((placed.sheet_width, placed.sheet_height)) == sorted(paper)
    assert placed.dx >= -papers.SLACK_MM - 1e-9
    assert placed.dx + page[0] <= placed.sheet_width + papers.SLACK_MM + 1e-9
    assert placed.dy + page[1] <= placed.sheet_height + papers.SLACK_MM + 1e-9


@pytest.mark.parametrize(
    ("sheet", "turn"),
    [
        ((297, 210), papers.Turn(False, 297)),
        ((210, 297), papers.Turn(True, 210)),
        ((300.4, 218.3), papers.Turn(False, 300.4)),
        ((420, 297), None),
        ((297, 420), None),
        ((301, 100), None),
    ],
)
def test_a_sheet_is_turned_for_its_machine_or_refused(sheet, turn):
    assert papers.turn_for_device(sheet, V3) == turn


@given(
    width=sides,
    height=sides,
    across=st.floats(0, 1),
    down=st.floats(0, 1),
    quarter=st.booleans(),
)
def test_turning_stays_on_the_bed_and_can_be_undone(width, height, across, down, quarter):
    x, y = across * width, down * height
    turn = papers.Turn(quarter, width)
    turned = turn.apply(x, y)

    assert turn.undo(*turned) == pytest.approx((x, y), abs=1e-6)
    bed = (height, width) if quarter else (width, height)
    assert -1e-6 <= turned[0] <= bed[0] + 1e-6
    assert -1e-6 <= turned[1] <= bed[1] + 1e-6


def test_a_quarter_turn_is_anticlockwise_and_keeps_no_mirror():
    turn = papers.Turn(True, 210)

    assert [turn.apply(*corner) for corner in ((0, 0), (210, 0), (210, 297), (0, 297))] == [
        (0, 210), (0, 0), (297, 0), (297, 210),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((210, 297), "a4"),
        ((297, 210), "a4 landscape"),
        ((209.7, 297.2), "a4"),
        ((120, 80), "120 x 80 mm"),
        ((85, 55), "card landscape"),
        ((1234.56, 10), "1235 x 10 mm"),
    ],
)
def test_a_size_is_told_by_its_name_when_it_has_one(size, words):
    assert papers.describe_size(*size) == words


def test_a_paper_lies_as_most_plotters_take_it():
    v3, a3, upright = (300.0, 217.9), (430.0, 297.0), (218.0, 300.0)
    a4 = (210.0, 297.0)

    assert papers.turned_sheets(a4, [v3]) == (a4,)
    assert papers.turned_sheets(a4[::-1], [v3]) == (a4,)
    assert papers.turned_sheets(a4, [v3, a3, a3]) == ()
    assert papers.turned_sheets(a4, [upright]) == ((297.0, 210.0),)
    assert papers.turned_sheets(a4, []) == papers.turned_sheets((594.0, 841.0), [v3]) == ()
