"""The notice that something runs low: an event, once each time it happens."""

from __future__ import annotations

from plotty_tui.domain import values
from plotty_tui.domain.stock import StockSettings, paper_is_low

from ..database import Store
from ..events import get_setting, note
from ..run_orders import tell_low
from ..tables import Ledger, Paper, Pen, Setting, Sheet
from .materials import paper_stock, pen_left_mm
from .reservations import reserved_pen_mm, reserved_sheets

STOCK = "stock"  # setting: StockSettings
_TOLD = "stock.low"  # setting: what was told to be low and has not come back since


def stock_settings(store: Store) -> StockSettings:
    """How the stock is watched."""
    return StockSettings.from_json(get_setting(store, STOCK, {}))


def note_low_stock(store: Store, sheet: Sheet) -> None:
    """After a sheet: which of its pens and paper have become low, as events. Call it in a
    transaction."""
    settings = stock_settings(store)
    told = get_setting(store, _TOLD, [])
    now = set(told)
    pens = {row.pen_id for row in Ledger.select(Ledger.pen).where(Ledger.sheet == sheet)} - {None}
    for pen in Pen.select().where(Pen.id.in_(pens)):
        left = pen_left_mm(pen.id)
        free = None if left is None else left - reserved_pen_mm(store, pen.id)
        low = settings.is_low(pen.kind, pen.life_mm, free)
        text = f"pen {pen.code} {pen.name} runs low: {values.metres(free)} are free"
        _tell(store, now, f"pen:{pen.id}", low, text, sheet)
    paper = sheet.item.stock_id
    if paper is not None:
        free_sheets = paper_stock(paper) - reserved_sheets(store, paper)
        row = Paper.get_by_id(paper)
        low = paper_is_low(free_sheets, row.reorder_point)
        text = f"paper {row.name} runs low: {values.plural(free_sheets, 'sheet')} free"
        _tell(store, now, f"paper:{paper}", low, text, sheet)
    if now != set(told):
        Setting.insert(key=_TOLD, value=sorted(now)).on_conflict_replace().execute()


def _tell(store: Store, told: set[str], key: str, low: bool, text: str, sheet: Sheet) -> None:
    if low and key not in told:
        event = note(store, "low", text)
        tell_low(store, sheet.run, f"event:{event}", text)
    (told.add if low else told.discard)(key)
