"""A rehearsal tells the day that then comes, and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from workshop import Workshop

from plotty_tui.domain.errors import Refused
from plotty_tui.store.tables import TABLES, Pen
from plotty_tui.studio.inventory import stock
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.plots import plotting, rehearsal

BLACK, RED = "#000000", "#d81e2c"


def books_of(shop: Workshop) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    return {
        table._meta.table_name: [tuple(row) for row in table.select().tuples()] for table in TABLES
    }


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file beside the books."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(("plotty.db", "engine.lock"))
    }


def prepare(shop: Workshop, life_mm: float = 100_000.0, papers: int = 10) -> None:
    shop.plotter("left")
    stock.add_pen(shop.store, {"name": "black", "color": BLACK, "life_mm": life_mm})
    stock.add_pen(shop.store, {"name": "red", "color": RED, "life_mm": 100_000.0})
    stock.add_paper(shop.store, {"name": "a6", "sheets": papers})
    shop.design("lines", 10, (BLACK, RED))


def test_nothing_in_the_studio_changes(workshop: Workshop) -> None:
    prepare(workshop)
    home = workshop.store.home
    books, files = books_of(workshop), files_of(home.data)
    told = rehearsal.rehearse(workshop.store)
    assert told.sheets == 1
    assert books_of(workshop) == books
    assert files_of(home.data) == files
    assert intake.open_jobs(workshop.store)[0].state == "planned"


def test_times_are_the_plans_and_a_walk_for_each_hand(workshop: Workshop) -> None:
    prepare(workshop)
    (job,) = intake.open_jobs(workshop.store)
    told = rehearsal.rehearse(workshop.store, copies=2, names=["lines"], walk_seconds=30)
    (day,) = told.plotters
    assert day.sheets == 2
    assert day.machine_seconds == pytest.approx(2 * job.plan.seconds, rel=0.02)
    assert [hand.kind for hand in told.hands] == ["paper", "pen"] * 2
    assert (day.hands, day.human_seconds) == (4, 120.0)
    assert told.seconds == day.end_seconds == pytest.approx(day.machine_seconds + 120)
    assert told.hands[0].seconds == 0
    first = 30 + job.plan.body["layers"][0]["seconds"]
    assert told.hands[1].seconds == pytest.approx(first, abs=2)
    assert {pen.name: pen.used_mm for pen in told.pens} == pytest.approx(
        {"black": 800, "red": 800}, rel=0.01
    )
    assert told.short() == []


def test_two_rehearsals_tell_the_same(workshop: Workshop) -> None:
    prepare(workshop)
    workshop.plotter("right", 5)
    tellings = [rehearsal.rehearse(workshop.store, ["lines"], copies=5) for _ in range(2)]
    assert tellings[0].hands == tellings[1].hands
    assert tellings[0].plotters == tellings[1].plotters
    assert sum(day.sheets for day in tellings[0].plotters) == 5


def test_a_pen_that_runs_dry_and_paper_that_ends_are_told(workshop: Workshop) -> None:
    prepare(workshop, life_mm=1000, papers=1)
    (job,) = intake.open_jobs(workshop.store)
    told = rehearsal.rehearse(workshop.store, ["lines"], copies=3)
    black = next(pen for pen in told.pens if pen.name == "black")
    (paper,) = told.papers
    assert black.after_mm == pytest.approx(1000 - 1200, rel=0.01)
    assert black.dry_seconds is not None
    # Half-way through the black layer of the third sheet.
    third = [hand.seconds for hand in told.hands if hand.kind == "paper"][2]
    layer = job.plan.body["layers"][0]["seconds"]
    assert third + 60 < black.dry_seconds < third + 60 + layer
    assert (paper.before, paper.used, paper.missing) == (1, 3, 2)
    assert paper.ends_seconds == pytest.approx(60)
    assert len(told.short()) == 2
    with pytest.raises(Refused, match="paper a6 has 1 sheet"):
        plotting.start_plot(workshop.store, intake.open_jobs(workshop.store), (), 3)


def test_a_sheet_that_is_under_way_is_finished_in_the_rehearsal(workshop: Workshop) -> None:
    workshop.plotter("left", 4)
    workshop.pens(BLACK)
    workshop.design("lines", 20)
    workshop.start("lines")
    workshop.ready("left")
    workshop.until_stroke("left", 3)
    plotting.pause(workshop.store, "left")
    stroke = workshop.view("left").stroke
    told = rehearsal.rehearse(workshop.store)
    assert told.sheets == 1
    assert sum(pen.used_mm for pen in told.pens) <= 40 * (20 - stroke) + 1
    assert workshop.view("left").state == "paused"
    assert workshop.view("left").stroke == stroke
    plotting.cancel(workshop.store, "left")


def test_a_job_without_a_plan_is_refused_as_the_plot_would_be(workshop: Workshop) -> None:
    workshop.plotter("left")
    with pytest.raises(Refused, match="the queue is empty"):
        rehearsal.rehearse(workshop.store)
    assert Pen.select().count() == 0
