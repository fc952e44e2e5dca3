"""An edition drawn pen by pen: sheets come off between their pens and go on again, through kills of
the engine and of the worker, and each has its ink once."""

from __future__ import annotations

import re

import pytest
from workshop import Workshop, times_drawn, until

from plotty_tui.devices.ink import read_ink
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.papers import turn_for_device
from plotty_tui.domain.patterns import PRIMING
from plotty_tui.store.production import runs as books
from plotty_tui.store.tables import Run, Sheet, SheetLayer
from plotty_tui.studio.jobs import intake, reasons
from plotty_tui.studio.plots import plotting
from plotty_tui.studio.plots.plot_wishes import PlotWish
from plotty_tui.studio.plots.swap_list import swap_list
from plotty_tui.studio.production import run_detail, run_moves

BLACK, RED, BLUE = "#000000", "#c8283c", "#2850c8"
FAST, BRISK = 1000.0, 9.9


def edition(
    shop: Workshop, copies: int = 3, colors: tuple[str, ...] = (BLACK, RED), speed: float = FAST,
    strokes: int = 4, devices: tuple[str, ...] = ("left",), **told: object,
) -> int:  # fmt: skip
    """These plotters draw an edition pen by pen; the run's number."""
    for name in devices:
        shop.plotter(name, speed)
    shop.pens(*colors)
    shop.design("lines", strokes, colors)
    wish = PlotWish(pen_by_pen=True, **told)  # type: ignore[arg-type]
    jobs = intake.open_jobs(shop.store, ["lines"])
    return plotting.start_plot(shop.store, jobs, devices, copies, wish=wish).number


def asked(shop: Workshop, device: str = "left") -> str:
    """What this plotter asks for now: `on 2 K-01`, `off 1, on 2`, `pen K-02` …"""
    hands = until(lambda: [one for one in shop.hands() if one.device == device and one.answerable])
    text = hands[0].text  # type: ignore[index]
    off = re.search(r"take the begun lines copy (\d+) off", text)
    on = re.search(r"(?:of|for) lines copy (\d+)", text)
    back = ", same corner, same way round" in text
    assert back == (" back on " in text)
    words = [f"off {off[1]}"] if off else []
    words += [f"{'back' if back else 'on'} {on[1]}"] if on else []
    words += re.findall(r"pen K-\d+", text)
    return ", ".join(words)


def ready(shop: Workshop, device: str) -> None:
    """It is in; what was asked for is asked no more."""
    before = {one.id for one in shop.hands()}
    plotting.ready(shop.store, device)
    until(lambda: before.isdisjoint(one.id for one in shop.hands() if one.device == device))


def answer(shop: Workshop, *expected: str, device: str = "left") -> None:
    """The hands that have to come, one after the other, each answered."""
    for words in expected:
        assert asked(shop, device) == words
        ready(shop, device)


def sheet(copy: int, attempt: int = 1) -> Sheet:
    """A sheet of the edition as it is now."""
    found: Sheet = Sheet.get(Sheet.copy == copy, Sheet.attempt == attempt)
    return found


def aside() -> list[int]:
    """The copies that are set aside."""
    found = Sheet.select().where(Sheet.aside.is_null(False)).order_by(Sheet.copy)
    assert all(one.state == "waiting" for one in found)
    return [one.copy for one in found]


def drawn(shop: Workshop, copy: int, devices: tuple[str, ...] = ("left",)) -> list[int]:
    """How often each planned stroke is on this copy."""
    turn, sheet_id = turn_for_device((105, 148), (300.0, 217.9)), sheet(copy).id
    assert turn is not None
    ink = [
        (row["tag"]["layer"], [turn.undo(x, y) for x, y in row["line"]])
        for device in devices
        for row in read_ink(shop.store.home.ink_file(device))
        if row["tag"]["sheet"] == sheet_id and row["tag"]["layer"] != PRIMING
    ]
    return times_drawn(ink, shop.planned("lines"))


def settle(shop: Workshop, number: int) -> None:
    """All is drawn, and the books are in order."""
    shop.until_awaiting(number)
    assert books.check_books(shop.store) == []
    assert not aside()


def test_each_pen_goes_over_all_sheets_and_the_last_one_stays_on(workshop: Workshop) -> None:
    number = edition(workshop, colors=(BLACK, RED, BLUE))
    assert asked(workshop) == "on 1, pen K-01"
    ahead = [(one.kind, one.sheet) for one in swap_list(workshop.store).hands]
    assert [kind for kind, _ in ahead].count("pen") == 3
    assert [sheet for kind, sheet in ahead if kind == "paper"] == [
        f"lines copy {copy}" for copy in (2, 3, 2, 1, 2, 3)
    ]
    answer(workshop, "on 1, pen K-01", "off 1, on 2", "off 2, on 3", "pen K-02")
    assert asked(workshop) == "off 3, back 2"
    assert aside() == [1, 2, 3]
    detail = run_detail.run_detail(workshop.store, number)
    assert detail.pen_by_pen
    assert {one.aside for one in detail.sheets if one.copy != 2} == {"left"}
    # Copy 1 is done with the last pen: whoever puts the next one on takes it off.
    answer(workshop, "off 3, back 2", "off 2, back 1", "pen K-03", "back 2", "back 3")
    settle(workshop, number)
    assert [drawn(workshop, copy) for copy in (1, 2, 3)] == [[1] * 12] * 3
    parts = SheetLayer.select(SheetLayer.sheet, SheetLayer.layer, SheetLayer.pen)
    assert len({(one.sheet_id, one.layer, one.pen_id) for one in parts}) == 9


def test_nothing_is_lost_or_drawn_twice_when_engine_and_worker_are_killed(
    workshop: Workshop,
) -> None:
    number = edition(workshop, copies=2, speed=BRISK, strokes=6)
    answer(workshop, "on 1, pen K-01")
    workshop.until_stroke("left", 2)
    workshop.kill_engine()  # in the first layer of a fresh sheet
    workshop.restart_engine()
    workshop.until_state("left", "interrupted")
    plotting.resume(workshop.store, "left")
    assert asked(workshop) == "off 1, on 2"
    workshop.kill_engine()  # while it asks for a fresh sheet
    assert aside() == [1]
    workshop.restart_engine()
    answer(workshop, "off 1, on 2", "pen K-02")
    assert asked(workshop) == "back 1"
    workshop.kill_engine()  # while it asks for the one that was set aside
    workshop.restart_engine()
    answer(workshop, "back 1")
    workshop.cut_off("left", 8)  # the worker, in the second layer of what was put on again
    plotting.resume(workshop.store, "left")
    settle(workshop, number)
    first, second = drawn(workshop, 1), drawn(workshop, 2)
    assert second == [1] * 12
    assert all(count in (1, 2) for count in first)
    assert sum(first) <= 12 + 2  # a stroke for each time that its drawing was cut off


def test_what_is_spoiled_in_a_pass_is_asked_for_no_more_and_its_replots_come_together(
    workshop: Workshop,
) -> None:
    number = edition(workshop, 4, quality_checks=True, auto_replot=True)
    answer(workshop, "on 1, pen K-01", "off 1, on 2", "off 2, on 3")
    assert asked(workshop) == "off 3, on 4"
    with pytest.raises(Refused, match="it can only be spoiled"):
        judge(workshop, number, 2, "good")
    judge(workshop, number, 2, "spoiled", reason="smear")
    assert sheet(2).state == "spoiled"
    # Its replot begins with the pen that is in: it comes before the pen is changed.
    answer(workshop, "off 3, on 4", "off 4, on 2", "pen K-02")
    give_verdict(workshop, "good")
    assert asked(workshop) == "back 4"
    with pytest.raises(Refused, match=r"left asks for lines copy 4: plotty cancel left"):
        judge(workshop, number, 4, "spoiled", reason="smear")
    plotting.cancel(workshop.store, "left")
    assert sheet(4).state == "spoiled"
    assert sheet(4).device.name == "left"
    answer(workshop, "back 3")
    give_verdict(workshop, "spoiled", "smear")
    answer(workshop, "back 1")
    give_verdict(workshop, "good")
    answer(workshop, "on 3, pen K-01", "pen K-02")
    give_verdict(workshop, "good")
    settle(workshop, number)
    assert sum(one.state == "good" for one in Sheet.select()) == 3


def judge(shop: Workshop, number: int, copy: int, fate: str, **why: str) -> None:
    """Say what became of the first attempt at a copy."""
    listed = run_detail.run_detail(shop.store, number).sheets
    place = next(k for k, one in enumerate(listed, 1) if (one.copy, one.attempt) == (copy, 1))
    run_moves.judge_sheets(shop.store, number, [place], fate, **why)


def give_verdict(shop: Workshop, fate: str, reason: str = "") -> None:
    """Wait until the plotter asks what became of its sheet, and say it."""
    until(lambda: any(one.kind == "verdict" for one in shop.hands()))
    plotting.give_verdict(shop.store, "left", fate, reason)
    until(lambda: all(one.kind != "verdict" for one in shop.hands()))


def test_a_layer_is_left_out_and_pauses_and_limits_hold_between_sheets(
    workshop: Workshop,
) -> None:
    number = edition(
        workshop, 2, (BLACK, RED, BLUE), max_total_seconds=36000.0, auto_pause=True
    )  # fmt: skip
    answer(workshop, "on 1, pen K-01", "off 1, on 2")
    assert asked(workshop) == "pen K-02"
    plotting.skip_layer(workshop.store, "left")
    # Copy 2 wants blue now, but copy 1 wants red first: one pass of blue is enough for both.
    assert asked(workshop) == "off 2, back 1, pen K-02"
    plotting.pause(workshop.store, "left")
    assert aside() == [1, 2]
    answer(workshop, "off 2, back 1, pen K-02")
    assert asked(workshop) == "pen K-03"
    plotting.ready(workshop.store, "left")
    workshop.until_state("left", "paused")  # it takes no other sheet
    assert aside() == [2]
    plotting.resume(workshop.store, "left")
    assert asked(workshop) == "back 2"
    workshop.until_state("left", "waiting")
    workshop.kill_engine()
    with workshop.store.write():
        run = Run.get(Run.number == number)
        told = {**run.settings["orders"], "max_seconds": 0.001}
        Run.update(settings={**run.settings, "orders": told}).execute()
    workshop.restart_engine()  # the limit has come: what was set aside is asked for no more
    workshop.until_state("left", "paused")
    assert aside() == [2]
    plotting.resume(workshop.store, "left")
    answer(workshop, "back 2")
    settle(workshop, number)
    assert drawn(workshop, 1) == [1] * 12
    assert drawn(workshop, 2) == [1] * 4 + [0] * 4 + [1] * 4


def test_sheets_that_are_aside_stay_with_their_plotter_unless_they_are_given_to_another(
    workshop: Workshop,
) -> None:
    number = edition(workshop, 4, devices=("left", "right"))
    answer(workshop, "on 1, pen K-01")
    assert asked(workshop) == "off 1, on 3"
    right = asked(workshop, "right")
    assert right.startswith("on 2")  # the edition is shared, its begun sheets are not
    plotting.cancel(workshop.store, "right")
    until(lambda: asked(workshop, "right").startswith("on 4"))
    plotting.cancel(workshop.store, "right")
    workshop.until_state("right", "idle")  # copy 1 is no sheet of its own
    why = [one.text for one in reasons.why_not_drawn(workshop.store, "lines").reasons]
    assert "1 begun sheet set aside on left: the next pen comes when its pass does" in why
    said = plotting.resume(workshop.store, "left", on="right")
    assert said == "lines copy 1 goes on at right, which asks for each in its turn"
    assert asked(workshop, "right").startswith("back 1")
    # From now on sheet by sheet: what is aside is drawn to its end.
    run_moves.edit_run(workshop.store, number, {"order": "sheet by sheet"})
    answer(workshop, "off 1, on 3", "pen K-02")
    until(lambda: sheet(3).state == "drawn")  # the only red pen is free again
    plotting.ready(workshop.store, "right")
    settle(workshop, number)
    assert drawn(workshop, 1, ("left", "right")) == drawn(workshop, 3) == [1] * 8
