"""Theme files: each colour checked on reading, state colours legible, pens visible."""

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App
from textual.color import Color
from textual.theme import BUILTIN_THEMES
from textual.widgets import Static

from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.studio.upkeep.themes import STATES, built_in_folder, theme_folders, theme_names
from plotty_tui.tui.text import STATES as STATE_WORDS
from plotty_tui.tui.themes import (
    OWN_VARIABLES,
    contrast,
    load_theme,
    load_themes,
    variable_defaults,
    visible_ink,
)

NAMES = [
    "studio-dark",
    "colour-blind-safe",
    "high-contrast",
    "mono",
    "studio-light",
    "terminal",
]


def test_the_built_in_themes_are_found_the_default_first():
    assert theme_names(theme_folders()) == NAMES
    assert built_in_folder().is_dir()


def test_listing_themes_does_not_load_textual():
    script = (
        "import sys; from plotty_tui.studio.upkeep.themes import *; "
        "assert theme_names(theme_folders()); "
        "assert not {'textual', 'rich'} & set(sys.modules), 'heavy'"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize("name", NAMES)
def test_every_theme_has_all_names_of_our_own(name):
    theme = load_theme(name)
    assert set(OWN_VARIABLES) <= set(theme.variables)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "terminal"])
def test_state_colours_are_legible_on_every_ground(name):
    theme = load_theme(name)
    least = 7.0 if name == "high-contrast" else 4.5
    for ground in (theme.background, theme.surface, theme.panel):
        for state in STATES:
            color = Color.parse(theme.variables[f"state-{state}"])
            assert contrast(color, Color.parse(ground)) >= least, (state, ground)
    cursor = Color.parse(theme.variables["row-cursor"])
    assert contrast(Color.parse(theme.variables["row-cursor-text"]), cursor) >= 4.5


@pytest.mark.parametrize("name", ["studio-dark", "studio-light", "colour-blind-safe", "terminal"])
def test_states_have_colours_of_their_own(name):
    theme = load_theme(name)
    colors = [theme.variables[f"state-{state}"] for state in STATES]
    assert all(one != other for one, other in combinations(colors, 2))


def test_every_state_word_uses_a_colour_that_themes_have():
    for look in STATE_WORDS.values():
        assert look.color == "foreground" or look.color in OWN_VARIABLES


@pytest.mark.parametrize("theme", BUILTIN_THEMES.values(), ids=BUILTIN_THEMES)
def test_textuals_themes_get_defaults_that_parse(theme):
    defaults = variable_defaults(theme)
    assert set(defaults) == set(OWN_VARIABLES)
    for key, value in defaults.items():
        assert key.endswith("-style") or Color.parse(value)


def write(folder: Path, text: str, name: str = "mine.toml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_users_theme_is_found_and_wins_over_a_built_in_one(tmp_path):
    write(tmp_path, 'dark = false\n[colors]\nprimary = "teal"\n[states]\nhand = "#ff8800"\n')
    write(tmp_path, '[colors]\nprimary = "#123456"\n', "mono.toml")
    assert "mine" in theme_names(theme_folders(tmp_path))
    mine = load_theme("mine", tmp_path)
    assert (mine.dark, mine.variables["state-hand"]) == (False, "#ff8800")
    assert load_theme("mono", tmp_path).primary == "#123456"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[colors]\nprimary = "#12345g"', ["colors.primary", "'#12345g'", "not a colour"]),
        ('[colors]\nprimary = "tael"', ["colors.primary", "'tael'"]),
        ('[colors]\nprimary = "red"\naccnt = "red"', ["colors.accnt", "accent"]),
        ('[colors]\nprimary = "red"\n[states]\nwait = "red"', ["states.wait", "drawing"]),
        ('[colors]\nprimary = "red"\n[states]\nhand = "rad"', ["states.hand", "'rad'"]),
        ('[colors]\nprimary = "red"\n[variables]\nx = "1px"', ["variables.x", "'1px'"]),
        ('[colors]\nprimary = "red"\n[variables]\nx-style = "loud"', ["x-style", "loud", "bold"]),
        ('colour = "red"', ["colour", "'red'", "colors"]),
        ('dark = "yes"\n[colors]\nprimary = "red"', ["dark", "'yes'", "true or false"]),
        ('text_alpha = 7\n[colors]\nprimary = "red"', ["text_alpha", "7", "0 to 1"]),
        ("[colors]\nprimary = 3", ["colors.primary", "3"]),
        ("dark = true", ["colors.primary is missing"]),
        ("colors = 3", ["colors", "3", "table"]),
        ("[colors", ["not TOML"]),
    ],
)
def test_a_wrong_file_is_refused_with_one_sentence(tmp_path, text, says):
    write(tmp_path, text)
    with pytest.raises(Refused) as refused:
        load_theme("mine", tmp_path)
    sentence = str(refused.value)
    assert "mine.toml" in sentence
    assert "\n" not in sentence
    for word in says:
        assert word in sentence


def test_one_wrong_file_leaves_the_others(tmp_path):
    write(tmp_path, '[colors]\nprimary = "nope"')
    write(tmp_path, '[colors]\nprimary = "red"', "good.toml")
    write(tmp_path, '[colors]\nprimary = "red"', "Bad Name.toml")
    themes, faults = load_themes(tmp_path)
    assert {theme.name for theme in themes} == {*NAMES, "good"}
    assert len(faults) == 2


def test_an_unknown_theme_names_the_nearest():
    with pytest.raises(NotFound, match="studio-dark"):
        load_theme("studio-drak")


GROUNDS = st.sampled_from(["#000000", "#14161a", "#2b4a4a", "#f6f4ef", "#ffffff"])


@given(st.integers(0, 0xFFFFFF), GROUNDS)
def test_any_pen_can_be_seen_on_any_ground(ink, ground):
    background = Color.parse(ground)
    assert contrast(visible_ink(f"#{ink:06x}", background), background) >= 3.0


def test_black_is_light_on_dark_and_a_clear_colour_stays():
    dark, light = Color.parse("#14161a"), Color.parse("#f6f4ef")
    assert contrast(visible_ink("#000000", dark), dark) >= 9
    assert visible_ink("#000000", light).hex == "#000000"
    assert visible_ink("#ff0000", dark).hex == "#FF0000"
    assert visible_ink("no colour", dark) == visible_ink("#000000", dark)


def test_on_the_terminals_own_ground_a_pen_shows_on_black_and_on_white():
    unknown = Color.parse("ansi_default")
    for ink in ("#000000", "#ffffff", "#ffff00", "#000080"):
        seen = visible_ink(ink, unknown)
        assert contrast(seen, Color(0, 0, 0)) >= 3 and contrast(seen, Color(255, 255, 255)) >= 2.9


@pytest.mark.parametrize("name", NAMES)
async def test_every_theme_starts_an_app(name):
    class Themed(App):
        CSS = " ".join(
            f"#x {{ {'text-style' if own.endswith('-style') else 'color'}: ${own}; }}"
            for own in OWN_VARIABLES
        )

        def __init__(self):
            super().__init__()
            self.register_theme(load_theme(name))
            self.theme = name

        def get_theme_variable_defaults(self):
            return variable_defaults(self.current_theme)

        def compose(self):
            yield Static("x", id="x")

    async with Themed().run_test(size=(20, 4)) as pilot:
        pilot.app.theme = "textual-light"
        await pilot.pause()
