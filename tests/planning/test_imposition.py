"""Several pieces on a sheet: none overlaps, all are within the margin, the count adds up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plotty_tui.domain.imposition import CROP_MARKS, Piece
from plotty_tui.domain.strokes import LayerStrokes, Strokes
from plotty_tui.planning.imposition import (
    Room,
    capacity,
    crop_marks,
    draw_sheet,
    fill,
    impose,
    sheet_svg,
)
from plotty_tui.planning.reading import DesignReader

A4, CARD = (210.0, 297.0), (85.0, 55.0)


def check(pieces, room):
    for piece in pieces:
        assert piece.x >= room.margin - 1e-6
        assert piece.y >= room.margin - 1e-6
        assert piece.x + piece.width <= room.paper[0] - room.margin + 1e-6
        assert piece.y + piece.height <= room.paper[1] - room.margin + 1e-6
    for k, one in enumerate(pieces):
        for other in pieces[k + 1 :]:
            apart_x = max(other.x - one.x - one.width, one.x - other.x - other.width)
            apart_y = max(other.y - one.y - one.height, one.y - other.y - other.height)
            assert max(apart_x, apart_y) >= room.gap - 1e-6


@pytest.mark.parametrize(
    ("size", "room", "number"),
    [
        (CARD, Room(A4), 9),
        (CARD, Room(A4, rotate=False), 8),
        (CARD, Room(A4, 5, 0), 11),
        ((105, 148.5), Room(A4, 0, 0), 4),
        ((105, 148.5), Room(A4, 10, 0), 2),
        (A4, Room(A4, 0, 0), 1),
        (A4, Room(A4), 0),
        (CARD, Room(A4, most=4), 4),
    ],
)
def test_as_many_as_fit(size, room, number):
    assert capacity(size, room) == number
    check(fill(size, room), room)


def test_twelve_cards_on_three_sheets_of_four():
    (sheet,) = impose([CARD], [12], Room((148, 210)))
    assert (sheet.copies, len(sheet.pieces)) == (3, 4)
    full, rest = impose([CARD], [10], Room((148, 210)))
    assert (full.copies, len(full.pieces), rest.copies, len(rest.pieces)) == (2, 4, 1, 2)


def test_positions_are_numbered_as_one_reads():
    places = [(piece.y, piece.x) for piece in fill(CARD, Room(A4))]
    assert places == sorted(places)


def test_several_designs_share_sheets():
    sheets = impose([CARD, (50, 50)], [12, 24], Room(A4))
    assert [(sheet.copies, len(sheet.pieces)) for sheet in sheets] == [(3, 12)]
    mixed = impose([CARD, (148, 210)], [12, 2], Room(A4))
    assert sum(sheet.copies for sheet in mixed) == 3, "two cards beside each letter"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(20, 120), st.floats(20, 120), st.integers(1, 12)),
        min_size=1, max_size=4,
    ),
    st.floats(0, 10), st.booleans(),
)  # fmt: skip
def test_every_piece_lies_somewhere_and_none_on_another(wanted, gap, rotate):
    room = Room(A4, 10, gap, rotate)
    sizes = [(w, h) for w, h, _ in wanted]
    sheets = impose(sizes, [number for *_, number in wanted], room)
    counts = [0] * len(sizes)
    for sheet in sheets:
        check(sheet.pieces, room)
        for piece in sheet.pieces:
            counts[piece.number] += sheet.copies
            laid = (piece.height, piece.width) if piece.turned else (piece.width, piece.height)
            assert laid == pytest.approx(sizes[piece.number])
    assert counts == [number for *_, number in wanted]


def test_a_turned_piece_lies_a_quarter_clockwise():
    piece = Piece(0, 10, 20, 55, 85, turned=True)
    assert piece.place(0, 0) == (65, 20), "the upper left corner is the upper right one"
    assert piece.place(85, 55) == (10, 105)


def test_the_sheet_draws_the_pieces_ink_once_a_pen():
    black = LayerStrokes("black", "#000000", Strokes([[(0, 0), (10, 0)]]))
    red = LayerStrokes("K-05", "#ff0000", Strokes([[(0, 5), (10, 5)]]))
    thin = LayerStrokes("thin", "#000000", Strokes([[(0, 9), (5, 9)]]))
    room = Room(A4)
    pieces = fill(CARD, room)
    layers = draw_sheet(pieces, [[black, red, thin]], [crop_marks(pieces, room)])
    assert [layer.name for layer in layers] == ["black", "thin", CROP_MARKS, "K-05"]
    assert layers[0].strokes.length_mm() == pytest.approx(90, abs=1e-3)
    with DesignReader() as reader:
        read = reader.read_bytes("sheet.svg", sheet_svg(layers, A4, "nine cards").encode())
    assert [layer.name for layer in read.layers] == ["black", "thin", CROP_MARKS, "K-05"]
    assert (read.width_mm, read.height_mm) == A4
    assert read.length_mm == pytest.approx(sum(one.strokes.length_mm() for one in layers), abs=0.1)
    assert read.findings == []


@pytest.mark.parametrize("gap", [0.0, 1.0, 5.0, 12.0])
def test_crop_marks_touch_no_piece_and_stay_on_the_paper(gap):
    room = Room(A4, 10, gap)
    pieces = fill(CARD, room)
    marks = list(crop_marks(pieces, room))
    assert marks
    assert len(marks) == len({tuple(sorted(mark)) for mark in marks})
    for (x0, y0), (x1, y1) in marks:
        assert min(x0, x1) >= 0
        assert max(x0, x1) <= 210
        assert min(y0, y1) >= 0
        assert max(y0, y1) <= 297
        for piece in pieces:
            for part in (0.0, 0.25, 0.5, 0.75, 1.0):
                x, y = x0 + part * (x1 - x0), y0 + part * (y1 - y0)
                inside_x = piece.x + 1e-3 < x < piece.x + piece.width - 1e-3
                inside_y = piece.y + 1e-3 < y < piece.y + piece.height - 1e-3
                assert not (inside_x and inside_y)
