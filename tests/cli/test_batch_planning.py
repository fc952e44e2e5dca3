"""What each flag of `plan`, `plan-all` and `compare` does, in one studio, in this process."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from studio_desk import svg

from plotty_tui.cli.main import guarded
from plotty_tui.planning import pool
from plotty_tui.store import events
from plotty_tui.store.database import Store
from plotty_tui.store.jobs.plan_sets import find_plan_set, plan_set_entries
from plotty_tui.store.tables import Batch, Client, Job, Ledger
from plotty_tui.studio.inventory import stock
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import plans, presets

BLACK, RED, BLUE = "#000000", "#d81e2c", "#1f4fbf"


@dataclass
class Shop:
    """A studio; called with the words after `plotty`, it runs them here."""

    store: Store

    def __call__(self, *words: str, status: int = 0) -> str:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            came = guarded(list(words))
        assert came == status, (words, came, out.getvalue(), err.getvalue())
        return out.getvalue() + err.getvalue()

    def json(self, *words: str, status: int = 0) -> Any:
        return json.loads(self(*words, "--json", status=status))

    def queue(self) -> list[str]:
        return [job.name for job in intake.open_jobs(self.store)]

    def job(self, name: str) -> Job:
        return Job.get(Job.name == name)

    def pens(self, name: str) -> list[str]:
        return [layer["pen"]["code"] for layer in self.job(name).plan.body["layers"]]


def drawing(*layers: tuple[str, str], lines: int = 2) -> str:
    return svg(
        [
            (name, color, [f"M{10 + k} {10 + 7 * j} l60 {j}" for j in range(lines)])
            for k, (name, color) in enumerate(layers)
        ]
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    plan_many = pool.plan_many
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLOTTY_HOME", str(folder / "home"))
        # Such small drawings are planned before a process has started.
        patch.setattr(pool, "plan_many", lambda wanted, workers, *told: plan_many(wanted, 0, *told))
        store = open_studio()
        for slot, (name, color) in enumerate((("black", BLACK), ("red", RED), ("blue", BLUE)), 1):
            stock.add_pen(store, {"name": name, "color": color, "slot": slot, "life_mm": 90_000.0})
        stock.add_paper(store, {"name": "a4", "sheets": 10})
        _fill(store, folder)
        yield Shop(store)
        store.close()


def _fill(store: Store, folder: Path) -> None:
    def add(name: str, text: str, **wish: Any) -> None:
        path = folder / f"{name.replace(': ', '-')}.svg"
        path.write_text(text)
        intake.add_designs(store, [str(path)], intake.Wish(name=name, paper="a4", **wish))

    b, r, u = ("b", BLACK), ("r", RED), ("u", BLUE)
    add("Acme: Card", drawing(b, r), copies=2)
    add("Acme: Logo", drawing(u, b))
    add("Bell: Map", drawing(b, r, u, lines=12), category="edition")
    add("Bell: Note", drawing(r), priority=1)
    add("Back", drawing(b, r, b, lines=3), priority=3)
    add("Numbered", drawing(("1 first", RED), ("2 then", BLACK), lines=3))


@pytest.fixture(autouse=True)
def as_it_was(shop: Shop) -> Iterator[None]:
    """Every job as it was added."""
    before = {job.id: job for job in Job.select()}
    yield
    for job in Job.select():
        old = before.get(job.id)
        if old is None:
            continue
        job.update(
            plan=old.plan_id, state=old.state, position=old.position, settings=old.settings,
            template=old.template, tier=old.tier, batch=old.batch_id, paper=old.paper, held="",
        ).where(Job.id == job.id).execute()  # fmt: skip
    for key in ("production", "complexity", "schedule", "working_hours"):
        events.put_setting(shop.store, key, {})


# Pens --------------------------------------------------------------------------------------------


def test_fewest_pen_changes_over_all_jobs(shop: Shop) -> None:
    made = shop.json("plan-all", "--preset", "none", "--optimize-pens")

    assert made["pen_changes"] == made["pen_changes_bound"] < made["pen_changes_before"]
    names = [one["name"] for one in made["jobs"]]
    assert shop.queue() == names
    assert names[0] == "Bell: Note" and names[-1] == "Back", "priority first"
    assert shop.pens("Back") in (["K-01", "K-01", "K-02"], ["K-02", "K-01", "K-01"])
    assert shop.pens("Numbered") == ["K-02", "K-01"], "the numbers of its layers stand"
    assert "no order of jobs and pens has less" in shop("plan-all", "--optimize-pens")


def test_the_order_of_the_queue_can_be_taken_back(shop: Shop) -> None:
    before = shop.queue()
    shop("plan-all", "--preset", "none", "--optimize-pens")
    assert shop.queue() != before

    assert "taken back" in shop("undo")

    assert shop.queue() == before


def test_one_order_of_pens_for_all_jobs(shop: Shop) -> None:
    said = shop(
        "plan-all", "--preset", "none", "--optimize-pens", "--global-pen-order",
        "--precedence", "none",
    )  # fmt: skip

    order = said.partition("pens in all jobs: ")[2].splitlines()[0].split(", ")
    for name in shop.queue():
        assert shop.pens(name) == sorted(shop.pens(name), key=order.index)
    # Where sheets may come off between their pens, each pen is put in once.
    priced = said.partition("pen by pen over all sheets it is ")[2]
    assert priced.startswith(f"{len(order) - 1} pen change")
    assert "plotty plot-all --pen-by-pen saves " in priced


def test_a_given_order_of_pens(shop: Shop) -> None:
    said = shop("plan-all", "--preset", "none", "--pen-order", "3,1", "--precedence", "none")

    assert "drawn after it: K-02" in said
    assert shop.pens("Bell: Map") == ["K-03", "K-01", "K-02"]
    assert shop.pens("Acme: Card") == ["K-01", "K-02"]
    assert "no pen 'K-9'" in shop("plan-all", "--pen-order", "K-9", status=1)
    assert "name each pen once" in shop("plan-all", "--pen-order", "1,K-01", status=1)


def test_light_before_dark_and_the_files_order(shop: Shop) -> None:
    shop("plan", "Bell: Map", "--preset", "none", "--optimize-pens", "--precedence", "light")
    assert shop.pens("Bell: Map") == ["K-02", "K-03", "K-01"]

    shop("plan", "Bell: Map", "--preset", "none", "--optimize-pens", "--precedence", "back")
    assert shop.pens("Bell: Map") == ["K-01", "K-02", "K-03"]


def test_layers_are_mapped_to_pens(shop: Shop) -> None:
    said = shop("plan", "Bell: Map", "--preset", "none", "--pen-mapping", "2,1")

    assert shop.pens("Bell: Map") == ["K-02", "K-01", "K-03"]
    assert "3 layers, the mapping 2 pens" in said
    shop("plan", "Bell: Map", "--preset", "none", "--pen-mapping", "auto")
    assert shop.pens("Bell: Map") == ["K-01", "K-02", "K-03"]


def test_the_ink_of_a_layer_goes_with_its_pen(shop: Shop) -> None:
    shop("plan", "Acme: Logo", "--preset", "none", "--optimize-pens", "--pen-order", "1,3")

    layers = shop.job("Acme: Logo").plan.body["layers"]
    assert [(layer["name"], layer["pen"]["code"]) for layer in layers] == [
        ("b", "K-01"), ("u", "K-03"),
    ]  # fmt: skip


# Which jobs --------------------------------------------------------------------------------------


def test_only_what_has_no_plan_unless_told(shop: Shop) -> None:
    shop("plan-all", "--preset", "none")
    assert "every job has its plan" in shop("plan-all")
    assert len(shop.json("plan-all", "--again")["jobs"]) == 6
    assert shop.job("Back").plan.preset == "default"
    assert len(shop.json("plan-all", "--preset", "none")["jobs"]) == 6, "another preset than theirs"


def test_by_name_pattern_and_day(shop: Shop) -> None:
    assert {one["name"] for one in shop.json("plan", "Acme: *", "--preset", "none")["jobs"]} == {
        "Acme: Card", "Acme: Logo",
    }  # fmt: skip
    said = shop("plan", "--added-after", "2000-01-01", "--added-before", "2100-01-01")
    assert "from 2000-01-01 00:00 on, before 2100-01-01 00:00" in said
    assert "no open job added before" in shop("plan", "--added-before", "2000-01-01", status=1)
    assert "name the jobs" in shop("plan", status=2)
    assert "nothing lies between" in shop(
        "plan", "--added-after", "2025-11-07", "--added-before", "2025-11-07", status=2
    )


def test_by_complexity(shop: Shop) -> None:
    shop("config", "complexity", "--low", "paths=5,layers=2", "--high", "paths=30")

    low = shop.json("plan-all", "--complexity-low", "--preset", "none")
    high = shop.json("plan-all", "--complexity-high", "--preset", "none")

    assert {one["name"] for one in low["jobs"]} == {"Acme: Card", "Acme: Logo", "Bell: Note"}
    assert [one["name"] for one in high["jobs"]] == ["Bell: Map"]
    assert "has to be the smaller" in shop("config", "complexity", "--low", "paths=99", status=1)
    shop("config", "complexity", "--high", "paths=5000")
    assert "no job of high complexity" in shop("plan-all", "--complexity-high")


def test_tiers_and_the_preset_of_each(shop: Shop) -> None:
    made = shop.json("plan-all", "--quality-tiers", "--auto-preset-selection")

    by_name = {one["name"]: one for one in made["jobs"]}
    assert by_name["Bell: Map"]["preset"] == "hq"
    assert "category edition" in by_name["Bell: Map"]["why"]
    assert shop.job("Bell: Map").tier == "fine"
    assert by_name["Acme: Card"]["tier"] == "draft"
    assert by_name["Acme: Card"]["preset"] == "fast"


def test_a_clients_standards(shop: Shop) -> None:
    Client.update(
        standards={"preset": "none", "pens": ["2", "1"], "gates": {"min_success_rate": 98}}
    ).where(Client.name == "Acme").execute()

    made = shop.json("plan-all", "--client-standards", "acme")

    assert {one["name"] for one in made["jobs"]} == {"Acme: Card", "Acme: Logo"}
    assert {one["preset"] for one in made["jobs"]} == {"none"}
    assert shop.pens("Acme: Card") == ["K-02", "K-01"]
    assert shop.job("Acme: Card").settings["gates"] == {"min_success_rate": 98}
    assert "no standards" in shop("plan-all", "--client-standards", "Bell", "--preset", "none")
    assert "did you mean Acme" in shop("plan-all", "--client-standards", "Acmee", status=1)


def test_least_travel(shop: Shop) -> None:
    said = shop("plan", "Bell: Map", "--preset", "none", "--minimize-distance")

    before, after = said.partition("note: travel ")[2].splitlines()[0].split(" -> ")
    assert float(after.split()[0]) < float(before.split()[0])


# Limits ------------------------------------------------------------------------------------------


def test_what_takes_too_long_stays_new(shop: Shop) -> None:
    tried = shop.json("plan-all", "--preset", "none", "--dry-run")["jobs"]
    longest = sorted(one["est_seconds"] for one in tried)[-2:]
    limit = f"{round(sum(longest) / 2)}s"

    made = shop.json("plan-all", "--preset", "none", "--max-time-per-job", limit)

    out = [one for one in made["jobs"] if one["left_out"]]
    assert [one["name"] for one in out] == ["Bell: Map"]
    assert "with preset none, over" in out[0]["left_out"]
    assert shop.job("Bell: Map").state == "new"
    assert shop.job("Acme: Logo").state == "planned"


def test_time_and_swaps_in_all(shop: Shop) -> None:
    swaps = shop.json("plan-all", "--preset", "none", "--max-pen-changes", "3")
    assert swaps["pen_changes"] <= 3
    assert any("swaps: it would be" in (one["left_out"] or "") for one in swaps["jobs"])

    time = shop.json("plan-all", "--preset", "none", "--max-total-time", "2m")
    (use,) = time["limits"]
    assert use["used"] <= use["limit"] == 120
    assert any("time: it would be" in (one["left_out"] or "") for one in time["jobs"])
    assert "limits as well" not in shop("plan-all", "--max-total-time", "2m")


def test_strictly_by_priority(shop: Shop) -> None:
    said = shop("plan-all", "--preset", "none", "--priority-order")

    blocks = [line for line in said.splitlines() if line.startswith("-- ")]
    assert blocks == ["-- high", "-- normal", "-- low"]


def test_the_limits_of_a_day(shop: Shop) -> None:
    assert "no limits are set" in shop("plan-all", "--respect-constraints", status=1)
    said = shop("config", "production", "--max-pen-changes", "4", "--paper-budget", "3")
    assert "max pen changes            4  (was none)" in said

    made = shop.json(
        "plan-all", "--preset", "none", "--respect-constraints", "--optimize-within-limits"
    )

    used = {use["name"]: use for use in made["limits"]}
    assert used["swaps"]["used"] <= used["swaps"]["limit"] == 4
    assert used["paper"]["used"] <= used["paper"]["limit"] == 3
    kept = [one["name"] for one in made["jobs"] if not one["left_out"]]
    assert "Bell: Note" in kept, "high priority first"
    assert all(one["left_out"] for one in made["jobs"] if one["name"] not in kept)


def test_filling_the_limits_uses_more_of_them(shop: Shop) -> None:
    shop("config", "production", "--max-daily-time", "2m")

    plain = shop.json("plan-all", "--preset", "none", "--respect-constraints", "--dry-run")
    filled = shop.json(
        "plan-all", "--preset", "none", "--respect-constraints", "--optimize-within-limits",
        "--dry-run",
    )  # fmt: skip

    assert filled["est_seconds"] >= plain["est_seconds"]


def test_pens_and_paper_in_stock(shop: Shop) -> None:
    Ledger.update(sheets=1).where(Ledger.paper.is_null(False)).execute()
    try:
        made = shop.json("plan-all", "--preset", "none", "--resource-constraints")
    finally:
        Ledger.update(sheets=10).where(Ledger.paper.is_null(False)).execute()

    kept = [one["name"] for one in made["jobs"] if not one["left_out"]]
    assert kept == ["Bell: Note"]
    out = [one["left_out"] for one in made["jobs"] if one["left_out"]]
    assert all(why.startswith("paper a4: 0 sheets left") for why in out)


def test_today(shop: Shop, tmp_path: Path) -> None:
    schedule = tmp_path / "schedule.json"
    schedule.write_text('["Back", {"job": "Numbered"}]')
    shop("load", "schedule", "--file", str(schedule))
    events.put_setting(shop.store, "working_hours", {"to": "23:59"})

    said = shop("plan-all", "--preset", "none", "--optimize-for-today", "--resource-constraints")

    assert "the schedule names 2 jobs" in said
    assert "until 23:59" in said
    day = shop.store.clock.now().astimezone().strftime("today %Y-%m-%d")
    assert f"kept as {day}" in said


# Kept, tried, made one ---------------------------------------------------------------------------


def test_a_dry_run_changes_no_job_and_sets_are_compared(shop: Shop) -> None:
    before = [(job.state, job.plan_id, job.position, job.revision) for job in Job.select()]
    for preset in ("fast", "hq"):
        said = shop("plan-all", "--preset", preset, "--dry-run", "--save-as", f"{preset}_plan")
        assert "nothing changed; it would be 6 jobs" in said
    after = [(job.state, job.plan_id, job.position, job.revision) for job in Job.select()]
    assert before == after

    said = shop("compare", "fast_plan", "hq_plan", "--show-time-estimates")
    assert "fast_plan saves" in said.splitlines()[-1]
    assert any(line.startswith("Bell: Map") for line in said.splitlines())
    sides = shop.json("compare", "fast_plan", "hq_plan")
    assert sides["plans"][0]["est_seconds"] < sides["plans"][1]["est_seconds"]
    assert sides["plans"][0]["pen_down_m"] > 0
    assert [one["name"] for one in shop.json("list", "plans")][:2] == ["hq_plan", "fast_plan"]
    assert "is a plan set fast_plan already" in shop(
        "plan-all", "--dry-run", "--save-as", "fast_plan", status=1
    )
    assert "did you mean fast_plan" in shop("compare", "fast_plam", "hq_plan", status=1)


def test_sets_of_other_jobs_are_told(shop: Shop) -> None:
    shop("plan", "Acme: *", "--preset", "none", "--dry-run", "--save-as", "some")
    shop("plan-all", "--preset", "none", "--dry-run", "--save-as", "all")
    said = shop("compare", "some", "all")

    assert "warning: only in all: Back" in said
    entries = plan_set_entries(shop.store, find_plan_set(shop.store, "some"))
    assert [row.copies for row in entries] == [2, 1]


def test_a_batch_has_an_id_of_its_own(shop: Shop) -> None:
    said = shop(
        "plan", "Back", "Acme: Card", "--preset", "none", "--optimize-batch", "--pen-order", "2,1"
    )
    lines = [line for line in said.splitlines() if line[:1].isdigit()]
    number = int(lines[-1].split()[0])
    assert {job.name for job in Job.select().where(Job.batch == number)} == {"Back", "Acme: Card"}
    assert Batch.get_by_id(number).pen_order == ["2", "1"]

    again = shop.json("plan", "Acme: Logo", "--optimize-batch", "--batch-name", "November")
    assert again["batch_id"] > number
    assert again["batch_name"] == "November"


# Templates and presets ---------------------------------------------------------------------------


def test_a_template_gives_jobs_preset_pens_and_paper_work(shop: Shop, tmp_path: Path) -> None:
    shop(
        "template", "create", "--name", "client_standard", "--preset", "none",
        "--pen-mapping", "2,1,3", "--quality-checks", "--documentation",
    )  # fmt: skip
    assert "already" in shop("template", "create", "--name", "client_standard", status=1)

    shop("plan-all", "--template", "client_standard")

    job = shop.job("Acme: Card")
    assert (job.template, job.plan.preset) == ("client_standard", "none")
    assert shop.pens("Acme: Card") == ["K-02", "K-01"]
    assert job.settings["quality_checks"] is True
    assert job.settings["documentation"] == "full"
    shop("template", "edit", "client_standard", "--preset", "fast", "--minimal-documentation")
    found = shop.json("template", "show", "client_standard")
    assert (found["preset"], found["documentation"]) == ("fast", "minimal")

    path = tmp_path / "new.svg"
    path.write_text(drawing(("b", BLACK), lines=9))
    said = shop("add", str(path), "--template", "client_standard")
    assert "template client_standard: preset fast, pens 2,1,3" in said
    made = shop.json("plan", "new")
    assert made["jobs"][0]["preset"] == "fast"
    assert shop.pens("new") == ["K-02"]
    shop("remove", "new")
    assert "did you mean client_standard" in shop(
        "add", str(path), "--template", "client_standart", status=1
    )
    assert "removed" in shop("template", "remove", "client_standard")


def test_a_preset_of_ones_own(shop: Shop) -> None:
    shop("preset", "create", "mine", "--from", "none", "--speed", "40", "--vpype", "linemerge")
    shop("plan", "Bell: Note", "--preset", "mine")
    plan = shop.job("Bell: Note").plan
    assert plan.preset == "mine"
    assert plan.body["preset"]["motion"]["speed_pendown"] == 40
    assert plan.body["preset"]["pipeline"] == "linemerge"

    shop("preset", "edit", "mine", "--speed", "20", "--set", "pen_delay_down=30")
    assert plan.body["preset"]["motion"]["speed_pendown"] == 40, "plans are frozen"
    assert len(shop.json("plan-all", "--preset", "mine")["jobs"]) == 6
    assert shop.job("Bell: Note").plan.seconds > plan.seconds
    settings = shop("preset", "show", "mine")
    for name in presets.setting_names():
        assert f"  {name} " in settings
    assert "mine" in shop("list", "presets") and "mine" in shop("preset", "list", "--settings")
    assert "did you mean mine" in shop("plan", "Back", "--preset", "mien", status=1)
    assert "removed" in shop("preset", "remove", "mine")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "fast"), "already"),
        (("create", "x", "--speed", "300"), "1 to 110"),
        (("create", "x", "--vpype", "rm -rf"), "cannot be used"),
        (("create", "x", "--set", "colour=1"), "no setting 'colour'"),
        (("create", "x", "--pen-pos-up", "20"), "would not leave the paper"),
        (("edit", "fast", "--speed", "20"), "is built in"),
        (("remove", "hq"), "it stays"),
    ],
)
def test_a_preset_that_makes_no_sense_is_refused(shop: Shop, words: tuple, said: str) -> None:
    assert said in shop("preset", *words, status=1)
    assert "x" not in [one.name for one in presets.presets(shop.store)]


def test_a_plotter_may_have_a_preset_of_ones_own(shop: Shop) -> None:
    shop("preset", "create", "slow", "--from", "fast", "--speed", "5")
    shop("device", "add", "mid")

    shop("device", "edit", "mid", "--preset", "slow")

    assert shop.json("device", "show", "mid")["motion"]["speed_pendown"] == 5
    shop("preset", "edit", "slow", "--speed", "6")
    assert shop.json("device", "show", "mid")["motion"]["speed_pendown"] == 6
    assert "is used by mid" in shop("preset", "remove", "slow", status=1)
    assert "did you mean slow" in shop("device", "edit", "mid", "--preset", "slov", status=1)
    shop("device", "edit", "mid", "--preset", "none")
    shop("preset", "remove", "slow")


# Sharing and keeping ---------------------------------------------------------------------------


def test_jobs_of_one_design_are_planned_once_and_planning_again_plans_nothing(
    shop, tmp_path, monkeypatch
):
    asked: list[int] = []
    plan_many = pool.plan_many
    monkeypatch.setattr(
        pool,
        "plan_many",
        lambda wanted, *how: asked.append(len(wanted)) or plan_many(wanted, *how),
    )
    for number in range(3):
        copy = tmp_path / f"copy{number}.svg"
        copy.write_text(drawing(("b", BLACK), lines=5))
        intake.add_designs(shop.store, [str(copy)], intake.Wish(name=f"Copy {number}", paper="a4"))

    made = shop.json("plan", "Copy *", "--preset", "fast")
    again = shop.json("plan", "Copy *", "--preset", "fast")

    assert asked == [1]
    assert [one["name"] for one in made["jobs"]] == ["Copy 0", "Copy 1", "Copy 2"]
    assert len({shop.job(f"Copy {k}").plan_id for k in range(3)}) == 1
    assert again["est_seconds"] == made["est_seconds"]
    shop.json("plan", "Copy *", "--preset", "hq")
    assert asked == [1, 1]


def test_interrupted_planning_keeps_what_was_made_and_goes_on_from_there(shop, monkeypatch):
    asked: list[int] = []
    plan_many = pool.plan_many
    monkeypatch.setattr(
        pool,
        "plan_many",
        lambda wanted, *how: asked.append(len(wanted)) or plan_many(wanted, *how),
    )
    wanted = intake.open_jobs(shop.store)

    def interrupt(planned: plans.Planned) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plans.plan_jobs(shop.store, wanted, "safe", plans.Listeners(interrupt))
    planned = [
        job
        for job in intake.open_jobs(shop.store)
        if job.plan_id and job.plan.body["preset"]["name"] == "safe"
    ]
    kept = plans.planned_strokes(shop.store, planned[0])

    plans.plan_jobs(shop.store, intake.open_jobs(shop.store), "safe")

    assert [len(planned), len(kept[1])] == [1, len(kept[0].layers)]
    assert asked == [asked[0], asked[0] - 1]
    assert all(job.plan_id for job in intake.open_jobs(shop.store))


def test_a_dry_run_says_what_each_step_saves(shop: Shop) -> None:
    said = shop("plan-all", "--preset", "default", "--dry-run")
    (head,) = (line for line in said.splitlines() if line.startswith("step"))
    assert head.split() == ["step", "lifts", "travel", "time", "saves"]
    assert any(line.startswith("as drawn") for line in said.splitlines())
