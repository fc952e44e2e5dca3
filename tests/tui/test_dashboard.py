"""The dashboard on a studio's own books: what is in them is on screen, and keys change them."""

import contextlib
import threading
import time

import pytest
from shown import screen_text, until
from small_studio import (
    add_job,
    answering,
    draw_all,
    draw_to,
    elsewhere,
    engine_runs,
    load_sheet,
    open_small,
    start_run,
    want_pen,
)
from textual.geometry import Region

from plotty_tui.store.jobs import queue as queue_books
from plotty_tui.store.tables import Item, Job
from plotty_tui.studio.jobs import queue_lists
from plotty_tui.studio.planning import plans
from plotty_tui.studio.planning.plan_progress import Progress
from plotty_tui.studio.upkeep import settings
from plotty_tui.tui.app import PlottyApp
from plotty_tui.tui.panels.queue_filter import parse_filter
from plotty_tui.tui.screens.layout import arrange

HOSTILE = ["proof [/b]", "[link=x]y", "\x1b[31mred\x07", "evil\u202egvs", "two\nlines", "日本語の"]


@pytest.fixture(autouse=True)
def no_engine_started(tmp_path, monkeypatch):
    """Tests play the engine; none is started."""
    monkeypatch.setenv("PLOTTY_HOME", str(tmp_path))
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.setattr(
        "plotty_tui.studio.plots.plotting.ensure_engine", lambda store, **more: False
    )


@pytest.fixture
def studio(tmp_path):
    store = open_small(tmp_path)
    with engine_runs(store):
        yield store
    store.close()


@pytest.fixture
def small(tmp_path):
    """Opens a studio of another make: small(jobs=…, plotters=…)."""
    with contextlib.ExitStack() as stack:

        def make(**more):
            store = open_small(tmp_path, **more)
            stack.callback(store.close)
            stack.enter_context(engine_runs(store))
            return store

        yield make


@contextlib.asynccontextmanager
async def dashboard(store, size=(120, 40), **more):
    app = PlottyApp(store, **more)
    async with app.run_test(size=size) as pilot:
        app.studio.rate = 20
        await pilot.pause()
        yield app, pilot


def names(store):
    return [row.name for row in queue_lists.queue_rows(store)]


def priorities(store):
    return {row.name: row.priority for row in queue_lists.queue_rows(store)}


async def test_everything_is_there_at_a_glance(studio):
    start_run(studio)
    draw_to(studio, "left", 20)
    async with dashboard(studio) as (app, pilot):
        await until(pilot, lambda: app.studio.device_panels[0].canvas.strokes_done == 20)
        shown = screen_text(app)
    assert "Queue · 3 jobs" in shown
    assert "Acme: Logo" in shown and "▶ drawing" in shown and "●●" in shown
    assert "sheet 1 of 1" in shown and "layer 1 of 2" in shown and "K-01 Micron black" in shown
    assert "25 %" in shown and "7:30" in shown  # of the sheet, and what is left of it
    assert "next hand in 2:30" in shown and "K-02" in shown
    assert "RUN-001" in shown and "in progress" in shown and "0 of 3 sheets" in shown
    assert "◆" in shown, "the pen's place is marked"
    assert "? keys" in shown


async def test_plotters_that_are_idle_show_what_comes_next_and_leave_the_queue_its_room(studio):
    async with dashboard(studio) as (app, pilot):
        panel = app.studio.device_panels[0]
        await until(pilot, lambda: panel.canvas.display and panel.ahead is not None)
        await until(pilot, lambda: f"next {panel.ahead.name}" in screen_text(app))
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: panel.size.height == 2)
        assert panel.ahead.name in screen_text(app)
        elsewhere(studio, start_run)
        elsewhere(studio, draw_to, "left", 5)
        await until(pilot, lambda: panel.size.height > 2)
        assert "sheet 1 of 1" in screen_text(app)


async def test_the_drawing_grows_with_the_books(studio):
    start_run(studio)
    async with dashboard(studio) as (app, pilot):
        panel = app.studio.device_panels[0]
        elsewhere(studio, draw_to, "left", 11)
        await until(pilot, lambda: panel.canvas.strokes_done == 11)
        elsewhere(studio, draw_to, "left", 30)
        await until(pilot, lambda: panel.canvas.strokes_done == 30)
        assert "37 %" in screen_text(app)


async def test_the_pen_is_where_the_device_has_it(studio):
    """An upright A4 lies turned on the plotter: device coordinates are not the sheet's."""
    start_run(studio)
    async with dashboard(studio) as (app, pilot):
        panel = app.studio.device_panels[0]
        elsewhere(studio, draw_to, "left", 20)  # x 140 along the sheet's height, y 100 across it
        await until(pilot, lambda: panel.canvas.strokes_done == 20)
        wide, high = panel.canvas.dots
        x, y = panel._pen_dot()
        scale = min(wide / 210, high / 297)
        assert x == pytest.approx((210 - 100) * scale + (wide - 210 * scale) / 2)
        assert y == pytest.approx(140 * scale + (high - 297 * scale) / 2)


async def test_priority_order_and_removal_are_keys(studio):
    async with dashboard(studio) as (app, pilot):
        await pilot.press("j", "i")
        await until(pilot, lambda: priorities(studio)["Acme: Card"] == 1)
        await until(pilot, lambda: app.studio.queue.cursor == 0)
        assert app.studio.queue.chosen_jobs[0].name == "Acme: Card", "the cursor stays on its job"
        await pilot.press("g", "j", "J")
        await until(pilot, lambda: names(studio) == ["Acme: Card", "Studio: Hatch", "Acme: Logo"])
        await pilot.press("K")
        await until(pilot, lambda: names(studio) == ["Acme: Card", "Acme: Logo", "Studio: Hatch"])
        await pilot.press("d")
        await until(pilot, lambda: names(studio) == ["Acme: Card", "Studio: Hatch"])
        await until(pilot, lambda: "removed Acme: Logo; u takes it back" in screen_text(app))
        await pilot.press("u")
        await until(pilot, lambda: names(studio) == ["Acme: Card", "Acme: Logo", "Studio: Hatch"])
        await until(pilot, lambda: "taken back: Acme: Logo removed" in screen_text(app))


async def test_marked_jobs_are_taken_together(studio):
    async with dashboard(studio) as (_, pilot):
        await pilot.press("space", "space", "i")
        await until(pilot, lambda: list(priorities(studio).values()) == [1, 1, 2])


async def test_the_filter_is_typed(studio):
    async with dashboard(studio) as (app, pilot):
        await pilot.press("slash", *"acme")
        await until(pilot, lambda: app.studio.queue.row_count == 2)
        assert "Queue · 2 of 3 · acme" in screen_text(app)
        await pilot.press("enter")
        assert app.focused is app.studio.queue
        await pilot.press("slash", "space", "exclamation_mark", *"card")
        await until(pilot, lambda: app.studio.queue.row_count == 1)
        await pilot.press("escape")
        await until(pilot, lambda: app.studio.queue.row_count == 3)
        assert "Queue · 3 jobs" in screen_text(app)


async def test_the_filter_outlives_resize_and_changes_of_the_queue(studio):
    async with dashboard(studio) as (app, pilot):
        await pilot.press("slash", *"acme", "enter", "j", "space")
        key = app.studio.queue.cursor_key
        elsewhere(studio, add_job, "Acme: Flyer")
        await until(pilot, lambda: app.studio.queue.row_count == 3)
        for size in ((80, 24), (200, 60), (60, 16), (45, 10), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert app.studio.queue.row_count == 3
        assert app.studio.queue.cursor_key == key
        assert len(app.studio.queue.marks) == 1
        assert app.focused is app.studio.queue


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("logo", True),
        ("client:acme", True),
        ("!client:acme", False),
        ("state:planned pen:k-02", True),
        ("state:held", False),
        ("!state:held", True),
        ("paper:a4 priority:normal", True),
        ("pen:K-09", False),
        ('"acme: logo"', True),
        ('"acme: lo', True),
        ("state:", True),
        ("nofield:x", False),
    ],
)
def test_filter_words(studio, text, passes):
    row = queue_books.job_rows(studio, "j.name = 'Acme: Logo'")[0]
    row["client"] = "Acme"
    assert parse_filter(text).lets(row) is passes


async def test_a_hand_is_called_out_once_and_answered_by_enter(studio):
    start_run(studio)
    async with dashboard(studio) as (app, pilot):
        rung = []
        app.bell = lambda: rung.append(1)
        assert not app.studio.hand_bar.display
        elsewhere(studio, want_pen)
        await until(pilot, lambda: app.studio.hand_bar.display)
        shown = screen_text(app)
        assert "put pen K-02 in left" in shown
        assert "needs a hand" in shown and "put in ● K-02 Stabilo red" in shown
        with answering(studio, "left goes on") as given:
            app.studio.hand_bar.focus()
            await pilot.press("enter")
            await until(pilot, lambda: given)
        assert given[0][:2] == ("ready", "left")
        await until(pilot, lambda: "left goes on" in screen_text(app))
        assert rung == [1]


async def test_a_run_that_is_drawn_is_called_out_once(studio):
    start_run(studio)
    async with dashboard(studio) as (app, pilot):
        rung, called = [], []
        app.bell = lambda: rung.append(1)
        app.call_out = called.append
        elsewhere(studio, draw_all)
        await until(pilot, lambda: rung)
        await until(pilot, lambda: "awaiting results" in screen_text(app))
        assert called == ["RUN-001 is drawn: 3 sheets"]


async def test_muted_hands_do_not_ring(studio):
    start_run(studio)
    async with dashboard(studio) as (app, pilot):
        rung = []
        app.bell = lambda: rung.append(1)
        await pilot.press("m")
        elsewhere(studio, want_pen)
        await until(pilot, lambda: app.studio.hand_bar.display)
        assert not rung and "muted" in screen_text(app)


async def test_enter_on_the_plotter_answers_its_hand(studio):
    start_run(studio)
    want_pen(studio)
    async with dashboard(studio) as (app, pilot):
        app.studio.device_panels[0].focus()
        with answering(studio) as given:
            await pilot.press("enter")
            await until(pilot, lambda: given)
    assert given[0][:2] == ("ready", "left")


async def test_pause_and_resume_are_one_key(studio):
    start_run(studio)
    async with dashboard(studio) as (app, pilot):
        with answering(studio, "left is paused") as given:
            await pilot.press("p")
            await until(pilot, lambda: given)
            assert given == [("pause", "left", {})]
            await until(pilot, lambda: "left is paused" in screen_text(app))
            elsewhere(studio, _state, "paused")
            await until(pilot, lambda: app.studio.device_panels[0].state == "paused")
            await pilot.press("p")
            await until(pilot, lambda: len(given) == 2)
    assert given[1][:2] == ("resume", "left")


def _state(store, state):
    from plotty_tui.store.machines import devices

    devices.set_device_state(store, 1, state)


async def test_cancel_asks_with_its_effect(studio):
    start_run(studio)
    draw_to(studio, "left", 20)
    async with dashboard(studio) as (app, pilot):
        app.studio.device_panels[0].focus()
        with answering(studio) as given:
            await pilot.press("x")
            await until(pilot, lambda: app.screen is not app.studio)
            assert "25%" in screen_text(app) and "Acme: Logo" in screen_text(app)
            await pilot.press("y")
            await until(pilot, lambda: given)
    assert given == [("cancel", "left", {})]


async def test_the_stop_key_works_in_a_dialog(studio):
    start_run(studio)
    async with dashboard(studio) as (app, pilot):
        with answering(studio, "stopped") as given:
            await pilot.press("question_mark")
            await until(pilot, lambda: app.screen is not app.studio)
            await pilot.press("f8")
            await until(pilot, lambda: given)
            await pilot.press("escape", "slash", "ctrl+backslash")
            await until(pilot, lambda: len(given) == 2)
    assert [one[0] for one in given] == ["estop", "estop"]


async def test_a_refusal_is_one_plain_line(studio):
    start_run(studio)
    async with dashboard(studio) as (app, pilot):
        with answering(studio, "the pen is [/b] still down", refused=True):
            await pilot.press("p")
            await until(pilot, lambda: "the pen is [/b] still down" in screen_text(app))


async def test_a_key_that_does_nothing_says_why(studio):
    async with dashboard(studio) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: "no runs yet" in screen_text(app))
        await pilot.press("H")
        await until(pilot, lambda: "nobody is wanted" in screen_text(app))
        assert app.screen is app.studio


async def test_starting_jobs_opens_a_run(studio):
    async with dashboard(studio) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: "RUN-001: 1 sheet on left" in screen_text(app))
        await pilot.press("S")
        await until(pilot, lambda: len(app.studio.feed.shot.runs) == 2)
        await pilot.press("S")
        await until(pilot, lambda: app._notifications or "open run" in screen_text(app))


async def test_planning_runs_beside_the_screen(studio):
    add_job(studio, "Acme: New", planned=False)
    async with dashboard(studio) as (app, pilot):
        await pilot.press("P")
        assert app.is_running
        await until(pilot, lambda: "planned 1 job" in screen_text(app), seconds=90)
    assert Job.get(Job.name == "Acme: New").plan_id


async def test_planning_shows_how_far_it_is_and_stops_by_a_key(studio, monkeypatch):
    def plan_for_ever(store, wanted, listeners):
        listeners.watch(Progress(3, 1, 0.4, 75.0, wanted[0].name, "searching", 0.6))
        deadline = time.monotonic() + 30
        while not listeners.ended() and time.monotonic() < deadline:
            threading.Event().wait(0.02)
        assert listeners.apart
        raise plans.Stopped("planning stopped: 1 of 3 jobs planned")

    monkeypatch.setattr(plans, "plan_jobs", plan_for_ever)
    async with dashboard(studio, size=(140, 40)) as (app, pilot):
        await pilot.press("X")
        await until(pilot, lambda: "nothing is being planned" in screen_text(app))
        await pilot.press("l")
        title = "planning 40% · 1:15 left · Acme: Logo, searching 60%"
        await until(pilot, lambda: title in screen_text(app), 30)
        await pilot.press("2")
        await until(pilot, lambda: "Queue · planning 40% · 1:15 left" in screen_text(app), 30)
        await pilot.press("l")
        await until(pilot, lambda: "planning is under way" in screen_text(app), 30)
        await pilot.press("X")
        await until(pilot, lambda: "planning stopped: 1 of 3" in screen_text(app), 30)
        await pilot.press("1")
        await until(pilot, lambda: "Queue · 3 jobs" in screen_text(app), 30)


async def test_results_can_be_told_when_all_is_drawn(studio):
    start_run(studio, jobs=["Acme: Logo"])
    draw_all(studio)
    async with dashboard(studio) as (app, pilot):
        assert "RUN-001 awaits its results" in screen_text(app)
        assert "awaiting results" in screen_text(app) and "[c]" in screen_text(app)
        await pilot.press("c")
        await until(pilot, lambda: type(app.screen).__name__ == "CompleteRun")


async def test_tab_goes_through_the_panels(studio):
    start_run(studio)
    want_pen(studio)
    async with dashboard(studio) as (app, pilot):
        screen = app.studio
        seen = []
        for _ in range(4):
            await pilot.press("tab")
            seen.append(app.focused)
        assert seen == [
            screen.device_panels[0], screen.runs_panel, screen.hand_bar, screen.queue,
        ]  # fmt: skip
        await pilot.press("shift+tab")
        assert app.focused is screen.hand_bar


async def test_zoom_shows_one_drawing_and_gives_all_back(studio):
    start_run(studio)
    async with dashboard(studio) as (app, pilot):
        panel = app.studio.device_panels[0]
        before = panel.canvas.size
        await pilot.press("z")
        await until(pilot, lambda: panel.canvas.size.width > before.width * 2)
        await until(pilot, lambda: panel.canvas._ink is not None)
        assert "Queue" not in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: panel.canvas.size == before)
        assert "Queue · 3 jobs" in screen_text(app)


async def test_the_theme_is_kept_and_seen_by_others(studio):
    async with dashboard(studio) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: settings.chosen_theme(studio) != "studio-dark")
        assert app.theme == settings.chosen_theme(studio)
        elsewhere(studio, settings.use_theme, "studio-light")
        await until(pilot, lambda: app.theme == "studio-light")


async def test_the_palette_finds_jobs_and_keeps_names_as_they_are(studio):
    add_job(studio, "proof [/b]")
    async with dashboard(studio) as (app, pilot):
        await pilot.press("ctrl+p")
        await until(pilot, lambda: app.screen is not app.studio)
        await pilot.press(*"proof")
        await until(pilot, lambda: screen_text(app).count("proof [/b]") >= 1)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.studio)
        await until(
            pilot, lambda: app.studio.queue.job(app.studio.queue.cursor_key).name == "proof [/b]"
        )


async def test_hostile_names_are_shown_as_they_are(small):
    store = small(jobs=["Acme: Card"])
    start_run(store)
    want_pen(store)
    async with dashboard(store) as (app, pilot):
        for name in HOSTILE:
            elsewhere(store, _rename, name)
            app.studio.feed.look_again()
            # In the queue and on the plotter.
            await until(pilot, lambda n=name: screen_text(app).count(_start(n)) >= 2)
            for size in ((80, 24), (60, 16), (45, 10), (120, 40)):
                await pilot.resize_terminal(*size)
                assert _start(name) in screen_text(app)
                for sign in "\x1b\x07\u202e":
                    assert sign not in screen_text(app)
            await pilot.press("d", "escape", "enter")
            await until(pilot, lambda: app.screen is not app.studio)
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.studio)


def _rename(store, name):
    with store.write():
        Job.update(name=name).execute()
        Item.update(name=name).execute()


def _start(name):
    from plotty_tui.tui.text import plain

    return plain(name)[:7].rstrip()


SIZES = [(45, 10), (60, 16), (80, 24), (100, 28), (120, 40), (200, 60)]


@pytest.mark.parametrize(("plotters", "first"), [(1, 0), (2, 2), (5, 5)])
async def test_every_size_shows_what_matters(small, plotters, first):
    """Opened in one size and then brought to the others."""
    called = ["left", "right", "third", "fourth", "fifth"][:plotters]
    store = small(plotters=called)
    start_run(store)
    if plotters > 1:
        load_sheet(store, "right")
    draw_to(store, "left", 20)
    async with dashboard(store, SIZES[first]) as (app, pilot):
        for size in (SIZES[first], *SIZES, SIZES[first]):
            await pilot.resize_terminal(*size)
            # The drawing of the plotter comes a moment later.
            await until(pilot, lambda: "25 %" in screen_text(app))
            shown = screen_text(app)
            most = max(1, (size[1] - 4) // 2)
            for name in called[:most]:
                assert name in shown
            assert "Acme: Log" in shown and "RUN-001" in shown
            assert "? keys" in shown
            panel = app.studio.device_panels[0]
            assert panel.region.bottom <= size[1] and panel.region.right <= size[0]
            lines = shown.splitlines()
            assert len(lines) == size[1] and all(len(line) <= size[0] for line in lines)


async def test_a_terminal_too_small_says_so(studio):
    async with dashboard(studio, (25, 5)) as (app, pilot):
        assert "25x5" in screen_text(app) and "32x6" in screen_text(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "Queue · 3 jobs" in screen_text(app)


async def test_an_empty_studio_says_what_to_press(small):
    store = small(jobs=(), plotters=())
    async with dashboard(store, (80, 24)) as (app, pilot):
        shown = screen_text(app)
        assert "Nothing is queued yet" in shown and "add SVG files" in shown
        assert "Runs" not in shown and "Today" not in shown, "no empty boxes"
        await pilot.press("j", "enter", "s", "x", "z", "K", "escape", "tab")
        assert app.is_running
        elsewhere(store, add_job, "first")
        await until(pilot, lambda: "Queue · 1 job" in screen_text(app))
        await until(pilot, lambda: app.focused is app.studio.queue)


class Painted:
    """Counts the regions that widgets ask to be painted."""

    def __init__(self, monkeypatch):
        from textual.widget import Widget

        self.regions = []
        refresh = Widget.refresh

        def count(widget, *regions, repaint=True, layout=False, recompose=False):
            if repaint or layout:
                self.regions.append((widget, regions, layout))
            return refresh(widget, *regions, repaint=repaint, layout=layout, recompose=recompose)

        monkeypatch.setattr(Widget, "refresh", count)


async def test_nothing_is_painted_while_nothing_changes(studio, monkeypatch):
    start_run(studio)
    draw_to(studio, "left", 20)
    async with dashboard(studio) as (app, pilot):
        await until(pilot, lambda: app.studio.device_panels[0].canvas.strokes_done == 20)
        painted = Painted(monkeypatch)
        app.studio.feed.look()
        app.studio.paint(frozenset(("devices", "hands", "queue", "runs", "today", "events")))
        assert [one for one in painted.regions if one[0] is not app.studio.header] == []


async def test_progress_paints_only_the_plotter_that_moved(small, monkeypatch):
    store = small(plotters=("left", "right"))
    start_run(store)
    load_sheet(store, "right")
    async with dashboard(store) as (app, pilot):
        left, right = app.studio.device_panels
        # Both drawings have come, and no other is on its way.
        await until(pilot, lambda: all(one.is_finished for one in app.workers))
        await until(pilot, lambda: left._drawn and right._drawn)
        await until(pilot, lambda: all(one.is_finished for one in app.workers))
        readings = dict(app.studio.feed.readings)
        painted = Painted(monkeypatch)
        elsewhere(store, draw_to, "left", 10)
        await until(pilot, lambda: left.canvas.strokes_done == 10)
        mine = {left.canvas, left.info, left.foot, app.studio.header}
        assert {one[0] for one in painted.regions} <= mine
        cells = sum(
            region.area for _, regions, _ in painted.regions for region in regions
            if isinstance(region, Region)
        )  # fmt: skip
        assert 0 < cells < 600
        assert app.studio.feed.readings.get("queue") == readings.get("queue")
        assert app.studio.feed.readings.get("runs") == readings.get("runs")


async def test_the_wall_screen_only_watches(studio):
    start_run(studio)
    async with dashboard(studio, read_only=True) as (app, pilot):
        before = priorities(studio)
        await pilot.press("i", "d", "p", "a")
        await until(pilot, lambda: "only watches" in screen_text(app))
        assert app.screen is app.studio and priorities(studio) == before
        await pilot.press("z", "z", "t")
        await until(pilot, lambda: app.theme != "studio-dark")
        assert settings.chosen_theme(studio) == "studio-dark"


async def test_the_wall_screen_leaves_in_time(studio):
    app = PlottyApp(studio, read_only=True, seconds=0.2)
    async with app.run_test() as pilot:
        await until(pilot, lambda: not app.is_running)
    assert app.return_code == 0


async def test_the_paint_rate_follows_the_keys_and_ssh(studio, monkeypatch):
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 5000 192.0.2.1 22")
    app = PlottyApp(studio)
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.studio.rate == 2
        await pilot.press("plus")
        assert app.studio.rate == 4
        await pilot.press("minus", "minus")
        assert app.studio.rate == 1


async def test_an_engine_that_died_without_a_word_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("plotty_tui.tui.feed.QUIET_SECONDS", 0.0)
    store = open_small(tmp_path)
    engine = contextlib.ExitStack()
    engine.enter_context(engine_runs(store))
    start_run(store)
    async with dashboard(store) as (app, pilot):
        assert app.studio.device_panels[0].state == "drawing"
        engine.close()
        await until(pilot, lambda: "the engine ended" in screen_text(app))
        assert app.studio.device_panels[0].state == "interrupted"
        assert "goes on at the stroke" in screen_text(app)
    store.close()


async def test_a_long_queue_is_read_beside_the_screen(small, monkeypatch):
    monkeypatch.setattr("plotty_tui.tui.feed.SHORT_QUEUE", 5)
    store = small(jobs=[f"job {number:02}" for number in range(12)])
    async with dashboard(store) as (app, pilot):
        await until(pilot, lambda: app.studio.queue.row_count == 12)
        elsewhere(store, add_job, "one more")
        await until(pilot, lambda: app.studio.queue.row_count == 13)
        await pilot.press("slash", *"more")
        await until(pilot, lambda: "1 of 13" in screen_text(app))


def test_layouts_leave_room_for_the_queue():
    for width in range(60, 260, 7):
        for height in range(16, 80, 3):
            for plotters in range(1, 9):
                layout = arrange(width, height, plotters)
                assert not layout.too_small
                if layout.stacked:
                    assert height - 3 - layout.devices_high >= 5
                else:
                    assert width - layout.devices_wide >= 40
