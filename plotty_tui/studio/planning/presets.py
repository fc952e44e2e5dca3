"""Presets of one's own: made from another one, changed setting by setting, removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.names import plain_name
from plotty_tui.domain.presets import BUILT_IN, MotionSettings, OrderSettings, Preset
from plotty_tui.store import presets as books
from plotty_tui.store.database import Store

# Ranges that a plotter takes; a setting that is not here only must not be negative.
RANGES: dict[str, tuple[float, float]] = {
    "speed_pendown": (1, 110), "speed_penup": (1, 200), "accel": (1, 110),
    "pen_pos_down": (0, 100), "pen_pos_up": (0, 100),
    "pen_rate_lower": (1, 200), "pen_rate_raise": (1, 200),
    "pen_delay_down": (-500, 10_000), "pen_delay_up": (-500, 10_000),
    "join_mm": (0, 5), "join_tip": (0, 1), "kicks": (0, 10_000), "search_s": (0, 86_400),
    "smooth_mm": (0, 1),
}  # fmt: skip
# Words of the command line for settings.
SHORT = {"speed": "speed_pendown", "speed_up": "speed_penup"}

_ON = {"on": True, "yes": True, "true": True, "1": True}
_OFF = {"off": False, "no": False, "false": False, "0": False}


def presets(store: Store) -> list[Preset]:
    """All presets: the built-in ones, then one's own by name."""
    return [*BUILT_IN.values(), *books.own_presets(store)]


def find_preset(store: Store, name: str) -> Preset:
    """A preset by name; NotFound names the nearest."""
    return books.find_preset(store, name)


def create_preset(
    store: Store, name: str, source: str, changes: Mapping[str, str], note: str = ""
) -> Preset:
    """A new preset like another one with some settings changed. Refused when the name is taken or
    a value does not fit."""
    base = find_preset(store, source)
    made = changed_preset(replace(base, name=plain_name("preset", name)), changes)
    made = replace(made, note=note or f"like {base.name}")
    books.keep_preset(store, made)
    return made


def edit_preset(
    store: Store, name: str, changes: Mapping[str, str], note: str | None = None
) -> Preset:
    """Change settings of an own preset. Plans that were made with it keep what they were made
    with, until they are planned again. Refused for a built-in one."""
    preset = find_preset(store, name)
    if preset.name in BUILT_IN:
        raise Refused(
            f"preset {preset.name} is built in: plotty preset create NAME --from {preset.name}"
        )
    revision = books.preset_revision(store, preset.name)
    made = changed_preset(preset, changes)
    if note is not None:
        made = replace(made, note=note)
    books.keep_preset(store, made, revision)
    return made


def remove_preset(store: Store, name: str) -> str:
    """Forget an own preset; its name."""
    preset = find_preset(store, name)
    books.drop_preset(store, preset.name)
    return preset.name


def changed_preset(preset: Preset, changes: Mapping[str, str]) -> Preset:
    """The preset with settings as typed: `pipeline`, and any of motion and order by name."""
    motion: dict[str, Any] = {}
    order: dict[str, Any] = {}
    pipeline = preset.pipeline
    motions = {one.name for one in fields(MotionSettings)}
    orders = OrderSettings().to_json()
    for word, text in changes.items():
        key = SHORT.get(word, word)
        if key == "pipeline":
            pipeline = _pipeline(text)
        elif key in motions:
            motion[key] = _number(key, text)
        elif isinstance(orders.get(key), bool):
            order[key] = _switch(key, text)
        elif key in orders:
            order[key] = _number(key, text)
        else:
            known = ", ".join(setting_names())
            raise Refused(f"no setting {word!r}: there is {known}")
    if order and not pipeline and "sort" not in order:
        order["sort"] = True  # a way of ordering that nothing orders by would say nothing
    made = replace(
        preset,
        pipeline=pipeline,
        motion=replace(preset.motion, **motion),
        order=replace(preset.order, **order),
    )
    if made.motion.pen_pos_up <= made.motion.pen_pos_down:
        raise Refused(
            f"pen height up {made.motion.pen_pos_up:g} is not above down "
            f"{made.motion.pen_pos_down:g}: the pen would not leave the paper"
        )
    return made


def setting_names() -> list[str]:
    """Every setting that a preset has."""
    return ["pipeline", *MotionSettings().to_json(), *OrderSettings().to_json()]


def preset_settings(preset: Preset) -> dict[str, Any]:
    """Every setting of a preset with its value, in the order of `setting_names`."""
    return {"pipeline": preset.pipeline, **preset.motion.to_json(), **preset.order.to_json()}


def _pipeline(text: str) -> str:
    from plotty_tui.planning.ordering import read_pipeline

    words = text.strip()
    if words.casefold() == "none":
        return ""
    read_pipeline(words)
    return words


def _number(key: str, text: str) -> float:
    low, high = RANGES.get(key, (0, 1e9))
    try:
        value = float(text)
    except ValueError:
        raise Refused(f"{key} {text!r}: give a number from {low:g} to {high:g}") from None
    if not low <= value <= high:
        raise Refused(f"{key} {text}: give {low:g} to {high:g}")
    return value


def _switch(key: str, text: str) -> bool:
    word = text.strip().casefold()
    if word not in _ON | _OFF:
        raise Refused(f"{key} {text!r}: give on or off")
    return (_ON | _OFF)[word]
