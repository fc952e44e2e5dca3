"""A plan: what will be drawn in which order with which pens, and what it takes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .colors import color_name
from .pen_choice import NamedColor, PenChoice
from .presets import MotionSettings, Preset

# Raise it when the same settings give another plan: kept plans are then out of date.
PLANNER = 5


# The steps of planning in their order, and what they are called to a person.
STEPS = {
    "drawn": "as drawn",
    "piped": "by the pipeline",
    "deduplicated": "duplicates dropped",
    "joined": "ends joined",
    "widened": "joined to the pen's tip",
    "covered": "back over own line",
    "spliced": "loops on the way",
    "ordered": "in order",
    "begun": "loops begun well",
    "searched": "searched",
    "smoothed": "corners rounded",
}
# What is being done while a step is under way.
DOING = {
    "piped": "running the pipeline",
    "joined": "joining ends",
    "covered": "looking for own lines to go back over",
    "spliced": "splicing loops",
    "ordered": "ordering",
    "begun": "choosing where loops begin",
    "searched": "searching",
    "smoothed": "rounding corners",
    "proved": "proving the ink",
}


@dataclass(frozen=True, slots=True)
class PlanStep:
    """What a layer takes after one step of planning (`drawn`: before any). Seconds and
    mm of drawing it from where the layer before ended, and of going home; what a step saves is the
    difference to the one before."""

    name: str
    lifts: int
    pen_up_mm: float
    seconds: float


@dataclass(frozen=True, slots=True)
class PlanLayer:
    """One layer of a plan: `index` is its place in the drawing order, from 0.

    `seconds` and `pen_up_mm` hold the way from where the layer before left the pen (home after a
    pen change); the ways home are only in the plan's totals. `gaps` lines of `gaps_mm` together
    were not in the design: the pen draws across instead of being lifted; `again_mm` it draws once
    more for the same reason.
    """

    index: int
    name: str
    color: str
    pen: PenChoice | None
    strokes: int
    pen_down_mm: float
    pen_up_mm: float
    lifts: int
    seconds: float
    steps: tuple[PlanStep, ...] = ()
    gaps: int = 0
    gaps_mm: float = 0.0
    again_mm: float = 0.0

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "steps": [asdict(step) for step in self.steps]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> PlanLayer:
        pen = PenChoice(**data["pen"]) if data["pen"] else None
        steps = tuple(PlanStep(**step) for step in data.get("steps", ()))
        return cls(**{**data, "pen": pen, "steps": steps})


@dataclass(frozen=True, slots=True)
class Plan:
    """How a design will be drawn on a sheet.

    Sizes are those of the sheet as it lies (turned for the page). `seconds` is machine time with
    the ways home; what a person needs for a pen change is not in it. `settings_hash` names
    everything that decided the result: two plans with the same hash draw the same. A plan is
    `provisional` when it was made with vpype's sort because plotty's own was not compiled yet.
    `notes` are sentences about the plan (gaps that were drawn across, loops spliced in).
    """

    design_sha256: str
    preset: Preset
    paper_name: str
    sheet_width: float
    sheet_height: float
    seconds: float
    pen_down_mm: float
    pen_up_mm: float
    lifts: int
    pen_changes: int
    settings_hash: str
    layers: list[PlanLayer] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    provisional: bool = False

    def steps(self) -> list[PlanStep]:
        """The steps of all layers together, in the order in which they were taken."""
        return steps_of(self.layers)

    def to_json(self) -> dict[str, Any]:
        return {
            **{one.name: getattr(self, one.name) for one in fields(self)},
            "preset": self.preset.to_json(),
            "layers": [layer.to_json() for layer in self.layers],
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Plan:
        preset = Preset.from_json(data["preset"])
        layers = [PlanLayer.from_json(layer) for layer in data["layers"]]
        notes = tuple(data.get("notes", ()))
        return cls(**{**data, "preset": preset, "layers": layers, "notes": notes})


def steps_of(layers: Sequence[PlanLayer]) -> list[PlanStep]:
    """The steps of layers together, of one plan or of many, in the order in which they were
    taken."""
    taken = {step.name for layer in layers for step in layer.steps}
    return [_sum_steps(name, layers) for name in STEPS if name in taken]


def _sum_steps(name: str, layers: Iterable[PlanLayer]) -> PlanStep:
    """A step over all layers; a layer that did not need it counts as it was after the step
    before."""
    lifts, pen_up_mm, seconds = 0, 0.0, 0.0
    places = {step: place for place, step in enumerate(STEPS)}
    for layer in layers:
        reached = [step for step in layer.steps if places[step.name] <= places[name]]
        if reached:
            lifts += reached[-1].lifts
            pen_up_mm += reached[-1].pen_up_mm
            seconds += reached[-1].seconds
    return PlanStep(name, lifts, pen_up_mm, seconds)


def pen_words(layer: PlanLayer) -> str:
    """What a person puts in for a layer: `K-05`, or `green pen` when the stock has none for it."""
    if layer.pen and layer.pen.code:
        return layer.pen.code
    return f"{color_name(layer.color)} pen"


def needs_pen_change(before: PlanLayer, after: PlanLayer) -> bool:
    """Whether a person has to swap the pen between two layers. Layers without a pen of the
    stock are told apart by their colour."""
    return _pen_key(before) != _pen_key(after)


def _pen_key(layer: PlanLayer) -> tuple[str, int | str]:
    if layer.pen is None or layer.pen.pen_id is None:
        return ("color", layer.color.casefold())
    return ("pen", layer.pen.pen_id)


def count_pen_changes(layers: list[PlanLayer]) -> int:
    """Changes between neighbours in the drawing order; putting in the first pen is none."""
    return sum(map(needs_pen_change, layers, layers[1:]))


def settings_hash(
    design_sha256: str,
    preset: Preset,
    paper_name: str,
    paper_size: tuple[float, float],
    page_size: tuple[float, float],
    layers: Iterable[NamedColor],
    choices: Iterable[PenChoice],
    provisional: bool = False,
    sequence: Sequence[int] = (),
    turned: Sequence[tuple[float, float]] = (),
) -> str:
    """SHA-256 (hex) over canonical JSON of all that decides a plan: known before planning, so
    that a kept plan can be told to be current. A `provisional` plan has a hash of its own.
    `layers` and `choices` come as they are drawn; `sequence` are their numbers in the drawing,
    where those are not simply counted up; sheets of the sizes in `turned` lie turned."""
    motion = MotionSettings.from_json(preset.motion.to_json())  # every value a float
    decided: dict[str, Any] = {
        "planner": [PLANNER, "provisional"] if provisional else PLANNER,
        "design": design_sha256,
        "preset": [preset.name, preset.pipeline, preset.order.to_json(), motion.to_json()],
        "paper": [paper_name, *map(float, paper_size)],
        "page": [*map(float, page_size)],
        "layers": [[layer.name, layer.color] for layer in layers],
        "pens": [[choice.pen_id, choice.code, choice.tip_mm] for choice in choices],
    }
    if sequence and list(sequence) != sorted(sequence):
        decided["sequence"] = list(sequence)
    if turned:
        decided["turned"] = [[*map(float, size)] for size in turned]
    text = json.dumps(decided, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
