"""All about one run, as its page, its result card and its JSON show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from plotty_tui.domain import costs, figures, runs, sheets
from plotty_tui.domain.costs import Cost
from plotty_tui.domain.figures import Cause
from plotty_tui.store import run_corrections, run_figures, run_replots
from plotty_tui.store import runs as books
from plotty_tui.store.database import Row, Store
from plotty_tui.store.tables import Run

from .prices import prices, run_cost
from .run_stats import NewFigures, proposals


@dataclass(frozen=True, slots=True)
class ItemResult:
    """A design of a run: how many copies were wanted, drawn, good and spoiled. On shared sheets
    (`per_sheet` above 1, or several designs on one) the copies are pieces, and `part` numbers the
    designs of an item from 1 (0: the item is one design a sheet)."""

    id: int
    name: str
    copies: int
    paper: str
    attempted: int
    drawn: int
    good: int
    second: int
    spoiled: int
    cancelled: int
    proof: int = 0
    part: int = 0
    per_sheet: int = 1
    sheets: int = 0

    @property
    def key(self) -> str:
        """How forms name it: `7`, or `7.2` for the second design of an item."""
        return f"{self.id}.{self.part}" if self.part else str(self.id)

    @property
    def fine(self) -> int:
        """Accepted copies; before the verdicts, the drawn ones."""
        return self.good + self.second + self.drawn


@dataclass(frozen=True, slots=True)
class PenUse:
    """Ink of one pen (or, without a code, of layers whose pen is not in the stock). `actual_mm` is
    all it gave: of that `primed_mm` were priming and tests, `wasted_mm` lies on spoiled sheets."""

    id: int | None
    code: str
    name: str
    color: str
    estimated_mm: float | None
    actual_mm: float | None
    wasted_mm: float = 0.0
    mass_g: float = 0.0
    weight_g: float | None = None
    primed_mm: float = 0.0
    estimated_g: float | None = None

    @property
    def variance_percent(self) -> float | None:
        """Against the estimate; None without one."""
        return figures.variance_percent(self.actual_mm, self.estimated_mm)


@dataclass(frozen=True, slots=True)
class PaperUse:
    """Sheets of one paper that a run used; `wasted` of them spoiled. `planned` with `spare` was
    what it meant to take."""

    name: str
    used: int
    wasted: int
    id: int | None = None
    planned: int | None = None
    spare: int = 0


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """What a run means to take: a pen for a layer, or a paper (`pen` is its sticker, `paper` its
    name, the other empty)."""

    id: int
    label: str
    color: str
    pen: str
    paper: str
    drawn_mm: float
    priming_mm: float
    overhead_mm: float
    mass_g: float | None
    sheets: int
    spare: int

    @property
    def total_mm(self) -> float:
        return self.drawn_mm + self.priming_mm + self.overhead_mm


@dataclass(slots=True)
class RunDetail:
    """A run as the detail page, the result card and the JSON show it. `title` is the name a person
    gave it, `failed` how many sheets and positions failed and are not drawn again yet."""

    number: int
    name: str
    state: str
    awaiting: bool
    client: str
    devices: list[str]
    preset: str
    started_at: datetime | None
    ended_at: datetime | None
    estimated_seconds: float
    seconds: float | None
    human_seconds: float
    estimated_mm: float
    actual_mm: float
    quality: int | None
    notes: str
    items: list[ItemResult] = field(default_factory=list)
    sheets: list[Row] = field(default_factory=list)
    pens: list[PenUse] = field(default_factory=list)
    papers: list[PaperUse] = field(default_factory=list)
    title: str = ""
    revision: int = 1
    reason: str = ""
    created_at: datetime | None = None
    settled_at: datetime | None = None
    archived_at: datetime | None = None
    client_rating: float | None = None
    sheet_quality: float | None = None
    rated_sheets: int = 0
    materials: list[MaterialLine] = field(default_factory=list)
    accepted: list[dict[str, str]] = field(default_factory=list)
    corrections: list[Row] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)
    replot_of: int | None = None
    replots: list[int] = field(default_factory=list)
    failed: int = 0
    cost: Cost | None = None
    estimated_cost: Cost | None = None
    proposals: list[NewFigures] = field(default_factory=list)
    currency: str = ""

    @property
    def settled(self) -> bool:
        """Whether its results are told."""
        return self.state in runs.SETTLED

    @property
    def elapsed_seconds(self) -> float | None:
        """From its start to its end by the clock on the wall, across summer time too."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()

    @property
    def open(self) -> int:
        """Sheets that are not drawn yet."""
        return sum(1 for sheet in self.sheets if sheet.state in sheets.OPEN)

    @property
    def attempted(self) -> int:
        return sum(item.attempted for item in self.items)

    @property
    def success_percent(self) -> float | None:
        """Good of attempted ones (proofs apart), once there are verdicts."""
        if not self.settled:
            return None
        tried = self.attempted - sum(item.proof for item in self.items)
        return figures.success_percent(sum(item.good for item in self.items), tried)

    @property
    def ink_variance_percent(self) -> float | None:
        """Ink against its estimate; None until the run is settled."""
        if not self.settled:
            return None
        return figures.variance_percent(self.actual_mm, self.estimated_mm)

    @property
    def time_variance_percent(self) -> float | None:
        """Machine time against its estimate; None until the run is settled."""
        if not self.settled:
            return None
        return figures.variance_percent(self.seconds, self.estimated_seconds)

    @property
    def cost_variance(self) -> float | None:
        """What it cost beyond what it was to cost; None until both are known."""
        if not self.settled or self.cost is None or self.estimated_cost is None:
            return None
        return figures.variance(self.cost.total, self.estimated_cost.total)

    @property
    def wants_replot(self) -> bool:
        """Whether something failed that nobody has drawn again yet."""
        return self.failed > 0 and self.state not in runs.OPEN


def run_detail(store: Store, number: int) -> RunDetail:
    """All about one run. NotFound when there is none."""
    with store.read():
        run = books.find_run(number)
        row = books.run_rows(store, numbers=[number])[0]
        sheet_rows = books.sheet_rows(store, run.id)
        lines = _material_lines(store, run.id)
        pens = _pen_uses(store, run.id, lines)
        quality, rated = figures.mean_quality(sheet.quality for sheet in sheet_rows)
        detail = RunDetail(
            number=number,
            name=runs.run_name(number),
            title=run.name,
            state=run.state,
            awaiting=row.awaiting,
            client=run.client.name if run.client else "",
            devices=run.devices,
            preset=run.preset,
            created_at=run.created_at,
            started_at=run.started_at,
            ended_at=run.ended_at,
            settled_at=run.settled_at,
            archived_at=run.archived_at,
            estimated_seconds=run.estimated_seconds,
            seconds=run.seconds if run.seconds is not None else row.machine_seconds or None,
            human_seconds=_human_seconds(run, sheet_rows),
            estimated_mm=run.estimated_mm,
            actual_mm=sum(pen.actual_mm or 0.0 for pen in pens),
            quality=run.quality,
            client_rating=run.client_rating,
            sheet_quality=quality,
            rated_sheets=rated,
            notes=run.notes,
            reason=run.reason,
            revision=run.revision,
            accepted=run.accepted,
            items=_item_results(store, run.id, sheet_rows),
            sheets=sheet_rows,
            pens=pens,
            papers=_paper_uses(store, run.id, lines),
            materials=lines,
            corrections=run_corrections.correction_rows(store, run.id),
            replot_of=row.replot_of_number,
            replots=[one.number for one in run_replots.replots_of(store, run.id)],
            failed=len(run_replots.failed_rows(store, run.id)),
        )
        if detail.settled:
            detail.causes = run_figures.causes_of(store, run.id)
            designs = [row.design_id for row in books.item_rows(store, run.id)]
            detail.proposals = proposals(store, designs=designs)
        _add_costs(store, run, detail)
        return detail


def _human_seconds(run: Run, sheet_rows: Sequence[Row]) -> float:
    if run.human_seconds is not None:
        return run.human_seconds
    return sum(sheet.human_seconds for sheet in sheet_rows)


def _add_costs(store: Store, run: Run, detail: RunDetail) -> None:
    """What it cost so far, and what it was to cost: the same prices on its estimates."""
    told = prices(store)
    detail.currency = told.currency
    pens = {row.code: row for row in books.pen_facts(store).values()}
    papers = books.paper_prices(store)

    def ink(code: str, mm: float) -> costs.InkUse:
        pen = pens.get(code)
        return costs.InkUse(code, mm, pen.price, pen.life_mm) if pen else costs.InkUse("", mm)

    wanted = [ink(line.pen, line.total_mm) for line in detail.materials if not line.paper]
    if any(one.price is not None and not one.life_mm for one in wanted):
        detail.cost = run_cost(store, run.number)  # what the pens' types live is learned
    else:
        detail.cost = costs.cost_of(_work(detail, ink, papers), told)
    sheets_wanted = sum(item.sheets for item in detail.items if item.part < 2)
    counted = [
        costs.PaperUse(line.paper, line.sheets, papers[line.paper])
        for line in detail.materials
        if line.paper in papers
    ]
    work = costs.Work(
        wanted, counted, run.estimated_seconds, detail.human_seconds, sheets_wanted, sheets_wanted
    )
    detail.estimated_cost = costs.cost_of(work, told) if detail.materials else None


def _work(
    detail: RunDetail,
    ink: Callable[[str, float], costs.InkUse],
    papers: Mapping[str, float | None],
) -> costs.Work:
    """What it used."""
    begun = [sheet for sheet in detail.sheets if sheet.started_at is not None]
    loose = {item.paper for item in detail.items} - set(papers) if begun else set()
    return costs.Work(
        [ink(pen.code, pen.actual_mm or 0.0) for pen in detail.pens],
        [costs.PaperUse(paper.name, paper.used, papers.get(paper.name)) for paper in detail.papers],
        detail.seconds or 0.0, detail.human_seconds, len(begun),
        sum(1 for sheet in begun if sheet.state == sheets.GOOD), tuple(sorted(loose)),
        sum(1 for sheet in begun if sheet.state == sheets.DRAWN),
    )  # fmt: skip


def _item_results(store: Store, run_id: int, sheet_rows: Sequence[Row]) -> list[ItemResult]:
    results: list[ItemResult] = []
    for row in books.item_rows(store, run_id):
        mine = [sheet for sheet in sheet_rows if sheet.item_id == row.id]
        pieces = [(sheet, piece) for sheet in mine for piece in sheet.pieces]
        if pieces:
            names = list(dict.fromkeys(piece.name for _, piece in pieces))
            results += [
                _piece_result(row, part, name, [one for one in pieces if one[1].name == name])
                for part, name in enumerate(names, 1)
            ]
            continue
        results.append(
            ItemResult(
                row.id, row.name, row.copies, row.paper, row.attempted or 0, row.drawn or 0,
                row.good or 0, row.second or 0, row.spoiled or 0, row.cancelled or 0,
                row.proof or 0, sheets=row.copies,
            )
        )  # fmt: skip
    return results


def _piece_result(row: Row, part: int, name: str, mine: Sequence[tuple[Row, Row]]) -> ItemResult:
    def count(*states: str) -> int:
        return sum(1 for sheet, piece in mine if _piece_state(sheet, piece) in states)

    first = mine[0][0].id
    return ItemResult(
        row.id, name, len(mine) - count(sheets.CANCELLED), row.paper,
        len(mine) - count(sheets.PLANNED, sheets.CANCELLED), count(sheets.DRAWN),
        count(sheets.GOOD), count(sheets.SECOND), count(sheets.SPOILED), count(sheets.CANCELLED),
        count(sheets.PROOF), part, sum(1 for sheet, _ in mine if sheet.id == first), row.copies,
    )  # fmt: skip


def _piece_state(sheet: Row, piece: Row) -> str:
    """A piece is as its sheet, unless it is spoiled."""
    return piece.state if piece.state == sheets.SPOILED else sheet.state


def _material_lines(store: Store, run_id: int) -> list[MaterialLine]:
    return [
        MaterialLine(
            row.id, row.label, row.color, row.pen or "", row.paper or "", row.drawn_mm,
            row.priming_mm, row.overhead_mm, row.mass_g, row.sheets, row.spare,
        )
        for row in books.material_rows(store, run_id)
    ]  # fmt: skip


def _pen_uses(store: Store, run_id: int, lines: Sequence[MaterialLine]) -> list[PenUse]:
    """Pens of the ledger and of the plans; ink that no pen of the stock gave is a line of its
    own, so that the sum is what was drawn."""
    expected = books.estimated_pen_mm(store, run_id)
    known = books.pen_facts(store)
    used = {row.id: row for row in books.pen_use_rows(store, run_id)}
    weights: dict[str, float] = {}
    for line in lines:
        if line.mass_g is not None:
            weights[line.pen] = weights.get(line.pen, 0.0) + line.mass_g
    uses = []
    for pen_id in [*used, *(pen for pen in expected if pen not in used and pen is not None)]:
        pen, booked = known[pen_id], used.get(pen_id)
        uses.append(
            PenUse(
                id=pen_id,
                code=pen.code,
                name=pen.name,
                color=pen.color,
                estimated_mm=expected.get(pen_id),
                actual_mm=booked.used_mm if booked else 0.0,
                wasted_mm=booked.wasted_mm if booked else 0.0,
                mass_g=booked.mass_g if booked else 0.0,
                weight_g=pen.weight_g,
                primed_mm=booked.primed_mm if booked else 0.0,
                estimated_g=weights.get(pen.code),
            )
        )
    loose = books.unassigned_mm(store, run_id)
    if loose > 0 or None in expected:
        uses.append(PenUse(None, "", "not in stock", "", expected.get(None), loose))
    return uses


def _paper_uses(store: Store, run_id: int, lines: Sequence[MaterialLine]) -> list[PaperUse]:
    planned = {line.paper: line for line in lines if line.paper}
    used = {row.name: row for row in books.paper_use_rows(store, run_id)}
    uses = []
    for name in dict.fromkeys([*used, *planned]):
        row, line = used.get(name), planned.get(name)
        uses.append(
            PaperUse(
                name, row.used if row else 0, row.wasted if row else 0, row.id if row else None,
                line.sheets if line else None, line.spare if line else 0,
            )
        )  # fmt: skip
    return uses
