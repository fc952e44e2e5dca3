"""The fates of a run's sheets while its completion form is open: told one by one, or counted."""

from __future__ import annotations

from plotty_tui.domain import sheets
from plotty_tui.domain.runs import Verdict
from plotty_tui.studio.production import ItemResult, RunDetail

GOOD = Verdict(sheets.GOOD)


class Verdicts:
    """A verdict for each drawn sheet, good until told otherwise. Sheets spoiled by a count carry
    the form's reason and are the first to become good again when the count falls."""

    def __init__(self, detail: RunDetail) -> None:
        self._detail = detail
        self.of: dict[int, Verdict] = {
            sheet.id: GOOD for sheet in detail.sheets if sheet.state == sheets.DRAWN
        }
        self._counted: set[int] = set()

    @property
    def told(self) -> dict[int, Verdict]:
        """The verdicts that are not simply good."""
        return {sheet: verdict for sheet, verdict in self.of.items() if verdict != GOOD}

    def give(self, sheet_ids: list[int], verdict: Verdict) -> None:
        """Say this of these sheets."""
        for sheet in sheet_ids:
            self.of[sheet] = verdict
            self._counted.discard(sheet)

    def spoiled(self, item: ItemResult) -> int:
        """How many drawn sheets of an item are told as spoiled."""
        return sum(1 for sheet in self._of_item(item) if self.of[sheet].fate == sheets.SPOILED)

    def count(self, fate: str) -> int:
        """How many sheets have this fate."""
        return sum(1 for verdict in self.of.values() if verdict.fate == fate)

    def set_spoiled(self, item: ItemResult, number: int, reason: str) -> None:
        """So many of an item are spoiled: the last copies take it."""
        mine = self._of_item(item)
        while self.spoiled(item) < number:
            last = next(one for one in reversed(mine) if self.of[one].fate != sheets.SPOILED)
            self.of[last] = counted(reason)
            self._counted.add(last)
        while self.spoiled(item) > number:
            failed = [one for one in mine if self.of[one].fate == sheets.SPOILED]
            by_count = [one for one in failed if one in self._counted]
            # The first of those counted was the last to be taken.
            self.give([by_count[0] if by_count else failed[-1]], GOOD)

    def give_reason(self, reason: str) -> None:
        """The reason of all sheets that are spoiled by a count."""
        for sheet in self._counted:
            self.of[sheet] = counted(reason)

    def _of_item(self, item: ItemResult) -> list[int]:
        return [
            one.id for one in self._detail.sheets if one.item_id == item.id and one.id in self.of
        ]


def counted(reason: str) -> Verdict:
    """The verdict of a sheet that is spoiled by a count."""
    return Verdict(sheets.SPOILED, reason, "counted as failed" if reason == "other" else "")
