"""Rows of the books as JSON: stable keys, units in the names, times as ISO 8601."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from plotty_tui.domain import jobs
from plotty_tui.domain.values import iso
from plotty_tui.studio.jobs import queue_lists


def job_json(row: Any) -> dict[str, Any]:
    """A job of a list."""
    layers = json.loads(row.layers) if isinstance(row.layers, str) else row.layers
    return {
        "id": row.id,
        "name": row.name,
        "client": row.client,
        "priority": jobs.PRIORITY_WORDS.get(row.priority, str(row.priority)),
        "priority_number": row.priority,
        "state": queue_lists.job_state(row),
        "held": row.held,
        "refusal": row.refusal,
        "paper": row.paper,
        "copies": row.copies,
        "tags": json.loads(row.tags) if isinstance(row.tags, str) else row.tags,
        "category": row.category,
        "group": row.group or None,
        "batch_id": row.batch_id,
        "batch": row.batch,
        "devices": queue_lists.job_devices(row),
        "layers": [layer["name"] for layer in layers],
        "colors": [layer["color"] for layer in layers],
        "ink_m": round(row.ink_mm / 1000, 4),
        "preset": row.preset,
        "est_seconds": None if row.seconds is None else round(row.seconds, 1),
        "pen_down_m": None if row.pen_down_mm is None else round(row.pen_down_mm / 1000, 4),
        "pen_changes": row.pen_changes,
        "lifts": row.lifts,
        "added_at": _moment(row.added_at),
        "due_at": _moment(row.due_at),
        "done_at": _moment(row.done_at),
    }


def _moment(value: int | None) -> str | None:
    return iso(moment(value))


def moment(value: int | None) -> datetime | None:
    """The moment of stored milliseconds."""
    return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


def run_json(row: Any) -> dict[str, Any]:
    """A run of a list."""
    from plotty_tui.domain import figures, runs

    settled = row.state in (runs.COMPLETED, runs.FAILED)
    seconds = row.seconds if row.seconds is not None else row.machine_seconds
    return {
        "number": row.number,
        "name": runs.run_name(row.number),
        "state": row.state,
        "awaiting_results": row.awaiting,
        "client": row.client_name,
        "devices": json.loads(row.devices),
        "items": row["items"],
        "copies": row.copies,
        "sheets": row.sheets,
        "open": row.open,
        "drawn": row.drawn,
        "good": row.good,
        "spoiled": row.spoiled,
        "est_seconds": round(row.estimated_seconds, 1),
        "seconds": round(seconds, 1),
        "time_variance_percent": figures.variance_percent(seconds, row.estimated_seconds)
        if settled
        else None,
        "quality": row.quality,
        "notes": row.notes,
        "title": row["name"] or None,
        "ink_m": None if row.ink_mm is None else round(row.ink_mm / 1000, 4),
        "est_ink_m": round(row.estimated_mm / 1000, 4),
        "ink_variance_percent": figures.variance_percent(row.ink_mm, row.estimated_mm),
        "replot_of": runs.run_name(row.replot_of_number) if row.replot_of_number else None,
        "started_at": _moment(row.started_at),
        "ended_at": _moment(row.ended_at),
    }


def detail_json(run: Any) -> dict[str, Any]:
    """A run in full."""
    return {
        "number": run.number,
        "name": run.name,
        "state": run.state,
        "awaiting_results": run.awaiting,
        "client": run.client or None,
        "devices": run.devices,
        "preset": run.preset or None,
        "pen_by_pen": run.pen_by_pen,
        "started_at": iso(run.started_at),
        "ended_at": iso(run.ended_at),
        "est_seconds": round(run.estimated_seconds, 1),
        "seconds": None if run.seconds is None else round(run.seconds, 1),
        "human_seconds": round(run.human_seconds, 1),
        "time_variance_percent": run.time_variance_percent,
        "est_ink_m": round(run.estimated_mm / 1000, 4),
        "ink_m": round(run.actual_mm / 1000, 4),
        "ink_variance_percent": run.ink_variance_percent,
        "success_percent": run.success_percent,
        "quality": run.quality,
        "notes": run.notes,
        "items": [
            {
                "name": item.name,
                "copies": item.copies,
                "attempted": item.attempted,
                "drawn": item.drawn,
                "good": item.good,
                "second": item.second,
                "spoiled": item.spoiled,
                "cancelled": item.cancelled,
            }
            for item in run.items
        ],
        "pens": [
            {
                "code": pen.code or None,
                "name": pen.name,
                "est_m": None if pen.estimated_mm is None else round(pen.estimated_mm / 1000, 4),
                "used_m": None if pen.actual_mm is None else round(pen.actual_mm / 1000, 4),
                "wasted_m": round(pen.wasted_mm / 1000, 4),
                "primed_m": round(pen.primed_mm / 1000, 4),
                "variance_percent": pen.variance_percent,
                "mass_g": pen.mass_g,
            }
            for pen in run.pens
        ],
        "papers": [
            {"name": paper.name, "used": paper.used, "wasted": paper.wasted} for paper in run.papers
        ],
        "sheets": [sheet_json(number, sheet) for number, sheet in enumerate(run.sheets, 1)],
        **_more_of_run(run),
    }


def _more_of_run(run: Any) -> dict[str, Any]:
    """What came to runs later: what they were to take, corrections, links, causes, money."""
    from plotty_tui.domain import runs
    from plotty_tui.studio.planning.estimates import band_json

    return {
        "title": run.title or None,
        "elapsed_seconds": run.elapsed_seconds,
        "reason": run.reason or None,
        "created_at": iso(run.created_at),
        "settled_at": iso(run.settled_at),
        "archived_at": iso(run.archived_at),
        "client_rating": run.client_rating,
        "sheet_quality": run.sheet_quality,
        "rated_sheets": run.rated_sheets,
        "replot_of": runs.run_name(run.replot_of) if run.replot_of else None,
        "replots": [runs.run_name(number) for number in run.replots],
        "to_replot": run.failed,
        "materials": [
            {"layer": one.label or None, "color": one.color or None, "pen": one.pen or None,
             "paper": one.paper or None, "drawn_m": round(one.drawn_mm / 1000, 4),
             "priming_m": round(one.priming_mm / 1000, 4),
             "overhead_m": round(one.overhead_mm / 1000, 4), "mass_g": one.mass_g,
             "sheets": one.sheets, "spare": one.spare}
            for one in run.materials
        ],
        "accepted": run.accepted,
        "orders": run.orders.to_json(),
        "devices_as_set": run.as_set,
        "likely": band_json(run.band),
        "corrections": [
            {"at": iso(one.at), "actor": one.actor, "field": one.field, "old": one.old,
             "new": one.new, "reason": one.reason}
            for one in run.corrections
        ],
        "causes": [
            {"cause": one.name, "ink_m": round(one.amount / 1000, 4)} for one in run.causes
        ],
        "cost": None if run.cost is None else run.cost.total,
        "est_cost": None if run.estimated_cost is None else run.estimated_cost.total,
        "cost_variance": run.cost_variance,
        "cost_per_good_sheet": None if run.cost is None else run.cost.per_good_sheet,
        "not_counted": [] if run.cost is None else list(run.cost.not_counted),
        "currency": run.currency or None,
    }  # fmt: skip


def sheet_json(number: int, sheet: Any) -> dict[str, Any]:
    """A sheet of a run; `number` is how commands name it."""
    return {
        "number": number,
        "design": sheet.name,
        "copy": sheet.copy,
        "attempt": sheet.attempt,
        "state": sheet.state,
        "device": sheet.device,
        "aside": sheet.aside,
        "layer": sheet.layer,
        "stroke": sheet.stroke,
        "ink_m": round(sheet.ink_mm / 1000, 4),
        "seconds": round(sheet.seconds, 1),
        "human_seconds": round(sheet.human_seconds, 1),
        "quality": sheet.quality,
        "reason": sheet.reason or None,
        "notes": sheet.notes or None,
        "started_at": _moment(sheet.started_at),
        "ended_at": _moment(sheet.ended_at),
        "pieces": [
            {"position": one.position, "name": one.name, "state": one.state,
             "reason": one.reason or None}
            for one in sheet.pieces
        ],
    }  # fmt: skip


def device_json(view: Any) -> dict[str, Any]:
    """A plotter now."""
    from plotty_tui.domain import runs

    return {
        "name": view.name,
        "driver": view.driver,
        "model": view.model,
        "enabled": view.enabled,
        "state": view.state,
        "message": view.message,
        "since": iso(view.since),
        "travel_mm": list(view.travel),
        "pen": view.pen or None,
        "job": view.job or None,
        "run": None if view.run is None else runs.run_name(view.run),
        "copy": view.copy or None,
        "copies": view.copies or None,
        "sheet_state": view.sheet_state or None,
        "layer": view.layer_name or None,
        "stroke": view.strokes_done if view.plan else None,
        "percent": round(view.fraction * 100, 1) if view.plan else None,
        "left_seconds": _rounded(view.left_seconds),
        "hand_seconds": _rounded(view.hand_seconds),
        "position_mm": [round(view.x_mm, 2), round(view.y_mm, 2)],
        "pen_down": view.pen_down,
        "odometer_m": round(view.drawn_mm / 1000, 3),
        "lifts": view.lifts,
    }


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)


def pen_json(row: Any) -> dict[str, Any]:
    """A pen of a list."""
    return {
        "code": row.code,
        "slot": row.slot,
        "name": row.name,
        "color": row.color,
        "tip_mm": row.tip_mm,
        "kind": row.kind,
        "brand": row.brand,
        "state": row.state,
        "device": row.device,
        "used_m": round(row.used_mm / 1000, 4),
        "left_m": None if row.left_mm is None else round(row.left_mm / 1000, 4),
        "life_m": None if row.life_mm is None else row.life_mm / 1000,
        "mass_g": row.weight_g,
        "price": row.price,
        "reserved_m": round(row.reserved_mm / 1000, 4),
        "low": row.low,
        "outlived": row.outlived,
        "care_due": row.care_due or None,
    }


def paper_json(row: Any) -> dict[str, Any]:
    """A paper of a list."""
    return {
        "name": row.name,
        "width_mm": row.width_mm,
        "height_mm": row.height_mm,
        "gsm": row.gsm,
        "price": row.price,
        "stock": row.stock,
        "reserved": row.reserved,
        "low": row.low,
        "reorder_point": row.reorder_point,
    }


def ledger_json(row: Any) -> dict[str, Any]:
    """A row of the ledger."""
    from plotty_tui.domain import runs

    return {
        "at": _moment(row.at),
        "kind": row.kind,
        "pen": row.pen,
        "paper": row.paper,
        "m": round(row.mm / 1000, 4),
        "mass_g": row.mass_g,
        "sheets": row.sheets,
        "run": None if row.run is None else runs.run_name(row.run),
        "design": row.design,
        "copy": row.copy,
        "attempt": row.attempt,
        "reason": row.reason or None,
        "note": row.note or None,
        "actor": row.actor,
    }


def cost_json(cost: Any, currency: str) -> dict[str, Any]:
    """What work cost."""
    return {
        "currency": currency or None,
        "good": cost.good,
        "cost": _rounded(cost.total, 2),
        "cost_per_good_sheet": _rounded(cost.per_good_sheet, 4),
        "loss": _rounded(cost.loss, 2),
        "lines": [
            {"what": line.what, "amount": line.amount, "cost": _rounded(line.money, 4)}
            for line in cost.lines
        ],
        "not_counted": list(cost.not_counted),
    }
