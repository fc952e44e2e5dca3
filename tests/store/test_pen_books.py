"""What is done to pens and paper, and what the ledger says of it."""

from datetime import timedelta
from importlib import import_module

import pytest

from plotty_tui.domain.errors import Conflict, NotFound, Refused
from plotty_tui.domain.patterns import PRIMING
from plotty_tui.domain.runs import Results
from plotty_tui.store.inventory import holders, materials, pen_care, pens
from plotty_tui.store.plots import loose_ink, sheet_ends
from plotty_tui.store.production import runs
from plotty_tui.store.tables import Event, Ledger, Paper, Pen, database, moment
from plotty_tui.studio import forms
from plotty_tui.studio.inventory import prices, shopping, stock


@pytest.fixture
def black(studio):
    return studio.pen("black", life_mm=10_000, weight_g=850.0, tare_g=240.0, price=3.0)


def row_of(studio, pen):
    return stock.find_pen_row(studio.store, pen.code)


def test_a_pen_is_weighed(studio, black):
    found, row = stock.weigh_pen(studio.store, "K-01", 657.0)
    assert (found.used_g, row.weight_g) == (193, 657)
    with pytest.raises(Refused, match="say why"):
        stock.weigh_pen(studio.store, "K-01", 660.0)
    with pytest.raises(Refused, match="less than its empty 240 g"):
        stock.weigh_pen(studio.store, "K-01", 239.9)
    assert row_of(studio, black).weight_g == 657
    found, row = stock.weigh_pen(studio.store, "K-01", 660.0, "refilled")
    assert found.adjusted_g == pytest.approx(3)
    rows = stock.list_ledger(studio.store, pen="K-01")
    assert [(one.kind, one.mass_g, one.reason) for one in rows[:2]] == [
        ("adjust", 3, "refilled"), ("use", -193, "weighed"),
    ]  # fmt: skip


def test_weighings_calibrate_the_line_of_a_pen_type(studio, black):
    paper, left = studio.paper("a4"), studio.device()
    run = studio.run(studio.job(copies=2, layers=((black.id, 4, 2_000.0),)))
    stock.weigh_pen(studio.store, "K-01", 850.0)
    studio.draw(left)
    stock.weigh_pen(studio.store, "K-01", 849.5)
    (one,) = stock.calibrations(studio.store)
    assert one.mg_per_m is None
    assert "less than 10 steps" in one.why
    studio.draw(left)
    stock.weigh_pen(studio.store, "K-01", 848.8)
    (one,) = stock.calibrations(studio.store)
    assert one.mg_per_m == pytest.approx(1.2 * 1e6 / 4000)
    assert one.paper == paper.name
    assert run.number == 1


def test_grams_and_priming_of_a_run_add_up(studio):
    """45 drawn + 8 primed = 53, 12 + 5 = 17: two pens, each with its priming."""
    black, white = studio.pen("black"), studio.pen("white")
    left = studio.device()
    run = studio.run(studio.job(layers=((black.id, 1, 45.0), (white.id, 1, 12.0))))
    claim = studio.load(left)
    for layer, primed in ((0, 8.0), (1, 5.0)):
        studio.begin(left, claim, layer)

        studio.progress(left, claim, 1, primed, PRIMING)
        loose_ink.book_loose_ink(studio.store, left.id)
        studio.finish(claim, layer)
    sheet_ends.finish_sheet(studio.store, claim.sheet)
    used = {row.code: row.used_mm for row in runs.pen_use_rows(studio.store, run.id)}
    assert used == {"K-01": 53, "K-02": 17}


def test_a_pen_is_changed(studio, black):
    changes = forms.parse_changes(
        forms.PEN, {"slot": "4", "speed_cap": "40%", "height": "35", "offset_x_mm": "-0.3",
                         "care": "shake 2m", "life_mm": "12m", "notes": "the good one"}
    )  # fmt: skip
    row = stock.edit_pen(studio.store, "black", changes)
    assert (row.slot, row.speed_cap, row.height, row.offset_x_mm) == (4, 40, 35, -0.3)
    assert (row.life_mm, row.left_mm, row.notes) == (12_000, 12_000, "the good one")
    row = stock.edit_pen(studio.store, "4", {"slot": forms.CLEAR, "speed_cap": forms.CLEAR})
    assert (row.slot, row.speed_cap) == (None, None)
    with pytest.raises(Refused, match="cannot be without name"):
        stock.edit_pen(studio.store, "K-01", {"name": forms.CLEAR})
    with pytest.raises(Refused, match="nothing to change"):
        stock.edit_pen(studio.store, "K-01", {})
    for wrong in ({"speed_cap": "200"}, {"height": "101"}, {"offset_y_mm": "70"}, {"state": "wet"}):
        with pytest.raises(Refused):
            forms.parse_changes(forms.PEN, wrong)


def test_a_sticker_and_a_slot_have_one_pen(studio, black):
    studio.pen("red", slot=2)
    with pytest.raises(Refused, match="there is a pen K-02 already"):
        stock.edit_pen(studio.store, "K-01", {"code": "k-02"})
    with pytest.raises(Refused, match="slot 2 holds K-02 red"):
        stock.edit_pen(studio.store, "K-01", {"slot": 2})
    with pytest.raises(Conflict):
        pens.edit_pen(studio.store, "K-01", {"notes": "x"}, revision=99)


def test_the_form_of_a_pen_gives_back_only_what_was_changed(studio, black):
    fields = stock.pen_fields(row_of(studio, black))
    typed = {field.key: field.value for field in fields}
    assert stock.typed_changes(fields, typed) == {}
    typed |= {"price": "", "kind": "gel"}
    assert stock.typed_changes(fields, typed) == {"price": forms.CLEAR, "kind": "gel"}
    assert stock.edit_pen(studio.store, "K-01", stock.typed_changes(fields, typed)).price is None
    paper = studio.paper()
    row = stock.paper_detail(studio.store, paper.name).row
    fields = stock.paper_fields(row)
    assert stock.typed_changes(fields, {field.key: field.value for field in fields}) == {}


def test_a_dry_pen_teaches_what_its_type_lives(studio):
    first = studio.pen("gel black", kind="gel", life_mm=600_000)
    studio.store.clock.now()
    pens.prime_pen(studio.store, first.code, 450_000)
    row = stock.mark_dry(studio.store, first.code, "does not start any more")
    assert (row.state, row.used_mm, row.left_mm) == ("dry", 450_000, 0)
    assert stock.learned_lives(studio.store)["gel"].mm == 450_000
    learned = stock.add_pen(studio.store, {"name": "gel red", "kind": "gel", "color": "#ff0000"})
    assert learned.life_mm == 450_000
    again = stock.edit_pen(studio.store, first.code, {"state": "in_use"})
    assert again.left_mm == 150_000, "it was not dry after all"
    with pytest.raises(Refused, match="is dry already"):
        stock.mark_dry(studio.store, stock.mark_dry(studio.store, first.code).code)
    with pytest.raises(Refused, match="K-01 is dry: plotty pen edit K-01 --state in_use"):
        stock.prime_pen(studio.store, "K-01", 100)


def test_a_pen_may_outlive_its_forecast_and_is_flagged(studio, black):
    row = stock.prime_pen(studio.store, "K-01", 11_000)
    assert (row.left_mm, row.outlived) == (-1_000, True)
    assert stock.learned_lives(studio.store)["black"].outlived == ("K-01",)


def test_a_retired_pen_leaves_lists_slot_and_holder(studio):
    pen = studio.pen("black", slot=1)
    left = studio.device()
    stock.load_pen(studio.store, "K-01", "left")
    assert row_of(studio, pen).device == "left"
    stock.retire_pen(studio.store, "K-01", "lent")
    assert stock.list_pens(studio.store) == []
    assert stock.list_pens(studio.store, retired=True)[0].slot is None
    assert studio.again(left).loaded_pen_id is None
    with pytest.raises(Refused, match="K-01 is retired"):
        stock.load_pen(studio.store, "K-01", "left")


def test_a_pen_that_draws_is_not_taken_away(studio, black):
    left = studio.device()
    studio.run(studio.job(layers=((black.id, 4, 1000.0),)))
    studio.begin(left, studio.load(left))
    studio.again(left).update(state="drawing").execute()
    with pytest.raises(Refused, match="left is drawing with pen K-01"):
        stock.mark_dry(studio.store, "K-01")
    studio.pen("red")
    with pytest.raises(Refused, match="left is drawing with K-01"):
        stock.load_pen(studio.store, "K-02", "left")


def test_care_is_asked_for_with_the_pen_and_noted_when_it_was_in_hand(studio):
    pen = studio.pen("black", care={"rules": [{"what": "shake", "every_mm": 2000.0}]})
    left = studio.device()
    stock.load_pen(studio.store, "K-01", "left")
    assert holders.pen_to_put_in(studio.store, left.id, pen.id, "#000000") is None
    stock.prime_pen(studio.store, "K-01", 2500)
    assert row_of(studio, pen).care_due == "shake"
    wanted = holders.pen_to_put_in(studio.store, left.id, pen.id, "#000000")
    assert (wanted.code, wanted.care) == ("K-01", "shake it")
    holders.ask_with_pen(
        studio.store, left.id, "pen", lambda pen: f"put {pen.code}", pen.id, "#000000"
    )
    holders.put_in(studio.store, left.id, None)
    assert pen_care.care_of(studio.store, Pen.get_by_id(pen.id)) == []
    assert holders.pen_to_put_in(studio.store, left.id, pen.id, "#000000") is None
    stock.edit_pen(studio.store, "K-01", {"care": {"rules": []}})
    assert row_of(studio, pen).care_text == ""


def test_the_habits_of_the_pen_in_the_holder(studio):
    pen = studio.pen("black", speed_cap=30, height=40, offset_x_mm=0.2)
    left = studio.device()
    assert holders.habits_in(studio.store, left.id).speed_cap is None
    stock.load_pen(studio.store, pen.code, "left")
    habits = holders.habits_in(studio.store, left.id)
    assert (habits.speed_cap, habits.height, habits.offset_x_mm) == (30, 40, 0.2)


# Paper ---------------------------------------------------------------------------------------


def test_the_shelf_is_counted(studio):
    studio.paper("a4", sheets=10)
    assert stock.count_paper(studio.store, "a4", 8)[0] == -2
    with pytest.raises(Refused, match="counted 9 sheets of a4, the books have 8: say why"):
        stock.count_paper(studio.store, "a4", 9)
    assert stock.count_paper(studio.store, "a4", 9, "a pad behind the shelf")[1].stock == 9
    assert stock.count_paper(studio.store, "a4", 9)[0] == 0
    with pytest.raises(Refused, match="counted -1 sheets"):
        stock.count_paper(studio.store, "a4", -1)
    assert [row.sheets for row in stock.list_ledger(studio.store, paper="a4")] == [1, -2, 10]


def test_a_renamed_paper_takes_its_jobs_with_it(studio):
    studio.paper("a4")
    job = studio.job(paper="A4", planned=False)
    stock.edit_paper(studio.store, "a4", {"name": "Bristol", "price": 0.3, "size": "210x297"})
    assert studio.again(job).paper == "Bristol"
    with pytest.raises(NotFound):
        stock.paper_detail(studio.store, "a4")


def test_a_retired_paper_is_out_of_stock_and_out_of_the_lists(studio):
    studio.paper("a4", sheets=3)
    studio.run(studio.job("card"))
    with pytest.raises(Refused, match="a4 is wanted by RUN-001"):
        stock.retire_paper(studio.store, "a4")
    studio.paper("a5", sheets=3)
    assert stock.retire_paper(studio.store, "a5") == "a5"
    assert [row.name for row in stock.list_papers(studio.store)] == ["a4"]
    assert studio.wrong() == []


# The ledger, the list, the cost --------------------------------------------------------------


def test_the_ledger_is_filtered(studio):
    run = studio.day()
    studio.settle(run)
    store = studio.store
    assert {row.kind for row in stock.list_ledger(store, kind="use")} == {"use"}
    assert {row.pen for row in stock.list_ledger(store, pen="K-01")} == {"K-01"}
    assert {row.run for row in stock.list_ledger(store, run=1)} == {1}
    assert stock.list_ledger(store, text="red nothing") == []
    assert len(stock.list_ledger(store, text="logo RED")) == 3
    assert len(stock.list_ledger(store, limit=2)) == 2
    now = store.clock.now()
    assert stock.list_ledger(store, since=now + timedelta(hours=1)) == []
    assert stock.list_ledger(store, until=now + timedelta(hours=1))
    with pytest.raises(NotFound, match="no ledger kind 'usage'"):
        stock.list_ledger(store, kind="usage")


def test_the_list_says_what_runs_out_with_the_queue_as_it_stands(studio):
    studio.paper("a4", sheets=7)
    black = studio.pen("black", life_mm=6_500, price=3.0)
    studio.run(studio.job("card", copies=3, layers=((black.id, 4, 1000.0),)))
    studio.job("poster", copies=6, layers=((black.id, 4, 1000.0),))
    studio.job("later", planned=False)
    found = shopping.shopping_list(studio.store)
    pen, paper = found.to_buy
    assert (pen.end.name, pen.end.sheet, pen.end.wanted) == ("poster", 4, 9000)
    assert shopping.ends_words(pen).startswith("poster, sheet 4 of 6, about ")
    assert (pen.buy, found.cost, found.unplanned) == (1, 3.0, 1)
    assert (paper.article.name, paper.buy, found.not_priced) == ("a4", 3, ["a4"])
    assert shopping.words_of(pen) == "pen K-01: 6.50 m left, the work ahead wants 9.00 m"


def test_stock_that_becomes_low_is_told_once(studio):
    studio.paper("a4", sheets=3)
    black = studio.pen("black", life_mm=2_500)
    left = studio.device()
    studio.run(studio.job("card", copies=2, layers=((black.id, 4, 1000.0),)))
    studio.draw_all(left)
    told = [event.text for event in Event.select().where(Event.kind == "low")]
    assert told == []
    prices.set_stock(studio.store, low_mm={"*": 2_000.0})
    studio.run(studio.job("next", copies=1, layers=((black.id, 4, 200.0),)))
    studio.draw_all(left)
    told = [event.text for event in Event.select().where(Event.kind == "low")]
    assert told == [
        "pen K-01 black runs low: 0.30 m are free", "paper a4 runs low: 0 sheets free",
    ]  # fmt: skip


def test_what_a_run_cost(studio):
    paper = studio.paper("a4", sheets=10)
    stock.edit_paper(studio.store, paper.name, {"price": 0.1})
    black = studio.pen("black", life_mm=10_000, price=3.0)
    run = studio.run(studio.job("Acme: Card", copies=3, client="Acme",
                                layers=((black.id, 4, 1000.0), (None, 1, 10.0))))  # fmt: skip
    studio.draw_all(studio.device())
    spoiled = {runs.drawn_sheets(run)[0].id: runs.runs.Verdict("spoiled", "smear")}
    runs.settle_run(studio.store, run.number, Results(verdicts=spoiled))
    with pytest.raises(Refused, match="prices want a currency"):
        prices.set_prices(studio.store, machine_hour=12.0)
    prices.set_prices(studio.store, currency="EUR", machine_hour=12.0, operator_minute=0.5)
    cost = prices.run_cost(studio.store, run.number)
    money = {line.what: round(line.money, 4) for line in cost.lines}
    assert money["ink K-01"] == 0.9, "the spoiled sheet's too"
    assert money["paper a4"] == 0.3
    assert money["machine time"] == pytest.approx(12 * 30.3 / 3600, abs=1e-3)
    assert cost.good == 2
    assert cost.per_good_sheet == pytest.approx(cost.total / 2)
    assert cost.not_counted == ("ink of pens that are not in stock", "consumables", "nib wear")
    for by, name in (("client", "Acme"), ("design", "Acme: Card.svg")):
        (group,) = prices.costs(studio.store, by)
        assert (group.name, group.sheets) == (name, 3)
        assert group.cost.total == pytest.approx(cost.total)
    with pytest.raises(NotFound, match="no way to group costs 'moon'"):
        prices.costs(studio.store, "moon")


def test_two_designs_of_a_run_share_what_was_settled_for_both(studio):
    black = studio.pen("black", life_mm=10_000, price=1.0)
    left = studio.device()
    run = studio.run(
        *(studio.job(name, copies=n, layers=((black.id, 1, 1000.0),)) for name, n in
          (("one", 1), ("two", 3)))
    )  # fmt: skip
    studio.draw_all(left)
    studio.settle(run, pens={black.id: 4_400.0})
    found = {one.name: one.cost.total for one in prices.costs(studio.store, "design")}
    assert found == {"one.svg": pytest.approx(0.11), "two.svg": pytest.approx(0.33)}
    (whole,) = prices.costs(studio.store, "run")
    assert whole.cost.total == pytest.approx(0.44)


def test_every_hand_on_the_stock_is_in_the_ledger(studio, black):
    studio.paper("a4", sheets=3)
    stock.prime_pen(studio.store, "K-01", 20, "after the holidays")
    stock.weigh_pen(studio.store, "K-01", 849.0)
    stock.count_paper(studio.store, "a4", 2)
    rows = list(Ledger.select())
    assert all(row.actor for row in rows if row.kind in ("prime", "use", "adjust"))
    assert len({row.key for row in rows}) == len(rows)
    assert materials.pen_left_mm(black.id) == sum(row.mm for row in rows if row.pen_id == black.id)


def test_the_kept_balances_are_checked_against_the_ledger(studio):
    studio.settle(studio.day())
    stock.mark_dry(studio.store, "K-02")
    kept = [(row.received_mm, row.used_mm, row.written_off_mm) for row in Pen.select()]
    assert studio.wrong() == []
    Pen.update(used_mm=1.0).execute()
    Paper.update(stock=99).execute()
    assert [line.split(" is kept")[0] for line in studio.wrong()] == [
        "pen K-01", "pen K-02", "paper a4",
    ]  # fmt: skip

    made = import_module("plotty_tui.store.migrations.0003_runs_in_full")
    for sums in (made.BALANCES, made.STOCKS):
        database.execute_sql(sums)
    assert studio.wrong() == []
    assert kept == [(row.received_mm, row.used_mm, row.written_off_mm) for row in Pen.select()]


def test_a_pen_that_was_used_before_is_added_as_it_is(studio):
    new = {"name": "black", "color": "#000000", "life_mm": 600_000.0}
    opened, used = forms.day("2025-11-02"), forms.day("2025-11-20")
    pen = stock.add_pen(studio.store, new | {"opened_at": opened, "last_used_at": used})
    assert (pen.state, moment(pen.opened_at), moment(pen.last_used_at)) == ("in_use", opened, used)
    empty = stock.add_pen(studio.store, new | {"state": "empty"})
    assert (empty.state, empty.left_mm) == ("empty", 0)
    with pytest.raises(Refused, match="last used 2025-11-02 is before it was opened, 2025-11-20"):
        stock.add_pen(studio.store, new | {"opened_at": used, "last_used_at": opened})
    assert runs.check_books(studio.store) == []
