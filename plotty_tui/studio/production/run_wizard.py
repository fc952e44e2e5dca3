"""A new run: what a draft would take (`propose`, live while it is filled in), and making it.

The draft itself (`RunDraft`, `save_draft`, `load_draft`, `draft_list`, `remove_draft`,
`add_design`, `draft_from_document`) is in `run_drafts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from plotty_tui.domain import costs, run_checks, runs, values
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.learned import Band
from plotty_tui.domain.pen_choice import StockPen, assign_pens, color_distance
from plotty_tui.domain.plan import Plan, count_pen_changes
from plotty_tui.domain.plot_orders import ORDERS, PlotOrders
from plotty_tui.domain.run_checks import WantedPen
from plotty_tui.domain.stock import Need, paper_shortage, pen_shortage
from plotty_tui.store.database import Row, Store
from plotty_tui.store.inventory import materials, reservations
from plotty_tui.store.jobs.queue import keep_client
from plotty_tui.store.machines import devices
from plotty_tui.store.production import run_history
from plotty_tui.store.production import run_making as making
from plotty_tui.store.tables import Device

from ..inventory.prices import prices
from ..planning import estimates
from ..planning.edition_prices import edition_prices, pen_in, pens_of
from . import run_plans
from .run_detail import RunDetail, run_detail
from .run_drafts import PenWish, RunDraft, remove_draft
from .run_plans import PlannedLine
from .run_proposals import DesignLine, PaperLine, PenLine, RunProposal, RunWarning


def propose(store: Store, draft: RunDraft) -> RunProposal:
    """What this draft would take and what speaks against it. Reads only; quick enough for every
    key that is typed."""
    with store.read():
        return _Proposing(store, draft).proposal()


def create_run(store: Store, draft: RunDraft, start: bool = False, tied: bool = False) -> RunDetail:
    """Make the run of a draft: pending, with its pens and paper reserved; `start` starts it (and
    wakes the engine). The draft is forgotten. Refused when something is missing or a warning is
    not accepted: the sentence has all of them, and nothing is changed."""
    proposal = propose(store, draft)
    against = [*proposal.missing, *(one.text for one in proposal.open_warnings)]
    if against:
        raise Refused("; ".join(against))
    lines = run_plans.plan_lines(store, draft)
    pens = {pen.code: pen.id for pen in materials.stock_pens(store)}
    counted = {row.name: row.id for row in materials.paper_rows(store)}
    wanted = [
        making.NewMaterial(
            line.label, line.color, pens.get(line.pen), None, line.drawn_mm, line.priming_mm,
            line.overhead_mm, line.mass_g,
        )
        for line in proposal.pens
    ] + [
        making.NewMaterial(paper.name, paper=counted[paper.name], sheets=paper.sheets,
                           spare=paper.spare)
        for paper in proposal.papers if paper.counted
    ]  # fmt: skip
    accepted = [
        {"code": one.code, "text": one.text, "reason": one.accepted} for one in proposal.warnings
    ]
    with store.write():
        client = keep_client(draft.client)
        run = making.make_run(
            store,
            making.NewRun(
                [item for line in lines for item in line.items()], draft.devices, draft.name,
                client=client.id if client else None, preset=draft.preset, notes=draft.notes,
                settings=_settings(store, draft), seconds=draft.seconds, materials=wanted,
                accepted=accepted,
            ),
            short=any(one["code"].startswith(("pen_short", "paper_short")) for one in accepted),
        )  # fmt: skip
        if draft.key:
            remove_draft(store, draft.key)
    if start:
        from .run_moves import start_run

        return start_run(store, run.number, tied=tied)
    return run_detail(store, run.number)


def _settings(store: Store, draft: RunDraft) -> dict[str, Any]:
    told = PlotOrders(pen_by_pen=draft.pen_by_pen).to_json()
    return {**_frozen(store, draft.devices), **({ORDERS: told} if told else {})}


def _frozen(store: Store, names: Sequence[str]) -> dict[str, Any]:
    """The plotters as they are set now: kept with the run, so that it can be repeated exactly."""
    chosen = [devices.find_device(name) for name in names]
    return {
        "devices": {
            one.name: {"model": one.model, "preset": one.preset, "settings": one.settings}
            for one in chosen
        }
    }


class _Proposing:
    """One draft against the books of one moment."""

    def __init__(self, store: Store, draft: RunDraft) -> None:
        self._store, self._draft = store, draft
        self._found = RunProposal()
        self._stock = materials.stock_pens(store)
        self._papers = {row.name.casefold(): row for row in materials.paper_rows(store)}
        self._devices: list[Device] = []

    def proposal(self) -> RunProposal:
        found = self._found
        self._find_devices()
        lines = self._lines()
        self._add_pens(lines)
        self._add_papers(lines)
        found.sheets = sum(line.sheets for line in lines)
        found.pieces = sum(line.quantity for line in lines)
        found.machine_seconds = sum(line.seconds for line in found.designs)
        if self._draft.seconds is not None:
            found.machine_seconds = self._draft.seconds
        elif lines:
            found.band = self._band(lines)
        found.pen_down_mm = sum(line.pen_down_mm for line in found.designs)
        found.pen_by_pen = self._draft.pen_by_pen
        found.prices = edition_prices(
            self._store, [(pens_of(line.plan.layers), line.sheets) for line in lines],
            len(self._devices), pen_in(self._devices[0]) if len(self._devices) == 1 else None,
        )  # fmt: skip
        found.pen_changes = found.prices.hands(found.pen_by_pen).pen_changes
        found.human_seconds = found.prices.seconds(found.pen_by_pen)
        self._check_sizes(lines)
        self._add_cost()
        return found

    def _band(self, lines: list[PlannedLine]) -> Band | None:
        work = [
            (line.plan, line.paper, line.factors(self._store).get("time", 1.0) * line.sheets)
            for line in lines
        ]
        known = estimates.learned(self._store)
        return estimates.work_band(known, work, estimates.one_device(self._draft.devices))

    def _warn(self, code: str, text: str) -> None:
        reason = self._draft.accepted.get(code, "") or self._draft.accepted.get("all", "")
        self._found.warnings.append(RunWarning(code, text, reason.strip()))

    def _find_devices(self) -> None:
        if not self._draft.devices:
            self._found.missing.append("no plotter is chosen: a run needs one")
        for name in self._draft.devices:
            try:
                device = devices.find_device(name)
            except NotFound as error:
                self._found.missing.append(str(error))
                continue
            self._devices.append(device)
            if not device.enabled:
                self._warn(f"off:{device.name}", f"{device.name} is switched off")

    # Designs

    def _lines(self) -> list[PlannedLine]:
        lines, left_out = run_plans.look_up(self._store, self._draft, self._stock)
        self._found.missing += left_out
        if not self._draft.designs:
            self._found.missing.append("no design is chosen: a run needs one")
        for line in lines:
            factors = line.factors(self._store)
            plan = line.plan
            each = plan.seconds * factors.get("time", 1.0)
            changes = _changes(plan, line.sheets)
            self._found.designs += [
                DesignLine(
                    job.id, job.name, quantity, line.per_sheet, line.sheets,
                    each * line.sheets * share,
                    plan.pen_down_mm * factors.get("ink", 1.0) * line.sheets * share,
                    round(changes * share), line.paper, line.preset, line.bed, line.problem,
                )
                for job, quantity, share in line.parts()
            ]  # fmt: skip
        return lines

    def _check_sizes(self, lines: Sequence[PlannedLine]) -> None:
        sheets = [(line.name, (line.plan.sheet_width, line.plan.sheet_height)) for line in lines]
        for device in self._devices:
            travel = (device.travel_x_mm, device.travel_y_mm)
            for code, text in run_checks.check_size(device.name, travel, sheets):
                self._warn(code, text)

    # Pens

    def _add_pens(self, lines: Sequence[PlannedLine]) -> None:
        stocks = {name: row.id for name, row in self._papers.items()}
        taken = [
            making.Taken(line.plan, line.sheets, line.paper, stocks.get(line.paper.casefold()),
                         line.factors(self._store).get("ink", 1.0))
            for line in lines
        ]  # fmt: skip
        by_id = {pen.id: pen for pen in self._stock}
        rows = {row.id: row for row in materials.pen_rows(self._store)}
        wanted: list[WantedPen] = []
        for row in making.materials_of(taken, self._draft.devices):
            if row.paper is not None:
                continue
            line = _with_wish(row, by_id, run_plans.wish_of(self._draft, row.label, row.color))
            line.choices = _choices(row.label, row.color, self._stock)
            if row.pen is not None:
                pen = by_id[row.pen]
                wanted.append(WantedPen(row.label, row.color, pen.code, pen.name, pen.color,
                                        pen.tip_mm, pen.state))  # fmt: skip
            self._found.pens.append(line)
        for code, text in run_checks.check_pens(wanted):
            self._warn(code, text)
        for pen_id in dict.fromkeys(pen.id for pen in self._stock):
            mine = [line for line in self._found.pens if line.pen == by_id[pen_id].code]
            if mine:
                self._check_ink(rows[pen_id], mine, lines)

    def _check_ink(self, row: Row, mine: Sequence[PenLine], lines: Sequence[PlannedLine]) -> None:
        """What is left of one pen, what others hold of it, and the sheet on which it runs dry."""
        holders = reservations.pen_holders(self._store, row.id)
        held = sum(one.amount for one in holders)
        total = sum(line.total_mm for line in mine)
        for line in mine:
            line.left_mm, line.held_mm = row.left_mm, held
            line.holders = [f"{runs.run_name(one.run)} {values.metres(one.amount)}"
                            for one in holders]  # fmt: skip
            line.after_mm = None if row.left_mm is None else row.left_mm - held - total
        if row.left_mm is None:
            return
        needs = [Need(line.label, row.id, mm=line.total_mm) for line in mine]
        short = pen_shortage(row.code, row.left_mm, needs, holders, sum(x.sheets for x in lines))
        if short:
            planned = sum(sheets * mm for sheets, mm in _sheets_of(lines, row.id))
            grow = total / planned if planned else 1.0
            each = [(sheets, mm * grow) for sheets, mm in _sheets_of(lines, row.id)]
            dry = run_checks.dry_on(row.left_mm - held, each)
            where = f"{row.code} runs dry on sheet {dry[0]} of {dry[1]}: " if dry else ""
            self._warn(f"pen_short:{row.code}", where + short[0])

    # Paper

    def _add_papers(self, lines: Sequence[PlannedLine]) -> None:
        sheets: dict[str, int] = {}
        for line in lines:
            sheets[line.paper] = sheets.get(line.paper, 0) + line.sheets
        for name, count in sheets.items():
            spare, why = self._spare(name, count)
            row = self._papers.get(name.casefold())
            if row is None:
                self._found.papers.append(PaperLine(name, count, spare, counted=False,
                                                    why_spare=why))  # fmt: skip
                continue
            holders = reservations.paper_holders(self._store, row.id)
            held = round(sum(one.amount for one in holders))
            self._found.papers.append(
                PaperLine(row.name, count, spare, row.stock, held,
                          row.stock - held - count - spare, why_spare=why)
            )  # fmt: skip
            for text in paper_shortage(
                row.name, row.stock, [Need(row.name, paper=row.id, sheets=count + spare)], holders
            ):
                self._warn(f"paper_short:{row.name}", text)

    def _spare(self, name: str, count: int) -> tuple[int, str]:
        if self._draft.spare is not None:
            return self._draft.spare, "as you say"
        spoiled, judged = run_history.spoiled_share(self._store, name)
        if judged < run_history.FEW:
            return 0, f"too few sheets to learn from ({judged} of {run_history.FEW})"
        spare = -(-count * spoiled // judged)
        return spare, f"{spoiled} of {judged} sheets of {name} were spoiled"

    # Money

    def _add_cost(self) -> None:
        rows = {row.code: row for row in materials.pen_rows(self._store)}
        inks = [
            costs.InkUse(line.pen, line.total_mm, rows[line.pen].price, rows[line.pen].life_mm)
            if line.pen else costs.InkUse("", line.total_mm)
            for line in self._found.pens
        ]  # fmt: skip
        counted = [
            costs.PaperUse(line.name, line.sheets, self._papers[line.name.casefold()].price)
            for line in self._found.papers
            if line.counted
        ]
        loose = tuple(line.name for line in self._found.papers if not line.counted)
        work = costs.Work(
            inks, counted, self._found.machine_seconds, self._found.human_seconds,
            self._found.sheets, self._found.sheets, loose,
        )  # fmt: skip
        told = prices(self._store)
        cost = costs.cost_of(work, told)
        self._found.cost, self._found.currency = cost.total, told.currency
        self._found.not_counted = list(cost.not_counted)


def _changes(plan: Plan, sheets: int) -> int:
    """Pen changes over these sheets: inside each, and back to the first pen for the next."""
    if not plan.layers or not sheets:
        return 0
    return count_pen_changes(plan.layers * sheets)


def _sheets_of(lines: Sequence[PlannedLine], pen_id: int) -> list[tuple[int, float]]:
    """(sheets, mm of this pen on each), in the order drawn."""
    return [
        (
            line.sheets,
            sum(
                layer.pen_down_mm
                for layer in line.plan.layers
                if layer.pen and layer.pen.pen_id == pen_id
            ),
        )
        for line in lines
    ]


def _with_wish(row: making.NewMaterial, pens: dict[int, StockPen], wish: PenWish | None) -> PenLine:
    pen = pens.get(row.pen) if row.pen is not None else None
    line = PenLine(
        row.label, row.color, pen.code if pen else "", pen.name if pen else "",
        row.drawn_mm, row.priming_mm, row.overhead_mm, None,
    )  # fmt: skip
    if wish is None:
        return line
    told = {
        name: value
        for name in ("drawn_mm", "priming_mm", "overhead_mm", "mass_g")
        if (value := getattr(wish, name)) is not None
    }
    return replace(line, **told)


def _choices(label: str, color: str, stock: Sequence[StockPen]) -> list[tuple[str, str]]:
    """The pens that could draw a layer: the one that the planner would take, then by colour."""
    usable = [pen for pen in stock if pen.state not in ("dry", "empty", "retired")]
    best = assign_pens([_Layer(label, color)], usable)[0]
    near = sorted(usable, key=lambda pen: (pen.id != best.pen_id, color_distance(color, pen.color)))
    return [
        (pen.code, best.why if pen.id == best.pen_id else f"{pen.name}, {pen.color}")
        for pen in near
    ]


@dataclass(frozen=True, slots=True)
class _Layer:
    name: str
    color: str
