"""Which pen of the stock draws which layer.

A layer says what it wants by its name ("K-05", "slot 2", "Carmine 0.3") or only by its colour.
Names win over colours: a person wrote them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

# Two colours nearer than this pass for the same ink on paper; farther, a person has to choose.
# Orange is 0.17 from red, dark grey (#444444) 0.29 from black.
VISIBLE_DISTANCE = 0.15
# Colours this near each other are one ink: the tip size in the layer's name decides.
NEAR_EQUAL = 0.02

UNUSABLE = frozenset({"retired", "empty", "dry"})

_SLOT = re.compile(r"\b(?:pen|slot)\s*#?\s*(\d+)\b(?![.,]\d)", re.I)
_TIP = re.compile(r"(?<![\w.,-])(\d+[.,]\d+)(?![\d.,]*\d)")
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.I)


@dataclass(frozen=True, slots=True)
class StockPen:
    """A pen as the choice sees it: `color` is `#rrggbb`, `tip_mm` its line width, `slot` its
    place in the rack or the carousel."""

    id: int
    code: str
    name: str
    color: str
    tip_mm: float | None = None
    slot: int | None = None
    state: str = "ready"


@dataclass(frozen=True, slots=True)
class PenChoice:
    """The pen of a layer and a sentence why; without a pen, `pen_id` is None and `code` empty.
    `tip_mm` is how wide it draws, where that is known."""

    pen_id: int | None
    code: str
    why: str
    tip_mm: float | None = None


class NamedColor(Protocol):
    """A layer, as far as the choice of its pen goes."""

    @property
    def name(self) -> str: ...

    @property
    def color(self) -> str: ...


def assign_pens(layers: Iterable[NamedColor], pens: Sequence[StockPen]) -> list[PenChoice]:
    """A choice for each layer, in order.

    By code or slot in the layer's name, then by a pen's name in it, then by the nearest colour;
    pens that are retired, empty or dry are never chosen. Among equals the lower slot, then the
    code decides.
    """
    usable = sorted((pen for pen in pens if pen.state not in UNUSABLE), key=_rank)
    spent = [pen for pen in pens if pen.state in UNUSABLE]
    return [_choose(layer.name, layer.color, usable, spent) for layer in layers]


def tips_in(name: str) -> list[float]:
    """The tip sizes (mm) that a layer's name gives: `Carmine 0.3` wants 0.3."""
    return [float(text.replace(",", ".")) for text in _TIP.findall(name)]


def _rank(pen: StockPen) -> tuple[float, str]:
    return (math.inf if pen.slot is None else pen.slot, pen.code)


def _choose(
    name: str, color: str, usable: Sequence[StockPen], spent: Sequence[StockPen]
) -> PenChoice:
    if named := _by_code_or_slot(name, usable):
        return named
    # A layer that asks for a pen by its code does not get another one behind its back.
    for pen in spent:
        if _says(name, pen.code):
            return PenChoice(None, "", f"{pen.code} is named, but it is {pen.state}")
    return _by_name(name, usable) or _by_color(name, color, usable)


def _by_code_or_slot(name: str, pens: Sequence[StockPen]) -> PenChoice | None:
    for pen in pens:
        if _says(name, pen.code):
            return PenChoice(pen.id, pen.code, f"the layer names {pen.code}", pen.tip_mm)
    if match := _SLOT.search(name):
        for pen in pens:
            if pen.slot == int(match[1]):
                return PenChoice(pen.id, pen.code, f"the layer names slot {pen.slot}", pen.tip_mm)
    return None


def _by_name(name: str, pens: Sequence[StockPen]) -> PenChoice | None:
    hits = [pen for pen in pens if _says(name, pen.name)]
    if not hits:
        return None
    # "Dark red" holds "red" too: the longest name is the one that was meant.
    longest = max(len(pen.name) for pen in hits)
    best = _prefer_tip(name, [pen for pen in hits if len(pen.name) == longest])
    return PenChoice(best.id, best.code, f"the layer names {best.name}", best.tip_mm)


def _by_color(name: str, color: str, pens: Sequence[StockPen]) -> PenChoice:
    if not _HEX.fullmatch(color):
        return PenChoice(None, "", f"the layer has no colour to go by ({color or 'none'})")
    distances = [(color_distance(color, pen.color), pen) for pen in pens]
    if not distances:
        return PenChoice(None, "", "no pen in stock can be used")
    nearest = min(distance for distance, _ in distances)
    if nearest > VISIBLE_DISTANCE:
        return PenChoice(None, "", f"no pen in stock is near {color}")
    best = _prefer_tip(name, [pen for far, pen in distances if far <= nearest + NEAR_EQUAL])
    return PenChoice(best.id, best.code, f"{best.color} is the nearest to {color}", best.tip_mm)


def _prefer_tip(name: str, pens: Sequence[StockPen]) -> StockPen:
    """The first pen whose tip the layer's name gives, else the first."""
    tips = tips_in(name)
    for pen in pens:
        if pen.tip_mm is not None and any(math.isclose(pen.tip_mm, tip) for tip in tips):
            return pen
    return pens[0]


def _says(text: str, term: str) -> bool:
    """Whether `term` stands in `text` as a word of its own: K-05 is not in K-051."""
    term = term.strip().casefold()
    if not term:
        return False
    return re.search(rf"(?<![\w-]){re.escape(term)}(?![\w-])", text.casefold()) is not None


def color_distance(one: str, other: str) -> float:
    """How different two `#rrggbb` look: 0 the same, 1 black and white, inf for no colour.

    Euclidean in OKLab (B. Ottosson, "A perceptual color space for image processing", 2020) with
    the lightness estimate of his Okhsv, which does not pull near-blacks apart.
    """
    if not (_HEX.fullmatch(one) and _HEX.fullmatch(other)):
        return math.inf
    return math.dist(_oklab(one), _oklab(other))


def lightness(color: str) -> float:
    """How light a `#rrggbb` looks: 0 black, 1 white; black for no colour."""
    return _oklab(color)[0] if _HEX.fullmatch(color) else 0.0


def _oklab(color: str) -> tuple[float, float, float]:
    digits = color[1:] if len(color) == 7 else "".join(2 * digit for digit in color[1:])
    r, g, b = (_linear(int(digits[k : k + 2], 16) / 255) for k in (0, 2, 4))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        _toe(0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short),
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _toe(lightness: float) -> float:
    k1, k2 = 0.206, 0.03
    k3 = (1 + k1) / (1 + k2)
    middle = k3 * lightness - k1
    return 0.5 * (middle + math.sqrt(middle * middle + 4 * k2 * k3 * lightness))
