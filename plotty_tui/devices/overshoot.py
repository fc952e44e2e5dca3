"""What pyaxidraw draws too far, taken back before it is drawn.

Where a segment is entered faster than it is left and is too short for full speed, the library's
ramp down has one interval more than its ramp up and ends at a speed below zero: the pen runs past
the corner, by up to 0.1 mm at usual speeds, and comes back. Both moves become one, which ends
where the corner is and takes as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import Any

# As the library has them: ["SM", (steps 2, steps 1, ms), [x, y, pen up, inches]], or pen moves.
Move = list[Any]

# A corner lies within two motor steps of where the moves pass it.
NEAR_INCH = 2 / 2032


def without_overshoot(moves: Sequence[Move], corners: Sequence[Sequence[float]]) -> list[Move]:
    """The moves along these corners (inches), none of which goes back where there is none."""
    cells = {_cell(corner) for corner in corners}
    kept: list[Move] = []
    for move in moves:
        if kept and _comes_back(kept[-1], move) and not _is_corner(kept[-1][2], cells):
            kept[-1] = _as_one(kept[-1], move)
        else:
            kept.append(move)
    return kept


def _comes_back(last: Move, move: Move) -> bool:
    if last[0] != "SM" or move[0] != "SM":
        return False
    return bool(last[1][0] * move[1][0] + last[1][1] * move[1][1] < 0)


def _cell(place: Sequence[float]) -> tuple[int, int]:
    return round(place[0] / NEAR_INCH), round(place[1] / NEAR_INCH)


def _is_corner(place: Sequence[float], cells: set[tuple[int, int]]) -> bool:
    x, y = _cell(place)
    return any((x + dx, y + dy) in cells for dx in (-1, 0, 1) for dy in (-1, 0, 1))


def _as_one(first: Move, second: Move) -> Move:
    steps2, steps1, ms = (a + b for a, b in zip(first[1], second[1], strict=True))
    _, _, pen_up, inches = first[2]
    inches *= hypot(steps1, steps2) / hypot(*first[1][:2])
    return ["SM", (steps2, steps1, ms), [*second[2][:2], pen_up, inches]]
