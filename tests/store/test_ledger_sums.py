"""The ledger under a random sequence of operations: stock is its sum, no paper below zero, and what
is held is what open runs still draw."""

from __future__ import annotations

import contextlib
import itertools

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from plotty_tui.domain.errors import Refused
from plotty_tui.store.inventory import materials, reservations
from plotty_tui.store.plots import claims, drawing, sheet_ends
from plotty_tui.store.production import run_lists, runs
from plotty_tui.store.tables import Job, Ledger, Run, Sheet
from plotty_tui.studio.inventory import stock

LIFE = 20_000.0


class Shelf(RuleBasedStateMachine):
    """A pen and a paper, taken from and added to in every way there is; what should be on the shelf
    is counted beside it."""

    new_studio = None
    names = itertools.count()

    def __init__(self):
        super().__init__()
        self.studio = self.new_studio(f"shelf-{next(self.names)}")
        self.paper = self.studio.paper("a4", sheets=0)
        self.pen = self.studio.pen("black", life_mm=LIFE, weight_g=50.0, tare_g=10.0)
        self.left = self.studio.device("left")
        self.sheets, self.mm, self.grams, self.jobs = 0, LIFE, 50.0, 0

    @rule(sheets=st.integers(1, 6))
    def receive(self, sheets):
        stock.receive_paper(self.studio.store, "a4", sheets)
        self.sheets += sheets

    @rule(sheets=st.integers(0, 8), why=st.sampled_from(["", "found"]))
    def count(self, sheets, why):
        with contextlib.suppress(Refused):
            stock.count_paper(self.studio.store, "a4", sheets, why)
            self.sheets = sheets

    @rule(sheets=st.integers(1, 9))
    def take(self, sheets):
        """Somebody books straight into the ledger, perhaps too much."""
        key = f"take:{Ledger.select().count()}"
        with contextlib.suppress(Refused), self.studio.store.write():
            materials.book(self.studio.store, "waste", key, paper=self.paper.id, sheets=-sheets)
            self.sheets -= sheets

    @rule(mm=st.integers(1, 3000))
    def prime(self, mm):
        with contextlib.suppress(Refused):
            stock.prime_pen(self.studio.store, "K-01", mm)
            self.mm -= mm

    @rule(grams=st.integers(5, 60), why=st.sampled_from(["", "refilled"]))
    def weigh(self, grams, why):
        try:
            found, _ = stock.weigh_pen(self.studio.store, "K-01", grams, why)
        except Refused:
            assert grams < 10 or (grams > self.grams and not why)
        else:
            assert grams == self.grams - found.used_g + found.adjusted_g
            self.grams = grams

    @rule(metres=st.integers(1, 40))
    def another_life(self, metres):
        before = stock.find_pen_row(self.studio.store, "K-01").life_mm
        stock.edit_pen(self.studio.store, "K-01", {"life_mm": metres * 1000.0})
        if self.dry:
            stock.edit_pen(self.studio.store, "K-01", {"state": "in_use"})
        self.mm += metres * 1000.0 - before

    @property
    def dry(self):
        return stock.find_pen_row(self.studio.store, "K-01").state == "dry"

    @rule()
    def mark_dry(self):
        with contextlib.suppress(Refused):
            stock.mark_dry(self.studio.store, "K-01")

    @rule()
    def take_up_again(self):
        if self.dry:
            stock.edit_pen(self.studio.store, "K-01", {"state": "in_use"})

    @rule(copies=st.integers(1, 3), mm=st.sampled_from([100.0, 2500.0]))
    def begin_run(self, copies, mm):
        self.jobs += 1
        job = self.studio.job(f"job {self.jobs}", copies=copies, layers=((self.pen.id, 2, mm),))
        before = Ledger.select().count()
        try:
            self.studio.run(job)
        except Refused:
            assert Ledger.select().count() == before, "a refused run holds nothing"

    @rule(end=st.sampled_from(["drawn", "spoiled", "cancelled"]))
    def go_on(self, end):
        store = self.studio.store
        claim = claims.claim_sheet(store, self.left.id)
        if claim is None:
            return
        if end == "cancelled":
            claims.release_claims(store, self.left.id)
            item = Sheet.get_by_id(claim.sheet).item
            sheet_ends.cancel_job(store, item.job_id)
            return
        drawing.move_sheet(store, claim.sheet, "loaded")
        self.studio.begin(self.left, claim)
        self.sheets = max(0, self.sheets - 1)
        if end == "drawn":
            self.studio.finish(claim)
            sheet_ends.finish_sheet(store, claim.sheet)
            self.mm -= claim.plan.layers[0].pen_down_mm
        else:
            self.studio.progress(self.left, claim, 1, 40.0)
            sheet_ends.give_up_sheet(store, claim.sheet, "smear")
            self.mm -= 40.0

    @rule()
    def settle(self):
        for row in run_lists.run_rows(self.studio.store, limit=1):
            if row.awaiting:
                self.studio.settle(runs.find_run(row.number))

    @invariant()
    def stock_is_the_sum(self):
        row = stock.find_pen_row(self.studio.store, "K-01")
        rows = [one for one in Ledger.select() if one.kind not in ("reserve", "release")]
        assert materials.paper_stock(self.paper.id) == self.sheets >= 0
        assert sum(one.sheets for one in rows) == self.sheets
        left = sum(one.mm for one in rows)
        assert abs(materials.pen_left_mm(self.pen.id) - left) < 1e-6
        assert abs(row.left_mm - left) < 1e-6
        assert abs(row.received_mm - row.used_mm - self.mm) < 1e-6
        if row.state == "dry":
            assert row.left_mm < 1e-6, "it may be drawn with all the same"
        else:
            assert abs(row.left_mm - self.mm) < 1e-6

    @invariant()
    def what_is_held_is_what_is_left_to_draw(self):
        store = self.studio.store
        waiting = (
            Sheet.select().join(Run).where(Sheet.state == "planned", Run.state == "in_progress")
        )
        ahead = list(waiting)
        assert reservations.reserved_sheets(store, self.paper.id) == len(ahead)
        mm = sum(sheet.item.plan.pen_down_mm for sheet in ahead)
        assert abs(reservations.reserved_pen_mm(store, self.pen.id) - mm) < 1e-6
        assert self.studio.wrong() == []
        assert Job.select().count() == self.jobs


def test_the_ledger_balances_whatever_happens(new_studio):
    Shelf.new_studio = staticmethod(new_studio)
    run_state_machine_as_test(
        Shelf,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
