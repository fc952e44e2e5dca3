"""What a run was told is carried out in the books, together with what makes it due."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from small_books import Studio

from plotty_tui.domain.gates import BREACH, OK, TOO_FEW, Judged, judge
from plotty_tui.domain.limits import QualityGates
from plotty_tui.domain.pace import pace_of
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.plot_orders import ORDERS, PlotOrders, orders_of
from plotty_tui.domain.presets import BUILT_IN, MotionSettings
from plotty_tui.domain.runs import Verdict
from plotty_tui.engine.times import TimeLeft
from plotty_tui.store import events, run_orders
from plotty_tui.store.machines import devices
from plotty_tui.store.notices import post_to_studio
from plotty_tui.store.plots import attempts, claims, cut_off, rehearsal, sheet_ends
from plotty_tui.store.production import run_course, run_gates, run_moves, runs
from plotty_tui.store.tables import Client, Device, Job, Notice, Run, Sheet


def told_run(studio: Studio, *wanted: Job, **told: Any) -> Run:
    """An open run that was told these things."""
    return runs.open_run(
        studio.store, [(job, job.copies) for job in wanted], [],
        settings={ORDERS: PlotOrders(**told).to_json()},
    )  # fmt: skip


def hook(studio: Studio) -> None:
    events.put_setting(studio.store, "notify", {"hooks": [["true"]]})


def told_kinds() -> list[str]:
    return [row.payload["kind"] for row in Notice.select().order_by(Notice.id)]


def judge_all(studio: Studio, run: Run, fate: str, reason: str = "") -> None:
    drawn = Sheet.select().where(Sheet.run == run, Sheet.state == "drawn")
    fates = {sheet.id: Verdict(fate, reason) for sheet in drawn}
    run_moves.judge_sheets(studio.store, run.number, fates, {})


def test_orders_are_kept_without_what_is_usual() -> None:
    told = PlotOrders(
        motions={"left": {"speed_pendown": 10.0}}, notify=("complete",), max_seconds=60.0
    )
    assert PlotOrders().to_json() == {}
    assert orders_of({ORDERS: told.to_json()}) == told
    planned = MotionSettings(speed_penup=99)
    assert told.motion("right", planned) is None
    motion = told.motion("left", planned)
    assert motion is not None
    assert (motion.speed_pendown, motion.speed_penup) == (10.0, 99)


# Notices ------------------------------------------------------------------------------------------


def test_the_notice_of_a_run_that_is_through_is_posted_with_its_last_sheet(studio: Studio) -> None:
    hook(studio)
    run = told_run(studio, studio.job(copies=2), notify=("complete",))
    left = studio.device()
    studio.draw(left)
    assert told_kinds() == []
    studio.draw(left)
    assert told_kinds() == ["complete"]
    assert Notice.get().subject == "RUN-001 is drawn: 2 sheets"
    with studio.store.write():
        run_orders.note_through(studio.store, run.id)
    assert told_kinds() == ["complete"]


def test_what_is_rolled_back_was_not_told(studio: Studio) -> None:
    hook(studio)
    told_run(studio, studio.job(), notify=("complete", "error"))
    claim = studio.load(studio.device())
    studio.begin(studio.again(Sheet.get_by_id(claim.sheet)).device, claim)
    with pytest.raises(RuntimeError), studio.store.write():
        cut_off.interrupt_sheet(studio.store, claim.sheet, "the cable was pulled")
        raise RuntimeError
    assert told_kinds() == []
    cut_off.interrupt_sheet(studio.store, claim.sheet, "the cable was pulled")
    assert told_kinds() == ["error"]
    assert "left: Logo copy 1 interrupted: the cable was pulled" in Notice.get().subject


def test_what_a_person_stops_is_no_fault(studio: Studio) -> None:
    hook(studio)
    told_run(studio, studio.job(), notify=("error",))
    device = studio.device()
    claim = studio.load(device)
    studio.begin(device, claim)
    sheet_ends.give_up_sheet(studio.store, claim.sheet, "operator_stop")
    assert told_kinds() == []


def test_a_run_with_verdicts_is_through_when_the_last_is_given(studio: Studio) -> None:
    hook(studio)
    run = told_run(studio, studio.job(), notify=("complete",), quality_checks=True)
    device = studio.device()
    studio.draw(device)
    asked = run_orders.unjudged_on(studio.store, device.id)
    assert asked is not None
    assert told_kinds() == []
    judge_all(studio, run, "good")
    assert run_orders.unjudged_on(studio.store, device.id) is None
    assert told_kinds() == ["complete"]


def test_a_template_may_ask_for_verdicts_too(studio: Studio) -> None:
    studio.run(studio.job(settings={"quality_checks": True}))
    device = studio.device()
    claim = studio.draw(device)
    assert run_orders.is_unjudged(studio.store, claim.sheet)


def test_low_stock_is_told_once(studio: Studio) -> None:
    hook(studio)
    studio.paper(sheets=3)
    with studio.store.write():
        from plotty_tui.store.tables import Paper

        Paper.update(reorder_point=2).execute()
    told_run(studio, studio.job(copies=3), notify=("error",))
    studio.draw_all(studio.device())
    assert told_kinds() == ["low_stock"]


def test_hands_are_told_when_nobody_sits_there(studio: Studio) -> None:
    hook(studio)
    device = studio.device()
    for unattended in (False, True):
        told_run(studio, studio.job(f"Job {unattended}"), notify=("error",), unattended=unattended)
        claim = studio.load(device)
        hand = devices.raise_hand(studio.store, device.id, "paper", "put a4 in", sheet=claim.sheet)
        assert run_orders.hands_to_tell(studio.store, []) == []  # not yet
        events.put_setting(studio.store, "notify", {"hooks": [["true"]], "hand_minutes": 0.0})
        assert run_orders.hands_to_tell(studio.store, []) == [hand] * unattended
        events.put_setting(studio.store, "notify", {"hooks": [["true"]]})
        sheet_ends.give_up_sheet(studio.store, claim.sheet, "operator_stop")
    run_orders.tell_hand(studio.store, hand)
    assert told_kinds() == []  # answered meanwhile


def test_clients_are_told_of_their_own_work(studio: Studio) -> None:
    card = studio.job("Acme: Card", client="Acme", copies=2)
    logo = studio.job("Bell: Logo", client="Bell")
    Client.update(email="jane@acme.example").where(Client.name == "Acme").execute()
    run = told_run(studio, card, logo, notify_client="each")
    studio.draw_all(studio.device())

    (letter,) = Notice.select()  # Bell has no address
    assert letter.recipient == "jane@acme.example"
    assert letter.payload["kind"] == "client"
    assert "2 x Acme: Card (a4)" in letter.body
    assert "Bell" not in letter.body
    for address, names in (("JANE@acme.example", ["Acme: Card"]),
                           ("else@where.example", ["Acme: Card", "Bell: Logo"])):  # fmt: skip
        told = PlotOrders(notify_client=address).to_json()
        Run.update(settings={ORDERS: told}).where(Run.id == run.id).execute()
        (found,) = run_orders.letters_of(studio.store, Run.get_by_id(run.id))
        assert [row.name for row in found.items] == names


def test_with_a_dossier_the_client_is_told_when_it_is_made(studio: Studio, tmp_path: Path) -> None:
    told = {"notify_client": "jane@example.org", "document": True}
    run = told_run(studio, studio.job("Acme: Card", client="Acme"), **told)
    studio.draw_all(studio.device())
    assert run_orders.dossiers_wanted(studio.store) == [run.number]
    assert told_kinds() == []
    paths = [tmp_path / "dossier.pdf", tmp_path / "certificate.pdf", tmp_path / "dossier.json"]
    for path in paths:
        path.write_bytes(b"%PDF")
    run_orders.dossier_made(studio.store, run.number, {"Acme": paths})

    assert run_orders.dossiers_wanted(studio.store) == []
    attached = [Path(one).name for one in Notice.get().attachments]
    assert attached == ["dossier.pdf", "certificate.pdf"]


def test_a_dossier_that_fails_keeps_no_mail_back(studio: Studio) -> None:
    told = {"notify_client": "jane@example.org", "document": True}
    run = told_run(studio, studio.job(), **told)
    studio.draw_all(studio.device())
    run_orders.dossier_failed(studio.store, run.number)
    assert told_kinds() == ["client"]


def test_nothing_goes_out_from_a_rehearsal(studio: Studio, tmp_path: Path) -> None:
    hook(studio)
    studio.device()
    told = {"notify": ("complete",), "document": True, "max_seconds": 60.0, "quality_checks": True}
    told_run(studio, studio.job(), notify_client="jane@example.org", **told)
    with studio.store.write():
        post_to_studio(studio.store, "report", "a report that waits")
    copy = rehearsal.copy_studio(studio.store, tmp_path / "copy")
    assert Notice.select().count() == 0
    assert orders_of(Run.get().settings) == PlotOrders(quality_checks=True)
    assert not copy.row("SELECT 1 FROM setting WHERE key = 'notify' AND value LIKE '%true%'")


# Spoiled copies -----------------------------------------------------------------------------------


def test_a_spoiled_copy_is_drawn_again_in_the_same_run(studio: Studio) -> None:
    studio.paper(sheets=5)
    run = told_run(studio, studio.job(), max_replots=2)
    device = studio.device()
    studio.draw_all(device)
    judge_all(studio, run, "spoiled", "smear")
    first, second = Sheet.select().order_by(Sheet.id)

    assert (second.replaces, second.attempt, second.state) == (first, 2, "planned")
    assert Run.get().ended_at is None
    assert Job.get().state == "active"
    studio.draw_all(device)
    judge_all(studio, run, "good")
    assert Job.get().state == "done"
    studio.settle(run)
    assert runs.check_books(studio.store) == []
    assert studio.stock() == 3


@pytest.mark.parametrize(
    ("reason", "sheets", "why"),
    [("wrong_file", 5, "wrong file"), ("smear", 1, "no free sheet of a4 is left")],
)
def test_what_would_fail_again_is_left_to_a_person(
    studio: Studio, reason: str, sheets: int, why: str
) -> None:
    hook(studio)
    studio.paper(sheets=sheets)
    run = told_run(studio, studio.job(), max_replots=2, notify=("error",))
    studio.draw_all(studio.device())
    judge_all(studio, run, "spoiled", reason)

    assert Sheet.select().count() == 1
    assert why in Notice.select().order_by(Notice.id.desc()).get().subject


def test_attempts_are_counted_by_job(studio: Studio) -> None:
    told_run(studio, studio.job(copies=2), recover=True, max_retries=2)
    first, second = Sheet.select().order_by(Sheet.id)
    assert attempts.count_attempt(studio.store, first.id, "a fault") == 1
    assert attempts.count_attempt(studio.store, second.id, "a fault") == 2
    assert attempts.count_attempt(studio.store, first.id, "a fault") is None


def test_a_replot_is_drawn_in_the_same_way_on_a_course_of_its_own() -> None:
    settings = {
        ORDERS: {"presets": {"": "safe"}, "max_seconds": 60.0, "notify": ["error"]},
        "stopped": {"why": "ended by time limit"}, "dossier": "wanted", "shares": {"left": [1]},
        "spares": 2,
    }  # fmt: skip
    assert run_orders.for_replot(settings) == {"spares": 2, ORDERS: {"presets": {"": "safe"}}}


# Gates --------------------------------------------------------------------------------------------


def test_gates_are_judged_from_their_sheets_on() -> None:
    gates = QualityGates(98, 2, 4.5, 20)
    few = judge(gates, Judged(5, 7, 7, 4.9, 20))
    assert [one.state for one in few] == [TOO_FEW, TOO_FEW, OK]
    assert str(few[0]) == "success: not enough sheets (7 of 20)"
    states = [one.state for one in judge(gates, Judged(49, 50, 48, 4.4, 50))]
    assert states == [OK, BREACH, BREACH]  # 98.0 %, 4.2 %, 4.4 stars


def test_a_clients_own_gates_hold_that_client_alone(studio: Studio) -> None:
    own = {"gates": {"min_success_rate": 90, "min_sheets": 1}}
    card = studio.job("Acme: Card", client="Acme", copies=2, settings=own)
    logo = studio.job("Bell: Logo", client="Bell", copies=2)
    run = told_run(studio, card, logo, gates=True, hold=True)
    studio.draw(studio.device())
    judge_all(studio, run, "spoiled", "smear")

    assert studio.again(card).held.startswith("quality gate: success of Acme 0.0 % is below 90 %")
    assert studio.again(logo).held == ""
    Job.update(held="").execute()  # a person releases it
    with studio.store.write():
        run_course.heed_gates(studio.store, run, hold=True)
    assert studio.again(card).held == ""


def test_satisfaction_is_judged_before_anything_is_drawn(studio: Studio) -> None:
    events.put_setting(
        studio.store, run_gates.SETTING, {"min_customer_satisfaction": 4.5, "min_sheets": 2}
    )
    run = studio.run(studio.job("Acme: Card", client="Acme", copies=2))
    studio.draw_all(studio.device())
    studio.settle(run)
    run_moves.rate_run(studio.store, run.number, None, 3.0)

    again = studio.job("Acme: Poster", client="Acme")
    assert "satisfaction of Acme 3.0 is below 4.5 (n 2)" in run_gates.broken_for(
        studio.store, again
    )
    assert run_gates.broken_for(studio.store, studio.job("Bell: Logo", client="Bell")) == ""


# Order and end ------------------------------------------------------------------------------------


def test_strictly_by_priority_what_is_due_first_is_drawn_first(studio: Studio) -> None:
    now = datetime.now(UTC)
    late = studio.job("late", due_at=now + timedelta(days=2))
    never = studio.job("never")
    soon = studio.job("soon", due_at=now + timedelta(days=1))
    high = studio.job("high", priority=1)
    told_run(studio, late, never, soon, high, strict_order=True)
    drawn = [studio.sheet(one.sheet).item.name for one in studio.draw_all(studio.device())]
    assert drawn == ["high", "soon", "late", "never"]


def test_a_run_that_is_stopped_leaves_the_rest_planned(studio: Studio) -> None:
    studio.paper(sheets=10)
    job = studio.job(copies=3)
    run = told_run(studio, job, max_seconds=60.0)
    device = studio.device()
    studio.draw(device)
    run_course.stop_run(studio.store, run.number, "ended by time limit", 61.0)

    assert [sheet.state for sheet in Sheet.select().order_by(Sheet.id)] == [
        "drawn", "cancelled", "cancelled",
    ]  # fmt: skip
    assert studio.again(job).state == "planned"
    assert claims.claim_sheet(studio.store, device.id) is None
    assert run_course.limited_runs(studio.store) == []
    again = studio.run(studio.again(job))  # another day
    studio.draw_all(device)
    assert runs.check_books(studio.store) == []
    assert again.number == 2


# Time ---------------------------------------------------------------------------------------------


def test_a_plotter_with_its_own_preset_is_held_against_that_presets_time(studio: Studio) -> None:
    device, job = studio.device(), studio.job(copies=2)
    planned = job.plan.seconds
    assert studio.run(job).estimated_seconds == pytest.approx(2 * planned)

    plan = Plan.from_json(job.plan.body)
    motion = BUILT_IN["hq"].motion
    pace = pace_of(plan, motion)
    assert pace > 1.5, "hq is slower than fast"
    Device.update(preset="hq").where(Device.id == device.id).execute()
    slow = studio.run(studio.job("Slow", copies=2))
    assert slow.estimated_seconds == pytest.approx(2 * planned * pace)
    told = told_run(studio, studio.job("Told"), motions={"": asdict(plan.preset.motion)})
    assert told.estimated_seconds == pytest.approx(planned), "what the run is told goes first"


def test_the_time_left_counts_later_layers_at_the_pace_of_the_first(studio: Studio) -> None:
    studio.job(layers=((None, 4, 1000.0), (None, 4, 500.0), (None, 4, 250.0)))
    studio.run(Job.get())
    claim = claims.claim_sheet(studio.store, studio.device().id)
    assert claim is not None
    first, second, third = claim.plan.layers
    left = TimeLeft(claim, first, 3 * first.seconds, 3.0).after(first.seconds)
    rest = second.seconds + third.seconds
    assert left["left_seconds"] == pytest.approx(2 * first.seconds + 3 * rest)
    assert left["hand_seconds"] <= left["left_seconds"]
