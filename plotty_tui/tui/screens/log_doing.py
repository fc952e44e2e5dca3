"""What the keys of the Log screen do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .doing import Doings

if TYPE_CHECKING:
    from .log import LogScreen


class LogDoings(Doings):
    """The actions of the Log screen."""

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

    def why_not_find_next(self) -> str:
        return "" if self.screen.log_list.last_filter else "nothing was looked for yet: / does"

    def why_not_find_before(self) -> str:
        return self.why_not_find_next()

    def do_find_next(self) -> None:
        self._find(1)

    def do_find_before(self) -> None:
        self._find(-1)

    def _find(self, step: int) -> None:
        log = self.screen.log_list
        if log.find(step):
            self.screen.tell(f"/{log.last_filter}", "hint", seconds=2.0)
        else:
            self.screen.tell(f"no line fits {log.last_filter!r}", "hint")
