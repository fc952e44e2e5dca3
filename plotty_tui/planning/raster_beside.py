"""Dots of a strokes file, made in a process that ends: numpy stays out of the program that asks.

python -m plotty_tui.planning.raster_beside FILE PAGE_WIDTH PAGE_HEIGHT DOTS_WIDE DOTS_HIGH
"""

from __future__ import annotations

import json
import subprocess
import sys
from array import array
from pathlib import Path

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.raster import Raster
from plotty_tui.domain.strokes import decode_layers

LONGEST_SECONDS = 60.0


def raster_file(path: Path, page: tuple[float, float], wide: int, high: int) -> Raster:
    """As `raster_strokes` of what the file holds; in this process where numpy is here already.
    Heavy: call it off the event loop. Refused when the file is gone or no strokes file."""
    try:
        if "numpy" in sys.modules:
            return _raster(path, page, wide, high)
        numbers = [*map(repr, page), str(wide), str(high)]
        words = [sys.executable, "-m", __name__, str(path), *numbers]
        child = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST_SECONDS,
            check=False,
        )  # fmt: skip
        if child.returncode == 0:
            return _unpack(child.stdout)
        why = child.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        why = str(error)
    if not path.exists():
        raise Refused("the strokes of this drawing are gone: add its file again")
    raise Refused(f"the strokes of this drawing cannot be shown: {why}")


def _raster(path: Path, page: tuple[float, float], wide: int, high: int) -> Raster:
    from .raster import raster_strokes

    return raster_strokes(decode_layers(path.read_bytes()), page, wide, high)


def _pack(raster: Raster) -> bytes:
    """One line of JSON, then the numbers."""
    head = {
        "wide": raster.dots_wide, "high": raster.dots_high, "dots": len(raster.dots),
        "layer_starts": raster.layer_starts, "colors": raster.colors,
    }  # fmt: skip
    return json.dumps(head).encode() + b"\n" + raster.dots.tobytes() + raster.starts.tobytes()


def _unpack(data: bytes) -> Raster:
    line, _, rest = data.partition(b"\n")
    head = json.loads(line)
    dots, starts = array("I"), array("I")
    cut = head["dots"] * dots.itemsize
    dots.frombytes(rest[:cut])
    starts.frombytes(rest[cut:])
    return Raster(head["wide"], head["high"], dots, starts, head["layer_starts"], head["colors"])


def main() -> None:
    """Write the dots of the file that is named to standard output."""
    path, width, height, wide, high = sys.argv[1:]
    raster = _raster(Path(path), (float(width), float(height)), int(wide), int(high))
    sys.stdout.buffer.write(_pack(raster))


if __name__ == "__main__":
    main()
