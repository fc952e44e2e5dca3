"""The dossier of a run for each of its clients: collected here, set by `reports`, kept here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plotty_tui.domain import runs, sheets
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.plot_orders import orders_of
from plotty_tui.store import run_orders
from plotty_tui.store.database import Row, Store
from plotty_tui.store.home import write_file
from plotty_tui.store.production import dossier_rows
from plotty_tui.store.production.runs import find_run
from plotty_tui.store.tables import Run, moment

from ..planning.plans import read_strokes
from .reporting import studio_name

WITHOUT_CLIENT = "without client"


@dataclass(frozen=True, slots=True)
class DossierSheet:
    """One sheet that was begun."""

    copy: int
    attempt: int
    state: str
    reason: str
    device: str
    ended_at: Any
    seconds: float
    human_seconds: float
    ink_mm: float

    @property
    def fine(self) -> bool:
        """Whether it belongs to the edition."""
        return self.state in sheets.FINE


@dataclass(slots=True)
class DossierWork:
    """One design of a client: how it was planned and drawn, its sheets, its pens, its picture."""

    name: str
    category: str
    paper: str
    gsm: float | None
    size_mm: tuple[float, float]
    copies: int
    preset: str
    settings: list[tuple[str, str]]
    sha256: str
    sheets: list[DossierSheet] = field(default_factory=list)
    pens: list[Row] = field(default_factory=list)
    picture: str = ""

    @property
    def edition(self) -> list[int]:
        """The numbers of the edition that are drawn and not refused."""
        return sorted({one.copy for one in self.sheets if one.fine})


@dataclass(slots=True)
class Dossier:
    """What a studio hands to one client with the sheets of one run."""

    run: str
    client: str
    studio: str
    began: Any
    ended: Any
    works: list[DossierWork] = field(default_factory=list)

    @property
    def file_names(self) -> tuple[str, str, str]:
        """Of the report for people, the certificate, and the report for programs."""
        return f"{self.run}-dossier.pdf", f"{self.run}-certificate.pdf", f"{self.run}-dossier.json"


def collect_dossiers(store: Store, number: int) -> list[Dossier]:
    """One dossier a client of the run (name empty: of no client), with all that was begun. Refused
    when nothing of it is drawn yet."""
    run = find_run(number)
    with store.read():
        items = dossier_rows.dossier_items(store, run.id)
        begun = dossier_rows.dossier_sheets(store, run.id)
        pens = dossier_rows.dossier_pens(store, run.id)
    if not begun:
        raise Refused(f"{runs.run_name(number)}: nothing of it is drawn, so there is no dossier")
    found: dict[str, Dossier] = {}
    for item in items:
        mine = [_sheet(row) for row in begun if row.item_id == item.id]
        if not mine:
            continue
        dossier = found.setdefault(
            item.client,
            Dossier(runs.run_name(number), item.client, studio_name(store), run.started_at,
                    run.ended_at),
        )  # fmt: skip
        work = _work(store, run, item)
        work.sheets = mine
        work.pens = [row for row in pens if row.item_id == item.id]
        dossier.works.append(work)
    return list(found.values())


def _sheet(row: Row) -> DossierSheet:
    return DossierSheet(
        row.copy, row.attempt, row.state, row.reason, row.device, moment(row.ended_at),
        row.seconds, row.human_seconds, row.ink_mm,
    )  # fmt: skip


def _work(store: Store, run: Run, item: Row) -> DossierWork:
    plan = Plan.from_json(json.loads(item.plan))
    told = orders_of(run.settings)
    size = (plan.sheet_width, plan.sheet_height)
    work = DossierWork(
        item.name, item.category, item.paper, item.gsm, size, item.copies,
        told.presets.get("") or plan.preset.name, _settings(run, plan), item.sha256,
    )  # fmt: skip
    work.picture = _picture(store, item, plan)
    return work


def _settings(run: Run, plan: Plan) -> list[tuple[str, str]]:
    """How it was planned and drawn, in words."""
    told = orders_of(run.settings)
    motion = told.motion("", plan.preset.motion) or plan.preset.motion
    found = [
        ("order of strokes", plan.preset.describe_order()),
        ("speed, pen down", f"{motion.speed_pendown:g} %"),
        ("speed, pen up", f"{motion.speed_penup:g} %"),
        ("acceleration", f"{motion.accel:g} %"),
        ("pen down, up", f"{motion.pen_pos_down:g} %, {motion.pen_pos_up:g} %"),
    ]
    return found + [
        (f"preset on {device}", preset) for device, preset in told.presets.items() if device
    ]


def _picture(store: Store, item: Row, plan: Plan) -> str:
    """The drawing as it was planned; empty when its file is gone."""
    from plotty_tui.planning.thumbnail import thumbnail_svg

    try:
        layers = read_strokes(store.home.plan_file(plan.settings_hash), item.name)
    except Refused:
        return ""
    return thumbnail_svg(layers, (plan.sheet_width, plan.sheet_height))


# Keeping ------------------------------------------------------------------------------------------


def folder_of(store: Store, dossier: Dossier) -> Path:
    """Where a dossier lies: a folder a client, in it one a run. It is made."""
    name = re.sub(r"[^\w .-]", "_", dossier.client or WITHOUT_CLIENT).strip(" .") or "_"
    folder = store.home.data / "dossiers" / name / dossier.run
    (folder / "pictures").mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def keep_dossier(store: Store, dossier: Dossier, files: Mapping[str, bytes]) -> list[Path]:
    """Write a dossier's files, and its pictures, into its folder; the paths in their order."""
    folder = folder_of(store, dossier)
    paths = []
    for name, content in files.items():
        write_file(folder / name, content)
        paths.append(folder / name)
    for number, work in enumerate(dossier.works, 1):
        if work.picture:
            name = re.sub(r"[^\w .-]", "_", work.name).strip(" .")
            path = folder / "pictures" / f"{number:02} {name}.svg"
            write_file(path, work.picture.encode())
            paths.append(path)
    return paths


def is_due(store: Store, number: int) -> bool:
    """Whether the run was told to make a dossier and has none yet."""
    return find_run(number).settings.get(run_orders.DOSSIER) == run_orders.WANTED


def note_made(store: Store, number: int, files: Mapping[str, list[Path]]) -> None:
    """The dossiers (client -> files) are there; clients that are to be told get theirs by mail."""
    run_orders.dossier_made(store, number, files)
