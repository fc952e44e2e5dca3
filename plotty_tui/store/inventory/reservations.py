"""What open runs hold of pens and paper, before they draw.

A promise is a ledger row (reserve, release) that moves no stock. What a run still holds is what it
was promised less what it has taken, so use is never counted twice; when nothing of it is left to
draw, the rest is released.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import peewee as pw

from plotty_tui.domain import ledger, runs
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.stock import Holder, Need, paper_shortage, pen_shortage

from ..database import Store
from ..tables import Item, Ledger, Paper, Pen, Run, RunMaterial, Sheet
from .materials import book, paper_stock, pen_left_mm

OPEN_RUNS = (runs.PENDING, runs.IN_PROGRESS)

# What each open run was promised of each pen or paper, less what it has taken.
_HOLDERS = f"""
    SELECT l.{{subject}}_id AS id, r.id AS run_id, r.number,
      -sum(CASE WHEN l.kind IN ('reserve', 'release') THEN l.{{amount}} ELSE 0 END) AS promised,
      -sum(CASE WHEN l.kind NOT IN ('reserve', 'release') THEN l.{{amount}} ELSE 0 END) AS taken
    FROM run r JOIN ledger l ON l.run_id = r.id
    WHERE r.state IN ('{OPEN_RUNS[0]}', '{OPEN_RUNS[1]}') AND l.{{subject}}_id IS NOT NULL {{one}}
    GROUP BY 1, r.id HAVING promised > 0 ORDER BY r.number
"""
PEN, PAPER = "pen", "paper"


def holders(store: Store, subject: str) -> dict[int, list[Holder]]:
    """Pen or paper id (`subject` is PEN or PAPER) -> the open runs that hold some of it, with the
    mm or sheets that each still holds."""
    return _holders(store, subject, "", ())


def pen_holders(store: Store, pen_id: int, besides_run: int | None = None) -> list[Holder]:
    """The open runs that hold ink of this pen, with the mm each still holds. `besides_run` (a run's
    id) leaves that one out."""
    return _holders_of(store, PEN, pen_id, besides_run)


def paper_holders(store: Store, paper_id: int, besides_run: int | None = None) -> list[Holder]:
    """The open runs that hold sheets of this paper, with how many each still holds."""
    return _holders_of(store, PAPER, paper_id, besides_run)


def reserved_pen_mm(store: Store, pen_id: int, besides_run: int | None = None) -> float:
    """mm of this pen that open runs hold and have not drawn yet."""
    return sum(holder.amount for holder in pen_holders(store, pen_id, besides_run))


def reserved_sheets(store: Store, paper_id: int, besides_run: int | None = None) -> int:
    """Sheets of this paper that open runs hold and have not begun yet."""
    return round(sum(holder.amount for holder in paper_holders(store, paper_id, besides_run)))


def _holders_of(store: Store, subject: str, subject_id: int, besides: int | None) -> list[Holder]:
    one = f"AND l.{subject}_id = ? AND r.id != ?"
    values = (subject_id, -1 if besides is None else besides)
    return _holders(store, subject, one, values).get(subject_id, [])


def _holders(
    store: Store, subject: str, one: str, values: tuple[int, ...]
) -> dict[int, list[Holder]]:
    amount = "mm" if subject == PEN else "sheets"
    found: dict[int, list[Holder]] = {}
    for row in store.rows(_HOLDERS.format(subject=subject, amount=amount, one=one), *values):
        held = row.promised - max(0.0, row.taken)
        if held > 0:
            found.setdefault(row.id, []).append(Holder(row.number, held))
    return found


# What a run needs --------------------------------------------------------------------------------


def needs_of_run(store: Store, run: Run) -> list[Need]:
    """What a run means to take in all: the pens and papers of its materials; where it names none,
    those of its plans. Two rows on one pen stay two; a check sums them."""
    rows = list(RunMaterial.select().where(RunMaterial.run == run).order_by(RunMaterial.position))
    items = list(Item.select().where(Item.run == run).order_by(Item.position))
    pens = [
        Need(row.label or row.pen.name, pen=row.pen_id,
             mm=row.drawn_mm + row.priming_mm + row.overhead_mm)
        for row in rows if row.pen_id is not None
    ]  # fmt: skip
    papers = [
        Need(row.paper.name, paper=row.paper_id, sheets=row.sheets + row.spare)
        for row in rows if row.paper_id is not None
    ]  # fmt: skip
    if not rows:
        pens = [need for item in items for need in _plan_needs(item)]
    if not papers:
        papers = [
            Need(item.paper, paper=item.stock_id, sheets=item.copies)
            for item in items if item.stock_id is not None
        ]  # fmt: skip
    return pens + papers


def _plan_needs(item: Item) -> list[Need]:
    return [
        Need(layer.name, pen=layer.pen.pen_id, mm=layer.pen_down_mm * item.copies)
        for layer in Plan.from_json(item.plan.body).layers
        if layer.pen and layer.pen.pen_id is not None
    ]


def _shortages(store: Store, run: Run, needs: Sequence[Need]) -> list[str]:
    """What is short for this run after what the others hold, a sentence each with its numbers;
    empty when all is there. Pens without a known life and paper that is not counted never are."""
    copies = sum(item.copies for item in Item.select().where(Item.run == run))
    found = []
    for pen_id, mine in _by(needs, PEN).items():
        pen = Pen.get_by_id(pen_id)
        left = pen_left_mm(pen_id)
        if left is None:
            continue
        taken = _taken(run, PEN, pen_id)
        holders = pen_holders(store, pen_id, run.id)
        found += pen_shortage(pen.code, left + taken, mine, holders, copies)
    for paper_id, mine in _by(needs, PAPER).items():
        taken = round(_taken(run, PAPER, paper_id))
        stock = paper_stock(paper_id) + taken
        holders = paper_holders(store, paper_id, run.id)
        found += paper_shortage(Paper.get_by_id(paper_id).name, stock, mine, holders)
    return found


def _by(needs: Iterable[Need], subject: str) -> dict[int, list[Need]]:
    found: dict[int, list[Need]] = {}
    for need in needs:
        subject_id = getattr(need, subject)
        if subject_id is not None:
            found.setdefault(subject_id, []).append(need)
    return found


# Promising and releasing -------------------------------------------------------------------------


def reserve_run(store: Store, run: Run, short: bool = False) -> None:
    """Promise a run what it means to take. Called again after the run was edited, it promises or
    releases the difference. Refused, naming the rows and who holds the rest, when that is not
    there after what other runs hold; `short` promises all the same (a person accepted it)."""
    with store.write():
        needs = needs_of_run(store, run)
        wanting = [] if short else _shortages(store, run, needs)
        if wanting:
            raise Refused("; ".join(wanting))
        _promise(store, run, PEN, {
            pen: sum(need.mm for need in mine) for pen, mine in _by(needs, PEN).items()
        })  # fmt: skip
        _promise(store, run, PAPER, {
            paper: sum(need.sheets for need in mine) for paper, mine in _by(needs, PAPER).items()
        })  # fmt: skip


def _promise(store: Store, run: Run, subject: str, wanted: dict[int, float]) -> None:
    """Bring what the run as a whole was promised to these amounts."""
    so_far = _promised(run, subject, ledger.promise_key(run.id, subject))
    for subject_id in sorted({*so_far, *wanted}):
        more = wanted.get(subject_id, 0) - so_far.get(subject_id, 0)
        if abs(more) > 1e-6:
            key = ledger.promise_key(run.id, subject)
            _book_promise(store, run, key, subject, subject_id, more)


def reserve_attempt(store: Store, sheet: Sheet) -> None:
    """A sheet that is drawn once more, in the same run, is promised its own ink and paper. Telling
    it twice books once. Nothing is checked: a spoiled sheet has to be replaced."""
    with store.write():
        for subject in (PEN, PAPER):
            for subject_id, amount in _whole_sheet(sheet.item, subject).items():
                key = f"{ledger.sheet_promise_key(sheet.id)}:{subject}:{subject_id}"
                _book_once(store, sheet.run, key, subject, subject_id, amount)


def release_sheets(store: Store, ended: Sequence[Sheet]) -> None:
    """What these sheets of one run, which ended early, would still have taken is free again.
    Telling it twice books once; call it in a transaction."""
    run = ended[0].run
    for subject in (PEN, PAPER):
        promised = _promised(run, subject)
        for subject_id, rest in _rest_of(ended, subject).items():
            held = promised.get(subject_id, 0) - _taken(run, subject, subject_id)
            key = f"{ledger.sheet_release_key(ended[0].id)}:{subject}:{subject_id}"
            if min(rest, held) > 1e-6:
                _book_once(store, run, key, subject, subject_id, -min(rest, held))


def _rest_of(ended: Sequence[Sheet], subject: str) -> dict[int, float]:
    """Pen or paper id -> what these sheets would still have taken."""
    wholes: dict[int, dict[int, float]] = {}  # by item: a run has many sheets and few items
    rest: dict[int, float] = {}
    for sheet in ended:
        if sheet.item_id not in wholes:
            wholes[sheet.item_id] = _whole_sheet(sheet.item, subject)
        for subject_id, amount in wholes[sheet.item_id].items():
            taken = 0.0
            if sheet.started_at is not None:
                taken = max(0.0, _sum_taken(Ledger.sheet == sheet, subject, subject_id))
            rest[subject_id] = rest.get(subject_id, 0) + max(0.0, amount - taken)
    return rest


def release_run(store: Store, run: Run) -> None:
    """Nothing of this run is left to draw: what it holds is free again."""
    with store.write():
        for subject in (PEN, PAPER):
            for subject_id, amount in _promised(run, subject).items():
                if abs(amount) > 1e-6:
                    key = ledger.promise_key(run.id, subject)
                    _book_promise(store, run, key, subject, subject_id, -amount)


def _book_promise(
    store: Store, run: Run, start: str, subject: str, subject_id: int, amount: float
) -> None:
    number = Ledger.select().where(Ledger.run == run, Ledger.key.startswith(f"{start}:")).count()
    _book_once(store, run, f"{start}:{subject_id}:{number}", subject, subject_id, amount)


def _book_once(
    store: Store, run: Run, key: str, subject: str, subject_id: int, amount: float
) -> None:
    """More is promised, or (below zero) released."""
    column = {"mm": -amount} if subject == PEN else {"sheets": -round(amount)}
    kind = ledger.RESERVE if amount > 0 else ledger.RELEASE
    book(store, kind, key, run=run.id, **{subject: subject_id}, **column)


def _promised(run: Run, subject: str, start: str = "") -> dict[int, float]:
    """Pen or paper id -> what the run is promised (by rows whose key begins with `start`)."""
    column = getattr(Ledger, subject)
    query = Ledger.select().where(
        Ledger.run == run, Ledger.kind.in_(ledger.PROMISES), column.is_null(False)
    )
    found: dict[int, float] = {}
    for row in query:
        if row.key.startswith(start):
            amount = -row.mm if subject == PEN else -row.sheets
            subject_id = getattr(row, f"{subject}_id")
            found[subject_id] = found.get(subject_id, 0) + amount
    return found


def _taken(run: Run, subject: str, subject_id: int) -> float:
    return max(0.0, _sum_taken(Ledger.run == run, subject, subject_id))


def _sum_taken(whose: Any, subject: str, subject_id: int) -> float:
    amount = Ledger.mm if subject == PEN else Ledger.sheets
    total = Ledger.select(pw.fn.SUM(amount)).where(
        whose, Ledger.kind.not_in(ledger.PROMISES), getattr(Ledger, subject) == subject_id
    )
    return -(total.scalar() or 0)


def _whole_sheet(item: Item, subject: str) -> dict[int, float]:
    """Pen id -> mm, or paper id -> sheets, of one sheet by its plan."""
    if subject == PAPER:
        return {} if item.stock_id is None else {item.stock_id: 1}
    pens: dict[int, float] = {}
    for layer in Plan.from_json(item.plan.body).layers:
        if layer.pen and layer.pen.pen_id is not None:
            pens[layer.pen.pen_id] = pens.get(layer.pen.pen_id, 0.0) + layer.pen_down_mm
    return pens


def check_promises(store: Store) -> list[str]:
    """What does not balance among the reservations, as sentences; empty when they are in order."""
    wrong = []
    rows = store.rows(
        "SELECT r.number, r.state, p.code AS pen, a.name AS paper, -sum(l.mm) AS mm, "
        "-sum(l.sheets) AS sheets FROM ledger l JOIN run r ON r.id = l.run_id "
        "LEFT JOIN pen p ON p.id = l.pen_id LEFT JOIN paper a ON a.id = l.paper_id "
        "WHERE l.kind IN ('reserve', 'release') GROUP BY r.id, l.pen_id, l.paper_id "
        "HAVING abs(sum(l.mm)) > 0.001 OR sum(l.sheets) != 0"
    )
    for row in rows:
        what = f"pen {row.pen}" if row.pen else f"paper {row.paper}"
        name = runs.run_name(row.number)
        if row.state not in OPEN_RUNS:
            wrong.append(f"{name} is {row.state} and still holds {what}")
        elif row.mm < 0 or row.sheets < 0:
            wrong.append(f"{name} has released more of {what} than it was promised")
    return wrong
