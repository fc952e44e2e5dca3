"""Makes the pictures of the README from the real program: the demo's studio, its engine and its
dashboard, stopped at a nice moment.

    python docs/pictures/make_pictures.py
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent
SPEED = 60.0
SIZE = (132, 38)
# Far enough that the poppies can be seen, before the first plotter wants its next pen.
FRACTION = 0.55


async def main() -> None:
    """Run the demo's day until both drawings have grown, and keep the screen."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PLOTTY_HOME"] = folder
        from plotty_tui.studio import watching
        from plotty_tui.studio.plots import plotting
        from plotty_tui.studio.upkeep import demo
        from plotty_tui.tui.app import PlottyApp

        store = demo.make_demo(Path(folder), SPEED)
        try:
            demo.start_day(store)
            app = PlottyApp(store)
            async with app.run_test(size=SIZE) as pilot:
                while True:
                    for hand in watching.hand_views(store):
                        if hand.answerable and hand.device == "left":
                            plotting.ready(store, hand.device)
                    left = next(v for v in watching.device_views(store) if v.name == "left")
                    if left.fraction >= FRACTION:
                        break
                    await pilot.pause(0.1)
                await pilot.pause(1.0)
                (FOLDER / "studio.svg").write_text(without_fonts(app.export_screenshot()))
        finally:
            demo.end_demo(store)


def without_fonts(svg: str) -> str:
    """The picture without the addresses of fonts elsewhere: the reader's own monospace will do."""
    return re.sub(r"@font-face \{.*?\}", "", svg, flags=re.S)


if __name__ == "__main__":
    asyncio.run(main())
