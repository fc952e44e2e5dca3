"""The preflight report: what of a drawing is lost or changed, counted and said in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from plotty_tui.domain.design import CHANGED, LOST, NOTE, Finding

from .names import plain

_SHOWN_PLACES = 5
_NUMBER_FORMS = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")

# what -> (kind, noun, sentence). `{one|many}` is chosen by the count; the noun serves the
# sentence about files that hold nothing else.
_SENTENCES: dict[str, tuple[str, str, str]] = {
    "text": (
        LOST,
        "{text|texts}",
        "{text is|texts are} not drawn: convert {it|them} to paths",
    ),
    "image": (LOST, "{image|images}", "{image is|images are} not drawn: trace {it|them} to paths"),
    "foreign object": (
        LOST,
        "{foreign object|foreign objects}",
        "{foreign object (HTML) is|foreign objects (HTML) are} not drawn: "
        "convert {it|them} to paths",
    ),
    "unknown element": (
        LOST,
        "{unknown element|unknown elements}",
        "{element is|elements are} of a kind plotty does not know and {is|are} not drawn: "
        "convert {it|them} to paths",
    ),
    "entity": (
        LOST,
        "{entity|entities}",
        "{entity is|entities are} not resolved: export as plain SVG to have "
        "{its|their} content drawn",
    ),
    "use": (
        LOST,
        "{clone without an original|clones without an original}",
        "{clone refers|clones refer} to nothing in this file and {is|are} not drawn: "
        "unlink {it|them}",
    ),
    "unreadable": (
        LOST,
        "{unreadable shape|unreadable shapes}",
        "{shape has|shapes have} values that cannot be read and {is|are} not drawn: "
        "redraw or repair {it|them}",
    ),
    "no stroke": (
        LOST,
        "{shape without stroke and fill|shapes without stroke and fill}",
        "{shape has|shapes have} neither stroke nor fill and {is|are} not drawn: "
        "give {it|them} a stroke if {it|they} should be",
    ),
    "empty": (
        NOTE,
        "{empty shape|empty shapes}",
        "{shape is|shapes are} empty (no points, radius or width 0): nothing to draw",
    ),
    "script": (
        LOST,
        "{script|scripts}",
        "{script is|scripts are} not run: export what {it draws|they draw} as paths",
    ),
    "animation": (
        CHANGED,
        "{animation|animations}",
        "{animation is|animations are} ignored: the drawing is plotted as it stands at the start",
    ),
    "style import": (
        LOST,
        "{imported style sheet|imported style sheets}",
        "{style sheet outside of the file is|style sheets outside of the file are} not read: "
        "embed {it|them}",
    ),
    "style rule": (
        LOST,
        "{style rule|style rules}",
        "{style rule is|style rules are} not understood and ignored: "
        "use plain classes or attributes",
    ),
    "filter": (
        CHANGED,
        "{filter|filters}",
        "{element has|elements have} a filter (blur, shadow) and {is|are} drawn without it: "
        "remove it to see what is plotted",
    ),
    "clip": (
        CHANGED,
        "{clip|clips}",
        "{clipped element is|clipped elements are} drawn whole: cut the paths themselves",
    ),
    "mask": (
        CHANGED,
        "{mask|masks}",
        "{masked element is|masked elements are} drawn whole: cut the paths themselves",
    ),
    "dash": (
        CHANGED,
        "{dashed shape|dashed shapes}",
        "{dashed shape is|dashed shapes are} drawn as solid lines: convert the dashes to paths",
    ),
    "marker": (
        LOST,
        "{shape with markers|shapes with markers}",
        "{shape has|shapes have} markers (arrow heads) that are not drawn: convert them to paths",
    ),
    "gradient": (
        CHANGED,
        "{gradient|gradients}",
        "{shape has|shapes have} a gradient or pattern as stroke and {is|are} drawn in one colour: "
        "choose a colour for {it|them}",
    ),
    "fill": (
        CHANGED,
        "{filled shape|filled shapes}",
        "{filled shape is drawn as an outline|filled shapes are drawn as outlines}: "
        "hatch {it|them} for an area of ink",
    ),
    "stroke and fill": (
        CHANGED,
        "{filled shape|filled shapes}",
        "{shape has|shapes have} a fill beside the stroke, and only the stroke is drawn: "
        "hatch {it|them} for an area of ink",
    ),
    "default fill": (
        NOTE,
        "{shape|shapes}",
        "{shape names|shapes name} no fill, which screens show black; only the stroke is drawn",
    ),
    "transparent": (
        CHANGED,
        "{transparent element|transparent elements}",
        "{element is|elements are} half transparent and drawn in full ink: use a lighter pen",
    ),
    "background": (
        NOTE,
        "{background|backgrounds}",
        "{filled rectangle covers|filled rectangles cover} the whole page as a background "
        "and {is|are} not drawn",
    ),
    "hidden": (
        NOTE,
        "{hidden element|hidden elements}",
        "{hidden element is|hidden elements are} not drawn: show {it|them} if {it|they} should be",
    ),
    "hidden layer": (
        NOTE,
        "{hidden layer|hidden layers}",
        "{hidden layer is|hidden layers are} not drawn: show {it|them} if {it|they} should be",
    ),
    "% layer": (
        NOTE,
        "{% layer|% layers}",
        "{layer begins|layers begin} with % and {is|are} not drawn: "
        "take the % off to draw {it|them}",
    ),
    "empty layer": (
        NOTE,
        "{empty layer|empty layers}",
        "{layer holds|layers hold} no strokes and {is|are} left out",
    ),
    "outside": (
        CHANGED,
        "{stroke outside the page|strokes outside the page}",
        "{stroke reaches|strokes reach} outside the page: move {it|them} in or enlarge the page",
    ),
}
_CURES = {
    "text": "convert text to paths",
    "image": "trace images to paths",
    "no stroke": "give the shapes a stroke",
    "hidden": "show what should be drawn",
    "hidden layer": "show the layers that should be drawn",
    "% layer": "take the % off the layers that should be drawn",
    "unreadable": "export the drawing again",
}


@dataclass(slots=True)
class _Count:
    count: int = 0
    where: list[str] = field(default_factory=list)


class Preflight:
    """Collects what happens to the elements of one drawing."""

    def __init__(self) -> None:
        self._counts: dict[str, _Count] = {}

    def note(self, what: str, element: Any = None, where: str = "") -> None:
        """One more of `what`, at an element or at a place that has a name already."""
        counted = self._counts.setdefault(what, _Count())
        counted.count += 1
        if len(counted.where) < _SHOWN_PLACES:
            place = plain(where) if where else place_of(element)
            if place and place not in counted.where:
                counted.where.append(place)

    def take(self, what: str, count: int, places: Iterable[str]) -> None:
        """All of `what` at once; of the places no more are asked for than are shown."""
        shown: list[str] = []
        for place in places:
            if place and place not in shown:
                shown.append(place)
            if len(shown) == _SHOWN_PLACES:
                break
        self._counts[what] = _Count(count, shown)

    def findings(self) -> list[Finding]:
        """The report, what is lost first."""
        order = (LOST, CHANGED, NOTE)
        found = []
        for what, counted in self._counts.items():
            kind, _, sentence = _SENTENCES[what]
            text = f"{counted.count} {_in_number(sentence, counted.count)}"
            found.append(Finding(kind, what, counted.count, text, tuple(counted.where)))
        return sorted(found, key=lambda finding: order.index(finding.kind))

    def nothing_to_draw(self, name: str) -> str:
        """The sentence for a drawing without any stroke."""
        held = [what for what in self._counts if what not in {"style rule", "empty layer"}]
        if not held:
            return f"nothing to draw in {name}: it holds no shapes; draw at least one line"
        parts = []
        for what in held[:3]:
            count = self._counts[what].count
            parts.append(f"{count} {_in_number(_SENTENCES[what][1], count)}")
        listed = " and ".join(parts) if len(parts) < 3 else f"{parts[0]}, {parts[1]} and {parts[2]}"
        cure = next((_CURES[what] for what in held if what in _CURES), "draw at least one line")
        return f"nothing to draw in {name}: it holds only {listed}; {cure}"


def place_of(element: Any) -> str:
    """The id of an element, or its tag and line."""
    if element is None:
        return ""
    known = element.get("id")
    if known:
        return plain(known)
    tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "entity"
    return f"{plain(tag, 30)} (line {element.sourceline})"


def _in_number(sentence: str, count: int) -> str:
    return _NUMBER_FORMS.sub(lambda forms: forms[1] if count == 1 else forms[2], sentence)
