"""The style of an element as far as a pen cares, and what of it a pen cannot do."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from .findings import Preflight
from .styles import Declarations, StyleSheet, declarations

_REFERENCE = re.compile(r"url\(\s*[\"']?\s*#?([^\"')]*)[\"']?\s*\)\s*(.*)$", re.S)
_OPAQUE = ("", "none")
_INHERITED = frozenset(
    (
        *("stroke", "fill", "color", "visibility", "stroke-width", "stroke-opacity"),
        *("fill-opacity", "stroke-dasharray", "marker", "marker-start", "marker-mid"),
        "marker-end",
    )
)
_OWN = frozenset(("display", "opacity", "filter", "clip-path", "mask", "transform"))
_KNOWN = _INHERITED | _OWN
_MARKERS = ("marker", "marker-start", "marker-mid", "marker-end")


class Style(NamedTuple):
    """What an element is drawn with.

    stroke, fill   `#rrggbb`, "none", or "" for never given
    hidden         display:none here: nothing inside is drawn
    invisible      not drawn itself, though something inside may be
    """

    stroke: str = "none"
    fill: str = ""
    color: str = "#000000"
    hidden: bool = False
    collapsed: bool = False
    faint: bool = False
    width: bool = True
    stroke_opaque: bool = True
    fill_opaque: bool = True
    dashed: bool = False
    marked: bool = False
    patterned: bool = False

    @property
    def inks(self) -> bool:
        """A stroke that a screen would show."""
        return self.stroke != "none" and self.width and self.stroke_opaque

    @property
    def fills(self) -> bool:
        """A fill that a screen would show (black unless something else is said)."""
        return self.fill != "none" and self.fill_opaque

    @property
    def invisible(self) -> bool:
        return self.collapsed or self.faint


class StyleReader:
    """Works out styles on the way down."""

    def __init__(self, root: Any, sheet: StyleSheet, preflight: Preflight) -> None:
        self._root = root
        self._sheet = sheet
        self.preflight = preflight
        self._gradients: dict[str, str] = {}

    def of(
        self, element: Any, tag: str, attributes: dict[str, str], above: Style
    ) -> tuple[Style, Declarations]:
        """The style of an element whose parent has the style `above`, and the properties that
        it was given itself."""
        given = self._cascade(element, tag, attributes)
        if not given:
            return above, given
        changes: dict[str, Any] = {}
        color = above.color
        if "color" in given:
            color = changes["color"] = solid_color(given["color"], color) or color
        self._paints(given, color, above, changes)
        if given.get("display", "").lower() == "none":
            changes["hidden"] = True
        if "visibility" in given and given["visibility"] != "inherit":
            changes["collapsed"] = given["visibility"].lower() in {"hidden", "collapse"}
        if _zero(given.get("opacity")):
            changes["faint"] = True
        for key, change in (
            ("stroke-width", "width"),
            ("stroke-opacity", "stroke_opaque"),
            ("fill-opacity", "fill_opaque"),
        ):
            if key in given:
                changes[change] = not _zero(given[key])
        if "stroke-dasharray" in given:
            changes["dashed"] = _dashes(given["stroke-dasharray"])
        for key in _MARKERS:
            if key in given:
                changes["marked"] = changes.get("marked", False) or given[key].lower() != "none"
        return above._replace(**changes), given

    def _cascade(self, element: Any, tag: str, attributes: dict[str, str]) -> Declarations:
        given = {key: value for key, value in attributes.items() if key in _KNOWN}
        important: Declarations = {}
        if self._sheet:
            ordinary, important = self._sheet.style_of(element, tag)
            given.update(ordinary)
        if "style" in attributes:
            ordinary, own = declarations(attributes["style"])
            given.update(ordinary)
            important = {**important, **own}
        given.update(important)
        if not given:
            return given
        return {
            key: value.strip()
            for key, value in given.items()
            if key in _KNOWN and value.strip().lower() != "inherit"
        }

    def _paints(
        self, given: Declarations, color: str, above: Style, changes: dict[str, Any]
    ) -> None:
        if "stroke" in given:
            paint = given["stroke"]
            changes["patterned"] = paint.startswith("url(")
            changes["stroke"] = self._paint(paint, color) or above.stroke
        if "fill" in given:
            changes["fill"] = self._paint(given["fill"], color) or above.fill

    def _paint(self, text: str, color: str) -> str | None:
        """`#rrggbb` or "none"; None for a paint that cannot be read (then the parent's holds)."""
        reference = _REFERENCE.match(text) if text.startswith("url(") else None
        if reference is None:
            return solid_color(text, color)
        fallback = solid_color(reference[2], color) if reference[2].strip() else None
        return fallback or self._gradient_color(reference[1].strip())

    def _gradient_color(self, wanted: str) -> str:
        """The first colour of a gradient: what comes nearest to it in one pen."""
        if wanted not in self._gradients:
            color = "#000000"
            for element in self._root.iter("{*}linearGradient", "{*}radialGradient"):
                if element.get("id") == wanted:
                    for stop in element.iter("{*}stop"):
                        own, _ = declarations(stop.get("style") or "")
                        given = own.get("stop-color") or stop.get("stop-color")
                        color = (solid_color(given, color) if given else None) or color
                        break
            self._gradients[wanted] = color
        return self._gradients[wanted]

    def report(self, element: Any, given: Declarations) -> None:
        """Note what the properties of an element ask for that a pen cannot do."""
        if not given:
            return
        note = self.preflight.note
        for key, what in (("filter", "filter"), ("clip-path", "clip"), ("mask", "mask")):
            if given.get(key, "none").lower() not in _OPAQUE:
                note(what, element)
        partly = (given.get(key) for key in ("opacity", "stroke-opacity"))
        if any(one is not None and _partial(one) for one in partly):
            note("transparent", element)


@lru_cache(maxsize=4096)
def solid_color(text: str, current: str) -> str | None:
    """`#rrggbb` or "none" for a colour as CSS writes it, None for what is not a colour."""
    from svgelements import Color

    text = text.strip().lower()
    if text in _WORDS:
        return _WORDS[text]
    if text == "currentcolor":
        return current
    if text.startswith(("rgb", "hsl")) and "," not in text:
        # The newer way to write it: rgb(1 2 3 / 50%).
        solid, _, alpha = text.partition("/")
        if alpha and _zero(alpha.rstrip(") ")):
            return "none"
        text = re.sub(r"(?<=[\w%.])\s+(?=[-\w.])", ", ", solid.rstrip(" )")) + ")"
    try:
        color = Color(text)
        shown = str(color.hexrgb)[:7]
    except (ArithmeticError, AttributeError, TypeError, ValueError):
        return None
    # svgelements takes a name that it does not know for black.
    unknown = shown == "#000000" and not text.startswith(("#", "rgb", "hsl"))
    if color.value is None or unknown:
        return None
    return "none" if color.alpha == 0 else shown


# What svgelements does not know, and black, which it also says for unknown names.
_WORDS = {
    "none": "none",
    "transparent": "none",
    "black": "#000000",
    "rebeccapurple": "#663399",
    "context-stroke": "#000000",
    "context-fill": "#000000",
}


def _zero(text: str | None) -> bool:
    match = re.match(r"\s*[-+]?0*\.?0*(?:e[-+]?\d+)?\s*(?:%|[a-z]*)\s*$", text or "x", re.I)
    return bool(match and "0" in (text or ""))


def _partial(text: str) -> bool:
    try:
        value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return False
    return 0 < value < 1


def _dashes(text: str) -> bool:
    return text.lower() != "none" and any(digit in text for digit in "123456789")
