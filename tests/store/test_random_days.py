"""Whatever happens in whatever order on several plotters, the books balance."""

from __future__ import annotations

import itertools
from contextlib import suppress

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
from plotty_tui.store.inventory import materials
from plotty_tui.store.plots import claims, cut_off, drawing, sheet_ends
from plotty_tui.store.production import run_moves, run_replots, runs
from plotty_tui.store.production.run_corrections import Corrections, correct_run
from plotty_tui.store.production.run_making import NewRun, make_run
from plotty_tui.store.tables import Device, Item, Job, Ledger, Paper, Run, Sheet, SheetLayer

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
        self.corrected = set()  # a person may call good what was given up half-way
        self.jobs = itertools.count()

    def held(self, plotter):
        return Sheet.get_or_none(
            Sheet.device == self.plotters[plotter], Sheet.state.in_(sheets.ON_DEVICE)
        )

    def claim_of(self, plotter):
        return claims.held_sheet(self.store, self.plotters[plotter].id)

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
        claim = claims.claim_sheet(self.store, self.plotters[plotter].id)
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
            cut_off.interrupt_sheet(self.store, claim.sheet, "cut off")
        else:
            self.studio.finish(claim, claim.layer, ink)
            self.studio.finish(claim, claim.layer, ink)  # the event is replayed
            if claim.layer + 1 == len(claim.plan.layers):
                sheet_ends.finish_sheet(self.store, claim.sheet)

    @rule(plotter=PLOTTERS)
    def fail_at_once(self, plotter):
        """The pen touches the paper and nothing more is heard."""
        claim = self.claim_of(plotter)
        if claim is not None and claim.layer < len(claim.plan.layers):
            self.studio.begin(self.plotters[plotter], claim, claim.layer)
            self.touched.add(claim.sheet)
            cut_off.interrupt_sheet(self.store, claim.sheet, "cut off")

    @rule(plotter=PLOTTERS)
    def put_back(self, plotter):
        claim = self.claim_of(plotter)
        if claim is not None and claim.state == sheets.LOADED:
            drawing.return_sheet(self.store, claim.sheet)

    @rule(plotter=PLOTTERS, reason=st.sampled_from(["pen_dry", "smear", "operator_stop"]))
    def give_up(self, plotter, reason):
        claim = self.claim_of(plotter)
        if claim is not None:
            sheet_ends.give_up_sheet(self.store, claim.sheet, reason)

    @rule()
    def crash(self):
        """The engine dies and starts again: nothing is in motion."""
        cut_off.cut_off_sheets(self.store)
        moving = Sheet.select().where(Sheet.state.in_(["loaded", "drawing", "waiting"]))
        assert not moving.exists()

    @precondition(lambda self: Job.select().where(Job.state == "active").exists())
    @rule(data=st.data())
    def cancel(self, data):
        active = list(Job.select().where(Job.state == "active").order_by(Job.id))
        job = data.draw(st.sampled_from(active))
        try:
            sheet_ends.cancel_job(self.store, job.id)
        except Refused as refused:
            assert "is not started: plotty run cancel" in str(refused)
            going = Sheet.select().join(Run).where(Run.state == "in_progress")
            assert (
                not going.switch(Sheet)
                .join(Item)
                .where(Item.job == job, Sheet.state.in_(sheets.OPEN))
                .exists()
            )

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

    # What a person does with runs ------------------------------------------------------------

    def a_run(self, data, *states):
        """One of the runs in these states, or None."""
        found = list(Run.select().where(Run.state.in_(states)).order_by(Run.id))
        return data.draw(st.sampled_from(found)) if found else None

    @precondition(lambda self: Job.select().where(Job.state == "planned").exists())
    @rule(data=st.data())
    def make_pending(self, data):
        """A run is made and not started."""
        ready = list(Job.select().where(Job.state == "planned").order_by(Job.id))
        job = data.draw(st.sampled_from(ready))
        with suppress(Refused):
            make_run(self.store, NewRun([runs.item_of_job(job, job.copies)]))

    @precondition(lambda self: Run.select().where(Run.state == "pending").exists())
    @rule(data=st.data(), start=st.booleans())
    def start_or_cancel(self, data, start):
        run = self.a_run(data, "pending")
        move = run_moves.start_run if start else run_moves.cancel_run
        move(self.store, run.number)
        with pytest.raises(Refused, match="is in progress" if start else "is cancelled"):
            run_moves.cancel_run(self.store, run.number)

    @precondition(lambda self: Run.select().where(Run.state == "in_progress").exists())
    @rule(data=st.data(), reason=st.sampled_from(["pen_dry", "wrong_file"]))
    def fail(self, data, reason):
        run = self.a_run(data, "in_progress")
        held = run_moves.sheets_on_devices(self.store, run.id)
        try:
            run_moves.fail_run(self.store, run.number, reason)
        except Refused as refused:
            assert held
            assert "still has sheets on" in str(refused)

    @precondition(lambda self: Run.select().where(Run.state << ["pending", "in_progress"]).exists())
    @rule(data=st.data(), copies=st.integers(1, 5))
    def edit(self, data, copies):
        run = self.a_run(data, "pending", "in_progress")
        item = run.items[0]
        begun = {s.copy for s in item.sheets if s.state != "planned" or s.device_id is not None}
        try:
            run_moves.edit_run(self.store, run.number, run_moves.Edit(copies={item.id: copies}))
        except Refused as refused:
            assert copies < len(begun) or "paper a4 has" in str(refused)
        else:
            assert copies >= len(begun)

    @rule(data=st.data(), verdict=FATES)
    def judge(self, data, verdict):
        run = self.a_run(data, "in_progress")
        drawn = runs.drawn_sheets(run) if run else []
        if drawn:
            sheet = data.draw(st.sampled_from(drawn))
            run_moves.judge_sheets(self.store, run.number, {sheet.id: verdict}, {})

    @precondition(lambda self: Run.select().where(Run.state << ["completed", "failed"]).exists())
    @rule(data=st.data(), verdict=FATES, more=st.sampled_from([0.0, 25.0, -10.0]))
    def correct(self, data, verdict, more):
        """Somebody looks again at a closed run."""
        run = self.a_run(data, "completed", "failed")
        wanted = Corrections()
        told = [sheet.id for sheet in run.sheets if sheet.state in sheets.VERDICTS]
        if told:
            sheet = data.draw(st.sampled_from(sorted(told)))
            wanted.sheets[sheet] = verdict
            self.corrected.add(sheet)
        used = {row.id: row.used_mm for row in runs.pen_use_rows(self.store, run.id)}
        for pen, mm in used.items():
            wanted.pens[pen] = max(0.0, mm + more)
        with suppress(Refused):  # it may say so already
            correct_run(self.store, run.number, wanted, "looked again")
            for pen, mm in used.items():
                now = max(0.0, mm + more)
                self.told[pen] += now - mm if abs(now - mm) > 0.5 else 0.0

    @precondition(lambda self: Run.select().where(Run.state << ["completed", "failed"]).exists())
    @rule(data=st.data())
    def replot(self, data):
        run = self.a_run(data, "completed", "failed")
        rows = run_replots.failed_rows(self.store, run.id)
        if not rows:
            return
        with suppress(Refused):  # there may be too little paper
            again = run_replots.make_replot(self.store, run, rows, {})
            replaced = {sheet.replaces_id for sheet in again.sheets}
            assert replaced == {row.id for row in rows}
            assert run_replots.failed_rows(self.store, run.id) == []

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
            whole = sheet.state in (sheets.DRAWN, "good", "second", "proof")
            if whole and sheet.id not in self.corrected:
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
        wasted = {}
        for row in Ledger.select().where(Ledger.kind == "waste"):
            mm, count = wasted.get(row.sheet_id, (0.0, 0))
            wasted[row.sheet_id] = (mm + row.mm, count + row.sheets)
        lost = {sheet for sheet, (mm, count) in wasted.items() if abs(mm) > 1e-6 or count}
        spoiled = {sheet.id for sheet in Sheet.select().where(Sheet.state == "spoiled")}
        assert lost == spoiled

    @invariant()
    def jobs_runs_and_books_agree(self):
        assert self.studio.wrong() == []
        for job in Job.select():
            still = Sheet.select().where(Sheet.item.in_(job.items), Sheet.state.in_(sheets.OPEN))
            assert (job.state == "active") == still.exists()
        completed = {run.id for run in Run.select().where(Run.state == "completed")}
        assert completed == self.ended
        closed = Run.select().where(Run.state.in_(["completed", "failed", "cancelled"]))
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
