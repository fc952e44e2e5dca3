"""Reading against vpype, in one run: the parse alone, and the whole guarded read with its child.

    python benchmarks/reading.py [--sizes 1000,20000] [--large] [FILE ...]

Drawings are the sample designs, those of corpus.py written as SVG (paths, lines, polylines and
relative paths in turn), and the files given. vpype reads at its own default quantization. Ends
with status 1 when the goal is missed or when a drawing is not what the reference reads.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from corpus import corpus

from plotty_tui.domain.strokes import Point, Strokes
from plotty_tui.planning.reading import DesignReader, ReadLimits
from plotty_tui.planning.reading.drawing import Drawing, read_reference
from plotty_tui.planning.reading.quick import read_quickly

SAMPLES = Path(__file__).parents[1] / "sample_designs"
MEAN_GOAL, WORST_GOAL = 40.0, 12.0
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" '
    'viewBox="0 0 210 297">\n<g fill="none" stroke="black" stroke-width="0.3">\n'
)
SAME_MM = 1e-4  # the last digit of a float32 at a metre


def as_path(line: list[Point]) -> str:
    return f'<path d="M{"L".join(f"{x:.2f} {y:.2f}" for x, y in line)}"/>'


def as_relative(line: list[Point]) -> str:
    (x0, y0), *_ = line
    steps = " ".join(f"{c - a:.2f},{d - b:.2f}" for (a, b), (c, d) in pairwise(line))
    return f'<path d="m{x0:.2f},{y0:.2f} {steps}"/>'


def as_polyline(line: list[Point]) -> str:
    return f'<polyline points="{" ".join(f"{x:.2f},{y:.2f}" for x, y in line)}"/>'


def as_line(line: list[Point]) -> str:
    if len(line) != 2:
        return as_polyline(line)
    (x0, y0), (x1, y1) = line
    return f'<line x1="{x0:.2f}" y1="{y0:.2f}" x2="{x1:.2f}" y2="{y1:.2f}"/>'


FORMS: tuple[Callable[[list[Point]], str], ...] = (as_path, as_relative, as_polyline, as_line)


def as_svg(strokes: Strokes, form: Callable[[list[Point]], str]) -> bytes:
    return (HEAD + "\n".join(form(line) for line in strokes) + "\n</g>\n</svg>\n").encode()


def drawings(sizes: tuple[int, ...], large: bool, files: list[Path]) -> Iterator[tuple[str, bytes]]:
    for path in [*sorted(SAMPLES.glob("*.svg")), *files]:
        yield path.stem, path.read_bytes()
    for number, (name, strokes) in enumerate(corpus(sizes, large)):
        form = FORMS[number % len(FORMS)]
        yield f"{name} {form.__name__[3:]}", as_svg(strokes, form)


def fastest(work: Callable[[], Any], times: int) -> float:
    """CPU seconds of the fastest of some runs."""
    least = math.inf
    for _ in range(times):
        begun = time.process_time()
        work()
        least = min(least, time.process_time() - begun)
    return least


def differ(one: Drawing, other: Drawing) -> bool:
    """Whether two readings of one file are not the same to the last digit of a float32."""
    names = [[(layer.name, layer.color) for layer in each.layers] for each in (one, other)]
    if names[0] != names[1] or one.findings != other.findings:
        return True
    for mine, theirs in zip(one.layers, other.layers, strict=True):
        if mine.strokes.starts != theirs.strokes.starts:
            return True
        a, b = (np.frombuffer(each.strokes.points, np.float32) for each in (mine, theirs))
        if np.abs(a - b).max(initial=0.0) > SAME_MM:
            return True
    return False


def compare(name: str, data: bytes, reader: DesignReader) -> dict[str, float]:
    import vpype

    limits = ReadLimits()
    with tempfile.NamedTemporaryFile(suffix=".svg") as file:
        file.write(data)
        file.flush()
        runs = 1 if len(data) > 500_000 else 3
        peer = fastest(lambda: vpype.read_multilayer_svg(file.name, quantization=0.1), runs)
    quick = read_quickly(name, data, limits)
    parse = fastest(lambda: quick_or_reference(name, data, limits), 2 * runs + 1)
    whole = math.inf
    for _ in range(2 * runs + 1):
        begun = time.perf_counter()
        reader.read_bytes(name, data)
        whole = min(whole, time.perf_counter() - begun)
    wrong = quick is not None and differ(quick, read_reference(name, data, limits))
    row = {"parse": peer / parse, "whole": peer / whole, "wrong": float(wrong)}
    how = "DIFFERS" if wrong else "" if quick else "by the reference"
    print(
        f"{name:24}{len(data) / 1e6:8.2f} MB{peer:8.3f} s"
        f"{row['parse']:8.1f}{row['whole']:8.1f} {how}"
    )
    sys.stdout.flush()
    return row


def quick_or_reference(name: str, data: bytes, limits: ReadLimits) -> Drawing:
    return read_quickly(name, data, limits) or read_reference(name, data, limits)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default="1000,20000")
    parser.add_argument("--large", action="store_true", help="100,000 strokes too")
    parser.add_argument("files", nargs="*", type=Path)
    given = parser.parse_args()
    sizes = tuple(int(size) for size in given.sizes.split(",") if size)
    print(f"{'drawing':24}{'size':>11}{'vpype':>10}{'parse x':>8}{'whole x':>8}")
    with DesignReader() as reader:
        rows = [compare(*one, reader) for one in drawings(sizes, given.large, given.files)]
    missed = any(row["wrong"] for row in rows)
    for key in ("parse", "whole"):
        ratios = [row[key] for row in rows]
        mean = math.exp(math.fsum(map(math.log, ratios)) / len(ratios))
        print(f"{key}: vpype's time / plotty's: mean {mean:.1f}, worst {min(ratios):.1f}")
        if key == "parse":
            missed |= mean < MEAN_GOAL or min(ratios) < WORST_GOAL
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
