"""`o` plays the order of a drawing: pausing, speed, single strokes, travel."""

from __future__ import annotations

from pathlib import Path

import pytest
from shown import screen_text, until
from test_dialogs import Host

from plotty_tui.store.database import open_store
from plotty_tui.store.home import Home
from plotty_tui.store.tables import Job
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.planning import plans
from plotty_tui.tui.canvas import PlotCanvas
from plotty_tui.tui.dialogs import OrderPreview

SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="60mm" viewBox="0 0 100 60">
<g fill="none" stroke="#111111"><path d="M10 10 H80"/><path d="M10 50 H80"/><path d="M10 30 H80"/>
</g></svg>"""


@pytest.fixture
def drawing(tmp_path: Path):
    store = open_store(Home.at(tmp_path / "home"))
    path = tmp_path / "lines.svg"
    path.write_text(SVG)
    intake.add_designs(store, [str(path)], intake.Wish(name="Lines", paper="a4"))
    yield store
    store.close()


async def test_it_plays_pauses_steps_and_shows_the_way(drawing):
    (planned,) = plans.plan_jobs(drawing, intake.open_jobs(drawing), "none")
    assert planned.plan
    app = Host()
    async with app.run_test(size=(90, 30)) as pilot:
        await app.open(OrderPreview(drawing, Job.get().id))
        screen, canvas = app.screen, app.screen.query_one(PlotCanvas)
        await until(pilot, lambda: "stroke" in screen.said)
        await pilot.press("home")
        await pilot.press("right")
        assert (screen.strokes_done, canvas.strokes_done) == (1, 1)
        assert screen.said.startswith("paused   stroke 1 of 3")
        assert "·" in screen_text(app), "the hop to the second stroke"
        await pilot.press("t", "t")
        assert "shown: none" in screen.said
        assert "·" not in screen_text(app).partition("paused")[0]
        await pilot.press("t", "end")
        assert canvas.strokes_done == 3
        await pilot.press("left")
        assert canvas.strokes_done == 2
        await pilot.press("plus")
        assert "x2" in screen.said
        await pilot.press("minus", "minus")
        assert "x1/2" in screen.said
        await pilot.press(*["plus"] * 4, "space")
        await until(pilot, lambda: "done" in screen.said)
        await pilot.resize_terminal(60, 16)
        await until(pilot, lambda: canvas.strokes_done == 3)


async def test_without_a_plan_it_plays_the_file_and_says_so(drawing):
    app = Host()
    async with app.run_test(size=(90, 30)) as pilot:
        await app.open(OrderPreview(drawing, Job.get().id))
        await until(pilot, lambda: "as in the file, not planned" in screen_text(app))
        await pilot.press("escape")
        await app.open(OrderPreview(drawing, 999))
        await until(pilot, lambda: "no job number 999" in screen_text(app))
