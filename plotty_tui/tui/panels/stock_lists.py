"""The lists of the Materials screen: pens, paper, the ledger, what to buy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from plotty_tui.domain.runs import run_name
from plotty_tui.domain.shopping import PEN, Outlook
from plotty_tui.domain.values import grams, local_time, metres, plural
from plotty_tui.studio.inventory.shopping import Shopping, ends_words

from ..bar import Line, pen_dots
from ..rows import Cell, Column, ColumnRows, RowList, fit_columns
from ..text import StateLook, plain, symbols

# The last cell is the scrollbar's.
SCROLLBAR = 1

PEN_LOOKS = {
    "sealed": StateLook("sealed", "○", "o", "state-idle"),
    "in_use": StateLook("in use", "◉", "0", "state-done"),
    "dry": StateLook("dry", "×", "x", "state-fault"),
    "empty": StateLook("empty", "×", "x", "state-fault"),
    "retired": StateLook("retired", "−", "-", "state-idle"),
}
LOW = StateLook("low", "▼", "v", "state-hand")

PEN_COLUMNS = (
    Column("slot", 4, "right", drop=6, style="hint"),
    Column("pen", 7),
    Column("", 1),
    Column("name", 14, flex=2),
    Column("tip", 5, "right", drop=5, style="hint"),
    Column("state", 9),
    Column("drawn", 8, "right", drop=4, style="hint"),
    Column("left", 8, "right"),
    Column("held", 8, "right", drop=2),
    Column("in", 8, drop=1, flex=1, style="hint"),
    Column("care", 10, drop=3, flex=1),
)
PAPER_COLUMNS = (
    Column("paper", 14, flex=2),
    Column("size mm", 11, drop=2, style="hint"),
    Column("g/m²", 5, "right", drop=4, style="hint"),
    Column("state", 6),
    Column("stock", 7, "right"),
    Column("held", 6, "right", drop=1),
    Column("free", 7, "right"),
    Column("reorder", 7, "right", drop=3, style="hint"),
    Column("price", 8, "right", drop=5, style="hint"),
)
LEDGER_COLUMNS = (
    Column("when", 12),
    Column("what", 8),
    Column("of", 12, flex=1),
    Column("amount", 11, "right"),
    Column("run", 8, drop=1),
    Column("sheet", 14, flex=1, drop=3, style="hint"),
    Column("why", 14, flex=1, drop=2, style="hint"),
    Column("who", 10, drop=4, style="hint"),
)
BUY_COLUMNS = (
    Column("buy", 5, "right"),
    Column("", 1),
    Column("article", 16, flex=2),
    Column("pens", 10, drop=4, style="hint"),
    Column("left", 9, "right"),
    Column("wanted", 9, "right", drop=1),
    Column("ends", 22, flex=2, drop=2),
    Column("cost", 9, "right", drop=3),
)
IN_STYLES = {"receive": "state-done", "waste": "state-fault", "adjust": "state-paused",
             "correct": "state-paused", "reserve": "hint", "release": "hint"}  # fmt: skip


def look_cell(look: StateLook) -> tuple[str, str]:
    """Sign and word in the state's colour."""
    return f"{look.ascii if symbols().ascii else look.symbol} {look.word}", look.color


class StockList(RowList):
    """A list of the Materials screen."""

    def fill(self, keys: Sequence[Any], cells: Any, columns: Sequence[Column]) -> None:
        """These rows, in these columns."""

        def layout(width: int) -> list[tuple[int, int]]:
            return fit_columns(columns, width - SCROLLBAR)

        self.set_rows(ColumnRows(keys, cells, columns, layout=layout))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("mark", "range", "mark_all"):
            return False  # nothing is done to several at once
        return super().check_action(action, parameters)


def pen_cells(row: Any) -> list[Cell]:
    """A pen of `stock.list_pens`."""
    look = LOW if row.low else PEN_LOOKS.get(row.state, PEN_LOOKS["sealed"])
    style = "state-hand" if row.low else ""
    return [
        str(row.slot or ""), (row.code, "bold"), pen_dots([row.color]), plain(row.name),
        f"{row.tip_mm:g}" if row.tip_mm else "", look_cell(look), metres(row.used_mm),
        (metres(row.left_mm), style), metres(row.reserved_mm) if row.reserved_mm else "",
        row.device or "", (row.care_due, "state-hand"),
    ]  # fmt: skip


def paper_cells(row: Any) -> list[Cell]:
    """A paper of `stock.list_papers`."""
    style = "state-hand" if row.low else ""
    reorder = "" if row.reorder_point is None else str(row.reorder_point)
    return [
        (plain(row.name), "bold"), f"{row.width_mm:g}×{row.height_mm:g}",
        f"{row.gsm:g}" if row.gsm else "", look_cell(LOW) if row.low else ("fine", "hint"),
        str(row.stock), str(row.reserved or ""), (str(row.free), style), reorder,
        f"{row.price:.2f}" if row.price is not None else "",
    ]  # fmt: skip


def ledger_cells(row: Any) -> list[Cell]:
    """A row of the ledger."""
    at = row.at if isinstance(row.at, datetime) else datetime.fromtimestamp(row.at / 1000, UTC)
    sheet = f"{row.design} {row.copy}" + (f" #{row.attempt}" if (row.attempt or 1) > 1 else "")
    why = ", ".join(one for one in (row.reason.replace("_", " "), row.note) if one)
    return [
        local_time(at), (row.kind, IN_STYLES.get(row.kind, "")),
        plain(f"{row.pen} {row.pen_name}" if row.pen else row.paper or ""), amount(row),
        run_name(row.run) if row.run else "", plain(sheet) if row.design else "", plain(why),
        plain(row.actor),
    ]  # fmt: skip


def amount(row: Any) -> str:
    """What a ledger row adds (+) or takes (-), in its unit."""
    parts = []
    if row.mm:
        parts.append(f"{'+' if row.mm > 0 else ''}{metres(row.mm)}")
    if row.mass_g:
        parts.append(f"{'+' if row.mass_g > 0 else ''}{grams(round(row.mass_g, 3))}")
    if row.sheets:
        parts.append(f"{row.sheets:+d} sheet{'' if abs(row.sheets) == 1 else 's'}")
    return ", ".join(parts) or "0"


def buy_cells(one: Outlook) -> list[Cell]:
    """An article of the shopping list."""
    article, end = one.article, one.end
    style = "state-hand" if one.low else ""
    if article.subject == PEN:
        left, wanted = metres(article.left), metres(end.wanted if end else None)
        sign: Line = pen_dots([article.color])
    else:
        left = "–" if article.left is None else f"{article.left:.0f}"
        wanted = "–" if end is None else f"{end.wanted:.0f}"
        sign = (("▭" if not symbols().ascii else "#", "hint"),)
    cost = "" if not one.buy else "no price" if one.cost is None else f"{one.cost:.2f}"
    return [
        (str(one.buy), "bold state-hand") if one.buy else ("–", "hint"), sign,
        (plain(article.name), "bold" if one.buy else ""), ", ".join(article.codes), (left, style),
        wanted, plain(ends_words(one)), cost,
    ]  # fmt: skip


def buy_title(found: Shopping) -> str:
    """What there is to buy, as a title says it."""
    count = len(found.to_buy)
    if not count:
        return "nothing to buy"
    cost = f", {found.cost:.2f}" if found.cost else ""
    none = (
        f" + {plural(len(found.not_priced), 'article')} without price" if found.not_priced else ""
    )
    return f"{plural(count, 'article')} to buy{cost}{none}"
