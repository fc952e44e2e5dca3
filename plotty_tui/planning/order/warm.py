"""`python -m plotty_tui.planning.order.warm`: compile the planner now, and keep the code.

What an installer runs, and what the first plan starts in the background.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace

from .compiled import folder, note_ready, ready

# Every kernel is reached by this drawing: strokes that meet, a star of many, loops that touch,
# gaps, dots.
_SIDE = [(10.0, 10.0), (20.0, 10.0)]


def _drawing() -> list[list[tuple[float, float]]]:
    import math

    star = [[(50.0, 50.0), (50 + 9 * math.cos(k), 50 + 9 * math.sin(k))] for k in range(20)]
    loops = [
        [(x + math.cos(k / 2), 90 + math.sin(k / 2)) for k in range(12)] + [(x + 1, 90.0)]
        for x in range(80, 100, 2)
    ]
    alone = [[(x, 150.0), (x + 1.0, 151.0), (x, 152.0), (x, 150.0)] for x in (10.0, 40.0, 90.0)]
    gap = [[(20.1, 10.0), (20.1, 30.0)], [(5.0, 5.0)]]
    return [_SIDE, _SIDE[::-1], *gap, *star, *loops, *alone]


def compile_kernels() -> float:
    """Compile what is not compiled yet; the seconds it took."""
    from plotty_tui.domain.presets import BUILT_IN
    from plotty_tui.domain.strokes import Strokes

    begun = time.monotonic()
    from .layer import order_strokes

    preset = BUILT_IN["default"]
    everything = replace(preset.order, covered=True, smooth_mm=0.05)
    order_strokes(Strokes(_drawing()), everything, preset.motion, tip_mm=0.3)
    note_ready()
    return time.monotonic() - begun


def main() -> None:
    """Compile, at low priority; says nothing when it was done already."""
    if ready():
        return
    if hasattr(os, "nice"):
        os.nice(10)
    print(f"compiled the planner in {compile_kernels():.0f} s into {folder()}")


if __name__ == "__main__":
    main()
