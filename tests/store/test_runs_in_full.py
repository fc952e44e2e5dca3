"""What a run may do and what becomes of its sheets, pens and paper: made, started, edited,
cancelled, failed, completed piece by piece, corrected, drawn again, archived."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from plotty_tui.domain import figures, values
from plotty_tui.domain.errors import Conflict, Refused
from plotty_tui.domain.imposition import CROP_MARKS
from plotty_tui.domain.plan import Plan as FrozenPlan
from plotty_tui.domain.runs import Verdict
from plotty_tui.reports.cards import result_card, story_lines
from plotty_tui.store.inventory import reservations
from plotty_tui.store.jobs import queue
from plotty_tui.store.plots import claims, cut_off, drawing, sheet_ends
from plotty_tui.store.production import run_making, run_moves, runs
from plotty_tui.store.production.run_making import NewMaterial, NewRun, make_run
from plotty_tui.store.tables import Batch, Item, Job, Ledger, Piece, Plan, Run, RunMaterial, Sheet
from plotty_tui.studio.figures import period_figures
from plotty_tui.studio.inventory import prices
from plotty_tui.studio.production import completion, run_detail, run_lists, run_replots, run_stats
from plotty_tui.studio.production import run_moves as doing


@pytest.fixture
def shop(studio):
    """Two pens, ten sheets of a4, and two plotters."""
    studio.paper(sheets=10)
    studio.black = studio.pen("black", weight_g=45.2, tare_g=40.0)
    studio.red = studio.pen("red")
    studio.left, studio.right = studio.device("left"), studio.device("right")
    return studio


def card(shop, copies=3, name="Card", **more):
    layers = ((shop.black.id, 4, 1000.0), (shop.red.id, 2, 250.0))
    return shop.job(name, copies=copies, layers=more.pop("layers", layers), **more)


def pending(shop, *wanted, short=False, **more):
    items = [runs.item_of_job(job, job.copies) for job in wanted]
    return make_run(shop.store, NewRun(items, **more), short=short)


def detail(shop, run):
    return run_detail.run_detail(shop.store, run.number)


def started(shop, *wanted, **more):
    run = pending(shop, *wanted, **more)
    run_moves.start_run(shop.store, run.number)
    return run


def fates(run):
    rows = Sheet.select().join(Item).where(Sheet.run == run).order_by(Item.position, Sheet.copy)
    return [sheet.state for sheet in rows]


# Made and started --------------------------------------------------------------------------------


def test_a_pending_run_holds_its_pens_and_paper_and_is_not_drawn(shop):
    run = pending(shop, card(shop))

    assert (run.state, run.started_at) == ("pending", None)
    assert [row.mm for row in Ledger.select().where(Ledger.kind == "reserve", Ledger.pen)] == [
        -3000,
        -750,
    ]
    assert reservations.reserved_pen_mm(shop.store, shop.black.id) == 3000
    assert reservations.reserved_sheets(shop.store, 1) == 3
    assert shop.stock() == 10
    assert claims.claim_sheet(shop.store, shop.left.id) is None
    assert shop.wrong() == []


def test_starting_records_the_time_and_the_sheets_are_drawn_like_those_of_plot_all(shop):
    run = pending(shop, card(shop))
    before = shop.store.clock.now()
    run_moves.start_run(shop.store, run.number)

    run = shop.again(run)
    assert run.state == "in_progress"
    assert run.started_at >= before - timedelta(milliseconds=1)
    assert len(shop.draw_all(shop.left, shop.right)) == 3
    assert detail(shop, run).awaiting


def test_a_start_that_was_forgotten_is_told_and_none_lies_in_the_future(shop):
    run = pending(shop, card(shop))
    now = shop.store.clock.now()

    with pytest.raises(Refused, match="RUN-001 cannot start in the future"):
        run_moves.start_run(shop.store, run.number, now + timedelta(minutes=1))
    run_moves.start_run(shop.store, run.number, now - timedelta(hours=1))
    assert abs(shop.again(run).started_at - now + timedelta(hours=1)) < timedelta(seconds=1)


def test_the_start_is_corrected_at_completion(shop):
    run = started(shop, card(shop))
    shop.draw_all(shop.left)
    began = values.parse_moment("2026-01-05 08:00")
    shop.settle(run, started_at=began)

    assert shop.again(run).started_at == began
    late = started(shop, card(shop, name="late"))
    shop.draw_all(shop.left)
    with pytest.raises(Refused, match="and cannot have begun"):
        shop.settle(late, started_at=shop.store.clock.now() + timedelta(hours=1))


def test_two_slots_on_one_pen_with_just_too_little_are_refused_and_named(shop):
    thin = shop.pen("thin", life_mm=1249.0)
    job = card(shop, 1, layers=((thin.id, 4, 1000.0), (thin.id, 2, 250.0)))

    with pytest.raises(Refused) as refused:
        pending(shop, job)
    assert "layer 0 (1.00 m) and layer 1 (0.25 m) together need 1.25 m" in str(refused.value)
    assert shop.again(job).state == "planned"
    assert pending(shop, job, short=True).number == 1, "no number was used up"


def test_a_second_run_sees_what_is_left_after_the_first_and_names_it(shop):
    pending(shop, card(shop, copies=7))

    with pytest.raises(Refused, match=r"need 11 \(RUN-001 holds 7\)"):
        pending(shop, card(shop, copies=4, name="more"))


def test_the_numbers_of_a_run_with_priming_are_those_of_the_reference(shop):
    run = pending(
        shop, card(shop, 1),
        materials=[
            NewMaterial("black", pen=shop.black.id, drawn_mm=45_000, priming_mm=8_000),
            NewMaterial("red", pen=shop.red.id, drawn_mm=12_000, priming_mm=5_000),
        ],
    )  # fmt: skip

    assert runs.estimated_pen_mm(shop.store, run.id) == {shop.black.id: 53_000, shop.red.id: 17_000}
    assert shop.again(run).estimated_mm == 70_000


def test_priming_is_expected_once_a_pen_change_as_the_plotter_does_it(shop):
    with shop.store.write():
        shop.left.settings = {"prime_mm": 30.0}
        shop.left.save()
    run = pending(shop, card(shop, copies=3), devices=["left"])

    rows = list(RunMaterial.select().where(RunMaterial.run == run, RunMaterial.pen))
    assert [row.priming_mm for row in rows] == [90, 90]
    alone = pending(
        shop, card(shop, 3, "one pen", layers=((shop.black.id, 1, 10.0),)), devices=["left"]
    )
    assert [row.priming_mm for row in alone.materials if row.pen_id] == [30]


# Every other door --------------------------------------------------------------------------------

STATES = ("pending", "in_progress", "completed", "failed", "cancelled")
ALLOWED = {("pending", "in_progress"), ("pending", "cancelled"), ("in_progress", "completed"),
           ("in_progress", "failed")}  # fmt: skip


def in_state(shop, state):
    run = pending(shop, card(shop))
    if state == "cancelled":
        run_moves.cancel_run(shop.store, run.number)
    elif state != "pending":
        run_moves.start_run(shop.store, run.number)
        shop.draw_all(shop.left)
        if state == "completed":
            shop.settle(run)
        elif state == "failed":
            run_moves.fail_run(shop.store, run.number, "smear")
    return run


@pytest.mark.parametrize("state", STATES)
def test_no_back_door_moves_a_run(shop, state):
    run = in_state(shop, state)
    for other in STATES:
        if other == state or (state, other) in ALLOWED:
            continue
        with pytest.raises(Refused, match="no such move of its state"), shop.store.write():
            Run.update(state=other).where(Run.id == run.id).execute()
    assert shop.again(run).state == state


@pytest.mark.parametrize("state", STATES)
def test_each_move_is_refused_from_every_state_that_does_not_have_it(shop, state):
    run = in_state(shop, state)
    before = shop.dump()
    number = run.number
    moves = {
        "in_progress": lambda: run_moves.start_run(shop.store, number),
        "cancelled": lambda: run_moves.cancel_run(shop.store, number),
        "completed": lambda: shop.settle(run),
        "failed": lambda: run_moves.fail_run(shop.store, number, "smear"),
    }
    for target, move in moves.items():
        if (state, target) not in ALLOWED:
            with pytest.raises(Refused, match="RUN-001 is"):
                move()
    assert shop.dump() == before


def test_a_hand_made_order_does_not_reach_the_sheets_of_a_pending_run(shop):
    job = card(shop)
    run = pending(shop, job)
    sheet = Sheet.get(Sheet.run == run)

    with pytest.raises(Refused, match="RUN-001 is pending: none of its sheets is being drawn"):
        sheet_ends.give_up_sheet(shop.store, sheet.id, "operator_stop")
    with pytest.raises(
        Refused, match="Card is in RUN-001, which is not started: plotty run cancel"
    ):
        sheet_ends.cancel_job(shop.store, job.id)
    assert fates(run) == ["planned"] * 3


# Cancelled and failed ----------------------------------------------------------------------------


def test_cancelling_frees_what_was_held_and_leaves_the_stock_alone(shop):
    job = card(shop)
    run = pending(shop, job)
    run_moves.cancel_run(shop.store, run.number, "the client waits")

    run = shop.again(run)
    assert (run.state, run.reason) == ("cancelled", "the client waits")
    assert fates(run) == ["cancelled"] * 3
    assert reservations.reserved_pen_mm(shop.store, shop.black.id) == 0
    assert (shop.stock(), shop.used_mm(shop.black)) == (10, 0)
    assert shop.again(job).state == "planned"
    assert shop.wrong() == []


def test_a_failed_run_books_what_it_consumed_with_reason_and_notes(shop):
    run = started(shop, card(shop))
    shop.draw(shop.left)
    done = doing.fail_run(
        shop.store, run.number,
        {"reason": "pen_dry", "notes": "white lines", f"pen:{shop.black.id}": "1.2",
         f"weigh:{shop.black.id}": "44.7"},
    )  # fmt: skip

    assert (done.state, done.reason, done.notes) == ("failed", "pen_dry", "white lines")
    assert fates(run) == ["spoiled", "cancelled", "cancelled"]
    assert shop.used_mm(shop.black) == pytest.approx(1200)
    assert shop.again(shop.black).weight_g == 44.7
    waste = Ledger.select().where(Ledger.kind == "waste")
    assert {(row.mm, row.sheets, row.reason) for row in waste} == {
        (-1000, 0, "pen_dry"), (-250, 0, "pen_dry"), (0, -1, "pen_dry"),
    }  # fmt: skip
    assert reservations.reserved_sheets(shop.store, 1) == 0
    assert done.success_percent == 0
    assert shop.wrong() == []
    assert result_card(done)[0] == "Production Run #1 - Failed"


def test_a_run_that_used_no_ink_can_still_fail(shop):
    run = started(shop, card(shop))
    run_moves.fail_run(shop.store, run.number, "other", "the wrong paper came")

    assert shop.again(run).state == "failed"
    assert (shop.stock(), shop.used_mm(shop.black)) == (10, 0)


def test_a_failure_needs_a_reason_of_ours_and_no_sheet_on_a_plotter(shop):
    run = started(shop, card(shop))
    for typed, sentence in (
        ({}, "Why it failed is needed"),
        ({"reason": "bad luck"}, "no reason 'bad luck'"),
        ({"reason": "other"}, "the reason 'other' needs a text"),
    ):
        with pytest.raises(Refused, match=sentence):
            doing.fail_run(shop.store, run.number, typed)
    shop.begin(shop.left, shop.load(shop.left))
    with pytest.raises(
        Refused, match=r"RUN-001 still has sheets on left \(1\): plotty cancel left"
    ):
        run_moves.fail_run(shop.store, run.number, "smear")


# Edited ------------------------------------------------------------------------------------------


def test_while_pending_everything_is_edited_and_what_is_held_follows(shop):
    run = pending(shop, card(shop))
    item = shop.again(run).items[0].id
    black = RunMaterial.get(RunMaterial.pen == shop.black)
    paper = RunMaterial.get(RunMaterial.paper.is_null(False))
    typed = {
        f"copies:{item}": "5", "name": "Edition", "client": "Acme", "notes": "n",
        "devices": "right", f"priming:{black.id}": "0.5", f"spare:{paper.id}": "2",
    }  # fmt: skip
    done = doing.edit_run(shop.store, run.number, typed)

    assert (done.title, done.client, done.devices, done.notes) == (
        "Edition",
        "Acme",
        ["right"],
        "n",
    )
    assert [item.copies for item in done.items] == [5]
    assert reservations.reserved_pen_mm(shop.store, shop.black.id) == 5500
    assert reservations.reserved_sheets(shop.store, 1) == 7
    assert done.estimated_mm == 6750
    doing.edit_run(shop.store, run.number, {f"copies:{item}": "1"})
    assert fates(run) == ["planned"]
    assert reservations.reserved_pen_mm(shop.store, shop.red.id) == 250
    assert shop.wrong() == []


def test_in_progress_quantities_rise_and_never_fall_below_what_is_drawn(shop):
    run = started(shop, card(shop, copies=4))
    shop.draw(shop.left)
    shop.load(shop.right)
    item = shop.again(run).items[0].id

    with pytest.raises(
        Refused, match="Card: 1 copies cannot be, 2 are drawn or on a plotter: give 2 or more"
    ):
        doing.edit_run(shop.store, run.number, {f"copies:{item}": "1"})
    with pytest.raises(Refused, match="RUN-001 is in progress: pen cannot be changed now"):
        doing.edit_run(shop.store, run.number, {"pen:1": "K-02"})
    doing.edit_run(shop.store, run.number, {f"copies:{item}": "2"})
    assert len(fates(run)) == 2
    doing.edit_run(shop.store, run.number, {f"copies:{item}": "6"})
    assert sorted(fates(run)) == ["drawn", "loaded", *["planned"] * 4]
    assert shop.wrong() == []


def test_an_edit_of_what_somebody_changed_meanwhile_is_a_conflict(shop):
    run = pending(shop, card(shop))
    seen = shop.again(run).revision
    doing.edit_run(shop.store, run.number, {"notes": "mine"}, seen)

    with pytest.raises(Conflict, match="RUN-001 was changed by somebody else meanwhile"):
        doing.edit_run(shop.store, run.number, {"notes": "theirs"}, seen)


def test_a_closed_run_is_corrected_and_not_edited(shop):
    run = in_state(shop, "completed")

    with pytest.raises(Refused, match="is completed and cannot be edited: plotty run correct"):
        doing.edit_run(shop.store, run.number, {"notes": "n"})


# Completed, piece by piece -----------------------------------------------------------------------


def keychains(shop, pieces=12, per_sheet=4):
    """Twelve keychains, four on a sheet: a job of three sheets, as impositions make them."""
    source = shop.job("Keychain", copies=pieces, layers=((shop.black.id, 4, 100.0),))
    sheet = shop.job(
        "Keychain, 4 up", copies=pieces // per_sheet, layers=((shop.black.id, 4, 400.0),)
    )
    layout = [{"name": "Keychain", "job": source.id, "design": source.design_id}] * per_sheet
    queue.change_job(shop.store, sheet.id, settings={"layout": layout})
    return source, shop.again(sheet)


def test_twelve_pieces_on_three_plates_of_four_with_one_failed_are_eleven_and_one(shop):
    source, sheet = keychains(shop)
    run = started(shop, sheet)
    shop.draw_all(shop.left)
    (item,) = detail(shop, run).items
    assert (item.name, item.copies, item.drawn, item.per_sheet, item.sheets) == (
        "Keychain", 12, 12, 4, 3,
    )  # fmt: skip
    typed = {f"failed:{item.key}": "1", "reason": "smear"}
    results = completion.results_of_form(detail(shop, run), typed)
    done = completion.complete_run(shop.store, run.number, results)

    (item,) = done.items
    assert (item.good, item.spoiled) == (11, 1)
    assert "  Keychain: 11/12 successful (1 failed)" in result_card(done)
    assert fates(run) == ["good"] * 3
    assert shop.stock() == 7, "material is the total consumed across all plates"
    assert shop.again(source).state == "planned", "one keychain is still wanted"
    assert run_making.fine_copies(shop.store, source.id) == 11


def test_a_piece_that_was_judged_while_the_run_goes_on_stays_judged(shop):
    _, sheet = keychains(shop)
    run = started(shop, sheet)
    shop.draw_all(shop.left)
    doing.judge_sheets(shop.store, run.number, [2], "spoiled", "smear", pieces=[3])
    shop.settle(run)

    failed = Piece.select().where(Piece.state == "spoiled")
    assert [(piece.sheet.copy, piece.position, piece.reason) for piece in failed] == [
        (2, 3, "smear")
    ]
    assert detail(shop, run).items[0].good == 11


def test_over_counted_pieces_are_refused_with_the_numbers(shop):
    _, sheet = keychains(shop)
    run = started(shop, sheet)
    shop.draw_all(shop.left)
    key = detail(shop, run).items[0].key

    with pytest.raises(Refused, match="Keychain: 13 failed of 12 drawn does not add up"):
        completion.results_of_form(detail(shop, run), {f"failed:{key}": "13"})


def test_a_pen_that_wrote_no_more_is_dry_afterwards(shop):
    run = started(shop, card(shop))
    shop.draw_all(shop.left)
    typed = {f"dry:{shop.red.id}": "yes", f"grams:{shop.black.id}": "0.4"}
    results = completion.results_of_form(detail(shop, run), typed)
    completion.complete_run(shop.store, run.number, results)

    assert shop.again(shop.red).state == "dry"
    assert detail(shop, run).pens[0].mass_g == pytest.approx(0.4)


# Variance ----------------------------------------------------------------------------------------


def test_the_causes_of_a_variance_add_up_exactly(shop):
    run = started(shop, card(shop, copies=3))
    claim = shop.load(shop.left)
    shop.begin(shop.left, claim)
    shop.progress(shop.left, claim, 2, 600.0)
    cut_off.interrupt_sheet(shop.store, claim.sheet, "cut off")
    Sheet.update(stroke=0).where(Sheet.id == claim.sheet).execute()  # the layer is redone
    shop.begin(shop.left, claim)
    shop.finish(claim, 0, 1000.0)
    shop.begin(shop.left, claim, 1)
    shop.finish(claim, 1, 240.0)
    sheet_ends.finish_sheet(shop.store, claim.sheet)
    shop.draw_all(shop.left, shop.right)
    last = Sheet.select().where(Sheet.run == run).order_by(Sheet.copy.desc()).get().id
    shop.settle(run, verdicts={last: Verdict("spoiled", "smear")}, pens={shop.red.id: 800.0})

    done = detail(shop, run)
    causes = {cause.name: round(cause.amount, 6) for cause in done.causes}
    assert causes == {
        "spoiled sheets": 1250, "repeated layers": 600, "change of geometry": -10,
        "copies not made": -1250, "told by hand": 60,
    }  # fmt: skip
    assert sum(causes.values()) == pytest.approx(done.actual_mm - done.estimated_mm)
    lines = result_card(done)
    at = lines.index("Variance report:")
    printed = [float(line.split(": ")[1].split(" ")[0]) for line in lines[at + 2 : at + 7]]
    total = float(lines[at + 1].split(": ")[1].split(" ")[0])
    assert sum(printed) == pytest.approx(total), "as printed, too"


def test_crop_marks_are_set_against_crop_marks(shop):
    layers = ((shop.black.id, 4, 1000.0), (shop.black.id, 2, 250.0))
    job = card(shop, copies=2, layers=layers)
    frozen = FrozenPlan.from_json(job.plan.body)
    frozen.layers[1] = replace(frozen.layers[1], name=CROP_MARKS)
    Plan.update(body=frozen.to_json()).where(Plan.id == job.plan_id).execute()
    run = started(shop, Job.get_by_id(job.id))
    assert [row.overhead_mm for row in detail(shop, run).materials][:2] == [0, 500]
    shop.draw_all(shop.left)
    shop.settle(run)

    done = detail(shop, run)
    assert (done.estimated_mm, done.actual_mm, done.causes) == (2500, 2500, [])
    assert done.ink_variance_percent == 0


def test_causes_that_print_as_nothing_are_not_printed(shop):
    run = started(shop, card(shop, copies=1))
    claim = shop.load(shop.left)
    shop.begin(shop.left, claim)
    shop.finish(claim, 0, 1003.0)
    shop.begin(shop.left, claim, 1)
    shop.finish(claim, 1)
    sheet_ends.finish_sheet(shop.store, claim.sheet)
    shop.settle(run)

    done = detail(shop, run)
    assert [round(cause.amount, 6) for cause in done.causes] == [3]
    lines = result_card(done)
    at = lines.index("Variance report:")
    assert lines[at + 1 : at + 3] == ["  Ink variance: +0.00 m (+0.2 %)", ""]


def test_the_variance_is_that_of_the_reference():
    assert figures.variance(192, 3 * 45 + 10 * 5) == 7
    assert values.percent(figures.variance_percent(192, 185), sign=True) == "+3.8 %"


def test_parts_are_rounded_so_that_they_add_up():
    assert figures.rounded_to_add_up([3.4, 5.4, -1.4], 7.4, 1.0) == [3, 5, -1]
    assert sum(figures.rounded_to_add_up([1 / 3] * 3, 1.0, 0.1)) == pytest.approx(1.0)
    assert figures.rounded_to_add_up([], 0.0, 1.0) == []


def test_what_has_no_price_is_named_and_never_guessed(shop):
    run = started(shop, card(shop))
    shop.draw_all(shop.left)
    shop.settle(run)
    done = detail(shop, run)

    assert done.cost.total is None
    assert {"ink K-01", "ink K-02", "paper a4", "machine time"} <= set(done.cost.not_counted)
    assert any(line.startswith("Not counted: ink K-01") for line in story_lines(done))


def test_a_batch_without_runs_costs_nothing(shop):
    prices.set_prices(shop.store, currency="EUR", machine_hour=6.0)
    run = started(shop, card(shop), batch="Week 47")
    shop.draw_all(shop.left)
    shop.settle(run)
    with shop.store.write():
        Batch.create(name="Empty", created_at=shop.store.clock.now())

    def cost(batch):
        return period_figures.period_figures(shop.store, None, None, batch=batch).cost

    assert cost("Week 47").total > 0
    assert (cost("Empty").total, cost("Empty").good) == (None, 0)


def test_a_run_over_the_change_to_summer_time_has_the_right_duration(shop, monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        run = started(shop, card(shop))
        shop.draw_all(shop.left)
        with shop.store.write():
            Run.update(ended_at=values.parse_moment("2026-03-29 03:30")).execute()
        shop.settle(run, started_at=values.parse_moment("2026-03-29 01:30"))
        assert detail(shop, run).elapsed_seconds == 3600
    finally:
        monkeypatch.undo()
        time.tzset()


# Corrected ---------------------------------------------------------------------------------------


def test_a_correction_keeps_the_old_value_and_the_balance_is_right_at_once(shop):
    run = in_state(shop, "completed")
    done = doing.correct_run(
        shop.store, run.number,
        {f"pen:{shop.black.id}": "3.5", "sheet:2": "spoiled:smear", "duration": "1h",
         "quality": "3", "notes": "seen by daylight"},
        "counted again",
    )  # fmt: skip

    told = {row.field: (row.old, row.new, row.reason) for row in done.corrections}
    assert told == {
        "pen K-01": ("3.00 m", "3.50 m", "counted again"),
        "Card copy 2/3": ("good", "spoiled (smear)", "counted again"),
        "duration": ("0:38", "1:00:00", "counted again"),
        "quality": ("–", "3", "counted again"),
        "notes": ("", "seen by daylight", "counted again"),
    }
    assert shop.used_mm(shop.black) == pytest.approx(3500)
    assert done.actual_mm == pytest.approx(3500 + 750)
    assert fates(run) == ["good", "spoiled", "good"]
    assert done.pens[0].wasted_mm == 1000
    assert shop.stock() == 7
    assert shop.again(run).state == "completed"
    assert Job.get().state == "planned", "one copy is wanted again"
    assert shop.wrong() == []


def test_a_sheet_that_was_spoiled_by_mistake_is_good_again(shop):
    run = in_state(shop, "completed")
    for fate in ("spoiled:smear", "good", "spoiled:pen_dry", "good"):
        doing.correct_run(shop.store, run.number, {"sheet:1": fate}, "looked again")
        done = detail(shop, run)
        assert done.pens[0].wasted_mm == (1000 if fate.startswith("spoiled") else 0)
        assert (shop.used_mm(shop.black), shop.stock()) == (3000, 7)
        assert shop.wrong() == []
    assert len(done.corrections) == 4


@pytest.mark.parametrize(
    ("typed", "reason", "sentence"),
    [
        ({"quality": "3"}, " ", "a correction needs a reason"),
        ({"quality": "6"}, "why", "quality 6: give 1 to 5 stars"),
        ({"sheet:1": "lost"}, "why", "no fate 'lost'"),
        ({"sheet:1": "spoiled"}, "why", "no reason ''"),
        ({"sheet:9": "good"}, "why", "RUN-001 is completed: sheet cannot be changed now"),
        ({"notes": ""}, "why", "RUN-001 says that already: nothing is corrected"),
        ({"sheets:1": "14"}, "why", "paper a4 has 7 sheets, 11 are wanted"),
    ],
)
def test_a_correction_that_cannot_be_changes_nothing(shop, typed, reason, sentence):
    run = in_state(shop, "completed")
    before = shop.dump()

    with pytest.raises(Refused, match=sentence):
        doing.correct_run(shop.store, run.number, typed, reason)
    assert shop.dump() == before


@pytest.mark.parametrize("state", ["pending", "in_progress", "cancelled"])
def test_only_told_results_are_corrected(shop, state):
    run = in_state(shop, state)

    with pytest.raises(Refused, match="results are corrected when they are told"):
        doing.correct_run(shop.store, run.number, {}, "why")


def test_a_rating_is_given_once_and_then_corrected(shop):
    run = in_state(shop, "completed")
    doing.rate_run(shop.store, run.number, 4)
    doing.rate_run(shop.store, run.number, client_rating=4.5)
    done = doing.rate_run(shop.store, run.number, 5)

    assert (done.quality, done.client_rating) == (5, 4.5)
    assert [(row.field, row.old, row.new) for row in done.corrections] == [("quality", "4", "5")]
    for stars in (3, 4):
        doing.rate_run(shop.store, run.number, stars, wanted=[stars - 2])
    done = detail(shop, run)
    assert (done.sheet_quality, done.rated_sheets, done.quality) == (3.5, 2, 5)
    with pytest.raises(Refused, match="quality 0: give 1 to 5 stars"):
        doing.rate_run(shop.store, run.number, 0)


# Drawn again -------------------------------------------------------------------------------------


def test_a_replot_is_linked_has_the_same_copy_numbers_and_the_next_attempt(shop):
    run = started(shop, card(shop))
    shop.draw_all(shop.left)
    ids = [sheet.id for sheet in Sheet.select().where(Sheet.run == run).order_by(Sheet.copy)]
    shop.settle(run, verdicts={ids[1]: Verdict("spoiled", "smear")})
    assert detail(shop, run).wants_replot
    again = run_replots.replot_run(shop.store, run.number)

    assert (again.state, again.replot_of, len(again.sheets)) == ("pending", 1, 1)
    (sheet,) = Sheet.select().where(Sheet.run == Run.get(Run.number == 2))
    assert (sheet.copy, sheet.attempt, sheet.replaces_id) == (2, 2, ids[1])
    assert detail(shop, run).replots == [2]
    assert not detail(shop, run).wants_replot
    with pytest.raises(Refused, match="nothing of RUN-001 has failed that is not drawn again"):
        run_replots.replot_run(shop.store, run.number)

    run_moves.start_run(shop.store, 2)
    claim = shop.load(shop.left)
    assert (claim.copy, claim.copies) == (2, 3)
    drawing.return_sheet(shop.store, claim.sheet)
    claims.release_claims(shop.store, shop.left.id)
    shop.draw_all(shop.left)
    shop.settle(Run.get(Run.number == 2))
    assert Job.get().state == "done", "the edition is full"
    stats = run_stats.run_stats(shop.store)
    assert stats.replot_percent == pytest.approx(100 / 3)
    assert stats.first_pass_percent == pytest.approx(200 / 3)
    assert stats.success_percent == 75
    assert shop.wrong() == []


def test_a_replot_of_a_replot_counts_on(shop):
    run = started(shop, card(shop, copies=1))
    for number in (1, 2):
        shop.draw_all(shop.left)
        last = Sheet.select().order_by(Sheet.id.desc()).get().id
        shop.settle(Run.get(Run.number == number), verdicts={last: Verdict("spoiled", "smear")})
        run_replots.replot_run(shop.store, number)
        run_moves.start_run(shop.store, number + 1)

    assert [sheet.attempt for sheet in Sheet.select().order_by(Sheet.id)] == [1, 2, 3]
    assert claims.claim_sheet(shop.store, shop.left.id).copies == 1
    assert detail(shop, run).failed == 0


def test_only_the_sheets_that_were_named_are_drawn_again(shop):
    run = started(shop, card(shop))
    shop.draw_all(shop.left)
    doing.judge_sheets(shop.store, run.number, [1, 3], "spoiled", "smear")
    shop.settle(run)

    with pytest.raises(
        Refused, match="sheet 2 of RUN-001 has nothing to draw again: failed are 1, 3"
    ):
        run_replots.replot_run(shop.store, run.number, [2])
    assert len(run_replots.replot_run(shop.store, run.number, [3]).sheets) == 1
    proposal = run_replots.replot_proposal(shop.store, run.number)
    assert [(line.sheet, line.copy, line.attempt, line.reason) for line in proposal.lines] == [
        (1, 1, 2, "smear")
    ]


# Archived, counted -------------------------------------------------------------------------------


def test_an_archived_run_is_in_the_books_and_its_number_never_repeats(shop):
    run = in_state(shop, "cancelled")
    doing.archive_run(shop.store, run.number)

    assert run_lists.run_list(shop.store) == []
    assert [row.number for row in run_lists.run_list(shop.store, archived=True)] == [1]
    assert detail(shop, run).state == "cancelled"
    assert pending(shop, card(shop, name="next")).number == 2
    doing.archive_run(shop.store, run.number, back=True)
    assert len(run_lists.run_list(shop.store)) == 2
    with pytest.raises(Refused, match="RUN-002 is pending: plotty run cancel RUN-002 first"):
        doing.archive_run(shop.store, 2)


def test_what_has_ledger_rows_is_not_deleted(shop):
    run = in_state(shop, "completed")

    with pytest.raises(Exception, match="FOREIGN KEY"), shop.store.write():
        Run.delete().where(Run.id == run.id).execute()


def test_no_runs_are_no_data(studio):
    stats = run_stats.run_stats(studio.store)

    assert (stats.runs, stats.sheets) == (0, 0)
    assert stats.success_percent is stats.replot_percent is stats.ink_percent is None
    assert stats.quality is stats.first_pass_percent is None
    assert (stats.designs, stats.devices, stats.replots, stats.proposals) == ([], [], [], [])


def test_aggregates_use_all_of_more_than_a_thousand_runs(shop):
    first = in_state(shop, "completed")
    plan = shop.again(first).items[0].plan_id
    from plotty_tui.store.tables import database

    with shop.store.write():
        database.execute_sql(
            "WITH RECURSIVE n(k) AS (SELECT 2 UNION ALL SELECT k + 1 FROM n WHERE k < 1201) "
            "INSERT INTO run (number, name, state, devices, preset, settings, estimated_seconds, "
            "estimated_mm, seconds, ink_mm, notes, reason, accepted, created_at, ended_at, "
            "revision) SELECT k, '', 'completed', '[]', '', '{}', 100, 1000, 110, 1000 + k % 2, "
            "'', '', '[]', 0, 1000 * k, 1 FROM n"
        )
        database.execute_sql(
            "INSERT INTO item (run_id, position, plan_id, name, paper, copies, priority, layout) "
            f"SELECT id, 0, {plan}, 'Card', 'a4', 1, 2, '[]' FROM run WHERE number > 1"
        )
        database.execute_sql(
            "INSERT INTO sheet (run_id, item_id, copy, attempt, state, waiting_for, layer, stroke, "
            "ink_mm, seconds, human_seconds, strokes_again, reason, notes, settings) "
            "SELECT run_id, id, 1, 1, CASE WHEN run_id % 4 THEN 'good' ELSE 'spoiled' END, '', 2, "
            "0, 1250, 14, 0, 0, '', '', '{}' FROM item WHERE run_id > 1"
        )
    stats = run_stats.run_stats(shop.store)
    assert (stats.runs, stats.completed, stats.sheets) == (1201, 1201, 1203)
    assert stats.spoiled == 300
    assert stats.ink_runs == 1201
    actual = 3 * 1250 + sum(1000 + k % 2 for k in range(2, 1202))
    assert stats.ink_percent == pytest.approx((actual / (3750 + 1_200_000) - 1) * 100)
    assert stats.designs[0].runs == 1201


def test_the_means_are_ratios_of_sums_by_design_plotter_pen_and_month(shop):
    for name, copies, pen_m in (("Card", 3, "3.3"), ("Logo", 1, "1.0")):
        run = started(shop, card(shop, copies, name))
        shop.draw_all(shop.left)
        typed = {f"pen:{shop.black.id}": pen_m, "quality": "4"}
        results = completion.results_of_form(detail(shop, run), typed)
        completion.complete_run(shop.store, run.number, results)
    stats = run_stats.run_stats(shop.store)

    assert [(one.name, one.sheets) for one in stats.designs] == [("Card", 3), ("Logo", 1)]
    assert [(one.name, one.runs) for one in stats.devices] == [("left", 2)]
    assert [one.name for one in stats.pens] == ["K-01 black", "K-02 red"]
    assert stats.pens[0].ink_percent == pytest.approx(7.5)
    assert stats.pens[0].ink_band == "notice"
    assert stats.ink_percent == pytest.approx(6.0)
    assert (stats.ink_runs, stats.quality, stats.rated) == (2, 4, 2)
    assert [one.runs for one in stats.months] == [2]
    assert run_stats.run_stats(shop.store, device="right").sheets == 0
    assert run_stats.run_stats(shop.store, until=values.parse_moment("2020-01-01")).runs == 0


def test_a_design_flagged_three_runs_in_a_row_proposes_new_figures_and_they_are_used(shop):
    shop.paper("big", sheets=50)
    job = card(shop, 1, paper="big")
    for number in range(1, 4):
        run = started(shop, shop.again(job))
        shop.draw_all(shop.left)
        Sheet.update(seconds=Sheet.seconds * 1.2).where(Sheet.run == run).execute()
        shop.settle(run)
        queue.change_job(shop.store, job.id, state="planned", done_at=None)
        stats = run_stats.run_stats(shop.store)
        assert bool(stats.proposals) == (number == 3)
    (offer,) = stats.proposals
    assert (offer.design, offer.figure) == ("Card", "time")
    assert offer.factor == pytest.approx(1.2)
    assert offer.command == "plotty run stats --adopt Card"

    assert any(offer.command in line for line in story_lines(detail(shop, run)))
    before = run.estimated_seconds
    run_stats.adopt_figures(shop.store, "card")
    after = pending(shop, shop.again(job))
    assert after.estimated_seconds == pytest.approx(before * 1.2)
    with pytest.raises(Refused, match="no proposal for 'poster'"):
        run_stats.adopt_figures(shop.store, "poster")


def test_verdicts_while_it_goes_on_are_kept_at_completion(shop):
    run = started(shop, card(shop))
    shop.draw_all(shop.left)
    doing.judge_sheets(shop.store, run.number, [1], "second")
    doing.judge_sheets(shop.store, run.number, [2], "spoiled", "smear")

    with pytest.raises(Refused, match="sheet 2 of RUN-001 is spoiled, not drawn"):
        doing.judge_sheets(shop.store, run.number, [2], "good")
    with pytest.raises(Refused, match="no sheet 7: RUN-001 has sheets 1 to 3"):
        doing.judge_sheets(shop.store, run.number, [7], "good")
    with pytest.raises(Refused, match="it has no positions: it is one piece"):
        doing.judge_sheets(shop.store, run.number, [3], "spoiled", "smear", pieces=[1])
    shop.settle(run, verdicts={})
    assert fates(run) == ["second", "spoiled", "good"]
