"""Presets: how a design is planned and how fast it is drawn, under one name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from .errors import NotFound


@dataclass(frozen=True, slots=True)
class MotionSettings:
    """How a device moves: the AxiDraw's own scales and defaults.

    Speeds are percent of 8.6979 in/s x 110 (pen down 1-110, up 1-200), accelerations percent
    (1-110) of 40 in/s² pen down and 60 in/s² pen up; heights percent of the servo's travel,
    rates percent a second, delays milliseconds.
    """

    speed_pendown: float = 25.0
    speed_penup: float = 75.0
    accel: float = 75.0
    pen_pos_down: float = 30.0
    pen_pos_up: float = 60.0
    pen_rate_lower: float = 50.0
    pen_rate_raise: float = 75.0
    pen_delay_down: float = 0.0
    pen_delay_up: float = 0.0

    def to_json(self) -> dict[str, float]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> MotionSettings:
        known = {f.name for f in fields(cls)}
        return cls(**{key: float(value) for key, value in data.items() if key in known})


@dataclass(frozen=True, slots=True)
class Preset:
    """A named way to plan and draw. `pipeline` is vpype's own language and runs layer by layer;
    empty means: as drawn."""

    name: str
    note: str
    pipeline: str = ""
    motion: MotionSettings = field(default_factory=MotionSettings)

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "note": self.note,
            "pipeline": self.pipeline,
            "motion": self.motion.to_json(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Preset:
        return cls(
            data["name"],
            data.get("note", ""),
            data.get("pipeline", ""),
            MotionSettings.from_json(data.get("motion", {})),
        )


_DEFAULT = MotionSettings()

# `reloop` stands before `linesort`: after it, it adds travel. The simplify tolerances are far
# below a pen's line; larger ones make the machine slower (long chords, sharp corners).
BUILT_IN: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("none", "as drawn: order and direction of the file"),
        Preset("preview", "quick look: joined, not sorted", "linemerge --tolerance 0.1mm"),
        Preset(
            "fast",
            "joined and sorted, brisk travel",
            "linemerge --tolerance 0.1mm linesort",
            replace(_DEFAULT, speed_pendown=35, speed_penup=100),
        ),
        Preset(
            "default",
            "joined, closed paths started near, sorted twice over",
            "linesimplify --tolerance 0.01mm linemerge --tolerance 0.1mm "
            "reloop --tolerance 0.1mm linesort --two-opt --passes 60",
        ),
        Preset(
            "hq",
            "long search, fine tolerances, unhurried pen",
            "linesimplify --tolerance 0.005mm linemerge --tolerance 0.05mm "
            "reloop --tolerance 0.05mm linesort --two-opt --passes 250",
            replace(_DEFAULT, speed_pendown=18, accel=60),
        ),
        Preset(
            "safe",
            "the default order, slow and with high lifts",
            "linesimplify --tolerance 0.01mm linemerge --tolerance 0.1mm "
            "reloop --tolerance 0.1mm linesort --two-opt --passes 60",
            replace(
                _DEFAULT,
                speed_pendown=15,
                speed_penup=40,
                accel=40,
                pen_pos_up=70,
                pen_delay_down=50,
                pen_delay_up=20,
            ),
        ),
    )
}


def built_in(name: str) -> Preset:
    """The built-in preset of this name; NotFound names the nearest."""
    try:
        return BUILT_IN[name]
    except KeyError:
        raise NotFound.named("preset", name, BUILT_IN) from None


MOTION_KEYS = tuple(_DEFAULT.to_json())


def device_motion(
    planned: MotionSettings, preset: str, settings: Mapping[str, Any]
) -> MotionSettings:
    """How a device moves for a plan: by the device's own preset if it has one, else as planned;
    its own heights, rates and delays win."""
    motion = built_in(preset).motion if preset else planned
    own = {key: float(settings[key]) for key in MOTION_KEYS if key in settings}
    return replace(motion, **own)
