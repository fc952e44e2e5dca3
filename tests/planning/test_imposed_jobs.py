"""Imposed sheets as jobs: planned, drawn and judged like any other, position by position."""

from __future__ import annotations

import pytest

from plotty_tui.domain.errors import Refused
from plotty_tui.store.inventory import materials
from plotty_tui.store.jobs import imposed, queue
from plotty_tui.store.production import runs
from plotty_tui.store.tables import Design, Item, Piece
from plotty_tui.studio.inventory import stock
from plotty_tui.studio.jobs import imposing, intake
from plotty_tui.studio.jobs.imposing import Imposing, impose_jobs, parse_wanted
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import plans


def svg(width, height, color="#000000"):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}" fill="none"><path d="M 5 5 h {width - 10}" '
        f'stroke="{color}"/><path d="M 5 9 h {width - 10}" stroke="{color}"/></svg>'
    )


@pytest.fixture
def store(tmp_path):
    books = open_studio(tmp_path / "studio")
    stock.add_pen(books, {"name": "black", "color": "#000000", "life_mm": 1e6})
    stock.add_paper(books, {"name": "a5", "sheets": 20})
    for name, size, copies in (("Card", (85, 55), 12), ("Tag", (40, 40), 6)):
        path = tmp_path / f"{name}.svg"
        path.write_text(svg(*size))
        intake.add_designs(books, [str(path)], intake.Wish(name=f"Acme: {name}", copies=copies))
    yield books
    books.close()


def job(store, name):
    return queue.find_jobs(store, [name])[0]


def test_twelve_pieces_on_three_sheets_of_four(store):
    (made,) = impose_jobs(store, parse_wanted(store, ["Acme: Card=12"]), Imposing("a5"))

    assert (made.name, made.copies, made.pieces) == ("Acme: Card, 4 up", 3, {"Acme: Card": 4})
    sheet = job(store, made.name)
    assert (sheet.paper, sheet.client.name, sheet.copies) == ("a5", "Acme", 3)
    assert sheet.design.ink_mm == pytest.approx(4 * 150, abs=0.1)
    assert len(sheet.settings[imposed.LAYOUT]) == 4
    assert job(store, "Acme: Card").held == "drawn on Acme: Card, 4 up"
    (planned,) = plans.plan_jobs(store, [sheet], "none")
    assert planned.plan is not None
    assert planned.plan.paper_name == "a5"


def test_each_position_of_each_sheet_has_a_fate_of_its_own(store):
    (made,) = impose_jobs(store, parse_wanted(store, ["Acme: Card=12"]), Imposing("a5"))
    plans.plan_jobs(store, [job(store, made.name)], "none")
    run = runs.open_run(store, [(job(store, made.name), 3)], [])

    pieces = list(Piece.select())
    assert len(pieces) == 12
    assert {piece.position for piece in pieces} == {1, 2, 3, 4}
    assert {piece.name for piece in pieces} == {"Acme: Card"}
    (item,) = run.items
    assert item.copies == 3, "sheets, not pieces"
    assert materials.find_paper(store, "a5").id == item.stock_id


def test_some_positions_are_drawn_again_where_they_lay(store):
    (made,) = impose_jobs(store, parse_wanted(store, ["Acme: Card=4"]), Imposing("a5"))
    plans.plan_jobs(store, [job(store, made.name)], "none")
    run = runs.open_run(store, [(job(store, made.name), 1)], [])
    item = Item.get(Item.run == run)

    plan, layout = imposing.impose_again(store, item, [2, 3])
    assert [piece["x_mm"] for piece in layout] == [item.layout[k]["x_mm"] for k in (1, 2)]
    assert plan.pen_down_mm == pytest.approx(2 * 150, abs=0.1)
    assert plan.preset == "none"
    assert store.home.plan_file(plan.key).exists()
    again, _ = imposing.impose_again(store, item, [2, 3])
    assert again.id == plan.id


def test_several_designs_share_a_sheet_and_crop_marks_are_overhead(store):
    wanted = parse_wanted(store, ["Acme: *"])
    made = impose_jobs(store, wanted, Imposing("a4", crop_marks=True, name="Mixed"))

    assert sum(one.copies for one in made) == 2
    counts = {"Acme: Card": 0, "Acme: Tag": 0}
    for one in made:
        for name, number in one.pieces.items():
            counts[name] += number * one.copies
    assert counts == {"Acme: Card": 12, "Acme: Tag": 6}
    assert made[0].marks_mm > 100
    sheet = job(store, "Mixed")
    assert [layer["name"] for layer in sheet.design.layers][-1] == "crop marks"
    plans.plan_jobs(store, [sheet], "none")
    run = runs.open_run(store, [(sheet, 1)], [])
    overhead = sum(row.overhead_mm for row in run.materials)
    assert overhead == pytest.approx(made[0].marks_mm, abs=0.1)


def test_the_same_sheet_is_the_same_design(store):
    first = impose_jobs(store, parse_wanted(store, ["Acme: Tag=2"]), Imposing("a5"))
    second = impose_jobs(store, parse_wanted(store, ["Acme: Tag=2"]), Imposing("a5"))
    assert second[0].name == "Acme: Tag, 2 up 2"
    assert job(store, first[0].name).design_id == job(store, second[0].name).design_id
    assert Design.select().count() == 3


def test_an_imposed_sheet_that_is_removed_gives_its_jobs_back(store):
    (made,) = impose_jobs(store, parse_wanted(store, ["Acme: Tag"]), Imposing("a5"))
    with pytest.raises(Refused, match="is drawn on Acme: Tag, 6 up already"):
        parse_wanted(store, ["Acme: Tag"])
    intake.remove_jobs(store, [made.name])
    assert job(store, "Acme: Tag").held == ""


@pytest.mark.parametrize(
    ("words", "how", "why"),
    [
        (["Acme: Card=0"], Imposing("a5"), "0 of Acme: Card: give 1 to"),
        (["Acme: Card"], Imposing("a6", margin_mm=30), "85 x 55 mm: it does not fit a6"),
        (["Acme: Card"], Imposing("a6", margin_mm=60), "leaves nothing of a6"),
        (["Acme: Card"], Imposing("a5", gap_mm=-1), "give 0 or more"),
        (["Nobody=3"], Imposing("a5"), "no job 'Nobody'"),
        ([], Imposing("a5"), "name at least one job"),
        (["Acme: Card"], Imposing("vellum"), "no paper 'vellum'"),
    ],
)
def test_what_cannot_be_imposed_is_refused_and_nothing_is_added(store, words, how, why):
    before = queue.job_names(store)
    with pytest.raises(Refused, match=why):
        impose_jobs(store, parse_wanted(store, words), how)
    assert queue.job_names(store) == before
    assert job(store, "Acme: Card").held == ""


def test_a_sheet_of_pieces_is_no_piece(store):
    (made,) = impose_jobs(store, parse_wanted(store, ["Acme: Tag=2"]), Imposing("a5"))
    with pytest.raises(Refused, match="is an imposed sheet already"):
        impose_jobs(store, parse_wanted(store, [made.name]), Imposing("a3"))


def test_what_would_fit_one_sheet_is_suggested(store):
    def added(name, size, paper, copies):
        return {"name": name, "paper": paper, "width_mm": size[0], "height_mm": size[1],
                "copies": copies}  # fmt: skip

    words = imposing.suggestion(store, [added("Card", (85, 55), "card", 12)])
    assert words == '4 of them fit one sheet of a5: plotty impose "Card=12" --paper a5'
    assert imposing.suggestion(store, [added("Card", (85, 55), "card", 1)]) == ""
    assert imposing.suggestion(store, [added("Poster", (297, 420), "a3", 5)]) == ""
