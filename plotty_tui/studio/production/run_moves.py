"""What a person does with a run: start, cancel, fail, edit, correct, archive, rate, and say what
became of single sheets. Completing is in `production`, replots in `run_replots`, figures over many
runs in `run_stats`.

Every function returns the run as it is then, or raises Refused with one sentence and changes
nothing. Forms are lists of `forms.Field` with values as text, filled with what is in the books;
`typed` is field key -> text, and what was not touched changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from plotty_tui.domain import orders, runs, sheets, values
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.runs import Verdict
from plotty_tui.store.database import Store
from plotty_tui.store.inventory import materials
from plotty_tui.store.production import run_corrections
from plotty_tui.store.production import run_moves as books
from plotty_tui.store.production import runs as run_books
from plotty_tui.store.production.run_corrections import Corrections

from .. import forms
from ..engine_process import ensure_engine, order
from ..forms import Field
from ..opening import actor
from . import completion
from .piece_replots import parts_again
from .run_detail import RunDetail, run_detail


def start_run(
    store: Store, number: int, at: datetime | None = None, tied: bool = False
) -> RunDetail:
    """Start a pending run: its sheets are drawn as those of plot-all. `at` is when it began, if
    not now. Wakes the engine."""
    books.start_run(store, number, at)
    ensure_engine(store, tied=tied)
    return run_detail(store, number)


def cancel_run(store: Store, number: int, reason: str = "") -> RunDetail:
    """Cancel a pending run: what it held of pens and paper is free again, stock stays."""
    books.cancel_run(store, number, reason)
    return run_detail(store, number)


# Failing -----------------------------------------------------------------------------------------


def fail_form(detail: RunDetail) -> list[Field]:
    """Fields of a failure: `reason` (needed, one of sheets.REASONS), `notes`, and what was
    consumed: `pen:ID` (metres), `grams:ID`, `weigh:ID`, `dry:ID`, `sheets`, `started`,
    `duration`."""
    reason = Field(
        "reason", "Why it failed", required=True, choices=tuple(sheets.REASONS), group="Failure"
    )
    notes = Field("notes", "What happened", group="Failure", help="needed for the reason other")
    told = [
        one
        for one in completion.completion_form(detail)
        if one.group in ("Pens", "Paper") or one.key in ("started", "duration")
    ]
    return [reason, notes, *told]


def fail_run(store: Store, number: int, typed: Mapping[str, str]) -> RunDetail:
    """Mark a run in progress as failed: what it consumed is booked as waste, sheets that lie on
    plotters are given up, those that were not begun are cancelled."""
    detail = run_detail(store, number)
    runs.check_move(number, detail.state, runs.FAILED)
    given = forms.parse_form(fail_form(detail), typed)
    try:
        sheets.check_reason(given["reason"], given["notes"] or "")
    except Refused as error:
        key = "notes" if given["reason"] == "other" else "reason"
        raise forms.FormError(key, str(error)) from None
    known = {one.key for one in completion.completion_form(detail)}
    told = {key: text for key, text in typed.items() if key in known - {"reason", "notes"}}
    results = completion.results_of_form(detail, told)
    results.quality = None
    on_devices = books.sheets_on_devices(store, run_books.find_run(number).id)
    if on_devices:
        ensure_engine(store)
        for device, sheet in on_devices:
            order(store, orders.CANCEL, device, sheet=sheet)
    books.fail_run(store, number, given["reason"], given["notes"] or "", results, actor())
    return run_detail(store, number)


# Editing -----------------------------------------------------------------------------------------


WAYS = ("sheet by sheet", "pen by pen")


def edit_form(detail: RunDetail) -> list[Field]:
    """Fields of an edit. Pending: `name`, `devices`, `client`, `notes`, `duration`,
    `copies:ITEM`, `pen:MATERIAL` (sticker), `drawn:MATERIAL`, `priming:MATERIAL`,
    `overhead:MATERIAL` (metres), `grams:MATERIAL`, `spare:MATERIAL`. Both then and in progress:
    `order` (of WAYS), `name`, `devices`, `client`, `notes`, `copies:ITEM`. Afterwards none: results
    are corrected."""
    if detail.state not in runs.OPEN:
        return []
    fields = [
        Field("name", "Name", value=detail.title, group="Run"),
        Field("devices", "Plotters", value=", ".join(detail.devices), group="Run",
              help="comma separated; empty: any that is enabled"),
        Field("client", "Client", value=detail.client, group="Run"),
        Field("notes", "Notes", value=detail.notes, group="Run"),
        *_copies_fields(detail),
        Field("order", "Drawn", value=WAYS[detail.pen_by_pen], choices=WAYS, group="Run",
              help="pen by pen: sheets come off between their pens"),
    ]  # fmt: skip
    if detail.state == runs.PENDING:
        clock = values.clock(detail.estimated_seconds)
        fields.append(
            Field("duration", "Estimated time", values.parse_duration, clock, group="Run")
        )
        fields += [field for line in detail.materials for field in _material_edit(line)]
    return fields


def _copies_fields(detail: RunDetail) -> list[Field]:
    fields = []
    for item in detail.items:
        if item.part > 1:
            continue
        word = "copies" if not item.part else f"sheets of {item.per_sheet}"
        fields.append(
            Field(f"copies:{item.id}", f"{item.name}: {word}", forms.whole, str(item.sheets),
                  group="Designs")
        )  # fmt: skip
    return fields


def _material_edit(line: Any) -> list[Field]:
    if line.paper:
        spare = Field(f"spare:{line.id}", f"{line.paper}: spare sheets", forms.whole,
                      str(line.spare), group="Paper")  # fmt: skip
        return [spare]
    label = line.label or line.color
    return [
        Field(f"pen:{line.id}", f"{label}: pen", value=line.pen, group="Pens", help="its sticker"),
        Field(f"drawn:{line.id}", f"{label}: metres", forms.metres_as_mm, _metres(line.drawn_mm),
              group="Pens"),
        Field(f"priming:{line.id}", f"{label}: priming", forms.metres_as_mm,
              _metres(line.priming_mm), group="Pens"),
        Field(f"overhead:{line.id}", f"{label}: marks and tests", forms.metres_as_mm,
              _metres(line.overhead_mm), group="Pens"),
        Field(f"grams:{line.id}", f"{label}: grams", forms.measure,
              "" if line.mass_g is None else f"{line.mass_g:g}", group="Pens"),
    ]  # fmt: skip


def _metres(mm: float) -> str:
    return f"{mm / 1000:.2f}"


_COLUMNS = {
    "drawn": "drawn_mm", "priming": "priming_mm", "overhead": "overhead_mm", "grams": "mass_g",
    "spare": "spare",
}  # fmt: skip


def edit_run(
    store: Store,
    number: int,
    typed: Mapping[str, str],
    revision: int | None = None,
    accepted: str = "",
) -> RunDetail:
    """Change a run. Conflict when somebody changed it since `revision` was read. Quantities of a
    run in progress may rise, and fall to what is drawn. `accepted`: the reason for which a
    shortage of pens or paper is accepted."""
    detail = run_detail(store, number)
    fields = edit_form(detail)
    if not fields:
        cure = f": plotty run correct {detail.name}" if detail.settled else ""
        raise Refused(f"{detail.name} is {detail.state} and cannot be edited{cure}")
    _check_known(fields, typed, detail)
    given = forms.parse_form(fields, typed)
    edit = books.Edit(accepted=accepted)
    for field in fields:
        if field.key in typed and typed[field.key].strip() != field.value:
            _put_edit(store, edit, field.key, given[field.key])
    if not edit:
        raise Refused(f"{detail.name} is like that already: nothing was changed")
    books.edit_run(store, number, edit, revision)
    return run_detail(store, number)


def _check_known(fields: Sequence[Field], typed: Mapping[str, str], detail: RunDetail) -> None:
    known = {field.key for field in fields}
    for key in typed:
        if key not in known:
            raise forms.FormError(
                key, f"{detail.name} is {detail.state.replace('_', ' ')}: {key.split(':')[0]} "
                "cannot be changed now",
            )  # fmt: skip


def _put_edit(store: Store, edit: books.Edit, key: str, value: Any) -> None:
    word, _, row = key.partition(":")
    if word == "copies":
        edit.copies[int(row)] = value or 0
    elif word == "pen":
        pen = materials.find_pen(store, value).id if value else None
        edit.materials.setdefault(int(row), {})["pen"] = pen
    elif row:
        nothing = None if word == "grams" else 0
        column = _COLUMNS[word]
        edit.materials.setdefault(int(row), {})[column] = nothing if value is None else value
    elif word == "client":
        edit.client = value or ""
    elif word == "devices":
        edit.values["devices"] = [one.strip() for one in (value or "").split(",") if one.strip()]
    elif word == "order":
        edit.values["pen_by_pen"] = value == WAYS[True]
    elif word == "duration":
        edit.values["estimated_seconds"] = value
    else:
        edit.values[word] = value or ""


# Correcting --------------------------------------------------------------------------------------


def correct_form(detail: RunDetail) -> list[Field]:
    """Fields of a correction of a completed or failed run: `pen:ID` (metres in all), `grams:ID`,
    `sheets:PAPER` (used), `sheet:NUMBER` (fate, `spoiled:REASON`), `piece:ID`, `duration`,
    `started`, `quality`, `notes`, `client_rating`."""
    if not detail.settled:
        return []
    fields = []
    for number, sheet in enumerate(detail.sheets, 1):
        if sheet.state in sheets.VERDICTS:
            fields.append(
                Field(f"sheet:{number}", f"{number} {sheet.name} copy {sheet.copy}", parse_fate,
                      _fate_text(sheet), group="Sheets",
                      help="good, second, proof, spoiled:REASON")
            )  # fmt: skip
        for piece in sheet.pieces:
            fields.append(
                Field(f"piece:{piece.id}", f"{number} {piece.name}, position {piece.position}",
                      parse_fate, _fate_text(piece), group="Sheets", help="good, spoiled:REASON")
            )  # fmt: skip
    for pen in detail.pens:
        if pen.id is not None:
            fields += [
                Field(f"pen:{pen.id}", f"{pen.code} {pen.name}: metres", forms.metres_as_mm,
                      _metres(pen.actual_mm or 0.0), group="Pens"),
                Field(f"grams:{pen.id}", f"{pen.code}: grams", forms.measure,
                      f"{pen.mass_g + 0.0:g}" if pen.mass_g else "", group="Pens"),
            ]  # fmt: skip
    for paper in detail.papers:
        if paper.id is not None:
            label = f"{paper.name}: sheets used"
            fields.append(
                Field(f"sheets:{paper.id}", label, forms.whole, str(paper.used), group="Paper")
            )
    return [*fields, *_result_corrections(detail)]


def _result_corrections(detail: RunDetail) -> list[Field]:
    quality = "" if detail.quality is None else str(detail.quality)
    rating = "" if detail.client_rating is None else f"{detail.client_rating:g}"
    return [
        Field("started", "Started", values.parse_moment, values.typed_moment(detail.started_at),
              group="Result"),
        Field("duration", "Machine time", values.parse_duration, values.clock(detail.seconds or 0),
              group="Result"),
        Field("quality", "Quality", forms.stars, quality, group="Result", help="1 to 5 stars"),
        Field("client_rating", "Client's rating", forms.rating, rating, group="Result",
              help="1 to 5"),
        Field("notes", "Notes", value=detail.notes, group="Result"),
    ]  # fmt: skip


def parse_fate(text: str) -> Verdict:
    """A fate of `good` or `spoiled:REASON` (`spoiled:other:WHAT HAPPENED`)."""
    fate, _, rest = text.strip().partition(":")
    reason, _, notes = rest.partition(":")
    if fate not in sheets.VERDICTS:
        raise Refused(f"no fate {fate!r}: {', '.join(sheets.VERDICTS[:-1])}:REASON")
    if fate == sheets.SPOILED:
        sheets.check_reason(reason, notes)
    elif reason:
        raise Refused(f"{text!r}: only a spoiled sheet has a reason")
    return Verdict(fate, reason, notes)


def _fate_text(row: Any) -> str:
    if row.state != sheets.SPOILED:
        return str(row.state)
    return f"spoiled:{row.reason}" + (f":{row.notes}" if row.reason == "other" else "")


def correct_run(store: Store, number: int, typed: Mapping[str, str], reason: str) -> RunDetail:
    """Correct results: a new row for each value that is changed, the old value kept; the ledger
    gets `correct` rows, so that its sums are right at once. A reason is needed."""
    detail = run_detail(store, number)
    fields = correct_form(detail)
    if fields:
        _check_known(fields, typed, detail)
    given = forms.parse_form(fields, typed)
    wanted = Corrections()
    for field in fields:
        if field.key in typed and typed[field.key].strip() != field.value:
            _put_correction(detail, wanted, field.key, given[field.key])
    run_corrections.correct_run(store, number, wanted, reason, actor())
    return run_detail(store, number)


def _put_correction(detail: RunDetail, wanted: Corrections, key: str, value: Any) -> None:
    word, _, row = key.partition(":")
    if word in ("quality", "client_rating", "notes"):
        wanted.columns[word] = value if word != "notes" else value or ""
    elif value is None:
        raise forms.FormError(key, f"{key.split(':', maxsplit=1)[0]} cannot be empty: give a value")
    elif word == "sheet":
        wanted.sheets[detail.sheets[int(row) - 1].id] = value
    elif word == "duration":
        wanted.columns["seconds"] = value
    elif word == "started":
        wanted.columns["started_at"] = value
    else:
        tables: dict[str, dict[int, Any]] = {
            "pen": wanted.pens, "grams": wanted.grams, "sheets": wanted.papers,
            "piece": wanted.pieces,
        }  # fmt: skip
        tables[word][int(row)] = value


# Ratings, single sheets, archive -----------------------------------------------------------------


def archive_run(store: Store, number: int, back: bool = False) -> RunDetail:
    """Take a closed run out of the lists (or `back` into them); it stays in the books, its number
    is never used again."""
    books.archive_run(store, number, back)
    return run_detail(store, number)


def rate_run(
    store: Store,
    number: int,
    stars: int | None = None,
    client_rating: float | None = None,
    wanted: Sequence[int] = (),
) -> RunDetail:
    """The studio's stars (1-5, whole) or the client's rating (1-5) of a run whose results are
    told; or the stars of some of its sheets (numbered as the detail lists them). A rating that
    takes the place of another is a correction: the old one is kept."""
    detail = run_detail(store, number)
    if stars is not None and stars not in runs.QUALITY_WORDS:
        raise Refused(f"quality {stars}: give 1 to 5 stars")
    if client_rating is not None and not 1 <= client_rating <= 5:
        raise Refused(f"client rating {client_rating:g}: give 1 to 5")
    if stars is None and client_rating is None:
        raise Refused("nothing to rate: give 1 to 5 stars, or --client-rating")
    again: dict[str, Any] = {}
    if not wanted and stars is not None and detail.quality not in (None, stars):
        again["quality"], stars = stars, None
    if client_rating is not None and detail.client_rating not in (None, client_rating):
        again["client_rating"], client_rating = client_rating, None
    with store.write():
        if again:
            run_corrections.correct_run(
                store, number, Corrections(columns=again), "rated again", actor()
            )
        if stars is not None or client_rating is not None:
            ids = _sheet_ids(detail, wanted)
            books.rate_run(store, number, stars, client_rating, ids)
    return run_detail(store, number)


def _sheet_ids(detail: RunDetail, wanted: Sequence[int]) -> list[int]:
    for number in wanted:
        if not 1 <= number <= len(detail.sheets):
            raise Refused(f"no sheet {number}: {detail.name} has sheets 1 to {len(detail.sheets)}")
    return [detail.sheets[number - 1].id for number in wanted]


def judge_sheets(
    store: Store,
    number: int,
    wanted: Sequence[int],
    fate: str,
    reason: str = "",
    notes: str = "",
    pieces: Sequence[int] = (),
) -> RunDetail:
    """Say what became of drawn sheets (numbered as the detail lists them, from 1) of a run in
    progress: good, second, proof or spoiled with a reason; one that was set aside between its pens
    can only be spoiled. With `pieces` (positions from 1) it is
    said of these pieces of an n-up sheet."""
    detail = run_detail(store, number)
    if not wanted:
        raise Refused("no sheet is named: give the numbers that plotty sheet list shows")
    ids = _sheet_ids(detail, wanted)
    verdict = Verdict(fate, reason, notes)
    for place, one in zip(wanted, ids, strict=True):
        sheet = detail.sheets[place - 1]
        judged = sheet.state == sheets.DRAWN or sheet.aside
        if not judged and detail.state == runs.IN_PROGRESS and not pieces:
            raise Refused(f"sheet {place} of {detail.name} is {sheet.state}, not drawn")
        known = {piece.position: piece.id for piece in sheet.pieces}
        for position in pieces:
            if position not in known:
                has = f"positions 1 to {len(known)}" if known else "no positions: it is one piece"
                raise Refused(f"sheet {place} has no position {position}: it has {has}")
        of_pieces = {known[position]: verdict for position in pieces}
        of_sheets = {} if pieces else {one: verdict}
        books.judge_sheets(
            store, number, of_sheets, of_pieces, parts_again(store, of_sheets, of_pieces)
        )
    return run_detail(store, number)
