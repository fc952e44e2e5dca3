import pytest

from plotty_tui.domain.errors import Conflict, NotFound, Refused
from plotty_tui.store.jobs import queue
from plotty_tui.studio.jobs import holding, intake
from plotty_tui.studio.plots import plotting


def names(studio):
    return [row.name for row in queue.job_rows(studio.store)]


def test_the_queue_is_in_order_of_priority_and_then_of_arrival(studio):
    for name, priority in (("a", 3), ("b", 2), ("c", 1), ("d", 2), ("e", 1)):
        studio.job(name, planned=False, priority=priority)

    assert names(studio) == queue.job_names(studio.store) == ["c", "e", "b", "d", "a"]


def test_a_job_moves_among_its_equals_only(studio):
    high = studio.job("high", planned=False, priority=1)
    first, second, third = (studio.job(name, planned=False) for name in ("1", "2", "3"))

    assert queue.move_job(studio.store, third.id, -1)
    assert names(studio) == ["high", "1", "3", "2"]
    assert queue.move_job(studio.store, first.id, 1)
    assert names(studio) == ["high", "3", "1", "2"]
    assert not queue.move_job(studio.store, third.id, -1)
    assert not queue.move_job(studio.store, second.id, 1)
    assert not queue.move_job(studio.store, high.id, 1)
    assert names(studio) == ["high", "3", "1", "2"]


def test_a_job_moves_past_its_neighbour_whatever_was_removed_between(studio):
    made = [studio.job(name, planned=False) for name in "abc"]
    queue.remove_job(studio.store, made[1])

    assert queue.move_job(studio.store, made[2].id, -1)
    assert names(studio) == ["c", "a"]


def test_a_new_priority_puts_a_job_among_its_new_equals(studio):
    studio.job("a", planned=False)
    late = studio.job("b", planned=False)

    holding.set_priority(studio.store, [late], 1)

    assert names(studio) == ["b", "a"]


def test_moving_a_job_and_changing_it_at_once_loses_neither(studio):
    first, second = studio.job("a", planned=False), studio.job("b", planned=False)
    queue.change_job(studio.store, second.id, tags=["new"])
    queue.move_job(studio.store, second.id, -1)

    assert names(studio) == ["b", "a"]
    assert studio.again(second).tags == ["new"]
    assert studio.again(first).revision == 2


def test_a_job_that_never_ran_is_deleted(studio):
    job = studio.job()

    assert intake.remove_jobs(studio.store, ["logo"]) == [("Logo", "deleted")]
    assert names(studio) == []
    assert type(job).get_or_none(type(job).id == job.id) is None


def test_a_job_that_was_drawn_is_archived_and_its_run_keeps_it(studio):
    run = studio.day()
    studio.settle(run)

    assert intake.remove_jobs(studio.store, ["Logo"]) == [("Logo", "archived")]
    assert queue.job_names(studio.store) == []
    assert [item.name for item in studio.again(run).items] == ["Logo"]
    with pytest.raises(NotFound):
        queue.find_jobs(studio.store, ["Logo"])


def test_a_job_in_an_open_run_is_not_removed_and_neither_is_any_other(studio):
    studio.job("free")
    run = studio.run(studio.job("busy"))

    with pytest.raises(Refused, match="busy is part of RUN-001: cancel it first, or settle"):
        intake.remove_jobs(studio.store, ["free", "busy"])
    assert names(studio) == ["free", "busy"]
    assert studio.again(run).state == "in_progress"


@pytest.fixture
def named(studio):
    for name in ("Acme: Logo 01", "Acme: Logo 02", "Straße", "7", "a[1]", "logo*"):
        studio.job(name, planned=False)
    return studio


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("Acme: Logo 01", ["Acme: Logo 01"]),
        ("acme: LOGO 01", ["Acme: Logo 01"]),
        ("acme: logo*", ["Acme: Logo 01", "Acme: Logo 02"]),
        ("*0?", ["Acme: Logo 01", "Acme: Logo 02"]),
        ("STRASSE", ["Straße"]),
        ("7", ["7"]),
        ("1", ["Acme: Logo 01"]),
        ("a[1]", ["a[1]"]),
        ("logo*", ["logo*"]),
    ],
)
def test_a_job_is_found_by_number_name_or_pattern(named, word, found):
    assert [job.name for job in queue.find_jobs(named.store, [word])] == found


def test_several_words_find_each_job_once_in_queue_order(named):
    found = queue.find_jobs(named.store, ["Straße", "acme*", "Acme: Logo 02", "1"])

    assert [job.name for job in found] == ["Acme: Logo 01", "Acme: Logo 02", "Straße"]


@pytest.mark.parametrize("word", ["Acme: Lgo 01", "*x", "²", "9" * 30, "9" * 5000, "0", "%", "_"])
def test_a_name_that_names_nothing_is_answered_with_what_there_is(named, word):
    with pytest.raises(NotFound, match=r"no job .*(did you mean|there is) Acme: Logo 01"):
        queue.find_jobs(named.store, [word])


def test_a_plan_for_a_job_that_was_changed_meanwhile_is_a_conflict(studio):
    job = studio.job(planned=False)
    queue.change_job(studio.store, job.id, paper="a3")

    with pytest.raises(Conflict, match="Logo was changed while it was being planned"):
        queue.set_plan(studio.store, job.id, None, "key", job.revision)
    assert studio.again(job).plan is None
    assert studio.again(job).paper == "a3"


def test_a_plan_for_a_job_that_was_removed_meanwhile_is_a_sentence(studio):
    job = studio.job(planned=False)
    queue.remove_job(studio.store, job)

    with pytest.raises(Conflict, match="removed"):
        queue.set_plan(studio.store, job.id, None, "key", job.revision)
    with pytest.raises(Conflict, match="removed"):
        queue.move_job(studio.store, job.id, 1)
    with pytest.raises(Conflict, match="removed"):
        studio.run(job)


def test_a_job_that_is_being_drawn_keeps_its_plan(studio):
    job = studio.job()
    studio.run(job)
    before = studio.again(job)

    with pytest.raises(Refused, match="is being drawn: its plan stays as it is"):
        studio.plan(job, ((None, 1, 1.0),))
    queue.refuse_plan(studio.store, job.id, "no")
    assert studio.again(job) == before
    assert studio.again(job).plan_id == before.plan_id


def test_the_same_plan_is_kept_once(studio):
    job = studio.job(planned=False)
    first = studio.plan(job, ((None, 1, 1.0),))
    again = studio.plan(job, ((None, 1, 1.0),))

    assert first == again
    assert [row.number for row in studio.store.rows("SELECT count(*) AS number FROM plan")] == [1]


def test_a_refused_job_says_why_and_a_plan_clears_it(studio):
    job = studio.job()
    queue.refuse_plan(studio.store, job.id, "too large")
    refused = studio.again(job)

    assert (refused.state, refused.plan, refused.refusal) == ("new", None, "too large")
    assert queue.count_jobs(studio.store) == {"new": 1, "held": 0, "refused": 1, "all": 1}
    studio.plan(job, ((None, 1, 1.0),))
    assert (studio.again(job).state, studio.again(job).refusal) == ("planned", "")


def test_a_client_is_one_however_the_name_is_written(studio):
    with studio.store.write():
        clients = [queue.keep_client(name) for name in ("Acme", "ACME", "acme", "", None)]

    assert clients[0] == clients[1] == clients[2]
    assert clients[3:] == [None, None]


def test_a_name_that_is_a_number_hides_no_job(studio):
    first, second = studio.job("2", planned=False), studio.job("Card", planned=False)
    assert (first.id, second.id) == (1, 2)

    def found(word, **more):
        return [job.id for job in queue.find_jobs(studio.store, [word], **more)]

    assert found("2") == found("job:2") == [1]
    assert found("#2") == found("id:2") == found("job:card") == [2]
    with pytest.raises(NotFound, match="no job '#9'"):
        found("#9")
    with pytest.raises(Refused, match="name of job 1 and the number of 'Card': write job:2 or id:"):
        intake.remove_jobs(studio.store, ["2"])
    assert intake.remove_jobs(studio.store, ["id:2"]) == [("Card", "deleted")]
    assert intake.remove_jobs(studio.store, ["2"]) == [("2", "deleted")], "now it means one"


def test_a_plotter_and_a_job_of_one_name_are_told_apart(studio):
    studio.job("Left", planned=False)
    studio.device("Left")
    with pytest.raises(Refused, match="is a plotter and a job: write device:Left or job:Left"):
        plotting.cancel(studio.store, "Left")
    with pytest.raises(Refused, match="Left has no sheet to cancel"):
        plotting.cancel(studio.store, "job:Left")
    with pytest.raises(NotFound, match="no plotter 'mid'"):
        plotting.cancel(studio.store, "device:mid")
