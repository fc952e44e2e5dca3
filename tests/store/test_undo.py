"""Taking back changes of the queue; holding, releasing; why a job is not being drawn."""

import pytest

from plotty_tui.domain import jobs
from plotty_tui.domain.errors import Conflict, Refused
from plotty_tui.store.jobs import queue
from plotty_tui.store.machines import devices
from plotty_tui.store.plots import claims, drawing
from plotty_tui.store.tables import Change, Job
from plotty_tui.studio.jobs import holding, intake
from plotty_tui.studio.jobs.reasons import why_job, why_not_drawn
from plotty_tui.studio.jobs.undo import undo_last, undo_words


def order(studio):
    return [row.name for row in queue.job_rows(studio.store)]


def named(studio, *names):
    return intake.open_jobs(studio.store, names)


def rows(studio):
    """The queue as the file holds it, but for the count of changes."""
    found = studio.store.rows("SELECT * FROM job ORDER BY id")
    return [{**row, "revision": 0} for row in found]


def test_every_change_of_the_queue_is_taken_back_the_newest_first(studio):
    for name in "ABCD":
        studio.job(name)
    seen = [rows(studio)]
    for change in (
        lambda: holding.move_jobs(studio.store, named(studio, "C"), -1),
        lambda: holding.set_priority(studio.store, named(studio, "B", "D"), jobs.HIGH),
        lambda: holding.hold_jobs(studio.store, named(studio, "A"), "proof first"),
        lambda: holding.release_jobs(studio.store, named(studio, "A")),
        lambda: intake.remove_jobs(studio.store, ["A", "B"]),
    ):
        change()
        assert rows(studio) != seen[-1]
        seen.append(rows(studio))
    assert order(studio) == ["D", "C"]
    texts = []
    for before in reversed(seen[:-1]):
        texts.append(undo_last(studio.store).text)
        assert rows(studio) == before
    assert texts == [
        "2 jobs removed", "A released", "A is held", "2 jobs: high priority", "C moved up",
    ]  # fmt: skip
    assert undo_words(studio.store) == ""
    with pytest.raises(Refused, match="nothing to take back"):
        undo_last(studio.store)


def test_what_somebody_changed_since_stays(studio):
    studio.job("A")
    holding.set_priority(studio.store, named(studio, "A"), jobs.HIGH)
    queue.change_job(studio.store, named(studio, "A")[0].id, priority=jobs.LOW)
    with pytest.raises(Conflict, match="A was changed since"):
        undo_last(studio.store)
    assert named(studio, "A")[0].priority == jobs.LOW


def test_what_the_planner_wrote_meanwhile_stays(studio):
    job = studio.job("A")
    holding.hold_jobs(studio.store, [job])
    queue.change_job(studio.store, job.id, refusal="the planner said no")
    undo_last(studio.store)
    fresh = Job.get_by_id(job.id)
    assert (fresh.held, fresh.refusal) == ("", "the planner said no")


def test_what_changes_nothing_leaves_nothing_to_undo(studio):
    job = studio.job("A")
    assert holding.move_jobs(studio.store, [job], -1) == []
    assert holding.set_priority(studio.store, [job], job.priority) == []
    assert Change.select().count() == 0
    with pytest.raises(Refused, match="A is not held"):
        holding.release_jobs(studio.store, [job])


@pytest.mark.parametrize(
    ("chosen", "by", "after"),
    [
        ("BC", -1, "BCADE"), ("CD", 1, "ABECD"), ("AB", -1, "ABCDE"), ("AC", -1, "ACBDE"),
        ("DE", 1, "ABCDE"), ("BD", 1, "ACBED"),
    ],
)  # fmt: skip
def test_marked_jobs_move_together(studio, chosen, by, after):
    for name in "ABCDE":
        studio.job(name)
    holding.move_jobs(studio.store, named(studio, *chosen), by)
    assert "".join(order(studio)) == after
    if after != "ABCDE":
        undo_last(studio.store)
    assert "".join(order(studio)) == "ABCDE"


def reasons(studio, name="A"):
    return " | ".join(one.text for one in why_not_drawn(studio.store, name).reasons)


def test_why_a_job_is_not_drawn(studio):
    job = studio.job("A", planned=False)
    assert reasons(studio) == "it has no plan"
    holding.hold_jobs(studio.store, [job], "proof first")
    assert reasons(studio) == "it is held: proof first | it has no plan"
    big = studio.job("Big")
    assert reasons(studio, "Big") == "no run has it | no plotter is set up"
    devices.add_device(studio.store, "left", "simulator", "v3", travel_x_mm=100.0, travel_y_mm=80.0)
    assert "left reaches 100 x 80 mm, its sheet is 210 x 297 mm" in reasons(studio, "Big")
    right = studio.device("right")
    assert reasons(studio, "Big") == "no run has it", "right would take it"
    studio.run(big)
    assert reasons(studio, "Big") == "no engine runs, so no plotter moves"
    devices.set_device_state(studio.store, right.id, "fault")
    assert "left reaches" in reasons(studio, "Big") and "right has a fault" in reasons(
        studio, "Big"
    )
    claim = claims.claim_sheet(studio.store, right.id)
    assert claim is not None
    drawing.move_sheet(studio.store, claim.sheet, "loaded")
    drawing.move_sheet(studio.store, claim.sheet, "drawing")
    assert why_job(studio.store, big.id).drawing == ("right",)
