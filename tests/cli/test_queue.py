"""Intake, clients and the queue as commands: each flag does what it says."""

import json
from pathlib import Path

import pytest
from studio_desk import Desk, rows, svg

COLORS = {"black": "#000000", "red": "#d81e2c", "blue": "#1f4fbf"}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with logos and a card."""
    folder = tmp_path / "shop"
    (folder / "logos").mkdir(parents=True)
    for k in range(3):
        (folder / "logos" / f"l{k}.svg").write_text(rows(3 + k, seed=k))
    (folder / "card.svg").write_text(rows(4, seed=9))
    return folder


def names(desk: Desk) -> list[str]:
    return [job["name"] for job in desk.here("list", "queue", "--json", "--all").json["jobs"]]


def job(desk: Desk, name: str) -> dict:
    return desk.here("info", "job", name, "--json").json


# Intake ------------------------------------------------------------------------------------------


def test_many_files_under_one_name_are_numbered_and_found_again(plotty: Desk, shop: Path) -> None:
    words = ["add", "logos/*.svg", "--name", "Client: Logo", "--category", "logo"]
    said = plotty.here(*words, cwd=shop)  # no shell expanded the pattern
    assert said.status == 0
    assert said.out.splitlines()[-1] == "added 3, 0 already there, 0 failed"
    assert "client Client" in said.out and "number 3 in the queue" in said.out
    assert names(plotty) == ["Client: Logo 01", "Client: Logo 02", "Client: Logo 03"]
    (shop / "logos" / "l9.svg").write_text(rows(9))
    (shop / "logos" / "bad.svg").write_text("no drawing")
    again = plotty.here(*words, cwd=shop)
    assert again.status == 0
    assert again.out.splitlines()[-1] == "added 1, 3 already there, 1 failed"
    assert again.out.count("already there  Client: Logo") == 3
    assert names(plotty)[-1] == "Client: Logo 04"
    once_more = plotty.here("add", "logos/l9.svg", "--name", "Client: Logo 04", cwd=shop)
    assert once_more.status == 1 and "in the queue already, as Client: Logo 04" in once_more.err
    only_bad = plotty.here("add", "logos/bad.svg", cwd=shop)
    assert only_bad.status == 1 and "bad.svg" in only_bad.err
    nothing = plotty.here("add", "cards/*.svg", cwd=shop)
    assert (nothing.status, nothing.err) == (1, "plotty: no file fits cards/*.svg\n")


def test_a_job_keeps_what_it_was_added_with(plotty: Desk, shop: Path) -> None:
    plotty.here("template", "create", "--name", "workshop_fast", "--preset", "fast")
    said = plotty.here(
        "add", "card.svg", "--name", "Acme: Card", "--paper", "a5", "--priority", "1",
        "--tags", "client, approved,client,2025-11", "--copies", "20", "--due", "2030-01-31",
        "--template", "workshop_fast", cwd=shop,
    )  # fmt: skip
    assert said.err.startswith("template workshop_fast: preset fast")
    assert said.out.splitlines()[0].startswith("job 1  Acme: Card  a5  1 layer  ")
    assert "client Acme  tags client, approved, 2025-11" in said.out
    found = job(plotty, "Acme: Card")
    assert (found["priority"], found["copies"], found["template"]) == ("high", 20, "workshop_fast")
    assert found["tags"] == ["client", "approved", "2025-11"]
    assert found["due_at"].startswith("2030-01-31T00:00")
    wrong = plotty.here("add", "card.svg", "--template", "workshop_fats", cwd=shop)
    assert (wrong.status, "did you mean workshop_fast" in wrong.err) == (1, True)


def test_priority_decides_the_place(plotty: Desk, shop: Path) -> None:
    plotty.here("add", "logos/l0.svg", "--priority", "low", cwd=shop)
    plotty.here("add", "logos/l1.svg", cwd=shop)
    (added,) = plotty.here("add", "logos/l2.svg", "--priority", "high", "--json", cwd=shop).json
    assert (added["number"], added["priority"], added["name"]) == (1, "high", "l2")
    assert names(plotty) == ["l2", "l1", "l0"]


def test_a_changed_file_is_a_new_revision_of_its_design(plotty: Desk, shop: Path) -> None:
    plotty.here("add", "card.svg", cwd=shop)
    (shop / "card.svg").write_text(rows(7, seed=9))
    said = plotty.here("add", "card.svg", cwd=shop)
    assert "the file was changed: revision 2 of its design; card draws the one before" in said.err
    (shop / "elsewhere").mkdir()
    (shop / "elsewhere" / "card.svg").write_text(rows(8, seed=9))
    (third,) = plotty.here("add", "elsewhere/card.svg", "--json", cwd=shop).json
    assert (third["name"], third["revision"]) == ("card 3", 2), "the same name, another content"
    newer, older = job(plotty, "card 2"), job(plotty, "card")
    assert (newer["revision"], older["revision"]) == (2, 1)
    assert newer["revisions"][1]["sha256"] == older["sha256"]
    assert newer["source"] == str((shop / "card.svg").resolve())
    assert older["newer_sha256"] == third_sha(plotty)
    assert "revision  2, after" in plotty.here("info", "job", "card 2").out


def third_sha(desk: Desk) -> str:
    return job(desk, "card 3")["sha256"]


# Clients -----------------------------------------------------------------------------------------


def test_a_clients_record_takes_names_for_its_own(plotty: Desk, shop: Path) -> None:
    words = ["--prefixes", "Acme,AC", "--email", "art@acme.example", "--min-success-rate", "98"]
    said = plotty.here("client", "add", "Acme Corp", *words, "--pens", "auto", "--preset", "HQ")
    assert said.out.startswith("client Acme Corp: art@acme.example, preset hq, pens auto")
    plotty.here("add", "card.svg", "--name", "AC: Card", cwd=shop)
    plotty.here("add", "logos/l0.svg", "--name", "Nobody: Logo", cwd=shop)
    (own,) = plotty.here("add", "logos/l1.svg", "--client", "ac", "--json", cwd=shop).json
    assert own["client"] == "Acme Corp"
    plotty.here("remove", "l1")
    assert job(plotty, "AC: Card")["client"] == "Acme Corp"
    assert job(plotty, "Nobody: Logo")["client"] == "Nobody"
    changed = plotty.here("client", "edit", "acme corp", "--email", "none", "--tier", "fine",
                          "--min-success-rate", "none", "--json").json  # fmt: skip
    assert (changed["email"], changed["tier"], changed["gates"]) == (None, "fine", None)
    assert changed["prefixes"] == ["Acme", "AC"]
    refused = plotty.here("client", "remove", "Acme Corp")
    assert (refused.status, "has 1 jobs and 0 runs" in refused.err) == (1, True)
    plotty.here("client", "add", "Gone")
    assert plotty.here("client", "remove", "gone", "--json").json == {"name": "Gone"}
    shown = plotty.here("client", "list", "--json").json
    assert [(one["name"], one["open_jobs"]) for one in shown] == [("Acme Corp", 1), ("Nobody", 1)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "acme"], "there is a client Acme already"),
        (["add", "A: B"], "a colon parts the client from the design"),
        (["add", "B", "--email", "nobody"], "--email: 'nobody' is no mail address"),
        (["add", "B", "--preset", "hqq"], "no preset 'hqq': did you mean hq"),
        (["add", "B", "--paper", "a9"], "a9"),
        (["add", "B", "--tier", "best"], "no tier 'best': draft, standard, fine"),
        (["add", "B", "--min-success-rate", "0.98"], "did you mean 98?"),
        (["edit", "Acme"], "nothing to change at Acme"),
        (["show", "Acmee"], "no client 'Acmee': did you mean Acme?"),
        (["import", "nothing.json"], "nothing.json cannot be read"),
    ],
)
def test_what_a_client_cannot_be_is_refused(prepared: Desk, words: list[str], said: str) -> None:
    done = prepared.here("client", *words)
    assert done.status == 1 and said in done.err, done


def test_a_clients_file_is_imported_once(plotty: Desk, shop: Path) -> None:
    folder = shop / "clients" / "Acme Corp"
    folder.mkdir(parents=True)
    (folder / "inside.svg").write_text(rows(5))
    designs = [
        {"file": "card.svg", "name": "Card", "paper": "a5", "priority": "high", "type": "card"},
        {"file": "inside.svg", "name": "Inside"},
        {"file": "missing.svg", "name": "Missing"},
    ]
    config = {"designs": designs, "pen_mapping": "2,1,3", "quality_preset": "hq",
              "notify_email": "art@acme.example", "colour": "x"}  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    words = ["client", "import", "clients/Acme Corp/config.json", "--json"]
    made = plotty.here(*words, cwd=shop)
    assert made.status == 0
    assert "'colour', which plotty has no use for" in made.err and "missing.svg" in made.err
    document = made.json
    assert document["client"]["pens"] == "2,1,3" and document["client"]["preset"] == "hq"
    assert [one["name"] for one in document["added"]] == ["Acme Corp: Card", "Acme Corp: Inside"]
    assert len(document["failed"]) == 1
    card = job(plotty, "Acme Corp: Card")
    assert (card["priority"], card["paper"], card["category"]) == ("high", "a5", "card")
    assert card["tags"] == ["client", "Acme Corp", "card"]
    again = plotty.here(*words, cwd=shop).json
    assert (again["new"], again["added"], len(again["already"])) == (False, [], 2)


# The queue ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def inked(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Six planned jobs of three pens and two papers; every test leaves it as it was."""
    folder = tmp_path_factory.mktemp("queue")
    desk = Desk(folder / "home")
    for name, color in COLORS.items():
        desk.here("pen", "add", "--name", name, "--color", color, "--life", "500")
    wanted = ["black red", "blue", "red black", "blue red", "black", "red"]
    for k, pens in enumerate(wanted):
        layers = [(pen, COLORS[pen], [f"M{10 + k} 10 L80 {40 + k}"]) for pen in pens.split()]
        (folder / f"{k}.svg").write_text(svg(layers))
        paper = "a4" if k % 2 else "a5"
        desk.here("add", f"{k}.svg", "--name", f"Acme: {k}", "--paper", paper, cwd=folder)
    assert desk.here("plan-all", "--preset", "none").status == 0
    yield desk
    desk.close()


def test_swaps_within_and_between_jobs_are_listed_and_summed(inked: Desk) -> None:
    said = inked.here("list", "queue", "--detailed", "--show-estimates", "--show-pen-changes")
    head, *lines = said.out.splitlines()
    assert head.split()[-7:] == ["machine", "likely", "by", "hand", "swaps", "to", "next"]
    assert lines[-1] == "sum: 3 swaps in jobs, 5 between jobs"
    assert lines[-2].startswith("sum: 6 jobs, ") and "by hand 11 min" in lines[-2]
    shown = inked.here("list", "queue", "--show-pen-changes", "--json").json
    assert shown["sums"]["swaps"] == 3
    assert sum(one["swaps_to_next"] or 0 for one in shown["jobs"]) == 5
    wrong = inked.here("list", "queue", "--refresh", "30s")
    assert wrong.status == 2 and "--refresh goes with --watch" in wrong.err
    once = inked.here("list", "queue", "--watch", "--refresh", "30s")
    assert once.status == 0 and once.out.count("Acme: 0") == 1, "on a pipe it is printed once"


def test_reorder_optimize_and_undo(inked: Desk) -> None:
    before = names(inked)
    made = inked.here("queue", "reorder", "--by-pen-efficiency", "--json").json
    assert made["pen_changes_before"] == 8 and made["pen_changes"] < 8
    assert made["pen_changes"] == made["pen_changes_bound"]
    assert [one["name"] for one in made["moved"]] and sorted(names(inked)) == before
    inked.here("undo")
    assert names(inked) == before
    assert inked.here("queue", "reorder").status == 2
    best = inked.here("queue", "optimize", "--json").json
    assert best["pen_changes"] <= made["pen_changes"] and best["pen_changes"] == 3
    inked.here("undo")
    alike = inked.here("queue", "optimize", "--global-pen-order", "--json").json
    assert alike["pen_changes"] >= 3
    pens = [job(inked, name)["plan"]["layers"] for name in before]
    orders = [[layer["pen"]["code"] for layer in layers] for layers in pens]
    pairs = {(a, b) for order in orders for a in order for b in order[order.index(a) + 1 :]}
    assert not any((b, a) in pairs for a, b in pairs), "one order of the pens in all jobs"
    inked.here("undo")
    timed = inked.here("queue", "optimize", "--minimize-total-time", "--json").json
    assert timed["after"]["est_seconds"] <= timed["before"]["est_seconds"]
    assert timed["after"]["paper_changes"] < timed["before"]["paper_changes"]
    inked.here("undo")
    assert names(inked) == before


def test_a_plan_with_its_layers_turned_is_what_the_planner_makes(inked: Desk) -> None:
    """What turning makes of a kept plan, planning anew makes too, to the byte."""
    from plotty_tui.domain.plan import Plan
    from plotty_tui.domain.presets import Preset
    from plotty_tui.planning.planner import plan_design
    from plotty_tui.store.tables import Job
    from plotty_tui.studio.planning.layer_orders import turn_layers
    from plotty_tui.studio.planning.plans import read_strokes

    row = Job.get(Job.name == "Acme: 0")
    before = Plan.from_json(row.plan.body)
    (done,) = turn_layers(inked.store, [(row.id, (1, 0))])
    turned = done.plan
    assert turned is not None and [one.name for one in turned.layers] == [
        one.name for one in reversed(before.layers)
    ]
    drawing = read_strokes(inked.store.home.strokes_file(row.design.sha256), row.name)
    names_now = [one.name for one in drawing]
    by_name = {one.name: one.pen for one in turned.layers}
    anew = plan_design(
        drawing, row.design.sha256, Preset.from_json(row.plan.body["preset"]), "a5",
        (148.0, 210.0), (row.design.width_mm, row.design.height_mm), (),
        choices=[by_name[name] for name in names_now],
        sequence=[names_now.index(one.name) for one in turned.layers],
    )  # fmt: skip
    assert anew.plan.settings_hash == turned.settings_hash
    assert anew.plan.layers == turned.layers
    assert anew.plan.seconds == pytest.approx(turned.seconds)
    kept = read_strokes(inked.store.home.plan_file(turned.settings_hash), row.name)
    assert [one.strokes.points for one in kept] == [one.strokes.points for one in anew.layers]
    turn_layers(inked.store, [(row.id, (1, 0))])


def test_move_group_split_backup_and_restore(inked: Desk, tmp_path: Path) -> None:
    before = names(inked)
    said = inked.here("queue", "move", "Acme: 5", "Acme: 3", "--to", "1")
    assert names(inked)[:2] == ["Acme: 3", "Acme: 5"] and "moved  Acme: 5: 6 -> 2" in said.out
    assert inked.here("queue", "move", "Acme: 5", "--to", "9").status == 1
    assert inked.here("queue", "move", "Acme: 5").status == 2
    inked.here("undo")
    grouped = inked.here("queue", "group", "--by-client", "acme", "--json").json
    assert grouped["group"] == "Acme" and len(grouped["jobs"]) == 6
    assert job(inked, "Acme: 0")["group"] == "Acme"
    inked.here("undo")
    near = inked.here("queue", "group", "--by-client", "Acmee")
    assert near.status == 1 and "did you mean Acme?" in near.err
    split = inked.here("queue", "split", "--batch-size", "4", "--name-suffix", "b_{n}")
    assert [line.split()[1] for line in split.out.splitlines()[1:]] == ["b_1", "b_2"]
    listed = inked.here("list", "batches", "--json").json
    assert [(one["name"], one["jobs"]) for one in listed] == [("b_1", 4), ("b_2", 2)]
    assert inked.here("queue", "split", "--batch-size", "4", "--name-suffix", "b").status == 2
    file = str(tmp_path / "q.json")
    assert "6 jobs, 6 plans, 6 drawings" in inked.here("queue", "backup", "--file", file).out
    inked.here("remove", "Acme: 1", "Acme: 2", "--yes")
    made = inked.here("queue", "restore", "--file", file)
    assert (made.status, made.out.splitlines()[-1]) == (
        0, "added 2, 4 already there, 0 over, 0 in conflict"
    )  # fmt: skip
    assert names(inked) == before and job(inked, "Acme: 1")["batch"] == "b_1"
    inked.here("queue", "hold", "Acme: 1")
    differs = inked.here("queue", "restore", "--file", file)
    assert differs.status == 3 and "it has held held by hand, not none" in differs.err
    assert inked.here("queue", "restore", "--file", file, "--prefer", "backup").status == 0
    assert job(inked, "Acme: 1")["held"] == ""
    for _ in range(5):
        inked.here("undo")
    assert names(inked) == before and job(inked, "Acme: 1")["batch"] is None


def test_cleanup_wants_a_state_and_archives(prepared: Desk) -> None:
    assert prepared.here("queue", "cleanup").status == 2
    held = prepared.here("queue", "cleanup", "--unplanned", "--older-than", "1d").out
    assert held == "archived 0, forgotten 0, 0 stay\n"
    made = prepared.here("queue", "cleanup", "--unplanned", "--archive", "--json").json
    assert len(made["archived"]) == 8 and made["deleted"] == []
    assert prepared.here("queue", "cleanup", "--completed", "--json").json["stay"]
    prepared.here("undo")
    assert "Backlog 4" in names(prepared)
