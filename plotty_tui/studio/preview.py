"""A drawing as braille characters, for a terminal without the dashboard."""

from __future__ import annotations

from plotty_tui.store.database import Store

from .intake import one_job
from .plans import plan_of, planned_strokes, read_strokes

_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def braille_preview(store: Store, word: str, columns: int, lines: int) -> list[str]:
    """The job's drawing within so many columns and lines: its plan, or the file without one."""
    from plotty_tui.planning.raster import raster_strokes

    job = one_job(store, word)
    if job.plan_id is not None:
        plan = plan_of(job)
        _, layers = planned_strokes(store, job)
        page = (plan.sheet_width, plan.sheet_height)
    else:
        layers = read_strokes(store.home.strokes_file(job.design.sha256), job.name)
        page = (job.design.width_mm, job.design.height_mm)
    scale = min(2 * columns / page[0], 4 * lines / page[1])
    wide, high = max(2, int(page[0] * scale)), max(4, int(page[1] * scale))
    wide, high = wide + wide % 2, high + -high % 4
    raster = raster_strokes(layers, page, wide, high)
    cells = [[0] * (wide // 2) for _ in range(high // 4)]
    for dot in set(raster.dots):
        y, x = divmod(dot, wide)
        cells[y // 4][x // 2] |= _BITS[y % 4][x % 2]
    return ["".join(chr(0x2800 + cell) for cell in row).rstrip("⠀") for row in cells]
