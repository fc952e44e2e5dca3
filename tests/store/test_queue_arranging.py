"""The queue arranged as a whole: moved, grouped, ordered for pens and time, split, cleaned up; all
of it taken back."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plotty_tui.domain import jobs
from plotty_tui.domain.errors import NotFound, Refused, WrongUsage
from plotty_tui.store.jobs import queue, queue_order
from plotty_tui.store.tables import Job
from plotty_tui.studio.figures.queue_ahead import queue_ahead
from plotty_tui.studio.jobs import holding, intake, queue_batches
from plotty_tui.studio.jobs.queue_cleanup import clean_up
from plotty_tui.studio.jobs.queue_optimize import optimize_queue
from plotty_tui.studio.jobs.queue_order import Place, group_client, move_to, reorder_by_pens
from plotty_tui.studio.jobs.undo import undo_last


def order(studio):
    return [row.name for row in queue.job_rows(studio.store)]


def named(studio, *names):
    return intake.open_jobs(studio.store, names)


def filled(studio, names="ABCDE", **more):
    for name in names:
        studio.job(name, planned=False, **more)


# Moving ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "place", "after"),
    [
        ("A", Place(to=3), "BCADE"),
        ("E", Place(to=1), "EABCD"),
        ("BD", Place(to=1), "BDACE"),
        ("BD", Place(to=5), "ACEBD"),
        ("E", Place(before="B"), "AEBCD"),
        ("A", Place(after="D"), "BCDAE"),
        ("C", Place(end="first"), "CABDE"),
        ("AC", Place(end="last"), "BDEAC"),
        ("C", Place(priority=jobs.HIGH), "CABDE"),
        ("A", Place(priority=jobs.LOW), "BCDEA"),
    ],
)
def test_jobs_are_moved_together_and_back(studio, who, place, after):
    filled(studio)
    moved = move_to(studio.store, named(studio, *who), place)
    assert "".join(order(studio)) == after
    assert {(one.name, one.after) for one in moved} == {
        (name, k) for k, name in enumerate(after, 1) if "ABCDE"[k - 1] != name
    }
    undo_last(studio.store)
    assert "".join(order(studio)) == "ABCDE"


def test_a_job_is_moved_among_its_priority_only(studio):
    filled(studio, "AB", priority=jobs.HIGH)
    filled(studio, "CDE")
    with pytest.raises(Refused, match=r"place 2 is not among .* normal priority, which are 3 to 5"):
        move_to(studio.store, named(studio, "E"), Place(to=2))
    with pytest.raises(Refused, match="B is of high priority, not normal: --priority high"):
        move_to(studio.store, named(studio, "E"), Place(before="B"))
    with pytest.raises(Refused, match="high and normal priority: --priority gives them one"):
        move_to(studio.store, named(studio, "A", "E"), Place(end="last"))
    with pytest.raises(Refused, match="beside itself"):
        move_to(studio.store, named(studio, "E"), Place(after="E"))
    assert "".join(order(studio)) == "ABCDE"
    move_to(studio.store, named(studio, "E"), Place(before="B", priority=jobs.HIGH))
    assert "".join(order(studio)) == "AEBCD"


def test_places_are_shared_out_without_gap_or_double(studio):
    filled(studio, "ABCDEFGH")
    ids = {job.name: job.id for job in Job.select()}

    @given(st.lists(st.tuples(st.sampled_from("ABCDEFGH"), st.integers(1, 8)), max_size=6))
    @settings(max_examples=40, deadline=None)
    def moves(wanted):
        for name, to in wanted:
            move_to(studio.store, [Job.get_by_id(ids[name])], Place(to=to))
            assert order(studio)[to - 1] == name
        places = sorted(job.position for job in Job.select())
        assert places == list(range(1, 9))

    moves()


def test_jobs_that_came_to_hold_one_place_are_parted(studio):
    filled(studio, "ABC")
    Job.update(position=2).execute()
    move_to(studio.store, named(studio, "C"), Place(to=1))
    assert "".join(order(studio)) == "CAB"
    assert sorted(job.position for job in Job.select()) == [1, 2, 3]


# Groups ------------------------------------------------------------------------------------------


def test_a_clients_jobs_come_together_in_each_priority_and_stay_so(studio):
    for name, priority in (
        ("x", 2), ("Acme: 1", 2), ("y", 2), ("Acme: 2", 2), ("Acme: 3", 3), ("z", 3), ("Acme: 4", 3)
    ):  # fmt: skip
        studio.job(name, planned=False, priority=priority, client=jobs.client_of(name))
    before = order(studio)
    name, moved = group_client(studio.store, "acme")
    together = ["x", "Acme: 1", "Acme: 2", "y", "Acme: 3", "Acme: 4", "z"]
    assert (name, order(studio)) == ("Acme", together)
    assert {one.name for one in moved} == {"y", "Acme: 2", "z", "Acme: 4"}
    assert {job.group for job in Job.select() if "Acme" in job.name} == {"Acme"}
    undo_last(studio.store)
    assert order(studio) == before
    assert {job.group for job in Job.select()} == {""}
    with pytest.raises(NotFound, match="did you mean Acme"):
        group_client(studio.store, "Akme")


# Pens --------------------------------------------------------------------------------------------


@pytest.fixture
def inked(studio):
    """Black, red and blue pens; jobs that want them in turn."""
    pens = [studio.pen(name) for name in ("black", "red", "blue")]
    for k in range(9):
        first, second = pens[k % 3], pens[(k + 1) % 3]
        layers = ((first.id, 2, 100.0),) if k % 2 else ((first.id, 2, 100.0), (second.id, 2, 50.0))
        studio.job(f"job {k}", layers=layers)
    return studio


def test_the_order_with_the_fewest_swaps_is_found_and_taken_back(inked):
    before, ahead = order(inked), queue_ahead(inked.store)
    made = reorder_by_pens(inked.store)
    assert made.before == ahead.swaps + ahead.between
    assert made.after < made.before and made.after >= (made.bound or 0)
    now = queue_ahead(inked.store)
    assert now.swaps + now.between == made.after
    assert sorted(order(inked)) == sorted(before) and order(inked) != before
    assert reorder_by_pens(inked.store).moved == [], "the best order stays as it is"
    undo_last(inked.store)
    assert order(inked) == before


def test_held_and_unplanned_jobs_keep_their_places(inked):
    inked.job("new", planned=False)
    holding.hold_jobs(inked.store, named(inked, "job 2"), "proof first")
    made = reorder_by_pens(inked.store)
    assert order(inked).index("job 2") == 2 and order(inked)[-1] == "new"
    assert made.kept == [("job 2", "it is held: proof first"), ("new", "it has no plan")]
    assert made.jobs == 8


def test_a_group_stays_together_when_the_queue_is_ordered(inked):
    rows = Job.select().where(Job.name.in_(["job 1", "job 4", "job 8"]))
    with inked.store.write():
        queue_order.set_group(inked.store, [job.id for job in rows], "Acme")
    reorder_by_pens(inked.store)
    places = sorted(order(inked).index(f"job {k}") for k in (1, 4, 8))
    assert places[2] - places[0] == 2


def test_priority_comes_before_pens(inked):
    holding.set_priority(inked.store, named(inked, "job 7"), jobs.HIGH)
    reorder_by_pens(inked.store)
    assert order(inked)[0] == "job 7"


def test_an_empty_queue_has_no_order(studio):
    with pytest.raises(Refused, match="the queue is empty"):
        reorder_by_pens(studio.store)
    studio.job("new", planned=False)
    with pytest.raises(Refused, match="plotty plan-all"):
        optimize_queue(studio.store)


def test_paper_counts_when_time_does(studio):
    pen = studio.pen()
    for k in range(6):
        studio.job(f"{k}", layers=((pen.id, 2, 9.0),), paper="a4" if k % 2 else "a3")
    assert optimize_queue(studio.store).moved == [], "no pen is ever changed"
    made = optimize_queue(studio.store, by_time=True)
    assert made.was.papers == 5 and made.now.papers == 1
    assert made.was.seconds - made.now.seconds == pytest.approx(4 * 30)


def test_copies_that_are_drawn_count_no_more(studio):
    black, red = studio.pen("black"), studio.pen("red")
    job = studio.job(layers=((black.id, 2, 9.0), (red.id, 2, 9.0)), copies=4)
    whole = queue_ahead(studio.store)
    assert (whole.swaps, optimize_queue(studio.store).was.sheets) == (7, 4)
    studio.paper()
    device = studio.device()
    studio.run(job)
    for _ in range(3):
        studio.draw(device)
    ahead, made = queue_ahead(studio.store), optimize_queue(studio.store)
    assert ahead.swaps == 1 and ahead.machine_seconds == pytest.approx(whole.machine_seconds / 4)
    assert made.was.sheets == 1 and made.was.machine_seconds == ahead.machine_seconds
    studio.draw(device)
    with pytest.raises(Refused, match="the queue is empty"):
        optimize_queue(studio.store)


# Batches -----------------------------------------------------------------------------------------


def test_the_queue_is_split_into_batches_with_ids_that_never_come_again(studio):
    for name in "ABCDE":
        studio.job(name)
    made = queue_batches.split_queue(studio.store, 2, "batch_{n}")
    assert [(one.id, one.name, one.open) for one in made] == [
        (1, "batch_1", 2), (2, "batch_2", 2), (3, "batch_3", 1)
    ]  # fmt: skip
    assert [job.batch.name[-1] for job in Job.select().order_by(Job.position)] == list("11223")
    with pytest.raises(Refused, match="every job is in a batch: --again"):
        queue_batches.split_queue(studio.store, 2, "batch_{n}")
    studio.job("F")
    late = queue_batches.split_queue(studio.store, 2, "batch_{n}")
    assert [(one.id, one.name, one.open) for one in late] == [(4, "batch_4", 1)]
    undo_last(studio.store)
    undo_last(studio.store)
    assert queue_batches.list_batches(studio.store) == []
    assert len(queue_batches.list_batches(studio.store, everything=True)) == 4
    assert queue_batches.split_queue(studio.store, 9, "b{n}")[0].id == 5


def test_a_pattern_without_a_number_and_an_empty_batch_are_refused(studio):
    with pytest.raises(WrongUsage, match=r"'batch' needs \{n\}"):
        queue_batches.split_queue(studio.store, 5, "batch")
    with pytest.raises(WrongUsage, match="--batch-size 0"):
        queue_batches.split_queue(studio.store, 0, "b{n}")
    with pytest.raises(Refused, match="the queue is empty"):
        queue_batches.split_queue(studio.store, 5, "b{n}")


# Cleaning up -------------------------------------------------------------------------------------


def test_finished_jobs_leave_the_lists_and_the_books_keep_them(studio):
    run = studio.day()
    held = studio.job("held", planned=False)
    holding.hold_jobs(studio.store, [held])
    ledger = studio.ledger()
    day = timedelta(days=1).total_seconds()
    assert clean_up(studio.store, ["completed"]).stay == [("Logo", "its run is not settled")]
    studio.settle(run)
    ledger = studio.ledger()
    assert clean_up(studio.store, ["completed"], day).archived == [], "it ended a moment ago"
    assert clean_up(studio.store, ["completed"], archive=True).archived == ["Logo"]
    assert clean_up(studio.store, ["held"]).deleted == ["held"]
    assert queue.job_names(studio.store) == []
    assert studio.ledger() == ledger and studio.again(run).state == "completed"
    undo_last(studio.store)
    undo_last(studio.store)
    assert sorted(queue.job_names(studio.store)) == ["Logo", "held"]
    with pytest.raises(WrongUsage, match="--completed, --held"):
        clean_up(studio.store, [])
