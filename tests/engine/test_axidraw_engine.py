"""The campaigns of benchmarks/reliability.py, a few times each: the engine, the worker with the
real pyaxidraw, a board simulator. Boards run faster than life here, so that only what must happen
is held against the promises; how soon, the campaigns measure in full."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pyaxidraw")
sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from reliability import CAMPAIGNS, Outcome, judge, run_campaign

SPEED = 8.0


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What a campaign sets is taken back."""
    monkeypatch.setenv("PLOTTY_HOME", str(tmp_path))
    monkeypatch.setenv("PLOTTY_ENGINE_IDLE", "60")


def run(name: str, n: int, folder: Path, strokes: int = 14) -> Outcome:
    campaign = replace(CAMPAIGNS[name], life_speed=False, bound=math.inf)
    outcome = run_campaign(campaign, n, folder, seed=5, speed=SPEED, strokes=strokes)
    assert outcome.bad == []
    assert outcome.n == n
    return outcome


def test_pauses_leave_no_trace(tmp_path: Path) -> None:
    assert run("pauses", 4, tmp_path, strokes=10).redrawn == 0


def test_the_boards_button_is_a_pause_of_the_sheet(tmp_path: Path) -> None:
    assert run("buttons", 2, tmp_path, strokes=10).redrawn == 0


@pytest.mark.parametrize(
    ("name", "n"), [("worker-kills", 3), ("engine-kills", 2), ("unplugs", 2), ("voltage-drops", 2)]
)
def test_a_sheet_that_was_cut_off_goes_on_with_one_stroke_again_at_most(
    tmp_path: Path, name: str, n: int
) -> None:
    run(name, n, tmp_path)


def test_a_hung_board_is_noticed_and_the_engine_stays_awake(tmp_path: Path) -> None:
    assert max(run("hung-boards", 1, tmp_path).seconds) < 6.0


def test_a_lost_reply_is_made_good_and_the_sheet_goes_on_by_itself(tmp_path: Path) -> None:
    run("lost-replies", 1, tmp_path)


def test_the_judge_sees_what_is_wrong() -> None:
    strokes = [[(10.0, 10.0 * k), (60.0, 10.0 * k)] for k in range(1, 5)]
    fine = judge([[(10, 10), (30, 10)], [(30, 10), (60, 10)], *strokes[1:]], strokes)
    assert (fine.missing, fine.doubled, fine.redrawn, fine.stray) == ([], [], 0, 0)
    assert fine.seam_mm < 1e-9 and fine.hausdorff_mm < 1e-9

    gap = judge([[(10, 10), (30, 10)], [(31, 10), (60, 10)], *strokes[1:]], strokes)
    assert gap.missing == [0] and gap.seam_mm == pytest.approx(1)
    assert judge(strokes[:3], strokes).missing == [3]

    twice = judge([[(10, 10), (30, 10)], [(28, 10), (60, 10)], *strokes[1:]], strokes)
    assert twice.doubled == [0]
    assert judge([[(10, 10), (30, 10)], *strokes], strokes).redrawn == 1
    assert judge([*strokes, [(20, 15), (30, 15)]], strokes).stray
