"""The Runs screen on a studio's own books: found, read, made, told, drawn again. The test plays the
engine."""

import contextlib
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from shown import dashboard, screen_text, shared_studio, shows, until
from small_studio import draw_all, elsewhere

from plotty_tui.studio.inventory import stock
from plotty_tui.studio.production import completion, run_detail, run_drafts, run_lists, run_moves
from plotty_tui.tui.app import PlottyApp
from plotty_tui.tui.dialogs import Confirm, RunWizard
from plotty_tui.tui.panels.run_filter import parse_run_filter, with_chip
from plotty_tui.tui.screens.runs import RunsScreen


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """Two plotters, three planned jobs of two pens, paper; the tests of this file share it."""
    home = tmp_path_factory.mktemp("studio")
    with shared_studio(home) as store:
        stock.receive_paper(store, "a4", 300)
        yield store


@contextlib.asynccontextmanager
async def runs_screen(store, size=(150, 40)):
    async with dashboard(store, "3", size) as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        yield app, pilot


def make_run(store, *words, start=True):
    """A run of these designs, as the wizard makes it."""
    from plotty_tui.studio.production import run_wizard

    draft = run_drafts.RunDraft(devices=["left"])
    for word in words:
        run_drafts.add_design(store, draft, word)
    return run_wizard.create_run(store, draft, start=start).number


@pytest.mark.parametrize("size", [(150, 40), (80, 24)])
async def test_a_run_of_the_studio_screen_opens_on_its_page(studio, size):
    number = make_run(studio, "Acme: Logo=1", start=False)
    run_moves.cancel_run(studio, number)
    app = PlottyApp(studio)
    async with app.run_test(size=size) as pilot:
        app.studio.rate = 20
        await until(pilot, lambda: app.studio.runs_panel.row_count)
        app.studio.runs_panel.focus()
        assert app.studio.runs_panel.move_to_key(number)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        await shows(pilot, app, f"RUN-{number:03}", "cancelled", "Estimated against actual")
        await until(pilot, lambda: app.screen.focused is app.screen.words)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.focused is app.screen.list)


async def test_an_edition_from_wizard_to_replots_by_keyboard_alone(studio):
    """Two pens, two sheets spoiled, drawn again, the replot linked with its original."""
    async with runs_screen(studio) as (app, pilot):
        await pilot.press("n")
        await shows(pilot, app, "Plotters (needed)", "F4  Review", "ctrl+n next step")
        await pilot.press("space", "j", "space", "ctrl+n")
        await shows(pilot, app, "Acme: Logo", "Studio: Hatch", "no designs yet")
        await pilot.press("space", "2", "0")
        await shows(pilot, app, "20 sheets", "272.0 m of ink", "nothing speaks against it")
        await pilot.press("ctrl+n")
        await shows(pilot, app, "1 black K-01", "136.0 m", "280")
        await pilot.press("ctrl+n")
        await shows(
            pilot, app, "left, right", "Designs", "not counted", "order      sheet by sheet"
        )
        await pilot.press("p")
        await shows(pilot, app, "order      pen by pen", "2 pen changes, 38 sheets put on")
        await pilot.press("p")
        await shows(pilot, app, "order      sheet by sheet")
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        await shows(pilot, app, "in progress", "Acme: Logo ×20", "of estimated 3:20:00")
        number = app.screen.list.cursor_key
        elsewhere(studio, draw_all)
        await shows(pilot, app, "awaiting results")
        await pilot.press("c")
        await shows(pilot, app, "20 good", "g good")
        await pilot.press("j", "j", "x", "enter", "j", "j", "x", "enter", "4")
        await shows(pilot, app, "18 good", "2 failed", "90.0 %", "★★★★☆")
        await pilot.press("enter")
        await shows(pilot, app, "18/20 successful (2 failed)", "r replot what failed")
        await pilot.press("r")
        await shows(pilot, app, "Replot of", "#2", "pen dry")
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        await until(pilot, lambda: app.screen.list.cursor_key == number + 1)
        elsewhere(studio, draw_all)
        await shows(pilot, app, f"replot of  RUN-{number:03}", "awaiting results")
        await pilot.press("o")
        await shows(pilot, app, f"replots    RUN-{number + 1:03}", "success    90.0 %")
    first, again = (run_detail.run_detail(studio, one) for one in (number, number + 1))
    assert [sheet.copy for sheet in again.sheets] == [3, 6]
    assert {sheet.attempt for sheet in again.sheets} == {2}
    assert first.replots == [number + 1] and not first.wants_replot


async def test_a_draft_survives_and_every_step_can_be_gone_back_to(studio):
    async with runs_screen(studio, (80, 24)) as (app, pilot):
        await pilot.press("n", "space", "enter", *"Spring cards")
        await pilot.press("f2")
        await shows(pilot, app, "Acme: Card")
        await pilot.press("j", "space", "7")
        await shows(pilot, app, "7 sheets")
        # The connection is lost here: nothing is saved on purpose.
    kept = run_drafts.draft_list(studio)
    assert [one.text for one in kept] == ["Spring cards"]
    async with runs_screen(studio, (80, 24)) as (app, pilot):
        await pilot.press("n")
        await shows(pilot, app, "go on with a draft", "Spring cards", "designs")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunWizard))
        await shows(pilot, app, "7 sheets", "draft D-")
        await pilot.press("f1")
        await shows(pilot, app, "Spring cards")
        await pilot.press("escape")
        await shows(pilot, app, "is kept: n goes on with it")
        await pilot.press("n")
        await shows(pilot, app, "go on with a draft")
        await pilot.press("d")
        await shows(pilot, app, "The draft is gone")
    assert run_drafts.draft_list(studio) == []


async def test_a_warning_stands_at_its_field_and_is_accepted_with_a_reason(studio):
    stock.edit_pen(studio, "K-02", {"life_mm": 200_000.0})
    try:
        async with runs_screen(studio, (120, 40)) as (app, pilot):
            await pilot.press("n", "space", "f2", "j", "space", *"60")
            await pilot.press("f4")
            await shows(pilot, app, "warning", "K-02 runs dry on sheet")
            await pilot.press("enter")
            await until(pilot, lambda: "K-02 has" in app.screen.said)
            assert isinstance(app.screen, RunWizard)
            await pilot.press("f3")
            await shows(pilot, app, "2 red K-02", "! K-02 runs dry on sheet")
            await pilot.press("j", "a", *"one lies ready", "enter")
            await shows(pilot, app, "accepted: one lies ready", "1 warning accepted")
            await pilot.press("f4", "enter")
            await until(pilot, lambda: isinstance(app.screen, RunsScreen))
            await shows(pilot, app, "pending", "Acme: Card ×60")
            number = app.screen.list.cursor_key
            await pilot.press("x")
            await until(pilot, lambda: isinstance(app.screen, Confirm))
            await pilot.press("y")
            await shows(pilot, app, f"RUN-{number:03} is cancelled")
            assert "lies ready" in str(run_detail.run_detail(studio, number).accepted)
    finally:
        stock.edit_pen(studio, "K-02", {"life_mm": "none"})


async def test_runs_fail_are_edited_and_corrected_in_forms(studio):
    number = make_run(studio, "Studio: Hatch=2", start=False)
    async with runs_screen(studio) as (app, pilot):
        await shows(pilot, app, "pending")
        await pilot.press("c")
        await shows(pilot, app, "Complete: RUN", "is pending")
        await pilot.press("e")
        await shows(pilot, app, "edit", "Notes")
        app.screen.form.put("notes", "on the good paper")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        await shows(pilot, app, "on the good paper")
        await pilot.press("s")
        await shows(pilot, app, "is started")
        await pilot.press("f")
        await shows(pilot, app, "it has failed", "Why it failed")
        app.screen.form.put("reason", "paper_slip")
        await pilot.press("ctrl+s")
        await shows(pilot, app, f"RUN-{number:03} is failed", "paper slip")
        await pilot.press("E")
        await shows(pilot, app, "correct the results", "Why")
        app.screen.form.put("duration", "12:00")
        await pilot.press("ctrl+s")
        await shows(pilot, app, "Why is needed")
        app.screen.form.put("why", "read off the clock")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: run_detail.run_detail(studio, number).seconds == 720)
        await shows(pilot, app, f"RUN-{number:03} is failed", "12:00")
    detail = run_detail.run_detail(studio, number)
    assert [row.reason for row in detail.corrections] == ["read off the clock"]


async def test_the_fate_of_single_sheets_is_told_while_the_run_goes_on(studio):
    number = make_run(studio, "Acme: Card=2")
    elsewhere(studio, draw_all)
    async with runs_screen(studio) as (app, pilot):
        await shows(pilot, app, "awaiting results", "Estimated against actual")
        await pilot.press("enter", "right_square_bracket")
        await shows(pilot, app, "1/2", "2/2", "x spoiled")
        await pilot.press("s")
        await shows(pilot, app, "✓ second")
        await pilot.press("x", "enter")
        await shows(pilot, app, "× spoiled", "pen dry")
        await pilot.press("g")
        await shows(pilot, app, "spoiled")
    states = [sheet.state for sheet in run_detail.run_detail(studio, number).sheets]
    assert states[:2] == ["second", "spoiled"]


async def test_the_list_is_filtered_as_one_types_and_by_chips(studio):
    make_run(studio, "Studio: Hatch=1", start=False)
    async with runs_screen(studio, (120, 30)) as (app, pilot):
        total = app.screen.list.row_count
        await pilot.press("slash", *"hatch status:pen")
        await until(pilot, lambda: app.screen.list.row_count == 1)
        assert f"1 of {total}" in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.list.row_count == total)
        await pilot.press("right_square_bracket")
        await shows(pilot, app, "status:pending")
        found = run_lists.find_runs(studio, states=["pending"])
        assert list(app.screen.list._keys) == found
        await pilot.press("left_square_bracket", "slash", *"status:zzz")
        await shows(pilot, app, "no status 'zzz'")


async def test_statistics_of_any_span_of_time(studio):
    make_run(studio, "Acme: Card=2")
    elsewhere(studio, draw_all)
    number = run_lists.find_runs(studio)[0]
    detail = run_detail.run_detail(studio, number)
    completion.complete_run(studio, number, completion.results_of_form(detail, {}))
    async with runs_screen(studio, (120, 40)) as (app, pilot):
        await pilot.press("i")
        await shows(pilot, app, "Statistics", "completed", "success", "Most plotted", "Acme: Card")
        await pilot.press("right_square_bracket")
        await shows(pilot, app, "30 days")
        await pilot.press("escape")
        await shows(pilot, app, "Started")


def test_nothing_else_loads_the_charts():
    code = (
        "import sys, plotty_tui.tui.app, plotty_tui.tui.screens.runs, plotty_tui.tui.dialogs; "
        "sys.exit(any(name.startswith(('plotext', 'textual_plotext')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_every_size_shows_what_matters(studio):
    """Opened in the smallest, then brought to the others."""
    if not run_lists.find_runs(studio):
        make_run(studio, "Acme: Card=1", start=False)
    async with runs_screen(studio, (32, 8)) as (app, pilot):
        for size in ((32, 8), (60, 16), (80, 24), (120, 40), (200, 60)):
            await pilot.resize_terminal(*size)
            await shows(pilot, app, "RUN-0")
            assert fits(app, size)
            await pilot.press("enter")
            await shows(pilot, app, "status")
            keys = ("right_square_bracket", "left_square_bracket", "escape", "i", "escape", "n")
            for key in (*keys, "f2", "f3", "f4"):
                await pilot.press(key)
                assert fits(app, size)
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        await pilot.resize_terminal(100, 30)
        await shows(pilot, app, "RUN-0")


def fits(app, size):
    """Whether the screen is as large as the terminal, in lines and in cells."""
    lines = screen_text(app).splitlines()
    return len(lines) == size[1] and all(len(line) <= size[0] for line in lines)


def test_filters_understand_days_as_people_say_them():
    now = datetime(2026, 11, 21, 15, 0, tzinfo=UTC).astimezone()
    month = parse_run_filter("acme since:2026-10 until:2026-10 device:left", now)
    assert month.wanted["since"].isoformat()[:10] == "2026-10-01"
    assert month.wanted["until"].isoformat()[:10] == "2026-11-01"
    assert month.wanted["device"] == "left" and month.wanted["text"] == "acme"
    assert parse_run_filter("since:7d", now).wanted["since"].isoformat()[:10] == "2026-11-14"
    assert parse_run_filter("since:2026-1", now).wanted == {}
    assert "no status 'zz'" in parse_run_filter("status:zz").wrong
    assert with_chip('status:failed "two words"', "pending") == 'status:pending "two words"'
    assert parse_run_filter("state:aw").chip == "awaiting"


async def test_what_a_key_cannot_do_now_it_says(studio):
    number = make_run(studio, "Acme: Card=1", start=False)
    async with runs_screen(studio) as (app, pilot):
        for key, said in (
            ("f", "only a run under way fails"), ("E", "its results are not told yet"),
            ("r", "nothing of it is drawn"), ("d", "only a closed run is archived"),
            ("o", "no replot and has none"),
        ):  # fmt: skip
            await pilot.press(key)
            await shows(pilot, app, said)
    run_moves.cancel_run(studio, number)
