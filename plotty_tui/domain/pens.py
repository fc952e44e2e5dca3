"""Pens: their states, how they want to be moved, the care they want, what a scale says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .errors import NotFound, Refused
from .layer_codes import layer_motion
from .presets import MotionSettings
from .values import metres, rough

SEALED, IN_USE, DRY, EMPTY, RETIRED = "sealed", "in_use", "dry", "empty", "retired"
STATES = (SEALED, IN_USE, DRY, EMPTY, RETIRED)
USABLE = (SEALED, IN_USE)
WRITTEN_OFF = (DRY, EMPTY, RETIRED)


def parse_state(text: str) -> str:
    """One of the states, also written with a blank."""
    state = text.strip().casefold().replace(" ", "_")
    if state not in STATES:
        raise NotFound.named("pen state", text, STATES)
    return state


# How it is moved ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PenHabits:
    """How one pen wants to be drawn with. `speed_cap` is percent as in presets, `height` its
    pen-down position in percent; the offset says by how many mm its tip sits beside the place where
    other pens have theirs, along the plotter's x and y."""

    speed_cap: float | None = None
    height: float | None = None
    offset_x_mm: float = 0.0
    offset_y_mm: float = 0.0

    def motion(self, motion: MotionSettings, layer: str) -> MotionSettings:
        """How it moves in a layer of this name: a height in the layer's name wins over the pen's
        own, and nothing is drawn faster than the pen bears."""
        if self.height is not None:
            motion = replace(motion, pen_pos_down=self.height)
        motion = layer_motion(motion, layer)
        if self.speed_cap is not None and motion.speed_pendown > self.speed_cap:
            motion = replace(motion, speed_pendown=self.speed_cap)
        return motion


# Its care ----------------------------------------------------------------------------------------

CAP = "cap"  # counts from the last use: it is what a pen wants when it rests
_RULE = re.compile(
    r"^([a-zäöüß-]+)\s+(?:every\s+|after\s+)?(\d+(?:[.,]\d+)?)\s*(mm|cm|m|km|s|min|h|d)$", re.I
)
_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "km": 1e6}
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True, slots=True)
class CareRule:
    """What a pen wants (shake, wipe, cap …) every so many mm of line, or seconds."""

    what: str
    every_mm: float | None = None
    every_seconds: float | None = None

    def __str__(self) -> str:
        every = metres(self.every_mm) if self.every_mm else rough(self.every_seconds)
        return f"{self.what} {'after' if self.what == CAP else 'every'} {every}"


def parse_care(text: str) -> dict[str, Any]:
    """Care as it is stored, from `shake every 20m, wipe 5m, cap after 10min, prime 30mm`. `prime`
    is what is drawn in the margin after this pen was put in."""
    found: dict[str, Any] = {"rules": []}
    for part in filter(None, (one.strip() for one in re.split(r"[,;]\s+|;", text))):
        match = _RULE.match(part)
        number = float(match[2].replace(",", ".")) if match else 0.0
        if not match or number <= 0:
            raise Refused(
                f"no care {part!r}: write shake 20m, wipe 5m, cap 10min or prime 30mm "
                "(m is metres, min is minutes)"
            )
        what, unit = match[1].casefold(), match[3].casefold()
        if what == "prime":
            if unit not in _MM:
                raise Refused(f"no priming {part!r}: give a length, like prime 30mm")
            found["prime_mm"] = number * _MM[unit]
        elif unit in _MM:
            found["rules"].append({"what": what, "every_mm": number * _MM[unit]})
        else:
            found["rules"].append({"what": what, "every_seconds": number * _SECONDS[unit]})
    return found


def care_rules(care: Mapping[str, Any]) -> list[CareRule]:
    """The rules of stored care."""
    return [CareRule(**rule) for rule in care.get("rules", ())]


def care_words(care: Mapping[str, Any]) -> str:
    """Stored care as it is typed; empty when there is none."""
    words = [str(rule) for rule in care_rules(care)]
    if care.get("prime_mm"):
        words.append(f"prime {care['prime_mm']:g} mm")
    return ", ".join(words)


@dataclass(frozen=True, slots=True)
class Wear:
    """What a pen has drawn and when it was last used; `since` is when it was opened."""

    used_mm: float
    since: datetime | None
    last_used: datetime | None


def care_due(care: Mapping[str, Any], wear: Wear, now: datetime) -> list[CareRule]:
    """The rules that are due: so much was drawn, or so much time has gone, since the last time."""
    return [rule for rule in care_rules(care) if _is_due(rule, care.get("done", {}), wear, now)]


def _is_due(
    rule: CareRule, done: Mapping[str, Mapping[str, float]], wear: Wear, now: datetime
) -> bool:
    last = done.get(rule.what, {})
    if rule.every_mm is not None:
        return wear.used_mm - last.get("used_mm", 0.0) >= rule.every_mm
    begun = wear.last_used if rule.what == CAP else wear.since
    if begun is None or rule.every_seconds is None:
        return False
    if last.get("at"):
        told = datetime.fromtimestamp(last["at"], now.tzinfo)
        if rule.what == CAP and told >= begun:
            return False  # it rests capped since then
        begun = max(begun, told)
    return (now - begun).total_seconds() >= rule.every_seconds


def before_drawing(due: Iterable[CareRule]) -> str:
    """What has to be done before such a pen draws, in words: `shake it, wipe it`."""
    return ", ".join(dict.fromkeys(f"{rule.what} it" for rule in due if rule.what != CAP))


# What a scale says -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Weighing:
    """What a weighing means: `used_g` went out since the last one, or `adjusted_g` were found (the
    scale says more than before); both zero for a first weighing."""

    grams: float
    used_g: float = 0.0
    adjusted_g: float = 0.0


def judge_weight(
    code: str, grams: float, last_g: float | None, tare_g: float | None, why: str = ""
) -> Weighing:
    """What the scale says: below the last weight is usage, above it an adjustment that wants a
    reason; below the empty weight is refused. All with the pen itself (tare) on the scale."""
    if tare_g is not None and grams < tare_g:
        raise Refused(
            f"pen {code} weighs {grams:g} g, less than its empty {tare_g:g} g: weigh again, or "
            f"correct the empty weight: plotty pen edit {code} --tare-g {grams:g}"
        )
    if last_g is None:
        return Weighing(grams)
    if grams > last_g:
        if not why.strip():
            raise Refused(
                f"pen {code} weighs {grams:g} g, more than the last {last_g:g} g: say why "
                "(--why refilled), or weigh again"
            )
        return Weighing(grams, adjusted_g=grams - last_g)
    return Weighing(grams, used_g=last_g - grams)
