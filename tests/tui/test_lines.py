"""Line panels and row lists: what is said is what is drawn, and only what changed is sent."""

import asyncio

import pytest
from rich.cells import cell_len
from textual.app import App
from textual.containers import Vertical

from plotty_tui.tui.lines import FILL, LinePanel, changed_cells, fit_line
from plotty_tui.tui.rows import Column, ColumnRows, RowList, Rows, fit_columns
from plotty_tui.tui.themes import load_theme, variable_defaults

NAMES = [
    "[/nope]",
    "[link=x]y",
    "\x1b[31mred",
    "evil\u202egvs",
    "two\nlines",
    "日本語のロゴ",
    "👩\u200d👩\u200d👧 family",
    "z\u0335\u0321\u0322\u0323\u0324",
    "lone\udcff",
    "\u0301accent first",
]


class Studio(App):
    """A tiny dashboard that paints as on a terminal."""

    CSS = """
    Vertical { width: 40; height: 100%; }
    LinePanel { width: 30; height: 6; border: round white; }
    RowList { height: 10; width: 30; }
    """
    is_headless = False

    def __init__(self, *widgets):
        super().__init__()
        self.parts = widgets
        self.told = []
        for name in ("studio-dark", "studio-light", "terminal", "mono"):
            self.register_theme(load_theme(name))
        self.theme = "studio-dark"

    def get_theme_variable_defaults(self):
        return variable_defaults(self.current_theme)

    def compose(self):
        yield Vertical(*self.parts)

    def on_row_list_highlighted(self, message):
        self.told.append(("highlighted", message.key))

    def on_row_list_selected(self, message):
        self.told.append(("selected", message.key))

    def on_row_list_marked(self, message):
        self.told.append(("marked", set(message.keys)))

    def on_line_panel_clicked(self, message):
        self.told.append(("clicked", message.line))


async def painted(pilot):
    await pilot.pause()
    for _ in range(3):
        done = asyncio.Event()
        pilot.app.screen.call_after_refresh(done.set)
        await asyncio.wait_for(done.wait(), 10)


def spy(widget):
    """The regions sent from now on."""
    sent, refresh = [], widget.refresh

    def refreshed(*regions, **kind):
        sent.extend(regions or ["all"])
        return refresh(*regions, **kind)

    widget.refresh = refreshed
    return sent


def drawn(widget):
    return [widget.render_line(y).text for y in range(widget.size.height)]


# Lines


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [0, 1, 2, 7, 30])
def test_a_line_fits_its_width_whatever_is_in_it(name, width):
    for line in (
        ((name, "hint"), ("end", "")),
        ((name, ""), FILL, ("12:40", "")),
        (FILL, (name, "")),
    ):
        fitted = fit_line(line, width)
        assert sum(cell_len(text) for text, _ in fitted) == width


def test_what_stands_behind_the_fill_is_kept():
    assert fit_line((("a long name", ""), FILL, ("12:40", "hint")), 12) == (
        ("a long…", ""),
        ("12:40", "hint"),
    )
    assert fit_line((("a", ""), FILL, ("b", "")), 5) == (("a   b", ""),)


@pytest.mark.parametrize(
    ("old", "new", "cells"),
    [
        ([("abc", "")], [("abc", "")], None),
        ([("abc", "")], [("aXc", "")], (1, 2)),
        ([("abc", "")], [("a", ""), ("bc", "bold")], (1, 3)),
        ([("ab", ""), ("c", "")], [("abc", "")], None),
        ([("日x", "")], [("日y", "")], (0, 3)),
    ],
)
def test_the_cells_that_differ(old, new, cells):
    assert changed_cells(tuple(old), tuple(new), 3) == cells


async def test_a_panel_draws_names_as_they_are():
    panel = LinePanel([((name, ""),) for name in NAMES[:4]], title="[/b] left")
    async with Studio(panel).run_test() as pilot:
        await painted(pilot)
        lines = [line.rstrip() for line in drawn(panel)]
        assert lines == ["[/nope]", "[link=x]y", "␛[31mred", "evil�gvs"]
        assert all(cell_len(line) == panel.line_width for line in drawn(panel))


async def test_a_panel_told_the_same_sends_nothing():
    panel = LinePanel()
    async with Studio(panel).run_test() as pilot:
        panel.show(["one", (("two", "state-done"),)])
        await painted(pilot)
        sent = spy(panel)
        assert panel.show(["one", (("two", "state-done"),)]) == 0
        assert panel.show(["one", (("t", "state-done"), ("wo", "state-done"))]) == 0
        panel.set_title("left")
        sent.clear()
        panel.set_title("left")
        assert sent == []


async def test_a_panel_sends_only_the_cells_that_changed():
    panel = LinePanel(["sheet 9/20", "12:40 left", "third"])
    async with Studio(panel).run_test() as pilot:
        await painted(pilot)
        sent = spy(panel)
        assert panel.show(["sheet 9/20", "12:41 left", "third"]) == 1
        assert sent == [(4, 1, 1, 1)]
        sent.clear()
        assert panel.show(["sheet 9/20", "12:41 left", "third", "", "", "", "", "far below"]) == 0
        assert sent == []
        panel.show_line(2, (("thirX", "bold"),))
        assert sent == [(0, 2, 5, 1)]
        assert panel.lines[2] == (("thirX", "bold"),)


async def test_only_changed_lines_are_rendered_again():
    panel = LinePanel(["one", "two", "three"])
    async with Studio(panel).run_test() as pilot:
        await painted(pilot)
        asked, render = [], panel.render_line
        panel.render_line = lambda y: asked.append(y) or render(y)
        panel.show(["one", "TWO", "three"])
        await painted(pilot)
        assert asked == [1]
        assert render(1).text.startswith("TWO")


async def test_a_title_sends_one_line_of_the_border():
    panel = LinePanel(["one"], title="left")
    async with Studio(panel).run_test() as pilot:
        await painted(pilot)
        sent = spy(panel)
        panel.set_title("[/b] right\n")
        assert sent == [(-1, -1, 30, 1)]
        await painted(pilot)
        assert "[/b] right␤" in panel.render_lines(panel.outer_size.region)[0].text


async def test_a_panel_grows_when_its_height_is_its_lines():
    panel = LinePanel(["one"])
    async with Studio(panel).run_test() as pilot:
        panel.styles.height = "auto"
        panel.show(["one", "two", "three"])
        await painted(pilot)
        assert panel.size.height == 3
        assert drawn(panel)[2].startswith("three")


async def test_style_names_are_variables_pens_and_text_styles():
    line = (("a", "state-hand bold"), ("b", "#ff0000"), ("c", "nonsense"), ("d", "text-muted"))
    panel = LinePanel([line])
    async with Studio(panel).run_test() as pilot:
        await painted(pilot)
        a, b, c, d = (segment.style for segment in list(panel.render_line(0))[:4])
        assert (a.color.name, a.bold) == ("#f5bb52", True)
        assert b.color.name == "#ff0000"
        assert c.color == panel.rich_style.color
        assert d.color is not None
        assert all(style.bgcolor == panel.rich_style.bgcolor for style in (a, b, c, d))
        pilot.app.theme = "studio-light"
        await painted(pilot)
        assert next(iter(panel.render_line(0))).style.color.name == "#8f5200"


async def test_a_click_names_its_line():
    panel = LinePanel(["one", "two"])
    async with Studio(panel).run_test() as pilot:
        await painted(pilot)
        await pilot.click(panel, offset=(3, 2))
        await pilot.pause()
        assert pilot.app.told == [("clicked", 1)]


# Rows


class Jobs:
    """Rows whose text can change."""

    def __init__(self, keys):
        self.keys = list(keys)
        self.state = {}
        self.asked = []

    def row(self, i, width):
        self.asked.append(i)
        key = self.keys[i]
        return ((f"job {key} ", ""), FILL, (self.state.get(key, "planned"), "hint"))

    def header(self, width):
        return None


def jobs(*keys):
    return Jobs(keys)


def many(count=10_000):
    return Jobs(range(count))


async def test_ten_thousand_rows_are_asked_for_only_in_view():
    source = many()
    rows = RowList(source)
    async with Studio(rows).run_test() as pilot:
        await painted(pilot)
        assert set(source.asked) == set(range(10))
        await pilot.press("G")
        await painted(pilot)
        assert rows.cursor_key == 9999
        assert "job 9999" in drawn(rows)[9]
        assert set(source.asked) == set(range(10)) | set(range(9990, 10_000))


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        (["j", "down", "k"], 1),
        (["G"], 99),
        (["end", "g"], 0),
        (["ctrl+d"], 5),
        (["ctrl+d", "ctrl+d", "ctrl+u"], 5),
        (["pagedown"], 10),
        (["pagedown", "pageup", "up"], 0),
        (["G", "j"], 99),
        (["end", "home"], 0),
    ],
)
async def test_keys_move_the_cursor_and_it_stays_in_view(keys, row):
    rows = RowList(many(100))
    async with Studio(rows).run_test() as pilot:
        rows.focus()
        await pilot.press(*keys)
        await painted(pilot)
        assert rows.cursor == row
        assert any(line.startswith("▌") and f"job {row} " in line for line in drawn(rows))


async def test_a_cursor_move_sends_two_rows():
    rows = RowList(many(100))
    async with Studio(rows).run_test() as pilot:
        rows.focus()
        await painted(pilot)
        sent = spy(rows)
        await pilot.press("j")
        assert [region.y for region in sent] == [0, 1]
        assert pilot.app.told == [("highlighted", 1)]


async def test_a_row_sends_the_cells_that_changed_and_none_when_hidden():
    source = many(100)
    rows = RowList(source)
    async with Studio(rows).run_test() as pilot:
        await painted(pilot)
        sent = spy(rows)
        source.state[3] = "drawing"
        rows.refresh_row(3)
        assert len(sent) == 1
        assert (sent[0].y, sent[0].height) == (3, 1)
        assert sent[0].width <= 7
        await painted(pilot)
        sent.clear()
        rows.refresh_row(3)
        source.state[50] = "drawing"
        rows.refresh_row(50)
        rows.refresh_row("unknown")
        assert sent == []
        rows.move_to(50)
        await painted(pilot)
        assert any("job 50" in line and "drawing" in line for line in drawn(rows))


async def test_the_same_rows_again_send_nothing():
    rows = RowList(jobs(*"abc"))
    async with Studio(rows).run_test() as pilot:
        await painted(pilot)
        sent = spy(rows)
        rows.set_rows(jobs(*"abc"))
        rows.refresh_rows()
        assert sent == []
        rows.set_rows(jobs(*"abd"))
        assert [region.y for region in sent if region != "all"] == [2]


async def test_the_cursor_stays_on_its_key_when_rows_come_above():
    rows = RowList(jobs(*"abc"))
    async with Studio(rows).run_test() as pilot:
        await painted(pilot)
        rows.move_to_key("b")
        rows.set_rows(jobs("x", "y", *"abc"))
        assert (rows.cursor, rows.cursor_key) == (3, "b")
        rows.set_rows(jobs(*range(40), *"abc"))
        await painted(pilot)
        assert rows.cursor_key == "b"
        assert any("job b" in line for line in drawn(rows))


async def test_a_row_that_goes_hands_the_cursor_to_the_one_below():
    rows = RowList(jobs(*"abcde"))
    async with Studio(rows).run_test() as pilot:
        await painted(pilot)
        rows.move_to_key("c")
        rows.set_rows(jobs(*"abde"))
        assert rows.cursor_key == "d"
        rows.move_to_key("e")
        rows.set_rows(jobs(*"abd"))
        assert rows.cursor_key == "d"
        rows.set_rows(jobs())
        assert rows.cursor_key is None
        await painted(pilot)
        assert pilot.app.told[-1] == ("highlighted", None)


async def test_after_a_filter_the_cursor_goes_back_where_it_was_put():
    rows = RowList(jobs(*"abcde"))
    async with Studio(rows).run_test() as pilot:
        await painted(pilot)
        rows.move_to_key("d")
        rows.set_rows(jobs("a"))
        assert rows.cursor_key == "a"
        rows.set_rows(jobs(*"abcde"))
        assert rows.cursor_key == "d"


async def test_marks_survive_a_filter():
    rows = RowList(jobs(*"abcde"))
    async with Studio(rows).run_test() as pilot:
        rows.focus()
        await pilot.press("space", "j", "space")
        assert rows.marks == {"a", "c"}
        rows.set_rows(jobs("c", "e"))
        assert rows.marked_rows == ["c"]
        await pilot.press("*")
        assert rows.marks == {"a", "c", "e"}
        rows.set_rows(jobs(*"abcde"))
        await painted(pilot)
        assert [line[0] for line in drawn(rows)[:5]] == ["✓", " ", "✓", "▌", "✓"]
        await pilot.press("*", "*")
        assert rows.marks == frozenset()
        assert pilot.app.told[-1] == ("marked", set())


async def test_a_range_follows_the_cursor_until_it_is_marked():
    rows = RowList(many(100))
    async with Studio(rows).run_test() as pilot:
        rows.focus()
        await pilot.press("j", "v", "j", "j")
        assert rows.marks == {1, 2, 3}
        await painted(pilot)
        assert [line[0] for line in drawn(rows)[:5]] == [" ", "✓", "✓", "✓", " "]
        await pilot.press("escape")
        assert rows.marks == frozenset()
        await pilot.press("v", "k", "v", "G")
        assert rows.marks == {2, 3}


async def test_enter_and_double_click_select():
    rows = RowList(many(100))
    async with Studio(rows).run_test() as pilot:
        rows.focus()
        await pilot.press("j", "enter")
        assert pilot.app.told[-1] == ("selected", 1)
        await pilot.click(rows, offset=(5, 4))
        assert pilot.app.told[-1] == ("highlighted", 4)
        await pilot.click(rows, offset=(5, 4), times=2)
        assert pilot.app.told[-1] == ("selected", 4)


async def test_the_wheel_scrolls_and_leaves_the_cursor():
    rows = RowList(many(100))
    async with Studio(rows).run_test() as pilot:
        await painted(pilot)
        rows.scroll_down(animate=False)
        await painted(pilot)
        assert rows.cursor == 0
        assert "job 1 " in drawn(rows)[0]
        await pilot.click(rows, offset=(5, 0))
        assert rows.cursor == 1


async def test_fewer_rows_than_the_scroll_offset_show_from_the_top():
    rows = RowList(many(100))
    async with Studio(rows).run_test() as pilot:
        await painted(pilot)
        rows.move_to(99)
        await painted(pilot)
        rows.set_rows(jobs(98, 99))
        await painted(pilot)
        assert [line.split(" planned")[0].strip(" ▌") for line in drawn(rows)[:2]] == [
            "job 98",
            "job 99",
        ]


async def test_an_empty_list_says_so():
    rows = RowList(empty="no jobs: a adds one")
    async with Studio(rows).run_test() as pilot:
        rows.focus()
        await pilot.press("j", "G", "enter", "space", "v", "*", "escape")
        await painted(pilot)
        assert "no jobs: a adds one" in drawn(rows)[0]
        rows.set_rows(jobs("a"))
        await painted(pilot)
        assert "job a" in drawn(rows)[0]


@pytest.mark.parametrize("theme", ["studio-dark", "terminal", "mono"])
async def test_hostile_names_in_rows_keep_the_list_straight(theme):
    rows = RowList(Rows(range(len(NAMES)), lambda i: ((NAMES[i], ""), FILL, ("end", "hint"))))
    async with Studio(rows).run_test() as pilot:
        pilot.app.theme = theme
        rows.focus()
        await pilot.press("j")
        await painted(pilot)
        for line in drawn(rows):
            assert cell_len(line) == rows.size.width
            assert "\x1b" not in line
            assert line.rstrip().endswith("end")


COLUMNS = [
    Column("#", 3, "right"),
    Column("name", 8, flex=2),
    Column("client", 6, flex=1, drop=1),
    Column("time", 5, "right", drop=2),
]


def test_columns_share_the_room_and_go_in_their_order():
    assert fit_columns(COLUMNS, 40) == [(0, 3), (1, 18), (2, 11), (3, 5)]
    assert [i for i, _ in fit_columns(COLUMNS, 24)] == [0, 1, 2]
    assert [i for i, _ in fit_columns(COLUMNS, 15)] == [0, 1]
    assert [i for i, _ in fit_columns(COLUMNS, 2)] == [0, 1]


async def test_columns_have_a_header_that_stays_and_follow_the_width():
    cells = [str, lambda i: f"logo {i}", lambda i: "acme", lambda i: ("1:00", "hint")]
    source = ColumnRows(range(50), lambda i: [cell(i) for cell in cells], COLUMNS)
    rows = RowList(source)
    async with Studio(rows).run_test() as pilot:
        rows.focus()
        await painted(pilot)
        assert drawn(rows)[0].split() == ["#", "name", "client", "time"]
        assert drawn(rows)[1].split() == ["▌", "0", "logo", "0", "acme", "1:00"]
        await pilot.press("G")
        await painted(pilot)
        assert drawn(rows)[0].split() == ["#", "name", "client", "time"]
        assert "logo 49" in drawn(rows)[9]
        rows.styles.width = 16
        await painted(pilot)
        assert drawn(rows)[0].split() == ["#", "name"]
        assert rows.cursor == 49
        assert "logo 49" in drawn(rows)[9]
        await pilot.click(rows, offset=(5, 0))
        await pilot.click(rows, offset=(5, 1))
        assert rows.cursor == 41


async def test_the_cursor_shows_where_the_focus_is():
    rows, panel = RowList(jobs(*"ab")), LinePanel(["x"])
    async with Studio(rows, panel).run_test() as pilot:
        rows.focus()
        await painted(pilot)
        assert drawn(rows)[0].startswith("▌")
        panel.focus()
        await painted(pilot)
        assert drawn(rows)[0].startswith(" ")
