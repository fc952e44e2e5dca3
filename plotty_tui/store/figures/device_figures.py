"""What plotters drew, stroke by stroke, and how long they waited with the sheets of a batch."""

from __future__ import annotations

from datetime import datetime, timedelta

from plotty_tui.domain import orders
from plotty_tui.domain.care import Odometer, ServiceLimits
from plotty_tui.domain.forecast import PACE_DAYS

from ..database import Row, Store
from ..machines import service
from ..machines.devices import device_rows
from ..tables import Device
from .sheet_figures import OF_SHEET, Wanted

_LIFTS = "sum(max(0, x.last_stroke - x.first_stroke + 1))"


def lifts_by_device(store: Store, wanted: Wanted) -> dict[str, int]:
    """Plotter -> how often its pen was lowered and raised for the sheets that ended."""
    where, values = wanted.sql()
    rows = store.rows(
        f"SELECT v.name AS device, {_LIFTS} AS lifts FROM sheet s {OF_SHEET} "
        "JOIN sheet_layer x ON x.sheet_id = s.id JOIN device v ON v.id = s.device_id "
        f"WHERE {where} AND NOT x.skipped GROUP BY v.id",
        *values,
    )
    return {row.device: row.lifts for row in rows}


def pace_of(store: Store) -> dict[int, Odometer]:
    """Device id -> what it drew a day over the last 30 days."""
    since = round((store.clock.now() - timedelta(days=PACE_DAYS)).timestamp() * 1000)
    rows = store.rows(
        f"SELECT s.device_id AS id, sum(x.ink_mm) AS mm, {_LIFTS} AS lifts, "
        "sum(x.seconds) AS seconds FROM sheet_layer x JOIN sheet s ON s.id = x.sheet_id "
        "WHERE x.drawn_at >= ? AND NOT x.skipped AND s.device_id IS NOT NULL GROUP BY 1",
        since,
    )
    return {
        row.id: Odometer(row.mm / PACE_DAYS, row.lifts / PACE_DAYS, row.seconds / PACE_DAYS)
        for row in rows
    }


def service_facts(
    store: Store,
) -> list[tuple[str, ServiceLimits, Odometer, Odometer, datetime | None]]:
    """Of each plotter: its name, its limits, what it drew since its last service, what it draws a
    day, and when it was serviced last."""
    pace = pace_of(store)
    found = []
    for row in device_rows(store):
        device = Device.get_by_id(row.id)
        log = service.service_rows(store, row.id)
        found.append(
            (
                row.name, ServiceLimits.of_settings(device.settings),
                service.since_service(device), pace.get(row.id, Odometer()),
                log[0].at if log else None,
            )
        )  # fmt: skip
    return found


# Of a batch --------------------------------------------------------------------------------------


def waits(store: Store, wanted: Wanted) -> list[Row]:
    """Hands that were raised for the sheets that ended, by plotter and kind: how many, and the
    seconds from asked to answered."""
    where, values = wanted.sql()
    return store.rows(
        "SELECT v.name AS device, h.kind, count(*) AS number, "
        "sum(max(0, h.answered_at - h.since)) / 1000.0 AS seconds "
        f"FROM hand h JOIN sheet s ON s.id = h.sheet_id {OF_SHEET} "
        f"JOIN device v ON v.id = h.device_id WHERE {where} AND h.answered_at IS NOT NULL "
        "GROUP BY v.name, h.kind ORDER BY v.name, h.kind",
        *values,
    )


def pens_by_device(store: Store, wanted: Wanted) -> dict[str, int]:
    """Plotter -> how many different pens drew these sheets on it."""
    where, values = wanted.sql()
    rows = store.rows(
        "SELECT v.name AS device, count(DISTINCT x.pen_id) AS pens FROM sheet s "
        f"{OF_SHEET} JOIN sheet_layer x ON x.sheet_id = s.id JOIN device v ON v.id = s.device_id "
        f"WHERE {where} AND NOT x.skipped GROUP BY v.id",
        *values,
    )
    return {row.device: row.pens for row in rows}


def cut_offs(store: Store, wanted: Wanted) -> tuple[int, float]:
    """How often these sheets were cut off, and the seconds that their plotters then stood still
    for it."""
    where, values = wanted.sql()
    row = store.row(
        "SELECT count(*) AS number, coalesce(sum((SELECT p.until - max(p.since, e.at) FROM spell p "
        "WHERE p.device_id = e.device_id AND p.state IN (?, ?) AND p.until > e.at "
        "ORDER BY p.since LIMIT 1)), 0) / 1000.0 AS seconds "
        f"FROM event e JOIN sheet s ON s.id = e.sheet_id {OF_SHEET} "
        f"WHERE e.kind = 'interrupted' AND {where}",
        orders.FAULT, orders.INTERRUPTED, *values,
    )  # fmt: skip
    return (row.number, row.seconds) if row else (0, 0.0)
