"""The first plotting day, told by commands alone: from SVG files to a settled run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import FAST
from drawn_ink import assert_same_ink, read_drawn, read_export
from studio_desk import Desk, Said

from plotty_tui.studio import watching
from plotty_tui.studio.places import sample_folder
from plotty_tui.studio.production import run_detail
from plotty_tui.studio.upkeep import demo


def the_same_truth(run: Callable[..., Said]) -> str:
    """What three commands say of the plotters at one moment; empty when they do not say the same,
    as may be while something changes."""

    def shot() -> dict[str, Any]:
        return run("monitor", "--json").json

    def still(one: dict[str, Any]) -> list[Any]:
        return [[d["name"], d["state"], d["job"], d["copy"], d["layer"]] for d in one["devices"]]

    before = shot()
    jobs = {job["name"]: job for job in run("list", "queue", "--json").json["jobs"]}
    wanted = run("next", "--json").json
    after = shot()
    asked = {(hand["device"], hand["text"]) for hand in after["hands"]}
    waiting = {one["name"] for one in after["devices"] if one["state"] == "waiting"}
    # A job whose first sheet or pen is still to be put in has not begun.
    states = {"drawing": ["drawing"], "waiting": ["waiting", "queued", "loaded"]}
    same = (
        still(before) == still(after)
        and {(one["device"], one["text"]) for one in wanted if one["waiting"]} == asked
        and {device for device, _ in asked} == waiting
        and all(
            one["name"] in jobs[one["job"]]["devices"]
            and jobs[one["job"]]["state"] in states[one["state"]]
            for one in after["devices"]
            if one["job"]
        )
    )
    return " ".join(sorted(device["state"] for device in after["devices"])) if same else ""


def test_the_day(plotty: Desk, tmp_path: Path) -> None:
    samples = sorted(sample_folder().glob("*.svg"))
    added = plotty.good("add", *samples, "--paper", "a4")
    assert f"added {len(samples)}, 0 already there, 0 failed" in added.out
    planned = plotty("plan-all", "--preset", "fast")
    assert planned.status == 3, "the A3 map does not fit A4"
    assert "map-a3" in planned.err
    plotty.good("remove", "map-a3")
    plotty.good("paper", "receive", "a4", 100)
    for name in ("left", "right"):
        plotty.good("device", "add", name, "--speed", FAST)

    process = plotty.begin("plot-all")
    seen: set[str] = set()

    def look_and_help() -> None:
        if "drawing waiting" in seen:
            plotty.put_in()
        else:
            # One plotter is kept waiting until both have been seen; the first look is that of
            # processes of their own. Without help all come to rest: in the end they must agree.
            run = plotty.good if seen else plotty.apart
            seen.add(plotty.until(lambda: the_same_truth(run)))
            if any(hand.device == "left" for hand in watching.hand_views(plotty.store)):
                plotty.good("ready", "left")

    plotty.until(lambda: process.poll() is not None, 90, look_and_help)
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert f"done {len(samples) - 1}, spoiled 0, left 0" in out
    assert "results: plotty run complete RUN-001" in out
    assert "hand wanted: " in err
    assert "drawing waiting" in seen

    (run,) = plotty.good("run", "list", "--status", "awaiting", "--json").json
    assert (run["sheets"], run["drawn"], run["open"]) == (len(samples) - 1,) * 2 + (0,)
    used = {sheet["device"] for sheet in plotty.good("run", "show", 1, "--json").json["sheets"]}
    assert used == {"left", "right"}
    _same_ink_on_every_sheet(plotty, tmp_path)

    card = plotty.good("run", "complete", 1, "--quality", "4", "--notes", "a good day").out
    assert "Quality: ★★★★☆ (4/5, Good quality)" in card
    assert f"Success: 100.0 % of {len(samples) - 1} sheets" in card
    (paper,) = plotty.good("list", "papers", "--json").json
    assert paper["stock"] == 100 - (len(samples) - 1)
    assert plotty.good("list", "queue", "--json").json["total"] == 0


def _same_ink_on_every_sheet(plotty: Desk, folder: Path) -> None:
    travels = {
        one["name"]: one["travel_mm"] for one in plotty.good("list", "devices", "--json").json
    }
    drawn = read_drawn(plotty.home)
    for sheet in run_detail.run_detail(plotty.store, 1).sheets:
        out = folder / f"{sheet.id}.svg"
        plotty.good("export", sheet.name, "--output", out)
        size, layers = read_export(out)
        assert sum(map(len, layers)) > 0
        again = assert_same_ink(layers, drawn, sheet.id, size, travels[sheet.device])
        assert again == 0, sheet.name


def test_the_demo_without_a_screen(plotty: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With those of its designs that are drawn in minutes; all of them are drawn above."""
    quick = ("business-card.svg", "letterhead.svg", "spirograph.svg")
    day = [one for one in demo.DAY if one[0] in quick]
    assert len(day) == len(quick)
    monkeypatch.setattr(demo, "DAY", day)
    said = plotty.good("demo", "--headless", "--speed", f"{FAST:g}")

    assert said.out.startswith("Production Run #1 - Completed\n")
    assert "Success: 100.0 % of 8 sheets" in said.out
    assert "Notes: demo day" in said.out
    assert not plotty.home.exists(), "the demo has a studio of its own"


def test_results_that_are_told(prepared: Desk) -> None:
    card = prepared.good(
        "run", "complete", "1", "--sheet", "3=spoiled:pen_dry", "--sheet", "4=second",
        "--weigh", "K-01=45.20:44.95", "--duration", "10m", "--notes", "good paper",
    ).out  # fmt: skip
    assert "Acme: Card: 3/4 successful (1 second, 1 failed)" in card

    run = prepared.good("run", "show", "1", "--json").json
    assert [sheet["state"] for sheet in run["sheets"]] == ["good", "good", "spoiled", "second"]
    assert run["sheets"][2]["reason"] == "pen_dry"
    assert run["seconds"] == 600
    assert run["pens"][0]["mass_g"] == 0.25
    assert (run["state"], run["quality"], run["notes"]) == ("completed", 5, "good paper")


def test_a_failed_copy_is_wanted_again(prepared: Desk) -> None:
    def queued() -> list[str]:
        return [job["name"] for job in prepared.good("list", "queue", "--json").json["jobs"]]

    assert "Acme: Card" not in queued()
    prepared.good("run", "complete", "1", "--failed", "1", "--reason", "smear")
    assert "Acme: Card" in queued()
    assert prepared.good("plot", "Acme: Card", "--no-wait", "--json").json["sheets"] == 1
