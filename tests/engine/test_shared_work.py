"""Work is shared between plotters, and one that fails leaves its work to the others."""

from __future__ import annotations

import contextlib

import pytest
from workshop import Workshop, until

from plotty_tui.domain.errors import Refused
from plotty_tui.store.tables import Device, Sheet
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.machines.setup_devices import add_plotter
from plotty_tui.studio.plots import plotting, rehearsal


def put_in(shop: Workshop) -> None:
    for hand in shop.hands():
        if hand.answerable:
            # A pen may still draw elsewhere.
            with contextlib.suppress(Refused):
                plotting.ready(shop.store, hand.device)


def states() -> list[tuple[str, str]]:
    return sorted(
        (sheet.state, sheet.device.name if sheet.device else "") for sheet in Sheet.select()
    )


def test_a_failing_plotter_leaves_everything_but_its_sheet_to_the_other(
    workshop: Workshop,
) -> None:
    workshop.pens("#000000", "#000000")
    workshop.plotter("left", 100, faults="usb_lost@stroke=5")
    workshop.plotter("right", 100)
    workshop.design("lines", 12)
    workshop.start("lines", copies=6)

    def only_the_failed_one_is_left() -> bool:
        put_in(workshop)
        return states() == [
            *[("drawn", "right")] * 5,
            ("interrupted", "left"),
        ]

    until(only_the_failed_one_is_left)
    plotting.resume(workshop.store, "left", on="right")
    until(lambda: put_in(workshop) or {one for one, _ in states()} == {"drawn"})
    assert states() == [("drawn", "right")] * 6


def test_a_plotter_that_does_not_open_gives_its_sheet_back(workshop: Workshop) -> None:
    workshop.pens("#000000", "#000000")
    workshop.plotter("left", 100)
    workshop.plotter("right", 100)
    workshop.design("lines", 4)
    with workshop.store.write():  # a driver that nobody has
        Device.update(driver="none").where(Device.name == "left").execute()
    workshop.start("lines", devices=("left", "right"), copies=4)

    def all_drawn() -> bool:
        put_in(workshop)
        return states() == [("drawn", "right")] * 4

    until(all_drawn)
    assert workshop.view("left").state == "fault"


def test_the_start_tells_the_planned_end_of_each_plotter(workshop: Workshop) -> None:
    workshop.pens("#000000")
    workshop.plotter("left", 1)
    workshop.plotter("right", 1)
    workshop.plotter("small", 1, "minikit")
    workshop.design("lines", 12)
    wanted = intake.open_jobs(workshop.store)
    seconds = wanted[0].plan.seconds
    started = plotting.start_plot(workshop.store, wanted, ["left", "right", "small"], 3)
    assert started.ends == {"left": 2 * seconds, "right": seconds, "small": 0.0}


def test_a_real_plotter_that_cannot_be_driven_is_named_with_its_cure(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plotty_tui.devices.vendor.is_installed", lambda: False)
    add_plotter(workshop.store, "big", "axidraw", "v3/a3", settings={"nickname": "big"})
    workshop.plotter("left", 100)
    workshop.design("lines", 4)
    for devices in ((), ("big",), ("left", "big")):
        with pytest.raises(Refused, match=r"big cannot draw: pyaxidraw is not installed: see docs"):
            workshop.start("lines", devices=devices)
    number = workshop.start("lines", devices=("left",))
    workshop.ready("left")
    workshop.until_awaiting(number)
    workshop.design("more", 4)
    (job,) = intake.open_jobs(workshop.store, ["more"])
    started = plotting.start_plot(workshop.store, [job], ["all"])
    assert started.devices == ["left"]
    assert "big cannot draw" in started.notes[0]
    assert rehearsal.rehearse(workshop.store).plotters
