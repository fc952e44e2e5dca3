"""A design as a small SVG, light enough for a report: vertices closer than the eye can tell are
left out, and of very many strokes only a part is shown."""

from __future__ import annotations

from collections.abc import Sequence

from plotty_tui.domain.strokes import LayerStrokes, Strokes

FINEST = 1 / 400  # of the larger side
MOST_POINTS = 12_000


def thumbnail_svg(layers: Sequence[LayerStrokes], size: tuple[float, float]) -> str:
    """The layers on a page of this size in mm, in their colours."""
    width, height = size
    fine = max(width, height) * FINEST
    points = sum(len(layer.strokes.points) // 2 for layer in layers)
    paths = "".join(
        f'<path stroke="{layer.color or "#000"}" d="{_path(layer.strokes, fine, points)}"/>'
        for layer in layers
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">'
        f'<rect width="{width:g}" height="{height:g}" fill="#fff" stroke="#dfe2e7" '
        f'stroke-width="{fine:.2f}"/><g fill="none" stroke-width="{fine:.2f}" '
        f'stroke-linecap="round" stroke-linejoin="round">{paths}</g></svg>'
    )


def _path(strokes: Strokes, fine: float, points: int) -> str:
    every = max(1, round(points / MOST_POINTS / 4))
    parts = []
    for number in range(0, len(strokes), every):
        line = strokes[number]
        kept = [line[0]]
        for point in line[1:-1]:
            if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= fine:
                kept.append(point)
        kept.append(line[-1])
        parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept))
    return "".join(parts)
