"""Dialogs: what they ask, what they keep, what they book."""

import shutil
from pathlib import Path

import pytest
from rich.cells import cell_len
from shown import screen_text, until
from textual.app import App
from textual.binding import Binding

from plotty_tui.domain.errors import Refused
from plotty_tui.store.plots import claims, drawing, sheet_ends
from plotty_tui.store.production import runs as run_books
from plotty_tui.store.tables import Device, Job
from plotty_tui.studio import forms, watching
from plotty_tui.studio.actions import ACTIONS, Action
from plotty_tui.studio.inventory.stock import add_paper, add_pen, list_pens
from plotty_tui.studio.jobs import intake, queue_lists
from plotty_tui.studio.machines.setup_devices import add_simulator
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.places import sample_folder
from plotty_tui.studio.planning import plans
from plotty_tui.studio.production import completion, run_detail
from plotty_tui.tui.canvas import PlotCanvas
from plotty_tui.tui.dialogs import (
    AddFiles,
    CompleteRun,
    Confirm,
    FormDialog,
    HandDialog,
    JobDetail,
    KeysHelp,
    ShowLines,
)
from plotty_tui.tui.dialogs.fields import FieldForm, fit_label
from plotty_tui.tui.dialogs.frame import LineScroll, wrap_text
from plotty_tui.tui.dialogs.reasons import AskReason
from plotty_tui.tui.rows import RowList
from plotty_tui.tui.themes import load_theme, variable_defaults

SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="60mm" viewBox="0 0 100 60">
<path d="M10 10 H90 V50 H10 Z M20 20 L80 40" fill="none" stroke="#111111"/>{more}</svg>"""

NAMES = [
    "[/nope]", "[b]bold[/b]", "[link=x]y", "\x1b[31mred", "\x1b]0;title\x07", "evil\u202egvs.",
    "two\nlines", "tab\there", "cr\rback", "日本語のロゴ", "👩\u200d👩\u200d👧 family",
    "z\u0335\u0321\u0322\u0323\u0324", "\u0301accent first", "e\u0301", "٣٤٥ עברית", "\u200b", " ",
    "a" * 120, "$name", "{name}", "%s %d", "\\", "'\"`", "<b>&amp;", "-rf", "..", "=1+1",
    "\ufeffbom", "\u2028line", "\u0085next", "\x7f", "\x9b31m", "[@click=app.quit]x[/]", "[[", "]]",
    "[red", "[not_a_style]x", "name]", "🖊️", "\U000e0041tag", "lone\udcff",
]  # fmt: skip


class Host(App):
    """A tiny dashboard to open dialogs in."""

    def __init__(self):
        super().__init__()
        self.results = []
        self.stopped = 0
        for name in ("studio-dark", "studio-light"):
            self.register_theme(load_theme(name))
        self.theme = "studio-dark"

    def get_theme_variable_defaults(self):
        return variable_defaults(self.current_theme)

    async def open(self, dialog):
        await self.push_screen(dialog, self.results.append)
        return dialog


def make_studio(folder: Path):
    """A studio with a plotter, two pens, paper, and two planned jobs."""
    store = open_studio(folder)
    add_simulator(store, "left", "v3/a3", 100)
    for name, color, slot in (("Micron black", "#111111", 1), ("Stabilo red", "#c62828", 2)):
        add_pen(store, {"name": name, "color": color, "slot": slot, "life_mm": 900_000})
    add_paper(store, {"name": "a4", "sheets": 50, "gsm": 120, "price": 0.1})
    svg = folder / "logo.svg"
    red = '<path d="M5 5 H95" fill="none" stroke="#c62828"/><text x="5" y="55">lost</text>'
    svg.write_text(SVG.format(more=red))
    other = folder / "card.svg"
    other.write_text(SVG.format(more=""))
    for path, name, copies in ((svg, "Acme: Logo", 4), (other, "Acme: Card", 2)):
        intake.add_designs(store, [str(path)], intake.Wish(name=name, copies=copies, paper="a4"))
    plans.plan_jobs(store, intake.open_jobs(store), "fast", workers=1)
    return store


def draw_run(store, left_open: int = 0) -> int:
    """Open a run for all jobs and draw its sheets; the last `left_open` stay in the queue."""
    wanted = [(job, job.copies) for job in intake.open_jobs(store)]
    run = run_books.open_run(store, wanted, ["left"])
    device = Device.get(Device.name == "left")
    pens = {row.color: row.id for row in list_pens(store)}
    total = sum(copies for _, copies in wanted)
    for _ in range(total - left_open):
        claim = claims.claim_sheet(store, device.id)
        drawing.move_sheet(store, claim.sheet, "loaded")
        for number, layer in enumerate(claim.plan.layers):
            device.loaded_pen = layer.pen.pen_id or pens["#111111"]
            device.save()
            drawing.begin_layer(store, claim.sheet)
            ink = layer.pen_down_mm
            drawing.finish_layer(store, claim.sheet, number, layer.strokes, ink, layer.seconds)
        sheet_ends.finish_sheet(store, claim.sheet)
    return run.number


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A studio with planned jobs, made once."""
    folder = tmp_path_factory.mktemp("template")
    make_studio(folder).close()
    return folder


@pytest.fixture
def store(template, tmp_path):
    """A studio of the test's own."""
    folder = tmp_path / "studio"
    shutil.copytree(template, folder)
    opened = open_studio(folder)
    yield opened
    opened.close()


FIELDS = (
    forms.Field("name", "Name", required=True, help="what is written on it"),
    forms.Field("copies", "Copies", forms.whole, "1", required=True),
    forms.Field("kind", "Kind", choices=("gel", "brush", "fountain"), group="More"),
    forms.Field("note", "Note", group="More"),
)


async def test_form_focuses_the_first_wrong_field_and_keeps_what_was_typed():
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = await app.open(FormDialog("Pen", FIELDS, lambda typed: typed, hint="a hint"))
        await pilot.pause()
        assert "what is written on it" in screen_text(app)
        await pilot.press("tab", "backspace", *"lots", "tab", "right", "tab", *"mine", "ctrl+s")
        assert dialog.form.focused_key() == "name"
        assert "is needed" in dialog.form.wrong("name")
        await pilot.press(*"Stabilo", "ctrl+s")
        assert dialog.form.focused_key() == "copies"
        assert "'lots' is not a number" in screen_text(app)
        await pilot.press(*["backspace"] * 4, "3", "ctrl+s")
        await until(pilot, lambda: app.results)
    assert app.results == [{"name": "Stabilo", "copies": "3", "kind": "brush", "note": "mine"}]


async def test_form_says_a_refusal_and_stays():
    asked = []

    def submit(typed):
        asked.append(typed["name"])
        if len(asked) == 1:
            raise Refused("slot 2 holds K-02 [/red]: choose another slot")
        if len(asked) == 2:
            raise forms.FormError("note", "no note of that kind")
        return "kept"

    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = await app.open(FormDialog("Pen", FIELDS, submit))
        await pilot.press(*"Pen", "ctrl+s")
        await until(pilot, lambda: "slot 2 holds K-02 [/red]" in screen_text(app))
        assert dialog.form.typed["name"] == "Pen"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: dialog.form.wrong("note"))
        assert dialog.form.focused_key() == "note"
        await pilot.press("enter")  # the last field: enter saves
        await until(pilot, lambda: app.results)
    assert app.results == ["kept"]


async def test_form_asks_before_it_forgets():
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(FormDialog("Pen", FIELDS, dict))
        await pilot.press("escape")
        assert app.results == [None]
        dialog = await app.open(FormDialog("Pen", FIELDS, dict))
        await pilot.press("x", "escape")
        assert isinstance(app.screen, Confirm)
        await pilot.press("enter")  # the safe answer
        assert app.screen is dialog
        assert dialog.form.typed["name"] == "x"
        await pilot.press("escape", "y")
        assert app.results == [None, None]


async def test_confirm_takes_only_y_for_yes():
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("y", "n", "enter", "escape"):
            await app.open(Confirm("Cancel RUN-042?", "11 sheets go back to the queue"))
            await pilot.press(key)
    assert app.results == [True, False, False, False]


async def test_stop_key_works_in_a_dialog_while_typing():
    class Stopping(Host):
        BINDINGS = [Binding("f8,ctrl+backslash", "stop_all", priority=True)]  # noqa: RUF012

        def action_stop_all(self):
            self.stopped += 1

    app = Stopping()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(FormDialog("Pen", FIELDS, dict))
        await pilot.press("a", "f8", "ctrl+backslash")
        assert app.stopped == 2


async def test_one_key_completes_a_run_and_shows_its_card(store):
    number = draw_run(store)
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(CompleteRun(store, number))
        await pilot.pause()
        assert "6 good" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: "Completed" in screen_text(app))
        assert "Acme: Logo: 4/4 successful" in screen_text(app)
        await pilot.press("escape")
    (detail,) = app.results
    assert detail.state == "completed"
    assert detail.quality == 5
    assert run_books.check_books(store) == []
    assert run_detail.run_detail(store, number).papers[0].used == 6


async def test_spoiling_a_sheet_asks_why_and_is_in_the_card(store):
    number = draw_run(store)
    app = Host()
    async with app.run_test(size=(120, 40)) as pilot:
        dialog = await app.open(CompleteRun(store, number))
        await pilot.press("j", "x")
        assert "Why is this sheet spoiled?" in screen_text(app)
        await pilot.press("j", "enter")  # ink skip
        await pilot.pause()
        text = screen_text(app)
        assert "5 good" in text
        assert "ink skip" in text
        item = dialog.query_one(FieldForm).typed
        assert [item[key] for key in item if key.startswith("failed:")] == ["1", "0"]
        await pilot.press("s", "o", "4", "ctrl+s")
        await until(pilot, lambda: "Completed" in screen_text(app))
        assert "(1 second, 1 failed)" in screen_text(app)
        assert "Good quality" in screen_text(app)
        await pilot.press("enter")
    sheets = app.results[0].sheets
    fates = [(sheet.state, sheet.reason) for sheet in sheets]
    assert fates[:4] == [("good", ""), ("spoiled", "ink_skip"), ("second", ""), ("proof", "")]
    assert [use.wasted for use in app.results[0].papers] == [1]


async def test_reason_other_needs_a_text(store):
    number = draw_run(store)
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(CompleteRun(store, number))
        await pilot.press("x", "G", "enter", "enter")
        assert isinstance(app.screen, AskReason)
        await pilot.press(*"the cat", "enter")
        assert "the cat" in screen_text(app)
        await pilot.press("x", "escape", "ctrl+s")
        await until(pilot, lambda: "Completed" in screen_text(app))
        await pilot.press("enter")
    assert app.results[0].sheets[0].notes == "the cat"


async def test_counts_and_sheets_follow_each_other(store):
    number = draw_run(store)
    app = Host()
    async with app.run_test(size=(120, 40)) as pilot:
        dialog = await app.open(CompleteRun(store, number))
        await pilot.press("tab", "backspace", "3")
        await pilot.pause()
        assert "3 good   3 failed" in screen_text(app)
        await pilot.press("backspace", "9")
        await pilot.pause()
        assert "9 failed of 4 drawn does not add up" in screen_text(app).replace("\n", " ")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert app.screen is dialog
        assert run_detail.run_detail(store, number).state == "in_progress"
        await pilot.press("backspace", "1", "ctrl+s")
        await until(pilot, lambda: "Completed" in screen_text(app))
        await pilot.press("enter")
    states = [sheet.state for sheet in app.results[0].sheets]
    assert states == ["good", "good", "good", "spoiled", "good", "good"]


async def test_material_by_metres_and_by_weighing(store):
    number = draw_run(store)
    app = Host()
    async with app.run_test(size=(120, 50)) as pilot:
        dialog = await app.open(CompleteRun(store, number))
        form = dialog.query_one(FieldForm)
        await pilot.pause()
        pen = next(key for key in form.typed if key.startswith("pen:"))
        weigh = pen.replace("pen", "weigh")
        form.put(pen, "3,5")
        form.focus_field("material")
        await pilot.press("right", "right", "tab", *"45.2:46")
        await pilot.pause()
        assert form.focused_key() == weigh
        assert "3.86 m of est. 2.18 m" in screen_text(app)
        await pilot.press("ctrl+s")
        assert "after 46 g is heavier than before 45.2 g" in form.wrong(weigh)
        await pilot.press(*["backspace"] * 2, *"44.9", "ctrl+s")
        await until(pilot, lambda: "Completed" in screen_text(app))
        await pilot.press("enter")
    use = app.results[0].pens[0]
    assert use.actual_mm == pytest.approx(3500)
    assert use.mass_g == pytest.approx(0.3)


async def test_completion_left_for_later_asks_when_something_was_told(store):
    number = draw_run(store)
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(CompleteRun(store, number))
        await pilot.press("s", "escape")
        assert isinstance(app.screen, Confirm)
        await pilot.press("y")
    assert app.results == [None]
    assert run_detail.run_detail(store, number).awaiting


async def test_completed_elsewhere_meanwhile_is_said(store):
    number = draw_run(store)
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(CompleteRun(store, number))
        await pilot.pause()
        detail = run_detail.run_detail(store, number)
        completion.complete_run(store, number, completion.results_of_form(detail, {}))
        await pilot.press("enter")
        await until(pilot, lambda: "RUN-001 is completed" in screen_text(app))


async def test_run_that_still_draws_has_no_form(store):
    number = draw_run(store, left_open=2)
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(CompleteRun(store, number))
        await pilot.pause()
        assert "2 sheets that are not drawn yet" in screen_text(app)
        await pilot.press("enter")
        await app.open(CompleteRun(store, 77))
        await pilot.pause()
        assert "no RUN-077" in screen_text(app)


# The picker --------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    """A folder of drawings, other files and a folder."""
    folder = tmp_path / "drawings"
    (folder / "older").mkdir(parents=True)
    for number in range(3):
        more = f'<path d="M{number} 0 V{number + 5}" fill="none" stroke="#c62828"/>'
        (folder / f"fox {number}.svg").write_text(SVG.format(more=more))
    (folder / "lost.SVG").write_text(SVG.format(more="<text>words</text>"))
    (folder / "broken.svg").write_text("<svg")
    (folder / "older" / "deep.svg").write_text(
        SVG.format(more='<path d="M0 0 L9 9" stroke="red"/>')
    )
    for name in ("notes.txt", ".hidden.svg", "readme"):
        (folder / name).write_text("no drawing")
    (folder / "dangling.svg").symlink_to(folder / "gone.svg")
    return folder


def shown_rows(app):
    return [path.name for path in app.screen.query_one(RowList)._keys]


async def test_picker_lists_folders_and_drawings_and_goes_through_them(store, files):
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(AddFiles(store, files))
        every = ["older", "broken.svg", "fox 0.svg", "fox 1.svg", "fox 2.svg", "lost.SVG"]
        await until(pilot, lambda: shown_rows(app) == every)
        await pilot.press("enter")
        await until(pilot, lambda: shown_rows(app) == ["deep.svg"])
        await pilot.press("backspace")
        await until(pilot, lambda: shown_rows(app) == every)
        assert app.screen.query_one(RowList).cursor_key == files / "older"
        await pilot.press("/", *"fox", "enter")
        assert shown_rows(app) == ["fox 0.svg", "fox 1.svg", "fox 2.svg"]
        assert "3 of 5" in screen_text(app)
        await pilot.press("escape")
        assert shown_rows(app) == every
        await pilot.press("ctrl+l", *"older/deep.svg", "enter")
        await until(pilot, lambda: shown_rows(app) == ["deep.svg"])
        await pilot.press("ctrl+l", "ctrl+u", *"/no/such/folder", "enter")
        await until(pilot, lambda: "cannot be opened" in screen_text(app))
        await pilot.press("escape")
        assert app.results == [None]


async def test_picker_shows_what_is_in_a_file(store, files):
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(AddFiles(store, files))
        await until(pilot, lambda: shown_rows(app))
        await pilot.press("G")
        await until(pilot, lambda: "100 × 60 mm" in screen_text(app))
        await until(pilot, lambda: app.screen.query_one(PlotCanvas).strokes_done == 2)
        assert "1 text is not drawn" in screen_text(app)
        assert any("\u2800" < sign < "\u28ff" for sign in screen_text(app))
        app.screen.query_one(RowList).move_to_key(files / "broken.svg")
        await until(pilot, lambda: "1 text is not drawn" not in screen_text(app))
        assert "broken.svg" in app.screen.query_one("#about", LineScroll).text
        await pilot.resize_terminal(120, 40)
        app.screen.query_one(RowList).move_to_key(files / "fox 0.svg")
        await until(pilot, lambda: "100 × 60 mm" in screen_text(app))


async def test_picker_adds_the_marked_files(store, files):
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(AddFiles(store, files))
        await until(pilot, lambda: shown_rows(app))
        await pilot.press("*")
        assert "5 marked" in screen_text(app)
        await pilot.press("ctrl+s")
        assert "Add 5 drawings" in screen_text(app)
        await pilot.press(*"Fox", "tab", *"a99", "ctrl+s")
        await until(pilot, lambda: "a99" in screen_text(app) and "no paper" in screen_text(app))
        await pilot.press(*["backspace"] * 3, *"a4", "tab", "backspace", "2", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ShowLines))
        text = screen_text(app)
        assert "4 drawings added" in text
        assert "Fox 01" in text
        assert "broken.svg" in text
        assert "1 text is not drawn" in text
        await pilot.press("enter")
        await pilot.pause()
    (added,) = app.results
    assert sum(1 for one in added if one.job_id) == 4
    rows = [row for row in queue_lists.queue_rows(store) if row.name.startswith("Fox")]
    assert (rows[0].name, rows[0].copies, rows[0].paper) == ("Fox 01", 2, "a4")


async def test_picker_marks_no_folders_and_one_file_needs_no_mark(store, files):
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(AddFiles(store, files))
        await until(pilot, lambda: shown_rows(app))
        await pilot.press("space")
        assert app.screen.query_one(RowList).marks == frozenset()
        await pilot.press("ctrl+s")
        assert "Mark files with space" in screen_text(app)
        await pilot.press("j", "j", "enter")
        assert "Add fox 0.svg" in screen_text(app)
        await pilot.press("escape", "escape")
    assert app.results == [None]


# What is shown -----------------------------------------------------------------------------------


async def test_job_detail_has_plan_findings_and_drawing(store):
    job = Job.get(Job.name == "Acme: Logo")
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(JobDetail(store, job.id))
        canvas = app.screen.query_one(PlotCanvas)
        await until(pilot, lambda: canvas.strokes_done > 0)
        text = screen_text(app)
        assert "preset fast, 1 pen change" in text
        assert "K-02" in text
        assert "1 text is not drawn" in text
        await pilot.press("escape")
        await app.open(JobDetail(store, 999))
        await pilot.pause()
        assert "no job number 999" in screen_text(app)


def hand_of(kind, **more):
    values = {"text": "Acme: Card copy 4 of 10", "pen": "", "color": "", "paper": ""}
    return watching.HandView(id=1, device="right", kind=kind, since=None, **{**values, **more})


ANSWERS = [
    ("pen", ["enter"], {"do": "ready"}),
    ("paper", ["enter"], {"do": "ready"}),
    ("pen", ["p", "j", "enter"], {"do": "ready", "pen": "K-02"}),
    ("pen", ["p", "escape", "enter"], {"do": "ready"}),
    ("pen", ["x", "y"], {"do": "cancel"}),
    ("pen", ["r", "escape"], None),
    ("interrupted", ["enter"], {"do": "resume"}),
    ("interrupted", ["r"], {"do": "resume"}),
    ("interrupted", ["x", "n", "escape"], None),
    ("fault", ["x", "y"], {"do": "cancel"}),
    ("verdict", ["enter"], {"do": "verdict", "fate": "good", "reason": ""}),
    ("verdict", ["s"], {"do": "verdict", "fate": "second", "reason": ""}),
    (
        "verdict",
        ["x", "j", "enter"],
        {"do": "verdict", "fate": "spoiled", "reason": "ink_skip"},
    ),
    ("verdict", ["x", "escape", "g"], {"do": "verdict", "fate": "good", "reason": ""}),
    ("pen", ["g", "s", "escape"], None),
]


async def test_hand_is_answered(store):
    pens = list_pens(store)
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        for kind, keys, answer in ANSWERS:
            hand = hand_of(kind, pen="K-01 Micron black", color="#111111", paper="a4")
            await app.open(HandDialog(hand, pens))
            await pilot.pause()
            if hand.answerable:
                assert "a sheet of a4" in screen_text(app)
                assert "K-01 Micron black" in screen_text(app)
            await pilot.press(*keys)
            assert app.results == [answer], (kind, keys)
            app.results.clear()


async def test_keys_are_found_by_typing():
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(KeysHelp(ACTIONS))
        await pilot.pause()
        shown = app.screen.query_one(LineScroll).text
        assert all(action.title in shown for action in ACTIONS)
        assert "ctrl+\\" in shown
        await pilot.press(*"stop lift")
        assert "Lift all pens" in screen_text(app)
        assert "Add SVG" not in screen_text(app)
        await pilot.press(*"zzz")
        assert "no key does that" in screen_text(app)
        await pilot.press("enter")
    assert app.results == [None]


# Any text, any size ------------------------------------------------------------------------------


def no_steering(app) -> bool:
    """Nothing on the screen moves the cursor or turns the writing direction."""
    return not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 or sign in "\u202e\u2028"
                   for sign in screen_text(app).replace("\n", ""))  # fmt: skip


async def test_hostile_names_are_drawn_as_they_are(store):
    lines = [part for name in NAMES for part in (name, ((name, "bold"), (name, "hint")))]
    fields = [forms.Field(f"t{n}", one, help=one, value=one, group=one)
              for n, one in enumerate(NAMES)]  # fmt: skip
    fields += [forms.Field(f"c{n}", one, choices=(one, "other"), value=one)
               for n, one in enumerate(NAMES)]  # fmt: skip
    dialogs = [
        ShowLines("all", lines),
        FormDialog("all", fields, dict),
        KeysHelp([Action(name, name, name, name, name) for name in NAMES]),
        *(HandDialog(hand_of("pen", text=one, pen=one, paper=one)) for one in NAMES[:4]),
        *(Confirm(name, name) for name in NAMES[:4]),
    ]
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        for dialog in dialogs:
            await app.open(dialog)
            await pilot.press("tab", "down")
            assert no_steering(app), dialog
            app.pop_screen()
        dialog = await app.open(ShowLines("proof [/b]", ["proof [/b]"]))
        for name in NAMES:
            dialog.retitle(name)
            dialog.say(name)
            await pilot.pause()
            assert no_steering(app), name
        dialog.retitle("proof [/b]")
        dialog.unsay()
        await pilot.pause()
        assert screen_text(app).count("proof [/b]") == 2


async def test_hostile_names_of_files_jobs_and_runs(store, tmp_path):
    folder = tmp_path / "hostile"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        if "/" not in name and name not in ("..",):
            path = folder / f"{name[:80]}.svg"
            path.write_text(SVG.format(more=f'<path d="M{number} 0 V9" stroke="red"/>'))
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(AddFiles(store, folder))
        await until(pilot, lambda: shown_rows(app))
        for _ in range(3):
            await pilot.press("pagedown")
            assert no_steering(app)
        for word in ("*", "ctrl+s", "ctrl+s"):
            await pilot.press(word)
        await until(pilot, lambda: isinstance(app.screen, ShowLines))
        assert no_steering(app)
        await pilot.press("enter")
        await pilot.pause()
    assert not [one.error for one in app.results[0] if one.error]


async def test_small_terminals_show_the_keys(store):
    number = draw_run(store)
    pens = list_pens(store)
    makers = [
        lambda: FormDialog("A pen", forms.PEN, dict),
        lambda: CompleteRun(store, number),
        lambda: KeysHelp(ACTIONS),
        lambda: HandDialog(hand_of("pen", pen="K-01", color="#111111"), pens),
        lambda: AddFiles(store, sample_folder()),
        lambda: JobDetail(store, 1),
    ]
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        for make in makers:
            await app.open(make())
            await pilot.pause()
            assert "esc" in screen_text(app), type(app.screen)
            await pilot.resize_terminal(60, 16)
            await pilot.pause()
            assert "esc" in screen_text(app), type(app.screen)
            await pilot.resize_terminal(80, 24)
            app.pop_screen()


def test_labels_and_lines_fit():
    assert fit_label("K-05 Pigma Micron 03 black: metres", 24) == "K-05 Pigma Micr…: metres"
    assert wrap_text("  one two three four", 12) == ["  one two", "    three", "    four"]
    assert wrap_text("a" * 25, 12) == ["a" * 10, "  " + "a" * 10, "  " + "a" * 5]
    assert [cell_len(line) for line in wrap_text("日本語" * 9, 20)] == [18, 20, 20]
    assert wrap_text("", 12) == [""]
