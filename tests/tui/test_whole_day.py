"""A day by keyboard alone: the dashboard on a real engine, from files to a settled run."""

import asyncio
import time

import pytest
from shown import screen_text

from plotty_tui.studio import engine_process, watching
from plotty_tui.studio.inventory import stock
from plotty_tui.studio.jobs import intake, queue_lists
from plotty_tui.studio.machines.setup_devices import add_simulator
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.production import run_detail
from plotty_tui.tui.app import PlottyApp

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="80mm" height="60mm" viewBox="0 0 80 60" '
    'fill="none"><path stroke="#000000" d="M 10 10 h 60 M 10 {0} h 60"/></svg>'
)


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A studio with a quick plotter, a pen and paper; its engine is ended afterwards."""
    monkeypatch.setenv("PLOTTY_HOME", str(tmp_path))
    books = open_studio()
    add_simulator(books, "left", "v3", 300)
    stock.add_pen(books, {"name": "black", "color": "#000000", "life_mm": 1e6})
    stock.add_paper(books, {"name": "a6", "sheets": 10})
    for number in range(2):
        (tmp_path / f"lines {number}.svg").write_text(DRAWING.format(20 + number))
    intake.add_designs(books, sorted(map(str, tmp_path.glob("*.svg"))), intake.Wish(paper="a6"))
    yield books
    if engine_process.engine_runs(books.home):
        engine_process.stop_engine(books, force=True)
    books.close()


async def until(pilot, what, seconds=40.0):
    """Let the dashboard go on until this is so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        await pilot.pause()
        await asyncio.sleep(0.02)


async def test_plan_plot_answer_and_complete_by_keys(store):
    app = PlottyApp(store)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.screen.queue.row_count == 2)
        await pilot.press("P")
        await until(pilot, lambda: all(r.seconds for r in queue_lists.queue_rows(store)))
        await pilot.press("S")
        for _ in range(2):
            await until(pilot, lambda: any(h.answerable for h in watching.hand_views(store)))
            await until(pilot, lambda: app.screen.hand_bar.display)
            hand = watching.hand_views(store)[0].id
            await pilot.press("H")
            await until(pilot, lambda h=hand: h not in {o.id for o in watching.hand_views(store)})
        await until(pilot, lambda: run_detail.run_detail(store, 1).awaiting)
        await until(pilot, lambda: (run := app.screen.runs_panel.chosen_run) and run.awaiting)
        await pilot.press("c")
        await until(pilot, lambda: type(app.screen).__name__ == "CompleteRun")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: run_detail.run_detail(store, 1).state == "completed")
        await until(pilot, lambda: "completed" in screen_text(app))
    detail = run_detail.run_detail(store, 1)
    assert [item.good for item in detail.items] == [1, 1]
    assert detail.papers[0].used == 2
    assert detail.pens[0].actual_mm == pytest.approx(4 * 60, abs=0.5)
