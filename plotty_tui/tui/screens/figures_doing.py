"""What the keys of the Figures screen do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plotty_tui.domain.periods import parse_period
from plotty_tui.studio import forms
from plotty_tui.studio.forms import Field

from ..panels.report_files import write_report
from .doing import Doings

if TYPE_CHECKING:
    from .figures import FiguresScreen

PERIOD_HELP = "YYYY-MM-DD, today, yesterday, last_14_days, this_month, last_month, A:B"


class FiguresDoings(Doings):
    """The actions of the Figures screen."""

    screen: FiguresScreen

    def do_open(self) -> None:
        if self.screen.answers_hand():
            self.do("hand.ready")
        else:
            self.do_figures_period()

    def do_find_next_tab(self) -> None:
        self.screen.turn(1)

    def do_find_last_tab(self) -> None:
        self.screen.turn(-1)

    def do_figures_period(self) -> None:
        from ..dialogs import FormDialog

        field = Field("period", "Period", value=self.screen.period, help=PERIOD_HELP, required=True)

        def save(typed: dict[str, str]) -> str:
            period = str(forms.parse_form([field], typed)["period"])
            parse_period(period)
            return period

        def chosen(period: str | None) -> None:
            if period:
                self.screen.use_period(period)

        self.screen.app.push_screen(FormDialog("Figures of which period?", [field], save), chosen)

    def do_figures_report(self) -> None:
        self.report(write_report, self.screen.period)
