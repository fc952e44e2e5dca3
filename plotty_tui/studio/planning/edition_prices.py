"""What a run takes of a person, sheet by sheet and pen by pen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from plotty_tui.domain import values
from plotty_tui.domain.orders import HAND_PAPER, HAND_PEN
from plotty_tui.domain.passes import Chain, HandsOfRun, by_pen, by_sheet
from plotty_tui.domain.plan import PlanLayer
from plotty_tui.store.database import Store
from plotty_tui.store.production import run_history
from plotty_tui.store.tables import Device

# A change of pens costs a person's walk; taking a sheet off and on again half of one.
WALK_SECONDS = 60.0
SHEET_SECONDS = 30.0

NO_HANDS = HandsOfRun()


@dataclass(frozen=True, slots=True)
class EditionPrices:
    """The hands of both ways, and the seconds that they take by the studio's own times."""

    by_sheet: HandsOfRun = NO_HANDS
    by_pen: HandsOfRun = NO_HANDS
    by_sheet_seconds: float = 0.0
    by_pen_seconds: float = 0.0

    @property
    def saved_seconds(self) -> float:
        """What a person wins by going pen by pen; below zero when that takes longer."""
        return self.by_sheet_seconds - self.by_pen_seconds

    def hands(self, pen_by_pen: bool) -> HandsOfRun:
        """Those of the chosen way."""
        return self.by_pen if pen_by_pen else self.by_sheet

    def seconds(self, pen_by_pen: bool) -> float:
        """Those of the chosen way."""
        return self.by_pen_seconds if pen_by_pen else self.by_sheet_seconds

    def words(self, pen_by_pen: bool) -> str:
        """`2 pen changes, 10 sheets put on: 7 min by hand`."""
        hands = self.hands(pen_by_pen)
        return (
            f"{values.plural(hands.pen_changes, 'pen change')}, "
            f"{values.plural(hands.put_on, 'sheet')} put on: "
            f"{values.rough(self.seconds(pen_by_pen))} by hand"
        )

    def to_json(self) -> dict[str, Any]:
        """Both ways for scripts."""
        return {
            way: {
                "pen_changes": hands.pen_changes,
                "sheets_put_on": hands.put_on,
                "human_seconds": round(seconds, 1),
            }
            for way, hands, seconds in (
                ("sheet_by_sheet", self.by_sheet, self.by_sheet_seconds),
                ("pen_by_pen", self.by_pen, self.by_pen_seconds),
            )
        }


def edition_prices(
    store: Store, lines: Sequence[tuple[Chain, int]], plotters: int = 1, loaded: Any = None
) -> EditionPrices:
    """What (pens, copies) take both ways where so many plotters share the copies; `loaded` is in
    the holder. A pen change and a sheet take as long as they did before."""
    pen = run_history.hand_seconds(store, HAND_PEN, WALK_SECONDS)
    sheet = run_history.hand_seconds(store, HAND_PAPER, SHEET_SECONDS)
    sheetwise, penwise = HandsOfRun(), HandsOfRun()
    for number in range(max(1, plotters)):
        share = [(pens, _share(copies, number, max(1, plotters))) for pens, copies in lines]
        sheetwise += by_sheet(share, loaded)
        penwise += by_pen(share, loaded)
    return EditionPrices(sheetwise, penwise, sheetwise.seconds(pen, sheet),
                         penwise.seconds(pen, sheet))  # fmt: skip


def _share(copies: int, number: int, plotters: int) -> int:
    return (copies + plotters - 1 - number) // plotters


def pen_in(device: Device) -> int | str | None:
    """What is in this plotter's holder, as `pens_of` names it; None when it is empty."""
    return device.loaded_pen_id or device.loaded_color.casefold() or None


def pens_of(layers: Iterable[PlanLayer]) -> Chain:
    """The pens of a plan's layers as they come: of the stock, else their colours."""
    return tuple(
        layer.pen.pen_id if layer.pen and layer.pen.pen_id is not None else layer.color.casefold()
        for layer in layers
    )
