"""Short lines that the pen's own width hides: no point of them is far from ink that is there.

Ends farther apart than the tip is wide may be joined where the line between them runs over, or
close by, other ink: from one side of an outline to the hatching on its other side, say.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiled import kernel
from .contacts import nearest_part, sort_segments
from .joining import Hides

STEP_MM = 0.05


def hidden_by(xs: Any, ys: Any, starts: Any, join_mm: float) -> Hides:
    """What tells which lines lie within half a join radius of these strokes, all along."""
    grid = sort_segments(xs, ys, starts, join_mm, fine=True)

    def hides(begins: Any, ends: Any) -> Any:
        return hidden_lines(begins, ends, join_mm / 2, xs, ys, *grid)

    return hides


@kernel
def hidden_lines(  # type: ignore[no-untyped-def]
    begins, ends, reach, xs, ys, owner, first, members, x0, y0, square, columns, rows
):
    """Whether every point of each line has a segment within `reach`."""
    found = np.ones(len(begins), np.bool_)
    for i in range(len(begins)):
        dx, dy = ends[i, 0] - begins[i, 0], ends[i, 1] - begins[i, 1]
        steps = int(np.ceil(np.sqrt(dx * dx + dy * dy) / STEP_MM))
        for j in range(1, steps):
            x, y = begins[i, 0] + dx * j / steps, begins[i, 1] + dy * j / steps
            left = max(int((x - x0 - reach) / square), 0)
            right = min(int((x - x0 + reach) / square), columns - 1)
            bottom = max(int((y - y0 - reach) / square), 0)
            top = min(int((y - y0 + reach) / square), rows - 1)
            near = False
            for row in range(bottom, top + 1):
                for cell in range(row * columns + left, row * columns + right + 1):
                    for k in range(first[cell], first[cell + 1]):
                        m = members[k]
                        gap, _ = nearest_part(x, y, xs[m], ys[m], xs[m + 1], ys[m + 1])
                        if gap <= reach * reach:
                            near = True
                            break
                    if near:
                        break
                if near:
                    break
            if not near:
                found[i] = False
                break
    return found
