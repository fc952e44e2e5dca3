"""Faults against the hours that were drawn."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from plotty_tui.store.database import Store
from plotty_tui.store.figures import sheet_figures
from plotty_tui.store.figures.sheet_figures import Wanted
from plotty_tui.store.tables import moment

# What faults are counted by -> the key of the sheets whose hours they are held against.
KEYS = {"job type": "category", "plotter": "device", "hour": "hour"}


def faults(store: Store, since: datetime | None, until: datetime | None) -> list[Any]:
    """Every fault that was written down: at, device, text, category."""
    return sheet_figures.fault_rows(store, since, until)


def faults_by(
    store: Store, what: str, since: datetime | None, until: datetime | None
) -> tuple[dict[str, int], dict[str, float]]:
    """Faults and hours drawn, each by one of KEYS."""
    rows = sheet_figures.fault_rows(store, since, until)
    counts = Counter(_name(what, row) for row in rows)
    groups = sheet_figures.sheet_groups(store, KEYS[what], Wanted(since, until))
    return dict(counts), {str(one.name): one.seconds / 3600 for one in groups}


def _name(what: str, row: Any) -> str:
    if what == "hour":
        at = moment(row.at)
        return at.astimezone().strftime("%H") if at else ""
    return str((row.category if what == "job type" else row.device) or "")
