"""A run is settled in one transaction, once, and its figures add up."""

import pytest

from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.runs import Results, Verdict
from plotty_tui.store.production import run_lists, run_moves, runs
from plotty_tui.store.production.run_making import NewRun, make_run
from plotty_tui.store.tables import Ledger, Run, Sheet

SMEAR = Verdict("spoiled", "smear")


@pytest.fixture
def day(studio):
    """A run of three sheets with two pens that awaits results."""
    return studio.day()


def fates(run):
    return [sheet.state for sheet in Sheet.select().where(Sheet.run == run).order_by(Sheet.copy)]


def pens(studio):
    from plotty_tui.store.tables import Pen

    return list(Pen.select().order_by(Pen.id))


def test_a_run_that_went_well_is_settled_without_a_word(studio, day):
    before = studio.ledger()
    studio.settle(day, quality=5)

    run = studio.again(day)
    assert (run.state, run.quality, run.settled_at is not None) == ("completed", 5, True)
    assert run.seconds == 37.5
    assert fates(day) == ["good", "good", "good"]
    assert studio.ledger() == before
    assert [job.state for item in run.items for job in [item.job]] == ["done"]


def test_verdicts_are_one_for_each_sheet(studio, day):
    first, second, third = (sheet.id for sheet in studio.again(day).sheets)
    studio.settle(day, verdicts={first: SMEAR, second: Verdict("second"), third: Verdict("proof")})

    assert fates(day) == ["spoiled", "second", "proof"]
    assert [job.state for item in studio.again(day).items for job in [item.job]] == ["planned"]


def test_a_spoiled_sheet_becomes_waste_and_the_stock_stays(studio, day):
    black, red = pens(studio)
    shelf = studio.stock()
    spoiled = studio.again(day).sheets[0].id
    studio.settle(day, verdicts={spoiled: SMEAR})

    waste = Ledger.select().where(Ledger.kind == "waste")
    assert sorted((row.mm, row.sheets, row.reason, row.sheet_id) for row in waste) == [
        (-1000, 0, "smear", spoiled), (-250, 0, "smear", spoiled), (0, -1, "smear", spoiled),
    ]  # fmt: skip
    assert studio.stock() == shelf == 7
    assert (studio.used_mm(black), studio.used_mm(red)) == (3000, 750)
    assert [row.wasted_mm for row in runs.pen_use_rows(studio.store, day.id)] == [1000, 250]
    assert [(row.used, row.wasted) for row in runs.paper_use_rows(studio.store, day.id)] == [(3, 1)]
    assert studio.wrong() == []


def test_typed_metres_are_an_adjustment_beside_what_was_booked(studio, day):
    black, red = pens(studio)
    studio.settle(day, pens={black.id: 3100.0, red.id: 750.2})

    assert studio.used_mm(black) == 3100
    assert studio.used_mm(red) == 750
    assert studio.ledger()[-1] == ("adjust", -100, 0, f"settle:{day.id}:pen:{black.id}")
    assert studio.wrong() == []


def test_a_pen_that_needed_less_gets_its_ink_back(studio, day):
    black, _ = pens(studio)
    studio.settle(day, pens={black.id: 0.0})

    assert studio.used_mm(black) == 0


def test_weights_are_booked_and_remembered(studio, day):
    black, _ = pens(studio)
    studio.settle(day, weights={black.id: (45.2, 44.7)})

    assert studio.again(black).weight_g == 44.7
    row = Ledger.get(Ledger.key == f"weigh:{day.id}:pen:{black.id}")
    assert (row.kind, row.mm, row.mass_g) == ("use", 0, pytest.approx(-0.5))
    assert studio.used_mm(black) == 3000


def test_papers_that_were_counted_are_an_adjustment(studio, day):
    studio.settle(day, sheets_used=5)

    assert studio.stock() == 5
    assert runs.paper_use_rows(studio.store, day.id)[0].used == 5


@pytest.mark.parametrize(
    ("results", "sentence"),
    [
        (lambda s: {"weights": {1: (44.0, 45.0)}}, "after 45 g is heavier than before 44 g"),
        (
            lambda s: {"weights": {1: (45.0, 39.5)}},
            "pen K-01 weighs 39.5 g, less than its empty 40",
        ),
        (lambda s: {"failed": {1: 4}}, "Logo: 4 failed of 3 drawn does not add up: give 0 to 3"),
        (lambda s: {"quality": 7}, "quality 7: give 1 to 5 stars"),
        (lambda s: {"verdicts": {1: Verdict("spoiled", "cat")}}, "no reason 'cat'"),
        (lambda s: {"verdicts": {99: SMEAR}}, "sheet 99 is not a drawn sheet"),
        (lambda s: {"sheets_used": 11}, "paper a4 has 7 sheets, 8 are wanted"),
        (lambda s: {"failed": {1: 1}, "pens": {1: 1.0}, "sheets_used": 99}, "92|96 are wanted"),
    ],
)
def test_results_that_do_not_add_up_change_nothing(studio, day, results, sentence):
    before = studio.dump()

    with pytest.raises(Refused, match=sentence):
        studio.settle(day, **results(studio))
    assert studio.dump() == before
    studio.settle(day)
    assert studio.again(day).state == "completed"


def test_a_pen_that_is_not_in_the_books_is_a_sentence(studio, day):
    before = studio.dump()

    for results in ({"pens": {99: 5.0}}, {"weights": {99: (5.0, 4.0)}}):
        with pytest.raises(Refused):
            studio.settle(day, **results)
    assert studio.dump() == before


def test_completing_twice_is_refused(studio, day):
    studio.settle(day)
    before = studio.dump()

    with pytest.raises(Refused, match="RUN-001 is completed already: its results are told once"):
        studio.settle(day, failed={1: 1})
    assert studio.dump() == before


@pytest.mark.parametrize("state", ["pending", "failed", "cancelled"])
def test_a_run_that_is_not_going_on_is_not_completed(studio, state):
    job = studio.job()
    run = make_run(studio.store, NewRun([runs.item_of_job(job, 1)]))
    if state == "cancelled":
        run_moves.cancel_run(studio.store, run.number)
    elif state == "failed":
        runs.begin_run(studio.store, run)
        run_moves.fail_run(studio.store, run.number, "software")
    before = studio.dump()

    with pytest.raises(Refused, match=f"RUN-001 is {state}"):
        studio.settle(run)
    assert studio.dump() == before


def test_a_run_with_open_sheets_is_not_completed(studio):
    left = studio.device()
    run = studio.run(studio.job(copies=3))
    studio.draw(left)
    studio.begin(left, studio.load(left))

    with pytest.raises(Refused, match="RUN-001 has 2 sheets that are not drawn yet"):
        studio.settle(run)
    assert studio.again(run).state == "in_progress"


def test_a_run_whose_sheets_were_all_cancelled_is_settled_with_nothing(studio):
    from plotty_tui.store.plots import sheet_ends
    from plotty_tui.studio.production import run_detail

    job = studio.job(copies=2)
    run = studio.run(job)
    sheet_ends.cancel_job(studio.store, job.id)
    studio.settle(run)
    detail = run_detail.run_detail(studio.store, run.number)

    assert (detail.state, detail.attempted, detail.success_percent) == ("completed", 0, None)


def test_numbers_of_runs_are_never_used_again(studio):
    from plotty_tui.studio.jobs import intake

    job = studio.job()
    assert studio.run(job).number == 1
    studio.draw(studio.device())
    studio.settle(Run.get(Run.number == 1))
    intake.remove_jobs(studio.store, ["Logo"])
    with studio.store.write():  # even one that vanished
        Ledger.delete().execute()
        for table in ("event", "sheet_layer", "sheet", "item", "run"):
            studio.store.rows(f"SELECT 1 FROM {table}")
    assert studio.run(studio.job("next")).number == 2


def test_a_run_that_was_refused_takes_no_number_and_leaves_nothing(studio):
    studio.paper(sheets=1)
    job = studio.job(copies=2)
    before = studio.dump()

    with pytest.raises(Refused, match="paper a4 has 1 sheet; this run and the open ones need 2"):
        studio.run(job)
    with pytest.raises(Refused, match="bare has no plan: plotty plan 'bare'"):
        studio.run(job, studio.job("bare", planned=False))
    assert studio.again(job).state == "planned"
    assert [studio.dump()[name] for name in ("Run", "Item", "Sheet", "Sequence")] == [
        before[name] for name in ("Run", "Item", "Sheet", "Sequence")
    ]
    assert studio.run(studio.job("one")).number == 1


def test_a_job_is_in_one_open_run(studio):
    job = studio.job()
    studio.run(job)

    with pytest.raises(Refused, match="Logo is being drawn already"):
        studio.run(studio.again(job))


def test_a_run_knows_what_it_was_meant_to_take(studio):
    black = studio.pen()
    job = studio.job(copies=3, layers=((black.id, 4, 1000.0), (None, 2, 250.0)))
    run = studio.again(studio.run(job))

    assert (run.estimated_mm, run.estimated_seconds, run.preset) == (3750, 37.5, "fast")
    assert runs.estimated_pen_mm(studio.store, run.id) == {black.id: 3000, None: 750}


def test_a_run_that_is_not_there_names_the_last(studio):
    with pytest.raises(NotFound, match="no RUN-007: there is no run yet"):
        runs.find_run(7)
    studio.run(studio.job())
    with pytest.raises(NotFound, match="no RUN-007: the last is RUN-001"):
        runs.find_run(7)


def test_runs_are_listed_newest_first_and_by_state(studio, day):
    studio.run(studio.job("next"))
    numbers = [row.number for row in run_lists.run_rows(studio.store)]

    assert numbers == [2, 1]
    assert [row.awaiting for row in run_lists.run_rows(studio.store)] == [False, True]
    studio.settle(day)
    assert [row.number for row in run_lists.run_rows(studio.store, ["completed"])] == [1]
    assert [row.number for row in run_lists.run_rows(studio.store, limit=1)] == [2]


def test_a_settlement_told_by_a_form_names_who_told_it(studio, day):
    runs.settle_run(studio.store, day.number, Results(pens={1: 1.0}), "ada@desk")

    assert Ledger.select().order_by(Ledger.id.desc()).first().actor == "ada@desk"
