"""One report, every format: the same figures, nothing of a studio's text taken for markup."""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from plotty_tui.domain.errors import Refused
from plotty_tui.reports import document as parts
from plotty_tui.reports.document import (
    Chart,
    Column,
    Document,
    Figure,
    Figures,
    Lines,
    Picture,
    Pictures,
    Table,
    shown,
    sparkline,
)
from plotty_tui.reports.export import FORMATS, check_format, render

NASTY = "<b>=cmd|' /C calc'!A1</b> #set page(fill: red) [x] *y* | z"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    '<path d="M1 1L8 8" stroke="#000"/></svg>'
)


@pytest.fixture
def report() -> Document:
    return Document(
        "Production report", "21 November 2025", datetime(2025, 11, 21, 12, tzinfo=UTC),
        studio=NASTY, currency="EUR",
        parts=[
            Figures("Summary", [
                Figure("success", "Success", 93.3333, parts.PERCENT, n=15, before=90.0),
                Figure("cost", "Cost of a good sheet", None, parts.MONEY, note="no price"),
            ]),
            Table(
                "Sheets",
                [Column("job", "Job"), Column("good", "Good", parts.COUNT),
                 Column("seconds", "Time", parts.SECONDS), Column("cost", "Cost", parts.MONEY)],
                [[NASTY, 14, 760.0, 22.5], ["=1+1", 1, -30.0, None]],
                ["all", 15, 730.0, 22.5], note="paper has no price",
            ),
            Table("Faults", [Column("fault", "Fault")], []),
            Chart("Per day", ["1 Nov", "2 Nov", "3 Nov"], [1.0, None, 3.0], "line", "sheets"),
            Chart("Nothing", [], [], "bars"),
            Pictures("Designs", [Picture(NASTY, SVG)]),
            Lines("Suggestions", [NASTY]),
        ],
    )  # fmt: skip


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_is_made(report: Document, ending: str) -> None:
    assert len(render(report, ending)) > 200


def test_json_keeps_raw_values_and_no_data_is_null(report: Document) -> None:
    told = json.loads(render(report, "json"))
    summary, sheets = told["parts"][0]["figures"], told["parts"][1]
    assert summary["success"]["value"] == 93.3333
    assert summary["success"]["n"] == 15
    assert summary["cost"]["value"] is None
    assert sheets["rows"][0] == {"job": NASTY, "good": 14, "seconds": 760.0, "cost": 22.5}
    assert sheets["totals"]["good"] == 15
    assert told["parts"][3]["points"][1] == {"label": "2 Nov", "value": None}


def test_csv_has_no_formula_and_numbers_stay_numbers(report: Document) -> None:
    rows = list(csv.reader(io.StringIO(render(report, "csv").decode())))
    assert ["'=1+1", "1", "-30.0", ""] in rows
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_html_is_one_file_and_text_stays_text(report: Document) -> None:
    page = render(report, "html").decode()
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            found.append(tag)

    Reader().feed(page)
    assert "b" in found  # the big figures
    assert page.count("<b>") == 2
    assert not re.search(r'(src|href)="(?!data:)', page)
    assert "script" not in found


def test_markdown_tables_hold(report: Document) -> None:
    text = render(report, "md").decode()
    (line,) = (one for one in text.splitlines() if "14" in one and "12:40" in one)
    assert len(re.findall(r"(?<!\\)\|", line)) == 5
    assert "nothing in this period" in text


def test_the_pdf_has_pages_and_its_fonts_inside(report: Document) -> None:
    pdf = render(report, "pdf")
    assert pdf.startswith(b"%PDF-")
    assert b"Libertinus" in pdf or b"Libertinus" in _unpacked(pdf)
    assert b"/FontFile3" in pdf + _unpacked(pdf)
    assert render(report, "pdf") == pdf, "the same report is the same file"


def _unpacked(pdf: bytes) -> bytes:
    text = b""
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        try:
            text += zlib.decompress(stream.strip(b"\r\n"))
        except zlib.error:
            continue
    return text


@pytest.mark.parametrize("name", ["report.doc", "report", "report.PDFX"])
def test_another_ending_is_refused_with_the_ones_there_are(name: str) -> None:
    with pytest.raises(Refused, match=r"\.pdf, \.html, \.csv, \.json, \.md"):
        check_format(Path(name))
    assert check_format(Path("Report.PDF")) == "pdf"


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, parts.PERCENT, "–"),
        (0.0, parts.PERCENT, "0.0 %"),
        (-3.25, parts.CHANGE, "-3.2 %"),
        (7713.0, parts.SECONDS, "2:08:33"),
        (1234567, parts.COUNT, "1,234,567"),
        (2.5, parts.MONEY, "2.50 EUR"),
    ],
)
def test_values_are_written_by_their_kind(value: float | None, kind: str, text: str) -> None:
    assert shown(value, kind, "EUR") == text


def test_a_small_line_has_gaps_where_there_is_no_data() -> None:
    assert sparkline([1, None, 8]) == "▁ █"
    assert sparkline([None]) == ""
    assert sparkline([2, 2]) == "▁▁"
