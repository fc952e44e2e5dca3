"""What speaks against a run before it is made: a sentence each, with its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .colors import color_name
from .papers import turn_for_device
from .pen_choice import VISIBLE_DISTANCE, color_distance, tips_in


@dataclass(frozen=True, slots=True)
class WantedPen:
    """A pen for a layer, as far as it is checked."""

    label: str
    color: str
    code: str
    name: str
    pen_color: str
    tip_mm: float | None
    state: str


# (code of the warning, sentence)
Objection = tuple[str, str]


def dry_on(free_mm: float, sheets: Iterable[tuple[int, float]]) -> tuple[int, int] | None:
    """On which sheet (from 1) of how many a pen with so much free ink runs dry, when the sheets
    come as (copies, mm each); None when it lasts."""
    used, done, found = 0.0, 0, None
    for copies, each in sheets:
        if found is None and each > 0 and used + each * copies > free_mm + 0.5:
            found = done + int(max(0.0, free_mm + 0.5 - used) / each) + 1
        used, done = used + each * copies, done + copies
    return None if found is None else (found, done)


def check_pens(wanted: Sequence[WantedPen]) -> list[Objection]:
    """Wrong tips, other colours, pens that write no more, and pens that draw several layers."""
    found: list[Objection] = []
    by_pen: dict[str, list[WantedPen]] = {}
    for one in wanted:
        by_pen.setdefault(one.code, []).append(one)
        found += _check_tip(one) + _check_color(one)
    for code, mine in by_pen.items():
        if mine[0].state in ("dry", "empty", "retired"):
            found.append((f"pen_state:{code}", f"{code} {mine[0].name} is {mine[0].state}"))
        labels = list(dict.fromkeys(one.label for one in mine))
        if len(labels) > 1 and len({one.color.casefold() for one in mine}) > 1:
            layers = f"{', '.join(labels[:-1])} and {labels[-1]}"
            found.append(
                (f"one_pen:{code}", f"{code} draws {len(labels)} layers: {layers} come out alike")
            )
    return found


def _check_tip(one: WantedPen) -> list[Objection]:
    tips = tips_in(one.label)
    if one.tip_mm is None or not tips or any(abs(tip - one.tip_mm) < 0.01 for tip in tips):
        return []
    text = f"layer {one.label} wants a tip of {tips[0]:g} mm, {one.code} has {one.tip_mm:g} mm"
    return [(f"tip:{one.code}", text)]


def _check_color(one: WantedPen) -> list[Objection]:
    distance = color_distance(one.color, one.pen_color)
    if not VISIBLE_DISTANCE < distance < 10:
        return []
    text = (
        f"layer {one.label} is {color_name(one.color)} ({one.color}), {one.code} draws "
        f"{color_name(one.pen_color)} ({one.pen_color}): {distance:.2f} apart, "
        f"{VISIBLE_DISTANCE:g} shows"
    )
    return [(f"color:{one.code}", text)]


def check_size(
    device: str, travel: tuple[float, float], sheets: Iterable[tuple[str, tuple[float, float]]]
) -> list[Objection]:
    """Designs whose sheet a plotter does not reach."""
    return [
        (
            f"too_large:{device}",
            f"{device} reaches {travel[0]:g} x {travel[1]:g} mm, the sheet of {name} is "
            f"{size[0]:g} x {size[1]:g} mm",
        )
        for name, size in sheets
        if not turn_for_device(size, travel)
    ][:1]
