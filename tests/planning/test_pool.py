import multiprocessing

import pytest
from plan_drawings import A4, SHA, STOCK, circles, hatching, layer, plan, stipple

from plotty_tui.domain.plan import DOING
from plotty_tui.domain.presets import BUILT_IN, Preset
from plotty_tui.planning import pool
from plotty_tui.planning.planner import PlannedDesign
from plotty_tui.planning.pool import (
    Ears,
    PlanFailure,
    PlanningStopped,
    PlanRequest,
    plan_many,
)


def request(strokes, preset=BUILT_IN["fast"], page=A4):
    return PlanRequest([layer(strokes, "K-05")], SHA, preset, "a4", A4, page, STOCK)


BATCH = [
    request(circles()),
    request(circles(), Preset("own", "", "read x.svg")),
    request([[(0, 0), (396, 280)]], page=(400, 290)),
    request(stipple()),
]


@pytest.mark.parametrize("workers", [0, 2])
def test_one_failing_plan_does_not_harm_the_others(workers):
    told = {}

    outcomes = plan_many(BATCH, workers, Ears(told.__setitem__))

    assert [type(one) for one in outcomes] == [
        PlannedDesign,
        PlanFailure,
        PlanFailure,
        PlannedDesign,
    ]
    assert told == dict(enumerate(outcomes))
    assert "'read'" in outcomes[1].why
    assert outcomes[2].why.endswith("use --paper a3")
    expected = plan(layer(circles(), "K-05"), pens=STOCK)
    assert outcomes[0] == expected


def test_an_unforeseen_error_is_a_sentence_too():
    broken = PlanRequest([layer(hatching())], SHA, BUILT_IN["fast"], "a4", (0, None), A4)

    outcomes = plan_many([broken, BATCH[0]], workers=0)

    assert outcomes[0].why.startswith("planning failed: TypeError")
    assert isinstance(outcomes[1], PlannedDesign)


@pytest.mark.parametrize("workers", [0, 1])
def test_one_worker_is_this_process(workers, monkeypatch):
    monkeypatch.setattr(pool, "ProcessPoolExecutor", None)
    assert len(plan_many(BATCH, workers)) == len(BATCH)


def test_an_interruption_leaves_no_process_behind():
    def interrupt(number, outcome):
        raise KeyboardInterrupt

    before = set(multiprocessing.active_children())
    with pytest.raises(KeyboardInterrupt):
        plan_many(BATCH * 5, 2, Ears(interrupt))

    assert set(multiprocessing.active_children()) <= before


def test_a_single_small_plan_starts_no_process(monkeypatch):
    monkeypatch.setattr(pool, "_in_children", None)

    assert isinstance(plan_many([BATCH[0]])[0], PlannedDesign)
    assert plan_many([]) == []


@pytest.mark.parametrize("apart", [False, True])
def test_each_step_of_a_plan_is_told(apart, monkeypatch):
    monkeypatch.setattr(pool, "PACE_S", 0.0)
    told = []
    ears = Ears(on_part=lambda *words: told.append(words))

    outcomes = plan_many([BATCH[0]], workers=0, ears=ears, apart=apart)

    assert isinstance(outcomes[0], PlannedDesign)
    assert {number for number, _, _ in told} == {0}
    assert {step for _, step, _ in told} <= set(DOING)
    parts = [part for _, _, part in told]
    assert parts == sorted(parts)
    assert 0 < parts[-1] < 1


@pytest.mark.parametrize("apart", [False, True])
def test_planning_ends_when_it_is_to_end(apart):
    before = set(multiprocessing.active_children())
    done = []

    with pytest.raises(PlanningStopped):
        plan_many(BATCH * 5, 0, Ears(done.append, ended=lambda: True), apart)

    assert not done
    assert set(multiprocessing.active_children()) <= before
