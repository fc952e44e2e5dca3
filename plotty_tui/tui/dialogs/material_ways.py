"""The ways in which a form asks for material: by metres, by grams, by weighing. Only the fields of
the chosen way are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from plotty_tui.studio.forms import Field

from .fields import FieldForm

# What a way is called -> how the keys of its fields begin.
WAYS = {"metres": "pen:", "grams": "grams:", "weighing": "weigh:"}
KEY = "material"
HELP = {
    "metres": "metres really drawn, of each pen",
    "grams": "grams really used, of each pen",
    "weighing": "each pen before and after: what it lost is what was used",
}


def with_ways(fields: Sequence[Field]) -> list[Field]:
    """The fields, with the choice of how material is told before the first pen. Untouched when
    there is only one way."""
    ways = [way for way, start in WAYS.items() if any(f.key.startswith(start) for f in fields)]
    if len(ways) < 2:
        return list(fields)
    found = list(fields)
    at = next(i for i, one in enumerate(found) if one.key.startswith(tuple(WAYS.values())))
    choice = Field(KEY, "Material by", choices=tuple(ways), value=ways[0], group=found[at].group)
    return [*found[:at], choice, *found[at:]]


def show_way(form: FieldForm, way: str = "") -> None:
    """Show the fields of the chosen way (or of this one) and hide the others."""
    if KEY not in form.typed:
        return
    if way:
        form.put(KEY, way)
    start = WAYS[way or form.typed[KEY]]
    for field in form.fields:
        if field.key.startswith(tuple(WAYS.values())):
            form.show_field(field.key, field.key.startswith(start))


def way_of(key: str) -> str:
    """The way that a field belongs to; empty for other fields."""
    return next((way for way, start in WAYS.items() if key.startswith(start)), "")


def told(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, as the studio takes it. Grams are told in one way only: by the number when
    that is chosen, else by the scale; metres count beside either."""
    other = WAYS["weighing"] if typed.get(KEY) == "grams" else WAYS["grams"]
    weighed = any(text.strip() for key, text in typed.items() if key.startswith(WAYS["weighing"]))
    kept = {key: text for key, text in typed.items() if key != KEY}
    if KEY in typed and (weighed or typed[KEY] == "grams"):
        kept = {key: text for key, text in kept.items() if not key.startswith(other)}
    return kept
