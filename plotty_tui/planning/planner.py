"""Planning one design: placed on its sheet, ordered layer by layer, with pens and times."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.layer_codes import layer_motion, read_codes
from plotty_tui.domain.motion import home_seconds
from plotty_tui.domain.papers import SIZES, Placement, Turn, place_on_sheet
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

from .ink import allowance, find_dropped_ink, find_ink_difference, joining_allowance
from .motion_fast import estimate_layer
from .order import compiled
from .ordering import order_layer, read_pipeline, standing_in
from .steps import LayerSteps, Watch, ignore

if TYPE_CHECKING:
    from .order.layer import OrderedLayer

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
    watch: Watch = ignore,
    choices: Sequence[PenChoice] | None = None,
    sequence: Sequence[int] = (),
    turned: Sequence[tuple[float, float]] = (),
) -> PlannedDesign:
    """Plan a drawing in page coordinates for a sheet of paper (sizes in mm).

    Empty layers are dropped; the others keep the order of the drawing, or are drawn in `sequence`
    (their numbers). `choices` are the pens of the layers as the drawing has them; without, they
    are chosen from `pens`. Sheets of the sizes in `turned` lie turned on the plotters, which are
    then at home in their top right corner. Raises Refused when the drawing does not fit, when the
    preset's pipeline cannot be run, and when the ordered strokes would not leave the same ink on
    the paper.
    """
    inked = [layer for layer in drawing if len(layer.strokes)]
    placement = _place(inked, paper_name, paper_size, page_size)
    choices = assign_pens(inked, pens) if choices is None else choices
    if sequence:
        inked, choices = [inked[k] for k in sequence], [choices[k] for k in sequence]
    sheet = (placement.sheet_width, placement.sheet_height)
    home = Turn(sheet in turned, sheet[0]).undo(*HOME)
    placed = [_moved(layer, placement) for layer in inked]
    ordered = _order_layers(placed, choices, preset, watch, home)
    layers = [one.layer for one in ordered]
    provisional = any(one.provisional for one in ordered)
    timed, home_s, home_mm = _time_layers(ordered, choices, preset, home)
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
            design_sha256,
            preset,
            paper_name,
            paper_size,
            page_size,
            inked,
            choices,
            provisional,
            sequence,
            turned,
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
    steps: tuple[PlanStep, ...] = ()
    made: OrderedLayer | None = None
    provisional: bool = False


def _order_layers(
    layers: Sequence[LayerStrokes],
    choices: Sequence[PenChoice],
    preset: Preset,
    watch: Watch,
    home: Point,
) -> list[_Ordered]:
    """Each layer begins where the one before it ended, or at home after a pen change."""
    ordered: list[_Ordered] = []
    at = home
    total = sum(len(layer.strokes) for layer in layers) or 1
    done = 0
    for index, (layer, choice) in enumerate(zip(layers, choices, strict=True)):
        if index and needs_pen_change(
            _bare(index - 1, layers[index - 1], choices[index - 1]), _bare(index, layer, choice)
        ):
            at = home
        steps = LayerSteps(watch, done / total, len(layer.strokes) / total, preset)
        one = _order(layer, choice.tip_mm, preset, (at, home), steps)
        ordered.append(one)
        done += len(layer.strokes)
        x, y = one.layer.strokes.points[-2:]
        at = (x, y)
    return ordered


def _bare(index: int, layer: LayerStrokes, choice: PenChoice) -> PlanLayer:
    """A layer of the plan as far as its pen is concerned."""
    return PlanLayer(index, layer.name, layer.color, choice, 0, 0.0, 0.0, 0, 0.0)


def _order(
    layer: LayerStrokes,
    tip_mm: float | None,
    preset: Preset,
    ways: tuple[Point, Point],
    watch: Watch,
) -> _Ordered:
    """A layer ordered and proved, the pen coming from the first of two places and going to the
    second."""
    passes = dropped = None
    start, home = ways
    preset = replace(preset, motion=layer_motion(preset.motion, layer.name))
    if preset.pipeline or not preset.order.sort:
        watch("piped", 0.0)
        ordered = _by_pipeline(layer, preset, ways)
        allowed = allowance(read_pipeline(preset.pipeline))
        before = layer.strokes
    elif compiled.ready():
        from .order.layer import order_strokes

        made = order_strokes(layer.strokes, preset.order, preset.motion, start, watch, tip_mm, home)
        ordered = _Ordered(
            LayerStrokes(layer.name, layer.color, made.strokes), tuple(made.steps), made
        )
        allowed = joining_allowance(preset.order, tip_mm)
        before, passes = made.drawn, made.passes
        if not preset.order.duplicates:
            dropped = find_dropped_ink(layer.strokes, before)
    else:
        compiled.start_compiling()
        watch("piped", 0.0)
        instead = standing_in(preset)
        ordered = _by_pipeline(layer, instead, ways)
        ordered.provisional = True
        allowed = allowance(read_pipeline(instead.pipeline))
        before = layer.strokes
    watch("proved", 0.0)
    if difference := dropped or find_ink_difference(before, ordered.layer.strokes, allowed, passes):
        raise Refused(
            f"preset {preset.name} would change the ink of layer {layer.name!r} ({difference}): "
            "use preset none"
        )
    return ordered


def _by_pipeline(layer: LayerStrokes, preset: Preset, ways: tuple[Point, Point]) -> _Ordered:
    """The layer as vpype's commands order it, or as it was drawn without any."""
    piped = LayerStrokes(layer.name, layer.color, order_layer(layer.strokes, preset))
    steps = [_step("drawn", layer.strokes, preset, ways)]
    if preset.pipeline:
        steps.append(_step("piped", piped.strokes, preset, ways))
    return _Ordered(piped, tuple(steps))


def _step(name: str, strokes: Strokes, preset: Preset, ways: tuple[Point, Point]) -> PlanStep:
    """What strokes take as they are."""
    start, home = ways
    times = estimate_layer(strokes, preset.motion, start)
    seconds = times.total_s + home_seconds(times.end, preset.motion, home)
    return PlanStep(name, times.lifts, times.pen_up_mm + math.dist(times.end, home), seconds)


def _notes(ordered: Sequence[_Ordered], preset: Preset) -> tuple[str, ...]:
    """Sentences on what the plan does beside ordering."""
    notes = []
    if any(one.provisional for one in ordered) and compiled.available():
        notes.append(compiled.COMPILING)
    made = [one.made for one in ordered if one.made]
    joined, spliced = sum(one.joined for one in made), sum(one.spliced for one in made)
    gaps, gaps_mm = sum(one.gaps for one in made), sum(one.gaps_mm for one in made)
    again_mm = sum(one.passes.length_mm() for one in made)
    if joined > 0:
        notes.append(f"{joined} lifts less by joining strokes")
    if gaps:
        notes.append(
            f"{gaps} gaps drawn across, joining ends up to {max(one.join_mm for one in made):g} mm "
            f"apart: {gaps_mm:.1f} mm of line that was not in the design"
        )
    if again_mm:
        notes.append(f"{again_mm / 1000:.2f} m drawn once more, to save lifts")
    if spliced:
        notes.append(f"{spliced} closed strokes drawn on the way, without lifting")
    if eased := sum(one.eased_physical_s for one in made):
        notes.append(
            f"corners rounded by up to {preset.order.smooth_mm:g} mm: {eased:.1f} s less where "
            "only curvature counts"
        )
    return tuple(notes)


def _added(made: OrderedLayer | None) -> tuple[int, float, float]:
    """(gaps drawn across, mm of them, mm drawn once more)."""
    return (made.gaps, made.gaps_mm, made.passes.length_mm()) if made else (0, 0.0, 0.0)


def _time_layers(
    layers: Sequence[_Ordered], choices: Sequence[PenChoice], preset: Preset, home: Point
) -> tuple[list[PlanLayer], float, float]:
    """The layers of the plan, and the seconds and mm of the ways home.

    The carriage starts at home, goes on from layer to layer, and goes home for every pen change
    and at the end. Where a layer's name orders a wait before it, that is in its seconds.
    """
    timed: list[PlanLayer] = []
    home_s = home_mm = 0.0
    at = home
    for index, (ordered, choice) in enumerate(zip(layers, choices, strict=True)):
        layer = ordered.layer
        # The layer needs its pen known before its times: a change starts it from home.
        if timed and needs_pen_change(timed[-1], _bare(index, layer, choice)):
            home_s += home_seconds(at, preset.motion, home)
            home_mm += math.dist(at, home)
            at = home
        codes = read_codes(layer.name)
        times = estimate_layer(layer.strokes, codes.motion(preset.motion), at)
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
                times.total_s + (codes.delay_ms or 0) / 1000,
                ordered.steps,
                *_added(ordered.made),
            )
        )
    if timed:
        home_s += home_seconds(at, preset.motion, home)
        home_mm += math.dist(at, home)
    return timed, home_s, home_mm
