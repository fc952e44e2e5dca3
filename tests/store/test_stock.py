import pytest

from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.store.inventory import materials
from plotty_tui.store.machines import devices
from plotty_tui.studio.inventory import stock


def test_what_is_received_is_in_stock(studio):
    studio.paper("a4", sheets=0)

    assert materials.receive_paper(studio.store, "A4", 10) == 10
    assert materials.receive_paper(studio.store, "a4", 5) == 15
    assert studio.stock() == 15


@pytest.mark.parametrize("sheets", [0, -3, 10**20])
def test_a_delivery_has_a_number_of_sheets(studio, sheets):
    studio.paper("a4", sheets=1)

    with pytest.raises(Refused, match=f"received {sheets} sheets"):
        materials.receive_paper(studio.store, "a4", sheets)
    assert studio.stock() == 1


def test_paper_never_goes_below_zero(studio):
    paper = studio.paper("a4", sheets=3)

    with pytest.raises(Refused, match="paper a4 has 3 sheets, 4 are wanted"), studio.store.write():
        materials.book(studio.store, "use", "k", paper=paper.id, sheets=-4)
    assert studio.stock() == 3


def test_a_run_needs_its_paper_on_the_shelf(studio):
    studio.paper("a4", sheets=3)
    studio.run(studio.job("first", copies=2))

    with pytest.raises(Refused) as refused:
        studio.run(studio.job("second", copies=2))
    assert str(refused.value) == (
        "paper a4 has 3 sheets; this run and the open ones need 4 (RUN-001 holds 2): "
        "plotty paper receive a4 1"
    )
    materials.receive_paper(studio.store, "a4", 1)
    assert studio.run(type(studio.job("third")).get(name="second")).number == 2


def test_a_sheet_on_the_machine_still_needs_its_paper(studio):
    studio.paper("a4", sheets=2)
    left = studio.device()
    studio.run(studio.job("first", copies=2))
    claim = studio.load(left)

    with pytest.raises(Refused, match=r"paper a4 has 2 sheets; .* need 3"):
        studio.run(studio.job("second"))
    studio.begin(left, claim)
    with pytest.raises(Refused, match=r"paper a4 has 1 sheet; .* need 2"):
        studio.run(studio.job("third"))


def test_paper_that_is_not_counted_stops_no_run(studio):
    assert studio.run(studio.job(paper="b4", copies=100)).number == 1


def test_a_paper_is_one_however_its_name_is_written(studio):
    studio.paper("Bristol", sheets=4)

    with pytest.raises(Refused, match="there is a paper 'Bristol' already"):
        studio.paper("BRISTOL")
    with pytest.raises(NotFound, match="no paper 'Bristl': did you mean Bristol"):
        materials.find_paper(studio.store, "Bristl")


def test_a_plotter_is_one_however_its_name_is_written(studio):
    studio.device("left")

    with pytest.raises(Refused, match="there is a plotter 'left' already"):
        studio.device("LEFT")
    with pytest.raises(NotFound, match="no plotter 'lft': did you mean left"):
        devices.find_device("lft")


def test_a_size_that_comes_in_becomes_a_paper(studio):
    assert stock.receive_paper(studio.store, "A5", 20).stock == 20
    with pytest.raises(NotFound):
        stock.receive_paper(studio.store, "vellum", 20)


def test_a_paper_whose_size_nobody_knows_is_not_made(studio):
    with pytest.raises(Refused, match="give --size a4 or 210x297"):
        stock.add_paper(studio.store, {"name": "vellum", "sheets": 5})
    assert stock.list_papers(studio.store) == []


def test_a_pen_has_a_sticker_and_a_slot_of_its_own(studio):
    first = studio.pen("black", slot=1)

    assert first.code == "K-01"
    with pytest.raises(Refused, match="slot 1 holds K-01 black"):
        studio.pen("red", slot=1)
    with pytest.raises(Refused, match="there is a pen K-01 already"):
        stock.add_pen(studio.store, {"name": "red", "code": "K-01"})
    assert studio.pen("red").code == "K-02"


@pytest.mark.parametrize("word", ["K-01", "k-01", "7", "07", "BLACK"])
def test_a_pen_is_found_by_sticker_slot_or_name(studio, word):
    pen = studio.pen("black", slot=7)

    assert materials.find_pen(studio.store, word) == pen


@pytest.mark.parametrize("word", ["K-1", "8", "²", "9" * 5000, ""])
def test_a_pen_that_is_not_there_is_answered_with_the_nearest(studio, word):
    studio.pen("black", slot=7)

    with pytest.raises(NotFound, match="K-01"):
        materials.find_pen(studio.store, word)


def test_a_pens_life_arrives_in_the_ledger(studio):
    pen = studio.pen("black", life_mm=600_000)
    lifeless = studio.pen("brush", life_mm=None)
    rows = {row.code: row for row in stock.list_pens(studio.store)}

    assert (rows[pen.code].received_mm, rows[pen.code].left_mm) == (600_000, 600_000)
    assert rows[lifeless.code].left_mm is None
