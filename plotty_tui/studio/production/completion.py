"""Completing a run: the form that asks what became of it, and the results it tells.

Listed: `run_lists`; told in full: `run_detail`;
started, failed, cancelled, edited, corrected: `run_moves`; made: `run_wizard`; drawn again:
`run_replots`; figures over many: `run_stats`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from plotty_tui.domain import runs, sheets, values
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.runs import Results, Verdict
from plotty_tui.store.database import Store
from plotty_tui.store.production import runs as books

from .. import forms
from ..forms import Field
from ..opening import actor
from .run_contents import ItemResult, PenUse
from .run_detail import RunDetail, run_detail

# Completing ----------------------------------------------------------------------------------


def completion_form(detail: RunDetail) -> list[Field]:
    """The fields of a completion, pre-filled with what the plotters did: the normal case is one
    key. Keys: `failed:ITEM` (the item's `key`), `reason`, `pen:ID` (metres), `grams:ID`,
    `weigh:ID`, `dry:ID`, `sheets`, `started`, `duration`, `quality`, `notes`."""
    return [*_design_fields(detail), *_material_fields(detail), *_result_fields(detail)]


def _design_fields(detail: RunDetail) -> list[Field]:
    fields = []
    for item in detail.items:
        if item.drawn:
            label = f"{item.name}: failed of {item.drawn}"
            fields.append(Field(f"failed:{item.key}", label, forms.whole, "0", group="Designs"))
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
        fields += [
            Field(f"pen:{pen.id}", f"{pen.code} {pen.name}: metres", forms.metres_as_mm, drawn,
                  group="Pens"),
            Field(f"grams:{pen.id}", f"{pen.code}: grams", forms.measure,
                  help="really used, when you know it", group="Pens"),
            Field(f"weigh:{pen.id}", f"{pen.code}: grams before:after", parse_weights,
                  help="45.2:44.9; only the weight now when it was weighed before", group="Pens"),
            Field(f"dry:{pen.id}", f"{pen.code}: wrote no more", forms.yes_or_no, "no",
                  choices=("no", "yes"), group="Pens"),
        ]  # fmt: skip
    used = [paper for paper in detail.papers if paper.id is not None]
    if len(used) == 1:
        label = f"{used[0].name}: sheets used"
        fields.append(Field("sheets", label, forms.whole, str(used[0].used), group="Paper"))
    return fields


def _result_fields(detail: RunDetail) -> list[Field]:
    clock = values.clock(detail.seconds or 0)
    words = ", ".join(f"{number} {word}" for number, word in runs.QUALITY_WORDS.items())
    return [
        Field(
            "started",
            "Started",
            values.parse_moment,
            values.typed_moment(detail.started_at),
            help="when the run really began: 2026-11-21 14:30, or 14:30",
            group="Result",
        ),
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
        count = given.get(f"failed:{item.key}") or 0
        if count > item.drawn:
            raise forms.FormError(
                f"failed:{item.key}",
                f"{item.name}: {count} failed of {item.drawn} drawn does not add up: "
                f"give 0 to {item.drawn}",
            )
        _fail_last(results, detail, item, count, given.get("reason") or "other")
    for pen in detail.pens:
        if pen.id is None:
            continue
        if f"pen:{pen.id}" in touched and given[f"pen:{pen.id}"] is not None:
            results.pens[pen.id] = given[f"pen:{pen.id}"]
        if given.get(f"grams:{pen.id}") is not None:
            results.grams[pen.id] = given[f"grams:{pen.id}"]
        weights = given.get(f"weigh:{pen.id}")
        if weights:
            results.weights[pen.id] = _weights(pen, weights)
        if given.get(f"dry:{pen.id}"):
            results.dry.add(pen.id)
    if "started" in touched:
        results.started_at = given["started"]
    if "sheets" in touched:
        results.sheets_used = given["sheets"]
    if "duration" in touched:
        results.seconds = given["duration"]
    return results


def _fail_last(
    results: Results, detail: RunDetail, item: ItemResult, count: int, reason: str
) -> None:
    """Failed counts without naming sheets: the last drawn copies (or pieces) take them."""
    notes = "counted as failed" if reason == "other" else ""
    failed = Verdict(sheets.SPOILED, reason, notes)
    mine = [sheet for sheet in detail.sheets if sheet.item_id == item.id]
    drawn = [sheet for sheet in mine if sheet.state == sheets.DRAWN]
    if item.part:
        pieces = [
            one.id
            for sheet in drawn
            for one in sheet.pieces
            if one.name == item.name and one.state == sheets.PLANNED
        ]
        results.pieces |= dict.fromkeys(pieces[len(pieces) - count :], failed)
        return
    for sheet in drawn[len(drawn) - count :]:
        results.verdicts[sheet.id] = failed


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
