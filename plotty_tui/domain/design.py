"""A design: an SVG file as plotty understood it, and what of it will not be drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

from .strokes import LayerStrokes

LOST = "lost"  # an element that will not be drawn at all
CHANGED = "changed"  # drawn, but not as a screen would show it
NOTE = "note"  # worth knowing


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the preflight report.

    kind   LOST, CHANGED or NOTE
    what   the trade's word for it: text, image, filter, clip, dash, fill, hidden, empty, ...
    count  how many elements
    text   a sentence for a person: "2 texts are not drawn: convert them to paths"
    where  ids or names of (some of) the elements
    """

    kind: str
    what: str
    count: int
    text: str
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DesignLayer:
    """A layer of a design: `strokes` polylines, `length_mm` of ink."""

    name: str
    color: str
    strokes: int
    length_mm: float


@dataclass(slots=True)
class ReadDesign:
    """What the guarded reader found in a file. Sizes in mm; `drawing` is layer by layer, in the
    order of `layers`, with page coordinates (origin top left, y downwards)."""

    filename: str
    sha256: str
    size_bytes: int
    width_mm: float
    height_mm: float
    layers: list[DesignLayer]
    findings: list[Finding] = field(default_factory=list)
    drawing: list[LayerStrokes] = field(default_factory=list)

    @property
    def length_mm(self) -> float:
        """Ink of the whole design."""
        return sum(layer.length_mm for layer in self.layers)
