"""What the studio's own runs teach a new one: how many sheets of a paper are spoiled, how long a
person takes."""

from __future__ import annotations

from ..database import Store

FEW = 10  # judged sheets, or answered hands, below which nothing is learned


def spoiled_share(store: Store, paper: str) -> tuple[int, int]:
    """(spoiled, judged) sheets of a paper, of the newest 1,000."""
    row = store.row(
        "SELECT count(*) AS judged, coalesce(sum(state = 'spoiled'), 0) AS spoiled FROM ("
        "SELECT s.state FROM sheet s JOIN item i ON i.id = s.item_id WHERE i.paper = ? "
        "COLLATE NOCASE AND s.state IN ('good', 'second', 'spoiled') ORDER BY s.id DESC "
        "LIMIT 1000)",
        paper,
    )
    return (row.spoiled, row.judged) if row else (0, 0)


def hand_seconds(store: Store, kind: str, default: float) -> float:
    """How long a person takes to answer a hand of this kind (`pen`, `paper`), on the average of
    the newest 100; `default` while there are too few."""
    row = store.row(
        "SELECT avg(seconds) AS mean, count(*) AS number FROM (SELECT "
        "(answered_at - since) / 1000.0 AS seconds FROM hand WHERE kind = ? AND answer = 'ready' "
        "ORDER BY id DESC LIMIT 100)",
        kind,
    )
    return default if row is None or row.number < FEW else row.mean
