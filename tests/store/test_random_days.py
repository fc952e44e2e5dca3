"""Whatever happens in whatever order on several plotters, the books balance."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from plotty_tui.domain import sheets
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.runs import Results, Verdict
from plotty_tui.store import drawing, materials, runs
from plotty_tui.store.tables import Device, Job, Ledger, Paper, Run, Sheet, SheetLayer

PLOTTERS = st.integers(0, 2)
FATES = st.sampled_from(
    [Verdict("good"), Verdict("second"), Verdict("proof"), Verdict("spoiled", "smear")]
)


class RandomDay(RuleBasedStateMachine):
    """Three plotters, two pens, a counted paper; each rule is one thing that happens. What the
    pens drew and what paper was touched is counted beside the books."""

    new_studio = None
    names = itertools.count()

    @initialize(paper=st.integers(0, 12))
    def open_up(self, paper):
        self.studio = self.new_studio(f"day-{next(self.names)}")
        self.store = self.studio.store
        self.studio.paper(sheets=paper)
        self.pens = [self.studio.pen(name) for name in ("black", "red")]
        self.plotters = [self.studio.device(name) for name in ("left", "right", "third")]
        self.received = paper
        self.drawn = {pen.id: 0.0 for pen in self.pens}
        self.told = {
            pen.id: 0.0 for pen in self.pens
        }  # typed at completions, beside what was drawn
        self.touched = set()
        self.ended = set()
        self.jobs = itertools.count()

    def held(self, plotter):
        return Sheet.get_or_none(
            Sheet.device == self.plotters[plotter], Sheet.state.in_(sheets.ON_DEVICE)
        )

    def claim_of(self, plotter):
        return drawing.held_sheet(self.store, self.plotters[plotter].id)

    @rule(copies=st.integers(1, 4), layers=st.lists(st.integers(0, 2), min_size=1, max_size=3))
    def wish(self, copies, layers):
        """A job in some copies; a layer with no pen of ours is pen 2."""
        ids = [*(pen.id for pen in self.pens), None]
        self.studio.job(
            f"job {next(self.jobs)}", copies=copies,
            layers=[(ids[pen], 4, 100.0 * (place + 1)) for place, pen in enumerate(layers)],
        )  # fmt: skip

    @rule(number=st.integers(1, 5))
    def receive(self, number):
        materials.receive_paper(self.store, "a4", number)
        self.received += number

    @precondition(lambda self: Job.select().where(Job.state == "planned").exists())
    @rule(data=st.data())
    def open_run(self, data):
        ready = list(Job.select().where(Job.state == "planned").order_by(Job.id))
        wanted = data.draw(st.lists(st.sampled_from(ready), min_size=1, unique_by=lambda j: j.id))
        needed = sum(job.copies for job in wanted)
        promised = Sheet.select().where(Sheet.state.in_(["planned", "loaded"])).count()
        try:
            self.studio.run(*wanted)
        except Refused as refused:
            assert str(needed + promised) in str(refused)
            assert needed + promised > self.studio.stock()
        else:
            assert needed + promised <= self.studio.stock()

    @rule(plotter=PLOTTERS)
    def load(self, plotter):
        if self.held(plotter) is not None:
            return
        claim = drawing.claim_sheet(self.store, self.plotters[plotter].id)
        if claim is None:
            return
        assert claim.sheet not in self.touched
        drawing.move_sheet(self.store, claim.sheet, sheets.LOADED)

    @rule(plotter=PLOTTERS, stroke=st.integers(0, 4), crash=st.booleans())
    def draw(self, plotter, stroke, crash):
        """The current layer goes on: to its end, or to some stroke and then it is cut off."""
        claim = self.claim_of(plotter)
        if claim is None or claim.layer >= len(claim.plan.layers):
            return
        layer = claim.plan.layers[claim.layer]
        self.studio.begin(self.plotters[plotter], claim, claim.layer)
        self.touched.add(claim.sheet)
        to = max(stroke, claim.stroke) if crash else layer.strokes
        ink = layer.pen_down_mm * (to - claim.stroke) / layer.strokes
        if layer.pen is not None:
            self.drawn[layer.pen.pen_id] += ink
        device = self.plotters[plotter]
        self.studio.progress(device, claim, to, ink, layer=claim.layer)
        if crash:
            drawing.interrupt_sheet(self.store, claim.sheet, "cut off")
        else:
            self.studio.finish(claim, claim.layer, ink)
            self.studio.finish(claim, claim.layer, ink)  # the event is replayed
            if claim.layer + 1 == len(claim.plan.layers):
                drawing.finish_sheet(self.store, claim.sheet)

    @rule(plotter=PLOTTERS)
    def fail_at_once(self, plotter):
        """The pen touches the paper and nothing more is heard."""
        claim = self.claim_of(plotter)
        if claim is not None and claim.layer < len(claim.plan.layers):
            self.studio.begin(self.plotters[plotter], claim, claim.layer)
            self.touched.add(claim.sheet)
            drawing.interrupt_sheet(self.store, claim.sheet, "cut off")

    @rule(plotter=PLOTTERS)
    def put_back(self, plotter):
        claim = self.claim_of(plotter)
        if claim is not None and claim.state == sheets.LOADED:
            drawing.return_sheet(self.store, claim.sheet)

    @rule(plotter=PLOTTERS, reason=st.sampled_from(["pen_dry", "smear", "operator_stop"]))
    def give_up(self, plotter, reason):
        claim = self.claim_of(plotter)
        if claim is not None:
            drawing.give_up_sheet(self.store, claim.sheet, reason)

    @rule()
    def crash(self):
        """The engine dies and starts again: nothing is in motion."""
        drawing.cut_off_sheets(self.store)
        moving = Sheet.select().where(Sheet.state.in_(["loaded", "drawing", "waiting"]))
        assert not moving.exists()

    @precondition(lambda self: Job.select().where(Job.state == "active").exists())
    @rule(data=st.data())
    def cancel(self, data):
        active = list(Job.select().where(Job.state == "active").order_by(Job.id))
        drawing.cancel_job(self.store, data.draw(st.sampled_from(active)).id)

    @precondition(lambda self: Run.select().where(Run.state == "in_progress").exists())
    @rule(data=st.data())
    def settle(self, data):
        open_runs = list(Run.select().where(Run.state == "in_progress").order_by(Run.id))
        run = data.draw(st.sampled_from(open_runs))
        drawn = runs.drawn_sheets(run)
        results = Results(verdicts={one.id: data.draw(FATES) for one in drawn})
        booked = {row.id: row.used_mm for row in runs.pen_use_rows(self.store, run.id)}
        for pen, used in booked.items():
            results.pens[pen] = used + data.draw(st.sampled_from([0.0, 50.0]))
        try:
            runs.settle_run(self.store, run.number, results)
        except Refused as refused:
            assert "not drawn yet" in str(refused)
            assert Sheet.select().where(Sheet.run == run, Sheet.state.in_(sheets.OPEN)).exists()
            return
        for pen, used in booked.items():
            self.told[pen] += results.pens[pen] - used
        self.ended.add(run.id)
        with pytest.raises(Refused, match="told once"):
            runs.settle_run(self.store, run.number, results)

    @invariant()
    def ink_is_what_was_drawn(self):
        for pen in self.pens:
            parts = SheetLayer.select().where(SheetLayer.pen == pen)
            assert sum(part.ink_mm for part in parts) == pytest.approx(self.drawn[pen.id])
            assert self.studio.used_mm(pen) == pytest.approx(self.drawn[pen.id] + self.told[pen.id])

    @invariant()
    def a_sheets_ink_is_that_of_its_parts_and_of_its_plan(self):
        for sheet in Sheet.select():
            ink = sum(part.ink_mm for part in sheet.parts)
            assert sheet.ink_mm == pytest.approx(ink)
            if sheet.state in (sheets.DRAWN, "good", "second", "proof"):
                assert ink == pytest.approx(sheet.item.plan.pen_down_mm)

    @invariant()
    def paper_is_what_was_touched(self):
        found = Ledger.select().where(Ledger.key.startswith("found:")).count()
        assert self.studio.stock() == self.received + found - len(self.touched)
        assert self.studio.stock() >= 0
        started = Sheet.select().where(Sheet.started_at.is_null(False))
        assert {sheet.id for sheet in started} == self.touched

    @invariant()
    def no_plotter_holds_two_sheets(self):
        held = [
            sheet.device_id for sheet in Sheet.select().where(Sheet.state.in_(sheets.ON_DEVICE))
        ]
        assert None not in held
        assert len(held) == len(set(held))

    @invariant()
    def waste_is_what_is_spoiled(self):
        wasted = {row.sheet_id for row in Ledger.select().where(Ledger.kind == "waste")}
        spoiled = {sheet.id for sheet in Sheet.select().where(Sheet.state == "spoiled")}
        assert wasted == spoiled

    @invariant()
    def jobs_runs_and_books_agree(self):
        assert self.studio.wrong() == []
        for job in Job.select():
            still = Sheet.select().where(Sheet.item.in_(job.items), Sheet.state.in_(sheets.OPEN))
            assert (job.state == "active") == still.exists()
        closed = {run.id for run in Run.select().where(Run.state == "completed")}
        assert closed == self.ended
        for run in closed:
            left = (
                Sheet.select()
                .where(Sheet.run == run)
                .where(Sheet.state.in_([*sheets.OPEN, sheets.DRAWN]))
            )
            assert not left.exists()

    @invariant()
    def the_odometers_are_the_sum_of_what_was_drawn(self):
        driven = sum(device.drawn_mm for device in Device.select())
        assert driven == pytest.approx(sum(part.ink_mm for part in SheetLayer.select()))
        assert Paper.select().count() == 1


def test_the_books_balance_whatever_happens(new_studio):
    RandomDay.new_studio = staticmethod(new_studio)
    run_state_machine_as_test(
        RandomDay,
        settings=settings(
            max_examples=15,
            stateful_step_count=35,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
