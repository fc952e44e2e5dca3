"""A drawing as braille characters, for a terminal without the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from plotty_tui.domain.raster import InkCells
from plotty_tui.store.database import Store

from .intake import one_job
from .looking import order_look

TRAVEL_SIGN = "·"


@dataclass(frozen=True, slots=True)
class Preview:
    """Lines of braille, and the hops between the strokes: in all, the longest, the middle one."""

    lines: list[str]
    strokes: int
    travel_mm: float
    longest_mm: float
    middle_mm: float


def braille_preview(
    store: Store, word: str, columns: int, lines: int, travel: bool = False
) -> Preview:
    """The job's drawing within so many columns and lines: its plan, or the file without one; with
    `travel` dots where the pen goes through the air and nothing is drawn."""
    job = one_job(store, word)
    page = (job.design.width_mm, job.design.height_mm)
    if job.plan_id is not None:
        page = (job.plan.body["sheet_width"], job.plan.body["sheet_height"])
    scale = min(2 * columns / page[0], 4 * lines / page[1])
    wide, high = max(2, int(page[0] * scale)), max(4, int(page[1] * scale))
    wide, high = wide + wide % 2, high + -high % 4
    look = order_look(store, job.id, wide, high)
    cells = InkCells(look.raster)
    signs = [chr(0x2800 + mask) if mask else " " for mask in cells.masks]
    if travel:
        for stroke in range(look.travel.strokes):
            for cell in look.travel.hop_cells(stroke, cells.wide, cells.high):
                if signs[cell] == " ":
                    signs[cell] = TRAVEL_SIGN
    rows = ["".join(signs[y * cells.wide : (y + 1) * cells.wide]) for y in range(cells.high)]
    hops = look.travel.hops_mm
    return Preview(
        [row.rstrip() for row in rows], look.travel.strokes, sum(hops), max(hops, default=0.0),
        median(hops) if hops else 0.0,
    )  # fmt: skip
