"""How plotters spend their time: a row for every stretch in one state.

A trigger of the database writes them whenever a plotter's state changes, whoever changes it. An
engine that was killed could not close its last ones: the next one closes them at the last sign of
life, and the time until then belongs to nobody (off).
"""

from __future__ import annotations

from datetime import datetime

from plotty_tui.domain import orders

from ..database import Row, Store
from ..tables import EngineLease, Spell


def close_after_death(store: Store) -> None:
    """Close what an engine that was killed left open, at its last sign of life. Call it in a
    transaction, before the new engine signs."""
    last = EngineLease.get_or_none(EngineLease.id == 1)
    if last is not None and last.state != "ended":
        Spell.update(until=last.beat_at).where(
            Spell.until.is_null(), Spell.since <= last.beat_at
        ).execute()


def spell_rows(store: Store, since: datetime, until: datetime) -> list[Row]:
    """(device, state, seconds) that fall between two moments, summed; what still goes on counts
    until now, at most until `until`."""
    now = store.clock.now()
    begin, end = (round(one.timestamp() * 1000) for one in (since, min(until, now)))
    return store.rows(
        "WITH part AS (SELECT v.name AS device, p.state, max(p.since, ?) AS since, "
        "min(coalesce(p.until, ?), ?) AS until FROM spell p JOIN device v ON v.id = p.device_id) "
        "SELECT device, state, sum(until - since) / 1000.0 AS seconds FROM part "
        "WHERE until > since AND state != ? GROUP BY device, state ORDER BY device, state",
        begin, end, end, orders.OFF,
    )  # fmt: skip
