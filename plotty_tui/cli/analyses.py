"""analyze quality|errors|satisfaction|efficiency|improvements, benchmark production."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import click

from plotty_tui.domain.errors import WrongUsage
from plotty_tui.domain.periods import parse_period
from plotty_tui.reports import analysis as documents
from plotty_tui.reports.benchmark import compared_figures
from plotty_tui.reports.document import Document, Lines, Part
from plotty_tui.studio.figures import analysis, fault_figures, reporting
from plotty_tui.studio.figures.period_figures import period_figures
from plotty_tui.studio.inventory import prices
from plotty_tui.studio.opening import open_studio

from .output import json_option, with_examples
from .reporting import give
from .reports import export_option

period_option = click.option(
    "--period", default="last_30_days", show_default=True, help="A day or A:B."
)


def told(store: Any, title: str, span: tuple[Any, Any], parts: list[Part]) -> Document:
    """The parts as a document of this period."""
    return documents.analysis(
        title,
        reporting.period_words(*span),
        store.clock.now(),
        parts,
        prices.prices(store).currency,
    )


def span_of(period: str) -> tuple[datetime, datetime]:
    """Begin and end of a period as typed."""
    since, until = parse_period(period)
    if since is None or until is None:
        raise WrongUsage(f"--period {period}: give both its days")
    return since, until


@with_examples(
    "plotty analyze quality --trends --by-pen --by-paper --by-complexity",
    "plotty analyze quality --by-client --period last_7_days --json",
)
@click.command("quality")
@period_option
@click.option("--trends", is_flag=True, help="Success by week.")
@click.option("--by-pen", is_flag=True)
@click.option("--by-paper", is_flag=True)
@click.option("--by-complexity", is_flag=True)
@click.option("--by-device", is_flag=True)
@click.option("--by-client", is_flag=True)
@click.option("--by-job-type", is_flag=True)
@export_option
@json_option
def quality(period: str, trends: bool, export: str, as_json: bool, **keys: bool) -> int:
    """Success and ratings over time, by pen, paper, complexity and more.

    Without a key: pen, paper and complexity.
    """
    store = open_studio()
    since, until = span_of(period)
    chosen = _chosen(keys) or ["pen", "paper", "complexity"]
    enough = analysis.enough_sheets(store)
    parts: list[Part] = []
    if trends:
        weeks = analysis.groups_by(store, "week", since, until)
        parts += documents.trend_parts(weeks)
    tables = []
    for word in chosen:
        groups, changes = analysis.halves_by(store, _KEYS[word], since, until)
        parts.append(documents.quality_part(f"By {word}", groups, changes, enough))
        tables.append((word, groups))
    if lines := documents.weakest(tables, enough):
        parts.append(Lines("Weakest", lines))
    return give(told(store, "Quality", (since, until), parts), export, as_json)


_KEYS = {
    "pen": "pen", "paper": "paper", "complexity": "complexity", "device": "device",
    "client": "client", "job type": "category", "hour": "hour",
}  # fmt: skip


def _chosen(keys: dict[str, bool]) -> list[str]:
    return [name.removeprefix("by_").replace("_", " ") for name, given in keys.items() if given]


@with_examples(
    "plotty analyze errors --by-job-type --by-device --by-time-of-day",
    "plotty analyze errors --period last_7_days --json",
)
@click.command("errors")
@period_option
@click.option("--by-job-type", is_flag=True)
@click.option("--by-device", is_flag=True)
@click.option("--by-time-of-day", is_flag=True)
@export_option
@json_option
def errors(period: str, export: str, as_json: bool, **keys: bool) -> int:
    """Drawings that were cut off: what it was, and how often by hour drawn."""
    store = open_studio()
    since, until = span_of(period)
    ways = {"job type": "category", "device": "device", "time of day": "hour"}
    parts: list[Part] = documents.fault_kinds(fault_figures.faults(store, since, until))
    for word in _chosen(keys) or list(ways):
        what = {"device": "plotter", "time of day": "hour"}.get(word, word)
        faults, hours = fault_figures.faults_by(store, what, since, until)
        parts.append(documents.errors_part(f"By {what}", ways[word], faults, hours))
    return give(told(store, "Faults", (since, until), parts), export, as_json)


@with_examples(
    "plotty analyze satisfaction --by-client --by-job-type --correlate-quality",
    "plotty analyze satisfaction --json",
)
@click.command("satisfaction")
@period_option
@click.option("--by-client", is_flag=True)
@click.option("--by-job-type", is_flag=True)
@click.option("--correlate-quality", is_flag=True, help="With the studio's own rating (n >= 8).")
@export_option
@json_option
def satisfaction(
    period: str,
    by_client: bool,
    by_job_type: bool,
    correlate_quality: bool,
    export: str,
    as_json: bool,
) -> int:
    """Clients' ratings by client and job type, and how they go with our own."""
    store = open_studio()
    span = span_of(period)
    rows = analysis.ratings(store, *span)
    every = not (by_client or by_job_type or correlate_quality)
    parts: list[Part] = []
    if by_client or every:
        parts.append(documents.satisfaction_part("By client", _by(rows, lambda one: one.client)))
    if by_job_type or every:
        by_type = _by(rows, lambda one: one.category)
        parts.append(documents.satisfaction_part("By job type", by_type))
    if correlate_quality or every:
        pairs = [(float(one.own), float(one.rating)) for one in rows if one.own is not None]
        parts.append(documents.correlation_part(pairs))
    return give(told(store, "Satisfaction", span, parts), export, as_json)


def _by(rows: list[Any], key: Callable[[Any], str]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row.rating)
    return found


@with_examples(
    "plotty analyze efficiency --by-job-type --by-time-of-day", "plotty analyze efficiency --json"
)
@click.command("efficiency")
@period_option
@click.option("--by-job-type", is_flag=True)
@click.option("--by-time-of-day", is_flag=True)
@click.option("--by-device", is_flag=True)
@export_option
@json_option
def efficiency(period: str, export: str, as_json: bool, **keys: bool) -> int:
    """Minutes that drew what was kept, of the minutes that were occupied."""
    store = open_studio()
    span = span_of(period)
    parts: list[Part] = []
    for word in _chosen(keys) or ["job type", "time of day"]:
        key = _KEYS["hour" if word == "time of day" else word]
        groups = analysis.groups_by(store, key, *span)
        parts.append(documents.efficiency_part(f"By {word}", groups))
    return give(told(store, "Efficiency", span, parts), export, as_json)


@with_examples(
    'plotty analyze improvements --since "2025-10-01" --by-metric',
    "plotty analyze improvements --since last_7_days --json",
)
@click.command("improvements")
@click.option("--since", required=True, help='First day of "after".')
@click.option("--by-metric", is_flag=True, help="A row for every metric (as without it).")
@export_option
@json_option
def improvements(since: str, by_metric: bool, export: str, as_json: bool) -> int:
    """Every metric before and after a day: as long before it as has passed since."""
    store = open_studio()
    begin, _ = parse_period(since)
    now = store.clock.now()
    if begin is None or begin >= now:
        raise WrongUsage(f"--since {since}: give a day before today")
    first = begin - max(now - begin, timedelta(days=1))
    before = period_figures(store, first, begin, whole_only=True)
    after = period_figures(store, begin, now, whole_only=True)
    part = documents.before_after(
        compared_figures(before),
        compared_figures(after),
        analysis.enough_sheets(store),
        (before.sheets.attempted, after.sheets.attempted),
    )
    return give(told(store, "Before and after", (begin, now), [part]), export, as_json)
