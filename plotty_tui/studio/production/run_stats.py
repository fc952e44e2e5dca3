"""Figures over many runs: totals, variance by design, pen, device and period, replot rate over
time, and proposals to correct an estimate."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from plotty_tui.domain import figures, runs
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.store import events
from plotty_tui.store.database import Row, Store
from plotty_tui.store.figures import run_figures as books
from plotty_tui.store.figures.run_figures import DeviceSums, ItemSums
from plotty_tui.store.production import run_making as making


@dataclass(frozen=True, slots=True)
class Share:
    """Actual against estimate of one design, pen, device or month, over `runs` runs: percent are
    ratios of sums (None: no data), with their bands (fine, notice, flagged). Those of designs and
    devices are over the sheets that were drawn to their end; ink and time are all there was."""

    name: str
    runs: int
    sheets: int
    good: int
    attempted: int
    spoiled: int
    ink_m: float
    est_ink_m: float
    seconds: float
    est_seconds: float
    success_percent: float | None
    ink_percent: float | None
    time_percent: float | None
    ink_band: str | None
    time_band: str | None


@dataclass(frozen=True, slots=True)
class Rate:
    """A span of time (`2026-11`, or a day): copies, attempts beyond the first, and their rates."""

    name: str
    runs: int
    copies: int
    attempts: int
    good: int
    spoiled: int
    replot_percent: float | None
    success_percent: float | None


@dataclass(frozen=True, slots=True)
class NewFigures:
    """A design whose last three runs were off on the same side by more than 10 %: its estimates
    should be `factor` times what they are. `figure` is `time` or `ink`; `command` takes it."""

    design: str
    design_id: int
    figure: str
    percents: tuple[float, ...]
    factor: float
    command: str


@dataclass(slots=True)
class RunStats:
    """Everything under "View production statistics" and "Variance analysis"."""

    since: datetime | None
    until: datetime | None
    runs: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    in_progress: int = 0
    pending: int = 0
    sheets: int = 0
    good: int = 0
    second: int = 0
    spoiled: int = 0
    proofs: int = 0
    copies: int = 0
    first_pass: int = 0
    success_percent: float | None = None
    first_pass_percent: float | None = None
    replot_percent: float | None = None
    ink_percent: float | None = None
    ink_runs: int = 0
    time_percent: float | None = None
    time_runs: int = 0
    quality: float | None = None
    rated: int = 0
    client_rating: float | None = None
    client_rated: int = 0
    seconds: float = 0.0
    ink_m: float = 0.0
    designs: list[Share] = field(default_factory=list)  # most plotted first
    devices: list[Share] = field(default_factory=list)  # busiest first
    pens: list[Share] = field(default_factory=list)
    months: list[Share] = field(default_factory=list)
    replots: list[Rate] = field(default_factory=list)  # over time, oldest first
    reasons: list[tuple[str, int]] = field(default_factory=list)  # why sheets were spoiled
    proposals: list[NewFigures] = field(default_factory=list)


def run_stats(
    store: Store,
    since: datetime | None = None,
    until: datetime | None = None,
    device: str = "",
    client: str = "",
    by: str = "month",
) -> RunStats:
    """Statistics of the runs that ended (or, not ended, were made) from `since` up to `until`.
    `by` is `day`, `week` or `month`: the spans of `replots` and `months`."""
    if by not in books.SPANS:
        raise NotFound.named("span", by, books.SPANS)
    span = books.Span(since, until, device, client)
    stats = RunStats(since, until)
    with store.read():
        _add_totals(stats, books.run_totals(store, span))
        items, plotters = books.sheet_sums(store, span, by)
        _add_sheets(stats, items)
        stats.designs = _designs(items)
        stats.devices = [_device(one) for one in plotters]
        stats.pens = [_pen(row) for row in books.pen_sums(store, span)]
        rates = _rates(items)
        found = {row.name: row for row in books.span_sums(store, span, by)}
        stats.replots = [
            replace(rate, runs=found[name].runs if name in found else rate.runs)
            for name, rate in sorted(rates.items())
        ]
        stats.months = [_month(row, rates.get(name)) for name, row in found.items()]
        stats.reasons = books.reason_counts(store, span)
        stats.proposals = proposals(store, items)
    return stats


def _add_totals(stats: RunStats, rows: Sequence[Row]) -> None:
    total = dict.fromkeys(_SUMS, 0.0)
    for row in rows:
        setattr(stats, row.state, row.runs)
        stats.runs += row.runs
        if row.state in runs.SETTLED:
            for name in _SUMS:
                total[name] += row[name] or 0
    stats.ink_m, stats.seconds = total["ink_mm"] / 1000, total["seconds"]
    stats.ink_runs, stats.time_runs = round(total["ink_runs"]), round(total["time_runs"])
    if stats.ink_runs:
        stats.ink_percent = figures.variance_percent(total["ink_of"], total["est_mm"])
    if stats.time_runs:
        stats.time_percent = figures.variance_percent(total["seconds_of"], total["est_seconds"])
    stats.rated, stats.client_rated = round(total["rated"]), round(total["client_rated"])
    stats.quality = total["stars"] / stats.rated if stats.rated else None
    stats.client_rating = total["ratings"] / stats.client_rated if stats.client_rated else None


_SUMS = (
    "ink_mm", "seconds", "ink_of", "est_mm", "ink_runs", "seconds_of", "est_seconds", "time_runs",
    "stars", "rated", "ratings", "client_rated",
)  # fmt: skip


def _add_sheets(stats: RunStats, items: Sequence[ItemSums]) -> None:
    stats.good, stats.second = sum(one.good for one in items), sum(one.second for one in items)
    stats.spoiled = sum(one.spoiled for one in items)
    stats.proofs = sum(one.proof for one in items)
    judged = sum(one.judged for one in items)
    stats.sheets = judged + stats.proofs
    stats.copies = sum(one.copies for one in items)
    stats.first_pass = sum(one.first for one in items)
    stats.success_percent = figures.success_percent(stats.good, judged)
    stats.first_pass_percent = figures.first_pass_percent(stats.first_pass, stats.copies)
    stats.replot_percent = figures.replot_percent(judged, stats.copies)


def _share(
    name: str, number: int, sheets: int, good: int, judged: int, spoiled: int,
    ink: tuple[float, float], time: tuple[float, float],
) -> Share:  # fmt: skip
    ink_percent, time_percent = figures.variance_percent(*ink), figures.variance_percent(*time)
    return Share(
        name, number, sheets, good, judged, spoiled, ink[0] / 1000, ink[1] / 1000, *time,
        figures.success_percent(good, judged), ink_percent, time_percent,
        figures.band(ink_percent), figures.band(time_percent),
    )  # fmt: skip


def _designs(items: Sequence[ItemSums]) -> list[Share]:
    """By design, the most plotted first."""
    by_design: dict[int, list[ItemSums]] = {}
    for item in items:
        by_design.setdefault(item.design, []).append(item)
    shares = []
    for mine in by_design.values():
        share = _share(
            mine[-1].name, len({one.run for one in mine}),
            sum(one.judged + one.proof for one in mine), sum(one.good for one in mine),
            sum(one.judged for one in mine), sum(one.spoiled for one in mine),
            (sum(one.made_mm for one in mine), sum(one.est_mm for one in mine)),
            (sum(one.made_seconds for one in mine), sum(one.est_seconds for one in mine)),
        )  # fmt: skip
        ink_m = sum(one.ink_mm for one in mine) / 1000
        shares.append(replace(share, ink_m=ink_m, seconds=sum(one.seconds for one in mine)))
    return sorted(shares, key=lambda one: (-one.sheets, one.name))


def _device(one: DeviceSums) -> Share:
    share = _share(
        one.name, len(one.runs), one.sheets, one.good, one.judged, one.spoiled,
        (one.made_mm, one.est_mm), (one.made_seconds, one.est_seconds),
    )  # fmt: skip
    return replace(share, ink_m=one.ink_mm / 1000, seconds=one.seconds)


def _pen(row: Row) -> Share:
    name = f"{row.code} {row.name}"
    ink = (row.ink_mm or 0.0, row.est_mm or 0.0)
    return _share(name, row.runs, 0, 0, 0, 0, ink, (0.0, 0.0))


def _month(row: Row, rate: Rate | None) -> Share:
    good, spoiled, sheets = (rate.good, rate.spoiled, rate.attempts) if rate else (0, 0, 0)
    ink, time = (row.ink_mm or 0.0, row.est_mm or 0.0), (row.seconds or 0.0, row.est_seconds or 0.0)
    return _share(row.name, row.runs, sheets, good, sheets, spoiled, ink, time)


def _rates(items: Sequence[ItemSums]) -> dict[str, Rate]:
    """Span -> attempts and copies of the runs that ended in it."""
    by_span: dict[str, list[ItemSums]] = {}
    for item in items:
        by_span.setdefault(item.span, []).append(item)
    return {name: _rate(name, mine) for name, mine in by_span.items() if name}


def _rate(name: str, mine: Sequence[ItemSums]) -> Rate:
    copies, judged = sum(one.copies for one in mine), sum(one.judged for one in mine)
    good = sum(one.good for one in mine)
    return Rate(
        name, 0, copies, judged, good, sum(one.spoiled for one in mine),
        figures.replot_percent(judged, copies), figures.success_percent(good, judged),
    )  # fmt: skip


# Better estimates --------------------------------------------------------------------------------


def proposals(
    store: Store, items: Sequence[ItemSums] | None = None, designs: Sequence[int] = ()
) -> list[NewFigures]:
    """Designs (these; none: all) whose last three runs were all off by more than 10 % on the same
    side, with the factor that would have met them. Taken before, it is in the estimates of later
    runs already."""
    if items is None:
        items, _ = books.sheet_sums(store, books.Span(), "month", designs)
    by_design: dict[int, dict[int, list[ItemSums]]] = {}
    for item in items:
        if item.made:
            by_design.setdefault(item.design, {}).setdefault(item.run, []).append(item)
    found = []
    for design, by_run in by_design.items():
        last = list(by_run.values())[-figures.IN_A_ROW :]
        if len(last) == figures.IN_A_ROW:
            found += _new_figures(design, last)
    return sorted(found, key=lambda one: (one.design, one.figure))


def _new_figures(design: int, last: Sequence[Sequence[ItemSums]]) -> list[NewFigures]:
    name = last[-1][-1].name
    pairs = {
        "time": [
            (sum(one.made_seconds for one in run), sum(one.est_seconds for one in run))
            for run in last
        ],
        "ink": [(sum(one.made_mm for one in run), sum(one.est_mm for one in run)) for run in last],
    }
    found = []
    for figure, mine in pairs.items():
        factor = figures.new_factor(mine)
        if factor is not None:
            percents = tuple(figures.variance_percent(*one) or 0.0 for one in mine)
            command = f"plotty run stats --adopt {shlex.quote(name)}"
            found.append(NewFigures(name, design, figure, percents, factor, command))
    return found


def adopt_figures(store: Store, design: str) -> list[NewFigures]:
    """Take what is proposed for a design: from now on its estimates are corrected by the factor.
    Refused when nothing is proposed for it."""
    with store.write():
        offered = proposals(store)
        mine = [one for one in offered if one.design.casefold() == design.strip().casefold()]
        if not mine:
            if not offered:
                raise Refused(
                    f"no new figures are proposed for {design!r}: a design has to be off by more "
                    f"than 10 % on the same side {figures.IN_A_ROW} runs in a row"
                )
            raise NotFound.named("proposal for", design, [one.design for one in offered])
        factors = events.get_setting(store, making.FACTORS, {})
        for one in mine:
            told = factors.setdefault(str(one.design_id), {})
            told[one.figure] = told.get(one.figure, 1.0) * one.factor
        events.put_setting(store, making.FACTORS, factors)
        events.note(store, "run", f"estimates of {mine[0].design} corrected")
    return mine
