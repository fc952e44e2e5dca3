"""What the tests of the dashboard need not wait for, and need not do again."""

import pytest
from shown import count_painting, settle
from textual.app import App
from textual.css.stylesheet import Stylesheet

_parsed = {}


@pytest.fixture(autouse=True)
def pilot_settles(monkeypatch):
    """The pilot waits until nothing is left to do, not for a quiet processor."""
    monkeypatch.setattr("textual.app.wait_for_idle", settle)
    monkeypatch.setattr("textual.pilot.wait_for_idle", settle)


@pytest.fixture(autouse=True)
def paintings_are_counted(monkeypatch):
    """So that what is on screen need not be put together for every look at it."""
    monkeypatch.setattr(App, "post_display_hook", count_painting)


@pytest.fixture(autouse=True)
def styles_are_parsed_once(monkeypatch):
    """The same styles in the same colours are parsed once for all dashboards of this process."""
    parse = Stylesheet._parse_rules

    def parse_once(sheet, *args, **more):
        key = (args, tuple(sorted(more.items())), tuple(sheet._variables.items()))
        if key not in _parsed:
            _parsed[key] = parse(sheet, *args, **more)
        return _parsed[key]

    monkeypatch.setattr(Stylesheet, "_parse_rules", parse_once)
