"""The page of one pen, paper, ledger row or article, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plotty_tui.domain.runs import run_name
from plotty_tui.domain.shopping import Outlook
from plotty_tui.domain.values import grams, metres, plural
from plotty_tui.studio.inventory.shopping import ends_words, words_of
from plotty_tui.studio.inventory.stock import PaperDetail, PenDetail
from plotty_tui.studio.production.run_lists import moment_of

from ..bar import Line, pen_dots, progress_bar
from ..text import plain
from .run_page import heading, said
from .stock_lists import LOW, PEN_LOOKS, amount, look_cell

BAR = 24
LABEL = 11


def pen_lines(detail: PenDetail, end: Outlook | None, width: int) -> list[Line]:
    """All about a pen: what is left, who holds it, its life, its care, its ledger."""
    row = detail.row
    look = LOW if row.low else PEN_LOOKS.get(row.state, PEN_LOOKS["sealed"])
    where = f"  in {row.device}" if row.device else ""
    lines: list[Line] = [
        ((f"{'state':<{LABEL}}", "hint"), look_cell(look), (where, "")),
        ((f"{'pen':<{LABEL}}", "hint"), *pen_dots([row.color]), (f" {row.type}", "")),
    ]
    lines += said("slot", str(row.slot or ""), width)
    lines += _left(row)
    lines += _held(row.holders, metres, width)
    lines += _ends(end, width)
    lines += _life(detail, width)
    lines += _weight(detail, width)
    lines += said("care", row.care_text, width)
    lines += said("care due", row.care_due, width, "state-hand")
    lines += said("motion", _motion(row), width)
    lines += said("price", "" if row.price is None else f"{row.price:.2f}", width)
    lines += said("notes", row.notes, width)
    return lines + _ledger(detail.ledger, width)


def _left(row: Any) -> list[Line]:
    label = (f"{'left':<{LABEL}}", "hint")
    drawn = (f"  drawn {metres(row.used_mm)}", "hint")
    if row.left_mm is None or not row.received_mm:
        return [(label, ("not known: e gives it a life", "hint"), drawn)]
    share = max(0.0, row.left_mm / row.received_mm)
    style = "state-hand" if row.low else "bar-done"
    bar = progress_bar(share, BAR, style)
    free = f"  {metres(row.free_mm)} free" if row.reserved_mm else ""
    outlived = "  outlived its forecast" if row.outlived else ""
    return [
        (label, (metres(row.left_mm), "bold"), (free, ""), drawn, (outlived, "state-hand")),
        ((" " * LABEL, ""), *bar, (f" {share:.0%}", "hint")),
    ]


def _held(holders: Sequence[Any], told: Any, width: int) -> list[Line]:
    words = ", ".join(f"{run_name(one.run)} {told(one.amount)}" for one in holders)
    return said("held by", words, width)


def _ends(end: Outlook | None, width: int) -> list[Line]:
    if end is None:
        return []
    words = ends_words(end) or "not in sight"
    lines = said("ends", words, width, "state-hand" if end.low else "")
    if end.low and end.buy:
        lines += said("buy", f"{end.buy}: {words_of(end)}", width, "state-hand")
    return lines


def _life(detail: PenDetail, width: int) -> list[Line]:
    row, learned = detail.row, detail.learned
    given = metres(row.life_mm) if row.life_mm else "none given"
    if learned is None:
        return said("life", f"{given}; nothing learned from pens of this type yet", width)
    of = plural(learned.pens, "pen")
    return said("life", f"{given}; such pens live {metres(learned.mm)} (from {of})", width)


def _weight(detail: PenDetail, width: int) -> list[Line]:
    row = detail.row
    lines: list[Line] = []
    if row.weight_g is not None:
        empty = "" if row.tare_g is None else f", empty {grams(row.tare_g)}"
        lines += said("weight", f"{grams(row.weight_g)}{empty}", width)
    for one in detail.calibrations:
        if one.mg_per_m is None:
            lines += said("", one.why, width, "hint")
        else:
            over = f"{metres(one.mm)}, {plural(one.weighings, 'weighing')}"
            lines += said("", f"{one.mg_per_m:.2f} mg a metre on {one.paper} ({over})", width)
    return lines


def _motion(row: Any) -> str:
    parts = [
        f"at most {row.speed_cap:g} %" if row.speed_cap else "",
        f"height {row.height:g} %" if row.height is not None else "",
        f"tip off by {row.offset_x_mm:g}, {row.offset_y_mm:g} mm"
        if row.offset_x_mm or row.offset_y_mm
        else "",
    ]
    return ", ".join(part for part in parts if part)


def paper_lines(detail: PaperDetail, end: Outlook | None, width: int) -> list[Line]:
    """All about a paper: stock, who holds it, when it ends, its ledger."""
    row = detail.row
    lines: list[Line] = []
    if row.low:
        lines.append(((f"{'state':<{LABEL}}", "hint"), look_cell(LOW)))
    weight = f", {row.gsm:g} g/m²" if row.gsm else ""
    lines += said("size", f"{row.width_mm:g} × {row.height_mm:g} mm{weight}", width)
    held = f", {row.free} free" if row.reserved else ""
    lines += said("stock", f"{plural(row.stock, 'sheet')}{held}", width, "bold")
    lines += _held(row.holders, lambda number: f"{number:.0f}", width)
    reorder = "" if row.reorder_point is None else f"at {plural(row.reorder_point, 'sheet')}"
    lines += said("reorder", reorder, width)
    lines += _ends(end, width)
    lines += said("price", "" if row.price is None else f"{row.price:.2f} a sheet", width)
    lines += said("notes", row.notes, width)
    return lines + _ledger(detail.ledger, width)


def _ledger(rows: Sequence[Any], width: int) -> list[Line]:
    lines: list[Line] = [(), heading("Newest in the ledger")]
    if not rows:
        return [*lines, (("nothing yet", "hint"),)]
    for row in rows:
        lines += ledger_line(row)
    return lines


def ledger_line(row: Any) -> list[Line]:
    """A ledger row in one line."""
    why = ", ".join(
        one
        for one in (
            run_name(row.run) if row.run else "", row.design or "",
            row.reason.replace("_", " "), row.note,
        )
        if one
    )  # fmt: skip
    when = moment_of(row.at)
    return [((f"{when}  ", "hint"), (f"{row.kind:<8}", ""), (f"{amount(row):>12}  ", "bold"),
             (plain(why), "hint"))]  # fmt: skip


def ledger_lines(row: Any, width: int) -> list[Line]:
    """All that one ledger row says."""
    of = f"{row.pen} {row.pen_name}" if row.pen else row.paper or ""
    sheet = f"{row.design}, copy {row.copy}, attempt {row.attempt}" if row.design else ""
    lines = said("what", f"{row.kind} {amount(row)}", width, "bold")
    for name, text in (
        ("of", of), ("when", moment_of(row.at)), ("run", run_name(row.run) if row.run else ""),
        ("sheet", sheet), ("why", row.reason.replace("_", " ")), ("note", row.note),
        ("who", row.actor), ("key", row.key),
    ):  # fmt: skip
        lines += said(name, text, width)
    return lines


def outlook_lines(one: Outlook, width: int) -> list[Line]:
    """How an article fares with the work ahead."""
    lines: list[Line] = []
    if one.end is None:
        lines += said("left", "not known: the pen has no life yet (e gives it one)", width)
    else:
        lines += said("stock", words_of(one), width, "state-hand" if one.low else "")
    lines += said("ends", ends_words(one) or "not in sight", width)
    if one.buy:
        cost = "no price" if one.cost is None else f"{one.cost:.2f}"
        lines += said("buy", f"{one.buy} ({cost})", width, "bold")
    return lines
