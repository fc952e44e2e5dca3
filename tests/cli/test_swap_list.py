"""The swap list follows what the engine will do; shared-out work is claimed as it was shared."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from studio_desk import svg

from plotty_tui.cli.main import guarded
from plotty_tui.store.database import Store
from plotty_tui.store.machines import devices
from plotty_tui.store.plots import claims
from plotty_tui.store.production import runs as run_books
from plotty_tui.store.tables import Device, Run, Sheet
from plotty_tui.studio.inventory import stock
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.machines.setup_devices import add_simulator
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import plans
from plotty_tui.studio.plots.swap_list import share_out, swap_list

BLACK, RED = "#000000", "#d81e2c"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("PLOTTY_HOME", str(tmp_path / "home"))
    store = open_studio()
    for slot, (name, color) in enumerate((("black", BLACK), ("red", RED)), 1):
        stock.add_pen(store, {"name": name, "color": color, "slot": slot})
    for name in ("left", "right"):
        add_simulator(store, name)
    for name, color, lines in (("A", BLACK, 3), ("B", RED, 30), ("C", RED, 4), ("D", BLACK, 20)):
        path = tmp_path / f"{name}.svg"
        paths = [f"M10 {10 + 2 * k} l70 {k % 3}" for k in range(lines)]
        path.write_text(svg([(name, color, paths)]))
        intake.add_designs(store, [str(path)], intake.Wish(name=name, paper="a4"))
    assert all(
        one.plan for one in plans.plan_jobs(store, intake.open_jobs(store), "none", workers=0)
    )
    yield store
    store.close()


def opened(store: Store) -> Run:
    return run_books.open_run(
        store, [(job, job.copies) for job in intake.open_jobs(store)], ["left", "right"]
    )


def claimed(store: Store, name: str) -> str | None:
    claim = claims.claim_sheet(store, devices.find_device(name).id)
    if claim is None:
        return None
    Sheet.update(state="drawn").where(Sheet.id == claim.sheet).execute()
    return claim.job


def sheets_of(day, name: str) -> list[str]:
    return [hand.sheet.split()[0] for hand in day.hands
            if hand.plotter == name and hand.kind == "paper"]  # fmt: skip


def test_without_a_run_it_tells_what_plot_all_would_want(shop: Store) -> None:
    day = swap_list(shop)

    assert sorted(sheets_of(day, "left") + sheets_of(day, "right")) == ["A", "B", "C", "D"]
    assert [hand.text for hand in day.hands if hand.kind == "pen"][:2] == ["K-01 in", "K-02 in"]
    assert max(day.ends.values()) == max(hand.seconds for hand in day.hands)


def test_it_is_what_the_engine_then_claims(shop: Store) -> None:
    opened(shop)
    Device.update(loaded_pen=2).where(Device.name == "left").execute()

    day = swap_list(shop)

    assert sheets_of(day, "left")[0] == "B", "its pen is in"
    assert claimed(shop, "left") == "B"
    assert claimed(shop, "right") == sheets_of(day, "right")[0] == "A"


def test_shared_out_work_is_claimed_by_share_and_the_idle_help(shop: Store) -> None:
    run = opened(shop)

    shares = share_out(shop, run, devices.enabled_devices())

    assert shares.gap < 0.25
    day = swap_list(shop)
    planned = {name: sheets_of(day, name) for name in ("left", "right")}
    assert sorted(planned["left"] + planned["right"]) == ["A", "B", "C", "D"]
    first = next(name for name, mine in planned.items() if "B" in mine)
    other = "right" if first == "left" else "left"
    assert [claimed(shop, other) for _ in planned[other]] == planned[other]
    assert claimed(shop, other) == planned[first][-1], "it helps with what comes last there"


def test_a_plotter_that_fails_is_counted_no_more(shop: Store) -> None:
    run = opened(shop)
    share_out(shop, run, devices.enabled_devices())
    Device.update(state="fault").where(Device.name == "left").execute()

    day = swap_list(shop)

    assert "left" not in day.ends
    assert sorted(sheets_of(day, "right")) == ["A", "B", "C", "D"]


def test_it_can_be_printed(shop: Store) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert guarded(["next", "--list"]) == 0
    assert "left: " in out.getvalue()
    assert "K-01 in" in out.getvalue()
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert guarded(["next", "--list", "--devices", "right", "--json"]) == 0
    found = json.loads(out.getvalue())
    assert {hand["device"] for hand in found["hands"]} == {"right"}
    assert set(found["hands"][0]) == {"device", "at", "seconds", "kind", "text", "sheet"}
