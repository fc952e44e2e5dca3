"""Bars, sparklines and pen dots as spans of a line: (text, style name)."""

from __future__ import annotations

from collections.abc import Sequence

from .text import symbols

Span = tuple[str, str]
Line = tuple[Span, ...]


def progress_bar(
    share: float, width: int, done: str = "bar-done", rest: str = "bar-rest"
) -> tuple[Span, Span]:
    """`━━━╸────`: a thin bar of exactly `width` cells in steps of half a cell. It is full only
    when all is done, and empty only when nothing is."""
    signs = symbols()
    halves = bar_steps(share, 2 * width)
    text = signs.bar_done * (halves // 2) + signs.bar_half * (halves % 2)
    return (text, done), (signs.bar_rest * (width - len(text)), rest)


def block_bar(share: float, width: int, style: str = "bar-done") -> Span:
    """`███▌    `: a thick bar of exactly `width` cells in steps of an eighth of a cell."""
    signs = symbols()
    eighths = bar_steps(share, 8 * width)
    text = signs.eighths[-1] * (eighths // 8)
    if eighths % 8:
        text += signs.eighths[eighths % 8]
    return text.ljust(width), style


def bar_steps(share: float, steps: int) -> int:
    """How many of so many steps show this share; a bar that shows the same needs no painting."""
    if not 0 < share < 1:  # also what is not a number
        return steps if share >= 1 else 0
    return min(max(1, round(share * steps)), max(steps - 1, 0))


def sparkline(values: Sequence[float], width: int, style: str = "bar-done") -> Span:
    """`▁▂▅▇`: the last `width` values between their least and their greatest; all alike is a
    line at the bottom."""
    heights = symbols().spark
    shown = list(values[-width:]) if width > 0 else []
    if not shown:
        return "", style
    low, high = min(shown), max(shown)
    reach = (high - low) or 1
    top = len(heights) - 1
    return "".join(heights[round((value - low) / reach * top)] for value in shown), style


def pen_dots(colors: Sequence[str], most: int | None = None) -> Line:
    """`●●●`, each in its pen's colour (`#rrggbb`, kept visible by the panel that draws it); one
    sign for the rest when there are more pens than cells."""
    signs = symbols()
    if most is None or len(colors) <= most:
        return tuple((signs.pen, color) for color in colors)
    if most <= 0:
        return ()
    return (*((signs.pen, color) for color in colors[: most - 1]), ("+", "hint"))
