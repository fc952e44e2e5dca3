"""What an open run holds before it draws: summed by pen, named, released as it is drawn."""

import pytest

from plotty_tui.domain.errors import Refused
from plotty_tui.store.inventory import materials, reservations
from plotty_tui.store.plots import sheet_ends
from plotty_tui.store.production import runs
from plotty_tui.store.tables import Ledger, RunMaterial, Sheet


def held_mm(studio, pen, besides=None):
    return reservations.reserved_pen_mm(studio.store, pen.id, besides)


def held_sheets(studio, paper):
    return reservations.reserved_sheets(studio.store, paper.id)


@pytest.fixture
def shelf(studio):
    """Ten sheets, a pen of 10 m, a plotter."""
    studio.a4 = studio.paper("a4", sheets=10)
    studio.black = studio.pen("black", life_mm=10_000)
    studio.left = studio.device("left")
    return studio


def reserved_run(studio, name, copies=3, mm=1000.0):
    job = studio.job(name, copies=copies, layers=((studio.black.id, 4, mm),))
    return studio.run(job)


def test_what_a_run_will_draw_is_held_for_it(shelf):
    run = reserved_run(shelf, "card")

    assert held_mm(shelf, shelf.black) == 3000
    assert held_sheets(shelf, shelf.a4) == 3
    assert held_mm(shelf, shelf.black, besides=run.id) == 0
    (holder,) = reservations.pen_holders(shelf.store, shelf.black.id)
    assert (holder.run, holder.amount) == (run.number, 3000)
    assert shelf.stock() == 10, "a promise moves no stock"
    assert shelf.used_mm(shelf.black) == 0


def test_reserving_twice_holds_once(shelf):
    run = reserved_run(shelf, "card")
    reservations.reserve_run(shelf.store, run)

    assert held_mm(shelf, shelf.black) == 3000
    assert held_sheets(shelf, shelf.a4) == 3


def test_what_is_drawn_is_no_longer_held(shelf):
    reserved_run(shelf, "card")
    for drawn in (1, 2):
        shelf.draw(shelf.left)
        assert held_mm(shelf, shelf.black) == 3000 - 1000 * drawn
        assert held_sheets(shelf, shelf.a4) == 3 - drawn
    shelf.draw(shelf.left)
    assert held_mm(shelf, shelf.black) == 0
    assert held_sheets(shelf, shelf.a4) == 0
    assert shelf.wrong() == []


def test_a_second_run_sees_what_is_left_after_the_first_and_is_told_who_holds_the_rest(shelf):
    reserved_run(shelf, "card", copies=3, mm=2000)

    with pytest.raises(Refused) as refused:
        reserved_run(shelf, "poster", copies=5, mm=1000)
    assert str(refused.value) == (
        "pen K-01 has 10.0 m left, of which RUN-001 holds 6.00 m; this run needs 5.00 m: "
        "add a second pen or reduce the copies to 4"
    )


def rows_of(run, pen):
    return RunMaterial.delete().where(RunMaterial.run == run, RunMaterial.pen == pen.id).execute()


def test_two_rows_on_one_pen_are_summed_before_the_check(shelf):
    run = reserved_run(shelf, "card", copies=1, mm=10.0)
    rows_of(run, shelf.black)
    for position, label in enumerate(("outline", "hatching"), 5):
        RunMaterial.create(
            run=run, position=position, label=label, pen=shelf.black.id, drawn_mm=5_001
        )

    with pytest.raises(Refused) as refused:
        reservations.reserve_run(shelf.store, run)
    assert "outline (5.00 m) and hatching (5.00 m) together need 10.0 m" in str(refused.value)
    assert held_mm(shelf, shelf.black) == 10
    reservations.reserve_run(shelf.store, run, short=True)
    assert held_mm(shelf, shelf.black) == 10_002


def test_spares_are_held_too_and_paper_that_others_hold_is_not_there_twice(shelf):
    run = reserved_run(shelf, "card", copies=7)
    RunMaterial.update(spare=2).where(RunMaterial.paper == shelf.a4.id).execute()
    reservations.reserve_run(shelf.store, run)

    assert held_sheets(shelf, shelf.a4) == 9
    with pytest.raises(Refused, match=r"a4 has 10 sheets; .* need 12 \(RUN-001 holds 9\): .* a4 2"):
        shelf.run(shelf.job("poster", copies=3))
    assert held_sheets(shelf, shelf.a4) == 9


def test_an_edit_promises_only_the_difference(shelf):
    run = reserved_run(shelf, "card")
    for wanted in (4000, 500):
        RunMaterial.update(drawn_mm=wanted).where(RunMaterial.pen == shelf.black.id).execute()
        reservations.reserve_run(shelf.store, run)
        assert held_mm(shelf, shelf.black) == wanted


def test_a_cancelled_job_gives_back_what_it_held(shelf):
    run = reserved_run(shelf, "card", copies=4)
    shelf.draw(shelf.left)
    (item,) = run.items
    sheet_ends.cancel_job(shelf.store, item.job_id)

    assert held_mm(shelf, shelf.black) == 0
    assert held_sheets(shelf, shelf.a4) == 0
    assert shelf.wrong() == []


def test_a_sheet_that_is_given_up_gives_back_what_it_did_not_draw(shelf):
    reserved_run(shelf, "card")
    claim = shelf.load(shelf.left)
    shelf.begin(shelf.left, claim)
    shelf.progress(shelf.left, claim, 2, 400.0)
    sheet_ends.give_up_sheet(shelf.store, claim.sheet, "smear")

    assert held_mm(shelf, shelf.black) == 2000
    assert held_sheets(shelf, shelf.a4) == 2
    reservations.reserve_attempt(shelf.store, Sheet.get_by_id(claim.sheet))
    reservations.reserve_attempt(shelf.store, Sheet.get_by_id(claim.sheet))
    assert held_mm(shelf, shelf.black) == 3000
    assert held_sheets(shelf, shelf.a4) == 3


def test_released_is_released_and_can_be_held_anew(shelf):
    run = reserved_run(shelf, "card")
    for _ in range(2):
        reservations.release_run(shelf.store, run)
        assert held_mm(shelf, shelf.black) == 0
    reservations.reserve_run(shelf.store, run)
    assert held_mm(shelf, shelf.black) == 3000


def test_a_pen_without_a_life_holds_for_anybody(shelf):
    brush = shelf.pen("brush", life_mm=None)
    run = shelf.run(shelf.job("card", layers=((brush.id, 4, 1e9),)))
    reservations.reserve_run(shelf.store, run)
    assert held_mm(shelf, brush) == 1e9


def test_the_books_say_when_a_closed_run_still_holds(shelf):
    run = reserved_run(shelf, "card", copies=1)
    shelf.draw(shelf.left)
    shelf.settle(run)
    assert shelf.wrong() == []
    reservations.reserve_attempt(shelf.store, Sheet.get(Sheet.run == run))

    assert "RUN-001 is completed and still holds pen K-01" in shelf.wrong()
    assert "RUN-001 is completed and still holds paper a4" in shelf.wrong()
    reservations.release_run(shelf.store, run)
    assert shelf.wrong() == []


def test_reserving_leaves_the_uses_of_a_run_alone(shelf):
    run = reserved_run(shelf, "card")
    shelf.draw(shelf.left)
    (use,) = runs.pen_use_rows(shelf.store, run.id)
    assert use.used_mm == 1000
    (paper,) = runs.paper_use_rows(shelf.store, run.id)
    assert paper.used == 1
    assert materials.pen_left_mm(shelf.black.id) == 9000
    assert Ledger.select().where(Ledger.kind == "reserve").count() == 2
