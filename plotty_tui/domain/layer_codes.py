"""What an AxiDraw layer name orders: `!3+S30+H40+D500 red`.

A name begins with `%` (never plotted) or `!` (stop for a person first), then the layer's number,
then codes right behind each other: `+S30` the pen-down speed, `+H40` the pen-down height, `+D500`
ms to wait before the layer. The rest is text. As the AxiDraw's own software reads it: letters in
either case, whole numbers only; a code without digits or out of its range orders nothing; the last
of two counts; behind a space or any other text there are no codes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .plan import PlanLayer, needs_pen_change
from .presets import MotionSettings

_HEAD = re.compile(r"([%!]?)([0-9]*)")
_CODE = re.compile(r"\+([shd])([0-9]*)", re.I)
_RANGES = {"s": (1, 110), "h": (0, 100), "d": (1, 3_600_000)}


@dataclass(frozen=True, slots=True)
class LayerCodes:
    """The orders of one layer's name; None: not ordered."""

    number: int | None = None
    speed: int | None = None
    height: int | None = None
    delay_ms: int | None = None
    pause: bool = False
    skipped: bool = False

    def motion(self, motion: MotionSettings) -> MotionSettings:
        """How the pen moves in this layer."""
        if self.speed is not None:
            motion = replace(motion, speed_pendown=float(self.speed))
        if self.height is not None:
            motion = replace(motion, pen_pos_down=float(self.height))
        return motion

    def __str__(self) -> str:
        words = []
        if self.skipped:
            words.append("never plotted")
        if self.pause:
            words.append("stops for a person first")
        if self.delay_ms is not None:
            words.append(f"waits {self.delay_ms} ms first")
        if self.speed is not None:
            words.append(f"speed {self.speed}")
        if self.height is not None:
            words.append(f"pen-down height {self.height}")
        return ", ".join(words)


def read_codes(name: str) -> LayerCodes:
    """The orders of a layer's name; none in most names."""
    name = name.strip()
    head = _HEAD.match(name)
    assert head is not None
    if head[1] == "%":
        return LayerCodes(skipped=True)
    number = int(head[2]) if 0 < len(head[2]) < 10 else None
    found: dict[str, int] = {}
    at = head.end()
    while code := _CODE.match(name, at):
        at = code.end()
        letter = code[1].lower()
        low, high = _RANGES[letter]
        if code[2] and len(code[2]) < 10 and low <= int(code[2]) <= high:
            found[letter] = int(code[2])
    return LayerCodes(number, found.get("s"), found.get("h"), found.get("d"), head[1] == "!")


def layer_motion(motion: MotionSettings, name: str) -> MotionSettings:
    """How the pen moves in a layer of this name."""
    return read_codes(name).motion(motion)


def wants_person(before: PlanLayer, after: PlanLayer) -> bool:
    """Whether a person is wanted between two layers: for another pen, or because `after` says
    so."""
    return needs_pen_change(before, after) or read_codes(after.name).pause
