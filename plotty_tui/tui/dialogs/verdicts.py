"""The fates of a run's sheets, and of the pieces on them, while its completion form is open: told
one by one, or counted."""

from __future__ import annotations

from collections.abc import Sequence

from plotty_tui.domain import sheets
from plotty_tui.domain.runs import Verdict
from plotty_tui.studio.production.run_detail import ItemResult, RunDetail

GOOD = Verdict(sheets.GOOD)
SHEET, PIECE = "sheet", "piece"

# A sheet or a piece of one: what it is, and its id.
Unit = tuple[str, int]


class Verdicts:
    """A verdict for each drawn sheet and each piece on one, good until told otherwise; a piece is
    spoiled with its sheet. What is spoiled by a count carries the form's reason and is the first to
    become good again when the count falls."""

    def __init__(self, detail: RunDetail) -> None:
        self._detail = detail
        drawn = [sheet for sheet in detail.sheets if sheet.state == sheets.DRAWN]
        self.of: dict[Unit, Verdict] = {(SHEET, sheet.id): GOOD for sheet in drawn}
        self._sheet_of: dict[Unit, Unit] = {}
        for sheet in drawn:
            for piece in sheet.pieces:
                if piece.state == sheets.PLANNED:
                    self.of[PIECE, piece.id] = GOOD
                    self._sheet_of[PIECE, piece.id] = (SHEET, sheet.id)
        self._counted: set[Unit] = set()

    def fate(self, unit: Unit) -> Verdict:
        """What is said of a unit, with that of the sheet a piece lies on."""
        sheet = self._sheet_of.get(unit)
        if sheet is not None and self.of[sheet].fate == sheets.SPOILED and self.of[unit] == GOOD:
            return self.of[sheet]
        return self.of[unit]

    @property
    def told(self) -> dict[int, Verdict]:
        """Sheet id -> the verdict, of those that are not simply good."""
        return self._told(SHEET)

    @property
    def told_pieces(self) -> dict[int, Verdict]:
        """Piece id -> the verdict, of those that are not as their sheet."""
        return self._told(PIECE)

    def _told(self, what: str) -> dict[int, Verdict]:
        return {unit[1]: one for unit, one in self.of.items() if unit[0] == what and one != GOOD}

    def give(self, units: Sequence[Unit], verdict: Verdict) -> None:
        """Say this of these units. A piece is good or spoiled: another fate is that of its
        sheet."""
        for unit in units:
            known = verdict.fate in sheets.PIECE_VERDICTS or unit[0] == SHEET
            self.of[unit] = verdict if known else GOOD
            self._counted.discard(unit)

    def spoiled(self, item: ItemResult) -> int:
        """How many drawn units of an item are told as spoiled."""
        return sum(1 for unit in self._of_item(item) if self.fate(unit).fate == sheets.SPOILED)

    def count(self, fate: str) -> int:
        """How many units that the run counts in have this fate."""
        units = [unit for item in self._detail.items for unit in self._of_item(item)]
        return sum(1 for unit in units if self.fate(unit).fate == fate)

    @property
    def units(self) -> int:
        """How many drawn units the run counts in: pieces, or sheets where they hold one."""
        return sum(len(self._of_item(item)) for item in self._detail.items)

    @property
    def are_counted(self) -> bool:
        """Whether units are spoiled by a count: they want the form's reason."""
        return bool(self._counted)

    def set_spoiled(self, item: ItemResult, number: int, reason: str) -> None:
        """So many of an item are spoiled: the last copies take it."""
        mine = self._of_item(item)
        while self.spoiled(item) < number:
            last = next(one for one in reversed(mine) if self.fate(one).fate != sheets.SPOILED)
            self.of[last] = counted(reason)
            self._counted.add(last)
        while self.spoiled(item) > number:
            failed = [one for one in mine if self.of[one].fate == sheets.SPOILED]
            if not failed:
                return  # spoiled with their sheet: that is told of the sheet
            by_count = [one for one in failed if one in self._counted]
            # The first of those counted was the last to be taken.
            self.give([by_count[0] if by_count else failed[-1]], GOOD)

    def give_reason(self, reason: str) -> None:
        """The reason of all units that are spoiled by a count."""
        for unit in self._counted:
            self.of[unit] = counted(reason)

    def _of_item(self, item: ItemResult) -> list[Unit]:
        mine = [sheet for sheet in self._detail.sheets if sheet.item_id == item.id]
        if not item.part:
            units = [(SHEET, sheet.id) for sheet in mine]
        else:
            units = [
                (PIECE, piece.id)
                for sheet in mine
                for piece in sheet.pieces
                if piece.name == item.name
            ]
        return [unit for unit in units if unit in self.of]


def counted(reason: str) -> Verdict:
    """The verdict of a unit that is spoiled by a count."""
    return Verdict(sheets.SPOILED, reason, "counted as failed" if reason == "other" else "")
