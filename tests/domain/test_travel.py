"""Where the pen is at which moment, and over which cells of a canvas."""

from __future__ import annotations

from array import array

from plotty_tui.domain.travel import Travel, cells_between

# Two strokes on a canvas of 20 x 16 dots: each a second of drawing after a second in the air.
WAY = Travel(
    array("d", [1.0, 3.0]),
    array("d", [2.0, 4.0]),
    array("f", [4.0, 0.0, 10.0, 0.0, 10.0, 8.0, 0.0, 8.0]),
    (0.0, 0.0),
    array("f", [2.0, 4.0]),
)


def test_strokes_are_done_when_they_end() -> None:
    assert [WAY.done_at(seconds) for seconds in (0, 1.9, 2, 3.9, 4, 99)] == [0, 0, 1, 1, 2, 2]
    assert WAY.seconds == 4
    assert Travel().seconds == 0
    assert Travel().pen_at(1.0) == (0.0, 0.0)


def test_the_pen_flies_between_strokes() -> None:
    assert WAY.pen_at(0.5) == (2.0, 0.0)
    assert WAY.pen_at(1.5) == (4.0, 0.0)
    assert WAY.pen_at(2.5) == (10.0, 4.0)
    assert WAY.pen_at(9.0) == (0.0, 8.0)


def test_the_cells_under_a_hop() -> None:
    assert WAY.hop_cells(0, 10, 4) == {0, 1, 2}
    assert WAY.hop_cells(1, 10, 4) == {5, 15, 25}
    assert WAY.hop_cells(2, 10, 4) == set()
    assert set(cells_between((0, 0), (-9, 40), 10, 4)) <= {0, 10, 20, 30}
