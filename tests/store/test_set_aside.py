"""Pen by pen in the books: sheets are set aside, taken again, spoiled, given to another plotter."""

from __future__ import annotations

import pytest
from small_books import Studio

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.plot_orders import ORDERS, PlotOrders
from plotty_tui.domain.runs import Verdict
from plotty_tui.store import tables
from plotty_tui.store.machines import devices
from plotty_tui.store.plots import claims, cut_off, drawing, passes, set_aside, sheet_ends
from plotty_tui.store.production import run_moves, runs


class Edition:
    """Three copies with a black and a red pen, pen by pen, and the plotter that draws them."""

    def __init__(self, studio: Studio) -> None:
        self.studio, self.store = studio, studio.store
        studio.paper(sheets=10)
        self.black, self.red = studio.pen("black", color="#000000"), studio.pen("red", color="#c00")
        layers = ((self.black.id, 4, 1000.0), (self.red.id, 2, 250.0))
        self.job = studio.job(copies=3, layers=layers)
        self.left = studio.device("left")
        told = {ORDERS: PlotOrders(pen_by_pen=True).to_json()}
        self.run = runs.open_run(self.store, [(self.job, 3)], [], settings=told)

    def draw(self, layer: int, copy: int) -> claims.Claim:
        """The sheet that is due is put on and its next layer drawn."""
        claim = claims.claim_sheet(self.store, self.left.id)
        assert claim is not None
        assert (claim.copy, claim.layer) == (copy, layer)
        set_aside.put_on(self.store, claim.sheet)
        self.go_on(claim, layer)
        return claim

    def go_on(self, claim: claims.Claim, layer: int) -> None:
        """The next layer of what lies on the plotter."""
        self.studio.begin(self.studio.again(self.left), claim, layer)
        self.studio.finish(claim, layer)

    def states(self) -> list[tuple[str, str, str | None, str | None]]:
        """(state, waits for, plotter, set aside on) of each sheet."""
        return [
            (
                one.state, one.waiting_for, one.device.name if one.device_id else None,
                one.aside.name if one.aside_id else None,
            )
            for one in tables.Sheet.select().order_by(tables.Sheet.copy)
        ]  # fmt: skip


@pytest.fixture
def edition(studio: Studio) -> Edition:
    return Edition(studio)


def test_a_sheet_is_set_aside_and_the_next_one_taken_in_one_go(edition: Edition) -> None:
    claim = edition.draw(0, 1)
    assert set_aside.set_aside(edition.store, claim.sheet)
    assert edition.states() == [
        ("waiting", "off", None, "left"), ("planned", "", "left", None), ("planned", "", None, None)
    ]  # fmt: skip
    assert set_aside.to_take_off(edition.store, edition.left.id) == "Logo copy 1"
    edition.draw(0, 2)
    assert edition.states()[0] == ("waiting", "aside", None, "left")
    assert not set_aside.to_take_off(edition.store, edition.left.id)
    # Ink of the first layer and two papers are booked, the sheets are open.
    assert edition.studio.used_mm(edition.black) == 2000.0
    assert edition.studio.stock() == 8
    assert edition.studio.wrong() == []


def test_a_pass_ends_where_the_next_one_begins_and_goes_back_through_the_pile(
    edition: Edition,
) -> None:
    for copy in (1, 2, 3):
        claim = edition.draw(0, copy)
        assert set_aside.set_aside(edition.store, claim.sheet) == (copy < 3)
    edition.go_on(claim, 1)
    sheet_ends.finish_sheet(edition.store, claim.sheet)
    for copy in (2, 1):
        claim = edition.draw(1, copy)
        assert not claim.stroke
        sheet_ends.finish_sheet(edition.store, claim.sheet)
    assert claims.claim_sheet(edition.store, edition.left.id) is None
    assert [state for state, *_ in edition.states()] == ["drawn"] * 3
    assert edition.studio.used_mm(edition.red) == 750.0
    assert edition.studio.wrong() == []


def test_after_the_engine_has_died_what_was_aside_is_aside(edition: Edition) -> None:
    for copy in (1, 2, 3):
        claim = edition.draw(0, copy)
        set_aside.set_aside(edition.store, claim.sheet)
    edition.go_on(claim, 1)
    sheet_ends.finish_sheet(edition.store, claim.sheet)
    asked = claims.claim_sheet(edition.store, edition.left.id)
    assert asked.aside
    assert asked.to_put_on
    assert claims.held_sheet(edition.store, edition.left.id) is None  # it does not lie there yet
    for again in (cut_off.cut_off_sheets, lambda store: claims.release_claims(store, 1)):
        again(edition.store)
        assert [state[1:] for state in edition.states()[:2]] == [("aside", None, "left")] * 2
        assert claims.claim_sheet(edition.store, edition.left.id).sheet == asked.sheet
    set_aside.put_on(edition.store, asked.sheet)
    assert cut_off.cut_off_sheets(edition.store) == [(edition.left.id, "Logo", asked.sheet)]
    assert edition.states()[1] == ("interrupted", "", "left", None)


def test_another_plotter_gets_what_is_aside_only_when_it_is_given_it(edition: Edition) -> None:
    right = edition.studio.device("right")
    claim = edition.draw(0, 1)
    set_aside.set_aside(edition.store, claim.sheet)
    taken = [claims.claim_sheet(edition.store, right.id).copy]
    drawing.return_sheet(edition.store, claims.claim_sheet(edition.store, edition.left.id).sheet)
    assert taken == [3]
    with pytest.raises(Refused, match="Logo copy 1 was set aside on left"):
        devices.remove_device(edition.store, edition.left.id)
    assert set_aside.give_to(edition.store, edition.left.id, right.id) == ["Logo copy 1"]
    assert edition.states()[0] == ("waiting", "aside", None, "right")
    assert not passes.sheets_aside(edition.left)


def test_what_is_aside_can_be_spoiled_cancelled_and_failed(edition: Edition) -> None:
    ids = []
    for copy in (1, 2):
        claim = edition.draw(0, copy)
        set_aside.set_aside(edition.store, claim.sheet)
        ids.append(claim.sheet)
    run = edition.run.number
    with pytest.raises(Refused, match="before that it can only be spoiled"):
        run_moves.judge_sheets(edition.store, run, {ids[0]: Verdict("good")}, {})
    run_moves.judge_sheets(edition.store, run, {ids[0]: Verdict("spoiled", "smear")}, {})
    assert edition.states()[0] == ("spoiled", "", "left", None)
    wasted = [row for row in edition.studio.ledger() if row[0] == "waste"]
    assert sorted(key for *_, key in wasted) == [
        f"waste:ink:{ids[0]}:0:0", f"waste:paper:{ids[0]}"
    ]  # fmt: skip
    claims.release_claims(edition.store, edition.left.id)
    assert sheet_ends.cancel_job(edition.store, edition.job.id) == []
    assert [state for state, *_ in edition.states()] == ["spoiled", "spoiled", "cancelled"]
    assert edition.studio.wrong() == []


def test_a_run_that_fails_spoils_what_is_aside(edition: Edition) -> None:
    claim = edition.draw(0, 1)
    set_aside.set_aside(edition.store, claim.sheet)
    claims.release_claims(edition.store, edition.left.id)
    run_moves.fail_run(edition.store, edition.run.number, "pen_wrong")
    assert [state for state, *_ in edition.states()] == ["spoiled", "cancelled", "cancelled"]
    assert edition.studio.wrong() == []


def test_a_held_job_keeps_what_is_aside_and_released_goes_on(edition: Edition) -> None:
    claim = edition.draw(0, 1)
    set_aside.set_aside(edition.store, claim.sheet)
    claims.release_claims(edition.store, edition.left.id)
    tables.Job.update(held="wait").execute()
    assert claims.claim_sheet(edition.store, edition.left.id) is None
    tables.Job.update(held="").execute()
    assert claims.claim_sheet(edition.store, edition.left.id) is not None


def test_sheet_by_sheet_again_draws_what_is_aside_to_its_end_first(edition: Edition) -> None:
    claim = edition.draw(0, 1)
    set_aside.set_aside(edition.store, claim.sheet)
    claims.release_claims(edition.store, edition.left.id)
    run_moves.edit_run(edition.store, edition.run.number, run_moves.Edit({"pen_by_pen": False}))
    claim = edition.draw(1, 1)
    assert not set_aside.set_aside(edition.store, claim.sheet)
