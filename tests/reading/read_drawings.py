"""Shorthand for drawings of 100 x 100 mm and for what was read of them."""

from __future__ import annotations

from collections.abc import Callable

from plotty_tui.domain.design import Finding, ReadDesign

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
    'width="100mm" height="100mm" viewBox="0 0 100 100">'
)

Read = Callable[..., ReadDesign]


def found(design: ReadDesign, what: str) -> Finding:
    """The one finding of a kind."""
    (one,) = [finding for finding in design.findings if finding.what == what]
    return one


def lines(design: ReadDesign) -> list[list[tuple[float, float]]]:
    """All strokes of all layers, rounded to 0.001 mm."""
    return [
        [(round(x, 3), round(y, 3)) for x, y in stroke]
        for layer in design.drawing
        for stroke in layer.strokes
    ]
