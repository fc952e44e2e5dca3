"""Pauses, cancels, crashes and closed terminals: nothing is lost, and nothing moves unasked."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from conftest import CARD, FAST
from drawn_ink import assert_same_ink, read_drawn, read_export
from studio_desk import SOON, Desk, Terminal, layer_of_rows, svg

from plotty_tui.studio import engine_process
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.plots import plotting
from plotty_tui.studio.production import run_detail

SPEED = 40
# For what must not be over before it is looked at.
SLOW = 5
# The books follow each stroke of a plotter slower than ten times life: at most one is redrawn.
EXACT_SPEED = 9


def begin(desk: Desk, speed: float) -> None:
    """left draws the card, and has drawn a stroke."""
    desk.set_speed(speed)
    plotting.start_plot(desk.store, intake.open_jobs(desk.store, [CARD]), ["left"], copies=1)
    desk.until_drawing()


def sheet_states(desk: Desk, run: int = 2) -> list[str]:
    return [s["state"] for s in desk.good("run", "show", run, "--json").json["sheets"]]


def finish_fast(desk: Desk) -> None:
    """The interrupted sheet is resumed by another engine, and drawn in a moment."""
    desk.kill_engine()
    desk.set_speed(FAST)
    assert "interrupted sheet" in desk.good("resume", "left").out
    desk.until(lambda: desk.device().state == "idle", between=desk.put_in)


def ink_file(desk: Desk) -> bytes:
    return desk.store.home.ink_file("left").read_bytes()


def until_beats(desk: Desk, count: int) -> None:
    """Wait until the engine has given so many signs of life: time has passed for it."""
    for _ in range(count):
        seen = engine_process.engine_status(desk.store).beat_at
        desk.until(lambda seen=seen: engine_process.engine_status(desk.store).beat_at != seen)


# Orders ------------------------------------------------------------------------------------------


def test_pause_lifts_the_pen_and_resume_goes_on(prepared: Desk) -> None:
    begin(prepared, speed=SLOW)
    assert "paused, pen up" in prepared.good("pause").out
    (left, _) = prepared.good("list", "devices", "--json").json
    assert (left["state"], left["pen_down"]) == ("paused", False)
    drawn = ink_file(prepared)
    until_beats(prepared, 2)
    assert ink_file(prepared) == drawn, "it drew while it was paused"

    assert "goes on" in prepared.good("resume", CARD).out
    prepared.until(lambda: ink_file(prepared) != drawn)
    # The rest of the sheet takes its time: it goes on once more, in another tempo.
    prepared.good("estop")
    prepared.until(lambda: prepared.device().state == "interrupted")
    finish_fast(prepared)
    assert sheet_states(prepared) == ["drawn"]


def test_cancel_spoils_what_the_pen_has_touched(prepared: Desk) -> None:
    begin(prepared, speed=SLOW)
    prepared.good("cancel", "left")
    prepared.until(lambda: prepared.device().state == "idle")
    assert sheet_states(prepared) == ["spoiled"]
    assert prepared.device().pen_down is False


def test_cancel_takes_back_what_it_has_not(prepared: Desk) -> None:
    plotting.start_plot(prepared.store, intake.open_jobs(prepared.store, ["Poster"]), ["left"])
    prepared.until(lambda: prepared.device().state == "waiting")
    prepared.good("cancel", "left")
    prepared.until(lambda: prepared.device().state == "idle")
    assert sheet_states(prepared) == ["cancelled"]


def test_cancel_of_a_job_takes_all_its_copies(prepared: Desk) -> None:
    prepared.set_speed(SLOW)
    plotting.start_plot(prepared.store, intake.open_jobs(prepared.store, [CARD]), ["left"], 3)
    prepared.until_drawing()
    prepared.good("cancel", CARD)
    prepared.until(lambda: prepared.device().state == "idle")
    assert sheet_states(prepared) == ["spoiled", "cancelled", "cancelled"]


def test_an_emergency_stop_interrupts_everything(prepared: Desk) -> None:
    begin(prepared, speed=SLOW)
    assert "every plotter is stopped" in prepared.good("estop").out
    prepared.until(lambda: prepared.device().state == "interrupted")
    drawn = ink_file(prepared)
    until_beats(prepared, 2)
    assert ink_file(prepared) == drawn
    assert sheet_states(prepared) == ["interrupted"]

    assert prepared.device("right").state == "paused", "it would take a sheet by itself"
    finish_fast(prepared)
    assert sheet_states(prepared) == ["drawn"]


def test_another_pen_than_the_one_asked_for(prepared: Desk) -> None:
    plotting.start_plot(prepared.store, intake.open_jobs(prepared.store, ["Poster"]), ["left"])
    prepared.until(lambda: prepared.device().state == "waiting")
    prepared.good("ready", "left", "--pen", "K-07")
    prepared.until(lambda: prepared.device().pen.startswith("K-07"))
    pens = {one["code"]: one for one in prepared.good("list", "pens", "--json").json}
    assert pens["K-07"]["device"] == "left"


# Crashes -----------------------------------------------------------------------------------------

FIRST, SECOND = 12, 10  # strokes of the two layers


@pytest.fixture
def two_pens(plotty: Desk, tmp_path: Path) -> Desk:
    """A studio with one plotter and one design of two pens."""
    path = tmp_path / "two pens.svg"
    layers = [layer_of_rows(FIRST, "#000000"), layer_of_rows(SECOND, "#d81e2c", seed=3)]
    path.write_text(svg(layers))
    plotty.good("add", path, "--name", "Two pens", "--paper", "a5")
    plotty.good("plan", "Two pens", "--preset", "default")
    plotty.good("device", "add", "left", "--speed", EXACT_SPEED)
    return plotty


def test_kill_9_in_the_middle_of_a_sheet(two_pens: Desk, tmp_path: Path) -> None:
    plotty = two_pens
    process = plotty.begin("plot-all")
    plotty.until_drawing(strokes=4)
    plotty.kill_engine()
    out, err = process.communicate(timeout=SOON)
    assert process.returncode == 3, err
    assert "done 0, spoiled 0, left 1" in out
    assert "plotty resume left" in err

    (before,) = plotty.good("list", "devices", "--json").json
    assert before["state"] == "interrupted"
    assert before["stroke"] >= 4
    drawn = ink_file(plotty)
    plotty.good("engine", "start")
    plotty.until(lambda: plotty.good("next", "--json").json)
    until_beats(plotty, 2)
    (after,) = plotty.good("list", "devices", "--json").json
    same = ("state", "job", "copy", "layer", "stroke")
    assert [after[key] for key in same] == [before[key] for key in same]
    assert ink_file(plotty) == drawn, "the next start moved the plotter"
    assert sheet_states(plotty, 1) == ["interrupted"]
    hand = plotty.good("next", "--json").json[0]
    assert "interrupted" in hand["text"]
    assert plotty("check", "ready").status == 1

    assert "goes on" in plotty.good("resume", "left").out
    plotty.until_drawing(strokes=before["stroke"] + 2)
    # Again, in the second layer this time.
    plotty.until_drawing(strokes=FIRST + 2)
    plotty.kill_engine()
    plotty.set_speed(FAST)
    plotty.good("resume")
    plotty.until(lambda: sheet_states(plotty, 1) == ["drawn"], 60, plotty.put_in)

    out_file = tmp_path / "planned.svg"
    plotty.good("export", "Two pens", "-o", out_file)
    size, layers = read_export(out_file)
    assert [len(layer) for layer in layers] == [FIRST, SECOND]
    (sheet,) = run_detail.run_detail(plotty.store, 1).sheets
    travel = tuple(after["travel_mm"])
    again = assert_same_ink(layers, read_drawn(plotty.home), sheet.id, size, travel)
    assert again <= 2, "at most one stroke is drawn again for each crash"

    run = plotty.good("run", "complete", "1", "--json").json
    assert run["state"] == "completed"
    ink_m = sum(float(abs(b - a).sum()) for a, b in _joints(layers)) / 1000
    assert run["ink_m"] == pytest.approx(ink_m, rel=0.05)


def _joints(layers: list[list]) -> list[tuple]:
    return [
        (line[k], line[k + 1]) for layer in layers for line in layer for k in range(len(line) - 1)
    ]


def test_a_closed_terminal_leaves_the_plot_going(two_pens: Desk) -> None:
    plotty = two_pens
    plotty.set_speed(SPEED)
    terminal = Terminal(plotty, "plot-all")
    plotty.until(lambda: "enter: it is in" in terminal.look())
    terminal.type("\n")
    seen = plotty.until(
        lambda: (terminal.look(), view := plotty.device())[1].strokes_done > 1 and view
    )
    engine = plotty.engine_pid()

    terminal.close()

    assert terminal.process.wait(SOON) != 0
    plotty.until(lambda: plotty.device().strokes_done > seen.strokes_done)
    assert plotty.engine_pid() == engine
    os.kill(engine, 0)
    plotty.until(lambda: sheet_states(plotty, 1) == ["drawn"], 60, plotty.put_in)


def test_the_engine_ends_by_itself_when_nobody_needs_it(two_pens: Desk) -> None:
    plotty = two_pens
    plotty.environment["PLOTTY_ENGINE_IDLE"] = "1"
    plotty.good("engine", "start")
    plotty.until(lambda: not engine_process.engine_runs(plotty.store.home))
    assert "nobody has needed the engine" in plotty.good("engine", "logs").out


def test_the_engine_obeys_a_request_to_end(prepared: Desk) -> None:
    begin(prepared, speed=SLOW)
    os.kill(prepared.engine_pid(), signal.SIGTERM)
    prepared.until(lambda: not engine_process.engine_runs(prepared.store.home))
    assert sheet_states(prepared) == ["interrupted"]
