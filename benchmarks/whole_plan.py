"""Read, plan and write 100,000 strokes, against vpype; and the memory that a million strokes take.

    python benchmarks/whole_plan.py [--strokes 100000] [--million]

Each in a process of its own: its CPU seconds with its children's, and the most memory that one of
them held. The drawing is `flow` of corpus.py. Ends with status 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from corpus import KINDS

HERE = Path(__file__).parent
OURS = """
import sys
from plotty_tui.domain.presets import BUILT_IN
from plotty_tui.planning.export import export_svg
from plotty_tui.planning.planner import plan_design
from plotty_tui.planning.reading import read_design
read = read_design(sys.argv[1])
made = plan_design(read.drawing, read.sha256, BUILT_IN["default"], "a4", (210, 297),
                   (read.width_mm, read.height_mm))
open(sys.argv[2], "w").write(export_svg(made.layers, made.plan, "whole"))
"""
MILLION = """
import sys
sys.path.insert(0, sys.argv[1])
from corpus import KINDS
from plotty_tui.domain.presets import BUILT_IN
from plotty_tui.domain.strokes import Strokes
from plotty_tui.planning.order.layer import order_strokes
strokes = Strokes(KINDS["stipple"](1_000_000, 1))
preset = BUILT_IN["default"]
order_strokes(strokes, preset.order, preset.motion)
"""


def run(words: list[str]) -> tuple[float, float]:
    """(CPU seconds, MB) of a command."""
    process = subprocess.Popen(words)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(words)[:80]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def write_drawing(path: Path, strokes: int) -> None:
    paths = (
        '<path d="M' + "L".join(f"{x:.3f} {y:.3f}" for x, y in line) + '"/>'
        for line in KINDS["flow"](strokes, 1)
    )
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" '
        'viewBox="0 0 210 297"><g fill="none" stroke="black" transform="translate(5 8)">'
        + "\n".join(paths)
        + "</g></svg>"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", type=int, default=100_000)
    parser.add_argument("--million", action="store_true")
    wanted = parser.parse_args()
    from plotty_tui.planning.order.warm import compile_kernels

    compile_kernels()
    met = True
    with tempfile.TemporaryDirectory() as folder:
        drawing, out = Path(folder) / "flow.svg", str(Path(folder) / "out.svg")
        write_drawing(drawing, wanted.strokes)
        ours_s, ours_mb = run([sys.executable, "-c", OURS, str(drawing), out])
        vpype = "from vpype_cli import cli; cli()"
        words = ["read", str(drawing), "linemerge", "-t", "0.1mm", "linesort", "write", out]
        peer_s, peer_mb = run([sys.executable, "-c", vpype, *words])
        met = ours_s <= peer_s / 8 and ours_mb <= 0.6 * peer_mb
        print(f"11 time   {ours_s:7.1f} s / {peer_s:7.1f} s = {ours_s / peer_s:.3f} (goal 0.125)")
        print(
            f"11 memory {ours_mb:7.0f} MB / {peer_mb:5.0f} MB = {ours_mb / peer_mb:.3f} (goal 0.6)"
        )
    if wanted.million:
        seconds, mb = run([sys.executable, "-c", MILLION, str(HERE)])
        met = met and mb <= 4096
        print(f"11 a million strokes: {mb:.0f} MB (goal 4096), {seconds:.0f} s")
    sys.exit(not met)


if __name__ == "__main__":
    main()
