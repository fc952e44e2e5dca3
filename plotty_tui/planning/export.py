"""A plan as an SVG file: what will be drawn, in the order in which it will be drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from plotty_tui.domain.plan import Plan, PlanLayer
from plotty_tui.domain.strokes import LayerStrokes, Point

# What XML 1.0 forbids, and lone surrogates, which no file can hold.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_COLOR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")

LINE_MM = 0.3  # as wide as an ordinary pen draws; plotters take no notice


def export_svg(layers: Sequence[LayerStrokes], plan: Plan, title: str) -> str:
    """The planned strokes as SVG, one Inkscape layer each, sizes in mm, to 0.001 mm.

    Reading it back gives the same strokes in the same order; a dot is a path to its own start.
    """
    named = [
        (_label(layer, planned), layer) for layer, planned in zip(layers, plan.layers, strict=True)
    ]
    return write_svg(named, (plan.sheet_width, plan.sheet_height), title)


def write_svg(
    layers: Sequence[tuple[str, LayerStrokes]], size: tuple[float, float], title: str
) -> str:
    """Labelled layers on a page of this size in mm, as SVG."""
    width, height = _number(size[0]), _number(size[1])
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        '<svg xmlns="http://www.w3.org/2000/svg"',
        ' xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"',
        f' width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">\n',
        f"<title>{escape(_clean(title))}</title>\n",
    ]
    for number, (label, layer) in enumerate(layers, 1):
        parts.extend(_layer(number, label, layer))
    parts.append("</svg>\n")
    return "".join(parts)


def _label(layer: LayerStrokes, planned: PlanLayer) -> str:
    label = _clean(layer.name)
    if planned.pen and planned.pen.code and planned.pen.code not in label:
        label = f"{label} ({_clean(planned.pen.code)})"
    return label


def _layer(number: int, label: str, layer: LayerStrokes) -> Iterator[str]:
    color = layer.color if _COLOR.fullmatch(layer.color) else "#000000"
    yield (
        f'<g id="layer{number}" inkscape:groupmode="layer"'
        f" inkscape:label={quoteattr(_clean(label))}"
        f' fill="none" stroke="{color}" stroke-width="{LINE_MM}"'
        ' stroke-linecap="round" stroke-linejoin="round">\n'
    )
    for line in layer.strokes:
        yield f'<path d="{_path(line)}"/>\n'
    yield "</g>\n"


def _path(line: list[Point]) -> str:
    places = [f"{_number(x)},{_number(y)}" for x, y in line]
    if len(places) == 1:
        places *= 2
    return f"M{places[0]}L{' '.join(places[1:])}"


def _number(value: float) -> str:
    """At most three decimals, no trailing zeros, never an exponent."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _clean(text: str) -> str:
    return " ".join(_UNPRINTABLE.sub(" ", text).split())
