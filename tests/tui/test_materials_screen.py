"""The Materials screen on a studio's own books: pens, paper, ledger, shopping list."""

import contextlib

import pytest
from shown import dashboard, screen_text, shared_studio, shows, until

from plotty_tui.studio.inventory import stock
from plotty_tui.studio.production import run_drafts, run_wizard
from plotty_tui.tui.panels.stock_filter import parse_stock_filter
from plotty_tui.tui.screens.materials import MaterialsScreen


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """Two pens, one paper, a pending run that holds of them; the tests of this file share it."""
    home = tmp_path_factory.mktemp("studio")
    with shared_studio(home) as store:
        stock.receive_paper(store, "a4", 30)
        stock.edit_pen(store, "K-01", {"life_mm": 200_000.0, "price": 2.5})
        draft = run_drafts.RunDraft(devices=["left"], spare=0)
        run_drafts.add_design(store, draft, "Acme: Logo=20")
        run_wizard.create_run(store, draft)
        yield store


@contextlib.asynccontextmanager
async def materials(store, size=(170, 40)):
    async with dashboard(store, "4", size) as (app, pilot):
        await shows(pilot, app, "K-01")
        yield app, pilot


async def form(pilot, app, **typed):
    """Fill the form that is open and save it."""
    await shows(pilot, app, "ctrl+s save")
    for key, text in typed.items():
        app.screen.form.put(key, text)
    await pilot.press("ctrl+s")


async def test_a_pen_says_who_holds_it_and_when_it_ends(studio):
    async with materials(studio) as (app, pilot):
        await shows(pilot, app, "200.0 m", "136.0 m", "RUN-001 136.0 m", "64.0 m free", "reserve")
        await shows(pilot, app, "ends", "life       200.0 m; nothing learned")


async def test_pens_are_added_weighed_primed_loaded_and_marked_dry(studio):
    async with materials(studio) as (app, pilot):
        await pilot.press("a")
        await form(pilot, app, name="Posca blue", color="blue", life_mm="80", tare_g="10")
        await shows(pilot, app, "K-03 Posca blue is in the stock, 80.0 m in it")
        await until(pilot, lambda: len(app.screen.stock.pens) == 3)
        await pilot.press("G", "W")
        await form(pilot, app, grams="14.5")
        await shows(pilot, app, "K-03 weighs 14.5 g: from here on is reckoned")
        await pilot.press("W")
        await form(pilot, app, grams="9")
        await shows(pilot, app, "less than its empty 10 g")
        await pilot.press("escape", "y", "P")
        await form(pilot, app, mm="500")
        await shows(pilot, app, "K-03: 0.50 m of priming booked", "79.5 m")
        await pilot.press("l")
        await form(pilot, app, device="right")
        await shows(pilot, app, "K-03 is in right")
        await pilot.press("D")
        await form(pilot, app, why="left open over night")
        await shows(pilot, app, "K-03 is dry", "× dry")
        await pilot.press("P")
        await shows(pilot, app, "Prime: K-03 is dry: e changes its state")
        await pilot.press("d")
        await form(pilot, app)
        await shows(pilot, app, "K-03 is retired")
    assert [row.code for row in stock.list_pens(studio)] == ["K-01", "K-02"]


async def test_paper_is_received_counted_low_and_in_the_ledger(studio):
    async with materials(studio) as (app, pilot):
        await pilot.press("W")
        await shows(pilot, app, "Weigh K-01")
        await pilot.press("escape", "right_square_bracket")
        await shows(pilot, app, "30", "20", "10", "fine")
        await pilot.press("r")
        await form(pilot, app, sheets="5")
        await shows(pilot, app, "a4: 35 sheets now")
        await pilot.press("c")
        await form(pilot, app, sheets="34")
        await shows(pilot, app, "34 sheets, -1 against the books")
        await pilot.press("e")
        await form(pilot, app, reorder_point="20")
        await shows(pilot, app, "▼ low", "1 low")
        await pilot.press("P")
        await shows(pilot, app, "that is for a pen: [ ] turns to the pens")
        # What was done stands in the ledger, and what to buy in the shopping list.
        await pilot.resize_terminal(120, 40)
        await pilot.press("left_square_bracket", "left_square_bracket")
        await shows(pilot, app, "Shopping list", "wanted", "to buy")
        await pilot.press("left_square_bracket")
        await shows(pilot, app, "Ledger", "reserve", "+5 sheets")
        await pilot.press("slash", *"kind:rec paper:a4")
        await shows(pilot, app, "2 rows")
        assert {row.kind for row in app.screen.stock.ledger} == {"receive"}
        await pilot.press("enter", "enter")
        await shows(pilot, app, "Ledger row", "key        receive:paper")
        await pilot.press("escape", "escape")
        await shows(pilot, app, "reserve")


async def test_every_size_shows_what_matters(studio):
    """Opened in the smallest, then brought to the others."""
    async with materials(studio, (32, 8)) as (app, pilot):
        assert isinstance(app.screen, MaterialsScreen)
        for size in ((32, 8), (60, 16), (80, 24), (120, 40), (200, 60)):
            await pilot.resize_terminal(*size)
            for key in ("enter", "escape", *["right_square_bracket"] * 4, "a", "escape"):
                await pilot.press(key)
                lines = screen_text(app).splitlines()
                assert len(lines) == size[1] and all(len(line) <= size[0] for line in lines)
        await pilot.resize_terminal(100, 30)
        await shows(pilot, app, "K-01", "Micron black")


def test_what_is_half_typed_filters_nothing_yet():
    assert parse_stock_filter("run: since:20 kind:x").ledger == {}
    assert parse_stock_filter("run:RUN-012 kind:wa smear").ledger == {
        "run": 12, "kind": "waste", "text": "smear",
    }  # fmt: skip
