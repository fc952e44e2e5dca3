"""Reports that are written from the dashboard: of a period, of a run."""

from __future__ import annotations

from pathlib import Path

from plotty_tui.domain.periods import parse_period
from plotty_tui.reports.document import Document
from plotty_tui.reports.export import render
from plotty_tui.reports.production import Sections, production_report
from plotty_tui.reports.run_report import run_report
from plotty_tui.studio.figures import reporting
from plotty_tui.studio.figures.period_figures import period_figures
from plotty_tui.studio.figures.report_files import save_report
from plotty_tui.studio.inventory import prices
from plotty_tui.studio.opening import Store
from plotty_tui.studio.production.run_detail import run_detail


def write_report(store: Store, period: str) -> Path:
    """The production report of a period as a PDF among the studio's reports; where it is."""
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
    return _write(store, document, f"production_{period.replace(':', '_')}")


def write_run_report(store: Store, number: int) -> Path:
    """All about a run as a PDF among the studio's reports; where it is."""
    money, studio = prices.prices(store).currency, reporting.studio_name(store)
    run = run_detail(store, number)
    return _write(store, run_report(run, store.clock.now(), money, studio), run.name)


def _write(store: Store, document: Document, name: str) -> Path:
    path = reporting.report_file(store, f"{name}_{store.clock.now():%Y%m%d}.pdf")
    save_report(path, render(document, "pdf"))
    return path
