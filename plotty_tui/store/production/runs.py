"""Production runs: opened, settled in one transaction, their rows in full. Listed: `run_lists`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from plotty_tui.domain import ledger, runs, sheets
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.plan import Plan as FrozenPlan
from plotty_tui.domain.runs import DrawnSheet, Results
from plotty_tui.domain.values import iso

from ..database import Row, Store
from ..events import note
from ..inventory.materials import book, check_balances, paper_stock
from ..inventory.reservations import check_promises
from ..plots.sheet_ends import settle_job_state, waste_sheet
from ..run_orders import note_through
from ..tables import Item, Job, Ledger, Paper, Pen, Piece, Run, RunMaterial, Sheet, SheetLayer
from .run_making import NewItem, NewRun, make_run


def open_run(
    store: Store,
    wanted: Sequence[tuple[Job, int]],
    devices: Sequence[str],
    batch: str | None = None,
    settings: dict[str, Any] | None = None,
    short: bool = False,
    batch_id: int | None = None,
    preset: str = "",
) -> Run:
    """Open a run for these (job, copies), one item a job and one sheet a copy, and start it: of a
    new batch by its name, or of one that there is by its id.

    Refused when a job has no plan, is being drawn already, or when pens or paper do not suffice
    for this run and the ones that are open (`short`: accepted).
    """
    with store.write():
        fresh = [(Job.get_by_id(job.id), copies) for job, copies in wanted]
        for job, _ in fresh:
            if job.plan_id is None:
                raise Refused(f"{job.name} has no plan: plotty plan {job.name!r}")
        items = [item_of_job(job, copies) for job, copies in fresh]
        new = NewRun(
            items, devices, batch=batch, batch_id=batch_id, preset=preset, settings=settings or {}
        )
        run = make_run(store, new, short)
        begin_run(store, run)
        return find_run(run.number)


def item_of_job(job: Job, copies: int) -> NewItem:
    """A line of a run: a job by its own plan, one copy a sheet."""
    layout = job.settings.get("layout") or []
    return NewItem(job.plan, job.name, job.paper, copies, job.id, job.priority, layout)


def begin_run(store: Store, run: Run, at: datetime | None = None) -> None:
    """A pending run is in progress from now on (or began at that moment): plotters take its
    sheets."""
    with store.write():
        runs.check_move(run.number, run.state, runs.IN_PROGRESS)
        Run.update(
            state=runs.IN_PROGRESS, started_at=at or store.clock.now(), revision=Run.revision + 1
        ).where(Run.id == run.id).execute()
        note(store, "run", f"{runs.run_name(run.number)} started", run=run)


def find_run(number: int) -> Run:
    """A run by its number; NotFound when there is none."""
    run = Run.get_or_none(Run.number == number)
    if run is None:
        last = Run.select().order_by(Run.number.desc()).first()
        hint = f": the last is {runs.run_name(last.number)}" if last else ": there is no run yet"
        raise NotFound(f"no {runs.run_name(number)}{hint}")
    return run


def item_rows(store: Store, run_id: int) -> list[Row]:
    """The items of a run with their sheets by fate."""
    return store.rows(
        "SELECT i.id, i.name, i.copies, i.paper, i.stock_id, i.job_id, p.design_id, "
        "p.body AS plan, p.seconds, p.pen_down_mm, "
        "sum(s.state NOT IN ('cancelled', 'planned')) AS attempted, "
        "sum(s.state = 'drawn') AS drawn, sum(s.state = 'good') AS good, "
        "sum(s.state = 'second') AS second, sum(s.state = 'spoiled') AS spoiled, "
        "sum(s.state = 'proof') AS proof, sum(s.state = 'cancelled') AS cancelled "
        "FROM item i JOIN plan p ON p.id = i.plan_id LEFT JOIN sheet s ON s.item_id = i.id "
        "WHERE i.run_id = ? GROUP BY i.id ORDER BY i.position",
        run_id,
    )


def sheet_rows(store: Store, run_id: int) -> list[Row]:
    """The sheets of a run in order: item, copy, attempt, state, device, `aside` (the plotter
    on which it was set aside), ink, seconds, reason, and
    `pieces` (id, position, name, state, reason) of those that hold several."""
    found = store.rows(
        "SELECT s.*, i.name, v.name AS device, a.name AS aside FROM sheet s "
        "JOIN item i ON i.id = s.item_id LEFT JOIN device v ON v.id = s.device_id "
        "LEFT JOIN device a ON a.id = s.aside_id WHERE s.run_id = ? "
        "ORDER BY i.position, s.copy, s.attempt",
        run_id,
    )
    by_sheet: dict[int, list[Row]] = {row.id: [] for row in found}
    for piece in store.rows(
        "SELECT p.id, p.sheet_id, p.position, p.name, p.state, p.reason, p.notes FROM piece p "
        "JOIN sheet s ON s.id = p.sheet_id WHERE s.run_id = ? ORDER BY p.sheet_id, p.position",
        run_id,
    ):
        by_sheet[piece.sheet_id].append(piece)
    for row in found:
        row["pieces"] = by_sheet[row.id]
    return found


def pen_facts(store: Store) -> dict[int, Row]:
    """Pen id -> its row, without what the ledger says of it."""
    return {row.id: row for row in store.rows("SELECT * FROM pen")}


def paper_prices(store: Store) -> dict[str, float | None]:
    """Paper name -> price of a sheet."""
    return {row.name: row.price for row in store.rows("SELECT name, price FROM paper")}


def material_rows(store: Store, run_id: int) -> list[Row]:
    """What a run means to take, in order: the columns of RunMaterial, `pen` its sticker, `paper`
    its name."""
    return store.rows(
        "SELECT m.*, p.code AS pen, a.name AS paper FROM run_material m "
        "LEFT JOIN pen p ON p.id = m.pen_id LEFT JOIN paper a ON a.id = m.paper_id "
        "WHERE m.run_id = ? ORDER BY m.position",
        run_id,
    )


def pen_use_rows(store: Store, run_id: int) -> list[Row]:
    """What the ledger says each pen gave to a run: `used_mm` (waste included) and `mass_g`."""
    return store.rows(
        "SELECT p.id, p.code, p.name, p.color, p.tip_mm, p.weight_g, p.tare_g, "
        "-sum(l.mm) AS used_mm, -sum(l.mass_g) AS mass_g, "
        "-coalesce(sum(CASE WHEN l.kind = 'waste' THEN l.mm END), 0) AS wasted_mm, "
        "-coalesce(sum(CASE WHEN l.kind = 'prime' THEN l.mm END), 0) AS primed_mm "
        "FROM ledger l JOIN pen p ON p.id = l.pen_id WHERE l.run_id = ? "
        "AND l.kind NOT IN ('reserve', 'release') "
        "GROUP BY p.id ORDER BY p.slot IS NULL, p.slot, p.code",
        run_id,
    )


def paper_use_rows(store: Store, run_id: int) -> list[Row]:
    """What the ledger says of the papers of a run: `used` sheets, of them `wasted`."""
    return store.rows(
        "SELECT a.id, a.name, -sum(l.sheets) AS used, "
        "-coalesce(sum(CASE WHEN l.kind = 'waste' THEN l.sheets END), 0) AS wasted "
        "FROM ledger l JOIN paper a ON a.id = l.paper_id WHERE l.run_id = ? "
        "AND l.kind NOT IN ('reserve', 'release') AND l.reason != 'more paper than counted' "
        "GROUP BY a.id ORDER BY a.name",
        run_id,
    )


def estimated_pen_mm(store: Store, run_id: int) -> dict[int | None, float]:
    """Pen id (None: no pen of the stock) -> mm that a run was expected to draw, prime and test; of
    runs from before materials were written down, what their plans say."""
    expected: dict[int | None, float] = {}
    rows = list(RunMaterial.select().where(RunMaterial.run == run_id, RunMaterial.paper.is_null()))
    for row in rows:
        mm = row.drawn_mm + row.priming_mm + row.overhead_mm
        expected[row.pen_id] = expected.get(row.pen_id, 0.0) + mm
    for item in () if rows else Item.select().where(Item.run == run_id):
        for layer in FrozenPlan.from_json(item.plan.body).layers:
            pen = layer.pen.pen_id if layer.pen else None
            expected[pen] = expected.get(pen, 0.0) + layer.pen_down_mm * item.copies
    return expected


def drawn_sheets(run: Run, judged: bool = False) -> list[DrawnSheet]:
    """The sheets of a run that wait for a verdict, with their pieces that nobody has judged yet
    (`judged`: with all)."""
    query = Sheet.select().join(Item).where(Sheet.run == run, Sheet.state == sheets.DRAWN)
    pieces: dict[int, list[int]] = {}
    for piece in (
        Piece.select().where(Piece.sheet.in_(query.select(Sheet.id))).order_by(Piece.position)
    ):
        if judged or piece.state == sheets.PLANNED:
            pieces.setdefault(piece.sheet_id, []).append(piece.id)
    return [
        DrawnSheet(
            sheet.id, sheet.item_id, sheet.copy, sheet.state, tuple(pieces.get(sheet.id, ()))
        )
        for sheet in query.order_by(Item.position, Sheet.copy, Sheet.attempt)
    ]


def settle_run(store: Store, number: int, results: Results, actor: str = "") -> None:
    """Complete a run: verdicts, ledger, figures, in one transaction. Of two that complete it at
    once one wins; the other is refused. Results that do not add up change nothing."""
    with store.write():
        run = find_run(number)
        runs.check_move(number, run.state, runs.COMPLETED)
        still = Sheet.select().where(Sheet.run == run, Sheet.state.in_(sheets.OPEN)).count()
        if still:
            raise Refused(
                f"{runs.run_name(number)} has {still} sheets that are not drawn yet: "
                "wait for them or cancel them first"
            )
        drawn = drawn_sheets(run)
        items = {item.id: item.name for item in run.items}
        runs.check_results(results, drawn, items)
        fates = runs.verdicts_of(results, drawn)
        give_verdicts(store, fates, runs.piece_verdicts(results, drawn, fates))
        close_run(store, run, runs.COMPLETED, results, actor)
        note_through(store, run.id)
        note(store, "run", f"{runs.run_name(number)} completed", run=run)


def give_verdicts(
    store: Store, fates: Mapping[int, runs.Verdict], pieces: Mapping[int, runs.Verdict]
) -> None:
    """What became of drawn sheets, and of the pieces on them. A spoiled sheet's ink and paper
    become waste. Call it in a transaction."""
    for sheet_id, verdict in fates.items():
        sheet = Sheet.get_by_id(sheet_id)
        sheets.check_move(sheet.state, verdict.fate)
        Sheet.update(state=verdict.fate, reason=verdict.reason, notes=verdict.notes).where(
            Sheet.id == sheet_id
        ).execute()
        if verdict.fate == sheets.SPOILED:
            waste_sheet(store, sheet, verdict.reason)
    for piece_id, verdict in pieces.items():
        Piece.update(state=verdict.fate, reason=verdict.reason, notes=verdict.notes).where(
            Piece.id == piece_id
        ).execute()


def _settle_pens(store: Store, run: Run, results: Results, actor: str) -> None:
    rows = pen_use_rows(store, run.id)
    booked = {row.id: row.used_mm for row in rows}
    for pen_id, mm in results.pens.items():
        difference = mm - booked.get(Pen.get_by_id(pen_id).id, 0.0)
        if abs(difference) > 0.5:
            book(
                store, ledger.ADJUST, f"settle:{run.id}:pen:{pen_id}", pen=pen_id,
                mm=-difference, run=run.id, reason="as told at completion", actor=actor,
            )  # fmt: skip
    weighed = {row.id: row.mass_g for row in rows}
    for pen_id, grams in results.grams.items():
        book(
            store, ledger.USE, f"grams:{run.id}:pen:{pen_id}", pen=Pen.get_by_id(pen_id).id,
            mass_g=weighed.get(pen_id, 0.0) - grams, run=run.id, reason="as told at completion",
            actor=actor,
        )  # fmt: skip
    for pen_id, (before, after) in results.weights.items():
        pen = Pen.get_by_id(pen_id)
        if pen.tare_g is not None and after < pen.tare_g:
            raise Refused(
                f"pen {pen.code} weighs {after:g} g, less than its empty {pen.tare_g:g} g: "
                "weigh again"
            )
        book(
            store, ledger.USE, f"weigh:{run.id}:pen:{pen_id}", pen=pen_id,
            mass_g=after - before, run=run.id, reason="weighed", actor=actor,
        )  # fmt: skip
        Pen.update(weight_g=after, revision=Pen.revision + 1).where(Pen.id == pen_id).execute()


def _settle_paper(store: Store, run: Run, results: Results, actor: str) -> None:
    if results.sheets_used is None:
        return
    rows = paper_use_rows(store, run.id)
    booked = sum(row.used for row in rows)
    difference = results.sheets_used - booked
    if difference == 0:
        return
    if len(rows) != 1:
        names = ", ".join(row.name for row in rows) or "no paper of the stock"
        raise Refused(
            f"{results.sheets_used} sheets used cannot be booked: this run used {names}; "
            "count each paper instead"
        )
    book(
        store, ledger.ADJUST, f"settle:{run.id}:paper:{rows[0].id}", paper=rows[0].id,
        sheets=-difference, run=run.id, reason="as told at completion", actor=actor,
    )  # fmt: skip


def close_run(
    store: Store, run: Run, state: str, results: Results, actor: str, reason: str = ""
) -> None:
    """Settle what a person told beside what was booked, and close the run: completed or failed.
    Call it in a transaction."""
    _settle_pens(store, run, results, actor)
    _settle_paper(store, run, results, actor)
    for pen_id in results.dry:
        Pen.update(state="dry", revision=Pen.revision + 1).where(Pen.id == pen_id).execute()
    now = store.clock.now()
    began = results.started_at or run.started_at
    ended = run.ended_at or now
    if began is not None and began > ended:
        raise Refused(
            f"{runs.run_name(run.number)} ended {iso(ended)} and cannot have begun {iso(began)}"
        )
    rows = list(Sheet.select().where(Sheet.run == run))
    machine = sum(sheet.seconds for sheet in rows)
    Run.update(
        state=state,
        seconds=machine if results.seconds is None else results.seconds,
        human_seconds=sum(sheet.human_seconds for sheet in rows),
        quality=results.quality,
        notes=results.notes or run.notes,
        reason=reason,
        started_at=began,
        ended_at=ended,
        settled_at=now,
        revision=Run.revision + 1,
    ).where(Run.id == run.id).execute()
    keep_totals(store, run.id)
    settle_jobs(store, run)


def settle_jobs(store: Store, run: Run) -> None:
    """The jobs of a run are done, or planned again."""
    ids = [item.job_id for item in run.items]
    ids += [piece.get("job") for item in run.items for piece in item.layout]
    for job in dict.fromkeys(ids):
        settle_job_state(store, job)


def keep_totals(store: Store, run_id: int) -> None:
    """Write beside a settled run what the ledger says it took, for figures over thousands of
    runs; `check_books` compares them."""
    used = {row.id: row.used_mm for row in pen_use_rows(store, run_id)}
    loose = unassigned_mm(store, run_id)
    Run.update(ink_mm=sum(used.values()) + loose).where(Run.id == run_id).execute()
    left: dict[int | None, float] = {**used, None: loose}
    for row in RunMaterial.select().where(RunMaterial.run == run_id).order_by(RunMaterial.position):
        if row.paper_id is None:
            mm = left.pop(row.pen_id, 0.0)
            RunMaterial.update(used_mm=mm).where(RunMaterial.id == row.id).execute()


def check_books(store: Store) -> list[str]:
    """What does not balance, as sentences: drawn layers without their ledger row, ledger rows
    without their layer, paper below zero, reservations that nobody holds any more. Empty when
    the books are in order."""
    wrong = []
    for part in SheetLayer.select().where(SheetLayer.pen.is_null(False)):
        key = ledger.layer_key(part.sheet_id, part.layer, part.part)
        row = Ledger.get_or_none(Ledger.key == key)
        if row is None or abs(row.mm + part.ink_mm) > 1e-6:
            wrong.append(f"sheet {part.sheet_id} layer {part.layer}: ink drawn and booked differ")
    drawn = {ledger.layer_key(part.sheet_id, part.layer, part.part) for part in SheetLayer.select()}
    for row in Ledger.select(Ledger.key).where(Ledger.key.startswith("ink:")):
        if row.key not in drawn:
            wrong.append(f"{row.key} is booked and no layer was drawn for it")
    for paper in Paper.select():
        if paper_stock(paper.id) < 0:
            wrong.append(f"paper {paper.name} is below zero")
    return wrong + _check_totals(store) + check_balances(store) + check_promises(store)


def _check_totals(store: Store) -> list[str]:
    """Settled runs whose kept ink is not the sum of the ledger."""
    rows = store.rows(
        "SELECT r.number, r.ink_mm, coalesce((SELECT -sum(l.mm) FROM ledger l WHERE "
        "l.run_id = r.id AND l.pen_id IS NOT NULL AND l.kind NOT IN ('reserve', 'release')), 0) + "
        "coalesce((SELECT sum(p.ink_mm) FROM sheet_layer p JOIN sheet s ON s.id = p.sheet_id "
        "WHERE s.run_id = r.id AND p.pen_id IS NULL), 0) AS booked "
        "FROM run r WHERE r.ink_mm IS NOT NULL"
    )
    return [
        f"{runs.run_name(row.number)} keeps {row.ink_mm:.1f} mm of ink, the ledger {row.booked:.1f}"
        for row in rows
        if abs(row.ink_mm - row.booked) > 0.01
    ]


def unassigned_mm(store: Store, run_id: int) -> float:
    """Ink of a run that no pen of the stock gave."""
    row = store.row(
        "SELECT coalesce(sum(p.ink_mm), 0) AS mm FROM sheet_layer p "
        "JOIN sheet s ON s.id = p.sheet_id WHERE s.run_id = ? AND p.pen_id IS NULL",
        run_id,
    )
    return row.mm if row else 0.0
