"""The names that a command line completes. It is asked at every press of Tab: nothing else is
imported, and no studio is made."""

from __future__ import annotations

from collections.abc import Callable

from plotty_tui.store.database import Store, open_store
from plotty_tui.store.home import Home

JOB, PEN, PAPER, CLIENT, DEVICE = "job", "pen", "paper", "client", "device"
TEMPLATE, PRESET, BATCH, RUN, PLANS = "template", "preset", "batch", "run", "plans"
MOST = 200

_QUERIES = {
    JOB: "SELECT name FROM job WHERE archived_at IS NULL ORDER BY priority, position, id",
    PEN: "SELECT code AS name FROM pen WHERE state != 'retired' ORDER BY slot IS NULL, slot, code",
    PAPER: "SELECT name FROM paper WHERE retired_at IS NULL ORDER BY name",
    CLIENT: "SELECT name FROM client ORDER BY name",
    DEVICE: "SELECT name FROM device WHERE archived_at IS NULL ORDER BY id",
    TEMPLATE: "SELECT name FROM template ORDER BY name",
    PRESET: "SELECT name FROM preset ORDER BY name",
    BATCH: "SELECT name FROM batch ORDER BY id DESC",
    RUN: "SELECT printf('RUN-%03d', number) AS name FROM run WHERE archived_at IS NULL "
         "ORDER BY number DESC",
    PLANS: "SELECT name FROM plan_set ORDER BY made_at DESC",
}  # fmt: skip


def known_names(kind: str, begin: str) -> list[str]:
    """Names of this kind that begin like this, whatever the case; at most 200, none without a
    studio."""
    home = Home.find()
    found = _built_in().get(kind, lambda: [])()
    if home.database.exists():
        store: Store = open_store(home)
        found += [row.name for row in store.rows(_QUERIES[kind])]
    folded = begin.casefold()
    fitting = [name for name in dict.fromkeys(found) if name.casefold().startswith(folded)]
    return fitting[:MOST]


def _built_in() -> dict[str, Callable[[], list[str]]]:
    def presets() -> list[str]:
        from plotty_tui.domain.presets import BUILT_IN

        return list(BUILT_IN)

    return {
        PRESET: presets,
        PAPER: lambda: ["a3", "a4", "a5", "letter"],
        BATCH: lambda: ["last"],
    }
