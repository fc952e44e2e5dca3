"""The dossier that goes with a client's sheets, and the certificate of its edition."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from plotty_tui.domain import values

from .document import (
    COUNT,
    METRES,
    MOMENT,
    SECONDS,
    TEXT,
    Column,
    Document,
    Figure,
    Figures,
    Lines,
    Part,
    Picture,
    Pictures,
    Table,
)


def dossier_report(dossier: Any, made_at: datetime) -> Document:
    """Everything about a client's part of a run (a `studio.dossier.Dossier`)."""
    who = f" for {dossier.client}" if dossier.client else ""
    document = Document(f"Dossier{who}", _period(dossier), made_at, dossier.studio)
    pictures = [Picture(work.name, work.picture) for work in dossier.works if work.picture]
    document.parts = [_summary(dossier)]
    if pictures:
        document.parts.append(Pictures("Designs", pictures))
    document.parts += [_works(dossier), _pens(dossier), _sheets(dossier)]
    document.parts += [_settings(work) for work in dossier.works]
    return document


def certificate(dossier: Any, made_at: datetime) -> Document:
    """What is drawn of each edition, number by number, on what and with what."""
    who = f" for {dossier.client}" if dossier.client else ""
    document = Document(f"Certificate{who}", _period(dossier), made_at, dossier.studio)
    columns = [
        Column("design", "Design"), Column("edition", "Edition", COUNT),
        Column("numbers", "Numbers drawn"), Column("paper", "Paper"), Column("pens", "Pens"),
    ]  # fmt: skip
    rows = [
        [
            work.name, work.copies, edition_words(work.edition, work.copies), _paper(work),
            ", ".join(_pen(row) for row in work.pens) or "–",
        ]
        for work in dossier.works
    ]  # fmt: skip
    pictures = [Picture(work.name, work.picture) for work in dossier.works if work.picture]
    parts: list[Part] = [Pictures("", pictures)] if pictures else []
    document.parts = [
        *parts,
        Table("Edition", columns, rows),
        Lines(
            "Originals",
            [
                "Each sheet was drawn by a pen plotter, stroke by stroke, with these pens.",
                "Numbers that are not named were not drawn, or were refused and are no part of the "
                "edition.",
                "Date and signature: ______________________________",
            ],
        ),
    ]
    return document


def edition_words(numbers: list[int], copies: int) -> str:
    """`1–3, 5 of 6`."""
    if not numbers:
        return f"none of {copies}"
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    words = [str(a) if a == b else f"{a}–{b}" for a, b in spans]
    return f"{', '.join(words)} of {copies}"


def _period(dossier: Any) -> str:
    words = [dossier.run]
    if dossier.began:
        words.append(f"from {values.local_time(dossier.began)}")
    if dossier.ended:
        words.append(f"to {values.local_time(dossier.ended)}")
    return " ".join(words)


def _summary(dossier: Any) -> Figures:
    drawn = [one for work in dossier.works for one in work.sheets]
    return Figures(
        "Summary",
        [
            Figure("designs", "Designs", len(dossier.works), COUNT),
            Figure("sheets", "Sheets", sum(one.fine for one in drawn), COUNT),
            Figure("ink", "Ink", sum(one.ink_mm for one in drawn if one.fine) / 1000, METRES),
            Figure("seconds", "Drawing time", sum(one.seconds for one in drawn), SECONDS),
        ],
    )


def _works(dossier: Any) -> Table:
    columns = [
        Column("design", "Design"), Column("size", "Size"), Column("paper", "Paper"),
        Column("preset", "Preset"), Column("edition", "Edition"), Column("sha256", "File"),
    ]  # fmt: skip
    rows = [
        [
            work.name, f"{work.size_mm[0]:g} x {work.size_mm[1]:g} mm", _paper(work), work.preset,
            edition_words(work.edition, work.copies), work.sha256[:12],
        ]
        for work in dossier.works
    ]  # fmt: skip
    return Table("Work", columns, rows, note="File: the begin of the design's SHA-256")


def _paper(work: Any) -> str:
    return f"{work.paper}, {work.gsm:g} g/m²" if work.gsm else str(work.paper)


def _pen(row: Any) -> str:
    return " ".join(part for part in (row.code, row.name) if part) or "a pen of no stock"


def _pens(dossier: Any) -> Table:
    columns = [
        Column("design", "Design"), Column("pen", "Pen"), Column("color", "Colour"),
        Column("tip_mm", "Tip mm", TEXT), Column("layers", "Layers"), Column("m", "Ink", METRES),
        Column("seconds", "Time", SECONDS),
    ]  # fmt: skip
    rows = [
        [
            work.name, _pen(row), row.color or "–",
            "–" if row.tip_mm is None else f"{row.tip_mm:g}",
            (row.layers or "").replace(",", ", "), row.mm / 1000, row.seconds,
        ]
        for work in dossier.works for row in work.pens
    ]  # fmt: skip
    return Table("Pens", columns, rows, empty="no ink")


def _sheets(dossier: Any) -> Table:
    columns = [
        Column("design", "Design"), Column("number", "Number", COUNT),
        Column("attempt", "Attempt", COUNT), Column("fate", "Fate"), Column("device", "Plotter"),
        Column("ended_at", "Drawn", MOMENT), Column("seconds", "Machine", SECONDS),
        Column("human_seconds", "Operator", SECONDS), Column("m", "Ink", METRES),
    ]  # fmt: skip
    rows = [
        [
            work.name, one.copy, one.attempt,
            f"{one.state}, {one.reason.replace('_', ' ')}" if one.reason else one.state,
            one.device or "–", one.ended_at, one.seconds, one.human_seconds, one.ink_mm / 1000,
        ]
        for work in dossier.works for one in work.sheets
    ]  # fmt: skip
    return Table("Sheets", columns, rows)


def _settings(work: Any) -> Table:
    columns = [Column("setting", "Setting"), Column("value", "Value")]
    rows = [["preset", work.preset], *(list(pair) for pair in work.settings)]
    return Table(f"How {work.name} was drawn", columns, rows)
