"""Pieces of an imposed sheet that fail are drawn again by themselves, where they lay."""

from __future__ import annotations

import pytest

from plotty_tui.domain.plot_orders import ORDERS, PlotOrders
from plotty_tui.store.production import runs
from plotty_tui.store.tables import Event, Item, Job, Piece, Sheet
from plotty_tui.studio.jobs import imposing, intake
from plotty_tui.studio.planning import plans
from plotty_tui.studio.production import run_moves
from plotty_tui.studio.production.run_detail import run_detail

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="60mm" viewBox="0 0 60 60">'
    '<path d="M5 5H55" stroke="#000" fill="none"/></svg>'
)


@pytest.fixture
def shop(studio, tmp_path):
    """A job of four cards on one a4 sheet, planned, and paper for it."""
    file = tmp_path / "card.svg"
    file.write_text(SVG)
    studio.pen()
    studio.paper(sheets=5)
    intake.add_designs(studio.store, [str(file)], intake.Wish(name="Card", copies=4))
    imposing.impose_jobs(
        studio.store, imposing.parse_wanted(studio.store, ["Card"]),
        imposing.Imposing("a4", per_sheet=4, name="Sheet"),
    )  # fmt: skip
    plans.plan_jobs(studio.store, [Job.get(Job.name == "Sheet")], "none")
    return studio


def drawn_run(shop, **told):
    job = Job.get(Job.name == "Sheet")
    settings = {ORDERS: PlotOrders(max_replots=2, **told).to_json()}
    run = runs.open_run(shop.store, [(job, job.copies)], [], settings=settings)
    shop.draw_all(shop.device())
    return run


def spoil(shop, run, *positions, sheet=1):
    return run_moves.judge_sheets(
        shop.store, run.number, [sheet], "spoiled", "smear", "", positions
    )


def accept(shop, run, sheet=1):
    return run_moves.judge_sheets(shop.store, run.number, [sheet], "good")


def test_what_failed_is_drawn_again_once_the_sheet_is_judged(shop):
    run = drawn_run(shop, quality_checks=True)
    spoil(shop, run, 2)
    spoil(shop, run, 4)
    assert Sheet.select().count() == 1, "the sheet still waits for its own verdict"
    accept(shop, run)

    first, again = Sheet.select().order_by(Sheet.id)
    assert first.state == "good", "and keeps the pieces that were called spoiled"
    assert [piece.state for piece in first.pieces] == ["good", "spoiled", "good", "spoiled"]
    assert (again.replaces, again.copy, again.attempt) == (first, 1, 2)
    places = [(one["x_mm"], one["y_mm"]) for one in first.item.layout]
    assert [(one["x_mm"], one["y_mm"]) for one in again.item.layout] == [places[1], places[3]]
    assert again.item.plan.pen_down_mm == pytest.approx(first.item.plan.pen_down_mm / 2)
    assert Job.get(Job.name == "Sheet").state == "active"

    shop.draw(shop.again(first.device))
    spoil(shop, run, 1, sheet=2)  # of those that were drawn again
    accept(shop, run, sheet=2)
    assert [len(sheet.pieces) for sheet in Sheet.select().order_by(Sheet.id)] == [4, 2, 1]
    shop.draw(shop.again(first.device))
    spoil(shop, run, 1, sheet=3)
    assert Sheet.get(Sheet.attempt == 3).state == "spoiled", "nothing on it is good"
    assert "2 more attempts were spoiled too" in Event.select().order_by(Event.id.desc())[0].text
    detail = run_detail(shop.store, run.number)
    assert sum(item.good for item in detail.items) == 3
    assert shop.stock() == 2


def test_without_verdicts_one_sheet_draws_what_is_called_spoiled(shop):
    run = drawn_run(shop)
    spoil(shop, run, 1)
    spoil(shop, run, 3)
    planned = list(Sheet.select().where(Sheet.state == "planned"))
    assert [len(sheet.pieces) for sheet in planned] == [2]
    assert Item.select().where(Item.copies > 0).count() == 1, "no copy more is wanted"
    shop.draw_all(shop.again(Sheet.get(Sheet.id == 1).device))
    shop.settle(run)
    states = [piece.state for piece in Piece.select().order_by(Piece.id)]
    assert states.count("good") == 4 and states.count("spoiled") == 2
    assert {job.state for job in Job.select()} == {"done"}
    assert runs.check_books(shop.store) == []


def test_a_run_that_was_not_told_leaves_it_to_a_person(shop):
    job = Job.get(Job.name == "Sheet")
    run = runs.open_run(shop.store, [(job, 1)], [])
    shop.draw_all(shop.device())
    spoil(shop, run, 1)
    accept(shop, run)
    assert Sheet.select().count() == 1
