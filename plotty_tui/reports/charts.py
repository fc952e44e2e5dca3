"""Charts as SVG, for the formats that print or open in a browser."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from .document import Chart

WIDTH, HEIGHT = 640.0, 210.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 8.0, 10.0, 26.0
BAR = 46.0  # the widest
INK, PALE, ACCENT = "#30343b", "#dfe2e7", "#2f6f9f"


def chart_svg(chart: Chart) -> str:
    """The chart as an SVG document of 640 x 210 units."""
    ticks = _ticks([value for value in chart.values if value is not None])
    parts = [*_grid(ticks, chart.unit), *_labels(chart.labels)]
    drawn = _line(chart, ticks[-1]) if chart.kind == "line" else _bars(chart, ticks[-1])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'font-family="Libertinus Serif, Georgia, serif" font-size="11" fill="{INK}">'
        f"<title>{escape(chart.title)}</title>{''.join([*parts, *drawn])}</svg>"
    )


def _ticks(known: Sequence[float]) -> list[float]:
    """Round heights from 0 to just above the highest value."""
    highest = max(known, default=0.0) or 1.0
    step = 10.0 ** math.floor(math.log10(highest))
    for part in (0.2, 0.5, 1.0, 2.0):
        if highest / (step * part) <= 5:
            step *= part
            break
    return [step * number for number in range(math.ceil(highest / step - 1e-9) + 1)]


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * max(0.0, value) / top


def _place(number: int, count: int) -> tuple[float, float]:
    """Left edge and width of one of `count` columns."""
    width = (WIDTH - LEFT - RIGHT) / max(1, count)
    return LEFT + width * number, width


def _grid(ticks: Sequence[float], unit: str) -> list[str]:
    parts = []
    for tick in ticks:
        y = _y(tick, ticks[-1])
        text = f"{tick:g}" + (f" {unit}" if unit and tick == ticks[-1] else "")
        parts.append(
            f'<line x1="{LEFT:g}" y1="{y:.1f}" x2="{WIDTH - RIGHT:g}" y2="{y:.1f}" '
            f'stroke="{INK if tick == 0 else PALE}" stroke-width="0.7"/>'
            f'<text x="{LEFT - 5:g}" y="{y + 3.5:.1f}" text-anchor="end">{escape(text)}</text>'
        )
    return parts


def _labels(labels: Sequence[str]) -> list[str]:
    every = math.ceil(len(labels) / 12) or 1
    parts = []
    for number, label in enumerate(labels):
        if number % every == 0:
            x, width = _place(number, len(labels))
            parts.append(
                f'<text x="{x + width / 2:.1f}" y="{HEIGHT - 9:g}" text-anchor="middle">'
                f"{escape(label[:14])}</text>"
            )
    return parts


def _bars(chart: Chart, top: float) -> list[str]:
    parts = []
    for number, value in enumerate(chart.values):
        if value is None:
            continue
        x, width = _place(number, len(chart.values))
        y, wide = _y(value, top), min(width * 0.7, BAR)
        parts.append(
            f'<rect x="{x + (width - wide) / 2:.1f}" y="{y:.1f}" width="{wide:.1f}" '
            f'height="{HEIGHT - BOTTOM - y:.1f}" fill="{ACCENT}"/>'
        )
    return parts


def _line(chart: Chart, top: float) -> list[str]:
    runs: list[list[str]] = [[]]
    dots = []
    for number, value in enumerate(chart.values):
        if value is None:
            runs.append([])
            continue
        x, width = _place(number, len(chart.values))
        point = f"{x + width / 2:.1f},{_y(value, top):.1f}"
        runs[-1].append(point)
        across, down = point.split(",")
        dots.append(f'<circle cx="{across}" cy="{down}" r="2" fill="{ACCENT}"/>')
    lines = [
        f'<polyline points="{" ".join(run)}" fill="none" stroke="{ACCENT}" stroke-width="1.6"/>'
        for run in runs
        if len(run) > 1
    ]
    return [*lines, *dots]
