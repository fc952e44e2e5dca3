"""What a run is told when it is started holds to its end, whether or not the command is there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from workshop import Workshop, times_drawn, until

from plotty_tui.domain.errors import NotFound, Refused, WrongUsage
from plotty_tui.domain.runs import Verdict
from plotty_tui.store.jobs import plan_sets
from plotty_tui.store.production import run_moves
from plotty_tui.store.tables import Device, Job, Notice, Run, Sheet
from plotty_tui.studio import engine_process
from plotty_tui.studio.forms import CLEAR
from plotty_tui.studio.jobs import holding, intake
from plotty_tui.studio.machines import plotters
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import limits
from plotty_tui.studio.plots import plot_wishes, plotting
from plotty_tui.studio.plots.plot_wishes import PlotWish
from plotty_tui.studio.production import run_moves as moves
from plotty_tui.studio.production.run_standing import Standing, standing
from plotty_tui.studio.upkeep import notices


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """One studio for all: two plotters, a black pen, plans for a few drawings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLOTTY_HOME", str(tmp_path_factory.mktemp("studio")))
        patch.setenv("PLOTTY_ENGINE_IDLE", "60")
        store = open_studio()
        made = Workshop(store)
        made.pens("#000000", "#000000")
        made.plotter("left", 100)
        made.plotter("right", 100)
        yield made
        engine_process.stop_engine(store, force=True)
        store.close()


@pytest.fixture
def lines(shop: Workshop) -> Iterator[Job]:
    """A drawing of twelve lines; afterwards nothing of it lies anywhere."""
    name = f"lines {Job.select().count()}"
    shop.design(name)
    yield job_of(shop, name)
    for device in ("left", "right"):
        tune(shop, device)
        with contextlib.suppress(Refused):
            plotting.cancel(shop.store, device)
    with contextlib.suppress(Refused):
        plotting.cancel(shop.store, name)
    for device in ("left", "right"):
        until(lambda device=device: (shop.view(device).sheet, shop.view(device).state)[0] is None)
        if shop.view(device).state in ("fault", "paused"):
            plotting.resume(shop.store, device)
    job = job_of(shop, name)
    if job.held:
        holding.release_jobs(shop.store, [job])


def job_of(shop: Workshop, name: str) -> Job:
    (job,) = intake.open_jobs(shop.store, [name])
    return job


def tune(shop: Workshop, device: str, speed: float = 100, faults: str = "") -> None:
    """Its next sheet is drawn so."""
    use_driver(shop, device, "simulator")
    with contextlib.suppress(Refused):  # it is so already
        plotters.edit_plotter(shop.store, device, {"speed": speed, "faults": faults or CLEAR})


def use_driver(shop: Workshop, device: str, driver: str) -> None:
    with shop.store.write():
        Device.update(driver=driver, revision=Device.revision + 1).where(
            Device.name == device
        ).execute()


def plot(shop: Workshop, job: Job, *devices: str, copies: int = 1, **wish: object) -> int:
    started = plotting.start_plot(
        shop.store, [job_of(shop, job.name)], devices or ("left",), copies, wish=PlotWish(**wish)
    )
    return started.number


def put_in(shop: Workshop) -> None:
    for hand in shop.hands():
        if hand.answerable:
            with contextlib.suppress(Refused):
                plotting.ready(shop.store, hand.device)


def ended(shop: Workshop, number: int) -> Standing:
    """A run when nothing of it goes on any more, with all that was asked for put in."""
    found = []

    def over() -> bool:
        put_in(shop)
        found[:] = [standing(shop.store, number)]
        return not found[0].goes_on

    until(over)
    return found[0]


def sheets_of(number: int) -> list[Sheet]:
    return list(
        Sheet.select().join(Run, on=(Sheet.run == Run.id)).where(Run.number == number)
        .order_by(Sheet.id)
    )  # fmt: skip


# How it is drawn ----------------------------------------------------------------------------------


def test_each_plotter_draws_with_the_preset_it_is_given(shop: Workshop, lines: Job) -> None:
    number = plot(shop, lines, "left", "right", copies=2, device_presets={1: "safe", 2: "draft"})

    assert ended(shop, number).drawn == 2
    seconds = {sheet.device.name: sheet.seconds for sheet in sheets_of(number)}
    assert seconds["left"] > 1.2 * seconds["right"]


def test_a_preset_is_that_of_every_plotter(shop: Workshop, lines: Job) -> None:
    slow = plot(shop, lines, preset="safe")
    ended(shop, slow)
    usual = plot(shop, lines)
    ended(shop, usual)

    assert sheets_of(slow)[0].seconds > 1.1 * sheets_of(usual)[0].seconds
    assert Run.get(Run.number == slow).preset == "safe"


# Faults -------------------------------------------------------------------------------------------


def test_after_a_fault_that_passes_it_goes_on_at_the_place(shop: Workshop, lines: Job) -> None:
    shop.store.home.ink_file("left").unlink(missing_ok=True)
    tune(shop, "left", faults="usb_lost@stroke=5")
    done = ended(shop, plot(shop, lines, auto_recovery=True))

    assert (done.drawn, done.attempts, done.interrupted) == (1, 1, [])
    assert times_drawn(shop.ink("left"), shop.planned(lines.name)) == [1] * 12


def test_when_the_attempts_are_used_up_the_job_is_held(shop: Workshop, lines: Job) -> None:
    tune(shop, "left", faults="usb_lost@stroke=3,usb_lost@stroke=5")
    done = ended(shop, plot(shop, lines, copies=2, auto_recovery=True, max_retries=1))

    assert (done.drawn, done.left, done.interrupted) == (0, 2, ["left"])
    assert done.held[0][1].startswith("1 more attempts failed: the USB connection was lost")


def test_without_being_told_so_nothing_goes_on_by_itself(shop: Workshop, lines: Job) -> None:
    tune(shop, "left", faults="usb_lost@stroke=5")
    done = ended(shop, plot(shop, lines, auto_retry=True))

    assert (done.interrupted, done.attempts) == (["left"], 0)  # a used sheet is never begun again


def test_a_plotter_that_does_not_open_is_tried_again(shop: Workshop, lines: Job) -> None:
    use_driver(shop, "left", "none")
    number = plot(shop, lines, auto_retry=True, max_retries=2)
    until(lambda: put_in(shop) or standing(shop.store, number).attempts == 1)
    tune(shop, "left")
    done = ended(shop, number)

    assert done.drawn == 1 or done.held  # the worker keeps the driver that it was started with


def test_a_person_may_take_over_before_the_next_attempt(shop: Workshop, lines: Job) -> None:
    tune(shop, "left", faults="usb_lost@stroke=5")
    number = plot(shop, lines, auto_recovery=True)
    until(lambda: put_in(shop) or "tries again in 1 s" in shop.view("left").message)
    plotting.cancel(shop.store, "left")

    assert [sheet.state for sheet in sheets_of(number)] == ["spoiled"]


def test_after_an_engine_died_nothing_goes_on_by_itself(shop: Workshop, lines: Job) -> None:
    tune(shop, "left", faults="usb_lost@stroke=5")
    number = plot(shop, lines, auto_recovery=True)
    until(lambda: put_in(shop) or "tries again in 1 s" in shop.view("left").message)
    shop.kill_engine()
    shop.restart_engine()
    done = ended(shop, number)

    assert (done.interrupted, done.attempts, done.drawn) == (["left"], 1, 0)


# The clock ----------------------------------------------------------------------------------------


def test_at_the_limit_it_pauses_between_two_strokes(shop: Workshop, lines: Job) -> None:
    with shop.store.write():
        Job.update(copies=3).where(Job.id == lines.id).execute()
    tune(shop, "left", speed=4)
    shop.store.home.ink_file("left").unlink(missing_ok=True)
    number = plot(shop, lines, copies=3, max_total_seconds=1, auto_pause=True)
    done = ended(shop, number)

    assert done.stopped.startswith("paused by time limit after")
    assert (done.open, done.not_drawn) == (1, 2)
    assert shop.view("left").state == "paused"
    assert all(count in (0, 1) for count in times_drawn(shop.ink("left"), shop.planned(lines.name)))
    plotting.resume(shop.store, "left")
    until(lambda: not standing(shop.store, number).open)
    assert times_drawn(shop.ink("left"), shop.planned(lines.name)) == [1] * 12
    assert job_of(shop, lines.name).state == "planned"  # two copies for another day


def test_without_a_pause_the_sheet_at_hand_is_finished(shop: Workshop, lines: Job) -> None:
    tune(shop, "left", speed=10)
    done = ended(shop, plot(shop, lines, copies=9, max_total_seconds=1))

    assert done.stopped.startswith("ended by time limit after")
    assert done.drawn >= 1
    assert done.open == 0
    assert done.drawn + done.not_drawn == 9


# Verdicts -----------------------------------------------------------------------------------------


def judge_next(shop: Workshop, number: int, fate: str, reason: str = "") -> None:
    until_asked(shop)
    plotting.give_verdict(shop.store, None, fate, reason)


def until_asked(shop: Workshop) -> None:
    until(lambda: put_in(shop) or any(hand.kind == "verdict" for hand in shop.hands()))


def test_a_sheet_is_judged_before_the_next_is_put_on(shop: Workshop, lines: Job) -> None:
    number = plot(shop, lines, copies=2, quality_checks=True)
    until_asked(shop)

    assert [sheet.state for sheet in sheets_of(number)] == ["drawn", "planned"]
    with pytest.raises(Refused, match="--verdict good, second or spoiled"):
        plotting.ready(shop.store, "left")
    judge_next(shop, number, "second")
    until_asked(shop)
    place = [sheet.state for sheet in sheets_of(number)].index("drawn") + 1
    moves.judge_sheets(shop.store, number, [place], "good")  # from elsewhere
    done = ended(shop, number)
    assert (done.drawn, done.unjudged) == (2, 0)
    until(lambda: shop.view("left").state == "idle")


def test_a_spoiled_copy_is_drawn_again_so_often_and_linked(shop: Workshop, lines: Job) -> None:
    number = plot(shop, lines, quality_checks=True, auto_replot=True, max_replots=1)
    judge_next(shop, number, "spoiled", "smear")
    judge_next(shop, number, "spoiled", "ink_blot")
    done = ended(shop, number)

    first, second = sheets_of(number)
    assert (second.replaces, second.copy, second.attempt) == (first, first.copy, 2)
    assert (done.spoiled, done.replots, done.left) == (2, 1, 0)
    assert job_of(shop, lines.name).state == "planned"


def test_a_gate_judges_from_its_sheets_on_and_holds_the_rest(shop: Workshop, lines: Job) -> None:
    limits.set_quality_gates(shop.store, {"min_success_rate": "98", "min_sheets": "2"})
    wish = {"quality_checks": True, "enforce_gates": True, "hold_on_failure": True}
    number = plot(shop, lines, copies=4, **wish)
    judge_next(shop, number, "spoiled", "smear")
    assert "not enough sheets (1 of 2)" in str(standing(shop.store, number).gates[0])
    judge_next(shop, number, "good")
    done = ended(shop, number)

    assert done.broken == ["quality gate: success 50.0 % is below 98 % (n 2)"]
    assert [why for _, why in done.held] == done.broken
    assert done.left >= 1


def test_without_holding_a_broken_gate_leaves_the_rest_planned(shop: Workshop, lines: Job) -> None:
    limits.set_quality_gates(shop.store, {"min_success_rate": "98", "min_sheets": "1"})
    number = plot(shop, lines, copies=5, enforce_gates=True, quality_checks=True)
    judge_next(shop, number, "spoiled", "smear")
    done = ended(shop, number)

    assert done.broken
    assert not done.held
    assert done.not_drawn >= 3


# Notices ------------------------------------------------------------------------------------------


def test_notices_are_posted_with_what_they_tell(
    shop: Workshop, lines: Job, tmp_path_factory: pytest.TempPathFactory
) -> None:
    told = tmp_path_factory.mktemp("hook") / "told"
    notices.change_settings(shop.store, add_hooks=[f"tee -a {told}"], hand_minutes=0.0)
    tune(shop, "left", faults="usb_lost@stroke=5")
    number = plot(
        shop, lines, auto_recovery=True, notify_complete=True, notify_error=True, unattended=True,
        notify_client="jane@example.org",
    )  # fmt: skip
    until(lambda: Notice.select().where(Notice.key.startswith("hand:")).exists())
    ended(shop, number)
    mine = [row for row in Notice.select() if row.payload.get("run") == f"RUN-{number:03}"]

    assert {row.payload["kind"] for row in mine} >= {"hand", "error", "complete", "client"}
    (letter,) = [row for row in mine if row.channel == "mail"]
    assert letter.recipient == "jane@example.org"
    assert lines.name in letter.body
    until(lambda: told.exists() and "is drawn: 1 sheet" in told.read_text())
    notices.change_settings(shop.store, drop_hooks=[f"tee -a {told}"], hand_minutes=5.0)


# Refused before the first stroke, and left out ----------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"notify_client": ""}, "--notify-client: an empty value is no mail address"),
        ({"preset": "saef"}, "did you mean safe"),
        ({"device_presets": {3: "fast"}}, "there is no plotter 3: 1 left"),
        ({"template": "none such"}, "no template 'none such'"),
        ({"paper_tracking": True}, "a6 of .* is no paper of the stock"),
    ],
)
def test_refused(shop: Workshop, lines: Job, wish: dict[str, object], words: str) -> None:
    before = Run.select().count()
    with pytest.raises(Refused, match=words):
        plot(shop, lines, **wish)
    assert Run.select().count() == before


@pytest.mark.parametrize(
    "wish", [{"auto_pause": True}, {"max_retries": 2}, {"hold_on_failure": True}]
)
def test_options_that_mean_nothing_alone(
    shop: Workshop, lines: Job, wish: dict[str, object]
) -> None:
    with pytest.raises(WrongUsage):
        plot(shop, lines, **wish)


def test_tracking_wants_every_pen_assigned(shop: Workshop, lines: Job) -> None:
    name = f"teal {lines.id}"
    shop.design(name, 2, ("#0b7a75",))
    with shop.store.write():
        plan = job_of(shop, name).plan
        for layer in plan.body["layers"]:
            layer["pen"] = None
        plan.save()
    with pytest.raises(Refused, match="has no pen for layer #0b7a75"):
        plot(shop, job_of(shop, name), pen_tracking=True)


def test_what_is_skipped_on_purpose_says_so(shop: Workshop, lines: Job) -> None:
    low = f"low {lines.id}"
    shop.design(low)
    with shop.store.write():
        Job.update(priority=3).where(Job.name == low).execute()
    started = plotting.start_plot(
        shop.store, [job_of(shop, low), lines], ["left"], 1, wish=PlotWish(skip_low=True)
    )
    assert started.skipped == [(low, "low priority")]
    ended(shop, started.number)
    with pytest.raises(Refused, match="more than 1 s"):
        plot(shop, lines, max_job_seconds=1.0)


def test_a_batch_by_id_name_or_last(shop: Workshop, lines: Job) -> None:
    batch = plan_sets.make_batch(shop.store, [lines.id], "November", [])

    for word in (str(batch.id), "november", "last"):
        assert plot_wishes.find_batch(shop.store, word) == batch
    assert plot_wishes.jobs_of_batch(shop.store, batch) == [lines]
    with pytest.raises(NotFound, match=rf"no batch '99': open are .*{batch.id} \(November\)"):
        plot_wishes.find_batch(shop.store, "99")


def test_a_verdict_may_come_without_an_engine(shop: Workshop, lines: Job) -> None:
    number = plot(shop, lines, auto_replot=True)
    ended(shop, number)
    (sheet,) = sheets_of(number)
    run_moves.judge_sheet(shop.store, sheet.id, Verdict("spoiled", "smear"))
    assert ended(shop, number).replots == 1
