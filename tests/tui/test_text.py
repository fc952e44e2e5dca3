"""Hostile names become harmless text; widths are cells."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from plotty_tui.tui import text as texts
from plotty_tui.tui.bar import block_bar, pen_dots, progress_bar, sparkline
from plotty_tui.tui.text import (
    ASCII_SYMBOLS,
    STATES,
    UNICODE_SYMBOLS,
    cell_fit,
    choose_symbols,
    cut,
    pad,
    plain,
    state_span,
    state_text,
    use_symbols,
)

# Shown exactly as they are: markup and quoting mean nothing here.
HARMLESS = [
    "[/nope]",
    "[/b]",
    "[bold red]sale[/]",
    "[link=file:///etc/passwd]x[/link]",
    "[@click=app.quit]click[/]",
    "[not_a_style]",
    "design[1].svg",
    "\\[b]",
    "$primary",
    "{name}",
    "%s%n",
    "'; DROP TABLE jobs; --",
    "<script>alert(1)</script>",
    "&lt;b&gt;",
    "../../etc/passwd",
    "a" * 500,
    "",
    "   ",
    "日本語のロゴ.svg",
    "Ωmega Ünïcode",
    "👍 approved",
    "עברית",
    "مرحبا",
    "e\u0301te\u0301",
    "नमस्ते",
    "═══",
]

# Something in them has to be replaced: (name, what must not be left).
HOSTILE = [
    ("\x1b[31mred", "\x1b"),
    ("\x1b]0;title\x07", "\x07"),
    ("\x1b]52;c;aGk=\x07", "\x1b"),
    ("\x9b2J", "\x9b"),
    ("\x90q\x9c", "\x90"),
    ("two\nlines", "\n"),
    ("back\rover", "\r"),
    ("tab\there", "\t"),
    ("nul\x00byte", "\x00"),
    ("del\x7fete", "\x7f"),
    ("next\x85line", "\x85"),
    ("para\u2029graph", "\u2029"),
    ("line\u2028end", "\u2028"),
    ("evil\u202egvs.exe", "\u202e"),
    ("\u2066iso\u2069late", "\u2066"),
    ("mark\u200fs", "\u200f"),
    ("zero\u200bwidth", "\u200b"),
    ("\ufeffbom", "\ufeff"),
    ("soft\u00adhyphen", "\u00ad"),
    ("tag\U000e0041s", "\U000e0041"),
    ("lone\udcffsurrogate", "\udcff"),
    ("non\uffffchar", "\uffff"),
    ("private\ue000use", "\ue000"),
    ("👩\u200d👩\u200d👧", "\u200d"),
    ("❤\ufe0f", "\ufe0f"),
    ("non\u00a0breaking", "\u00a0"),
    ("z" + "\u0335\u0321" * 30, "\u0335\u0321" * 5),
]


@pytest.fixture(autouse=True)
def unicode_signs():
    use_symbols(UNICODE_SYMBOLS)
    yield
    use_symbols(UNICODE_SYMBOLS)


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_names_stay_as_they_are(name):
    assert plain(name) == name


@pytest.mark.parametrize(("name", "gone"), HOSTILE)
def test_what_steers_or_hides_is_gone(name, gone):
    shown = plain(name)
    assert gone not in shown
    assert shown
    shown.encode("utf-8")


def test_replaced_signs_stay_visible():
    assert plain("a\x1bb\nc\td") == "a␛b␤c␉d"
    assert plain("a\u202eb") == "a�b"
    assert plain("\u0301x").startswith("◌")


@given(st.text(st.characters()))
def test_any_text_is_plain_and_plain_again(text):
    shown = plain(text)
    bad = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    joiners = {"\u200c", "\u200d"}
    assert not any(unicodedata.category(one) in bad for one in shown if one not in joiners)
    assert plain(shown) == shown


@given(st.text(st.characters(), max_size=60), st.integers(0, 40))
def test_cut_and_fit_keep_to_cells(text, width):
    assert cell_len(plain(text, width)) <= width
    assert cell_len(cell_fit(text, width)) == width
    assert cell_len(cell_fit(text, width, "right")) == width
    assert cell_len(cell_fit(text, width, "center")) == width


def test_cut_ends_with_an_ellipsis_and_never_halves_a_wide_sign():
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == "abcd"
    assert cut("日本語", 4) == "日…"
    assert cut("abc", 0) == ""
    assert pad("日本", 5, "right") == " 日本"


def test_ascii_signs_are_ascii():
    use_symbols(ASCII_SYMBOLS)
    assert plain("abcdef", 4) == "abc~"
    for state in STATES:
        assert state_text(state).isascii()
    for spans in (progress_bar(0.37, 20), pen_dots(["#ff0000"] * 3), [sparkline([1, 5, 2], 8)]):
        assert all(text.isascii() for text, _ in spans)
    assert block_bar(0.37, 10)[0].isascii()


@pytest.mark.parametrize(
    ("setting", "environ", "signs"),
    [
        (None, {"LANG": "en_US.UTF-8"}, UNICODE_SYMBOLS),
        (None, {}, UNICODE_SYMBOLS),
        (None, {"LANG": "C"}, UNICODE_SYMBOLS),
        (None, {"LANG": "de_DE.ISO-8859-1"}, ASCII_SYMBOLS),
        (None, {"TERM": "linux", "LANG": "C.UTF-8"}, ASCII_SYMBOLS),
        (None, {"PLOTTY_ASCII": "1"}, ASCII_SYMBOLS),
        (None, {"PLOTTY_ASCII": "0", "TERM": "linux"}, UNICODE_SYMBOLS),
        (True, {"LANG": "en_US.UTF-8"}, ASCII_SYMBOLS),
        (False, {"TERM": "linux"}, UNICODE_SYMBOLS),
    ],
)
def test_the_terminal_decides_unless_set(setting, environ, signs):
    assert choose_symbols(setting, environ) is signs


def test_every_sign_is_one_cell():
    for look in STATES.values():
        assert cell_len(look.symbol) == cell_len(look.ascii) == 1
    for signs in (UNICODE_SYMBOLS, ASCII_SYMBOLS):
        for sign in (signs.mark, signs.cursor, signs.pen, signs.pen_place, signs.ellipsis):
            assert cell_len(sign) == 1
        assert len(signs.eighths) == 9
        assert len(signs.spark) == 8


def test_a_state_is_word_symbol_and_colour_also_when_unknown():
    assert state_span("hand") == ("◆ needs a hand", "state-hand")
    assert state_span("drawing", 12) == ("▶ drawing   ", "state-drawing")
    assert state_span("new_one\x1b") == ("· new one␛", "state-idle")


@given(st.floats(allow_nan=True, allow_infinity=True), st.integers(0, 60))
def test_a_bar_has_its_width_and_is_full_only_when_done(share, width):
    (done, _), (rest, _) = progress_bar(share, width)
    assert cell_len(done + rest) == width
    if width:
        assert (rest == "" and not done.endswith("╸")) == (share >= 1)
        assert (done == "") == (not share > 0)
    assert cell_len(block_bar(share, width)[0]) == width


def test_bars_move_by_half_cells_and_eighths():
    assert [text for text, _ in progress_bar(0.55, 10)] == ["━━━━━╸", "────"]
    assert block_bar(0.5, 4)[0] == "██  "
    assert block_bar(0.53, 4)[0] == "██▏ "


def test_sparkline_shows_the_latest_values():
    assert sparkline([0, 1, 2, 7], 3)[0] == "▁▂█"
    assert sparkline([5, 5], 9)[0] == "▁▁"
    assert sparkline([], 9)[0] == ""


def test_pen_dots_have_their_pens_colours():
    assert pen_dots(["#ff0000", "#00ff00"]) == (("●", "#ff0000"), ("●", "#00ff00"))
    assert pen_dots(["#000000"] * 5, 3)[-1] == ("+", "hint")
    assert texts.symbols().pen == "●"
