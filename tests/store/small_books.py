"""A studio in a folder, for the tests of the books and the processes that they start: `Studio` has
a verb for each thing that happens in a studio, and moves nothing. Plans have no geometry."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from plotty_tui.domain import jobs, sheets
from plotty_tui.domain.design import DesignLayer, ReadDesign
from plotty_tui.domain.pen_choice import PenChoice
from plotty_tui.domain.plan import Plan, PlanLayer
from plotty_tui.domain.presets import BUILT_IN
from plotty_tui.domain.runs import Results
from plotty_tui.store import tables
from plotty_tui.store.inventory import holders, materials
from plotty_tui.store.jobs import queue
from plotty_tui.store.machines import devices
from plotty_tui.store.plots import claims, drawing, sheet_ends
from plotty_tui.store.production import run_lists, runs
from plotty_tui.studio.opening import open_studio

A4 = (210.0, 297.0)
V3 = {"travel_x_mm": 300.0, "travel_y_mm": 217.9}

# A layer: the pen's id (None: no pen of the stock), strokes, mm of ink.
Layer = tuple[int | None, int, float]


class Studio:
    """A studio in a folder, driven as its programs drive it but without moving anything."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = open_studio(folder)

    def close(self) -> None:
        self.store.close()

    # What there is ---------------------------------------------------------------------------

    def job(self, name: str = "Logo", planned: bool = True, **more: Any) -> tables.Job:
        """A job in the queue; `layers` are those of its plan."""
        layers = more.pop("layers", ((None, 4, 1000.0),))
        read = ReadDesign(
            f"{name}.svg", hashlib.sha256(name.encode()).hexdigest(), 100, *A4,
            [DesignLayer("ink", "#000000", 4, 1000.0)],
        )  # fmt: skip
        paper = more.pop("paper", "a4")
        with self.store.write():
            design, _ = queue.keep_design(self.store, read)
            job = queue.add_job(self.store, design, name, paper, **more)
        if planned:
            self.plan(job, layers)
        return self.again(job)

    def plan(self, job: tables.Job, layers: Sequence[Layer], preset: str = "fast") -> str:
        """Give a job a plan; its key."""
        key = hashlib.sha256(repr((job.id, tuple(layers), preset)).encode()).hexdigest()
        plan = replace(frozen_plan(key, layers, preset), design_sha256=job.design.sha256)
        queue.set_plan(self.store, job.id, plan, key, self.again(job).revision)
        return key

    def pen(self, name: str = "black", **values: Any) -> tables.Pen:
        return materials.add_pen(self.store, name=name, **{"life_mm": 600_000, **values})

    def paper(self, name: str = "a4", sheets: int = 10) -> tables.Paper:
        paper = materials.add_paper(self.store, name, A4)
        if sheets:
            materials.receive_paper(self.store, name, sheets)
        return paper

    def device(self, name: str = "left") -> tables.Device:
        return devices.add_device(self.store, name, "simulator", "v3", **V3)

    def run(self, *wanted: tables.Job, only: Sequence[str] = ()) -> tables.Run:
        """An open run of these jobs, every copy."""
        return runs.open_run(self.store, [(job, job.copies) for job in wanted], list(only))

    # What happens ----------------------------------------------------------------------------

    def load(self, device: tables.Device) -> claims.Claim:
        """The next sheet is claimed and put on this plotter."""
        claim = claims.claim_sheet(self.store, device.id)
        assert claim is not None, "there is a sheet to draw"
        drawing.move_sheet(self.store, claim.sheet, sheets.LOADED)
        return claim

    def begin(self, device: tables.Device, claim: claims.Claim, layer: int = 0) -> PlanLayer:
        """The pen of this layer is put in and touches the paper."""
        planned = claim.plan.layers[layer]
        if layer and self.sheet(claim.sheet).state == sheets.DRAWING:
            drawing.move_sheet(self.store, claim.sheet, sheets.WAITING, waiting_for="pen")
        holders.load_pen(self.store, device.id, planned.pen.pen_id if planned.pen else None)
        drawing.begin_layer(self.store, claim.sheet)
        return planned

    def progress(
        self,
        device: tables.Device,
        claim: claims.Claim,
        stroke: int,
        ink_mm: float,
        layer: int = 0,
    ) -> None:
        """So far: `stroke` is the next one, `ink_mm` was drawn since this part was begun."""
        devices.save_progress(
            self.store, device.id, False, sheet=claim.sheet, layer=layer, stroke=stroke,
            ink_mm=ink_mm, seconds=ink_mm / 100,
        )  # fmt: skip

    def finish(self, claim: claims.Claim, layer: int = 0, ink_mm: float | None = None) -> None:
        """A layer is complete; `ink_mm` is what its last part drew."""
        planned = claim.plan.layers[layer]
        ink = planned.pen_down_mm if ink_mm is None else ink_mm
        drawing.finish_layer(self.store, claim.sheet, layer, planned.strokes, ink, ink / 100)

    def draw(self, device: tables.Device) -> claims.Claim:
        """One whole sheet."""
        claim = self.load(device)
        for layer in range(len(claim.plan.layers)):
            self.begin(device, claim, layer)
            self.finish(claim, layer)
        sheet_ends.finish_sheet(self.store, claim.sheet)
        return claim

    def draw_all(self, *plotters: tables.Device) -> list[claims.Claim]:
        """Sheet after sheet on these plotters in turn, until none is left."""
        drawn = []
        while any(row.open for row in run_lists.run_rows(self.store)):
            drawn.append(self.draw(plotters[len(drawn) % len(plotters)]))
        return drawn

    def settle(self, run: tables.Run, **results: Any) -> None:
        runs.settle_run(self.store, run.number, Results(**results))

    def day(self) -> tables.Run:
        """A run that awaits results: three sheets with two pens each, drawn on two plotters."""
        self.paper(sheets=10)
        black, red = self.pen("black", weight_g=45.2, tare_g=40.0), self.pen("red")
        job = self.job(copies=3, layers=((black.id, 4, 1000.0), (red.id, 2, 250.0)))
        run = self.run(job)
        self.draw_all(self.device("left"), self.device("right"))
        return run

    # What is in the books --------------------------------------------------------------------

    def again(self, row: Any) -> Any:
        """The row as it is now."""
        return type(row).get_by_id(row.id)

    def sheet(self, sheet_id: int) -> tables.Sheet:
        return tables.Sheet.get_by_id(sheet_id)

    def stock(self, name: str = "a4") -> int:
        return next(row.stock for row in materials.paper_rows(self.store) if row.name == name)

    def used_mm(self, pen: tables.Pen) -> float:
        return materials.pen_rows(self.store, pen.code)[0].used_mm

    def ledger(self) -> list[tuple[str, float, int, str]]:
        """(kind, mm, sheets, key) of every row in the order booked."""
        rows = tables.Ledger.select().order_by(tables.Ledger.id)
        return [(row.kind, row.mm, row.sheets, row.key) for row in rows]

    def booked_keys(self) -> list[str]:
        return [key for *_, key in self.ledger()]

    def dump(self) -> dict[str, list[tuple]]:
        """Every row of every table, but not the counters of what changed."""
        return {
            model.__name__: list(model.select().tuples())
            for model in tables.TABLES
            if model is not tables.Topic
        }

    def wrong(self) -> list[str]:
        """What does not balance."""
        return runs.check_books(self.store)


def frozen_plan(key: str, layers: Sequence[Layer], preset: str = "fast") -> Plan:
    planned = [
        PlanLayer(
            index, f"layer {index}", "#000000",
            None if pen is None else PenChoice(pen, f"K-{pen:02}", "as named"),
            strokes, mm, 50.0, strokes, mm / 100,
        )
        for index, (pen, strokes, mm) in enumerate(layers)
    ]  # fmt: skip
    return Plan(
        "0" * 64, BUILT_IN[preset], "a4", *A4, sum(one.seconds for one in planned),
        sum(one.pen_down_mm for one in planned), 50.0, sum(one.strokes for one in planned),
        len(planned) - 1, key, planned,
    )  # fmt: skip


__all__ = [
    "A4",
    "Path",
    "Results",
    "Studio",
    "claims",
    "drawing",
    "jobs",
    "runs",
    "sheet_ends",
    "sheets",
    "tables",
]
