"""What is still to be drawn, and what was learned: counted again from the raw rows."""

from __future__ import annotations

import json
import shutil
import statistics
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from conftest import Books, grouped

from plotty_tui.domain.motion import hop_seconds, lower_seconds, raise_seconds
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.studio.inventory import prices
from plotty_tui.studio.jobs import holding, intake
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import estimates, limits, plans

DESIGN = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape='
    '"http://www.inkscape.org/namespaces/inkscape" width="85mm" height="55mm" '
    'viewBox="0 0 85 55">{layers}</svg>'
)
LAYER = (
    '<g inkscape:groupmode="layer" inkscape:label="{n} ink" fill="none" stroke="{color}">'
    '<path d="M{n} 5H80M{n} 20H80M{n} 40H80"/></g>'
)
BLACK, RED = "#1b1b1b", "#c8283c"


def design(*colors: str) -> str:
    layers = [LAYER.format(n=n, color=color) for n, color in enumerate(colors, 1)]
    return DESIGN.format(layers="".join(layers))


@pytest.fixture(scope="module")
def ahead(books: Books, tmp_path_factory: pytest.TempPathFactory) -> Books:
    """The same studio with new jobs in its queue: one is held, one cannot be in time, one has no
    plan."""
    home = tmp_path_factory.mktemp("ahead") / "studio"
    shutil.copytree(books.home, home, symlinks=True)
    store = open_studio(home)
    now = store.clock.now()
    for name, colors, copies, due in (
        ("Acme: Red", (RED,), 3, None),
        ("Acme: Both", (BLACK, RED), 2, timedelta(minutes=20)),
        ("Acme: Black", (BLACK,), 4, timedelta(days=9)),
        ("Acme: Held", (RED, BLACK), 1, None),
        ("Acme: Unplanned", (BLACK,), 1, None),
    ):
        file = home / f"{name[6:]}.svg"
        file.write_text(design(*colors))
        when = None if due is None else now + due
        wish = intake.Wish(name=name, paper="a4", copies=copies, due_at=when)
        intake.add_designs(store, [str(file)], wish)
    names = ["Acme: Red", "Acme: Both", "Acme: Black", "Acme: Held"]
    plans.plan_jobs(store, intake.open_jobs(store, names), "fast")
    holding.hold_jobs(store, intake.open_jobs(store, ["Acme: Held"]), "waits for the client")
    limits.set_production(store, {"max_pen_changes": "40", "max_daily_seconds": "2h"})
    limits.set_working_hours(store, "9:00-18:00")
    store.close()
    return Books(home)


def planned(books: Books, held: bool) -> list[Any]:
    """The queue's planned jobs in their order."""
    busy = {books.of(item, "job").id for item in books.item if item.job_id is not None
            and books.of(item, "run").state in ("pending", "in_progress")}  # fmt: skip
    rows = [job for job in books.job if job.archived_at is None and job.state == "planned"
            and job.id not in busy and (held or not job.held)]  # fmt: skip
    return sorted(rows, key=lambda job: (job.priority, job.position, job.id))


def left(books: Books, job: Any) -> int:
    items = {item.id for item in books.item if item.job_id == job.id}
    fine = [s for s in books.sheet if s.item_id in items and s.state in ("drawn", "good", "second")]
    return max(0, job.copies - len(fine))


def machine(books: Books, job: Any) -> tuple[float, float, float]:
    """Drawing, travel and lifts of a sheet."""
    plan = books.of(job, "plan")
    motion = MotionSettings.from_json(json.loads(plan.body)["preset"]["motion"])
    lifts = plan.lifts * (raise_seconds(motion) + lower_seconds(motion))
    travel = plan.lifts * hop_seconds(plan.pen_up_mm / plan.lifts, motion)
    return plan.seconds - lifts - travel, travel, lifts


def pens(books: Books, job: Any) -> list[int]:
    layers = json.loads(books.of(job, "plan").body)["layers"]
    return [(layer["pen"] or {}).get("pen_id") or layer["color"] for layer in layers]


def hand_mean(books: Books, kind: str, default: float) -> float:
    answered = [h for h in books.hand if h.kind == kind and h.answer == "ready"]
    newest = sorted(answered, key=lambda hand: -hand.id)[:100]
    if len(newest) < 10:
        return default
    return statistics.fmean((hand.answered_at - hand.since) / 1000 for hand in newest)


def paces_of(books: Books, jobs: list[Any]) -> list[float]:
    """Of each job's sheet: likely seconds by planned ones, from the factors of pens and papers."""
    store = open_studio(books.home)
    known = estimates.learned(store)
    store.close()
    found = []
    for job in jobs:
        plan = books.of(job, "plan")
        layers = [
            ((layer["pen"] or {}).get("pen_id"), layer["seconds"])
            for layer in json.loads(plan.body)["layers"]
        ]
        layers.append((None, plan.seconds - sum(seconds for _, seconds in layers)))
        likely = sum(known.factor(None, pen, job.paper) * seconds for pen, seconds in layers)
        found.append(likely / plan.seconds)
    return found


def changes(books: Books, jobs: list[Any]) -> int:
    sequence = [pen for job in jobs for _ in range(left(books, job)) for pen in pens(books, job)]
    return sum(a != b for a, b in pairwise(sequence))


@pytest.mark.parametrize("held", [True, False])
def test_the_parts_of_the_time_add_up(ahead: Books, held: bool) -> None:
    words = ("analyze", "planning") if held else ("analyze", "queue")
    rows = ahead.table("Where the time goes", *words)
    told = {row["part"]: row["seconds"] for row in rows}
    jobs = [job for job in planned(ahead, held) if left(ahead, job)]
    assert len(jobs) >= 3
    as_planned = {row["part"]: row["planned_seconds"] for row in rows}
    paces = paces_of(ahead, jobs)
    for number, name in enumerate(("drawing", "travel", "lifts")):
        planned_ = [left(ahead, job) * machine(ahead, job)[number] for job in jobs]
        assert as_planned[name] == pytest.approx(sum(planned_), rel=1e-6)
        likely = sum(seconds * pace for seconds, pace in zip(planned_, paces, strict=True))
        assert told[name] == pytest.approx(likely, rel=1e-6)
    pen, paper = hand_mean(ahead, "pen", 60.0), hand_mean(ahead, "paper", 30.0)
    assert told["pen changes"] == pytest.approx(changes(ahead, jobs) * pen, rel=1e-6)
    fetched = sum(a.paper != b.paper for a, b in pairwise(jobs))
    sheets = sum(left(ahead, job) for job in jobs)
    assert told["paper"] == pytest.approx((sheets + fetched) * paper, rel=1e-6)


def test_every_suggestion_names_its_command_and_what_it_saves(ahead: Books) -> None:
    found = ahead.table("Suggestions", "analyze", "queue")
    assert all(row["command"].startswith("plotty ") and row["saved_seconds"] >= 30 for row in found)
    assert [row["saved_seconds"] for row in found] == sorted(
        (row["saved_seconds"] for row in found), reverse=True
    )
    (shared,) = [row for row in found if "Acme: Black=4" in row["command"]]
    # Four sheets of 85 x 55 mm fit one of a4: three sheets less, no change of pens in it.
    assert shared["saved_sheets"] == 3
    paper = hand_mean(ahead, "paper", 30.0)
    assert shared["saved_seconds"] == pytest.approx(3 * paper, rel=1e-6)


def test_what_is_blocked_is_told_with_its_cure(ahead: Books) -> None:
    blocked = {row["job"]: row for row in ahead.table("Blocked", "analyze", "queue")}
    assert blocked["Acme: Held"]["why"] == "held: waits for the client"
    assert blocked["Acme: Held"]["command"] == "plotty queue release 'Acme: Held'"
    assert blocked["Acme: Unplanned"]["command"] == "plotty plan 'Acme: Unplanned'"


def test_capacity_counts_what_a_day_may_take(ahead: Books) -> None:
    rows = {
        row["resource"]: row
        for row in ahead.table("The queue against the week from now", "analyze", "capacity")
    }
    assert set(rows) == {
        "plotter hours", "a person's hours", "drawing of a day", "pen changes of a day",
    }  # fmt: skip
    assert rows["drawing of a day"]["there"] == "14 h 00"
    assert rows["pen changes of a day"]["there"] == "280"
    growth = ahead.table("If more came in", "analyze", "capacity")
    loads = [row["load_percent"] for row in growth]
    assert len(loads) == 4 and loads == sorted(loads)


def test_the_plotters_pace_is_learned(books: Books) -> None:
    """The simulated plotters take 1.06 and 1.02 times the planned seconds."""
    store = open_studio(books.home)
    known = estimates.learned(store)
    store.close()
    names = {row.id: row.name for row in books.device}
    factors = {names[key]: known.whole * value for key, value in known.devices.items()}
    drawn = grouped(
        [part for part in books.sheet_layer if not part.skipped],
        lambda part: books.of(books.of(part, "sheet"), "device").name,
    )
    if len(drawn["left"]) >= 30 and len(drawn["right"]) >= 30:
        assert factors["left"] == pytest.approx(1.06, abs=0.015)
        assert factors["right"] == pytest.approx(1.02, abs=0.015)
    assert factors["left"] > factors["right"] > 1.0


def test_learned_estimates_are_better_than_plans(books: Books) -> None:
    figures = books.part("How good estimates were", "analyze", "planning")["figures"]
    assert figures["learned_off"]["value"] < figures["learned_off"]["before"]
    assert figures["learned_off"]["n"] >= 8


def test_the_cost_of_a_period_is_that_of_its_runs_together(books: Books) -> None:
    store = open_studio(books.home)
    since = store.clock.now() - timedelta(days=30)
    whole = prices.cost_of_period(store, since, None)
    runs = prices.costs(store, "run", since)
    assert whole.total == pytest.approx(sum(one.cost.total or 0.0 for one in runs))
    assert whole.good == sum(one.cost.good for one in runs)
    for one in prices.costs(store, "client", since):
        if one.name != "no client":
            its = prices.cost_of_period(store, since, None, client=one.name.upper())
            assert its.total == pytest.approx(one.cost.total)
    store.close()
