"""Statistics of the production runs, with charts. The chart library is loaded with this module,
which nothing imports before the statistics are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from textual import work
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual_plotext import PlotextPlot

from plotty_tui.domain import runs
from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.values import clock, percent, plural
from plotty_tui.studio.production import run_stats
from plotty_tui.studio.production.run_stats import RunStats, Share

from ..bar import Line, block_bar
from ..feed import beside
from ..lines import LinePanel
from ..text import pad, plain, symbols
from .run_list import variance_span
from .run_page import heading, said
from .tables import table_lines

# How far back, in days (0: all), and how long the spans of the charts are then.
SPANS = {
    "30 days": (30, "day"),
    "90 days": (90, "week"),
    "a year": (365, "month"),
    "all": (0, "month"),
}
MOST_ROWS = 6
# From here on the charts stand beside each other.
WIDE = 100
BAR = 16


class Chart(PlotextPlot):
    """A chart in the colours of the theme."""

    DEFAULT_CSS = """
    Chart { height: 11; margin-top: 1; }
    """

    def begin(self, title: str) -> Any:
        """A cleared chart under a title; what is to be drawn on."""
        self.plt.clear_figure()
        self.plt.title(title)
        self.plt.frame(not symbols().ascii)
        return self.plt

    def ink(self, name: str) -> tuple[int, int, int]:
        """A colour of the theme, as the chart library takes it."""
        from textual.color import Color, ColorParseError

        try:
            return Color.parse(self.app.theme_variables.get(name, "#808080")).rgb
        except ColorParseError:
            return (128, 128, 128)


class RunFigures(VerticalScroll, can_focus=True):
    """Success, variance, most plotted, busiest, replots over time. `look_again(versions)` reads
    them when the books have changed."""

    DEFAULT_CSS = """
    RunFigures {
        padding: 0 1;
        & LinePanel { height: auto; }
        & #charts { layout: vertical; height: auto; }
        & #charts.-wide { layout: horizontal; }
        & #charts.-wide Chart { width: 1fr; }
    }
    """

    def __init__(self, store: Any) -> None:
        super().__init__(id="run-figures")
        self._store = store
        self._span = "all"
        self._read: tuple[Any, ...] = ()
        self.stats: RunStats | None = None
        self.spans = LinePanel(can_focus=False)
        self.facts = LinePanel(can_focus=False)
        self.shares = LinePanel(can_focus=False)
        self.charts = Container(id="charts")
        self.charts.display = False
        self.success, self.replots = Chart(id="chart-success"), Chart(id="chart-replots")

    def compose(self) -> ComposeResult:
        yield self.spans
        yield self.facts
        with self.charts:
            yield self.success
            yield self.replots
        yield self.shares

    def on_mount(self) -> None:
        self.border_title = "Statistics"
        self.app.theme_changed_signal.subscribe(self, lambda theme: self._paint())
        self._paint()

    def on_resize(self) -> None:
        self._paint()

    def turn(self, by: int) -> None:
        """The next span of time."""
        names = list(SPANS)
        self._span = names[(names.index(self._span) + by) % len(names)]
        self._read = ()
        self._paint_spans()
        self._look()

    def look_again(self, versions: tuple[Any, ...]) -> None:
        """Read the figures if the books are others than at the last reading."""
        if versions != self._read:
            self._read = versions
            self._look()

    @work(exclusive=True)
    async def _look(self) -> None:
        days, by = SPANS[self._span]
        since = datetime.now().astimezone() - timedelta(days=days) if days else None
        try:
            self.stats = await beside(
                self._store, run_stats.run_stats, self._store, since=since, by=by
            )
        except PlottyError as error:
            self.facts.show([((str(error), "state-fault"),)])
            return
        # Before it is mounted there is nothing to paint on: mounting paints then.
        self._paint()

    def _paint_spans(self) -> None:
        spans: list[tuple[str, str]] = []
        for name in SPANS:
            style = "accent bold reverse" if name == self._span else "hint"
            spans += [(f" {name} ", style), (" ", "")]
        self.spans.show([(*spans, ("  [ ]", "accent bold"), (" how far back", "hint"))])

    def _paint(self) -> None:
        self._paint_spans()
        stats, width = self.stats, self.scrollable_content_region.width
        if stats is None or not width:
            return
        drawn = bool(stats.sheets)
        # A single span of time is no course of things.
        self.charts.display = drawn and len(stats.replots) > 1
        self.charts.set_class(width >= WIDE, "-wide")
        self.replots.display = any(rate.replot_percent for rate in stats.replots)
        self.facts.show([(), *fact_lines(stats, width)])
        self.shares.show(share_lines(stats, width) if drawn else [])
        if self.charts.display:
            self.call_after_refresh(self._draw, stats)

    def _draw(self, stats: RunStats) -> None:
        rates = stats.replots[-24:]
        names = [one.name for one in rates]
        success = [one.success_percent or 0.0 for one in rates]
        again = [one.replot_percent or 0.0 for one in rates]
        _lines(self.success, "success %", names, success, "state-done", 100.0)
        _bars(self.replots, "replots, % of copies", names, again, "state-fault")


def _lines(
    chart: Chart, title: str, names: Sequence[str], values: Sequence[float], ink: str, top: float
) -> None:
    plot = chart.begin(title)
    places = list(range(1, len(names) + 1))
    marker = "o" if symbols().ascii else "braille"
    plot.plot(places, list(values), marker=marker, color=chart.ink(ink))
    plot.ylim(max(0.0, min(values) - 5), top)
    _ticks(plot, names, chart.size.width)
    chart.refresh()


def _bars(
    chart: Chart, title: str, names: Sequence[str], values: Sequence[float], ink: str
) -> None:
    plot = chart.begin(title)
    marker = "#" if symbols().ascii else "sd"
    places = list(range(1, len(names) + 1))
    plot.bar(places, list(values), marker=marker, color=chart.ink(ink), width=0.5)
    plot.ylim(0, max([1.0, *values]) * 1.1)
    _ticks(plot, names, chart.size.width)
    chart.refresh()


def _ticks(plot: Any, names: Sequence[str], width: int) -> None:
    """As many names below the chart as have room."""
    longest = max((len(name) for name in names), default=1)
    step = max(1, -(-len(names) * (longest + 2) // max(20, width - 10)))
    shown = [(i + 1, name) for i, name in enumerate(names) if i % step == 0 and name]
    plot.xticks([place for place, _ in shown], [name for _, name in shown])


# In words ----------------------------------------------------------------------------------------


def fact_lines(stats: RunStats, width: int) -> list[Line]:
    """Totals, success, variance, quality, replots."""
    if not stats.runs:
        return [(("no data: no run in this time", "hint"),)]
    states = [
        f"{number} {word}"
        for number, word in (
            (stats.completed, "completed"), (stats.failed, "failed"),
            (stats.in_progress, "in progress"), (stats.pending, "pending"),
            (stats.cancelled, "cancelled"),
        )
        if number
    ]  # fmt: skip
    lines = said("runs", f"{stats.runs:,}: {', '.join(states)}", width)
    fates = [
        f"{number:,} {word}"
        for number, word in (
            (stats.good, "good"), (stats.second, "second"), (stats.spoiled, "spoiled"),
            (stats.proofs, "proofs"),
        )
        if number
    ]  # fmt: skip
    sheets = f"{stats.sheets:,}" + (f": {', '.join(fates)}" if fates else "")
    lines += said("sheets", sheets, width)
    lines += said("success", _no_data(stats.success_percent), width)
    first = f"{_no_data(stats.first_pass_percent)} of {plural(stats.copies, 'copy', 'copies')}"
    lines += said("first pass", f"{first} good at the first attempt", width)
    lines += said("replots", f"{_no_data(stats.replot_percent)} of the copies", width)
    for name, value, over in (
        ("ink", stats.ink_percent, stats.ink_runs), ("time", stats.time_percent, stats.time_runs),
    ):  # fmt: skip
        lines.append(
            ((pad(f"var. {name}", 11), "hint"), variance_span(value) if value is not None
             else ("no data", "hint"), (f"  over {plural(over, 'run')}", "hint"))
        )  # fmt: skip
    if stats.quality is not None:
        rated = f"{runs.stars(stats.quality)} {stats.quality:.1f} of {plural(stats.rated, 'run')}"
        lines += said("quality", rated, width)
    lines += said("drawn", f"{stats.ink_m:,.0f} m in {clock(stats.seconds)}", width)
    return lines


def _no_data(value: float | None) -> str:
    return "no data" if value is None else percent(value)


def share_lines(stats: RunStats, width: int) -> list[Line]:
    """Most plotted designs, busiest plotters, pens; why sheets failed; what should be
    corrected."""
    lines: list[Line] = []
    for title, shares in (
        ("Most plotted", stats.designs), ("Busiest plotters", stats.devices), ("Pens", stats.pens),
    ):  # fmt: skip
        if shares:
            lines += [(), heading(title), *_share_table(shares[:MOST_ROWS], width)]
    if stats.reasons:
        most = stats.reasons[0][1]
        lines += [(), heading("Why sheets failed")]
        for reason, number in stats.reasons[:MOST_ROWS]:
            lines.append(
                ((pad(plain(reason.replace("_", " ")), 16), ""), block_bar(number / most, BAR),
                 (f" {number}", "hint"))
            )  # fmt: skip
    if stats.proposals:
        lines += [(), heading("Estimates to correct")]
        for one in stats.proposals:
            off = ", ".join(percent(value, sign=True) for value in one.percents)
            text = f"{one.design}: {one.figure} was {off}; {one.command} takes ×{one.factor:.2f}"
            lines += said("", text, width, "state-hand")
    return lines


def _share_table(shares: Sequence[Share], width: int) -> list[Line]:
    rows: list[list[Any]] = [
        [one.name, f"{one.sheets:,}", clock(one.seconds), percent(one.success_percent),
         variance_span(one.ink_percent), variance_span(one.time_percent)]
        for one in shares
    ]  # fmt: skip
    titles = ("", "sheets", "time", "success", "ink var.", "time var.")
    return table_lines(titles, rows, width, (1, 2, 3, 4, 5))
