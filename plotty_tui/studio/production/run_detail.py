"""All about one run, as its page, its result card and its JSON show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from plotty_tui.domain import costs, figures, runs, sheets
from plotty_tui.domain.costs import Cost
from plotty_tui.domain.figures import Cause
from plotty_tui.domain.learned import Band
from plotty_tui.domain.plot_orders import PlotOrders, orders_of
from plotty_tui.store.database import Row, Store
from plotty_tui.store.figures import run_figures
from plotty_tui.store.production import run_corrections, run_lists, run_replots
from plotty_tui.store.production import runs as books
from plotty_tui.store.tables import Run

from ..inventory.prices import prices, run_cost
from ..planning import estimates
from .run_contents import (
    ItemResult,
    MaterialLine,
    PaperUse,
    PenUse,
    item_results,
    material_lines,
    paper_uses,
    pen_uses,
)
from .run_stats import NewFigures, proposals


@dataclass(slots=True)
class RunDetail:
    """A run as the detail page, the result card and the JSON show it. `title` is the name a person
    gave it, `failed` how many sheets and positions failed and are not drawn again yet; `orders` is
    what it was told when it was started, `as_set` its plotters as they were set when it was made
    (by name: model, preset, settings); `band` what an open one is likely to take."""

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
    pen_by_pen: bool = False
    orders: PlotOrders = field(default_factory=PlotOrders)
    as_set: dict[str, Any] = field(default_factory=dict)
    band: Band | None = None

    @property
    def aside(self) -> list[Row]:
        """The begun sheets that were set aside for their next pen."""
        return [sheet for sheet in self.sheets if sheet.aside]

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
        row = run_lists.run_rows(store, numbers=[number])[0]
        sheet_rows = books.sheet_rows(store, run.id)
        lines = material_lines(store, run.id)
        pens = pen_uses(store, run.id, lines)
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
            pen_by_pen=orders_of(run.settings).pen_by_pen,
            orders=orders_of(run.settings),
            as_set=run.settings.get("devices", {}),
            band=estimates.bands_of_runs(store, [number]).get(number),
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
            items=item_results(store, run.id, sheet_rows),
            sheets=sheet_rows,
            pens=pens,
            papers=paper_uses(store, run.id, lines),
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
