"""How the Studio screen uses the room there is. Plain figures in, plain figures out."""

from __future__ import annotations

from dataclasses import dataclass

from ..panels.device import FULL, ONE_LINE, TWO_LINES

# Below this nothing can be shown.
LEAST = (32, 6)
# Below this a plotter is one line with its reason.
SMALL = (60, 16)
# From here on the plotters stand beside the queue, and runs and today below.
WIDE = (100, 28)

# A drawing needs this much room, its border included.
LEAST_PANEL = (30, 8)
QUEUE_LEAST_WIDTH = 50


@dataclass(frozen=True, slots=True)
class Layout:
    """The arrangement for one size. `columns` of plotters, `devices_wide` in cells (0: all of
    it), `devices_high` in lines (0: all of it), and how much of each plotter is shown."""

    too_small: bool = False
    tiny: bool = False
    stacked: bool = True
    short: bool = True
    columns: int = 1
    devices_wide: int = 0
    devices_high: int = 0
    look: str = FULL


def arrange(width: int, height: int, devices: int, bottom: int = 7, busy: bool = True) -> Layout:
    """The layout for a terminal of this size with so many plotters; unless one is `busy`, a low
    one leaves its lines to the queue."""
    if width < LEAST[0] or height < LEAST[1]:
        return Layout(too_small=True)
    count = max(1, devices)
    if width < SMALL[0] or height < SMALL[1]:
        most = max(1, (height - 4) // 2)
        return Layout(tiny=True, devices_high=min(count, most), look=ONE_LINE)
    if width >= WIDE[0] and height >= WIDE[1]:
        return _beside(width, height - 3 - bottom, count)
    return _stacked(width, height, count, busy)


def _beside(width: int, high: int, count: int) -> Layout:
    most = width - max(QUEUE_LEAST_WIDTH, int(width * 0.36))
    wide = min(most, int(width * (0.46 if count == 1 else 0.6)))
    columns = _best_columns(wide, high, count)
    if columns:
        return Layout(stacked=False, short=False, columns=columns, devices_wide=wide)
    look = TWO_LINES if count * 2 <= high else ONE_LINE
    return Layout(stacked=False, short=False, devices_wide=wide, look=look)


def _best_columns(wide: int, high: int, count: int) -> int:
    """How many columns give the largest drawings; 0 when they would be too small to be any use."""
    best, most = 0, 0.0
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        cell = (wide // columns, high // rows)
        if cell[0] < LEAST_PANEL[0] or cell[1] < LEAST_PANEL[1]:
            continue
        # A cell is twice as high as it is wide.
        size = min(cell[0] - 4, (cell[1] - 6) * 2.4)
        if size > most:
            best, most = columns, size
    return best


def _stacked(width: int, height: int, count: int, busy: bool) -> Layout:
    short = height < WIDE[1]
    room = (height - 3) // 2 if short else (height - 10) // 2
    columns = min(count, width // 36)
    rows = -(-count // columns)
    high = min(room, 20 * rows)
    if high // rows >= LEAST_PANEL[1] and (busy or not short):
        return Layout(short=short, columns=columns, devices_high=high // rows * rows)
    if count * 2 <= room:
        return Layout(short=short, devices_high=count * 2, look=TWO_LINES)
    return Layout(short=short, devices_high=min(count, room), look=ONE_LINE)
