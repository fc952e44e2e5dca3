"""What the keys of the Log screen do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .doing import Doings
from .finding import Finding

if TYPE_CHECKING:
    from .log import LogScreen


class LogDoings(Finding, Doings):
    """The actions of the Log screen."""

    sought = "line"

    screen: LogScreen

    def do_open(self) -> None:
        if self.screen.answers_hand():
            self.do("hand.ready")
            return
        row = self.screen.row_under_cursor()
        if row is not None:
            from ..dialogs import ShowLines

            at = datetime.fromtimestamp(row.at / 1000, UTC).astimezone()
            title = f"{at:%Y-%m-%d %H:%M:%S} · {row.kind}"
            lines = [row.text, *([f"on {row.device}"] if row.device else [])]
            self.screen.app.push_screen(ShowLines(title, lines))

    def do_find_filter(self) -> None:
        self.screen.open_filter()

    def found_in(self) -> Any:
        return self.screen.log_list
