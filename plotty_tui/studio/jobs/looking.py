"""Looking at files before they are taken in: folders, and what a drawing is."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plotty_tui.domain.design import DesignLayer, Finding, ReadDesign
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.plan import Plan, pen_words
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.raster import Raster
from plotty_tui.domain.travel import Travel
from plotty_tui.store.database import Row, Store
from plotty_tui.store.jobs import queue

from ..planning.plans import read_strokes
from ..watching import plan_raster

ENDINGS = (".svg", ".svgz")


@dataclass(frozen=True, slots=True)
class Entry:
    """A folder or an SVG file of a folder; `changed` is seconds since 1970."""

    path: Path
    folder: bool
    size_bytes: int = 0
    changed: float = 0.0


@dataclass(slots=True)
class FileLook:
    """What a file is: page in mm, layers, preflight findings, and the drawing as dots."""

    width: float
    height: float
    layers: Sequence[DesignLayer]
    findings: Sequence[Finding] = ()
    raster: Raster = field(default_factory=lambda: Raster(0, 0))


def list_folder(folder: Path) -> list[Entry]:
    """The folders and SVG files in a folder, folders first, without the hidden ones. Refused
    when it cannot be read."""
    found = []
    try:
        with os.scandir(folder) as entries:
            for one in entries:
                if one.name.startswith("."):
                    continue
                entry = _entry(one)
                if entry is not None:
                    found.append(entry)
    except NotADirectoryError:
        raise Refused(f"{folder} is not a folder") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a folder's name"
        raise Refused(f"{folder} cannot be opened: {why}") from None
    return sorted(found, key=lambda one: (not one.folder, one.path.name.casefold()))


def _entry(one: os.DirEntry[str]) -> Entry | None:
    try:
        if one.is_dir():
            return Entry(Path(one.path), True)
        if not one.name.lower().endswith(ENDINGS) or not one.is_file():
            return None
        status = one.stat()
    except OSError:
        return None  # gone meanwhile, or a link to nothing
    return Entry(Path(one.path), False, status.st_size, status.st_mtime)


class FileLooks:
    """Looks at files, one after the other, in one guarded reading process. It may be shared by
    threads; `close` ends the process."""

    def __init__(self) -> None:
        self._reader: Any = None
        self._closed = False
        self._last: tuple[Path, bytes, ReadDesign] | None = None

    def look(self, path: Path, dots_wide: int, dots_high: int) -> FileLook:
        """What this file is, its drawing on so many dots. Raises BadDesign."""
        from plotty_tui.planning.raster import raster_strokes

        design = self._read(path)
        page = (design.width_mm, design.height_mm)
        raster = raster_strokes(design.drawing, page, max(2, dots_wide), max(4, dots_high))
        return FileLook(*page, design.layers, design.findings, raster)

    def _read(self, path: Path) -> ReadDesign:
        """The design in a file; looked at again, in another size, it is not read again."""
        from plotty_tui.planning.reading import DesignReader

        if self._closed:
            raise Refused("nothing is looked at any more")
        if self._reader is None:
            self._reader = DesignReader()
        data = self._reader.load(path)
        last = self._last
        if last is not None and last[:2] == (path, data):
            return last[2]
        design = self._reader.read_bytes(path.name, data)
        self._last = (path, data, design)
        return design

    def close(self) -> None:
        """End the reading process."""
        self._closed = True
        if self._reader is not None:
            self._reader.close()
            self._reader = None


def job_raster(store: Store, job: Any, dots_wide: int, dots_high: int) -> Raster:
    """The dots of a job (a row of the queue): of its plan, or of its design without one. Heavy:
    call it off the event loop."""
    if job.plan:
        key = Plan.from_json(json.loads(job.plan)).settings_hash
        return plan_raster(store, key, dots_wide, dots_high)
    from plotty_tui.planning.raster_beside import raster_file

    file = store.home.strokes_file(job.sha256)
    return raster_file(file, (job.width_mm, job.height_mm), dots_wide, dots_high)


@dataclass(slots=True)
class OrderLook:
    """A job's strokes in their order, for playing them: dots, the pen's way, names of the layers
    (with their pens), and whether they come from its plan or from the file."""

    name: str
    planned: bool
    raster: Raster
    travel: Travel
    layers: list[str]


def order_look(store: Store, job_id: int, dots_wide: int, dots_high: int) -> OrderLook:
    """The order in which a job's plan draws its strokes; without a plan, that of the file. Heavy:
    call it off the event loop. NotFound when the job is gone."""
    from plotty_tui.planning.raster import raster_strokes
    from plotty_tui.planning.travel import read_travel

    job = job_detail(store, job_id)
    plan: Plan | None = job.frozen
    if plan is not None:
        layers = read_strokes(store.home.plan_file(plan.settings_hash), f"the plan of {job.name}")
        page, motion = (plan.sheet_width, plan.sheet_height), plan.preset.motion
        names = [f"{layer.name} ({pen_words(layer)})" for layer in plan.layers]
    else:
        drawing = read_strokes(store.home.strokes_file(job.sha256), job.name)
        layers = [layer for layer in drawing if len(layer.strokes)]
        page, motion = (job.width_mm, job.height_mm), MotionSettings()
        names = [layer.name for layer in layers]
    return OrderLook(
        job.name, plan is not None, raster_strokes(layers, page, dots_wide, dots_high),
        read_travel(layers, page, dots_wide, dots_high, motion), names,
    )  # fmt: skip


def job_detail(store: Store, job_id: int) -> Row:
    """All about one job: its row of the queue, with `findings` and `size_bytes` of its design
    and `frozen`, its plan or None. NotFound when it is gone."""
    found = queue.job_rows(store, "j.id = ?", [job_id])
    if not found:
        raise NotFound(f"no job number {job_id}: it was taken out of the queue")
    row = found[0]
    design = store.row("SELECT findings, size_bytes FROM design WHERE sha256 = ?", row.sha256)
    assert design is not None, "a job has its design"
    row["findings"] = [Finding(**one) for one in json.loads(design.findings)]
    row["size_bytes"] = design.size_bytes
    row["frozen"] = Plan.from_json(json.loads(row.plan)) if row.plan else None
    return row
