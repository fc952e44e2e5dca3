"""The basic shapes, drawn with a tracer. Each starts and goes round as the SVG standard says."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from .geometry import Tracer
from .page import BadValue, length_px
from .paths import BadPath, numbers, trace_path

Attributes = Mapping[str, str]
Viewport = tuple[float, float]


def trace_shape(tag: str, attributes: Attributes, viewport: Viewport, tracer: Tracer) -> None:
    """Draw one shape. Raises BadValue or BadPath for values that cannot be read, TooFar for
    absurd ones; an empty shape leaves no lines."""
    _SHAPES[tag](attributes, viewport, tracer)


def _across(attributes: Attributes, key: str, viewport: Viewport) -> float:
    text = attributes.get(key)
    return length_px(text, viewport[0]) if text else 0.0


def _down(attributes: Attributes, key: str, viewport: Viewport) -> float:
    text = attributes.get(key)
    return length_px(text, viewport[1]) if text else 0.0


def _path(attributes: Attributes, viewport: Viewport, tracer: Tracer) -> None:
    trace_path(attributes.get("d", ""), tracer)


def _line(attributes: Attributes, viewport: Viewport, tracer: Tracer) -> None:
    tracer.move(_across(attributes, "x1", viewport), _down(attributes, "y1", viewport))
    tracer.line(_across(attributes, "x2", viewport), _down(attributes, "y2", viewport))
    tracer.finish()


def _poly(attributes: Attributes, tracer: Tracer) -> bool:
    values = numbers(attributes.get("points", ""))
    if len(values) % 2:
        raise BadPath("an odd number of coordinates")
    if not values:
        return False
    tracer.move(values[0], values[1])
    tracer.lines_to(values[2:])
    if len(values) == 2:
        tracer.line(values[0], values[1])  # one point is a dot
    return True


def _polyline(attributes: Attributes, viewport: Viewport, tracer: Tracer) -> None:
    if _poly(attributes, tracer):
        tracer.finish()


def _polygon(attributes: Attributes, viewport: Viewport, tracer: Tracer) -> None:
    if _poly(attributes, tracer):
        tracer.close()


def _circle(attributes: Attributes, viewport: Viewport, tracer: Tracer) -> None:
    text = attributes.get("r")
    r = length_px(text, math.hypot(*viewport) / math.sqrt(2)) if text else 0.0
    _round(attributes, viewport, tracer, r, r)


def _ellipse(attributes: Attributes, viewport: Viewport, tracer: Tracer) -> None:
    rx, ry = _radii(attributes, viewport)
    _round(attributes, viewport, tracer, rx, ry)


def _round(
    attributes: Attributes, viewport: Viewport, tracer: Tracer, rx: float, ry: float
) -> None:
    cx, cy = _across(attributes, "cx", viewport), _down(attributes, "cy", viewport)
    if rx < 0 or ry < 0:
        raise BadValue("a negative radius")
    if not rx or not ry:
        return
    tracer.move(cx + rx, cy)
    tracer.turn(cx, cy, rx, ry, 0.0, math.tau)
    tracer.land(cx + rx, cy)
    tracer.finish()


def _radii(attributes: Attributes, viewport: Viewport) -> tuple[float, float]:
    """rx and ry; each stands in for the other when it is absent or `auto`."""
    given = [attributes.get(key, "auto").strip() for key in ("rx", "ry")]
    rx = None if given[0] == "auto" else length_px(given[0], viewport[0])
    ry = None if given[1] == "auto" else length_px(given[1], viewport[1])
    if rx is None:
        rx = ry
    if ry is None:
        ry = rx
    return rx or 0.0, ry or 0.0


def _rect(attributes: Attributes, viewport: Viewport, tracer: Tracer) -> None:
    x, y = _across(attributes, "x", viewport), _down(attributes, "y", viewport)
    width, height = _across(attributes, "width", viewport), _down(attributes, "height", viewport)
    if width < 0 or height < 0:
        raise BadValue("a negative size")
    if not width or not height:
        return
    rx, ry = _radii(attributes, viewport)
    if rx < 0 or ry < 0:
        rx = ry = 0.0
    rx, ry = min(rx, width / 2), min(ry, height / 2)
    if not rx or not ry:
        rx = ry = 0.0
    right, bottom, quarter = x + width, y + height, math.pi / 2
    tracer.move(x + rx, y)
    corners = (
        (right - rx, y, right - rx, y + ry, 3 * quarter),
        (right, bottom - ry, right - rx, bottom - ry, 0.0),
        (x + rx, bottom, x + rx, bottom - ry, quarter),
        (x, y + ry, x + rx, y + ry, 2 * quarter),
    )
    for to_x, to_y, cx, cy, start in corners:
        tracer.line(to_x, to_y)
        if rx:
            tracer.turn(cx, cy, rx, ry, start, quarter)
    if rx:
        tracer.land(x + rx, y)
    tracer.close()


_SHAPES: dict[str, Callable[[Attributes, Viewport, Tracer], None]] = {
    "path": _path,
    "line": _line,
    "polyline": _polyline,
    "polygon": _polygon,
    "circle": _circle,
    "ellipse": _ellipse,
    "rect": _rect,
}
SHAPES = frozenset(_SHAPES)
# The attributes that give each its form.
GEOMETRY = {
    "path": ("d",),
    "line": ("x1", "y1", "x2", "y2"),
    "polyline": ("points",),
    "polygon": ("points",),
    "circle": ("cx", "cy", "r"),
    "ellipse": ("cx", "cy", "rx", "ry"),
    "rect": ("x", "y", "width", "height", "rx", "ry"),
}
