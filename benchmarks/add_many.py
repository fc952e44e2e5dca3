"""What one design costs when many are added in one command.

    python benchmarks/add_many.py [--designs 1000]

The designs are small and all different; the command is `plotty add`, as a person runs it, in a new
studio. Exit 1 when the goal is missed.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PLOTTY = str(Path(sys.executable).with_name("plotty"))
GOAL_MS = 30.0
STROKES = 20


def make_design(seed: int) -> str:
    """A card with rosettes, of its own for every seed."""
    rnd = random.Random(seed)
    paths = []
    for _ in range(STROKES):
        x, y, radius = rnd.uniform(10, 80), rnd.uniform(10, 45), rnd.uniform(1, 8)
        places = [
            f"{x + radius * math.cos(a * 0.6):.2f} {y + radius * math.sin(a * 0.6):.2f}"
            for a in range(11)
        ]
        paths.append(f'<path d="M{" L".join(places)}"/>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="90mm" height="55mm" viewBox="0 0 90 55">'
        f'<g fill="none" stroke="#1b1b1b">{"".join(paths)}</g></svg>'
    )


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--designs", type=int, default=1000)
    count = parser.parse_args().designs
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for seed in range(count):
            files.append(Path(folder, f"design-{seed:05}.svg"))
            files[-1].write_text(make_design(seed))
        os.environ["PLOTTY_HOME"] = str(Path(folder, "home"))
        begun = time.perf_counter()
        done = subprocess.run(
            [PLOTTY, "add", *map(str, files), "--paper", "a5", "--json"],
            check=True, capture_output=True,
        )  # fmt: skip
        each = (time.perf_counter() - begun) * 1000 / count
    added = sum(one["id"] is not None for one in json.loads(done.stdout))
    assert added == count, f"{added} of {count} were added"
    print(f"{'designs':>8} {'strokes each':>13} {'ms each':>8} {'goal':>6}")
    print(f"{count:8,} {STROKES:13} {each:8.1f} {GOAL_MS:6.0f}")
    return 0 if each <= GOAL_MS else 1


if __name__ == "__main__":
    sys.exit(main())
