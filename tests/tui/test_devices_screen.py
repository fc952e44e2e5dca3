"""The Devices screen on a studio's own books, and a day with it on a real engine."""

import contextlib

import pytest
from shown import screen_text, until
from small_studio import (
    answering,
    draw_to,
    elsewhere,
    engine_runs,
    load_sheet,
    open_small,
    start_run,
    want_pen,
)

from plotty_tui.devices.board import BoardServer
from plotty_tui.domain import orders
from plotty_tui.store.machines import devices
from plotty_tui.store.plots import cut_off
from plotty_tui.store.tables import Sheet
from plotty_tui.studio import engine_process, watching
from plotty_tui.studio.inventory import stock
from plotty_tui.studio.jobs import intake, queue_lists
from plotty_tui.studio.machines import plotters
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import plans
from plotty_tui.studio.plots import plotting
from plotty_tui.tui.app import PlottyApp
from plotty_tui.tui.dialogs import FormDialog, HandDialog, RecoveryDialog
from plotty_tui.tui.dialogs.fields import ChoiceLine, TextLine
from plotty_tui.tui.rows import RowList
from plotty_tui.tui.screens.devices import DevicesScreen

HOSTILE = ["proof [/b]", "\x1b[31mred\x07", "evil\u202egvs", "日本語の"]


@pytest.fixture
def studio(tmp_path, monkeypatch):
    """Two plotters, three jobs; the test plays the engine."""
    monkeypatch.setenv("PLOTTY_HOME", str(tmp_path))
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.setattr(
        "plotty_tui.studio.plots.plotting.ensure_engine", lambda store, **more: False
    )
    monkeypatch.setattr(
        "plotty_tui.studio.machines.plotters.ensure_engine", lambda store, **more: False
    )
    store = open_small(tmp_path, plotters=("left", "right"))
    with engine_runs(store):
        yield store
    store.close()


@contextlib.asynccontextmanager
async def devices_screen(store, size=(120, 40), **more):
    app = PlottyApp(store, **more)
    async with app.run_test(size=size) as pilot:
        app.studio.rate = 20
        await pilot.pause()
        await pilot.press("6")
        await until(pilot, lambda: isinstance(app.screen, DevicesScreen))
        await until(pilot, lambda: "? keys" in screen_text(app))
        yield app, pilot


def interrupt(store, name, why="the USB connection was lost", stroke=20):
    """What the engine writes when a sheet is cut off."""
    draw_to(store, name, stroke)
    row = devices.find_device(name)
    sheet = Sheet.get(Sheet.device == row, Sheet.state == "drawing")
    cut_off.interrupt_sheet(store, sheet.id, why)
    text = f"{name} is interrupted ({why}): resume or cancel"
    devices.raise_hand(store, row.id, orders.HAND_INTERRUPTED, text, sheet=sheet)
    devices.set_device_state(store, row.id, orders.INTERRUPTED, why)


async def test_the_page_says_all_about_a_plotter(studio):
    plotters.edit_plotter(
        studio, "left", {"service": "10m, 400 lifts", "pen_pos_down": 33.0, "preset": "safe"}
    )
    with studio.write():
        devices.add_to_odometer(1, 12_000.0, 310, 7200.0)
    start_run(studio)
    draw_to(studio, "left", 20)
    async with devices_screen(studio) as (app, pilot):
        shown = screen_text(app)
        for said in (
            "left · AxiDraw V3 · simulated", "▶ drawing", "Acme: Logo", "25 %", "7:30",
            "K-01 Micron black", "down 33", "safe", "300 × 217.9 mm", "12.0", "of 400",
            "left is due for service (12 m of 10 m)", "Service log", "Last faults",
        ):  # fmt: skip
            assert said in shown, said
        elsewhere(studio, plotters.log_service, "left", "belts [/b] tightened")
        await until(pilot, lambda: "belts [/b] tightened (12.0 m" in screen_text(app))
        assert "due for service" not in screen_text(app)
        await pilot.press("j")
        await until(pilot, lambda: "right · AxiDraw V3" in screen_text(app))
        assert "none known" in screen_text(app)
        await pilot.press("1")
        await until(pilot, lambda: app.screen is app.studio)
        await pilot.press("6")
        await until(pilot, lambda: "right · AxiDraw V3" in screen_text(app))


async def test_every_size_shows_what_matters(studio):
    """Opened in the smallest, then brought to the others."""
    start_run(studio)
    draw_to(studio, "left", 20)
    load_sheet(studio, "right")
    want_pen(studio, "right")
    async with devices_screen(studio, (45, 10)) as (app, pilot):
        for size in ((45, 10), (60, 16), (80, 24), (120, 40), (200, 60), (100, 30)):
            await pilot.resize_terminal(*size)
            # The page of the plotter is read beside the screen.
            wanted = ["left is drawing: finish that", "e edit"] if size[0] >= 80 else []
            await until(pilot, lambda w=wanted: all(one in screen_text(app) for one in w))
            shown = screen_text(app)
            assert "put pen K-02 in right" in shown, "the hand bar is on top"
            assert "left" in shown and "drawing" in shown and "? keys" in shown
            lines = shown.splitlines()
            assert len(lines) == size[1] and all(len(line) <= size[0] for line in lines)
        assert app.focused is app.screen.plotters


async def test_hostile_names_are_shown_as_they_are(studio):
    from plotty_tui.tui.text import plain

    for name in HOSTILE:
        devices.add_device(studio, name, "simulator", "v3", travel_x_mm=300, travel_y_mm=200)
    async with devices_screen(studio, (80, 24)) as (app, pilot):
        await pilot.press("j")
        for name in HOSTILE:
            await pilot.press("j")
            await until(pilot, lambda n=name: f"{plain(n)} · AxiDraw" in screen_text(app))
            for key in ("J", "i", "e", "s", "d"):
                await pilot.press(key)
                await until(pilot, lambda: not isinstance(app.screen, DevicesScreen))
                await until(pilot, lambda n=name: plain(n) in screen_text(app))
                for sign in "\x1b\x07\u202e":
                    assert sign not in screen_text(app)
                await pilot.press("escape")
                await until(pilot, lambda: isinstance(app.screen, DevicesScreen))


async def test_nothing_is_painted_while_nothing_changes(studio, monkeypatch):
    from textual.widget import Widget

    start_run(studio)
    draw_to(studio, "left", 20)
    async with devices_screen(studio) as (app, pilot):
        await until(pilot, lambda: "left is drawing: finish that" in screen_text(app))
        painted = []
        refresh = Widget.refresh

        def count(widget, *regions, **more):
            painted.append(widget)
            return refresh(widget, *regions, **more)

        monkeypatch.setattr(Widget, "refresh", count)
        app.screen.paint(frozenset(("devices", "hands", "events")))
        assert [one for one in painted if one is not app.screen.header] == []


async def test_orders_to_a_free_plotter_are_keys(studio):
    async with devices_screen(studio) as (_, pilot):
        with answering(studio, "left did it") as given:
            for number, key in enumerate(("h", "T", "u", "U", "0"), 1):
                await pilot.press(key)
                await until(pilot, lambda n=number: len(given) == n)
        assert [one[0] for one in given] == ["home", "test", "pen_up", "pen_down", "home_here"]
        assert {one[1] for one in given} == {"left"}


async def test_a_grey_key_says_why(studio):
    start_run(studio)
    async with devices_screen(studio) as (app, pilot):
        for key, why in (
            ("J", "left is drawing: finish that"), ("d", "left is drawing"), ("H", "nobody"),
        ):  # fmt: skip
            await pilot.press(key)
            await until(pilot, lambda why=why: f": {why}" in app.screen.footer.lines[0][0][0])
        await pilot.press("j", "x")
        await until(pilot, lambda: "right holds no sheet" in screen_text(app))
        await pilot.press("o")
        await until(pilot, lambda: "right is switched off" in screen_text(app))
        await pilot.press("T")
        await until(pilot, lambda: "right is switched off: o switches it on" in screen_text(app))


async def test_jog_by_arrows(studio):
    async with devices_screen(studio) as (app, pilot):
        await pilot.press("J")
        with answering(studio, "left moved") as given:
            await pilot.press("right")
            await until(pilot, lambda: "left moved" in app.screen.said)
            await pilot.press("minus", "up")
            await until(pilot, lambda: len(given) == 2)
        assert given == [
            ("jog", "left", {"dx": 10.0, "dy": 0.0}), ("jog", "left", {"dx": 0.0, "dy": -5.0}),
        ]  # fmt: skip


async def test_heights_are_found_by_trying(studio):
    async with devices_screen(studio) as (app, pilot):
        await pilot.press("i")
        with answering(studio, "the pen is down") as given:
            await pilot.press("plus")
            await until(pilot, lambda: "the pen is down" in app.screen.said)
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, DevicesScreen))
        assert [(kind, args["height"], args["keep"]) for kind, _, args in given] == [
            ("pen_down", 31.0, False), ("pen_down", 31.0, True), ("pen_up", None, False),
        ]  # fmt: skip


async def test_settings_are_edited_in_a_form(studio):
    async with devices_screen(studio) as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.focused, TextLine | ChoiceLine))
        app.screen.form.put("service", "nonsense")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "no service limit 'nonsense'" in app.screen.said)
        app.screen.form.put("service", "500m, 40h")
        app.screen.form.put("blocks", "block")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, DevicesScreen))
        await until(pilot, lambda: "of 500" in screen_text(app))
    detail = plotters.plotter_detail(studio, "left")
    assert detail.limits.blocks and detail.limits.hours == 40
    assert detail.settings["speed"] == 1.0, "what was not changed stays"


async def test_a_plotter_is_removed_after_a_question(studio):
    async with devices_screen(studio) as (app, pilot):
        await pilot.press("j", "d")
        await until(pilot, lambda: "Remove right?" in screen_text(app))
        await pilot.press("y")
        await until(pilot, lambda: len(watching.device_views(studio)) == 1)
        await until(pilot, lambda: app.screen.chosen.name == "left")


async def test_the_job_is_copied_by_name(studio):
    start_run(studio)
    async with devices_screen(studio) as (app, pilot):
        await pilot.press("y")
        assert app.clipboard == "Acme: Logo"
        await pilot.press("1", "y")
        await until(pilot, lambda: app.screen is app.studio)
        assert app.clipboard == queue_lists.queue_rows(studio)[0].name


async def test_only_watching_changes_nothing(studio):
    async with devices_screen(studio, read_only=True) as (app, pilot):
        for key in ("a", "e", "o", "T", "d", "s"):
            await pilot.press(key)
        assert isinstance(app.screen, DevicesScreen)
        assert "only watching" in screen_text(app)


# Boards ------------------------------------------------------------------------------------------


async def test_boards_are_looked_for_and_set_up_and_keep_a_name(studio, monkeypatch):
    with BoardServer(speed=0, name="Big") as big, BoardServer(speed=0) as plain:
        monkeypatch.setenv("PLOTTY_PORTS", f"{big.port}:{plain.port}")
        monkeypatch.setattr("plotty_tui.devices.discovery._usb_ports", list)
        async with devices_screen(studio, (80, 24)) as (app, pilot):
            await pilot.press("b")
            await until(pilot, lambda: "2.8.1" in screen_text(app))
            assert "Big " in screen_text(app)
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, FormDialog))
            form = app.screen.form.typed
            assert (form["name"], form["driver"], form["nickname"]) == ("big", "axidraw", "Big")
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(app.screen, DevicesScreen))
            await until(pilot, lambda: app.screen.chosen and app.screen.chosen.name == "big")
            await pilot.press("b")
            await until(pilot, lambda: "2.8.1" in screen_text(app))
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, DevicesScreen))
            assert app.screen.chosen.name == "big"
            with answering(studio) as given:
                await pilot.press("n")
                await until(pilot, lambda: isinstance(app.screen, FormDialog))
                await pilot.press("ctrl+u", *"table", "ctrl+s")
                await until(pilot, lambda: given)
            assert given == [("nickname", "big", {"nickname": "table"})]


# Recovery ----------------------------------------------------------------------------------------


CHOICES = [
    (["enter"], ("resume", "left", {"back_mm": 0.0, "redo_layer": False})),
    (["r"], ("resume", "left", {"back_mm": 0.0, "redo_layer": False})),
    (["j", "enter"], ("resume", "left", {"back_mm": 20.0, "redo_layer": False})),
    (["j", "j", "enter"], ("resume", "left", {"back_mm": 0.0, "redo_layer": True})),
    (
        ["j", "j", "j", "enter"],
        ("resume", "left", {"back_mm": 0.0, "redo_layer": False, "on": "right"}),
    ),
    (["G", "enter", "y"], ("cancel", "left", {})),
    (["x", "y"], ("cancel", "left", {})),
    (["s"], ("skip_layer", "left", {})),
]


async def test_an_interrupted_sheet_has_priced_choices(studio):
    start_run(studio)
    interrupt(studio, "left")
    async with devices_screen(studio, (80, 24)) as (app, pilot):
        for keys, order in CHOICES:
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, RecoveryDialog))
            await until(pilot, lambda: "a new sheet" in screen_text(app))
            shown = screen_text(app)
            for said in (
                "left was interrupted", "Acme: Logo, sheet 1 of 1", "20 of 40 strokes drawn",
                "go on at the place", "go on 20 mm back", "draw the layer again",
                "finish on right", "give the sheet up", "a new sheet", "min", " m ",
                "the USB connection was lost",
            ):  # fmt: skip
                assert said in shown, said
            with answering(studio) as given:
                await pilot.press(*keys)
                await until(pilot, lambda: given)
            assert given == [order]
            await until(pilot, lambda: isinstance(app.screen, DevicesScreen))


async def test_how_far_back_is_typed_and_has_its_price(studio):
    start_run(studio)
    interrupt(studio, "left")
    async with devices_screen(studio, (80, 24)) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RecoveryDialog))
        await until(pilot, lambda: "go on 20 mm back" in screen_text(app))
        before = screen_text(app)
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, FormDialog))
        await pilot.press("ctrl+u", *"0", "ctrl+s")
        await until(pilot, lambda: "above 0" in screen_text(app))
        await pilot.press("ctrl+u", *"15cm", "ctrl+s")
        await until(pilot, lambda: "go on 150 mm back" in screen_text(app))
        assert "go on 20 mm back" in before
        with answering(studio) as given:
            await pilot.press("enter")
            await until(pilot, lambda: given)
        assert given == [("resume", "left", {"back_mm": 150.0, "redo_layer": False})]


async def test_a_plotter_that_lost_its_place_is_pushed_home_first(studio):
    start_run(studio)
    interrupt(studio, "left", "brown-out")
    devices.note_position(studio, 1, False)
    async with devices_screen(studio) as (app, pilot):
        assert "lost: push the carriage" in screen_text(app)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, RecoveryDialog))
        await until(pilot, lambda: isinstance(app.focused, RowList))
        await pilot.press("enter")
        await until(pilot, lambda: "push the carriage home" in app.screen.said)
        with answering(studio, "taken for home") as given:
            await pilot.press("h")
            await until(pilot, lambda: given)
            await until(pilot, lambda: isinstance(app.screen, RecoveryDialog))
        assert given == [("home_here", "left", {})]


async def test_a_layer_is_left_out_while_its_pen_is_wanted(studio):
    start_run(studio)
    want_pen(studio)
    async with devices_screen(studio) as (app, pilot):
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, HandDialog))
        with answering(studio) as given:
            await pilot.press("k")
            await until(pilot, lambda: given)
        assert given == [("skip_layer", "left", {})]


async def test_a_carriage_to_be_pushed_home_is_answered_like_the_others(studio):
    devices.raise_hand(studio, 1, orders.HAND_HOME, "push the carriage of left to its home corner")
    devices.set_device_state(studio, 1, orders.WAITING)
    async with devices_screen(studio) as (app, pilot):
        assert "it is home" in screen_text(app)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, HandDialog))
        assert "left has to be pushed home" in screen_text(app)
        with answering(studio) as given:
            await pilot.press("enter")
            await until(pilot, lambda: given)
        assert given[0][:2] == ("ready", "left")


# With a real engine ------------------------------------------------------------------------------

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="80mm" height="60mm" viewBox="0 0 80 60" '
    'fill="none"><path stroke="#000000" d="{0}"/></svg>'
)


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """A studio without plotters, one planned drawing; its engine is ended afterwards."""
    monkeypatch.setenv("PLOTTY_HOME", str(tmp_path))
    store = open_studio()
    stock.add_pen(store, {"name": "black", "color": "#000000", "life_mm": 1e6})
    lines = " ".join(f"M 10 {10 + 3 * k} h 50" for k in range(12))
    (tmp_path / "lines.svg").write_text(DRAWING.format(lines))
    intake.add_designs(store, [str(tmp_path / "lines.svg")], intake.Wish(paper="a6"))
    plans.plan_jobs(store, intake.open_jobs(store))
    yield store
    if engine_process.engine_runs(store.home):
        engine_process.stop_engine(store, force=True)
    store.close()


def state_of(store):
    return watching.device_views(store)[0].state


async def test_a_plotter_from_its_form_to_its_recovery(fresh):
    """Added by form, tried, served, and its sheet saved after a fault."""
    async with devices_screen(fresh) as (app, pilot):
        assert "No plotter is set up" in screen_text(app)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.focused, TextLine | ChoiceLine))
        form = app.screen.form
        form.put("name", "left")
        form.put("speed", "20")
        form.put("faults", "usb_lost@stroke=5")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "left · AxiDraw" in screen_text(app))

        plotting.start_plot(fresh, intake.open_jobs(fresh))
        await until(pilot, lambda: any(one.answerable for one in watching.hand_views(fresh)))
        await until(pilot, lambda: app.screen.hand_bar.display)
        await pilot.press("H")
        await until(pilot, lambda: state_of(fresh) == orders.INTERRUPTED)
        await until(pilot, lambda: "interrupted" in screen_text(app))
        # The sheet is told to be interrupted a moment before somebody is asked about it.
        await until(pilot, lambda: app.screen.feed.shot.hands)
        await until(pilot, lambda: app.screen.hand_bar.display)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RecoveryDialog))
        await until(pilot, lambda: isinstance(app.focused, RowList))
        await pilot.press("enter")
        await until(pilot, lambda: watching.runs_awaiting(fresh))
        await until(pilot, lambda: state_of(fresh) == orders.IDLE)
        await until(pilot, lambda: "USB connection was lost" in screen_text(app))

        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.focused, TextLine | ChoiceLine))
        app.screen.form.put("faults", "")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "usb_lost" not in screen_text(app))
        await until(pilot, lambda: isinstance(app.screen, DevicesScreen))
        drawn = watching.device_views(fresh)[0].drawn_mm
        await until(pilot, lambda: app.screen.chosen.state == orders.IDLE)
        await pilot.press("T")
        await until(pilot, lambda: any(one.answerable for one in watching.hand_views(fresh)))
        await until(pilot, app.screen.answers_hand)
        await pilot.press("enter")
        await until(pilot, lambda: watching.device_views(fresh)[0].drawn_mm > drawn + 700)
        await until(pilot, lambda: state_of(fresh) == orders.IDLE)

        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.focused, TextLine | ChoiceLine))
        app.screen.form.put("text", "belts tightened")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "belts tightened (" in screen_text(app))
    assert [row.text for row in plotters.plotter_detail(fresh, "left").log] == ["belts tightened"]
