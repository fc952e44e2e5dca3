"""The page of one run in words, and its sheets as a list."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from plotty_tui.domain import runs
from plotty_tui.domain.order_words import device_words, order_words
from plotty_tui.domain.values import clock, local_time, metres, percent, plural
from plotty_tui.reports.cards import printed_causes
from plotty_tui.studio.production.run_detail import RunDetail

from ..bar import Line, Span
from ..rows import Cell, Column, ColumnRows, RowList, fit_columns
from ..text import pad, plain, state_span
from .run_list import variance_span
from .tables import table_lines

LABEL = 11
SCROLLBAR = 1


def run_state_word(detail: RunDetail) -> str:
    """The state word of a run; one whose sheets are all drawn awaits its results."""
    return "awaiting_results" if detail.awaiting else detail.state


def run_lines(detail: RunDetail, width: int) -> list[Line]:
    """All about a run but its sheets."""
    parts = (
        _overview(detail, width), _times(detail, width), _items(detail, width),
        _pens(detail, width), _papers(detail, width), _causes(detail), _costs(detail, width),
        _told(detail, width), _accepted(detail, width), _corrections(detail, width),
    )  # fmt: skip
    lines: list[Line] = []
    for part in parts:
        if part:
            lines += [*([()] if lines else []), *part]
    return lines


def _overview(detail: RunDetail, width: int) -> list[Line]:
    lines = said("name", detail.title, width, "bold")
    lines.append((*_label("status"), state_span(run_state_word(detail)), *_sheets(detail)))
    reason = detail.reason.replace("_", " ")
    lines += said("reason", reason, width, "state-fault" if detail.state == runs.FAILED else "")
    lines += said("client", detail.client, width)
    lines += said("plotters", ", ".join(detail.devices) or "any", width)
    lines += said("preset", detail.preset, width)
    lines += said("order", _way(detail), width)
    lines += said("started", _when(detail), width)
    if detail.quality is not None:
        words = f"{runs.stars(detail.quality)} {runs.QUALITY_WORDS[detail.quality]}"
        lines += said("quality", words, width)
    if detail.client_rating is not None:
        lines += said("client says", f"{detail.client_rating:g} of 5", width)
    if detail.success_percent is not None:
        of = f"{percent(detail.success_percent)} of {plural(detail.attempted, 'sheet')}"
        lines += said("success", of, width)
    return lines + said("notes", detail.notes, width) + _links(detail, width)


def _way(detail: RunDetail) -> str:
    """Pen by pen, and the sheets that are set aside; empty for sheet by sheet without any."""
    aside = len(detail.aside)
    words = ["pen by pen"] * detail.pen_by_pen
    return ", ".join(words + [f"{plural(aside, 'sheet')} set aside"] * bool(aside))


def _links(detail: RunDetail, width: int) -> list[Line]:
    lines: list[Line] = []
    if detail.replot_of:
        lines += said("replot of", f"{runs.run_name(detail.replot_of)}  (o opens it)", width)
    if detail.replots:
        names = ", ".join(runs.run_name(number) for number in detail.replots)
        lines += said("replots", f"{names}  (o opens)", width)
    if detail.wants_replot:
        failed = f"{plural(detail.failed, 'failed one')} not drawn again yet: r replots"
        lines += said("to replot", failed, width, "state-hand")
    return lines


def _sheets(detail: RunDetail) -> Line:
    total = len(detail.sheets)
    if detail.state != runs.IN_PROGRESS:
        return ()
    return ((f"   {total - detail.open} of {plural(total, 'sheet')} drawn", "hint"),)


def _when(detail: RunDetail) -> str:
    if detail.started_at is None:
        return f"not yet, made {local_time(detail.created_at)}"
    begun = local_time(detail.started_at)
    return f"{begun}, ended {local_time(detail.ended_at)}" if detail.ended_at else begun


def _times(detail: RunDetail, width: int) -> list[Line]:
    machine = _against("machine", clock(detail.estimated_seconds), clock(detail.seconds),
                       detail.time_variance_percent)  # fmt: skip
    ink = _against("ink", metres(detail.estimated_mm), metres(detail.actual_mm),
                   detail.ink_variance_percent)  # fmt: skip
    lines = [heading("Estimated against actual"), machine]
    if detail.band is not None:
        lines += said("likely", detail.band.words(), width, "hint")
    lines.append(ink)
    if detail.human_seconds >= 1:
        lines += said("by hand", f"{clock(detail.human_seconds)} waited for a person", width)
    return lines


def _against(name: str, estimated: str, actual: str, variance: float | None) -> Line:
    said_variance = () if variance is None else (("  ", ""), variance_span(variance))
    return (
        *_label(name), (f"{actual:>9}", "bold"), (f"  of estimated {estimated}", "hint"),
        *said_variance,
    )  # fmt: skip


def _items(detail: RunDetail, width: int) -> list[Line]:
    rows: list[list[Cell]] = []
    for item in detail.items:
        up = f" ({item.per_sheet} a sheet)" if item.per_sheet > 1 else ""
        rows.append([
            item.name, f"{item.copies}{up}", str(item.attempted), _number(item.fine, "state-done"),
            _number(item.second, "state-paused"), _number(item.spoiled, "state-fault"), item.paper,
        ])  # fmt: skip
    titles = ("design", "wanted", "begun", "fine", "second", "failed", "paper")
    return [heading("Items"), *table_lines(titles, rows, width, (1, 2, 3, 4, 5))]  # type: ignore[arg-type]


def _pens(detail: RunDetail, width: int) -> list[Line]:
    if not detail.pens:
        return []
    rows: list[list[Any]] = []
    for pen in detail.pens:
        variance = pen.variance_percent if detail.settled else None
        rows.append([
            f"{pen.code} {pen.name}".strip(), metres(pen.estimated_mm), metres(pen.actual_mm),
            variance_span(variance), _metres(pen.primed_mm), _metres(pen.wasted_mm),
            f"{pen.mass_g:.2f} g" if pen.mass_g else "–",
        ])  # fmt: skip
    titles = ("pen", "estimated", "actual", "var.", "priming", "wasted", "weighed")
    return [heading("Pens"), *table_lines(titles, rows, width, (1, 2, 3, 4, 5, 6))]


def _metres(mm: float) -> Span:
    return (metres(mm), "") if mm > 0.5 else ("–", "hint")


def _papers(detail: RunDetail, width: int) -> list[Line]:
    if not detail.papers:
        return []
    rows: list[list[Any]] = []
    for one in detail.papers:
        planned = (
            "–"
            if one.planned is None
            else f"{one.planned}" + (f" + {one.spare} spare" if one.spare else "")
        )
        rows.append([one.name, planned, str(one.used), _number(one.wasted, "state-fault")])
    titles = ("paper", "planned", "used", "spoiled")
    return [heading("Paper"), *table_lines(titles, rows, width, (1, 2, 3))]


def _causes(detail: RunDetail) -> list[Line]:
    whole, told = printed_causes(detail.causes)
    if not told:
        return []
    lines = [heading("Ink: where the variance comes from")]
    lines += [((f"{amount:>11}  ", "bold"), (name, "")) for name, amount in told]
    lines.append(((f"{whole:>11}  ", "bold"), ("in all", "hint")))
    return lines


def _costs(detail: RunDetail, width: int) -> list[Line]:
    cost = detail.cost or detail.estimated_cost
    if cost is None:
        return []
    lines = [heading("Cost" if detail.cost is not None else "Cost, estimated")]
    rows: list[list[Any]] = [
        [line.what, line.amount, _money(line.money, detail.currency)] for line in cost.lines
    ]
    if cost.total is not None:
        rows.append([("in all", "bold"), "", (_money(cost.total, detail.currency), "bold")])
    if cost.per_good_sheet is not None:
        rows.append(["a good sheet", "", _money(cost.per_good_sheet, detail.currency)])
    elif cost.loss is not None and detail.settled:
        rows.append([("loss: no good sheet", "state-fault"), "",
                     _money(cost.loss, detail.currency)])  # fmt: skip
    if detail.cost_variance is not None:
        sign = "+" if detail.cost_variance >= 0 else ""
        variance = f"{sign}{_money(detail.cost_variance, detail.currency)}"
        rows.append(["against the estimate", "", variance])
    lines += table_lines(("", "", ""), rows, width, (1, 2))[1:]
    names = ", ".join(cost.not_counted)
    return lines + said("", f"not counted: {names}" if names else "", width, "hint")


def _money(value: float | None, currency: str) -> str:
    return "–" if value is None else f"{value:.2f} {currency}".strip()


def _told(detail: RunDetail, width: int) -> list[Line]:
    told, as_set = order_words(detail.orders), device_words(detail.as_set)
    if not told and not as_set:
        return []
    lines = [heading("As it was told")]
    for words in told:
        lines += said("", words, width)
    for words in as_set:
        lines += said("set", words, width)
    return lines


def _accepted(detail: RunDetail, width: int) -> list[Line]:
    if not detail.accepted:
        return []
    lines = [heading("Accepted warnings")]
    for one in detail.accepted:
        lines += said("!", one.get("text", one.get("code", "")), width)
        lines += said("", f"because: {one.get('reason', '')}", width, "hint")
    return lines


def _corrections(detail: RunDetail, width: int) -> list[Line]:
    if not detail.corrections:
        return []
    lines = [heading("Corrections")]
    for row in detail.corrections:
        text = f"{row.field}: {row.old or '–'} → {row.new or '–'}"
        lines += said(local_time(row.at)[:LABEL], text, width)
        lines += said("", f"{row.reason} ({row.actor})", width, "hint")
    return lines


def heading(text: str) -> Line:
    """The title of a part of a page."""
    return ((text, "accent bold"),)


def said(name: str, text: str, width: int, style: str = "") -> list[Line]:
    """A fact, wrapped beside its label; nothing when there is nothing to say."""
    from ..dialogs.frame import wrap_text

    if not text:
        return []
    first, *rest = (part.strip() for part in wrap_text(text, max(12, width - LABEL)))
    return [(*_label(name), (first, style)), *((*_label(""), (part, style)) for part in rest)]


def _label(name: str) -> Line:
    return ((pad(name, LABEL), "hint"),)


def _number(number: int, style: str) -> Span:
    return (str(number), style) if number else ("–", "hint")


# Sheets ------------------------------------------------------------------------------------------

FATE_KEYS = (("g", "good"), ("s", "second"), ("o", "proof"), ("x", "spoiled"))
SHEET_COLUMNS = (
    Column("", 3, "right", style="hint"),
    Column("design", 14, flex=3),
    Column("copy", 7, "right"),
    Column("fate", 13),
    Column("plotter", 8, drop=2, style="hint"),
    Column("time", 7, "right", drop=3, style="hint"),
    Column("why", 14, flex=2, drop=1, style="hint"),
)


class SheetList(RowList):
    """The sheets of a run with their fate; below each n-up sheet its pieces. Keys say what became
    of the one under the cursor, or of the marked ones."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"screen.judge('{fate}')", fate, show=False, id=f"sheet.{fate}")
        for key, fate in FATE_KEYS
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, empty="no sheets yet: they are made when the run is started")
        self._told: list[tuple[int, Any, Any]] = []
        self._copies: dict[int, int] = {}

    def show_sheets(self, detail: RunDetail | None) -> None:
        """The sheets are these now."""
        self._told = [
            (number, sheet, piece)
            for number, sheet in enumerate(detail.sheets if detail else (), 1)
            for piece in (None, *sheet.pieces)
        ]
        items = detail.items if detail else ()
        self._copies = {item.id: item.sheets or item.copies for item in items}
        keys = [(number, piece.position if piece else 0) for number, _, piece in self._told]

        def layout(width: int) -> list[tuple[int, int]]:
            return fit_columns(SHEET_COLUMNS, width - SCROLLBAR)

        self.set_rows(ColumnRows(keys, self._cells, SHEET_COLUMNS, layout=layout))

    def chosen(self) -> dict[int, list[int]]:
        """The marked sheets, else the one under the cursor: number -> positions of its pieces
        (none: the whole sheet)."""
        found: dict[int, list[int]] = {}
        for number, position in self.marked_rows or [self.cursor_key or (0, 0)]:
            if number:
                found.setdefault(number, [])
                found[number] += [position] if position else []
        return found

    def _cells(self, i: int) -> list[Cell]:
        number, sheet, piece = self._told[i]
        if piece is not None:
            return [
                "", f"   {piece.position}. {plain(piece.name)}", "", state_span(piece.state), "",
                "",
                _why(piece),
            ]  # fmt: skip
        again = f" #{sheet.attempt}" if sheet.attempt > 1 else ""
        return [
            str(number), plain(sheet.name), f"{sheet.copy}/{self._copies[sheet.item_id]}{again}",
            state_span(sheet.state), _place(sheet), clock(sheet.seconds or None), _why(sheet),
        ]  # fmt: skip


def _place(sheet: Any) -> str:
    """The plotter it lies on, or beside which it waits for its next pen."""
    return sheet.device or (f"beside {sheet.aside}" if sheet.aside else "")


def _why(row: Any) -> str:
    parts = ((row.reason or "").replace("_", " "), row.notes or "")
    return ", ".join(plain(one) for one in parts if one)
