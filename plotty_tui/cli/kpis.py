"""kpi dashboard|resources."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import click

from plotty_tui.domain.periods import parse_period
from plotty_tui.reports.kpi import kpi_dashboard, kpi_figures, kpi_resources
from plotty_tui.studio.figures import reporting
from plotty_tui.studio.figures.period_figures import by_key, period_figures, whole_days
from plotty_tui.studio.inventory import prices
from plotty_tui.studio.opening import open_studio

from .output import json_option, with_examples
from .reporting import give
from .reports import export_option

TREND_DAYS = 14


@with_examples(
    "plotty kpi dashboard --daily --show-trends",
    "plotty kpi dashboard --period last_30_days --json",
)
@click.command("dashboard")
@click.option("--daily", is_flag=True, help="Today, against yesterday (as without --period).")
@click.option("--period", default="today", show_default=True, help="A day or A:B.")
@click.option("--show-trends", is_flag=True, help="A small line of the last 14 days.")
@export_option
@json_option
def dashboard(daily: bool, period: str, show_trends: bool, export: str, as_json: bool) -> int:
    """A dozen key figures, with arrows against the period before."""
    store = open_studio()
    since, until = _closed(parse_period("today" if daily else period))
    before = period_figures(store, since - (until - since), since, whole_only=True)
    span: list[Any] = []
    days: list[Any] = []
    if show_trends:
        span = list(whole_days(until - timedelta(days=TREND_DAYS - 0.5), until))
        days = by_key(store, "day", until - timedelta(days=TREND_DAYS), until)
    figures = kpi_figures(period_figures(store, since, until, whole_only=True), before, days, span)
    document = kpi_dashboard(
        reporting.period_words(since, until),
        store.clock.now(),
        figures,
        prices.prices(store).currency,
    )
    return give(document, export, as_json)


def _closed(period: tuple[datetime | None, datetime | None]) -> tuple[datetime, datetime]:
    since, until = period
    assert since is not None  # a period that is written has both ends
    assert until is not None
    return since, until


@with_examples(
    "plotty kpi resources --utilization --cost-per-unit --waste-analysis",
    "plotty kpi resources --period last_7_days --json",
)
@click.command("resources")
@click.option("--period", default="last_30_days", show_default=True, help="A day or A:B.")
@click.option("--utilization", is_flag=True, help="Share of the hours that were there.")
@click.option("--cost-per-unit", is_flag=True, help="Cost of a good sheet, line by line.")
@click.option("--waste-analysis", is_flag=True, help="Spoiled, proofs, priming, by cause.")
@export_option
@json_option
def resources(
    period: str,
    utilization: bool,
    cost_per_unit: bool,
    waste_analysis: bool,
    export: str,
    as_json: bool,
) -> int:
    """Use of plotters, pens and paper; cost and waste.

    All three parts when none is named.
    """
    store = open_studio()
    since, until = _closed(parse_period(period))
    found = period_figures(store, since, until)
    flags = {"utilization": utilization, "cost": cost_per_unit, "waste": waste_analysis}
    wanted = [name for name, given in flags.items() if given] or list(flags)
    document = kpi_resources(
        reporting.period_words(since, until),
        store.clock.now(),
        found,
        prices.stock_settings(store).hours_per_day,
        len(found.days),
        wanted,
        prices.prices(store).currency,
    )
    return give(document, export, as_json)
