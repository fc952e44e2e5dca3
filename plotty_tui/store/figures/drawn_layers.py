"""Layers as they were drawn beside their plans: what estimates learn from."""

from __future__ import annotations

from plotty_tui.domain.learned import Drawn

from ..database import Row, Store

# Only what was drawn of late: pens wear, plotters are serviced.
NEWEST = 1000

# A layer that was drawn in one go, from its first stroke to its last, on a sheet that was drawn to
# its end. The plan's seconds with what the design's estimate was corrected by for the run.
_LAYERS = """
    SELECT x.sheet_id AS sheet, x.pen_id AS pen, s.device_id AS device, i.paper,
      x.seconds AS actual,
      json_extract(p.body, '$.layers[' || x.layer || '].seconds')
        * coalesce(i.sheet_seconds / p.seconds, 1.0) AS planned, s.ended_at
    FROM (SELECT id, item_id, device_id, ended_at FROM sheet
      WHERE state IN ('drawn', 'good', 'second', 'proof') AND strokes_again = 0
      ORDER BY id DESC LIMIT ?) s
    JOIN item i ON i.id = s.item_id JOIN plan p ON p.id = i.plan_id
    JOIN sheet_layer x ON x.sheet_id = s.id AND NOT x.skipped
    WHERE p.seconds > 0 AND NOT EXISTS (SELECT 1 FROM sheet_layer y WHERE y.sheet_id = x.sheet_id
      AND y.layer = x.layer AND y.id != x.id)
"""


def drawn_layers(store: Store, newest: int = NEWEST) -> list[Drawn]:
    """The layers of the newest sheets, summed by plotter (id), pen (id) and paper."""
    rows = store.rows(
        "SELECT device, pen, paper, count(*) AS layers, sum(planned) AS planned, "
        "sum(actual) AS actual, sum(actual * actual / planned) AS squares "
        f"FROM ({_LAYERS}) WHERE planned > 0 AND actual > 0 GROUP BY device, pen, paper",
        newest,
    )
    return [Drawn(*(row[key] for key in _FIELDS)) for row in rows]


_FIELDS = ("device", "pen", "paper", "layers", "planned", "actual", "squares")


def last_layers(store: Store, newest: int = NEWEST) -> list[Row]:
    """The same layers one by one, the oldest first: sheet, ended_at, device, pen, paper, planned
    and actual seconds."""
    rows = store.rows(
        f"SELECT * FROM ({_LAYERS}) WHERE planned > 0 AND actual > 0 ORDER BY ended_at, sheet",
        newest,
    )
    return rows
