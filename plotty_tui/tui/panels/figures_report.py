"""The production report of a period, written from the dashboard."""

from __future__ import annotations

from pathlib import Path

from plotty_tui.domain.periods import parse_period
from plotty_tui.reports.export import render
from plotty_tui.reports.production import Sections, production_report
from plotty_tui.studio import prices, reporting
from plotty_tui.studio.opening import Store
from plotty_tui.studio.period_figures import period_figures
from plotty_tui.studio.report_files import save_report


def write_report(store: Store, period: str) -> Path:
    """The report of a period as a PDF among the studio's reports; where it is."""
    since, until = parse_period(period)
    document = production_report(
        "Production report",
        reporting.period_words(since, until),
        store.clock.now(),
        period_figures(store, since, until),
        Sections(),
        reporting.design_pictures(store, since, until),
        prices.prices(store).currency,
        reporting.studio_name(store),
    )
    name = period.replace(":", "_")
    path = reporting.report_file(store, f"production_{name}_{store.clock.now():%Y%m%d}.pdf")
    save_report(path, render(document, "pdf"))
    return path
