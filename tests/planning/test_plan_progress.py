"""How far planning is, as the command line and the dashboard tell it."""

import io

import pytest

from plotty_tui.cli import bars
from plotty_tui.studio.planning import plan_progress
from plotty_tui.studio.planning.plan_progress import Course


@pytest.fixture
def told(monkeypatch):
    """A course of two plans, of 99 and 299 strokes for four jobs; its clock, and what it tells."""
    clock, said = [0.0], []
    monkeypatch.setattr(plan_progress.time, "monotonic", lambda: clock[0])
    return Course(["Acme: Card", "Map"], [99, 299], 4, said.append), clock, said


def test_the_part_done_is_weighed_by_strokes(told):
    course, _, said = told
    course.step(1, "searched", 0.5)
    course.step(0, "joined", 0.2)
    course.done(1, 3)

    assert [one.part for one in said] == pytest.approx([0.375, 0.425, 0.8])
    assert said[1].under_way == "Map, searching 50%"
    assert said[2].under_way == "Acme: Card, joining ends 20%"
    assert said[2].count == "3 of 4 jobs"


def test_the_time_left_is_told_once_it_can_be_guessed(told):
    course, clock, said = told
    course.step(1, "searched", 0.5)
    clock[0] = 30.0
    course.step(1, "searched", 1.0)

    assert [one.left for one in said] == ["", "0:10 left"]


def test_a_terminal_sees_one_line_that_goes_again(told, monkeypatch):
    course, _, said = told
    course.step(0, "spliced", 1.0)
    screen = io.StringIO()
    monkeypatch.setattr(bars, "on_terminal", lambda: True)
    monkeypatch.setattr(bars.sys, "stderr", screen)
    screen.isatty = lambda: True

    with bars.planning_bar() as watch:
        watch(said[0])

    shown = screen.getvalue()
    assert shown.startswith("\rplanning [######------------------]  25%  0 of 4 jobs  Acme: Card,")
    assert shown.endswith("\r\x1b[K")


def test_where_nobody_looks_there_is_no_bar(monkeypatch):
    monkeypatch.setattr(bars, "on_terminal", lambda: False)
    with bars.planning_bar() as watch:
        assert watch is None
