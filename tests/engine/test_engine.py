"""The engine keeps its promises: with real processes, real kills, real files."""

from __future__ import annotations

import math
import os
import random
import re
import signal
import subprocess
import sys

import psutil
import pytest
from workshop import BRISK, SLOW, Workshop, times_drawn, until

from plotty_tui.domain.errors import Refused
from plotty_tui.store.production import runs as books
from plotty_tui.studio import engine_process, watching
from plotty_tui.studio.plots import plotting
from plotty_tui.studio.production import run_detail


def test_a_sheet_goes_through_its_states_and_its_ink_is_the_design(workshop: Workshop) -> None:
    workshop.plotter("left")
    workshop.pens("#000000", "#c8283c")
    workshop.design("two pens", 6, ("#000000", "#c8283c"))
    number = workshop.start("two pens")

    waiting = workshop.until_state("left", "waiting")
    assert waiting.sheet_state == "planned"
    assert "put a6 on left" in workshop.hands()[0].text
    assert "pen K-01" in workshop.hands()[0].text
    workshop.ready("left")
    until(lambda: workshop.hands() and workshop.hands()[0].kind == "pen")
    assert workshop.view("left").sheet_state == "waiting"
    workshop.ready("left")
    workshop.until_awaiting(number)

    planned = workshop.planned("two pens")
    assert times_drawn(workshop.ink("left"), planned) == [1] * len(planned)
    assert len(workshop.ink("left")) == len(planned)
    detail = run_detail.run_detail(workshop.store, number)
    assert [sheet.state for sheet in detail.sheets] == ["drawn"]
    assert {pen.code: round(pen.actual_mm or 0) for pen in detail.pens} == {
        "K-01": 240,
        "K-02": 240,
    }
    assert books.check_books(workshop.store) == []


def test_the_time_at_the_machine_is_the_estimate(workshop: Workshop) -> None:
    workshop.plotter("left", 100)
    workshop.design("lines", 30)
    number = workshop.start("lines")
    workshop.ready("left")
    workshop.until_awaiting(number)
    detail = run_detail.run_detail(workshop.store, number)
    assert detail.seconds == pytest.approx(detail.estimated_seconds, rel=0.02)


def test_two_plotters_draw_at_once_and_no_sheet_is_on_both(workshop: Workshop) -> None:
    workshop.plotter("left", BRISK)
    workshop.plotter("right", BRISK)
    workshop.design("edition", 10)
    number = workshop.start("edition", devices=("left", "right"), copies=2)
    workshop.ready("left")
    workshop.ready("right")
    seen: list[watching.DeviceView] = []

    def both_draw() -> bool:
        seen[:] = watching.device_views(workshop.store)
        return {one.state for one in seen} == {"drawing"}

    until(both_draw)
    assert seen[0].sheet != seen[1].sheet
    workshop.until_awaiting(number)
    planned = workshop.planned("edition")
    for name in ("left", "right"):
        assert times_drawn(workshop.ink(name), planned) == [1] * len(planned)


def test_one_pen_cannot_be_in_two_holders(workshop: Workshop) -> None:
    workshop.plotter("left", SLOW)
    workshop.plotter("right", SLOW)
    workshop.pens("#000000")
    workshop.design("edition", 20)
    workshop.start("edition", devices=("left", "right"), copies=2)
    workshop.ready("left")
    workshop.until_state("left", "drawing")
    with pytest.raises(Refused, match="left is drawing with pen K-01"):
        workshop.ready("right")
    workshop.pens("#000000")
    plotting.ready(workshop.store, "right", "K-02")
    workshop.until_state("right", "drawing")
    assert workshop.view("left").pen.startswith("K-01")
    assert workshop.view("right").pen.startswith("K-02")


def test_two_plotters_that_ask_at_once_ask_for_two_pens(workshop: Workshop) -> None:
    workshop.plotter("left", 20)
    workshop.plotter("right", 20)
    workshop.pens("#000000", "#000000")
    workshop.design("edition", 4)
    number = workshop.start("edition", devices=("left", "right"), copies=2)
    until(lambda: len(workshop.hands()) == 2)
    assert sorted(hand.text[-18:] for hand in workshop.hands()) == [
        "K-01 in the holder",
        "K-02 in the holder",
    ]
    workshop.ready("right")
    workshop.ready("left")
    workshop.until_awaiting(number)
    assert {workshop.view(name).pen[:4] for name in ("left", "right")} == {"K-01", "K-02"}


def test_what_is_asked_for_outlives_a_pause_between_sheets(workshop: Workshop) -> None:
    workshop.plotter("left", 50)
    workshop.design("lines", 4)
    number = workshop.start("lines")
    until(workshop.hands)
    workshop.until_state("left", "waiting")
    assert "takes no new sheet" in plotting.pause(workshop.store, "left")
    assert "takes sheets again" in plotting.resume(workshop.store, "left")
    assert [hand.kind for hand in workshop.hands()] == ["paper"]
    workshop.ready("left")
    workshop.until_awaiting(number)


def test_pause_lifts_the_pen_and_resume_loses_nothing(workshop: Workshop) -> None:
    workshop.plotter("left", BRISK)
    workshop.design("lines", 16)
    number = workshop.start("lines")
    workshop.ready("left")
    for stroke in (2, 4, 7):
        workshop.until_stroke("left", stroke)
        assert "paused" in plotting.pause(workshop.store, "left")
        paused = workshop.view("left")
        assert paused.state == "paused"
        assert not paused.pen_down
        plotting.resume(workshop.store)
    workshop.until_awaiting(number)
    drawn = sum(math.dist(line[0], line[-1]) for _, line in workshop.ink("left"))
    assert drawn == pytest.approx(16 * 40, abs=16 * 0.05)


def test_cancel_spoils_what_the_pen_touched_and_wastes_its_ink(workshop: Workshop) -> None:
    workshop.plotter("left", BRISK)
    workshop.pens("#000000")
    workshop.design("lines", 20)
    number = workshop.start("lines", copies=2)
    workshop.ready("left")
    workshop.until_stroke("left", 4)
    plotting.cancel(workshop.store, "left")
    until(lambda: any("copy 2" in hand.text for hand in workshop.hands()))
    detail = run_detail.run_detail(workshop.store, number)
    assert [(s.state, s.reason) for s in detail.sheets] == [
        ("spoiled", "operator_stop"),
        ("planned", ""),
    ]
    assert detail.pens[0].wasted_mm == pytest.approx(detail.pens[0].actual_mm)
    assert detail.pens[0].wasted_mm > 100
    plotting.cancel(workshop.store, "left")
    workshop.until_awaiting(number)
    assert run_detail.run_detail(workshop.store, number).sheets[1].state == "cancelled"
    assert books.check_books(workshop.store) == []


def test_emergency_stop_interrupts_every_plotter_and_each_goes_on_when_told(
    workshop: Workshop,
) -> None:
    workshop.plotter("left", BRISK)
    workshop.plotter("right", BRISK)
    workshop.design("edition", 15)
    number = workshop.start("edition", devices=("left", "right"), copies=2)
    workshop.ready("left")
    workshop.ready("right")
    workshop.until_stroke("left", 3)
    workshop.until_stroke("right", 3)
    plotting.emergency_stop(workshop.store)
    for name in ("left", "right"):
        workshop.until_state(name, "interrupted")
    for name in ("left", "right"):
        plotting.resume(workshop.store, name)
    workshop.until_awaiting(number)
    planned = workshop.planned("edition")
    for name in ("left", "right"):
        assert all(times_drawn(workshop.ink(name), planned))


def test_a_killed_worker_interrupts_its_sheet_and_leaves_the_other_plotter_alone(
    workshop: Workshop,
) -> None:
    workshop.plotter("left", BRISK)
    workshop.plotter("right", BRISK)
    workshop.design("edition", 15)
    number = workshop.start("edition", devices=("left", "right"), copies=2)
    workshop.ready("left")
    workshop.until_stroke("left", 3)
    (worker,) = workshop.worker_pids()
    workshop.ready("right")
    workshop.until_state("right", "drawing")
    os.kill(worker, signal.SIGKILL)
    cut = workshop.until_state("left", "interrupted")
    assert "ended" in cut.message
    assert workshop.view("right").state in ("drawing", "idle")
    before = len(workshop.ink("left"))
    plotting.resume(workshop.store, "left")
    workshop.until_awaiting(number)
    planned = workshop.planned("edition")
    drawn = times_drawn(workshop.ink("left"), planned)
    assert all(drawn), "no stroke is missing"
    assert sum(drawn) - len(drawn) <= 1, "at most one stroke is drawn again"
    assert before < len(planned)
    assert books.check_books(workshop.store) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_killing_the_engine_nothing_moves_and_resume_goes_on_at_the_stroke(
    workshop: Workshop, seed: int
) -> None:
    chance = random.Random(seed)
    workshop.plotter("left", BRISK)
    workshop.pens("#000000")
    workshop.design("lines", 30)
    number = workshop.start("lines")
    workshop.ready("left")
    kills = sorted(chance.sample(range(1, 12), 2))
    for stroke in kills:
        workshop.until_stroke("left", stroke)
        workshop.kill_engine()
        assert workshop.view("left").state == "interrupted"
        if stroke == kills[-1]:
            workshop.faster("left")
        workshop.restart_engine()
        place = workshop.until_state("left", "interrupted").strokes_done
        ink = workshop.ink("left")
        # An order that the engine answers proves that it has looked at everything.
        with pytest.raises(Refused, match="waits for nothing"):
            plotting.ready(workshop.store, "left")
        assert workshop.view("left").strokes_done == place
        assert workshop.ink("left") == ink, "nothing moves by itself"
        plotting.resume(workshop.store, "left")
    workshop.until_awaiting(number)
    drawn = times_drawn(workshop.ink("left"), workshop.planned("lines"))
    assert all(drawn), "no stroke is missing"
    assert sum(drawn) - len(drawn) <= len(kills), "at most one stroke a kill is drawn again"
    assert books.check_books(workshop.store) == []


def test_an_ended_engine_lifts_the_pen_and_says_interrupted(workshop: Workshop) -> None:
    workshop.plotter("left", BRISK)
    workshop.design("lines", 20)
    workshop.start("lines")
    workshop.ready("left")
    workshop.until_stroke("left", 3)
    with pytest.raises(Refused, match="left is at work"):
        engine_process.stop_engine(workshop.store)
    engine_process.stop_engine(workshop.store, force=True)
    stopped = workshop.view("left")
    assert stopped.state == "interrupted"
    assert stopped.sheet_state == "interrupted"
    assert len(workshop.ink("left")) < 20


def test_a_second_engine_is_refused_with_the_first_one_named(workshop: Workshop) -> None:
    engine_process.ensure_engine(workshop.store)
    first = engine_process.engine_status(workshop.store).pid
    second = subprocess.run(
        [sys.executable, "-m", "plotty_tui.engine"], capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert f"process {first}" in second.stderr
    assert engine_process.engine_status(workshop.store).pid == first


def engines_of(workshop: Workshop) -> list[psutil.Process]:
    """The engine processes of this studio that are alive."""
    home = str(workshop.store.home.data)
    found = []
    for process in psutil.process_iter():
        try:
            if process.cmdline()[1:3] == ["-m", "plotty_tui.engine"] and (
                process.environ().get("PLOTTY_HOME") == home
            ):
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_of_many_that_start_the_engine_at_once_one_does(workshop: Workshop) -> None:
    script = (
        "from plotty_tui.studio.opening import open_studio\n"
        "from plotty_tui.studio.engine_process import ensure_engine, engine_status\n"
        "s = open_studio(); ensure_engine(s); print(engine_status(s).pid)"
    )
    starters = [
        subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    pids = {starter.communicate()[0].strip() for starter in starters}
    assert all(starter.returncode == 0 for starter in starters)
    assert len(pids) == 1
    # The others are refused by the lock and end; until then one could take over from the first.
    log = workshop.store.home.engine_log
    assert len(re.findall(r"engine \d+ drives", log.read_text())) == 1
    until(lambda: len(engines_of(workshop)) == 1)


def test_the_engine_ends_by_itself_when_nobody_needs_it(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLOTTY_ENGINE_IDLE", "1")
    engine_process.ensure_engine(workshop.store)
    until(lambda: not engine_process.engine_runs(workshop.store.home))
    assert engine_process.engine_status(workshop.store).running is False


def test_a_held_job_is_not_drawn_until_it_is_released(workshop: Workshop) -> None:
    from plotty_tui.studio.jobs import holding, intake

    workshop.plotter("left")
    workshop.design("a")
    workshop.design("b")
    (held,) = intake.open_jobs(workshop.store, ["a"])
    holding.hold_jobs(workshop.store, [held], "client is not sure")
    started = plotting.start_plot(workshop.store, intake.open_jobs(workshop.store), ["left"])
    assert started.left_out == [("a", "held: client is not sure")]
    until(lambda: any("for b copy" in hand.text for hand in workshop.hands()))
