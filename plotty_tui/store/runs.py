"""Production runs: opened, settled in one transaction, listed and told in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plotty_tui.domain import jobs, ledger, runs, sheets
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.plan import Plan as FrozenPlan
from plotty_tui.domain.runs import DrawnSheet, Results

from .database import Row, Store
from .drawing import settle_job_state, waste_sheet
from .events import next_number, note
from .materials import book, paper_stock
from .tables import Batch, Item, Job, Ledger, Paper, Pen, Run, Sheet, SheetLayer

_RUNS = """
    SELECT r.*, c.name AS client_name,
      (SELECT group_concat(i.name || ' ×' || i.copies, ', ') FROM item i WHERE i.run_id = r.id)
        AS items,
      (SELECT sum(i.copies) FROM item i WHERE i.run_id = r.id) AS copies,
      (SELECT count(*) FROM sheet s WHERE s.run_id = r.id) AS sheets,
      (SELECT count(*) FROM sheet s WHERE s.run_id = r.id
        AND s.state IN ('planned', 'loaded', 'drawing', 'waiting', 'interrupted')) AS open,
      (SELECT count(*) FROM sheet s WHERE s.run_id = r.id
        AND s.state IN ('drawn', 'good', 'second', 'proof')) AS drawn,
      (SELECT count(*) FROM sheet s WHERE s.run_id = r.id AND s.state = 'good') AS good,
      (SELECT count(*) FROM sheet s WHERE s.run_id = r.id AND s.state = 'spoiled') AS spoiled,
      (SELECT coalesce(sum(s.seconds), 0) FROM sheet s WHERE s.run_id = r.id) AS machine_seconds,
      (SELECT coalesce(sum(s.ink_mm), 0) FROM sheet s WHERE s.run_id = r.id) AS ink_mm
    FROM run r LEFT JOIN client c ON c.id = r.client_id
    {where} ORDER BY r.number DESC {limit}
"""


def open_run(
    store: Store,
    wanted: Sequence[tuple[Job, int]],
    devices: Sequence[str],
    batch: str | None = None,
    settings: dict[str, Any] | None = None,
) -> Run:
    """Open a run for these (job, copies), one item a job and one sheet a copy, and start it.

    Refused when a job has no plan, is being drawn already, or when its paper's stock is too small
    for this run and the ones that are open.
    """
    with store.write():
        now = store.clock.now()
        fresh = [(Job.get_by_id(job.id), copies) for job, copies in wanted]
        for job, _ in fresh:
            if job.plan_id is None:
                raise Refused(f"{job.name} has no plan: plotty plan {job.name!r}")
            if job.state == jobs.ACTIVE:
                raise Refused(f"{job.name} is being drawn already")
        run = _create_run(now, fresh, devices, batch, settings or {})
        for position, (job, copies) in enumerate(fresh):
            _add_item(run, position, job, copies)
            Job.update(state=jobs.ACTIVE, revision=Job.revision + 1).where(
                Job.id == job.id
            ).execute()
        _check_paper(run)
        note(store, "run", f"{runs.run_name(run.number)} started", run=run)
        return run


def _create_run(
    now: Any,
    wanted: list[tuple[Job, int]],
    devices: Sequence[str],
    batch: str | None,
    settings: dict[str, Any],
) -> Run:
    clients = {job.client_id for job, _ in wanted}
    presets = {job.plan.preset for job, _ in wanted}
    return Run.create(
        number=next_number("run"),
        state=runs.IN_PROGRESS,
        batch=Batch.create(name=batch, created_at=now) if batch else None,
        client=clients.pop() if len(clients) == 1 else None,
        devices=list(devices),
        preset=presets.pop() if len(presets) == 1 else "",
        settings=settings,
        estimated_seconds=sum(job.plan.seconds * copies for job, copies in wanted),
        estimated_mm=sum(job.plan.pen_down_mm * copies for job, copies in wanted),
        created_at=now,
        started_at=now,
    )


def _add_item(run: Run, position: int, job: Job, copies: int) -> None:
    stock = next(
        (p for p in Paper.select().where(Paper.retired_at.is_null())
         if p.name.casefold() == job.paper.casefold()),
        None,
    )  # fmt: skip
    item = Item.create(
        run=run, position=position, job=job, plan=job.plan_id, name=job.name,
        paper=job.paper, stock=stock, copies=copies, priority=job.priority,
    )  # fmt: skip
    Sheet.insert_many(
        [{"run": run.id, "item": item.id, "copy": copy} for copy in range(1, copies + 1)]
    ).execute()


def _check_paper(run: Run) -> None:
    """What this run and the other open ones still need must be on the shelf."""
    for paper in (
        Paper.select().join(Item, on=(Item.stock == Paper.id)).where(Item.run == run).distinct()
    ):
        wanted = (
            Sheet.select().join(Item).switch(Sheet).join(Run, on=(Sheet.run == Run.id))
            .where(
                Item.stock == paper, Run.state.in_([runs.PENDING, runs.IN_PROGRESS]),
                Sheet.state.in_([sheets.PLANNED, sheets.LOADED]),  # booked from the pen's touch on
            ).count()
        )  # fmt: skip
        stock = paper_stock(paper.id)
        if wanted > stock:
            raise Refused(
                f"paper {paper.name} has {stock} sheets; this run and the open ones need {wanted}: "
                f"plotty paper receive {paper.name} {wanted - stock}"
            )


def find_run(number: int) -> Run:
    """A run by its number; NotFound when there is none."""
    run = Run.get_or_none(Run.number == number)
    if run is None:
        last = Run.select().order_by(Run.number.desc()).first()
        hint = f": the last is {runs.run_name(last.number)}" if last else ": there is no run yet"
        raise NotFound(f"no {runs.run_name(number)}{hint}")
    return run


def run_rows(
    store: Store,
    states: Sequence[str] = (),
    limit: int | None = None,
    numbers: Sequence[int] = (),
    since: Any = None,
    until: Any = None,
) -> list[Row]:
    """Runs, newest first: numbers of sheets (`sheets`, `open`, `drawn`, `good`, `spoiled`), sums of
    their seconds and ink, and `awaiting`: all drawn, results not told."""
    tests: list[str] = []
    values: list[Any] = []
    if states:
        tests.append(f"r.state IN ({','.join('?' * len(states))})")
        values += list(states)
    if numbers:
        tests.append(f"r.number IN ({','.join('?' * len(numbers))})")
        values += list(numbers)
    for sign, when in ((">=", since), ("<", until)):
        if when is not None:
            tests.append(f"coalesce(r.started_at, r.created_at) {sign} ?")
            values.append(round(when.timestamp() * 1000))
    where = f"WHERE {' AND '.join(tests)}" if tests else ""
    bound = f"LIMIT {int(limit)}" if limit is not None else ""
    found = store.rows(_RUNS.format(where=where, limit=bound), *values)
    for row in found:
        row["awaiting"] = row.state == runs.IN_PROGRESS and row.open == 0
    return found


def item_rows(store: Store, run_id: int) -> list[Row]:
    """The items of a run with their sheets by fate."""
    return store.rows(
        "SELECT i.id, i.name, i.copies, i.paper, i.stock_id, i.job_id, p.body AS plan, "
        "p.seconds, p.pen_down_mm, "
        "sum(s.state NOT IN ('cancelled', 'planned')) AS attempted, "
        "sum(s.state = 'drawn') AS drawn, sum(s.state = 'good') AS good, "
        "sum(s.state = 'second') AS second, sum(s.state = 'spoiled') AS spoiled, "
        "sum(s.state = 'proof') AS proof, sum(s.state = 'cancelled') AS cancelled "
        "FROM item i JOIN plan p ON p.id = i.plan_id LEFT JOIN sheet s ON s.item_id = i.id "
        "WHERE i.run_id = ? GROUP BY i.id ORDER BY i.position",
        run_id,
    )


def sheet_rows(store: Store, run_id: int) -> list[Row]:
    """The sheets of a run in order: item, copy, attempt, state, device, ink, seconds, reason."""
    return store.rows(
        "SELECT s.*, i.name, v.name AS device FROM sheet s JOIN item i ON i.id = s.item_id "
        "LEFT JOIN device v ON v.id = s.device_id WHERE s.run_id = ? "
        "ORDER BY i.position, s.copy, s.attempt",
        run_id,
    )


def pen_use_rows(store: Store, run_id: int) -> list[Row]:
    """What the ledger says each pen gave to a run: `used_mm` (waste included) and `mass_g`."""
    return store.rows(
        "SELECT p.id, p.code, p.name, p.color, p.tip_mm, p.weight_g, p.tare_g, "
        "-sum(l.mm) AS used_mm, -sum(l.mass_g) AS mass_g, "
        "-coalesce(sum(CASE WHEN l.kind = 'waste' THEN l.mm END), 0) AS wasted_mm "
        "FROM ledger l JOIN pen p ON p.id = l.pen_id WHERE l.run_id = ? "
        "GROUP BY p.id ORDER BY p.slot IS NULL, p.slot, p.code",
        run_id,
    )


def paper_use_rows(store: Store, run_id: int) -> list[Row]:
    """What the ledger says of the papers of a run: `used` sheets, of them `wasted`."""
    return store.rows(
        "SELECT a.id, a.name, -sum(l.sheets) AS used, "
        "-coalesce(sum(CASE WHEN l.kind = 'waste' THEN l.sheets END), 0) AS wasted "
        "FROM ledger l JOIN paper a ON a.id = l.paper_id WHERE l.run_id = ? "
        "AND l.reason != 'more paper than counted' GROUP BY a.id ORDER BY a.name",
        run_id,
    )


def estimated_pen_mm(store: Store, run_id: int) -> dict[int | None, float]:
    """Pen id (None: no pen of the stock) -> mm that the plans of a run's items expected."""
    expected: dict[int | None, float] = {}
    for item in Item.select().where(Item.run == run_id):
        for layer in FrozenPlan.from_json(item.plan.body).layers:
            pen = layer.pen.pen_id if layer.pen else None
            expected[pen] = expected.get(pen, 0.0) + layer.pen_down_mm * item.copies
    return expected


def drawn_sheets(run: Run) -> list[DrawnSheet]:
    """The sheets of a run that wait for a verdict."""
    query = Sheet.select().join(Item).where(Sheet.run == run, Sheet.state == sheets.DRAWN)
    return [
        DrawnSheet(sheet.id, sheet.item_id, sheet.copy, sheet.state)
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
        _give_verdicts(store, runs.verdicts_of(results, drawn))
        _settle_pens(store, run, results, actor)
        _settle_paper(store, run, results, actor)
        _close_run(store, run, results)
        for item in run.items:
            settle_job_state(store, item.job_id)
        note(store, "run", f"{runs.run_name(number)} completed", run=run)


def _give_verdicts(store: Store, verdicts: dict[int, runs.Verdict]) -> None:
    for sheet_id, verdict in verdicts.items():
        sheet = Sheet.get_by_id(sheet_id)
        sheets.check_move(sheet.state, verdict.fate)
        Sheet.update(state=verdict.fate, reason=verdict.reason, notes=verdict.notes).where(
            Sheet.id == sheet_id
        ).execute()
        if verdict.fate == sheets.SPOILED:
            waste_sheet(store, sheet, verdict.reason)


def _settle_pens(store: Store, run: Run, results: Results, actor: str) -> None:
    booked = {row.id: row.used_mm for row in pen_use_rows(store, run.id)}
    for pen_id, mm in results.pens.items():
        difference = mm - booked.get(Pen.get_by_id(pen_id).id, 0.0)
        if abs(difference) > 0.5:
            book(
                store, ledger.ADJUST, f"settle:{run.id}:pen:{pen_id}", pen=pen_id,
                mm=-difference, run=run.id, reason="as told at completion", actor=actor,
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


def _close_run(store: Store, run: Run, results: Results) -> None:
    now = store.clock.now()
    machine = sum(sheet.seconds for sheet in Sheet.select().where(Sheet.run == run))
    Run.update(
        state=runs.COMPLETED,
        seconds=machine if results.seconds is None else results.seconds,
        quality=results.quality,
        notes=results.notes,
        ended_at=run.ended_at or now,
        settled_at=now,
        revision=Run.revision + 1,
    ).where(Run.id == run.id).execute()


def check_books(store: Store) -> list[str]:
    """What does not balance, as sentences: drawn layers without their ledger row, ledger rows
    without their layer, paper below zero. Empty when the books are in order."""
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
    return wrong


def unassigned_mm(store: Store, run_id: int) -> float:
    """Ink of a run that no pen of the stock gave."""
    row = store.row(
        "SELECT coalesce(sum(p.ink_mm), 0) AS mm FROM sheet_layer p "
        "JOIN sheet s ON s.id = p.sheet_id WHERE s.run_id = ? AND p.pen_id IS NULL",
        run_id,
    )
    return row.mm if row else 0.0
