"""Presets: how a design is planned and how fast it is drawn, under one name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any


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


# A line between two ends is hidden by the pen's own width; beyond this it is a line of its own.
MOST_JOIN_MM = 1.0
# So many join radii long it may be where it runs within half a tip of other ink all along.
HIDDEN_REACH = 4.0


@dataclass(frozen=True, slots=True)
class OrderSettings:
    """How plotty's own planner orders a layer; `sort` off means: not at all.

    join_mm      ends up to so far apart are drawn across instead of lifting the pen
    join_tip     the same as a share (0 to 1) of the pen's tip, where that is known: `join_mm` is
                 for the other layers
    covered      the pen goes back over its own line where that is faster than lifting it
    splice       closed strokes are drawn on the way where another stroke touches them
    starts       closed strokes begin where the pen comes by
    kicks        steps of the search, for each stroke that is left after joining
    search_s     the search ends after so long, 0: never before its kicks are done. With a limit,
                 the same plan is not promised on another machine
    duplicates   strokes drawn more than once over the same points stay
    smooth_mm    corners are rounded, at most so far from where they were
    """

    sort: bool = False
    join_mm: float = 0.0
    join_tip: float = 0.0
    covered: bool = False
    splice: bool = False
    starts: bool = False
    kicks: float = 0.0
    search_s: float = 0.0
    duplicates: bool = True
    smooth_mm: float = 0.0

    def join_radius_mm(self, tip_mm: float | None) -> float:
        """How far apart ends may be that are joined, for a layer drawn by such a pen."""
        if not (tip_mm and self.join_tip):
            return self.join_mm
        return min(min(self.join_tip, 1.0) * tip_mm, MOST_JOIN_MM)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> OrderSettings:
        kinds = {key: type(value) for key, value in cls().to_json().items()}
        return cls(**{key: kinds[key](value) for key, value in data.items() if key in kinds})

    def describe(self) -> str:
        """The settings in a few words, as `preset list` shows them."""
        if not self.sort:
            return "as drawn"
        words = [] if self.duplicates else ["drop duplicates"]
        radii = [f"{self.join_mm:g} mm"] if self.join_mm else []
        radii += [f"{self.join_tip:g} x tip"] if self.join_tip else []
        if radii:
            words.append(f"join {' or '.join(radii)}")
        words += ["covered"] * self.covered + ["splice"] * self.splice
        words += ["sort"] + ["starts"] * self.starts
        if self.kicks:
            words.append(f"search {self.kicks:g}")
        if self.search_s:
            words.append(f"up to {self.search_s:g} s")
        if self.smooth_mm:
            words.append(f"smooth {self.smooth_mm:g} mm")
        return ", ".join(words)


@dataclass(frozen=True, slots=True)
class Preset:
    """A named way to plan and draw, layer by layer: a `pipeline` in vpype's own language, or
    without one plotty's own `order`."""

    name: str
    note: str
    pipeline: str = ""
    motion: MotionSettings = field(default_factory=MotionSettings)
    order: OrderSettings = field(default_factory=OrderSettings)

    def describe_order(self) -> str:
        """What happens to the strokes: the pipeline, or the order in words."""
        return self.pipeline or self.order.describe()

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "note": self.note,
            "pipeline": self.pipeline,
            "motion": self.motion.to_json(),
            "order": self.order.to_json(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Preset:
        return cls(
            data["name"],
            data.get("note", ""),
            data.get("pipeline", ""),
            MotionSettings.from_json(data.get("motion", {})),
            OrderSettings.from_json(data.get("order", {})),
        )


_DEFAULT = MotionSettings()

# Ends that the AxiDraw itself would join: it takes them for the same place.
JOIN_MM = 0.15

_TRAILS = OrderSettings(
    sort=True, join_mm=JOIN_MM, join_tip=1.0, splice=True, starts=True, kicks=1.0
)

BUILT_IN: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("none", "as drawn: order and direction of the file"),
        Preset("preview", "quick look: joined, not sorted", "linemerge --tolerance 0.1mm"),
        Preset(
            "draft",
            "a first look on paper: sorted, as quick as it goes",
            motion=replace(_DEFAULT, speed_pendown=50, speed_penup=110),
            order=replace(_TRAILS, splice=False, starts=False, kicks=0.0),
        ),
        Preset(
            "fast",
            "joined and sorted, brisk travel",
            motion=replace(_DEFAULT, speed_pendown=35, speed_penup=100),
            order=replace(_TRAILS, splice=False, starts=False, kicks=0.0),
        ),
        Preset(
            "default",
            "joined, closed strokes drawn on the way, searched",
            order=_TRAILS,
        ),
        Preset(
            "hq",
            "long search, fine tolerances, unhurried pen",
            motion=replace(_DEFAULT, speed_pendown=18, accel=60),
            order=replace(_TRAILS, join_mm=0.05, join_tip=0.0, kicks=300.0),
        ),
        Preset(
            "detail",
            "fine and close lines: joined only where ends meet, slow pen",
            motion=replace(_DEFAULT, speed_pendown=12, accel=50),
            order=replace(_TRAILS, join_mm=0.02, join_tip=0.0, kicks=30.0),
        ),
        Preset(
            "safe",
            "the default order, slow and with high lifts",
            motion=replace(
                _DEFAULT,
                speed_pendown=15,
                speed_penup=40,
                accel=40,
                pen_pos_up=70,
                pen_delay_down=50,
                pen_delay_up=20,
            ),
            order=_TRAILS,
        ),
    )
}


MOTION_KEYS = tuple(_DEFAULT.to_json())


def device_motion(
    planned: MotionSettings, preset: MotionSettings | None, settings: Mapping[str, Any]
) -> MotionSettings:
    """How a device moves for a plan: by the device's own preset if it has one, else as planned;
    its own heights, rates and delays win."""
    motion = preset or planned
    own = {key: float(settings[key]) for key in MOTION_KEYS if key in settings}
    return replace(motion, **own)
