"""Lengths, the page, and the coordinate systems that <svg> and <symbol> open."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any

from plotty_tui.domain.errors import BadDesign

from .geometry import Matrix, TooFar
from .limits import ReadLimits
from .names import plain
from .paths import BadPath, numbers

MM_PER_PX = 25.4 / 96

# A page narrower than this is a mistake in the units.
LEAST_PAGE_MM = 1.0

_LENGTH = re.compile(
    r"\s*([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*(%|[a-z]{0,4})\s*$", re.I
)
# Text sizes are not followed: 1em is the 16 px of a browser without settings.
_PX = {
    "": 1.0,
    "px": 1.0,
    "mm": 96 / 25.4,
    "cm": 960 / 25.4,
    "in": 96.0,
    "pt": 96 / 72,
    "pc": 16.0,
    "q": 24 / 25.4,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
    "ch": 8.0,
}
_TRANSFORMS = re.compile(r"\s*(?:[a-zA-Z]+\s*\([^()]*\)[\s,]*)*$")
_KNOWN_TRANSFORMS = {
    *("matrix", "translate", "scale", "rotate", "skew", "skewx", "skewy"),
    *("translatex", "translatey", "scalex", "scaley"),
}


class BadValue(ValueError):
    """An attribute whose value cannot be read."""


def length_px(text: str, percent_of: float) -> float:
    """A length such as `12`, `3mm`, `1em` or `50%` in user units. Raises BadValue."""
    match = _LENGTH.match(text)
    if match is None:
        raise BadValue(text)
    unit = match[2].lower()
    if unit == "%":
        return float(match[1]) * percent_of / 100
    if unit not in _PX:
        raise BadValue(text)
    return float(match[1]) * _PX[unit]


@lru_cache(maxsize=1024)
def transform_matrix(text: str) -> Matrix:
    """The matrix of a transform attribute. Raises BadValue."""
    from svgelements import Matrix as TransformList

    # svgelements passes over what it does not know; a transform that is half read moves
    # strokes to a wrong place without a word.
    names = re.findall(r"([a-zA-Z]+)\s*\(", text)
    known = all(name.lower() in _KNOWN_TRANSFORMS for name in names)
    if not known or not _TRANSFORMS.match(text):
        raise BadValue(text)
    try:
        read = TransformList(text)
        read.render(ppi=96, width=0, height=0)
        matrix = tuple(float(part) for part in (read.a, read.b, read.c, read.d, read.e, read.f))
    except (ArithmeticError, IndexError, TypeError, ValueError):
        raise BadValue(text) from None
    if not all(math.isfinite(part) for part in matrix):
        raise TooFar
    return matrix  # type: ignore[return-value]


def view_box(text: str | None) -> tuple[float, float, float, float] | None:
    """The four numbers of a viewBox, None if there is none. Raises BadValue."""
    if text is None or not text.strip():
        return None
    try:
        x, y, width, height = numbers(text)
    except (BadPath, ValueError):
        raise BadValue(text) from None
    if not all(map(math.isfinite, (x, y, width, height))) or width <= 0 or height <= 0:
        raise BadValue(text)
    return x, y, width, height


def fit_matrix(
    box: tuple[float, float, float, float],
    place: tuple[float, float, float, float],
    aspect: str | None,
) -> Matrix:
    """The map of a viewBox into the rectangle `place` (x, y, width, height)."""
    from svgelements import Viewbox

    words = [word for word in (aspect or "").split() if word != "defer"]
    return transform_matrix(Viewbox.viewbox_transform(*place, *box, " ".join(words) or None))


def page_of(name: str, root: Any, limits: ReadLimits) -> tuple[float, float, Matrix, Any]:
    """(width, height, matrix to px of the page, viewport in user units) of the outermost <svg>;
    the page in px. Raises BadDesign for a page that cannot be one."""
    try:
        box = view_box(root.get("viewBox"))
    except BadValue as error:
        raise BadDesign(
            f"{name} has the viewBox {plain(str(error), 40)!r}: four numbers are needed, "
            "width and height above 0"
        ) from None
    width = _side(name, root, "width")
    height = _side(name, root, "height")
    if box is not None:
        _, _, wide, high = box
        if width is None and height is None:
            width, height = wide, high
        elif width is None and height is not None:
            width = height * wide / high
        elif height is None and width is not None:
            height = width * high / wide
    if width is None or height is None:
        raise BadDesign(
            f"{name} does not say how large it is: give its <svg> a width and height, "
            'such as width="210mm" height="297mm"'
        )
    _check_page(name, width * MM_PER_PX, height * MM_PER_PX, limits)
    if box is None:
        return width, height, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), (width, height)
    try:
        fit = fit_matrix(box, (0.0, 0.0, width, height), root.get("preserveAspectRatio"))
    except (ArithmeticError, ValueError):
        raise BadDesign(f"{name} has a viewBox that cannot be fitted to its page") from None
    return width, height, fit, box[2:]


def _side(name: str, root: Any, side: str) -> float | None:
    """A side of the page in px; None if it is absent, `auto` or relative to a window."""
    text = root.get(side)
    if text is None or text.strip().lower() in {"", "auto"} or text.strip().endswith("%"):
        return None
    try:
        return length_px(text, 0)
    except BadValue:
        raise BadDesign(
            f"{name} has the {side} {plain(text, 40)!r}: a size such as 210mm is needed"
        ) from None


def _check_page(name: str, width_mm: float, height_mm: float, limits: ReadLimits) -> None:
    short, long = sorted((width_mm, height_mm))
    if not (math.isfinite(long) and short >= LEAST_PAGE_MM and long <= limits.page_mm):
        raise BadDesign(
            f"{name} has a page of {width_mm:.4g} x {height_mm:.4g} mm: "
            f"sides from {LEAST_PAGE_MM:g} to {limits.page_mm:g} mm are read"
        )
