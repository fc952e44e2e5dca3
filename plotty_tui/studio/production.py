"""Production runs: listed, told in full, completed by a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from plotty_tui.domain import figures, runs, sheets, values
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.runs import Results, Verdict
from plotty_tui.store import materials
from plotty_tui.store import runs as books
from plotty_tui.store.database import Row, Store
from plotty_tui.store.tables import moment

from . import forms
from .forms import Field
from .opening import actor


@dataclass(frozen=True, slots=True)
class ItemResult:
    """A design of a run: how many copies were wanted, drawn, good and spoiled."""

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

    @property
    def fine(self) -> int:
        """Accepted copies; before the verdicts, the drawn ones."""
        return self.good + self.second + self.drawn


@dataclass(frozen=True, slots=True)
class PenUse:
    """Ink of one pen (or, without a code, of layers whose pen is not in the stock)."""

    id: int | None
    code: str
    name: str
    color: str
    estimated_mm: float | None
    actual_mm: float | None
    wasted_mm: float = 0.0
    mass_g: float = 0.0
    weight_g: float | None = None


@dataclass(frozen=True, slots=True)
class PaperUse:
    """Sheets of one paper that a run used; `wasted` of them spoiled."""

    name: str
    used: int
    wasted: int


@dataclass(slots=True)
class RunDetail:
    """A run as the detail page, the result card and the JSON show it."""

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

    @property
    def open(self) -> int:
        """Sheets that are not drawn yet."""
        return sum(1 for sheet in self.sheets if sheet.state in sheets.OPEN)

    @property
    def attempted(self) -> int:
        return sum(item.attempted for item in self.items)

    @property
    def success_percent(self) -> float | None:
        """Good of attempted sheets, once there are verdicts."""
        if self.state != runs.COMPLETED:
            return None
        return figures.success_percent(sum(item.good for item in self.items), self.attempted)

    @property
    def ink_variance_percent(self) -> float | None:
        """Ink against its estimate; None until the run is settled."""
        if self.state not in (runs.COMPLETED, runs.FAILED):
            return None
        return figures.variance_percent(self.actual_mm, self.estimated_mm)

    @property
    def time_variance_percent(self) -> float | None:
        """Machine time against its estimate; None until the run is settled."""
        if self.state not in (runs.COMPLETED, runs.FAILED):
            return None
        return figures.variance_percent(self.seconds, self.estimated_seconds)


def run_list(
    store: Store,
    states: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    device: str = "",
    text: str = "",
    limit: int | None = None,
) -> list[Row]:
    """Runs, newest first, that match every filter given."""
    for state in states:
        if state not in runs.STATES and state != "awaiting":
            raise NotFound.named("run status", state, [*runs.STATES, "awaiting"])
    plain = [runs.IN_PROGRESS if state == "awaiting" else state for state in states]
    found = books.run_rows(store, plain, since=since, until=until)
    kept = [
        row
        for row in found
        if (not states or row.state in states or ("awaiting" in states and row.awaiting))
        and (not device or device in _names(row.devices))
        and (not text or text.casefold() in _words(row))
    ]
    return kept if limit is None else kept[:limit]


def _names(text: str) -> list[str]:
    import json

    return json.loads(text)


def _words(row: Row) -> str:
    parts = (runs.run_name(row.number), row["items"], row.client_name, row.notes)
    return " ".join(part or "" for part in parts).casefold()


def run_detail(store: Store, number: int) -> RunDetail:
    """All about one run. NotFound when there is none."""
    with store.read():
        run = books.find_run(number)
        row = books.run_rows(store, numbers=[number])[0]
        sheet_rows = books.sheet_rows(store, run.id)
        pens = _pen_uses(store, run.id, sheet_rows)
        return RunDetail(
            number=number,
            name=runs.run_name(number),
            state=run.state,
            awaiting=row.awaiting,
            client=run.client.name if run.client else "",
            devices=run.devices,
            preset=run.preset,
            started_at=run.started_at,
            ended_at=run.ended_at,
            estimated_seconds=run.estimated_seconds,
            seconds=run.seconds if run.seconds is not None else row.machine_seconds or None,
            human_seconds=sum(sheet.human_seconds for sheet in sheet_rows),
            estimated_mm=run.estimated_mm,
            actual_mm=sum(pen.actual_mm or 0.0 for pen in pens),
            quality=run.quality,
            notes=run.notes,
            items=[_item_result(item) for item in books.item_rows(store, run.id)],
            sheets=sheet_rows,
            pens=pens,
            papers=[
                PaperUse(paper.name, paper.used, paper.wasted)
                for paper in books.paper_use_rows(store, run.id)
            ],
        )


def _item_result(row: Row) -> ItemResult:
    return ItemResult(
        row.id, row.name, row.copies, row.paper, row.attempted or 0, row.drawn or 0,
        row.good or 0, row.second or 0, row.spoiled or 0, row.cancelled or 0,
    )  # fmt: skip


def _pen_uses(store: Store, run_id: int, sheet_rows: Sequence[Row]) -> list[PenUse]:
    """Pens of the ledger and of the plans; ink that no pen of the stock gave is a line of its
    own, so that the sum is what was drawn."""
    expected = books.estimated_pen_mm(store, run_id)
    known = {row.id: row for row in materials.pen_rows(store)}
    used = {row.id: row for row in books.pen_use_rows(store, run_id)}
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
            )
        )
    loose = books.unassigned_mm(store, run_id)
    if loose > 0 or None in expected:
        uses.append(PenUse(None, "", "not in stock", "", expected.get(None), loose))
    return uses


# Completing ----------------------------------------------------------------------------------


def completion_form(detail: RunDetail) -> list[Field]:
    """The fields of a completion, pre-filled with what the plotters did: the normal case is one
    key. Keys: `failed:ITEM`, `reason`, `pen:ID`, `weigh:ID`, `sheets`, `duration`, `quality`,
    `notes`."""
    return [*_design_fields(detail), *_material_fields(detail), *_result_fields(detail)]


def _design_fields(detail: RunDetail) -> list[Field]:
    fields = []
    for item in detail.items:
        if item.drawn:
            label = f"{item.name}: failed of {item.drawn}"
            fields.append(Field(f"failed:{item.id}", label, forms.whole, "0", group="Designs"))
    reasons = tuple(sheets.REASONS)
    fields.append(
        Field("reason", "Why they failed", value="other", choices=reasons, group="Designs")
    )
    return fields


def _material_fields(detail: RunDetail) -> list[Field]:
    fields = []
    for pen in detail.pens:
        if pen.id is None:
            continue
        drawn = f"{(pen.actual_mm or 0) / 1000:.2f}"
        label = f"{pen.code} {pen.name}: metres"
        fields.append(Field(f"pen:{pen.id}", label, forms.metres_as_mm, drawn, group="Pens"))
        fields.append(
            Field(
                f"weigh:{pen.id}",
                f"{pen.code}: grams before:after",
                parse_weights,
                help="45.2:44.9; only the weight now when it was weighed before",
                group="Pens",
            )
        )
    if len(detail.papers) == 1:
        paper = detail.papers[0]
        label = f"{paper.name}: sheets used"
        fields.append(Field("sheets", label, forms.whole, str(paper.used), group="Paper"))
    return fields


def _result_fields(detail: RunDetail) -> list[Field]:
    clock = values.clock(detail.seconds or 0)
    words = ", ".join(f"{number} {word}" for number, word in runs.QUALITY_WORDS.items())
    return [
        Field("duration", "Machine time", values.parse_duration, clock, group="Result"),
        Field(
            "quality",
            "Quality",
            forms.stars,
            "5",
            help=words,
            choices=("5", "4", "3", "2", "1"),
            group="Result",
        ),
        Field("notes", "Notes", group="Result"),
    ]


def parse_weights(text: str) -> tuple[float | None, float]:
    """(before, after) in grams of `45.2:44.9`; one number is the weight after."""
    before, colon, after = text.partition(":")
    if not colon:
        return None, forms.measure(before)
    return forms.measure(before), forms.measure(after)


def results_of_form(detail: RunDetail, typed: Mapping[str, str]) -> Results:
    """What a filled form says. FormError names the wrong field. Untouched fields change nothing:
    a pre-filled number that nobody altered is what the books have already."""
    fields = completion_form(detail)
    given = forms.parse_form(fields, typed)
    before = {one.key: one.value for one in fields}
    touched = {key for key, text in typed.items() if key in before and text.strip() != before[key]}
    results = Results(quality=given["quality"], notes=given["notes"] or "")
    for item in detail.items:
        count = given.get(f"failed:{item.id}") or 0
        if count > item.drawn:
            raise forms.FormError(
                f"failed:{item.id}",
                f"{item.name}: {count} failed of {item.drawn} drawn does not add up: "
                f"give 0 to {item.drawn}",
            )
        _fail_last(results, detail, item, count, given.get("reason") or "other")
    for pen in detail.pens:
        if pen.id is None:
            continue
        if f"pen:{pen.id}" in touched and given[f"pen:{pen.id}"] is not None:
            results.pens[pen.id] = given[f"pen:{pen.id}"]
        weights = given.get(f"weigh:{pen.id}")
        if weights:
            results.weights[pen.id] = _weights(pen, weights)
    if "sheets" in touched:
        results.sheets_used = given["sheets"]
    if "duration" in touched:
        results.seconds = given["duration"]
    return results


def _fail_last(
    results: Results, detail: RunDetail, item: ItemResult, count: int, reason: str
) -> None:
    """Failed counts without naming sheets: the last drawn copies take them."""
    mine = [sheet for sheet in detail.sheets if sheet.item_id == item.id]
    drawn = [sheet.id for sheet in mine if sheet.state == sheets.DRAWN]
    for sheet_id in drawn[len(drawn) - count :]:
        notes = "counted as failed" if reason == "other" else ""
        results.verdicts[sheet_id] = Verdict(sheets.SPOILED, reason, notes)


def _weights(pen: PenUse, weights: tuple[float | None, float]) -> tuple[float, float]:
    before = weights[0] if weights[0] is not None else pen.weight_g
    if before is None:
        raise forms.FormError(
            f"weigh:{pen.id}",
            f"{pen.code} was not weighed before: give before:after, like 45.2:44.9",
        )
    if weights[1] > before:
        raise forms.FormError(
            f"weigh:{pen.id}",
            f"{pen.code}: after {weights[1]:g} g is heavier than before {before:g} g",
        )
    return before, weights[1]


def complete_run(store: Store, number: int, results: Results) -> RunDetail:
    """Settle a run in one transaction; the run as it is then. Refused changes nothing."""
    books.settle_run(store, number, results, actor())
    return run_detail(store, number)


def sheet_verdicts(detail: RunDetail, words: Iterable[str]) -> dict[int, Verdict]:
    """Verdicts from `NUMBER=fate[:reason]` words; NUMBER counts the drawn sheets of the run as
    `run show` does."""
    verdicts = {}
    for word in words:
        number, equals, told = word.partition("=")
        fate, _, reason = told.partition(":")
        if not equals or not number.isdecimal() or not 1 <= int(number) <= len(detail.sheets):
            raise Refused(
                f"no sheet {word!r}: write NUMBER=good, second, proof or spoiled:REASON, "
                f"with a NUMBER from 1 to {len(detail.sheets)}"
            )
        notes = "told at completion" if reason == "other" else ""
        verdicts[detail.sheets[int(number) - 1].id] = Verdict(fate, reason, notes)
    return verdicts


def started(row: Row) -> datetime | None:
    """When a run of a list began."""
    return moment(row.started_at)
