"""demo."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

import click

from plotty_tui.reports.cards import result_card
from plotty_tui.studio.upkeep import demo as studio_demo

from .output import say, tell, with_examples

SPEED = 10.0


@with_examples("plotty demo", "plotty demo --headless --speed 200")
@click.command()
@click.option("--headless", is_flag=True, help="The whole day without a screen; exit 0 when done.")
@click.option("--speed", default=SPEED, show_default=True, help="Times the real plotters' speed.")
@click.option("--faults", default="", help="Of left: pen_dry=40m,usb_lost=11:00,stall@stroke=120")
@click.option("--keep", default=None, type=click.Path(path_type=Path), help="Keep the studio here.")
def demo(headless: bool, speed: float, faults: str, keep: Path | None) -> int:
    """A throw-away studio with two simulated plotters.

    Sample designs are added, planned and drawn by the same engine that drives real plotters. The
    studio is removed at the end unless it is kept.
    """
    if not 0.1 <= speed <= 1000:
        raise click.UsageError(f"speed {speed:g}: give 0.1 to 1000")
    studio_demo.check_faults(faults)
    if keep is not None and (keep / "plotty.db").exists():
        raise click.UsageError(f"{keep} is a studio already: name a new folder")
    folder = keep or Path(tempfile.mkdtemp(prefix="plotty-demo-"))
    os.environ["PLOTTY_HOME"] = str(folder)
    begun = time.monotonic()
    store = studio_demo.make_demo(folder, speed, tell, faults)
    try:
        if headless:
            number = studio_demo.plot_day(store, speed, tell)
            for line in result_card(studio_demo.settle_day(store, number)):
                say(line)
            tell(f"the day took {time.monotonic() - begun:.0f} s")
            return 0
        studio_demo.start_day(store)
        from plotty_tui.tui.app import run_dashboard

        return run_dashboard()
    finally:
        studio_demo.end_demo(store)
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)
