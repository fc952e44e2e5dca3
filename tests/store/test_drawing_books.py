"""What the engine writes while sheets are drawn."""

import pytest

from plotty_tui.domain.errors import Refused
from plotty_tui.store.inventory import holders, materials
from plotty_tui.store.machines import devices
from plotty_tui.store.plots import claims, cut_off, drawing, sheet_ends
from plotty_tui.store.tables import Job, Ledger, Sheet, SheetLayer


@pytest.fixture
def left(studio):
    return studio.device("left")


@pytest.fixture
def black(studio):
    return studio.pen("black")


@pytest.fixture
def claim(studio, left, black):
    """The first of two sheets, on the plotter, its pen about to touch the paper; two layers of
    1,000 mm and 250 mm with one pen."""
    studio.paper(sheets=2)
    studio.run(studio.job(copies=2, layers=((black.id, 4, 1000.0), (black.id, 2, 250.0))))
    return studio.load(left)


def ink_rows(studio):
    return [(key, mm) for kind, mm, _, key in studio.ledger() if key.startswith("ink:")]


def test_a_finished_layer_is_booked_at_once(studio, left, black, claim):
    studio.begin(left, claim)
    studio.finish(claim)

    assert ink_rows(studio) == [(f"ink:{claim.sheet}:0:0", -1000.0)]
    assert studio.used_mm(black) == 1000
    assert studio.again(black).state == "in_use"
    assert studio.again(left).drawn_mm == 1000
    assert studio.again(left).lifts == 4
    assert studio.sheet(claim.sheet).layer == 1


def test_a_replayed_layer_books_once(studio, left, black, claim):
    studio.begin(left, claim)
    for _ in range(3):
        studio.finish(claim)

    assert len(ink_rows(studio)) == 1
    assert studio.sheet(claim.sheet).ink_mm == 1000
    assert studio.again(left).drawn_mm == 1000
    assert studio.wrong() == []


def test_a_key_is_booked_once(studio, black):
    with studio.store.write():
        assert materials.book(studio.store, "use", "k", pen=black.id, mm=-5)
        assert not materials.book(studio.store, "use", "k", pen=black.id, mm=-5)
    assert studio.used_mm(black) == 5


def test_the_ledger_knows_its_words_only(studio, black):
    with pytest.raises(Refused, match="no ledger entry of kind 'steal'"), studio.store.write():
        materials.book(studio.store, "steal", "k", pen=black.id, mm=-5)


def test_the_paper_is_used_when_the_pen_touches_it_and_once(studio, left, claim):
    assert studio.stock() == 2
    studio.begin(left, claim)
    assert studio.stock() == 1
    studio.begin(left, claim)
    studio.finish(claim)
    studio.begin(left, claim, 1)
    assert studio.stock() == 1


def test_the_last_sheet_of_a_paper_is_booked_once_however_many_layers_it_has(studio, left, claim):
    with studio.store.write():
        materials.book(studio.store, "adjust", "count", paper=1, sheets=-1)
    studio.begin(left, claim)
    studio.finish(claim)
    studio.begin(left, claim, 1)

    assert studio.stock() == 0
    assert not any(key.startswith("found:") for key in studio.booked_keys())


def test_a_sheet_that_is_in_the_machine_was_on_the_shelf(studio, left, claim):
    with studio.store.write():
        materials.book(studio.store, "adjust", "count", paper=1, sheets=-2)
    studio.begin(left, claim)

    assert studio.stock() == 0
    assert studio.booked_keys()[-2:] == [f"found:paper:{claim.sheet}", f"paper:{claim.sheet}"]


def test_an_interruption_books_what_is_on_the_paper_and_keeps_the_stroke(
    studio, left, black, claim
):
    studio.begin(left, claim)
    studio.progress(left, claim, 2, 400.0)
    cut_off.interrupt_sheet(studio.store, claim.sheet, "the cable fell out")

    sheet = studio.sheet(claim.sheet)
    assert (sheet.state, sheet.stroke, sheet.layer) == ("interrupted", 2, 0)
    assert sheet.reason == "the cable fell out"
    assert ink_rows(studio) == [(f"ink:{claim.sheet}:0:0", -400.0)]
    assert studio.wrong() == []


def test_what_is_resumed_adds_up_to_the_ink_of_the_layer(studio, left, black, claim):
    studio.begin(left, claim)
    studio.progress(left, claim, 2, 400.0)
    cut_off.interrupt_sheet(studio.store, claim.sheet, "once")
    cut_off.interrupt_sheet(studio.store, claim.sheet, "told again")
    studio.begin(left, claim)
    studio.progress(left, claim, 3, 350.0)
    cut_off.interrupt_sheet(studio.store, claim.sheet, "twice")
    assert drawing.place_of(studio.store, claim.sheet).stroke == 3
    studio.begin(left, claim)
    studio.finish(claim, ink_mm=250.0)

    assert [mm for _, mm in ink_rows(studio)] == [-400, -350, -250]
    assert studio.used_mm(black) == studio.sheet(claim.sheet).ink_mm == 1000
    parts = SheetLayer.select().order_by(SheetLayer.part)
    assert [(part.first_stroke, part.last_stroke) for part in parts] == [(0, 1), (2, 2), (3, 3)]
    assert studio.again(left).lifts == 4
    assert studio.stock() == 1
    assert studio.wrong() == []


def test_an_interruption_before_the_first_stroke_books_no_ink(studio, left, claim):
    studio.begin(left, claim)
    cut_off.interrupt_sheet(studio.store, claim.sheet, "at once")

    assert ink_rows(studio) == []
    assert studio.sheet(claim.sheet).stroke == 0


def test_ink_is_not_booked_again_when_the_next_part_is_cut_off_at_once(studio, left, black, claim):
    studio.begin(left, claim)
    studio.progress(left, claim, 2, 400.0)
    for _ in range(2):
        cut_off.interrupt_sheet(studio.store, claim.sheet, "cut off")
        studio.begin(left, claim)
    cut_off.interrupt_sheet(studio.store, claim.sheet, "and again")

    assert [mm for _, mm in ink_rows(studio)] == [-400]
    assert studio.used_mm(black) == studio.sheet(claim.sheet).ink_mm == 400
    assert studio.sheet(claim.sheet).stroke == 2


def test_an_interruption_after_a_layer_begins_the_next_one(studio, left, claim):
    studio.begin(left, claim)
    studio.progress(left, claim, 4, 1000.0)
    studio.finish(claim)
    cut_off.interrupt_sheet(studio.store, claim.sheet, "between layers")

    sheet = studio.sheet(claim.sheet)
    assert (sheet.layer, sheet.stroke, sheet.ink_mm) == (1, 0, 1000)
    assert len(ink_rows(studio)) == 1


def test_after_a_crash_of_the_engine_nothing_is_in_motion(studio, left, claim):
    right = studio.device("right")
    studio.begin(left, claim)
    studio.progress(left, claim, 1, 100.0)
    devices.raise_hand(studio.store, right.id, "paper", "put a4 on right")
    waiting = studio.load(right)

    cut = cut_off.cut_off_sheets(studio.store)

    assert cut == [(left.id, "Logo", claim.sheet)]
    assert studio.sheet(claim.sheet).state == "interrupted"
    back = studio.sheet(waiting.sheet)
    assert (back.state, back.device) == ("planned", None)
    assert devices.open_hands(studio.store) == []
    assert cut_off.cut_off_sheets(studio.store) == cut
    assert studio.used_mm(studio.again(type(left).get_by_id(left.id).loaded_pen)) == 100


def test_a_sheet_given_up_is_waste_with_its_reason_and_stock_stays(studio, left, black, claim):
    studio.begin(left, claim)
    studio.progress(left, claim, 2, 400.0)
    sheet_ends.give_up_sheet(studio.store, claim.sheet, "pen_dry", "no ink")

    sheet = studio.sheet(claim.sheet)
    assert (sheet.state, sheet.reason, sheet.notes) == ("spoiled", "pen_dry", "no ink")
    assert studio.used_mm(black) == 400
    assert studio.stock() == 1
    waste = list(Ledger.select().where(Ledger.kind == "waste"))
    assert sorted((row.mm, row.sheets, row.reason) for row in waste) == [
        (-400, 0, "pen_dry"), (0, -1, "pen_dry"),
    ]  # fmt: skip
    assert studio.wrong() == []


def test_a_sheet_that_was_never_touched_is_cancelled_and_costs_nothing(studio, left, claim):
    sheet_ends.give_up_sheet(studio.store, claim.sheet, "operator_stop")

    assert studio.sheet(claim.sheet).state == "cancelled"
    assert studio.stock() == 2
    assert ink_rows(studio) == []


def test_a_sheet_given_up_after_a_layer_wastes_both_its_inks(studio, left, black, claim):
    studio.begin(left, claim)
    studio.finish(claim)
    studio.begin(left, claim, 1)
    studio.progress(left, claim, 1, 100.0, layer=1)
    sheet_ends.give_up_sheet(studio.store, claim.sheet, "smear")

    assert studio.used_mm(black) == 1100
    assert sum(row.mm for row in Ledger.select().where(Ledger.kind == "waste")) == -1100
    assert sum(row.mm for row in Ledger.select().where(Ledger.kind == "use")) == -1100
    assert sum(row.mm for row in Ledger.select().where(Ledger.kind == "correct")) == 1100


def test_no_sheet_is_on_two_plotters(studio, left, claim):
    right = studio.device("right")
    other = claims.claim_sheet(studio.store, right.id)

    assert other.sheet != claim.sheet
    assert claims.claim_sheet(studio.store, right.id) == other
    assert claims.held_sheet(studio.store, left.id).sheet == claim.sheet
    assert claims.claim_sheet(studio.store, studio.device("third").id) is None


def test_a_claim_that_is_released_is_anybodys(studio, left, claim):
    right = studio.device("right")
    other = claims.claim_sheet(studio.store, right.id)
    claims.release_claims(studio.store, right.id)

    assert claims.claim_sheet(studio.store, studio.device("third").id).sheet == other.sheet


def test_sheets_are_claimed_by_priority_and_by_copy(studio, left):
    low, high = studio.job("low", copies=1, priority=3), studio.job("high", copies=2, priority=1)
    run = studio.run(low, high)
    claims = [studio.draw(left) for _ in range(3)]

    assert [(one.job, one.copy) for one in claims] == [("high", 1), ("high", 2), ("low", 1)]
    assert {one.run for one in claims} == {run.number}


def test_a_plotter_takes_what_fits_it_and_what_is_meant_for_it(studio, left):
    small = devices.add_device(
        studio.store, "mini", "simulator", "minikit", travel_x_mm=160.0, travel_y_mm=101.6
    )
    studio.run(studio.job(), only=["left"])

    assert claims.claim_sheet(studio.store, small.id) is None
    assert claims.claim_sheet(studio.store, studio.device("other").id) is None
    assert claims.claim_sheet(studio.store, left.id) is not None


def test_a_held_job_is_not_claimed(studio, left):
    from plotty_tui.studio.jobs import holding

    job = studio.job()
    studio.run(job)
    holding.hold_jobs(studio.store, [job], "proof first")
    assert claims.claim_sheet(studio.store, left.id) is None
    holding.release_jobs(studio.store, [Job.get_by_id(job.id)])
    assert claims.claim_sheet(studio.store, left.id) is not None


def test_cancelling_a_job_leaves_what_is_on_a_plotter_to_the_engine(studio, left, claim):
    job = studio.sheet(claim.sheet).item.job
    on_device = sheet_ends.cancel_job(studio.store, job.id)

    assert on_device == [("left", claim.sheet)]
    mine = studio.sheet(claim.sheet).run.sheets.order_by(Sheet.copy)
    assert [sheet.state for sheet in mine] == ["loaded", "cancelled"]
    sheet_ends.give_up_sheet(studio.store, claim.sheet, "operator_stop")
    assert studio.again(job).state == "planned"
    with pytest.raises(Refused, match="Logo has no sheet to cancel"):
        sheet_ends.cancel_job(studio.store, job.id)


def test_a_drawn_sheet_moves_no_more_before_its_verdict(studio, left, claim):
    studio.begin(left, claim)
    studio.finish(claim)
    sheet_ends.finish_sheet(studio.store, claim.sheet)

    for state in ("planned", "loaded", "drawing", "waiting", "interrupted", "cancelled"):
        with pytest.raises(Refused, match="a sheet that is drawn cannot become"):
            drawing.move_sheet(studio.store, claim.sheet, state)


def test_a_run_awaits_results_when_its_last_sheet_is_off_the_machine(studio):
    from plotty_tui.store.production import run_lists

    run = studio.run(studio.job(copies=2))
    left = studio.device()
    studio.draw(left)
    assert not run_lists.run_rows(studio.store)[0].awaiting
    studio.draw(left)
    assert run_lists.run_rows(studio.store)[0].awaiting
    assert studio.again(run).state == "in_progress"
    assert studio.again(run).ended_at is not None


def test_an_unknown_pen_draws_without_a_ledger_row(studio, left):
    studio.run(studio.job())
    claim = studio.draw(left)

    assert ink_rows(studio) == []
    assert studio.sheet(claim.sheet).ink_mm == 1000
    assert studio.wrong() == []


def test_the_books_are_checked_both_ways(studio, left, black, claim):
    studio.begin(left, claim)
    studio.finish(claim)
    assert studio.wrong() == []
    with studio.store.write():
        Ledger.update(mm=-999).where(Ledger.key.startswith("ink:")).execute()
    assert studio.wrong() == [f"sheet {claim.sheet} layer 0: ink drawn and booked differ"]
    with studio.store.write():
        SheetLayer.delete().execute()
    assert studio.wrong() == [f"ink:{claim.sheet}:0:0 is booked and no layer was drawn for it"]


def test_a_pen_is_in_one_holder(studio, left, black):
    right = studio.device("right")
    holders.load_pen(studio.store, left.id, black.id)
    holders.load_pen(studio.store, right.id, black.id)

    assert holders.holder(studio.store, left.id).pen is None
    assert holders.holder(studio.store, right.id).pen == black.id
