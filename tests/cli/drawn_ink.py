"""What simulated plotters drew, held against what `plotty export` says they would draw."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from plotty_tui.domain.papers import turn_for_device

SVG = "{http://www.w3.org/2000/svg}"
NEAR_MM = 0.05

Line = np.ndarray  # n x 2, mm


def read_export(path: Path) -> tuple[tuple[float, float], list[list[Line]]]:
    """(sheet width and height in mm, the strokes of each layer) of an exported plan."""
    root = ElementTree.parse(path).getroot()
    size = tuple(float(root.get(key, "").removesuffix("mm")) for key in ("width", "height"))
    layers = [
        [
            np.array([float(one) for one in re.findall(r"-?[\d.]+", str(shape.get("d")))])
            .reshape(-1, 2)
            for shape in group.iter(f"{SVG}path")
        ]
        for group in root.iter(f"{SVG}g")
    ]  # fmt: skip
    return (size[0], size[1]), layers


def read_drawn(home: Path) -> dict[tuple[int, int], dict[int, list[Line]]]:
    """(sheet, layer) -> stroke -> the lines that a pen drew for it, in device coordinates."""
    drawn: dict[tuple[int, int], dict[int, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for path in (home / "simulators").glob("*.ink"):
        for text in path.read_text().splitlines():
            one = json.loads(text)
            tag = one["tag"]
            drawn[tag["sheet"], tag["layer"]][one["stroke"]].append(np.array(one["line"]))
    return drawn


def back_on_sheet(line: Line, sheet: tuple[float, float], travel: tuple[float, float]) -> Line:
    """The line as it lies on the sheet."""
    turn = turn_for_device(sheet, travel)
    assert turn is not None
    return np.array([turn.undo(x, y) for x, y in line])


def farthest_mm(points: Line, line: Line) -> float:
    """How far the farthest of these points is from a polyline."""
    starts, ends = (line[:-1], line[1:]) if len(line) > 1 else (line, line)
    along = ends - starts
    squares = np.maximum((along**2).sum(1), 1e-12)
    worst = 0.0
    for part in np.array_split(points, 1 + len(points) * len(starts) // 2_000_000):
        to = part[:, None, :] - starts[None, :, :]
        share = np.clip((to * along).sum(2) / squares, 0, 1)
        away = to - share[..., None] * along
        worst = max(worst, float(np.sqrt((away**2).sum(2).min(1)).max()))
    return worst


def assert_same_ink(
    layers: list[list[Line]],
    drawn: dict[tuple[int, int], dict[int, list[Line]]],
    sheet: int,
    size: tuple[float, float],
    travel: tuple[float, float],
) -> int:
    """Every planned stroke is on the paper, and nothing else, within NEAR_MM; how many strokes
    were begun more than once."""
    again = 0
    for number, strokes in enumerate(layers):
        lines = drawn[sheet, number]
        assert sorted(lines) == list(range(len(strokes)))
        for stroke, planned in enumerate(strokes):
            pieces = [back_on_sheet(line, size, travel) for line in lines[stroke]]
            for piece in pieces:
                assert farthest_mm(piece, planned) <= NEAR_MM, (number, stroke)
            # The last time it was begun, it was drawn to its end.
            assert farthest_mm(planned, pieces[-1]) <= NEAR_MM, (number, stroke)
            again += len(pieces) - 1
    return again
