"""The Figures screen: the figures of the commands, in panels that fit the terminal."""

import contextlib

import pytest
from shown import dashboard, screen_text, shared_studio, shows
from small_studio import add_job, draw_all, start_run

from plotty_tui.domain.periods import parse_period
from plotty_tui.reports.document import shown_figure
from plotty_tui.reports.kpi import kpi_figures
from plotty_tui.store.tables import Sheet
from plotty_tui.studio.figures import period_figures
from plotty_tui.studio.figures.capacity import capacity_of
from plotty_tui.studio.inventory import stock
from plotty_tui.tui.charts import columns, curve, round_span
from plotty_tui.tui.screens.figures import FiguresScreen


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """Three sheets drawn, one of them spoiled; a job in the queue. The tests share it."""
    home = tmp_path_factory.mktemp("studio")
    with shared_studio(home) as store:
        stock.edit_pen(store, "K-01", {"life_mm": 200_000.0})
        start_run(store)
        draw_all(store)
        Sheet.update(state="good").execute()
        Sheet.update(state="spoiled", reason="smear").where(Sheet.id == 1).execute()
        add_job(store, "Acme: Poster", copies=4)
        yield store


@contextlib.asynccontextmanager
async def figures(store, size=(120, 40)):
    async with dashboard(store, "5", size) as (app, pilot):
        await shows(pilot, app, "Good sheets")
        yield app, pilot


async def test_every_key_figure_is_that_of_the_command(studio):
    async with figures(studio) as (app, _):
        assert isinstance(app.screen, FiguresScreen)
        since, until = parse_period("last_30_days")
        told = kpi_figures(period_figures.period_figures(studio, since, until))
        text = screen_text(app)
        for figure in told:
            assert shown_figure(figure) in text, figure.label
        assert "66.7 %" in text


async def test_the_load_is_that_of_the_capacity_analysis(studio):
    async with figures(studio) as (app, pilot):
        load = capacity_of(studio).now[0]
        await shows(pilot, app, "plotters", f"{load.percent:.1f} %", "+100 %", "K-01 Micron")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_nothing_is_cut_at_any_usual_size(studio, size):
    async with figures(studio, size) as (app, pilot):
        await shows(pilot, app, "Queue against capacity")
        lines = [line for line in screen_text(app).splitlines() if "│" in line]
        figures_cut = [line for line in lines if "…" in line and "K-0" not in line]
        assert not figures_cut
        await pilot.press("G")
        await shows(pilot, app, "sheets by hour of day", "left")


async def test_the_period_is_chosen_by_key_and_typed(studio):
    async with figures(studio) as (app, pilot):
        await pilot.press("left_square_bracket", "left_square_bracket")
        await shows(pilot, app, "Success by hour")
        await pilot.press("D")
        await shows(pilot, app, "ctrl+s save")
        app.screen.form.put("period", "someday")
        await pilot.press("ctrl+s")
        await shows(pilot, app, "no day or period 'someday'")
        app.screen.form.put("period", "2020-01-01:2020-01-31")
        await pilot.press("ctrl+s")
        await shows(pilot, app, "no data", "January 2020", "no sheet was judged in this period")


async def test_the_report_of_the_period_is_written(studio):
    async with figures(studio) as (app, pilot):
        await pilot.press("e")
        await shows(pilot, app, "report: ", seconds=30)
        written = list(studio.home.reports.glob("production_last_30_days_*.pdf"))
        assert written[0].read_bytes().startswith(b"%PDF")


def text_of(lines):
    return ["".join(part for part, _ in line) for line in lines]


def test_a_gap_in_the_data_is_a_gap_in_the_chart():
    with_gap, whole = (
        "".join(text_of(curve(values, list("abcde"), (0, 2), 23, 5, "")))
        for values in ([1, 1, None, 1, 1], [1, 1, 1, 1, 1])
    )
    assert whole.count(" ") < with_gap.count(" ")


def test_columns_begin_at_zero_and_a_little_is_not_nothing():
    drawn = text_of(columns([100, 0, 0.1], ["a", "b", "c"], 14, 5, ""))
    assert drawn[0].lstrip().startswith("100│")
    assert drawn[3].rstrip().endswith("▁▁")
    assert round_span([96.0, 99.5]) == (96.0, 100.0)
