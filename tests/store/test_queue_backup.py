"""The queue in a file and back: nothing is lost, nothing stands twice, nothing that was drawn is
drawn again."""

import json

import pytest

from plotty_tui.domain import jobs, queue_file
from plotty_tui.domain.errors import Refused
from plotty_tui.store.jobs import queue
from plotty_tui.store.tables import Client, Job, Setting
from plotty_tui.studio.jobs import holding, imposing, intake, queue_batches
from plotty_tui.studio.jobs.queue_backup import keep_queue
from plotty_tui.studio.jobs.queue_order import Place, move_to, put_in_order
from plotty_tui.studio.jobs.queue_restoring import restore_queue
from plotty_tui.studio.jobs.undo import undo_last
from plotty_tui.studio.planning import plans

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="50mm" height="50mm" viewBox="0 0 50 50">'
    '<path d="M1 1L{n} 40" stroke="#000"/></svg>'
)


@pytest.fixture
def shop(studio, tmp_path):
    """Four jobs of real files: tags, a hold, a batch, a client's standards."""
    files = []
    for n in range(4):
        files.append(tmp_path / f"d{n}.svg")
        files[-1].write_text(SVG.format(n=n + 5))
    for n, file in enumerate(files):
        wish = intake.Wish(name=f"Acme: {n}", paper="a5", tags=["approved"], copies=n + 1)
        intake.add_designs(studio.store, [str(file)], wish)
    holding.hold_jobs(studio.store, named(studio, "Acme: 2"), "proof first")
    holding.set_priority(studio.store, named(studio, "Acme: 3"), jobs.HIGH)
    queue_batches.split_queue(studio.store, 3, "batch_{n}")
    Client.update(email="secret@acme.example", standards={"preset": "hq"}).execute()
    return studio


def named(studio, *names):
    return intake.open_jobs(studio.store, names)


def order(studio):
    return [row.name for row in queue.job_rows(studio.store)]


def seen(studio):
    """The queue as a person sees it."""
    keys = ("name", "priority", "tags", "held", "copies", "paper", "client", "batch", "sha256",
            "added_at")  # fmt: skip
    return [{key: row[key] for key in keys} for row in queue.job_rows(studio.store)]


def test_another_studio_reads_the_whole_queue(shop, new_studio, tmp_path):
    file = tmp_path / "queue.json"
    kept = keep_queue(shop.store, file)
    assert (kept.jobs, kept.designs, kept.size_bytes) == (4, 4, file.stat().st_size)
    before = seen(shop)
    shop.close()
    other = new_studio("other")
    made = restore_queue(other.store, file)
    assert made.added == [one["name"] for one in before] and made.unplanned == 4
    assert seen(other) == before
    for row in queue.job_rows(other.store):
        assert other.store.home.strokes_file(row.sha256).exists()
    again = restore_queue(other.store, file)
    assert (again.added, len(again.same), again.conflicts) == ([], 4, [])
    assert seen(other) == before


def test_no_address_hook_or_standard_leaves_the_studio(shop, tmp_path):
    file = tmp_path / "queue.json"
    Setting.create(key="notify", value={"hooks": ["secret-hook"]})
    job = named(shop, "Acme: 0")[0]
    queue.change_job(shop.store, job.id, settings={"preset": "hq", "notify_client": "x@secret"})
    keep_queue(shop.store, file)
    assert "secret" not in file.read_text()
    assert '"settings": {"preset": "hq"}' in file.read_text()
    assert str(tmp_path) not in file.read_text(), "nor the paths of this machine"


def test_what_was_removed_comes_back_in_its_order_and_can_be_taken_back(shop, tmp_path):
    file = tmp_path / "queue.json"
    keep_queue(shop.store, file)
    before = seen(shop)
    intake.remove_jobs(shop.store, ["Acme: 0", "Acme: 2"])
    shop.job("Later", planned=False)
    made = restore_queue(shop.store, file)
    assert made.added == ["Acme: 0", "Acme: 2"] and made.conflicts == []
    assert made.safety is not None and json.loads(made.safety.read_text())["jobs"][1]["name"]
    after = seen(shop)
    assert [one for one in after if one["name"] != "Later"] == before
    undo_last(shop.store)
    assert order(shop) == ["Acme: 3", "Acme: 1", "Later"]
    undo_last(shop.store)
    assert sorted(order(shop)) == ["Acme: 0", "Acme: 1", "Acme: 2", "Acme: 3", "Later"]


def test_the_order_of_the_backup_comes_back(shop, tmp_path):
    file = tmp_path / "queue.json"
    keep_queue(shop.store, file)
    before = order(shop)
    ids = {job.name: job.id for job in Job.select()}
    put_in_order(shop.store, [ids[name] for name in reversed(before)], "turned round")
    shop.job("Later", planned=False)
    move_to(shop.store, named(shop, "Later"), Place(end="first"))
    restore_queue(shop.store, file)
    assert [name for name in order(shop) if name != "Later"] == before
    assert order(shop).index("Later") == 1


def test_what_was_drawn_or_put_away_since_is_not_revived(studio, tmp_path):
    file = tmp_path / "queue.json"
    studio.paper()
    drawn, away = studio.job("Logo", copies=2), studio.job("Away")
    keep_queue(studio.store, file)
    run = studio.run(drawn)
    studio.draw_all(studio.device())
    studio.settle(run)
    Job.update(archived_at=studio.store.clock.now()).where(Job.id == away.id).execute()
    books = studio.ledger()
    made = restore_queue(studio.store, file)
    assert (made.added, sorted(made.over), made.safety) == ([], ["Away", "Logo"], None)
    assert order(studio) == [] and studio.ledger() == books
    # Ordered anew under its name it is another job: neither doubled nor in conflict.
    studio.job("Logo", planned=False)
    again = restore_queue(studio.store, file)
    assert (again.added, again.conflicts, order(studio)) == ([], [], ["Logo"])


def test_a_plan_that_is_still_here_is_given_back(studio, tmp_path):
    file = tmp_path / "queue.json"
    job = studio.job()
    studio.store.home.plan_file(job.plan.key).write_bytes(b"")
    studio.store.home.strokes_file(job.design.sha256).write_bytes(b"")
    keep_queue(studio.store, file)
    intake.remove_jobs(studio.store, ["Logo"])
    made = restore_queue(studio.store, file)
    fresh = Job.get()
    assert (made.unplanned, fresh.state, fresh.plan_id) == (0, "planned", job.plan_id)


def test_where_book_and_backup_differ_a_person_chooses(shop, tmp_path):
    file = tmp_path / "queue.json"
    keep_queue(shop.store, file)
    holding.set_priority(shop.store, named(shop, "Acme: 0"), jobs.LOW)
    made = restore_queue(shop.store, file)
    assert made.conflicts == [("Acme: 0", "it has priority 3, not 2: it stays as it is here")]
    assert named(shop, "Acme: 0")[0].priority == jobs.LOW
    assert restore_queue(shop.store, file, "here").conflicts == []
    made = restore_queue(shop.store, file, "backup")
    assert (made.conflicts, made.changed) == ([], ["Acme: 0"])
    assert named(shop, "Acme: 0")[0].priority == jobs.NORMAL
    undo_last(shop.store)
    assert named(shop, "Acme: 0")[0].priority == jobs.LOW


def test_another_drawing_of_the_same_name_is_a_conflict(shop, tmp_path):
    file = tmp_path / "queue.json"
    keep_queue(shop.store, file)
    intake.remove_jobs(shop.store, ["Acme: 1"])
    shop.job("Acme: 1", planned=False)
    made = restore_queue(shop.store, file)
    assert [name for name, _ in made.conflicts] == ["Acme: 1"]
    assert order(shop).count("Acme: 1") == 1


def test_sheets_of_several_pieces_come_back_with_their_pieces(shop, new_studio, tmp_path):
    file = tmp_path / "queue.json"
    wanted = imposing.parse_wanted(shop.store, ["Acme: 1", "Acme: 3=2"])
    imposing.impose_jobs(shop.store, wanted, imposing.Imposing("a4", name="Sheet"))
    kept = keep_queue(shop.store, file)
    assert (kept.jobs, kept.imposed) == (5, 1)
    before, layout = seen(shop), pieces_of(shop, "Sheet")
    # Here: the sheet is taken apart and comes back, and its pieces wait on it again.
    intake.remove_jobs(shop.store, ["Sheet"])
    assert named(shop, "Acme: 1")[0].held == ""
    made = restore_queue(shop.store, file)
    assert (made.added, made.conflicts, seen(shop)) == (["Sheet"], [], before)
    assert pieces_of(shop, "Sheet") == layout
    assert restore_queue(shop.store, file).added == [], "nothing stands twice"
    undo_last(shop.store)
    assert "Sheet" not in order(shop) and named(shop, "Acme: 1")[0].held == ""
    # Put on another sheet since: not on two.
    imposing.impose_jobs(shop.store, wanted[:1], imposing.Imposing("a4", name="Other"))
    made = restore_queue(shop.store, file)
    assert made.conflicts == [("Sheet", "Acme: 1, which lies on it, is drawn on Other by now")]
    shop.close()
    # In another studio: the pieces are of its own jobs.
    other = new_studio("other")
    assert len(restore_queue(other.store, file).added) == 5 and seen(other) == before
    assert pieces_of(other, "Sheet") == layout
    plans.plan_jobs(other.store, named(other, "Sheet"), "none")
    run = other.run(named(other, "Sheet")[0])
    pieces = [piece for sheet in run.sheets for piece in sheet.pieces]
    assert {piece.job.name for piece in pieces} == {"Acme: 1", "Acme: 3"}


def pieces_of(studio, name):
    """The pieces of a sheet as they lie on it: of which job and drawing, and where."""
    layout = named(studio, name)[0].settings["layout"]
    keys = ("name", "x_mm", "y_mm", "width_mm", "height_mm", "turned")
    rows = {job.id: (job.name, job.design_id) for job in Job.select()}
    assert all(rows[one["job"]] == (one["name"], one["design"]) for one in layout)
    return [{key: one[key] for key in keys} for one in layout]


def forged(file, change):
    """A backup whose sum is right, by somebody who means no good."""
    document = json.loads(file.read_text())
    change(document)
    document["sha256"] = queue_file.sum_of(document)
    file.write_text(json.dumps(document))


def test_a_forged_drawing_is_not_taken(shop, new_studio, tmp_path):
    file = tmp_path / "queue.json"
    keep_queue(shop.store, file)

    def change(document):
        first, second = document["jobs"][0]["design"], document["jobs"][1]["design"]
        document["designs"][first]["svg"] = document["designs"][second]["svg"]
        document["designs"][first]["filename"] = "../../../outside.svg"

    forged(file, change)
    shop.close()
    other = new_studio("other")
    made = restore_queue(other.store, file)
    assert made.conflicts == [
        ("Acme: 3", "its drawing in the backup is not the one its hash names")
    ]
    assert len(made.added) == 3
    assert not list(tmp_path.rglob("outside*"))


def test_of_two_that_restore_at_once_one_adds(shop, start, tmp_path):
    file = tmp_path / "queue.json"
    keep_queue(shop.store, file)
    intake.remove_jobs(shop.store, ["Acme: 0", "Acme: 1"])
    script = (
        "from plotty_tui.studio.jobs.queue_restoring import restore_queue\n"
        "studio = Studio(Path(sys.argv[1]))\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "print(len(restore_queue(studio.store, Path(sys.argv[2])).added))\n"
    )
    processes = [start(script, shop.folder, file) for _ in range(3)]
    for process in processes:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    added = [int(process.communicate(timeout=60)[0]) for process in processes]
    assert sum(added) == 2
    assert sorted(order(shop)) == ["Acme: 0", "Acme: 1", "Acme: 2", "Acme: 3"]


def test_a_damaged_file_changes_nothing(shop, tmp_path):
    file = tmp_path / "queue.json"
    keep_queue(shop.store, file)
    intake.remove_jobs(shop.store, ["Acme: 1"])
    before = shop.dump()
    text = file.read_text()
    file.write_text(text.replace('"copies": 2', '"copies": 3'))
    with pytest.raises(Refused, match="is damaged"):
        restore_queue(shop.store, file)
    with pytest.raises(Refused, match="cannot be read"):
        restore_queue(shop.store, tmp_path / "nothing.json")
    with pytest.raises(Refused, match="was not written"):
        keep_queue(shop.store, tmp_path / "no" / "such" / "folder.json")
    assert shop.dump() == before
    assert not (shop.store.home.data / "backups").exists()
