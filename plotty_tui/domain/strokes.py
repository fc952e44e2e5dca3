"""Strokes: what a pen draws between being lowered and raised.

Kept flat, in float32 mm with y downwards, so that 100,000 strokes are two arrays and not a
million objects. numpy reads the same arrays without copying (`np.frombuffer`).
"""

from __future__ import annotations

import json
import math
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

Point = tuple[float, float]

MAGIC = b"plotty-strokes-1\n"


class Strokes:
    """A list of polylines. `points` holds x0, y0, x1, y1, …; stroke i owns the points with the
    numbers `starts[i]` to `starts[i + 1]` (a point is two floats)."""

    __slots__ = ("points", "starts")

    def __init__(self, lines: Iterable[Sequence[Point]] = ()) -> None:
        self.points = array("f")
        self.starts = array("I", [0])
        for line in lines:
            self.append(line)

    @classmethod
    def of_arrays(cls, points: array, starts: array) -> Strokes:
        """Strokes over ready arrays: `points` float32 (two a point), `starts` uint32."""
        strokes = cls()
        strokes.points, strokes.starts = points, starts
        return strokes

    def append(self, line: Sequence[Point]) -> None:
        """Add one polyline of at least one point."""
        for x, y in line:
            self.points.append(x)
            self.points.append(y)
        self.starts.append(len(self.points) // 2)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, i: int) -> list[Point]:
        flat = self.points[2 * self.starts[i] : 2 * self.starts[i + 1]]
        return list(zip(flat[::2], flat[1::2], strict=True))

    def __iter__(self) -> Iterator[list[Point]]:
        return (self[i] for i in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Strokes)
            and self.points == other.points
            and self.starts == other.starts
        )

    __hash__ = None  # type: ignore[assignment]

    def lengths_mm(self) -> list[float]:
        """Length of each stroke in mm, in order."""
        lengths = []
        points, starts = self.points, self.starts
        hypot = math.hypot
        for i in range(len(self)):
            total = 0.0
            for k in range(2 * starts[i], 2 * starts[i + 1] - 2, 2):
                total += hypot(points[k + 2] - points[k], points[k + 3] - points[k + 1])
            lengths.append(total)
        return lengths

    def length_mm(self) -> float:
        """Metres of ink, in mm."""
        return math.fsum(self.lengths_mm())

    def bounds(self) -> tuple[float, float, float, float] | None:
        """(x0, y0, x1, y1) in mm, or None without points."""
        if not self.points:
            return None
        xs, ys = self.points[::2], self.points[1::2]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(slots=True)
class LayerStrokes:
    """One layer of a drawing: its name, its colour (`#rrggbb`) and its strokes."""

    name: str
    color: str
    strokes: Strokes = field(default_factory=Strokes)


def encode_layers(layers: Sequence[LayerStrokes]) -> bytes:
    """The layers as bytes: a line of magic, a line of JSON (names, colours, counts), then per
    layer the starts (uint32) and the points (float32), little-endian."""
    header = [
        {
            "name": layer.name,
            "color": layer.color,
            "strokes": len(layer.strokes),
            "floats": len(layer.strokes.points),
        }
        for layer in layers
    ]
    parts = [MAGIC, json.dumps(header, separators=(",", ":")).encode() + b"\n"]
    for layer in layers:
        parts.append(_little(layer.strokes.starts).tobytes())
        parts.append(_little(layer.strokes.points).tobytes())
    return b"".join(parts)


def decode_layers(data: bytes) -> list[LayerStrokes]:
    """The layers that `encode_layers` wrote. Raises ValueError for anything else."""
    if not data.startswith(MAGIC):
        raise ValueError("not a strokes file")
    end = data.index(b"\n", len(MAGIC))
    at = end + 1
    layers = []
    for entry in json.loads(data[len(MAGIC) : end]):
        starts, points = array("I"), array("f")
        size = 4 * (entry["strokes"] + 1)
        starts.frombytes(data[at : at + size])
        at += size
        points.frombytes(data[at : at + 4 * entry["floats"]])
        at += 4 * entry["floats"]
        if len(starts) != entry["strokes"] + 1 or len(points) != entry["floats"]:
            raise ValueError("strokes file is cut short")
        strokes = Strokes.of_arrays(_little(points), _little(starts))
        layers.append(LayerStrokes(entry["name"], entry["color"], strokes))
    return layers


def _little(values: array) -> array:
    if sys.byteorder == "little":
        return values
    swapped = array(values.typecode, values)
    swapped.byteswap()
    return swapped
