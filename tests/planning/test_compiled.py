import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from plan_drawings import DRAWINGS, circles, layer, plan

from plotty_tui.domain.presets import BUILT_IN
from plotty_tui.planning.order import compiled
from plotty_tui.planning.planner import is_provisional

pytestmark = pytest.mark.skipif(not compiled.available(), reason="numba is not installed")


@pytest.fixture
def cold(tmp_path, monkeypatch):
    """A machine on which nothing has been compiled; the commands that would have been started."""
    started = []
    monkeypatch.setenv("PLOTTY_KERNELS", str(tmp_path))
    monkeypatch.setattr(compiled.subprocess, "Popen", lambda words, **more: started.append(words))
    return started


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_a_cold_plan_is_vpypes_and_says_so(cold, drawing):
    planned = plan(layer(DRAWINGS[drawing]()), preset="default")

    assert planned.plan.provisional
    assert planned.plan.notes == (compiled.COMPILING,)
    assert planned.plan.lifts <= len(DRAWINGS[drawing]())
    assert [words[1:] for words in cold] == [["-m", "plotty_tui.planning.order.warm"]]


def test_a_warm_plan_is_not_provisional():
    made = plan(layer(circles()), preset="default").plan

    assert not made.provisional
    assert compiled.COMPILING not in made.notes


def test_a_provisional_plan_is_not_taken_for_the_plan_that_follows_it(monkeypatch):
    drawn = layer(circles())
    warm = plan(drawn, preset="default").plan
    monkeypatch.setattr(compiled, "ready", lambda: False)
    monkeypatch.setattr(compiled, "start_compiling", lambda: True)

    cold = plan(drawn, preset="default").plan

    assert is_provisional(BUILT_IN["default"])
    assert not is_provisional(BUILT_IN["none"])
    assert cold.settings_hash != warm.settings_hash
    assert cold.settings_hash == plan(drawn, preset="default").plan.settings_hash


def test_as_drawn_and_own_pipelines_need_nothing_compiled(cold):
    assert not plan(layer(circles()), preset="none").plan.provisional
    assert not plan(layer(circles()), preset="preview").plan.provisional
    assert cold == []


def test_only_one_process_compiles(cold):
    assert compiled.start_compiling()
    assert compiled.start_compiling()
    assert len(cold) == 1


def test_a_compiling_process_that_died_is_followed_by_another(cold):
    compiled.start_compiling()
    long_ago = time.time() - 2 * compiled.STALE_SECONDS
    os.utime(compiled.folder() / "compiling", (long_ago, long_ago))

    assert compiled.start_compiling()
    assert len(cold) == 2


def test_nothing_is_started_when_all_is_there(cold):
    compiled.note_ready()

    assert compiled.ready()
    assert not compiled.start_compiling()
    assert cold == []


def test_old_versions_are_cleared_away(cold, tmp_path):
    for name, age in (("kernels-old", 100 * 86400), ("kernels-new", 86400)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ready").touch()
        os.utime(tmp_path / name / "ready", (time.time() - age,) * 2)

    compiled.note_ready()

    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(
        ["kernels-new", compiled.folder().name]
    )


def test_without_a_folder_of_ones_own_the_temporary_one_serves(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("PLOTTY_KERNELS", str(tmp_path / "file" / "below"))
    monkeypatch.setattr(compiled.tempfile, "mkdtemp", lambda prefix: str(tmp_path))

    assert compiled.folder() == tmp_path


def test_without_numba_plans_are_vpypes_for_good(monkeypatch):
    monkeypatch.setattr(compiled, "available", lambda: False)

    made = plan(layer(circles()), preset="default").plan

    assert made.provisional
    assert made.notes == ()


def test_a_warm_start_loads_neither_scipy_nor_vpype():
    words = """
import sys
from plan_drawings import circles, layer, plan
made = plan(layer(circles()), preset="default").plan
print(made.provisional, [name for name in ("scipy", "vpype") if name in sys.modules])
"""
    told = subprocess.run(
        [sys.executable, "-c", words],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout == "False []\n"


def test_a_kept_kernel_is_compiled_again_for_other_numbers():
    import numpy as np

    from plotty_tui.planning.order.nearest import find_nearest

    x = np.array([0, 5, 1], np.float32)  # the planner's are float64

    found, gaps = find_nearest(x, x * 0, 1, 1, np.inf)

    assert found.tolist() == [[2], [2], [0]]
    assert gaps.tolist() == [[1], [4], [1]]
