"""Planning one design: placed on its sheet, ordered layer by layer, with pens and times."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.layer_codes import layer_motion
from plotty_tui.domain.motion import home_seconds
from plotty_tui.domain.papers import SIZES, Placement, place_on_sheet
from plotty_tui.domain.pen_choice import PenChoice, StockPen, assign_pens
from plotty_tui.domain.plan import (
    Plan,
    PlanLayer,
    PlanStep,
    count_pen_changes,
    needs_pen_change,
    settings_hash,
)
from plotty_tui.domain.presets import Preset
from plotty_tui.domain.strokes import LayerStrokes, Point, Strokes

from .ink import allowance, find_ink_difference, joining_allowance
from .motion_fast import estimate_layer
from .order import compiled
from .ordering import order_layer, read_pipeline, standing_in

HOME: Point = (0.0, 0.0)

# What to propose when a drawing is too large for its paper, smallest first.
PROPOSED = ("a6", "a5", "a4", "a3", "a2", "a1", "a0")


Watch = Callable[[float], bool]
"""Told how much of the planning is done (0 to 1); False ends the search for a better order, and
the best so far is taken."""


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
    watch: Watch | None = None,
) -> PlannedDesign:
    """Plan a drawing in page coordinates for a sheet of paper (sizes in mm).

    Layers keep the order of the drawing; empty ones are dropped. Raises Refused when the drawing
    does not fit, when the preset's pipeline cannot be run, and when the ordered strokes would not
    leave the same ink on the paper.
    """
    inked = [layer for layer in drawing if len(layer.strokes)]
    placement = _place(inked, paper_name, paper_size, page_size)
    choices = assign_pens(inked, pens)
    ordered = _order_layers([_moved(layer, placement) for layer in inked], preset, watch)
    layers = [one.layer for one in ordered]
    provisional = any(one.provisional for one in ordered)
    timed, home_s, home_mm = _time_layers(ordered, choices, preset)
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
            design_sha256, preset, paper_name, paper_size, page_size, inked, choices, provisional
        ),
        layers=timed,
        notes=_notes(ordered, preset),
        provisional=provisional,
    )
    return PlannedDesign(plan, layers)


def is_provisional(preset: Preset) -> bool:
    """Whether a plan made now would be provisional: it has another hash then."""
    return preset.order.sort and not preset.pipeline and not compiled.ready()


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


@dataclass(slots=True)
class _Ordered:
    """A layer in its order, and how it came to it."""

    layer: LayerStrokes
    steps: list[PlanStep] = field(default_factory=list)
    spliced: int = 0
    joined: int = 0
    provisional: bool = False


def _order_layers(
    layers: Sequence[LayerStrokes], preset: Preset, watch: Watch | None
) -> list[_Ordered]:
    """Each layer begins where the one before it ended."""
    ordered: list[_Ordered] = []
    at = HOME
    total = sum(len(layer.strokes) for layer in layers) or 1
    done = 0
    for layer in layers:
        share = (done / total, len(layer.strokes) / total)
        one = _order(layer, preset, at, _watch_share(watch, *share))
        ordered.append(one)
        done += len(layer.strokes)
        x, y = one.layer.strokes.points[-2:]
        at = (x, y)
    return ordered


def _watch_share(watch: Watch | None, before: float, share: float) -> Watch:
    """`watch` for a layer that is `share` of the work and begins after `before` of it."""
    return (lambda part: watch(before + share * part)) if watch else (lambda part: True)


def _order(layer: LayerStrokes, preset: Preset, start: Point, watch: Watch) -> _Ordered:
    if preset.pipeline or not preset.order.sort:
        ordered = _Ordered(
            LayerStrokes(layer.name, layer.color, order_layer(layer.strokes, preset))
        )
        allowed = allowance(read_pipeline(preset.pipeline))
        before = layer.strokes
    elif compiled.ready():
        from .order.layer import order_strokes

        made = order_strokes(layer.strokes, preset.order, preset.motion, start, watch)
        ordered = _Ordered(
            LayerStrokes(layer.name, layer.color, made.strokes),
            made.steps,
            made.spliced,
            made.joined,
        )
        allowed = joining_allowance(preset.order)
        before = made.drawn
    else:
        compiled.start_compiling()
        instead = standing_in(preset)
        ordered = _Ordered(
            LayerStrokes(layer.name, layer.color, order_layer(layer.strokes, instead)),
            provisional=True,
        )
        allowed = allowance(read_pipeline(instead.pipeline))
        before = layer.strokes
    if difference := find_ink_difference(before, ordered.layer.strokes, allowed):
        raise Refused(
            f"preset {preset.name} would change the ink of layer {layer.name!r} ({difference}): "
            "use preset none"
        )
    return ordered


def _notes(ordered: Sequence[_Ordered], preset: Preset) -> tuple[str, ...]:
    """Sentences on what the plan does beside ordering."""
    notes = []
    if any(one.provisional for one in ordered) and compiled.available():
        notes.append(compiled.COMPILING)
    joined, spliced = sum(one.joined for one in ordered), sum(one.spliced for one in ordered)
    if joined:
        notes.append(f"{joined} lifts less by joining ends up to {preset.order.join_mm:g} mm apart")
    if spliced:
        notes.append(f"{spliced} closed strokes drawn on the way, without lifting")
    return tuple(notes)


def _time_layers(
    layers: Sequence[_Ordered], choices: Sequence[PenChoice], preset: Preset
) -> tuple[list[PlanLayer], float, float]:
    """The layers of the plan, and the seconds and mm of the ways home.

    The carriage starts at home, goes on from layer to layer, and goes home for every pen change
    and at the end.
    """
    timed: list[PlanLayer] = []
    home_s = home_mm = 0.0
    at = HOME
    for index, (ordered, choice) in enumerate(zip(layers, choices, strict=True)):
        layer = ordered.layer
        # The layer needs its pen known before its times: a change starts it from home.
        bare = PlanLayer(index, layer.name, layer.color, choice, 0, 0.0, 0.0, 0, 0.0)
        if timed and needs_pen_change(timed[-1], bare):
            home_s += home_seconds(at, preset.motion)
            home_mm += math.hypot(*at)
            at = HOME
        times = estimate_layer(layer.strokes, layer_motion(preset.motion, layer.name), at)
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
                tuple(ordered.steps),
            )
        )
    if timed:
        home_s += home_seconds(at, preset.motion)
        home_mm += math.hypot(*at)
    return timed, home_s, home_mm
