"""Drawings of plain shapes, read at once: expat for the elements, numpy for their numbers.

What comes out is what `Walk` makes of the same file, preflight report included; a drawing in
which anything is not clear here (clones, entities, several style sheets, coordinates out of
reach, XML that expat and libxml2 may see differently) is left to it: `NotSure`. A test holds
the two against each other.

Elements with the same attributes, geometry apart, share one `_Look`: style, colour and notes are
worked out once for each, by the code that Walk uses.
"""

from __future__ import annotations

import gc
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

import numpy as np

from .drawing import Drawing
from .geometry import Matrix, TooFar, times
from .guard import unpack
from .limits import ReadLimits
from .names import plain
from .page import MM_PER_PX, BadValue, page_of, transform_matrix
from .quick_elements import Form, Layout, Node, attributes_of, layout_of, local_name, tag_end
from .quick_runs import Run, find_runs
from .quick_shapes import Collected, Look, NotSure, finish
from .quick_tree import read_tree
from .shapes import GEOMETRY, Viewport
from .styles import StyleSheet, sheet_of
from .visible import Style, StyleReader
from .walk import INKSCAPE, REPORTED, Place, layer_label

SVG = "http://www.w3.org/2000/svg"
_MODE = INKSCAPE[1:-1] + " groupmode"
_XML_ID = "http://www.w3.org/XML/1998/namespace id"
# libxml2 allows nesting of 256 and texts of 10 MB; what comes near is left to it.
_DEEPEST = 200
_LONGEST = 9_000_000
_LONGEST_NAME = 1000
_LAST_LINE = 65_000
_PLAIN_ADDRESS = re.compile(
    r"[A-Za-z][A-Za-z0-9]*:(//[A-Za-z0-9/._~+-]*|(?!//)[A-Za-z0-9:/._~+-]*)(#[A-Za-z0-9/._~+-]*)?"
).fullmatch


class _Notes:
    """Takes the place of the preflight report while a look is worked out."""

    def __init__(self) -> None:
        self.whats: list[str] = []

    def note(self, what: str, element: Any = None, where: str = "") -> None:
        self.whats.append(what)


@dataclass(slots=True)
class _Inside:
    """A container whose children are being read; `matrix` is the number of its place's."""

    node: Node
    place: Place
    matrix: int
    looks: dict[Any, int] = field(default_factory=dict)


class QuickWalk(Collected):
    """Reads one drawing."""

    def __init__(self, name: str, data: bytes, limits: ReadLimits) -> None:
        super().__init__(limits)
        self.name, self.data = name, data
        self.sheet = StyleSheet()
        self.recorded = _Notes()
        # Of each shape its id, or the byte at which it begins, or the run that it is in.
        self.places: list[Any] = []
        self._run_begins: dict[Run, int] = {}
        self._skipped = 0  # bytes that expat was not shown
        self._layer_names: set[str] = set()
        self._layout_count = 0
        self._forms: dict[str, Form] = {}
        self._stack: list[_Inside] = []
        self._skip = 0
        self._style_text: list[str] | None = None
        self._sheets: list[str] = []
        self._said: list[str] = []
        self._text_place: str | None = None
        self._root: Node | None = None
        self._walked = False

    def read(self) -> None:
        """Walk the whole file. Raises NotSure."""
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.XmlDeclHandler = _check_encoding
        parser.StartNamespaceDeclHandler = _check_namespace
        parser.StartDoctypeDeclHandler = self._check_doctype
        try:
            self._feed(parser)
        except expat.ExpatError:
            raise NotSure from None
        names = parser.intern
        if _XML_ID in names or max(map(len, filter(None, names)), default=0) > _LONGEST_NAME:
            raise NotSure
        if self._root is None:
            raise NotSure
        if not self._walked:
            self._enter_root()

    def _feed(self, parser: Any) -> None:
        """All of the file but for the shapes of a run that are what its first is."""
        at, data = 0, memoryview(self.data)
        for run in find_runs(self.data):
            parser.Parse(data[at : run.first_end])
            at = run.first_end
            if self._begins(run):
                self._take(run)
                self._skipped += run.end - at
                at = run.end
        parser.Parse(data[at:], True)

    def _begins(self, run: Run) -> bool:
        """Whether the shape that was met last, and is over, is the first of the run."""
        if self._skip or not self.places or self.places[-1] != run.begin:
            return False
        values = self.geometry[self.looks[self.look_of[-1]].tag]
        return bool(values[-1] == run.first)

    def _take(self, run: Run) -> None:
        count = run.several.count
        self._run_begins[run] = len(self.look_of)
        self.geometry[self.looks[self.look_of[-1]].tag].append(run.several)
        self.look_of += [self.look_of[-1]] * count
        self.matrix_of += [self.matrix_of[-1]] * count
        self.places += [run] * count

    @property
    def _at(self) -> int:
        """The byte at which the element begins that expat has met."""
        return int(self._parser.CurrentByteIndex) + self._skipped

    def _check_doctype(self, name: str, system: Any, public: Any, inside: int) -> None:
        # What entities mean is for libxml2 to say.
        if inside or b"&" in self.data:
            raise NotSure

    # Elements

    def _open(self, name: str, given: list[str]) -> None:
        if self._skip:
            self._skip += 1
            self._open_skipped(name, given)
            return
        form = self._forms.get(name)
        if form is not None and self._walked:
            self._skip = 1
            self._shape(form, given)
            return
        if self._root is None:
            self._open_root(name, given)
            return
        tag = self._local(name)
        if tag in GEOMETRY or tag in ("g", "a"):
            if not self._walked:
                self._enter_root()
            if tag in GEOMETRY:
                self._forms[name] = Form(tag, self.geometry[tag].append)
                self._open(name, given)
            else:
                self._group(name, given)
        else:
            self._other(name, tag, given)

    def _close(self, name: str) -> None:
        if self._skip:
            self._skip -= 1
            if self._style_text is not None:
                self._end_style()
            elif not self._skip and self._text_place is not None:
                self._end_text()
        elif self._stack:
            self._stack.pop()

    def _local(self, name: str) -> str:
        """The name of an SVG element, "" for what is not one."""
        full = local_name(name)
        local = full[len(self.svg) :]
        return local if full.startswith(self.svg) and "}" not in local else ""

    def _open_root(self, name: str, given: list[str]) -> None:
        if name not in (f"{SVG} svg", "svg"):
            raise NotSure
        self.svg = local_name(name)[: -len("svg")]
        self._style_tag = name[: -len("svg")] + "style"
        self._root = Node(local_name(name), attributes_of(given), None)

    def _enter_root(self) -> None:
        """The outermost <svg>, as late as may be: its style sheets often stand right inside."""
        assert self._root is not None
        self._walked = True
        self.sheet = sheet_of(self.name, self._sheets, self.limits)
        self.styles = StyleReader(self._root, self.sheet, self.recorded)  # type: ignore[arg-type]
        width, height, fit, viewport = page_of(self.name, self._root, self.limits)
        self.width, self.height = width, height
        self.viewport = viewport
        page = Place((MM_PER_PX, 0.0, 0.0, MM_PER_PX, 0.0, 0.0), viewport, Style())
        style, own = self.styles.of(self._root, "svg", self._root.attrib, page.style)
        if style.hidden:
            raise NotSure
        place = self._moved(own, page, style)
        self.styles.report(self._root, own)
        self._note_recorded(self._root, None)
        place = place._replace(matrix=times(place.matrix, fit))
        self._stack.append(_Inside(self._root, place, self.number_of(place.matrix)))

    def _moved(self, given: dict[str, str], place: Place, style: Style) -> Place:
        matrix = place.matrix
        transform = given.get("transform")
        if transform and transform.strip().lower() != "none":
            try:
                matrix = times(matrix, transform_matrix(transform))
            except (BadValue, TooFar):
                raise NotSure from None
        return place._replace(matrix=matrix, style=style, depth=place.depth + 1)

    def _note_recorded(self, node: Node, at: int | None) -> None:
        for what in self.recorded.whats:
            self.events.append((len(self.look_of), what, self._place_of(node, at)))
        self.recorded.whats.clear()

    def _place_of(self, node: Node, at: int | None) -> str:
        known = node.get("id")
        if known:
            return plain(known)
        if at is None:
            raise NotSure
        return self._line_of(node.tag.rpartition("}")[2], at)

    def place_of_shape(self, shape: int) -> str:
        """As `findings.place_of`."""
        place = self.places[shape]
        if isinstance(place, str):
            return plain(place)
        if isinstance(place, Run):
            place = place.begin_of(shape - self._run_begins[place])
        return self._line_of(self.looks[self.look_of[shape]].tag, place)

    def viewport_of(self, shape: int) -> Viewport:
        return self.viewport

    def _line_of(self, tag: str, at: int) -> str:
        """A tag and its line, as libxml2 counts: where the tag ends."""
        line = self.data.count(b"\n", 0, tag_end(self.data, at)) + 1
        if line > _LAST_LINE:
            raise NotSure
        return f"{plain(tag, 30)} (line {line})"

    def _group(self, name: str, given: list[str]) -> None:
        above = self._stack[-1]
        if len(self._stack) > _DEEPEST:
            raise NotSure
        attributes = attributes_of(given)
        node = Node(local_name(name), attributes, above.node)
        style, own = self.styles.of(node, self._local(name), attributes, above.place.style)
        at = self._at
        shapes = len(self.look_of)
        label = layer_label(attributes)
        self.layered |= label is not None
        if style.hidden:
            where = plain(label) if label else self._place_of(node, at)
            self.events.append((shapes, "hidden layer" if label else "hidden", where))
            self._skip = 1
            return
        place = self._moved(own, above.place, style)
        self.styles.report(node, own)
        self._note_recorded(node, at)
        if label is not None:
            if label.lstrip().startswith("%"):
                self.events.append((shapes, "% layer", plain(label)))
                self._skip = 1
                return
            if place.layer is None:
                place = place._replace(layer=self._open_layer(label))
        self._stack.append(_Inside(node, place, self.number_of(place.matrix)))

    def _open_layer(self, label: str) -> str:
        """As Inks.open_layer."""
        base = plain(label.strip(), 120) or "layer"
        name, count = base, 1
        while name in self._layer_names:
            count += 1
            name = f"{base} ({count})"
        if name.startswith("(no layer)"):
            raise NotSure
        self._layer_names.add(name)
        self.layers.append((len(self.look_of), name))
        return name

    def _other(self, name: str, tag: str, given: list[str]) -> None:
        """Neither shape nor group."""
        self._skip = 1
        if name == self._style_tag:
            self._begin_style()
        what = REPORTED.get(tag, "") if tag else None
        if what is None:
            self._look_for_layers(name, given)
            return
        if not what:
            raise NotSure
        if not self._walked:
            self._enter_root()
        above = self._stack[-1]
        attributes = attributes_of(given)
        node = Node(local_name(name), attributes, above.node)
        style, _ = self.styles.of(node, tag, attributes, above.place.style)
        place = self._place_of(node, self._at)
        if style.hidden:
            if layer_label(attributes) is not None:
                raise NotSure
            self.events.append((len(self.look_of), "hidden", place))
        elif what != "text":
            self.events.append((len(self.look_of), what, place))
        else:
            self._said = []
            self._text_place = place
            self._parser.CharacterDataHandler = self._said.append

    def _open_skipped(self, name: str, given: list[str]) -> None:
        if self._skip > _DEEPEST - len(self._stack) or self._style_text is not None:
            raise NotSure
        if name == self._style_tag:
            self._begin_style()
        self._look_for_layers(name, given)

    def _look_for_layers(self, name: str, given: list[str]) -> None:
        if _MODE in given and name.rpartition(" ")[2] == "g":
            self.layered |= attributes_of(given).get(INKSCAPE + "groupmode") == "layer"

    def _end_text(self) -> None:
        self._parser.CharacterDataHandler = None
        if "".join(self._said).strip():
            self.events.append((len(self.look_of), "text", self._text_place or ""))
        self._text_place = None

    # Style sheets

    def _begin_style(self) -> None:
        if self._walked:
            raise NotSure
        text: list[str] = []
        self._style_text = text
        self._parser.CharacterDataHandler = text.append

    def _end_style(self) -> None:
        assert self._style_text is not None
        self._parser.CharacterDataHandler = None
        self._sheets.append("".join(self._style_text))
        self._style_text = None

    # Shapes

    def _shape(self, form: Form, given: list[str]) -> None:
        names = tuple(given[::2])
        layout = form.layouts.get(names)
        if layout is None:
            self._layout_count += 1
            layout = layout_of(self._layout_count, form.tag, names, bool(self.sheet))
            form.layouts[names] = layout
        values = given[1::2]
        inside = self._stack[-1]
        key = (layout.number, layout.rest(values))
        look = inside.looks.get(key)
        if look is None:
            look = inside.looks[key] = self._new_look(form.tag, layout, values, inside)
        self.look_of.append(look)
        if layout.transform_at < 0:
            self.matrix_of.append(inside.matrix)
        else:
            at = layout.transform_at
            self.matrix_of.append(self._transformed(inside.place.matrix, values[at]))
        own = values[layout.id_at] if layout.id_at >= 0 else ""
        self.places.append(own or self._parser.CurrentByteIndex + self._skipped)
        form.take(layout.geometry(values))

    def _new_look(self, tag: str, layout: Layout, values: list[str], inside: _Inside) -> int:
        attributes = {
            local_name(name): value for name, value in zip(layout.names, values, strict=True)
        }
        attributes.pop("transform", None)
        node = Node(self.svg + tag, attributes, inside.node)
        style, own = self.styles.of(node, tag, attributes, inside.place.style)
        look = Look(tag, style, drawn=not style.hidden, layer=inside.place.layer)
        if style.hidden:
            look.notes = ("hidden",)
        else:
            if "transform" in own:
                raise NotSure
            self.styles.report(node, own)
            look.notes = tuple(self.recorded.whats)
            self.recorded.whats.clear()
            if style.invisible:
                look.notes, look.drawn = (*look.notes, "hidden"), False
        if layer_label(attributes) is not None and style.hidden:
            raise NotSure
        self.looks.append(look)
        return len(self.looks) - 1

    def _transformed(self, matrix: Matrix, text: str) -> int:
        word = text.strip().lower()
        if word in {"", "none", "inherit"}:
            return self.number_of(matrix)
        try:
            return self.number_of(times(matrix, transform_matrix(text.strip())))
        except (BadValue, TooFar):
            raise NotSure from None


def _check_namespace(prefix: str | None, uri: str | None) -> None:
    # libxml2 looks at how the address is written, expat does not.
    if uri and not _PLAIN_ADDRESS(uri):
        raise NotSure


def _check_encoding(version: str, encoding: str | None, standalone: int) -> None:
    if encoding is not None and encoding.lower() not in {"utf-8", "us-ascii"}:
        raise NotSure


def check_lengths(data: bytes) -> None:
    """Nothing between two `<` may come near to what libxml2 refuses."""
    if len(data) < _LONGEST:
        return
    opened = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("<"))
    if len(opened) < 2 or np.diff(opened, append=len(data)).max() > _LONGEST:
        raise NotSure


def read_quickly(name: str, data: bytes, limits: ReadLimits) -> Drawing | None:
    """The drawing as `read_reference` reads it; None if that one must."""
    collecting = gc.isenabled()
    gc.disable()  # hundreds of thousands of short texts, none of them in a circle
    try:
        data = unpack(name, data, limits)
        for read in (_read, read_tree):
            with suppress(NotSure):
                return read(name, data, limits)
    except MemoryError:
        raise
    except Exception:
        # A sentence for the person is the reference's affair, and so is what was not foreseen here.
        return None
    finally:
        if collecting:
            gc.enable()
    return None


def _read(name: str, data: bytes, limits: ReadLimits) -> Drawing | None:
    if b"<?xml-stylesheet" in data:
        return None
    check_lengths(data)
    walk = QuickWalk(name, data, limits)
    walk.read()
    return finish(walk, walk.width, walk.height, walk.sheet)
