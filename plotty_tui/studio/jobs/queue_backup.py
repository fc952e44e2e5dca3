"""The queue in one file: jobs in order, plans, groups, batches, imposed sheets and drawings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plotty_tui import __version__
from plotty_tui.domain import queue_file
from plotty_tui.domain.errors import Refused
from plotty_tui.store.database import Row, Store
from plotty_tui.store.home import write_file
from plotty_tui.store.jobs import imposed
from plotty_tui.store.jobs import queue_backup as books
from plotty_tui.store.tables import moment

SAFETY_COPIES = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that was written: how many jobs are in it, and how many of these are sheets of
    several pieces."""

    path: Path
    jobs: int
    imposed: int
    plans: int
    designs: int
    size_bytes: int


def keep_queue(store: Store, path: Path, drawings: bool = True) -> Kept:
    """Write the queue into a file: jobs in order, plans, groups, batches, and with `drawings` the
    files themselves. Refused when it cannot be written."""
    jobs, plans, designs = books.queue_to_keep(store)
    pieces = _Pieces(
        {row.id: (number, row.sha256) for number, row in enumerate(jobs)},
        {row.id: row.sha256 for row in designs},
    )
    kept = [_job(row, pieces) for row in jobs]
    data = queue_file.write_queue(
        store.clock.now().isoformat(timespec="seconds"),
        __version__,
        kept,
        {row.key: _plan(row) for row in plans},
        {row.sha256: _design(store, row, drawings) for row in designs},
    )
    try:
        write_file(path, data)
    except Refused as error:
        raise Refused(f"{path} was not written: {error}") from error
    sheets = sum(bool(job["layout"]) for job in kept)
    return Kept(path, len(jobs), sheets, len(plans), len(designs), len(data))


@dataclass(frozen=True, slots=True)
class _Pieces:
    """What the pieces of imposed sheets name: job (id) -> its number in the file and its design,
    and design (id) -> its hash."""

    jobs: Mapping[int, tuple[int, str]]
    designs: Mapping[int, str]

    def kept(self, piece: Mapping[str, Any]) -> dict[str, Any]:
        """A piece as the file holds it."""
        sha256 = self.designs[piece["design"]]
        number, drawn = self.jobs.get(piece.get("job") or 0, (None, ""))
        places = {key: piece[key] for key in queue_file.PIECE if key not in ("job", "design")}
        return {"job": number if drawn == sha256 else None, "design": sha256, **places}


def _job(row: Row, pieces: _Pieces) -> dict[str, Any]:
    settings = json.loads(row.settings)
    return {
        "name": row.name,
        "design": row.sha256,
        "paper": row.paper,
        "client": row.client,
        "category": row.category,
        "tags": json.loads(row.tags),
        "priority": row.priority,
        "copies": row.copies,
        "due_at": _iso(row.due_at),
        "state": row.state,
        "held": row.held,
        "template": row.template,
        "tier": row.tier,
        "group": row.group,
        "batch": row.batch,
        "settings": {key: settings[key] for key in queue_file.SETTINGS if key in settings},
        "layout": [pieces.kept(piece) for piece in settings.get(imposed.LAYOUT) or []],
        "overhead_mm": settings.get(imposed.OVERHEAD, 0.0),
        "plan": row.plan,
        "added_at": _iso(row.added_at),
    }


def _iso(milliseconds: int | None) -> str | None:
    at = moment(milliseconds)
    return None if at is None else at.isoformat(timespec="milliseconds")


def _plan(row: Row) -> dict[str, Any]:
    pens = [(layer["pen"] or {}).get("code") or layer["color"] for layer in _layers(row)]
    return {
        "design": row.sha256,
        "preset": row.preset,
        "est_seconds": round(row.seconds, 1),
        "pen_down_mm": round(row.pen_down_mm, 1),
        "pen_changes": row.pen_changes,
        "lifts": row.lifts,
        "pens": pens,
    }


def _layers(row: Row) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(row.body)["layers"]
    return found


def _design(store: Store, row: Row, drawings: bool) -> dict[str, Any]:
    svg = None
    if drawings:
        try:
            svg = queue_file.pack_svg(store.home.design_file(row.sha256).read_bytes())
        except OSError:
            svg = None  # it is gone here too: the books still say what it was
    return {
        "filename": row.filename,
        "size_bytes": row.size_bytes,
        "width_mm": row.width_mm,
        "height_mm": row.height_mm,
        "svg": svg,
    }


def safety_copy(store: Store) -> Path:
    """The queue as it is now in a file of the studio's; the oldest of these go."""
    folder = store.home.data / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    stamp = store.clock.now().astimezone().strftime("%Y%m%d-%H%M%S")
    path = folder / f"queue-{stamp}.json"
    number = 1
    while path.exists():
        number += 1
        path = folder / f"queue-{stamp}-{number}.json"
    keep_queue(store, path, drawings=False)
    copies = sorted(folder.glob("queue-*.json"), key=lambda one: one.stat().st_mtime_ns)
    for old in copies[:-SAFETY_COPIES]:
        old.unlink(missing_ok=True)
    return path
