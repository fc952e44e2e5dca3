"""Pieces of imposed sheets that fail while a run is told to draw again what fails."""

from __future__ import annotations

from collections.abc import Mapping

from plotty_tui.domain import sheets
from plotty_tui.domain.plot_orders import orders_of
from plotty_tui.domain.runs import Verdict
from plotty_tui.store.database import Store
from plotty_tui.store.production.replots import Part
from plotty_tui.store.tables import Piece, Sheet


def parts_again(
    store: Store, fates: Mapping[int, Verdict], pieces: Mapping[int, Verdict]
) -> dict[int, Part]:
    """The sheets with only the pieces that have failed once these verdicts (by sheet and by piece)
    are given, by the sheet they are on; nothing of runs that are not told to draw again. They are
    planned before the verdicts are written: planning takes longer than the books may wait."""
    from ..jobs.imposing import impose_again

    found: dict[int, Part] = {}
    with store.read():
        told = set(fates) | {Piece.get_by_id(one).sheet_id for one in pieces}
        concerned = [Sheet.get_by_id(one) for one in sorted(told)]
    for sheet in concerned:
        if not sheet.item.layout or not orders_of(sheet.run.settings).max_replots:
            continue
        fate = fates[sheet.id].fate if sheet.id in fates else sheet.state
        states = {
            piece.position: pieces[piece.id].fate if piece.id in pieces else piece.state
            for piece in sheet.pieces
        }
        failed = tuple(sorted(place for place, state in states.items() if state == sheets.SPOILED))
        if fate != sheets.SPOILED and 0 < len(failed) < len(states):
            found[sheet.id] = Part(failed, *impose_again(store, sheet.item, failed))
    return found
