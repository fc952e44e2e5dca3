"""What a pen is known to want is done: its speed, its offset, its care, its height."""

from __future__ import annotations

import pytest
from workshop import Workshop, until

from plotty_tui.devices.ink import read_ink
from plotty_tui.store.tables import SheetLayer
from plotty_tui.studio import watching
from plotty_tui.studio.inventory import stock

BLACK = "#000000"


def drawn_seconds(shop: Workshop) -> list[float]:
    return [part.seconds for part in SheetLayer.select().order_by(SheetLayer.id)]


def test_a_pen_is_drawn_with_as_it_wants(workshop: Workshop) -> None:
    workshop.plotter("left", 100)
    workshop.pens(BLACK)
    workshop.design("card", strokes=6)
    number = workshop.start("card")
    workshop.ready("left")
    workshop.until_awaiting(number)
    plain = read_ink(workshop.store.home.ink_file("left"))
    (quick,) = drawn_seconds(workshop)

    stock.edit_pen(workshop.store, "K-01", {
        "speed_cap": 5.0, "offset_x_mm": 1.5, "offset_y_mm": -2.0,
        "care": {"rules": [{"what": "shake", "every_mm": 100.0}]},
    })  # fmt: skip
    workshop.design("again", strokes=6, colors=(BLACK,))
    number = workshop.start("again")
    until(workshop.hands)
    (hand,) = workshop.hands()
    assert "pen K-01 (shake it first) in the holder" in hand.text
    workshop.ready("left")
    workshop.until_awaiting(number)

    moved = read_ink(workshop.store.home.ink_file("left"))[len(plain) :]
    assert len(moved) == len(plain)
    for one, other in zip(plain, moved, strict=True):
        (x, y), (to_x, to_y) = one["line"][0], other["line"][0]
        assert (to_x - x, to_y - y) == pytest.approx((-1.5, 2.0), abs=0.01)
    assert drawn_seconds(workshop)[1] > 2 * quick
    row = stock.find_pen_row(workshop.store, "K-01")
    assert row.used_mm == pytest.approx(2 * 6 * 40, rel=0.01)
    assert watching.device_views(workshop.store)[0].pen
