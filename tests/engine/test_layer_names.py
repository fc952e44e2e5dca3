"""What layer names order is done: speed and height, a wait, a stop for a person."""

from __future__ import annotations

import time

import pytest
from workshop import Workshop, until

from plotty_tui.domain.layer_codes import layer_motion
from plotty_tui.domain.motion import estimate_strokes
from plotty_tui.domain.presets import BUILT_IN
from plotty_tui.domain.strokes import decode_layers
from plotty_tui.store.tables import SheetLayer
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.planning import plans
from plotty_tui.studio.plots import plotting, rehearsal

BLACK = "#000000"


def draw_layers(shop: Workshop, *names: str) -> None:
    """A design with a layer of six lines for each name, all of one colour."""
    shop.plotter("left", 100)
    shop.pens(BLACK)
    groups = "".join(
        f'<g inkscape:groupmode="layer" inkscape:label="{name}" stroke="{BLACK}">'
        + "".join(f'<path d="M 10 {10 + 3 * k} h 80"/>' for k in range(6 * part, 6 * part + 6))
        + "</g>"
        for part, name in enumerate(names)
    )
    file = shop.store.home.data / "layers.svg"
    file.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="148mm" fill="none" '
        'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        f'viewBox="0 0 100 148">{groups}</svg>'
    )
    intake.add_designs(shop.store, [str(file)], intake.Wish(name="layers", paper="a6"))
    (planned,) = plans.plan_jobs(shop.store, intake.open_jobs(shop.store), "none")
    assert planned.plan is not None


def test_a_layer_is_drawn_at_the_speed_of_its_name(workshop: Workshop) -> None:
    draw_layers(workshop, "1 plain", "2+S5 slow", "3+s90 quick", "%4 notes")
    (job,) = intake.open_jobs(workshop.store)
    layers = job.plan.body["layers"]
    assert [layer["name"] for layer in layers] == ["1 plain", "2+S5 slow", "3+s90 quick"]
    number = workshop.start("layers")
    workshop.ready("left")
    workshop.until_awaiting(number)
    parts = list(SheetLayer.select().order_by(SheetLayer.layer))
    drawn = [part.seconds for part in parts]
    assert drawn[1] > 3 * drawn[0] > 3 * drawn[2]
    assert drawn == pytest.approx([layer["seconds"] for layer in layers], rel=0.02)
    strokes = decode_layers(workshop.store.home.plan_file(job.plan.key).read_bytes())[1].strokes
    slow = layer_motion(BUILT_IN["none"].motion, "2+S5")
    assert estimate_strokes(strokes, slow).total_s == pytest.approx(drawn[1], rel=0.05)


def test_a_stop_waits_for_a_person_with_the_carriage_parked(workshop: Workshop) -> None:
    draw_layers(workshop, "!1 first", "!2 second", "3 third")
    number = workshop.start("layers")
    workshop.ready("left")
    until(lambda: any(hand.kind == "stop" for hand in workshop.hands()))
    view = workshop.until_state("left", "waiting")
    (hand,) = workshop.hands()
    assert hand.kind == "stop"
    assert hand.text == "look at left: layer !2 second of layers comes next"
    assert (view.layer, view.pen_down) == (1, False)
    workshop.ready("left")
    workshop.until_awaiting(number)
    assert len(workshop.ink("left")) == 18


def test_the_layer_after_a_stop_can_be_left_out(workshop: Workshop) -> None:
    draw_layers(workshop, "1 first", "!2 second", "3 third")
    number = workshop.start("layers")
    workshop.ready("left")
    until(lambda: any(hand.kind == "stop" for hand in workshop.hands()))
    plotting.skip_layer(workshop.store, "left")
    workshop.until_awaiting(number)
    assert {layer for layer, _ in workshop.ink("left")} == {0, 2}


def test_a_wait_before_a_layer_stands_still_when_paused_and_goes_on(workshop: Workshop) -> None:
    draw_layers(workshop, "1 first", "2+D120000 second")
    (job,) = intake.open_jobs(workshop.store)
    number = workshop.start("layers")
    workshop.ready("left")
    until(lambda: "waits 120 s" in workshop.view("left").message)
    begun = time.monotonic()
    assert plotting.pause(workshop.store, "left") == "left is paused, pen up"
    assert time.monotonic() - begun < 1.0, "it does not wait for the end of the wait"
    assert plotting.pause(workshop.store, "left") == "left is paused already"
    until(lambda: time.monotonic() - begun > 1.5)  # longer than the wait
    assert workshop.view("left").state == "paused"
    assert {layer for layer, _ in workshop.ink("left")} == {0}
    plotting.resume(workshop.store, "left")
    seconds = workshop.until_awaiting(number).seconds or 0.0
    assert len(workshop.ink("left")) == 12
    assert job.plan.seconds > 120, "the wait is planned"
    # What was left of it came after the pause, and the pause is no machine time.
    assert seconds == pytest.approx(job.plan.seconds, abs=3)


@pytest.mark.parametrize("choice", ["cancel", "skip", "stop"])
def test_a_wait_can_be_ended(workshop: Workshop, choice: str) -> None:
    draw_layers(workshop, "1 first", "2+D3000000 second", "3 third")
    number = workshop.start("layers")
    workshop.ready("left")
    until(lambda: "waits 3000 s" in workshop.view("left").message)
    if choice == "cancel":
        plotting.cancel(workshop.store, "left")
        workshop.until_awaiting(number)
        assert {layer for layer, _ in workshop.ink("left")} == {0}
        return
    if choice == "skip":
        plotting.pause(workshop.store, "left")
        plotting.skip_layer(workshop.store, "left")
    else:
        plotting.emergency_stop(workshop.store)
        workshop.until_state("left", "interrupted")
        plotting.skip_layer(workshop.store, "left")
    workshop.until_awaiting(number)
    assert {layer for layer, _ in workshop.ink("left")} == {0, 2}


def test_a_rehearsal_counts_stops_and_waits(workshop: Workshop) -> None:
    draw_layers(workshop, "1 first", "!2+D90000 second")
    (job,) = intake.open_jobs(workshop.store)
    told = rehearsal.rehearse(workshop.store)
    assert [hand.kind for hand in told.hands] == ["paper", "stop"]
    (day,) = told.plotters
    assert day.machine_seconds == pytest.approx(job.plan.seconds, abs=3)
