"""The panels of the Figures screen, in words and drawn cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.cells import cell_len

from plotty_tui.domain import figures
from plotty_tui.domain.capacity import CHANGES, DRAWING, PERSON, PLOTTERS, SHEETS, Load, last_clear
from plotty_tui.domain.values import clock, metres, percent, plural, rough
from plotty_tui.reports.document import Figure, arrow, shown, shown_figure
from plotty_tui.studio.figures.capacity import Growth
from plotty_tui.studio.inventory.shopping import ends_words

from ..bar import Line, Span, block_bar, pen_dots, sparkline
from ..charts import columns, curve, round_span
from ..text import pad, plain, symbols
from .figures_reading import PERIODS, FiguresShot
from .tables import Cell, table_lines

GAP = 3
# A figure in cells: label, value, arrow and the value before, small line.
LABEL, VALUE, BEFORE, TREND = 16, 10, 11, 14
LEAST_KPI = LABEL + VALUE + 3
SHORT_NAMES = {
    "Cost of a good sheet": "Cost a sheet",
    "First-pass yield": "First pass",
    "Time against plan": "Time vs. plan",
}
# More of these is worse.
BAD = frozenset(("replots", "spoiled", "operator_seconds", "pens_put_in", "cost_good"))
NEITHER = frozenset(("time_variance", "ink_m", "machine_seconds"))
RESOURCES = {
    PLOTTERS: "plotters",
    PERSON: "a person",
    DRAWING: "drawing",
    CHANGES: "pen changes",
    SHEETS: "sheets",
}
LOAD_BAR = 12


def period_line(chosen: str, shot: FiguresShot | None) -> Line:
    """The periods there are, the chosen one marked, and its days."""
    spans: list[Span] = []
    for title, typed in PERIODS.items():
        style = "accent bold reverse" if typed == chosen else "hint"
        spans.append((f" {title} ", style))
    if chosen not in PERIODS.values():
        spans.append((f"  {chosen}", "accent bold"))
    return (*spans, (f"  {shot.period}" if shot else "", "hint"))


# Key figures -------------------------------------------------------------------------------------


def kpi_lines(shot: FiguresShot, width: int) -> list[Line]:
    """The key figures with what they were before, and over the days; in two columns where they
    would be cut."""
    count = 1 if width >= LABEL + VALUE + BEFORE + TREND else max(1, width // (LEAST_KPI + GAP))
    count = min(count, 2)
    wide = (width - GAP * (count - 1)) // count
    cells = [_kpi(figure, wide, shot.currency) for figure in shot.figures]
    rows = -(-len(cells) // count)
    lines: list[Line] = []
    for row in range(rows):
        spans: list[Span] = []
        for column in range(count):
            if row + column * rows < len(cells):
                spans += [*([(" " * GAP, "")] if column else []), *cells[row + column * rows]]
        lines.append(tuple(spans))
    return lines


def _kpi(figure: Figure, width: int, currency: str) -> Line:
    label = SHORT_NAMES.get(figure.label, figure.label)
    known = figure.value is not None
    spans: list[Span] = [
        (pad(label, LABEL), "hint"),
        (pad(shown_figure(figure, currency), VALUE, "right"), "bold" if known else "hint"),
        _arrow(figure),
    ]
    left = width - LABEL - VALUE - 2
    if left >= BEFORE:
        before = "" if figure.before is None else shown(figure.before, figure.kind, currency)
        spans.append((pad(f" {before}", BEFORE), "hint"))
        left -= BEFORE
    if left >= 6:
        spans.append(trend_span(figure.trend, left))
    used = sum(cell_len(text) for text, _ in spans)
    return (*spans, (" " * max(0, width - used), ""))


def _arrow(figure: Figure) -> Span:
    sign = arrow(figure.value, figure.before, figure.kind)
    if sign == "→" or not sign:
        return (f" {_plain(sign) or ' '}", "hint")
    if figure.key in NEITHER:
        return (f" {_plain(sign)}", "hint")
    better = (sign == "↑") != (figure.key in BAD)
    return (f" {_plain(sign)}", "state-done" if better else "state-fault")


def _plain(sign: str) -> str:
    if not symbols().ascii:
        return sign
    return {"↑": "+", "↓": "-", "→": "="}.get(sign, sign)


def trend_span(values: Sequence[float | None], width: int) -> Span:
    """A small line of the last values that have one."""
    known = [one for one in values if one is not None]
    return sparkline(known, width) if len(known) > 1 else ("", "")


# Over time ---------------------------------------------------------------------------------------


def success_lines(shot: FiguresShot, width: int, height: int) -> list[Line]:
    """Success over the period."""
    if not any(one is not None for one in shot.success):
        return _no_data("no sheet was judged in this period")
    low, high = round_span(shot.success)
    return curve(
        shot.success, shot.labels, (low, min(100.0, high) if low < 100 else high), width, height,
        "state-done", "%",
    )  # fmt: skip


def variance_lines(shot: FiguresShot, width: int, height: int) -> list[Line]:
    """Actual against planned time over the period."""
    if not any(one is not None for one in shot.variance):
        return _no_data("no sheet was drawn to its end in this period")
    whole = next((one.value for one in shot.figures if one.key == "time_variance"), None)
    style = "state-fault" if figures.band(whole) == figures.FLAGGED else "accent"
    span = round_span([*shot.variance, 1.0, -1.0], 0.0)
    return curve(shot.variance, shot.labels, span, width, height, style, "%")


def _no_data(why: str) -> list[Line]:
    return [(("no data", ""), (f": {why}", "hint"))]


# The queue ---------------------------------------------------------------------------------------


def load_lines(shot: FiguresShot, width: int) -> list[Line]:
    """The queue against what a week has, what limits it, and what if more came in."""
    found = shot.capacity
    if found is None:
        return []
    lines: list[Line] = [((f"the week from now; {found.hours}", "hint"),)]
    lines += [_load(one) for one in found.now]
    lines.append(((_clear(last_clear(found.now), found.work.sheets), ""),))
    if found.unplanned:
        lines.append(((f"not reckoned: {plural(found.unplanned, 'job')} without a plan", "hint"),))
    if found.past_days:
        days = plural(found.past_days, "day")
        text = f"with {found.incoming_jobs:.1f} jobs a day more, as in {days} past"
        lines += [(), ((text, "hint"),)]
        lines += [_growth(one) for one in found.growth]
    return [*lines, *(((text, "state-hand"),) for text in found.short)]


def _clear(day: date | None, sheets: float) -> str:
    if not sheets:
        return "nothing is planned to be drawn"
    return "never empty at this rate" if day is None else f"empty on {day:%a %d %b}"


def _load(one: Load) -> Line:
    share = (one.percent or 0.0) / 100
    style = "state-fault" if share > 1 else "state-paused" if share > 0.8 else "bar-done"
    timed = one.resource in (PLOTTERS, PERSON, DRAWING)
    words = [rough(value) if timed else f"{value:,.0f}" for value in (one.needed, one.there)]
    return (
        (pad(RESOURCES[one.resource], 12), "hint"), block_bar(share, LOAD_BAR, style),
        (pad(percent(one.percent), 9, "right"), "bold"), (f"  {words[0]} of {words[1]}", ""),
    )  # fmt: skip


def _growth(one: Growth) -> Line:
    name = f"+{one.percent} %" if one.percent else "as it is"
    limited = RESOURCES.get(one.limiting, "")
    style = "state-fault" if one.clear is None else "hint"
    return (
        (pad(name, 10), "hint"), (pad(percent(one.load_percent), 8, "right"), ""),
        (f"  {pad(limited, 12)}", "hint"), (_clear(one.clear, 1.0), style),
    )  # fmt: skip


# Pens, plotters, hours ---------------------------------------------------------------------------


def pen_lines(shot: FiguresShot, width: int) -> list[Line]:
    """Metres per pen, what is left, and when it ends."""
    if not shot.pens:
        return _no_data("no pen drew in this period")
    most = shot.pens[0].mm or 1.0
    bar = min(24, width - 66)
    rows: list[list[Cell]] = []
    for pen in shot.pens:
        low = pen.end is not None and pen.end.low
        ends = ends_words(pen.end) if pen.end is not None else ""
        rows.append(
            [
                f"{pen.code} {pen.name}", pen_dots([pen.color])[0], metres(pen.mm),
                *([block_bar(pen.mm / most, bar)] if bar >= 6 else []), metres(pen.left_mm),
                (ends, "state-hand" if low else "hint"),
            ]
        )  # fmt: skip
    titles = ("pen", "", "drawn", *([""] if bar >= 6 else []), "left", "ends")
    return table_lines(titles, rows, width, (2, len(titles) - 2))


def machine_lines(shot: FiguresShot, width: int, height: int) -> list[Line]:
    """The busiest plotters, and the hours of the day in which sheets ended."""
    if not shot.devices:
        return _no_data("no plotter drew in this period")
    times = {one.name: one for one in shot.times}
    rows = []
    for one in shot.devices:
        time = times.get(one.name)
        rows.append(
            [
                plain(one.name or "unknown"), f"{one.sheets:,}", clock(one.seconds),
                percent(one.success_percent), percent(one.time_percent, sign=True),
                rough(time.waiting) if time else "–", percent(time.uptime_percent) if time else "–",
            ]
        )  # fmt: skip
    titles = ("plotter", "sheets", "drew", "success", "time", "waited", "up")
    lines = table_lines(titles, rows, width, (1, 2, 3, 4, 5, 6))
    high = max(4, min(14, height - len(lines) - 2))
    busiest = max(range(24), key=lambda hour: shot.hours[hour])
    lines += [(), (("sheets by hour of day", "hint"), (f", most at {busiest:02}:00", "hint"))]
    hours = [f"{hour:02}" for hour in range(24)]
    return lines + columns(shot.hours, hours, width, high, "bar-done")
