"""Through the tree of a drawing: what is drawn, with which style, on which layer.

One walk does what a browser does in several: styles, transforms, <use>, <switch>, nested <svg>.
Clones are walked where they are used and never copied, so that an element that is used a million
times costs time (which is counted) and no memory.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from plotty_tui.domain.errors import BadDesign

from .findings import Preflight, place_of
from .geometry import Matrix, TooFar, TooMany, Tracer, times
from .guard import SVG
from .inks import Inks
from .limits import ReadLimits
from .page import BadValue, fit_matrix, length_px, transform_matrix, view_box
from .paths import BadPath
from .shapes import SHAPES, Viewport, trace_shape
from .styles import Declarations, StyleSheet
from .visible import Style, StyleReader

INKSCAPE = "{http://www.inkscape.org/namespaces/inkscape}"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"

# What each element that is not a shape or a container means for the report; None: it is never
# drawn and nobody misses it.
REPORTED: dict[str, str | None] = {
    **dict.fromkeys(("text", "flowRoot"), "text"),
    **dict.fromkeys(("image", "video", "canvas", "iframe"), "image"),
    "foreignObject": "foreign object",
    "script": "script",
    **dict.fromkeys(
        ("animate", "animateColor", "animateMotion", "animateTransform", "set", "discard"),
        "animation",
    ),
    **dict.fromkeys(
        (
            *("defs", "symbol", "marker", "mask", "clipPath", "pattern", "filter", "style"),
            *("linearGradient", "radialGradient", "meshgradient", "hatch", "solidcolor", "font"),
            *("font-face", "color-profile", "cursor", "view", "title", "desc", "metadata"),
        )
    ),
}


class Place(NamedTuple):
    """What an element has from those around it."""

    matrix: Matrix
    viewport: Viewport
    style: Style
    layer: str | None = None
    depth: int = 1
    clones: frozenset[Any] = frozenset()


class Walk:
    """Reads one drawing into `inks` and `preflight`."""

    def __init__(
        self, name: str, root: Any, sheet: StyleSheet, inks: Inks, limits: ReadLimits
    ) -> None:
        self.name = name
        self.limits = limits
        self.inks = inks
        self.preflight: Preflight = inks.preflight
        self.svg = SVG if root.tag.startswith(SVG) else ""
        self.styles = StyleReader(root, sheet, self.preflight)
        self.added = 0
        self._root = root
        self._ids: dict[str, Any] | None = None

    def whole(self, page: Place, fit: Matrix) -> None:
        """Walk the drawing from its outermost <svg>; `fit` maps its viewBox into the page."""
        attributes = dict(self._root.attrib)
        style, given = self.styles.of(self._root, "svg", attributes, page.style)
        if style.hidden:
            self.preflight.note("hidden", self._root)
            return
        try:
            place = self._moved(given, page, style)
        except BadValue:
            self.preflight.note("unreadable", self._root)
            return
        except TooFar:
            raise self._too_far(self._root) from None
        self.styles.report(self._root, given)
        self.children(self._root, place._replace(matrix=times(place.matrix, fit)))

    def children(self, element: Any, place: Place) -> None:
        """Walk what an element contains."""
        if place.depth > self.limits.depth:
            raise BadDesign(
                f"{self.name} nests its elements more than {self.limits.depth} deep "
                f"at {place_of(element)}: ungroup some of them"
            )
        for child in element:
            self.element(child, place)

    def element(self, element: Any, place: Place) -> None:
        """Walk one element and what it contains."""
        tag = self._local(element)
        if not tag:
            return
        if place.clones:
            self._count_clone()
        what = REPORTED.get(tag, "")
        if what is None:
            return
        attributes = dict(element.attrib)
        style, given = self.styles.of(element, tag, attributes, place.style)
        if style.hidden:
            self._note_hidden(element, attributes)
            return
        if what:
            if what != "text" or "".join(element.itertext()).strip():
                self.preflight.note(what, element)
            return
        if tag not in SHAPES and tag not in _CONTAINERS:
            self.preflight.note("unknown element", element)
            return
        try:
            inner = self._moved(given, place, style)
        except BadValue:
            self.preflight.note("unreadable", element)
            return
        except TooFar:
            raise self._too_far(element) from None
        self.styles.report(element, given)
        if tag in SHAPES:
            self._shape(element, tag, attributes, inner)
        else:
            _CONTAINERS[tag](self, element, attributes, inner)

    def _local(self, element: Any) -> str:
        """The name of an SVG element, "" for what is not one."""
        tag = element.tag
        if isinstance(tag, str):
            if tag.startswith(self.svg) and "}" not in tag[len(self.svg) :]:
                return tag[len(self.svg) :]
        elif type(element).__name__ == "_Entity":
            self.preflight.note("entity", None, where=element.text or "")
        return ""

    def _moved(self, given: Declarations, place: Place, style: Style) -> Place:
        """The place inside of an element: its own transform on top."""
        matrix = place.matrix
        transform = given.get("transform")
        if transform and transform.strip().lower() != "none":
            matrix = times(matrix, transform_matrix(transform))
        return place._replace(matrix=matrix, style=style, depth=place.depth + 1)

    def _note_hidden(self, element: Any, attributes: dict[str, str]) -> None:
        label = layer_label(attributes)
        self.preflight.note("hidden layer" if label else "hidden", element, where=label or "")

    def _shape(self, element: Any, tag: str, attributes: dict[str, str], place: Place) -> None:
        style = place.style
        if style.invisible:
            self.preflight.note("hidden", element)
            return
        tracer = Tracer(place.matrix, self.limits.reach_mm, self.inks.points_left)
        try:
            trace_shape(tag, attributes, place.viewport, tracer)
        except (BadValue, BadPath):
            self.preflight.note("unreadable", element)
            return
        except (TooFar, OverflowError, ZeroDivisionError):
            raise self._too_far(element) from None
        except TooMany:
            raise BadDesign(
                f"{self.name} has more than {self.limits.points / 1e6:g} million points: "
                "simplify its curves or split it"
            ) from None
        if not tracer.lines:
            self.preflight.note("empty", element)
            return
        color = self._ink(element, tag, style, tracer)
        if color:
            if style.dashed:
                self.preflight.note("dash", element)
            if style.marked:
                self.preflight.note("marker", element)
            self.inks.take(place.layer, color, tracer.lines, element)

    def _ink(self, element: Any, tag: str, style: Style, tracer: Tracer) -> str | None:
        """The colour a shape is drawn in, None if it is not drawn; what that changes is noted."""
        note = self.preflight.note
        area = tag != "line" and any(len(line) > 4 for line in tracer.lines)
        if style.inks:
            if area and style.fills:
                note("stroke and fill" if style.fill else "default fill", element)
            if style.patterned:
                note("gradient", element)
            return style.stroke
        if not style.fills:
            note("no stroke", element)
            return None
        if tag == "rect" and self.inks.covers_page(tracer.lines[0]):
            note("background", element)
            return None
        note("fill", element)
        return style.fill or "#000000"

    def _too_far(self, element: Any) -> BadDesign:
        metres = self.limits.reach_mm / 1000
        return BadDesign(
            f"{self.name} has a coordinate that is not finite or more than {metres:g} m from the "
            f"page at {place_of(element)}: remove or redraw that element"
        )

    # Containers

    def _group(self, element: Any, attributes: dict[str, str], place: Place) -> None:
        label = layer_label(attributes)
        if label is not None:
            if label.lstrip().startswith("%"):
                self.preflight.note("% layer", element, where=label)
                return
            # Layers inside of a layer belong to it: the outer one is what a pen is chosen for.
            if place.layer is None:
                place = place._replace(layer=self.open_layer(element, label))
        self.children(element, place)

    def open_layer(self, element: Any, label: str) -> str:
        """The key of an Inkscape layer that begins here."""
        return self.inks.open_layer(element, label)

    def _switch(self, element: Any, attributes: dict[str, str], place: Place) -> None:
        """The first child that needs no extension; of two such, not the HTML."""
        fit = [
            child
            for child in element
            if self._local(child) and not child.get("requiredExtensions") and _language_fits(child)
        ]
        drawable = [child for child in fit if self._local(child) != "foreignObject"]
        for child in (drawable or fit)[:1]:
            self.element(child, place)

    def _nested_svg(self, element: Any, attributes: dict[str, str], place: Place) -> None:
        self._view(element, attributes, place, attributes, ("x", "y"))

    def _view(
        self,
        element: Any,
        attributes: dict[str, str],
        place: Place,
        sized_by: dict[str, str],
        corner: tuple[str, ...],
    ) -> None:
        """Open the coordinate system of an <svg> or <symbol>, sized by itself or its <use>."""
        wide, high = place.viewport
        try:
            x, y = (
                length_px(attributes.get(key) or "0", whole)
                for key, whole in zip(corner or ("", ""), place.viewport, strict=True)
            )
            width = length_px(sized_by.get("width") or attributes.get("width") or "100%", wide)
            height = length_px(sized_by.get("height") or attributes.get("height") or "100%", high)
            box = view_box(attributes.get("viewBox"))
            if width <= 0 or height <= 0:
                self.preflight.note("empty", element)
                return
            if box is None:
                inner = (1.0, 0.0, 0.0, 1.0, x, y)
                viewport = (width, height)
            else:
                aspect = attributes.get("preserveAspectRatio")
                inner = fit_matrix(box, (x, y, width, height), aspect)
                viewport = box[2:]
        except (TooFar, OverflowError):
            raise self._too_far(element) from None
        except (BadValue, ArithmeticError):
            self.preflight.note("unreadable", element)
            return
        place = place._replace(matrix=times(place.matrix, inner), viewport=viewport)
        self.children(element, place)

    def _use(self, element: Any, attributes: dict[str, str], place: Place) -> None:
        href = attributes.get("href") or attributes.get(XLINK_HREF) or ""
        original = self._by_id(href.strip()[1:]) if href.strip().startswith("#") else None
        if original is None:
            self.preflight.note("use", element)
            return
        if original in place.clones or original in element.iterancestors():
            raise BadDesign(
                f"{self.name} has a clone that contains itself at {place_of(element)}: unlink it"
            )
        try:
            x = length_px(attributes.get("x") or "0", place.viewport[0])
            y = length_px(attributes.get("y") or "0", place.viewport[1])
        except BadValue:
            self.preflight.note("unreadable", element)
            return
        matrix = times(place.matrix, (1.0, 0.0, 0.0, 1.0, x, y))
        place = place._replace(matrix=matrix, clones=place.clones | {original})
        if place.depth > self.limits.depth:
            raise BadDesign(f"{self.name} nests its clones too deeply at {place_of(element)}")
        tag = self._local(original)
        if tag not in {"symbol", "svg"}:
            self.element(original, place)
            return
        self._count_clone()
        own = dict(original.attrib)
        style, given = self.styles.of(original, tag, own, place.style)
        if style.hidden:
            self._note_hidden(original, own)
            return
        try:
            place = self._moved(given, place, style)
        except BadValue:
            self.preflight.note("unreadable", original)
            return
        except TooFar:
            raise self._too_far(original) from None
        self._view(original, own, place, attributes, ("x", "y") if tag == "svg" else ())

    def _count_clone(self) -> None:
        self.added += 1
        if self.added > self.limits.added_elements:
            raise BadDesign(
                f"{self.name} has clones (<use>) of more than {self.limits.added_elements} "
                "elements: unlink or remove some of them"
            )

    def _by_id(self, wanted: str) -> Any:
        if self._ids is None:
            self._ids = {}
            for element in self._root.iter(self.svg + "*"):
                known = element.get("id")
                if known:
                    self._ids.setdefault(known, element)
        return self._ids.get(wanted)


_CONTAINERS = {
    "g": Walk._group,
    "a": Walk._group,
    "switch": Walk._switch,
    "svg": Walk._nested_svg,
    "use": Walk._use,
}


def layer_label(attributes: dict[str, str]) -> str | None:
    """The name of an Inkscape layer, None for an element that is not one."""
    if attributes.get(INKSCAPE + "groupmode") != "layer":
        return None
    return attributes.get(INKSCAPE + "label") or attributes.get("id") or "layer"


def _language_fits(element: Any) -> bool:
    languages = element.get("systemLanguage")
    return not languages or any(one.strip()[:2] == "en" for one in languages.split(","))
