"""Figures of runs from the books: where a variance comes from, totals over thousands of runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from plotty_tui.domain import figures, ledger, sheets
from plotty_tui.domain.figures import Cause, LayerPart
from plotty_tui.domain.imposition import CROP_MARKS
from plotty_tui.domain.plan import Plan as FrozenPlan
from plotty_tui.domain.plan import PlanLayer

from ..database import Row, Store
from ..periods import OF_BATCH, within
from ..tables import Item, RunMaterial, database

MADE = (sheets.GOOD, sheets.SECOND, sheets.PROOF, sheets.DRAWN)


def causes_of(store: Store, run_id: int) -> list[Cause]:
    """Why a settled run took other ink than estimated, in mm; the parts add up to the variance."""
    rows = store.rows(
        "SELECT s.id, s.item_id, s.copy, s.state FROM sheet s WHERE s.run_id = ?", run_id
    )
    parts = _parts(store, run_id)
    items = list(Item.select().where(Item.run == run_id))
    plans = {item.id: FrozenPlan.from_json(item.plan.body).layers for item in items}
    causes: list[Cause] = []
    made: dict[int, int] = {}
    for row in rows:
        mine = {layer: of for (sheet, layer), of in parts.items() if sheet == row.id}
        drawn = sum(part.ink_mm for of in mine.values() for part in of)
        if row.state not in MADE:
            causes.append(Cause(figures.SPOILED, drawn))
            continue
        made[row.item_id] = made.get(row.item_id, 0) + 1
        for number, layer in enumerate(plans[row.item_id]):
            causes.append(figures.layer_cause(mine.get(number, ()), layer.pen_down_mm))
    causes += _estimate_causes(run_id, items, plans, made)
    causes += _ledger_causes(store, run_id)
    return figures.sum_causes(causes)


def _parts(store: Store, run_id: int) -> dict[tuple[int, int], list[LayerPart]]:
    """(sheet, layer) -> its parts in the order drawn."""
    found: dict[tuple[int, int], list[LayerPart]] = {}
    for row in store.rows(
        "SELECT p.sheet_id, p.layer, p.first_stroke, p.last_stroke, p.ink_mm FROM sheet_layer p "
        "JOIN sheet s ON s.id = p.sheet_id WHERE s.run_id = ? AND NOT p.skipped "
        "ORDER BY p.sheet_id, p.layer, p.part",
        run_id,
    ):
        part = LayerPart(row.first_stroke, row.last_stroke, row.ink_mm)
        found.setdefault((row.sheet_id, row.layer), []).append(part)
    return found


def _estimate_causes(
    run_id: int,
    items: Sequence[Item],
    plans: Mapping[int, Sequence[PlanLayer]],
    made: Mapping[int, int],
) -> list[Cause]:
    """What was estimated and not (or differently) made: priming, copies that are missing, and an
    estimate that a person or earlier runs changed. Crop marks are overhead in the estimate and a
    layer of the sheets: each is set against its own."""
    whole = marks = missing = again = 0.0
    for item in items:
        sheet = sum(layer.pen_down_mm for layer in plans[item.id])
        if not item.copies:  # pieces of a sheet that failed, drawn again beside the run's copies
            again += sheet * made.get(item.id, 0)
            continue
        whole += sheet * item.copies
        missing += sheet * (item.copies - made.get(item.id, 0))
        own = (layer.pen_down_mm for layer in plans[item.id] if layer.name == CROP_MARKS)
        marks += sum(own) * item.copies
    causes = [Cause(figures.NOT_MADE, -missing), Cause(figures.SPOILED, again)]
    rows = list(RunMaterial.select().where(RunMaterial.run == run_id, RunMaterial.paper.is_null()))
    if rows:
        beside = sum(row.priming_mm + row.overhead_mm for row in rows)
        drawn = sum(row.drawn_mm for row in rows)
        causes.append(Cause(figures.PRIMING, marks - beside))
        causes.append(Cause(figures.GEOMETRY, whole - marks - drawn))
    return causes


def _ledger_causes(store: Store, run_id: int) -> list[Cause]:
    primed = by_hand = 0.0
    for row in store.rows(
        "SELECT kind, -sum(mm) AS mm FROM ledger WHERE run_id = ? AND pen_id IS NOT NULL AND "
        "(kind IN (?, ?) OR (kind = ? AND sheet_id IS NULL)) GROUP BY kind",
        run_id, ledger.PRIME, ledger.ADJUST, ledger.CORRECT,
    ):  # fmt: skip
        if row.kind == ledger.PRIME:
            primed += row.mm
        else:
            by_hand += row.mm
    return [Cause(figures.PRIMING, primed), Cause(figures.BY_HAND, by_hand)]


# Over many runs ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """Which runs are counted: those that ended (or, not ended, were made) from `since` up to
    `until`, on this plotter, for this client, of this batch (a batch's or a run's name)."""

    since: datetime | None = None
    until: datetime | None = None
    device: str = ""
    client: str = ""
    batch: str = ""

    def sql(self) -> tuple[str, list[Any]]:
        """Tests on `run r`, and their values."""
        ended = "coalesce(r.ended_at, r.created_at)"
        tests, values = within(ended, self.since, self.until)
        if self.device:
            tests.append(
                "EXISTS (SELECT 1 FROM sheet x JOIN device v ON v.id = x.device_id "
                "WHERE x.run_id = r.id AND v.name = ? COLLATE NOCASE)"
            )
            values.append(self.device)
        if self.client:
            tests.append("r.client_id IN (SELECT id FROM client WHERE name = ? COLLATE NOCASE)")
            values.append(self.client)
        if self.batch:
            tests.append(OF_BATCH)
            values += [self.batch] * 3
        return " AND ".join(tests) or "1", values


# `when`: the local day, week or month in which a run ended.
_SPAN_OF = {
    "day": "date(r.ended_at / 1000, 'unixepoch', 'localtime')",
    "week": "strftime('%Y-W%W', r.ended_at / 1000, 'unixepoch', 'localtime')",
    "month": "strftime('%Y-%m', r.ended_at / 1000, 'unixepoch', 'localtime')",
}
SPANS = tuple(_SPAN_OF)
_SETTLED = "r.state IN ('completed', 'failed')"


def run_totals(store: Store, span: Span) -> list[Row]:
    """By state: runs, and of the settled ones the sums of ink and time with their estimates (over
    `ink_runs` and `time_runs`), stars and client ratings."""
    where, values = span.sql()
    return store.rows(
        "SELECT r.state, count(*) AS runs, sum(r.ink_mm) AS ink_mm, sum(r.seconds) AS seconds, "
        "sum(CASE WHEN r.estimated_mm > 0 THEN r.ink_mm END) AS ink_of, "
        "sum(CASE WHEN r.ink_mm IS NOT NULL AND r.estimated_mm > 0 THEN r.estimated_mm END) "
        "AS est_mm, sum(r.ink_mm IS NOT NULL AND r.estimated_mm > 0) AS ink_runs, "
        "sum(CASE WHEN r.estimated_seconds > 0 THEN r.seconds END) AS seconds_of, "
        "sum(CASE WHEN r.seconds IS NOT NULL AND r.estimated_seconds > 0 "
        "THEN r.estimated_seconds END) AS est_seconds, "
        "sum(r.seconds IS NOT NULL AND r.estimated_seconds > 0) AS time_runs, "
        "sum(r.quality) AS stars, count(r.quality) AS rated, sum(r.client_rating) AS ratings, "
        f"count(r.client_rating) AS client_rated FROM run r WHERE {where} GROUP BY r.state",
        *values,
    )


@dataclass(slots=True)
class ItemSums:
    """The sheets of one item of a settled run. `ink_mm` and `seconds` are all there was; `made_*`
    and `est_*` are over the sheets that were drawn to their end."""

    design: int
    name: str
    run: int
    span: str
    sheet_mm: float
    sheet_seconds: float
    judged: int = 0
    good: int = 0
    second: int = 0
    spoiled: int = 0
    proof: int = 0
    copies: int = 0
    first: int = 0
    made: int = 0
    made_mm: float = 0.0
    made_seconds: float = 0.0
    ink_mm: float = 0.0
    seconds: float = 0.0

    @property
    def est_mm(self) -> float:
        return self.sheet_mm * self.made

    @property
    def est_seconds(self) -> float:
        return self.sheet_seconds * self.made


@dataclass(slots=True)
class DeviceSums:
    """What one plotter drew in the settled runs; as `ItemSums`."""

    name: str
    runs: set[int] = field(default_factory=set)
    sheets: int = 0
    judged: int = 0
    good: int = 0
    spoiled: int = 0
    ink_mm: float = 0.0
    seconds: float = 0.0
    made_mm: float = 0.0
    made_seconds: float = 0.0
    est_mm: float = 0.0
    est_seconds: float = 0.0


# One pass over an index that holds all of it: 100,000 sheets in some 20,000 rows.
_SHEETS = (
    "SELECT item_id, device_id, state, attempt, count(*), sum(ink_mm), sum(seconds) FROM sheet "
    "{where} GROUP BY item_id, device_id, state, attempt"
)
_OF_DESIGNS = (
    "WHERE item_id IN (SELECT i.id FROM item i JOIN plan p ON p.id = i.plan_id "
    "WHERE p.design_id IN ({ids}))"
)


def sheet_sums(
    store: Store, span: Span, by: str, designs: Sequence[int] = ()
) -> tuple[list[ItemSums], list[DeviceSums]]:
    """The sheets of the settled runs (of these designs; none: of all) by item, in the order in
    which the runs ended, and by plotter, the busiest first."""
    ids = ",".join(str(int(one)) for one in designs)
    where, values = span.sql()
    items = {
        row[0]: ItemSums(*row[1:])
        for row in database.execute_sql(
            f"SELECT i.id, p.design_id, i.name, r.id, coalesce({_SPAN_OF[by]}, ''), "
            "coalesce(i.sheet_mm, p.pen_down_mm), coalesce(i.sheet_seconds, p.seconds) "
            "FROM run r JOIN item i ON i.run_id = r.id JOIN plan p ON p.id = i.plan_id "
            f"WHERE {_SETTLED} AND {where} {f'AND p.design_id IN ({ids})' if ids else ''} "
            "ORDER BY r.ended_at, r.id",
            values,
        ).fetchall()
    }
    asked = _SHEETS.format(where=_OF_DESIGNS.format(ids=ids) if ids else "")
    names = dict(database.execute_sql("SELECT id, name FROM device").fetchall())
    plotters: dict[int, DeviceSums] = {}
    for item_id, device, state, attempt, count, mm, seconds in database.execute_sql(asked):
        item = items.get(item_id)
        if item is None or state == sheets.CANCELLED:
            continue
        _add_to_item(item, state, attempt, count, mm, seconds)
        if device is not None:
            mine = plotters.setdefault(device, DeviceSums(names[device]))
            _add_to_device(mine, item, state, count, mm, seconds)
    return list(items.values()), sorted(plotters.values(), key=lambda one: -one.seconds)


def _add_to_item(
    item: ItemSums, state: str, attempt: int, count: int, mm: float, seconds: float
) -> None:
    item.ink_mm += mm
    item.seconds += seconds
    if state == sheets.PROOF:
        item.proof += count
    else:
        item.judged += count
        item.copies += count if attempt == 1 else 0
    if state == sheets.SPOILED:
        item.spoiled += count
        return
    item.made += count
    item.made_mm += mm
    item.made_seconds += seconds
    if state == sheets.GOOD:
        item.good += count
        item.first += count if attempt == 1 else 0
    elif state == sheets.SECOND:
        item.second += count


def _add_to_device(
    mine: DeviceSums, item: ItemSums, state: str, count: int, mm: float, seconds: float
) -> None:
    mine.runs.add(item.run)
    mine.sheets += count
    mine.judged += 0 if state == sheets.PROOF else count
    mine.ink_mm += mm
    mine.seconds += seconds
    if state == sheets.SPOILED:
        mine.spoiled += count
        return
    mine.good += count if state == sheets.GOOD else 0
    mine.made_mm += mm
    mine.made_seconds += seconds
    mine.est_mm += item.sheet_mm * count
    mine.est_seconds += item.sheet_seconds * count


def pen_sums(store: Store, span: Span) -> list[Row]:
    """By pen, over the settled runs: runs, ink and its estimate."""
    where, values = span.sql()
    return store.rows(
        "SELECT n.code, n.name, u.* FROM (SELECT m.pen_id, count(DISTINCT m.run_id) AS runs, "
        "sum(m.used_mm) AS ink_mm, sum(m.drawn_mm + m.priming_mm + m.overhead_mm) AS est_mm "
        "FROM run r JOIN run_material m ON m.run_id = r.id "
        f"WHERE {_SETTLED} AND {where} AND m.pen_id IS NOT NULL GROUP BY m.pen_id) u "
        "JOIN pen n ON n.id = u.pen_id ORDER BY u.ink_mm DESC",
        *values,
    )


def span_sums(store: Store, span: Span, by: str) -> list[Row]:
    """By day, week or month in which the settled runs ended, the oldest first: runs, ink, time and
    their estimates."""
    where, values = span.sql()
    return store.rows(
        f"SELECT {_SPAN_OF[by]} AS name, count(*) AS runs, sum(r.ink_mm) AS ink_mm, "
        "sum(r.estimated_mm) AS est_mm, sum(r.seconds) AS seconds, "
        "sum(r.estimated_seconds) AS est_seconds "
        f"FROM run r WHERE {_SETTLED} AND {where} AND r.ended_at IS NOT NULL "
        "GROUP BY 1 ORDER BY 1",
        *values,
    )


def reason_counts(store: Store, span: Span) -> list[tuple[str, int]]:
    """Why sheets were spoiled, the most frequent reason first."""
    where, values = span.sql()
    return [
        (row.reason, row.number)
        for row in store.rows(
            "SELECT s.reason, count(*) AS number FROM sheet s JOIN run r ON r.id = s.run_id "
            f"WHERE s.state = 'spoiled' AND {where} GROUP BY s.reason ORDER BY 2 DESC, 1",
            *values,
        )
    ]
