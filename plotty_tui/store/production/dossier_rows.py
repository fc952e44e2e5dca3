"""What a run's dossier is made of."""

from __future__ import annotations

from plotty_tui.domain import sheets

from ..database import Row, Store


def dossier_items(store: Store, run_id: int) -> list[Row]:
    """The items of a run: id, name, paper, gsm, copies, client, preset (body), plan (body), sha256,
    file name and size of the design, category."""
    return store.rows(
        "SELECT i.id, i.name, i.paper, a.gsm, max(i.copies, 1) AS copies, "
        "coalesce(c.name, '') AS client, "
        "p.preset, p.body AS plan, d.sha256, d.filename, d.width_mm, d.height_mm, "
        "coalesce(j.category, '') AS category FROM item i JOIN plan p ON p.id = i.plan_id "
        "JOIN design d ON d.id = p.design_id JOIN run r ON r.id = i.run_id "
        "LEFT JOIN paper a ON a.id = i.stock_id LEFT JOIN job j ON j.id = i.job_id "
        "LEFT JOIN client c ON c.id = coalesce(j.client_id, r.client_id) "
        "WHERE i.run_id = ? ORDER BY i.position",
        run_id,
    )


def dossier_sheets(store: Store, run_id: int) -> list[Row]:
    """The sheets of a run that were begun, in order: item_id, copy, attempt, state, reason, device,
    started_at and ended_at (ms), seconds, human_seconds, ink_mm, quality."""
    return store.rows(
        "SELECT s.item_id, s.copy, s.attempt, s.state, s.reason, coalesce(v.name, '') AS device, "
        "s.started_at, s.ended_at, s.seconds, s.human_seconds, s.ink_mm, s.quality "
        "FROM sheet s JOIN item i ON i.id = s.item_id LEFT JOIN device v ON v.id = s.device_id "
        f"WHERE s.run_id = ? AND s.state NOT IN ('{sheets.CANCELLED}', '{sheets.PLANNED}') "
        "ORDER BY i.position, s.copy, s.attempt",
        run_id,
    )


def dossier_pens(store: Store, run_id: int) -> list[Row]:
    """The pens by item: item_id, code, name, color, tip_mm, layers (names), mm, seconds, sheets."""
    return store.rows(
        "SELECT s.item_id, coalesce(n.code, '') AS code, coalesce(n.name, '') AS name, "
        "coalesce(n.color, '') AS color, n.tip_mm, group_concat(DISTINCT x.name) AS layers, "
        "sum(x.ink_mm) AS mm, sum(x.seconds) AS seconds, count(DISTINCT x.sheet_id) AS sheets "
        "FROM sheet_layer x JOIN sheet s ON s.id = x.sheet_id LEFT JOIN pen n ON n.id = x.pen_id "
        "WHERE s.run_id = ? AND NOT x.skipped GROUP BY s.item_id, x.pen_id ORDER BY n.code",
        run_id,
    )
