"""The dashboard at rest, its memory, its log while much happens, and while it is resized.

    python benchmarks/dashboard.py [--seconds 10] [--size 120x40]

A studio in a temporary folder; its terminal takes everything and counts it. CPU is that of this
process alone: what happens in the studio is written by another one.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from textual import events as textual_events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.pilot import Pilot

LINES_A_SECOND = 100
SENT = [0]
WRITER = """
import sys, time
from pathlib import Path
from plotty_tui.store import events
from plotty_tui.studio.opening import open_studio
store = open_studio(Path(sys.argv[1]))
began, done = time.monotonic(), 0
while True:
    due = int((time.monotonic() - began) * 100) - done
    with store.write(durable=False):
        for number in range(due):
            events.note(store, "job", f"Acme: Card {done + number} was changed by a script")
    done += due
    time.sleep(0.1)
"""


class CountingDriver(HeadlessDriver):
    """A driver whose terminal takes everything and counts it."""

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        SENT[0] += len(data.encode())


def memory_mb() -> float:
    """Resident memory of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


async def spent(seconds: float) -> tuple[float, float]:
    """CPU as a share of a core, and bytes a second, over so many seconds."""
    sent, cpu, began = SENT[0], time.process_time(), time.monotonic()
    await asyncio.sleep(seconds)
    passed = time.monotonic() - began
    return (time.process_time() - cpu) / passed, (SENT[0] - sent) / passed


async def resized(app: object, size: tuple[int, int]) -> float:
    """Seconds from the last of 20 resizes until its picture stands."""
    for step in range(20):
        wanted = Size(size[0] - 19 + step, size[1] - (step % 3))
        app.post_message(textual_events.Resize(wanted, wanted))  # type: ignore[attr-defined]
        if step < 19:
            await asyncio.sleep(0.05)
    began = at = time.monotonic()
    sent = SENT[0]
    while time.monotonic() - at < 0.5:
        await asyncio.sleep(0.01)
        if SENT[0] != sent:
            sent, at = SENT[0], time.monotonic()
    return at - began


async def measure(folder: Path, seconds: float, size: tuple[int, int]) -> int:
    from plotty_tui.studio.opening import open_studio
    from plotty_tui.tui.app import PlottyApp

    store = open_studio(folder)
    app = PlottyApp(store)
    app.driver_class = CountingDriver
    missed: list[str] = []

    async def started(pilot: Pilot) -> None:
        await pilot.pause(2)
        mb = memory_mb()
        cpu, sent = await spent(seconds)
        missed.extend(tell("memory, Studio shown", f"{mb:.0f} MB", mb <= 60, "60 MB"))
        missed.extend(tell("at rest", f"{cpu:.2%} of a core", cpu <= 0.005, "0.5 %"))
        missed.extend(tell("at rest", f"{sent:.0f} bytes a second", sent < 20, "0 but the time"))
        await pilot.press("L")
        await pilot.pause(1)
        app.studio.rate = 2
        writer = await asyncio.create_subprocess_exec(sys.executable, "-c", WRITER, str(folder))
        try:
            await asyncio.sleep(3)
            cpu, sent = await spent(seconds)
        finally:
            writer.kill()
            await writer.wait()
        what = f"log, {LINES_A_SECOND} lines a second, 2 Hz"
        missed.extend(tell(what, f"{cpu:.2%} of a core", cpu <= 0.05, "5 %"))
        missed.extend(tell(what, f"{sent / 1000:.1f} kB a second", sent <= 60_000, "60 kB"))
        await pilot.press("1")
        await pilot.pause(1)
        ms = 1000 * await resized(app, size)
        missed.extend(tell("20 resizes in a second", f"{ms:.0f} ms to settle", ms <= 300, "300 ms"))
        app.exit()

    await app.run_async(size=size, auto_pilot=started)
    store.close()
    return len(missed)


def tell(what: str, figure: str, good: bool, goal: str) -> list[str]:
    """Print a line; what it is about when its goal is missed."""
    # Textual keeps the usual output to itself while it runs.
    line = f"{what:<34} {figure:<22} goal {goal:<16} {'' if good else 'missed'}".rstrip()
    print(line, file=sys.__stdout__, flush=True)
    return [] if good else [what]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--size", default="120x40")
    given = parser.parse_args()
    wide, _, high = given.size.partition("x")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PLOTTY_HOME"] = folder
        missed = asyncio.run(measure(Path(folder), given.seconds, (int(wide), int(high))))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
