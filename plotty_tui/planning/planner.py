"""Planning one design: placed on its sheet, ordered layer by layer, with pens and times."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.motion import estimate_strokes, home_seconds
from plotty_tui.domain.papers import SIZES, Placement, place_on_sheet
from plotty_tui.domain.pen_choice import PenChoice, StockPen, assign_pens
from plotty_tui.domain.plan import (
    Plan,
    PlanLayer,
    count_pen_changes,
    needs_pen_change,
    settings_hash,
)
from plotty_tui.domain.presets import Preset
from plotty_tui.domain.strokes import LayerStrokes, Point, Strokes

from .ink import allowance, find_ink_difference
from .ordering import order_layer, read_pipeline

HOME: Point = (0.0, 0.0)

# What to propose when a drawing is too large for its paper, smallest first.
PROPOSED = ("a6", "a5", "a4", "a3", "a2", "a1", "a0")


@dataclass(slots=True)
class PlannedDesign:
    """A plan and what it draws: `layers` in sheet coordinates (mm, origin top left, y downwards),
    one to one with `plan.layers`."""

    plan: Plan
    layers: list[LayerStrokes]


def plan_design(
    drawing: Sequence[LayerStrokes],
    design_sha256: str,
    preset: Preset,
    paper_name: str,
    paper_size: tuple[float, float],
    page_size: tuple[float, float],
    pens: Sequence[StockPen] = (),
) -> PlannedDesign:
    """Plan a drawing in page coordinates for a sheet of paper (sizes in mm).

    Layers keep the order of the drawing; empty ones are dropped. Raises Refused when the drawing
    does not fit, when the preset's pipeline cannot be run, and when the ordered strokes would not
    leave the same ink on the paper.
    """
    inked = [layer for layer in drawing if len(layer.strokes)]
    placement = _place(inked, paper_name, paper_size, page_size)
    choices = assign_pens(inked, pens)
    layers = [_order(_moved(layer, placement), preset) for layer in inked]
    timed, home_s, home_mm = _time_layers(layers, choices, preset)
    plan = Plan(
        design_sha256=design_sha256,
        preset=preset,
        paper_name=paper_name,
        sheet_width=placement.sheet_width,
        sheet_height=placement.sheet_height,
        seconds=math.fsum(layer.seconds for layer in timed) + home_s,
        pen_down_mm=math.fsum(layer.pen_down_mm for layer in timed),
        pen_up_mm=math.fsum(layer.pen_up_mm for layer in timed) + home_mm,
        lifts=sum(layer.lifts for layer in timed),
        pen_changes=count_pen_changes(timed),
        settings_hash=settings_hash(
            design_sha256, preset, paper_name, paper_size, page_size, inked, choices
        ),
        layers=timed,
    )
    return PlannedDesign(plan, layers)


def _place(
    layers: Sequence[LayerStrokes],
    paper_name: str,
    paper_size: tuple[float, float],
    page_size: tuple[float, float],
) -> Placement:
    boxes = [box for layer in layers if (box := layer.strokes.bounds())]
    ink = None
    if boxes:
        x0, y0, x1, y1 = zip(*boxes, strict=True)
        ink = (min(x0), min(y0), max(x1), max(y1))
    if not all(map(math.isfinite, ink or ())):
        raise Refused("drawing has points that are not numbers")
    placement = place_on_sheet(page_size, ink, paper_size)
    if placement:
        return placement
    raise Refused(_does_not_fit(ink or (0, 0, 0, 0), paper_name, paper_size, page_size))


def _does_not_fit(
    ink: tuple[float, float, float, float],
    paper_name: str,
    paper_size: tuple[float, float],
    page_size: tuple[float, float],
) -> str:
    width, height = ink[2] - ink[0], ink[3] - ink[1]
    paper = f"{paper_name} ({paper_size[0]:g} x {paper_size[1]:g} mm)"
    fitting = [name for name in PROPOSED if place_on_sheet(page_size, ink, SIZES[name])]
    advice = f"use --paper {fitting[0]}" if fitting else "scale it down"
    return f"drawing of {width:.0f} x {height:.0f} mm does not fit {paper}: {advice}"


def _moved(layer: LayerStrokes, placement: Placement) -> LayerStrokes:
    """The layer in sheet coordinates. A dot gets two points, as every reader of a path wants."""
    import numpy as np

    points = np.frombuffer(layer.strokes.points, dtype=np.float32).reshape(-1, 2)
    starts = np.frombuffer(layer.strokes.starts, dtype=np.uint32).astype(np.int64)
    offset = np.array((placement.dx, placement.dy))
    placed = (points.astype(np.float64) + offset).astype(np.float32)
    counts = np.diff(starts)
    repeats = np.ones(len(points), dtype=np.int64)
    repeats[starts[:-1][counts == 1]] = 2
    ends = np.cumsum(np.maximum(counts, 2), dtype=np.uint32)
    flat, first = array("f"), array("I", [0])
    flat.frombytes(np.repeat(placed, repeats, axis=0).tobytes())
    first.frombytes(ends.tobytes())
    return LayerStrokes(layer.name, layer.color, Strokes.of_arrays(flat, first))


def _order(layer: LayerStrokes, preset: Preset) -> LayerStrokes:
    ordered = order_layer(layer.strokes, preset)
    allowed = allowance(read_pipeline(preset.pipeline))
    if difference := find_ink_difference(layer.strokes, ordered, allowed):
        raise Refused(
            f"preset {preset.name} would change the ink of layer {layer.name!r} ({difference}): "
            "use preset fast"
        )
    return LayerStrokes(layer.name, layer.color, ordered)


def _time_layers(
    layers: Sequence[LayerStrokes], choices: Sequence[PenChoice], preset: Preset
) -> tuple[list[PlanLayer], float, float]:
    """The layers of the plan, and the seconds and mm of the ways home.

    The carriage starts at home, goes on from layer to layer, and goes home for every pen change
    and at the end.
    """
    timed: list[PlanLayer] = []
    home_s = home_mm = 0.0
    at = HOME
    for index, (layer, choice) in enumerate(zip(layers, choices, strict=True)):
        # The layer needs its pen known before its times: a change starts it from home.
        bare = PlanLayer(index, layer.name, layer.color, choice, 0, 0.0, 0.0, 0, 0.0)
        if timed and needs_pen_change(timed[-1], bare):
            home_s += home_seconds(at, preset.motion)
            home_mm += math.hypot(*at)
            at = HOME
        times = estimate_strokes(layer.strokes, preset.motion, at)
        at = times.end
        timed.append(
            PlanLayer(
                index,
                layer.name,
                layer.color,
                choice,
                len(layer.strokes),
                times.pen_down_mm,
                times.pen_up_mm,
                times.lifts,
                times.total_s,
            )
        )
    if timed:
        home_s += home_seconds(at, preset.motion)
        home_mm += math.hypot(*at)
    return timed, home_s, home_mm
