"""A throw-away copy of a studio in which a day is rehearsed, and what the rehearsal reads there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from plotty_tui.domain import ledger, orders, runs
from plotty_tui.domain.plot_orders import ORDERS
from plotty_tui.domain.presets import MOTION_KEYS

from .. import notices
from ..database import Row, Store, copy_books, open_store
from ..events import put_setting
from ..home import Home
from ..inventory.materials import book, paper_rows
from ..tables import Device, Notice, Paper, Run
from .opening_hours import QUIET_HOURS, WORKING_HOURS

# Settings that a simulated plotter shares with the real one it stands for.
KEPT = frozenset((*MOTION_KEYS, "prime_mm", "service"))
AMPLE = 1_000_000


def copy_studio(store: Store, folder: Path) -> Store:
    """Copy the books into `folder`, with links to designs, strokes and plans, and open the copy.
    The books of `store` are closed then: open them again when the copy is done with."""
    home = Home.at(folder)
    home.prepare()
    copy_books(home)
    for kind in ("designs", "strokes", "plans"):
        for file in (store.home.data / kind).iterdir():
            (home.data / kind / file.name).symlink_to(file)
    copy = open_store(home, store.clock)
    _silence(copy)
    return copy


# What runs were told that has no place in fast-forward: limits on the clock, and all that goes out.
LEFT_OUT = ("max_seconds", "pause_at_limit", "notify", "notify_client", "document")


def _silence(store: Store) -> None:
    """Nothing goes out from a copy: neither what waits in the outbox nor what runs would post."""
    with store.write():
        Notice.delete().execute()
        put_setting(store, notices.SETTING, {})
        for run in Run.select().where(Run.state == runs.IN_PROGRESS):
            told = run.settings.get(ORDERS)
            if told:
                kept = {key: value for key, value in told.items() if key not in LEFT_OUT}
                Run.update(settings={**run.settings, ORDERS: kept}).where(
                    Run.id == run.id
                ).execute()


def simulate_devices(store: Store, speed: float) -> dict[str, str]:
    """Replace every plotter of a copy by a simulator of its model; what each did, by name."""
    was = {}
    with store.write():
        for device in Device.select():
            was[device.name] = device.state
            own = {key: value for key, value in device.settings.items() if key in KEPT}
            # No record of the ink: nobody reads it.
            settings = {**own, "speed": speed, "ink": None}
            Device.update(
                driver="simulator", settings=settings, state=orders.OFF, message="",
                position_known=True,
            ).where(Device.id == device.id).execute()  # fmt: skip
    return was


def open_always(store: Store) -> None:
    """No closed hours: a rehearsed day goes from its begin to its end."""
    for name in (WORKING_HOURS, QUIET_HOURS):
        put_setting(store, name, {})


def fill_shelves(store: Store) -> dict[str, int]:
    """More paper than can be used, so that what is short shows; the true stock by name."""
    stock = {row.name: int(row.stock) for row in paper_rows(store)}
    with store.write():
        for paper in Paper.select():
            book(store, ledger.ADJUST, f"rehearsal:{paper.id}", paper=paper, sheets=AMPLE)
    return stock


def machine_seconds(store: Store) -> dict[str, float]:
    """Machine time of all sheets of each plotter."""
    found = store.rows(
        "SELECT d.name, coalesce(sum(s.seconds), 0) AS seconds FROM device d "
        "LEFT JOIN sheet s ON coalesce(s.device_id, s.aside_id) = d.id GROUP BY d.id"
    )
    return {row.name: row.seconds for row in found}


def newest(store: Store) -> tuple[int, int]:
    """The last numbers of the ledger's rows and of the layers' parts."""
    row = store.row(
        "SELECT (SELECT coalesce(max(id), 0) FROM ledger) AS ledger, "
        "(SELECT coalesce(max(id), 0) FROM sheet_layer) AS part"
    )
    assert row is not None
    return row.ledger, row.part


def used_since(store: Store, ledger_id: int, part_id: int) -> tuple[list[Row], dict[str, float]]:
    """What was taken off the shelf after these rows, in order; and the machine seconds of the
    parts of layers after them, by the key of their ink, in order."""
    used = store.rows(
        "SELECT l.key, l.mm, l.sheets, p.code AS pen, a.name AS paper FROM ledger l "
        "LEFT JOIN pen p ON p.id = l.pen_id LEFT JOIN paper a ON a.id = l.paper_id "
        "WHERE l.id > ? AND l.kind IN ('use', 'prime') ORDER BY l.id",
        ledger_id,
    )
    parts = store.rows(
        "SELECT sheet_id, layer, part, seconds FROM sheet_layer WHERE id > ? ORDER BY id", part_id
    )
    return used, {ledger.layer_key(row.sheet_id, row.layer, row.part): row.seconds for row in parts}


def sheets_of(store: Store) -> list[Row]:
    """How many sheets of the open runs are in each state: state, device, job, number."""
    return store.rows(
        "SELECT s.state, d.name AS device, i.name AS job, count(*) AS number FROM sheet s "
        "JOIN item i ON i.id = s.item_id JOIN run r ON r.id = s.run_id "
        "LEFT JOIN device d ON d.id = s.device_id WHERE r.state = 'in_progress' "
        "GROUP BY s.state, d.name, i.name"
    )


def held_by(store: Store, name: str) -> Any:
    """The sheet that a plotter has taken (layer, plan body as text), or None."""
    return store.row(
        "SELECT s.id, s.layer, s.state, p.body AS plan FROM sheet s "
        "JOIN item i ON i.id = s.item_id JOIN plan p ON p.id = i.plan_id "
        "JOIN device d ON d.id = s.device_id "
        "WHERE d.name = ? "
        "AND s.state IN ('planned', 'loaded', 'drawing', 'waiting', 'interrupted')",
        name,
    )
