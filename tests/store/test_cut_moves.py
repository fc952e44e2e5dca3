"""Cut between any two statements, a move of a run leaves the books as they were."""

from __future__ import annotations

import itertools

import pytest

from plotty_tui.domain.runs import Results, Verdict
from plotty_tui.store.jobs import queue
from plotty_tui.store.production import run_moves, run_replots, runs
from plotty_tui.store.production.run_corrections import Corrections, correct_run
from plotty_tui.store.production.run_making import NewRun, make_run
from plotty_tui.store.tables import Item, Piece, Run, Sheet, database


class CutError(BaseException):
    """The program ends here."""


@pytest.fixture
def shop(studio):
    """A pen, paper, and a job of two sheets with two pieces each."""
    studio.paper(sheets=10)
    studio.black = studio.pen()
    job = studio.job(copies=2, layers=((studio.black.id, 4, 1000.0),))
    layout = [{"name": "piece"}, {"name": "piece"}]
    queue.change_job(studio.store, job.id, settings={"layout": layout})
    studio.wish = studio.again(job)
    studio.left = studio.device()
    return studio


def make(shop):
    return make_run(shop.store, NewRun([runs.item_of_job(shop.wish, 2)]))


def drawn(shop):
    make(shop)
    run_moves.start_run(shop.store, 1)
    shop.draw_all(shop.left)


def settled(shop):
    drawn(shop)
    first = Sheet.select().order_by(Sheet.id).get().id
    runs.settle_run(shop.store, 1, Results(verdicts={first: Verdict("spoiled", "smear")}))


def correct(shop):
    first, last = (sheet.id for sheet in Sheet.select().order_by(Sheet.id))
    wanted = Corrections(
        pens={shop.black.id: 2500.0}, papers={1: 3}, columns={"notes": "n"},
        sheets={first: Verdict("good"), last: Verdict("spoiled", "smear")},
    )  # fmt: skip
    correct_run(shop.store, 1, wanted, "why")


def complete(shop):
    first = Sheet.select().order_by(Sheet.id).get().id
    piece = Piece.select().order_by(Piece.id.desc()).get().id
    results = Results(
        verdicts={first: Verdict("spoiled", "smear")}, pieces={piece: Verdict("spoiled", "bleed")},
        pens={shop.black.id: 2100.0}, weights={shop.black.id: (5.0, 4.0)}, sheets_used=3,
    )  # fmt: skip
    runs.settle_run(shop.store, 1, results)


def replot(shop):
    original = Run.get()
    rows = run_replots.failed_rows(shop.store, original.id)
    run_replots.make_replot(shop.store, original, rows, {})


MOVES = {
    "make": (lambda shop: None, make),
    "start": (make, lambda shop: run_moves.start_run(shop.store, 1)),
    "cancel": (make, lambda shop: run_moves.cancel_run(shop.store, 1)),
    "edit": (
        make,
        lambda shop: run_moves.edit_run(
            shop.store, 1, run_moves.Edit(copies={Item.get().id: 4}, client="Acme")
        ),
    ),
    "fail": (drawn, lambda shop: run_moves.fail_run(shop.store, 1, "smear")),
    "complete": (drawn, complete),
    "correct": (settled, correct),
    "replot": (settled, replot),
}


@pytest.mark.parametrize("move", MOVES)
def test_a_cut_move_changes_nothing_and_can_be_told_again(shop, move, monkeypatch):
    prepare, tell = MOVES[move]
    prepare(shop)
    before = shop.dump()
    execute = database.execute_sql
    cuts = 0

    def cut_after(number):
        told = itertools.count()

        def run(sql, *more, **options):
            if sql.startswith(("INSERT", "UPDATE", "DELETE")) and next(told) == number:
                raise CutError
            return execute(sql, *more, **options)

        return run

    while True:
        monkeypatch.setattr(database, "execute_sql", cut_after(cuts))
        try:
            tell(shop)
        except CutError:
            monkeypatch.setattr(database, "execute_sql", execute)
            assert shop.dump() == before, f"cut at statement {cuts}"
            cuts += 1
        else:
            break
    monkeypatch.setattr(database, "execute_sql", execute)
    assert cuts > 1
    assert shop.dump() != before
    assert shop.wrong() == []
